//! What changed: the log of every change for everybody who follows it. As pages and streams of JSON, as Atom feeds, and told
//! to addresses that the operator registered (docs/changes.md).
//!
//! What holds: all of it comes from the one log, cleaned of hosts that were declared hostile whenever it is read; no number
//! is left out; nobody is named.

mod atom;
pub mod change;
mod diff;
mod feed;
pub mod reader;
mod seats;
mod stream;
pub mod wanted;
pub mod webhooks;

use std::sync::Arc;

use axum::{Router, http::Method, routing::get};
use tower_http::compression::CompressionLayer;

use self::{reader::Reader, seats::Seats};
use crate::{
    app::App,
    web::{self, problem::only_get},
};

/// What the handlers of this room share.
#[derive(Clone)]
struct Room {
    reader: Arc<Reader>,
    seats: Arc<Seats>,
}

/// Its addresses.
pub fn router(app: App) -> Router {
    let room = Room { reader: Reader::new(app), seats: Arc::default() };
    atom::routes()
        .route("/api/v1/changes", get(feed::get))
        .route("/api/v1/changes.json", get(feed::json))
        .route("/api/v1/changes.ndjson", get(feed::lines))
        .route("/api/v1/changes/stream", get(stream::get))
        .method_not_allowed_fallback(only_get)
        .layer(web::cors(&[Method::GET, Method::HEAD]))
        .layer(CompressionLayer::new())
        .with_state(room)
}

#[cfg(test)]
mod tests;
