//! Headers of every page: what a browser may load, send and tell others.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

use crate::config::Config;

/// Only our own styles, script and pictures; forms go to us; nobody may frame a page.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Header and value, the same on every answer of the site.
static ALWAYS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(self), microphone=(), payment=(), usb=(), browsing-topics=(), interest-cohort=()",
    ),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Middleware: puts the headers on whatever comes out, problem pages included.
pub async fn add(State(config): State<Arc<Config>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    // What is made to stand on other sites says so itself.
    let shared = response.headers().get(&ALWAYS[5].0).cloned();
    put(response.headers_mut(), &config);
    if let Some(shared) = shared {
        response.headers_mut().insert(ALWAYS[5].0.clone(), shared);
    }
    response
}

/// Puts the headers on an answer.
pub fn put(headers: &mut HeaderMap, config: &Config) {
    for (name, value) in &ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // Only where people really come by https; on a loopback address it would lock them out of other programs.
    if config.public_url.starts_with("https://") {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
}
