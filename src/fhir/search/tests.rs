//! Searches over the real router, store and register.

use std::collections::BTreeSet;

use axum::{
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use jiff::civil::date;
use serde_json::Value;
use tower::ServiceExt;

use crate::{
    app::App,
    model::{
        door::Door,
        identifier::Identifier,
        kind::Kind,
        listing::{self, EndpointFacts, Listing, OrganizationFacts, PortalFacts},
        place::Place,
        source::Tier,
    },
    site::served::Site,
    store::testing,
};

const PUBLIC: &str = "https://connector.example.org";

/// A running FHIR server with a few organizations.
struct Server {
    site: Site,
}

impl Server {
    async fn new() -> Self {
        let site = Site::new().await;
        let server = Self { site };
        server.load("list", 4, some()).await;
        server
    }

    fn app(&self) -> &App {
        &self.site.app
    }

    /// A whole list of a source, as of a day.
    async fn load(&self, id: &str, day: i8, listings: Vec<Listing>) {
        let store = &self.app().store;
        let mut intake = testing::open(store, testing::source(id, Tier::VENDOR), date(2026, 11, day)).await;
        intake.accepted_by("moderator:test");
        intake.take(listings).await.unwrap();
        intake.finish(false, &|_, _| {}).await.unwrap();
        self.app().register.follow(&self.app().store).await.unwrap();
    }

    async fn ask(&self, request: Request<Body>) -> (StatusCode, Value) {
        let answer = crate::fhir::router(self.app().clone()).oneshot(request).await.unwrap();
        let status = answer.status();
        let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        (
            status,
            serde_json::from_slice(&body).unwrap_or_else(|why| panic!("{why}: {}", String::from_utf8_lossy(&body))),
        )
    }

    async fn get(&self, address: &str) -> (StatusCode, Value) {
        self.ask(Request::get(address).body(Body::empty()).unwrap()).await
    }

    async fn strict(&self, address: &str) -> (StatusCode, Value) {
        self.ask(Request::get(address).header("prefer", "handling=strict").body(Body::empty()).unwrap()).await
    }

    async fn bundle(&self, address: &str) -> Value {
        let (status, bundle) = self.get(address).await;
        assert_eq!(status, StatusCode::OK, "{address}: {bundle}");
        assert_eq!(bundle["type"], "searchset");
        bundle
    }

    /// What was found: names, or ids where there is none.
    async fn found(&self, address: &str) -> Vec<String> {
        let bundle = self.bundle(address).await;
        let found = of_mode(&bundle, "match");
        if let Some(total) = bundle["total"].as_u64() {
            assert!(total >= found.len() as u64, "{address}: {bundle}");
        }
        found
    }

    async fn id(&self, kind: &str, name: &str) -> String {
        let bundle = self.bundle(&format!("/fhir/{kind}?name:exact={}", name.replace(' ', "%20"))).await;
        bundle["entry"][0]["resource"]["id"].as_str().unwrap_or_else(|| panic!("{name}: {bundle}")).to_owned()
    }
}

fn of_mode(bundle: &Value, mode: &str) -> Vec<String> {
    let entries = bundle["entry"].as_array().map(Vec::as_slice).unwrap_or_default();
    let named = entries.iter().filter(|entry| entry["search"]["mode"] == mode).map(|entry| {
        let resource = &entry["resource"];
        let url = entry["fullUrl"].as_str().unwrap();
        assert!(url.starts_with(PUBLIC) && url.ends_with(resource["id"].as_str().unwrap()), "{url}");
        let name = resource["name"].as_str().or_else(|| resource["participatingOrganization"]["display"].as_str());
        name.or_else(|| resource["id"].as_str()).unwrap().to_owned()
    });
    named.collect()
}

fn link<'a>(bundle: &'a Value, relation: &str) -> Option<&'a str> {
    let links = bundle["link"].as_array().unwrap();
    links.iter().find(|link| link["relation"] == relation)?["url"].as_str()
}

fn listing(key: &str, facts: OrganizationFacts) -> Listing {
    Listing { key: key.into(), group: None, strong: Vec::new(), body: listing::Body::Organization(Box::new(facts)) }
}

fn facts(name: &str, kinds: &[Kind], place: Option<(&str, &str, &str, &str)>) -> OrganizationFacts {
    let place = place.and_then(|(line, city, state, zip)| Place::new(&[line], city, state, zip));
    OrganizationFacts {
        name: name.into(),
        kinds: kinds.to_vec(),
        places: place.into_iter().collect(),
        ..Default::default()
    }
}

