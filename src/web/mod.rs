//! What every answer to a program shares, whatever its format.
//!
//! A request of a program walks through these: it gets a number ([`request_id`]), is counted ([`limits`]), its headers choose
//! a format ([`negotiate`]) and say what is known already ([`conditional`]); what goes wrong is said by a [`problem`].

pub mod conditional;
pub mod limits;
pub mod negotiate;
pub mod problem;
pub mod request_id;
pub mod visitor;

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use tower_http::cors::{Any, CorsLayer};

/// Headers that scripts of other sites may read besides the few every browser lets them.
const EXPOSED: [HeaderName; 11] = [
    header::CONTENT_LOCATION,
    header::ETAG,
    header::LINK,
    header::LOCATION,
    header::ALLOW,
    header::RETRY_AFTER,
    HeaderName::from_static("ratelimit"),
    HeaderName::from_static("ratelimit-policy"),
    HeaderName::from_static("x-request-id"),
    HeaderName::from_static("deprecation"),
    HeaderName::from_static("sunset"),
];

/// Anybody's page may read our data: there is nothing private in it and no cookie. It says so on every answer, whoever asks,
/// so answers do not depend on `Origin`.
pub fn cors(methods: &[Method]) -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods(methods.to_vec())
        .allow_headers(Any)
        .expose_headers(EXPOSED)
        .max_age(std::time::Duration::from_hours(24))
        .vary([])
}

/// Puts a header in the place of any of its name; a value that no header can carry is left out.
pub fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
