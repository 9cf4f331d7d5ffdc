//! `/api/v1/manage/{subject}`: what programs of an organization or app do with a key. Problems are `application/problem+json`.
//!
//! What holds: a key opens what its scopes name, at one organization or app, and nothing else; a program's change goes the
//! same way as one that was typed: what is no risk is live at once, the rest waits for a second person.

use std::collections::BTreeSet;

use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, FromRequestParts, Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::{Value, json};

use super::listing::{Fault, read, shown};
use crate::{
    app::App,
    model::{
        change::touched,
        id::Id,
        listing::Body,
        proposal::{ProposalKind, ProposalState},
    },
    profile::{Standing, Submission, SubmitError, Submitted, standing, submit},
    store::{ProposalFilter, StoreError, Token, Webhook},
};

/// The largest listing, in bytes.
const LARGEST: usize = 1 << 20;
/// Proposals that are told of.
const WAITING: u32 = 50;

/// The addresses.
pub fn router(app: App) -> Router {
    let profile = get(look).put(write).fallback(wrong_method);
    Router::new()
        .route("/api/v1/manage/{subject}/profile", profile.layer(DefaultBodyLimit::max(LARGEST)))
        .route("/api/v1/manage/{subject}/webhooks", get(hooks).fallback(only_get))
        .with_state(app)
}

/// What goes wrong.
#[derive(Debug)]
pub struct Refused {
    status: StatusCode,
    detail: String,
    errors: Vec<Fault>,
    /// What `WWW-Authenticate` says.
    challenge: Option<&'static str>,
}

impl Refused {
    fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into(), errors: Vec::new(), challenge: None }
    }

    fn broken(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!("a program's request failed: {cause}");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Something broke on our side. Please try again in a minute.")
    }

    fn unknown() -> Self {
        Self::new(StatusCode::NOT_FOUND, "There is no such organization or app, or this key is not for it.")
    }

    /// A stop on the way (RFC 6750, section 3).
    fn challenge(self, challenge: &'static str) -> Self {
        Self { challenge: Some(challenge), ..self }
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::broken(&error)
    }
}

