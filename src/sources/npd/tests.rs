//! Lines written after the first records of published releases.

use std::{collections::BTreeMap, ops::ControlFlow, path::Path};

use serde_json::json;

use super::*;
use crate::{
    model::{identifier::System, kind::Kind as Of},
    sources::{
        FileFacts,
        input::tests::{facts, file, listing, tally},
        set,
    },
};

const NPI: &str = "http://terminology.hl7.org/NamingSystem/npi";
const VERIFIED: &str = "http://hl7.org/fhir/us/ndh/StructureDefinition/base-ext-verification-status";

fn organization(npi: &str, name: &str) -> Value {
    json!({
        "resourceType": "Organization", "id": format!("Organization-{npi}"), "extension": [{ "url": VERIFIED }],
        "identifier": [
            { "type": { "coding": [{ "code": "PRN" }], "text": "NPI" }, "system": NPI, "value": npi },
            { "type": { "coding": [{ "code": "TAX" }] }, "system": "https://npd.cms.gov/fhir/sid/us-pseudo-ein",
              "value": "6e5d8b3e-13d3-48be-9ed2-881d08f2c459" },
        ],
        "active": true,
        "type": [{ "coding": [{ "code": "prov" }], "text": "Healthcare Provider" }],
        "name": name,
        "telecom": [{ "system": "fax", "value": "5055550101" }, { "system": "phone", "value": "5055550100", "use": "work" },
                    { "system": "email", "value": "jane.roe@acme.example.org" }],
        "contact": [{ "name": { "text": "ZZPERSON" }, "telecom": [{ "system": "phone", "value": "5555550199" }] }],
    })
}

fn endpoint(id: &str, code: &str, address: &str) -> Value {
    json!({
        "resourceType": "Endpoint", "id": format!("Endpoint-{id}"), "status": "active",
        "connectionType": { "system": "http://terminology.hl7.org/CodeSystem/endpoint-connection-type", "code": code },
        "name": "An address", "address": address,
    })
}

fn location(id: &str, npi: &str, street: &str) -> Value {
    json!({
        "resourceType": "Location", "id": format!("Location-{id}"), "status": "active", "name": street,
        "telecom": [{ "system": "fax", "value": "9495550101" }, { "system": "phone", "value": "9495550100", "use": "work" }],
        "address": { "line": [street], "city": "NEWPORT BEACH", "state": "CA", "postalCode": "92660", "country": "US" },
        "position": { "longitude": -117.8, "latitude": 33.6 },
        "managingOrganization": { "reference": format!("Organization/Organization-{npi}") },
    })
}

fn with(mut resource: Value, field: &str, value: Value) -> Value {
    resource[field] = value;
    resource
}

fn lines(resources: &[Value]) -> Vec<u8> {
    resources.iter().flat_map(|resource| format!("{resource}\n").into_bytes()).collect()
}

type Read = Result<(Vec<FileFacts>, Vec<Vec<Row>>), (usize, FileError)>;

/// Rows of several files of one load, by file.
fn together(files: &[Vec<u8>]) -> Read {
    let files: Vec<_> = files.iter().map(file).collect();
    let paths: Vec<&Path> = files.iter().map(tempfile::NamedTempFile::path).collect();
    let mut rows = vec![Vec::new(); files.len()];
    let facts = set::read(&paths, &mut |file, row| {
        rows[file].push(row);
        ControlFlow::Continue(())
    })?;
    Ok((facts, rows))
}

fn told(codes: &[(&str, usize)]) -> BTreeMap<String, usize> {
    codes.iter().map(|(code, count)| ((*code).to_owned(), *count)).collect()
}

#[test]
fn one_with_thousands_of_parts_has_as_many_as_are_kept() {
    let many: Vec<Value> = (0..3_000).map(|n| json!({ "reference": format!("Endpoint/Endpoint-{n}") })).collect();
    let organizations = lines(&[
        organization("1992856819", "Bo's Lab"),
        with(organization("1234567893", "Acme Clinic"), "endpoint", json!(many)),
    ]);
    let endpoints: Vec<Value> = (0..3_000)
        .map(|n| {
            with(
                endpoint(&n.to_string(), "hl7-fhir-rest", &format!("https://fhir.acme.org/{n}/r4")),
                "managingOrganization",
                json!({ "reference": "Organization/Organization-1992856819" }),
            )
        })
        .collect();
    let (_, rows) = together(&[organizations, lines(&endpoints)]).unwrap();
    assert_eq!(facts(&rows[0][0]).endpoints.len(), PARTS);
    assert_eq!(facts(&rows[0][1]).endpoints.len(), PARTS);
    assert!(rows[0][1].notes.iter().any(|note| note.code == "too_many"), "{:?}", rows[0][1].notes);
}

