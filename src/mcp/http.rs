//! `/mcp`: streamable HTTP without sessions. Every request stands for itself, so any node answers it.
//!
//! What holds: a page of another site cannot use a visitor's browser to reach it (the `Origin` is looked at, as the protocol
//! asks against DNS rebinding); the `Host` never matters; a body has a bound.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use rmcp::transport::streamable_http_server::{
    StreamableHttpServerConfig, StreamableHttpService, session::never::NeverSessionManager,
};
use serde_json::json;
use url::{Host, Origin, Url};

use super::{desk::Desk, server::Server};
use crate::app::App;

/// The largest request, in bytes: a call of a tool is a few hundred.
const BODY: usize = 64 << 10;
/// The code of a request that may not be sent (JSON-RPC 2.0 section 5.1).
const INVALID_REQUEST: i64 = -32600;

/// `/mcp`
pub(super) fn router(app: &App) -> Router {
    let server = Server::new(Desk::of(app));
    // Origins are looked at below, where a refusal is no line in the log.
    let config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .with_max_request_body_bytes(BODY)
        .with_sse_keep_alive(None)
        .disable_allowed_hosts()
        .disable_allowed_origins();
    let service = StreamableHttpService::new(move || Ok(server.clone()), Arc::<NeverSessionManager>::default(), config);
    let ours = Url::parse(&app.config.public_url).map(|url| url.origin()).ok();
    Router::new().route_service("/mcp", service).layer(middleware::from_fn_with_state(ours, guard))
}

/// Refuses what a page of another site sends.
async fn guard(State(ours): State<Option<Origin>>, request: Request, next: Next) -> Response {
    if may_ask(ours.as_ref(), request.headers()) {
        let mut response = next.run(request).await;
        let headers = response.headers_mut();
        headers.entry(header::CACHE_CONTROL).or_insert(header::HeaderValue::from_static("no-store"));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, header::HeaderValue::from_static("nosniff"));
        return response;
    }
    let why = "A page of another site may not use this. Programs that are no pages send no Origin.";
    let body = json!({ "jsonrpc": "2.0", "id": null, "error": { "code": INVALID_REQUEST, "message": why } });
    (StatusCode::FORBIDDEN, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

/// No `Origin` (a program), ours, or a page on the person's own machine (a developer's).
fn may_ask(ours: Option<&Origin>, headers: &HeaderMap) -> bool {
    let mut origins = headers.get_all(header::ORIGIN).iter();
    let Some(origin) = origins.next() else { return true };
    let Some(url) = origin.to_str().ok().and_then(|text| Url::parse(text).ok()) else { return false };
    let local = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    origins.next().is_none() && (Some(&url.origin()) == ours || local)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_programs_our_pages_and_the_own_machine_may_ask() {
        let ours = Url::parse("https://connector.example.org").unwrap().origin();
        let may = |origin: &'static str| {
            let headers: HeaderMap = [(header::ORIGIN, origin.parse().unwrap())].into_iter().collect();
            may_ask(Some(&ours), &headers)
        };
        assert!(may_ask(Some(&ours), &HeaderMap::new()));
        for origin in
            ["https://connector.example.org", "http://localhost:6274", "http://127.0.0.1:8080", "http://[::1]"]
        {
            assert!(may(origin), "{origin}");
        }
        for origin in [
            "https://evil.example",
            "http://connector.example.org",
            "https://connector.example.org:8443",
            "https://connector.example.org.evil.example",
            "http://localhost.evil.example",
            "null",
            "",
        ] {
            assert!(!may(origin), "{origin}");
        }
    }
}
