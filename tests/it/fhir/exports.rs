//! `$export`: kick-off, status, files, deletion.

use std::path::Path;

use axum::http::{Method, StatusCode};
use connector::dumps::{
    self,
    make::{Ask, Silent, every_format, make},
};
use serde_json::{Value, json};

use super::{PUBLIC, Server};

async fn night(server: &Server) {
    let root: &Path = &dumps::folder(&server.app.config.data);
    let formats = every_format();
    let ask = Ask {
        store: &server.app.store,
        root,
        clock: &server.app.clock,
        formats: &formats,
        keep: 3,
        public_url: &server.app.config.public_url,
        progress: &Silent,
    };
    make(&ask).await.unwrap();
}

const ASYNC: (&str, &str) = ("prefer", "respond-async");

/// The path of the status of a new export.
async fn begin(server: &Server, query: &str) -> String {
    let answer = server.with(Method::GET, &format!("/fhir/$export{query}"), &[ASYNC]).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text);
    answer.header("content-location").strip_prefix(PUBLIC).unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_exported_from_the_files_of_the_night() {
    let server = Server::new().await;
    let early = server.with(Method::GET, "/fhir/$export", &[ASYNC]).await;
    assert_eq!((early.status, early.issue().as_str()), (StatusCode::SERVICE_UNAVAILABLE, "transient"), "no night yet");
    assert!(!early.header("retry-after").is_empty());
    night(&server).await;
    let status = begin(&server, "").await;
    let answer = server.get(&status).await;
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "application/json"));
    assert!(answer.header("expires").ends_with("GMT"));
    let manifest = answer.json();
    assert_eq!((&manifest["requiresAccessToken"], &manifest["error"]), (&json!(false), &json!([])));
    assert_eq!(manifest["request"], format!("{PUBLIC}/fhir/$export"));
    assert!(manifest["transactionTime"].as_str().unwrap().starts_with("2026-11-22T12:00:00"), "{manifest}");
    let counts: Vec<(&str, u64)> = manifest["output"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| (file["type"].as_str().unwrap(), file["count"].as_u64().unwrap()))
        .collect();
    for expected in [
        ("Organization", 4),
        ("Endpoint", 1),
        ("Location", 4),
        ("HealthcareService", 2),
        ("OrganizationAffiliation", 2),
    ] {
        assert!(counts.contains(&expected), "{expected:?} in {counts:?}");
    }
    assert!(manifest["output"][0]["url"].as_str().unwrap().starts_with(&format!("{PUBLIC}/data/2026-11-22/")));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_may_be_of_some_types_and_of_what_changed() {
    let server = Server::new().await;
    night(&server).await;
    let manifest = server.get(&begin(&server, "?_type=Organization,Endpoint&_outputFormat=ndjson").await).await.json();
    let types: Vec<&Value> = manifest["output"].as_array().unwrap().iter().map(|file| &file["type"]).collect();
    assert_eq!(types.len(), 2, "{manifest}");
    for (since, expected) in [("2026-11-22T11:59:59Z", 4), ("2026-11-22T12:00:00Z", 0)] {
        let manifest = server.get(&begin(&server, &format!("?_type=Organization&_since={since}")).await).await.json();
        let url = manifest["output"][0]["url"].as_str().unwrap().strip_prefix(PUBLIC).unwrap().to_owned();
        let file = server.get(&url).await;
        assert_eq!((file.status, file.header("content-type")), (StatusCode::OK, "application/fhir+ndjson"));
        let lines: Vec<Value> = file.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), expected, "{since}");
        assert!(lines.iter().all(|one| one["resourceType"] == "Organization"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_that_was_deleted_is_gone() {
    let server = Server::new().await;
    night(&server).await;
    let (one, other) = (begin(&server, "").await, begin(&server, "").await);
    assert_ne!(one, other, "each client has its own");
    assert_eq!(server.with(Method::DELETE, &one, &[]).await.status, StatusCode::ACCEPTED);
    for method in [Method::GET, Method::DELETE] {
        let answer = server.with(method, &one, &[]).await;
        assert_eq!((answer.status, answer.issue().as_str()), (StatusCode::NOT_FOUND, "not-found"));
    }
    assert_eq!(server.get(&other).await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_that_is_asked_for_wrongly_is_refused() {
    let server = Server::new().await;
    night(&server).await;
    let answer = server.get("/fhir/$export").await;
    assert_eq!(
        (answer.status, answer.json()["issue"][0]["expression"][0].as_str()),
        (StatusCode::BAD_REQUEST, Some("http.Prefer"))
    );
    for (bad, code) in [
        ("_outputFormat=text/csv", "invalid"),
        ("_type=Patient", "invalid"),
        ("_since=soon", "invalid"),
        ("_typeFilter=Organization%3Fname%3Da", "not-supported"),
        ("_elements=name", "not-supported"),
        ("patient=1", "not-supported"),
    ] {
        let answer = server.with(Method::GET, &format!("/fhir/$export?{bad}"), &[ASYNC]).await;
        assert_eq!((answer.status, answer.issue().as_str()), (StatusCode::BAD_REQUEST, code), "{bad}");
    }
    let lenient = [("prefer", "respond-async, handling=lenient")];
    let answer = server.with(Method::GET, "/fhir/$export?_typeFilter=a&_type=Patient,Organization", &lenient).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text);
    for path in [
        "/fhir/$export/status/x",
        "/fhir/$export/status/0123456789abcdef.2020-01-01.0.all",
        "/fhir/$export/files/2026-11-22/Organization.ndjson.zst?since=1",
        "/fhir/$export/files/..%2F..%2Fetc/Organization.ndjson?since=1",
        "/fhir/$export/files/2020-01-01/Organization.ndjson?since=1",
        "/fhir/plan-net/$export",
        "/fhir/Group/1/$export",
    ] {
        assert_eq!(server.with(Method::GET, path, &[ASYNC]).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let answer = server.get("/fhir/$export/files/2026-11-22/Organization.ndjson?since=x").await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}
