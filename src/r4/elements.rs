//! Parts of resources: `_summary` and `_elements` (FHIR R4, Search, "Summary" and "Elements").

use serde_json::{Map, Value, json};

use super::{ResourceType, systems};

/// Which elements of a resource are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Elements {
    /// All of them.
    #[default]
    All,
    /// Those that are marked as summary elements in R4 (`_summary=true`).
    Summary,
    /// The narrative with what must be there (`_summary=text`).
    Text,
    /// All but the narrative (`_summary=data`).
    Data,
    /// These, with what must be there (`_elements`).
    Named(Vec<String>),
}

/// Elements every answer keeps.
const ALWAYS: [&str; 3] = ["resourceType", "id", "meta"];

/// Elements with a minimum of one in R4, and the modifier elements, which are kept so that nothing is misread.
fn mandatory(kind: ResourceType) -> &'static [&'static str] {
    match kind {
        ResourceType::Endpoint => &["status", "connectionType", "payloadType", "address"],
        ResourceType::Organization | ResourceType::HealthcareService | ResourceType::OrganizationAffiliation => {
            &["active"]
        }
        ResourceType::Location => &["status"],
    }
}

/// Summary elements of R4 (the Σ of the resource's page), as far as we have them.
fn summary(kind: ResourceType) -> &'static [&'static str] {
    match kind {
        ResourceType::Organization => &["identifier", "active", "type", "name", "partOf"],
        ResourceType::Endpoint => {
            &["identifier", "status", "connectionType", "name", "managingOrganization", "payloadType", "address"]
        }
        ResourceType::Location => &["identifier", "status", "name", "description", "managingOrganization"],
        ResourceType::HealthcareService => &["identifier", "active", "providedBy", "category", "name", "comment"],
        ResourceType::OrganizationAffiliation => {
            &["identifier", "active", "organization", "participatingOrganization", "code"]
        }
    }
}

/// Keeps what is asked for and marks the rest as missing (`SUBSETTED`). What is whole is not marked.
pub fn subset(kind: ResourceType, elements: &Elements, resource: &mut Map<String, Value>) {
    let named: Vec<&str>;
    let wanted: &[&str] = match elements {
        // No resource of ours has a narrative, so "all but the narrative" is all.
        Elements::All | Elements::Data => return,
        Elements::Summary => summary(kind),
        Elements::Text => &[],
        Elements::Named(asked) => {
            named = asked.iter().map(String::as_str).collect();
            &named
        }
    };
    let kept = |name: &str| ALWAYS.contains(&name) || mandatory(kind).contains(&name) || wanted.contains(&name);
    resource.retain(|name, _| kept(name));
    if let Some(Value::Object(meta)) = resource.get_mut("meta") {
        meta.insert("tag".into(), json!([{ "system": systems::OBSERVATION_VALUE, "code": "SUBSETTED" }]));
    }
}
