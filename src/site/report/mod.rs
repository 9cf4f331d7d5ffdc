//! `/organizations/{slug}/report` and `/report`: telling us what is wrong or missing.
//!
//! What holds: first it divides those who want their own records, whom we cannot help by a form, from those who know that
//! something is wrong; the first way sends nothing. What is sent waits for a person (`connector submissions`) and changes
//! nothing by itself. A form that cannot be taken comes back with everything that was typed.

mod form;
mod personal;
mod suggest;
mod take;
#[cfg(test)]
mod tests;
mod work;

use std::{net::IpAddr, sync::Arc};

use askama::Template;
use axum::{
    Extension, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, FromRequestParts, State, rejection::BytesRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Redirect, Response},
    routing,
};
use url::form_urlencoded;

pub use self::form::kept;
use self::{
    form::{Fault, Field, LONGEST, LONGEST_EMAIL, LONGEST_LINE, Typed, WEBSITE},
    suggest::STATUSES,
    take::{Said, take},
};
use super::{
    CachePolicy,
    here::{Here, Part, respond},
    organization,
    problem::PageError,
    said::Link,
    visitor::{Lately, Stamps, is_ours},
};
use crate::{
    app::App,
    model::{
        kind::Kind,
        organization::{DoorState, Organization, Status},
        submission::Wrong,
    },
    web::visitor::peer,
};

/// The longest form, in bytes.
const BODY_LIMIT: usize = 16 * 1024;
/// Nobody chooses and sends in less, in microseconds: a browser that did its work meanwhile, and one without scripts.
const QUICKEST: i64 = 3_000_000;
const QUICKEST_WITHOUT_WORK: i64 = 20_000_000;
/// How often the work of one page counts.
const PER_WORK: u32 = 3;
/// How long is remembered what came from whom, in minutes.
const MINUTES: i64 = 10;
/// Reports that one household may send in that time.
const PER_HOUSEHOLD: u32 = 10;
/// Doors that are listed to choose from.
const DOORS: usize = 30;
/// Doors that somebody who needs records is shown.
const WAYS: usize = 5;

/// What is remembered of those who send forms: minutes, in memory.
pub struct Desk {
    stamps: Stamps,
    /// By household; one for all whose address is not known.
    from: Lately<Option<IpAddr>>,
    /// By digest of what was said.
    same: Lately<[u8; 32]>,
    /// By the time of the stamp: how often its work counted.
    worked: Lately<i64>,
}

impl Desk {
    /// A desk that has seen nobody yet.
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            stamps: Stamps::new(),
            from: Lately::new(MINUTES),
            same: Lately::new(MINUTES),
            worked: Lately::new(MINUTES),
        })
    }
}

/// Who asks, and what they say of where they come from.
pub struct Sender {
    peer: Option<IpAddr>,
    headers: HeaderMap,
}

impl FromRequestParts<App> for Sender {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Self::Rejection> {
        Ok(Self { peer: peer(&parts.extensions), headers: parts.headers.clone() })
    }
}

/// Where somebody stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// Which of the two is it?
    Choose,
    /// Something is wrong: the form.
    Form,
    /// They need their records.
    Records,
    /// It was taken.
    Thanks,
}

/// A choice of a list.
struct Choice {
    value: String,
    words: String,
    chosen: bool,
}

/// Something to be mended, in words.
struct Mend {
    /// The id of what to mend; nothing when it is the form as a whole.
    at: Option<String>,
    words: String,
}

#[derive(Template)]
#[template(path = "report.html")]
pub struct ReportPage {
    here: Here,
    step: Step,
    about: Option<Organization>,
    typed: Typed,
    faults: Vec<Fault>,
}

impl ReportPage {
    fn new(here: Here, step: Step, about: Option<Organization>) -> Self {
        Self { here, step, about, typed: Typed::default(), faults: Vec::new() }
    }

