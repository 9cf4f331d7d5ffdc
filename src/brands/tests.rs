//! The brands over a real store: listings in, answers out.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use jiff::civil::{Date, date};
use serde_json::Value;
use tempfile::TempDir;
use tower::ServiceExt as _;

use super::{Site, check, keep::Brands, routes};
use crate::{
    app::App,
    clock::Clock,
    config::Given,
    model::{
        door::Door,
        id::Id,
        identifier::{Identifier, System},
        kind::Kind,
        listing::{Body as Facts, DoorFacts, EndpointFacts, Listing, LogoFacts, OrganizationFacts, PortalFacts},
        organization::Organization,
        place::Place,
        source::{Source, Tier},
    },
    search::index::Index,
    sources::{Outcome, bundle, shape, well_known::rule},
    store::{Store, testing},
};

const PUBLIC: &str = "https://connector.example.org";

/// A house with brands, on a folder of its own.
struct House {
    app: App,
    brands: Arc<Brands>,
    router: Router,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|why| panic!("{why}: {}", String::from_utf8_lossy(&self.body)))
    }

    fn tag(&self) -> &str {
        self.headers[header::ETAG].to_str().unwrap()
    }
}

async fn house(folder: &TempDir) -> House {
    house_at(folder, PUBLIC).await
}

async fn house_at(folder: &TempDir, public: &str) -> House {
    let clock = Clock::standing("2026-11-22T12:00:00Z".parse().unwrap());
    let store = Store::open(folder.path(), None, clock.clone()).await.unwrap();
    let mut config = Given { public_url: Some(public.into()), ..Given::default() }.check().unwrap();
    config.data = folder.path().into();
    let index = Index::open(&folder.path().join("index")).unwrap();
    let app = App::new(store, index, clock, Arc::new(config));
    let brands = Arc::new(Brands::default());
    let router = routes(Site { app: app.clone(), brands: brands.clone() });
    House { app, brands, router }
}

impl House {
    async fn load(&self, source: &str, tier: Tier, day: Date, listings: Vec<Listing>) {
        let source = Source { name: format!("List of {source}"), ..testing::source(source, tier) };
        let finished = testing::take_in(&self.app.store, source, day, listings).await;
        assert_eq!(finished.held, None);
        self.brands.follow(&self.app).await.unwrap();
    }

    async fn ask(&self, request: Request<Body>) -> Answer {
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = answer.into_parts();
        Answer { status: parts.status, headers: parts.headers, body: to_bytes(body, usize::MAX).await.unwrap().into() }
    }

    async fn get(&self, address: &str) -> Answer {
        self.ask(Request::get(address).body(Body::empty()).unwrap()).await
    }

    /// Time goes on.
    fn later(&self) {
        let Clock::Standing(at) = &self.app.clock else { panic!("a clock that is set") };
        at.fetch_add(60_000_000, std::sync::atomic::Ordering::Relaxed);
    }

    async fn organizations(&self) -> BTreeMap<String, Organization> {
        let all = self.app.store.organizations(None, 1_000).await.unwrap();
        all.into_iter().map(|organization| (organization.name.clone(), organization)).collect()
    }

    async fn id(&self, name: &str) -> Id {
        self.organizations().await[name].id.clone()
    }
}

fn door(url: &str) -> DoorFacts {
    DoorFacts { door: Door::parse(url).unwrap(), evidence: None }
}

fn endpoint(url: &str) -> EndpointFacts {
    EndpointFacts {
        at: Door::parse_endpoint(url).unwrap(),
        fhir_versions: vec!["4.0.1".into()],
        name: None,
        developers: Some(Door::parse("https://open.vendor.org/").unwrap()),
        through: None,
    }
}

fn portal(url: &str, endpoints: &[&EndpointFacts]) -> PortalFacts {
    PortalFacts {
        name: Some("MyRiver".into()),
        description: Some("5 < 6 *stars* & [more]".into()),
        endpoints: endpoints.iter().map(|endpoint| endpoint.at.url.clone()).collect(),
        ..PortalFacts::at(door(url))
    }
}

