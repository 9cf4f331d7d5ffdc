//! Fields of a row of NPPES as values: numbers, dates, places.

use std::borrow::Cow;

use jiff::civil::Date;

use super::{Columns, table::Records};
use crate::{
    model::{
        identifier::Identifier,
        place::{Place, state_code},
    },
    sources::capitals,
};

/// What stands where a value is withheld.
const WITHHELD: &str = "<UNAVAIL>";

/// A row with the names of its columns.
pub struct Raw<'a> {
    /// The row, taken apart.
    pub records: &'a Records,
    /// Its columns.
    pub columns: &'a Columns,
}

impl<'a> Raw<'a> {
    /// The field of a column by its short name; empty when there is none or its value is withheld.
    pub fn get(&self, name: &str) -> Cow<'a, str> {
        let field = self.columns.at(name).map_or(Cow::Borrowed(""), |at| self.records.field(at));
        if field == WITHHELD { Cow::Borrowed("") } else { field }
    }

    /// The NPI as a number when its check digit is right.
    pub fn npi(&self) -> Option<u32> {
        Identifier::npi(&self.get("npi"))?.value.parse().ok()
    }

    /// A date, written `MM/DD/YYYY`.
    pub fn date(&self, name: &str) -> Option<Date> {
        date(&self.get(name))
    }
}

/// A date as NPPES writes it (`MM/DD/YYYY`), or as ISO 8601 does.
pub fn date(text: &str) -> Option<Date> {
    let text = text.trim();
    let mut parts = text.split('/');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(month), Some(day), Some(year), None) => {
            Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
        }
        _ => text.get(..10)?.parse().ok(),
    }
}

/// A practice place in readable case. A province abroad must not be taken for one of our states: it stays a line of text.
pub fn place(lines: [&str; 2], city: &str, state: &str, zip: &str, country: &str) -> Option<Place> {
    let readable = |text: &str| capitals::readable(text, capitals::Text::Address).into_owned();
    let mut lines: Vec<String> = lines.iter().map(|line| readable(line)).collect();
    let country = country.trim();
    let at_home = country.is_empty() || country.eq_ignore_ascii_case("US");
    // Puerto Rico, Guam and the other territories have codes of countries too.
    let territory = state_code(country).filter(|code| TERRITORIES.contains(code));
    let (state, zip) = match territory {
        Some(territory) if state_code(state).is_none() => (territory, zip),
        Some(_) => (state, zip),
        None if at_home => (state, zip),
        None => {
            lines.extend([state, zip, country].into_iter().filter(|part| !part.is_empty()).map(str::to_owned));
            ("", "")
        }
    };
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    Place::new(&lines, &readable(city), state, zip)
}

const TERRITORIES: &[&str] = &["AS", "GU", "MP", "PR", "VI"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        assert_eq!(date("05/23/2005"), Some(jiff::civil::date(2005, 5, 23)));
        assert_eq!(date("2026-09-29T04:29:05Z"), Some(jiff::civil::date(2026, 9, 29)));
        for bad in ["", "13/45/2005", "5/2005", "yesterday", "2005"] {
            assert_eq!(date(bad), None, "{bad}");
        }
    }

    #[test]
    fn places_at_home_and_abroad() {
        let at = |state: &str, zip: &str, country: &str| place(["1 MAIN ST", ""], "TOWN", state, zip, country).unwrap();
        let home = at("TX", "787010001", "US");
        assert_eq!((home.state.as_deref(), home.zip.as_deref()), (Some("TX"), Some("78701")));
        assert_eq!((home.lines, home.city.as_deref()), (vec!["1 Main St".to_owned()], Some("Town")));
        assert_eq!(at("", "00601", "PR").state.as_deref(), Some("PR"));
        let abroad = at("ONTARIO", "M5V 2T6", "CA");
        assert_eq!((abroad.state, abroad.zip), (None, None));
        assert_eq!(abroad.lines, ["1 Main St", "ONTARIO", "M5V 2T6", "CA"]);
        assert_eq!(place(["", ""], "", "", "", ""), None);
    }
}