    fn title(&self) -> String {
        match (self.step, &self.about) {
            (Step::Thanks, _) => self.here.t("report-thanks-title"),
            (Step::Records, _) => self.here.t("report-records-title"),
            (_, Some(about)) => self.here.t1("report-title-for", "name", &about.name),
            (_, None) => self.here.t("report-title"),
        }
    }

    /// The title of the window: what went wrong is heard first.
    fn window(&self) -> String {
        if self.faults.is_empty() { self.title() } else { self.here.t1("report-window-error", "title", self.title()) }
    }

    fn is(&self, step: &str) -> bool {
        let now = match self.step {
            Step::Choose => "choose",
            Step::Form => "form",
            Step::Records => "records",
            Step::Thanks => "thanks",
        };
        now == step
    }

    /// The address of this form, on the step of a choice.
    fn address(&self, choice: &str) -> String {
        format!("{}?about={choice}", self.here.link(&base(self.about.as_ref())))
    }

    /// The page that somebody came from.
    fn back(&self) -> String {
        self.about.as_ref().map_or_else(|| self.here.link("/"), |about| self.here.organization(&about.slug))
    }

    fn choices(&self) -> Vec<Choice> {
        let all: &[Wrong] = if self.about.is_some() { &Wrong::OF_A_PAGE } else { &Wrong::IN_GENERAL };
        let chosen = self.typed.wrong(all);
        let choice = |wrong: &Wrong| Choice {
            value: wrong.code().to_owned(),
            words: wrong_words(&self.here, *wrong),
            chosen: chosen == Some(*wrong),
        };
        all.iter().map(choice).collect()
    }

    /// The doors of the organization to choose from, each with its domain; the last choice is none of them.
    fn doors(&self) -> Vec<Choice> {
        let Some(about) = &self.about else { return Vec::new() };
        let choice = |value: String, words: String| Choice { chosen: self.typed.door == value, value, words };
        let portals = about.portals.iter().take(DOORS).map(|portal| {
            let words = match &portal.name {
                Some(name) => self.here.t2("report-door", "name", name, "domain", &portal.domain),
                None => portal.domain.clone(),
            };
            choice(portal.id.to_string(), words)
        });
        let site = about.website.iter().filter(|site| site.state == DoorState::Live);
        let site = site.map(|site| choice(WEBSITE.into(), self.here.t1("report-door-website", "domain", &site.domain)));
        let mut doors: Vec<Choice> = portals.chain(site).collect();
        if !doors.is_empty() {
            let none = !doors.iter().any(|door| door.chosen);
            doors.push(Choice { value: String::new(), words: self.here.t("report-door-none"), chosen: none });
        }
        doors
    }

    /// Doors that can be opened today.
    fn ways(&self) -> Vec<(String, Link)> {
        let portals = self.about.iter().flat_map(Organization::live_portals);
        let way = |portal: &crate::model::organization::Portal| {
            let link = Link { domain: portal.domain.clone(), ..Link::new(&portal.url)? };
            Some((portal.name.clone().unwrap_or_else(|| portal.domain.clone()), link))
        };
        portals.filter_map(way).take(WAYS).collect()
    }

    fn letter(&self) -> String {
        match &self.about {
            Some(about) => self.here.of_organization(&about.slug, "letter"),
            None => self.here.link("/letter"),
        }
    }

    fn mends(&self) -> Vec<Mend> {
        let mend = |fault: &Fault| {
            let at = fault.field().map(|field| match field {
                Field::What => format!("what-{}", self.choices().first().map_or("", |first| first.value.as_str())),
                other => other.word().to_owned(),
            });
            Mend { at, words: fault_words(&self.here, *fault) }
        };
        self.faults.iter().map(mend).collect()
    }

    /// What is to be mended in a field.
    fn mend(&self, field: &str) -> Option<String> {
        let fault = self.faults.iter().find(|fault| fault.field().is_some_and(|at| at.word() == field))?;
        Some(fault_words(&self.here, *fault))
    }

