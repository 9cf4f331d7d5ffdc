//! What can be searched by: the search parameters of R4 that we hold data for (standard definitions, FHIR R4, "Search
//! parameters" of each resource), and `Endpoint.address`, which is our own.
//!
//! Those we hold nothing for are not claimed: `address-use`, `phonetic`, `Location.type`, `.partof`, `.endpoint`,
//! `Endpoint.identifier`, `HealthcareService.location`, `.specialty` and their like.

use crate::r4::{ResourceType, View};

/// A search parameter, as it is claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// Its type (FHIR R4, value set `search-param-type`).
    pub kind: &'static str,
    /// What it looks at.
    pub(super) what: What,
}

/// What a parameter looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    Id,
    LastUpdated,
    Profile,
    /// Tags and security labels: no resource has any.
    Nothing,
    Active,
    Type,
    Name,
    Identifier,
    Address,
    City,
    State,
    Zip,
    Country,
    Refers(Edge),
    Status,
    ConnectionType,
    PayloadType,
    EndpointAddress,
    Near,
    Category,
    Role,
}

/// A reference from one type to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Edge {
    OrganizationEndpoint,
    OrganizationPartOf,
    EndpointOrganization,
    LocationOrganization,
    ServiceOrganization,
    ServiceEndpoint,
    AffiliationPrimary,
    AffiliationParticipating,
    AffiliationEndpoint,
    AffiliationService,
}

impl Edge {
    pub const ALL: [Self; 10] = [
        Self::OrganizationEndpoint,
        Self::OrganizationPartOf,
        Self::EndpointOrganization,
        Self::LocationOrganization,
        Self::ServiceOrganization,
        Self::ServiceEndpoint,
        Self::AffiliationPrimary,
        Self::AffiliationParticipating,
        Self::AffiliationEndpoint,
        Self::AffiliationService,
    ];

    /// The type that refers, the parameter, the type that is referred to.
    pub fn parts(self) -> (ResourceType, &'static str, ResourceType) {
        use ResourceType::{Endpoint, HealthcareService, Location, Organization, OrganizationAffiliation};
        match self {
            Self::OrganizationEndpoint => (Organization, "endpoint", Endpoint),
            Self::OrganizationPartOf => (Organization, "partof", Organization),
            Self::EndpointOrganization => (Endpoint, "organization", Organization),
            Self::LocationOrganization => (Location, "organization", Organization),
            Self::ServiceOrganization => (HealthcareService, "organization", Organization),
            Self::ServiceEndpoint => (HealthcareService, "endpoint", Endpoint),
            Self::AffiliationPrimary => (OrganizationAffiliation, "primary-organization", Organization),
            Self::AffiliationParticipating => (OrganizationAffiliation, "participating-organization", Organization),
            Self::AffiliationEndpoint => (OrganizationAffiliation, "endpoint", Endpoint),
            Self::AffiliationService => (OrganizationAffiliation, "service", HealthcareService),
        }
    }

    pub fn from(self) -> ResourceType {
        self.parts().0
    }

    pub fn to(self) -> ResourceType {
        self.parts().2
    }

    /// `Organization:endpoint`
    pub fn path(self) -> String {
        let (from, name, _) = self.parts();
        format!("{}:{name}", from.name())
    }

    pub fn named(from: ResourceType, name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|edge| {
            let (of, known, _) = edge.parts();
            of == from && known == name
        })
    }
}

const fn of(name: &'static str, kind: &'static str, what: What) -> Parameter {
    Parameter { name, kind, what }
}

