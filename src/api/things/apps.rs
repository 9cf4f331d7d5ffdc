//! `/apps`: current ones, and those that are kept as history.

use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    api::{
        Api,
        call::Call,
        csv, cursor,
        fields::Wanted,
        reply::{self, Page, Validators},
    },
    model::{
        id::ThingKind,
        organization::{App, Status},
        provenance::Provenance,
    },
    store::Stamped,
    web::problem::{Kind, Problem},
};

/// An app as the API writes it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "App")]
pub struct AppThing {
    /// What is known of it.
    #[serde(flatten)]
    pub app: App,
    /// It takes in structured data; others are kept as history.
    pub current: bool,
    /// Its page.
    #[schemars(extend("format" = "uri"))]
    pub url: String,
}

/// `/apps`
pub async fn list(api: Api, call: Call) -> Result<Response, Problem> {
    let validators = api.log(call.format).await?;
    if let Some(known) = validators.known(&call) {
        return Ok(known);
    }
    let (given, limit) = (&call.given, call.given.number("limit"));
    let after = cursor::after(given, ThingKind::App)?;
    let rest = api.app.store.every_app().await?;
    let mut page = Page::default();
    let mut last = None;
    for app in rest.into_iter().filter(|app| after.as_ref().is_none_or(|after| app.id > *after)) {
        let app = match given.moment("as_of") {
            None => Some(app),
            Some(at) => api.app.store.app_at(&app.id, at).await?.and_then(|stamped| stamped.thing),
        };
        let passes =
            |app: &App| is_there(app) && given.flag("current").is_none_or(|current| current == app.is_current());
        let Some(app) = app.filter(passes) else { continue };
        if page.things.len() == limit {
            page.next_after = last.map(|id| cursor::behind(given, &id));
            break;
        }
        last = Some(app.id.clone());
        page.things.push(text(&api, &call, app)?);
    }
    reply::list(&call, &api.app.config.public_url, page, csv::APPS, Some(&validators))
}

/// `/apps/{id}`
pub async fn one(api: Api, call: Call) -> Result<Response, Problem> {
    let past = call.given.moment("as_of");
    let Some(Stamped { at, thing, .. }) = api.app.store.app_at(call.id()?, past.unwrap_or(i64::MAX)).await? else {
        return Err(call.nothing());
    };
    let gone =
        || Problem::new(Kind::Gone, "No source speaks of this app any more, or what was said of it was taken away.");
    let app = thing.filter(is_there).ok_or_else(gone)?;
    // A picture of the past shows less once a host in it is recalled: it is told apart by where the log stands.
    let validators = match past {
        Some(_) => Validators { at: None, ..api.log(call.format).await? },
        None => Validators::version(app.version, Some(at)),
    };
    if let Some(known) = validators.known(&call) {
        return Ok(known);
    }
    Ok(reply::one(text(&api, &call, app)?, &validators))
}

fn is_there(app: &App) -> bool {
    !matches!(app.status, Status::Withdrawn | Status::Merged)
}

fn text(api: &Api, call: &Call, mut app: App) -> Result<String, Problem> {
    if !call.given.has("include", "provenance") {
        app.provenance = Provenance::default();
    }
    let url = format!("{}/o/{}", api.app.config.public_url, app.id);
    let thing = AppThing { current: app.is_current(), app, url };
    reply::cut(reply::written(&thing)?, Wanted::new(call.given.many("fields")).as_ref())
}
