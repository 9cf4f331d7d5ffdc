//! `/data/{date}/{file}`: nights to take home.
//!
//! What holds: a night that may still show what was recalled or redacted is not given out until it was looked through.
//! Files are asked for anew after a minute, and cost nothing while they are the same: what was cut out of a file must not live on in caches.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::UNIX_EPOCH,
};

use axum::{
    Router,
    body::Body,
    extract::{self, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{
    day, folder,
    manifest::{FileEntry, MANIFEST, Manifest},
    nights,
    range::{self, Wanted},
    rules::Rules,
    send, stamp,
};
use crate::{
    app::App,
    model::listing::hex,
    store::StoreError,
    web::{
        conditional::{OF_A_BODY, http_date, unchanged},
        cors, negotiate,
        problem::{Kind, Problem, only_get},
        put,
    },
};

/// How long it may take until a recall is noticed, in microseconds.
const NOTICED: i64 = 2_000_000;
/// What caches are told: to ask again after a minute.
const CACHING: &str = "public, max-age=60, must-revalidate";
/// The word for the newest night in an address.
const LATEST: &str = "latest";

/// Everything below `/data` that is a night's.
pub fn router(app: App) -> Router {
    Router::new()
        .route("/data/nights.json", get(list))
        .route("/data/manifest.json", get(newest_manifest))
        .route("/data/{date}/{file}", get(file))
        .method_not_allowed_fallback(only_get)
        .layer(cors(&[Method::GET, Method::HEAD]))
        .with_state(Desk { app, seen: Arc::default() })
}

/// What answers work with.
#[derive(Clone)]
struct Desk {
    app: App,
    /// When the rules were last read, and their digest.
    seen: Arc<Mutex<Option<(i64, String)>>>,
}

impl Desk {
    fn data(&self) -> &Path {
        &self.app.config.data
    }

    /// The digest of what must not be shown.
    async fn digest(&self) -> Result<String, StoreError> {
        let now = self.app.clock.micros();
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((_, digest)) = seen.filter(|(at, _)| (0..NOTICED).contains(&(now - at))) {
            return Ok(digest);
        }
        let digest = Rules::of(&self.app.store).await?.digest();
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, digest.clone()));
        Ok(digest)
    }

    /// The folder of a night that may be shown.
    async fn night(&self, date: jiff::civil::Date) -> Result<PathBuf, Problem> {
        let night = folder(self.data()).join(date.to_string());
        if !night.join(MANIFEST).is_file() {
            let kept = nights(self.data()).into_iter().map(|date| date.to_string());
            return Err(Problem::new(Kind::NotFound, format!("There is no night of {date} (any more).")).allowed(kept));
        }
        let digest = self.digest().await.map_err(|error| Problem::broken("reading what was recalled", &error))?;
        if stamp::keeps(&night, &digest) {
            return Ok(night);
        }
        let detail = "Something was recalled or redacted, and this night is being looked through for it. \
                      Please try again in a minute.";
        Err(Problem::new(Kind::NotReady, detail).header(header::RETRY_AFTER, "60"))
    }
}

/// `/data/nights.json`: the nights that are kept, the newest first.
async fn list(State(desk): State<Desk>, headers: HeaderMap) -> Response {
    let night = |date: &jiff::civil::Date| {
        let manifest = Manifest::read(&folder(desk.data()).join(date.to_string())).ok()?;
        Some(json!({
            "date": date,
            "revision": manifest.revision,
            "manifest": super::files::path(*date, MANIFEST),
        }))
    };
    let all: Vec<_> = nights(desk.data()).iter().filter_map(night).collect();
    whole(&headers, json!({ "nights": all }).to_string().into_bytes(), desk.app.clock.micros())
}

/// `/data/manifest.json`: the manifest of the newest night.
async fn newest_manifest(State(desk): State<Desk>, headers: HeaderMap) -> Result<Response, Problem> {
    let Some(date) = nights(desk.data()).first().copied() else { return Err(none_yet()) };
    manifest(&desk.night(date).await?, &headers).map_err(|error| Problem::broken("reading a manifest", &error))
}

fn none_yet() -> Problem {
    Problem::new(Kind::NotFound, "There is no night yet: the first one is written at night.")
}

