//! Finding organizations: revisions in, an index that follows them, result cards out.
//!
//! Three rooms: [`query`] understands what was typed (pure), `candidates` asks the index, `ranking` orders and
//! explains (pure). The index is a cache: it can always be rebuilt from the store.

pub mod address;
mod alphabet;
mod candidates;
pub mod catalogue;
pub mod counted;
mod engine;
mod entry;
mod filters;
pub mod follow;
pub mod index;
mod known;
mod merging;
mod near;
pub mod query;
mod quick_hash;
pub mod ranking;
mod reach;
mod results;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod vocabulary;
pub mod words;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{features::Feature, id::Id, kind::Kind, organization::Related};

/// What a search asks for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Request {
    /// What was typed.
    pub q: String,
    /// Where to be near: a ZIP code, `City, ST`, a state, or `latitude,longitude` in degrees.
    pub near: Option<String>,
    /// Only what is at most so many miles from there; nothing without a place to be near.
    pub within: Option<f64>,
    /// Only these kinds (any of them, primary or not).
    pub kinds: Vec<Kind>,
    /// Only these states (postal codes): a place or a served area in one of them; `US`-wide ones count when searching by state.
    pub states: Vec<String>,
    /// Only those who offer all of these (answered yes).
    pub features: Vec<Feature>,
    /// Only those whose door (or name, where there is no door) comes from a source of one of these tiers.
    pub tiers: Vec<u8>,
    /// Only parts of this organization, one by one.
    pub part_of: Option<Id>,
    /// Postal code of the state whose organizations come before others as good, where no place is asked for.
    pub home: Option<&'static str>,
    /// How many results, at most 100.
    pub limit: usize,
    /// How many to skip.
    pub offset: usize,
    /// Count what each filter would leave.
    pub counts: bool,
    /// Say of each result why it stands where it stands.
    pub explain: bool,
}

/// One result, ready to show: everything a result needs, read from the index alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Card {
    /// Its id.
    pub id: Id,
    /// The readable part of its address.
    pub slug: String,
    /// The name people know.
    pub name: String,
    /// Primary kind.
    pub kind: Kind,
    /// Main place.
    pub city: Option<String>,
    /// Main place.
    pub state: Option<String>,
    /// Main place.
    pub zip: Option<String>,
    /// States it serves, or `US`.
    pub areas: Vec<String>,
    /// Its first live portal, else nothing.
    pub portal_url: Option<String>,
    /// The domain that really opens.
    pub portal_domain: Option<String>,
    /// The domain of its own web site, when that may be opened.
    pub website_domain: Option<String>,
    /// The portal's own name.
    pub portal_name: Option<String>,
    /// Can an app connect (a live endpoint)?
    pub app_access: bool,
    /// Offers a door or a feature; otherwise only known.
    pub listed: bool,
    /// Features answered yes in the groups view, download, send (`view`, `download`, `send`).
    pub can: Vec<String>,
    /// Name of the source of the door, or of the name when there is no door.
    pub source_name: String,
    /// Tier of that source.
    pub tier: u8,
    /// Date of its load.
    pub load_date: String,
    /// The other name that matched, when the name itself does not show why this is a result.
    pub also_known_as: Option<String>,
    /// Miles from the place asked for.
    pub miles: Option<f64>,
    /// The organization it is part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part_of: Option<Related>,
    /// How many parts of one organization match and stand behind this one result, it among them when it is a part.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub places_matching: usize,
    /// Why it stands where it stands, when that was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Vec<Reason>>,
}

/// One reason for the place of a result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Reason {
    /// Its points; the sum of all reasons makes the order.
    pub points: f64,
    /// The reason in a few plain words.
    pub words: String,
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// What a search found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Results {
    /// The page of results.
    pub results: Vec<Card>,
    /// How many match in all; exact up to [`EXACT_TOTAL`], at least so many above.
    pub total: usize,
    /// How many results they make: the parts of one organization share one.
    pub cards: usize,
    /// A correction of the words typed, when nothing or little was found as typed.
    pub did_you_mean: Option<String>,
    /// What must be asked back before an answer can be right.
    pub question: Option<Question>,
    /// The place distances are measured from, as it was understood.
    pub near: Option<NearTo>,
    /// What each filter would leave, when that was asked.
    pub counts: Option<Counts>,
    /// When nothing was found: what would be found with one filter less.
    pub without: Vec<Without>,
    /// What the words were understood as.
    pub understood: query::Understood,
}

/// Totals are exact up to here (an answer to a person needs no more, and counting further costs time).
pub const EXACT_TOTAL: usize = 10_000;

/// Where distances are measured from.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum NearTo {
    /// The middle of a ZIP code.
    Zip {
        /// Five digits.
        zip: String,
    },
    /// The middle of the places we know in a city.
    City {
        /// Its name, as most of its places write it.
        city: String,
        /// Its postal code.
        state: String,
    },
    /// Everything in a state; no distances.
    State {
        /// Its postal code.
        state: String,
    },
    /// A point somebody gave, rounded to a hundredth of a degree (about a kilometre).
    Point {
        /// Degrees, north is positive.
        lat: f64,
        /// Degrees, east is positive.
        lon: f64,
    },
    /// What stands there is no place we know; nothing was measured.
    Unknown {
        /// What was typed.
        text: String,
    },
}

/// What else is on the site of a door.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Shared {
    /// The one organization, another one, whose own web site is on the same domain.
    pub owner: Option<Card>,
    /// How many other organizations have an address on the same host; at least so many when there are very many.
    pub others: usize,
}

/// What must be asked back: the words name many things, or nobody's place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Question {
    /// A portal that many places use ("mychart"): which hospital, or which town?
    Portal {
        /// How it writes itself.
        name: String,
    },
    /// A plan or programme that differs by state ("blue cross", "medicaid"): which state?
    State {
        /// How it writes itself.
        name: String,
    },
    /// Several programmes are called so ("va"): which one?
    Programme {
        /// What was typed, as it is written.
        name: String,
        /// What it may be: words to show and words to search for.
        choices: Vec<Choice>,
    },
    /// The name of a person ("dr jane doe"): which clinic, group or hospital?
    Person {
        /// The person's name without titles, as typed.
        name: String,
    },
}

/// One answer to a [`Question::Programme`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Choice {
    /// What is shown, in English.
    pub name: String,
    /// The same in Spanish.
    pub name_es: String,
    /// What is searched for.
    pub q: String,
}

/// How many would be left by each value of each filter, the other filters as they are. Values that leave nothing are
/// not in it. All of them are at least so many when there are very many matches.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Counts {
    /// By kind, in the order of kinds.
    pub kinds: Vec<(Kind, usize)>,
    /// By postal code, in alphabetical order; `US` for those who serve the whole country.
    pub states: Vec<(String, usize)>,
    /// By feature, in the order of the menu.
    pub features: Vec<(Feature, usize)>,
    /// By tier of the source.
    pub tiers: Vec<(u8, usize)>,
    /// By miles from the place asked for, each with all nearer ones.
    pub within: Vec<(f64, usize)>,
    /// Did all matches get counted?
    pub complete: bool,
}

/// A filter that stands in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filter {
    /// `kinds`.
    Kinds,
    /// `states`.
    States,
    /// `features`.
    Features,
    /// `tiers`.
    Tiers,
    /// `within`.
    Within,
    /// `part_of`.
    PartOf,
}

/// What would be found without one filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Without {
    /// Which one.
    pub filter: Filter,
    /// How many would be found; never 0.
    pub total: usize,
}
