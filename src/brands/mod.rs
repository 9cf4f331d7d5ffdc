//! SMART User-access Brands (SMART App Launch 2.2.0, section 8): what can be said truthfully in the profile, given out as
//! one Bundle and any part of it; and what is wrong with a Bundle of somebody else ([`check`]).
//!
//! `say` decides what can be said, `write` makes entries of documents, `keep` has them ready in a file (`pages`), in step
//! with the log, `edition` knows which of them make a list (`slice`) and since when, and `answer` gives it out; `whole` makes
//! the list of all brands for a file.
//! docs/brands.md has the publisher's duties.

mod answer;
pub mod check;
mod edition;
mod json;
mod keep;
mod pages;
mod say;
mod slice;
mod terms;
mod whole;
mod write;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::{Router, http::Method, routing::get};
use tower_http::{CompressionLevel, compression::CompressionLayer};

pub use self::whole::{Kin, Whole};

use self::keep::Brands;
use crate::{app::App, web};

/// What answers work with.
#[derive(Clone)]
struct Site {
    app: App,
    brands: Arc<Brands>,
}

/// Its addresses; the brands are kept ready as long as they are answered.
pub fn router(app: App) -> Router {
    let brands = Arc::new(Brands::default());
    // Without a runtime nobody can ask.
    if let Ok(runtime) = tokio::runtime::Handle::try_current() {
        runtime.spawn(keep::keep(Arc::downgrade(&brands), app.clone()));
    }
    routes(Site { app, brands })
}

fn routes(site: Site) -> Router {
    Router::new()
        .route("/brands.json", get(answer::bundle))
        .route("/brands/left-out.json", get(answer::left_out))
        .route("/brands/{name}", get(answer::of_organization))
        .method_not_allowed_fallback(web::problem::only_get)
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .layer(web::cors(&[Method::GET, Method::HEAD]))
        .with_state(site)
}