/// Parameters every type has.
const COMMON: [Parameter; 5] = [
    of("_id", "token", What::Id),
    of("_lastUpdated", "date", What::LastUpdated),
    of("_profile", "uri", What::Profile),
    of("_security", "token", What::Nothing),
    of("_tag", "token", What::Nothing),
];
const ADDRESS: [Parameter; 5] = [
    of("address", "string", What::Address),
    of("address-city", "string", What::City),
    of("address-country", "string", What::Country),
    of("address-postalcode", "string", What::Zip),
    of("address-state", "string", What::State),
];
const ORGANIZATION: [Parameter; 16] = {
    let [a, b, c, d, e] = COMMON;
    let [f, g, h, i, j] = ADDRESS;
    [
        a,
        b,
        c,
        d,
        e,
        of("active", "token", What::Active),
        f,
        g,
        h,
        i,
        j,
        of("endpoint", "reference", What::Refers(Edge::OrganizationEndpoint)),
        of("identifier", "token", What::Identifier),
        of("name", "string", What::Name),
        of("partof", "reference", What::Refers(Edge::OrganizationPartOf)),
        of("type", "token", What::Type),
    ]
};
const ENDPOINT: [Parameter; 11] = {
    let [a, b, c, d, e] = COMMON;
    [
        a,
        b,
        c,
        d,
        e,
        of("address", "uri", What::EndpointAddress),
        of("connection-type", "token", What::ConnectionType),
        of("name", "string", What::Name),
        of("organization", "reference", What::Refers(Edge::EndpointOrganization)),
        of("payload-type", "token", What::PayloadType),
        of("status", "token", What::Status),
    ]
};
const LOCATION: [Parameter; 15] = {
    let [a, b, c, d, e] = COMMON;
    let [f, g, h, i, j] = ADDRESS;
    [
        a,
        b,
        c,
        d,
        e,
        f,
        g,
        h,
        i,
        j,
        of("identifier", "token", What::Identifier),
        of("name", "string", What::Name),
        of("near", "special", What::Near),
        of("organization", "reference", What::Refers(Edge::LocationOrganization)),
        of("status", "token", What::Status),
    ]
};
const SERVICE: [Parameter; 11] = {
    let [a, b, c, d, e] = COMMON;
    [
        a,
        b,
        c,
        d,
        e,
        of("active", "token", What::Active),
        of("endpoint", "reference", What::Refers(Edge::ServiceEndpoint)),
        of("identifier", "token", What::Identifier),
        of("name", "string", What::Name),
        of("organization", "reference", What::Refers(Edge::ServiceOrganization)),
        of("service-category", "token", What::Category),
    ]
};
const AFFILIATION: [Parameter; 11] = {
    let [a, b, c, d, e] = COMMON;
    [
        a,
        b,
        c,
        d,
        e,
        of("active", "token", What::Active),
        of("endpoint", "reference", What::Refers(Edge::AffiliationEndpoint)),
        of("participating-organization", "reference", What::Refers(Edge::AffiliationParticipating)),
        of("primary-organization", "reference", What::Refers(Edge::AffiliationPrimary)),
        of("role", "token", What::Role),
        of("service", "reference", What::Refers(Edge::AffiliationService)),
    ]
};

/// The search parameters of a type; every view has the same.
pub fn parameters(_view: View, kind: ResourceType) -> &'static [Parameter] {
    match kind {
        ResourceType::Organization => &ORGANIZATION,
        ResourceType::Endpoint => &ENDPOINT,
        ResourceType::Location => &LOCATION,
        ResourceType::HealthcareService => &SERVICE,
        ResourceType::OrganizationAffiliation => &AFFILIATION,
    }
}

/// What `_include` takes for a type.
pub fn includes(_view: View, kind: ResourceType) -> Vec<String> {
    Edge::ALL.into_iter().filter(|edge| edge.from() == kind).map(Edge::path).collect()
}

/// What `_revinclude` takes for a type.
pub fn reverse_includes(_view: View, kind: ResourceType) -> Vec<String> {
    Edge::ALL.into_iter().filter(|edge| edge.to() == kind).map(Edge::path).collect()
}

/// The parameter of a type with a name.
pub(super) fn named(kind: ResourceType, name: &str) -> Option<&'static Parameter> {
    parameters(View::Plain, kind).iter().find(|known| known.name == name)
}

/// What results of a type can be sorted by.
pub(super) fn sortable(kind: ResourceType) -> &'static [&'static str] {
    match kind {
        ResourceType::Organization => {
            &["_id", "_lastUpdated", "name", "address-city", "address-state", "address-postalcode"]
        }
        ResourceType::Location => {
            &["_id", "_lastUpdated", "address-city", "address-state", "address-postalcode", "near"]
        }
        ResourceType::Endpoint => &["_id", "_lastUpdated", "name", "address"],
        ResourceType::HealthcareService => &["_id", "_lastUpdated", "name"],
        ResourceType::OrganizationAffiliation => &["_id", "_lastUpdated"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reference_is_a_parameter_and_names_stand_once() {
        for edge in Edge::ALL {
            let (from, name, _) = edge.parts();
            assert_eq!(named(from, name).map(|known| known.what), Some(What::Refers(edge)), "{from:?} {name}");
            assert_eq!(Edge::named(from, name), Some(edge));
        }
        for kind in ResourceType::ALL {
            let mut names: Vec<&str> = parameters(View::Plain, kind).iter().map(|known| known.name).collect();
            names.dedup();
            assert_eq!(names.len(), parameters(View::Ndh, kind).len());
            assert!(names.is_sorted(), "{names:?}");
            for name in sortable(kind) {
                assert!(named(kind, name).is_some(), "{kind:?} {name}");
            }
        }
        assert_eq!(includes(View::Plain, ResourceType::Location), ["Location:organization"]);
        assert!(reverse_includes(View::Plain, ResourceType::Endpoint).contains(&"Organization:endpoint".to_owned()));
    }
}
