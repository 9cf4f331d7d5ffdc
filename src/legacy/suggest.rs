//! `POST /organizations` and `POST /apps`: suggestions, as programs of the original's time sent them.
//!
//! What holds: it answers as the original did and sends no mail; what was sent waits with all other suggestions, and nothing
//! changes by itself. JSON alone is taken, and only from programs and our own pages: a page of another site must not send
//! suggestions in the name of whoever reads it.

use std::{net::IpAddr, sync::Arc};

use axum::{
    Json,
    body::to_bytes,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{
    Room,
    lists::here,
    posted::{PostedApp, PostedOrganization, Submitter, depth},
    problem::broken,
    record::moment,
};
use crate::{
    model::{
        id::Id,
        listing::hex,
        submission::{Report, SubmissionKind, Wrong, is_email},
    },
    site::{Lately, is_ours, suggest},
    store::{Found, StoreError},
    web::{
        problem::Problem,
        visitor::{address, household, peer},
    },
};

/// The longest body, in bytes.
const BODY_LIMIT: usize = 16 * 1024;
/// How deep a body may go: an object with lists.
const DEPTH: usize = 4;
/// How long is remembered what came from whom, in minutes.
const MINUTES: i64 = 10;
/// Suggestions that one household may send in that time.
const PER_HOUSEHOLD: u32 = 20;
/// A template of a form that a machine sent without filling it in; the original refused it so.
const UNFILLED: &str = "{{submitter_email}}";

/// What is remembered of those who send.
#[derive(Clone)]
pub(super) struct Desk {
    from: Arc<Lately<Option<IpAddr>>>,
    same: Arc<Lately<[u8; 32]>>,
}

impl Default for Desk {
    fn default() -> Self {
        Self { from: Arc::new(Lately::new(MINUTES)), same: Arc::new(Lately::new(MINUTES)) }
    }
}

/// Why something is not taken: a status, and words in the original's shape.
struct Refused(StatusCode, String);

impl Refused {
    fn new(status: StatusCode, words: &str) -> Self {
        Self(status, words.to_owned())
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut response = (self.0, Json(json!({ "error": self.1 }))).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if self.0 == StatusCode::TOO_MANY_REQUESTS {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(MINUTES * 60));
        }
        if self.0 == StatusCode::UNSUPPORTED_MEDIA_TYPE {
            headers.insert("accept-post", HeaderValue::from_static("application/json"));
        }
        response
    }
}

/// A record as it was saved.
#[derive(Serialize)]
struct Saved<T> {
    #[serde(flatten)]
    record: T,
    updated: String,
    #[serde(flatten)]
    submitter: Submitter,
    r#type: &'static str,
    /// As long as the original's; made of what was said, so that it tells nothing.
    #[serde(rename = "_id")]
    id_there: String,
}

/// What was sent, checked.
struct Sent<T> {
    record: T,
    submitter: Submitter,
    digest: [u8; 32],
    now: i64,
}

impl<T: Serialize> Sent<T> {
    /// Was it not saved already within the last minutes?
    fn is_new(&self, room: &Room) -> bool {
        room.desk.same.again(self.digest, self.now) == Some(1)
    }

