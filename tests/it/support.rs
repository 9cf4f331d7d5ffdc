//! Builders and databases the stories share.

use std::path::Path;

use connector::{
    clock::Clock,
    model::{
        door::Door,
        identifier::Identifier,
        kind::Kind,
        listing::{AppFacts, Body, EndpointFacts, Listing, OrganizationFacts, PortalFacts},
        place::Place,
        source::{Mode, Source, Tier},
    },
    store::{
        Store,
        intake::{Finished, Intake, LoadHead, Opening, Taken},
    },
};

pub fn clock() -> Clock {
    Clock::standing("2026-11-22T12:00:00Z".parse().unwrap())
}

/// So many microseconds later, on a clock that stands.
pub fn later(clock: &Clock, micros: i64) {
    let Clock::Standing(at) = clock else { panic!("the machine's clock goes by itself") };
    at.fetch_add(micros, std::sync::atomic::Ordering::Relaxed);
}

pub async fn sqlite(folder: &Path) -> Store {
    Store::open(folder, None, clock()).await.unwrap()
}

pub fn source(id: &str, tier: u8) -> Source {
    Source {
        id: id.into(),
        name: format!("List {id}"),
        publisher: "A publisher".into(),
        tier: Tier::try_from(tier).unwrap(),
        mode: Mode::Full,
        licence: "CC0".into(),
        address: None,
        every: None,
    }
}

pub fn place(city: &str, state: &str, zip: &str) -> Place {
    Place::new(&[], city, state, zip).unwrap()
}

pub fn portal(url: &str) -> PortalFacts {
    PortalFacts { name: Some("MyChart".into()), ..PortalFacts::at(Door::parse(url).unwrap()) }
}

pub fn endpoint(url: &str) -> EndpointFacts {
    EndpointFacts {
        at: Door::parse_endpoint(url).unwrap(),
        fhir_versions: vec!["4.0.1".into()],
        name: None,
        developers: None,
        through: None,
    }
}

/// A hospital with a name, to be filled in.
pub fn hospital(name: &str) -> OrganizationFacts {
    OrganizationFacts { name: name.into(), kinds: vec![Kind::Hospital], ..OrganizationFacts::default() }
}

pub fn npi(number: &str) -> Identifier {
    Identifier::npi(number).unwrap()
}

pub fn listing(key: &str, facts: OrganizationFacts) -> Listing {
    let strong = facts.identifiers.iter().map(|i| format!("{}:{}", i.system.code(), i.value)).collect();
    Listing { key: key.into(), group: None, strong, body: Body::Organization(Box::new(facts)) }
}

pub fn app_listing(key: &str, facts: AppFacts) -> Listing {
    Listing { key: key.into(), group: None, strong: Vec::new(), body: Body::App(Box::new(facts)) }
}

pub async fn open(store: &Store, source: &Source, date: &str) -> Box<Intake> {
    let head = LoadHead { source: source.clone(), date: date.parse().unwrap(), mode: source.mode, files: Vec::new() };
    match store.begin_load(head).await.unwrap() {
        Opening::Open(intake) => intake,
        Opening::Older(last) => panic!("older than {last}"),
    }
}

/// One whole load.
pub async fn load(store: &Store, source: &Source, date: &str, listings: Vec<Listing>) -> (Taken, Finished) {
    let mut intake = open(store, source, date).await;
    let taken = intake.take(listings).await.unwrap();
    (taken, intake.finish(false, &|_, _| {}).await.unwrap())
}