fn endpoint(address: &str, name: &str, through: Option<&str>) -> EndpointFacts {
    EndpointFacts {
        at: Door::parse_endpoint(address).unwrap(),
        fhir_versions: vec!["4.0.1".into()],
        name: Some(name.into()),
        developers: None,
        through: through.map(str::to_owned),
    }
}

fn portal(address: &str, name: &str, endpoints: &[&str], through: Option<&str>) -> PortalFacts {
    PortalFacts {
        name: Some(name.into()),
        endpoints: endpoints.iter().map(|address| (*address).to_owned()).collect(),
        through: through.map(str::to_owned),
        ..PortalFacts::at(Door::parse(address).unwrap())
    }
}

const MERCY: &str = "https://fhir.mercy.example.org/r4";
const PLAN: &str = "https://fhir.plan.example.com/r4/Tenant";

/// A hospital with a clinic that has its doors, two plans that share an endpoint, one that only has a name.
fn some() -> Vec<Listing> {
    let chart = "https://mychart.mercy.example.org/MyChart";
    let mercy = OrganizationFacts {
        aliases: vec!["Clínica de la Merced".into()],
        identifiers: vec![Identifier::npi("1234567893").unwrap()],
        endpoints: vec![endpoint(MERCY, "Mercy FHIR", None)],
        portals: vec![portal(chart, "MyChart", &[MERCY], None)],
        ..facts("Mercy Hospital", &[Kind::Hospital], Some(("100 Main St", "Boise", "ID", "83702")))
    };
    let clinic = OrganizationFacts {
        part_of: Some("mercy".into()),
        part_of_name: Some("Mercy Hospital".into()),
        endpoints: vec![endpoint(MERCY, "Mercy FHIR", Some("mercy"))],
        portals: vec![portal(chart, "MyChart", &[MERCY], Some("mercy"))],
        ..facts("Mercy Clinic", &[Kind::Clinic], Some(("7 Oak Ave, Suite 2", "Meridian", "ID", "83642")))
    };
    let plan = OrganizationFacts {
        endpoints: vec![endpoint(PLAN, "Plan FHIR", None)],
        ..facts("Acme Health Plan", &[Kind::Insurer], Some(("1 Broad St", "Columbus", "OH", "43215")))
    };
    let other = OrganizationFacts {
        endpoints: vec![endpoint(PLAN, "Plan FHIR", None)],
        ..facts("Zenith Plan", &[Kind::Insurer, Kind::Government], Some(("2 Broad St", "Cleveland", "OH", "44114")))
    };
    vec![
        listing("mercy", mercy),
        listing("clinic", clinic),
        listing("plan", plan),
        listing("other", other),
        listing("quiet", facts("Quiet, Inc", &[], None)),
    ]
}

const BOISE: &str = "St. Joseph’s Hospital";

