//! What one source says of one organization or app: the unit everything is merged from.
//!
//! Readers make listings; the merge reads them. What holds: every address in a listing is a [`Door`],
//! every number is an [`Identifier`], and nothing private is in it (no e-mail, no official's name).

use std::collections::BTreeMap;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{
    door::Door, features::Features, identifier::Identifier, kind::Kind, organization::Status, place::Place,
    source::Tier,
};

/// One row of one source.
#[derive(Debug, Clone, PartialEq)]
pub struct Listing {
    /// The source's own key: the resource's id or fullUrl, else NPI and address, else a hash of kind,
    /// name, place and address.
    pub key: String,
    /// Rows of one source with the same group are one organization (the same customer of a vendor
    /// under two addresses).
    pub group: Option<String>,
    /// What survives a change of key: numbers and addresses only this organization has. A vanished key
    /// whose strong mark appears under another key keeps its organization.
    pub strong: Vec<String>,
    /// What is said.
    pub body: Body,
}

/// What a listing is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "subject", rename_all = "lowercase")]
pub enum Body {
    /// An organization.
    Organization(Box<OrganizationFacts>),
    /// An app.
    App(Box<AppFacts>),
}

impl Body {
    /// `organization` or `app`.
    pub fn subject(&self) -> &'static str {
        match self {
            Self::Organization(_) => "organization",
            Self::App(_) => "app",
        }
    }

    /// The name it gives.
    pub fn name(&self) -> &str {
        match self {
            Self::Organization(facts) => &facts.name,
            Self::App(facts) => &facts.name,
        }
    }

    /// The same body always gives the same hash.
    pub fn hash(&self) -> String {
        self.written().1
    }

    /// The body as it is stored, as JSON, and the hash of that.
    pub fn written(&self) -> (String, String) {
        let json = serde_json::to_string(self).unwrap_or_default();
        let hash = hex(&Sha256::digest(json.as_bytes()));
        (json, hash)
    }
}

/// Bytes as lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |value: u8| char::from(DIGITS[usize::from(value)]);
    bytes.iter().flat_map(|b| [digit(b >> 4), digit(b & 15)]).collect()
}

/// A published page that carries an address, and the day it was seen there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// The page.
    pub page: String,
    /// The day.
    pub seen: Date,
}

/// An address with the evidence for it (starter rows have some, lists are evidence themselves).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DoorFacts {
    /// The address.
    #[serde(flatten)]
    pub door: Door,
    /// Where it was seen published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
}

/// A portal as a source gives it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PortalFacts {
    /// Where people sign in.
    pub at: DoorFacts,
    /// The portal's own name, for example MyChart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What the publisher says of it, as plain text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whom it is for: "adult patients", "children's clinic", a line of business, a site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// Where to make an account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sign_up: Option<Door>,
    /// Base addresses of the endpoints behind it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub endpoints: Vec<String>,
    /// The key of the listing it comes from when it is the parent's (`partOf`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub through: Option<String>,
    /// First and last day it is valid, when the source says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid: Option<(Option<Date>, Option<Date>)>,
}

impl From<Door> for DoorFacts {
    fn from(door: Door) -> Self {
        Self { door, evidence: None }
    }
}

impl PortalFacts {
    /// A portal of which nothing but its address is said.
    pub fn at(at: impl Into<DoorFacts>) -> Self {
        Self {
            at: at.into(),
            name: None,
            description: None,
            audience: None,
            sign_up: None,
            endpoints: Vec::new(),
            through: None,
            valid: None,
        }
    }
}

/// A FHIR endpoint as a source gives it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EndpointFacts {
    /// The FHIR base address.
    pub at: Door,
    /// FHIR versions it is said to speak (`4.0.1`), from `endpoint-fhir-version`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fhir_versions: Vec<String>,
    /// The endpoint's own name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A page for developers (`contact` with system `url`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub developers: Option<Door>,
    /// The key of the listing it comes from when it is the parent's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub through: Option<String>,
}

/// A logo a publisher offers. It is never loaded from the publisher's host by our pages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LogoFacts {
    /// Where it is.
    pub url: String,
    /// Its licence page, when one is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
}

/// How to ask where there is no online door, in plain words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Advice {
    /// In English.
    pub en: String,
    /// In Spanish.
    pub es: String,
}

/// What one source says of one organization. What it does not say is absent.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct OrganizationFacts {
    /// The name people know.
    pub name: String,
    /// Other names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Kinds, the primary one first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<Kind>,
    /// Said only when it is not simply active.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// What it is, as plain text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Its own public web site.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub website: Option<DoorFacts>,
    /// Its public phone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Numbers others gave it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub identifiers: Vec<Identifier>,
    /// Where it is, the main place first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<Place>,
    /// States it serves (`TX`), or `US`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub areas: Vec<String>,
    /// Where people sign in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub portals: Vec<PortalFacts>,
    /// Where apps connect.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub endpoints: Vec<EndpointFacts>,
    /// The key, in the same source, of the organization it is part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part_of: Option<String>,
    /// Name of that organization.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part_of_name: Option<String>,
    /// What people can do there.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub features: Features,
    /// How to ask without a door.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub how_to_ask: Option<Advice>,
    /// Logos of the brand.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub logos: Vec<LogoFacts>,
    /// The source only names the front page of a portal that many share: people must ask the office.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub shared_portal: bool,
    /// Readable addresses the source used; they redirect for ever.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub old_slugs: Vec<String>,
    /// The fixed id of a starter row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fixed_id: Option<String>,
    /// It may weigh no more than this: the list passes on what somebody else said ([`super::origin`]).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_best: Option<Tier>,
    /// What this source says is not so: fields (`phone`), and items of lists as the merge knows them (`locations/KEY`). Only
    /// people say such a thing; what weighs less does not bring it in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub denied: Vec<String>,
}

/// What one source says of one app.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AppFacts {
    /// The app's name.
    pub name: String,
    /// Who makes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publisher: Option<String>,
    /// What it does, in English.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What it does, in Spanish.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description_es: Option<String>,
    /// The structured data it takes in (`FHIR R4`, `C-CDA`, `claims`). Empty: it is history, not listed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ingests: Vec<String>,
    /// `ios`, `android`, `web`, `desktop`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub platforms: Vec<String>,
    /// Its web site.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub website: Option<DoorFacts>,
    /// Its privacy policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub privacy_policy: Option<DoorFacts>,
    /// Its page in Apple's App Store.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_store: Option<DoorFacts>,
    /// Its page in Google Play.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub google_play: Option<DoorFacts>,
    /// Fields that this source says are not so, as in [`OrganizationFacts::denied`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub denied: Vec<String>,
    /// Readable addresses the source used; they redirect for ever.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub old_slugs: Vec<String>,
    /// The fixed id of a starter row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fixed_id: Option<String>,
}
