//! `Location`: one place of an organization.
//!
//! `name` is the place's own; a place without one is called what its organization is called. `description` is what it is
//! recognised by. `status` follows the organization: `active`, or `inactive` once that moved or closed. No coordinates:
//! none are known of a place beyond its ZIP code. Its `versionId` and `meta.lastUpdated` are those of its organization.

use serde::Serialize;

use super::{
    LeftOut, Mapper, ResourceType,
    datatypes::{Address, ContactPoint, Identifier, Meta, Reference},
    organization::address,
    systems,
};
use crate::model::{
    id::Id,
    organization::{self, Status},
};

/// A place as a FHIR R4 resource.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Location<'a> {
    resource_type: &'static str,
    id: &'a str,
    meta: Meta,
    identifier: [Identifier<'a>; 1],
    status: &'static str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    telecom: Option<[ContactPoint<'a>; 1]>,
    address: Address<'a>,
    managing_organization: Reference<'a>,
}

impl<'a> Mapper<'a> {
    /// A place; `at` is the time of its organization's last revision in microseconds since 1970 UTC.
    pub fn location<'r>(
        self,
        organization: &'r organization::Organization,
        location: &'r organization::Location,
        at: i64,
    ) -> Result<Location<'r>, LeftOut>
    where
        'a: 'r,
    {
        self.takes_what_is_of(organization)?;
        let of = ResourceType::Location;
        let place = &location.place;
        let id = location.id.as_str();
        let said = organization.said(&format!("locations/{id}"));
        Ok(Location {
            resource_type: of.name(),
            id,
            meta: self.meta(of, &organization.version, at, said),
            identifier: [Identifier { kind: None, system: Some(self.own(systems::OWN_ID)), value: id }],
            status: if organization.status == Status::Active { "active" } else { "inactive" },
            name: place.name.as_deref().unwrap_or(&organization.name),
            description: place.landmark.as_deref(),
            telecom: place.phone.as_deref().map(|value| [ContactPoint { system: "phone", value }]),
            address: address(place),
            managing_organization: Reference::to("Organization", organization.id.as_str()),
        })
    }

    /// The place with this id, if the organization has it.
    pub fn location_of<'r>(
        self,
        organization: &'r organization::Organization,
        id: &Id,
        at: i64,
    ) -> Option<Result<Location<'r>, LeftOut>>
    where
        'a: 'r,
    {
        let location = organization.locations.iter().find(|location| location.id == *id)?;
        Some(self.location(organization, location, at))
    }
}