    /// What may have become of the place.
    fn statuses(&self) -> Vec<Choice> {
        let words = |status: Status| match status {
            Status::Moved => self.here.t("right-moved"),
            _ => self.here.t("right-closed"),
        };
        let choice = |(word, status): (&str, Status)| Choice {
            value: word.to_owned(),
            words: words(status),
            chosen: self.typed.to_status == word,
        };
        STATUSES.into_iter().map(choice).collect()
    }

    /// Kinds of places to choose from.
    fn kinds(&self) -> Vec<Choice> {
        let known = Kind::ALL.iter().filter(|kind| **kind != Kind::Unknown);
        let choice = |kind: &Kind| Choice {
            value: kind.code().to_owned(),
            words: self.here.kind(*kind),
            chosen: self.typed.kind == kind.code(),
        };
        known.map(choice).collect()
    }

    fn how_hint(&self) -> String {
        if self.about.is_some() { self.here.t("report-how-hint") } else { self.here.t("report-how-hint-general") }
    }

    /// How much work a browser does for it.
    #[expect(clippy::unused_self, reason = "templates ask the page alone")]
    fn bits(&self) -> u32 {
        work::BITS
    }

    /// How long a text of a sort of field may be.
    #[expect(clippy::unused_self, reason = "templates ask the page alone")]
    fn longest(&self, kind: &str) -> usize {
        match kind {
            "area" => LONGEST,
            "email" => LONGEST_EMAIL,
            _ => LONGEST_LINE,
        }
    }
}

fn wrong_words(here: &Here, wrong: Wrong) -> String {
    match wrong {
        Wrong::DoesNotOpen => here.t("report-wrong-does-not-open"),
        Wrong::WrongPlace => here.t("report-wrong-wrong-place"),
        Wrong::LooksFake => here.t("report-wrong-looks-fake"),
        Wrong::Gone => here.t("report-wrong-gone"),
        Wrong::Contact => here.t("report-wrong-contact"),
        Wrong::Features => here.t("report-wrong-features"),
        Wrong::Missing => here.t("report-wrong-missing"),
        Wrong::Other => here.t("report-wrong-other"),
    }
}

fn fault_words(here: &Here, fault: Fault) -> String {
    match fault {
        Fault::NothingChosen => here.t("report-fault-nothing-chosen"),
        Fault::NoWords => here.t("report-fault-no-words"),
        Fault::NoName => here.t("report-fault-no-name"),
        Fault::NoEmail => here.t("report-fault-no-email"),
        Fault::NoAddress(_) => here.t("right-fault-address"),
        Fault::Shortener(_) => here.t("right-fault-shortener"),
        Fault::NoPhone => here.t("right-fault-phone"),
        Fault::TooLong(field) => {
            let label = match field {
                Field::Name | Field::What | Field::Trap => here.t("report-name"),
                Field::Place => here.t("report-place"),
                Field::Website => here.t("report-site"),
                Field::Right => here.t("report-right"),
                Field::How => here.t("report-how"),
                Field::Email => here.t("report-email"),
                Field::Portal => here.t("right-portal"),
                Field::Site => here.t("right-site"),
                Field::Phone => here.t("right-phone"),
                Field::Title => here.t("right-name"),
            };
            here.t1("report-fault-too-long", "field", label)
        }
        Fault::Trapped => here.t("report-fault-trapped"),
        Fault::TooLarge => here.t("report-fault-too-large"),
        Fault::TooQuick => here.t("report-fault-too-quick"),
        Fault::Stale => here.t("report-fault-stale"),
        Fault::Foreign => here.t("report-fault-foreign"),
        Fault::TooMany => here.t1("report-fault-too-many", "minutes", MINUTES as u64),
        Fault::NotKept => here.t("report-fault-not-kept"),
    }
}

