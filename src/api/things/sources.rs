//! `/sources`: who says what the directory shows, and how old each list is.

use axum::response::Response;

use crate::{
    api::{
        Api,
        call::Call,
        csv,
        reply::{self, Page},
    },
    web::problem::Problem,
};

/// `/sources`
pub async fn list(api: Api, call: Call) -> Result<Response, Problem> {
    let sources = api.app.store.source_overviews().await?;
    let things = sources.iter().map(reply::written).collect::<Result<_, _>>()?;
    // Waiting doors and tries to fetch leave no revision: there is nothing to tell versions apart by.
    reply::list(&call, &api.app.config.public_url, Page { things, ..Page::default() }, csv::SOURCES, None)
}