    /// The original's answer.
    fn answer(self, room: &Room, r#type: &'static str, kept: Result<(), Problem>) -> Response {
        if let Err(problem) = kept {
            room.desk.same.forget(&self.digest);
            return problem.into_response();
        }
        let id = hex(&self.digest)[..24].to_owned();
        let (record, submitter, updated) = (self.record, self.submitter, moment(self.now));
        let saved = Saved { record, updated, submitter, r#type, id_there: id };
        let mut response = Json(json!({ "success": true, "saved": saved })).into_response();
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}

/// `POST /organizations`
pub(super) async fn organization(State(room): State<Room>, request: Request) -> Response {
    match checked(&room, request, "no empty organization", PostedOrganization::read).await {
        Ok(sent) => {
            let kept = if sent.is_new(&room) { keep_organization(&room, &sent).await } else { Ok(()) };
            sent.answer(&room, "organizations", kept)
        }
        Err(refused) => refused.into_response(),
    }
}

/// `POST /apps`
pub(super) async fn app(State(room): State<Room>, request: Request) -> Response {
    match checked(&room, request, "no empty name", PostedApp::read).await {
        Ok(sent) => {
            let kept = if sent.is_new(&room) { keep_app(&room, &sent).await } else { Ok(()) };
            sent.answer(&room, "apps", kept)
        }
        Err(refused) => refused.into_response(),
    }
}

async fn keep_organization(room: &Room, sent: &Sent<PostedOrganization>) -> Result<(), Problem> {
    let (record, store) = (&sent.record, &room.app.store);
    let about = room.organization(&record.id).await?;
    let subject = about.as_ref().map(|about| &about.id);
    let why = explained(room, &record.organization, subject, &record.url, &sent.submitter).await.map_err(broken)?;
    suggest::correction(store, about.as_ref(), &record.correction(), &why).await.map_err(broken)?;
    Ok(())
}

async fn keep_app(room: &Room, sent: &Sent<PostedApp>) -> Result<(), Problem> {
    let (record, store) = (&sent.record, &room.app.store);
    let mut found = store.app_by_slug(&record.id).await.map_err(broken)?;
    if let Found::Renamed(slug) | Found::Merged(slug) = found {
        found = store.app_by_slug(&slug).await.map_err(broken)?;
    }
    let about = here(found);
    let why = explained(room, &record.name, None, &record.url, &sent.submitter).await.map_err(broken)?;
    suggest::app(store, about.as_ref(), &record.facts(), &why).await.map_err(broken)?;
    Ok(())
}

async fn checked<T: Serialize>(
    room: &Room,
    request: Request,
    unnamed: &str,
    read: fn(&Value) -> Option<T>,
) -> Result<Sent<T>, Refused> {
    let (headers, from) = (request.headers().clone(), peer(request.extensions()));
    if !is_json(&headers) {
        let words = "send JSON, with Content-Type: application/json";
        return Err(Refused::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, words));
    }
    if !is_ours(&headers, &room.app.config.public_url) {
        return Err(Refused::new(StatusCode::FORBIDDEN, "pages of other sites cannot send suggestions"));
    }
    let too_large = |_| Refused::new(StatusCode::PAYLOAD_TOO_LARGE, "at most 16 kB are read");
    let body = to_bytes(request.into_body(), BODY_LIMIT).await.map_err(too_large)?;
    let bad = |words: &str| Refused::new(StatusCode::BAD_REQUEST, words);
    let value: Value = serde_json::from_slice(&body).map_err(|_| bad("this is not JSON"))?;
    if !value.is_object() || depth(&value) > DEPTH {
        return Err(bad("an object with texts, lists and true or false is read"));
    }
    if value.get("submitter_email").and_then(Value::as_str) == Some(UNFILLED) {
        return Err(bad("Bad Request"));
    }
    let record = read(&value).ok_or_else(|| bad(unnamed))?;
    let submitter = Submitter::read(&value);
    let digest = Sha256::digest(serde_json::to_vec(&(&record, &submitter)).unwrap_or_default()).into();
    let now = room.app.clock.micros();
    let from = address(from, &headers, &room.app.config.trusted_proxies).map(household);
    if room.desk.from.again(from, now).is_none_or(|times| times > PER_HOUSEHOLD) {
        return Err(Refused::new(StatusCode::TOO_MANY_REQUESTS, "too many suggestions came from your network"));
    }
    Ok(Sent { record, submitter, digest, now })
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

/// Why it should be so, for people who decide. Whoever wants an answer has a report with the address beside it.
async fn explained(
    room: &Room,
    name: &str,
    about: Option<&Id>,
    url: &str,
    by: &Submitter,
) -> Result<String, StoreError> {
    let mut why = vec![by.submitter_reason.clone(), url.to_owned()];
    if is_email(&by.submitter_email) {
        let report = Report {
            wrong: if about.is_some() { Wrong::Other } else { Wrong::Missing },
            door: None,
            name: name.to_owned(),
            place: String::new(),
            website: url.to_owned(),
            right: String::new(),
            how: by.submitter_reason.clone(),
            lang: "en".into(),
        };
        let kind = if about.is_some() { SubmissionKind::Problem } else { SubmissionKind::General };
        why.push(format!("submission:{}", room.app.store.submit(kind, about, &report, &by.submitter_email).await?));
    }
    why.retain(|words| !words.is_empty());
    Ok(why.join("\n"))
}