#[tokio::test]
async fn organizations_by_each_parameter_and_modifier() {
    let server = Server::new().await;
    let all = server.found("/fhir/Organization").await;
    assert_eq!(all.len(), 7, "{all:?}");
    let mercy = server.id("Organization", "Mercy Hospital").await;
    let end = server.id("Endpoint", "Mercy FHIR").await;
    for (query, expected) in [
        ("name=mercy", &["Mercy Clinic", "Mercy Hospital"][..]),
        ("name=MERCY%20HOSP", &["Mercy Hospital"]),
        ("name=clinica", &["Mercy Hospital"]),
        ("name=cl%C3%ADnica%20DE", &["Mercy Hospital"]),
        ("name=hospital", &[]),
        ("name:contains=plan", &["Acme Health Plan", "Zenith Plan"]),
        ("name:contains=ealth%20pl", &["Acme Health Plan"]),
        ("name:exact=Mercy%20Clinic", &["Mercy Clinic"]),
        ("name:exact=mercy%20clinic", &[]),
        ("name=zenith,acme", &["Acme Health Plan", "Zenith Plan"]),
        ("name=Quiet%5C,%20Inc", &["Quiet, Inc"]),
        ("name=st.%20josephs", &[BOISE, BOISE]),
        ("name=mercy&name:contains=hosp", &["Mercy Hospital"]),
        ("name:missing=true", &[]),
        ("address=main", &[]),
        ("address=100%20main", &["Mercy Hospital"]),
        ("address=colum", &["Acme Health Plan"]),
        ("address=83642", &["Mercy Clinic"]),
        ("address:contains=suite", &["Mercy Clinic"]),
        ("address:missing=true", &["Quiet, Inc"]),
        ("address-city=boise", &[BOISE, "Mercy Hospital"]),
        ("address-city=bois&address-state=ID", &[BOISE, "Mercy Hospital"]),
        ("address-city:exact=BOISE", &[]),
        ("address-state=OH", &["Acme Health Plan", "Zenith Plan"]),
        ("address-state=oh,fl", &["Acme Health Plan", BOISE, "Zenith Plan"]),
        ("address-postalcode=437", &[]),
        ("address-postalcode=441", &["Zenith Plan"]),
        ("address-country=US&name=quiet", &[]),
        ("address-country=us&name=zenith", &["Zenith Plan"]),
        ("address-country=CA", &[]),
        ("identifier=1234567893", &["Mercy Hospital"]),
        ("identifier=http://hl7.org/fhir/sid/us-npi%7C1234567893", &["Mercy Hospital"]),
        ("identifier=http://hl7.org/fhir/sid/us-npi%7C", &["Mercy Hospital"]),
        ("identifier=urn:oid:2.16.840.1.113883.4.7%7C1234567893", &[]),
        ("identifier=%7C1234567893", &[]),
        ("identifier:not=1234567893&name=mercy", &["Mercy Clinic"]),
        ("type=hospital", &[BOISE, BOISE, "Mercy Hospital"]),
        ("type=ins", &["Acme Health Plan", "Zenith Plan"]),
        ("type=http://terminology.hl7.org/CodeSystem/organization-type%7Cins", &["Acme Health Plan", "Zenith Plan"]),
        ("type=govt", &["Zenith Plan"]),
        ("type:not=hospital,clinic", &["Acme Health Plan", "Quiet, Inc", "Zenith Plan"]),
        ("type:missing=true", &["Quiet, Inc"]),
        ("active=true&name=quiet", &["Quiet, Inc"]),
        ("active=false", &[]),
        ("active:not=true", &[]),
        ("endpoint:missing=false", &["Acme Health Plan", "Mercy Clinic", "Mercy Hospital", "Zenith Plan"]),
        ("endpoint.name=plan", &["Acme Health Plan", "Zenith Plan"]),
        ("endpoint:Endpoint.name=mercy", &["Mercy Clinic", "Mercy Hospital"]),
        ("partof.name=mercy", &["Mercy Clinic"]),
        ("partof:Organization.address-city=Boise", &["Mercy Clinic"]),
        ("partof:missing=false", &["Mercy Clinic"]),
        ("partof:identifier=http://hl7.org/fhir/sid/us-npi%7C1234567893", &["Mercy Clinic"]),
        ("_has:Location:organization:address-city=Boise", &[BOISE, "Mercy Hospital"]),
        ("_has:Endpoint:organization:name=mercy", &["Mercy Hospital"]),
        ("_has:Organization:partof:name=mercy", &["Mercy Hospital"]),
        ("_has:HealthcareService:organization:name=mychart&address-city=meridian", &["Mercy Clinic"]),
        ("_has:Organization:partof:_has:HealthcareService:organization:name=mychart", &["Mercy Hospital"]),
        ("_lastUpdated=ge2020&name=quiet", &["Quiet, Inc"]),
        ("_lastUpdated=lt2020", &[]),
        ("_lastUpdated=2026-11-22&name=quiet", &["Quiet, Inc"]),
        ("_lastUpdated=gt2026-11-22T12:00:00Z", &[]),
        ("_profile=http://example.org", &[]),
        ("_profile:missing=true&name=quiet", &["Quiet, Inc"]),
        ("_tag=x", &[]),
        ("_security:missing=false", &[]),
    ] {
        let mut found = server.found(&format!("/fhir/Organization?{query}")).await;
        found.sort();
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(found, expected, "{query}");
    }
    for query in [
        format!("_id={mercy}"),
        format!("_id={mercy},org-0"),
        format!("identifier={mercy}"),
        format!("identifier={PUBLIC}/fhir/NamingSystem/id%7C{mercy}"),
        format!("endpoint={end}&name:contains=hospital"),
        format!("endpoint=Endpoint/{end}&type=hospital"),
        format!("endpoint={PUBLIC}/fhir/Endpoint/{end}&type=hospital"),
    ] {
        assert_eq!(server.found(&format!("/fhir/Organization?{query}")).await, ["Mercy Hospital"], "{query}");
    }
    for (query, expected) in [
        (format!("partof={mercy}"), 1),
        (format!("partof:Organization=Organization/{mercy}"), 1),
        (format!("partof:Endpoint={mercy}"), 0),
        (format!("partof=Endpoint/{end}"), 0),
        (format!("partof=https://elsewhere.example.org/Organization/{mercy}"), 0),
        (format!("_id:not={mercy}"), 6),
    ] {
        assert_eq!(server.found(&format!("/fhir/Organization?{query}")).await.len(), expected, "{query}");
    }
}