#[test]
fn an_organization_has_its_endpoints_and_places() {
    let organizations = lines(&[
        with(
            organization("1234567893", "ACME UNIVERSITY STUDENT HEALTH CENTER"),
            "endpoint",
            json!([{ "reference": "Endpoint/Endpoint-a" }, { "reference": "Endpoint/Endpoint-direct" }]),
        ),
        with(organization("1992856819", "Bo's Lab"), "type", json!([{ "coding": [{ "code": "laboratory" }] }])),
    ]);
    let endpoints = lines(&[
        endpoint("a", "hl7-fhir-rest", "https://fhir.acme.org/r4/metadata"),
        endpoint("direct", "direct-project", "jane.roe@direct.acme.org"),
        with(
            endpoint("b", "hl7-fhir-rest", "https://fhir.bo.org/r4"),
            "managingOrganization",
            json!({ "reference": "Organization/Organization-1992856819" }),
        ),
        with(endpoint("off", "hl7-fhir-rest", "https://off.acme.org/r4"), "status", json!("off")),
        endpoint("bad", "hl7-fhir-rest", "https://10.0.0.1/r4"),
    ]);
    let locations = lines(&[
        with(location("1", "1234567893", "2515 EASTBLUFF DR"), "description", json!("Across from the <b>library</b>")),
        location("2", "1234567893", "2515 Eastbluff Dr"),
        location("3", "1245319599", "1 NOBODY ST"),
        with(location("4", "1234567893", "9 OLD ST"), "status", json!("inactive")),
    ]);
    // In whatever order, packed or not.
    let (found, rows) = together(&[
        zstd::encode_all(&locations[..], 3).unwrap(),
        organizations,
        zstd::encode_all(&endpoints[..], 3).unwrap(),
    ])
    .unwrap();
    assert_eq!(found.iter().map(|f| f.rows).collect::<Vec<_>>(), [4, 2, 5]);
    assert!(found.iter().all(|f| f.suggested_source.as_deref() == Some("cms-npd")));
    let (acme, body) = listing(&rows[1][0]);
    assert_eq!(
        (acme.key.as_str(), acme.strong.as_slice()),
        ("Organization-1234567893", &["npi:1234567893".to_owned()][..])
    );
    assert_eq!(body.name, "Acme University Student Health Center");
    assert_eq!(body.identifiers.iter().map(|i| i.system).collect::<Vec<_>>(), [System::Npi], "a made-up tax number");
    assert_eq!(body.phone.as_deref(), Some("(505) 555-0100"));
    assert_eq!(body.endpoints.iter().map(|e| e.at.url.as_str()).collect::<Vec<_>>(), ["https://fhir.acme.org/r4"]);
    assert_eq!(body.places.len(), 1, "{:?}", body.places);
    let place = &body.places[0];
    assert_eq!((place.lines[0].as_str(), place.city.as_deref()), ("2515 Eastbluff Dr", Some("Newport Beach")));
    assert_eq!((place.zip.as_deref(), place.phone.as_deref()), (Some("92660"), Some("(949) 555-0100")));
    assert_eq!(place.landmark.as_deref(), Some("Across from the <b>library</b>"), "text, whatever stands in it");
    let bo = facts(&rows[1][1]);
    assert_eq!((bo.kinds.as_slice(), bo.endpoints.len()), (&[Of::Laboratory][..], 1));
    assert_eq!(tally(&rows[0]), told(&[("ignored inactive", 1), ("ignored not_in_organizations", 1)]));
    let codes = told(&[("ignored endpoint_not_active", 1), ("ignored not_fhir", 1), ("ignored private_network", 1)]);
    assert_eq!(tally(&rows[2]), codes);
    let said = format!("{rows:?}").to_lowercase();
    for private in ["zzperson", "jane", "5555550199", "555-0199", "6e5d8b3e", "9495550101"] {
        assert!(!said.contains(private), "{private} in {said}");
    }
}

#[test]
fn rows_that_are_no_organization_are_passed_over() {
    let row = |words: Value| with(organization("1234567893", "ACME"), "type", json!([words]));
    let (found, rows) = together(&[lines(&[
        row(json!({ "text": "ein" })),
        row(json!({ "coding": [{ "code": "ntwk" }] })),
        with(organization("1992856819", "GONE"), "active", json!(false)),
        with(organization("1992856819", ""), "name", json!(null)),
        organization("1992856819", "TEST CLINIC"),
        json!({ "resourceType": "Organization", "name": "No id" }),
        json!({ "resourceType": "Organization", "id": 5, "type": 7, "identifier": "x", "partOf": [] }),
    ])])
    .unwrap();
    assert_eq!(found[0].rows, 7);
    let codes = told(&[
        ("ignored inactive", 1),
        ("ignored malformed_row", 1),
        ("ignored network_row", 1),
        ("ignored no_name", 2),
        ("ignored tax_row", 1),
        ("quarantined test_organization", 1),
    ]);
    assert_eq!(tally(&rows[0]), codes);
}

