//! `Endpoint`: one FHIR base address, shared by all organizations that give it.
//!
//! What is known of it comes from its *home*: of the organizations that have it live, the one with the lowest id that has
//! it of its own; when all have it through their parents, the one with the lowest id. `managingOrganization` is the home
//! when no other organization has it of its own. `versionId` names the home, the home's version and whether it is the
//! only owner ([`super::ids::endpoint_version`]), so equal versions have equal content; `meta.lastUpdated` is the time of
//! that version of the home. `status` is `active`: an address nobody gives any more is gone. `payloadType` is required in
//! R4 and no list says it: `any`, which the code system gives to endpoints that look after their payload themselves;
//! Plan-Net wants `NA`, NDH `not-applicable`. FHIR versions are only those the value set has.

use std::collections::HashMap;

use serde::Serialize;

use super::{
    Mapper, ResourceType, View,
    datatypes::{CodeableConcept, Coding, ContactPoint, Extension, Is, Meta, Reference, Uri},
    ids,
    organization::live_endpoints,
    systems,
};
use crate::model::{id::Id, organization};

/// Codes of the value set `FHIR-version` (required binding of `endpoint-fhir-version`): R4's own and those that came with
/// FHIR 4.3 and 5.0.
pub const FHIR_VERSIONS: [&str; 27] = [
    "0.01", "0.05", "0.06", "0.11", "0.0.80", "0.0.81", "0.0.82", "0.4.0", "0.5.0", "1.0.0", "1.0.1", "1.0.2", "1.1.0",
    "1.4.0", "1.6.0", "1.8.0", "3.0.0", "3.0.1", "3.0.2", "3.3.0", "3.5.0", "4.0.0", "4.0.1", "4.1.0", "4.2.0",
    "4.3.0", "5.0.0",
];

/// How many organizations have an endpoint of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Owners {
    /// Exactly one: its home.
    One,
    /// More than one.
    Many,
    /// None: all have it through their parents.
    None,
}

impl Owners {
    pub(super) fn letter(self) -> char {
        match self {
            Self::One => 's',
            Self::Many => 'm',
            Self::None => 'p',
        }
    }

    pub(super) fn from_letter(letter: &str) -> Option<Self> {
        Some(match letter {
            "s" => Self::One,
            "m" => Self::Many,
            "p" => Self::None,
            _ => return None,
        })
    }
}

/// An endpoint as a FHIR R4 resource.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Endpoint<'a> {
    resource_type: &'static str,
    id: &'a str,
    meta: Meta,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    extension: Vec<Extension<'a>>,
    status: &'static str,
    connection_type: Coding<'static>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    managing_organization: Option<Reference<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact: Option<[ContactPoint<'a>; 1]>,
    payload_type: [CodeableConcept<'static>; 1],
    address: &'a str,
}

impl<'a> Mapper<'a> {
    /// An endpoint as its home tells of it; nothing when the home does not have it live. `at` is the time of the home's
    /// last revision in microseconds since 1970 UTC.
    pub fn endpoint<'r>(
        self,
        home: &'r organization::Organization,
        id: &Id,
        owners: Owners,
        at: i64,
    ) -> Option<Endpoint<'r>>
    where
        'a: 'r,
    {
        let endpoint = live_endpoints(home).find(|endpoint| endpoint.id == *id)?;
        let of = ResourceType::Endpoint;
        let version = ids::endpoint_version(&home.id, home.version, owners);
        let versions = endpoint.fhir_versions.iter().filter(|version| FHIR_VERSIONS.contains(&version.as_str()));
        let manages = owners == Owners::One && self.takes(home).is_ok();
        let (payload, code) = match self.view() {
            View::Plain => (systems::PAYLOAD_TYPE, "any"),
            View::PlanNet => (systems::PLAN_NET_PAYLOAD_TYPE, "NA"),
            View::Ndh => (systems::DATA_ABSENT_REASON, "not-applicable"),
        };
        Some(Endpoint {
            resource_type: of.name(),
            id: endpoint.id.as_str(),
            meta: self.meta(of, &version, at, home.said(&format!("endpoints/{id}"))),
            extension: versions
                .map(|version| Extension::new(systems::FHIR_VERSION_EXTENSION, Is::Code(version)))
                .collect(),
            status: "active",
            connection_type: Coding {
                system: Uri::Whole(systems::CONNECTION_TYPE),
                code: "hl7-fhir-rest",
                display: None,
            },
            name: endpoint.name.as_deref(),
            managing_organization: manages.then(|| Reference::to("Organization", home.id.as_str())),
            contact: endpoint.developers.as_deref().map(|value| [ContactPoint { system: "url", value }]),
            payload_type: [CodeableConcept::of(Coding { system: Uri::Whole(payload), code, display: None })],
            address: &endpoint.address,
        })
    }
}

/// Which organization is the home of each endpoint, learned from all organizations in any order.
#[derive(Debug, Clone, Default)]
pub struct Homes(HashMap<[u8; 16], Home>);

#[derive(Debug, Clone, Copy)]
struct Home {
    organization: [u8; 16],
    owners: Owners,
}

impl Homes {
    /// Takes note of the endpoints an organization has.
    pub fn note(&mut self, organization: &organization::Organization) {
        if !super::is_shown(organization) {
            return;
        }
        let key = organization.id.bytes();
        for endpoint in live_endpoints(organization) {
            let owners = if endpoint.through_parent { Owners::None } else { Owners::One };
            let new = Home { organization: key, owners };
            self.0.entry(endpoint.id.bytes()).and_modify(|known| known.join(new)).or_insert(new);
        }
    }

    /// The endpoints this organization is the home of, and how many own each.
    pub fn at<'r>(
        &'r self,
        organization: &'r organization::Organization,
    ) -> impl Iterator<Item = (&'r Id, Owners)> + 'r {
        let key = organization.id.bytes();
        live_endpoints(organization).filter_map(move |endpoint| {
            let home = self.0.get(&endpoint.id.bytes())?;
            (home.organization == key).then_some((&endpoint.id, home.owners))
        })
    }

    /// The home of one endpoint among the organizations that were noted.
    pub fn of(&self, endpoint: &Id) -> Option<(Id, Owners)> {
        let home = self.0.get(&endpoint.bytes())?;
        let id = Id::new(crate::model::id::ThingKind::Organization, uuid::Uuid::from_bytes(home.organization));
        Some((id, home.owners))
    }
}

impl Home {
    fn join(&mut self, other: Self) {
        match (self.owners, other.owners) {
            (Owners::None, Owners::None) => self.organization = self.organization.min(other.organization),
            (Owners::None, _) => *self = other,
            (_, Owners::None) => {}
            _ if self.organization == other.organization => {}
            _ => {
                self.organization = self.organization.min(other.organization);
                self.owners = Owners::Many;
            }
        }
    }
}