#[tokio::test]
async fn the_other_types_by_each_parameter() {
    let server = Server::new().await;
    let mercy = server.id("Organization", "Mercy Hospital").await;
    let end = server.id("Endpoint", "Mercy FHIR").await;
    for (query, expected) in [
        ("Endpoint", &["Mercy FHIR", "Plan FHIR"][..]),
        ("Endpoint?name=plan", &["Plan FHIR"]),
        ("Endpoint?address=https://fhir.mercy.example.org/r4", &["Mercy FHIR"]),
        ("Endpoint?address=http://FHIR.mercy.example.org/R4/metadata", &["Mercy FHIR"]),
        ("Endpoint?address=https://fhir.mercy.example.org", &[]),
        ("Endpoint?address:below=https://fhir.mercy.example.org", &["Mercy FHIR"]),
        ("Endpoint?address:above=https://fhir.mercy.example.org/r4/Patient/1", &["Mercy FHIR"]),
        ("Endpoint?organization.name=mercy", &["Mercy FHIR"]),
        ("Endpoint?organization:missing=true", &["Plan FHIR"]),
        ("Endpoint?_has:Organization:endpoint:name=zenith", &["Plan FHIR"]),
        ("Endpoint?_has:OrganizationAffiliation:endpoint:role=access-through", &["Mercy FHIR"]),
        ("Endpoint?status=active&connection-type=hl7-fhir-rest", &["Mercy FHIR", "Plan FHIR"]),
        ("Endpoint?status=off", &[]),
        ("Endpoint?payload-type=any", &["Mercy FHIR", "Plan FHIR"]),
        ("Endpoint?_lastUpdated=gt2025", &["Mercy FHIR", "Plan FHIR"]),
        ("Location?address-city=boise", &[BOISE, "Mercy Hospital"]),
        ("Location?name=mercy", &["Mercy Clinic", "Mercy Hospital"]),
        ("Location?name=clinica", &[]),
        ("Location?name:exact=Mercy%20Clinic", &["Mercy Clinic"]),
        ("Location?address=7%20oak", &["Mercy Clinic"]),
        ("Location?organization.type=ins&address-state=OH", &["Acme Health Plan", "Zenith Plan"]),
        ("Location?status=active&address-postalcode=43215", &["Acme Health Plan"]),
        ("Location?status=http://hl7.org/fhir/location-status%7Cinactive", &[]),
        ("Location?organization.partof.name=mercy", &["Mercy Clinic"]),
        ("HealthcareService?name=my&organization.name=mercy%20h", &["MyChart"]),
        ("HealthcareService?endpoint.address=https://fhir.mercy.example.org/r4", &["MyChart", "MyChart"]),
        ("HealthcareService?service-category=patient-portal&active=true&organization.address-state=FL", &["MyChart"]),
        ("HealthcareService?endpoint:missing=true", &["MyChart", "MyChart"]),
        ("HealthcareService?_has:OrganizationAffiliation:service:role=part-of", &["MyChart"]),
        ("OrganizationAffiliation", &["Mercy Clinic"]),
        ("OrganizationAffiliation?active=true&role=access-through", &["Mercy Clinic"]),
        ("OrganizationAffiliation?role:not=access-through", &[]),
        ("OrganizationAffiliation?primary-organization.name=mercy%20hosp", &["Mercy Clinic"]),
        ("OrganizationAffiliation?participating-organization.address-city=meridian", &["Mercy Clinic"]),
        ("OrganizationAffiliation?participating-organization.address-city=boise", &[]),
        ("OrganizationAffiliation?service.name=mychart&endpoint.name=mercy", &["Mercy Clinic"]),
    ] {
        let mut found = server.found(&format!("/fhir/{query}")).await;
        found.sort();
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(found, expected, "{query}");
    }
    for query in [
        format!("Endpoint?_id={end}"),
        format!("Endpoint?organization={mercy}"),
        format!("Endpoint?_has:HealthcareService:endpoint:organization={mercy}"),
    ] {
        assert_eq!(server.found(&format!("/fhir/{query}")).await, ["Mercy FHIR"], "{query}");
    }
    for kind in ["Location", "HealthcareService", "OrganizationAffiliation"] {
        let bundle = server.bundle(&format!("/fhir/{kind}?_count=1")).await;
        let id = bundle["entry"][0]["resource"]["id"].as_str().unwrap();
        let again = server.bundle(&format!("/fhir/{kind}?_id={id}")).await;
        assert_eq!((again["total"].as_u64(), &again["entry"][0]["resource"]["id"]), (Some(1), &id.into()), "{kind}");
        if kind == "Location" {
            assert_eq!(server.bundle(&format!("/fhir/Location?identifier={id}")).await["total"], 1);
        }
        let read = server.get(&format!("/fhir/{kind}/{id}")).await.1;
        assert_eq!(read, again["entry"][0]["resource"], "a search shows what a read shows");
    }
    let portal = server.bundle(&format!("/fhir/HealthcareService?organization={mercy}")).await;
    let portal = portal["entry"][0]["resource"]["identifier"][0]["value"].as_str().unwrap().to_owned();
    assert_eq!(server.found(&format!("/fhir/HealthcareService?identifier={portal}")).await.len(), 2);
}

