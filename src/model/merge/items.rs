//! Items of an organization by the names under which the merge knows them. They leave a tombstone when a good source withdraws
//! them: a worse source does not bring them back.

use std::collections::BTreeMap;

use super::{Voice, organization::Merge};
use crate::model::{
    door::Door, identifier::Identifier, kind::Kind, listing::OrganizationFacts, organization::Organization,
    place::Place, source::Tier, text,
};

impl Merge<'_, '_> {
    /// Items of the picture as it was that their source, and every source as good, no longer says, while a
    /// worse one still does: they get a tombstone with that source's tier. A source as good lifts one.
    pub(super) fn bury_what_was_withdrawn(&mut self) {
        // A thing that is merged for the first time has nothing that could have been withdrawn.
        if self.frame.previous.is_none() && self.buried.is_empty() {
            return;
        }
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

    /// Did a better source withdraw this item, or does a better voice say that it is not so?
    pub(super) fn is_out(&self, item: &str, voice: &Voice<OrganizationFacts>) -> bool {
        let buried = self.memory.tombstones.get(item).is_some_and(|by| *by < voice.source.tier);
        buried || self.is_denied(item, voice)
    }
}

/// Another name.
pub fn alias(name: &str) -> String {
    format!("aliases/{}", text::match_form(name))
}

/// A number.
pub fn number(number: &Identifier) -> String {
    format!("identifiers/{}/{}", number.system.code(), number.value)
}

/// A place.
pub fn place(place: &Place) -> String {
    format!("locations/{}", place.key())
}

/// A portal.
pub fn portal(door: &Door) -> String {
    format!("portals/{}", door.key())
}

/// An endpoint.
pub fn endpoint(door: &Door) -> String {
    format!("endpoints/{}", door.key())
}

/// A feature.
pub fn feature(feature: impl std::fmt::Display) -> String {
    format!("features/{feature}")
}

/// A kind.
pub fn kind(kind: Kind) -> String {
    format!("kinds/{}", kind.code())
}

/// A state that is served.
pub fn area(area: &str) -> String {
    format!("areas/{area}")
}

/// The items of the lists of a listing that leave a tombstone when they are withdrawn.
pub fn of_lists(facts: &OrganizationFacts) -> impl Iterator<Item = String> {
    let names = facts.aliases.iter().map(|name| alias(name));
    let numbers = facts.identifiers.iter().map(number);
    let places = facts.places.iter().map(place);
    let portals = facts.portals.iter().map(|facts| portal(&facts.at.door));
    let endpoints = facts.endpoints.iter().map(|facts| endpoint(&facts.at));
    let features = facts.features.keys().map(feature);
    names.chain(numbers).chain(places).chain(portals).chain(endpoints).chain(features)
}

/// All of them: whoever gives a name gives it among the other names too.
fn items(facts: &OrganizationFacts) -> Vec<String> {
    std::iter::once(alias(&facts.name)).chain(of_lists(facts)).collect()
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
        add(format!("locations/{}", location.place.key()), &format!("locations/{}", location.id));
    }
    let key = |url: &str| Door::parse(url).map(|door| door.key()).unwrap_or_default();
    for portal in &organization.portals {
        add(format!("portals/{}", key(&portal.url)), &format!("portals/{}", portal.id));
    }
    for endpoint in &organization.endpoints {
        add(format!("endpoints/{}", key(&endpoint.address)), &format!("endpoints/{}", endpoint.id));
    }
    for feature in organization.features.keys() {
        let item = format!("features/{feature}");
        add(item.clone(), &item);
    }
    all
}
