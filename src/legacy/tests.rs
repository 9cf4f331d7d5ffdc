//! The original's API over a real store: what a client of 2015 asks and gets.

use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use jiff::civil::date;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::{
    model::{
        change::Speaker,
        door::Door,
        features::{Answer, Feature},
        identifier::Identifier,
        kind::Kind,
        listing::{AppFacts, Body as Said, DoorFacts, Listing, OrganizationFacts, PortalFacts},
        place::Place,
        proposal::{Proposal, ProposalKind},
        source::{Source, Tier},
        submission::SubmissionState,
    },
    site::served::Site,
    store::{ProposalFilter, testing},
};

/// A site with two hospitals of a vendor, and the original's list.
async fn site() -> Site {
    let site = Site::new().await;
    load(&site, "original-connector", Tier::LEGACY, legacy()).await;
    site
}

async fn load(site: &Site, id: &str, tier: Tier, listings: Vec<Listing>) {
    let source = Source { name: format!("List {id}"), ..testing::source(id, tier) };
    testing::take_in(&site.app.store, source, date(2026, 11, 4), listings).await;
    crate::app::catch_up(&site.app.store, &site.app.index).await.unwrap();
    site.app.register.follow(&site.app.store).await.unwrap();
}

fn listing(key: &str, body: Said) -> Listing {
    Listing { key: key.into(), group: None, strong: Vec::new(), body }
}

fn organization(facts: OrganizationFacts) -> Listing {
    listing(&facts.old_slugs[0].clone(), Said::Organization(Box::new(facts)))
}

fn door(url: &str) -> DoorFacts {
    DoorFacts { door: Door::parse(url).unwrap(), evidence: None }
}

fn portal(url: &str) -> PortalFacts {
    PortalFacts::at(door(url))
}

/// 45 clinics as the original had them, a lab without any feature, and an app.
fn legacy() -> Vec<Listing> {
    let view = Feature::parse("view").unwrap();
    let clinic = |number: u32| OrganizationFacts {
        name: format!("Clinic & Sons {number}"),
        kinds: vec![Kind::Clinic],
        portals: vec![portal(&format!("http://clinic{number}.example.org/"))],
        features: [(view, Answer::Yes)].into(),
        areas: vec!["US".into()],
        old_slugs: vec![format!("clinic-amp-sons-{number}")],
        ..OrganizationFacts::default()
    };
    let lab = OrganizationFacts {
        name: "Old Lab".into(),
        kinds: vec![Kind::Laboratory],
        portals: vec![portal("http://lab.example.com/")],
        old_slugs: vec!["old-lab".into()],
        ..OrganizationFacts::default()
    };
    let app = AppFacts {
        name: "My & Chart".into(),
        website: Some(door("http://mychart.example.net/")),
        old_slugs: vec!["my-chart".into()],
        ..AppFacts::default()
    };
    let clinics = (1..=45).map(clinic).chain([lab]).map(organization);
    clinics.chain([listing("app/my-chart", Said::App(Box::new(app)))]).collect()
}

struct Got {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Got {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }
}

async fn ask(site: &Site, request: Request<Body>) -> Got {
    let router = super::at_its_host(super::router(site.app.clone()), Some("api.example.net"));
    let (parts, body) = router.oneshot(request).await.unwrap().into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    Got { status: parts.status, headers: parts.headers, body: String::from_utf8(body.to_vec()).unwrap() }
}

async fn get(site: &Site, path: &str) -> Got {
    ask(site, Request::get(path).header(header::HOST, "anything").body(Body::empty()).unwrap()).await
}

/// A client as they were: puts its root before `next` until there is none.
async fn everything(site: &Site, root: &str, first: &str) -> Vec<Value> {
    let mut all = Vec::new();
    let mut next = Some(first.to_owned());
    while let Some(path) = next {
        let page = get(site, &format!("{root}{path}")).await.json();
        all.extend(page["results"].as_array().unwrap().clone());
        assert!(all.len() <= page["meta"]["total_results"].as_u64().unwrap() as usize, "{path}");
        next = page["meta"]["next"].as_str().map(str::to_owned);
    }
    all
}

