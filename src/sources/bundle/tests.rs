//! Bundles of every shape, and the traps of published lists.

use serde_json::{Value, json};

use super::*;
use crate::{
    model::{identifier::System, kind::Kind},
    sources::{
        Outcome,
        input::tests::{listing, real, rows, rows_at, tally},
    },
};

const PORTAL: &str = "http://hl7.org/fhir/StructureDefinition/organization-portal";
const VERSION: &str = "http://hl7.org/fhir/StructureDefinition/endpoint-fhir-version";

fn bundle(entries: &[Value]) -> String {
    json!({"resourceType": "Bundle", "type": "collection", "entry": entries}).to_string()
}

#[expect(clippy::needless_pass_by_value, reason = "tests read better with json!(…) as the last argument")]
fn entry(url: &str, resource: Value) -> Value {
    json!({"fullUrl": url, "resource": resource})
}

#[expect(clippy::needless_pass_by_value, reason = "tests read better with json!(…) as the last argument")]
fn organization(id: &str, more: Value) -> Value {
    let mut resource = json!({"resourceType": "Organization", "id": id, "name": format!("Name {id}")});
    for (key, value) in more.as_object().unwrap() {
        resource[key] = value.clone();
    }
    entry(&format!("https://ehr.org/Organization/{id}"), resource)
}

fn endpoint(id: &str, address: &str) -> Value {
    entry(
        &format!("https://ehr.org/Endpoint/{id}"),
        json!({"resourceType": "Endpoint", "id": id, "status": "active", "address": address,
               "connectionType": {"code": "hl7-fhir-rest"}}),
    )
}

fn refers(references: &[&str]) -> Value {
    let list: Vec<Value> = references.iter().map(|r| json!({"reference": r})).collect();
    json!({"endpoint": list})
}

fn portal(url: &str) -> Value {
    json!({"extension": [{"url": PORTAL, "extension": [{"url": "portalUrl", "valueUrl": url}]}]})
}

fn read_rows(entries: &[Value]) -> Vec<Row> {
    rows(bundle(entries)).unwrap().1
}

fn codes(row: &Row) -> Vec<&str> {
    row.notes.iter().map(|note| note.code.as_str()).collect()
}

#[test]
fn reasons_why_a_web_site_is_missing_are_told_in_our_own_codes() {
    let absent = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";
    for (said, code) in
        [("asked-declined", "asked_declined"), ("x\u{1b}]0;owned\u{7}", "no_web_site"), ("unknown", "no_web_site")]
    {
        let list = serde_json::json!({ "resourceType": "Bundle", "type": "collection", "entry": [{ "resource": {
            "resourceType": "Organization", "id": "1", "name": "Good Clinic", "telecom": [{ "system": "url",
            "_value": { "extension": [{ "url": absent, "valueCode": said }] } }] } }] });
        let (_, rows) = rows(list.to_string()).unwrap();
        let codes: Vec<&str> = rows[0].notes.iter().map(|note| note.code.as_str()).collect();
        assert_eq!(codes, [code]);
    }
}

#[test]
fn trap_01_references_of_every_style() {
    let rows = read_rows(&[
        organization("rel", refers(&["Endpoint/e"])),
        organization("abs", refers(&["https://other.org/fhir/Endpoint/x"])),
        organization("bare", refers(&["e"])),
        organization("gone", refers(&["Endpoint/gone"])),
        entry(
            "urn:uuid:0b0b",
            json!({"resourceType": "Organization", "id": "u", "name": "By uuid", "endpoint": [{"reference": "urn:uuid:0e0e"}]}),
        ),
        endpoint("e", "https://fhir.ehr.org/R4/"),
        entry(
            "https://other.org/fhir/Endpoint/x",
            json!({"resourceType": "Endpoint", "status": "active", "address": "https://fhir.other.org/R4"}),
        ),
        entry(
            "urn:uuid:0e0e",
            json!({"resourceType": "Endpoint", "status": "active", "address": "https://fhir.uuid.org/R4"}),
        ),
    ]);
    let address = |n: usize| listing(&rows[n]).1.endpoints.first().map(|e| e.at.url.as_str());
    assert_eq!(rows.len(), 5, "endpoints that belong to somebody are no rows");
    assert_eq!(address(0), Some("https://fhir.ehr.org/R4"));
    assert_eq!(address(1), Some("https://fhir.other.org/R4"));
    assert_eq!(address(2), Some("https://fhir.ehr.org/R4"));
    assert_eq!(address(3), None);
    assert_eq!(codes(&rows[3]), ["unresolved_reference"]);
    assert_eq!(address(4), Some("https://fhir.uuid.org/R4"));
    assert_eq!(listing(&rows[4]).0.key, "urn:uuid:0b0b");
}

