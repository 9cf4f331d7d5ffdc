//! The FHIR server over the whole router: addresses in, resources and outcomes out.

mod exports;
mod formats;
mod histories;
mod reads;
mod views;

use std::sync::{Arc, atomic::Ordering};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode},
};
use connector::{
    app::App,
    clock::Clock,
    config::Given,
    model::{
        id::{Id, ThingKind},
        identifier::{Identifier, System},
        kind::Kind,
        listing::{Listing, LogoFacts, OrganizationFacts},
        organization::Organization,
    },
    search::index::Index,
    store::{Found, Store},
};
use serde_json::Value;
use tempfile::TempDir;
use tower::ServiceExt as _;

use crate::support::{endpoint, hospital, listing, load, npi, place, portal, source};

/// The address people use; nothing of it stands in a request.
pub const PUBLIC: &str = "https://records.example.org";
/// The FHIR base addresses that the hospitals give.
pub const MAIN: &str = "https://fhir.example.org/r4";

/// A running server on a folder of its own.
pub struct Server {
    pub app: App,
    router: Router,
    _folder: TempDir,
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|why| panic!("{why}: {}", self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// The code of the one issue of an outcome.
    pub fn issue(&self) -> String {
        let body = self.json();
        assert_eq!(body["resourceType"], "OperationOutcome", "{}", self.text);
        assert!(self.header("content-type").starts_with("application/fhir+json"), "{}", self.header("content-type"));
        body["issue"][0]["code"].as_str().unwrap().to_owned()
    }
}

impl Server {
    /// With nothing in it.
    pub async fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::standing("2026-11-22T12:00:00Z".parse().unwrap());
        let store = Store::open(folder.path(), None, clock.clone()).await.unwrap();
        let data = Some(folder.path().display().to_string());
        let config = Given { data, public_url: Some(PUBLIC.into()), ..Given::default() }.check().unwrap();
        let index = Index::open(&folder.path().join("index")).unwrap();
        let app = App::new(store, index, clock, Arc::new(config));
        Self { router: connector::routes::router(&app), app, _folder: folder }
    }

    /// With St. Mary's, its parent and its clinic, whose doors are the parent's; and a place of which little is known.
    pub async fn new() -> Self {
        let server = Self::empty().await;
        server.load("2026-11-01", listings()).await;
        server
    }

    /// One list says this now.
    pub async fn load(&self, date: &str, listings: Vec<Listing>) {
        let store = &self.app.store;
        let (_, finished) = load(store, &source("vendor", 3), date, listings).await;
        // A list that changes much waits for a person, who says yes.
        if finished.held.is_some() {
            let held = store.loads(None).await.unwrap().into_iter().find(|one| one.state == "held").unwrap();
            store.accept_held(held.n, "moderator:test").await.unwrap();
        }
        self.follow().await;
    }

    pub async fn follow(&self) {
        self.app.register.follow(&self.app.store).await.unwrap();
    }

    /// Time goes on by so many seconds.
    pub fn wait(&self, seconds: i64) {
        let Clock::Standing(at) = &self.app.clock else { panic!("a clock that is set") };
        at.fetch_add(seconds * 1_000_000, Ordering::Relaxed);
    }

    pub async fn ask(&self, request: Request<Body>) -> Answer {
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = answer.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        let text = String::from_utf8(body.to_vec()).unwrap();
        Answer { status: parts.status, headers: parts.headers, text }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.with(Method::GET, path, &[]).await
    }

    pub async fn with(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.ask(request.body(Body::empty()).unwrap()).await
    }

    pub async fn named(&self, slug: &str) -> Organization {
        match self.app.store.organization_by_slug(slug).await.unwrap() {
            Found::Here(found) => *found,
            other => panic!("{slug}: {other:?}"),
        }
    }

    pub async fn marys(&self) -> Organization {
        self.named("st-marys-boise-id").await
    }

    pub async fn clinic(&self) -> Organization {
        self.named("marys-clinic-nampa-id").await
    }
}

/// What the list says.
pub fn listings() -> Vec<Listing> {
    let parent = OrganizationFacts { name: "Mary Health".into(), ..hospital("Mary Health") };
    vec![listing("marys", marys()), listing("parent", parent), listing("clinic", clinic()), listing("bare", bare())]
}

/// A hospital of which everything is known.
pub fn marys() -> OrganizationFacts {
    let mut main = place("Boise", "ID", "83702");
    main.lines = ["1 Main St", "Building 2", "Floor 3", "Room 4", "Desk 5"].map(str::to_owned).into();
    let mut annex = place("Boise", "ID", "83703");
    annex.name = Some("Annex".into());
    annex.phone = Some("(208) 555-0102".into());
    annex.landmark = Some("Across from the library".into());
    let number = |system, value: &str| Identifier { system, value: value.into() };
    let mut adults = portal("https://mychart.example.org/marys");
    adults.audience = Some("Adult patients".into());
    adults.description = Some("See results.".into());
    adults.endpoints = vec![MAIN.into()];
    adults.sign_up = Some(connector::model::door::Door::parse("https://mychart.example.org/signup").unwrap());
    let mut children = portal("https://mychart.example.org/marys");
    children.audience = Some("Children".into());
    let mut fhir = endpoint(MAIN);
    fhir.fhir_versions = vec!["4.0.1".into(), "R4".into()];
    fhir.name = Some("Production".into());
    fhir.developers = Some(connector::model::door::Door::parse("https://dev.example.org/").unwrap());
    OrganizationFacts {
        kinds: vec![Kind::Hospital, Kind::Laboratory],
        aliases: vec!["Saint Marys Medical".into()],
        description: Some("A hospital.".into()),
        website: Some(connector::model::listing::DoorFacts {
            door: connector::model::door::Door::parse("https://www.example.org/").unwrap(),
            evidence: None,
        }),
        phone: Some("(208) 555-0100".into()),
        identifiers: vec![
            npi("1234567893"),
            number(System::Ccn, "130007"),
            number(System::Clia, "13D0000001"),
            number(System::Clia, "BAD"),
            number(System::Naic, "12345"),
            number(System::Oid, "urn:oid:1.2.3"),
            number(System::Web, "https://example.org"),
            number(System::Ein, "123456789"),
            number(System::Other, "https://vendor.example.org/ids|42"),
        ],
        places: vec![main, annex],
        portals: vec![adults, children],
        endpoints: vec![fhir],
        logos: vec![LogoFacts { url: "https://www.example.org/logo.png".into(), licence: None }],
        part_of: Some("parent".into()),
        part_of_name: Some("Mary Health".into()),
        ..hospital("St. Marys")
    }
}

/// A clinic whose doors are its parent's.
pub fn clinic() -> OrganizationFacts {
    let mut through = portal("https://mychart.example.org/marys");
    through.through = Some("marys".into());
    let mut fhir = endpoint(MAIN);
    fhir.through = Some("marys".into());
    OrganizationFacts {
        kinds: vec![Kind::Clinic],
        places: vec![place("Nampa", "ID", "83651")],
        portals: vec![through],
        endpoints: vec![fhir],
        part_of: Some("marys".into()),
        part_of_name: Some("St. Marys".into()),
        ..hospital("Marys Clinic")
    }
}

/// Only a name and a place: no source says what it is.
pub fn bare() -> OrganizationFacts {
    OrganizationFacts { kinds: Vec::new(), places: vec![place("Tampa", "FL", "33607")], ..hospital("Somewhere Care") }
}

/// An id of a kind that nobody has.
pub fn nobody(kind: ThingKind) -> Id {
    Id::parse(&format!("{}{}", kind.prefix(), "0".repeat(32))).unwrap()
}
