//! JSON for programs: version 1 of the API, and the two pages a load balancer asks.
//!
//! Later versions add to these answers; they do not change them.

pub mod answer;
mod health;
mod parameters;
mod problem;
mod v1;

use axum::{Router, http::Method, routing::get};
use tower_http::compression::CompressionLayer;

use crate::{app::App, web::cors};

/// Everything below `/api`.
pub fn router(app: App) -> Router {
    let v1 = Router::new()
        .route("/search", get(v1::search))
        .route("/suggest", get(v1::suggest))
        .route("/organizations", get(v1::organizations))
        .route("/sources", get(v1::sources))
        .route("/organizations/{id}", get(v1::organization))
        // Before the layer: a preflight (OPTIONS) is answered by it, and a refused method may be read like any answer.
        .method_not_allowed_fallback(problem::only_get);
    let cors = cors(&[Method::GET, Method::HEAD]);
    let api =
        Router::new().nest("/v1", v1).fallback(problem::no_such_address).layer(cors).layer(CompressionLayer::new());
    Router::new().nest("/api", api).with_state(app)
}

/// `/healthz` and `/readyz`.
pub fn health(app: App) -> Router {
    Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .method_not_allowed_fallback(problem::only_get)
        .with_state(app)
}
