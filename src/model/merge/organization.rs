//! One organization from all its voices: the simple fields. Doors are in [`super::doors`].

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{Frame, Held, Memory, Merged, Names, Voice, is_denied, items, said, sort};
use crate::model::{
    features::{Feature, Features},
    hostile,
    id::Id,
    identifier::Identifier,
    kind::Kind,
    listing::{Evidence, LogoFacts, OrganizationFacts},
    organization::{Location, Organization, Related, Said, Status},
    place::Place,
    provenance::Provenance,
    source::Tier,
};

/// Merges what the sources say of one organization. Its slug is the previous one, or empty for the store to make.
pub fn organization(
    frame: &Frame<'_, Organization>,
    voices: &[Voice<OrganizationFacts>],
    memory: &Memory,
    names: &mut dyn Names,
) -> Merged<Organization> {
    let mut order: Vec<&Voice<OrganizationFacts>> = voices.iter().collect();
    sort(&mut order, frame.days.today);
    // A moderator's word may be about one field alone: the name is that of the best voice that gives one.
    let Some(best) = order.iter().find(|voice| !voice.facts.name.is_empty()) else {
        return withdrawn(frame, memory);
    };
    let mut merge = Merge {
        frame,
        order: &order,
        names,
        provenance: Provenance::default(),
        voices: Vec::new(),
        held: Vec::new(),
        memory: Memory { tombstones: BTreeMap::new(), ..memory.clone() },
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
        logos: merge.single("logos", |f| logos(frame.hostile, f)).unwrap_or_default(),
        shared_portal: order.iter().any(|voice| voice.facts.shared_portal),
        provenance: Provenance::default(),
    };
    let (portals, also_listed) = merge.portals(&thing.endpoints);
    let shared_portal = thing.shared_portal && portals.is_empty();
    let mut held = merge.held;
    held.sort();
    held.dedup();
    Merged {
        thing: Organization { portals, also_listed, shared_portal, provenance: merge.provenance, ..thing },
        held,
        memory: merge.memory,
    }
}

/// The logos of a listing that lie on no hostile host, nor their licences.
fn logos(hostile: &BTreeSet<String>, facts: &OrganizationFacts) -> Option<Vec<LogoFacts>> {
    let good = |url: &String| !hostile::is_on(hostile, url);
    let open = facts.logos.iter().filter(|logo| good(&logo.url) && logo.licence.iter().all(good));
    let open: Vec<LogoFacts> = open.cloned().collect();
    (!open.is_empty()).then_some(open)
}

/// Nobody speaks of it any more: the name stays for those who have the link, every door goes.
fn withdrawn(frame: &Frame<'_, Organization>, memory: &Memory) -> Merged<Organization> {
    let thing = frame.previous.map_or_else(
        || blank_organization(frame.id),
        |previous| Organization {
            status: if previous.status == Status::Merged { Status::Merged } else { Status::Withdrawn },
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
    Merged { thing, held: Vec::new(), memory: memory.clone() }
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
        provenance: Provenance::default(),
    }
}
pub(super) struct Merge<'a, 'n> {
    pub(super) frame: &'a Frame<'a, Organization>,
    pub(super) order: &'a [&'a Voice<OrganizationFacts>],
    pub(super) names: &'n mut dyn Names,
    pub(super) provenance: Provenance,
    /// What each voice without evidence is cited as, by the place where the voice lies; made once.
    voices: Vec<(usize, Arc<Said>)>,
    pub(super) held: Vec<Held>,
    pub(super) memory: Memory,
    /// Tombstones as they were before this merge.
    pub(super) buried: BTreeMap<String, Tier>,
}

impl<'a> Merge<'a, '_> {
    pub(super) fn say(&mut self, field: &str, voice: &Voice<OrganizationFacts>) {
        self.say_with(field, voice, None);
    }

    pub(super) fn say_with(&mut self, field: &str, voice: &Voice<OrganizationFacts>, evidence: Option<&Evidence>) {
        let said = match evidence {
            Some(_) => Arc::new(said(voice, evidence)),
            None => self.cited(voice),
        };
        self.provenance.insert(field, said);
    }

    /// The words by which a voice is cited: made once, shared by its fields.
    fn cited(&mut self, voice: &Voice<OrganizationFacts>) -> Arc<Said> {
        let at = std::ptr::from_ref(voice).addr();
        if let Some((_, said)) = self.voices.iter().find(|(known, _)| *known == at) {
            return said.clone();
        }
        let said = Arc::new(said(voice, None));
        self.voices.push((at, said.clone()));
        said
    }

    /// The value of the best voice that has one.
    fn single<T>(&mut self, field: &str, get: impl Fn(&OrganizationFacts) -> Option<T>) -> Option<T> {
        let order = self.order;
        let given = |voice: &Voice<OrganizationFacts>| get(&voice.facts).filter(|_| !self.is_denied(field, voice));
        let (voice, value) = order.iter().find_map(|voice| given(voice).map(|value| (*voice, value)))?;
        self.say(field, voice);
        Some(value)
    }

    /// Does a better voice say that it is not so?
    pub(super) fn is_denied(&self, item: &str, voice: &Voice<OrganizationFacts>) -> bool {
        is_denied(self.order, voice, item, |facts| &facts.denied)
    }

    fn aliases(&mut self, name: &str) -> Vec<String> {
        let order = self.order;
        let mut seen = BTreeSet::from([items::alias(name)]);
        let mut aliases = Vec::new();
        for voice in order {
            for alias in std::iter::once(&voice.facts.name).chain(&voice.facts.aliases) {
                let item = items::alias(alias);
                if alias.is_empty() || self.is_out(&item, voice) || !seen.insert(item.clone()) {
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
                if self.is_denied(&items::kind(*kind), voice) {
                    continue;
                }
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

    fn identifiers(&mut self) -> Vec<Identifier> {
        let order = self.order;
        let mut all = Vec::new();
        for voice in order {
            for identifier in voice.facts.identifiers.iter().filter(|i| i.is_public()) {
                let item = items::number(identifier);
                if !self.is_out(&item, voice) && !all.contains(identifier) {
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
                if self.is_denied(&items::area(area), voice) {
                    continue;
                }
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
                if !known && !self.is_out(&format!("locations/{key}"), voice) {
                    found.push((key, place, voice));
                }
            }
        }
        // "Somewhere in Texas" says nothing beside a place in Texas.
        let vague = |place: &Place| place.city.is_none() && place.zip.is_none() && place.lines.is_empty();
        let precise: BTreeSet<Option<String>> =
            found.iter().filter(|(_, place, _)| !vague(place)).map(|(_, place, _)| place.state.clone()).collect();
        found.retain(|(_, place, _)| !vague(place) || !precise.contains(&place.state));
        found
            .into_iter()
            .map(|(key, place, voice)| {
                let id = self.names.location(&key);
                self.say(&format!("locations/{id}"), voice);
                Location { id, place: place.clone() }
            })
            .collect()
    }

    fn features(&mut self) -> Features {
        let order = self.order;
        let mut all = BTreeMap::new();
        let said: BTreeSet<Feature> = order.iter().flat_map(|voice| voice.facts.features.keys().copied()).collect();
        for feature in said {
            let item = items::feature(feature);
            let answer = order.iter().find_map(|voice| {
                let answer = voice.facts.features.get(&feature)?;
                (!self.is_out(&item, voice)).then_some((*voice, *answer))
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
            let Some(key) = voice.facts.part_of.as_ref().filter(|_| !self.is_denied("part_of", voice)) else {
                continue;
            };
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
}
