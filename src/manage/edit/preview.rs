//! `/manage/{subject}/edit/preview`: the page as people would see it, the real one, for whoever edits alone.

use axum::{
    extract::State,
    http::{HeaderName, HeaderValue},
    response::Response,
};

use super::{
    desk::{Opened, open},
    step::to,
};
use crate::{
    accounts::Signed,
    app::App,
    model::{id::ThingKind, listing::Body},
    profile::would_be,
    site::{CachePolicy, Here, PageError, preview, respond},
    store::Found,
};

/// `GET /manage/{subject}/edit/preview`
pub async fn get(here: Here, State(app): State<App>, signed: Signed) -> Result<Response, PageError> {
    let desk = match open(&app, &signed).await? {
        Opened::Clash(clash) => return Ok(to(&here, &clash.subject, "edit/meanwhile")),
        Opened::Ready(desk) => desk,
    };
    let Ok(body) = desk.form.body(&desk.began) else { return Ok(to(&here, &desk.subject, "edit/check")) };
    let today = app.clock.today();
    let mut response = match (body, desk.subject.kind()) {
        (Body::Organization(facts), ThingKind::Organization) => {
            let Found::Here(org) = app.store.organization(&desk.subject).await? else {
                return Err(PageError::NotFound);
            };
            preview::organization(here, &app, would_be::organization(*org, &facts, today)).await?
        }
        (Body::App(facts), ThingKind::App) => {
            let known = app.store.apps().await?.into_iter().find(|known| known.id == desk.subject);
            let known = known.ok_or(PageError::NotFound)?;
            respond(&preview::app(here, &would_be::app(known, &facts, today)), CachePolicy::Never)?
        }
        _ => return Err(PageError::NotFound),
    };
    response.headers_mut().insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
    Ok(response)
}