fn brand(name: &str, state: &str) -> OrganizationFacts {
    let slug = name.to_lowercase().replace(' ', "");
    OrganizationFacts {
        name: name.into(),
        kinds: vec![Kind::Hospital],
        website: Some(door(&format!("https://www.{slug}.org/home"))),
        places: Place::new(&["1 Main St"], "Town", state, "83702").into_iter().collect(),
        ..OrganizationFacts::default()
    }
}

fn listing(facts: OrganizationFacts) -> Listing {
    let key = facts.name.to_lowercase().replace(' ', "-");
    Listing { key, group: None, strong: Vec::new(), body: Facts::Organization(Box::new(facts)) }
}

/// A system with a part, a hospital by itself whose endpoint has no version, one in Ohio, and those that cannot be said.
fn all() -> Vec<Listing> {
    let connection = endpoint("https://fhir.riverside.org/r4");
    let mut system = brand("Riverside", "ID");
    system.aliases = vec!["River Health".into()];
    system.identifiers = vec![
        Identifier { system: System::Npi, value: "1234567893".into() },
        Identifier { system: System::Ein, value: "123456789".into() },
        Identifier { system: System::Other, value: "https://vendor.org/ids|r-1".into() },
    ];
    system.portals = vec![portal("https://mychart.riverside.org/", &[&connection])];
    system.logos = vec![LogoFacts { url: "https://riverside.org/logo.svg".into(), licence: Some("CC0-1.0".into()) }];
    system.endpoints = vec![connection.clone()];
    let mut part = brand("Riverside East", "ID");
    part.part_of = Some("riverside".into());
    part.part_of_name = Some("Riverside".into());
    part.portals = vec![PortalFacts { through: Some("riverside".into()), ..system.portals[0].clone() }];
    part.endpoints = vec![EndpointFacts { through: Some("riverside".into()), ..connection.clone() }];
    let mut alone = brand("Hilltop", "ID");
    alone.endpoints = vec![EndpointFacts { fhir_versions: Vec::new(), ..endpoint("https://fhir.hilltop.org/r4") }];
    let mut ohio = brand("Lakeside", "OH");
    ohio.kinds = vec![Kind::Insurer, Kind::Government];
    ohio.endpoints = vec![endpoint("https://fhir.lakeside.org/r4")];
    let without_site = OrganizationFacts { website: None, ..brand("Nosite", "ID") };
    let without_kind = OrganizationFacts { kinds: Vec::new(), ..brand("Zzz", "ID") };
    [system, part, alone, ohio, without_site, without_kind].map(listing).into()
}

const DAY: Date = date(2026, 11, 3);

fn names(bundle: &Value) -> Vec<String> {
    let mut names: Vec<String> =
        resources(bundle, "Organization").map(|r| r["name"].as_str().unwrap().into()).collect();
    names.sort();
    names
}

fn resources<'b>(bundle: &'b Value, kind: &'b str) -> impl Iterator<Item = &'b Value> {
    let entries = bundle["entry"].as_array().into_iter().flatten();
    entries.map(|entry| &entry["resource"]).filter(move |resource| resource["resourceType"] == kind)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_be_said_is_and_the_rest_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    let house = house(&folder).await;
    assert_eq!(house.get("/brands.json").await.status, StatusCode::SERVICE_UNAVAILABLE, "nothing half-made is shown");
    house.load("vendor", Tier::VENDOR, DAY, all()).await;
    let answer = house.get("/brands.json").await;
    assert_eq!(answer.status, StatusCode::OK);
    let bundle = answer.json();
    assert_eq!(names(&bundle), ["Hilltop", "Lakeside", "Riverside", "Riverside East"]);
    assert_eq!(resources(&bundle, "Endpoint").count(), 2, "one without a version is not said");
    let report = check::check(&answer.body, house.app.clock.micros());
    let errors: Vec<_> = report.findings.iter().filter(|f| f.rule.severity() == check::Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:?}");
    let text = String::from_utf8(answer.body.clone()).unwrap();
    assert!(!text.contains("123456789\"") && !text.contains("asked-"), "no tax number, and nobody was asked: {text}");

    let system = resources(&bundle, "Organization").find(|r| r["name"] == "Riverside").unwrap();
    assert_eq!(system["telecom"].as_array().unwrap().len(), 1);
    let own = &system["identifier"][0];
    assert_eq!(own["system"], format!("{PUBLIC}/fhir/NamingSystem/id"));
    assert_eq!(own["value"], house.id("Riverside").await.as_str());
    assert_eq!(system["identifier"][1]["value"], "https://riverside.org", "the address of the site, bare");
    let source = system["meta"]["source"].as_str().unwrap();
    assert_eq!(source, format!("{PUBLIC}/sources?tier=3&name=List+of+vendor#vendor"));
    let part = resources(&bundle, "Organization").find(|r| r["name"] == "Riverside East").unwrap();
    assert_eq!(part["partOf"]["reference"], format!("Organization/{}", house.id("Riverside").await));
    assert!(part.get("endpoint").is_none() && part.get("extension").is_none(), "they stand at its parent");
    let insurer = resources(&bundle, "Organization").find(|r| r["name"] == "Lakeside").unwrap();
    assert_eq!(insurer["type"].as_array().unwrap().len(), 1, "a programme that insures is no provider");

    let left = house.get("/brands/left-out.json").await.json();
    assert_eq!((left["organizations"].as_u64(), left["brands"].as_u64()), (Some(6), Some(4)));
    let count = |list: &str, reason: &str| {
        let found = left[list].as_array().unwrap().iter().find(|row| row["reason"] == reason).unwrap();
        found["count"].as_u64().unwrap()
    };
    assert_eq!((count("left_out", "no-website"), count("left_out", "no-category")), (1, 1));
    assert_eq!(count("endpoint_links_left_out", "no-fhir-version"), 1);
    assert_eq!((left["endpoints"].as_u64(), left["brands_with_an_endpoint"].as_u64()), (Some(2), Some(3)));
}

