//! What is written of an organization: the merged organization in, one [`Entry`] out.
//!
//! What holds: everything a result shows is in the entry, so that a search reads the index alone; nothing private is
//! written (no EIN). Change a field here and raise `SCHEMA` in `index.rs`.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{
    Card,
    address::{Address, host_words},
    known::known,
    query::phone_term,
};
use crate::model::{
    door::Door,
    features::Answer,
    id::{Id, ThingKind},
    identifier::System,
    kind::Kind,
    organization::{DoorState, Organization, Related, Said},
    vendor::{self, VendorsOf},
};

/// More names, names of places, or places of one organization than these are not written; a chain has thousands.
const ALIAS_LIMIT: usize = 40;
const FACILITY_LIMIT: usize = 100;
const PLACE_LIMIT: usize = 5_000;

/// What is kept of an organization: what is shown, and what is looked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// What a result shows.
    pub shown: Shown,
    /// Other names.
    pub aliases: Vec<String>,
    /// Names of its places.
    pub facilities: Vec<String>,
    /// Every kind, a bit each, see [`Kind::bit`].
    pub kinds: u32,
    /// Where it is, the main place first, and the states it serves as places without a city.
    pub places: Vec<Spot>,
    /// Words of the portals' names and hosts.
    pub portals: Vec<String>,
    /// What must match to the letter: `npi:…`, `phone:…`, other numbers, and the terms of [`Address`] for every door.
    pub terms: Vec<String>,
    /// Features answered yes, a bit each, see [`Feature::bit`].
    pub features: u64,
    /// Features answered no, a bit each.
    pub features_no: u64,
    /// Features planned, a bit each.
    pub features_planned: u64,
    /// Whose portals it has, see [`vendor_bits`].
    pub vendors: u64,
    /// How well known it is, see [`known`].
    pub known: u8,
}

/// A place as it is looked for and shown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Spot {
    /// Five digits.
    pub zip: Option<String>,
    /// City, if known.
    pub city: Option<String>,
    /// Postal code, if known.
    pub state: Option<String>,
}

/// What a result shows, as it is kept: a [`Card`] without what depends on the search.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Shown {
    pub id: [u8; 16],
    pub slug: String,
    pub name: String,
    pub kind: Kind,
    pub city: Option<String>,
    pub state: Option<String>,
    pub zip: Option<String>,
    pub areas: Vec<String>,
    pub portal_url: Option<String>,
    pub portal_domain: Option<String>,
    pub website_domain: Option<String>,
    pub portal_name: Option<String>,
    pub app_access: bool,
    pub listed: bool,
    pub can: Vec<String>,
    pub source_name: String,
    pub tier: u8,
    pub load_date: String,
    pub part_of: Option<([u8; 16], String)>,
}

impl Shown {
    /// Its id.
    pub fn id(&self) -> Id {
        Id::new(ThingKind::Organization, uuid::Uuid::from_bytes(self.id))
    }

    /// The card.
    pub fn card(self) -> Card {
        Card {
            id: self.id(),
            slug: self.slug,
            name: self.name,
            kind: self.kind,
            city: self.city,
            state: self.state,
            zip: self.zip,
            areas: self.areas,
            portal_url: self.portal_url,
            portal_domain: self.portal_domain,
            website_domain: self.website_domain,
            portal_name: self.portal_name,
            app_access: self.app_access,
            listed: self.listed,
            can: self.can,
            source_name: self.source_name,
            tier: self.tier,
            load_date: self.load_date,
            also_known_as: None,
            miles: None,
            part_of: self
                .part_of
                .map(|(id, name)| Related { id: Id::new(ThingKind::Organization, uuid::Uuid::from_bytes(id)), name }),
            places_matching: 0,
            why: None,
        }
    }
}

/// One bit of [`vendor_bits`]: it has a portal of which the vendor is not known.
pub const OTHER_VENDOR: u32 = 31;

/// The vendors of portals, a bit each by their number, from bit 32 on those on whose hosts apps connect.
fn vendor_bits(vendors: VendorsOf) -> u64 {
    u64::from(vendors.portals) | u64::from(vendors.other) << OTHER_VENDOR | u64::from(vendors.endpoints) << 32
}

/// The number of an id, the same wherever it is made.
pub fn id_key(id: [u8; 16]) -> u64 {
    u64::from_be_bytes([id[8], id[9], id[10], id[11], id[12], id[13], id[14], id[15]])
}

