//! An organization as people see it: the merge of what the sources say.
//!
//! One JSON document and a map field -> who says so; a page or a read by id is one row.

use std::{borrow::Cow, collections::BTreeMap};

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    door::Warning,
    features::{Answer, Features},
    id::Id,
    identifier::Identifier,
    kind::Kind,
    listing::{Advice, Evidence, LogoFacts},
    place::Place,
    provenance::{self, Provenance, Short},
    source::Tier,
};

/// Where an organization stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// In being.
    #[default]
    Active,
    /// At another place or under another name now.
    Moved,
    /// Part of another organization now; its id redirects.
    Merged,
    /// Closed; somebody else may keep the records.
    Closed,
    /// No source speaks of it any more.
    Withdrawn,
}

impl Status {
    /// The word in the API and the store.
    pub fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Moved => "moved",
            Self::Merged => "merged",
            Self::Closed => "closed",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// How a value is known (CONTRACT section 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Label {
    /// The organization proved it.
    Owner,
    /// Checked by a person.
    Person,
    /// It answered us on the date.
    Observed,
    /// A source says so.
    Listed,
}

/// Who says one value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Said {
    /// Id of the source.
    pub source: String,
    /// Its name for people.
    pub source_name: String,
    /// Its tier.
    pub tier: Tier,
    /// Key of the listing within the source.
    pub key: String,
    /// Date of the load that says it.
    pub load_date: Date,
    /// How it is known.
    pub label: Label,
    /// Where the address was seen published, for starter rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
}

impl Said {
    /// Does its key, or the page that shows its evidence, carry a text that must not be shown?
    pub(super) fn names(&self, bad: &impl Fn(&str) -> bool) -> bool {
        bad(&self.key) || self.evidence.as_ref().is_some_and(|evidence| bad(&evidence.page))
    }

    /// Leaves such a key empty, and the evidence out.
    pub(super) fn clean(&mut self, bad: &impl Fn(&str) -> bool) {
        if bad(&self.key) {
            self.key.clear();
        }
        self.evidence = self.evidence.take().filter(|evidence| !bad(&evidence.page));
    }
}

/// How a door may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DoorState {
    /// A button.
    Live,
    /// Text: the first day on which it is a button has not come ([`Portal::valid_from`]).
    NotYet,
    /// Text: the last day on which it was a button is over ([`Portal::valid_to`]).
    Closed,
    /// Text: "old address, not checked".
    OldAddress,
}

/// One place of an organization.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "OrganizationLocation")]
#[serde(from = "Flat")]
pub struct Location {
    /// Its id.
    pub id: Id,
    /// Where it is.
    #[serde(flatten)]
    pub place: Place,
}

/// A [`Location`] as it is read: field by field, where `flatten` would put all of them into a buffer first.
#[derive(Deserialize, JsonSchema)]
struct Flat {
    id: Id,
    name: Option<String>,
    #[serde(default)]
    lines: Vec<String>,
    city: Option<String>,
    state: Option<String>,
    zip: Option<String>,
    phone: Option<String>,
    landmark: Option<String>,
}

impl From<Flat> for Location {
    fn from(flat: Flat) -> Self {
        let Flat { id, name, lines, city, state, zip, phone, landmark } = flat;
        Self { id, place: Place { name, lines, city, state, zip, phone, landmark } }
    }
}

/// One portal as this organization offers it. The portal itself is shared by all that link to its address.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "OrganizationPortal")]
pub struct Portal {
    /// Id of the shared portal.
    pub id: Id,
    /// Where people sign in.
    pub url: String,
    /// The domain that really opens.
    pub domain: String,
    /// Button or text.
    pub state: DoorState,
    /// What a person should know before trusting it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
    /// The portal's own name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What the publisher says of it, as plain text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whom it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// Where to make an account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sign_up: Option<String>,
    /// Ids of the endpoints behind it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub endpoints: Vec<Id>,
    /// It is the door of the organization this one is part of.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub through_parent: bool,
    /// First day it is valid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Date>,
    /// Last day it is valid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Date>,
    /// Id of the portal that follows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub successor: Option<Id>,
}

impl Portal {
    /// Is it a button on its days? An old address never is.
    pub fn is_door(&self) -> bool {
        self.state != DoorState::OldAddress
    }

    /// How it may be shown on a day. This is the one rule of the days on which a door is open: the first and the last one are
    /// among them. Today is [`crate::clock::Clock::door_day`].
    pub fn state_on(&self, day: Date) -> DoorState {
        if !self.is_door() {
            DoorState::OldAddress
        } else if self.valid_from.is_some_and(|from| day < from) {
            DoorState::NotYet
        } else if self.valid_to.is_some_and(|to| day > to) {
            DoorState::Closed
        } else {
            DoorState::Live
        }
    }

