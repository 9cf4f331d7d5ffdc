//! Organizations as FHIR R4 resources (FHIR 4.0.1): documents in, resources ready to be written out. No I/O.
//!
//! | resource | made from | id |
//! |---|---|---|
//! | `Organization` | an organization | its own (`org-…`) |
//! | `Endpoint` | a shared FHIR endpoint, as its *home* tells of it | its own (`end-…`) |
//! | `Location` | a place of an organization | its own (`loc-…`) |
//! | `HealthcareService` | a portal as one organization offers it | `svc-…`, both ids in it ([`ids`]) |
//! | `OrganizationAffiliation` | what an organization is part of, and the doors it has through it | `aff-…`, the part's id in it |
//!
//! What holds: only live doors are in a resource; nothing that is not known is said; a resource of a [`View`] keeps the
//! profiles of that view, or is left out of it with a [`LeftOut`] that says why.

mod affiliation;
mod bundle;
mod datatypes;
mod elements;
mod endpoint;
pub mod ids;
mod location;
mod organization;
mod resource;
mod service;
pub mod systems;
mod view;

pub use self::{
    affiliation::OrganizationAffiliation,
    bundle::{Bundle, BundleType, Entry, Link, Mode, Request, Response},
    datatypes::Instant,
    elements::{Elements, subset},
    endpoint::{Endpoint, FHIR_VERSIONS, Homes, Owners},
    location::Location,
    organization::Organization,
    resource::{Mapper, Part, Resource, ResourceType, is_shown},
    service::HealthcareService,
    view::{LeftOut, View},
};

#[cfg(test)]
mod tests;
