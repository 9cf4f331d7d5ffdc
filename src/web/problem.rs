//! What goes wrong, said to a program: `application/problem+json` (RFC 9457).

use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use schemars::JsonSchema;
use serde::Serialize;

use super::request_id;

/// The media type of a problem.
pub const MEDIA_TYPE: &str = "application/problem+json";
/// The page that explains each type.
const PAGE: &str = "/developers/api#problem-";

/// What kind of problem it is: the end of its `type`, its status and its title.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the titles say it")]
pub enum Kind {
    UnknownParameter,
    WrongValue,
    WrongCursor,
    NotFound,
    Gone,
    WrongMethod,
    NotAcceptable,
    TooLarge,
    TooManyRequests,
    Broken,
    NotReady,
}

impl Kind {
    /// Every kind, in the order of their statuses.
    pub const ALL: [Self; 11] = [
        Self::UnknownParameter,
        Self::WrongValue,
        Self::WrongCursor,
        Self::NotFound,
        Self::WrongMethod,
        Self::NotAcceptable,
        Self::Gone,
        Self::TooLarge,
        Self::TooManyRequests,
        Self::Broken,
        Self::NotReady,
    ];

    /// The end of its `type`.
    pub fn code(self) -> &'static str {
        self.row().0
    }

    /// The status of its answers.
    pub fn status(self) -> StatusCode {
        self.row().1
    }

    /// Its title.
    pub fn title(self) -> &'static str {
        self.row().2
    }

    fn row(self) -> (&'static str, StatusCode, &'static str) {
        match self {
            Self::UnknownParameter => ("unknown-parameter", StatusCode::BAD_REQUEST, "There is no such parameter"),
            Self::WrongValue => ("wrong-value", StatusCode::BAD_REQUEST, "A parameter has a value it cannot have"),
            Self::WrongCursor => ("wrong-cursor", StatusCode::BAD_REQUEST, "The cursor does not belong to this list"),
            Self::NotFound => ("not-found", StatusCode::NOT_FOUND, "There is no such thing"),
            Self::WrongMethod => ("wrong-method", StatusCode::METHOD_NOT_ALLOWED, "This method cannot be used here"),
            Self::NotAcceptable => {
                ("not-acceptable", StatusCode::NOT_ACCEPTABLE, "There is no answer of the type asked for")
            }
            Self::Gone => ("gone", StatusCode::GONE, "It is gone"),
            Self::TooLarge => ("too-large", StatusCode::PAYLOAD_TOO_LARGE, "The request is too large"),
            Self::TooManyRequests => ("too-many-requests", StatusCode::TOO_MANY_REQUESTS, "Too many requests"),
            Self::Broken => ("broken", StatusCode::INTERNAL_SERVER_ERROR, "Something broke on our side"),
            Self::NotReady => ("not-ready", StatusCode::SERVICE_UNAVAILABLE, "The program is still starting"),
        }
    }
}

/// One problem, before it is written.
#[derive(Debug, Clone)]
pub struct Problem(Box<Said>);

#[derive(Debug, Clone)]
struct Said {
    kind: Kind,
    detail: String,
    parameter: Option<String>,
    allowed: Vec<String>,
    replaced_by: Option<String>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// A problem as it is written.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Problem", deny_unknown_fields)]
pub struct Body {
    /// The kind of problem: an address of the page that explains it, relative to this site.
    #[serde(rename = "type")]
    #[schemars(extend("format" = "uri-reference"))]
    about: String,
    /// The kind of problem in words.
    title: String,
    /// The HTTP status.
    #[schemars(range(min = 400, max = 599))]
    status: u16,
    /// What is wrong with this request, and how to mend it.
    detail: String,
    /// The parameter that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<String>,
    /// What is allowed in its place: parameters, values or media types.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    allowed: Vec<String>,
    /// The id of what took the place of the thing that is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    replaced_by: Option<String>,
    /// The number of the request, as in `X-Request-Id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
}

impl Problem {
    /// A problem of a kind; `detail` says what is wrong with this request and how to mend it.
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self(Box::new(Said {
            kind,
            detail: detail.into(),
            parameter: None,
            allowed: Vec::new(),
            replaced_by: None,
            headers: Vec::new(),
        }))
    }

