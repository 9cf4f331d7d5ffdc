//! Finding organizations: revisions in, an index that follows them, result cards out.
//!
//! Three rooms: [`query`] understands what was typed (pure), `candidates` asks the index, `ranking` orders and
//! explains (pure). The index is a cache: it can always be rebuilt from the store.

pub mod address;
mod candidates;
mod document;
pub mod follow;
mod gather;
pub mod index;
pub mod query;
pub mod ranking;
mod results;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod vocabulary;
mod words;

use serde::{Deserialize, Serialize};

use crate::model::{id::Id, kind::Kind, organization::Related};

/// What a search asks for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Request {
    /// What was typed.
    pub q: String,
    /// A five-digit ZIP code to be near to.
    pub near: Option<String>,
    /// Only these kinds (any of them, primary or not).
    pub kinds: Vec<Kind>,
    /// Only these states (postal codes): a place or a served area in one of them; `US`-wide ones count when searching by state.
    pub states: Vec<String>,
    /// Only parts of this organization, one by one.
    pub part_of: Option<Id>,
    /// How many results, at most 100.
    pub limit: usize,
    /// How many to skip.
    pub offset: usize,
}

/// One result, ready to show: everything a result needs, read from the index alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// What a search found.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Results {
    /// The page of results.
    pub results: Vec<Card>,
    /// How many match in all.
    pub total: usize,
    /// How many results they make: the parts of one organization share one.
    pub cards: usize,
    /// A correction of the words typed, when nothing or little was found as typed.
    pub did_you_mean: Option<String>,
}
