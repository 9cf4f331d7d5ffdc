//! Which changes somebody wants: the same words in addresses, on the command line and in the store.

use serde::{Deserialize, Serialize};

use super::change::Entry;
use crate::{
    model::{
        id::{Id, ThingKind},
        kind::Kind,
        place::{self, STATES},
        revision::Event,
    },
    register::area_bit,
};

/// A choice of changes; what is empty leaves all in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Wanted {
    /// Any of these things.
    #[serde(rename = "type", skip_serializing_if = "Vec::is_empty")]
    pub things: Vec<ThingKind>,
    /// Any of these events.
    #[serde(rename = "event", skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<Event>,
    /// Organizations and places in any of these states, before or after; `US` are those who serve the whole country.
    #[serde(rename = "state", skip_serializing_if = "Vec::is_empty")]
    pub states: Vec<String>,
    /// Organizations of any of these kinds, before or after.
    #[serde(rename = "kind", skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<Kind>,
    /// Only this organization and its places.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization: Option<Id>,
}

/// A word that is none of those a choice takes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name} is {meaning}")]
pub struct Wrong {
    /// Of which part of the choice.
    pub name: &'static str,
    /// What is taken, in words.
    pub meaning: &'static str,
    /// Each word that is taken, when they can be listed.
    pub allowed: Vec<&'static str>,
}

impl Wanted {
    /// The parts of a choice.
    pub const NAMES: [&str; 5] = ["type", "event", "state", "kind", "organization"];

    /// Adds words, separated by commas, to the part `name` of the choice.
    pub fn add(&mut self, name: &str, words: &str) -> Result<(), Wrong> {
        words.split(',').map(str::trim).filter(|word| !word.is_empty()).try_for_each(|word| self.add_one(name, word))
    }

    fn add_one(&mut self, name: &str, word: &str) -> Result<(), Wrong> {
        match name {
            "type" => self.things.push(ThingKind::from_word(word).ok_or_else(|| Wrong {
                name: "type",
                meaning: "the kind of a thing",
                allowed: ThingKind::ALL.map(ThingKind::word).into(),
            })?),
            "event" => self.events.push(Event::from_word(word).ok_or_else(|| Wrong {
                name: "event",
                meaning: "the name of an event",
                allowed: Event::ALL.map(Event::word).into(),
            })?),
            "state" => {
                let code = if word == "US" { Some("US") } else { place::state_code(word) };
                self.states.push(code.map(str::to_owned).ok_or_else(|| Wrong {
                    name: "state",
                    meaning: "the postal code of a state, or US for who serves the whole country",
                    allowed: STATES.iter().map(|(code, _)| *code).chain(["US"]).collect(),
                })?);
            }
            "kind" => self.kinds.push(Kind::from_code(word).ok_or_else(|| Wrong {
                name: "kind",
                meaning: "the code of a kind of organization",
                allowed: Kind::ALL.iter().map(|kind| kind.code()).collect(),
            })?),
            _ => {
                let id = Id::parse(word).filter(|id| id.kind() == ThingKind::Organization);
                // One at a time: a second one is as wrong as one that cannot be read.
                self.organization = Some(id.filter(|_| self.organization.is_none()).ok_or_else(|| Wrong {
                    name: "organization",
                    meaning: "the id of one organization: org-…",
                    allowed: Vec::new(),
                })?);
            }
        }
        Ok(())
    }

    /// Must documents be read to know whether a change is wanted?
    pub fn reads_documents(&self) -> bool {
        !self.states.is_empty() || !self.kinds.is_empty()
    }

    /// The things that can be wanted at all; empty: all.
    pub fn possible(&self) -> Vec<ThingKind> {
        if self.things.is_empty() && self.reads_documents() {
            return vec![ThingKind::Organization, ThingKind::Location];
        }
        self.things.clone()
    }

    /// Is a change wanted?
    pub fn test(&self) -> impl Fn(&Entry) -> bool + use<'_> {
        let areas = self.states.iter().fold(0, |bits, code| bits | area_bit(code));
        let kinds = self.kinds.iter().fold(0, |bits, kind| bits | kind.bit());
        move |entry| {
            let change = &entry.change;
            let is = |wanted: &Id| change.id == *wanted || change.organization.as_ref() == Some(wanted);
            (self.things.is_empty() || self.things.contains(&change.thing))
                && (self.events.is_empty() || self.events.contains(&change.event))
                && (self.states.is_empty() || areas & entry.areas != 0)
                && (self.kinds.is_empty() || kinds & entry.kinds != 0)
                && self.organization.as_ref().is_none_or(is)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_taken_by_all_or_refused_with_what_is_allowed() {
        let mut wanted = Wanted::default();
        wanted.add("type", "organization,app").unwrap();
        wanted.add("event", "merged, recalled").unwrap();
        wanted.add("state", "oh,Idaho,US").unwrap();
        wanted.add("kind", "hospital").unwrap();
        wanted.add("organization", "org-0198f1a2b3c47d5e8f90123456789abc").unwrap();
        let kept = serde_json::to_string(&wanted).unwrap();
        assert_eq!(serde_json::from_str::<Wanted>(&kept).unwrap(), wanted);
        assert_eq!(wanted.states, ["OH", "ID", "US"]);
        for (name, word) in
            [("type", "person"), ("event", "born"), ("state", "XX"), ("kind", "bank"), ("organization", "app-1")]
        {
            let wrong = wanted.add(name, word).unwrap_err();
            assert_eq!((wrong.name, wrong.allowed.is_empty()), (name, name == "organization"));
        }
        assert!(wanted.add("organization", "org-0198f1a2b3c47d5e8f90123456789abd").is_err(), "one alone");
    }
}
