//! What counts of an organization when it is compared with another.

use std::collections::BTreeSet;

use super::{
    name::Name,
    place::Spot,
    tenant::{Tenant, own_domain},
};
use crate::model::{
    door::Door,
    identifier::{Identifier, System},
    kind::Kind,
    listing::OrganizationFacts,
    source::Tier,
    text,
};

/// What counts of one organization, from one listing or from several of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Profile {
    /// What its listings call it.
    pub names: Vec<Name>,
    /// Other names, which may be those of its houses: a system lists its hospitals so.
    pub aliases: Vec<Name>,
    /// Its kinds.
    pub kinds: BTreeSet<Kind>,
    /// Its places. Without any, the states it serves.
    pub spots: BTreeSet<Spot>,
    /// Its phones, ten digits.
    pub phones: BTreeSet<String>,
    /// Numbers registries gave it, as others than its owner say.
    pub numbers: BTreeSet<Identifier>,
    /// Registrable domains of its web site, portals and endpoints, where the host is its own.
    pub domains: BTreeSet<String>,
    /// Whose its endpoints are, as their addresses say.
    pub tenants: BTreeSet<Tenant>,
    /// Readable addresses of the original directory.
    pub slugs: BTreeSet<String>,
    /// Does anybody but the owner say something of it?
    pub independent: bool,
    /// States it serves; they stand for places where there are none.
    areas: BTreeSet<Spot>,
}

impl Profile {
    /// The profile of one listing.
    pub fn of(facts: &OrganizationFacts, tier: Tier) -> Self {
        let mut profile = Self::default();
        profile.add(facts, tier);
        profile
    }

    /// Adds what one more listing of the same organization says.
    pub fn add(&mut self, facts: &OrganizationFacts, tier: Tier) {
        let by_owner = tier == Tier::OWNER;
        self.independent |= !by_owner;
        add_new(&mut self.names, Name::all(&facts.name));
        add_new(&mut self.aliases, facts.aliases.iter().flat_map(|name| Name::all(name)));
        self.kinds.extend(facts.kinds.iter().filter(|kind| **kind != Kind::Unknown));
        self.spots.extend(facts.places.iter().map(Spot::read));
        self.areas.extend(facts.areas.iter().filter(|area| *area != "US").map(|area| Spot::of_state(area)));
        let phones = facts.places.iter().filter_map(|place| place.phone.as_deref()).chain(facts.phone.as_deref());
        self.phones.extend(phones.filter_map(ten_digits));
        // What an owner says of itself describes it, but must not pull somebody else's listings over.
        if by_owner {
            return;
        }
        self.numbers.extend(facts.identifiers.iter().filter(|number| is_strong(number)).cloned());
        if tier == Tier::LEGACY {
            self.slugs.extend(facts.old_slugs.iter().cloned());
        }
        let website = facts.website.iter().map(|site| &site.door);
        let portals = facts.portals.iter().filter(|portal| portal.through.is_none()).map(|portal| &portal.at.door);
        let endpoints = facts.endpoints.iter().filter(|end| end.through.is_none()).map(|end| &end.at);
        let doors: Vec<&Door> = website.chain(portals).chain(endpoints.clone()).collect();
        self.domains.extend(doors.into_iter().filter_map(own_domain));
        self.tenants.extend(endpoints.map(Tenant::of));
    }

    /// Places, or the states it serves.
    pub fn places(&self) -> &BTreeSet<Spot> {
        if self.spots.is_empty() { &self.areas } else { &self.spots }
    }
}

fn add_new(known: &mut Vec<Name>, more: impl IntoIterator<Item = Name>) {
    for name in more {
        if !known.contains(&name) {
            known.push(name);
        }
    }
}

/// Numbers that one organization has: an EIN may stand for a hundred clinics of one company, and other systems for
/// anything.
fn is_strong(number: &Identifier) -> bool {
    match number.system {
        System::Npi | System::Ccn | System::Clia | System::Naic | System::Oid | System::Web => true,
        System::Ein | System::Other => false,
    }
}

fn ten_digits(phone: &str) -> Option<String> {
    let phone = text::phone(phone)?;
    Some(phone.chars().filter(char::is_ascii_digit).take(10).collect())
}