#[test]
fn trap_01_the_same_id_on_two_servers_is_never_guessed() {
    let on = |server: &str, kind: &str, more: Value| {
        let mut resource = json!({"resourceType": kind, "id": "1", "name": server, "status": "active"});
        for (key, value) in more.as_object().unwrap() {
            resource[key] = value.clone();
        }
        entry(&format!("https://{server}/{kind}/1"), resource)
    };
    let rows = read_rows(&[
        on("a.org", "Organization", refers(&["Endpoint/1"])),
        on("b.org", "Organization", refers(&["Endpoint/1"])),
        on("c.org", "Organization", refers(&["Endpoint/1"])),
        on("b.org", "Endpoint", json!({"address": "https://fhir.b.org"})),
        on("a.org", "Endpoint", json!({"address": "https://fhir.a.org"})),
    ]);
    assert_eq!(listing(&rows[0]).1.endpoints[0].at.host(), "fhir.a.org");
    assert_eq!(listing(&rows[1]).1.endpoints[0].at.host(), "fhir.b.org");
    assert!(listing(&rows[2]).1.endpoints.is_empty());
}

#[test]
fn trap_02_doors_only_on_the_parent() {
    let mut parent = portal("https://portal.ehr.org/");
    parent["endpoint"] = json!([{"reference": "Endpoint/e"}]);
    let rows = read_rows(&[
        organization("child", json!({"partOf": {"reference": "Organization/parent"}})),
        organization("parent", parent),
        endpoint("e", "https://fhir.ehr.org/R4"),
    ]);
    let (child, facts) = listing(&rows[0]);
    let parent = "https://ehr.org/Organization/parent";
    assert_eq!(facts.part_of.as_deref(), Some(parent));
    assert_eq!(facts.part_of_name.as_deref(), Some("Name parent"));
    assert_eq!(facts.endpoints[0].through.as_deref(), Some(parent));
    assert_eq!(facts.portals[0].through.as_deref(), Some(parent));
    assert!(child.strong.is_empty(), "the parent's endpoint does not mark the child");
    assert_eq!(listing(&rows[1]).0.strong, ["end:fhir.ehr.org/r4"]);
}

#[test]
fn trap_03_categories_whatever_their_code_system() {
    let typed = |id: &str, name: &str, system: &str, code: &str| {
        organization(id, json!({"name": name, "type": [{"coding": [{"system": system, "code": code}]}]}))
    };
    let r4 = "http://hl7.org/fhir/organization-type";
    let tho = "http://terminology.hl7.org/CodeSystem/organization-type";
    let rows = read_rows(&[
        typed("1", "Acme", r4, "laboratory"),
        typed("2", "Acme", tho, "ins"),
        typed("3", "Acme", tho, "prov"),
        typed("4", "Acme General Hospital", tho, "prov"),
        typed("5", "Acme", tho, "bus"),
        organization("6", json!({"name": "Acme Pharmacy"})),
    ]);
    let kinds: Vec<&[Kind]> = rows.iter().map(|row| listing(row).1.kinds.as_slice()).collect();
    assert_eq!(
        kinds,
        [&[Kind::Laboratory][..], &[Kind::Insurer], &[Kind::Clinic], &[Kind::Hospital], &[], &[Kind::Pharmacy]]
    );
}

