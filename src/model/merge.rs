//! Many voices in, one picture out: the merge, field by field (CONTRACT sections 2 and 3).
//!
//! Flows in: what each source says now ([`Voice`]), the picture as it was, and what must be remembered between
//! merges ([`Memory`]). Flows out: the new picture, the doors that wait for a person, and the new memory.
//! What holds: the same input always gives the same output; a live door never changes its domain here.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    door::Door,
    features::Feature,
    id::{Id, ThingKind},
    kind::Kind,
    listing::{AppFacts, DoorFacts, EndpointFacts, Evidence, OrganizationFacts, PortalFacts},
    organization::{
        AlsoListed, App, DoorState, Endpoint, Label, Location, Organization, Portal, Related, Said, Status, Website,
    },
    place::Place,
    source::{Source, Tier},
    text,
};

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
        [
            Self::Portal,
            Self::Website,
            Self::Endpoint,
            Self::PrivacyPolicy,
            Self::Store,
        ]
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

/// The fixed parts of the thing that is merged.
#[derive(Debug, Clone)]
pub struct Frame<'a, T> {
    /// Its permanent id.
    pub id: &'a Id,
    /// The picture as it was.
    pub previous: Option<&'a T>,
    /// Today, for what grows old.
    pub today: Date,
    /// Hosts declared hostile: nothing on them is shown.
    pub hostile: &'a BTreeSet<String>,
}

