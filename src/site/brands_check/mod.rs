//! `/developers/brands-check`: a publisher drops a list of brands and reads what is wrong with it.
//!
//! What holds: nothing that is sent is kept; no address is fetched for anybody (the command does that for who runs it); only
//! some lists are in memory at once, fewer are checked, and one household may check some in a while.

pub(crate) mod form;

use std::{net::IpAddr, sync::Arc, time::Duration};

use askama::Template;
use axum::{
    Extension, Router,
    body::{Bytes, to_bytes},
    extract::{DefaultBodyLimit, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{
    CachePolicy, Lang,
    here::{Here, respond},
    problem::PageError,
    visitor::{Lately, is_ours},
};
use crate::{
    app::App,
    brands::check::{self, Finding, Report, Severity},
    web::{negotiate, visitor},
};

/// The largest list, in megabytes.
const MEGABYTES: usize = 20;
/// The largest form: the list, and what stands around it.
const BODY_LIMIT: usize = (MEGABYTES << 20) + 16 * 1024;
/// Lists that are checked at once …
const AT_ONCE: usize = 3;
/// … and that are in memory at once, those that are being sent too.
const IN_MEMORY: usize = 12;
/// How long sending one may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long one waits for others.
const WAIT: Duration = Duration::from_secs(5);
/// How long is remembered who checked lists, in minutes.
const MINUTES: i64 = 10;
/// Lists that one household may check in that time.
const PER_HOUSEHOLD: u32 = 30;
/// Findings of a rule that the page shows.
const SHOWN: usize = 10;
/// Places that are shown without being asked for.
const OPEN: usize = 3;
/// What the result goes out as.
const MEDIA: [&str; 2] = ["text/html", "application/fhir+json"];

/// What is remembered of those who check: minutes, in memory.
struct Desk {
    from: Lately<Option<IpAddr>>,
    /// For lists in memory.
    room: Arc<Semaphore>,
    /// For those of them that are checked.
    seats: Arc<Semaphore>,
}

impl Desk {
    fn new() -> Self {
        let of = |places| Arc::new(Semaphore::new(places));
        Self { from: Lately::new(MINUTES), room: of(IN_MEMORY), seats: of(AT_ONCE) }
    }
}

/// A place, when one is free soon.
async fn soon(places: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit, Fault> {
    let place = tokio::time::timeout(WAIT, places.clone().acquire_owned()).await;
    place.ok().and_then(Result::ok).ok_or(Fault::Busy)
}

/// Why a list was not checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Nothing,
    Foreign,
    Busy,
    Unreadable,
}

/// A rule that is broken, as the page shows it.
struct Broken {
    severity: String,
    /// Few places are shown at once, many when they are asked for.
    open: bool,
    what: String,
    mend: String,
    basis: &'static str,
    times: String,
    places: Vec<Place>,
    more: Option<String>,
}

/// One place where it is.
struct Place {
    entry: Option<String>,
    who: String,
    path: String,
    /// When it is not what stands above.
    what: Option<String>,
}

#[derive(Template)]
#[template(path = "brands-check.html")]
pub(super) struct BrandsCheckPage {
    here: Here,
    fault: Option<Fault>,
    report: Option<Report>,
}

impl BrandsCheckPage {
    /// The title of the window: the result is heard first.
    fn window(&self) -> String {
        match &self.report {
            Some(report) => self.verdict(report),
            None => self.here.t("brands-check-title"),
        }
    }

    fn verdict(&self, report: &Report) -> String {
        match report.count(Severity::Error) {
            0 if report.findings.is_empty() => self.here.t("brands-check-good"),
            0 => self.here.t("brands-check-no-errors"),
            errors => self.here.t1("brands-check-bad", "count", errors),
        }
    }

    fn fault_words(&self, fault: &Fault) -> String {
        match fault {
            Fault::Nothing => self.here.t("brands-check-nothing"),
            Fault::Foreign => self.here.t("brands-check-foreign"),
            Fault::Busy => self.here.t1("brands-check-busy", "minutes", MINUTES as u64),
            Fault::Unreadable => self.here.t("brands-check-unreadable"),
        }
    }

    /// What was looked at, and how much advice there is.
    fn numbers(&self, report: &Report) -> String {
        let counted = self.here.t2("brands-check-counted", "brands", report.brands, "endpoints", report.endpoints);
        let (warnings, notes) = (report.count(Severity::Warning), report.count(Severity::Note));
        let mut advice = Vec::new();
        if warnings > 0 {
            advice.push(self.here.t1("brands-check-warnings", "count", warnings));
        }
        if notes > 0 {
            advice.push(self.here.t1("brands-check-notes", "count", notes));
        }
        format!("{counted} {}", advice.join(", ")).trim().to_owned()
    }

    fn size(&self) -> String {
        self.here.t1("brands-check-file-hint", "size", MEGABYTES)
    }

    /// The broken rules, the worst first.
    fn broken(&self, report: &Report) -> Vec<Broken> {
        let mut rules: Vec<_> = report.counts.iter().collect();
        rules.sort_by_key(|(rule, _)| (rule.severity(), **rule));
        rules.into_iter().map(|(rule, count)| self.one(report, *rule, *count)).collect()
    }

    fn one(&self, report: &Report, rule: check::Rule, count: usize) -> Broken {
        let of = || report.findings.iter().filter(|finding| finding.rule == rule);
        let first = of().next().map(|finding| what(self.here.lang, finding)).unwrap_or_default();
        let place = |finding: &Finding| Place {
            entry: finding.entry.map(|n| self.here.t1("brands-check-entry", "number", (n + 1).to_string())),
            who: finding.who.clone(),
            path: finding.path.clone(),
            what: Some(what(self.here.lang, finding)).filter(|what| *what != first),
        };
        let places: Vec<Place> = of().take(SHOWN).map(place).collect();
        let more = count - places.len().min(count);
        Broken {
            severity: match rule.severity() {
                Severity::Error => self.here.t("brands-check-error"),
                Severity::Warning => self.here.t("brands-check-warning"),
                Severity::Note => self.here.t("brands-check-note"),
            },
            open: places.len() <= OPEN,
            what: first,
            mend: mend(self.here.lang, rule),
            basis: rule.basis(),
            times: self.here.t1("brands-check-times", "count", count),
            places,
            more: (more > 0).then(|| self.here.t1("brands-check-more", "count", more)),
        }
    }
}

/// What is wrong, in a sentence.
fn what(lang: Lang, finding: &Finding) -> String {
    lang.with(&format!("brands-rule-{}", finding.rule.code()), &[("value", (&finding.value).into())])
}

/// How to mend what breaks a rule.
fn mend(lang: Lang, rule: check::Rule) -> String {
    lang.t(&format!("brands-mend-{}", rule.code()))
}

/// A finding in English: what is wrong and how to mend it.
pub fn words(finding: &Finding) -> String {
    format!("{} {}", what(Lang::En, finding), mend(Lang::En, finding.rule))
}

/// A report as an `OperationOutcome`, in English.
pub fn outcome(report: &Report) -> serde_json::Value {
    check::outcome(report, &words, &Lang::En.t("brands-check-good"))
}

/// Its addresses, in each language.
pub fn routes() -> Router<App> {
    let desk = Arc::new(Desk::new());
    let at = |lang: Lang| format!("{}/developers/brands-check", lang.prefix());
    let pages =
        Lang::ALL.into_iter().fold(Router::new(), |pages, lang| pages.route(&at(lang), routing::get(get).post(post)));
    pages.layer(DefaultBodyLimit::max(BODY_LIMIT)).layer(Extension(desk))
}

/// `GET /developers/brands-check`
async fn get(here: Here) -> Result<Response, PageError> {
    respond(&BrandsCheckPage { here, fault: None, report: None }, CachePolicy::Page)
}

/// `POST /developers/brands-check`
async fn post(
    here: Here,
    State(app): State<App>,
    Extension(desk): Extension<Arc<Desk>>,
    request: Request,
) -> Result<Response, PageError> {
    let headers = request.headers().clone();
    let (report, fault, status) = match checked(&app, &desk, request).await {
        Ok(report) => {
            let status = if report.counts.contains_key(&check::Rule::TooLarge) {
                StatusCode::PAYLOAD_TOO_LARGE
            } else {
                StatusCode::OK
            };
            (Some(report), None, status)
        }
        Err(fault) => (None, Some(fault), status(fault)),
    };
    let mut response = match &report {
        Some(report) if negotiate::best(&headers, &MEDIA) == Some(MEDIA[1]) => {
            let headers = [(header::CONTENT_TYPE, MEDIA[1])];
            CachePolicy::Never.on((headers, outcome(report).to_string()).into_response())
        }
        _ => respond(&BrandsCheckPage { here, fault, report }, CachePolicy::Never)?,
    };
    *response.status_mut() = status;
    if status == StatusCode::TOO_MANY_REQUESTS {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(MINUTES * 60));
    }
    Ok(response)
}

fn status(fault: Fault) -> StatusCode {
    match fault {
        Fault::Nothing => StatusCode::UNPROCESSABLE_ENTITY,
        Fault::Foreign => StatusCode::FORBIDDEN,
        Fault::Busy => StatusCode::TOO_MANY_REQUESTS,
        Fault::Unreadable => StatusCode::BAD_REQUEST,
    }
}

/// Takes a list in and checks it. Nothing is read before it is known that it may be.
async fn checked(app: &App, desk: &Desk, request: Request) -> Result<Report, Fault> {
    let now = app.clock.micros();
    let peer = visitor::peer(request.extensions());
    let from = visitor::address(peer, request.headers(), &app.config.trusted_proxies).map(visitor::household);
    let headers = request.headers();
    if !is_ours(headers, &app.config.public_url) {
        return Err(Fault::Foreign);
    }
    if desk.from.again(from, now).is_none_or(|times| times > PER_HOUSEHOLD) {
        return Err(Fault::Busy);
    }
    if length(headers).is_some_and(|length| length > BODY_LIMIT) {
        return Ok(check::too_large());
    }
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_owned();
    let room = soon(&desk.room).await?;
    let body = tokio::time::timeout(PATIENCE, to_bytes(request.into_body(), BODY_LIMIT)).await;
    let body: Bytes = match body {
        Ok(Ok(body)) => body,
        // The only other reason for it is that whoever sends has gone.
        Ok(Err(_)) => return Ok(check::too_large()),
        Err(_) => return Err(Fault::Unreadable),
    };
    // Whoever sends slowly keeps nobody from checking.
    let seat = soon(&desk.seats).await?;
    tokio::task::spawn_blocking(move || {
        // Until it is checked, even when whoever sent it has gone.
        let _held = (room, seat);
        let parts = form::parts(&kind, &body).ok_or(Fault::Unreadable)?;
        let full = |part: &&(String, &[u8])| !part.1.trim_ascii().is_empty();
        let of = |name: &str| parts.iter().find(|(known, _)| known == name);
        let list = of("file").filter(full).or_else(|| of("text").filter(full)).ok_or(Fault::Nothing)?;
        Ok(check::check(list.1.trim_ascii(), now))
    })
    .await
    .unwrap_or(Err(Fault::Unreadable))
}

fn length(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

#[cfg(test)]
impl BrandsCheckPage {
    pub(super) fn samples(lang: Lang) -> Vec<Self> {
        let here = || super::samples::here(lang, "/developers/brands-check");
        let page = |report: Option<Report>, fault| Self { here: here(), fault, report };
        let every = check::Rule::ALL.iter().map(|rule| Finding {
            rule: *rule,
            entry: Some(4),
            who: "St. Mary’s <b>Hospital</b>".into(),
            path: "Bundle.entry[4].resource.telecom[0].value".into(),
            value: "<script>".into(),
        });
        let findings: Vec<Finding> = every.collect();
        let counts = findings.iter().map(|finding| (finding.rule, 3)).collect();
        let bad = Report { entries: 7, brands: 4, endpoints: 3, findings, counts };
        let faults = [Fault::Nothing, Fault::Foreign, Fault::Busy, Fault::Unreadable];
        let mut pages = vec![page(None, None), page(Some(Report::default()), None), page(Some(bad), None)];
        pages.extend(faults.map(|fault| page(None, Some(fault))));
        pages
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;
    use crate::site::served::{Answer, Site};

    const AT: &str = "/developers/brands-check";

    fn form(name: &str, list: &str) -> String {
        format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{list}\r\n--b--\r\n")
    }

    async fn send(site: &Site, at: &str, body: String, accept: &str) -> Answer {
        let request = Request::post(at).header(header::CONTENT_TYPE, "multipart/form-data; boundary=b");
        site.ask(request.header(header::ACCEPT, accept).body(Body::from(body)).unwrap()).await
    }

    #[tokio::test]
    async fn a_list_is_checked_in_both_languages_and_for_programs() {
        let site = Site::new().await;
        let list = r#"{"resourceType":"Bundle","type":"searchset","entry":[{"resource":{"resourceType":"Endpoint","id":"e"}}]}"#;
        for (at, words, mend) in [
            (AT.to_owned(), "The Bundle’s type is not “collection”.", "Set type to “collection”."),
            (format!("/es{AT}"), "El tipo del Bundle no es “collection”.", "Ponga “collection” en type."),
        ] {
            for name in ["file", "text"] {
                let page = send(&site, &at, form(name, list), "text/html").await;
                assert_eq!(page.status, StatusCode::OK, "{at}");
                assert!(page.body.contains(words) && page.body.contains(mend), "{at}: {}", page.body);
                assert!(page.body.contains("Bundle.entry[0].resource.status"), "{at}");
                assert_eq!(page.header(header::CACHE_CONTROL), "no-store");
            }
        }
        let outcome = send(&site, AT, form("text", list), "application/fhir+json").await;
        let outcome: serde_json::Value = serde_json::from_str(&outcome.body).unwrap();
        assert_eq!(outcome["resourceType"], "OperationOutcome");
        assert_eq!(outcome["issue"][0]["details"]["coding"][0]["code"], "bundle-type");
    }

    #[tokio::test]
    async fn who_sends_slowly_takes_no_seat() {
        let site = Site::new().await;
        let desk = Desk::new();
        let never = Body::from_stream(futures_util::stream::pending::<Result<Bytes, std::io::Error>>());
        let request = Request::post(AT).header(header::CONTENT_TYPE, "multipart/form-data; boundary=b");
        let mut sending = Box::pin(checked(&site.app, &desk, request.body(never).unwrap()));
        assert!(tokio::time::timeout(Duration::from_millis(50), &mut sending).await.is_err(), "it is still being sent");
        assert_eq!((desk.room.available_permits(), desk.seats.available_permits()), (IN_MEMORY - 1, AT_ONCE));
        drop(sending);
        assert_eq!(desk.room.available_permits(), IN_MEMORY);
    }

    #[tokio::test]
    async fn what_cannot_be_checked_is_said() {
        let site = Site::new().await;
        for (body, status) in [
            (form("text", " \r\n"), StatusCode::UNPROCESSABLE_ENTITY),
            (form("address", "https://example.org"), StatusCode::UNPROCESSABLE_ENTITY),
            ("nonsense".into(), StatusCode::BAD_REQUEST),
            (form("text", "<html>"), StatusCode::OK),
            (form("text", &"[".repeat(1_000_000)), StatusCode::OK),
            (form("text", &"x".repeat(BODY_LIMIT)), StatusCode::PAYLOAD_TOO_LARGE),
        ] {
            let page = send(&site, AT, body, "text/html").await;
            assert_eq!(page.status, status, "{}", page.body);
        }
        let request = Request::post(AT).header("sec-fetch-site", "cross-site").body(Body::from(form("text", "{}")));
        assert_eq!(site.ask(request.unwrap()).await.status, StatusCode::FORBIDDEN);
        let mut last = StatusCode::OK;
        for _ in 0..=PER_HOUSEHOLD {
            last = send(&site, AT, form("text", "{}"), "text/html").await.status;
        }
        assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    }
}
