//! What the form asks, step by step: names of fields and what sort of thing each is. What is not named here is not read.

use crate::model::{kind::Kind, place::STATES};

/// A step of the form; its word stands in addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Its names and what it is.
    Name,
    /// How to reach it.
    Contact,
    /// Where it is.
    Places,
    /// Where people sign in.
    Portals,
    /// Where apps connect.
    Endpoints,
    /// What people can do.
    Features,
    /// How to ask without a door.
    Ask,
    /// What it is part of.
    Parent,
    /// Its logo.
    Logo,
    /// Numbers others gave it.
    Numbers,
    /// An app: all of it.
    App,
}

impl Step {
    /// The steps for an organization.
    pub const OF_ORGANIZATION: [Self; 10] = [
        Self::Name,
        Self::Contact,
        Self::Places,
        Self::Portals,
        Self::Endpoints,
        Self::Features,
        Self::Ask,
        Self::Parent,
        Self::Logo,
        Self::Numbers,
    ];
    /// The steps for an app.
    pub const OF_APP: [Self; 1] = [Self::App];

    /// The word in addresses.
    pub fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Contact => "contact",
            Self::Places => "places",
            Self::Portals => "portals",
            Self::Endpoints => "endpoints",
            Self::Features => "features",
            Self::Ask => "ask",
            Self::Parent => "parent",
            Self::Logo => "logo",
            Self::Numbers => "numbers",
            Self::App => "app",
        }
    }

    /// Its fields that stand alone.
    pub fn fields(self) -> &'static [Field] {
        match self {
            Self::Name => NAME,
            Self::Contact => CONTACT,
            Self::Ask => ASK,
            Self::Parent => PARENT,
            Self::App => APP,
            Self::Logo => LOGO,
            Self::Places | Self::Portals | Self::Endpoints | Self::Features | Self::Numbers => &[],
        }
    }

    /// Its list, when it asks for several of a thing.
    pub fn list(self) -> Option<&'static List> {
        LISTS.iter().find(|list| list.step == self)
    }
}

/// What sort of thing a field asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// A line of text.
    Line,
    /// A text of several lines.
    Area,
    /// An address of the web.
    Web,
    /// A phone number.
    Phone,
    /// A day.
    Day,
    /// One of these.
    One(Options),
    /// Any of these.
    Many(Options),
    /// Yes, or nothing.
    Tick,
}

/// What may be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Options {
    /// Kinds of organizations.
    Kinds,
    /// Where it stands.
    Status,
    /// States, by postal code.
    States,
    /// Systems of numbers.
    Systems,
    /// What an app runs on.
    Platforms,
}

/// Where somebody may say that their organization stands.
pub const STATUSES: [&str; 3] = ["active", "moved", "closed"];
/// What an app runs on.
pub const PLATFORMS: [&str; 4] = ["ios", "android", "web", "desktop"];
/// Systems of numbers that may be typed.
pub const SYSTEMS: [&str; 7] = ["npi", "ccn", "clia", "naic", "oid", "web", "other"];

impl Options {
    /// The codes, in the order in which they are listed.
    pub fn codes(self) -> Vec<&'static str> {
        match self {
            Self::Kinds => Kind::ALL.iter().filter(|kind| **kind != Kind::Unknown).map(|kind| kind.code()).collect(),
            Self::Status => STATUSES.to_vec(),
            Self::States => STATES.iter().map(|(code, _)| *code).collect(),
            Self::Systems => SYSTEMS.to_vec(),
            Self::Platforms => PLATFORMS.to_vec(),
        }
    }
}

/// One field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its name in the form.
    pub name: &'static str,
    /// What it asks for.
    pub sort: Sort,
    /// Must something be there?
    pub needed: bool,
}

const fn field(name: &'static str, sort: Sort) -> Field {
    Field { name, sort, needed: false }
}

const fn needed(name: &'static str, sort: Sort) -> Field {
    Field { name, sort, needed: true }
}

/// A list of rows of the same fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct List {
    /// Its name in the form.
    pub name: &'static str,
    /// On which step it stands.
    pub step: Step,
    /// The fields of a row.
    pub fields: &'static [Field],
    /// Rows at most.
    pub most: usize,
}

const NAME: &[Field] = &[
    needed("name", Sort::Line),
    field("aliases", Sort::Area),
    needed("kind", Sort::One(Options::Kinds)),
    field("kinds", Sort::Many(Options::Kinds)),
    needed("status", Sort::One(Options::Status)),
];
const CONTACT: &[Field] = &[
    field("phone", Sort::Phone),
    field("website", Sort::Web),
    field("description", Sort::Area),
    field("areas", Sort::Line),
];
const ASK: &[Field] = &[field("ask_en", Sort::Area), field("ask_es", Sort::Area)];
const PARENT: &[Field] = &[field("part_of", Sort::Line)];
const LOGO: &[Field] = &[field("rights", Sort::Tick)];
const APP: &[Field] = &[
    needed("name", Sort::Line),
    field("publisher", Sort::Line),
    field("description", Sort::Area),
    field("description_es", Sort::Area),
    field("ingests", Sort::Area),
    field("platforms", Sort::Many(Options::Platforms)),
    field("website", Sort::Web),
    field("privacy_policy", Sort::Web),
    field("app_store", Sort::Web),
    field("google_play", Sort::Web),
];

/// Every list of the form.
pub const LISTS: &[List] = &[
    List {
        name: "places",
        step: Step::Places,
        most: 500,
        fields: &[
            field("name", Sort::Line),
            field("street", Sort::Area),
            field("city", Sort::Line),
            field("state", Sort::One(Options::States)),
            field("zip", Sort::Line),
            field("phone", Sort::Phone),
            field("landmark", Sort::Line),
        ],
    },
    List {
        name: "portals",
        step: Step::Portals,
        most: 50,
        fields: &[
            needed("url", Sort::Web),
            field("name", Sort::Line),
            field("sign_up", Sort::Web),
            field("audience", Sort::Line),
            field("description", Sort::Area),
            field("from", Sort::Day),
            field("to", Sort::Day),
            field("endpoints", Sort::Area),
        ],
    },
    List {
        name: "endpoints",
        step: Step::Endpoints,
        most: 50,
        fields: &[
            needed("url", Sort::Web),
            field("versions", Sort::Line),
            field("name", Sort::Line),
            field("developers", Sort::Web),
        ],
    },
    List { name: "logos", step: Step::Logo, most: 5, fields: &[needed("url", Sort::Web), field("licence", Sort::Web)] },
    List {
        name: "numbers",
        step: Step::Numbers,
        most: 50,
        fields: &[needed("system", Sort::One(Options::Systems)), needed("value", Sort::Line)],
    },
];