#[tokio::test]
async fn near_finds_and_sorts_by_distance() {
    let server = Server::new().await;
    let middle = crate::geo::centroid("83702").unwrap().point;
    let near = async |rest: &str| {
        let rest = rest.replace("BOISE", &format!("{}%7C{}", middle.lat, middle.lon));
        server.found(&format!("/fhir/Location?near={rest}")).await
    };
    // Meridian is about 20 km from the middle of a ZIP code of Boise, Columbus and Tampa are far.
    assert_eq!(near("BOISE%7C5%7Ckm").await.len(), 2);
    let wide = near("BOISE%7C30%7Ckm").await;
    assert_eq!((wide.len(), wide.last().map(String::as_str)), (3, Some("Mercy Clinic")), "{wide:?}");
    assert_eq!(near("BOISE%7C20%7Cmi").await, wide);
    assert_eq!(near("BOISE%7C20%7C%5Bmi_us%5D").await, wide);
    assert_eq!(near("BOISE").await, wide, "a distance of our own");
    assert_eq!(near("BOISE%7C3000%7Cm").await.len(), 2);
    assert_eq!(near("BOISE%7C30,39.96%7C-83.0%7C10").await.len(), 4, "near one or the other");
    assert_eq!(near("BOISE%7C30&organization.name=mercy").await, ["Mercy Hospital", "Mercy Clinic"]);
    assert_eq!(near("BOISE%7C30&_sort=address-city,_id").await.last().unwrap(), "Mercy Clinic");
    let (status, _) = server.get("/fhir/Organization?near=1%7C1").await;
    assert_eq!(status, StatusCode::OK, "ignored: only places are near");
}

#[tokio::test]
async fn what_is_wrong_is_told_with_its_parameter() {
    let server = Server::new().await;
    for (query, expression) in [
        ("Organization?_lastUpdated=yesterday", "http._lastUpdated"),
        ("Organization?_lastUpdated=gt2026-02-30", "http._lastUpdated"),
        ("Organization?active=maybe", "http.active"),
        ("Organization?identifier=a%7Cb%7Cc", "http.identifier"),
        ("Organization?name:not=a", "http.name:not"),
        ("Organization?name:missing=perhaps", "http.name:missing"),
        ("Organization?name=!!!", "http.name"),
        ("Organization?name=,", "http.name"),
        ("Organization?type:text=x", "http.type:text"),
        ("Organization?type:in=x", "http.type:in"),
        ("Organization?_lastUpdated:exact=2026", "http._lastUpdated:exact"),
        ("Organization?partof:Nothing=x", "http.partof:Nothing"),
        ("Organization?partof=a%20b", "http.partof"),
        ("Organization?partof:Endpoint.name=x", "http.partof:Endpoint.name"),
        ("Organization?endpoint:identifier=x", "http.endpoint:identifier"),
        ("Organization?_has:Location=x", "http._has:Location"),
        ("Organization?_id=a%20b", "http._id"),
        ("Organization?_count=-1", "http._count"),
        ("Organization?_count=many", "http._count"),
        ("Organization?_total=all", "http._total"),
        ("Organization?_cursor=0", "http._cursor"),
        ("Organization?_summary=text&_include=*", "http._summary"),
        ("Location?near=1", "http.near"),
        ("Location?near=91%7C0%7C1%7Ckm", "http.near"),
        ("Location?near=1%7C1%7C1%7Cparsec", "http.near"),
        ("Location?near:missing=true", "http.near:missing"),
    ] {
        let (status, outcome) = server.get(&format!("/fhir/{query}")).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{query}: {outcome}");
        assert_eq!(outcome["resourceType"], "OperationOutcome", "{query}");
        assert_eq!(outcome["issue"][0]["expression"][0], expression, "{query}");
    }
    let many = format!("Organization?{}", vec!["name:contains=a"; 33].join("&"));
    let values = format!("Organization?name:contains={}", vec!["a"; 31].join(","));
    let deep = format!("Organization?{}name=a", "partof.".repeat(6));
    for query in [&many, &values, &deep, "Organization?_sort=name,_id,name,_id"] {
        let (status, outcome) = server.get(&format!("/fhir/{query}")).await;
        assert_eq!((status, &outcome["issue"][0]["code"]), (StatusCode::FORBIDDEN, &"too-costly".into()), "{query}");
    }
}

