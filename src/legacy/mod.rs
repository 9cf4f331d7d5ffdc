//! The original Connector's API, for programs of its time.

use axum::Router;

use crate::app::App;

/// Its addresses.
pub fn router(app: App) -> Router {
    Router::new().with_state(app)
}
