//! `/api/v1`: search, suggestions, organizations, sources.

use axum::{
    Json,
    extract::{Path, RawQuery, State, rejection::PathRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use super::{parameters::Parameters, problem::Problem};
use crate::{
    app::App,
    model::{
        id::{Id, ThingKind},
        organization::Organization,
    },
    search::{Card, Request},
    store::{Found, SourceOverview},
};

/// The largest page of results.
const PAGE: usize = 100;
/// Totals are exact up to here.
const EXACT: usize = 10_000;

/// Result cards and how many there are in all.
#[derive(Serialize)]
struct Cards {
    results: Vec<Card>,
    /// How many match; parts of one organization share one result, which says how many of them do.
    total: usize,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    total_is_lower_bound: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    did_you_mean: Option<String>,
}

/// A page of whole organizations.
#[derive(Serialize)]
struct Page {
    results: Vec<Organization>,
    next_after: Option<Id>,
}

/// Every source.
#[derive(Serialize)]
struct Sources {
    results: Vec<SourceOverview>,
}

/// `/api/v1/search?q=&near=&kind=&state=&part_of=&limit=`
pub(super) async fn search(State(app): State<App>, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let given = Parameters::read(query.as_deref(), &["q", "near", "kind", "state", "part_of", "limit"])?;
    let request = Request {
        q: given.one("q").unwrap_or_default().to_owned(),
        near: given.zip()?,
        kinds: given.kinds()?,
        states: given.states()?,
        part_of: given.organization("part_of")?,
        limit: given.limit(20, PAGE)?,
        ..Request::default()
    };
    let found = tokio::task::spawn_blocking(move || app.index.search(&request)).await??;
    Ok(answer(Cards {
        results: found.results,
        total: found.total.min(EXACT),
        total_is_lower_bound: found.total > EXACT,
        did_you_mean: found.did_you_mean,
    }))
}

/// `/api/v1/suggest?q=`
pub(super) async fn suggest(State(app): State<App>, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let given = Parameters::read(query.as_deref(), &["q", "limit"])?;
    let limit = given.limit(8, 20)?;
    let text = given.one("q").unwrap_or_default().to_owned();
    let results = tokio::task::spawn_blocking(move || app.index.suggest(&text, limit)).await??;
    Ok(answer(Cards { total: results.len(), results, total_is_lower_bound: false, did_you_mean: None }))
}

/// `/api/v1/organizations?limit=&after=`: all of them, page by page, in the order of ids.
pub(super) async fn organizations(State(app): State<App>, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let given = Parameters::read(query.as_deref(), &["limit", "after"])?;
    let limit = given.limit(50, PAGE)?;
    let after = match given.one("after") {
        None => None,
        Some(text) => Some(Id::parse(text).ok_or_else(|| {
            Problem::Parameter("after is the next_after of the page before, as it was given".to_owned())
        })?),
    };
    let results = app.store.organizations(after.as_ref(), limit as u32).await?;
    let next_after = if results.len() == limit { results.last().map(|o| o.id.clone()) } else { None };
    Ok(answer(Page { results, next_after }))
}

/// `/api/v1/organizations/{id}`: everything we know of one, and who says each field.
pub(super) async fn organization(
    State(app): State<App>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Problem> {
    let nothing = || Problem::NotFound("There is no organization with this id.".to_owned());
    // An address that is not even text is no id.
    let id = id
        .ok()
        .and_then(|Path(id)| Id::parse(&id))
        .filter(|id| id.kind() == ThingKind::Organization)
        .ok_or_else(nothing)?;
    match app.store.organization(&id).await? {
        Found::Here(organization) => Ok(answer(organization)),
        Found::Merged(slug) => match app.store.organization_by_slug(&slug).await? {
            // The merge may be undone: the old id stays a good question.
            Found::Here(target) => Ok(elsewhere(&format!("/api/v1/organizations/{}", target.id))),
            _ => Err(nothing()),
        },
        Found::Renamed(_) | Found::Nothing => Err(nothing()),
    }
}

/// `/api/v1/sources`: who says what the directory shows, and how old each list is.
pub(super) async fn sources(State(app): State<App>, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    Parameters::read(query.as_deref(), &[])?;
    Ok(answer(Sources { results: app.store.source_overviews().await? }))
}

fn elsewhere(path: &str) -> Response {
    let mut headers = HeaderMap::new();
    if let Ok(path) = HeaderValue::from_str(path) {
        headers.insert(header::LOCATION, path);
    }
    (StatusCode::TEMPORARY_REDIRECT, headers).into_response()
}

fn answer(body: impl Serialize) -> Response {
    let headers = [(header::CACHE_CONTROL, "public, max-age=60"), (header::X_CONTENT_TYPE_OPTIONS, "nosniff")];
    (headers, Json(body)).into_response()
}
