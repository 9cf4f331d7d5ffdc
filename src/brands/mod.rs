//! SMART User-access Brands: what can be said truthfully in the profile, and what is wrong with a Bundle.

use axum::Router;

use crate::app::App;

/// Its addresses.
pub fn router(app: App) -> Router {
    Router::new().with_state(app)
}
