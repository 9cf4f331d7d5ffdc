//! Errors as `application/problem+json` (RFC 9457).

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use crate::{search::index::SearchError, store::StoreError};

/// What a program is told when it cannot have what it asked for.
#[derive(Debug)]
pub(super) enum Problem {
    /// A parameter is unknown or wrong.
    Parameter(String),
    /// There is no such thing.
    NotFound(String),
    /// Something broke on our side.
    Broken,
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        tracing::error!("the API could not read the store: {error}");
        Self::Broken
    }
}

impl From<SearchError> for Problem {
    fn from(error: SearchError) -> Self {
        tracing::error!("the API could not search: {error}");
        Self::Broken
    }
}

impl From<tokio::task::JoinError> for Problem {
    fn from(error: tokio::task::JoinError) -> Self {
        tracing::error!("a search was cut off: {error}");
        Self::Broken
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, title, detail) = match self {
            Self::Parameter(detail) => (StatusCode::BAD_REQUEST, "A parameter is unknown or wrong", detail),
            Self::NotFound(detail) => (StatusCode::NOT_FOUND, "There is no such thing", detail),
            Self::Broken => {
                let detail = "Something broke on our side. Please try again in a minute.".to_owned();
                (StatusCode::INTERNAL_SERVER_ERROR, "Something broke", detail)
            }
        };
        problem(status, title, &detail)
    }
}

fn problem(status: StatusCode, title: &str, detail: &str) -> Response {
    let body = json!({ "type": "about:blank", "title": title, "status": status.as_u16(), "detail": detail });
    let headers = [(header::CONTENT_TYPE, "application/problem+json"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, body.to_string()).into_response()
}

/// No address of the API.
pub(super) async fn no_such_address() -> Response {
    let known = "/api/v1/search, /api/v1/suggest, /api/v1/organizations, /api/v1/organizations/{id}";
    Problem::NotFound(format!("The API has {known}.")).into_response()
}

/// The API is only read.
pub(super) async fn only_get() -> Response {
    problem(StatusCode::METHOD_NOT_ALLOWED, "Only GET", "Nothing can be changed here: use GET.")
}