#[tokio::test]
async fn a_client_of_2015_reads_everything_page_by_page() {
    let site = site().await;
    let all = everything(&site, "/legacy", "/organizations?limit=7").await;
    assert_eq!(all.len(), 48, "two of the vendor, 45 clinics, and the lab that offers nothing");
    let mut ids: Vec<&str> = all.iter().map(|record| record["id"].as_str().unwrap()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 48);
    assert!(ids.contains(&"clinic-amp-sons-7") && ids.contains(&"old-lab"), "{ids:?}");
    let labs = everything(&site, "/legacy", "/organizations?category=lab").await;
    assert_eq!((labs.len(), &labs[0]["category"], &labs[0]["view"]), (1, &json!("lab"), &json!(false)));
    let none = get(&site, "/legacy/organizations?category=castle").await;
    assert_eq!((none.status, &none.json()["meta"]["total_results"]), (StatusCode::OK, &json!(0)));
    let first = get(&site, "/legacy/organizations").await.json();
    assert_eq!(first["results"].as_array().unwrap().len(), 30);
    let meta = json!({ "total_results": 48, "limit": 30, "offset": 0, "next": "/organizations?limit=30&offset=30" });
    assert_eq!(first["meta"], meta);
    let far = get(&site, "/legacy/organizations?offset=4000000000").await.json();
    assert_eq!((far["results"].clone(), far["meta"].get("next")), (json!([]), None));
    let apps = everything(&site, "/legacy", "/apps?limit=1").await;
    assert_eq!(apps.iter().map(|app| app["id"].as_str().unwrap()).collect::<Vec<_>>(), ["example-health", "my-chart"]);
}

#[tokio::test]
async fn addresses_of_the_original_are_text_nowhere() {
    let site = site().await;
    for path in ["/legacy/organizations?limit=100", "/legacy/apps", "/legacy/data/organizations.csv"] {
        let got = get(&site, path).await;
        assert!(!got.body.contains("clinic7.example.org") && !got.body.contains("mychart.example.net"), "{path}");
    }
    let vendor = get(&site, "/legacy/organizations/st-joseph-amp-co-a").await.json();
    assert_eq!(vendor["url"], "https://boise.example.org/mychart", "a live door of a vendor is");
}

#[tokio::test]
async fn every_id_there_ever_was_answers_at_once() {
    let site = site().await;
    let boise = site.organization(crate::site::served::BOISE).await;
    for id in ["st-joseph-amp-co-a", crate::site::served::BOISE, boise.id.as_str()] {
        let got = get(&site, &format!("/legacy/organizations/{id}")).await;
        assert_eq!(
            (got.status, &got.json()["organization"]),
            (StatusCode::OK, &json!("St. Joseph’s Hospital")),
            "{id}"
        );
    }
    for id in ["nobody", "%ff", "org-0", "a%2Fb"] {
        let got = get(&site, &format!("/legacy/organizations/{id}")).await;
        assert_eq!(
            (got.status, got.header("content-type")),
            (StatusCode::NOT_FOUND, "application/problem+json"),
            "{id}"
        );
    }
    for (id, name) in
        [("my-chart", "My & Chart"), ("old-example", "Example Health"), ("example-health", "Example Health")]
    {
        assert_eq!(get(&site, &format!("/legacy/apps/{id}")).await.json()["name"], name);
    }
    let tampa = site.organization("st-josephs-hospital-tampa-fl").await;
    site.app.store.merge_organizations(&boise.id, &tampa.id, "moderator:test").await.unwrap();
    site.app.register.follow(&site.app.store).await.unwrap();
    let merged = get(&site, "/legacy/organizations/st-joseph-amp-co-a").await;
    assert_eq!(merged.json()["states"], json!(["FL", "ID"]), "an old name of a merged one leads to the whole");
}

