//! What a program is told when it cannot have what it asked for: the original's statuses, with words
//! (`application/problem+json`, RFC 9457).

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use crate::{search::index::SearchError, store::StoreError};

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Problem {
    /// A parameter is wrong; what is allowed.
    Parameter(String),
    /// There is no such thing.
    NotFound(&'static str),
    /// The directory is still being read.
    Starting,
    /// Something broke on our side.
    Broken,
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        tracing::error!("the original's API could not read the store: {error}");
        Self::Broken
    }
}

impl From<SearchError> for Problem {
    fn from(error: SearchError) -> Self {
        tracing::error!("the original's API could not search: {error}");
        Self::Broken
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        match self {
            Self::Parameter(detail) => problem(StatusCode::BAD_REQUEST, "A parameter is wrong", &detail),
            Self::NotFound(detail) => problem(StatusCode::NOT_FOUND, "There is no such thing", detail),
            Self::Starting => {
                let detail = "The directory is being read; please ask again in a second.";
                let mut response = problem(StatusCode::SERVICE_UNAVAILABLE, "Not ready yet", detail);
                response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static("1"));
                response
            }
            Self::Broken => {
                let detail = "Something broke on our side. Please try again in a minute.";
                problem(StatusCode::INTERNAL_SERVER_ERROR, "Something broke", detail)
            }
        }
    }
}

fn problem(status: StatusCode, title: &str, detail: &str) -> Response {
    let body = json!({ "type": "about:blank", "title": title, "status": status.as_u16(), "detail": detail });
    let headers = [(header::CONTENT_TYPE, "application/problem+json"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, body.to_string()).into_response()
}

/// The original took suggestions by POST; they have a page now.
pub(super) async fn only_get() -> Response {
    let detail = "This API is only read. To suggest an organization, an app or a correction, use the page of the \
         organization, or /help/contact.";
    problem(StatusCode::METHOD_NOT_ALLOWED, "Only GET", detail)
}

/// No address of this API.
pub(super) async fn no_such_address() -> Problem {
    Problem::NotFound(
        "Below /legacy there are /organizations, /organizations/{id}, /apps, /apps/{id}, /stage2, \
         /data/organizations.json, /data/organizations.csv, /data/apps.json and /data/apps.csv.",
    )
}