    /// May people be sent there on a day?
    pub fn is_open(&self, day: Date) -> bool {
        self.state_on(day) == DoorState::Live
    }

    /// The first and the last day on which its state is right as it is written.
    fn right_days(&self) -> (Date, Date) {
        let (from, to) = (self.valid_from.unwrap_or(Date::MIN), self.valid_to.unwrap_or(Date::MAX));
        match self.state {
            DoorState::Live => (from, to),
            DoorState::NotYet => (Date::MIN, from.yesterday().unwrap_or(Date::MIN)),
            DoorState::Closed => (from.max(to.tomorrow().unwrap_or(Date::MAX)), Date::MAX),
            DoorState::OldAddress => (Date::MIN, Date::MAX),
        }
    }
}

/// One FHIR endpoint as this organization offers it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "OrganizationEndpoint")]
pub struct Endpoint {
    /// Id of the shared endpoint.
    pub id: Id,
    /// The FHIR base address.
    pub address: String,
    /// Registrable domain, or host and tenant.
    pub domain: String,
    /// Live, or an old address nobody checked.
    pub state: DoorState,
    /// What a person should know before trusting it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
    /// FHIR versions it is said to speak.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fhir_versions: Vec<String>,
    /// Its own name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A page for developers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub developers: Option<String>,
    /// It is an endpoint of the organization this one is part of.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub through_parent: bool,
}

/// Another organization, by id and by the name a source gives it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Related {
    /// Its id; `/o/{id}` redirects to its page.
    pub id: Id,
    /// Its name.
    pub name: String,
}

/// A web site: an address and what it really opens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Website {
    /// The address.
    pub url: String,
    /// The domain that really opens.
    pub domain: String,
    /// Button or text.
    pub state: DoorState,
    /// What a person should know before trusting it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
}

/// A door another source gives, which is not the one that is shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AlsoListed {
    /// The address.
    pub url: String,
    /// The domain that really opens.
    pub domain: String,
    /// Who says so.
    pub by: Said,
}

/// The merged organization.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Organization {
    /// Permanent id.
    pub id: Id,
    /// The readable part of its address.
    pub slug: String,
    /// Counts its changes.
    pub version: i64,
    /// Where it stands.
    pub status: Status,
    /// The organization it was merged into, who keeps the records, or where it moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub successor: Option<Related>,
    /// The name people know.
    pub name: String,
    /// Other names, from any source.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Kinds, the primary one first; never empty.
    pub kinds: Vec<Kind>,
    /// What it is, as plain text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Its own web site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub website: Option<Website>,
    /// Its public phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Numbers others gave it (never an EIN).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub identifiers: Vec<Identifier>,
    /// Where it is, the main place first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub locations: Vec<Location>,
    /// States it serves, or `US`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub areas: Vec<String>,
    /// Where people sign in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub portals: Vec<Portal>,
    /// Doors of worse sources, kept for comparison.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also_listed: Vec<AlsoListed>,
    /// Where apps connect.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub endpoints: Vec<Endpoint>,
    /// What it is part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part_of: Option<Related>,
    /// What people can do there.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub features: Features,
    /// How to ask without a door.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how_to_ask: Option<Advice>,
    /// Logos of the brand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub logos: Vec<LogoFacts>,
    /// Its source only names the front page of a portal many share: ask the office.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shared_portal: bool,
    /// Field -> who says so. Fields: `name`, `aliases/{match form}`, `kinds`, `description`, `website`, `phone`,
    /// `identifiers/{system}/{value}`, `locations/{id}`, `areas`, `portals/{id}`, `endpoints/{id}`, `part_of`,
    /// `features/{code}`, `how_to_ask`, `logos`, `status`.
    #[serde(default, skip_serializing_if = "Provenance::is_empty")]
    pub provenance: Provenance,
}

impl Organization {
    /// *Listed*: it offers at least one feature or a live door. Otherwise it is only *known*.
    pub fn is_listed(&self) -> bool {
        self.status == Status::Active
            && (self.portals.iter().any(|p| p.state == DoorState::Live)
                || self.website.as_ref().is_some_and(|site| site.state == DoorState::Live)
                || self.endpoints.iter().any(|e| e.state == DoorState::Live)
                || self.features.values().any(|answer| matches!(answer, Answer::Yes)))
    }

