//! What all resources share: their types, their addresses, their `meta`, and who may stand in a view.

use std::borrow::Cow;

use serde::Serialize;

use super::{
    LeftOut, View,
    datatypes::{Instant, Meta, Profile, Uri},
};
use crate::model::{
    id::Id,
    kind::Kind,
    organization::{self, Said, Status},
    origin,
};

/// The types of resources the server has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "they are called what they are in FHIR")]
pub enum ResourceType {
    Organization,
    Endpoint,
    Location,
    HealthcareService,
    OrganizationAffiliation,
}

impl ResourceType {
    /// Every type.
    pub const ALL: [Self; 5] =
        [Self::Organization, Self::Endpoint, Self::Location, Self::HealthcareService, Self::OrganizationAffiliation];

    /// Its name in FHIR.
    pub fn name(self) -> &'static str {
        match self {
            Self::Organization => "Organization",
            Self::Endpoint => "Endpoint",
            Self::Location => "Location",
            Self::HealthcareService => "HealthcareService",
            Self::OrganizationAffiliation => "OrganizationAffiliation",
        }
    }

    /// The type of a name; upper and lower case count (FHIR R4, RESTful API, "Style guide").
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }
}

/// Any resource.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
#[expect(missing_docs, reason = "they are called what they are in FHIR")]
pub enum Resource<'a> {
    Organization(super::Organization<'a>),
    Endpoint(super::Endpoint<'a>),
    Location(super::Location<'a>),
    HealthcareService(super::HealthcareService<'a>),
    OrganizationAffiliation(super::OrganizationAffiliation<'a>),
}

/// Which resource of the document of an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// The organization itself.
    Organization,
    /// An endpoint of which it is the home, and how many own it.
    Endpoint(Id, super::Owners),
    /// A place.
    Location(Id),
    /// A portal, as a service.
    Portal(Id),
    /// What it is part of.
    Affiliation,
}

impl Part {
    /// The type of the resource.
    pub fn kind(&self) -> ResourceType {
        match self {
            Self::Organization => ResourceType::Organization,
            Self::Endpoint(..) => ResourceType::Endpoint,
            Self::Location(_) => ResourceType::Location,
            Self::Portal(_) => ResourceType::HealthcareService,
            Self::Affiliation => ResourceType::OrganizationAffiliation,
        }
    }

    /// The field whose source stands in the resource's `meta.source`: nobody else's word is needed to make it.
    pub fn said_in(&self) -> Cow<'static, str> {
        match self {
            Self::Organization => "name".into(),
            Self::Endpoint(id, _) => format!("endpoints/{id}").into(),
            Self::Location(id) => format!("locations/{id}").into(),
            Self::Portal(id) => format!("portals/{id}").into(),
            Self::Affiliation => "part_of".into(),
        }
    }

    /// The version the resource has when the organization has this one.
    pub fn version(&self, organization: &Id, version: i64) -> String {
        match self {
            Self::Endpoint(_, owners) => super::ids::endpoint_version(organization, version, *owners),
            _ => version.to_string(),
        }
    }
}

/// May anything of this organization be shown? Of a merged or withdrawn one nothing is.
pub fn is_shown(organization: &organization::Organization) -> bool {
    !matches!(organization.status, Status::Merged | Status::Withdrawn)
}

/// Makes resources for a view of an installation. What is merged or withdrawn is not for it: see [`is_shown`].
#[derive(Debug, Clone, Copy)]
pub struct Mapper<'a> {
    public: &'a str,
    view: View,
}

impl<'a> Mapper<'a> {
    /// For the view of the installation with this public address, which has no slash at its end.
    pub fn new(public: &'a str, view: View) -> Self {
        Self { public, view }
    }

    /// The view it makes resources for.
    pub fn view(self) -> View {
        self.view
    }

    /// The address the installation is known by.
    pub fn public(self) -> &'a str {
        self.public
    }

    /// The base address of the view, without a slash at its end.
    pub fn base(self) -> String {
        format!("{}{}", self.public, self.view.path())
    }

    /// The absolute address of a resource.
    pub fn full_url(self, kind: ResourceType, id: &str) -> String {
        format!("{}{}/{}/{id}", self.public, self.view.path(), kind.name())
    }

    /// May an organization, and what is made of it, stand in the view?
    pub fn takes(self, organization: &organization::Organization) -> Result<(), LeftOut> {
        if self.view == View::Plain {
            return Ok(());
        }
        if organization.status != Status::Active {
            return Err(LeftOut::NotActive);
        }
        if organization.kinds.iter().all(|kind| *kind == Kind::Unknown) {
            return Err(LeftOut::NoType);
        }
        if self.view == View::PlanNet && organization.locations.is_empty() {
            return Err(LeftOut::NoAddress);
        }
        Ok(())
    }

    /// The same for what is made of an organization.
    pub(super) fn takes_what_is_of(self, organization: &organization::Organization) -> Result<(), LeftOut> {
        self.takes(organization).map_err(|_| LeftOut::Organization)
    }

    /// One resource of the document of an organization; nothing when it does not have it. `at` is the time of its last
    /// revision in microseconds since 1970 UTC.
    pub fn part<'r>(
        self,
        organization: &'r organization::Organization,
        part: &Part,
        at: i64,
    ) -> Option<Result<Resource<'r>, LeftOut>>
    where
        'a: 'r,
    {
        if !is_shown(organization) {
            return None;
        }
        Some(match part {
            Part::Organization => self.organization(organization, at).map(Resource::Organization),
            Part::Endpoint(id, owners) => Ok(Resource::Endpoint(self.endpoint(organization, id, *owners, at)?)),
            Part::Location(id) => self.location_of(organization, id, at)?.map(Resource::Location),
            Part::Portal(id) => self.service(organization, id, at)?.map(Resource::HealthcareService),
            Part::Affiliation => self.affiliation(organization, at)?.map(Resource::OrganizationAffiliation),
        })
    }

    pub(super) fn own(self, path: &'a str) -> Uri<'a> {
        Uri::Own(self.public, path)
    }

    pub(super) fn meta(self, kind: ResourceType, version_id: &impl ToString, at: i64, said: Option<&Said>) -> Meta {
        let name = match self.view {
            View::Plain => "",
            View::PlanNet => "plannet",
            View::Ndh => "ndh",
        };
        let profile = self.view.guide().map(|guide| [Profile { guide, name, resource: kind.name() }]);
        let source = said.map(|said| origin::address(self.public, said));
        Meta { version_id: version_id.to_string(), last_updated: Instant(at), source, profile }
    }
}
