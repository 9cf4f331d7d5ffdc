//! Items that leave a tombstone when a good source withdraws them: a worse source does not bring them back.

use std::collections::BTreeMap;

use super::organization::Merge;
use crate::model::{door::Door, listing::OrganizationFacts, organization::Organization, source::Tier, text};

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

    pub(super) fn is_buried(&self, item: &str, tier: Tier) -> bool {
        self.memory.tombstones.get(item).is_some_and(|by| *by < tier)
    }
}

/// The items of a listing that leave a tombstone when they are withdrawn.
fn items(facts: &OrganizationFacts) -> Vec<String> {
    let mut all = Vec::new();
    all.extend(
        std::iter::once(&facts.name).chain(&facts.aliases).map(|alias| format!("aliases/{}", text::match_form(alias))),
    );
    all.extend(facts.identifiers.iter().map(|i| format!("identifiers/{}/{}", i.system.code(), i.value)));
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