#[test]
fn trap_04_and_05_bundles_without_meta_or_timestamp() {
    let entries = json!([organization("a", json!({}))]);
    for head in [
        json!({"resourceType": "Bundle", "entry": entries}),
        json!({"resourceType": "Bundle", "meta": {}, "type": "collection", "total": 1, "entry": entries}),
        json!({"resourceType": "Bundle", "type": "searchset", "entry": entries, "link": []}),
    ] {
        assert_eq!(rows(head.to_string()).unwrap().1.len(), 1);
    }
    assert_eq!(rows(r#"{"resourceType":"Bundle"}"#).unwrap().1.len(), 0);
}

#[test]
fn trap_06_numbers_and_their_spellings() {
    let rows = read_rows(&[organization(
        "a",
        json!({"identifier": [
            {"system": "http://hl7.org/fhir/sid/us-npi", "value": "1234567893"},
            {"system": "http://hl7.org.fhir/sid/us-npi", "value": "1234567893"},
            {"system": "https://own.org/ids", "type": {"coding": [{"code": "NPI"}]}, "value": "1992856819"},
            {"system": "http://hl7.org/fhir/sid/us-npi", "value": "1234567890"},
            {"system": "urn:oid:2.16.840.1.113883.4.4", "value": "12-3456789"},
            {"system": "https://own.org/tax", "type": {"coding": [{"code": "TAX"}]}, "value": "98-7654321"},
            {"system": "http://hl7.org/fhir/sid/us-ssn", "value": "123-45-6789"},
            {"system": "urn:ietf:rfc:3986", "value": "urn:oid:2.16.840.1.113883.3.3771"},
            {"system": "https://own.org/mail", "value": "someone@own.org"},
            {"system": "https://own.org/ids"},
        ]}),
    )]);
    let (listing, facts) = listing(&rows[0]);
    let of = |system: System| {
        facts.identifiers.iter().filter(|i| i.system == system).map(|i| i.value.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(of(System::Npi), ["1234567893", "1992856819"]);
    assert_eq!(of(System::Ein), ["123456789", "987654321"]);
    assert_eq!(of(System::Other), Vec::<&str>::new());
    assert_eq!(codes(&rows[0]), ["bad_identifier", "private_number", "private_number", "bad_identifier"]);
    assert_eq!(listing.strong, ["npi:1234567893", "npi:1992856819", "oid:urn:oid:2.16.840.1.113883.3.3771"]);
    assert!(!format!("{rows:?}").contains("123-45-6789") && !format!("{rows:?}").contains("someone@"));
}

#[test]
fn trap_07_brands_that_share_an_endpoint_and_a_website() {
    let brand = |id: &str| {
        let mut more = refers(&["Endpoint/e"]);
        more["telecom"] = json!([{"system": "url", "value": "https://umbrella.org"}]);
        organization(id, more)
    };
    let rows = read_rows(&[brand("one"), brand("two"), endpoint("e", "https://fhir.ehr.org/R4")]);
    for row in &rows {
        let (listing, facts) = listing(row);
        assert_eq!(facts.endpoints.len(), 1);
        assert!(facts.website.is_some());
        assert!(listing.strong.is_empty(), "what two share marks neither");
    }
}

#[test]
fn trap_08_an_endpoint_says_its_versions_and_its_page_for_developers() {
    let mut with = endpoint("e", "https://fhir.ehr.org/R4/metadata");
    with["resource"]["extension"] = json!([{"url": VERSION, "valueCode": "4.0.0"}]);
    with["resource"]["contact"] =
        json!([{"system": "email", "value": "dev@ehr.org"}, {"system": "url", "value": "https://open.ehr.org"}]);
    let rows = read_rows(&[
        organization("a", refers(&["Endpoint/e", "Endpoint/f"])),
        with,
        endpoint("f", "https://fhir.ehr.org/DSTU2"),
    ]);
    let endpoints = &listing(&rows[0]).1.endpoints;
    assert_eq!(endpoints[0].at.url, "https://fhir.ehr.org/R4");
    assert_eq!(endpoints[0].fhir_versions, ["4.0.0"]);
    assert_eq!(endpoints[0].developers.as_ref().unwrap().url, "https://open.ehr.org/");
    assert!(endpoints[1].fhir_versions.is_empty(), "never guessed from the address");
}

#[test]
fn trap_09_one_endpoint_written_twice() {
    let rows = read_rows(&[
        organization("a", refers(&["Endpoint/e", "Endpoint/f", "Endpoint/e"])),
        endpoint("e", "https://FHIR.ehr.org/R4/"),
        endpoint("f", "https://fhir.ehr.org:443/r4/metadata"),
    ]);
    assert_eq!(listing(&rows[0]).1.endpoints.len(), 1);
}

#[test]
fn trap_13_addresses_that_must_not_be_published() {
    let all_bad = {
        let mut more = portal("javascript:alert(1)");
        more["endpoint"] = json!([{"reference": "Endpoint/inside"}]);
        organization("bad", more)
    };
    let some_good = {
        let mut more = portal("javascript:alert(1)");
        more["telecom"] = json!([
            {"system": "url", "value": "/contact"},
            {"system": "url", "value": "https://good.org"},
            {"system": "email", "value": "front@good.org"},
            {"system": "phone", "value": "208-555-0100"}]);
        organization("good", more)
    };
    let rows =
        read_rows(&[all_bad, some_good, endpoint("inside", "https://10.1.2.3/fhir"), organization("none", json!({}))]);
    let tally = tally(&rows);
    assert_eq!((tally["listing"], tally["quarantined not_http"]), (2, 1));
    let (_, facts) = listing(&rows[1]);
    assert!(facts.portals.is_empty() && facts.website.is_some());
    assert_eq!(facts.phone.as_deref(), Some("(208) 555-0100"));
    assert_eq!(codes(&rows[1]), ["not_http", "relative_address"]);
    let said = format!("{:?}", rows[1]);
    assert!(!said.contains("javascript") && !said.contains("front@"));
}

#[test]
fn trap_14_deep_and_circular_parents() {
    let part_of = |parent: &str| json!({"partOf": {"reference": format!("Organization/{parent}")}});
    let rows = read_rows(&[
        organization("top", portal("https://portal.ehr.org/")),
        organization("part", part_of("top")),
        organization("part-of-part", part_of("part")),
        organization("x", part_of("y")),
        organization("y", part_of("x")),
        organization("self", part_of("self")),
        organization("below-closed", part_of("closed")),
        organization("closed", json!({"active": false})),
    ]);
    let parent = |n: usize| listing(&rows[n]).1.part_of.as_deref();
    assert_eq!(parent(1), Some("https://ehr.org/Organization/top"));
    assert_eq!((parent(2), codes(&rows[2])), (None, vec!["too_deep"]));
    for n in [3, 4, 5] {
        assert_eq!((parent(n), codes(&rows[n])), (None, vec!["circle"]));
    }
    assert_eq!((parent(6), codes(&rows[6])), (None, vec!["inactive_parent"]));
    assert_eq!(tally(&rows)["ignored inactive"], 1);
    assert!(listing(&rows[2]).1.portals.is_empty());
}

#[test]
fn trap_18_a_long_bundle_breaks_or_ends() {
    let entries: Vec<Value> = (0..2_000)
        .flat_map(|n| {
            [
                organization(&format!("o{n}"), refers(&[&format!("Endpoint/e{n}")])),
                endpoint(&format!("e{n}"), &format!("https://fhir.ehr.org/{n}/R4")),
            ]
        })
        .collect();
    let whole = bundle(&entries);
    let (facts, all) = rows(&whole).unwrap();
    assert_eq!((facts.rows, all.len()), (4_000, 2_000));
    assert!(all.iter().all(|row| listing(row).1.endpoints.len() == 1));
    assert!(matches!(rows(&whole[..whole.len() - 100]), Err(FileError::Broken { .. })));
}

#[test]
fn endpoints_that_are_off_or_not_fhir() {
    let mut off = endpoint("off", "https://fhir.ehr.org/off");
    off["resource"]["status"] = json!("off");
    let mut direct = endpoint("direct", "mailto:records@ehr.org");
    direct["resource"]["connectionType"] = json!({"code": "direct-project"});
    let mut odd = endpoint("odd", "https://fhir.ehr.org/odd");
    odd["resource"]["connectionType"] = json!({"code": "direct-project"});
    let rows =
        read_rows(&[organization("a", refers(&["Endpoint/off", "Endpoint/direct", "Endpoint/odd"])), off, direct, odd]);
    let (_, facts) = listing(&rows[0]);
    assert_eq!(facts.endpoints.len(), 1);
    assert_eq!(facts.endpoints[0].at.url, "https://fhir.ehr.org/odd");
    assert_eq!(codes(&rows[0]), ["endpoint_not_active", "not_fhir"]);
}

#[test]
fn endpoints_without_an_organization() {
    let contained = |id: &str, name: &str| {
        json!({"resource": {"resourceType": "Endpoint", "id": id, "status": "active", "name": name,
            "contained": [{"resourceType": "Organization", "id": "same-for-all", "name": name}],
            "managingOrganization": {"reference": "same-for-all"}, "address": format!("https://fhir.ehr.org/{id}")}})
    };
    let mut named = endpoint("named", "https://fhir.ehr.org/named");
    named["resource"]["managingOrganization"] = json!({"display": "Named Hospital"});
    let mut managed = endpoint("managed", "https://fhir.ehr.org/managed");
    managed["resource"]["managingOrganization"] = json!({"reference": "Organization/owner"});
    let rows = read_rows(&[
        contained("1", "Kaiser – Georgia"),
        contained("2", "Kaiser – Oregon"),
        named,
        endpoint("orphan", "https://fhir.ehr.org/orphan"),
        managed,
        organization("owner", json!({})),
        json!({"resource": {"resourceType": "Location", "id": "l"}}),
        json!({"fullUrl": "x"}),
    ]);
    let keys: Vec<&str> = rows[..3].iter().map(|row| listing(row).0.key.as_str()).collect();
    assert_eq!(
        keys,
        ["Endpoint/1#kaiser georgia", "Endpoint/2#kaiser oregon", "https://ehr.org/Endpoint/named#named hospital"]
    );
    assert_eq!(listing(&rows[2]).1.kinds, [Kind::Hospital]);
    assert_eq!(listing(&rows[0]).0.strong, ["end:fhir.ehr.org/1"]);
    let tally = tally(&rows);
    assert_eq!(tally["ignored endpoint_without_organization"], 1);
    assert_eq!(tally["ignored other_resource"], 1);
    assert_eq!(tally["ignored malformed_row"], 1);
    let owner = listing(&rows[4]).1;
    assert_eq!(owner.endpoints[0].at.url, "https://fhir.ehr.org/managed");
}

#[test]
fn addresses_at_home_and_abroad() {
    let rows = read_rows(&[organization(
        "a",
        json!({"alias": ["Name A", "Other", "...(more here)...", "  other "], "address": [
            {"line": ["1 Main St", "Suite 2"], "city": "Boston", "state": "Massachusetts", "postalCode": "02114-1234", "country": "United States of America"},
            {"city": "San Juan", "country": "Puerto Rico"},
            {"line": ["1 Rue X"], "city": "Montreal", "state": "QC", "postalCode": "H2X 1Y4", "country": "Canada"},
            {"state": "...(more here)...", "country": "US"},
            {"text": "Somewhere in Ohio"},
            {"city": "Old Town", "use": "old"},
        ]}),
    )]);
    let (_, facts) = listing(&rows[0]);
    let places = &facts.places;
    assert_eq!(places.len(), 4);
    assert_eq!((places[0].state.as_deref(), places[0].zip.as_deref()), (Some("MA"), Some("02114")));
    assert_eq!(places[1].state.as_deref(), Some("PR"));
    assert_eq!((places[2].state.as_deref(), places[2].zip.as_deref()), (None, None));
    assert_eq!(places[2].lines, ["1 Rue X", "QC", "H2X 1Y4", "Canada"]);
    assert_eq!(places[3].lines, ["Somewhere in Ohio"]);
    assert_eq!(facts.aliases, ["Other"]);
}

#[test]
fn test_organizations_and_doubles() {
    let rows = read_rows(&[
        organization("t", json!({"name": "Acme Test Hospital"})),
        organization("a", json!({})),
        organization("a", json!({})),
        organization("a", json!({"name": "Another"})),
        organization("n", json!({"name": ""})),
    ]);
    let tally = tally(&rows);
    assert_eq!(tally["quarantined test_organization"], 1);
    assert_eq!(tally["ignored duplicate_row"], 1);
    assert_eq!(tally["ignored no_name"], 1);
    assert_eq!(tally["listing"], 2);
}

fn example(number: u8) -> Option<Vec<Row>> {
    let path = real(&format!("brands/smart-app-launch-2.2.0_Bundle-example{number}.json"))?;
    Some(rows_at(&path).unwrap().1)
}

#[test]
fn real_example_1_a_national_lab() {
    let Some(rows) = example(1) else { return };
    assert_eq!(rows.len(), 1);
    let (listing, facts) = listing(&rows[0]);
    assert_eq!(listing.key, "https://fhir.labs.example.com/Organization/examplelabs");
    assert_eq!((facts.name.as_str(), facts.kinds.as_slice()), ("ExampleLabs", &[Kind::Laboratory][..]));
    assert_eq!(facts.aliases, ["ExampleLabs Alaska", "ExampleLabs Wisconsin"]);
    assert_eq!(facts.portals[0].at.door.url, "https://healthcentral.labs.example.com/");
    assert_eq!(facts.portals[0].endpoints, ["https://fhir.labs.example.com/r4"]);
    assert_eq!(facts.endpoints[0].fhir_versions, ["4.0.1"]);
    assert_eq!(facts.places.len(), 2);
    assert!(facts.logos.is_empty() && codes(&rows[0]).contains(&"embedded_logo"));
}

#[test]
fn real_example_2_affiliates_through_their_parent() {
    let Some(rows) = example(2) else { return };
    assert_eq!(rows.len(), 3);
    let parent = "https://ehr.example.com/Organization/examplehealth";
    let (_, facts) = listing(&rows[0]);
    assert_eq!((facts.endpoints.len(), facts.portals.len(), facts.places.len()), (2, 1, 12));
    assert_eq!(facts.endpoints[0].fhir_versions, ["1.0.2"]);
    assert_eq!(facts.logos.len(), 1);
    for row in &rows[1..] {
        let (_, facts) = listing(row);
        assert_eq!(facts.part_of.as_deref(), Some(parent));
        assert_eq!(facts.portals[0].through.as_deref(), Some(parent));
        assert_eq!(facts.endpoints.len(), 2);
    }
    assert_eq!(listing(&rows[1]).1.kinds, [Kind::Hospital]);
}

#[test]
fn real_example_3_two_portals_on_other_hosts() {
    let Some(rows) = example(3) else { return };
    let (_, facts) = listing(&rows[0]);
    assert_eq!((rows.len(), facts.portals.len(), facts.endpoints.len()), (1, 2, 2));
    assert_eq!(facts.portals[1].endpoints, ["https://ehr2.example.org/ExampleHospital/api/FHIR/R4"]);
    assert!(facts.portals[0].description.as_ref().is_some_and(|d| d.ends_with("refill prescriptions.")));
}

#[test]
fn real_example_4_two_brands_one_endpoint() {
    let Some(rows) = example(4) else { return };
    assert_eq!(rows.len(), 2);
    for row in &rows {
        let (listing, facts) = listing(row);
        assert_eq!((facts.kinds.as_slice(), facts.endpoints.len()), (&[Kind::Insurer][..], 1));
        assert!(listing.strong.is_empty());
    }
}

#[test]
fn real_vendor_lists() {
    for (file, entries, count) in [
        ("oracle/millennium-patient-r4-2025-11.json", 2722, 1361),
        ("oracle/millennium-patient-r4-2026-02.json", 2718, 1359),
        ("lantern/epic-2021-r4-bundle.json", 265, 265),
    ] {
        let Some(path) = real(file) else { return };
        let (facts, rows) = rows_at(&path).unwrap();
        println!("{file} {:?} source {:?}", tally(&rows), facts.suggested_source);
        assert_eq!((facts.rows, rows.len()), (entries, count), "{file}");
        let keys: std::collections::BTreeSet<&str> = rows
            .iter()
            .filter(|row| matches!(row.outcome, Outcome::Listing(_)))
            .map(|row| listing(row).0.key.as_str())
            .collect();
        assert_eq!(keys.len(), tally(&rows)["listing"]);
    }
}
