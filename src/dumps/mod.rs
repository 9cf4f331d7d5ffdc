//! Everything as files, night by night, with a manifest.

use axum::Router;

use crate::app::App;

/// Its addresses.
pub fn router(app: App) -> Router {
    Router::new().with_state(app)
}
