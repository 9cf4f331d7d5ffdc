//! The API for programs, version 1, and the two pages a load balancer asks.
//!
//! One table declares every operation and parameter ([`table`]): requests are read by it ([`given`]) and the published
//! document is made of it ([`openapi`]). Later versions add to these answers; they do not change them.

pub mod answer;
mod call;
pub mod csv;
mod cursor;
mod fields;
pub mod given;
mod health;
mod moment;
pub mod openapi;
pub mod operation;
pub mod reply;
mod retiring;
mod schemas;
pub mod table;
mod things;
mod view;

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use axum::{
    Router,
    http::Method,
    response::{IntoResponse, Response},
    routing::get,
};
use tower_http::compression::CompressionLayer;

use self::{
    call::Call,
    reply::{Format, Validators},
    things::{apps, doors, locations, lookup, organizations, revisions, search, sources, statistics},
};
use crate::{
    app::App,
    model::id::Id,
    store::StoreError,
    web::{
        cors,
        problem::{Kind, Problem, only_get},
    },
};

/// What requests work with.
#[derive(Clone)]
pub(crate) struct Api {
    app: App,
    /// The last revision that was asked about, and when it was written.
    moment: Arc<Mutex<(i64, Option<i64>)>>,
    /// Counts of the whole directory, and the revision they were made at.
    counted: Arc<Mutex<Option<(i64, statistics::Directory)>>>,
    /// The published document.
    document: Arc<OnceLock<Arc<str>>>,
}

impl Api {
    fn new(app: App) -> Self {
        Self { app, moment: Arc::default(), counted: Arc::default(), document: Arc::default() }
    }

    /// Tells versions of what may change with any revision apart: by where the log stands.
    async fn log(&self, format: Format) -> Result<Validators, Problem> {
        let position = self.app.register.at().ok_or_else(Problem::not_ready)?;
        let (known, at) = *self.moment.lock().unwrap_or_else(PoisonError::into_inner);
        if known == position {
            return Ok(Validators::log(position, at, format));
        }
        let at = self.app.store.moment_of(position).await?;
        *self.moment.lock().unwrap_or_else(PoisonError::into_inner) = (position, at);
        Ok(Validators::log(position, at, format))
    }

    /// Counts of the whole directory; they take a while, so they are kept until the log moves.
    async fn directory(&self) -> Result<statistics::Directory, Problem> {
        let position = self.app.register.at().ok_or_else(Problem::not_ready)?;
        let kept = *self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, counts)) = kept.filter(|(at, _)| *at == position) {
            return Ok(counts);
        }
        let totals = self.app.store.totals().await?;
        let counts = statistics::Directory {
            locations: totals.locations,
            portals: totals.portals,
            endpoints: totals.endpoints,
            apps: self.app.store.apps().await?.len(),
            sources: self.app.store.sources().await?.len(),
        };
        *self.counted.lock().unwrap_or_else(PoisonError::into_inner) = Some((position, counts));
        Ok(counts)
    }

    /// The organization an id stands for now: a merged one leads to its target.
    async fn followed(&self, id: Option<Id>) -> Result<Option<Id>, Problem> {
        let Some(id) = id else { return Ok(None) };
        Ok(Some(self.app.store.merged_into(&id).await?.unwrap_or(id)))
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Self::broken("reading the store", &error)
    }
}

/// Everything below `/api`.
pub fn router(app: App) -> Router {
    let mut v1 = Router::new();
    for (operation, handler) in routes() {
        for path in call::paths(operation) {
            v1 = v1.route(&path, handler.clone());
        }
    }
    // Before the layer: a preflight (OPTIONS) is answered by it, and a refused method may be read like any answer.
    let v1 = v1.method_not_allowed_fallback(only_get).with_state(Api::new(app));
    let cors = cors(&[Method::GET, Method::HEAD]);
    let api = Router::new().nest("/v1", v1).fallback(no_such_address).layer(CompressionLayer::new()).layer(cors);
    Router::new().nest("/api", api)
}

/// Every operation with what answers it, but [`table::CHANGES`], which another room does.
fn routes() -> [(&'static operation::Operation, axum::routing::MethodRouter<Api>); table::ALL.len() - 1] {
    use call::route;
    use table as t;
    [
        (&t::ORGANIZATIONS, route(&t::ORGANIZATIONS, organizations::list)),
        (&t::ORGANIZATION, route(&t::ORGANIZATION, organizations::one)),
        (&t::REVISIONS_OF_ORGANIZATION, route(&t::REVISIONS_OF_ORGANIZATION, revisions::of_organization)),
        (&t::LOCATIONS, route(&t::LOCATIONS, locations::list)),
        (&t::LOCATION, route(&t::LOCATION, locations::one)),
        (&t::PORTALS, route(&t::PORTALS, doors::portals)),
        (&t::PORTAL, route(&t::PORTAL, doors::one)),
        (&t::ENDPOINTS, route(&t::ENDPOINTS, doors::endpoints)),
        (&t::ENDPOINT, route(&t::ENDPOINT, doors::one)),
        (&t::APPS, route(&t::APPS, apps::list)),
        (&t::APP, route(&t::APP, apps::one)),
        (&t::SEARCH, route(&t::SEARCH, search::search)),
        (&t::SUGGEST, route(&t::SUGGEST, search::suggest)),
        (&t::NEAREST, route(&t::NEAREST, search::near)),
        (&t::LOOKUP, route(&t::LOOKUP, lookup::get)),
        (&t::STATISTICS, route(&t::STATISTICS, statistics::get)),
        (&t::REVISIONS, route(&t::REVISIONS, revisions::list)),
        (&t::SOURCES, route(&t::SOURCES, sources::list)),
        (&t::DOCUMENT, route(&t::DOCUMENT, document)),
    ]
}

/// `/healthz` and `/readyz`.
pub fn health(app: App) -> Router {
    Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .method_not_allowed_fallback(only_get)
        .with_state(app)
}

/// `/openapi.json`
async fn document(api: Api, call: Call) -> Result<Response, Problem> {
    let text = api.document.get_or_init(|| openapi::document(&api.app.config).to_string().into());
    let tag = format!("W/\"{:x}\"", crc32fast::hash(text.as_bytes()));
    let validators = Validators { tag, at: None };
    if let Some(known) = validators.known(&call) {
        return Ok(known);
    }
    Ok(reply::one(text.to_string(), &validators))
}

/// No address of the API.
async fn no_such_address() -> Response {
    let known = table::ALL.iter().map(|operation| format!("/api/v1{}", operation.path));
    let known = known.chain(["/api/v1/changes/stream".to_owned()]);
    let detail = "The API has no such address; /api/v1/openapi.json and /developers/api tell which it has.";
    Problem::new(Kind::NotFound, detail).allowed(known).into_response()
}