#[tokio::test]
async fn what_is_only_known_is_in_stage_2_alone() {
    let site = site().await;
    let known = |name: &str, zip: &str, npi: &str| {
        let facts = OrganizationFacts {
            name: name.into(),
            kinds: vec![Kind::Hospital],
            identifiers: vec![Identifier::npi(npi).unwrap()],
            places: Place::new(&["1 Main St"], "Austin", "TX", zip).into_iter().collect(),
            old_slugs: vec![npi.into()],
            ..OrganizationFacts::default()
        };
        organization(facts)
    };
    let rows = vec![known("Lone Star Hospital", "78701", "1234567893"), known("Star Clinic", "75150", "1245319599")];
    load(&site, "nppes", Tier::GOVERNMENT, rows).await;
    assert_eq!(get(&site, "/legacy/organizations/1234567893").await.status, StatusCode::NOT_FOUND);
    let total =
        async |query: &str| get(&site, &format!("/legacy/stage2{query}")).await.json()["meta"]["total_results"].clone();
    assert_eq!(total("").await, 2);
    assert_eq!(total("?state=tx&zip=75150&limit=30&offset=0").await, 1);
    assert_eq!(total("?state=Texas").await, 2);
    for query in ["?state=OH", "?state=ZZ", "?zip=1", "?name=Hospital", "?name=%00"] {
        assert_eq!(total(query).await, 0, "{query}");
    }
    let found = get(&site, "/legacy/stage2?name=lone+star").await.json();
    assert_eq!(
        found["results"],
        json!([{ "name": "Lone Star Hospital", "state": "TX", "city": "Austin", "address": "1 Main St", "zip": "78701",
                 "phone": "", "payment": null, "npi": "1234567893" }])
    );
    let page = get(&site, "/legacy/stage2?state=TX&limit=1").await.json();
    assert_eq!(page["meta"]["next"], "/stage2?limit=1&offset=1&state=TX");
    assert_eq!(everything(&site, "/legacy", "/stage2?state=TX&limit=1").await.len(), 2);
}

#[tokio::test]
async fn files_have_what_the_lists_have_and_are_read_back() {
    let site = site().await;
    let list = everything(&site, "/legacy", "/organizations?limit=100").await;
    let file = get(&site, "/legacy/data/organizations.json").await;
    assert_eq!(file.json(), json!(list));
    let table = get(&site, "/legacy/data/organizations.csv").await;
    assert!(table.body.starts_with("\"organization\",\"category\",\"description\",\"url\",\"states\",\"view\""));
    let rows: Vec<csv::StringRecord> =
        csv::Reader::from_reader(table.body.as_bytes()).records().collect::<Result<_, _>>().unwrap();
    assert_eq!(rows.len(), list.len());
    assert!(
        rows.iter().any(|row| &row[0] == "Clinic & Sons 3" && &row[4] == "all" && &row[5] == "y" && row[6].is_empty())
    );
    assert_eq!(get(&site, "/legacy/data/apps.json").await.json().as_array().unwrap().len(), 2);
    assert_eq!(get(&site, "/legacy/data/apps.csv").await.body.lines().count(), 3);
}

#[tokio::test]
async fn a_formula_in_a_name_stays_text() {
    let site = Site::new().await;
    let facts = OrganizationFacts {
        name: "=cmd|calc!A1 \"Hospital\"".into(),
        kinds: vec![Kind::Hospital],
        portals: vec![portal("https://formula.example.org/")],
        old_slugs: vec!["formula".into()],
        ..OrganizationFacts::default()
    };
    load(&site, "vendor-2", Tier::VENDOR, vec![organization(facts)]).await;
    let table = get(&site, "/legacy/data/organizations.csv").await.body;
    assert!(table.contains("\"'=cmd|calc!A1 \"\"Hospital\"\"\","), "{table}");
}

#[tokio::test]
async fn it_is_only_read_and_says_where_today_is() {
    let site = site().await;
    let post = ask(&site, Request::post("/legacy/stage2").body(Body::from("organization=x")).unwrap()).await;
    assert_eq!((post.status, post.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, "GET,HEAD"));
    assert!(post.json()["detail"].as_str().unwrap().contains("only read"));
    let got = get(&site, "/legacy/organizations?limit=2&offset=2&callback=alert").await;
    assert!(got.body.starts_with('{'), "never JSONP");
    assert_eq!((got.header("content-type"), got.header("x-content-type-options")), ("application/json", "nosniff"));
    assert_eq!(got.header("deprecation"), "@1494547200");
    let links: Vec<&str> = got.headers.get_all(header::LINK).iter().map(|link| link.to_str().unwrap()).collect();
    assert_eq!(
        links,
        [
            "<https://connector.example.org/legacy/organizations?limit=2&offset=4>; rel=\"next\"",
            "<https://connector.example.org/legacy/organizations?limit=2&offset=0>; rel=\"prev\"",
            "<https://connector.example.org/api/v1>; rel=\"successor-version\""
        ]
    );
    let page = Request::get("/legacy/organizations").header(header::ORIGIN, "https://a.example").body(Body::empty());
    assert_eq!(ask(&site, page.unwrap()).await.header("access-control-allow-origin"), "*");
    for (query, name) in [("limit=0", "limit"), ("offset=-1", "offset"), ("limit=%F0%9F", "limit")] {
        let got = get(&site, &format!("/legacy/apps?{query}")).await;
        assert_eq!(got.status, StatusCode::BAD_REQUEST, "{query}");
        assert!(got.json()["detail"].as_str().unwrap().starts_with(name));
    }
    assert_eq!(get(&site, "/legacy/pending/organizations/1?action=approve").await.status, StatusCode::NOT_FOUND);
    assert_eq!(get(&site, "/legacy").await.status, StatusCode::OK);
}