    /// Something of ours broke while doing `what`. The cause goes to the log, never to the client.
    pub fn broken(what: &str, cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(%cause, request = request_id::current(), "{what} failed");
        Self::new(Kind::Broken, "Something broke on our side. Please try again in a minute.")
    }

    /// What is needed is still being read after a start.
    pub fn not_ready() -> Self {
        let problem = Self::new(Kind::NotReady, "The directory is still being read. Please try again in a second.");
        problem.header(header::RETRY_AFTER, "1")
    }

    /// It is about this parameter. Names from outside are cut to 60 characters.
    #[must_use]
    pub fn parameter(mut self, name: &str) -> Self {
        self.0.parameter = Some(name.chars().take(60).collect());
        self
    }

    /// These are allowed.
    #[must_use]
    pub fn allowed<S: Into<String>>(mut self, allowed: impl IntoIterator<Item = S>) -> Self {
        self.0.allowed = allowed.into_iter().map(Into::into).collect();
        self
    }

    /// This took its place.
    #[must_use]
    pub fn replaced_by(mut self, id: impl Into<String>) -> Self {
        self.0.replaced_by = Some(id.into());
        self
    }

    /// With a header; one that cannot be written is left out.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        self.0.headers.extend(HeaderValue::from_str(value).map(|value| (name, value)));
        self
    }

    /// Its kind.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// What is wrong, in words.
    pub fn detail(&self) -> &str {
        &self.0.detail
    }
}

/// What answers any method but GET and HEAD where nothing can be changed; axum adds `Allow`.
pub async fn only_get() -> Problem {
    Problem::new(Kind::WrongMethod, "Nothing can be changed here: use GET.")
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let said = *self.0;
        let status = said.kind.status();
        let body = Body {
            about: format!("{PAGE}{}", said.kind.code()),
            title: said.kind.title().to_owned(),
            status: status.as_u16(),
            detail: said.detail,
            parameter: said.parameter,
            allowed: said.allowed,
            replaced_by: said.replaced_by,
            request_id: request_id::current(),
        };
        let body = serde_json::to_string(&body).unwrap_or_default();
        let always = [
            (header::CONTENT_TYPE, MEDIA_TYPE),
            (header::CACHE_CONTROL, "no-store"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ];
        let mut response = (status, always, body).into_response();
        response.headers_mut().extend(said.headers);
        response
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[tokio::test]
    async fn a_problem_names_the_parameter_and_what_is_allowed() {
        let problem = Problem::new(Kind::WrongValue, "limit is a number from 1 to 100").parameter("limit");
        let answer = problem.header(header::RETRY_AFTER, "3").into_response();
        assert_eq!(
            (answer.status(), &answer.headers()[header::RETRY_AFTER]),
            (StatusCode::BAD_REQUEST, &"3".parse().unwrap())
        );
        assert_eq!(answer.headers()[header::CONTENT_TYPE], MEDIA_TYPE);
        let body = axum::body::to_bytes(answer.into_body(), 10_000).await.unwrap();
        assert_eq!(
            serde_json::from_slice::<Value>(&body).unwrap(),
            json!({
                "type": "/developers/api#problem-wrong-value",
                "title": "A parameter has a value it cannot have",
                "status": 400,
                "detail": "limit is a number from 1 to 100",
                "parameter": "limit",
            })
        );
    }

    #[test]
    fn every_kind_has_a_code_of_its_own() {
        let codes: std::collections::BTreeSet<&str> = Kind::ALL.iter().map(|kind| kind.code()).collect();
        assert_eq!(codes.len(), Kind::ALL.len());
        assert!(Kind::ALL.is_sorted_by_key(|kind| kind.status().as_u16()), "as the page lists them");
    }
}
