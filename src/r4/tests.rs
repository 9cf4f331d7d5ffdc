use serde_json::{Value, json};

use super::*;
use crate::model::{
    id::{Id, ThingKind},
    organization,
};

const PUBLIC: &str = "https://records.example.org";
const AT: i64 = 1_763_812_800_123_456;

fn id(kind: ThingKind, n: u8) -> Id {
    Id::new(kind, uuid::Uuid::from_u128(u128::from(n)))
}

/// An organization with what is given, and nothing else.
fn organization(n: u8, more: &Value) -> organization::Organization {
    let mut whole = json!({
        "id": id(ThingKind::Organization, n), "slug": "x", "version": 3, "status": "active", "name": "Name", "kinds": ["unknown"],
    });
    for (name, value) in more.as_object().unwrap() {
        whole[name] = value.clone();
    }
    serde_json::from_value(whole).unwrap()
}

fn endpoint(n: u8, state: &str, through: bool) -> Value {
    json!({ "id": id(ThingKind::Endpoint, n), "address": "https://fhir.example.org/r4", "domain": "example.org", "state": state,
        "through_parent": through })
}

fn portal(n: u8, more: &Value) -> Value {
    let mut whole = json!({ "id": id(ThingKind::Portal, n), "url": "https://portal.example.org/", "domain": "example.org", "state": "live" });
    for (name, value) in more.as_object().unwrap() {
        whole[name] = value.clone();
    }
    whole
}

fn plain() -> Mapper<'static> {
    Mapper::new(PUBLIC, View::Plain)
}

/// Every resource of an organization in a view.
fn all(mapper: Mapper<'_>, of: &organization::Organization) -> Vec<Value> {
    let mut parts = vec![Part::Organization, Part::Affiliation];
    parts.extend(of.locations.iter().map(|one| Part::Location(one.id.clone())));
    parts.extend(of.portals.iter().map(|one| Part::Portal(one.id.clone())));
    parts.extend(of.endpoints.iter().map(|one| Part::Endpoint(one.id.clone(), Owners::One)));
    let made = parts.iter().filter_map(|part| mapper.part(of, part, AT)?.ok());
    made.map(|resource| serde_json::to_value(resource).unwrap()).collect()
}

/// [`Part::said_in`] names all of who said what that a resource needs.
#[test]
fn a_document_with_only_who_says_the_part_makes_the_same_resource() {
    let said = |source: &str| json!({ "source": source, "source_name": source, "tier": 3, "key": "k", "load_date": "2026-01-02", "label": "listed" });
    let fields = ["name".to_owned(), "part_of".to_owned(), "phone".to_owned()].into_iter();
    let fields = fields
        .chain([format!("locations/{}", id(ThingKind::Location, 2)), format!("portals/{}", id(ThingKind::Portal, 3))])
        .chain([format!("endpoints/{}", id(ThingKind::Endpoint, 4))]);
    let provenance: serde_json::Map<String, Value> = fields.map(|field| (field.clone(), said(&field))).collect();
    let mut whole = organization(
        1,
        &json!({
            "phone": "208-555-0100",
            "locations": [{ "id": id(ThingKind::Location, 2), "state": "ID" }],
            "portals": [portal(3, &json!({}))],
            "endpoints": [endpoint(4, "live", false)],
            "part_of": { "id": id(ThingKind::Organization, 9), "name": "Whole" },
            "provenance": provenance,
        }),
    );
    let document = whole.document();
    for part in [
        Part::Organization,
        Part::Affiliation,
        Part::Location(id(ThingKind::Location, 2)),
        Part::Portal(id(ThingKind::Portal, 3)),
        Part::Endpoint(id(ThingKind::Endpoint, 4), Owners::One),
    ] {
        let lean = organization::Organization::with_said(document.clone(), &[part.said_in()]).unwrap();
        assert_eq!(lean.provenance.iter().count(), 1, "{part:?}");
        let written = |of| serde_json::to_value(plain().part(of, &part, AT).unwrap().unwrap()).unwrap();
        assert!(written(&whole)["meta"]["source"].is_string());
        assert_eq!(written(&lean), written(&whole), "{part:?}");
    }
}

/// FHIR has no null, no empty text, list or object.
fn nothing_is_empty(value: &Value) {
    match value {
        Value::Null => panic!("null"),
        Value::String(text) => assert!(!text.is_empty(), "an empty text"),
        Value::Array(list) => {
            assert!(!list.is_empty(), "an empty list");
            list.iter().for_each(nothing_is_empty);
        }
        Value::Object(map) => {
            assert!(!map.is_empty(), "an empty object");
            map.values().for_each(nothing_is_empty);
        }
        Value::Bool(_) | Value::Number(_) => {}
    }
}

#[test]
fn of_whom_little_is_known_little_is_said() {
    let location = json!({ "id": id(ThingKind::Location, 1) });
    let bare = organization(
        1,
        &json!({ "locations": [location], "portals": [portal(1, &json!({}))], "endpoints": [endpoint(1, "live", false)] }),
    );
    let made = all(plain(), &bare);
    let types: Vec<&str> = made.iter().map(|one| one["resourceType"].as_str().unwrap()).collect();
    assert_eq!(types, ["Organization", "Location", "HealthcareService", "Endpoint"], "it is part of nothing");
    made.iter().for_each(nothing_is_empty);
    assert_eq!(made[0].get("type"), None, "no source says what it is");
    assert_eq!(
        made[0]["meta"],
        json!({ "versionId": "3", "lastUpdated": "2025-11-22T12:00:00.123Z" }),
        "nobody says its name"
    );
}

