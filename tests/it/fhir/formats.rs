//! Formats, parts of resources, methods, addresses, other sites.

use axum::{
    body::Body,
    http::{Method, Request, StatusCode},
};
use serde_json::json;

use super::{PUBLIC, Server};

#[tokio::test(flavor = "multi_thread")]
async fn formats_are_negotiated() {
    let server = Server::new().await;
    let path = format!("/fhir/Organization/{}", server.marys().await.id);
    for (accept, query, expected) in [
        ("*/*", "", "application/fhir+json; charset=utf-8"),
        ("application/json", "", "application/json; charset=utf-8"),
        ("application/fhir+xml", "?_format=json", "application/fhir+json; charset=utf-8"),
        ("application/fhir+json; fhirVersion=4.0", "", "application/fhir+json; fhirVersion=4.0; charset=utf-8"),
    ] {
        let answer = server.with(Method::GET, &format!("{path}{query}"), &[("accept", accept)]).await;
        assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, expected), "{accept} {query}");
        assert!(answer.headers.get_all("vary").iter().any(|one| one == "accept"), "{:?}", answer.headers);
    }
    for (accept, query) in
        [("application/fhir+xml", ""), ("*/*", "?_format=xml"), ("application/fhir+json; fhirVersion=3.0", "")]
    {
        let answer = server.with(Method::GET, &format!("{path}{query}"), &[("accept", accept)]).await;
        assert_eq!(
            (answer.status, answer.issue().as_str()),
            (StatusCode::NOT_ACCEPTABLE, "not-supported"),
            "{accept} {query}"
        );
    }
    let pretty = server.get(&format!("{path}?_pretty=true")).await;
    assert!(pretty.text.starts_with("{\n  \"resourceType\""), "{}", pretty.text);
    let bad = server.get(&format!("{path}?_pretty=perhaps")).await;
    assert_eq!(
        (bad.status, bad.json()["issue"][0]["expression"][0].as_str()),
        (StatusCode::BAD_REQUEST, Some("http._pretty"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_of_a_resource_are_marked() {
    let server = Server::new().await;
    let marys = server.marys().await;
    let path = format!("/fhir/Organization/{}", marys.id);
    let names = |text: &serde_json::Value| text.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let summary = server.get(&format!("{path}?_summary=true")).await.json();
    assert_eq!(names(&summary), ["active", "id", "identifier", "meta", "name", "partOf", "resourceType", "type"]);
    let tag = json!([{ "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED" }]);
    assert_eq!(summary["meta"]["tag"], tag);
    let elements = server.get(&format!("{path}?_elements=name,telecom,nothing")).await.json();
    assert_eq!(names(&elements), ["active", "id", "meta", "name", "resourceType", "telecom"]);
    assert_eq!(elements["meta"]["tag"], tag);
    let text = server.get(&format!("/fhir/Endpoint/{}?_summary=text", marys.endpoints[0].id)).await.json();
    assert_eq!(names(&text), ["address", "connectionType", "id", "meta", "payloadType", "resourceType", "status"]);
    for whole in ["_summary=false", "_summary=data", "_summary=", "_elements="] {
        let read = server.get(&format!("{path}?{whole}")).await.json();
        assert!(read.get("address").is_some() && read["meta"].get("tag").is_none(), "{whole}");
    }
    for bad in ["_summary=count", "_summary=much", "_summary=true&_elements=name"] {
        let answer = server.get(&format!("{path}?{bad}")).await;
        assert_eq!((answer.status, answer.issue().as_str()), (StatusCode::BAD_REQUEST, "invalid"), "{bad}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_parameters_are_ignored_unless_strictness_is_wanted() {
    let server = Server::new().await;
    let path = format!("/fhir/Organization/{}?colour=red", server.marys().await.id);
    assert_eq!(server.get(&path).await.status, StatusCode::OK);
    let strict = server.with(Method::GET, &path, &[("prefer", "handling=strict")]).await;
    assert_eq!((strict.status, strict.issue().as_str()), (StatusCode::BAD_REQUEST, "not-supported"));
    assert_eq!(strict.json()["issue"][0]["expression"][0], "http.colour");
}

#[tokio::test(flavor = "multi_thread")]
async fn head_is_get_without_a_body() {
    let server = Server::new().await;
    let path = format!("/fhir/Organization/{}", server.marys().await.id);
    let (get, head) = (server.get(&path).await, server.with(Method::HEAD, &path, &[]).await);
    assert_eq!((head.status, head.text.as_str()), (StatusCode::OK, ""));
    for name in ["etag", "last-modified", "content-type"] {
        assert_eq!(head.header(name), get.header(name), "{name}");
    }
    assert_eq!(head.header("content-length"), get.text.len().to_string());
    assert_eq!(server.with(Method::HEAD, "/fhir/Organization/x", &[]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_reading_is_allowed() {
    let server = Server::new().await;
    let path = format!("/fhir/Organization/{}", server.marys().await.id);
    for (method, path) in [
        (Method::PUT, path.as_str()),
        (Method::PATCH, &path),
        (Method::DELETE, &path),
        (Method::POST, "/fhir/Organization"),
        (Method::DELETE, "/fhir/Organization"),
        (Method::POST, "/fhir/metadata"),
        (Method::GET, "/fhir/Organization/_search"),
    ] {
        let answer = server.with(method.clone(), path, &[]).await;
        assert_eq!(
            (answer.status, answer.issue().as_str()),
            (StatusCode::METHOD_NOT_ALLOWED, "not-supported"),
            "{method} {path}"
        );
        let allowed = if path.ends_with("_search") { "POST" } else { "GET,HEAD" };
        assert_eq!(answer.header("allow"), allowed, "{method} {path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_body_of_a_search_is_a_small_form() {
    let server = Server::new().await;
    let post = |media: &'static str, body: String| {
        Request::post("/fhir/Organization/_search").header("content-type", media).body(Body::from(body)).unwrap()
    };
    for media in ["application/json", "application/fhir+json", "text/plain", "multipart/form-data"] {
        let answer = server.ask(post(media, "{}".into())).await;
        assert_eq!(
            (answer.status, answer.issue().as_str()),
            (StatusCode::UNSUPPORTED_MEDIA_TYPE, "not-supported"),
            "{media}"
        );
    }
    let answer = server.ask(post("application/x-www-form-urlencoded", format!("name={}", "a".repeat(70_000)))).await;
    assert_eq!((answer.status, answer.issue().as_str()), (StatusCode::PAYLOAD_TOO_LARGE, "too-long"));
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_are_taken_by_the_letter() {
    let server = Server::new().await;
    let id = server.marys().await.id;
    for path in [
        format!("/fhir/organization/{id}"),
        format!("/fhir/Organization/{}", id.as_str().to_uppercase()),
        format!("/FHIR/Organization/{id}"),
        format!("/fhir/Organization/{id}/more"),
        "/fhir/Organization/%FF%FE".to_owned(),
        "/fhir/Organization/..%2F..%2Fetc".to_owned(),
        "/fhir/%00/x".to_owned(),
        "/fhir".to_owned(),
    ] {
        assert_eq!(server.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let many = format!("/fhir/Organization/{id}?{}", "a=1&".repeat(200));
    let answer = server.get(&many).await;
    assert_eq!((answer.status, answer.issue().as_str()), (StatusCode::BAD_REQUEST, "too-costly"));
}

#[tokio::test(flavor = "multi_thread")]
async fn absolute_addresses_are_never_taken_from_a_request() {
    let server = Server::new().await;
    let id = server.marys().await.id;
    for path in
        [format!("/fhir/Organization/{id}"), format!("/fhir/Organization/{id}/_history"), "/fhir/metadata".to_owned()]
    {
        let forged = [
            ("host", "evil.example.net"),
            ("x-forwarded-host", "evil.example.net"),
            ("forwarded", "host=evil.example.net"),
        ];
        let answer = server.with(Method::GET, &path, &forged).await;
        assert!(answer.text.contains(PUBLIC) && !answer.text.contains("evil.example.net"), "{path}: {}", answer.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn scripts_of_other_sites_may_read() {
    let server = Server::new().await;
    let path = format!("/fhir/Organization/{}", server.marys().await.id);
    for path in [path.as_str(), "/fhir/metadata", "/fhir/Organization/x", "/fhir/ndh/metadata"] {
        let answer = server.get(path).await;
        assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}: without an Origin too");
        assert!(answer.header("access-control-expose-headers").contains("etag"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
    }
    let asks = [
        ("origin", "https://app.example"),
        ("access-control-request-method", "GET"),
        ("access-control-request-headers", "prefer"),
    ];
    let preflight = server.with(Method::OPTIONS, &path, &asks).await;
    assert_eq!((preflight.status, preflight.header("access-control-allow-headers")), (StatusCode::OK, "*"));
}
