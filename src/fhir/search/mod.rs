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
