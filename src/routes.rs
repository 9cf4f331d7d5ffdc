//! Every address of the program.

use axum::Router;

use crate::{api, app::App, brands, changes, dumps, embed, fhir, legacy, mcp, site};

/// Pages and everything for programs.
pub fn router(app: &App) -> Router {
    let rooms = [
        api::router,
        brands::router,
        dumps::router,
        changes::router,
        fhir::router,
        legacy::router,
        mcp::router,
        embed::router,
    ];
    let all = rooms.into_iter().fold(site::router(app.clone()), |all, room| all.merge(room(app.clone())));
    legacy::at_its_host(all, app.config.legacy_host.as_deref())
}