#[tokio::test]
async fn what_is_unknown_is_ignored_and_told_or_refused() {
    let server = Server::new().await;
    for query in [
        "foo=bar",
        "phonetic=x",
        "_content=x",
        "address-use=work",
        "partof.foo=x",
        "_sort=type",
        "_include=Foo:bar",
        "_include=Organization",
        "_revinclude=Practitioner:organization",
        "_has:Practitioner:organization:name=x",
    ] {
        let bundle = server.bundle(&format!("/fhir/Organization?{query}&name=mercy")).await;
        assert_eq!((of_mode(&bundle, "match").len(), &bundle["total"]), (2, &2.into()), "{query}");
        let outcome = bundle["entry"].as_array().unwrap().last().unwrap();
        assert_eq!(outcome["search"]["mode"], "outcome", "{query}");
        assert_eq!(outcome["resource"]["issue"][0]["code"], "not-supported", "{query}");
        assert_eq!(link(&bundle, "self").unwrap(), format!("{PUBLIC}/fhir/Organization?name=mercy"), "{query}");
        let (status, refused) = server.strict(&format!("/fhir/Organization?{query}&name=mercy")).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{query}: {refused}");
    }
    let (status, _) = server.strict("/fhir/Organization?name=mercy&active=&_count=5&_format=json").await;
    assert_eq!(status, StatusCode::OK, "a parameter without a value is as good as absent");
}

#[tokio::test]
async fn both_ways_to_ask_answer_alike() {
    let server = Server::new().await;
    let query = "name=mercy&_include=Organization:endpoint&_sort=-name&_count=1&foo=bar";
    let (_, by_get) = server.get(&format!("/fhir/Organization?{query}")).await;
    for (address, body) in [
        ("/fhir/Organization/_search".to_owned(), query),
        ("/fhir/Organization/_search?name=mercy".to_owned(), &query[11..]),
    ] {
        let request = Request::post(address).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let (status, by_post) = server.ask(request.body(Body::from(body.to_owned())).unwrap()).await;
        assert_eq!((status, &by_post), (StatusCode::OK, &by_get));
    }
}

#[tokio::test]
async fn how_much_and_in_which_order() {
    let server = Server::new().await;
    let names = async |query: &str| server.found(&format!("/fhir/Organization?{query}")).await;
    let up = names("_sort=name").await;
    assert_eq!(up, ["Acme Health Plan", "Mercy Clinic", "Mercy Hospital", "Quiet, Inc", BOISE, BOISE, "Zenith Plan"]);
    let mut down = names("_sort=-name").await;
    down.reverse();
    assert_eq!(down, up);
    let states = names("_sort=-address-state,name").await;
    assert_eq!(states[..3], ["Acme Health Plan", "Zenith Plan", "Mercy Clinic"]);
    assert_eq!(states.last().unwrap(), "Quiet, Inc", "what has no value comes last");
    let by_id = server.bundle("/fhir/Organization?_sort=-_id&_elements=name").await;
    let ids: Vec<&str> =
        by_id["entry"].as_array().unwrap().iter().map(|e| e["resource"]["id"].as_str().unwrap()).collect();
    assert!(ids.is_sorted_by(|a, b| a > b), "{ids:?}");
    let first = &by_id["entry"][0]["resource"];
    assert_eq!(first["meta"]["tag"][0]["code"], "SUBSETTED");
    assert!(first.get("address").is_none() && first.get("name").is_some(), "{first}");
    for query in ["_count=0", "_summary=count", "_count=0&_total=none"] {
        let bundle = server.bundle(&format!("/fhir/Organization?{query}")).await;
        assert_eq!((&bundle["total"], bundle.get("entry"), link(&bundle, "next")), (&7.into(), None, None), "{query}");
    }
    let bundle = server.bundle("/fhir/Organization?_total=none&_count=9999").await;
    assert_eq!((bundle.get("total"), of_mode(&bundle, "match").len()), (None, 7));
    let empty = server.bundle("/fhir/Organization?name=nobody").await;
    assert_eq!((&empty["total"], empty.get("entry")), (&0.into(), None));
    let pretty = server.bundle("/fhir/Organization?_pretty=true&_summary=true&name=mercy").await;
    let expected = format!("{PUBLIC}/fhir/Organization?name=mercy&_pretty=true&_summary=true");
    assert_eq!(link(&pretty, "self").unwrap(), expected);
}

