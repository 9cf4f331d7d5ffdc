//! What would change, in lines that people can read: pure.

use serde_json::Value;

use crate::{
    model::{change::changes, listing::Body},
    site::{Here, Lang},
};

/// Lines of one field that are shown.
const LINES: usize = 40;

/// One field that would say something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The field, in words.
    pub field: String,
    /// Lines that would go.
    pub gone: Vec<String>,
    /// Lines that would come.
    pub new: Vec<String>,
    /// Lines that are not shown.
    pub more: usize,
}

/// What differs between two listings.
pub fn difference(here: &Here, before: &Body, after: &Body) -> Vec<Change> {
    let change = |change: crate::model::change::FieldChange| {
        let (before, after) = (lines(change.before.as_ref()), lines(change.after.as_ref()));
        let only = |these: &[String], those: &[String]| -> Vec<String> {
            these.iter().filter(|line| !those.contains(line)).cloned().collect()
        };
        let (mut gone, mut new) = (only(&before, &after), only(&after, &before));
        let more = gone.len().saturating_sub(LINES) + new.len().saturating_sub(LINES);
        gone.truncate(LINES);
        new.truncate(LINES);
        Change { field: field_words(here.lang, &change.field), gone, new, more }
    };
    changes(Some(before), Some(after)).into_iter().map(change).collect()
}

/// A field of a listing in words.
pub fn field_words(lang: Lang, field: &str) -> String {
    match field {
        "name" => lang.t("changed-name"),
        "aliases" => lang.t("changed-aliases"),
        "kinds" => lang.t("changed-kinds"),
        "status" => lang.t("changed-status"),
        "description" | "description_es" => lang.t("changed-description"),
        "website" => lang.t("changed-website"),
        "phone" => lang.t("changed-phone"),
        "identifiers" => lang.t("changed-identifiers"),
        "places" => lang.t("changed-places"),
        "areas" => lang.t("changed-areas"),
        "portals" => lang.t("changed-portals"),
        "endpoints" => lang.t("changed-endpoints"),
        "part_of" | "part_of_name" => lang.t("changed-part-of"),
        "features" => lang.t("changed-features"),
        "how_to_ask" => lang.t("changed-how-to-ask"),
        "logos" => lang.t("changed-logos"),
        _ => lang.t("changed-other"),
    }
}

/// A value as lines: an item of a list a line, an object its texts one after another.
fn lines(value: Option<&Value>) -> Vec<String> {
    match value {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(items)) => items.iter().map(flat).filter(|line| !line.is_empty()).collect(),
        Some(Value::Object(map)) if map.values().all(|value| !value.is_object() && !value.is_array()) => {
            let named = |(name, value): (&String, &Value)| format!("{name}: {}", flat(value));
            if map.contains_key("url") {
                vec![flat(&Value::Object(map.clone()))]
            } else {
                map.iter().map(named).collect()
            }
        }
        Some(other) => vec![flat(other)],
    }
}

fn flat(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => joined(items.iter().map(flat)),
        // What an address opens follows from it.
        Value::Object(map) => joined(
            map.iter()
                .filter(|(name, _)| !["domain", "warnings"].contains(&name.as_str()))
                .map(|(_, value)| flat(value)),
        ),
        other => other.to_string(),
    }
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{listing::OrganizationFacts, place::Place},
        site::samples,
    };

    #[test]
    fn only_lines_that_differ_are_shown() {
        let place = |street: &str| Place::new(&[street], "Boise", "ID", "83702").unwrap();
        let of = |places: Vec<Place>| {
            Body::Organization(Box::new(OrganizationFacts { name: "A".into(), places, ..OrganizationFacts::default() }))
        };
        let here = samples::here(Lang::En, "/");
        let before = of(vec![place("1 Main St"), place("2 Main St")]);
        let after = of(vec![place("1 Main St"), place("3 Main St")]);
        let found = difference(&here, &before, &after);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].field, "Places");
        let gone: Vec<bool> = found[0].gone.iter().map(|line| line.contains("2 Main St")).collect();
        assert_eq!((gone, found[0].new.len()), (vec![true], 1));
        assert!(difference(&here, &before, &before).is_empty());
    }
}