    /// The primary kind.
    pub fn kind(&self) -> Kind {
        self.kinds.first().copied().unwrap_or(Kind::Unknown)
    }

    /// The main place, if any is known.
    pub fn main_place(&self) -> Option<&Place> {
        self.locations.first().map(|location| &location.place)
    }

    /// The same organization with the doors of one day ([`Portal::state_on`]).
    #[must_use]
    pub fn on_day(mut self, day: Date) -> Self {
        for portal in &mut self.portals {
            portal.state = portal.state_on(day);
        }
        self
    }

    /// The first and the last day on which the states of its portals are right as they are written; nothing when no day changes
    /// them.
    pub fn right_days(&self) -> Option<(Date, Date)> {
        let dated = |portal: &&Portal| portal.is_door() && (portal.valid_from.is_some() || portal.valid_to.is_some());
        let days = self.portals.iter().filter(dated).map(Portal::right_days);
        days.reduce(|(first, last), (from, to)| (first.max(from), last.min(to)))
    }

    /// The portals that may be a button.
    pub fn live_portals(&self) -> impl Iterator<Item = &Portal> {
        self.portals.iter().filter(|portal| portal.state == DoorState::Live)
    }

    /// The portals that are a button on their days, whether those have not come, are there, or are over.
    pub fn door_portals(&self) -> impl Iterator<Item = &Portal> {
        self.portals.iter().filter(|portal| portal.is_door())
    }

    /// The endpoints that may be shown.
    pub fn live_endpoints(&self) -> impl Iterator<Item = &Endpoint> {
        self.endpoints.iter().filter(|endpoint| endpoint.state == DoorState::Live)
    }

    /// Its web site, if that may be a button.
    pub fn live_website(&self) -> Option<&Website> {
        self.website.as_ref().filter(|site| site.state == DoorState::Live)
    }

    /// Who says a field.
    pub fn said(&self, field: &str) -> Option<&Said> {
        self.provenance.get(field).map(AsRef::as_ref)
    }

    /// The document for the store: as in the API, but with each voice once.
    pub fn document(&mut self) -> String {
        document(self, |thing| &mut thing.provenance)
    }

    /// Reads such a document, with who says these fields and no others: reading all of it takes longer than the rest.
    pub fn with_said(mut document: String, fields: &[Cow<'_, str>]) -> serde_json::Result<Self> {
        let (rest, said) = provenance::cut(&document);
        let said = said.map(|said| Provenance::only(said, fields)).transpose()?;
        let end = rest.len();
        document.truncate(end);
        document.push('}');
        let organization: Self = serde_json::from_str(&document)?;
        Ok(Self { provenance: said.unwrap_or_default(), ..organization })
    }
}

/// The merged app.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct App {
    /// Permanent id.
    pub id: Id,
    /// The readable part of its address.
    pub slug: String,
    /// Counts its changes.
    pub version: i64,
    /// Active, or withdrawn when no source speaks of it any more.
    pub status: Status,
    /// The app's name.
    pub name: String,
    /// Who makes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publisher: Option<String>,
    /// What it does, in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What it does, in Spanish.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description_es: Option<String>,
    /// The structured data it takes in. Empty: kept as history, not shown as current.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ingests: Vec<String>,
    /// `ios`, `android`, `web`, `desktop`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub platforms: Vec<String>,
    /// Its web site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub website: Option<Website>,
    /// Its privacy policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub privacy_policy: Option<Website>,
    /// Its page in Apple's App Store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_store: Option<Website>,
    /// Its page in Google Play.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub google_play: Option<Website>,
    /// Field -> who says so.
    #[serde(default, skip_serializing_if = "Provenance::is_empty")]
    pub provenance: Provenance,
}

impl App {
    /// Is it shown as a current app? Only what takes in structured data is (the original's listing rule).
    pub fn is_current(&self) -> bool {
        self.status == Status::Active && !self.ingests.is_empty()
    }

    /// The document for the store: as in the API, but with each voice once.
    pub fn document(&mut self) -> String {
        document(self, |thing| &mut thing.provenance)
    }
}

#[derive(Serialize)]
struct Document<'a, T> {
    #[serde(flatten)]
    thing: &'a T,
    provenance: Short<'a>,
}

fn document<T: Serialize>(thing: &mut T, provenance: impl Fn(&mut T) -> &mut Provenance) -> String {
    // An empty map is left out of the flattened part: the short form takes its place.
    let said = std::mem::take(provenance(thing));
    let text = serde_json::to_string(&Document { thing: &*thing, provenance: said.short() }).unwrap_or_default();
    *provenance(thing) = said;
    text
}
