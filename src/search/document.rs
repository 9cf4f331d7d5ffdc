//! What is written of an organization: the merged organization in, one index document out.
//!
//! What holds: everything a result shows is in the stored card, so that a search reads the index alone; nothing
//! private is written (no EIN). Change a field here and raise `SCHEMA` in `index.rs`.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use tantivy::{
    TantivyDocument,
    schema::{FAST, Field, INDEXED, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions},
};

use super::{
    Card,
    address::{Address, host_words},
    query::{phone_term, state_words},
    words::{self, Token},
};
use crate::{
    geo::{self, Point},
    model::{
        door::Door,
        features::Answer,
        identifier::System,
        kind::Kind,
        organization::{DoorState, Organization, Said},
    },
};

/// More names, places or cities of one organization than these are not written; a chain has thousands of places.
const ALIAS_LIMIT: usize = 40;
const PLACE_LIMIT: usize = 5_000;
const CITY_LIMIT: usize = 100;

/// The fields of the index.
#[derive(Debug, Clone, Copy)]
pub struct Fields {
    /// The organization's id.
    pub id: Field,
    /// Words of name and aliases, and neighbours written as one.
    pub name: Field,
    /// Name and each alias as one term.
    pub whole: Field,
    /// Words of cities, states, places' names, and ZIP codes.
    pub place: Field,
    /// Words of the portals' names and hosts.
    pub portal: Field,
    /// `npi:…`, `phone:…`, and other numbers as they are.
    pub number: Field,
    /// Terms of [`Address`] for every door.
    pub address: Field,
    /// Codes of all kinds.
    pub kind: Field,
    /// Postal codes of places and served areas, or `US`.
    pub state: Field,
    /// Grid cells of the places.
    pub cell: Field,
    /// Packed points of the places.
    pub points: Field,
    /// 1 = offers a door or a feature.
    pub listed: Field,
    /// 1 = serves the whole country.
    pub wide: Field,
    /// How many words the name has.
    pub length: Field,
    /// The first eight letters of the name as a number, for a quick order by name.
    pub name_key: Field,
    /// The next eight.
    pub name_key_2: Field,
    /// The end of the id as a number: the last word in every tie.
    pub id_key: Field,
    /// The id of the organization it is part of.
    pub part_of: Field,
    /// The end of that id as a number; 0 = it is no part.
    pub part_of_key: Field,
    /// The name as it is sorted.
    pub sort: Field,
    /// [`Stored`] as JSON.
    pub stored: Field,
    /// ZIP codes, cities and states of the places, a line each.
    pub places: Field,
}

/// The layout of the index.
pub fn schema() -> (Schema, Fields) {
    let terms = TextFieldIndexing::default()
        .set_tokenizer("raw")
        .set_index_option(IndexRecordOption::Basic)
        .set_fieldnorms(false);
    let terms = TextOptions::default().set_indexing_options(terms);
    let mut schema = Schema::builder();
    let fields = Fields {
        id: schema.add_text_field("id", terms.clone()),
        name: schema.add_text_field("name", terms.clone()),
        whole: schema.add_text_field("whole", terms.clone()),
        place: schema.add_text_field("place", terms.clone()),
        portal: schema.add_text_field("portal", terms.clone()),
        number: schema.add_text_field("number", terms.clone()),
        address: schema.add_text_field("address", terms.clone()),
        kind: schema.add_text_field("kind", terms.clone()),
        part_of: schema.add_text_field("part_of", terms.clone()),
        state: schema.add_text_field("state", terms),
        cell: schema.add_u64_field("cell", INDEXED),
        points: schema.add_u64_field("points", FAST),
        listed: schema.add_u64_field("listed", FAST),
        wide: schema.add_u64_field("wide", FAST),
        length: schema.add_u64_field("length", FAST),
        name_key: schema.add_u64_field("name_key", FAST),
        name_key_2: schema.add_u64_field("name_key_2", FAST),
        id_key: schema.add_u64_field("id_key", FAST),
        part_of_key: schema.add_u64_field("part_of_key", FAST),
        sort: schema.add_text_field("sort", TextOptions::default().set_fast("raw")),
        stored: schema.add_text_field("stored", STORED),
        places: schema.add_text_field("places", STORED),
    };
    (schema.build(), fields)
}

/// What is kept of an organization to rank and to show it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stored {
    /// What is shown.
    pub card: Card,
    /// Other names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Every kind.
    pub kinds: Vec<Kind>,
    /// Every city.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cities: Vec<String>,
    /// States of places and served areas, or `US`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub states: Vec<String>,
    /// Words of the portals.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub portals: Vec<String>,
}

/// One place as it is kept for "near".
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NearPlace {
    /// Five digits.
    pub zip: String,
    /// City, if known.
    pub city: Option<String>,
    /// State, if known.
    pub state: Option<String>,
}

