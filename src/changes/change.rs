//! One change as followers are told it.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::value::{RawValue, to_raw_value};

use super::diff;
use crate::{
    clock::moment,
    model::{
        id::ThingKind,
        kind::Kind,
        organization::{Related, Status},
        revision::{Actor, Event},
        told::Change,
    },
    register::area_bit,
    store::{Logged, Recalls},
};

/// A change, written, with what lists filter by.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The change.
    pub change: Change,
    /// When, in microseconds since 1970 UTC.
    pub at: i64,
    /// As it goes out.
    pub json: Box<RawValue>,
    /// States it has to do with before or after (`register::area_bit`).
    pub areas: u64,
    /// Kinds it has to do with before or after ([`Kind::bit`]).
    pub kinds: u32,
}

/// What of any document is needed to say what it is about.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Lean {
    name: Option<String>,
    slug: Option<String>,
    status: Option<Status>,
    successor: Option<Related>,
    kinds: Vec<Kind>,
    areas: Vec<String>,
    state: Option<String>,
    locations: Vec<LeanPlace>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct LeanPlace {
    state: Option<String>,
}

impl Lean {
    /// A document that is empty, or from a time when it was another one, says nothing.
    fn read(thing: ThingKind, document: Option<&str>) -> Self {
        // The `state` of portals and endpoints is another one.
        let told = !matches!(thing, ThingKind::Portal | ThingKind::Endpoint);
        document.filter(|_| told).and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    }

    fn area_bits(&self) -> u64 {
        let places = self.locations.iter().filter_map(|place| place.state.as_deref()).chain(self.state.as_deref());
        places.chain(self.areas.iter().map(String::as_str)).fold(0, |bits, code| bits | area_bit(code))
    }

    fn kind_bits(&self) -> u32 {
        self.kinds.iter().fold(0, |bits, kind| bits | kind.bit())
    }
}

/// Makes changes of what the log has; absolute addresses begin with `public_url`.
pub fn entries(logged: Vec<Logged>, recalls: &Recalls, public_url: &str) -> Vec<Arc<Entry>> {
    logged.into_iter().filter_map(|logged| entry(&logged, recalls, public_url)).map(Arc::new).collect()
}

fn entry(logged: &Logged, recalls: &Recalls, public_url: &str) -> Option<Entry> {
    let revision = &logged.revision;
    let thing = revision.thing;
    let after = revision.after.as_deref().filter(|text| !text.is_empty());
    let (was, is) = (Lean::read(thing, logged.before.as_deref()), Lean::read(thing, after));
    let changes = match (revision.event, logged.before.as_deref(), after) {
        // What was redacted must not come back as an old value.
        (Event::Created | Event::Redacted, ..) | (_, None, _) | (_, _, None) => None,
        (_, Some(before), Some(after)) => diff::between(thing, before, after, &recalls.hosts),
    };
    let (areas, kinds) = (was.area_bits() | is.area_bits(), was.kind_bits() | is.kind_bits());
    let page = match thing {
        ThingKind::Organization => Some(format!("{public_url}/o/{}", revision.id)),
        ThingKind::Location => logged.owner.as_ref().map(|owner| format!("{public_url}/o/{owner}")),
        ThingKind::App => is.slug.as_ref().map(|slug| format!("{public_url}/apps/{slug}")),
        ThingKind::Portal | ThingKind::Endpoint => None,
    };
    let change = Change {
        n: revision.n,
        at: moment(revision.at).to_string(),
        thing,
        id: revision.id.clone(),
        version: revision.version,
        event: revision.event,
        actor: Actor::of(&revision.actor),
        load: revision.load,
        source: logged.source.clone(),
        name: is.name,
        status: is.status,
        organization: logged.owner.clone(),
        successor: is.successor,
        page,
        url: format!("{public_url}/api/v1/{}s/{}", thing.word(), revision.id),
        changes,
    };
    Some(Entry { at: revision.at, json: to_raw_value(&change).ok()?, change, areas, kinds })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::{id::Id, revision::Revision};

    fn logged(event: Event, before: Option<&str>, after: Option<&str>) -> Logged {
        let id = Id::parse("org-0198f1a2b3c47d5e8f90123456789abc").unwrap();
        let revision = Revision {
            n: 7,
            at: 1_795_000_000_000_000,
            thing: ThingKind::Organization,
            id,
            version: 2,
            event,
            actor: "jane.doe@example.org".into(),
            load: Some(3),
            after: after.map(str::to_owned),
            digest: String::new(),
        };
        Logged { revision, before: before.map(str::to_owned), owner: None, source: Some("vendor".into()) }
    }

    #[test]
    fn a_change_says_what_and_never_who_by_name() {
        let before = r#"{"name":"A","status":"active","kinds":["hospital"],"locations":[{"state":"OH"}]}"#;
        let after = r#"{"name":"B","status":"active","kinds":["clinic"],"locations":[{"state":"ID"}]}"#;
        let entry = entry(&logged(Event::Updated, Some(before), Some(after)), &Recalls::default(), "https://x.example")
            .unwrap();
        let said: serde_json::Value = serde_json::from_str(entry.json.get()).unwrap();
        assert_eq!(said["actor"], "moderator");
        assert!(!entry.json.get().contains("jane"));
        assert_eq!(said["page"], "https://x.example/o/org-0198f1a2b3c47d5e8f90123456789abc");
        assert_eq!(said["url"], "https://x.example/api/v1/organizations/org-0198f1a2b3c47d5e8f90123456789abc");
        assert_eq!(said["changes"][2], json!({ "field": "name", "old": "A", "new": "B" }));
        assert_eq!(entry.areas, area_bit("OH") | area_bit("ID"), "who follows Ohio hears that it left");
        assert_eq!(entry.kinds, Kind::Hospital.bit() | Kind::Clinic.bit());
    }

    #[test]
    fn what_was_redacted_does_not_come_back_as_an_old_value() {
        let (before, after) = (r#"{"name":"A secret"}"#, r#"{"name":"A"}"#);
        for logged in [
            logged(Event::Redacted, Some(before), Some(after)),
            logged(Event::Redacted, Some(before), None),
            logged(Event::Updated, None, Some(after)),
        ] {
            let entry = entry(&logged, &Recalls::default(), "").unwrap();
            assert!(entry.change.changes.is_none() && !entry.json.get().contains("secret"));
        }
    }
}
