//! Views and what they say of themselves.

use axum::http::StatusCode;
use connector::{model::listing::OrganizationFacts, r4::ids};
use serde_json::{Value, json};

use super::{PUBLIC, Server, listings};
use crate::support::{hospital, listing};

#[tokio::test(flavor = "multi_thread")]
async fn each_view_keeps_its_profiles() {
    let server = Server::new().await;
    let marys = server.marys().await;
    for (view, guide, prefix) in [
        ("plan-net", "http://hl7.org/fhir/us/davinci-pdex-plan-net", "plannet"),
        ("ndh", "http://hl7.org/fhir/us/ndh", "ndh"),
    ] {
        let read = async |path: String| server.get(&format!("/fhir/{view}/{path}")).await.json();
        let organization = read(format!("Organization/{}", marys.id)).await;
        assert_eq!(
            organization["meta"]["profile"],
            json!([format!("{guide}/StructureDefinition/{prefix}-Organization")])
        );
        let codes: Vec<Value> = organization["type"][0]["coding"].as_array().unwrap().clone();
        assert!(
            codes.contains(&json!({ "system": format!("{guide}/CodeSystem/OrgTypeCS"), "code": "fac" })),
            "{codes:?}"
        );
        let numbers: Vec<&str> =
            organization["identifier"].as_array().unwrap().iter().map(|one| one["value"].as_str().unwrap()).collect();
        assert!(numbers.contains(&"13D0000001") && !numbers.contains(&"BAD"), "us-core-18: {numbers:?}");
        let endpoint = read(format!("Endpoint/{}", marys.endpoints[0].id)).await;
        let payload = if view == "ndh" { "not-applicable" } else { "NA" };
        assert_eq!(endpoint["payloadType"][0]["coding"][0]["code"], payload);
        let location = read(format!("Location/{}", marys.locations[0].id)).await;
        assert!(location["name"].is_string() && location["status"] == "active" && location.get("mode").is_none());
        let service = read(format!("HealthcareService/{}", ids::service(&marys.id, &marys.portals[0].id))).await;
        assert!(service["active"] == true && service["category"].as_array().is_some_and(|all| !all.is_empty()));
        let tie = read(format!("OrganizationAffiliation/{}", ids::affiliation(&marys.id))).await;
        assert_eq!(tie["active"], true, "{tie}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_profile_demands_and_nobody_says_is_left_out_and_counted() {
    let server = Server::new().await;
    let mut more = listings();
    let nowhere = OrganizationFacts { places: Vec::new(), ..hospital("Nowhere") };
    more.push(listing("nowhere", nowhere));
    server.load("2026-11-02", more).await;
    let (bare, nowhere) = (server.named("somewhere-care-tampa-fl").await, server.named("nowhere").await);
    let read = async |view: &str, id: String| server.get(&format!("{view}/Organization/{id}")).await;
    for view in ["/fhir/plan-net", "/fhir/ndh"] {
        let answer = read(view, bare.id.to_string()).await;
        assert_eq!((answer.status, answer.issue().as_str()), (StatusCode::NOT_FOUND, "not-found"), "{view}");
        assert!(answer.text.contains(&format!("{PUBLIC}/fhir/Organization/{}", bare.id)), "{}", answer.text);
        let place = server.get(&format!("{view}/Location/{}", bare.locations[0].id)).await;
        assert_eq!(place.status, StatusCode::NOT_FOUND, "what is made of it is left out too");
    }
    assert_eq!(read("/fhir", bare.id.to_string()).await.status, StatusCode::OK);
    // Mary Health and Nowhere have no place; only Plan-Net wants one.
    assert_eq!(read("/fhir/plan-net", nowhere.id.to_string()).await.status, StatusCode::NOT_FOUND);
    assert_eq!(read("/fhir/ndh", nowhere.id.to_string()).await.status, StatusCode::OK);
    let told = async |view: &str| {
        let read = server.get(&format!("{view}/metadata")).await.json();
        read["implementation"]["description"].as_str().unwrap().to_owned()
    };
    let plan_net = told("/fhir/plan-net").await;
    assert!(plan_net.contains("left out: 3 (no-type 1, no-address 2)"), "{plan_net}");
    let ndh = told("/fhir/ndh").await;
    assert!(ndh.contains("left out: 1 (no-type 1)"), "{ndh}");
    assert!(!told("/fhir").await.contains("left out"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_statement_of_each_view_is_true() {
    let server = Server::new().await;
    let marys = server.marys().await;
    for view in ["/fhir", "/fhir/plan-net", "/fhir/ndh"] {
        let answer = server.get(&format!("{view}/metadata")).await;
        assert_eq!(answer.status, StatusCode::OK);
        let read = answer.json();
        assert_eq!(
            (&read["resourceType"], &read["fhirVersion"], &read["kind"]),
            (&json!("CapabilityStatement"), &json!("4.0.1"), &json!("instance"))
        );
        assert!(
            read["status"].is_string()
                && read["date"].is_string()
                && read["format"].as_array().is_some_and(|f| !f.is_empty())
        );
        assert_eq!(read["implementation"]["url"], format!("{PUBLIC}{view}"), "cpb-14, and a base of its own");
        let rest = &read["rest"][0];
        assert_eq!((&rest["mode"], &rest["security"]["cors"]), (&json!("server"), &json!(true)));
        let resources = rest["resource"].as_array().unwrap();
        let mut types: Vec<&str> = resources.iter().map(|one| one["type"].as_str().unwrap()).collect();
        let count = types.len();
        types.sort_unstable();
        types.dedup();
        assert_eq!(types.len(), count, "cpb-9: each type once");
        assert!(
            !types.contains(&"InsurancePlan") && !types.contains(&"PractitionerRole"),
            "nothing is claimed that is not held"
        );
        for resource in resources.iter().filter(|one| one["interaction"].as_array().unwrap().len() > 1) {
            let conditional = if resource["type"] == "Endpoint" { "not-match" } else { "full-support" };
            assert_eq!(
                (&resource["versioning"], &resource["conditionalRead"]),
                (&json!("versioned"), &json!(conditional))
            );
            let mut names: Vec<&str> = resource["searchParam"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|one| one["name"].as_str().unwrap())
                .collect();
            let count = names.len();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), count, "cpb-12: {}", resource["type"]);
        }
        // Each claimed type can be read in the view.
        for path in [
            format!("Organization/{}", marys.id),
            format!("Endpoint/{}", marys.endpoints[0].id),
            format!("Location/{}", marys.locations[0].id),
            format!("HealthcareService/{}", ids::service(&marys.id, &marys.portals[0].id)),
            format!("OrganizationAffiliation/{}", ids::affiliation(&marys.id)),
        ] {
            assert_eq!(server.get(&format!("{view}/{path}")).await.status, StatusCode::OK, "{view}/{path}");
        }
        assert_eq!(server.get(&format!("{view}/metadata?mode=terminology")).await.status, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_our_own_is_defined_where_it_says() {
    let server = Server::new().await;
    for path in [
        "CodeSystem/kind",
        "CodeSystem/service",
        "CodeSystem/affiliation",
        "StructureDefinition/sign-up",
        "StructureDefinition/successor",
        "SearchParameter/endpoint-address",
    ] {
        let read = server.get(&format!("/fhir/{path}")).await.json();
        assert_eq!(read["url"], format!("{PUBLIC}/fhir/{path}"));
        assert_eq!(Some(read["id"].as_str().unwrap()), path.rsplit('/').next());
    }
    let ids = server.get("/fhir/NamingSystem/id").await.json();
    assert_eq!(ids["uniqueId"][0]["value"], format!("{PUBLIC}/fhir/NamingSystem/id"));
    let kinds = server.get("/fhir/CodeSystem/kind").await.json();
    assert_eq!(kinds["count"].as_u64().unwrap() as usize, kinds["concept"].as_array().unwrap().len());
    let answer = server.get("/fhir/CodeSystem/nothing").await;
    assert_eq!((answer.status, answer.issue().as_str()), (StatusCode::NOT_FOUND, "not-found"));
}
