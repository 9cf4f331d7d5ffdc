//! A change as those who follow the log are told it: the shape of what `/api/v1/changes` answers.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::{
    id::{Id, ThingKind},
    organization::{Related, Status},
    revision::{Actor, Event},
};

// `C` is a change, or its text.
/// Some changes, in the order in which they were made.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "Changes")]
pub struct Changes<C> {
    /// Those that are wanted.
    pub results: Vec<C>,
    /// Everything up to this number was looked at: go on after it.
    pub next_after: i64,
    /// The last number of the log.
    pub last: i64,
}

/// A change.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Change {
    /// Its number: gapless, in the order in which changes were made. Tell one change from another by it.
    pub n: i64,
    /// When, in UTC (RFC 3339).
    #[schemars(extend("format" = "date-time"))]
    pub at: String,
    /// What kind of thing changed.
    #[serde(rename = "type")]
    pub thing: ThingKind,
    /// Which one.
    pub id: Id,
    /// The version it has since.
    pub version: i64,
    /// What happened.
    pub event: Event,
    /// Who did it.
    pub actor: Actor,
    /// The load it came with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub load: Option<i64>,
    /// The source of that load.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// What the thing is called since.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where an organization or app stands since.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// The organization whose place it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization: Option<Id>,
    /// The organization that it was merged into, or that follows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub successor: Option<Related>,
    /// Its page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// Where programs read it.
    pub url: String,
    /// What is different since the change before; absent for a thing that is new, and where what was there before was
    /// redacted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changes: Option<Vec<Difference>>,
}

/// One field that is different.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Difference {
    /// Its name, as in the document of the API.
    pub field: String,
    /// What it said; lists say only what went.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<Value>,
    /// What it says; lists say only what came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<Value>,
    /// The values are not told: a recalled address, or a door that is not shown as one.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub withheld: bool,
}
