//! The site map.

use axum::{
    Router,
    http::{StatusCode, Uri},
    middleware,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer};

use super::{
    Lang, apps, assets, available, badge, brand, brands_check, browse, data, developers, dumps, find, headers, help,
    home, keep, letter, logos, open_data, organization, places,
    problem::{self, PageError},
    report, sitemap, sources, well_known,
};
use crate::app::App;

/// Every page, in both languages, with the headers, problem pages and compression they share.
pub fn router(app: App) -> Router {
    let mut router = Router::new()
        .route("/", get(home::get))
        .route("/.well-known/security.txt", get(well_known::security))
        .route("/robots.txt", get(well_known::robots))
        .route("/sw.js", get(places::service_worker))
        .route("/llms.txt", get(well_known::llms))
        .route("/sitemap.xml", get(sitemap::index))
        .route("/sitemaps/{name}", get(sitemap::part))
        .route("/data/available.csv", get(available::numbers))
        .route("/assets/{name}", get(assets::get))
        .route("/brand/{name}", get(brand::get))
        .route("/logos/{name}", get(logos::get))
        .route("/data/template.csv", get(data::empty_table))
        .route("/data/searches.csv", get(data::searches))
        // The address of the id of a thing has no language of its own.
        .route("/o/{id}", get(organization::by_id));
    let desk = report::Desk::new();
    for lang in Lang::ALL {
        let at = |path: &str| format!("{}{path}", lang.prefix());
        router = router
            .route(&at("/find"), get(find::get))
            .route(&at("/organizations/{slug}"), get(organization::get))
            .route(&at("/organizations/{slug}/qr.svg"), get(organization::qr::get))
            .route(&at("/badge/{name}"), get(badge::get))
            .route(&at("/apps"), get(apps::list))
            .route(&at("/apps/{slug}"), get(apps::get))
            .route(&at("/sources"), get(sources::get))
            .route(&at("/data"), get(dumps::get))
            .route(&at("/help"), get(help::index))
            .route(&at("/help/{page}"), get(help::get))
            .route(&at("/developers/complete"), get(open_data::complete))
            .route(&at("/developers/api"), get(developers::api))
            .route(&at("/places"), get(places::get))
            .route(&at("/letter"), get(letter::choose))
            .route(&at("/letter/{kind}"), get(letter::get))
            .route(&at("/organizations/{slug}/letter"), get(letter::to))
            .route(&at("/browse"), get(browse::get))
            .route(&at("/browse/states/{code}"), get(browse::state))
            .route(&at("/browse/states/{code}/{kind}"), get(browse::state_kind))
            .route(&at("/browse/kinds/{kind}"), get(browse::kind))
            .route(&at("/browse/vendors"), get(browse::vendors))
            .route(&at("/browse/vendors/{code}"), get(browse::vendor))
            .route(&at("/available"), get(available::get))
            .route(&at("/available/{state}"), get(available::state));
        router = router.merge(report::routes(&at, &desk));
        router = help::addresses().fold(router, |router, path| router.route(&at(path), get(help::at_address)));
    }
    router = router.merge(brands_check::routes());
    for lang in Lang::En.others() {
        router = router
            .route(lang.prefix(), get(home::get))
            .route(&format!("{}/o/{{id}}", lang.prefix()), get(organization::by_id));
    }
    around(router, app)
}

/// Headers, problem pages and compression around pages.
pub(super) fn around(pages: Router<App>, app: App) -> Router {
    pages
        .fallback(lost)
        .method_not_allowed_fallback(async || PageError::Method)
        // A panic in a handler is a problem page like any other; the layers below stand around it.
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
            PageError::broken("a page", &"it panicked").into_response()
        }))
        .layer(middleware::from_fn_with_state(app.clone(), problem::show))
        // One encoding: `keep` keeps a page as it is and as gzip.
        .layer(CompressionLayer::new().no_br().no_zstd())
        .layer(middleware::from_fn_with_state(app.config.clone(), headers::add))
        .layer(middleware::from_fn_with_state(app.clone(), keep::serve))
        .with_state(app)
}

/// No such page; one slash too many at the end is forgiven.
async fn lost(uri: Uri) -> Response {
    let path = uri.path();
    let trimmed = path.trim_end_matches('/');
    // Never `//host` or `/\host`: a browser would read it as another site.
    let ours = trimmed.len() > 1 && !trimmed[1..].starts_with(['/', '\\']);
    if trimmed.len() < path.len() && ours {
        let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
        return Redirect::permanent(&format!("{trimmed}{query}")).into_response();
    }
    if path == "/favicon.ico" {
        // Old browsers ask without being told to; they may go without.
        return StatusCode::NO_CONTENT.into_response();
    }
    PageError::NotFound.into_response()
}