/// The addresses of the forms in one language.
pub fn routes(at: &impl Fn(&str) -> String, desk: &Arc<Desk>) -> Router<App> {
    Router::new()
        .route(&at("/organizations/{slug}/report"), routing::get(get).post(post))
        .route(&at("/organizations/{slug}/report/thanks"), routing::get(thanks))
        .route(&at("/report"), routing::get(get_general).post(post_general))
        .route(&at("/report/thanks"), routing::get(thanks_general))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(Extension(desk.clone()))
}

/// The path of a form, without its language.
fn base(about: Option<&Organization>) -> String {
    about.map_or_else(|| "/report".into(), |about| format!("/organizations/{}/report", about.slug))
}

/// `GET /organizations/{slug}/report`
pub async fn get(
    here: Here,
    State(app): State<App>,
    Extension(desk): Extension<Arc<Desk>>,
    Part(slug): Part,
) -> Result<Response, PageError> {
    match organization::at(&here, &app, &slug, "/report").await? {
        Ok(org) => {
            let org = org.on_day(app.clock.door_day());
            asked(here, &app, &desk, Some(org))
        }
        Err(elsewhere) => Ok(elsewhere),
    }
}

/// `GET /report`
pub async fn get_general(
    here: Here,
    State(app): State<App>,
    Extension(desk): Extension<Arc<Desk>>,
) -> Result<Response, PageError> {
    asked(here, &app, &desk, None)
}

/// The step that the address asks for.
fn asked(here: Here, app: &App, desk: &Desk, about: Option<Organization>) -> Result<Response, PageError> {
    let mut step = Step::Choose;
    let mut typed = Typed { stamp: desk.stamps.at(app.clock.micros()), ..Typed::default() };
    for (name, value) in form_urlencoded::parse(here.query().as_bytes()) {
        match (name.as_ref(), value.as_ref()) {
            ("about", "wrong") => step = Step::Form,
            ("about", "records") => step = Step::Records,
            // A page may say which of its doors is meant.
            ("door", door) => door.clone_into(&mut typed.door),
            _ => {}
        }
    }
    respond(&ReportPage { typed, ..ReportPage::new(here, step, about) }, CachePolicy::Doors)
}

/// `GET /organizations/{slug}/report/thanks`
pub async fn thanks(here: Here, State(app): State<App>, Part(slug): Part) -> Result<Response, PageError> {
    match organization::at(&here, &app, &slug, "/report/thanks").await? {
        Ok(org) => respond(&ReportPage::new(here, Step::Thanks, Some(org)), CachePolicy::Page),
        Err(elsewhere) => Ok(elsewhere),
    }
}

/// `GET /report/thanks`
pub async fn thanks_general(here: Here) -> Result<Response, PageError> {
    respond(&ReportPage::new(here, Step::Thanks, None), CachePolicy::Page)
}

