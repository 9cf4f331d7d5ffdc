//! `$export` (HL7 FHIR Bulk Data Access 2.0, system level): everything at once, from the files of the newest night.
//!
//! Nothing is computed for a client, so the kick-off is answered at once and the status is complete the first time it is
//! asked for. What was asked stands in the address of the status itself; only which of them were deleted is remembered.

use std::{
    collections::VecDeque,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use jiff::civil::Date;
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use super::{
    history::instant,
    negotiate::{Asked, FHIR_JSON, pairs},
    outcome::{Code, Issue, OperationOutcome, Outcome, Severity},
    since,
};
use crate::{
    app::App,
    clock::secret,
    dumps::{
        self,
        manifest::{FileEntry, Format, Manifest},
    },
    model::listing::hex,
    r4::{Elements, Instant, ResourceType, View, ids::plain_number},
    web::{conditional::http_date, put},
};

/// Its definition (Bulk Data Access 2.0).
pub const DEFINITION: &str = "http://hl7.org/fhir/uv/bulkdata/OperationDefinition/export";
/// The capabilities it is part of (Bulk Data Access 2.0, "Conformance").
pub const CAPABILITIES: &str = "http://hl7.org/fhir/uv/bulkdata/CapabilityStatement/bulk-data";
/// The address of an export that was asked for, below the base.
const STATUS: &str = "$export/status";
/// The address of a file of which only a part is wanted, below the base.
const FILES: &str = "$export/files";
/// Media types of its files, as they are asked for.
const FORMATS: [&str; 3] = ["application/fhir+ndjson", "application/ndjson", "ndjson"];
/// Deleted exports that are remembered.
const DELETED: usize = 10_000;
/// Files that are gone through at once.
const AT_ONCE: usize = 4;
/// For how long the addresses of the files are good, in microseconds: nights are kept longer.
const GOOD_FOR: i64 = 24 * 3_600 * 1_000_000;

/// What is remembered of exports.
#[derive(Debug)]
pub struct Exports {
    deleted: Mutex<VecDeque<String>>,
    at_once: Arc<Semaphore>,
}

impl Default for Exports {
    fn default() -> Self {
        Self { deleted: Mutex::default(), at_once: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

/// What an export is about; all of it stands in the address of its status.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Job {
    /// Tells it from others that ask the same.
    nonce: String,
    /// Whose files.
    night: Date,
    /// The types, a bit each by their place in `ResourceType::ALL`; all of them when none was named.
    types: u8,
    /// Only what was changed after this moment, in microseconds since 1970 UTC.
    since: Option<i64>,
}

impl Job {
    fn id(&self) -> String {
        let since = self.since.map_or_else(|| "all".to_owned(), |since| since.to_string());
        format!("{}.{}.{}.{since}", self.nonce, self.night, self.types)
    }

    fn read(id: &str) -> Option<Self> {
        let mut parts = id.split('.');
        let nonce = parts.next().filter(|nonce| nonce.len() == 16 && nonce.bytes().all(|b| b.is_ascii_hexdigit()))?;
        let night = dumps::day(parts.next()?)?;
        let types = parts.next()?.parse().ok().filter(|types| *types < 1 << ResourceType::ALL.len())?;
        let since = match parts.next()? {
            "all" => None,
            number => Some(plain_number(number)?),
        };
        parts.next().is_none().then(|| Self { nonce: nonce.to_owned(), night, types, since })
    }

    fn takes(&self, kind: ResourceType) -> bool {
        self.types == 0 || self.types & bit(kind) != 0
    }

    /// The address the export was begun with, as far as it was understood.
    fn request(&self, base: &str) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let named: Vec<&str> =
            ResourceType::ALL.into_iter().filter(|kind| self.types & bit(*kind) != 0).map(ResourceType::name).collect();
        if !named.is_empty() {
            query.append_pair("_type", &named.join(","));
        }
        if let Some(since) = self.since {
            query.append_pair("_since", &Instant(since).to_string());
        }
        let query = query.finish();
        if query.is_empty() { format!("{base}/$export") } else { format!("{base}/$export?{query}") }
    }
}

fn bit(kind: ResourceType) -> u8 {
    ResourceType::ALL.iter().position(|known| *known == kind).map_or(0, |at| 1 << at)
}

fn base(app: &App) -> String {
    format!("{}{}", app.config.public_url, View::Plain.path())
}

/// `GET /fhir/$export`: the kick-off.
pub async fn begin(app: &App, headers: &HeaderMap, query: &str) -> Result<Response, Outcome> {
    let job = asked(headers, query)?;
    let data = app.config.data.clone();
    let newest = blocking(move || dumps::newest(&data)).await?.filter(|night| night.of(Format::FhirNdjson).count() > 0);
    let Some(newest) = newest else {
        let diagnostics = "There is no night with FHIR files yet. Search page by page until there is one.";
        let outcome = Outcome::new(StatusCode::SERVICE_UNAVAILABLE, Code::Transient, diagnostics);
        return Err(outcome.with(header::RETRY_AFTER, HeaderValue::from_static("3600")));
    };
    let job = Job { night: newest.date, ..job };
    let status = format!("{}/{STATUS}/{}", base(app), job.id());
    let said = Issue {
        severity: Severity::Information,
        code: Code::Informational,
        diagnostics: format!("The files of {} are ready: ask {status}", job.night),
        expression: Vec::new(),
    };
    let body = serde_json::to_string(&OperationOutcome::new(vec![said])).unwrap_or_default();
    let status = HeaderValue::from_str(&status).map_err(|why| Outcome::broken("an address", &why))?;
    let fixed = [(header::CONTENT_TYPE, HeaderValue::from_static(FHIR_JSON)), (header::CONTENT_LOCATION, status)];
    Ok(never_kept((StatusCode::ACCEPTED, fixed, body).into_response()))
}

/// Reads what is asked for; the night is put in later.
fn asked(headers: &HeaderMap, query: &str) -> Result<Job, Outcome> {
    let asked = Asked::read(headers, pairs(query)?)?;
    let prefer = headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok());
    let mut preferences = prefer.flat_map(|value| value.split([',', ';'])).map(str::trim);
    if !preferences.any(|one| one.eq_ignore_ascii_case("respond-async")) {
        return Err(Outcome::parameter("Prefer", "An export is asked for with the header Prefer: respond-async."));
    }
    // A parameter that is not known is refused unless its loss is accepted (Bulk Data Access 2.0, "Query Parameters").
    let lenient =
        headers.get_all("prefer").iter().any(|value| value.to_str().is_ok_and(|v| v.contains("handling=lenient")));
    let known = ["_outputFormat", "_since", "_type"];
    let stranger = asked.rest.iter().map(|(name, _)| name.as_str()).find(|name| !known.contains(name));
    let elements = (asked.elements != Elements::All || asked.count_only).then_some("_elements");
    if let Some(name) = stranger.or(elements).filter(|_| !lenient) {
        let name: String = name.chars().take(60).collect();
        let diagnostics =
            format!("An export has no {name}; it has {}. Prefer: handling=lenient ignores it.", known.join(", "));
        return Err(Outcome::unsupported(&name, diagnostics));
    }
    if let Some(format) = asked.one("_outputFormat")?.filter(|format| !format.is_empty()) {
        let plain = format.replace(' ', "+");
        if !FORMATS.contains(&plain.as_str()) {
            return Err(Outcome::parameter(
                "_outputFormat",
                format!("_outputFormat is one of {}.", FORMATS.join(", ")),
            ));
        }
    }
    let since = asked.one("_since")?.filter(|since| !since.is_empty()).map(instant).transpose()?;
    let mut types = 0;
    let named = asked.rest.iter().filter(|(name, _)| name == "_type").flat_map(|(_, value)| value.split(','));
    for name in named.map(str::trim).filter(|name| !name.is_empty()) {
        match ResourceType::from_name(name) {
            Some(kind) => types |= bit(kind),
            None if lenient => {}
            None => {
                let all = ResourceType::ALL.map(ResourceType::name).join(", ");
                return Err(Outcome::parameter("_type", format!("_type takes {all}, with commas between them.")));
            }
        }
    }
    // Before 1970 is as good as always, and a minus would not be read back.
    Ok(Job { nonce: hex(&secret()[..8]), night: Date::ZERO, types, since: since.filter(|since| *since > 0) })
}

/// `GET /fhir/$export/status/{id}`: complete, always.
pub async fn status(app: &App, exports: &Exports, id: &str) -> Result<Response, Outcome> {
    let job = exports.job(id)?;
    let night = night(app, job.night).await?;
    let output: Vec<Value> = files(&night)
        .filter(|(kind, file)| job.takes(*kind) && file.rows > 0)
        .map(|(kind, file)| output(app, &job, kind, file))
        .collect();
    let body = json!({
        "transactionTime": night.made_at,
        "request": job.request(&base(app)),
        "requiresAccessToken": false,
        "output": output,
        "error": [],
    });
    let mut response = never_kept(axum::Json(body).into_response());
    put(response.headers_mut(), header::EXPIRES, &http_date(app.clock.micros() + GOOD_FOR));
    Ok(response)
}

/// The files of a night, each with its type.
fn files(night: &Manifest) -> impl Iterator<Item = (ResourceType, &FileEntry)> {
    night.of(Format::FhirNdjson).filter_map(|file| Some((ResourceType::from_name(&file.content)?, file)))
}

fn output(app: &App, job: &Job, kind: ResourceType, file: &FileEntry) -> Value {
    let name = kind.name();
    if let Some(since) = job.since {
        let url = format!("{}/{FILES}/{}/{name}.ndjson?since={since}", base(app), job.night);
        json!({ "type": name, "url": url })
    } else {
        let path = file.plain.as_ref().map_or(&file.path, |plain| &plain.path);
        json!({ "type": name, "url": format!("{}{path}", app.config.public_url), "count": file.rows })
    }
}

/// `DELETE /fhir/$export/status/{id}`: the client needs it no more.
pub fn delete(exports: &Exports, id: &str) -> Result<Response, Outcome> {
    let job = exports.job(id)?;
    let mut deleted = exports.deleted.lock().unwrap_or_else(PoisonError::into_inner);
    if deleted.len() == DELETED {
        deleted.pop_front();
    }
    deleted.push_back(job.nonce);
    Ok(StatusCode::ACCEPTED.into_response())
}

impl Exports {
    /// The export of an address; 404 for one that never was or was deleted.
    fn job(&self, id: &str) -> Result<Job, Outcome> {
        let deleted = self.deleted.lock().unwrap_or_else(PoisonError::into_inner);
        Job::read(id)
            .filter(|job| !deleted.contains(&job.nonce))
            .ok_or_else(|| Outcome::not_found("There is no such export. Begin one with $export."))
    }
}

/// `GET /fhir/$export/files/{date}/{type}.ndjson?since=`: of a file only what was changed after a moment.
pub async fn file(app: &App, exports: &Exports, date: &str, name: &str, query: &str) -> Result<Response, Outcome> {
    let unknown = || Outcome::not_found("There is no such file. The status of an export names its files.");
    let kind = name.strip_suffix(".ndjson").and_then(ResourceType::from_name).ok_or_else(unknown)?;
    let date = dumps::day(date).ok_or_else(unknown)?;
    let pairs = pairs(query)?;
    let since = match pairs.as_slice() {
        [(name, value)] if name == "since" => plain_number(value),
        _ => None,
    };
    let since =
        since.ok_or_else(|| Outcome::parameter("since", "since is as it stands in the status of the export."))?;
    let night = night(app, date).await?;
    let (_, entry) = files(&night).find(|(known, _)| *known == kind).ok_or_else(unknown)?;
    let path: PathBuf = dumps::folder(&app.config.data).join(date.to_string()).join(&entry.name);
    let Ok(turn) = exports.at_once.clone().try_acquire_owned() else {
        let diagnostics = "Several of these files are being read already. Try again in a moment.";
        let outcome = Outcome::new(StatusCode::SERVICE_UNAVAILABLE, Code::Transient, diagnostics);
        return Err(outcome.with(header::RETRY_AFTER, HeaderValue::from_static("10")));
    };
    let body = since::stream(path, since, turn);
    Ok(never_kept(([(header::CONTENT_TYPE, "application/fhir+ndjson")], body).into_response()))
}

/// The manifest of a night.
async fn night(app: &App, date: Date) -> Result<Manifest, Outcome> {
    let folder = dumps::folder(&app.config.data).join(date.to_string());
    let place = folder.clone();
    let read = blocking(move || Manifest::read(&place)).await?;
    let gone = |_| Outcome::not_found(format!("The files of {date} are not kept any more. Begin a new export."));
    let night = read.map_err(gone)?;
    let shown = dumps::may_be_shown(&app.store, &folder).await;
    if !shown.map_err(|why| Outcome::broken("what was recalled", &why))? {
        let diagnostics =
            "Something was recalled, and this night is being looked through for it. Try again in a minute.";
        let outcome = Outcome::new(StatusCode::SERVICE_UNAVAILABLE, Code::Transient, diagnostics);
        return Err(outcome.with(header::RETRY_AFTER, HeaderValue::from_static("60")));
    }
    Ok(night)
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Outcome> {
    tokio::task::spawn_blocking(work).await.map_err(|why| Outcome::broken("files of the night", &why))
}

fn never_kept(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_a_status_holds_what_was_asked() {
        let night = jiff::civil::date(2026, 11, 26);
        for (types, since) in [(0, None), (0b10001, Some(1_764_126_000_000_000))] {
            let job = Job { nonce: "0123456789abcdef".into(), night, types, since };
            assert_eq!(Job::read(&job.id()), Some(job.clone()), "{}", job.id());
        }
        for bad in [
            "",
            "x",
            "0123456789abcdef.2026-11-26.32.all",
            "0123456789abcdef.2026-11-26.0.-1",
            "0123456789abcdef.2026-11-26.0.all.x",
            "0123456789abcdef.../../etc.0.all",
        ] {
            assert_eq!(Job::read(bad), None, "{bad}");
        }
    }
}