/// The term of an id.
pub fn id_term(id: &Id) -> String {
    format!("id:{id}")
}

/// The entry of an organization.
pub fn entry(organization: &Organization) -> Entry {
    let places = || organization.locations.iter().take(PLACE_LIMIT).map(|location| &location.place);
    let mut kinds = organization.kinds.iter().fold(0, |bits, kind| bits | kind.bit());
    if kinds == 0 {
        kinds = Kind::Unknown.bit();
    }
    let portals = organization.live_portals().flat_map(|portal| {
        let host = Door::parse(&portal.url).map(|door| host_words(door.host())).unwrap_or_default();
        portal.name.clone().into_iter().chain([host])
    });
    let answered = |test: fn(&Answer) -> bool| {
        let those = organization.features.iter().filter(|(_, answer)| test(answer));
        those.fold(0, |bits, (feature, _)| bits | feature.bit())
    };
    let facilities: BTreeSet<&String> = places().filter_map(|place| place.name.as_ref()).collect();
    Entry {
        shown: shown(organization),
        aliases: organization.aliases.iter().take(ALIAS_LIMIT).cloned().collect(),
        facilities: facilities.into_iter().take(FACILITY_LIMIT).cloned().collect(),
        kinds,
        places: spots(organization),
        portals: portals.filter(|words| !words.is_empty()).collect::<BTreeSet<_>>().into_iter().take(20).collect(),
        terms: numbers(organization)
            .into_iter()
            .chain(extra_numbers(organization))
            .chain(addresses(organization))
            .collect(),
        features: answered(|answer| *answer == Answer::Yes),
        features_no: answered(|answer| *answer == Answer::No),
        features_planned: answered(|answer| matches!(answer, Answer::Planned(_))),
        vendors: vendor_bits(vendor::of(organization)),
        known: known(organization),
    }
}

/// Its places, each once, the main one first.
fn spots(organization: &Organization) -> Vec<Spot> {
    let mut seen = BTreeSet::new();
    let places = organization.locations.iter().take(PLACE_LIMIT).map(|location| &location.place);
    let main = organization.main_place().into_iter();
    let spots = main.chain(places).map(|place| Spot {
        zip: place.zip.clone(),
        city: place.city.clone(),
        state: place.state.clone(),
    });
    let areas = organization.areas.iter().map(|area| Spot { zip: None, city: None, state: Some(area.clone()) });
    spots
        .chain(areas)
        .filter(|spot| spot.state.is_some() || spot.zip.is_some() || spot.city.is_some())
        .filter(|spot| seen.insert(spot.clone()))
        .collect()
}

fn shown(organization: &Organization) -> Shown {
    let place = organization.main_place();
    let portal = organization.live_portals().next();
    let endpoint = organization.endpoints.iter().find(|endpoint| endpoint.state == DoorState::Live);
    let door: Option<&Said> = portal
        .and_then(|portal| organization.said(&format!("portals/{}", portal.id)))
        .or_else(|| endpoint.and_then(|endpoint| organization.said(&format!("endpoints/{}", endpoint.id))))
        .or_else(|| organization.said("website"));
    let said = door.or_else(|| organization.said("name"));
    let offers = |group: &&str| {
        organization.features.iter().any(|(feature, answer)| feature.group() == *group && *answer == Answer::Yes)
    };
    Shown {
        id: organization.id.bytes(),
        slug: organization.slug.clone(),
        name: organization.name.clone(),
        kind: organization.kind(),
        city: place.and_then(|place| place.city.clone()),
        state: place.and_then(|place| place.state.clone()),
        zip: place.and_then(|place| place.zip.clone()),
        areas: organization.areas.clone(),
        portal_url: portal.map(|portal| portal.url.clone()),
        portal_domain: portal.map(|portal| portal.domain.clone()),
        website_domain: organization
            .website
            .as_ref()
            .filter(|site| site.state == DoorState::Live)
            .map(|site| site.domain.clone()),
        portal_name: portal.and_then(|portal| portal.name.clone()),
        app_access: endpoint.is_some(),
        listed: organization.is_listed(),
        can: ["view", "download", "send"]
            .iter()
            .filter(|group| offers(group))
            .map(|group| (*group).to_owned())
            .collect(),
        source_name: said.map(|said| said.source_name.clone()).unwrap_or_default(),
        tier: said.map_or(8, |said| said.tier.number()),
        load_date: said.map(|said| said.load_date.to_string()).unwrap_or_default(),
        part_of: organization.part_of.as_ref().map(|parent| (parent.id.bytes(), parent.name.clone())),
    }
}