/// Merges what the sources say of one organization. Its slug is the previous one, or empty for the store to make.
pub fn organization(
    frame: &Frame<'_, Organization>,
    voices: &[Voice<OrganizationFacts>],
    memory: &Memory,
    names: &mut dyn Names,
) -> Merged<Organization> {
    let mut order: Vec<&Voice<OrganizationFacts>> = voices.iter().collect();
    sort(&mut order, frame.today);
    let Some(best) = order.first() else {
        return withdrawn(frame, memory);
    };
    let mut merge = Merge {
        frame,
        order: &order,
        names,
        provenance: BTreeMap::new(),
        held: Vec::new(),
        memory: Memory {
            trusted: memory.trusted.clone(),
            tombstones: BTreeMap::new(),
        },
        buried: memory.tombstones.clone(),
    };
    merge.bury_what_was_withdrawn();
    merge.say("name", best);
    let thing = Organization {
        id: frame.id.clone(),
        slug: frame.previous.map(|p| p.slug.clone()).unwrap_or_default(),
        version: frame.previous.map_or(0, |p| p.version),
        status: merge.single("status", |f| f.status).unwrap_or_default(),
        successor: frame.previous.and_then(|p| p.successor.clone()),
        name: best.facts.name.clone(),
        aliases: merge.aliases(&best.facts.name),
        kinds: merge.kinds(),
        description: merge.single("description", |f| f.description.clone()),
        website: merge.website(),
        phone: merge.single("phone", |f| f.phone.clone()),
        identifiers: merge.identifiers(),
        locations: merge.locations(),
        areas: merge.areas(),
        endpoints: merge.endpoints(),
        portals: Vec::new(),
        also_listed: Vec::new(),
        part_of: merge.part_of(),
        features: merge.features(),
        how_to_ask: merge.single("how_to_ask", |f| f.how_to_ask.clone()),
        logos: merge
            .single("logos", |f| (!f.logos.is_empty()).then(|| f.logos.clone()))
            .unwrap_or_default(),
        shared_portal: order.iter().any(|voice| voice.facts.shared_portal),
        provenance: BTreeMap::new(),
    };
    let (portals, also_listed) = merge.portals(&thing.endpoints);
    let shared_portal = thing.shared_portal && portals.is_empty();
    let mut held = merge.held;
    held.sort();
    held.dedup();
    Merged {
        thing: Organization {
            portals,
            also_listed,
            shared_portal,
            provenance: merge.provenance,
            ..thing
        },
        held,
        memory: merge.memory,
    }
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

/// Nobody speaks of it any more: the name stays for those who have the link, every door goes.
fn withdrawn(frame: &Frame<'_, Organization>, memory: &Memory) -> Merged<Organization> {
    let thing = frame.previous.map_or_else(
        || blank_organization(frame.id),
        |previous| Organization {
            status: if previous.status == Status::Merged {
                Status::Merged
            } else {
                Status::Withdrawn
            },
            portals: Vec::new(),
            also_listed: Vec::new(),
            endpoints: Vec::new(),
            website: None,
            phone: None,
            features: BTreeMap::new(),
            part_of: None,
            how_to_ask: None,
            provenance: previous
                .provenance
                .get("name")
                .map(|said| ("name".to_owned(), said.clone()))
                .into_iter()
                .collect(),
            ..previous.clone()
        },
    );
    Merged {
        thing,
        held: Vec::new(),
        memory: memory.clone(),
    }
}

fn blank_organization(id: &Id) -> Organization {
    Organization {
        id: id.clone(),
        slug: String::new(),
        version: 0,
        status: Status::Withdrawn,
        successor: None,
        name: String::new(),
        aliases: Vec::new(),
        kinds: vec![Kind::Unknown],
        description: None,
        website: None,
        phone: None,
        identifiers: Vec::new(),
        locations: Vec::new(),
        areas: Vec::new(),
        portals: Vec::new(),
        also_listed: Vec::new(),
        endpoints: Vec::new(),
        part_of: None,
        features: BTreeMap::new(),
        how_to_ask: None,
        logos: Vec::new(),
        shared_portal: false,
        provenance: BTreeMap::new(),
    }
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

/// How a door of this source may be shown. `None`: not at all (a starter door without evidence).
fn door_state(tier: Tier, evidence: Option<&Evidence>) -> Option<DoorState> {
    match tier {
        Tier::STARTER => evidence.map(|_| DoorState::Live),
        Tier::LEGACY => Some(DoorState::OldAddress),
        _ => Some(DoorState::Live),
    }
}

fn is_hostile(hostile: &BTreeSet<String>, door: &Door) -> bool {
    let host = door.host();
    hostile
        .iter()
        .any(|bad| host == *bad || host.strip_suffix(bad.as_str()).is_some_and(|rest| rest.ends_with('.')))
}

struct Merge<'a, 'n> {
    frame: &'a Frame<'a, Organization>,
    order: &'a [&'a Voice<OrganizationFacts>],
    names: &'n mut dyn Names,
    provenance: BTreeMap<String, Said>,
    held: Vec<Held>,
    memory: Memory,
    /// Tombstones as they were before this merge.
    buried: BTreeMap<String, Tier>,
}

impl<'a> Merge<'a, '_> {
    fn say(&mut self, field: &str, voice: &Voice<OrganizationFacts>) {
        self.say_with(field, voice, None);
    }

    fn say_with(&mut self, field: &str, voice: &Voice<OrganizationFacts>, evidence: Option<&Evidence>) {
        self.provenance.insert(field.to_owned(), said(voice, evidence));
    }

    /// The value of the best voice that has one.
    fn single<T>(&mut self, field: &str, get: impl Fn(&OrganizationFacts) -> Option<T>) -> Option<T> {
        let order = self.order;
        let (voice, value) = order
            .iter()
            .find_map(|voice| get(&voice.facts).map(|value| (*voice, value)))?;
        self.say(field, voice);
        Some(value)
    }

    /// Items of the picture as it was that their source, and every source as good, no longer says, while a
    /// worse one still does: they get a tombstone with that source's tier. A source as good lifts one.
    fn bury_what_was_withdrawn(&mut self) {
        let order = self.order;
        let mut best: BTreeMap<String, Tier> = BTreeMap::new();
        for voice in order {
            for item in items(&voice.facts) {
                let tier = best.entry(item).or_insert(voice.source.tier);
                *tier = (*tier).min(voice.source.tier);
            }
        }
        let before = self.frame.previous.map(previous_items).unwrap_or_default();
        for (item, tier) in before.into_iter().chain(std::mem::take(&mut self.buried)) {
            match best.get(&item) {
                Some(now) if *now <= tier => {}
                Some(_) => {
                    self.memory.tombstones.insert(item, tier);
                }
                // Nobody says it now; a worse source must still not bring it back later.
                None => {
                    self.memory.tombstones.entry(item).or_insert(tier);
                }
            }
        }
    }

    fn is_buried(&self, item: &str, tier: Tier) -> bool {
        self.memory.tombstones.get(item).is_some_and(|by| *by < tier)
    }

    fn aliases(&mut self, name: &str) -> Vec<String> {
        let order = self.order;
        let mut seen = BTreeSet::from([text::match_form(name)]);
        let mut aliases = Vec::new();
        for voice in order {
            for alias in std::iter::once(&voice.facts.name).chain(&voice.facts.aliases) {
                let form = text::match_form(alias);
                let item = format!("aliases/{form}");
                if alias.is_empty() || self.is_buried(&item, voice.source.tier) || !seen.insert(form) {
                    continue;
                }
                self.say(&item, voice);
                aliases.push(alias.clone());
            }
        }
        aliases
    }

    /// The primary kind is the first of the best voice that knows one; the others follow.
    fn kinds(&mut self) -> Vec<Kind> {
        let order = self.order;
        let mut kinds: Vec<Kind> = Vec::new();
        for voice in order {
            for kind in voice.facts.kinds.iter().filter(|kind| **kind != Kind::Unknown) {
                if kinds.is_empty() {
                    self.say("kinds", voice);
                }
                if !kinds.contains(kind) {
                    kinds.push(*kind);
                }
            }
        }
        if kinds.is_empty() {
            kinds.push(Kind::Unknown);
        }
        kinds
    }

    fn identifiers(&mut self) -> Vec<super::identifier::Identifier> {
        let order = self.order;
        let mut all = Vec::new();
        for voice in order {
            for identifier in voice.facts.identifiers.iter().filter(|i| i.is_public()) {
                let item = format!("identifiers/{}/{}", identifier.system.code(), identifier.value);
                if !self.is_buried(&item, voice.source.tier) && !all.contains(identifier) {
                    self.say(&item, voice);
                    all.push(identifier.clone());
                }
            }
        }
        all
    }

    fn areas(&mut self) -> Vec<String> {
        let order = self.order;
        let mut all: Vec<String> = Vec::new();
        for voice in order {
            for area in &voice.facts.areas {
                if all.is_empty() {
                    self.say("areas", voice);
                }
                if !all.contains(area) {
                    all.push(area.clone());
                }
            }
        }
        all
    }

    fn locations(&mut self) -> Vec<Location> {
        let order = self.order;
        let mut found: Vec<(String, &'a Place, &'a Voice<OrganizationFacts>)> = Vec::new();
        for voice in order {
            for place in &voice.facts.places {
                let key = place.key();
                let known = found.iter().any(|(other, _, _)| *other == key);
                if !known && !self.is_buried(&format!("locations/{key}"), voice.source.tier) {
                    found.push((key, place, voice));
                }
            }
        }
        // "Somewhere in Texas" says nothing beside a place in Texas.
        let vague = |place: &Place| place.city.is_none() && place.zip.is_none() && place.lines.is_empty();
        let precise: BTreeSet<Option<String>> = found
            .iter()
            .filter(|(_, place, _)| !vague(place))
            .map(|(_, place, _)| place.state.clone())
            .collect();
        found.retain(|(_, place, _)| !vague(place) || !precise.contains(&place.state));
        found
            .into_iter()
            .map(|(key, place, voice)| {
                let id = self.names.location(&key);
                self.say(&format!("locations/{id}"), voice);
                Location {
                    id,
                    place: place.clone(),
                }
            })
            .collect()
    }

    fn features(&mut self) -> super::features::Features {
        let order = self.order;
        let mut all = BTreeMap::new();
        for feature in Feature::all() {
            let item = format!("features/{feature}");
            let answer = order.iter().find_map(|voice| {
                let answer = voice.facts.features.get(&feature)?;
                (!self.is_buried(&item, voice.source.tier)).then_some((*voice, *answer))
            });
            if let Some((voice, answer)) = answer {
                self.say(&item, voice);
                all.insert(feature, answer);
            }
        }
        all
    }

    fn part_of(&mut self) -> Option<Related> {
        let order = self.order;
        for voice in order {
            let Some(key) = &voice.facts.part_of else { continue };
            let Some(id) = self.names.organization(&voice.source.id, key) else {
                continue;
            };
            if id == *self.frame.id {
                continue;
            }
            let name = voice.facts.part_of_name.clone().unwrap_or_default();
            self.say("part_of", voice);
            return Some(Related { id, name });
        }
        None
    }

    /// May this door be shown now? `false`: it is held, because this role already has a trusted domain.
    fn trusts(&mut self, role: Role, door: &Door, first: bool, voice: &Voice<OrganizationFacts>) -> bool {
        let known = (role, door.trust_key());
        if first || self.memory.trusted.contains(&known) || voice.source.tier == Tier::MODERATOR {
            self.memory.trusted.insert(known);
            return true;
        }
        self.held.push(Held {
            role,
            trust_key: known.1,
            url: door.url.clone(),
            source: voice.source.id.clone(),
            key: voice.key.clone(),
        });
        false
    }

    fn ever_trusted(&self, role: Role) -> bool {
        self.memory.trusted.iter().any(|(known, _)| *known == role)
    }

    fn website(&mut self) -> Option<Website> {
        let order = self.order;
        let first = !self.ever_trusted(Role::Website);
        let mut old: Option<(Website, &Voice<OrganizationFacts>)> = None;
        for voice in order {
            let Some(DoorFacts { door, evidence }) = &voice.facts.website else {
                continue;
            };
            if is_hostile(self.frame.hostile, door) {
                continue;
            }
            match door_state(voice.source.tier, evidence.as_ref()) {
                None => {}
                Some(DoorState::OldAddress) => {
                    old.get_or_insert_with(|| (website(door, DoorState::OldAddress), voice));
                }
                Some(DoorState::Live) => {
                    if self.trusts(Role::Website, door, first, voice) {
                        self.say_with("website", voice, evidence.as_ref());
                        return Some(website(door, DoorState::Live));
                    }
                    // Held: the old one stays.
                    return self.keep("website", |p| p.website.clone());
                }
            }
        }
        old.map(|(website, voice)| {
            self.say("website", voice);
            website
        })
    }

    /// Keeps a value of the picture as it was, with who said it.
    fn keep<T>(&mut self, field: &str, get: impl Fn(&Organization) -> Option<T>) -> Option<T> {
        let previous = self.frame.previous?;
        let value = get(previous)?;
        if let Some(said) = previous.provenance.get(field) {
            self.provenance.insert(field.to_owned(), said.clone());
        }
        Some(value)
    }

    /// Endpoints: the union of all voices. Within one source, an endpoint on a new domain that takes the place
    /// of live ones is held and the old ones stay.
    fn endpoints(&mut self) -> Vec<Endpoint> {
        let order = self.order;
        let mut all: Vec<Endpoint> = Vec::new();
        let mut done: BTreeSet<&str> = BTreeSet::new();
        for voice in order {
            if !done.insert(voice.source.id.as_str()) {
                continue;
            }
            let same_source = || order.iter().filter(|v| v.source.id == voice.source.id);
            let before = self.endpoints_before(&voice.source.id);
            let still: BTreeSet<String> = same_source()
                .flat_map(|v| &v.facts.endpoints)
                .map(|e| e.at.trust_key())
                .collect();
            let replaced = before.iter().any(|e| !still.contains(&trust_key(&e.address)));
            let mut held = false;
            for speaker in same_source() {
                for facts in &speaker.facts.endpoints {
                    held |= !self.endpoint(&mut all, speaker, facts, !replaced);
                }
            }
            if held {
                for endpoint in before {
                    let id = endpoint.id.clone();
                    if !all.iter().any(|e| e.id == id) {
                        all.push(endpoint);
                        self.keep(&format!("endpoints/{id}"), |_| Some(()));
                    }
                }
            }
        }
        all
    }

    fn endpoints_before(&self, source: &str) -> Vec<Endpoint> {
        let Some(previous) = self.frame.previous else {
            return Vec::new();
        };
        let of_source = |e: &&Endpoint| {
            previous
                .said(&format!("endpoints/{}", e.id))
                .is_some_and(|s| s.source == source)
        };
        previous
            .endpoints
            .iter()
            .filter(|e| e.state == DoorState::Live)
            .filter(of_source)
            .cloned()
            .collect()
    }

    /// Adds one endpoint; `false` when it is held.
    fn endpoint(
        &mut self,
        all: &mut Vec<Endpoint>,
        voice: &Voice<OrganizationFacts>,
        facts: &EndpointFacts,
        first: bool,
    ) -> bool {
        let buried = self.is_buried(&format!("endpoints/{}", facts.at.key()), voice.source.tier);
        let Some(state) = door_state(voice.source.tier, None) else {
            return true;
        };
        if buried || is_hostile(self.frame.hostile, &facts.at) {
            return true;
        }
        if state == DoorState::Live && !self.trusts(Role::Endpoint, &facts.at, first, voice) {
            return false;
        }
        let id = self.names.shared(ThingKind::Endpoint, &facts.at);
        if all.iter().any(|e| e.id == id) {
            return true;
        }
        self.say(&format!("endpoints/{id}"), voice);
        all.push(Endpoint {
            id,
            address: facts.at.url.clone(),
            domain: facts.at.domain.clone(),
            state,
            warnings: facts.at.warnings.clone(),
            fhir_versions: facts.fhir_versions.clone(),
            name: facts.name.clone(),
            developers: facts.developers.as_ref().map(|d| d.url.clone()),
            through_parent: facts.through.is_some(),
        });
        true
    }

    /// Portals: the whole list of the best source that has any; the others are "also listed by".
    fn portals(&mut self, endpoints: &[Endpoint]) -> (Vec<Portal>, Vec<AlsoListed>) {
        let order = self.order;
        let first = !self.ever_trusted(Role::Portal);
        let usable = |voice: &Voice<OrganizationFacts>, live: bool| {
            voice.facts.portals.iter().any(|p| {
                door_state(voice.source.tier, p.at.evidence.as_ref()).is_some_and(|s| (s == DoorState::Live) == live)
            })
        };
        let best = order
            .iter()
            .find(|v| usable(v, true))
            .or_else(|| order.iter().find(|v| usable(v, false)));
        let Some(source) = best.map(|voice| voice.source.id.as_str()) else {
            return (Vec::new(), Vec::new());
        };
        let (mut portals, mut also, mut held) = (Vec::new(), Vec::new(), false);
        for voice in order {
            for facts in &voice.facts.portals {
                if voice.source.id != source {
                    self.also(&mut also, &portals, voice, facts);
                    continue;
                }
                held |= !self.portal(&mut portals, voice, facts, endpoints, first);
            }
        }
        if held {
            let before: Vec<Portal> = self
                .frame
                .previous
                .map(|p| p.live_portals().cloned().collect())
                .unwrap_or_default();
            for portal in before {
                if !portals.iter().any(|p| p.id == portal.id) {
                    self.keep(&format!("portals/{}", portal.id), |_| Some(()));
                    portals.push(portal);
                }
            }
        }
        also.retain(|other: &AlsoListed| portals.iter().all(|p| p.url != other.url));
        (portals, also)
    }

    fn also(
        &self,
        also: &mut Vec<AlsoListed>,
        portals: &[Portal],
        voice: &Voice<OrganizationFacts>,
        facts: &PortalFacts,
    ) {
        let door = &facts.at.door;
        let known = portals.iter().any(|p| p.url == door.url) || also.iter().any(|other| other.url == door.url);
        let buried = self.is_buried(&format!("portals/{}", door.key()), voice.source.tier);
        if !known && !buried && !is_hostile(self.frame.hostile, door) {
            let by = said(voice, facts.at.evidence.as_ref());
            also.push(AlsoListed {
                url: door.url.clone(),
                domain: door.domain.clone(),
                by,
            });
        }
    }

    /// Adds one portal; `false` when it is held.
    fn portal(
        &mut self,
        portals: &mut Vec<Portal>,
        voice: &Voice<OrganizationFacts>,
        facts: &PortalFacts,
        endpoints: &[Endpoint],
        first: bool,
    ) -> bool {
        let door = &facts.at.door;
        let buried = self.is_buried(&format!("portals/{}", door.key()), voice.source.tier);
        let Some(state) = door_state(voice.source.tier, facts.at.evidence.as_ref()) else {
            return true;
        };
        if buried || is_hostile(self.frame.hostile, door) {
            return true;
        }
        if state == DoorState::Live && !self.trusts(Role::Portal, door, first, voice) {
            return false;
        }
        let id = self.names.shared(ThingKind::Portal, door);
        if portals.iter().any(|p| p.id == id && p.audience == facts.audience) {
            return true;
        }
        self.say_with(&format!("portals/{id}"), voice, facts.at.evidence.as_ref());
        let behind = endpoints
            .iter()
            .filter(|e| facts.endpoints.contains(&e.address))
            .map(|e| e.id.clone())
            .collect();
        portals.push(Portal {
            id,
            url: door.url.clone(),
            domain: door.domain.clone(),
            state,
            warnings: door.warnings.clone(),
            name: facts.name.clone(),
            description: facts.description.clone(),
            audience: facts.audience.clone(),
            sign_up: facts.sign_up.as_ref().map(|d| d.url.clone()),
            endpoints: behind,
            through_parent: facts.through.is_some(),
            valid_from: facts.valid.and_then(|(from, _)| from),
            valid_to: facts.valid.and_then(|(_, to)| to),
            successor: None,
        });
        true
    }
}

