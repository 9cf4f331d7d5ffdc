//! What a client is told when it cannot have what it asked for: an `OperationOutcome` with the right status, always.

use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use super::negotiate::FHIR_JSON;
use crate::{store::StoreError, web::request_id};

/// What kind of trouble it is (FHIR R4, value set `issue-type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "they are called what they are in FHIR")]
pub enum Code {
    Invalid,
    Value,
    Required,
    NotFound,
    Deleted,
    NotSupported,
    TooCostly,
    TooLong,
    Transient,
    Exception,
    Processing,
    BusinessRule,
    Informational,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "they are called what they are in FHIR")]
pub enum Severity {
    Error,
    Warning,
    Information,
}

/// One thing a client should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Issue {
    /// How bad it is.
    pub severity: Severity,
    /// What kind of trouble it is.
    pub code: Code,
    /// What is wrong and what is allowed, in a sentence.
    pub diagnostics: String,
    /// Where: `http.` and the name of a parameter or header (FHIR R4, `OperationOutcome.issue.expression`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub expression: Vec<String>,
}

impl Issue {
    /// Something about a parameter.
    pub fn of_parameter(severity: Severity, code: Code, name: &str, diagnostics: impl Into<String>) -> Self {
        Self { severity, code, diagnostics: diagnostics.into(), expression: vec![format!("http.{name}")] }
    }
}

/// The resource `OperationOutcome`; also an entry of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OperationOutcome {
    resource_type: &'static str,
    issue: Vec<Issue>,
}

impl OperationOutcome {
    /// With these issues; there is at least one (FHIR R4, `OperationOutcome.issue` 1..*).
    pub fn new(issue: Vec<Issue>) -> Self {
        Self { resource_type: "OperationOutcome", issue }
    }
}

/// An answer that is not what was asked for.
#[derive(Debug)]
pub struct Outcome(Box<Inner>);

#[derive(Debug)]
struct Inner {
    status: StatusCode,
    issues: Vec<Issue>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Outcome {
    /// One issue, with a status.
    pub fn new(status: StatusCode, code: Code, diagnostics: impl Into<String>) -> Self {
        Self::of(
            status,
            Issue { severity: Severity::Error, code, diagnostics: diagnostics.into(), expression: Vec::new() },
        )
    }

    fn of(status: StatusCode, issue: Issue) -> Self {
        Self(Box::new(Inner { status, issues: vec![issue], headers: Vec::new() }))
    }

    /// 400: the value of a parameter is wrong. `diagnostics` says what is allowed.
    pub fn parameter(name: &str, diagnostics: impl Into<String>) -> Self {
        Self::of(StatusCode::BAD_REQUEST, Issue::of_parameter(Severity::Error, Code::Invalid, name, diagnostics))
    }

    /// 400: a parameter, modifier or combination that the server does not have.
    pub fn unsupported(name: &str, diagnostics: impl Into<String>) -> Self {
        Self::of(StatusCode::BAD_REQUEST, Issue::of_parameter(Severity::Error, Code::NotSupported, name, diagnostics))
    }

    /// 403: more than the server does for one request.
    pub fn too_costly(name: &str, diagnostics: impl Into<String>) -> Self {
        Self::of(StatusCode::FORBIDDEN, Issue::of_parameter(Severity::Error, Code::TooCostly, name, diagnostics))
    }

    /// 404: no such thing.
    pub fn not_found(diagnostics: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, Code::NotFound, diagnostics)
    }

    /// 410: it was here and is no more. `diagnostics` says what stands in its place.
    pub fn gone(diagnostics: impl Into<String>) -> Self {
        Self::new(StatusCode::GONE, Code::Deleted, diagnostics)
    }

    /// 503: the directory is being read for the first time since the start; ask again in a second.
    pub fn not_ready() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            Code::Transient,
            "The directory is being read. Ask again in a second.",
        )
        .with(header::RETRY_AFTER, HeaderValue::from_static("1"))
    }

    /// 500: something broke on our side; the log says what.
    pub fn broken(what: &str, why: &dyn std::fmt::Display) -> Self {
        tracing::error!(%why, request = request_id::current(), "FHIR: {what}");
        let diagnostics = "Something broke on our side. Please try again in a minute.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, Code::Exception, diagnostics)
    }

    /// With a header.
    #[must_use]
    pub fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.push((name, value));
        self
    }

    /// The status it is sent with.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// What it says.
    pub fn issues(&self) -> &[Issue] {
        &self.0.issues
    }
}

impl From<StoreError> for Outcome {
    fn from(error: StoreError) -> Self {
        Self::broken("the store could not be read", &error)
    }
}

impl IntoResponse for Outcome {
    fn into_response(self) -> Response {
        let Inner { status, issues, headers } = *self.0;
        let body = serde_json::to_string(&OperationOutcome::new(issues)).unwrap_or_default();
        let fixed = [(header::CONTENT_TYPE, FHIR_JSON), (header::CACHE_CONTROL, "no-store")];
        let mut response = (status, fixed, body).into_response();
        response.headers_mut().extend(headers);
        response
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn an_issue_names_the_parameter() {
        let outcome = Outcome::parameter("_count", "a whole number from 0 to 500");
        assert_eq!(outcome.status(), StatusCode::BAD_REQUEST);
        let read = serde_json::to_value(OperationOutcome::new(outcome.issues().to_vec())).unwrap();
        let expected = json!({ "resourceType": "OperationOutcome", "issue": [{
            "severity": "error", "code": "invalid", "diagnostics": "a whole number from 0 to 500",
            "expression": ["http._count"] }] });
        assert_eq!(read, expected);
        let plain = serde_json::to_value(Outcome::not_found("no").issues()).unwrap();
        assert_eq!(plain[0].get("expression"), None::<&Value>);
    }

    #[test]
    fn waiting_says_how_long() {
        let response = Outcome::not_ready().into_response();
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(response.headers()[header::RETRY_AFTER], "1");
    }
}
