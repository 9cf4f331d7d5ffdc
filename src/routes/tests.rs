//! The API over the whole router: addresses in, statuses, headers and documents out.

mod days;

use std::collections::{BTreeMap, BTreeSet};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use jiff::civil::{Date, date};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::{
    api::{openapi, table},
    clock::Clock,
    model::{
        id::Id,
        kind::Kind,
        listing::{self, Listing, OrganizationFacts},
        organization::Organization,
        source::Tier,
    },
    site::served::{BOISE, Site},
    store::testing,
};

const NOBODY: &str = "org-0198f1a2b3c47d5e8f90123456789abc";

/// A running program with its register.
struct Program {
    site: Site,
    router: Router,
}

/// What came back.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|why| panic!("{why}: {}", self.text))
    }

    fn header(&self, name: impl header::AsHeaderName) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }
}

impl Program {
    async fn new() -> Self {
        let site = Site::new().await;
        let program = Self { router: super::router(&site.app), site };
        program.look().await;
        program
    }

    /// The register takes in what was written.
    async fn look(&self) {
        self.site.app.register.follow(&self.site.app.store).await.unwrap();
    }

    async fn ask(&self, request: Request<Body>) -> Answer {
        let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Answer { status: parts.status, headers: parts.headers, text: String::from_utf8_lossy(&body).into_owned() }
    }

    async fn get(&self, path: &str) -> Answer {
        self.ask(Request::get(format!("/api/v1{path}")).body(Body::empty()).unwrap()).await
    }

    async fn with(&self, path: &str, name: header::HeaderName, value: &str) -> Answer {
        self.ask(Request::get(format!("/api/v1{path}")).header(name, value).body(Body::empty()).unwrap()).await
    }

    async fn boise(&self) -> Organization {
        self.site.organization(BOISE).await
    }

