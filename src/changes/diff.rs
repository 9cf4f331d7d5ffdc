//! What is different between two documents of one thing, field by field.
//!
//! Two documents as they stand in the log in, the fields that differ out. Pure. What holds: nothing on a host that was
//! declared hostile is in any value, in an old one neither; addresses that were never checked are no addresses here.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, value::RawValue};

use crate::model::{
    hostile,
    id::ThingKind,
    organization::{App, Organization},
    told::Difference,
};

/// Fields that say nothing of the thing itself.
const BESIDE: [&str; 4] = ["id", "version", "provenance", "shared_portal"];
/// Fields whose values are not told here: doors that are not shown as such, and pictures.
const UNTOLD: [&str; 2] = ["also_listed", "logos"];
/// States of a door that is no button.
const NO_BUTTON: [&str; 3] = ["not_yet", "closed", "old_address"];
/// What of a door leads somewhere.
const ADDRESSES: [&str; 4] = ["url", "address", "sign_up", "developers"];

/// The fields of a document, unread.
type Fields<'a> = BTreeMap<String, &'a RawValue>;

/// What is different; nothing when one of the two cannot be read.
pub fn between(thing: ThingKind, old: &str, new: &str, hostile: &BTreeSet<String>) -> Option<Vec<Difference>> {
    let (was, is) = (fields(old)?, fields(new)?);
    let (clean_old, clean_new) = (cleaned(thing, old, hostile), cleaned(thing, new, hostile));
    let nothing = || Some(Fields::new());
    let told_old = clean_old.as_deref().map_or_else(nothing, fields)?;
    let told_new = clean_new.as_deref().map_or_else(nothing, fields)?;
    let names: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
    let differs =
        |a: &Fields<'_>, b: &Fields<'_>, name: &str| a.get(name).map(|v| v.get()) != b.get(name).map(|v| v.get());
    let changed = names.into_iter().filter(|name| !BESIDE.contains(&name.as_str()) && differs(&was, &is, name));
    let field = |name: &String| {
        let value = |from: &Fields<'_>| from.get(name).and_then(|raw| serde_json::from_str::<Value>(raw.get()).ok());
        let (old, new) = if UNTOLD.contains(&name.as_str()) {
            (None, None)
        } else {
            apart(value(&told_old).map(told), value(&told_new).map(told))
        };
        Difference { field: name.clone(), withheld: old.is_none() && new.is_none(), old, new }
    };
    Some(changed.map(field).collect())
}

fn fields(document: &str) -> Option<Fields<'_>> {
    serde_json::from_str(document).ok()
}

/// A document without what lies on these hosts; nothing when it cannot be cleaned.
fn cleaned<'a>(thing: ThingKind, document: &'a str, hosts: &BTreeSet<String>) -> Option<std::borrow::Cow<'a, str>> {
    let lower = if hosts.is_empty() { String::new() } else { document.to_lowercase() };
    if !hosts.iter().any(|host| lower.contains(host.as_str())) {
        return Some(document.into());
    }
    match thing {
        ThingKind::Organization => {
            let mut thing: Organization = serde_json::from_str(document).ok()?;
            hostile::clean(&mut thing, hosts);
            Some(thing.document().into())
        }
        ThingKind::App => {
            let mut thing: App = serde_json::from_str(document).ok()?;
            hostile::clean_app(&mut thing, hosts);
            Some(thing.document().into())
        }
        ThingKind::Location | ThingKind::Portal | ThingKind::Endpoint => None,
    }
}

/// A value as it may be told: the address of a door that is no button is none, a number for matching stays ours.
fn told(value: Value) -> Value {
    match value {
        Value::Array(items) => {
            let ours = |item: &Value| item.get("system").and_then(Value::as_str) == Some("ein");
            items.into_iter().filter(|item| !ours(item)).map(told).collect()
        }
        Value::Object(mut object) => {
            if object.get("state").and_then(Value::as_str).is_some_and(|state| NO_BUTTON.contains(&state)) {
                object.retain(|name, _| !ADDRESSES.contains(&name.as_str()));
            }
            Value::Object(object)
        }
        other => other,
    }
}