/// The index document of an organization.
///
/// # Errors
/// When the card cannot be written as JSON.
pub fn document(fields: &Fields, organization: &Organization) -> Result<TantivyDocument, serde_json::Error> {
    let stored = stored(organization);
    let mut document = TantivyDocument::default();
    document.add_text(fields.id, organization.id.as_str());
    add_names(fields, organization, &mut document);
    add_places(fields, organization, &mut document);
    for words in &stored.portals {
        for token in words::telling(words) {
            document.add_text(fields.portal, token.form);
        }
    }
    for term in numbers(organization).into_iter().chain(extra_numbers(organization)) {
        document.add_text(fields.number, term);
    }
    for term in addresses(organization) {
        document.add_text(fields.address, term);
    }
    for kind in &stored.kinds {
        document.add_text(fields.kind, kind.code());
    }
    for state in &stored.states {
        document.add_text(fields.state, state);
    }
    document.add_u64(fields.listed, u64::from(stored.card.listed));
    document.add_u64(fields.wide, u64::from(stored.card.areas.iter().any(|area| area == "US")));
    document.add_u64(fields.id_key, id_key(organization.id.as_str()));
    let part_of = organization.part_of.as_ref().map(|parent| parent.id.as_str());
    document.add_u64(fields.part_of_key, part_of.map_or(0, id_key));
    if let Some(id) = part_of {
        document.add_text(fields.part_of, id);
    }
    document.add_text(fields.stored, serde_json::to_string(&stored)?);
    Ok(document)
}

fn add_names(fields: &Fields, organization: &Organization, document: &mut TantivyDocument) {
    let mut forms = BTreeSet::new();
    let mut wholes = BTreeSet::new();
    let names = [&organization.name].into_iter().chain(organization.aliases.iter().take(ALIAS_LIMIT));
    for tokens in names.map(|name| words::telling(name)) {
        wholes.insert(words::whole(&tokens));
        forms.extend(tokens.windows(2).map(|pair| words::joined(&pair[0], &pair[1])));
        forms.extend(tokens.into_iter().map(|token| token.form));
    }
    for form in forms {
        document.add_text(fields.name, form);
    }
    for whole in wholes {
        document.add_text(fields.whole, whole);
    }
    let name = words::telling(&organization.name);
    let sort = sort_form(&name);
    document.add_u64(fields.length, name.len() as u64);
    document.add_u64(fields.name_key, name_key(sort.as_bytes()));
    document.add_u64(fields.name_key_2, name_key(sort.as_bytes().get(8..).unwrap_or_default()));
    document.add_text(fields.sort, sort);
}

fn add_places(fields: &Fields, organization: &Organization, document: &mut TantivyDocument) {
    let mut forms = BTreeSet::new();
    let mut cells = BTreeSet::new();
    let mut points = BTreeSet::new();
    for location in organization.locations.iter().take(PLACE_LIMIT) {
        let place = &location.place;
        for text in [&place.city, &place.name, &place.zip].into_iter().flatten() {
            let tokens = words::telling(text);
            forms.extend(tokens.windows(2).map(|pair| words::joined(&pair[0], &pair[1])));
            forms.extend(tokens.into_iter().map(|token| token.form));
        }
        forms.extend(place.state.as_deref().map(state_words).unwrap_or_default());
        if let Some(center) = place.zip.as_deref().and_then(geo::centroid) {
            cells.insert(geo::cell(center.point));
            points.insert(pack(center.point));
        }
    }
    for area in &organization.areas {
        forms.extend(state_words(area));
    }
    for form in forms {
        document.add_text(fields.place, form);
    }
    for cell in cells {
        document.add_u64(fields.cell, cell);
    }
    for point in points {
        document.add_u64(fields.points, point);
    }
    let places: BTreeSet<NearPlace> = organization
        .locations
        .iter()
        .take(PLACE_LIMIT)
        .filter_map(|location| {
            let place = &location.place;
            Some(NearPlace { zip: place.zip.clone()?, city: place.city.clone(), state: place.state.clone() })
        })
        .collect();
    if places.len() > 1 {
        document.add_text(fields.places, write_places(&places));
    }
}

fn write_places(places: &BTreeSet<NearPlace>) -> String {
    let one = |place: &NearPlace| {
        let city = place.city.as_deref().unwrap_or_default().replace(['\t', '\n'], " ");
        format!("{}\t{city}\t{}", place.zip, place.state.as_deref().unwrap_or_default())
    };
    places.iter().map(one).collect::<Vec<_>>().join("\n")
}

/// Reads what [`document`] wrote into `places`.
pub fn read_places(text: &str) -> impl Iterator<Item = NearPlace> {
    let some = |part: &str| (!part.is_empty()).then(|| part.to_owned());
    text.lines().filter_map(move |line| {
        let mut parts = line.split('\t');
        let zip = parts.next()?.to_owned();
        let city = parts.next().and_then(some);
        Some(NearPlace { zip, city, state: parts.next().and_then(some) })
    })
}

