//! A listing as programs read and write it: addresses as plain texts, and every fault named by its field. Pure.
//!
//! What holds: what only readers of lists may set is no field here; what is not known is refused, so that a slip of the pen
//! is not silently lost.

use serde_json::{Map, Value, json};

use crate::model::{door::Door, id::ThingKind, listing::Body};

/// Fields of an organization, and of the items of its lists.
const ORGANIZATION: &[&str] = &[
    "name",
    "aliases",
    "kinds",
    "description",
    "website",
    "phone",
    "identifiers",
    "places",
    "areas",
    "portals",
    "endpoints",
    "part_of_name",
    "features",
    "how_to_ask",
    "logos",
    "status",
    "shared_portal",
];
const PORTAL: &[&str] = &["at", "name", "description", "audience", "sign_up", "endpoints", "valid"];
const ENDPOINT: &[&str] = &["at", "fhir_versions", "name", "developers"];
/// Fields of an app.
const APP: &[&str] = &[
    "name",
    "publisher",
    "description",
    "description_es",
    "website",
    "privacy_policy",
    "app_store",
    "google_play",
    "ingests",
    "platforms",
];
/// Fields that are addresses of doors.
const DOORS: &[&str] = &["website", "at", "sign_up", "developers", "privacy_policy", "app_store", "google_play"];

/// What is wrong with a listing, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The field: `portals[0].at`.
    pub field: String,
    /// What is wrong, and how to mend it.
    pub why: String,
}

impl Fault {
    fn new(field: impl Into<String>, why: impl Into<String>) -> Self {
        Self { field: field.into(), why: why.into() }
    }
}

/// A listing for programs.
pub fn shown(body: &Body) -> Value {
    let mut value = serde_json::to_value(body).unwrap_or_default();
    let known = fields(body.subject());
    if let Value::Object(fields) = &mut value {
        fields.retain(|name, _| known.contains(&name.as_str()));
        for name in ["portals", "endpoints"] {
            for item in fields.get_mut(name).and_then(Value::as_array_mut).into_iter().flatten() {
                if let Value::Object(item) = item {
                    item.retain(|field, _| fields_of_item(name).contains(&field.as_str()));
                }
            }
        }
    }
    plain(&mut value);
    value
}

fn fields(subject: &str) -> &'static [&'static str] {
    if subject == "app" { APP } else { ORGANIZATION }
}

fn fields_of_item(list: &str) -> &'static [&'static str] {
    if list == "portals" { PORTAL } else { ENDPOINT }
}

/// Doors as texts.
fn plain(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value.get("url") {
                    Some(url) if DOORS.contains(&name.as_str()) => *value = url.clone(),
                    _ => plain(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(plain),
        _ => {}
    }
}

/// Reads a listing that a program wrote.
pub fn read(kind: ThingKind, value: Value) -> Result<Body, Vec<Fault>> {
    let subject = if kind == ThingKind::App { "app" } else { "organization" };
    let Value::Object(mut given) = value else {
        return Err(vec![Fault::new("", "the body is a JSON object: what GET answers as `listing`")]);
    };
    let mut faults = Vec::new();
    if given.get("name").and_then(Value::as_str).is_none_or(|name| name.trim().is_empty()) {
        faults.push(Fault::new("name", "a listing has a name"));
    }
    for (field, value) in &mut given {
        if !fields(subject).contains(&field.as_str()) {
            let known = fields(subject).join(", ");
            faults.push(Fault::new(short(field), format!("there is no such field; there are {known}")));
            continue;
        }
        let before = faults.len();
        items(field, value, &mut faults);
        doors(field, field, value, &mut faults);
        if faults.len() == before
            && let Err(why) = alone(subject, field, value)
        {
            faults.push(Fault::new(short(field), why));
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    given.insert("subject".into(), subject.into());
    serde_json::from_value(Value::Object(given)).map_err(|why| vec![Fault::new("", why.to_string())])
}

/// Fields of items that are not known.
fn items(list: &str, value: &Value, faults: &mut Vec<Fault>) {
    if !["portals", "endpoints"].contains(&list) {
        return;
    }
    for (at, item) in value.as_array().into_iter().flatten().enumerate() {
        for field in item.as_object().into_iter().flat_map(Map::keys) {
            if !fields_of_item(list).contains(&field.as_str()) {
                let known = fields_of_item(list).join(", ");
                let why = format!("there is no such field; there are {known}");
                faults.push(Fault::new(format!("{list}[{at}].{}", short(field)), why));
            }
        }
    }
}

/// Reads every address, and puts it where a listing has it.
fn doors(name: &str, path: &str, value: &mut Value, faults: &mut Vec<Fault>) {
    match value {
        Value::String(text) if DOORS.contains(&name) => match Door::parse(text) {
            Ok(door) => *value = json!(door),
            Err(why) => faults.push(Fault::new(path, why.to_string())),
        },
        other if DOORS.contains(&name) && !other.is_null() => {
            faults.push(Fault::new(path, "an address is a text: \"https://…\""));
        }
        Value::Object(fields) => {
            for (name, value) in fields {
                doors(name, &format!("{path}.{}", short(name)), value, faults);
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter_mut().enumerate() {
                doors("", &format!("{path}[{at}]"), item, faults);
            }
        }
        _ => {}
    }
}

/// Does a field alone make a listing?
fn alone(subject: &str, field: &str, value: &Value) -> Result<(), String> {
    let listing = json!({ "subject": subject, "name": "x", field: value });
    let listing: Result<Body, _> = serde_json::from_value(listing);
    listing.map(|_| ()).map_err(|why| why.to_string())
}

fn short(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(value: Value) -> Vec<String> {
        let mut all: Vec<_> = read(ThingKind::Organization, value).unwrap_err().into_iter().map(|f| f.field).collect();
        all.sort();
        all
    }

    #[test]
    fn what_is_shown_is_read_as_it_was() {
        let value = json!({
            "name": "St. Joseph", "kinds": ["hospital"], "website": "https://example.org/",
            "portals": [{ "at": "https://my.example.org/", "name": "MyChart", "sign_up": "https://my.example.org/new" }],
            "endpoints": [{ "at": "https://fhir.example.org/r4", "developers": "https://example.org/dev" }],
        });
        let body = read(ThingKind::Organization, value.clone()).unwrap();
        assert_eq!(shown(&body), value);
        let app = json!({ "name": "Example", "website": "https://example.org/", "platforms": ["web"] });
        assert_eq!(shown(&read(ThingKind::App, app.clone()).unwrap()), app);
    }

    #[test]
    fn each_fault_is_named() {
        let wrong = json!({
            "name": " ", "nmae": "x", "kinds": ["castle"], "website": "javascript:alert(1)",
            "portals": [{ "at": "ftp://a.example/" }, { "at": { "url": "https://a.example" } }, { "at": "https://a.example.org/", "trust": 1 }],
        });
        assert_eq!(
            faults(wrong),
            ["kinds", "name", "nmae", "portals[0].at", "portals[1].at", "portals[2].trust", "website"]
        );
        assert_eq!(faults(json!([])), [""]);
    }

    #[test]
    fn nothing_is_set_that_only_lists_say() {
        for field in ["fixed_id", "at_best", "old_slugs", "part_of", "subject", "id", "version"] {
            assert_eq!(faults(json!({ "name": "x", field: "y" })), [field]);
        }
        let inner = json!({ "name": "x", "portals": [{ "at": "https://a.example.org/", "through": "y" }] });
        assert_eq!(faults(inner), ["portals[0].through"]);
    }
}
