//! Every address of the program.

use axum::{
    Router,
    http::{HeaderValue, header},
    middleware,
};
use tower_http::set_header::SetResponseHeaderLayer;

use crate::{
    accounts, api,
    app::App,
    brands, changes, dumps, embed, fhir, legacy, manage, mcp, review, site,
    web::{
        limits::{self, Limits},
        request_id,
    },
};

/// Pages and everything for programs.
pub fn router(app: &App) -> Router {
    let all = |rooms: &[fn(App) -> Router]| rooms.iter().fold(Router::new(), |all, room| all.merge(room(app.clone())));
    let counted = middleware::from_fn_with_state(Limits::new(&app.config, app.clock.clone()), limits::count);
    let machines = all(&[
        api::router,
        manage::keys::api::router,
        brands::router,
        changes::router,
        fhir::router,
        legacy::router,
        mcp::router,
    ])
    .layer(counted);
    // Files are for whoever wants everything, frames for people, and health for whoever watches us: they have no limit.
    let machines = machines.merge(all(&[dumps::router, embed::router, api::health]));
    // Pages set it themselves; a browser that reads an answer of a program tells nobody where it was either.
    let private =
        SetResponseHeaderLayer::if_not_present(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    let machines = machines.layer((private, middleware::from_fn(request_id::number)));
    let signed_in = manage::pages().into_iter().chain(review::pages()).collect();
    let all = site::router(app.clone()).merge(accounts::router(app, signed_in)).merge(machines);
    legacy::at_its_host(all, app.config.legacy_host.as_deref())
}

#[cfg(test)]
mod authorization;
#[cfg(test)]
mod tests;