#[tokio::test]
async fn paging_gives_each_once_while_others_come_and_go() {
    let server = Server::new().await;
    let more = |keys: std::ops::Range<u32>| -> Vec<Listing> {
        let one = |n: u32| {
            let city = ["Boise", "Nampa", "Eagle"][n as usize % 3];
            listing(
                &format!("k{n}"),
                facts(
                    &format!("Paged {:02}", n % 40),
                    &[Kind::Clinic],
                    Some((&format!("{n} A St"), city, "ID", "83702")),
                ),
            )
        };
        keys.map(one).collect()
    };
    let mut day = 4;
    for query in [
        "Organization?name=paged&_count=7",
        "Organization?name=paged&_count=7&_sort=name",
        "Organization?name=paged&_count=7&_sort=-address-city,-name",
        "Organization?name=paged&_count=7&_sort=-_id",
        "Organization?name=paged&_count=7&_sort=_lastUpdated",
        "Location?name=paged&_count=7&_sort=address-city",
        "Location?organization.name=paged&_count=7",
        "Location?near=43.63%7C-116.2%7C50&name=paged&_count=7",
    ] {
        day += 2;
        server.load("paged", day, more(0..60)).await;
        let mut seen: Vec<String> = Vec::new();
        let mut next = Some(format!("{PUBLIC}/fhir/{query}"));
        let mut pages = 0;
        while let Some(address) = next {
            let bundle = server.bundle(address.strip_prefix(PUBLIC).unwrap()).await;
            seen.extend(bundle["entry"].as_array().unwrap().iter().map(|e| e["fullUrl"].as_str().unwrap().to_owned()));
            next = link(&bundle, "next").map(str::to_owned);
            pages += 1;
            if pages == 2 {
                // Ten go, ten come: what stays is seen once.
                server.load("paged", day + 1, more(10..70)).await;
            }
            assert!(pages < 20, "{query}");
        }
        let unique: BTreeSet<&String> = seen.iter().collect();
        assert_eq!(unique.len(), seen.len(), "{query}: something stands twice");
        let staying = server.bundle(&format!("/fhir/{}&_count=500", query.replace("&_count=7", ""))).await;
        let standing: BTreeSet<String> =
            staying["entry"].as_array().unwrap().iter().map(|e| e["fullUrl"].as_str().unwrap().to_owned()).collect();
        let missed = standing.iter().filter(|url| !unique.contains(url)).count();
        // Those that came behind the page that was being read may be missed, no others.
        assert!(missed <= 10, "{query}: {missed} were missed of {}", standing.len());
    }
    let page = server.bundle("/fhir/Organization?_count=2").await;
    let cursor = link(&page, "next").unwrap().split("_cursor=").nth(1).unwrap().to_owned();
    for other in ["Location?_count=2", "Organization?name=m&_count=2", "Organization?_sort=name&_count=2"] {
        let (status, _) = server.get(&format!("/fhir/{other}&_cursor={cursor}")).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{other}");
    }
    assert_eq!(server.get(&format!("/fhir/Organization?_count=3&_cursor={cursor}")).await.0, StatusCode::OK);
}

#[tokio::test]
async fn what_refers_and_what_is_referred_to_comes_along() {
    let server = Server::new().await;
    for (query, expected) in [
        ("Organization?name=mercy%20h&_include=Organization:endpoint", &["Mercy FHIR"][..]),
        ("Organization?name=mercy%20c&_include=Organization:partof", &["Mercy Hospital"]),
        ("Organization?name=mercy%20c&_include=Organization:partof:Organization", &["Mercy Hospital"]),
        ("Organization?name=mercy%20c&_include=Organization:partof:Endpoint", &[]),
        ("Organization?name=mercy%20c&_include=*", &["Mercy FHIR", "Mercy Hospital"]),
        ("Organization?name=mercy&_include=Organization:partof", &[]),
        ("Organization?name=mercy%20h&_revinclude=Organization:partof", &["Mercy Clinic"]),
        ("Organization?name=mercy%20h&_revinclude=Location:organization", &["Mercy Hospital"]),
        ("Organization?name=mercy%20h&_revinclude=HealthcareService:organization", &["MyChart"]),
        ("Organization?name=mercy%20h&_revinclude=Endpoint:organization", &["Mercy FHIR"]),
        ("Organization?name=acme&_revinclude=Endpoint:organization", &[]),
        ("Organization?name=mercy%20h&_revinclude=OrganizationAffiliation:primary-organization", &["Mercy Clinic"]),
        (
            "Organization?name=mercy%20c&_revinclude=OrganizationAffiliation:participating-organization",
            &["Mercy Clinic"],
        ),
        ("Endpoint?name=plan&_revinclude=Organization:endpoint", &["Acme Health Plan", "Zenith Plan"]),
        ("Endpoint?name=mercy&_include=Endpoint:organization", &["Mercy Hospital"]),
        ("Endpoint?name=mercy&_revinclude=HealthcareService:endpoint", &["MyChart", "MyChart"]),
        ("Endpoint?name=mercy&_revinclude=OrganizationAffiliation:endpoint", &["Mercy Clinic"]),
        ("Location?address-city=meridian&_include=Location:organization", &["Mercy Clinic"]),
        (
            "Location?address-city=meridian&_include=Location:organization&_include:iterate=Organization:partof&_include:iterate=Organization:endpoint",
            &["Mercy Clinic", "Mercy FHIR", "Mercy Hospital"],
        ),
        ("HealthcareService?organization.name=mercy%20h&_include=HealthcareService:endpoint", &["Mercy FHIR"]),
        (
            "HealthcareService?organization.name=mercy%20c&_revinclude=OrganizationAffiliation:service",
            &["Mercy Clinic"],
        ),
        (
            "OrganizationAffiliation?_include=OrganizationAffiliation:*",
            &["Mercy Clinic", "Mercy FHIR", "Mercy Hospital", "MyChart"],
        ),
    ] {
        let bundle = server.bundle(&format!("/fhir/{query}")).await;
        let mut along = of_mode(&bundle, "include");
        along.sort();
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(along, expected, "{query}: {bundle}");
        let matches = of_mode(&bundle, "match").len() as u64;
        assert_eq!(bundle["total"], matches, "{query}: what comes along is not counted");
        let urls: Vec<&str> =
            bundle["entry"].as_array().unwrap().iter().map(|e| e["fullUrl"].as_str().unwrap()).collect();
        assert_eq!(urls.len(), urls.iter().collect::<BTreeSet<_>>().len(), "{query}: something stands twice");
    }
}

