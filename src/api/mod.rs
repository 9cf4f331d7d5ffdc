//! JSON for programs: version 1 of the API, and the two pages a load balancer asks.
//!
//! Later versions add to these answers; they do not change them.

pub mod answer;
mod health;
mod parameters;
mod problem;
mod v1;

use axum::{Router, http::Method, routing::get};
use tower_http::{
    compression::CompressionLayer,
    cors::{Any, CorsLayer},
};

use crate::app::App;

/// Everything below `/api`, `/healthz` and `/readyz`.
pub fn router(app: App) -> Router {
    let v1 = Router::new()
        .route("/search", get(v1::search))
        .route("/suggest", get(v1::suggest))
        .route("/organizations", get(v1::organizations))
        .route("/sources", get(v1::sources))
        .route("/organizations/{id}", get(v1::organization))
        // Before the layer: a preflight (OPTIONS) is answered by it, and a refused method may be read like any answer.
        .method_not_allowed_fallback(problem::only_get);
    // Anybody's page may read it: there is nothing private and no cookie.
    let cors = CorsLayer::new().allow_origin(Any).allow_methods([Method::GET, Method::HEAD]).allow_headers(Any);
    let api =
        Router::new().nest("/v1", v1).fallback(problem::no_such_address).layer(cors).layer(CompressionLayer::new());
    Router::new()
        .nest("/api", api)
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .method_not_allowed_fallback(problem::only_get)
        .with_state(app)
}
