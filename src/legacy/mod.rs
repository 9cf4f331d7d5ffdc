//! The original Connector's API, for programs of its time: the documents of today in the envelopes of 2015.
//!
//! What holds: paths, field names and paging are the original's (github.com/blue-button/connector-API), so a client that
//! reads works unchanged; what is sent waits for a person and changes nothing; a page costs the same at any offset; an
//! address that may not be a button is not in it, because these envelopes have no room for a warning.

mod files;
mod host;
mod lists;
mod paging;
mod posted;
mod problem;
mod record;
mod roll;
mod stage2;
mod suggest;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::json;
use tower_http::compression::CompressionLayer;

pub use host::at_its_host;

use self::roll::Rolls;
use crate::{
    app::App,
    web::{conditional, cors},
};

/// When the original closed: 12 May 2017, in seconds since 1970 UTC, as `Deprecation` has it (RFC 9745 section 2).
const CLOSED: &str = "@1494547200";

/// What the handlers work with.
#[derive(Clone)]
struct Room {
    app: App,
    rolls: Arc<Rolls>,
    desk: suggest::Desk,
}

/// Everything below `/legacy`.
pub fn router(app: App) -> Router {
    let room = Room { app, rolls: Arc::default(), desk: suggest::Desk::default() };
    let api = Router::new()
        .route("/", get(welcome))
        .route("/organizations", get(lists::organizations).post(suggest::organization))
        .route("/organizations/{id}", get(lists::organization))
        .route("/apps", get(lists::apps).post(suggest::app))
        .route("/apps/{id}", get(lists::app))
        .route("/stage2", get(stage2::get))
        .route("/data/organizations.json", get(files::organizations_json))
        .route("/data/organizations.csv", get(files::organizations_csv))
        .route("/data/apps.json", get(files::apps_json))
        .route("/data/apps.csv", get(files::apps_csv))
        // Before the layers: a refused method may be read like any answer, and a preflight is answered by them.
        .method_not_allowed_fallback(problem::only_get)
        .fallback(problem::no_such_address);
    // Below the whole path, so that every address under it is ours whatever it is.
    Router::new()
        .nest("/legacy", api)
        .layer(middleware::from_fn_with_state(room.clone(), around))
        .layer(cors(&[Method::GET, Method::HEAD]))
        .layer(CompressionLayer::new())
        .with_state(room)
}

/// What every answer says: nobody guesses its type, and where the API of today is.
async fn around(State(room): State<Room>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert("deprecation", HeaderValue::from_static(CLOSED));
    let today = format!("<{}/api/v1>; rel=\"successor-version\"", room.app.config.public_url);
    if let Ok(link) = HeaderValue::from_str(&today) {
        headers.append(header::LINK, link);
    }
    response
}

/// `/legacy`: what is here.
async fn welcome(State(room): State<Room>) -> Response {
    let base = format!("{}/legacy", room.app.config.public_url);
    let at = |path: &str| format!("{base}{path}");
    let files = ["organizations.json", "organizations.csv", "apps.json", "apps.csv"];
    let files = files.map(|file| at(&format!("/data/{file}")));
    let body = json!({
        "about": "The original Blue Button Connector's API, answered from today's directory. Programs made now use successor.",
        "successor": format!("{}/api/v1", room.app.config.public_url),
        "organizations": at("/organizations?limit=30&offset=0&category="),
        "organization": at("/organizations/{id}"),
        "apps": at("/apps?limit=30&offset=0"),
        "app": at("/apps/{id}"),
        "stage2": at("/stage2?state=&zip=&name=&limit=30&offset=0"),
        "data": files,
        "suggest": "POST JSON to /organizations or /apps, as then: a person looks at it before anything changes.",
    });
    ([(header::CACHE_CONTROL, "public, max-age=60")], Json(body)).into_response()
}

/// An answer that everybody gets alike, or 304 when the reader has it. `tag` is what it was made of; the day is part of it,
/// because a door may open or close with a day. For that there is no `Last-Modified`: a revision alone does not tell it.
fn answer(room: &Room, request: &HeaderMap, tag: &str, make: impl FnOnce() -> Response) -> Response {
    let tag = format!("W/\"{tag}.{}\"", room.app.clock.door_day());
    let mut response = conditional::answer(request, &tag, None, make);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=60"));
    response
}
