//! `Bundle`: results of searches and histories.
//!
//! An empty list of entries is left out: `"entry": []` is no FHIR (FHIR R4, JSON, "arrays are never empty").

use serde::Serialize;

use super::datatypes::Instant;

/// What a bundle is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "they are called what they are in FHIR")]
pub enum BundleType {
    Searchset,
    Collection,
    History,
}

/// Resources with what belongs to the answer. `R` is what stands for a resource: one of ours, or its text.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Bundle<R> {
    resource_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    meta: Option<Updated>,
    #[serde(rename = "type")]
    kind: BundleType,
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    link: Vec<Link>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    entry: Vec<Entry<R>>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Updated {
    last_updated: Instant,
}

impl<R> Bundle<R> {
    /// A bundle as it was put together at a moment, in microseconds since 1970 UTC. `total` counts matches on all pages.
    pub fn new(kind: BundleType, at: i64, total: Option<u64>, link: Vec<Link>, entry: Vec<Entry<R>>) -> Self {
        let meta = Some(Updated { last_updated: Instant(at) });
        Self { resource_type: "Bundle", meta, kind, total, link, entry }
    }
}

/// A page of the bundle.
#[derive(Debug, Clone, Serialize)]
pub struct Link {
    /// `self`, `first`, `next`.
    pub relation: &'static str,
    /// Its absolute address.
    pub url: String,
}

/// One resource in a bundle.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry<R> {
    /// The absolute address of the resource.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub full_url: Option<String>,
    /// The resource; nothing in the history for a deletion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<R>,
    /// Why it is among the results of a search.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<Search>,
    /// What was done, in a history.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<Request>,
    /// What came of it, in a history.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response: Option<Response>,
}

impl<R> Entry<R> {
    /// A result of a search.
    pub fn found(full_url: String, resource: R, mode: Mode) -> Self {
        let search = Some(Search { mode });
        Self { full_url: Some(full_url), resource: Some(resource), search, request: None, response: None }
    }

    /// An outcome among the results of a search.
    pub fn outcome(resource: R) -> Self {
        let search = Some(Search { mode: Mode::Outcome });
        Self { full_url: None, resource: Some(resource), search, request: None, response: None }
    }
}

/// Why a resource is among the results of a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// It is what was searched for.
    Match,
    /// It was asked to come with what was searched for.
    Include,
    /// What the server has to say of the search.
    Outcome,
}

/// See [`Entry::search`].
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Search {
    mode: Mode,
}

/// See [`Entry::request`].
#[derive(Debug, Clone, Serialize)]
pub struct Request {
    /// `POST`, `PUT` or `DELETE`.
    pub method: &'static str,
    /// The address below the base that it went to.
    pub url: String,
}

/// See [`Entry::response`].
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Response {
    /// The HTTP status.
    pub status: &'static str,
    /// The weak entity tag the version has.
    pub etag: String,
    /// When, in microseconds since 1970 UTC.
    pub last_modified: Instant,
}