#[tokio::test]
async fn who_has_it_is_told_so() {
    let site = site().await;
    for path in [
        "/legacy/organizations?limit=2",
        "/legacy/organizations/old-lab",
        "/legacy/apps/my-chart",
        "/legacy/data/organizations.json",
    ] {
        let first = get(&site, path).await;
        let tag = first.headers[header::ETAG].clone();
        let again = Request::get(path).header(header::IF_NONE_MATCH, tag.clone()).body(Body::empty()).unwrap();
        let again = ask(&site, again).await;
        assert_eq!(
            (again.status, again.body.as_str(), again.headers.get("etag")),
            (StatusCode::NOT_MODIFIED, "", Some(&tag))
        );
        let head = Request::builder().method(Method::HEAD).uri(path).body(Body::empty()).unwrap();
        let head = ask(&site, head).await;
        assert_eq!((head.status, head.body.as_str()), (StatusCode::OK, ""));
    }
    let tag = get(&site, "/legacy/organizations").await.headers[header::ETAG].clone();
    site.app.store.recall_host("boise.example.org", "test").await.unwrap();
    site.app.register.follow(&site.app.store).await.unwrap();
    let after = Request::get("/legacy/organizations").header(header::IF_NONE_MATCH, tag).body(Body::empty()).unwrap();
    let after = ask(&site, after).await;
    assert_eq!(after.status, StatusCode::OK, "something changed");
    assert!(!after.body.contains("boise.example.org"));
}