#[test]
fn parts_know_their_parent_wherever_it_stands() {
    let part = |npi: &str, of: &str| {
        with(organization(npi, "PART"), "partOf", json!({ "reference": format!("Organization/Organization-{of}") }))
    };
    let (_, rows) = together(&[lines(&[
        part("1234567893", "1992856819"),
        organization("1992856819", "THE PARENT"),
        part("1245319599", "1234567893"),
        part("1003000100", "1999999999"),
    ])])
    .unwrap();
    let first = facts(&rows[0][0]);
    let parent = (first.part_of.as_deref(), first.part_of_name.as_deref());
    assert_eq!(parent, (Some("Organization-1992856819"), Some("The Parent")));
    for row in [&rows[0][2], &rows[0][3]] {
        assert_eq!((&facts(row).part_of, row.notes[0].code.as_str()), (&None, "no_parent"));
    }
}

#[test]
fn a_number_that_two_have_marks_neither() {
    let twin = with(organization("1234567893", "TWIN"), "id", json!("Organization-x"));
    let (_, rows) = together(&[lines(&[organization("1234567893", "ACME"), twin])]).unwrap();
    assert!(rows[0].iter().all(|row| listing(row).0.strong.is_empty()), "{rows:?}");
}

#[test]
fn persons_are_counted_and_not_looked_at() {
    let person = json!({ "resourceType": "Practitioner", "id": "Practitioner-1", "name": [{ "family": "ZZPERSON" }] });
    let plan = json!({ "resourceType": "InsurancePlan", "id": "InsurancePlan-1", "name": "A PLAN" });
    let (found, rows) = together(&[lines(&[person.clone(), person]), lines(&[plan])]).unwrap();
    assert_eq!((found[0].rows, tally(&rows[0])), (2, told(&[("ignored a_person", 2)])));
    assert_eq!(tally(&rows[1]), told(&[("ignored other_resource", 1)]));
    assert!(!format!("{rows:?}").contains("ZZPERSON"));
}

#[test]
fn other_publishers_files_name_no_source() {
    let plain = json!({ "resourceType": "Organization", "id": "1", "name": "A Clinic" });
    let (found, rows) = together(&[lines(&[plain])]).unwrap();
    assert_eq!((found[0].suggested_source.as_deref(), rows[0].len()), (None, 1));
}

#[test]
fn a_manifest_tells_files_that_are_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("01-Organization.ndjson");
    let content = lines(&[organization("1234567893", "ACME"), organization("1992856819", "BO")]);
    let manifest = folder.path().join("manifest.json");
    let said = json!({ "compression_algorithm": "zstd", "generated_at": "2026-08-20",
                       "files": { "01-Organization.ndjson": { "compressed_bytes": 9, "original_bytes": content.len() } } });
    std::fs::write(&manifest, said.to_string()).unwrap();
    let first = content.iter().position(|b| *b == b'\n').unwrap() + 1;
    for (content, good) in [(&content[..], true), (&content[..first], false)] {
        std::fs::write(&path, content).unwrap();
        let read = set::read(&[&manifest, &path], &mut |_, _| ControlFlow::Continue(()));
        assert_eq!(read.as_ref().map(|facts| facts[1].rows).ok(), good.then_some(2), "{read:?}");
    }
    assert_eq!(set::date(&[&path, &manifest]), Some(jiff::civil::date(2026, 8, 20)));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(200))]
    #[test]
    fn no_line_brings_the_reader_down(
        changes in proptest::collection::vec((0_usize..3_000, proptest::prelude::any::<u8>()), 1..12),
        which in 0..3_usize,
    ) {
        let mut files = [
            lines(&[organization("1234567893", "ACME"), organization("1992856819", "BO")]),
            lines(&[endpoint("a", "hl7-fhir-rest", "https://fhir.acme.org/r4")]),
            lines(&[location("1", "1234567893", "1 Main St")]),
        ];
        for (at, byte) in changes {
            let at = at % files[which].len();
            files[which][at] = byte;
        }
        // Any answer will do but a panic.
        let _ = together(&files);
    }
}
