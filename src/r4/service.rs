//! `HealthcareService`: a portal as one organization offers it.
//!
//! A portal is shared by all that link to its address; what it is called and whom it is for differs from one to the next,
//! so each of them has a service of its own. `category` says that it is a patient portal (our code: none of the published
//! ones does); `telecom` is its address; `eligibility` says whom it is for; `notAvailable` is when it is not valid yet or
//! any more; `endpoint`: the live ones behind it; the extension `sign-up` is where to make an account. `location` and
//! `coverageArea` are absent: a portal is used from anywhere, and no list says which places it serves. Its `versionId` and
//! `meta.lastUpdated` are those of its organization.

use serde::Serialize;

use super::{
    LeftOut, Mapper, ResourceType,
    datatypes::{CodeableConcept, Coding, ContactPoint, Extension, Identifier, Is, Meta, Period, Reference},
    ids,
    organization::live_endpoints,
    systems,
};
use crate::model::{
    id::Id,
    organization::{self, Portal, Status},
};

/// A portal of an organization as a FHIR R4 resource.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HealthcareService<'a> {
    resource_type: &'static str,
    id: String,
    meta: Meta,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    extension: Vec<Extension<'a>>,
    identifier: [Identifier<'a>; 1],
    active: bool,
    provided_by: Reference<'a>,
    category: [CodeableConcept<'a>; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<&'a str>,
    telecom: [ContactPoint<'a>; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    eligibility: Vec<Eligibility<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    not_available: Vec<NotAvailable>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    endpoint: Vec<Reference<'a>>,
}

#[derive(Debug, Clone, Serialize)]
struct Eligibility<'a> {
    comment: &'a str,
}

#[derive(Debug, Clone, Serialize)]
struct NotAvailable {
    description: &'static str,
    during: Period,
}

impl<'a> Mapper<'a> {
    /// A portal as a service; `at` is the time of its organization's last revision in microseconds since 1970 UTC. The
    /// same portal for two audiences is one service. Nothing when the organization does not have it live.
    pub fn service<'r>(
        self,
        organization: &'r organization::Organization,
        portal: &Id,
        at: i64,
    ) -> Option<Result<HealthcareService<'r>, LeftOut>>
    where
        'a: 'r,
    {
        let same = || organization.live_portals().filter(|known| known.id == *portal);
        let first = same().next()?;
        if let Err(why) = self.takes_what_is_of(organization) {
            return Some(Err(why));
        }
        let of = ResourceType::HealthcareService;
        let code = Coding { system: self.own(systems::OWN_SERVICE), code: "patient-portal", display: None };
        let sign_up = first.sign_up.as_deref();
        let mut behind: Vec<&Id> = Vec::new();
        for id in same().flat_map(|portal| &portal.endpoints) {
            if !behind.contains(&id) && live_endpoints(organization).any(|endpoint| endpoint.id == *id) {
                behind.push(id);
            }
        }
        Some(Ok(HealthcareService {
            resource_type: of.name(),
            id: ids::service(&organization.id, portal),
            meta: self.meta(of, &organization.version, at, organization.said(&format!("portals/{portal}"))),
            extension: sign_up
                .map(|url| Extension { url: self.own(systems::OWN_SIGN_UP), what: Is::Url(url) })
                .into_iter()
                .collect(),
            identifier: [Identifier { kind: None, system: Some(self.own(systems::OWN_ID)), value: first.id.as_str() }],
            active: organization.status == Status::Active,
            provided_by: Reference::to("Organization", organization.id.as_str()),
            category: [CodeableConcept::of(code)],
            name: first.name.as_deref(),
            comment: first.description.as_deref(),
            telecom: [ContactPoint { system: "url", value: &first.url }],
            eligibility: same()
                .filter_map(|portal| portal.audience.as_deref())
                .map(|comment| Eligibility { comment })
                .collect(),
            not_available: not_available(first),
            endpoint: behind.into_iter().map(|id| Reference::to("Endpoint", id.as_str())).collect(),
        }))
    }

    /// The portals of an organization that are services, each once.
    pub fn portals_of(organization: &organization::Organization) -> impl Iterator<Item = &Id> {
        let first = |at: &usize, id: &Id| organization.live_portals().position(|portal| portal.id == *id) == Some(*at);
        organization
            .live_portals()
            .enumerate()
            .filter(move |(at, portal)| first(at, &portal.id))
            .map(|(_, portal)| &portal.id)
    }
}

/// The days around those a portal is valid on.
fn not_available(portal: &Portal) -> Vec<NotAvailable> {
    let before = portal.valid_from.and_then(|from| from.yesterday().ok());
    let after = portal.valid_to.and_then(|to| to.tomorrow().ok());
    let before = before
        .map(|end| NotAvailable { description: "Not offered yet", during: Period { start: None, end: Some(end) } });
    let after = after.map(|start| NotAvailable {
        description: "Not offered any more",
        during: Period { start: Some(start), end: None },
    });
    before.into_iter().chain(after).collect()
}
