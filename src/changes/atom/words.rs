//! What feeds say, in the language of the reader.

use serde_json::Value;

use super::About;
use crate::{
    model::{
        revision::Event,
        told::{Change, Difference},
    },
    site::Lang,
};

/// The longest value that is told, in characters, and how many of a list.
const LONGEST: usize = 120;
const SHOWN: usize = 3;

/// The title of a feed; `name` is that of the thing it is about.
pub(super) fn title(lang: Lang, about: &About, name: Option<&str>) -> String {
    let named = |name: &str| lang.with("feed-of", &[("name", name.into())]);
    match about {
        About::Everything => lang.t("feed-all"),
        About::State(code) => named(&lang.t(&format!("state-{}", code.to_lowercase()))),
        About::Kind(kind) => named(&lang.t(&format!("kinds-{}", kind.code()))),
        About::Thing(id) => named(name.unwrap_or(id.as_str())),
    }
}

/// What happened, in one line.
pub(super) fn headline(lang: Lang, change: &Change) -> String {
    let name = [("name", change.name.as_deref().unwrap_or(change.id.as_str()).into())];
    match change.event {
        Event::Created => lang.with("feed-created", &name),
        Event::Updated | Event::Moved | Event::Attested | Event::Closed | Event::Held | Event::Confirmed => {
            lang.with("feed-updated", &name)
        }
        Event::Merged => lang.with("feed-merged", &name),
        Event::Split => lang.with("feed-split", &name),
        Event::Withdrawn => lang.with("feed-withdrawn", &name),
        Event::Restored => lang.with("feed-restored", &name),
        Event::Recalled => lang.with("feed-recalled", &name),
        Event::Redacted => lang.with("feed-redacted", &name),
    }
}

/// What is different, a line for each field; nothing when that is not known.
pub(super) fn summary(lang: Lang, change: &Change) -> Option<String> {
    let mut lines: Vec<String> = Vec::new();
    if let Some(successor) = &change.successor {
        lines.push(lang.with("feed-successor", &[("name", (&successor.name).into())]));
    }
    lines.extend(change.changes.iter().flatten().map(|field| line(lang, field)));
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn line(lang: Lang, field: &Difference) -> String {
    let name = name(lang, &field.field);
    let (old, new) = (field.old.as_ref().and_then(brief), field.new.as_ref().and_then(brief));
    match (old, new) {
        // A door that stays on its domain.
        (Some(old), Some(new)) if old == new => format!("{name}: {new}"),
        (Some(old), Some(new)) => format!("{name}: {old} → {new}"),
        (None, Some(new)) => format!("{name}: + {new}"),
        (Some(old), None) => format!("{name}: − {old}"),
        (None, None) => name,
    }
}

/// A value in a few words; nothing when it takes more.
fn brief(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if text.chars().count() > LONGEST => {
            Some(text.chars().take(LONGEST).chain(['…']).collect())
        }
        Value::String(text) => Some(text.clone()),
        Value::Array(items) => {
            let mut told: Vec<String> = items.iter().filter_map(brief).take(SHOWN).collect();
            if items.len() > SHOWN {
                told.push("…".to_owned());
            }
            (!told.is_empty()).then(|| told.join(", "))
        }
        // Of a door the domain, which is what people are shown; of a place the town.
        Value::Object(object) => ["domain", "value", "name", "city"].iter().find_map(|key| brief(object.get(*key)?)),
        _ => None,
    }
}

/// What a field is called.
fn name(lang: Lang, field: &str) -> String {
    match field {
        "name" => lang.t("feed-field-name"),
        "aliases" => lang.t("feed-field-aliases"),
        "kinds" => lang.t("feed-field-kinds"),
        "description" | "description_es" => lang.t("feed-field-description"),
        "website" => lang.t("feed-field-website"),
        "phone" => lang.t("feed-field-phone"),
        "identifiers" => lang.t("feed-field-identifiers"),
        "locations" => lang.t("feed-field-locations"),
        "areas" => lang.t("feed-field-areas"),
        "portals" => lang.t("feed-field-portals"),
        "also_listed" => lang.t("feed-field-also-listed"),
        "endpoints" => lang.t("feed-field-endpoints"),
        "part_of" => lang.t("feed-field-part-of"),
        "features" => lang.t("feed-field-features"),
        "how_to_ask" => lang.t("feed-field-how-to-ask"),
        "logos" => lang.t("feed-field-logos"),
        "status" => lang.t("feed-field-status"),
        "successor" => lang.t("feed-field-successor"),
        "slug" => lang.t("feed-field-slug"),
        "publisher" => lang.t("feed-field-publisher"),
        "ingests" => lang.t("feed-field-ingests"),
        "platforms" => lang.t("feed-field-platforms"),
        "privacy_policy" => lang.t("feed-field-privacy-policy"),
        "app_store" | "google_play" => lang.t("feed-field-store"),
        other => other.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_line_names_the_domain_of_a_door_and_cuts_what_is_long() {
        let field = |field: &str, old: Option<Value>, new: Option<Value>| Difference {
            field: field.into(),
            old,
            new,
            withheld: false,
        };
        let door =
            |domain: &str| json!([{ "url": format!("https://{domain}/x"), "domain": domain, "name": "MyChart" }]);
        let moved = field("portals", Some(door("a.example.org")), Some(door("b.example.org")));
        assert_eq!(line(Lang::En, &moved), "Portals: a.example.org → b.example.org");
        assert_eq!(line(Lang::Es, &field("logos", None, None)), "Logotipos");
        let long = field("description", None, Some("x".repeat(500).into()));
        assert_eq!(line(Lang::En, &long).chars().count(), "Description: + ".len() + LONGEST + 1);
    }
}
