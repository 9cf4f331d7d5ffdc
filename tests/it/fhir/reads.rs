//! `read`: what a resource says, its validators, what is gone, and what is never said.

use axum::http::{Method, StatusCode};
use connector::{model::id::ThingKind, r4::ids};
use serde_json::{Value, json};

use super::{MAIN, PUBLIC, Server, listings, nobody};
use crate::support::{endpoint, hospital, listing, load, portal, source};

#[tokio::test(flavor = "multi_thread")]
async fn an_organization_is_told_in_full() {
    let server = Server::new().await;
    let marys = server.marys().await;
    let answer = server.get(&format!("/fhir/Organization/{}", marys.id)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let read = answer.json();
    assert_eq!((&read["resourceType"], &read["id"]), (&json!("Organization"), &json!(marys.id)));
    assert_eq!(read["meta"]["versionId"], marys.version.to_string());
    assert_eq!(read["meta"]["lastUpdated"], "2026-11-22T12:00:00.000Z");
    let said = format!("{PUBLIC}/sources?tier=3&name=List+vendor#vendor");
    assert_eq!(read["meta"]["source"], said, "whoever reads it back believes it no more than its source");
    assert_eq!((&read["active"], &read["name"]), (&json!(true), &json!("St. Marys")));
    assert_eq!(read["alias"], json!(["Saint Marys Medical"]));
    let numbers = read["identifier"].as_array().unwrap();
    let number = |system: &str| numbers.iter().find(|one| one["system"] == system).map(|one| one["value"].clone());
    assert_eq!(number(&format!("{PUBLIC}/fhir/NamingSystem/id")), Some(json!(marys.id)));
    assert_eq!(number("http://hl7.org/fhir/sid/us-npi"), Some(json!("1234567893")));
    assert_eq!(number("urn:oid:2.16.840.1.113883.4.336"), Some(json!("130007")));
    assert_eq!(number("urn:oid:2.16.840.1.113883.4.7"), Some(json!("13D0000001")));
    assert_eq!(number("urn:oid:2.16.840.1.113883.6.300"), Some(json!("12345")));
    assert_eq!(number("https://vendor.example.org/ids"), Some(json!("42")));
    let uris: Vec<&Value> = numbers.iter().filter(|one| one["system"] == "urn:ietf:rfc:3986").collect();
    assert_eq!(uris.len(), 2, "an object identifier and a web address: {numbers:?}");
    let codes: Vec<&Value> = read["type"].as_array().unwrap().iter().map(|kind| &kind["coding"][1]["code"]).collect();
    assert_eq!(codes, ["prov", "laboratory"], "the categories of SMART User-access Brands");
    assert_eq!(
        read["type"][0]["coding"][0],
        json!({ "system": format!("{PUBLIC}/fhir/CodeSystem/kind"), "code": "hospital" })
    );
    let telecom = json!([{ "system": "phone", "value": "(208) 555-0100" }, { "system": "url", "value": "https://www.example.org/" }]);
    assert_eq!(read["telecom"], telecom);
    let first = &read["address"][0];
    assert_eq!(first["line"], json!(["1 Main St", "Building 2", "Floor 3", "Room 4, Desk 5"]), "at most four lines");
    assert_eq!(
        (&first["state"], &first["postalCode"], &first["country"]),
        (&json!("ID"), &json!("83702"), &json!("US"))
    );
    let parent = server.named("mary-health").await;
    assert_eq!(read["partOf"], json!({ "reference": format!("Organization/{}", parent.id), "display": "Mary Health" }));
    assert_eq!(read["endpoint"], json!([{ "reference": format!("Endpoint/{}", marys.endpoints[0].id) }]));
    let portals: Vec<&Value> = read["extension"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["url"] == "http://hl7.org/fhir/StructureDefinition/organization-portal")
        .collect();
    assert!(portals[0].to_string().contains("https://mychart.example.org/marys"), "{portals:?}");
    assert!(portals[0].to_string().contains(marys.endpoints[0].id.as_str()), "{portals:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_is_told_by_its_home() {
    let server = Server::new().await;
    let marys = server.marys().await;
    let id = &marys.endpoints[0].id;
    let answer = server.get(&format!("/fhir/Endpoint/{id}")).await;
    let read = answer.json();
    let (rest, payload) = (
        "http://terminology.hl7.org/CodeSystem/endpoint-connection-type",
        "http://terminology.hl7.org/CodeSystem/endpoint-payload-type",
    );
    assert_eq!(
        (&read["status"], &read["address"], &read["name"]),
        (&json!("active"), &json!(MAIN), &json!("Production"))
    );
    assert_eq!(read["connectionType"], json!({ "system": rest, "code": "hl7-fhir-rest" }));
    assert_eq!(read["payloadType"], json!([{ "coding": [{ "system": payload, "code": "any" }] }]));
    assert_eq!(read["contact"], json!([{ "system": "url", "value": "https://dev.example.org/" }]));
    assert_eq!(
        read["extension"],
        json!([{ "url": "http://hl7.org/fhir/StructureDefinition/endpoint-fhir-version", "valueCode": "4.0.1" }]),
        "`R4` is no version of the value set"
    );
    // The clinic has it only through its parent.
    assert_eq!(read["managingOrganization"], json!({ "reference": format!("Organization/{}", marys.id) }));
    let version = read["meta"]["versionId"].as_str().unwrap().to_owned();
    assert_eq!(answer.header("etag"), format!("W/\"{version}\""));

    // Another organization has it of its own: nobody manages it alone, and that is another version.
    let mut more = listings();
    let mut other = hospital("Other");
    other.endpoints.push(endpoint(MAIN));
    more.push(listing("other", other));
    server.load("2026-11-02", more).await;
    let read = server.get(&format!("/fhir/Endpoint/{id}")).await.json();
    assert_eq!(read.get("managingOrganization"), None);
    assert_ne!(read["meta"]["versionId"], version);
}

#[tokio::test(flavor = "multi_thread")]
async fn places_portals_and_ties_are_resources() {
    let server = Server::new().await;
    let (marys, clinic) = (server.marys().await, server.clinic().await);
    let annex = marys.locations.iter().find(|one| one.place.name.is_some()).unwrap();
    let read = server.get(&format!("/fhir/Location/{}", annex.id)).await.json();
    assert_eq!(
        (&read["name"], &read["description"], &read["status"]),
        (&json!("Annex"), &json!("Across from the library"), &json!("active"))
    );
    assert_eq!(read["telecom"], json!([{ "system": "phone", "value": "(208) 555-0102" }]));
    assert_eq!(read["managingOrganization"]["reference"], format!("Organization/{}", marys.id));
    let main = marys.locations.iter().find(|one| one.place.name.is_none()).unwrap();
    let read = server.get(&format!("/fhir/Location/{}", main.id)).await.json();
    assert_eq!(read["name"], "St. Marys", "a place without a name is called what its organization is called");
    assert_eq!(read.get("position"), None, "no coordinates are known");

    let id = ids::service(&marys.id, &marys.portals[0].id);
    let read = server.get(&format!("/fhir/HealthcareService/{id}")).await.json();
    assert_eq!((&read["id"], &read["name"], &read["active"]), (&json!(id), &json!("MyChart"), &json!(true)));
    assert_eq!(read["telecom"], json!([{ "system": "url", "value": "https://mychart.example.org/marys" }]));
    assert_eq!(
        read["eligibility"],
        json!([{ "comment": "Adult patients" }, { "comment": "Children" }]),
        "one portal, two audiences"
    );
    assert_eq!(read["category"][0]["coding"][0]["code"], "patient-portal");
    assert_eq!(read["endpoint"], json!([{ "reference": format!("Endpoint/{}", marys.endpoints[0].id) }]));
    assert_eq!(
        read["extension"],
        json!([{ "url": format!("{PUBLIC}/fhir/StructureDefinition/sign-up"), "valueUrl": "https://mychart.example.org/signup" }])
    );

    let id = ids::affiliation(&clinic.id);
    let read = server.get(&format!("/fhir/OrganizationAffiliation/{id}")).await.json();
    assert_eq!(read["organization"]["reference"], format!("Organization/{}", marys.id));
    assert_eq!(read["participatingOrganization"]["reference"], format!("Organization/{}", clinic.id));
    let codes: Vec<&Value> = read["code"].as_array().unwrap().iter().map(|code| &code["coding"][0]["code"]).collect();
    assert_eq!(codes, ["part-of", "access-through"]);
    assert_eq!(read["endpoint"], json!([{ "reference": format!("Endpoint/{}", clinic.endpoints[0].id) }]));
    let service = ids::service(&clinic.id, &clinic.portals[0].id);
    assert_eq!(read["healthcareService"], json!([{ "reference": format!("HealthcareService/{service}") }]));
}

#[tokio::test(flavor = "multi_thread")]
async fn tax_numbers_old_addresses_and_recalled_hosts_are_never_said() {
    let server = Server::new().await;
    let mut legacy = hospital("Old Hospital");
    legacy.portals.push(portal("https://old.example.com/portal"));
    legacy.endpoints.push(endpoint("https://old.example.com/fhir"));
    load(&server.app.store, &source("legacy", 8), "2026-11-01", vec![listing("old", legacy)]).await;
    server.follow().await;
    let old = server.named("old-hospital").await;
    assert_eq!(old.portals.len() + old.endpoints.len(), 2, "they are known, as text");
    let read = server.get(&format!("/fhir/Organization/{}", old.id)).await;
    assert_eq!(read.status, StatusCode::OK);
    assert!(!read.text.contains("old.example.com"), "{}", read.text);
    let service = ids::service(&old.id, &old.portals[0].id);
    for path in [format!("HealthcareService/{service}"), format!("Endpoint/{}", old.endpoints[0].id)] {
        let answer = server.get(&format!("/fhir/{path}")).await;
        assert!(matches!(answer.status.as_u16(), 404 | 410), "{path}: {}", answer.status);
        assert!(!answer.text.contains("old.example.com"), "{}", answer.text);
    }

    let marys = server.marys().await;
    let paths = [format!("/fhir/Organization/{}", marys.id), format!("/fhir/Organization/{}/_history", marys.id)];
    // A version of the past shows less once a host in it is recalled: it is always sent.
    let past = format!("/fhir/Organization/{}/_history/1", marys.id);
    let again = server.with(Method::GET, &past, &[("if-none-match", "W/\"1\"")]).await;
    assert_eq!((again.status, again.header("etag")), (StatusCode::OK, "W/\"1\""));
    for path in &paths {
        let text = server.get(path).await.text;
        assert!(text.contains("mychart.example.org") && !text.contains("123456789\""), "{path}: {text}");
    }
    server.app.store.recall_host("mychart.example.org", "moderator:test").await.unwrap();
    server.follow().await;
    for path in &paths {
        let answer = server.get(path).await;
        assert!(!answer.text.contains("mychart.example.org"), "{path}: {}", answer.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_gone_says_where_it_went() {
    let server = Server::new().await;
    let (marys, clinic) = (server.marys().await, server.clinic().await);
    for (kind, id) in [
        ("Organization", nobody(ThingKind::Organization).to_string()),
        ("Organization", "x".to_owned()),
        ("Organization", marys.locations[0].id.to_string()),
        ("Location", nobody(ThingKind::Location).to_string()),
        ("Endpoint", nobody(ThingKind::Endpoint).to_string()),
        ("Endpoint", marys.id.to_string()),
        ("HealthcareService", ids::service(&marys.id, &nobody(ThingKind::Portal))),
        ("OrganizationAffiliation", ids::affiliation(&nobody(ThingKind::Organization))),
    ] {
        let answer = server.get(&format!("/fhir/{kind}/{id}")).await;
        assert_eq!((answer.status, answer.issue().as_str()), (StatusCode::NOT_FOUND, "not-found"), "{kind}/{id}");
    }
    let answer = server.get("/fhir/Patient/1").await;
    assert_eq!((answer.status, answer.issue().as_str()), (StatusCode::NOT_FOUND, "not-supported"));

    server.app.store.merge_organizations(&clinic.id, &marys.id, "moderator:test").await.unwrap();
    server.follow().await;
    let answer = server.get(&format!("/fhir/Organization/{}", clinic.id)).await;
    assert_eq!((answer.status, answer.issue().as_str()), (StatusCode::GONE, "deleted"));
    assert!(answer.text.contains(&format!("{PUBLIC}/fhir/Organization/{}", marys.id)), "{}", answer.text);
    assert!(answer.header("link").contains(marys.id.as_str()), "{}", answer.header("link"));
    let place = server.get(&format!("/fhir/Location/{}", clinic.locations[0].id)).await;
    assert_eq!(place.status, StatusCode::GONE, "{}", place.text);

    // The list says nothing of them any more.
    server.load("2026-11-03", vec![listing("bare", super::bare())]).await;
    for path in [
        format!("Organization/{}", marys.id),
        format!("Location/{}", marys.locations[0].id),
        format!("Endpoint/{}", marys.endpoints[0].id),
        format!("HealthcareService/{}", ids::service(&marys.id, &marys.portals[0].id)),
    ] {
        let answer = server.get(&format!("/fhir/{path}")).await;
        assert_eq!((answer.status, answer.issue().as_str()), (StatusCode::GONE, "deleted"), "{path}: {}", answer.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unchanged_resource_is_not_sent_again() {
    let server = Server::new().await;
    let marys = server.marys().await;
    let paths = [
        format!("/fhir/Organization/{}", marys.id),
        format!("/fhir/plan-net/Organization/{}", marys.id),
        format!("/fhir/Location/{}", marys.locations[0].id),
        format!("/fhir/Endpoint/{}", marys.endpoints[0].id),
    ];
    // A version of the past shows less once a host in it is recalled: it is always sent.
    let past = format!("/fhir/Organization/{}/_history/1", marys.id);
    let again = server.with(Method::GET, &past, &[("if-none-match", "W/\"1\"")]).await;
    assert_eq!((again.status, again.header("etag")), (StatusCode::OK, "W/\"1\""));
    for path in &paths {
        let first = server.get(path).await;
        assert_eq!(first.status, StatusCode::OK, "{path}: {}", first.text);
        let (tag, at) = (first.header("etag").to_owned(), first.header("last-modified").to_owned());
        assert_eq!(tag, format!("W/\"{}\"", first.json()["meta"]["versionId"].as_str().unwrap()));
        assert_eq!(at, "Sun, 22 Nov 2026 12:00:00 GMT");
        let again = server.with(Method::GET, path, &[("if-none-match", &format!("\"x\", {tag}"))]).await;
        assert_eq!((again.status, again.text.as_str()), (StatusCode::NOT_MODIFIED, ""), "{path}");
        assert_eq!((again.header("etag"), again.header("content-type")), (tag.as_str(), ""), "{path}");
        assert_eq!(again.header("access-control-allow-origin"), "*", "{path}");
        let other = server.with(Method::GET, path, &[("if-none-match", "W/\"0\""), ("if-modified-since", &at)]).await;
        assert_eq!(other.status, StatusCode::OK, "{path}: the tag decides");
        let since = server.with(Method::GET, path, &[("if-modified-since", &at)]).await;
        // Of an endpoint only the tag tells: who else has it changes without its home.
        let expected = if path.contains("/Endpoint/") { StatusCode::OK } else { StatusCode::NOT_MODIFIED };
        assert_eq!(since.status, expected, "{path}");
    }
    server.wait(5);
    let mut changed = super::marys();
    changed.phone = Some("(208) 555-0199".into());
    server.load("2026-11-02", vec![listing("marys", changed)]).await;
    let now = server.with(Method::GET, &paths[0], &[("if-none-match", "W/\"1\"")]).await;
    assert_eq!((now.status, now.header("etag")), (StatusCode::OK, "W/\"2\""));
    assert_eq!(now.header("last-modified"), "Sun, 22 Nov 2026 12:00:05 GMT");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resource_is_read_while_the_register_is_still_made() {
    let server = Server::empty().await;
    load(&server.app.store, &source("vendor", 3), "2026-11-01", listings()).await;
    let marys = server.marys().await;
    let answer = server.get(&format!("/fhir/Organization/{}", marys.id)).await;
    assert_eq!((answer.status, answer.header("etag")), (StatusCode::OK, "W/\"1\""));
    assert_eq!(answer.json()["meta"]["lastUpdated"], "2026-11-22T12:00:00.000Z");
}
