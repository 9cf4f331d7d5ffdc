//! `OrganizationAffiliation`: an organization that is part of another, and the doors it has through it.
//!
//! `organization` is the whole, `participatingOrganization` the part; `code`: `part-of`, and `access-through` when it has
//! live doors that are its parent's (our codes: the published `member` means a tie without ownership); `endpoint` and
//! `healthcareService`: those doors. Its `versionId` and `meta.lastUpdated` are those of the part.

use serde::Serialize;

use super::{
    LeftOut, Mapper, ResourceType,
    datatypes::{CodeableConcept, Coding, Meta, Reference},
    ids,
    organization::{live_endpoints, related},
    systems,
};
use crate::model::organization::{self, Status};

/// What an organization is part of, as a FHIR R4 resource.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OrganizationAffiliation<'a> {
    resource_type: &'static str,
    id: String,
    meta: Meta,
    active: bool,
    organization: Reference<'a>,
    participating_organization: Reference<'a>,
    code: Vec<CodeableConcept<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    healthcare_service: Vec<Reference<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    endpoint: Vec<Reference<'a>>,
}

impl<'a> Mapper<'a> {
    /// What an organization is part of; nothing when it is part of none. `at` is the time of its last revision in
    /// microseconds since 1970 UTC.
    pub fn affiliation<'r>(
        self,
        part: &'r organization::Organization,
        at: i64,
    ) -> Option<Result<OrganizationAffiliation<'r>, LeftOut>>
    where
        'a: 'r,
    {
        let whole = part.part_of.as_ref()?;
        if let Err(why) = self.takes_what_is_of(part) {
            return Some(Err(why));
        }
        let of = ResourceType::OrganizationAffiliation;
        let through =
            |id: &&crate::model::id::Id| part.live_portals().any(|portal| portal.id == **id && portal.through_parent);
        let healthcare_service: Vec<Reference<'r>> = Self::portals_of(part)
            .filter(through)
            .map(|id| Reference { kind: "HealthcareService", id: ids::service(&part.id, id).into(), display: None })
            .collect();
        let endpoint: Vec<Reference<'r>> = live_endpoints(part)
            .filter(|endpoint| endpoint.through_parent)
            .map(|endpoint| Reference::to("Endpoint", endpoint.id.as_str()))
            .collect();
        let code =
            |code| CodeableConcept::of(Coding { system: self.own(systems::OWN_AFFILIATION), code, display: None });
        let access = !(healthcare_service.is_empty() && endpoint.is_empty());
        Some(Ok(OrganizationAffiliation {
            resource_type: of.name(),
            id: ids::affiliation(&part.id),
            meta: self.meta(of, &part.version, at, part.said("part_of")),
            active: part.status == Status::Active,
            organization: related(whole),
            participating_organization: Reference {
                display: Some(part.name.as_str()),
                ..Reference::to("Organization", part.id.as_str())
            },
            code: std::iter::once("part-of").chain(access.then_some("access-through")).map(code).collect(),
            healthcare_service,
            endpoint,
        }))
    }
}