/// Card and ranking facts of an organization.
pub fn stored(organization: &Organization) -> Stored {
    let unique = |values: BTreeSet<String>, limit: usize| values.into_iter().take(limit).collect::<Vec<_>>();
    let places = || organization.locations.iter().map(|location| &location.place);
    let states = places().filter_map(|place| place.state.clone()).chain(organization.areas.iter().cloned());
    let cities = places().filter_map(|place| place.city.clone());
    let mut kinds = organization.kinds.clone();
    if kinds.is_empty() {
        kinds.push(Kind::Unknown);
    }
    let portals = organization.live_portals().flat_map(|portal| {
        let host = Door::parse(&portal.url).map(|door| host_words(door.host())).unwrap_or_default();
        portal.name.clone().into_iter().chain([host])
    });
    Stored {
        card: card(organization),
        aliases: organization.aliases.iter().take(ALIAS_LIMIT).cloned().collect(),
        kinds,
        cities: unique(cities.collect(), CITY_LIMIT),
        states: unique(states.collect(), CITY_LIMIT),
        portals: unique(portals.filter(|words| !words.is_empty()).collect(), 20),
    }
}

fn card(organization: &Organization) -> Card {
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
    Card {
        id: organization.id.clone(),
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
        also_known_as: None,
        miles: None,
        part_of: organization.part_of.clone(),
        places_matching: 0,
        why: None,
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

fn sort_form(name: &[Token]) -> String {
    let sort = name.iter().map(|token| token.surface.as_str()).collect::<Vec<_>>().join(" ");
    sort.chars().take(80).collect()
}

/// The first eight bytes of a text as a number: smaller comes first.
fn name_key(sort: &[u8]) -> u64 {
    let mut bytes = [0_u8; 8];
    for (to, from) in bytes.iter_mut().zip(sort) {
        *to = *from;
    }
    u64::from_be_bytes(bytes)
}

fn id_key(id: &str) -> u64 {
    let end = id.get(id.len().saturating_sub(16)..).unwrap_or_default();
    u64::from_str_radix(end, 16).unwrap_or_default()
}

/// A point as one number: latitude and longitude in ten-thousandths of a degree (11 m).
fn pack(point: Point) -> u64 {
    let part = |degrees: f64, shift: f64| ((degrees + shift) * 10_000.0).round() as u64;
    (part(point.lat, 90.0) << 32) | part(point.lon, 180.0)
}

/// Reads what [`pack`] wrote.
pub fn unpack(packed: u64) -> Point {
    let part = |number: u64, shift: f64| number as f64 / 10_000.0 - shift;
    Point { lat: part(packed >> 32, 90.0), lon: part(packed & 0xffff_ffff, 180.0) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        geo::miles,
        search::testing::{Builder, builder},
    };

    fn terms(fields: impl Fn(&Fields) -> Field, builder: Builder) -> Vec<String> {
        let (_, all) = schema();
        let document = document(&all, &builder.build()).unwrap();
        let field = fields(&all);
        let values = document.get_all(field);
        values.filter_map(|value| tantivy::schema::Value::as_str(&value).map(str::to_owned)).collect()
    }

    #[test]
    fn points_survive_packing() {
        let point = Point { lat: 47.6109, lon: -122.3364 };
        assert!(miles(point, unpack(pack(point))) < 0.02);
    }

    #[test]
    fn an_ein_is_never_written() {
        let builder = builder("Mercy").identifier(System::Ein, "123456789").identifier(System::Npi, "1234567893");
        assert_eq!(terms(|fields| fields.number, builder), ["npi:1234567893"]);
    }

    #[test]
    fn names_carry_their_neighbours_and_aliases() {
        let found = terms(|fields| fields.name, builder("Health Partners").alias("HP Clinic"));
        assert_eq!(found, ["clinic", "health", "healthpartner", "hp", "hpclinic", "partner"]);
    }

    #[test]
    fn the_card_says_who_names_the_door() {
        let organization =
            builder("Mercy").place("Seattle", "WA", "98101").portal("https://my.mercy.org/", "MyMercy").build();
        let card = stored(&organization).card;
        assert!(card.listed);
        assert_eq!(card.portal_domain.as_deref(), Some("mercy.org"));
        assert_eq!((card.source_name.as_str(), card.tier), ("Doors of the vendor", 3));
        let endpoint = stored(&builder("Mercy").endpoint("https://fhir.mercy.org/r4").build()).card;
        assert!(endpoint.app_access && endpoint.listed && endpoint.portal_url.is_none());
        let without = stored(&builder("Mercy").build()).card;
        assert_eq!((without.source_name.as_str(), without.tier, without.listed), ("Names of the state", 4, false));
    }

    #[test]
    fn places_are_read_back() {
        let organization = builder("Chain").place("Seattle", "WA", "98101").place("Snoqualmie", "WA", "98065").build();
        let (_, all) = schema();
        let document = document(&all, &organization).unwrap();
        let text =
            document.get_first(all.places).and_then(|value| tantivy::schema::Value::as_str(&value).map(str::to_owned));
        let places: Vec<NearPlace> = read_places(&text.unwrap()).collect();
        assert_eq!(places.len(), 2);
        assert_eq!(places[0].city.as_deref(), Some("Snoqualmie"));
    }
}