fn website(door: &Door, state: DoorState) -> Website {
    Website {
        url: door.url.clone(),
        domain: door.domain.clone(),
        state,
        warnings: door.warnings.clone(),
    }
}

/// The trust key of an address that is already shown.
fn trust_key(url: &str) -> String {
    Door::parse(url).map(|door| door.trust_key()).unwrap_or_default()
}

/// The items of a listing that leave a tombstone when they are withdrawn.
fn items(facts: &OrganizationFacts) -> Vec<String> {
    let mut all = Vec::new();
    all.extend(
        std::iter::once(&facts.name)
            .chain(&facts.aliases)
            .map(|alias| format!("aliases/{}", text::match_form(alias))),
    );
    all.extend(
        facts
            .identifiers
            .iter()
            .map(|i| format!("identifiers/{}/{}", i.system.code(), i.value)),
    );
    all.extend(facts.places.iter().map(|place| format!("locations/{}", place.key())));
    all.extend(facts.portals.iter().map(|p| format!("portals/{}", p.at.door.key())));
    all.extend(facts.endpoints.iter().map(|e| format!("endpoints/{}", e.at.key())));
    all.extend(facts.features.keys().map(|feature| format!("features/{feature}")));
    all
}

/// The same items of the picture as it was, each with the tier of who said it.
fn previous_items(organization: &Organization) -> Vec<(String, Tier)> {
    let mut all = Vec::new();
    let mut add = |item: String, field: &str| {
        if let Some(said) = organization.said(field) {
            all.push((item, said.tier));
        }
    };
    for alias in &organization.aliases {
        let item = format!("aliases/{}", text::match_form(alias));
        add(item.clone(), &item);
    }
    for identifier in &organization.identifiers {
        let item = format!("identifiers/{}/{}", identifier.system.code(), identifier.value);
        add(item.clone(), &item);
    }
    for location in &organization.locations {
        add(
            format!("locations/{}", location.place.key()),
            &format!("locations/{}", location.id),
        );
    }
    let key = |url: &str| Door::parse(url).map(|door| door.key()).unwrap_or_default();
    for portal in &organization.portals {
        add(
            format!("portals/{}", key(&portal.url)),
            &format!("portals/{}", portal.id),
        );
    }
    for endpoint in &organization.endpoints {
        add(
            format!("endpoints/{}", key(&endpoint.address)),
            &format!("endpoints/{}", endpoint.id),
        );
    }
    for feature in organization.features.keys() {
        let item = format!("features/{feature}");
        add(item.clone(), &item);
    }
    all
}

