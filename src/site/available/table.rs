//! `/data/available.csv`: every number of these pages, a line each.

use crate::{
    model::kind::Kind,
    search::catalogue::{Area, Catalogue, Topic},
};

/// The columns. `total` counts listed organizations: those with an online door or a feature. It is the sum of the four
/// answers. Known ones without a door stand apart.
pub const COLUMNS: [&str; 9] =
    ["state", "kind", "feature", "total", "yes", "no", "planned", "not_known", "known_without_door"];
/// In the place of a state or a kind: all of them, each organization once.
const ALL: &str = "all";

/// The table as text.
pub fn text(catalogue: &Catalogue) -> String {
    let mut text = COLUMNS.join(",") + "\r\n";
    for area in Area::all().map(Some).chain([None]) {
        for kind in Kind::ALL.iter().copied().map(Some).chain([None]) {
            let count = catalogue.count(kind, area);
            if count.all() == 0 {
                continue;
            }
            for topic in Topic::GROUPS.into_iter().chain(Topic::single()) {
                let answers = catalogue.answers(kind, area, topic);
                let words = [area.map_or(ALL, Area::code), kind.map_or(ALL, Kind::code), topic.code()];
                let numbers = [count.listed, answers.yes, answers.no, answers.planned, answers.not_known, count.known];
                line(&mut text, words.map(str::to_owned).into_iter().chain(numbers.map(|number| number.to_string())));
            }
        }
    }
    text
}

/// Codes and numbers alone: nothing that needs quotes.
fn line(text: &mut String, fields: impl Iterator<Item = String>) {
    for (at, field) in fields.enumerate() {
        if at > 0 {
            text.push(',');
        }
        text.push_str(&field);
    }
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::site::browse::test_catalogue;

    #[test]
    fn every_number_is_in_it_and_answers_sum_up() {
        let catalogue = test_catalogue();
        let text = text(&catalogue);
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        assert_eq!(reader.headers().unwrap(), COLUMNS.as_slice());
        let mut rows = BTreeMap::new();
        for record in reader.records().map(Result::unwrap) {
            let numbers: Vec<u32> = record.iter().skip(3).map(|field| field.parse().unwrap()).collect();
            assert_eq!(numbers[0], numbers[1..5].iter().sum::<u32>(), "{record:?}");
            let key = (record[0].to_owned(), record[1].to_owned(), record[2].to_owned());
            assert!(rows.insert(key, numbers).is_none(), "{record:?} twice");
        }
        let row = |state: &str, kind: &str, feature: &str| {
            rows[&(state.to_owned(), kind.to_owned(), feature.to_owned())].clone()
        };
        // The hospital in Boise: sees labs, not images; plans two ways to save; an app can connect.
        assert_eq!(row("ID", "hospital", "see"), [1, 1, 0, 0, 0, 0]);
        assert_eq!(row("ID", "hospital", "view.imaging"), [1, 0, 1, 0, 0, 0]);
        assert_eq!(row("ID", "hospital", "save"), [1, 0, 0, 1, 0, 0]);
        assert_eq!(row("ID", "hospital", "send"), [1, 0, 0, 0, 1, 0]);
        assert_eq!(row("ID", "hospital", "apps"), [1, 1, 0, 0, 0, 0]);
        assert_eq!(row("US", "laboratory", "see"), [1, 0, 0, 0, 1, 0]);
        assert_eq!(row("none", "unknown", "see"), [0, 0, 0, 0, 0, 1]);
        assert_eq!(row("all", "all", "see")[0], 2);
        assert!(!rows.keys().any(|(state, ..)| state == "AS"), "nobody is there");
    }
}
