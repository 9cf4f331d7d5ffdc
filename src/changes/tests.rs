//! The whole room over a real store: addresses in, statuses, headers and changes out.

use std::{net::SocketAddr, time::Duration};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::ConnectInfo,
    http::{Request, Response, StatusCode, header},
};
use futures_util::StreamExt as _;
use serde_json::Value;
use tower::ServiceExt as _;

use crate::{
    model::{door::Door, listing::Body as Said, listing::Listing, organization::Organization},
    site::served::{BOISE, Site, app, hospital},
};

struct Running {
    site: Site,
    router: Router,
}

/// A hospital whose portal lies elsewhere.
fn moved(key: &str, city: &str, portal: &str) -> Listing {
    let (state, zip) = if city == "Boise" { ("ID", "83702") } else { ("FL", "33607") };
    let mut listing = hospital(key, city, state, zip);
    if let Said::Organization(facts) = &mut listing.body {
        facts.portals[0].at.door = Door::parse(portal).unwrap();
    }
    listing
}

impl Running {
    async fn new() -> Self {
        let site = Site::new().await;
        site.app.register.follow(&site.app.store).await.unwrap();
        Self { router: super::router(site.app.clone()), site }
    }

    async fn ask(&self, request: Request<Body>) -> Response<Body> {
        self.router.clone().oneshot(request).await.unwrap()
    }

