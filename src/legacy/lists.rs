//! `/organizations`, `/organizations/{id}`, `/apps`, `/apps/{id}`.

use axum::{
    Json,
    extract::{Path, RawQuery, State, rejection::PathRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{
    Room, answer,
    paging::{Asked, Page},
    problem::{broken, nothing},
    record::{OldApp, OldOrganization},
    roll::{Enrolled, Roll},
};
use crate::{
    model::{
        id::{Id, ThingKind},
        organization::{App, Organization},
    },
    store::Found,
    web::problem::Problem,
};

fn no_organization() -> Problem {
    nothing("No organization of the lists goes by this id.")
}

fn no_app() -> Problem {
    nothing("No app goes by this id.")
}

/// `/organizations?limit=&offset=&category=`, in the order of our ids: who comes later stands at the end.
pub(super) async fn organizations(
    State(room): State<Room>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asked = Asked::read(query.as_deref())?;
    let roll = room.roll().await?;
    if let Some(same) = unchanged(&room, &headers, &tag(&roll)) {
        return Ok(same);
    }
    let keys = roll.organizations(asked.category.as_deref());
    let meta = asked.meta("/organizations", keys.len(), &[("category", &asked.category)]);
    let keys = keys.iter().skip(asked.offset).take(asked.limit).copied().collect::<Vec<_>>();
    let today = room.app.clock.door_day();
    let documents = room.documents(&roll, &keys).await?;
    let record = |one: Enrolled<Organization>| OldOrganization::new(&one.document, one.slug, one.at, today);
    let results = documents.into_iter().map(record).collect();
    Ok(list(&room, &headers, &roll, &Page { results, meta }))
}

/// `/apps?limit=&offset=`, in the order of their readable addresses; historical ones too.
pub(super) async fn apps(
    State(room): State<Room>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asked = Asked { category: None, ..Asked::read(query.as_deref())? };
    let roll = room.roll().await?;
    if let Some(same) = unchanged(&room, &headers, &tag(&roll)) {
        return Ok(same);
    }
    let apps = room.app.listed_apps().await.map_err(broken)?;
    let meta = asked.meta("/apps", apps.len(), &[]);
    let mut results = Vec::new();
    for app in apps.iter().skip(asked.offset).take(asked.limit) {
        results.push(room.old_app(&roll, app).await?);
    }
    Ok(list(&room, &headers, &roll, &Page { results, meta }))
}

/// What the lists of a roll are made of.
pub(super) fn tag(roll: &Roll) -> String {
    roll.at.to_string()
}

/// 304 when the reader has what goes by this tag: asked before any document is read.
pub(super) fn unchanged(room: &Room, headers: &HeaderMap, tag: &str) -> Option<Response> {
    let response = answer(room, headers, tag, || StatusCode::OK.into_response());
    (response.status() == StatusCode::NOT_MODIFIED).then_some(response)
}

/// A page of a list, with the whole addresses of the pages around it for clients that know links.
pub(super) fn list<T: serde::Serialize>(room: &Room, headers: &HeaderMap, roll: &Roll, page: &Page<T>) -> Response {
    let mut response = answer(room, headers, &tag(roll), || Json(page).into_response());
    for (rel, path) in [("next", &page.meta.next), ("prev", &page.meta.prev)] {
        let link = path.as_ref().map(|path| format!("<{}/legacy{path}>; rel=\"{rel}\"", room.app.config.public_url));
        if let Some(link) = link.and_then(|link| HeaderValue::from_str(&link).ok()) {
            response.headers_mut().append(header::LINK, link);
        }
    }
    response
}

/// `/organizations/{id}`: by the original's id, by any readable address we ever gave, or by our own id. Old ones are
/// answered, not redirected: a client of that time need not follow.
pub(super) async fn organization(
    State(room): State<Room>,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Path(name) = id.map_err(|_| no_organization())?;
    let roll = room.roll().await?;
    let document =
        room.organization(&name).await?.filter(|document| roll.has(&document.id)).ok_or_else(no_organization)?;
    let at = room.changed(&document.id);
    let slug = roll.slug(&document.id, &document.slug);
    let tag = format!("{}.{}", document.id, document.version);
    let today = room.app.clock.door_day();
    Ok(answer(&room, &headers, &tag, || Json(OldOrganization::new(&document, slug, at, today)).into_response()))
}

/// `/apps/{id}`
pub(super) async fn app(
    State(room): State<Room>,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Path(name) = id.map_err(|_| no_app())?;
    let roll = room.roll().await?;
    let document = match room.app.store.app_by_slug(&name).await.map_err(broken)? {
        Found::Renamed(slug) | Found::Merged(slug) => here(room.app.store.app_by_slug(&slug).await.map_err(broken)?),
        found => here(found),
    };
    // Withdrawn ones are in no list.
    let apps = room.app.listed_apps().await.map_err(broken)?;
    let document = document.filter(|found| apps.iter().any(|app| app.id == found.id)).ok_or_else(no_app)?;
    let tag = format!("{}.{}", document.id, document.version);
    let record = room.old_app(&roll, &document).await?;
    Ok(answer(&room, &headers, &tag, || Json(record).into_response()))
}

pub(super) fn here<T>(found: Found<T>) -> Option<T> {
    match found {
        Found::Here(thing) => Some(*thing),
        _ => None,
    }
}

impl Room {
    /// The organization at a readable address, an old one too, or with an id; a merged one leads to its target.
    pub(super) async fn organization(&self, name: &str) -> Result<Option<Organization>, Problem> {
        let store = &self.app.store;
        let mut found = match Id::parse(name).filter(|id| id.kind() == ThingKind::Organization) {
            Some(id) => store.organization(&id).await.map_err(broken)?,
            None => store.organization_by_slug(name).await.map_err(broken)?,
        };
        // An old address of a merged one takes two steps.
        for _ in 0..2 {
            let (Found::Renamed(slug) | Found::Merged(slug)) = found else { break };
            found = store.organization_by_slug(&slug).await.map_err(broken)?;
        }
        Ok(here(found))
    }

    /// The record of an app.
    pub(super) async fn old_app(&self, roll: &Roll, document: &App) -> Result<OldApp, Problem> {
        let at = self
            .app
            .store
            .last_revision_of(&document.id)
            .await
            .map_err(broken)?
            .map(|last| last.at)
            .unwrap_or_default();
        Ok(OldApp::new(document, roll.slug(&document.id, &document.slug), at))
    }
}