/// Merges what the sources say of one app: single values from the best tier that has one.
pub fn app(frame: &Frame<'_, App>, voices: &[Voice<AppFacts>], memory: &Memory) -> Merged<App> {
    let mut order: Vec<&Voice<AppFacts>> = voices.iter().collect();
    sort(&mut order, frame.today);
    let mut out = AppMerge {
        frame,
        order: &order,
        provenance: BTreeMap::new(),
        held: Vec::new(),
        memory: memory.clone(),
    };
    let name = match (out.single("name", |f| Some(f.name.clone())), frame.previous) {
        (Some(name), _) => name,
        (None, previous) => previous.map(|p| p.name.clone()).unwrap_or_default(),
    };
    let list = |values: &[String]| (!values.is_empty()).then(|| values.to_vec());
    let thing = App {
        id: frame.id.clone(),
        slug: frame.previous.map(|p| p.slug.clone()).unwrap_or_default(),
        version: frame.previous.map_or(0, |p| p.version),
        status: if order.is_empty() {
            Status::Withdrawn
        } else {
            Status::Active
        },
        name,
        publisher: out.single("publisher", |f| f.publisher.clone()),
        description: out.single("description", |f| f.description.clone()),
        description_es: out.single("description_es", |f| f.description_es.clone()),
        ingests: out.single("ingests", |f| list(&f.ingests)).unwrap_or_default(),
        platforms: out.single("platforms", |f| list(&f.platforms)).unwrap_or_default(),
        website: out.door("website", Role::Website, |f| f.website.as_ref(), |p| p.website.as_ref()),
        privacy_policy: out.door(
            "privacy_policy",
            Role::PrivacyPolicy,
            |f| f.privacy_policy.as_ref(),
            |p| p.privacy_policy.as_ref(),
        ),
        app_store: out.door(
            "app_store",
            Role::Store,
            |f| f.app_store.as_ref(),
            |p| p.app_store.as_ref(),
        ),
        google_play: out.door(
            "google_play",
            Role::Store,
            |f| f.google_play.as_ref(),
            |p| p.google_play.as_ref(),
        ),
        provenance: BTreeMap::new(),
    };
    Merged {
        thing: App {
            provenance: out.provenance,
            ..thing
        },
        held: out.held,
        memory: out.memory,
    }
}

