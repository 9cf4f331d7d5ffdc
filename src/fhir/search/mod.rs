//! Searches.

use axum::{
    body::Bytes,
    http::{HeaderMap, StatusCode},
    response::Response,
};

use super::outcome::{Code, Outcome};
use crate::{
    app::App,
    r4::{ResourceType, View},
};

/// A search parameter, as the CapabilityStatement lists it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// `string`, `token`, `reference`, `date`, `uri`, `special` or `number`.
    pub kind: &'static str,
}

/// The search parameters of a type in a view, each once.
pub fn parameters(_view: View, _kind: ResourceType) -> &'static [Parameter] {
    &[]
}

/// What `_include` takes from results of this type.
pub fn includes(_view: View, _kind: ResourceType) -> &'static [&'static str] {
    &[]
}

/// What `_revinclude` takes to results of this type.
pub fn reverse_includes(_view: View, _kind: ResourceType) -> &'static [&'static str] {
    &[]
}

/// `GET [base]/[type]?…`; `query` is what follows the question mark, not decoded.
pub async fn get(
    _app: App,
    _view: View,
    kind: ResourceType,
    _headers: HeaderMap,
    _query: String,
) -> Result<Response, Outcome> {
    Err(not_there(kind))
}

/// `POST [base]/[type]/_search`: parameters in the address and in the body, whose media type was looked at before.
pub async fn post(
    _app: App,
    _view: View,
    kind: ResourceType,
    _headers: HeaderMap,
    _query: String,
    _body: Bytes,
) -> Result<Response, Outcome> {
    Err(not_there(kind))
}

fn not_there(kind: ResourceType) -> Outcome {
    Outcome::new(StatusCode::NOT_IMPLEMENTED, Code::NotSupported, format!("{} cannot be searched.", kind.name()))
}
