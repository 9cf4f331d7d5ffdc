//! What the original's POST took: a JSON object in, its record as the original saved it out. Pure.
//!
//! What holds: fields that are not the original's are left out, values become the types they had there, texts are cleaned
//! and cut.

use serde::Serialize;
use serde_json::Value;

use crate::{
    model::{
        door::Door,
        features::{Answer, Feature, Features},
        kind::Kind,
        listing::{AppFacts, DoorFacts, OrganizationFacts, PortalFacts},
        place::{Place, state_code},
        suggestion::Correction,
        text::{self, NAME_LIMIT},
    },
    site::kept_text,
    sources::original::old_slug,
};

/// Who sent it and why, beside a record.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub(super) struct Submitter {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub submitter_email: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub submitter_reason: String,
}

/// An organization as it was posted.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct PostedOrganization {
    pub organization: String,
    pub category: String,
    pub states: Vec<String>,
    pub phone: String,
    pub url: String,
    pub description: String,
    pub view: bool,
    pub download: bool,
    pub transmit: bool,
    pub id: String,
}

/// An app as it was posted.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct PostedApp {
    pub name: String,
    pub organization: String,
    pub url: String,
    pub description: String,
    pub img: String,
    pub apple_url: String,
    pub google_url: String,
    pub id: String,
}

impl Submitter {
    /// Who sent it, as far as they say.
    pub fn read(value: &Value) -> Self {
        let said = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().trim().to_owned();
        Self { submitter_email: said("submitter_email"), submitter_reason: kept_text(&said("submitter_reason")) }
    }
}

impl PostedOrganization {
    /// The record; nothing when it has no name.
    pub fn read(value: &Value) -> Option<Self> {
        let name = text::clean_name(&string(value, "organization"));
        (!name.is_empty()).then(|| Self {
            category: string(value, "category"),
            states: list(value, "states"),
            phone: string(value, "phone"),
            url: string(value, "url"),
            description: string(value, "description"),
            view: boolean(value, "view"),
            download: boolean(value, "download"),
            transmit: boolean(value, "transmit"),
            id: old_slug(&name, false),
            organization: name,
        })
    }

    /// What it would have the directory say; `false` never meant no.
    pub fn correction(&self) -> Correction {
        let areas: Vec<String> = self.states.iter().filter_map(|state| area(state)).collect();
        let facts = OrganizationFacts {
            name: self.organization.clone(),
            kinds: Kind::from_original_category(&self.category).into_iter().collect(),
            description: some(&self.description),
            phone: text::phone(&self.phone),
            places: match areas.as_slice() {
                [state] if state != "US" => Place::new(&[], "", state, "").into_iter().collect(),
                _ => Vec::new(),
            },
            areas,
            portals: Door::parse(&self.url).ok().map(PortalFacts::at).into_iter().collect(),
            features: self.features(),
            ..OrganizationFacts::default()
        };
        Correction { facts, instead_of: None }
    }

    fn features(&self) -> Features {
        let all = [("view", self.view), ("download", self.download), ("send", self.transmit)];
        let said = all.into_iter().filter(|(_, yes)| *yes);
        said.filter_map(|(code, _)| Some((Feature::parse(code)?, Answer::Yes))).collect()
    }
}

impl PostedApp {
    /// The record; nothing when it has no name.
    pub fn read(value: &Value) -> Option<Self> {
        let name = text::clean_name(&string(value, "name"));
        (!name.is_empty()).then(|| Self {
            organization: string(value, "organization"),
            url: string(value, "url"),
            description: string(value, "description"),
            img: string(value, "img"),
            apple_url: string(value, "apple_url"),
            google_url: string(value, "google_url"),
            id: old_slug(&name, false),
            name,
        })
    }