#[test]
fn what_moved_is_not_active_and_says_who_follows() {
    let next = json!({ "id": id(ThingKind::Organization, 2), "name": "Next" });
    let moved = organization(
        1,
        &json!({ "status": "moved", "successor": next, "kinds": ["hospital"], "locations": [{ "id": id(ThingKind::Location, 1), "state": "ID" }] }),
    );
    let made = all(plain(), &moved);
    assert_eq!((&made[0]["active"], &made[1]["status"]), (&json!(false), &json!("inactive")));
    let extension = json!([{ "url": format!("{PUBLIC}/fhir/StructureDefinition/successor"), "valueReference": {
        "reference": format!("Organization/{}", id(ThingKind::Organization, 2)), "display": "Next" } }]);
    assert_eq!(made[0]["extension"], extension);
    for view in [View::PlanNet, View::Ndh] {
        assert_eq!(Mapper::new(PUBLIC, view).takes(&moved), Err(LeftOut::NotActive));
        assert_eq!(all(Mapper::new(PUBLIC, view), &moved), Vec::<Value>::new());
    }
    for status in ["merged", "withdrawn"] {
        assert_eq!(all(plain(), &organization(1, &json!({ "status": status }))), Vec::<Value>::new(), "{status}");
    }
}

#[test]
fn a_government_is_a_provider_or_an_insurer_by_its_role() {
    let categories = |kinds: Value| {
        let made = all(plain(), &organization(1, &json!({ "kinds": kinds })));
        let concepts = made[0]["type"].as_array().unwrap().clone();
        let codes = concepts.last().unwrap()["coding"].as_array().unwrap().clone();
        codes.iter().map(|coding| coding["code"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(categories(json!(["hospital", "government"])), ["government", "govt", "prov"]);
    assert_eq!(categories(json!(["insurer", "government"])), ["government", "govt", "ins"]);
}

#[test]
fn the_endpoints_of_a_portal_stand_among_those_of_its_organization() {
    let behind = [id(ThingKind::Endpoint, 1), id(ThingKind::Endpoint, 2)];
    let org = organization(
        1,
        &json!({ "portals": [portal(1, &json!({ "endpoints": behind }))],
            "endpoints": [endpoint(1, "live", false), endpoint(2, "old_address", false)] }),
    );
    let made = all(plain(), &org);
    let reference = json!({ "reference": format!("Endpoint/{}", behind[0]) });
    assert_eq!(made[0]["endpoint"], json!([reference]));
    let parts = made[0]["extension"][0]["extension"].as_array().unwrap();
    let named: Vec<&Value> = parts.iter().filter(|part| part["url"] == "portalEndpoint").collect();
    assert_eq!(
        named,
        [&json!({ "url": "portalEndpoint", "valueReference": reference })],
        "uab-1: an old address is in neither"
    );
    assert_eq!(made[1]["endpoint"], json!([reference]));
}

#[test]
fn a_portal_is_not_available_outside_of_its_days() {
    let days = json!({ "valid_from": "2026-03-01", "valid_to": "2026-12-31" });
    let made = all(plain(), &organization(1, &json!({ "portals": [portal(1, &days)] })));
    let expected = json!([
        { "description": "Not offered yet", "during": { "end": "2026-02-28" } },
        { "description": "Not offered any more", "during": { "start": "2027-01-01" } },
    ]);
    assert_eq!(made[1]["notAvailable"], expected);
}

#[test]
fn the_home_of_an_endpoint_is_the_lowest_of_its_owners() {
    let has = |n, state, through| organization(n, &json!({ "endpoints": [endpoint(1, state, through)] }));
    let endpoint = id(ThingKind::Endpoint, 1);
    let home = |all: &[organization::Organization]| {
        let mut homes = Homes::default();
        for one in all {
            homes.note(one);
        }
        let at: Vec<u8> =
            all.iter().filter(|one| homes.at(one).next().is_some()).map(|one| one.id.bytes()[15]).collect();
        assert!(at.len() <= 1, "each endpoint is told once: {at:?}");
        homes.of(&endpoint).map(|(id, owners)| (id.bytes()[15], owners))
    };
    let (through, own, more) = (has(1, "live", true), has(2, "live", false), has(3, "live", false));
    assert_eq!(home(&[has(4, "live", true), through.clone()]), Some((1, Owners::None)));
    assert_eq!(home(&[through.clone(), own.clone()]), Some((2, Owners::One)));
    for order in [[&through, &own, &more], [&more, &own, &through], [&more, &through, &own]] {
        assert_eq!(home(&order.map(Clone::clone)), Some((2, Owners::Many)));
    }
    assert_eq!(home(&[has(5, "old_address", false)]), None);
}

#[test]
fn moments_are_written_to_the_millisecond() {
    for (at, expected) in
        [(0, "1970-01-01T00:00:00.000Z"), (AT, "2025-11-22T12:00:00.123Z"), (-1, "1969-12-31T23:59:59.999Z")]
    {
        assert_eq!(Instant(at).to_string(), expected);
    }
}

#[test]
fn what_is_cut_keeps_what_must_be_there() {
    let org = organization(1, &json!({ "endpoints": [endpoint(1, "live", false)] }));
    let whole = all(plain(), &org).pop().unwrap();
    for elements in [Elements::Summary, Elements::Text, Elements::Named(vec!["name".into()])] {
        let mut cut = whole.as_object().unwrap().clone();
        subset(ResourceType::Endpoint, &elements, &mut cut);
        for name in ["resourceType", "id", "status", "connectionType", "payloadType", "address"] {
            assert_eq!(cut.get(name), whole.get(name), "{elements:?} {name}");
        }
        assert_eq!(cut["meta"]["tag"][0]["code"], "SUBSETTED");
    }
}
