//! What people would not see of a proposal though it is approved: a source that weighs more says something else there. Pure.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::Value;

use crate::model::{
    change::{FieldChange, Speaker},
    merge::items,
    organization::Said,
    provenance::Provenance,
};

/// Fields of which people see one source's word alone. Of the other lists they see what all sources say.
const ALONE: [&str; 16] = [
    "app_store",
    "description",
    "description_es",
    "google_play",
    "how_to_ask",
    "ingests",
    "logos",
    "name",
    "part_of",
    "phone",
    "platforms",
    "portals",
    "privacy_policy",
    "publisher",
    "status",
    "website",
];

/// The fields that would not show, each with who says otherwise.
pub fn outweighed<'a>(
    speaker: Speaker,
    changes: &[FieldChange],
    standing: &'a Provenance,
    today: Date,
) -> BTreeMap<String, &'a Said> {
    let weighs_more = |said: &Said| said.tier.rank(said.load_date, today) < speaker.tier().rank(today, today);
    let of = |item: &str| standing.get(item).map(AsRef::as_ref).filter(|said| weighs_more(said));
    let holder = |change: &FieldChange| match change.field.as_str() {
        "features" => answered(change).find_map(|item| of(&item)),
        // The first one is what people are told it is.
        "kinds" if first(change.before.as_ref()) == first(change.after.as_ref()) => None,
        "portals" => {
            standing.iter().find(|(item, said)| item.starts_with("portals/") && weighs_more(said)).map(|it| it.1)
        }
        field if field == "kinds" || ALONE.contains(&field) => of(field),
        _ => None,
    };
    changes.iter().filter_map(|change| Some((change.field.clone(), holder(change)?))).collect()
}

fn first(list: Option<&Value>) -> Option<&Value> {
    list.and_then(Value::as_array).and_then(|all| all.first())
}

/// Features that have an answer already, and would have another one.
fn answered(change: &FieldChange) -> impl Iterator<Item = String> {
    let of = |side: Option<&Value>| side.and_then(Value::as_object).cloned().unwrap_or_default();
    let (before, after) = (of(change.before.as_ref()), of(change.after.as_ref()));
    before
        .into_iter()
        .filter(move |(feature, answer)| after.get(feature).is_some_and(|new| new != answer))
        .map(|(feature, _)| items::feature(feature))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::civil::date;
    use serde_json::json;

    use super::*;
    use crate::model::{organization::Label, source::Tier};

    fn by(source: &str, tier: Tier) -> Arc<Said> {
        Arc::new(Said {
            source: source.into(),
            source_name: source.into(),
            tier,
            key: "a".into(),
            load_date: date(2026, 11, 1),
            label: Label::Listed,
            evidence: None,
        })
    }

    fn change(field: &str, before: Value, after: Value) -> FieldChange {
        FieldChange { field: field.into(), before: Some(before).filter(|it| !it.is_null()), after: Some(after) }
    }

    #[test]
    fn what_a_better_list_holds_does_not_show() {
        let mut standing = Provenance::default();
        for (field, tier) in [
            ("phone", Tier::GOVERNMENT),
            ("description", Tier::LEGACY),
            ("portals/prt-1", Tier::VENDOR),
            ("features/a", Tier::VENDOR),
            ("kinds", Tier::GOVERNMENT),
        ] {
            standing.insert(field, by(&format!("{field} list"), tier));
        }
        let all = [
            change("phone", json!("1"), json!("2")),
            change("description", json!("1"), json!("2")),
            change("website", Value::Null, json!({})),
            change("portals", json!([]), json!([1])),
            change("places", json!([]), json!([1])),
            change("features", json!({ "a": "yes" }), json!({ "a": "no", "b": "yes" })),
            change("kinds", json!(["hospital"]), json!(["clinic"])),
        ];
        let held = |speaker| outweighed(speaker, &all, &standing, date(2026, 11, 22)).into_keys().collect::<Vec<_>>();
        assert_eq!(held(Speaker::Suggestions), ["features", "kinds", "phone", "portals"]);
        assert_eq!(held(Speaker::Owners), Vec::<String>::new());
        let more = [change("features", json!({ "a": "yes" }), json!({ "a": "yes", "b": "yes" }))];
        assert!(outweighed(Speaker::Suggestions, &more, &standing, date(2026, 11, 22)).is_empty(), "an answer more");
    }
}
