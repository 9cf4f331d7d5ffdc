//! The story of an endpoint that says who it is: a real store, a real client, a web server and a name server on loopback.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex, atomic::Ordering},
};

use axum::{
    Router,
    extract::State,
    http::{StatusCode, Uri},
    response::{IntoResponse as _, Response},
};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;
use crate::{
    clock::Clock,
    fetch::{Settings, tests::NameServer},
    model::organization::Organization,
    sources::{registry::Registry, run::Progress, run::Request},
    store::{Found as Place, Suspended},
};

type Pages = Arc<Mutex<BTreeMap<String, Value>>>;

async fn answer(State(pages): State<Pages>, uri: Uri) -> Response {
    match pages.lock().unwrap().get(uri.path()) {
        Some(Value::Null) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Some(page) => page.to_string().into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

struct Silent;

impl Progress for Silent {
    fn rows(&self, _: &str, _: u64) {}
    fn writing(&self, _: u64, _: u64) {}
    fn line(&self, _: &str) {}
}

const HOST: &str = "fhir.clinic.example.com";
const NPI: &str = "1234567893";
const OTHER_NPI: &str = "1003000126";

/// An installation, a vendor's list in it, and the server of the endpoint.
struct House {
    pages: Pages,
    at: SocketAddr,
    folder: TempDir,
    store: Store,
    registry: Registry,
    client: Client,
    clock: Clock,
    _names: NameServer,
}

impl House {
    /// The vendor's list ties these NPIs to the endpoint.
    async fn new(npis: &[&str]) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let pages = Pages::default();
        let router = Router::new().fallback(answer).with_state(pages.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        let names = NameServer::start(&[(HOST, &["127.0.0.1"])]).await;
        let settings = Settings {
            allow: vec![format!("{HOST}:{}", at.port())],
            name_servers: vec![names.at],
            ..Settings::default()
        };
        let folder = TempDir::new().unwrap();
        let clock = Clock::standing("2026-11-23T12:00:00Z".parse().unwrap());
        let store = Store::open(folder.path(), None, clock.clone()).await.unwrap();
        let registry = Registry::shipped();
        let house =
            Self { pages, at, folder, store, registry, client: Client::new(settings).unwrap(), clock, _names: names };
        house.put("/r4/metadata", json!({ "resourceType": "CapabilityStatement", "software": { "name": "One EHR" } }));
        house.names_brand(NPI);
        house.put("/brands.json", house.bundle("The clinic's own name", &[NPI], "/r4"));
        let list = house.folder.path().join("list.json");
        let brands: Vec<Value> =
            npis.iter().enumerate().map(|(n, npi)| Self::brand(n, &format!("Clinic {n}"), npi)).collect();
        let mut entries: Vec<Value> = brands.into_iter().map(|brand| json!({ "resource": brand })).collect();
        entries.push(json!({ "resource": house.endpoint("/r4") }));
        std::fs::write(&list, json!({ "resourceType": "Bundle", "type": "collection", "entry": entries }).to_string())
            .unwrap();
        let request = Request {
            inputs: vec![list.to_str().unwrap().to_owned()],
            source: Some("epic-brands".to_owned()),
            ..Request::default()
        };
        house.importer(&house.folder.path().join("fetched")).run(&request).await.unwrap();
        house
    }

    fn importer<'a>(&'a self, scratch: &'a Path) -> Importer<'a> {
        Importer {
            store: &self.store,
            registry: &self.registry,
            client: &self.client,
            clock: &self.clock,
            scratch,
            progress: &Silent,
        }
    }

    fn put(&self, path: &str, page: Value) {
        self.pages.lock().unwrap().insert(path.to_owned(), page);
    }

    fn url(&self, path: &str) -> String {
        format!("http://{HOST}:{}{path}", self.at.port())
    }

    fn names_brand(&self, npi: &str) {
        let identifier = json!({ "system": "http://hl7.org/fhir/sid/us-npi", "value": npi });
        let configuration =
            json!({ "user_access_brand_bundle": "/brands.json", "user_access_brand_identifier": identifier });
        self.put("/r4/.well-known/smart-configuration", configuration);
    }

    fn brand(n: usize, name: &str, npi: &str) -> Value {
        json!({ "resourceType": "Organization", "id": format!("o{n}"), "name": name,
            "identifier": [{ "system": "http://hl7.org/fhir/sid/us-npi", "value": npi }],
            "address": [{ "city": "Boise", "state": "ID", "postalCode": "83702" }],
            "endpoint": [{ "reference": "Endpoint/e" }] })
    }

    fn endpoint(&self, path: &str) -> Value {
        json!({ "resourceType": "Endpoint", "id": "e", "status": "active",
            "connectionType": { "code": "hl7-fhir-rest" }, "address": self.url(path) })
    }

    fn bundle(&self, name: &str, npis: &[&str], path: &str) -> Value {
        let brands = npis.iter().enumerate().map(|(n, npi)| json!({ "resource": Self::brand(n, name, npi) }));
        let entries: Vec<Value> = brands.chain([json!({ "resource": self.endpoint(path) })]).collect();
        json!({ "resourceType": "Bundle", "type": "collection", "timestamp": "2026-11-20T00:00:00Z", "entry": entries })
    }

    /// Asks the endpoint; how it ended.
    async fn ask(&self) -> Outcome {
        let scratch = self.folder.path().join("fetched");
        let asker = Asker { importer: self.importer(&scratch), small: &self.client, data: self.folder.path() };
        let found = asker.run(10).await.unwrap();
        assert_eq!(found.len(), 1, "{found:?}");
        found[0].outcome
    }

    async fn ask_later(&self, days: i64) -> Outcome {
        let Clock::Standing(at) = &self.clock else { panic!("it stands") };
        at.fetch_add(days * 24 * 3_600_000_000, Ordering::Relaxed);
        self.ask().await
    }

    async fn organizations(&self) -> Vec<Organization> {
        self.store.organizations(None, 10).await.unwrap()
    }

    /// The name of the first organization and the tier of who says it.
    async fn name(&self) -> (String, u8) {
        let organization = self.organizations().await.remove(0);
        let tier = organization.said("name").unwrap().tier.number();
        (organization.name, tier)
    }
}

#[tokio::test]
async fn an_endpoint_speaks_for_the_one_that_is_tied_to_it() {
    let house = House::new(&[NPI, OTHER_NPI]).await;
    assert_eq!(house.organizations().await.len(), 2);
    assert_eq!(house.ask().await, Outcome::Speaks);
    let all = house.organizations().await;
    assert_eq!(all.len(), 2, "nobody new: {all:?}");
    let mut names: Vec<(&str, u8)> =
        all.iter().map(|o| (o.name.as_str(), o.said("name").unwrap().tier.number())).collect();
    names.sort_unstable();
    assert_eq!(names, [("Clinic 1", 3), ("The clinic's own name", 2)]);
    assert!(all.iter().all(|o| o.endpoints.len() == 1 && o.is_listed()));
    // Not asked again before its time.
    let scratch = house.folder.path().join("fetched");
    let asker = Asker { importer: house.importer(&scratch), small: &house.client, data: house.folder.path() };
    assert!(asker.run(10).await.unwrap().is_empty());
    // The same again writes nothing.
    let before = house.store.last_revision().await.unwrap();
    assert_eq!(house.ask_later(8).await, Outcome::Speaks);
    assert_eq!(house.store.last_revision().await.unwrap(), before);
}

#[tokio::test]
async fn who_loses_the_right_is_taken_back_and_what_others_say_stays() {
    let house = House::new(&[NPI]).await;
    assert_eq!(house.ask().await, Outcome::Speaks);
    assert_eq!(house.name().await, ("The clinic's own name".to_owned(), 2));
    // Out of reach for a day: nothing is taken back.
    house.put("/r4/metadata", Value::Null);
    assert_eq!(house.ask_later(8).await, Outcome::Unreachable);
    assert_eq!(house.name().await.1, 2);
    house.put("/r4/metadata", json!({ "software": { "name": "One EHR" } }));
    house.names_brand(OTHER_NPI);
    assert_eq!(house.ask_later(8).await, Outcome::NoMatch);
    assert_eq!(house.name().await, ("Clinic 0".to_owned(), 3));
    let organization = house.organizations().await.remove(0);
    assert_eq!(organization.endpoints.len(), 1, "the vendor's endpoint stays: {organization:?}");
    house.names_brand(NPI);
    assert_eq!(house.ask_later(8).await, Outcome::Speaks);
    assert_eq!(house.name().await.1, 2);
}

#[tokio::test]
async fn in_every_doubt_it_has_no_say() {
    let house = House::new(&[NPI, OTHER_NPI]).await;
    let cases = [
        ("two of the Bundle", house.bundle("Own", &[NPI, NPI], "/r4"), Outcome::NotInBundle),
        ("nobody of the Bundle", house.bundle("Own", &[OTHER_NPI], "/r4"), Outcome::NotInBundle),
        ("another endpoint", house.bundle("Own", &[NPI], "/other"), Outcome::NotInBundle),
        ("no Bundle", json!({ "Endpoints": [] }), Outcome::BadBundle),
        ("nothing", json!({}), Outcome::BadBundle),
    ];
    for (what, bundle, expected) in cases {
        house.put("/brands.json", bundle);
        assert_eq!(house.ask_later(8).await, expected, "{what}");
        assert_eq!(house.name().await.1, 3, "{what}");
    }
    house.put("/r4/.well-known/smart-configuration", json!({ "user_access_brand_bundle": "/brands.json" }));
    assert_eq!(house.ask_later(8).await, Outcome::NamesNone);
    let twins = House::new(&[NPI, NPI]).await;
    assert_eq!(twins.organizations().await.len(), 2, "one list says that they are two");
    assert_eq!(twins.ask().await, Outcome::Several);
}

#[tokio::test]
async fn a_new_face_after_a_long_outage_is_silent_until_a_person_has_looked() {
    let house = House::new(&[NPI]).await;
    assert_eq!(house.ask().await, Outcome::Speaks);
    house.put("/r4/metadata", Value::Null);
    assert_eq!(house.ask_later(8).await, Outcome::Unreachable);
    house.put("/r4/metadata", json!({ "software": { "name": "Another EHR" } }));
    assert_eq!(house.ask_later(15).await, Outcome::Suspended);
    assert_eq!(house.name().await, ("Clinic 0".to_owned(), 3), "what it said is taken back");
    assert_eq!(house.organizations().await.remove(0).endpoints.len(), 1);
    let suspended = house.store.suspended().await.unwrap();
    assert!(
        matches!(&suspended[..], [Suspended { host, why, .. }] if host == HOST && why.contains("software")),
        "{suspended:?}"
    );
    assert_eq!(house.ask_later(8).await, Outcome::Suspended, "it stays so");
    assert!(house.store.release_host("other.example.com", "Ana").await.is_err());
    house.store.release_host(HOST, "Ana").await.unwrap();
    assert!(house.store.suspended().await.unwrap().is_empty());
    assert_eq!(house.ask().await, Outcome::Speaks, "it is asked at once");
    assert_eq!(house.name().await.1, 2);
    let found = house.store.organization(&house.organizations().await[0].id).await.unwrap();
    assert!(matches!(found, Place::Here(_)));
}

#[tokio::test]
async fn a_host_that_hides_its_face_after_a_long_outage_is_silent_too() {
    let house = House::new(&[NPI]).await;
    assert_eq!(house.ask().await, Outcome::Speaks);
    house.put("/r4/metadata", Value::Null);
    assert_eq!(house.ask_later(8).await, Outcome::Unreachable);
    // It answers "not found": neither in one step nor in two does that end the outage.
    house.pages.lock().unwrap().remove("/r4/metadata");
    assert_eq!(house.ask_later(8).await, Outcome::Speaks, "a short outage");
    house.put("/r4/metadata", json!({ "software": {} }));
    assert_eq!(house.ask_later(8).await, Outcome::Suspended);
    assert_eq!(house.name().await, ("Clinic 0".to_owned(), 3), "what it said is taken back");
    house.store.release_host(HOST, "Ana").await.unwrap();
    assert_eq!(house.ask().await, Outcome::Speaks, "a person has looked");
    house.put("/r4/metadata", json!({ "software": { "name": "One EHR" } }));
    assert_eq!(house.ask_later(8).await, Outcome::Speaks);
    assert_eq!(house.ask_later(30).await, Outcome::Speaks, "its face is whole again");
}
