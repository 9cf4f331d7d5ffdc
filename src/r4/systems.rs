//! Names of code systems, identifier systems and extensions.
//!
//! Those of our own begin with the installation's public address; `/fhir/CodeSystem/…`, `/fhir/NamingSystem/…` and
//! `/fhir/StructureDefinition/…` can be read there.

use crate::model::identifier::{Identifier, System};

/// National Provider Identifier (HL7 identifier registry).
pub const NPI: &str = "http://hl7.org/fhir/sid/us-npi";
/// CMS Certification Number.
pub const CCN: &str = "urn:oid:2.16.840.1.113883.4.336";
/// CLIA number of a laboratory (US Core Organization).
pub const CLIA: &str = "urn:oid:2.16.840.1.113883.4.7";
/// NAIC company code (US Core Organization).
pub const NAIC: &str = "urn:oid:2.16.840.1.113883.6.300";
/// Identifiers that are URIs: object identifiers and web addresses (FHIR R4, `Identifier.system`).
pub const URI: &str = "urn:ietf:rfc:3986";
/// HL7 table 0203, kinds of identifiers.
pub const IDENTIFIER_TYPE: &str = "http://terminology.hl7.org/CodeSystem/v2-0203";
/// Organization types; SMART User-access Brands takes its categories from it.
pub const ORGANIZATION_TYPE: &str = "http://terminology.hl7.org/CodeSystem/organization-type";
/// How to connect to an endpoint.
pub const CONNECTION_TYPE: &str = "http://terminology.hl7.org/CodeSystem/endpoint-connection-type";
/// What an endpoint takes, in R4.
pub const PAYLOAD_TYPE: &str = "http://terminology.hl7.org/CodeSystem/endpoint-payload-type";
/// What an endpoint takes, in Plan-Net.
pub const PLAN_NET_PAYLOAD_TYPE: &str = "http://hl7.org/fhir/us/davinci-pdex-plan-net/CodeSystem/EndpointPayloadTypeCS";
/// Why there is no value; NDH takes the payload of an endpoint from it.
pub const DATA_ABSENT_REASON: &str = "http://terminology.hl7.org/CodeSystem/data-absent-reason";
/// Organization types of Plan-Net and, below its own address, of NDH.
pub const PLAN_NET_ORGANIZATION_TYPE: &str = "http://hl7.org/fhir/us/davinci-pdex-plan-net/CodeSystem/OrgTypeCS";
/// Organization types of NDH.
pub const NDH_ORGANIZATION_TYPE: &str = "http://hl7.org/fhir/us/ndh/CodeSystem/OrgTypeCS";
/// Tags on answers with parts of a resource (FHIR R4, `_summary` and `_elements`).
pub const OBSERVATION_VALUE: &str = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue";

/// Logos of a brand (FHIR Extensions, `organization-brand`).
pub const BRAND_EXTENSION: &str = "http://hl7.org/fhir/StructureDefinition/organization-brand";
/// Portals of a brand (FHIR Extensions, `organization-portal`).
pub const PORTAL_EXTENSION: &str = "http://hl7.org/fhir/StructureDefinition/organization-portal";
/// FHIR versions of an endpoint (FHIR Extensions, `endpoint-fhir-version`).
pub const FHIR_VERSION_EXTENSION: &str = "http://hl7.org/fhir/StructureDefinition/endpoint-fhir-version";
/// `Organization.description` of FHIR R5 on an R4 resource (FHIR R5, "Extensions for converting between versions").
pub const R5_DESCRIPTION_EXTENSION: &str =
    "http://hl7.org/fhir/5.0/StructureDefinition/extension-Organization.description";
/// The same in Plan-Net.
pub const PLAN_NET_DESCRIPTION_EXTENSION: &str =
    "http://hl7.org/fhir/us/davinci-pdex-plan-net/StructureDefinition/org-description";
/// The same in NDH.
pub const NDH_DESCRIPTION_EXTENSION: &str = "http://hl7.org/fhir/us/ndh/StructureDefinition/base-ext-org-description";

/// Our ids, below the public address.
pub const OWN_ID: &str = "/fhir/NamingSystem/id";
/// Our kinds of organizations, below the public address.
pub const OWN_KIND: &str = "/fhir/CodeSystem/kind";
/// What our services are, below the public address.
pub const OWN_SERVICE: &str = "/fhir/CodeSystem/service";
/// What our affiliations are, below the public address.
pub const OWN_AFFILIATION: &str = "/fhir/CodeSystem/affiliation";
/// Where to make an account at a portal, below the public address.
pub const OWN_SIGN_UP: &str = "/fhir/StructureDefinition/sign-up";
/// Who follows an organization that moved or closed, below the public address.
pub const OWN_SUCCESSOR: &str = "/fhir/StructureDefinition/successor";
/// The custom search parameter of endpoints, below the public address.
pub const OWN_ADDRESS_PARAMETER: &str = "/fhir/SearchParameter/endpoint-address";

/// The system, where there is one, and the value of a number others gave an organization; nothing when it cannot be said.
pub fn of(given: &Identifier) -> Option<(Option<&str>, &str)> {
    let value = given.value.as_str();
    let (system, value) = match given.system {
        System::Npi => (NPI, value),
        System::Ccn => (CCN, value),
        System::Clia => (CLIA, value),
        System::Naic => (NAIC, value),
        System::Oid | System::Web => (URI, value),
        System::Other => value.split_once('|')?,
        // Never published (CONTRACT).
        System::Ein => return None,
    };
    (!value.is_empty()).then_some((Some(system).filter(|system| !system.is_empty()), value))
}
