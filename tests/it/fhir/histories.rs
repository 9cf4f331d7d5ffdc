//! `vread` and `history-instance`.

use axum::http::StatusCode;
use connector::r4::ids;
use serde_json::{Value, json};

use super::{PUBLIC, Server, bare, clinic, listings, marys};
use crate::support::listing;

/// St. Mary's with another phone, alone in the list with its clinic.
async fn change(server: &Server, day: u32, phone: &str) {
    server.wait(60);
    let mut changed = marys();
    changed.phone = Some(phone.into());
    let mut all = listings();
    all[0] = listing("marys", changed);
    server.load(&format!("2026-11-{day:02}"), all).await;
}

fn entries(bundle: &Value) -> Vec<Value> {
    bundle["entry"].as_array().cloned().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_is_read_as_it_was() {
    let server = Server::new().await;
    change(&server, 2, "(208) 555-0199").await;
    let marys = server.marys().await;
    assert_eq!(marys.version, 2);
    let phone = |read: &Value| read["telecom"][0]["value"].clone();
    let base = format!("/fhir/Organization/{}/_history", marys.id);
    let (first, second) = (server.get(&format!("{base}/1")).await, server.get(&format!("{base}/2")).await);
    assert_eq!((phone(&first.json()), first.header("etag")), (json!("(208) 555-0100"), "W/\"1\""));
    assert_eq!((phone(&second.json()), second.header("etag")), (json!("(208) 555-0199"), "W/\"2\""));
    assert_eq!(first.header("last-modified"), "Sun, 22 Nov 2026 12:00:00 GMT");
    for bad in ["3", "0", "01", "-1", "x", "1.0"] {
        let answer = server.get(&format!("{base}/{bad}")).await;
        assert_eq!((answer.status, answer.issue().as_str()), (StatusCode::NOT_FOUND, "not-found"), "{bad}");
    }
    // What is made of it has its versions.
    let service = ids::service(&marys.id, &marys.portals[0].id);
    let old = server.get(&format!("/fhir/HealthcareService/{service}/_history/1")).await.json();
    assert_eq!((&old["meta"]["versionId"], &old["name"]), (&json!("1"), &json!("MyChart")));
    let endpoint = &marys.endpoints[0].id;
    let now = server.get(&format!("/fhir/Endpoint/{endpoint}")).await.json();
    let version = now["meta"]["versionId"].as_str().unwrap();
    assert_eq!(server.get(&format!("/fhir/Endpoint/{endpoint}/_history/{version}")).await.json(), now);
    let forged = version.replace(".2.", ".9.");
    assert_eq!(server.get(&format!("/fhir/Endpoint/{endpoint}/_history/{forged}")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_history_is_paged_and_tells_each_version_once() {
    let server = Server::new().await;
    for (day, phone) in [(2, "(208) 555-0102"), (3, "(208) 555-0103"), (4, "(208) 555-0104"), (5, "(208) 555-0105")] {
        change(&server, day, phone).await;
    }
    let id = server.marys().await.id;
    let whole = server.get(&format!("/fhir/Organization/{id}/_history")).await.json();
    assert_eq!((&whole["resourceType"], &whole["type"]), (&json!("Bundle"), &json!("history")));
    let versions = |bundle: &Value| -> Vec<String> {
        entries(bundle).iter().map(|one| one["resource"]["meta"]["versionId"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(versions(&whole), ["5", "4", "3", "2", "1"]);
    let newest = &entries(&whole)[0];
    assert_eq!(newest["fullUrl"], format!("{PUBLIC}/fhir/Organization/{id}"));
    assert_eq!(newest["request"], json!({ "method": "PUT", "url": format!("Organization/{id}") }));
    assert_eq!(
        newest["response"],
        json!({ "status": "200", "etag": "W/\"5\"", "lastModified": "2026-11-22T12:04:00.000Z" })
    );
    assert_eq!(entries(&whole)[4]["response"]["status"], "201");

    let (mut path, mut seen) = (format!("/fhir/Organization/{id}/_history?_count=2"), Vec::new());
    loop {
        let page = server.get(&path).await.json();
        seen.extend(versions(&page));
        let next = page["link"].as_array().unwrap().iter().find(|link| link["relation"] == "next").cloned();
        let Some(next) = next else { break };
        path = next["url"].as_str().unwrap().strip_prefix(PUBLIC).unwrap().to_owned();
    }
    assert_eq!(seen, ["5", "4", "3", "2", "1"]);
    let since = server.get(&format!("/fhir/Organization/{id}/_history?_since=2026-11-22T12:03:00Z")).await.json();
    assert_eq!(versions(&since), ["5", "4"]);
    for bad in ["_count=0", "_count=x", "_since=yesterday", "_before=x", "_count=1&_count=2"] {
        let answer = server.get(&format!("/fhir/Organization/{id}/_history?{bad}")).await;
        assert_eq!((answer.status, answer.issue().as_str()), (StatusCode::BAD_REQUEST, "invalid"), "{bad}");
    }
    assert_eq!(server.get("/fhir/Organization/x/_history").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn deletions_and_what_was_redacted_stand_in_a_history() {
    let server = Server::new().await;
    let before = server.marys().await;
    let mut without = marys();
    without.portals.clear();
    server.wait(60);
    server.load("2026-11-02", vec![listing("marys", without), listing("clinic", clinic())]).await;
    let service = ids::service(&before.id, &before.portals[0].id);
    let history = server.get(&format!("/fhir/HealthcareService/{service}/_history")).await.json();
    let methods: Vec<Value> = entries(&history).iter().map(|one| one["request"]["method"].clone()).collect();
    assert_eq!(methods, ["DELETE", "PUT"], "{history}");
    assert_eq!(entries(&history)[0].get("resource"), None);
    assert_eq!(entries(&history)[0]["response"]["status"], "204");

    server.load("2026-11-03", vec![listing("bare", bare())]).await;
    let path = format!("/fhir/Organization/{}/_history", before.id);
    let history = server.get(&path).await.json();
    let methods: Vec<Value> = entries(&history).iter().map(|one| one["request"]["method"].clone()).collect();
    assert_eq!(methods, ["DELETE", "PUT", "PUT"], "{history}");
    assert_eq!(server.get(&format!("{path}/3")).await.status, StatusCode::GONE, "the version is its deletion");

    let first = server.app.store.revisions_of(&before.id, None, 9).await.unwrap().pop().unwrap();
    server.app.store.redact_revision(first.n, "moderator:test").await.unwrap();
    let answer = server.get(&format!("{path}/1")).await;
    assert_eq!((answer.status, answer.issue().as_str()), (StatusCode::GONE, "deleted"), "{}", answer.text);
    let history = server.get(&path).await;
    let oldest = entries(&history.json()).pop().unwrap();
    assert_eq!((oldest.get("resource"), &oldest["response"]["status"]), (None, &json!("410")), "{}", history.text);
}
