//! The FHIR R4 server below `/fhir`: only read, for everybody, without a key.
//!
//! Three views, one base address each ([`crate::r4::View`]). What holds: whatever goes wrong is an `OperationOutcome`;
//! absolute addresses come from the configuration alone; every request is bounded work.

pub mod answer;
mod definitions;
mod export;
mod find;
mod history;
mod metadata;
pub mod negotiate;
pub mod outcome;
mod read;
pub mod search;
mod since;

use std::sync::Arc;

use axum::{
    Extension, Router,
    body::to_bytes,
    extract::{Path, RawQuery, Request, State, rejection::PathRejection},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer, set_header::SetResponseHeaderLayer};

use self::{
    export::Exports,
    metadata::Counts,
    outcome::{Code, Outcome},
};
use crate::{
    app::App,
    r4::{ResourceType, View},
    web::cors,
};

/// The largest form of a search, in bytes.
const FORM: usize = 64 * 1_024;
/// The media type of a form.
const FORM_TYPE: &str = "application/x-www-form-urlencoded";
/// What the rooms of the server remember together.
#[derive(Clone, Default)]
struct Memory {
    counts: Arc<Counts>,
    exports: Arc<Exports>,
}

/// Its addresses.
pub fn router(app: App) -> Router {
    let memory = Memory::default();
    let views = View::ALL.into_iter().fold(Router::new(), |all, view| all.nest(view.path(), of(view, &memory)));
    views.with_state(app)
}

/// The addresses of a view.
fn of(view: View, memory: &Memory) -> Router<App> {
    let own = if view == View::Plain { plain() } else { Router::new() };
    // Whatever is sent is what it says it is.
    let safe = SetResponseHeaderLayer::overriding(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    own.route("/metadata", get(capabilities))
        .route("/{kind}", get(search_by_get))
        .route("/{kind}/_search", post(search_by_post))
        .route("/{kind}/{id}", get(one))
        .route("/{kind}/{id}/_history", get(history_of_one))
        .route("/{kind}/{id}/_history/{version}", get(one_version))
        .method_not_allowed_fallback(read::only_reading)
        .fallback(lost)
        // All in one: between two layers of a router each request is copied into a box of its own.
        .layer((
            safe,
            CompressionLayer::new(),
            cors(&[Method::GET, Method::HEAD, Method::POST, Method::DELETE]),
            CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
                Outcome::broken("a request", &"it panicked").into_response()
            }),
            Extension(memory.clone()),
            Extension(view),
        ))
}

/// The export, which only the plain view has.
fn plain() -> Router<App> {
    Router::new()
        .route("/$export", get(export_begins))
        .route("/$export/status/{id}", get(export_status).delete(export_deleted))
        .route("/$export/files/{date}/{name}", get(export_file))
}

/// The parts of an address; one that is not even text names nothing.
type Parts<T> = Result<Path<T>, PathRejection>;

fn type_of(name: &str) -> Result<ResourceType, Outcome> {
    ResourceType::from_name(name).ok_or_else(|| {
        let known = ResourceType::ALL.map(ResourceType::name).join(", ");
        let name: String = name.chars().take(64).collect();
        let diagnostics = format!("The server has no {name:?}; it has {known}. See metadata.");
        Outcome::new(StatusCode::NOT_FOUND, Code::NotSupported, diagnostics)
    })
}

fn unreadable() -> Outcome {
    Outcome::not_found("The address cannot be read: it is not UTF-8.")
}

async fn search_by_get(
    State(app): State<App>,
    Extension(view): Extension<View>,
    path: Parts<String>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Outcome> {
    let Path(kind) = path.map_err(|_| unreadable())?;
    search::get(app, view, type_of(&kind)?, headers, query.unwrap_or_default()).await
}

async fn search_by_post(
    State(app): State<App>,
    Extension(view): Extension<View>,
    path: Parts<String>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    request: Request,
) -> Result<Response, Outcome> {
    let Path(kind) = path.map_err(|_| unreadable())?;
    let kind = type_of(&kind)?;
    let media = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media = media.split(';').next().unwrap_or_default().trim();
    let body = to_bytes(request.into_body(), FORM).await.map_err(|_| {
        let diagnostics = format!("The body of a search has at most {FORM} bytes.");
        Outcome::new(StatusCode::PAYLOAD_TOO_LARGE, Code::TooLong, diagnostics)
    })?;
    // A search without parameters may come without a body, and then without a type of it.
    if !(media.eq_ignore_ascii_case(FORM_TYPE) || media.is_empty() && body.is_empty()) {
        let diagnostics = format!("The body of a search is a form: Content-Type: {FORM_TYPE}.");
        return Err(Outcome::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, Code::NotSupported, diagnostics));
    }
    search::post(app, view, kind, headers, query.unwrap_or_default(), body).await
}

async fn one(
    State(app): State<App>,
    Extension(view): Extension<View>,
    path: Parts<(String, String)>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Outcome> {
    let Path((kind, id)) = path.map_err(|_| unreadable())?;
    let query = query.as_deref().unwrap_or_default();
    // What is our own has one canonical address, in the plain view.
    if view == View::Plain && definitions::TYPES.contains(&kind.as_str()) {
        return definitions::read(&app, &kind, &id, &headers, query);
    }
    read::read(&app, view, type_of(&kind)?, &id, &headers, query).await
}

async fn one_version(
    State(app): State<App>,
    Extension(view): Extension<View>,
    path: Parts<(String, String, String)>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Outcome> {
    let Path((kind, id, version)) = path.map_err(|_| unreadable())?;
    let query = query.as_deref().unwrap_or_default();
    read::vread(&app, view, type_of(&kind)?, &id, &version, &headers, query).await
}

async fn history_of_one(
    State(app): State<App>,
    Extension(view): Extension<View>,
    path: Parts<(String, String)>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Outcome> {
    let Path((kind, id)) = path.map_err(|_| unreadable())?;
    history::instance(&app, view, type_of(&kind)?, &id, &headers, query.as_deref().unwrap_or_default()).await
}

async fn capabilities(
    State(app): State<App>,
    Extension(view): Extension<View>,
    Extension(memory): Extension<Memory>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Outcome> {
    metadata::get(&app, &memory.counts, view, &headers, query.as_deref().unwrap_or_default())
}

async fn export_begins(
    State(app): State<App>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Outcome> {
    export::begin(&app, &headers, query.as_deref().unwrap_or_default()).await
}

async fn export_status(
    State(app): State<App>,
    Extension(memory): Extension<Memory>,
    path: Parts<String>,
) -> Result<Response, Outcome> {
    let Path(id) = path.map_err(|_| unreadable())?;
    export::status(&app, &memory.exports, &id).await
}

async fn export_deleted(Extension(memory): Extension<Memory>, path: Parts<String>) -> Result<Response, Outcome> {
    let Path(id) = path.map_err(|_| unreadable())?;
    export::delete(&memory.exports, &id)
}

async fn export_file(
    State(app): State<App>,
    Extension(memory): Extension<Memory>,
    path: Parts<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Outcome> {
    let Path((date, name)) = path.map_err(|_| unreadable())?;
    export::file(&app, &memory.exports, &date, &name, query.as_deref().unwrap_or_default()).await
}

/// No such address.
async fn lost(Extension(view): Extension<View>) -> Outcome {
    let base = view.path();
    Outcome::not_found(format!(
        "There is no such address. There are {base}/metadata, {base}/[type], {base}/[type]/[id], \
         {base}/[type]/[id]/_history and {base}/[type]/[id]/_history/[vid]."
    ))
}