fn numbers(organization: &Organization) -> BTreeSet<String> {
    let public = organization.identifiers.iter().filter(|identifier| identifier.is_public());
    let identifiers = public.map(|identifier| match identifier.system {
        System::Npi => format!("npi:{}", identifier.value),
        System::Other => identifier.value.rsplit('|').next().unwrap_or_default().to_lowercase(),
        _ => identifier.value.to_lowercase(),
    });
    let phones = organization
        .locations
        .iter()
        .take(PLACE_LIMIT)
        .filter_map(|location| location.place.phone.as_deref())
        .chain(organization.phone.as_deref())
        .filter_map(phone_term);
    identifiers.chain(phones).collect()
}

/// Object identifiers are also found without `urn:oid:`.
fn extra_numbers(organization: &Organization) -> Vec<String> {
    let oids = organization.identifiers.iter().filter(|identifier| identifier.system == System::Oid);
    oids.filter_map(|oid| oid.value.strip_prefix("urn:oid:").map(str::to_owned)).collect()
}

fn addresses(organization: &Organization) -> BTreeSet<String> {
    let portals = organization.portals.iter().flat_map(|p| [Some(p.url.as_str()), p.sign_up.as_deref()]).flatten();
    let endpoints = organization.endpoints.iter().map(|endpoint| endpoint.address.as_str());
    let website = organization.website.iter().map(|website| website.url.as_str());
    let others = organization.also_listed.iter().map(|other| other.url.as_str());
    let web_ids = organization.identifiers.iter().filter(|identifier| identifier.system == System::Web);
    portals
        .chain(endpoints)
        .chain(website)
        .chain(others)
        .chain(web_ids.map(|identifier| identifier.value.as_str()))
        .filter_map(|url| Door::parse(url).ok())
        .filter_map(|door| Address::of(&door))
        .flat_map(|address| address.levels)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::testing::builder;

    #[test]
    fn an_ein_is_never_written() {
        let builder = builder("Mercy").identifier(System::Ein, "123456789").identifier(System::Npi, "1234567893");
        assert_eq!(entry(&builder.build()).terms, ["npi:1234567893"]);
    }

    #[test]
    fn the_card_says_who_names_the_door() {
        let organization =
            builder("Mercy").place("Seattle", "WA", "98101").portal("https://my.mercy.org/", "MyMercy").build();
        let card = entry(&organization).shown.card();
        assert!(card.listed);
        assert_eq!((&card.id, card.portal_domain.as_deref()), (&organization.id, Some("mercy.org")));
        assert_eq!((card.source_name.as_str(), card.tier), ("Doors of the vendor", 3));
        let endpoint = entry(&builder("Mercy").endpoint("https://fhir.mercy.org/r4").build()).shown;
        assert!(endpoint.app_access && endpoint.listed && endpoint.portal_url.is_none());
        let without = entry(&builder("Mercy").build()).shown;
        assert_eq!((without.source_name.as_str(), without.tier, without.listed), ("Names of the state", 4, false));
    }

    #[test]
    fn places_stand_once_the_main_one_first() {
        let organization = builder("Chain")
            .place("Seattle", "WA", "98101")
            .place("Snoqualmie", "WA", "98065")
            .place("Seattle", "WA", "98101")
            .area("OR")
            .build();
        let places = entry(&organization).places;
        let cities: Vec<Option<&str>> = places.iter().map(|place| place.city.as_deref()).collect();
        assert_eq!(cities, [Some("Seattle"), Some("Snoqualmie"), None]);
        assert_eq!(places[2].state.as_deref(), Some("OR"));
    }

    #[test]
    fn an_entry_is_read_back_as_it_was_written() {
        let organization = builder("Mercy")
            .alias("Mercy West")
            .part_of("Mercy Health")
            .place("Seattle", "WA", "98101")
            .portal("https://my.mercy.org/", "MyMercy")
            .feature("view.lab_results")
            .build();
        let entry = entry(&organization);
        let bytes = postcard::to_stdvec(&entry).unwrap();
        assert_eq!(postcard::from_bytes::<Entry>(&bytes).unwrap(), entry);
    }
}
