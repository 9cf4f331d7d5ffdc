//! A list without fault passes; each rule, broken once, is named, and no other error with it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::*;

const NOW: i64 = 1_795_700_000_000_000;
const TIME: &str = "2026-11-20T08:00:00Z";
const ORGANIZATION_TYPE: &str = "http://terminology.hl7.org/CodeSystem/organization-type";
const PORTAL: &str = "http://hl7.org/fhir/StructureDefinition/organization-portal";
const BRAND: &str = "http://hl7.org/fhir/StructureDefinition/organization-brand";

fn endpoint(id: &str) -> Value {
    json!({"fullUrl": format!("https://ehr.riverside.org/fhir/Endpoint/{id}"), "resource": {
        "resourceType": "Endpoint", "id": id, "meta": {"lastUpdated": TIME},
        "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/endpoint-fhir-version", "valueCode": "4.0.1"}],
        "status": "active",
        "connectionType": {"system": "http://terminology.hl7.org/CodeSystem/endpoint-connection-type", "code": "hl7-fhir-rest"},
        "contact": [{"system": "url", "value": "https://developers.riverside.org/"}],
        "payloadType": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/endpoint-payload-type", "code": "none"}]}],
        "address": format!("https://fhir.riverside.org/{id}")}})
}

fn brand(id: &str, npi: &str) -> Value {
    json!({"fullUrl": format!("https://ehr.riverside.org/fhir/Organization/{id}"), "resource": {
        "resourceType": "Organization", "id": id, "meta": {"lastUpdated": TIME}, "active": true,
        "identifier": [{"system": "urn:ietf:rfc:3986", "value": format!("https://{id}.riverside.org")},
            {"system": "http://hl7.org/fhir/sid/us-npi", "value": npi}],
        "type": [{"coding": [{"system": ORGANIZATION_TYPE, "code": "prov"}]}],
        "name": format!("Riverside {id} Hospital"),
        "telecom": [{"system": "url", "value": "https://www.riverside.org/"}],
        "address": [{"city": "Boise", "state": "ID", "country": "US"}]}})
}

/// A health system with a portal, and a part of it that has the portal through it: in the spirit of the official second
/// example.
fn good() -> Value {
    let mut top = brand("top", "1234567893");
    top["resource"]["endpoint"] = json!([{"reference": "Endpoint/first"}, {"reference": "Endpoint/other"}]);
    top["resource"]["extension"] = json!([
        {"url": BRAND, "extension": [
            {"url": "brandLogo", "valueUrl": "https://riverside.org/logo.svg"},
            {"url": "brandLogoLicenseType", "valueCoding": {"system": "http://hl7.org/fhir/spdx-license", "code": "CC0-1.0"}}]},
        {"url": PORTAL, "extension": [
            {"url": "portalName", "valueString": "MyRiver"},
            {"url": "portalDescription", "valueMarkdown": "Results *today*, 5 < 6"},
            {"url": "portalUrl", "valueUrl": "https://my.riverside.org/"},
            {"url": "portalEndpoint", "valueReference": {"reference": "Endpoint/first"}}]}]);
    let mut part = brand("part", "1992856819");
    part["resource"]["partOf"] = json!({"reference": "Organization/top"});
    json!({"resourceType": "Bundle", "meta": {"lastUpdated": TIME}, "type": "collection", "timestamp": TIME,
        "entry": [endpoint("first"), endpoint("other"), top, part]})
}

fn report(list: &Value) -> Report {
    check(list.to_string().as_bytes(), NOW)
}

fn rules(report: &Report) -> BTreeSet<&'static str> {
    report.counts.keys().map(|rule| rule.code()).collect()
}

/// What a change of the good list breaks.
fn after(change: impl FnOnce(&mut Value)) -> Report {
    let mut list = good();
    change(&mut list);
    report(&list)
}

fn resource(list: &mut Value, n: usize) -> &mut Value {
    &mut list["entry"][n]["resource"]
}

fn remove(value: &mut Value, name: &str) {
    value.as_object_mut().unwrap().remove(name).unwrap_or_else(|| panic!("no {name} in {value}"));
}

#[test]
fn a_list_without_fault_has_none() {
    let report = report(&good());
    assert_eq!(report.findings, []);
    assert_eq!((report.entries, report.brands, report.endpoints), (4, 2, 2));
}

