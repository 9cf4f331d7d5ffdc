//! What a person would have the directory say, against what it says now: what changes, whether two changes can stand
//! together, and which of them must wait for a second person. Pure.
//!
//! What holds: a change is judged against the picture that people see, not against what its author says it was; a door on a
//! domain that was never live there is always a risk (CONTRACT section 3).

mod own;
mod picture;
mod risk;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

pub use self::{
    own::{DENIED, complete, deny, differences, expressly, own_words, touched},
    picture::{app_facts, facts},
    risk::{Risk, doors, has_contact, risks},
};
use super::{
    id::Id,
    listing::{Body, hex},
    source::{Mode, Source, Tier},
};

/// A source made of people's words: each says at most one thing of an organization or app, under its id as key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Speaker {
    /// The moderators of this installation: tier 0.
    Moderators,
    /// The organization itself, after it showed control of its domain: tier 1.
    Owners,
    /// Somebody without an account, after a person found it right: tier 6.
    Suggestions,
}

impl Speaker {
    /// Every speaker.
    pub const ALL: [Self; 3] = [Self::Moderators, Self::Owners, Self::Suggestions];

    /// The id of the source.
    pub fn id(self) -> &'static str {
        match self {
            Self::Moderators => "moderators",
            Self::Owners => "owners",
            Self::Suggestions => "suggestions",
        }
    }

    /// The speaker whose source has this id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|speaker| speaker.id() == id)
    }

    /// How much it weighs (CONTRACT section 2).
    pub fn tier(self) -> Tier {
        match self {
            Self::Moderators => Tier::MODERATOR,
            Self::Owners => Tier::OWNER,
            Self::Suggestions => Tier::SUGGESTION,
        }
    }

    /// The source as it stands among the others.
    pub fn source(self) -> Source {
        let (name, publisher) = match self {
            Self::Moderators => ("The moderators of this site", "This site"),
            Self::Owners => ("The organization itself", "The organizations themselves"),
            Self::Suggestions => ("A suggestion that a person checked", "The public"),
        };
        Source {
            id: self.id().into(),
            name: name.into(),
            publisher: publisher.into(),
            tier: self.tier(),
            mode: Mode::Delta,
            licence: "CC0-1.0".into(),
            address: None,
            every: None,
        }
    }
}

/// One field of a listing that would say something else. Lists are one field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldChange {
    /// The field of the listing, for example `portals`.
    pub field: String,
    /// What it says; nothing when it says nothing.
    pub before: Option<Value>,
    /// What it would say.
    pub after: Option<Value>,
}

fn object(body: Option<&Body>) -> Map<String, Value> {
    match body.map(serde_json::to_value) {
        Some(Ok(Value::Object(mut map))) => {
            map.remove("subject");
            // Without a name nothing is said of the name.
            if map.get("name").and_then(Value::as_str) == Some("") {
                map.remove("name");
            }
            map
        }
        _ => Map::new(),
    }
}

/// The fields that differ, in the order of their names.
pub fn changes(before: Option<&Body>, after: Option<&Body>) -> Vec<FieldChange> {
    let (before, after) = (object(before), object(after));
    let fields: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let change = |field: &String| {
        let (before, after) = (before.get(field).cloned(), after.get(field).cloned());
        (before != after).then(|| FieldChange { field: field.clone(), before, after })
    };
    fields.into_iter().filter_map(change).collect()
}

/// Two changes of the same fields, made from the same beginning.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("somebody else changed {} meanwhile", fields.join(", "))]
pub struct Conflict {
    /// The fields both changed, each to something else.
    pub fields: Vec<String>,
}

/// Puts a change that began from `before` on top of what is said `now`. Fields that only one of the two touched keep what
/// that one says; the same change made twice is one. What is said not to be so is judged item by item.
pub fn rebase(now: Option<&Body>, before: Option<&Body>, after: &Body) -> Result<Body, Conflict> {
    let mut all = object(now);
    let mut fields = Vec::new();
    for change in changes(before, Some(after)) {
        if change.field == DENIED {
            deny(&mut all, &change, |_| true);
            continue;
        }
        let stands = all.get(&change.field);
        if stands != change.before.as_ref() && stands != change.after.as_ref() {
            fields.push(change.field);
            continue;
        }
        match change.after {
            Some(value) => _ = all.insert(change.field, value),
            None => _ = all.remove(&change.field),
        }
    }
    if !fields.is_empty() {
        return Err(Conflict { fields });
    }
    all.insert("subject".into(), after.subject().into());
    // Every field came out of a body, so a body it is; were it none, nothing may be lost silently.
    serde_json::from_value(Value::Object(all)).map_err(|_| Conflict { fields: vec!["subject".into()] })
}

/// What an approval is bound to: SHA-256 of what would be said, by which source, of whom, from which moment.
pub fn fingerprint(speaker: Speaker, subject: Option<&Id>, after: &Body, publish_at: i64) -> String {
    let subject = subject.map(Id::as_str).unwrap_or_default();
    let whole = serde_json::to_vec(&(speaker.id(), subject, after, publish_at)).unwrap_or_default();
    hex(&Sha256::digest(whole))
}
