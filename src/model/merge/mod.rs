//! Many voices in, one picture out: the merge, field by field.
//!
//! Flows in: what each source says now ([`Voice`]), the picture as it was, and what must be remembered between
//! merges ([`Memory`]). Flows out: the new picture, the doors that wait for a person, and the new memory.
//! What holds: the same input always gives the same output; a live door never changes its domain here.

mod app;
mod doors;
pub mod items;
mod organization;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    door::{Door, Warning, registrable_domain},
    hostile,
    id::{Id, ThingKind},
    listing::Evidence,
    lookalike::LookAlikes,
    organization::{DoorState, Label, Said, Website},
    source::{Source, Tier},
};
pub use app::app;
pub use organization::organization;

/// What one source says now.
#[derive(Debug, Clone)]
pub struct Voice<F> {
    /// Who says it.
    pub source: Source,
    /// Date of the load in which it was last said differently.
    pub load_date: Date,
    /// Key of the listing.
    pub key: String,
    /// What is said.
    pub facts: F,
}

/// What a door is for; a change of domain is judged within one role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Where people sign in.
    Portal,
    /// The public web site.
    Website,
    /// Where apps connect.
    Endpoint,
    /// An app's privacy policy.
    PrivacyPolicy,
    /// An app's page in a store.
    Store,
}

impl Role {
    /// The word in the store.
    pub fn word(self) -> &'static str {
        match self {
            Self::Portal => "portal",
            Self::Website => "website",
            Self::Endpoint => "endpoint",
            Self::PrivacyPolicy => "privacy_policy",
            Self::Store => "store",
        }
    }

    /// The role a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Portal, Self::Website, Self::Endpoint, Self::PrivacyPolicy, Self::Store]
            .into_iter()
            .find(|role| role.word() == word)
    }
}

/// A door that waits for a person: it would have changed the domain of a live door.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Held {
    /// What the door is for.
    pub role: Role,
    /// The domain it would open.
    pub trust_key: String,
    /// The address.
    pub url: String,
    /// Id of the source that says so.
    pub source: String,
    /// Key of the listing.
    pub key: String,
}

/// What must be remembered of one organization or app between merges.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Memory {
    /// Domains that were ever live here, or that a person confirmed, by role.
    pub trusted: BTreeSet<(Role, String)>,
    /// Sources that ever gave a live endpoint here: a new domain from one of them waits for a person.
    pub endpoint_sources: BTreeSet<String>,
    /// Items a better source withdrew, with its tier: a worse tier does not bring them back.
    pub tombstones: BTreeMap<String, Tier>,
}

/// Gives things their permanent ids, and knows which organization a listing belongs to.
pub trait Names {
    /// The shared portal or endpoint at a normalised address.
    fn shared(&mut self, kind: ThingKind, door: &Door) -> Id;
    /// The location of this organization with a place key.
    fn location(&mut self, place_key: &str) -> Id;
    /// The organization a key of a source belongs to, with its name.
    fn organization(&self, source: &str, key: &str) -> Option<Id>;
}

/// What a merge of an organization gives.
#[derive(Debug, Clone)]
pub struct Merged<T> {
    /// The new picture; its version is the one given.
    pub thing: T,
    /// Doors that wait for a person.
    pub held: Vec<Held>,
    /// What to remember.
    pub memory: Memory,
}

/// The days by which a thing is made.
#[derive(Debug, Clone, Copy)]
pub struct Days {
    /// Today in UTC, for what grows old.
    pub today: Date,
    /// Today for doors that open and close.
    pub doors: Date,
}

/// The fixed parts of the thing that is merged.
#[derive(Debug, Clone)]
pub struct Frame<'a, T> {
    /// Its permanent id.
    pub id: &'a Id,
    /// The picture as it was.
    pub previous: Option<&'a T>,
    /// The days by which it is made.
    pub days: Days,
    /// Hosts declared hostile: nothing on them is shown.
    pub hostile: &'a BTreeSet<String>,
    /// Names that others may be mistaken for.
    pub look_alikes: &'a LookAlikes,
}
/// Best voice first: by tier, then the newer load, then the source id, then the key.
fn sort<F>(order: &mut [&Voice<F>], today: Date) {
    order.sort_by(|a, b| {
        let rank = |v: &Voice<F>| v.source.tier.rank(v.load_date, today);
        rank(a)
            .cmp(&rank(b))
            .then_with(|| b.load_date.cmp(&a.load_date))
            .then_with(|| a.source.id.cmp(&b.source.id))
            .then_with(|| a.key.cmp(&b.key))
    });
}
fn said<F>(voice: &Voice<F>, evidence: Option<&Evidence>) -> Said {
    let label = match voice.source.tier {
        Tier::MODERATOR => Label::Person,
        Tier::OWNER => Label::Owner,
        _ => Label::Listed,
    };
    Said {
        source: voice.source.id.clone(),
        source_name: voice.source.name.clone(),
        tier: voice.source.tier,
        key: voice.key.clone(),
        load_date: voice.load_date,
        label,
        evidence: evidence.cloned(),
    }
}

/// Does a better voice say that this item, or field, is not so?
fn is_denied<F>(order: &[&Voice<F>], voice: &Voice<F>, item: &str, denied: impl Fn(&F) -> &[String]) -> bool {
    let mut better = order.iter().take_while(|other| !std::ptr::eq(**other, voice));
    better.any(|other| denied(&other.facts).iter().any(|known| known == item))
}

/// How a door of this source may be shown. `None`: not at all (a starter door without evidence).
fn door_state(tier: Tier, evidence: Option<&Evidence>) -> Option<DoorState> {
    match tier {
        Tier::STARTER => evidence.map(|_| DoorState::Live),
        Tier::LEGACY => Some(DoorState::OldAddress),
        _ => Some(DoorState::Live),
    }
}

fn is_hostile(hostile: &BTreeSet<String>, door: &Door) -> bool {
    hostile::is_on(hostile, &door.url)
}

/// Could its name be mistaken for another one, or is it written in other letters? A person looks at such a door before
/// it is first shown.
fn is_suspicious(look_alikes: &LookAlikes, door: &Door) -> bool {
    door.warnings.iter().any(|warning| matches!(warning, Warning::MixedScript | Warning::LookAlike))
        || registrable_domain(door.host()).is_some_and(|domain| look_alikes.of(domain).is_some())
}

fn website(door: &Door, state: DoorState) -> Website {
    Website { url: door.url.clone(), domain: door.domain.clone(), state, warnings: door.warnings.clone() }
}

/// The trust key of an address that is already shown.
fn trust_key(url: &str) -> String {
    Door::parse(url).map(|door| door.trust_key()).unwrap_or_default()
}
