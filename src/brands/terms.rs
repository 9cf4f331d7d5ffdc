//! Names of SMART User-access Brands: profiles, extensions and codes (SMART App Launch 2.2.0, section 8; HL7 FHIR
//! Extensions 5.x). Writer and validator read the same table.

/// Profile of a Bundle.
pub const BUNDLE_PROFILE: &str = "http://hl7.org/fhir/smart-app-launch/StructureDefinition/user-access-brands-bundle";
/// Why a value is missing.
pub const DATA_ABSENT: &str = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";
/// Licences by code (`brandLogoLicenseType`).
pub const SPDX: &str = "http://hl7.org/fhir/spdx-license";
/// How an endpoint of a brand connects: FHIR over https.
pub const FHIR_REST: &str = "hl7-fhir-rest";
/// What an endpoint of a brand takes.
pub const NO_PAYLOAD: &str = "none";

/// The value set `user-access-category`: codes of `organization-type`, with their displays.
pub const CATEGORIES: [(&str, &str); 7] = [
    ("prov", "Healthcare Provider"),
    ("ins", "Insurance Company"),
    ("laboratory", "Laboratory"),
    ("imaging", "Imaging Center"),
    ("pharmacy", "Pharmacy"),
    ("health-information-network", "Health Information Network"),
    ("health-data-aggregator", "Health Data Aggregator"),
];

pub use crate::r4::FHIR_VERSIONS;

/// Reasons that a publisher may give for a missing value.
pub const ABSENT_REASONS: [&str; 2] = ["asked-declined", "asked-unknown"];