#[test]
fn references_of_all_three_styles_are_followed() {
    let absolute = after(|list| {
        let text = list.to_string().replace("\"Endpoint/", "\"https://ehr.riverside.org/fhir/Endpoint/");
        *list =
            serde_json::from_str(&text.replace("\"Organization/", "\"https://ehr.riverside.org/fhir/Organization/"))
                .unwrap();
    });
    assert_eq!(absolute.findings, []);
    let urn = after(|list| {
        let text = list.to_string();
        let text = text.replace("https://ehr.riverside.org/fhir/Organization/", "urn:uuid:0000-");
        let text = text.replace("https://ehr.riverside.org/fhir/Endpoint/", "urn:uuid:1111-");
        let text = text.replace("\"Endpoint/", "\"urn:uuid:1111-").replace("\"Organization/", "\"urn:uuid:0000-");
        *list = serde_json::from_str(&text).unwrap();
    });
    assert_eq!(urn.findings, []);
}

/// A rule, and a change that breaks it alone.
type Break = (&'static str, fn(&mut Value));

const BREAKS: &[Break] = &[
    ("not-a-bundle", |l| l["resourceType"] = json!("Patient")),
    ("bundle-type", |l| l["type"] = json!("searchset")),
    ("timestamp-missing", |l| remove(l, "timestamp")),
    ("timestamp-bad", |l| l["timestamp"] = json!("2026-11-20")),
    ("timestamp-future", |l| l["timestamp"] = json!("2027-11-20T00:00:00Z")),
    ("timestamp-old", |l| l["timestamp"] = json!("2026-07-20T00:00:00Z")),
    ("meta-last-updated", |l| l["meta"] = json!({"profile": []})),
    ("total-given", |l| l["total"] = json!(4)),
    ("search-given", |l| l["entry"][0]["search"] = json!({"mode": "match"})),
    ("no-entries", |l| remove(l, "entry")),
    ("entry-unreadable", |l| l["entry"].as_array_mut().unwrap().push(json!({"fullUrl": "urn:uuid:1"}))),
    ("other-resource", |l| {
        let location = json!({"fullUrl": "urn:uuid:1", "resource": {"resourceType": "Location", "id": "l"}});
        l["entry"].as_array_mut().unwrap().push(location);
    }),
    ("id-missing", |l| remove(resource(l, 2), "id")),
    ("id-bad", |l| {
        resource(l, 2)["id"] = json!("a_b");
        l["entry"][2]["fullUrl"] = json!("https://ehr.riverside.org/fhir/Organization/a_b");
        resource(l, 3)["partOf"]["reference"] = json!("Organization/a_b");
    }),
    ("id-prefix", |l| {
        let text = l
            .to_string()
            .replace("Endpoint/other", "Endpoint/first-2")
            .replace("\"id\":\"other\"", "\"id\":\"first-2\"");
        *l = serde_json::from_str(&text).unwrap();
    }),
    ("full-url-missing", |l| remove(&mut l["entry"][3], "fullUrl")),
    ("full-url-relative", |l| l["entry"][3]["fullUrl"] = json!("Organization/part")),
    ("full-url-versioned", |l| {
        l["entry"][3]["fullUrl"] = json!("https://ehr.riverside.org/fhir/Organization/part/_history/1");
    }),
    ("full-url-twice", |l| {
        let mut again = l["entry"][3].clone();
        again["resource"]["identifier"] = json!([{"system": "urn:ietf:rfc:3986", "value": "https://again.riverside.org"},
            {"system": "https://riverside.org/ids", "value": "7"}]);
        l["entry"].as_array_mut().unwrap().push(again);
    }),
    ("full-url-other-id", |l| l["entry"][3]["fullUrl"] = json!("https://ehr.riverside.org/fhir/Organization/else")),
    ("last-updated-missing", |l| remove(resource(l, 3), "meta")),
    ("name-missing", |l| remove(resource(l, 3), "name")),
    ("test-name", |l| resource(l, 3)["name"] = json!("Acme Test Hospital")),
    ("inactive", |l| resource(l, 3)["active"] = json!(false)),
    ("telecom-count", |l| resource(l, 3)["telecom"] = json!([])),
    ("telecom-count", |l| {
        let site = json!({"system": "url", "value": "https://riverside.org"});
        resource(l, 3)["telecom"].as_array_mut().unwrap().push(site);
    }),
    ("telecom-not-url", |l| resource(l, 3)["telecom"][0]["system"] = json!("phone")),
    ("telecom-no-value", |l| remove(&mut resource(l, 3)["telecom"][0], "value")),
    ("absent-reason", |l| {
        let why = json!({"extension": [{"url": super::super::terms::DATA_ABSENT, "valueCode": "unknown"}]});
        resource(l, 3)["telecom"] = json!([{"system": "url", "_value": why}]);
    }),
    ("address-unsafe", |l| resource(l, 3)["telecom"][0]["value"] = json!("javascript:alert(1)")),
    ("address-unsafe", |l| resource(l, 0)["address"] = json!("https://10.0.0.1/fhir")),
    ("address-http", |l| resource(l, 3)["telecom"][0]["value"] = json!("http://www.riverside.org/")),
    ("address-http", |l| resource(l, 0)["address"] = json!("http://fhir.riverside.org/r4")),
    ("category-missing", |l| remove(resource(l, 3), "type")),
    ("category-unknown", |l| resource(l, 3)["type"][0]["coding"][0]["code"] = json!("hospital")),
    ("category-system", |l| {
        resource(l, 3)["type"][0]["coding"][0]["system"] = json!("http://hl7.org/fhir/organization-type");
    }),
    ("identifier-web-missing", |l| drop(resource(l, 3)["identifier"].as_array_mut().unwrap().remove(0))),
    ("identifier-web-form", |l| resource(l, 3)["identifier"][0]["value"] = json!("https://www.riverside.org")),
    ("identifier-web-form", |l| resource(l, 3)["identifier"][0]["value"] = json!("https://riverside.org/a")),
    ("identifier-no-value", |l| resource(l, 3)["identifier"].as_array_mut().unwrap().push(json!({"system": "urn:x"}))),
    ("identifier-no-system", |l| resource(l, 3)["identifier"].as_array_mut().unwrap().push(json!({"value": "7"}))),
    ("identifier-shared", |l| resource(l, 3)["identifier"][1]["value"] = json!("1234567893")),
    ("use-home", |l| resource(l, 3)["address"][0]["use"] = json!("home")),
    ("use-home", |l| resource(l, 3)["telecom"][0]["use"] = json!("home")),
    ("country", |l| resource(l, 3)["address"][0]["country"] = json!("United States of America")),
    ("part-unknown", |l| resource(l, 2)["extension"][1]["extension"][0]["url"] = json!("portalTitle")),
    ("part-twice", |l| {
        let again = json!({"url": "portalName", "valueString": "Again"});
        resource(l, 2)["extension"][1]["extension"].as_array_mut().unwrap().push(again);
    }),
    ("part-type", |l| {
        resource(l, 2)["extension"][1]["extension"][2] =
            json!({"url": "portalUrl", "valueString": "https://my.riverside.org/"});
    }),
    ("part-type", |l| resource(l, 2)["extension"][1]["extension"][0]["valueCode"] = json!("two-values")),
    ("portal-empty", |l| resource(l, 3)["extension"] = json!([{"url": PORTAL}])),
    ("portal-no-url", |l| drop(resource(l, 2)["extension"][1]["extension"].as_array_mut().unwrap().remove(2))),
    ("logo-large", |l| {
        resource(l, 2)["extension"][0]["extension"][0]["valueUrl"] =
            json!(format!("data:image/png;base64,{}", "A".repeat(200_000)));
    }),
    ("description-html", |l| resource(l, 2)["extension"][1]["extension"][1]["valueMarkdown"] = json!("<b>Hi</b>")),
    ("uab-1", |l| {
        resource(l, 2)["extension"][1]["extension"][3]["valueReference"]["reference"] =
            json!("https://ehr.riverside.org/fhir/Endpoint/first");
    }),
    ("reference-empty", |l| resource(l, 3)["partOf"] = json!({"display": "Riverside"})),
    ("reference-unresolved", |l| {
        resource(l, 2)["endpoint"].as_array_mut().unwrap().push(json!({"reference": "Endpoint/none"}));
    }),
    ("reference-loose", |l| resource(l, 3)["partOf"]["reference"] = json!("https://elsewhere.org/Organization/top")),
    ("part-of-deep", |l| {
        let mut deep = brand("deep", "1881761864");
        deep["resource"]["partOf"] = json!({"reference": "Organization/part"});
        deep["resource"]["endpoint"] = json!([{"reference": "Endpoint/first"}]);
        l["entry"].as_array_mut().unwrap().push(deep);
    }),
    ("part-of-circle", |l| resource(l, 2)["partOf"] = json!({"reference": "Organization/part"})),
    ("hti-identifier", |l| drop(resource(l, 3)["identifier"].as_array_mut().unwrap().remove(1))),
    ("hti-location", |l| remove(resource(l, 3), "address")),
    ("hti-endpoint", |l| remove(resource(l, 3), "partOf")),
    ("endpoint-status", |l| resource(l, 0)["status"] = json!("up")),
    ("endpoint-not-active", |l| resource(l, 0)["status"] = json!("suspended")),
    ("connection-type", |l| resource(l, 0)["connectionType"]["code"] = json!("direct-project")),
    ("version-missing", |l| remove(resource(l, 0), "extension")),
    ("version-unknown", |l| resource(l, 0)["extension"][0]["valueCode"] = json!("R4")),
    ("contact-missing", |l| remove(resource(l, 0), "contact")),
    ("configuration-url", |l| resource(l, 0)["contact"][0]["value"] = json!("http://developers.riverside.org/")),
    ("payload-type", |l| resource(l, 0)["payloadType"][0]["coding"][0]["code"] = json!("any")),
    ("endpoint-address-missing", |l| remove(resource(l, 0), "address")),
    ("endpoint-orphan", |l| drop(resource(l, 2)["endpoint"].as_array_mut().unwrap().remove(1))),
    ("endpoint-twice", |l| resource(l, 1)["address"] = json!("https://fhir.riverside.org/first/")),
];

#[test]
fn each_rule_broken_once_is_named_alone() {
    // What cannot be broken without another rule: parts follow parents into circles and depths, ids are in addresses.
    let beside: &[(&str, &[&str])] = &[
        ("id-missing", &["reference-loose"]),
        ("full-url-missing", &["reference-loose"]),
        ("full-url-versioned", &["reference-loose"]),
        ("full-url-relative", &["full-url-other-id", "reference-loose"]),
        ("reference-empty", &["hti-endpoint"]),
        ("full-url-twice", &["identifier-shared"]),
    ];
    for (code, change) in BREAKS {
        let report = after(change);
        let mut found = rules(&report);
        assert!(found.remove(code), "{code}: {:?}", report.findings);
        let may: &[&str] = beside.iter().find(|(known, _)| known == code).map_or(&[], |(_, may)| may);
        found.retain(|other| !may.contains(other));
        assert!(found.is_empty(), "{code} is named with {found:?}: {:?}", report.findings);
    }
    let tested: BTreeSet<&str> =
        BREAKS.iter().map(|(code, _)| *code).chain(["too-large", "not-json", "too-deep"]).collect();
    let all: BTreeSet<&str> = Rule::ALL.iter().map(|rule| rule.code()).collect();
    assert_eq!(tested, all, "each rule has a test");
}

#[test]
fn what_is_no_list_is_said_in_bounded_time() {
    for (bytes, code) in [
        (b"".to_vec(), "not-json"),
        (b"<html><body>Sign in</body></html>".to_vec(), "not-json"),
        (b"{\"resourceType\":\"Bundle\",\"entry\":[".to_vec(), "not-json"),
        (b"[]".to_vec(), "not-a-bundle"),
        (b"7".to_vec(), "not-a-bundle"),
        (b"{\"resourceType\":\"Bundle\",\"entry\":7}".to_vec(), "not-a-bundle"),
        (vec![b'['; 5_000_000], "too-deep"),
        ("{\"a\":".repeat(1_000_000).into_bytes(), "too-deep"),
    ] {
        let report = check(&bytes, NOW);
        assert_eq!(
            rules(&report),
            BTreeSet::from([code]),
            "{}",
            String::from_utf8_lossy(&bytes[..bytes.len().min(40)])
        );
    }
    assert_eq!(rules(&too_large()), BTreeSet::from(["too-large"]));
}

#[test]
fn of_many_findings_some_are_kept_and_all_are_counted() {
    let entries: Vec<Value> = (0..1_000).map(|n| endpoint(&format!("e{n:04}"))).collect();
    let report = report(&json!({"resourceType": "Bundle", "type": "collection", "timestamp": TIME, "entry": entries}));
    assert_eq!(report.counts[&Rule::EndpointOrphan], 1_000);
    assert_eq!(report.findings.len(), KEPT);
    assert_eq!(report.findings[3].path, "Bundle.entry[3].resource");
}

#[test]
fn the_officials_examples_pass() {
    let Some(data) = std::env::var_os("CONNECTOR_REAL_DATA") else { return };
    for number in 1..=4 {
        let name = format!("brands/smart-app-launch-2.2.0_Bundle-example{number}.json");
        let Ok(bytes) = std::fs::read(std::path::Path::new(&data).join(&name)) else { return };
        let report = check(&bytes, NOW);
        assert_eq!(report.count(Severity::Error), 0, "{name}: {:?}", report.findings);
    }
}

#[test]
fn an_outcome_says_where_and_how_to_mend_it() {
    let report = after(|list| list["type"] = json!("batch"));
    let outcome = outcome(&report, &|finding| format!("{} mended", finding.value), "good");
    assert_eq!(outcome["issue"][0]["severity"], "error");
    assert_eq!(outcome["issue"][0]["expression"], json!(["Bundle.type"]));
    assert_eq!(outcome["issue"][0]["diagnostics"], "batch mended");
    assert_eq!(super::outcome(&Report::default(), &|_| String::new(), "good")["issue"][0]["diagnostics"], "good");
}