struct AppMerge<'a> {
    frame: &'a Frame<'a, App>,
    order: &'a [&'a Voice<AppFacts>],
    provenance: BTreeMap<String, Said>,
    held: Vec<Held>,
    memory: Memory,
}

impl AppMerge<'_> {
    fn single<T>(&mut self, field: &str, get: impl Fn(&AppFacts) -> Option<T>) -> Option<T> {
        let (voice, value) = self
            .order
            .iter()
            .find_map(|voice| get(&voice.facts).map(|value| (*voice, value)))?;
        self.provenance.insert(field.to_owned(), said(voice, None));
        Some(value)
    }

    fn door(
        &mut self,
        field: &str,
        role: Role,
        get: impl Fn(&AppFacts) -> Option<&DoorFacts>,
        before: impl Fn(&App) -> Option<&Website>,
    ) -> Option<Website> {
        let (voice, facts, state) = self.order.iter().find_map(|voice| {
            let facts = get(&voice.facts)?;
            let state = door_state(voice.source.tier, facts.evidence.as_ref())?;
            (!is_hostile(self.frame.hostile, &facts.door)).then_some((*voice, facts, state))
        })?;
        let old = self
            .frame
            .previous
            .and_then(before)
            .filter(|w| w.state == DoorState::Live);
        let trust = (role, facts.door.trust_key());
        let changes = old.is_some_and(|old| trust_key(&old.url) != trust.1);
        if state == DoorState::Live && changes && !self.memory.trusted.contains(&trust) {
            self.held.push(Held {
                role,
                trust_key: trust.1,
                url: facts.door.url.clone(),
                source: voice.source.id.clone(),
                key: voice.key.clone(),
            });
            if let Some(said) = self.frame.previous.and_then(|p| p.provenance.get(field)) {
                self.provenance.insert(field.to_owned(), said.clone());
            }
            return old.cloned();
        }
        if state == DoorState::Live {
            self.memory.trusted.insert(trust);
        }
        self.provenance
            .insert(field.to_owned(), said(voice, facts.evidence.as_ref()));
        Some(website(&facts.door, state))
    }
}
