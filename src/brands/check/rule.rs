//! The rules, one a row: code, how bad, and where it stands. Their words are in `locales/*/brands-check.ftl`, two a rule:
//! what is wrong, and how to mend it.

use serde::Serialize;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// A "shall" of a standard is broken: readers may refuse the list.
    Error,
    /// A "should" is broken, or something that a reader stumbles over.
    Warning,
    /// Worth knowing.
    Note,
}

macro_rules! rules {
    ($($variant:ident $code:literal $severity:ident $basis:expr;)*) => {
        /// What a list is checked for.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[expect(missing_docs, reason = "the table says what each is")]
        pub enum Rule { $($variant,)* }

        impl Rule {
            /// Every rule, in the order in which reports name them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Its stable code.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// How bad it is.
            pub fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)* }
            }

            /// Where the rule stands.
            pub fn basis(self) -> &'static str {
                match self { $(Self::$variant => $basis,)* }
            }
        }
    };
}

const BUNDLE: &str = "SMART App Launch 2.2.0, UserAccessBrandsBundle";
const BRAND: &str = "SMART App Launch 2.2.0, UserAccessBrand";
const ENDPOINT: &str = "SMART App Launch 2.2.0, UserAccessEndpoint";
const SECTION: &str = "SMART App Launch 2.2.0, section 8";
const EXTENSION: &str = "HL7 FHIR Extensions, organization-portal and organization-brand";
const R4: &str = "FHIR R4";
const HTI1: &str = "45 CFR 170.404(b)(2)";
const INFERNO: &str = "Inferno, SMART Access Brands suite";
const OURS: &str = "Connector";

rules! {
    TooLarge "too-large" Error OURS;
    NotJson "not-json" Error R4;
    TooDeep "too-deep" Error OURS;
    NotABundle "not-a-bundle" Error BUNDLE;
    BundleType "bundle-type" Error BUNDLE;
    TimestampMissing "timestamp-missing" Error SECTION;
    TimestampBad "timestamp-bad" Error R4;
    TimestampFuture "timestamp-future" Warning SECTION;
    TimestampOld "timestamp-old" Warning HTI1;
    MetaLastUpdated "meta-last-updated" Error BUNDLE;
    TotalGiven "total-given" Error "FHIR R4, bdl-1";
    SearchGiven "search-given" Error "FHIR R4, bdl-2";
    NoEntries "no-entries" Warning INFERNO;
    EntryUnreadable "entry-unreadable" Error R4;
    OtherResource "other-resource" Warning "Inferno, service base URL suite";
    IdMissing "id-missing" Warning INFERNO;
    IdBad "id-bad" Error R4;
    IdPrefix "id-prefix" Warning INFERNO;
    FullUrlMissing "full-url-missing" Warning R4;
    FullUrlRelative "full-url-relative" Error R4;
    FullUrlVersioned "full-url-versioned" Error "FHIR R4, bdl-8";
    FullUrlTwice "full-url-twice" Error "FHIR R4, bdl-7";
    FullUrlOtherId "full-url-other-id" Error R4;
    LastUpdatedMissing "last-updated-missing" Note SECTION;
    NameMissing "name-missing" Error BRAND;
    TestName "test-name" Warning OURS;
    Inactive "inactive" Note SECTION;
    TelecomCount "telecom-count" Error BRAND;
    TelecomNotUrl "telecom-not-url" Warning SECTION;
    TelecomNoValue "telecom-no-value" Error BRAND;
    AbsentReason "absent-reason" Error SECTION;
    AddressUnsafe "address-unsafe" Error OURS;
    AddressHttp "address-http" Warning OURS;
    CategoryMissing "category-missing" Warning SECTION;
    CategoryUnknown "category-unknown" Warning "SMART App Launch 2.2.0, user-access-category";
    CategorySystem "category-system" Warning "SMART App Launch 2.2.0, user-access-category";
    IdentifierWebMissing "identifier-web-missing" Note SECTION;
    IdentifierWebForm "identifier-web-form" Warning SECTION;
    IdentifierNoValue "identifier-no-value" Error SECTION;
    IdentifierNoSystem "identifier-no-system" Note SECTION;
    IdentifierShared "identifier-shared" Note SECTION;
    UseHome "use-home" Error "FHIR R4, org-2 and org-3";
    Country "country" Note SECTION;
    PartUnknown "part-unknown" Error EXTENSION;
    PartTwice "part-twice" Error EXTENSION;
    PartType "part-type" Error EXTENSION;
    PortalEmpty "portal-empty" Error EXTENSION;
    PortalNoUrl "portal-no-url" Warning SECTION;
    LogoLarge "logo-large" Note OURS;
    DescriptionHtml "description-html" Warning OURS;
    Uab1 "uab-1" Error "SMART App Launch 2.2.0, uab-1";
    ReferenceEmpty "reference-empty" Error R4;
    ReferenceUnresolved "reference-unresolved" Error "SMART App Launch 2.2.0, aggregation bundled";
    ReferenceLoose "reference-loose" Warning "FHIR R4, resolving references in Bundles";
    PartOfDeep "part-of-deep" Error SECTION;
    PartOfCircle "part-of-circle" Error SECTION;
    HtiIdentifier "hti-identifier" Warning HTI1;
    HtiLocation "hti-location" Warning HTI1;
    HtiEndpoint "hti-endpoint" Warning HTI1;
    EndpointStatus "endpoint-status" Error R4;
    EndpointNotActive "endpoint-not-active" Note SECTION;
    ConnectionType "connection-type" Error ENDPOINT;
    VersionMissing "version-missing" Error ENDPOINT;
    VersionUnknown "version-unknown" Error "HL7 FHIR Extensions, endpoint-fhir-version";
    ContactMissing "contact-missing" Error ENDPOINT;
    ConfigurationUrl "configuration-url" Error ENDPOINT;
    PayloadType "payload-type" Error ENDPOINT;
    EndpointAddressMissing "endpoint-address-missing" Error ENDPOINT;
    EndpointOrphan "endpoint-orphan" Error SECTION;
    EndpointTwice "endpoint-twice" Note OURS;
}