    /// Every id of a list, page by page.
    async fn walk(&self, path: &str) -> Vec<String> {
        let (mut ids, mut after) = (Vec::new(), String::new());
        loop {
            let page = self.get(&format!("{path}{after}")).await.json();
            ids.extend(page["results"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()));
            let Some(next) = page["next_after"].as_str() else { return ids };
            assert!(page["next"].as_str().unwrap().starts_with("https://connector.example.org/api/v1/"), "{page}");
            after = format!("&after={next}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_organization_is_its_document_and_who_says_it_when_asked() {
    let program = Program::new().await;
    let boise = program.boise().await;
    let path = format!("/organizations/{}", boise.id);
    let answer = program.get(&path).await;
    let one = answer.json();
    assert_eq!((one["name"].as_str(), one.get("provenance")), (Some("St. Joseph’s Hospital"), None));
    assert_eq!(one["url"], format!("https://connector.example.org/o/{}", boise.id));
    assert_eq!(one["updated"], "2026-11-22T12:00:00Z");
    assert_eq!(answer.header(header::ETAG), format!("W/\"{}\"", boise.version));
    assert_eq!(answer.header(header::LAST_MODIFIED), "Sun, 22 Nov 2026 12:00:00 GMT");
    assert_eq!(answer.header(header::CACHE_CONTROL), "public, max-age=60");
    assert_eq!(answer.header(header::VARY), "accept, accept-encoding");
    let mut told = program.get(&format!("{path}?include=provenance")).await.json();
    assert_eq!(told["provenance"]["name"]["source_name"], "Example Vendor");
    told.as_object_mut().unwrap().remove("provenance");
    assert_eq!(told, one, "made of the document or of values, it is the same");
    let part = program.get(&format!("{path}.json?fields=name,portals.url")).await.json();
    let url = "https://boise.example.org/mychart";
    assert_eq!(part, json!({ "id": boise.id, "name": "St. Joseph’s Hospital", "portals": [{ "url": url }] }));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_it_already_is_told_so() {
    let program = Program::new().await;
    let boise = program.boise().await;
    let (path, tag) = (format!("/organizations/{}", boise.id), format!("W/\"{}\"", boise.version));
    for (name, value, same) in [
        (header::IF_NONE_MATCH, tag.as_str(), true),
        (header::IF_NONE_MATCH, "*", true),
        (header::IF_NONE_MATCH, "W/\"77\"", false),
        (header::IF_MODIFIED_SINCE, "Sun, 22 Nov 2026 12:00:00 GMT", true),
        (header::IF_MODIFIED_SINCE, "Sun, 22 Nov 2026 11:59:59 GMT", false),
    ] {
        let answer = program.with(&path, name, value).await;
        assert_eq!(answer.status == StatusCode::NOT_MODIFIED, same, "{value}");
        assert_eq!(answer.header(header::ETAG), tag);
        if same {
            assert_eq!(answer.text, "");
            assert!(!answer.headers.contains_key(header::CONTENT_TYPE), "it has no body to speak of");
        }
    }
    let list = program.get("/organizations").await;
    let tag = list.header(header::ETAG).to_owned();
    assert_eq!(program.with("/organizations", header::IF_NONE_MATCH, &tag).await.status, StatusCode::NOT_MODIFIED);
    program.site.app.store.recall_host("tampa.example.org", "test").await.unwrap();
    program.look().await;
    assert_eq!(program.with("/organizations", header::IF_NONE_MATCH, &tag).await.status, StatusCode::OK);
    let head = Request::head(format!("/api/v1{path}")).body(Body::empty()).unwrap();
    let head = program.ask(head).await;
    assert_eq!((head.status, head.text.as_str()), (StatusCode::OK, ""));
    assert_eq!(head.header(header::CONTENT_TYPE), "application/json");
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_walked_whole_while_others_write() {
    let program = Program::new().await;
    let all = program.walk("/organizations?limit=1").await;
    assert_eq!(all.len(), 2);
    let first = program.get("/organizations?limit=1").await.json();
    assert_eq!(first["total"], 2);
    let after = first["next_after"].as_str().unwrap();
    // The one the cursor stands behind goes: the next page is the same.
    let id = Id::parse(&all[0]).unwrap();
    program.site.app.store.merge_organizations(&id, &Id::parse(&all[1]).unwrap(), "moderator:test").await.unwrap();
    program.look().await;
    let rest = program.get(&format!("/organizations?limit=1&after={after}")).await.json();
    assert_eq!(rest["results"][0]["id"], all[1].as_str());
    assert_eq!((rest["total"].as_u64(), rest["next_after"].as_str()), (Some(1), None));
    let other = program.get(&format!("/organizations?kind=hospital&after={after}")).await;
    assert_eq!(other.status, StatusCode::BAD_REQUEST);
    assert_eq!(other.json()["parameter"], "after");
    let foreign = program.get(&format!("/portals?after={after}")).await;
    assert_eq!(foreign.json()["type"], "/developers/api#problem-wrong-cursor");
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_say_who_belongs_to_a_list() {
    let program = Program::new().await;
    for (query, count) in [
        ("", 2),
        ("?state=ID", 1),
        ("?state=ID,FL", 2),
        ("?kind=hospital&state=FL", 1),
        ("?kind=pharmacy", 0),
        ("?vendor=mychart", 2),
        ("?vendor=healow", 0),
        ("?listed=true", 2),
        ("?listed=false", 0),
        ("?connects=true", 0),
        ("?feature=view", 0),
    ] {
        let page = program.get(&format!("/organizations{query}")).await.json();
        let results = page["results"].as_array().unwrap();
        assert_eq!((results.len(), page["total"].as_u64()), (count, Some(count as u64)), "{query}");
    }
    let portal = program.boise().await.portals[0].id.clone();
    let page = program.get(&format!("/organizations?portal={portal}")).await.json();
    assert_eq!(page["results"][0]["slug"], BOISE);
    assert_eq!(page["results"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_are_asked_for_by_id_and_the_missing_are_named() {
    let program = Program::new().await;
    let all = program.walk("/organizations?limit=50").await;
    let ids = format!("{},{NOBODY},{}", all[1], all[0]);
    let page = program.get(&format!("/organizations?ids={ids}&fields=slug")).await.json();
    let order: Vec<&str> = page["results"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert_eq!(order, [all[1].as_str(), all[0].as_str()], "as they were asked for");
    assert_eq!(page["missing"], json!([{ "id": NOBODY, "reason": "not_found" }]));
    let past = program.get(&format!("/organizations?ids={ids}&as_of=2026-11-22&fields=slug")).await.json();
    assert_eq!(past["results"], page["results"]);
    let before = program.get(&format!("/organizations?ids={ids}&as_of=2020-01-01")).await.json();
    assert_eq!(before["missing"].as_array().unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_merged_leads_on_and_nobody_is_told_apart() {
    let program = Program::new().await;
    let all = program.walk("/organizations?limit=50").await;
    let (from, to) = (Id::parse(&all[0]).unwrap(), Id::parse(&all[1]).unwrap());
    program.site.app.store.merge_organizations(&from, &to, "moderator:test").await.unwrap();
    program.look().await;
    let merged = program.get(&format!("/organizations/{from}?fields=name")).await;
    assert_eq!(merged.status, StatusCode::TEMPORARY_REDIRECT);
    assert_eq!(merged.header(header::LOCATION), format!("/api/v1/organizations/{to}?fields=name"));
    let page = program.get(&format!("/organizations?ids={from}")).await.json();
    assert_eq!(page["missing"], json!([{ "id": from, "reason": "merged", "replaced_by": to }]));
    let nobody = program.get(&format!("/organizations/{NOBODY}")).await;
    assert_eq!(
        (nobody.status, nobody.json()["title"].as_str()),
        (StatusCode::NOT_FOUND, Some("There is no such thing"))
    );
    assert_eq!(program.get("/organizations/org-1").await.status, StatusCode::NOT_FOUND);
    assert_eq!(program.get("/organizations/%ff").await.status, StatusCode::NOT_FOUND);
}

/// More than are read at once have nothing to show then: the page goes on behind them.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_redacted_stops_no_list_of_the_past() {
    let program = Program::new().await;
    let Clock::Standing(at) = &program.site.app.clock else { panic!("a clock that is set") };
    let later = || at.fetch_add(86_400_000_000, std::sync::atomic::Ordering::Relaxed);
    let clinics = async |day: Date, called: &dyn Fn(&str) -> bool| {
        let clinic = |n: u32| {
            let name = format!("Clinic Number {n}");
            let description = called(&name).then(|| "Once owned by Quicksilver.".to_owned());
            let facts = OrganizationFacts { name, description, kinds: vec![Kind::Clinic], ..Default::default() };
            let body = listing::Body::Organization(Box::new(facts));
            Listing { key: n.to_string(), group: None, strong: Vec::new(), body }
        };
        let mut intake = testing::open(&program.site.app.store, testing::source("clinics", Tier::LIST), day).await;
        // So much at once would wait for a person.
        intake.accepted_by("test");
        intake.take((0..203).map(clinic).collect()).await.unwrap();
        intake.finish(false, &|_, _| {}).await.unwrap();
    };
    clinics(date(2026, 11, 3), &|_| false).await;
    let all = program.site.app.store.organizations(None, 1_000).await.unwrap();
    let clinic = |one: &&Organization| one.name.starts_with("Clinic");
    let first: BTreeSet<String> = all.iter().filter(clinic).take(200).map(|one| one.name.clone()).collect();
    let last: Vec<String> = all.iter().filter(clinic).skip(200).map(|one| one.id.to_string()).collect();
    later();
    clinics(date(2026, 11, 4), &|name| first.contains(name)).await;
    later();
    clinics(date(2026, 11, 5), &|_| false).await;
    let folder = program.site.folder();
    let redacted = program.site.app.store.redact_text("Quicksilver", folder, "test").await.unwrap();
    assert!(redacted.revisions >= 200, "{redacted:?}");
    program.look().await;
    assert_eq!(last.len(), 3);
    for limit in [2, 100] {
        let walked = program.walk(&format!("/organizations?kind=clinic&as_of=2026-11-23&limit={limit}")).await;
        assert_eq!(walked, last, "{limit}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_past_is_shown_as_it_was_without_recalled_doors() {
    let program = Program::new().await;
    let boise = program.boise().await;
    program.site.app.store.recall_host("boise.example.org", "test").await.unwrap();
    program.look().await;
    let path = format!("/organizations/{}", boise.id);
    assert_eq!(program.get(&path).await.json().get("portals"), None, "recalled");
    let then = program.get(&format!("{path}?as_of=2026-11-22")).await.json();
    assert_eq!((then["name"].as_str(), then.get("portals")), (Some("St. Joseph’s Hospital"), None), "in the past too");
    let list = program.get("/organizations?as_of=2026-11-22T13:00:00Z&state=ID").await;
    assert!(!list.text.contains("boise.example.org"), "{}", list.text);
    assert_eq!(list.json()["results"].as_array().unwrap().len(), 1);
    assert_eq!(program.get(&format!("{path}?as_of=2026-11-21")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(program.get("/organizations?as_of=2026-11-21").await.json()["results"], json!([]));
    assert_eq!(program.walk("/organizations?as_of=2026-11-22&limit=1").await.len(), 2);
    for hidden in ["/portals", "/revisions?include=after&limit=100", "/organizations.csv", "/locations.ndjson"] {
        assert!(!program.get(hidden).await.text.contains("boise.example.org"), "{hidden}");
    }
    let portal = program.get(&format!("/portals/{}", boise.portals[0].id)).await;
    assert_eq!(portal.status, StatusCode::GONE);
    let lookup = program.get("/lookup?system=url&value=boise.example.org/mychart").await.json();
    assert_eq!((lookup.get("portal"), lookup["results"].as_array().unwrap().len()), (None, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn things_are_read_one_by_one_and_as_lists() {
    let program = Program::new().await;
    let boise = program.boise().await;
    for list in ["/locations", "/portals", "/apps"] {
        let ids = program.walk(&format!("{list}?limit=1")).await;
        assert!(!ids.is_empty(), "{list}");
        for id in &ids {
            assert_eq!(program.get(&format!("{list}/{id}")).await.json()["id"], id.as_str());
        }
    }
    let own = program.get(&format!("/locations?organization={}", boise.id)).await.json();
    assert_eq!((own["results"][0]["city"].as_str(), own["results"].as_array().unwrap().len()), (Some("Boise"), 1));
    let portal = program.get(&format!("/portals?organization={}&include=organizations", boise.id)).await.json();
    let portal = &portal["results"][0];
    assert_eq!((portal["vendor"].as_str(), portal["organizations_total"].as_u64()), (Some("mychart"), Some(1)));
    assert_eq!(portal["organizations"][0]["id"], boise.id.as_str());
    assert_eq!(program.get("/endpoints").await.json()["results"], json!([]));
    let app = program.get("/apps?current=true").await.json();
    assert_eq!(
        (app["results"][0]["name"].as_str(), app["results"][0]["current"].as_bool()),
        (Some("Example Health"), Some(true))
    );
    assert_eq!(program.get("/apps?current=false").await.json()["results"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_read_forwards_and_of_one_thing_backwards() {
    let program = Program::new().await;
    let boise = program.boise().await;
    let mut numbers = Vec::new();
    let mut after = String::new();
    loop {
        let page = program.get(&format!("/revisions?limit=2{after}")).await.json();
        numbers.extend(page["results"].as_array().unwrap().iter().map(|one| one["n"].as_i64().unwrap()));
        let Some(next) = page["next_after"].as_str() else { break };
        after = format!("&after={next}");
    }
    let last = program.site.app.store.last_revision().await.unwrap();
    assert_eq!(numbers, (1..=last).collect::<Vec<_>>(), "without gaps");
    let own = program.get(&format!("/organizations/{}/revisions?include=after", boise.id)).await.json();
    assert_eq!(own["results"][0]["event"], "created");
    assert_eq!(
        (own["results"][0]["after"]["name"].as_str(), own["results"][0]["after"].get("provenance")),
        (Some("St. Joseph’s Hospital"), None)
    );
    let same = program.get(&format!("/revisions?id={}&include=after", boise.id)).await.json();
    assert_eq!(same["results"], own["results"]);
    assert_eq!(program.get(&format!("/organizations/{NOBODY}/revisions")).await.status, StatusCode::NOT_FOUND);
    program.site.app.store.recall_host("tampa.example.org", "jane").await.unwrap();
    program.look().await;
    assert!(!program.get("/revisions?limit=100").await.text.contains("jane"), "who decides is nobody's business");
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_domains_and_addresses_lead_to_their_organizations() {
    let program = Program::new().await;
    let boise = program.boise().await;
    for (query, value, found) in [
        ("system=domain&value=https://www.example.org/x", json!("example.org"), 2),
        ("system=url&value=HTTP://boise.example.org/mychart/", json!("boise.example.org/mychart"), 1),
        ("system=url&value=nowhere.example.org", json!("nowhere.example.org"), 0),
        ("system=npi&value=12", json!(null), 0),
        ("system=phone&value=2085550100", json!("(208) 555-0100"), 0),
    ] {
        let answer = program.get(&format!("/lookup?{query}")).await;
        let lookup = answer.json();
        assert_eq!(lookup["value"], value, "{query}");
        assert_eq!(lookup["results"].as_array().unwrap().len(), found, "{query}");
    }
    let one = program.get("/lookup?system=url&value=boise.example.org/mychart").await.json();
    assert_eq!(one["portal"], boise.portals[0].id.as_str());
    let first = program.get("/lookup?system=domain&value=example.org&limit=1").await.json();
    let after = first["next_after"].as_str().unwrap();
    let second = program.get(&format!("/lookup?system=domain&value=example.org&limit=1&after={after}")).await.json();
    assert_ne!(first["results"][0]["id"], second["results"][0]["id"]);
    let ein = program.get("/lookup?system=ein&value=1").await;
    assert_eq!((ein.status, ein.json()["parameter"].as_str()), (StatusCode::BAD_REQUEST, Some("system")));
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_are_those_of_the_lists() {
    let program = Program::new().await;
    let all = program.get("/statistics").await.json();
    assert_eq!(all["organizations"], json!({ "total": 2, "listed": 2, "known": 0, "connects": 0 }));
    assert_eq!((all["directory"]["portals"].as_u64(), all["directory"]["locations"].as_u64()), (Some(2), Some(2)));
    let state = |counts: &Value, code: &str| {
        let states = counts["states"].as_array().unwrap();
        states.iter().find(|one| one["state"] == code).map(|one| one["listed"].as_u64().unwrap())
    };
    assert_eq!((state(&all, "ID"), state(&all, "FL"), state(&all, "TX")), (Some(1), Some(1), None));
    let one = program.get("/statistics?state=ID&kind=hospital").await.json();
    assert_eq!((one["organizations"]["total"].as_u64(), state(&one, "FL")), (Some(1), None));
}

#[tokio::test(flavor = "multi_thread")]
async fn searches_and_places_are_answered_and_never_kept_for_others() {
    let program = Program::new().await;
    for path in ["/search?q=joseph&near=83702&counts=true", "/suggest?q=jos", "/near?near=Boise,+ID&kind=hospital"] {
        let answer = program.get(path).await;
        assert!(answer.json()["results"].as_array().unwrap().iter().any(|one| one["slug"] == BOISE), "{path}");
        assert_eq!(answer.header(header::CACHE_CONTROL), "private, max-age=60", "{path}");
        assert!(!answer.headers.contains_key(header::ETAG), "{path}");
    }
    assert_eq!(program.get("/near").await.json()["parameter"], "near");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_comes_in_the_form_that_was_asked_for() {
    let program = Program::new().await;
    let csv = program.get("/organizations.csv?limit=1").await;
    assert!(csv.header(header::CONTENT_TYPE).starts_with("text/csv"));
    assert!(csv.text.starts_with("id,name,status,kinds,") && csv.text.lines().count() == 2, "{}", csv.text);
    assert!(
        csv.header(header::LINK).starts_with("<https://connector.example.org/api/v1/organizations.csv?limit=1&after=")
    );
    let accepted = program.with("/organizations?limit=1", header::ACCEPT, "text/csv").await;
    assert_eq!((accepted.text, accepted.status), (csv.text, StatusCode::OK));
    let lines = program.with("/organizations", header::ACCEPT, "application/x-ndjson").await.text;
    let slugs: Vec<Value> =
        lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["slug"].clone()).collect();
    assert_eq!(slugs.len(), 2);
    for path in ["/organizations", "/sources"] {
        let none = program.with(path, header::ACCEPT, "text/html").await;
        assert_eq!(none.status, StatusCode::NOT_ACCEPTABLE);
        assert_eq!(none.json()["allowed"], json!(["application/json", "application/x-ndjson", "text/csv"]));
    }
    let one = format!("/organizations/{}", program.boise().await.id);
    assert_eq!(program.with(&one, header::ACCEPT, "text/csv").await.status, StatusCode::NOT_ACCEPTABLE);
    for encoding in ["gzip", "br", "zstd"] {
        assert_eq!(
            program.with(&one, header::ACCEPT_ENCODING, encoding).await.header(header::CONTENT_ENCODING),
            encoding
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_done_says_how_it_can() {
    let program = Program::new().await;
    let request = |method: Method, path: &str| Request::builder().method(method).uri(format!("/api/v1{path}"));
    for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::TRACE] {
        let answer = program.ask(request(method.clone(), "/organizations").body(Body::empty()).unwrap()).await;
        assert_eq!(
            (answer.status, answer.header(header::ALLOW)),
            (StatusCode::METHOD_NOT_ALLOWED, "GET,HEAD"),
            "{method}"
        );
        assert_eq!(answer.header(header::ACCESS_CONTROL_ALLOW_ORIGIN), "*");
    }
    let large = request(Method::GET, "/organizations").header(header::CONTENT_LENGTH, "99999");
    assert_eq!(program.ask(large.body(Body::empty()).unwrap()).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    for nowhere in ["/castles", "/organizations/x/y", "/organizations.xml"] {
        let answer = program.get(nowhere).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{nowhere}");
        assert_eq!(answer.header(header::CONTENT_TYPE), "application/problem+json", "{nowhere}");
    }
    let preflight = request(Method::OPTIONS, "/organizations")
        .header(header::ORIGIN, "https://app.example.org")
        .header(header::ACCESS_CONTROL_REQUEST_METHOD, "GET");
    assert_eq!(program.ask(preflight.body(Body::empty()).unwrap()).await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_carry_a_number_a_budget_and_never_the_host_that_was_asked() {
    let program = Program::new().await;
    let request = Request::get("/api/v1/organizations?limit=1")
        .header("x-request-id", "from-a-client-1")
        .header(header::HOST, "evil.example.net")
        .header("x-forwarded-host", "evil.example.net");
    let answer = program.ask(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.header("x-request-id"), "from-a-client-1");
    assert_eq!(answer.header("ratelimit-policy"), "\"client\";q=600;w=60");
    assert!(answer.header("ratelimit").starts_with("\"client\";r=599;"));
    assert!(!answer.text.contains("evil.example.net"));
    let problem = program.get("/organizations?x=1").await;
    assert_eq!(problem.json()["request_id"], problem.header("x-request-id"));
    let alive = program.ask(Request::get("/healthz").body(Body::empty()).unwrap()).await;
    assert!(!alive.headers.contains_key("ratelimit"), "whoever watches us has no limit");
}

/// A small judge of JSON Schema: as much of it as our document uses.
struct Judge<'a> {
    document: &'a Value,
    seen: BTreeSet<String>,
}

impl Judge<'_> {
    fn faults(&mut self, schema: &Value, value: &Value, at: &str) -> Vec<String> {
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            self.seen.insert(reference.to_owned());
            let target = self.document.pointer(reference.trim_start_matches('#')).unwrap().clone();
            return self.faults(&target, value, at);
        }
        for either in ["anyOf", "oneOf"] {
            if let Some(choices) = schema.get(either).and_then(Value::as_array) {
                let tried: Vec<Vec<String>> = choices.iter().map(|one| self.faults(one, value, at)).collect();
                // A thing is told by its first form: the other one is what is left of it.
                let fits = tried.iter().any(Vec::is_empty);
                return if fits { Vec::new() } else { tried.into_iter().next().unwrap_or_default() };
            }
        }
        let mut found = Vec::new();
        if let Some(kind) = schema.get("type") {
            let is = |kind: &Value| match kind.as_str().unwrap() {
                "object" => value.is_object(),
                "array" => value.is_array(),
                "string" => value.is_string(),
                "boolean" => value.is_boolean(),
                "null" => value.is_null(),
                "integer" => value.is_i64() || value.is_u64(),
                _ => value.is_number(),
            };
            let right = kind.as_array().map_or_else(|| is(kind), |kinds| kinds.iter().any(is));
            if !right {
                found.push(format!("{at} is not {kind}: {value}"));
            }
        }
        if schema.get("enum").and_then(Value::as_array).is_some_and(|all| !all.contains(value)) {
            found.push(format!("{at} is none of the words: {value}"));
        }
        if schema.get("const").is_some_and(|only| only != value) {
            found.push(format!("{at} is not {}: {value}", schema["const"]));
        }
        if let (Some(items), Some(all)) = (schema.get("items"), value.as_array()) {
            for (number, item) in all.iter().enumerate() {
                found.extend(self.faults(items, item, &format!("{at}[{number}]")));
            }
        }
        let Some(object) = value.as_object() else { return found };
        let none = serde_json::Map::new();
        let properties = schema.get("properties").and_then(Value::as_object).unwrap_or(&none);
        for name in schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
            if !object.contains_key(name) {
                found.push(format!("{at} has no {name}"));
            }
        }
        for (name, value) in object {
            let at = format!("{at}.{name}");
            match (properties.get(name), schema.get("additionalProperties")) {
                (Some(schema), _) => found.extend(self.faults(schema, value, &at)),
                (None, Some(Value::Bool(false))) => found.push(format!("{at} is not in the document")),
                (None, Some(others)) if others.is_object() => found.extend(self.faults(others, value, &at)),
                _ => {}
            }
        }
        found
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_as_the_document_says() {
    let program = Program::new().await;
    let document = program.get("/openapi.json").await.json();
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["servers"][0]["url"], "https://connector.example.org/api/v1");
    let first = async |path: &str| program.walk(path).await.into_iter().next();
    let ids: BTreeMap<&str, Option<String>> = [
        ("/organizations/{id}", first("/organizations?limit=1").await),
        ("/organizations/{id}/revisions", first("/organizations?limit=1").await),
        ("/locations/{id}", first("/locations?limit=1").await),
        ("/portals/{id}", first("/portals?limit=1").await),
        ("/endpoints/{id}", None),
        ("/apps/{id}", first("/apps?limit=1").await),
    ]
    .into();
    let mut judge = Judge { document: &document, seen: BTreeSet::new() };
    for operation in table::ALL {
        let described = &document["paths"][operation.path]["get"];
        let statuses: BTreeSet<&String> = described["responses"].as_object().unwrap().keys().collect();
        for status in operation.statuses.iter().chain(&openapi::ANY).chain(&[200]) {
            assert!(statuses.contains(&status.to_string()), "{}: {status}", operation.path);
        }
        let path = match ids.get(operation.path) {
            Some(Some(id)) => operation.path.replace("{id}", id),
            Some(None) => continue,
            None => operation.path.to_owned(),
        };
        // Each way to ask for more or less changes the answer.
        let names: Vec<&str> = operation.parameters.iter().map(|parameter| parameter.name).collect();
        let mut queries = vec![operation.example.query.to_owned(), String::new()];
        for (name, value) in [
            ("fields", "fields=name"),
            ("as_of", "as_of=2026-11-22"),
            ("counts", "q=joseph&near=83702&counts=true&explain=true"),
        ] {
            if names.contains(&name) && (name != "counts" || names.contains(&"q")) {
                queries.push(value.to_owned());
            }
        }
        let including = operation.parameters.iter().find(|parameter| parameter.name == "include");
        queries.extend(including.map(|parameter| format!("include={}", parameter.example)));
        let required: Vec<String> = operation
            .parameters
            .iter()
            .filter(|parameter| parameter.required)
            .map(|parameter| format!("{}={}", parameter.name, parameter.example))
            .collect();
        for query in queries {
            let query = if query.is_empty() { required.join("&") } else { query };
            let answer = program.get(&format!("{path}?{query}")).await;
            if query.contains("fields=") && !names.contains(&"fields") {
                continue;
            }
            let status = answer.status.as_u16().to_string();
            let mut response = &described["responses"][&status];
            assert!(!response.is_null(), "{path}?{query}: {status} is not in the document: {}", answer.text);
            if let Some(reference) = response["$ref"].as_str() {
                response = document.pointer(reference.trim_start_matches('#')).unwrap();
            }
            let media = answer.header(header::CONTENT_TYPE);
            let schema = &response["content"][media]["schema"];
            assert!(!schema.is_null(), "{path}?{query}: {media} is not in the document");
            let faults = judge.faults(schema, &answer.json(), "answer");
            assert!(faults.is_empty(), "{path}?{query}: {faults:#?}");
        }
    }
    assert!(judge.seen.len() > 15, "schemas were looked at: {:?}", judge.seen);
    let unknown = program.get("/organizations?x=1").await.json();
    assert_eq!(judge.faults(&document["components"]["schemas"]["Problem"], &unknown, "problem"), Vec::<String>::new());
}