#[tokio::test(flavor = "multi_thread")]
async fn slices_have_what_their_brands_refer_to() {
    let folder = tempfile::tempdir().unwrap();
    let house = house(&folder).await;
    house.load("vendor", Tier::VENDOR, DAY, all()).await;
    let part = house.id("Riverside East").await;
    let top = house.id("Riverside").await;
    for (address, brands, endpoints) in [
        ("/brands.json?state=OH".to_owned(), vec!["Lakeside"], 1),
        ("/brands.json?vendor=mychart".into(), vec!["Riverside", "Riverside East"], 1),
        ("/brands.json?vendor=mychart&state=ID".into(), vec!["Riverside", "Riverside East"], 1),
        ("/brands.json?vendor=mychart&state=OH".into(), vec![], 0),
        (format!("/brands/{part}.json"), vec!["Riverside", "Riverside East"], 1),
        (format!("/brands/{top}.json"), vec!["Riverside", "Riverside East"], 1),
        (format!("/brands.json?organization={part}"), vec!["Riverside", "Riverside East"], 1),
        (format!("/brands/{}.json", house.id("Hilltop").await), vec!["Hilltop"], 0),
    ] {
        let answer = house.get(&address).await;
        assert_eq!(answer.status, StatusCode::OK, "{address}");
        let bundle = answer.json();
        assert_eq!(names(&bundle), brands, "{address}");
        assert_eq!(resources(&bundle, "Endpoint").count(), endpoints, "{address}");
        let report = check::check(&answer.body, house.app.clock.micros());
        assert_eq!(report.count(check::Severity::Error), 0, "{address}: {:?}", report.findings);
        assert_eq!(answer.headers[header::CONTENT_LENGTH], answer.body.len().to_string(), "{address}");
    }
    for (address, status, words) in [
        (format!("/brands/{}.json", house.id("Nosite").await), StatusCode::NOT_FOUND, "web site"),
        ("/brands/org-019ab0c4d0007abc8123456789abcdef.json".into(), StatusCode::NOT_FOUND, "no organization"),
        ("/brands/nonsense".into(), StatusCode::NOT_FOUND, "left-out.json"),
        ("/brands.json?state=Ohio".into(), StatusCode::BAD_REQUEST, "\"OH\""),
        ("/brands.json?q=x".into(), StatusCode::BAD_REQUEST, "\"organization\""),
        ("/brands.json?vendor=%ff".into(), StatusCode::BAD_REQUEST, "\"mychart\""),
    ] {
        let answer = house.get(&address).await;
        assert_eq!(answer.status, status, "{address}");
        assert_eq!(answer.headers[header::CONTENT_TYPE], "application/problem+json", "{address}");
        assert!(
            String::from_utf8_lossy(&answer.body).contains(words),
            "{address}: {}",
            String::from_utf8_lossy(&answer.body)
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_all_brands_says_what_the_address_says() {
    let folder = tempfile::tempdir().unwrap();
    let house = house(&folder).await;
    house.load("vendor", Tier::VENDOR, DAY, all()).await;
    let documents: Vec<(Organization, i64)> = house
        .app
        .store
        .standing(None, 1_000)
        .await
        .unwrap()
        .into_iter()
        .filter_map(|stamped| Some((stamped.thing?, stamped.at)))
        .collect();
    let mut kin = super::Kin::default();
    for (organization, at) in &documents {
        kin.note(organization, *at);
    }
    let mut whole = kin.whole(PUBLIC);
    let (head, end) = whole.frame();
    let entries: Vec<Vec<u8>> =
        documents.iter().flat_map(|(organization, at)| whole.entries(organization, *at)).collect();
    let file: Value = serde_json::from_slice(&[head, entries.join(&b","[..]), end.to_vec()].concat()).unwrap();
    let asked = house.get("/brands.json").await.json();
    let sorted = |bundle: &Value| {
        let mut entries = bundle["entry"].as_array().unwrap().clone();
        entries.sort_by_key(|entry| entry["fullUrl"].to_string());
        entries
    };
    assert!(sorted(&asked).len() > 4);
    assert_eq!(sorted(&file), sorted(&asked));
    assert_eq!((&file["meta"]["profile"], &file["timestamp"]), (&asked["meta"]["profile"], &asked["timestamp"]));
    let nobody = super::Kin::default().whole(PUBLIC).frame();
    let nobody: Value = serde_json::from_slice(&[&nobody.0, nobody.1].concat()).unwrap();
    assert_eq!(nobody.get("entry"), None, "an empty list is left out");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_servers_are_told_to_name_is_read_and_is_exactly_one_brand() {
    let folder = tempfile::tempdir().unwrap();
    let house = house(&folder).await;
    house.load("vendor", Tier::VENDOR, DAY, all()).await;
    // The lines that the documents ask whoever runs a FHIR server to put into its smart-configuration.
    let told = include_str!("../../docs/brands.md").split("```json").nth(1).and_then(|rest| rest.split("```").next());
    let base = "https://ehr.example.org/fhir".parse().unwrap();
    for name in ["Riverside", "Riverside East", "Lakeside", "Hilltop"] {
        let id = house.id(name).await;
        let told = told.unwrap().replace("org-019ab0c4d0007abc8123456789abcdef", id.as_str());
        let named = rule::named(&serde_json::from_str(&told).unwrap(), &base).unwrap();
        let address = named.bundle.as_str().strip_prefix(PUBLIC).unwrap();
        let bundle = house.get(address).await.json();
        let fits = |brand: &&Value| {
            let identifiers = brand["identifier"].as_array().into_iter().flatten();
            identifiers.filter_map(bundle::identifier).any(|identifier| named.identifier.fits(&identifier))
        };
        let fitting: Vec<&str> =
            resources(&bundle, "Organization").filter(fits).filter_map(|brand| brand["name"].as_str()).collect();
        assert_eq!(fitting, [name], "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_are_what_readers_need() {
    let folder = tempfile::tempdir().unwrap();
    let house = house(&folder).await;
    house.load("vendor", Tier::VENDOR, DAY, all()).await;
    let full = house.get("/brands.json").await;
    let tag = full.tag().to_owned();
    assert!(tag.starts_with("W/\""), "{tag}");
    assert_eq!(full.headers[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*", "without an Origin too");
    assert_eq!(full.headers[header::CONTENT_TYPE], "application/fhir+json");
    assert_eq!(full.headers[header::CACHE_CONTROL], "public, max-age=30");
    let ask = |method: Method, name: header::HeaderName, value: &str| {
        Request::builder().method(method).uri("/brands.json").header(name, value).body(Body::empty()).unwrap()
    };
    let known = house.ask(ask(Method::GET, header::IF_NONE_MATCH, &format!("\"x\", {tag}"))).await;
    assert_eq!((known.status, known.body.len(), known.tag()), (StatusCode::NOT_MODIFIED, 0, tag.as_str()));
    assert_eq!(known.headers[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*");
    let head = house.ask(ask(Method::HEAD, header::ACCEPT, "application/json, application/fhir+json")).await;
    assert_eq!((head.status, head.body.len(), head.tag()), (StatusCode::OK, 0, tag.as_str()));
    assert_eq!(head.headers[header::CONTENT_LENGTH], full.body.len().to_string());
    let part = house.ask(ask(Method::GET, header::RANGE, "bytes=0-9")).await;
    assert_eq!((part.status, part.body == full.body), (StatusCode::OK, true), "parts are not given out");
    for encoding in ["gzip", "br", "zstd"] {
        let packed = house.ask(ask(Method::GET, header::ACCEPT_ENCODING, encoding)).await;
        assert_eq!(packed.headers[header::CONTENT_ENCODING], encoding);
        assert_eq!(packed.tag(), tag);
        let vary: Vec<&str> = packed.headers.get_all(header::VARY).iter().map(|v| v.to_str().unwrap()).collect();
        assert!(vary.join(",").to_lowercase().contains("accept-encoding"), "{vary:?}");
    }
    let plain = house.ask(ask(Method::GET, header::ACCEPT, "application/json")).await;
    assert_eq!(plain.headers[header::CONTENT_TYPE], "application/json");
    let xml = house.ask(ask(Method::GET, header::ACCEPT, "application/fhir+xml")).await;
    assert_eq!(xml.status, StatusCode::NOT_ACCEPTABLE);
    let post = house.ask(ask(Method::POST, header::ACCEPT, "*/*")).await;
    assert_eq!(post.status, StatusCode::METHOD_NOT_ALLOWED);
    let may = Request::options("/brands.json")
        .header(header::ORIGIN, "https://app.example.org")
        .header(header::ACCESS_CONTROL_REQUEST_METHOD, "GET")
        .header(header::ACCESS_CONTROL_REQUEST_HEADERS, "if-none-match");
    let may = house.ask(may.body(Body::empty()).unwrap()).await;
    assert_eq!(may.status, StatusCode::OK);
    assert!(may.headers.contains_key(header::ACCESS_CONTROL_ALLOW_HEADERS));
}

fn moment(answer: &Answer) -> String {
    answer.json()["timestamp"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_timestamp_moves_with_its_own_list_alone_and_survives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let one = house(&folder).await;
    one.load("vendor", Tier::VENDOR, DAY, all()).await;
    let (lists, part) =
        (["/brands.json", "/brands.json?state=ID", "/brands.json?state=OH"], one.id("Riverside East").await);
    let part = format!("/brands/{part}.json");
    let mut before = Vec::new();
    for list in lists {
        before.push(moment(&one.get(list).await));
    }
    let before_part = one.get(&part).await;
    one.later();
    // Ohio's insurer leaves.
    let mut fewer = all();
    fewer.remove(3);
    one.load("vendor", Tier::VENDOR, date(2026, 11, 4), fewer.clone()).await;
    let mut after = Vec::new();
    for list in lists {
        after.push(moment(&one.get(list).await));
    }
    assert!(after[0] > before[0] && after[2] > before[2], "{before:?} {after:?}");
    assert_eq!(after[1], before[1], "nothing changed in Idaho");
    assert_eq!(one.get(&part).await.tag(), before_part.tag());
    // Another page for developers at its parent's endpoint.
    one.later();
    let Facts::Organization(system) = &mut fewer[0].body else { panic!("an organization") };
    system.endpoints[0].name = Some("River FHIR".into());
    one.load("vendor", Tier::VENDOR, date(2026, 11, 5), fewer).await;
    let after_part = one.get(&part).await;
    assert!(moment(&after_part) > moment(&before_part), "what it refers to is its content");
    let full = one.get("/brands.json").await;
    drop(one);
    let again = house(&folder).await;
    again.later();
    again.brands.follow(&again.app).await.unwrap();
    assert_eq!(again.get("/brands.json").await.tag(), full.tag());
    assert_eq!(moment(&again.get("/brands.json?state=OH").await), after[2], "also of a list that is empty now");
    assert_eq!(again.get(&part).await.tag(), after_part.tag());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_recalled_is_gone_with_the_next_look_at_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let house = house(&folder).await;
    house.load("vendor", Tier::VENDOR, DAY, all()).await;
    let part = house.id("Riverside East").await;
    let before = house.get("/brands.json").await;
    house.app.store.recall_host("mychart.riverside.org", "moderator:test").await.unwrap();
    house.app.store.recall_host("fhir.riverside.org", "moderator:test").await.unwrap();
    house.brands.follow(&house.app).await.unwrap();
    let after = house.get("/brands.json").await;
    assert!(String::from_utf8_lossy(&before.body).contains("mychart.riverside.org"));
    for answer in [after, house.get(&format!("/brands/{part}.json")).await] {
        let text = String::from_utf8(answer.body).unwrap();
        assert!(!text.contains("mychart.riverside.org") && !text.contains("fhir.riverside.org"), "{text}");
        assert!(text.contains("Riverside East"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_of_a_part_stands_alone_and_a_part_goes_with_its_parent() {
    let folder = tempfile::tempdir().unwrap();
    let house = house(&folder).await;
    let under =
        |name: &str, parent: &str| listing(OrganizationFacts { part_of: Some(parent.into()), ..brand(name, "ID") });
    let listings = || vec![listing(brand("Top", "ID")), under("Middle", "top"), under("Bottom", "middle")];
    house.load("vendor", Tier::VENDOR, DAY, listings()).await;
    let parent = |bundle: &Value, name: &str| {
        let found = resources(bundle, "Organization").find(|r| r["name"] == name).unwrap();
        found.get("partOf").map(|part_of| part_of["reference"].as_str().unwrap().to_owned())
    };
    let bundle = house.get("/brands.json").await.json();
    assert_eq!(parent(&bundle, "Middle"), Some(format!("Organization/{}", house.id("Top").await)));
    assert_eq!(parent(&bundle, "Bottom"), None, "two levels are allowed");
    // The top loses its web site: it cannot be said, and everybody below moves up.
    let mut without = listings();
    without[0] = listing(OrganizationFacts { website: None, ..brand("Top", "ID") });
    house.load("vendor", Tier::VENDOR, date(2026, 11, 4), without).await;
    let bundle = house.get("/brands.json").await;
    assert_eq!(parent(&bundle.json(), "Middle"), None);
    assert_eq!(parent(&bundle.json(), "Bottom"), Some(format!("Organization/{}", house.id("Middle").await)));
    assert_eq!(check::check(&bundle.body, house.app.clock.micros()).count(check::Severity::Error), 0);
}

/// What Brands can say of an organization, without what every Connector gives it anew.
fn said(organization: &Organization) -> Value {
    let org = organization;
    let ends = |id: &Id| org.endpoints.iter().find(|e| e.id == *id).map(|e| e.address.clone());
    let mut identifiers: Vec<String> = org
        .identifiers
        .iter()
        .map(|i| format!("{}/{}", i.system.code(), i.value))
        .filter(|i| !i.contains("/fhir/NamingSystem/id|") && !i.starts_with("web/"))
        .collect();
    identifiers.sort();
    serde_json::json!({
        "name": org.name, "aliases": org.aliases, "identifiers": identifiers,
        "website": org.website.as_ref().map(|site| &site.url),
        "places": org.locations.iter().map(|l| l.place.key()).collect::<Vec<_>>(),
        "portals": org.portals.iter().map(|p| serde_json::json!({
            "url": p.url, "name": p.name, "description": p.description, "state": p.state, "through": p.through_parent,
            "endpoints": p.endpoints.iter().map(ends).collect::<Vec<_>>()})).collect::<Vec<_>>(),
        "endpoints": org.endpoints.iter().map(|e| serde_json::json!({
            "address": e.address, "versions": e.fhir_versions, "developers": e.developers, "name": e.name,
            "through": e.through_parent, "state": e.state})).collect::<Vec<_>>(),
        "part_of": org.part_of.as_ref().map(|parent| &parent.name),
        "logos": org.logos,
    })
}

async fn taken_in(list: &[u8], tier: Tier) -> (TempDir, House) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("brands.json");
    std::fs::write(&file, list).unwrap();
    let mut listings = Vec::new();
    shape::read(&file, &mut |row| {
        match row.outcome {
            Outcome::Listing(listing) => listings.push(*listing),
            other => panic!("{other:?}"),
        }
        std::ops::ControlFlow::Continue(())
    })
    .unwrap();
    let second = house_at(&folder, "https://second.example.net").await;
    second.load("another-connector", tier, DAY, listings).await;
    (folder, second)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_connector_has_all_that_brands_can_say() {
    let folder = tempfile::tempdir().unwrap();
    let first = house(&folder).await;
    let mut listings = all();
    let Facts::Organization(alone) = &mut listings[2].body else { panic!("an organization") };
    alone.endpoints.clear();
    first.load("vendor", Tier::VENDOR, DAY, listings).await;
    let list = first.get("/brands.json").await;
    let (_folder, second) = taken_in(&list.body, Tier::VENDOR).await;
    let (before, after) = (first.organizations().await, second.organizations().await);
    assert_eq!(after.len(), 4);
    for (name, organization) in &after {
        assert_eq!(said(organization), said(&before[name]), "{name}");
    }
    // And what the second says is what the first said.
    let again = second.get("/brands.json").await.json();
    assert_eq!(names(&again), names(&list.json()));
    assert_eq!(resources(&again, "Endpoint").count(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_word_of_ours_weighs_more_than_whose_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let first = house(&folder).await;
    // A vendor's list, and one name that only a worse list has.
    first.load("vendor", Tier::VENDOR, DAY, all()).await;
    let list = first.get("/brands.json").await;
    for (registered, expected) in [(Tier::OWNER, Tier::VENDOR), (Tier::VENDOR, Tier::VENDOR), (Tier::LIST, Tier::LIST)]
    {
        let (_folder, second) = taken_in(&list.body, registered).await;
        for (name, organization) in second.organizations().await {
            for (field, said) in organization.provenance.iter() {
                assert_eq!(said.tier, expected, "{name} {field}");
            }
        }
    }
    first
        .load(
            "others",
            Tier::LIST,
            DAY,
            vec![listing(OrganizationFacts {
                identifiers: vec![Identifier { system: System::Npi, value: "1234567893".into() }],
                aliases: vec!["The River".into()],
                ..brand("Riverside", "ID")
            })],
        )
        .await;
    let (_folder, second) = taken_in(&first.get("/brands.json").await.body, Tier::OWNER).await;
    let organizations = second.organizations().await;
    let tier = |name: &str| organizations[name].said("name").unwrap().tier;
    if organizations["Riverside"].aliases.iter().any(|alias| alias == "The River") {
        assert_eq!(tier("Riverside"), Tier::LIST, "the worst of all who speak in it");
    }
    assert_eq!(tier("Lakeside"), Tier::VENDOR);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_is_the_brands_on_its_days_alone() {
    let folder = tempfile::tempdir().unwrap();
    let house = house(&folder).await;
    let dated = |url: &str, valid| PortalFacts { valid: Some(valid), ..PortalFacts::at(door(url)) };
    let mut facts = brand("River Clinic", "ID");
    facts.portals = vec![
        dated("https://portal.firstriver.org/", (None, Some(date(2026, 11, 30)))),
        dated("https://my.secondhill.net/", (Some(date(2026, 12, 1)), None)),
    ];
    house.load("a", Tier::VENDOR, date(2026, 11, 3), vec![listing(facts)]).await;
    let path = format!("/brands/{}.json", house.id("River Clinic").await);
    let Clock::Standing(at) = &house.app.clock else { panic!("a clock that is set") };
    let mut tags = Vec::new();
    for (moment, open, shut) in [
        ("2026-12-01T09:59:59Z", "firstriver.org", "secondhill.net"),
        ("2026-12-01T10:00:00Z", "secondhill.net", "firstriver.org"),
    ] {
        at.store(moment.parse::<jiff::Timestamp>().unwrap().as_microsecond(), std::sync::atomic::Ordering::Relaxed);
        crate::app::days::look(&house.app).await;
        house.brands.follow(&house.app).await.unwrap();
        for path in [path.as_str(), "/brands.json"] {
            let answer = house.get(path).await;
            let body = String::from_utf8_lossy(&answer.body).into_owned();
            assert!(body.contains(open) && !body.contains(shut), "{moment} {path}: {body}");
            tags.push(answer.tag().to_owned());
        }
    }
    assert!(tags[0] != tags[2] && tags[1] != tags[3], "{tags:?}");
}
