//! Tools for agents: the Model Context Protocol over stdio and HTTP.

use axum::Router;

use crate::app::App;

/// Its addresses.
pub fn router(app: App) -> Router {
    Router::new().with_state(app)
}
