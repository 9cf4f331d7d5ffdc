//! What other sites may put into their pages: the picker and its frame.

use axum::Router;

use crate::app::App;

/// Its addresses.
pub fn router(app: App) -> Router {
    Router::new().with_state(app)
}