impl From<SubmitError> for Refused {
    fn from(error: SubmitError) -> Self {
        match error {
            SubmitError::Store(StoreError::Refused(why)) => Self::new(StatusCode::CONFLICT, why),
            SubmitError::Store(error) => error.into(),
            SubmitError::Conflict(_) => Self::new(StatusCode::CONFLICT, format!("{error}: read it again first.")),
            SubmitError::TooMany => Self::new(StatusCode::TOO_MANY_REQUESTS, error.to_string()),
            SubmitError::Unknown => Self::unknown(),
            SubmitError::Address(_) => Self::new(StatusCode::UNPROCESSABLE_ENTITY, error.to_string()),
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let title = self.status.canonical_reason().unwrap_or_default();
        let mut body = json!({
            "type": "about:blank", "title": title, "status": self.status.as_u16(), "detail": self.detail,
        });
        if !self.errors.is_empty() {
            let error = |fault: &Fault| json!({ "field": fault.field, "detail": fault.why });
            body["errors"] = self.errors.iter().map(error).collect();
        }
        let mut response = (self.status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(challenge) = self.challenge {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        private(response)
    }
}

/// Nobody keeps what is said to whoever holds a key.
fn private(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    response.headers_mut().append(header::VARY, HeaderValue::from_static("Authorization"));
    response
}

async fn only_get() -> Refused {
    Refused::new(StatusCode::METHOD_NOT_ALLOWED, "Here is GET alone: an owner adds webhooks on the page.")
}

async fn wrong_method() -> Refused {
    Refused::new(StatusCode::METHOD_NOT_ALLOWED, "Here are GET and PUT.")
}

/// The key that a request shows, for the organization or app of its path.
pub struct Keyed(Token);

impl FromRequestParts<App> for Keyed {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refused> {
        let denied = |detail: &str| Refused::new(StatusCode::UNAUTHORIZED, detail);
        let Some(secret) = bearer(&parts.headers) else {
            let detail = "Show a key of this organization: Authorization: Bearer connector_…";
            return Err(denied(detail).challenge("Bearer realm=\"Connector\""));
        };
        let token = app.store.token(secret).await?.ok_or_else(|| {
            let detail = "This key is none of ours, has ended, or was revoked.";
            denied(detail).challenge("Bearer realm=\"Connector\", error=\"invalid_token\"")
        })?;
        let Path(subject) = Path::<String>::from_request_parts(parts, app).await.map_err(|_| Refused::unknown())?;
        // What a key is not for looks like what is not there.
        if Id::parse(&subject).is_none_or(|subject| subject != token.subject) {
            return Err(Refused::unknown());
        }
        Ok(Self(token))
    }
}

/// The one key of a request.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let (one, None) = (all.next()?.to_str().ok()?, all.next()) else { return None };
    let (scheme, secret) = one.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer") && !secret.trim().is_empty()).then(|| secret.trim())
}

impl Keyed {
    fn made_for(self, scope: &'static str) -> Result<Token, Refused> {
        if self.0.may(scope) {
            return Ok(self.0);
        }
        let challenge = match scope {
            "profile:read" => "Bearer realm=\"Connector\", error=\"insufficient_scope\", scope=\"profile:read\"",
            "webhooks" => "Bearer realm=\"Connector\", error=\"insufficient_scope\", scope=\"webhooks\"",
            _ => "Bearer realm=\"Connector\", error=\"insufficient_scope\", scope=\"profile:write\"",
        };
        let detail = format!("This key is not for {scope}. An owner can make one that is.");
        Err(Refused::new(StatusCode::FORBIDDEN, detail).challenge(challenge))
    }
}

/// `GET /api/v1/manage/{subject}/profile`
async fn look(State(app): State<App>, keyed: Keyed) -> Result<Response, Refused> {
    let token = keyed.made_for("profile:read")?;
    let standing = standing(&app, &token.subject).await?.ok_or_else(Refused::unknown)?;
    let body = json!({
        "subject": token.subject,
        "version": standing.version,
        "listing": shown(&standing.listing),
        "waiting": waiting(&app, &token.subject).await?,
    });
    Ok(private(([(header::ETAG, tag(&standing))], Json(body)).into_response()))
}

/// `PUT /api/v1/manage/{subject}/profile`
async fn write(State(app): State<App>, keyed: Keyed, headers: HeaderMap, body: Bytes) -> Result<Response, Refused> {
    let token = keyed.made_for("profile:write")?;
    if app.store.frozen(&token.subject).await?.is_some() {
        let detail = "Nobody can change this profile right now: a person looks at who owns it first.";
        return Err(Refused::new(StatusCode::CONFLICT, detail));
    }
    let after = parsed(&token.subject, &body)?;
    let standing = standing(&app, &token.subject).await?.ok_or_else(Refused::unknown)?;
    let expected = headers.get(header::IF_MATCH).map(|value| value.as_bytes() == tag(&standing).as_bytes());
    if expected == Some(false) {
        let detail = "The profile is not the one that If-Match names. Read it again, and change that.";
        return Err(Refused::new(StatusCode::PRECONDITION_FAILED, detail));
    }
    let after = keeping(after, &standing.listing);
    let done = sent(&app, &token, &standing.listing, after).await?;
    let waits = done.waiting.as_ref().map(|(n, risks)| json!({ "proposal": n, "reasons": risks }));
    let status = if waits.is_some() { StatusCode::ACCEPTED } else { StatusCode::OK };
    let said = json!({ "live": done.live, "waiting": waits, "nothing_changed": done.nothing_changed });
    Ok(private((status, Json(said)).into_response()))
}

/// Sends a change the way a typed one goes.
async fn sent(app: &App, token: &Token, began: &Body, after: Body) -> Result<Submitted, Refused> {
    let why = format!("by the key {:?}", token.name);
    let submission = Submission {
        subject: &token.subject,
        author: &token.person,
        kind: ProposalKind::File,
        began: Some(began),
        after,
        express: BTreeSet::new(),
        why: &why,
        publish_at: 0,
        delegate: false,
    };
    Ok(submit(app, submission).await?)
}

fn parsed(subject: &Id, body: &Bytes) -> Result<Body, Refused> {
    let value: Value = serde_json::from_slice(body)
        .map_err(|why| Refused::new(StatusCode::BAD_REQUEST, format!("The body is no JSON: {why}")))?;
    read(subject.kind(), value).map_err(|errors| {
        let detail = "Some fields cannot be taken. Nothing was changed.";
        Refused { errors, ..Refused::new(StatusCode::UNPROCESSABLE_ENTITY, detail) }
    })
}

/// What programs do not see stays as it is.
fn keeping(mut after: Body, stands: &Body) -> Body {
    if let (Body::Organization(after), Body::Organization(stands)) = (&mut after, stands) {
        after.part_of.clone_from(&stands.part_of);
    }
    after
}

/// `GET /api/v1/manage/{subject}/webhooks`: how each does; never its secret.
async fn hooks(State(app): State<App>, keyed: Keyed) -> Result<Response, Refused> {
    let token = keyed.made_for("webhooks")?;
    let hooks = app.store.owned_webhooks(&token.subject).await?;
    let one = |hook: &Webhook| {
        json!({
            "n": hook.n, "url": hook.url, "state": hook.state, "acknowledged": hook.acknowledged, "failures": hook.failures,
        })
    };
    let all: Vec<Value> = hooks.iter().map(one).collect();
    Ok(private(Json(json!({ "webhooks": all })).into_response()))
}

/// The version of a listing, for `ETag` and `If-Match`.
fn tag(standing: &Standing) -> String {
    format!("\"{}\"", &standing.listing.hash()[..32])
}

/// What waits for a second person, or for its day.
async fn waiting(app: &App, subject: &Id) -> Result<Vec<Value>, StoreError> {
    let states = &[ProposalState::Waiting, ProposalState::Asked, ProposalState::Scheduled];
    let filter = ProposalFilter { states, subject: Some(subject), author: None };
    let open = app.store.proposals(&filter, 0, WAITING).await?;
    Ok(open
        .into_iter()
        .map(|one| {
            let fields = touched(one.before.as_ref(), &one.after);
            json!({ "proposal": one.n, "state": one.state, "fields": fields, "reasons": one.risks })
        })
        .collect())
}
