//! What our resources refer to and is our own: code systems, the system of our ids, extensions, a search parameter. Each
//! can be read at its canonical address (`[public]/fhir/[type]/[id]`).

use axum::{http::HeaderMap, response::Response};
use serde_json::{Value, json};

use super::{
    answer,
    negotiate::{Asked, pairs},
    outcome::Outcome,
};
use crate::{
    app::App,
    model::kind::Kind,
    r4::{
        View,
        systems::{OWN_ADDRESS_PARAMETER, OWN_AFFILIATION, OWN_ID, OWN_KIND, OWN_SERVICE, OWN_SIGN_UP, OWN_SUCCESSOR},
    },
};

/// The types of what can be read here.
pub const TYPES: [&str; 4] = ["CodeSystem", "NamingSystem", "SearchParameter", "StructureDefinition"];
/// When they, and what `metadata` says, were last changed (FHIR R4, `CapabilityStatement.date`).
pub(super) const DATE: &str = "2026-11-26";

/// `GET /fhir/[type]/[id]` for these types.
pub fn read(app: &App, kind: &str, id: &str, headers: &HeaderMap, query: &str) -> Result<Response, Outcome> {
    let asked = Asked::read(headers, pairs(query)?)?;
    asked.refuse_rest(&[])?;
    let definition =
        definition(&app.config.public_url, &format!("{}/{kind}/{id}", View::Plain.path())).ok_or_else(|| {
            let id: String = id.chars().take(64).collect();
            Outcome::not_found(format!("There is no {kind} with the id {id:?}."))
        })?;
    Ok(answer::respond(&asked, answer::text(&asked, &definition)?))
}

/// The definition at a path below the public address.
fn definition(public: &str, path: &str) -> Option<Value> {
    Some(match path {
        OWN_KIND => code_system(public, path, "ConnectorKind", "Kinds of organizations", &kinds()),
        OWN_SERVICE => {
            let concept = concept("patient-portal", "A web page where people sign in to see the records kept of them.");
            code_system(public, path, "ConnectorService", "Services", &[concept])
        }
        OWN_AFFILIATION => {
            let concepts = [
                concept("part-of", "The participating organization is part of the organization."),
                concept(
                    "access-through",
                    "The participating organization's records are reached through the organization's doors.",
                ),
            ];
            code_system(public, path, "ConnectorAffiliation", "Ties between organizations", &concepts)
        }
        OWN_ID => json!({
            "resourceType": "NamingSystem",
            "id": "id",
            "name": "ConnectorId",
            "status": "active",
            "kind": "identifier",
            "date": DATE,
            "description": "Ids of organizations, places and portals in this directory. An id is never used twice; that of \
                an organization which was merged leads to the one it was merged into.",
            "uniqueId": [{ "type": "uri", "value": format!("{public}{path}"), "preferred": true }],
        }),
        OWN_SIGN_UP => extension(
            public,
            path,
            ("ConnectorSignUp", "Where to make an account at a portal", "HealthcareService"),
            ("value[x]", &json!([{ "code": "url" }])),
        ),
        OWN_SUCCESSOR => extension(
            public,
            path,
            (
                "ConnectorSuccessor",
                "Who follows an organization that moved or closed, or keeps its records now",
                "Organization",
            ),
            (
                "value[x]",
                &json!([{ "code": "Reference", "targetProfile": ["http://hl7.org/fhir/StructureDefinition/Organization"] }]),
            ),
        ),
        OWN_ADDRESS_PARAMETER => json!({
            "resourceType": "SearchParameter",
            "id": last(path),
            "url": format!("{public}{path}"),
            "version": env!("CARGO_PKG_VERSION"),
            "name": "EndpointAddress",
            "status": "active",
            "date": DATE,
            "description": "Finds an endpoint by its base address. Case, a slash at the end, http or https and a /metadata \
                at the end do not count.",
            "code": "address",
            "base": ["Endpoint"],
            "type": "uri",
            "expression": "Endpoint.address",
            "xpath": "f:Endpoint/f:address",
            "xpathUsage": "normal",
            "multipleOr": true,
            "multipleAnd": true,
        }),
        _ => return None,
    })
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

fn concept(code: &str, definition: &str) -> Value {
    let display = code.replace('-', " ");
    json!({ "code": code, "display": display, "definition": definition })
}

fn kinds() -> Vec<Value> {
    let known = Kind::ALL.iter().filter(|kind| **kind != Kind::Unknown);
    known.map(|kind| concept(kind.code(), kind.meaning())).collect()
}

fn code_system(public: &str, path: &str, name: &str, title: &str, concept: &[Value]) -> Value {
    json!({
        "resourceType": "CodeSystem",
        "id": last(path),
        "url": format!("{public}{path}"),
        "version": env!("CARGO_PKG_VERSION"),
        "name": name,
        "title": title,
        "status": "active",
        "experimental": false,
        "date": DATE,
        "caseSensitive": true,
        "content": "complete",
        "count": concept.len(),
        "concept": concept,
    })
}

/// The definition of an extension with one value.
fn extension(
    public: &str,
    path: &str,
    (name, title, context): (&str, &str, &str),
    (value, types): (&str, &Value),
) -> Value {
    let url = format!("{public}{path}");
    json!({
        "resourceType": "StructureDefinition",
        "id": last(path),
        "url": url,
        "version": env!("CARGO_PKG_VERSION"),
        "name": name,
        "title": title,
        "status": "active",
        "date": DATE,
        "fhirVersion": "4.0.1",
        "kind": "complex-type",
        "abstract": false,
        "context": [{ "type": "element", "expression": context }],
        "type": "Extension",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Extension",
        "derivation": "constraint",
        "differential": { "element": [
            { "id": "Extension", "path": "Extension", "short": title, "max": "1" },
            { "id": "Extension.extension", "path": "Extension.extension", "max": "0" },
            { "id": "Extension.url", "path": "Extension.url", "fixedUri": url },
            { "id": format!("Extension.{value}"), "path": format!("Extension.{value}"), "min": 1, "type": types },
        ] },
    })
}