#[tokio::test]
async fn an_include_bomb_is_cut_and_told() {
    let server = Server::new().await;
    let child = |n: u32| {
        let facts = OrganizationFacts {
            part_of: Some("root".into()),
            part_of_name: Some("Root System".into()),
            ..facts(&format!("Child {n}"), &[Kind::Clinic], Some((&format!("{n} A St"), "Boise", "ID", "83702")))
        };
        listing(&format!("c{n}"), facts)
    };
    let mut all = vec![listing("root", facts("Root System", &[Kind::Hospital], None))];
    all.extend((0..1_100).map(child));
    server.load("bomb", 5, all).await;
    let query = "name=root&_revinclude:iterate=*&_include:iterate=*&_elements=name";
    let bundle = server.bundle(&format!("/fhir/Organization?{query}")).await;
    assert_eq!(of_mode(&bundle, "match"), ["Root System"]);
    assert_eq!(of_mode(&bundle, "include").len(), super::along::MOST);
    let outcome = bundle["entry"].as_array().unwrap().last().unwrap();
    assert_eq!(outcome["resource"]["issue"][0]["code"], "too-costly");
}

#[tokio::test]
async fn views_show_what_their_profiles_allow() {
    let server = Server::new().await;
    let names = async |path: &str| {
        let mut found = server.found(path).await;
        found.sort();
        found
    };
    assert!(!names("/fhir/plan-net/Organization").await.contains(&"Quiet, Inc".to_owned()));
    assert!(!names("/fhir/ndh/Organization?type:missing=true").await.contains(&"Quiet, Inc".to_owned()));
    let profile = "_profile=http://hl7.org/fhir/us/davinci-pdex-plan-net/StructureDefinition/plannet-Endpoint";
    assert_eq!(names(&format!("/fhir/plan-net/Endpoint?{profile}")).await.len(), 2);
    assert_eq!(names(&format!("/fhir/Endpoint?{profile}")).await.len(), 0);
    assert_eq!(names("/fhir/plan-net/Organization?type=payer").await, ["Acme Health Plan", "Zenith Plan"]);
    assert_eq!(names("/fhir/plan-net/Endpoint?payload-type=NA").await.len(), 2);
    let bundle = server.bundle("/fhir/ndh/Location?address-city=boise").await;
    assert!(link(&bundle, "self").unwrap().starts_with(&format!("{PUBLIC}/fhir/ndh/Location?")));
}

#[tokio::test]
async fn a_change_is_found_once_the_register_has_followed() {
    let server = Server::new().await;
    server.load("list", 5, some().into_iter().skip(1).collect()).await;
    assert_eq!(server.found("/fhir/Organization?name=mercy%20hosp").await, [""; 0]);
    assert_eq!(server.found("/fhir/Organization?identifier=1234567893").await, [""; 0]);
    assert_eq!(server.found("/fhir/Location?address-city=boise").await, [BOISE]);
    let fresh = Site::new().await;
    let router = crate::fhir::router(fresh.app.clone());
    let answer = router.oneshot(Request::get("/fhir/Organization").body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE, "the register was never read");
    assert_eq!(answer.headers()[header::RETRY_AFTER], "1");
}
