//! One Endpoint: profile UserAccessEndpoint.

use serde_json::Value;

use super::{Desk, Rule, Whose, door, field, list};
use crate::{
    brands::terms::{FHIR_REST, FHIR_VERSIONS, NO_PAYLOAD},
    r4::systems,
};

/// Codes of `Endpoint.status` (FHIR R4, value set `endpoint-status`, required).
const STATUSES: [&str; 6] = ["active", "suspended", "error", "off", "entered-in-error", "test"];

pub fn check(at: &Whose, resource: &Value, desk: &mut Desk) {
    let status = field(resource, "status");
    if !STATUSES.contains(&status) {
        desk.note(Rule::EndpointStatus, at, "resource.status", status);
    } else if status != "active" {
        desk.note(Rule::EndpointNotActive, at, "resource.status", status);
    }
    let connection = resource.get("connectionType").unwrap_or(&Value::Null);
    let (system, code) = (field(connection, "system"), field(connection, "code"));
    if system != systems::CONNECTION_TYPE || code != FHIR_REST {
        desk.note(Rule::ConnectionType, at, "resource.connectionType", &format!("{system}|{code}"));
    }
    versions(at, resource, desk);
    contacts(at, resource, desk);
    let payloads: Vec<&Value> = list(resource, "payloadType").map(|(_, payload)| payload).collect();
    let none = |payload: &Value| {
        list(payload, "coding")
            .any(|(_, coding)| field(coding, "system") == systems::PAYLOAD_TYPE && field(coding, "code") == NO_PAYLOAD)
    };
    if !matches!(payloads.as_slice(), [only] if none(only)) {
        desk.note(Rule::PayloadType, at, "resource.payloadType", &payloads.len().to_string());
    }
    match field(resource, "address") {
        "" => desk.note(Rule::EndpointAddressMissing, at, "resource.address", ""),
        address => door(at, "resource.address", address, desk),
    }
}

fn versions(at: &Whose, resource: &Value, desk: &mut Desk) {
    let mut any = false;
    for (n, extension) in list(resource, "extension") {
        if field(extension, "url") != systems::FHIR_VERSION_EXTENSION {
            continue;
        }
        any = true;
        let version = field(extension, "valueCode");
        if !FHIR_VERSIONS.contains(&version) {
            desk.note(Rule::VersionUnknown, at, &format!("resource.extension[{n}].value"), version);
        }
    }
    if !any {
        desk.note(Rule::VersionMissing, at, "resource.extension", "");
    }
}

/// At least one contact, and one of them the https address for developers.
fn contacts(at: &Whose, resource: &Value, desk: &mut Desk) {
    let urls: Vec<(usize, &str)> = list(resource, "contact")
        .filter(|(_, contact)| field(contact, "system") == "url")
        .map(|(n, contact)| (n, field(contact, "value")))
        .collect();
    if list(resource, "contact").next().is_none() {
        desk.note(Rule::ContactMissing, at, "resource.contact", "");
    } else if !urls.iter().any(|(_, url)| url.starts_with("https://")) {
        let path = urls.first().map_or("resource.contact".to_owned(), |(n, _)| format!("resource.contact[{n}].value"));
        desk.note(Rule::ConfigurationUrl, at, &path, urls.first().map_or("", |(_, url)| url));
    }
}
