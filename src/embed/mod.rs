//! What other sites may put into their pages: the picker (docs/picker.md).
//!
//! `files` gives its script, each version under an address that never changes; `frame` is the same as a page inside a
//! frame, for sites that cannot run it; `example` shows an app that uses it. What holds: [`frame`] alone may stand in a
//! frame; a choice is told to one exact origin; no cookie is set and nothing of visitors is kept.

mod example;
mod files;
mod frame;
mod origin;

use std::sync::Arc;

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderName, HeaderValue, Method, header},
    middleware::{self, Next},
    response::Response,
    routing::get,
};
use tower_http::compression::CompressionLayer;

use crate::{
    app::App,
    config::Config,
    site::{Lang, PageError, put_headers, show_problems},
    web,
};

/// Everything below `/embed`.
pub fn router(app: App) -> Router {
    let files = Router::new()
        .route("/embed/versions.json", get(files::versions))
        .route("/embed/{name}", get(files::get))
        // Before the layer: a preflight is answered by it.
        .method_not_allowed_fallback(async || PageError::Method)
        .layer(web::cors(&[Method::GET, Method::HEAD]));
    let pages = Lang::ALL.into_iter().fold(Router::new().route("/embed/picker", get(frame::get)), |pages, lang| {
        pages.route(&format!("{}/embed/example", lang.prefix()), get(example::get))
    });
    pages
        .method_not_allowed_fallback(async || PageError::Method)
        .merge(files)
        .layer(middleware::from_fn_with_state(app.clone(), show_problems))
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn_with_state(app.config.clone(), headers))
        .with_state(app)
}

/// Middleware: the headers of the site, but what a page may load and who may frame it is the page's own to say, and
/// other sites may use what is here.
async fn headers(State(config): State<Arc<Config>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let own = headers.get(header::CONTENT_SECURITY_POLICY).cloned();
    put_headers(headers, &config);
    if let Some(own) = own {
        headers.insert(header::CONTENT_SECURITY_POLICY, own);
    }
    let everybody = HeaderValue::from_static("cross-origin");
    headers.insert(HeaderName::from_static("cross-origin-resource-policy"), everybody);
    response
}

#[cfg(test)]
mod tests;