#[tokio::test]
async fn on_its_own_host_it_stands_at_the_root() {
    let site = site().await;
    let at =
        |host: &'static str, path: &str| Request::get(path).header(header::HOST, host).body(Body::empty()).unwrap();
    let got = ask(&site, at("api.example.net", "/organizations?limit=1")).await;
    assert_eq!((got.status, &got.json()["meta"]["next"]), (StatusCode::OK, &json!("/organizations?limit=1&offset=1")));
    assert_eq!(ask(&site, at("api.example.net:8080", "/")).await.status, StatusCode::OK);
    assert_eq!(ask(&site, at("evil.example.net", "/organizations")).await.status, StatusCode::NOT_FOUND);
    let forwarded =
        Request::get("/organizations").header(header::HOST, "x").header("x-forwarded-host", "api.example.net");
    assert_eq!(ask(&site, forwarded.body(Body::empty()).unwrap()).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn before_the_directory_is_read_it_says_when_to_ask_again() {
    let site = Site::new().await;
    let got = get(&site, "/legacy/organizations").await;
    assert_eq!((got.status, got.header("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, "1"));
}

/// Sends JSON as a program of 2015 did.
async fn post(router: &axum::Router, path: &str, body: &Value, headers: &[(&str, &str)]) -> Got {
    let mut request = Request::post(path).header(header::CONTENT_TYPE, "application/json; charset=utf-8");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    send(router, request.body(Body::from(body.to_string())).unwrap()).await
}

/// One running server: it remembers who sent what.
async fn send(router: &axum::Router, request: Request<Body>) -> Got {
    let (parts, body) = router.clone().oneshot(request).await.unwrap().into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    Got { status: parts.status, headers: parts.headers, body: String::from_utf8(body.to_vec()).unwrap() }
}

async fn waiting(site: &Site) -> Vec<Proposal> {
    site.app.store.proposals(&ProposalFilter::default(), 0, 100).await.unwrap()
}

#[tokio::test]
async fn a_suggestion_is_answered_as_the_original_did_and_waits() {
    let site = site().await;
    let router = super::router(site.app.clone());
    let before = site.app.store.last_revision().await.unwrap();
    let posted = json!({
        "organization": "Some fake organization", "category": "hospital", "states": ["TX"],
        "url": "http://www.fakeorganization.com", "view": "true", "bad_property": "x",
        "submitter_email": "example@example.com", "submitter_reason": "I work for the company",
    });
    let answer = post(&router, "/legacy/organizations", &posted, &[]).await;
    assert_eq!(answer.status, StatusCode::OK);
    let body = answer.json();
    let keys: Vec<&str> = body.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!((keys, &body["success"]), (vec!["saved", "success"], &json!(true)));
    let saved = &body["saved"];
    assert_eq!((&saved["id"], &saved["type"]), (&json!("some-fake-organization"), &json!("organizations")));
    assert_eq!((&saved["view"], &saved["download"], &saved["states"]), (&json!(true), &json!(false), &json!(["TX"])));
    assert_eq!(saved["submitter_reason"], "I work for the company");
    assert_eq!(saved["_id"].as_str().map(str::len), Some(24));
    assert!(saved.get("bad_property").is_none() && saved["updated"].as_str().unwrap().contains("GMT+0000"));
    assert_eq!(post(&router, "/legacy/organizations", &posted, &[]).await.json(), body, "the same again is one");
    let all = waiting(&site).await;
    assert_eq!((all.len(), all[0].kind, all[0].speaker), (1, ProposalKind::Suggestion, Speaker::Suggestions));
    assert!(all[0].subject.is_none() && all[0].why.contains("I work for the company") && !all[0].why.contains('@'));
    let (reports, _) = site.app.store.submissions(SubmissionState::Open, 10).await.unwrap();
    assert_eq!(reports[0].email.as_deref(), Some("example@example.com"), "for the answer");
    assert_eq!(site.app.store.last_revision().await.unwrap(), before, "nothing changes by itself");
    let app = json!({"name": "Some fake app", "url": "https://fake.example.org", "description": "Reads."});
    assert_eq!(post(&router, "/legacy/apps", &app, &[]).await.json()["saved"]["id"], "some-fake-app");
    assert_eq!(waiting(&site).await.len(), 2);
}

#[tokio::test]
async fn what_the_original_refused_and_what_would_be_abuse_is_refused() {
    let site = site().await;
    let router = super::router(site.app.clone());
    let good = json!({"organization": "Mercy", "url": "https://mercy.example.org"});
    let mut deep = json!("x");
    for _ in 0..10 {
        deep = json!([deep]);
    }
    for (path, body, headers, status) in [
        ("/legacy/organizations", json!({"description": "x"}), vec![], StatusCode::BAD_REQUEST),
        ("/legacy/apps", json!({"organization": "x"}), vec![], StatusCode::BAD_REQUEST),
        (
            "/legacy/organizations",
            json!({"organization": "x", "submitter_email": "{{submitter_email}}"}),
            vec![],
            StatusCode::BAD_REQUEST,
        ),
        ("/legacy/organizations", json!(["organization"]), vec![], StatusCode::BAD_REQUEST),
        ("/legacy/organizations", json!({"organization": "x", "states": deep}), vec![], StatusCode::BAD_REQUEST),
        ("/legacy/organizations", json!({"organization": "x".repeat(20_000)}), vec![], StatusCode::PAYLOAD_TOO_LARGE),
        ("/legacy/organizations", good.clone(), vec![("origin", "https://evil.example")], StatusCode::FORBIDDEN),
        ("/legacy/organizations", good.clone(), vec![("sec-fetch-site", "cross-site")], StatusCode::FORBIDDEN),
    ] {
        let answer = post(&router, path, &body, &headers).await;
        assert_eq!(answer.status, status, "{path} {body}");
        assert!(answer.json()["error"].is_string());
    }
    for kind in ["application/x-www-form-urlencoded", "text/plain", ""] {
        let request = Request::post("/legacy/organizations").header(header::CONTENT_TYPE, kind);
        let answer = send(&router, request.body(Body::from(good.to_string())).unwrap()).await;
        assert_eq!(
            (answer.status, answer.header("accept-post")),
            (StatusCode::UNSUPPORTED_MEDIA_TYPE, "application/json")
        );
    }
    assert!(waiting(&site).await.is_empty());
    for n in 0..25 {
        let answer = post(&router, "/legacy/organizations", &json!({"organization": format!("Mercy {n}")}), &[]).await;
        assert_eq!(answer.status == StatusCode::TOO_MANY_REQUESTS, n >= 20, "{n}");
    }
    assert_eq!(waiting(&site).await.len(), 20);
}