/// `POST /organizations/{slug}/report`
pub async fn post(
    here: Here,
    State(app): State<App>,
    Extension(desk): Extension<Arc<Desk>>,
    Part(slug): Part,
    sender: Sender,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, PageError> {
    match organization::at(&here, &app, &slug, "/report").await? {
        Ok(org) => sent(here, app, &desk, Some(org), &sender, body).await,
        Err(elsewhere) => Ok(elsewhere),
    }
}

/// `POST /report`
pub async fn post_general(
    here: Here,
    State(app): State<App>,
    Extension(desk): Extension<Arc<Desk>>,
    sender: Sender,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, PageError> {
    sent(here, app, &desk, None, &sender, body).await
}

async fn sent(
    here: Here,
    app: App,
    desk: &Desk,
    about: Option<Organization>,
    sender: &Sender,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, PageError> {
    let too_large = body.is_err();
    let typed = Typed::read(&body.unwrap_or_default());
    let now = app.clock.micros();
    let taken = if too_large {
        Err(vec![Fault::TooLarge])
    } else if !is_ours(&sender.headers, &here.config().public_url) {
        Err(vec![Fault::Foreign])
    } else {
        checked(&typed, about.as_ref(), &here, desk, now)
    };
    let faults = match taken {
        Ok(said) => match take(&app, desk, about.as_ref(), said, sender, now).await {
            Ok(()) => {
                let thanks = here.link(&format!("{}/thanks", base(about.as_ref())));
                return Ok(CachePolicy::Never.on(Redirect::to(&thanks).into_response()));
            }
            Err(fault) => vec![fault],
        },
        Err(faults) => faults,
    };
    let status = status(&faults);
    // Whoever was too quick sends the same form again a moment later: its time counts.
    let stamp = match desk.stamps.read(&typed.stamp) {
        Some(_) => typed.stamp.clone(),
        None => desk.stamps.at(now - QUICKEST_WITHOUT_WORK),
    };
    let typed = Typed { stamp, trap: String::new(), ..typed };
    let page = ReportPage { typed, faults, ..ReportPage::new(here, Step::Form, about) };
    let mut response = respond(&page, CachePolicy::Never)?;
    *response.status_mut() = status;
    if status == StatusCode::TOO_MANY_REQUESTS {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(MINUTES * 60));
    }
    Ok(response)
}

/// The form as it is kept, or everything that must be mended.
fn checked(
    typed: &Typed,
    about: Option<&Organization>,
    here: &Here,
    desk: &Desk,
    now: i64,
) -> Result<Said, Vec<Fault>> {
    let (report, correction) = match (typed.check(about, here.lang), typed.correction(about)) {
        (Ok(report), Ok(correction)) => (report, correction),
        (report, correction) => {
            let faults = report.err().into_iter().chain(correction.err()).flatten();
            return Err(faults.collect());
        }
    };
    let shown = desk.stamps.read(&typed.stamp).ok_or_else(|| vec![Fault::Stale])?;
    let waited = now - shown;
    // The work of one page counts a few times (a button is pressed twice), not for a flood.
    let worked = || {
        work::is_done(&typed.stamp, typed.work.trim())
            && desk.worked.again(shown, now).is_some_and(|times| times <= PER_WORK)
    };
    if waited < QUICKEST || (waited < QUICKEST_WITHOUT_WORK && !worked()) {
        return Err(vec![Fault::TooQuick]);
    }
    Ok(Said { report, correction, email: typed.email.trim().to_owned() })
}

fn status(faults: &[Fault]) -> StatusCode {
    match faults {
        [Fault::TooLarge] => StatusCode::PAYLOAD_TOO_LARGE,
        [Fault::Foreign] => StatusCode::FORBIDDEN,
        [Fault::TooMany] => StatusCode::TOO_MANY_REQUESTS,
        [Fault::NotKept] => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

#[cfg(test)]
impl ReportPage {
    pub fn samples(lang: super::Lang) -> Vec<Self> {
        let org = super::samples::hospital;
        let everything_wrong = vec![
            Fault::NothingChosen,
            Fault::NoWords,
            Fault::NoName,
            Fault::NoEmail,
            Fault::TooLong(Field::Right),
            Fault::NoAddress(Field::Portal),
            Fault::Shortener(Field::Site),
            Fault::NoPhone,
            Fault::TooLong(Field::Title),
            Fault::Trapped,
            Fault::TooQuick,
        ];
        let mut pages = Vec::new();
        for about in [Some(org()), Some(super::samples::known()), None] {
            for step in [Step::Choose, Step::Form, Step::Records, Step::Thanks] {
                let here = super::samples::here(lang, &base(about.as_ref()));
                pages.push(Self::new(here, step, about.clone()));
            }
            let here = super::samples::here(lang, &base(about.as_ref()));
            let mut faults = everything_wrong.clone();
            // What a form does not have cannot be wrong in it.
            faults.retain(|fault| match fault.field() {
                Some(Field::Name) => about.is_none(),
                Some(Field::Right | Field::Site | Field::Title) => about.is_some(),
                _ => true,
            });
            pages.push(Self { faults, ..Self::new(here, Step::Form, about) });
        }
        pages
    }
}