    /// What it would have the directory say.
    pub fn facts(&self) -> AppFacts {
        let door = |url: &str| Door::parse(url).ok().map(|door| DoorFacts { door, evidence: None });
        let store = |url: &str, of: &str| door(url).filter(|at| at.door.domain.split('/').next() == Some(of));
        AppFacts {
            name: self.name.clone(),
            publisher: some(&self.organization),
            description: some(&self.description),
            website: door(&self.url),
            app_store: store(&self.apple_url, "apple.com"),
            google_play: store(&self.google_url, "google.com"),
            ..AppFacts::default()
        }
    }
}

/// How deep a value goes.
pub(super) fn depth(value: &Value) -> usize {
    match value {
        Value::Array(all) => 1 + all.iter().map(depth).max().unwrap_or_default(),
        Value::Object(all) => 1 + all.values().map(depth).max().unwrap_or_default(),
        _ => 0,
    }
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn area(state: &str) -> Option<String> {
    if state.eq_ignore_ascii_case("all") { Some("US".into()) } else { state_code(state).map(str::to_owned) }
}

/// A text, as the original made one of whatever was given: what has parts is empty.
fn string(value: &Value, name: &str) -> String {
    match value.get(name) {
        Some(Value::String(text)) => kept_text(text),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::Bool(yes)) => yes.to_string(),
        _ => String::new(),
    }
}

fn list(value: &Value, name: &str) -> Vec<String> {
    let one = |value: &Value| value.as_str().map(|text| text::clean(text, NAME_LIMIT));
    match value.get(name) {
        Some(Value::Array(all)) => all.iter().filter_map(one).take(60).collect(),
        Some(value) => one(value).into_iter().collect(),
        None => Vec::new(),
    }
}

/// Yes or no, as the original and its language took it.
fn boolean(value: &Value, name: &str) -> bool {
    match value.get(name) {
        Some(Value::Bool(yes)) => *yes,
        Some(Value::String(text)) => text.trim().eq_ignore_ascii_case("true"),
        Some(Value::Number(number)) => number.as_f64().is_some_and(|number| number != 0.0),
        Some(Value::Array(_) | Value::Object(_)) => true,
        Some(Value::Null) | None => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_become_what_they_were_there() {
        let posted = json!({
            "organization": "  Some fake organization ", "url": {"bad_url": "http://x"}, "phone": 2_085_550_100_i64,
            "states": "TX", "view": "TRUE", "download": 0, "transmit": [], "bad_property": "Mwuhahahah!",
        });
        let record = PostedOrganization::read(&posted).unwrap();
        assert_eq!(
            (record.organization.as_str(), record.id.as_str()),
            ("Some fake organization", "some-fake-organization")
        );
        assert_eq!((record.url.as_str(), record.phone.as_str()), ("", "2085550100"));
        assert_eq!(
            (record.states.clone(), record.view, record.download, record.transmit),
            (vec!["TX".into()], true, false, true)
        );
        assert!(!serde_json::to_string(&record).unwrap().contains("bad_property"));
        assert_eq!(PostedOrganization::read(&json!({"organization": " "})), None);
        assert_eq!(PostedApp::read(&json!({"organization": "x"})), None);
    }

    #[test]
    fn only_what_can_be_said_is_suggested() {
        let posted = json!({"organization": "Mercy", "url": "javascript:alert(1)", "states": ["all", "Nowhere"],
            "category": "hospital", "description": "my ssn is 219-09-9999"});
        let facts = PostedOrganization::read(&posted).unwrap().correction().facts;
        assert_eq!((facts.portals.len(), facts.areas.as_slice()), (0, ["US".to_owned()].as_slice()));
        assert_eq!(
            (facts.kinds.as_slice(), facts.description.as_deref()),
            ([Kind::Hospital].as_slice(), Some("my ssn is [removed]"))
        );
        let app = json!({"name": "Reader", "apple_url": "https://evil.example.org/app", "google_url": "https://play.google.com/a"});
        let facts = PostedApp::read(&app).unwrap().facts();
        assert!(facts.app_store.is_none() && facts.google_play.is_some());
    }

    #[test]
    fn depth_is_counted() {
        assert_eq!((depth(&json!(1)), depth(&json!({"a": [1]})), depth(&json!({"a": [[]]}))), (0, 2, 3));
    }
}