/// `/data/{date}/{file}`, where `latest` stands for the newest night.
async fn file(
    State(desk): State<Desk>,
    path: Result<extract::Path<(String, String)>, extract::rejection::PathRejection>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let extract::Path((date, name)) = path.map_err(|_| Problem::new(Kind::NotFound, "There is no such file."))?;
    if date == LATEST {
        let newest = nights(desk.data()).first().copied().ok_or_else(none_yet)?;
        let known =
            name == MANIFEST || Manifest::read(&desk.night(newest).await?).is_ok_and(|m| m.file(&name).is_some());
        if !known {
            return Err(Problem::new(
                Kind::NotFound,
                "The newest night has no such file; its manifest.json lists them.",
            ));
        }
        let headers =
            [(header::LOCATION, super::files::path(newest, &name)), (header::CACHE_CONTROL, CACHING.to_owned())];
        return Ok((StatusCode::TEMPORARY_REDIRECT, headers).into_response());
    }
    let date = day(&date).ok_or_else(|| {
        let detail = "A night is called by its day, like 2026-11-26, or latest.";
        Problem::new(Kind::NotFound, detail).allowed(nights(desk.data()).into_iter().map(|date| date.to_string()))
    })?;
    let night = desk.night(date).await?;
    if name == MANIFEST {
        return manifest(&night, &headers).map_err(|error| Problem::broken("reading a manifest", &error));
    }
    let manifest = Manifest::read(&night).map_err(|error| Problem::broken("reading a manifest", &error))?;
    let Some(entry) = manifest.file(&name) else {
        let names = manifest.files.iter().map(|file| file.name.clone());
        return Err(Problem::new(Kind::NotFound, "The night has no such file.").allowed(names));
    };
    let broken = |error: io::Error| Problem::broken("giving out a file of a night", &error);
    let opened = File::open(night.join(&entry.name)).map_err(broken)?;
    let metadata = opened.metadata().map_err(broken)?;
    if metadata.len() != entry.bytes {
        // The night was written again between the two looks.
        let detail = "The night is being written again. Please try again.";
        return Err(Problem::new(Kind::NotReady, detail).header(header::RETRY_AFTER, "1"));
    }
    let at = metadata.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    let at = at.map(|at| at.as_micros() as i64).unwrap_or_default();
    if entry.name == name { packed(entry, opened, &headers, at) } else { plain(entry, opened, &headers, at) }
        .map_err(broken)
}

/// A file as it lies there, or a part of it.
fn packed(entry: &FileEntry, file: File, headers: &HeaderMap, at: i64) -> io::Result<Response> {
    let tag = format!("\"{}\"", entry.sha256);
    let mut answer = if unchanged(headers, &tag, Some(at)) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        match range::wanted(headers, entry.bytes, &tag, at) {
            Wanted::Whole => sized(send::part(file, 0, entry.bytes)?, entry.bytes),
            Wanted::Part { first, last } => {
                let length = last - first + 1;
                let mut answer = sized(send::part(file, first, length)?, length);
                *answer.status_mut() = StatusCode::PARTIAL_CONTENT;
                put(answer.headers_mut(), header::CONTENT_RANGE, &format!("bytes {first}-{last}/{}", entry.bytes));
                answer
            }
            Wanted::Nothing => {
                let mut answer = StatusCode::RANGE_NOT_SATISFIABLE.into_response();
                put(answer.headers_mut(), header::CONTENT_RANGE, &format!("bytes */{}", entry.bytes));
                answer
            }
        }
    };
    put(answer.headers_mut(), header::ACCEPT_RANGES, "bytes");
    describe(&mut answer, &entry.name, &entry.media_type, &tag, at);
    Ok(answer)
}

/// What is in a packed file: as it lies there to whoever unpacks zstd by itself, else unpacked on the way.
fn plain(entry: &FileEntry, file: File, headers: &HeaderMap, at: i64) -> io::Result<Response> {
    let Some(plain) = &entry.plain else { return Err(io::Error::other("the file is not packed")) };
    let as_it_is = negotiate::takes_encoding(headers, "zstd");
    let tag = format!("\"{}{}\"", plain.sha256, if as_it_is { "-zstd" } else { "" });
    let mut answer = if unchanged(headers, &tag, Some(at)) {
        StatusCode::NOT_MODIFIED.into_response()
    } else if as_it_is {
        let mut answer = sized(send::part(file, 0, entry.bytes)?, entry.bytes);
        put(answer.headers_mut(), header::CONTENT_ENCODING, "zstd");
        answer
    } else {
        sized(send::unpacked(file)?, plain.bytes)
    };
    put(answer.headers_mut(), header::ACCEPT_RANGES, "none");
    put(answer.headers_mut(), header::VARY, "accept-encoding");
    describe(&mut answer, &plain.name, &plain.media_type, &tag, at);
    Ok(answer)
}

fn manifest(night: &Path, headers: &HeaderMap) -> io::Result<Response> {
    let at = std::fs::metadata(night.join(MANIFEST))?.modified()?.duration_since(UNIX_EPOCH);
    let at = at.map(|at| at.as_micros() as i64).unwrap_or_default();
    Ok(whole(headers, std::fs::read(night.join(MANIFEST))?, at))
}

/// A small JSON answer.
fn whole(headers: &HeaderMap, body: Vec<u8>, at: i64) -> Response {
    let tag = format!("\"{}\"", hex(&Sha256::digest(&body)));
    let mut answer =
        if unchanged(headers, &tag, None) { StatusCode::NOT_MODIFIED.into_response() } else { body.into_response() };
    describe(&mut answer, "", "application/json", &tag, at);
    answer
}

fn sized(body: Body, length: u64) -> Response {
    let mut answer = Response::new(body);
    answer.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    answer
}

/// The headers every answer with a file has; a name makes it one to be kept.
fn describe(answer: &mut Response, name: &str, media_type: &str, tag: &str, at: i64) {
    put(answer.headers_mut(), header::CONTENT_TYPE, media_type);
    put(answer.headers_mut(), header::ETAG, tag);
    put(answer.headers_mut(), header::LAST_MODIFIED, &http_date(at));
    put(answer.headers_mut(), header::CACHE_CONTROL, CACHING);
    put(answer.headers_mut(), header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    if !name.is_empty() {
        put(answer.headers_mut(), header::CONTENT_DISPOSITION, &format!("attachment; filename=\"{name}\""));
    }
    if answer.status() == StatusCode::NOT_MODIFIED {
        for header in OF_A_BODY {
            answer.headers_mut().remove(header);
        }
    }
}