    async fn get(&self, address: &str) -> (StatusCode, String) {
        let answer = self.ask(Request::get(address).body(Body::empty()).unwrap()).await;
        let status = answer.status();
        let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    async fn json(&self, address: &str) -> Value {
        let (status, body) = self.get(address).await;
        assert_eq!(status, StatusCode::OK, "{address}: {body}");
        serde_json::from_str(&body).unwrap()
    }

    async fn boise(&self) -> Organization {
        self.site.organization(BOISE).await
    }

    /// Boise's portal moves within its own domain.
    async fn move_boise(&self, path: &str) {
        let boise = moved("a", "Boise", &format!("https://boise.example.org/{path}"));
        self.site.load(vec![boise, hospital("b", "Tampa", "FL", "33607"), app()]).await;
        self.site.app.register.follow(&self.site.app.store).await.unwrap();
    }
}

fn numbers(page: &Value) -> Vec<i64> {
    page["results"].as_array().unwrap().iter().map(|change| change["n"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn the_log_is_read_to_its_end_without_a_gap() {
    let running = Running::new().await;
    let last = running.site.app.store.last_revision().await.unwrap();
    let (mut after, mut all) = (0, Vec::new());
    loop {
        let page = running.json(&format!("/api/v1/changes?after={after}&limit=3")).await;
        all.extend(numbers(&page));
        after = page["next_after"].as_i64().unwrap();
        if after == last {
            break;
        }
    }
    assert_eq!(all, (1..=last).collect::<Vec<_>>());
    let end = running.json(&format!("/api/v1/changes?after={last}")).await;
    assert_eq!((numbers(&end).len(), end["next_after"].as_i64(), end["last"].as_i64()), (0, Some(last), Some(last)));
}

#[tokio::test]
async fn a_change_says_what_is_different_and_filters_choose() {
    let running = Running::new().await;
    let before = running.site.app.store.last_revision().await.unwrap();
    running.move_boise("signin").await;
    let id = running.boise().await.id;
    let page = running.json(&format!("/api/v1/changes?after={before}&type=organization")).await;
    assert_eq!(page["results"].as_array().unwrap().len(), 1, "{page}");
    let change = &page["results"][0];
    assert_eq!(
        (change["event"].as_str(), change["actor"].as_str(), change["source"].as_str()),
        (Some("updated"), Some("import"), Some("vendor"))
    );
    assert_eq!(change["url"], format!("https://connector.example.org/api/v1/organizations/{id}"));
    let portals = change["changes"].as_array().unwrap().iter().find(|field| field["field"] == "portals").unwrap();
    assert_eq!(portals["old"][0]["url"], "https://boise.example.org/mychart");
    assert_eq!(portals["new"][0]["url"], "https://boise.example.org/signin");
    for (filter, found) in [
        ("state=ID", true),
        ("state=FL", false),
        ("kind=hospital", true),
        ("kind=laboratory", false),
        ("event=updated", true),
        ("event=merged", false),
        ("type=app", false),
        (&*format!("organization={id}"), true),
        ("organization=org-0198f1a2b3c47d5e8f90123456789abc", false),
    ] {
        let page = running.json(&format!("/api/v1/changes?after={before}&{filter}")).await;
        let there = page["results"].as_array().unwrap().iter().any(|change| change["id"] == id.as_str());
        assert_eq!(there, found, "{filter}");
        assert_eq!(page["next_after"], page["last"], "{filter}: whatever fits, all was looked at");
    }
}

#[tokio::test]
async fn a_recalled_host_is_in_no_old_and_no_new_value() {
    let running = Running::new().await;
    running.move_boise("signin").await;
    let store = &running.site.app.store;
    assert!(running.get("/api/v1/changes").await.1.contains("boise.example.org"));
    store.recall_host("boise.example.org", "operator").await.unwrap();
    running.site.app.register.follow(store).await.unwrap();
    for address in ["/api/v1/changes", "/api/v1/changes.ndjson", "/feeds/changes.atom", "/feeds/states/ID.atom"] {
        let (status, body) = running.get(address).await;
        assert_eq!(status, StatusCode::OK);
        assert!(!body.contains("boise.example.org"), "{address}: {body}");
    }
    let page = running.json("/api/v1/changes?event=recalled").await;
    let change = &page["results"][0];
    assert_eq!(
        (change["actor"].as_str(), change["id"].as_str()),
        (Some("moderator"), Some(running.boise().await.id.as_str()))
    );
    let told = change["changes"].as_array().unwrap().iter().find(|field| field["field"] == "portals").unwrap();
    assert_eq!(told, &serde_json::json!({ "field": "portals", "withheld": true }));
}

#[tokio::test]
async fn a_merge_names_what_it_was_merged_into() {
    let running = Running::new().await;
    let tampa = running.site.organization("st-josephs-hospital-tampa-fl").await.id;
    let boise = running.boise().await.id;
    running.site.app.store.merge_organizations(&tampa, &boise, "operator").await.unwrap();
    let page = running.json("/api/v1/changes?event=merged").await;
    let change = &page["results"][0];
    assert_eq!(
        (change["id"].as_str(), change["successor"]["id"].as_str()),
        (Some(tampa.as_str()), Some(boise.as_str()))
    );
    assert_eq!(change["status"], "merged");
}

#[tokio::test]
async fn bad_questions_are_problems_that_say_what_is_allowed() {
    let running = Running::new().await;
    for (address, status, says) in [
        ("/api/v1/changes?colour=blue", 400, "\"wait\""),
        ("/api/v1/changes?event=born", 400, "recalled"),
        ("/api/v1/changes?after=-2", 400, "\"after\""),
        ("/api/v1/changes?after=99999999999999999999", 400, "\"after\""),
        ("/api/v1/changes?after=999999", 400, "wrong-cursor"),
        ("/api/v1/changes?wait=31", 400, "30"),
        ("/api/v1/changes/stream?wait=3", 400, "unknown-parameter"),
        ("/api/v1/changes/stream?after=999999", 400, "wrong-cursor"),
        ("/feeds/changes.atom?page=2", 400, "before"),
        ("/feeds/changes.atom?before=0", 400, "before"),
        ("/feeds/states/XX.atom", 404, "/feeds/states/OH.atom"),
        ("/feeds/states/ID", 404, "/feeds/states/OH.atom"),
        ("/feeds/kinds/%ff.atom", 404, "not-found"),
        ("/feeds/organizations/org-0198f1a2b3c47d5e8f90123456789abc.atom", 404, "not-found"),
    ] {
        let (got, body) = running.get(address).await;
        assert_eq!(got.as_u16(), status, "{address}: {body}");
        assert!(body.contains(says), "{address}: {body}");
    }
    let posted = running.ask(Request::post("/api/v1/changes").body(Body::empty()).unwrap()).await;
    assert_eq!(
        (posted.status(), &posted.headers()[header::ALLOW]),
        (StatusCode::METHOD_NOT_ALLOWED, &"GET,HEAD".parse().unwrap())
    );
    let xml = Request::get("/api/v1/changes").header(header::ACCEPT, "text/csv").body(Body::empty()).unwrap();
    assert_eq!(running.ask(xml).await.status(), StatusCode::NOT_ACCEPTABLE);
}

#[tokio::test]
async fn what_is_known_already_is_not_sent_again() {
    let running = Running::new().await;
    for address in ["/api/v1/changes?limit=2", "/feeds/changes.atom", "/es/feeds/kinds/hospital.atom"] {
        let first = running.ask(Request::get(address).body(Body::empty()).unwrap()).await;
        let tag = first.headers()[header::ETAG].clone();
        let ask = || Request::get(address).header(header::IF_NONE_MATCH, &tag).body(Body::empty()).unwrap();
        assert_eq!(running.ask(ask()).await.status(), StatusCode::NOT_MODIFIED, "{address}");
    }
    let feed = Request::get("/feeds/changes.atom").header(header::IF_MODIFIED_SINCE, "Sun, 22 Nov 2026 12:00:00 GMT");
    assert_eq!(running.ask(feed.body(Body::empty()).unwrap()).await.status(), StatusCode::NOT_MODIFIED);
    running.move_boise("signin").await;
    for address in ["/feeds/changes.atom", "/es/feeds/kinds/hospital.atom"] {
        let old = Request::get(address).header(header::IF_NONE_MATCH, "W/\"1-1-0\"").body(Body::empty()).unwrap();
        assert_eq!(running.ask(old).await.status(), StatusCode::OK, "{address}");
    }
}

#[tokio::test]
async fn lines_say_where_the_next_page_is() {
    let running = Running::new().await;
    let ask =
        Request::get("/api/v1/changes?limit=2&type=organization,app").header(header::ACCEPT, "application/x-ndjson");
    let answer = running.ask(ask.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.headers()[header::CONTENT_TYPE], "application/x-ndjson");
    assert_eq!(answer.headers()[header::VARY], "accept");
    let link = answer.headers()[header::LINK].to_str().unwrap().to_owned();
    let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    let lines: Vec<Value> =
        body.split(|b| *b == b'\n').filter(|l| !l.is_empty()).map(|l| serde_json::from_slice(l).unwrap()).collect();
    assert_eq!(lines.len(), 2);
    let after = lines[1]["n"].as_i64().unwrap();
    let next = format!(
        "<https://connector.example.org/api/v1/changes?limit=2&type=organization%2Capp&after={after}>; rel=\"next\""
    );
    assert_eq!(link, next);
}

#[tokio::test]
async fn who_waits_hears_at_once_and_not_for_ever() {
    let running = Running::new().await;
    let last = running.site.app.store.last_revision().await.unwrap();
    let quiet = running.json(&format!("/api/v1/changes?after={last}&wait=1")).await;
    assert_eq!((numbers(&quiet).len(), quiet["next_after"].as_i64()), (0, Some(last)));
    let asks = format!("/api/v1/changes?after={last}&wait=20&type=organization");
    let (page, ()) = tokio::join!(running.json(&asks), async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        running.move_boise("signin").await;
    });
    assert_eq!(numbers(&page).len(), 1, "{page}");
    // Whoever waits when the program stops is answered.
    let last = running.site.app.store.last_revision().await.unwrap();
    let began = tokio::time::Instant::now();
    let asks = format!("/api/v1/changes?after={last}&wait=30");
    let (page, ()) = tokio::join!(running.json(&asks), async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        running.site.app.ready.stop();
    });
    assert!(numbers(&page).is_empty() && began.elapsed() < Duration::from_secs(10));
}

/// The next block of a stream.
async fn block(body: &mut axum::body::BodyDataStream, rest: &mut String) -> Option<String> {
    loop {
        if let Some((block, more)) = rest.split_once("\n\n") {
            let (block, more) = (block.to_owned(), more.to_owned());
            *rest = more;
            return Some(block);
        }
        let piece =
            tokio::time::timeout(Duration::from_secs(20), body.next()).await.expect("something comes")?.unwrap();
        rest.push_str(std::str::from_utf8(&piece).unwrap());
    }
}

#[tokio::test]
async fn a_stream_goes_on_after_the_last_event_and_ends_with_the_program() {
    let running = Running::new().await;
    let last = running.site.app.store.last_revision().await.unwrap();
    let ask = Request::get("/api/v1/changes/stream").header("last-event-id", (last - 2).to_string());
    let ask = ask.header(header::ACCEPT_ENCODING, "gzip, br");
    let answer = running.ask(ask.body(Body::empty()).unwrap()).await;
    assert!(!answer.headers().contains_key(header::CONTENT_ENCODING), "a packer would keep events back");
    assert_eq!(answer.headers()[header::CONTENT_TYPE], "text/event-stream");
    let (mut body, mut rest) = (answer.into_body().into_data_stream(), String::new());
    let first = block(&mut body, &mut rest).await.unwrap();
    assert!(first.contains(&format!("id: {}", last - 2)) && first.contains("retry: 3000"), "{first}");
    for n in [last - 1, last] {
        let event = block(&mut body, &mut rest).await.unwrap();
        assert!(event.contains(&format!("id: {n}")) && event.contains("event: change"), "{event}");
        let data = event.lines().find_map(|line| line.strip_prefix("data: ")).unwrap();
        assert_eq!(serde_json::from_str::<Value>(data).unwrap()["n"], n);
    }
    let (event, ()) = tokio::join!(block(&mut body, &mut rest), async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        running.move_boise("signin").await;
    });
    assert!(event.unwrap().contains(&format!("id: {}", last + 1)), "what is new comes by itself");
    running.site.app.ready.stop();
    while block(&mut body, &mut rest).await.is_some() {}
}

#[tokio::test]
async fn one_network_has_a_bounded_number_of_streams() {
    let running = Running::new().await;
    let ask = |from: [u8; 4]| {
        let peer = SocketAddr::from((from, 5));
        Request::get("/api/v1/changes/stream").extension(ConnectInfo(peer)).body(Body::empty()).unwrap()
    };
    let mut open = Vec::new();
    let refused = loop {
        let answer = running.ask(ask([192, 0, 2, 1])).await;
        if answer.status() != StatusCode::OK {
            break answer;
        }
        open.push(answer);
    };
    assert_eq!((refused.status(), open.len()), (StatusCode::TOO_MANY_REQUESTS, 12));
    assert!(refused.headers().contains_key(header::RETRY_AFTER));
    assert_eq!(running.ask(ask([192, 0, 2, 2])).await.status(), StatusCode::OK, "others are let in");
    drop(open);
    assert_eq!(
        running.ask(ask([192, 0, 2, 1])).await.status(),
        StatusCode::OK,
        "and so is this one, once there is room"
    );
}

#[tokio::test]
async fn feeds_are_well_formed_and_page_on() {
    let running = Running::new().await;
    let id = running.boise().await.id;
    for turn in 0..60 {
        running.move_boise(&format!("signin{turn}")).await;
    }
    let (_, feed) = running.get(&format!("/feeds/organizations/{id}.atom")).await;
    assert_eq!(feed.matches("<entry>").count(), 50);
    let tagged = |feed: &str| -> Vec<String> {
        feed.split("<id>").skip(2).map(|part| part.split("</id>").next().unwrap().to_owned()).collect()
    };
    let next =
        feed.split("rel=\"next\" href=\"https://connector.example.org").nth(1).unwrap().split('"').next().unwrap();
    let (_, second) = running.get(next).await;
    assert_eq!(second.matches("<entry>").count(), 11, "60 changes and the first");
    let (mut all, more) = (tagged(&feed), tagged(&second));
    all.extend(more);
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 61, "no entry is in two pages");
    assert!(all.iter().all(|id| id.starts_with("tag:connector.example.org,2026:/changes/")));
    let (_, spanish) = running.get("/es/feeds/states/ID.atom").await;
    assert!(spanish.contains("xml:lang=\"es\"") && spanish.contains("<title>Qué cambió: Idaho</title>"), "{spanish}");
    assert!(spanish.contains(&format!("https://connector.example.org/es/o/{id}")));
    assert_eq!(spanish.matches("<entry>").count(), 1, "the last change of each organization");
    assert!(spanish.contains("<summary>Portales: example.org</summary>"), "{spanish}");
    let (_, kinds) = running.get("/feeds/kinds/hospital.atom").await;
    assert_eq!(kinds.matches("<entry>").count(), 2);
    for name in ["/feeds/changes.atom", "/es/feeds/changes.atom"] {
        let (status, feed) = running.get(name).await;
        assert_eq!(status, StatusCode::OK);
        assert!(feed.contains("<link rel=\"self\"") && feed.contains("<author><name>"), "{feed}");
        assert_eq!(feed.matches("<entry>").count(), 50, "{name}");
    }
}
