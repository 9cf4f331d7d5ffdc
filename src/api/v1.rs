//! `/api/v1`: search, suggestions, organizations, sources.

use axum::{
    Json,
    extract::{Path, RawQuery, State, rejection::PathRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use super::{answer::Answer, parameters::Parameters, problem::Problem};
use crate::{
    app::App,
    model::{
        id::{Id, ThingKind},
        organization::Organization,
    },
    search::Request,
    store::{Found, SourceOverview},
};

/// The largest page of results.
const PAGE: usize = 100;
/// What a search may be asked.
const SEARCH: &[&str] =
    &["q", "near", "within", "kind", "state", "feature", "tier", "part_of", "limit", "counts", "explain"];

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

/// `/api/v1/search?q=&near=&within=&kind=&state=&feature=&tier=&part_of=&limit=&counts=&explain=`
pub(super) async fn search(State(app): State<App>, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let request = asked(query.as_deref())?;
    // A search is bounded to about a millisecond, less than another thread would cost; counting may take many.
    let found = if request.counts {
        let index = app.index.clone();
        tokio::task::spawn_blocking(move || index.search(&request)).await??
    } else {
        app.index.search(&request)?
    };
    Ok(own_answer(Answer::from(found)))
}

/// The parameters as a request.
fn asked(query: Option<&str>) -> Result<Request, Problem> {
    let given = Parameters::read(query, SEARCH)?;
    Ok(Request {
        q: given.one("q").unwrap_or_default().to_owned(),
        near: given.near()?,
        within: given.within()?,
        kinds: given.kinds()?,
        states: given.states()?,
        features: given.features()?,
        tiers: given.tiers()?,
        part_of: given.organization("part_of")?,
        home: None,
        limit: given.limit(20, PAGE)?,
        offset: 0,
        counts: given.flag("counts")?,
        explain: given.flag("explain")?,
    })
}

/// `/api/v1/suggest?q=`
pub(super) async fn suggest(State(app): State<App>, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let given = Parameters::read(query.as_deref(), &["q", "limit"])?;
    let limit = given.limit(8, 20)?;
    let text = given.one("q").unwrap_or_default().to_owned();
    let results = app.index.suggest(&text, app.config.brand.state, limit)?;
    Ok(own_answer(Answer { total: results.len(), results, ..Answer::default() }))
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
    cached("public, max-age=60", body)
}

/// What depends on what somebody typed stays in that person's own browser.
fn own_answer(body: impl Serialize) -> Response {
    cached("private, max-age=60", body)
}

fn cached(policy: &'static str, body: impl Serialize) -> Response {
    let headers = [(header::CACHE_CONTROL, policy), (header::X_CONTENT_TYPE_OPTIONS, "nosniff")];
    (headers, Json(body)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{features::Feature, kind::Kind};

    #[test]
    fn a_search_may_ask_everything() {
        let request = asked(Some(
            "q=+st+marys+&near=Boise,+ID&within=12.5&kind=hospital&state=ID&feature=view,send.app_access&tier=1,3\
             &part_of=org-0198f1a2b3c47d5e8f90123456789abc&limit=5&counts=true&explain=true",
        ));
        let expected = Request {
            q: "st marys".into(),
            near: Some("Boise, ID".into()),
            within: Some(12.5),
            kinds: vec![Kind::Hospital],
            states: vec!["ID".into()],
            features: vec![Feature::parse("view").unwrap(), Feature::parse("send.app_access").unwrap()],
            tiers: vec![1, 3],
            part_of: Id::parse("org-0198f1a2b3c47d5e8f90123456789abc"),
            home: None,
            limit: 5,
            offset: 0,
            counts: true,
            explain: true,
        };
        assert_eq!(request.unwrap(), expected);
        assert_eq!(asked(None).unwrap(), Request { limit: 20, ..Request::default() });
    }
}