/// Of two values what only one of them has: of lists the items, of answers to many questions those that differ.
fn apart(old: Option<Value>, new: Option<Value>) -> (Option<Value>, Option<Value>) {
    if old == new {
        return (None, None);
    }
    let empty = |value: &Value| {
        value.as_array().is_some_and(Vec::is_empty) || value.as_object().is_some_and(serde_json::Map::is_empty)
    };
    match (old, new) {
        (Some(Value::Array(old)), Some(Value::Array(new))) => {
            let only = |these: &[Value], others: &[Value]| -> Value {
                these.iter().filter(|item| !others.contains(item)).cloned().collect()
            };
            let (went, came) = (only(&old, &new), only(&new, &old));
            if empty(&went) && empty(&came) {
                // Another order: the first kind is the one that counts.
                return (Some(old.into()), Some(new.into()));
            }
            (Some(went).filter(|v| !empty(v)), Some(came).filter(|v| !empty(v)))
        }
        (Some(Value::Object(mut old)), Some(Value::Object(mut new)))
            if !old.contains_key("id") && !old.contains_key("url") =>
        {
            let same: Vec<String> =
                old.iter().filter(|(k, v)| new.get(*k) == Some(v)).map(|(k, _)| k.clone()).collect();
            for name in same {
                old.remove(&name);
                new.remove(&name);
            }
            let (old, new) = (Value::Object(old), Value::Object(new));
            (Some(old).filter(|v| !empty(v)), Some(new).filter(|v| !empty(v)))
        }
        both => both,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn diff(thing: ThingKind, old: &Value, new: &Value, hosts: &[&str]) -> Value {
        let hosts = hosts.iter().map(|host| (*host).to_owned()).collect();
        serde_json::to_value(between(thing, &old.to_string(), &new.to_string(), &hosts).unwrap()).unwrap()
    }

    fn portal(id: &str, url: &str, state: &str) -> Value {
        json!({ "id": id, "url": url, "domain": "example.org", "state": state })
    }

    #[test]
    fn fields_that_differ_and_of_lists_what_came_and_went() {
        let old = json!({ "version": 1, "name": "A", "status": "active", "kinds": ["hospital"], "features": { "view": "yes", "send": "no" },
            "portals": [portal("p1", "https://a.example.org/", "live"), portal("p2", "https://b.example.org/", "live")] });
        let new = json!({ "version": 2, "name": "B", "status": "active", "kinds": ["hospital"], "features": { "view": "yes", "send": "yes" },
            "portals": [portal("p1", "https://a.example.org/", "live"), portal("p3", "https://c.example.org/", "live")],
            "phone": "(208) 555-0100", "provenance": {} });
        assert_eq!(
            diff(ThingKind::Organization, &old, &new, &[]),
            json!([
                { "field": "features", "old": { "send": "no" }, "new": { "send": "yes" } },
                { "field": "name", "old": "A", "new": "B" },
                { "field": "phone", "new": "(208) 555-0100" },
                { "field": "portals", "old": [portal("p2", "https://b.example.org/", "live")],
                    "new": [portal("p3", "https://c.example.org/", "live")] },
            ])
        );
        let turned =
            diff(ThingKind::Organization, &json!({ "kinds": ["a", "b"] }), &json!({ "kinds": ["b", "a"] }), &[]);
        assert_eq!(turned, json!([{ "field": "kinds", "old": ["a", "b"], "new": ["b", "a"] }]));
    }

    #[test]
    fn old_addresses_numbers_for_matching_and_other_doors_are_not_told() {
        let ein = json!({ "system": "ein", "value": "12-3456789" });
        let old = json!({ "portals": [], "also_listed": [], "identifiers": [] });
        let new = json!({ "portals": [portal("p1", "https://old.example.org/", "old_address")],
            "also_listed": [{ "url": "https://other.example.org/" }], "identifiers": [ein] });
        let said = diff(ThingKind::Organization, &old, &new, &[]);
        assert_eq!(
            said,
            json!([
                { "field": "also_listed", "withheld": true },
                { "field": "identifiers", "withheld": true },
                { "field": "portals", "new": [{ "id": "p1", "domain": "example.org", "state": "old_address" }] },
            ])
        );
    }

    #[test]
    fn what_cannot_be_cleaned_is_withheld() {
        let (old, new) = (json!({ "id": "por-1" }), json!({ "url": "https://bad.example.org/" }));
        let said = diff(ThingKind::Portal, &old, &new, &["bad.example.org"]);
        assert_eq!(said, json!([{ "field": "url", "withheld": true }]));
        assert_eq!(between(ThingKind::App, "no document", "{}", &BTreeSet::new()), None);
    }
}
