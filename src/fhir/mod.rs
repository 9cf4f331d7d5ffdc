//! The FHIR R4 server below `/fhir`.

pub mod answer;
pub mod negotiate;
pub mod outcome;
pub mod search;

use axum::Router;

use crate::app::App;

/// Its addresses.
pub fn router(app: App) -> Router {
    Router::new().with_state(app)
}
