//! `/manage/{subject}/places`: all places of an organization in one table. A file or pasted lines come back as a report, line
//! by line, with what would change; what is good can then be sent, and taken back.

use askama::Template;
use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use url::form_urlencoded;

use super::{
    Done, Of,
    table::{Given, facts, unreadable},
};
use crate::{
    accounts::{Me, Need, Page, Signed, Who},
    app::App,
    model::{
        account::Role,
        change::{complete, facts as model_facts},
        id::Id,
        listing::{Body, OrganizationFacts},
        place::Place,
        proposal::{Proposal, ProposalKind, ProposalState},
    },
    profile::{
        Standing, Submission,
        csv::{self, Complaint, Difference, Fault, Table, Unreadable},
        submit,
    },
    site::{CachePolicy, Here, PageError, respond},
    store::{ProposalFilter, StoreError},
};

/// Lines of a report, and of a difference, that are shown.
const SHOWN: usize = 200;
/// Why a change of places was sent, as it is kept with it: by it the way back is found.
const WHY: &str = "A table of places";

/// The rows of these pages. A table comes back in a form, where each letter may take three.
pub fn pages() -> Vec<Page> {
    let need = Need::of(Who::Member(Role::Delegate));
    let large = need.largest(3 * csv::LARGEST + 64 * 1024);
    vec![
        Page::get("/manage/{subject}/places", need, get),
        Page::get("/manage/{subject}/places.csv", need, file),
        Page::post("/manage/{subject}/places", need.largest(csv::LARGEST + 64 * 1024), look),
        Page::post("/manage/{subject}/places/send", large, send),
        Page::post("/manage/{subject}/places/undo", need, undo),
    ]
}

/// What a table would do.
struct Report {
    table: Table,
    difference: Difference,
    /// Places that the table does not name stay.
    keep: bool,
    /// The good lines, to be sent.
    rows: String,
    /// The version of what people see that it was compared with.
    version: i64,
    /// It was compared anew, because somebody changed something meanwhile.
    again: bool,
}

/// The page.
#[derive(Template)]
#[template(path = "manage/places.html")]
pub struct PlacesPage {
    of: Of,
    me: Me,
    here: Here,
    count: usize,
    report: Option<Report>,
    wrong: Option<Unreadable>,
    /// The change that can be taken back.
    undo: Option<i64>,
    done: Option<Done>,
}

impl PlacesPage {
    fn wrong_words(&self) -> Option<String> {
        Some(unreadable(&self.here, self.wrong?, self.here.t("table-wrong-no-columns"), csv::MOST))
    }

    /// What is wrong with a line and how to mend it.
    fn mend(&self, complaint: &Complaint) -> String {
        let here = &self.here;
        match complaint.fault {
            Fault::NoStreet => here.t("table-fault-no-street"),
            Fault::NoCity => here.t("table-fault-no-city"),
            Fault::NoState => here.t("table-fault-no-state"),
            Fault::BadState => here.t("table-fault-bad-state"),
            Fault::NoZip => here.t("table-fault-no-zip"),
            Fault::BadZip => here.t("table-fault-bad-zip"),
            Fault::OtherState => here.t("table-fault-other-state"),
            Fault::BadPhone => here.t("table-fault-bad-phone"),
            Fault::Contact => here.t("table-fault-contact"),
            Fault::TooLong => here.t("table-fault-too-long"),
            Fault::Twice { line } => here.t1("table-fault-twice", "line", line.to_string()),
            Fault::Broken => here.t("table-fault-broken"),
        }
    }

    fn complaints(&self) -> &[Complaint] {
        self.report.as_ref().map_or(&[], |report| first(&report.table.complaints))
    }

    fn added(&self) -> &[Place] {
        self.report.as_ref().map_or(&[], |report| first(&report.difference.new))
    }

    fn changed(&self) -> &[(Place, Place)] {
        self.report.as_ref().map_or(&[], |report| first(&report.difference.changed))
    }

    fn gone(&self) -> &[Place] {
        self.report.as_ref().map_or(&[], |report| first(&report.difference.gone))
    }

    #[expect(clippy::unused_self, reason = "templates ask the page alone")]
    fn line(&self, place: &Place) -> String {
        let parts = [place.name.clone().unwrap_or_default(), place.lines.join(", "), place.town()];
        let phone = place.phone.clone().unwrap_or_default();
        let landmark = place.landmark.clone().unwrap_or_default();
        let parts = parts.into_iter().chain([phone, landmark]).filter(|part| !part.is_empty());
        parts.collect::<Vec<_>>().join(" · ")
    }
}

fn first<T>(all: &[T]) -> &[T] {
    &all[..all.len().min(SHOWN)]
}

/// The last change of the places that is live, whoever sent it, when nothing of the profile was said since.
async fn last_table(app: &App, subject: &Id) -> Result<Option<Proposal>, StoreError> {
    let filter =
        ProposalFilter { states: &[ProposalState::Published], subject: Some(subject), ..ProposalFilter::default() };
    let last = app.store.proposals(&filter, 0, 1).await?.pop();
    Ok(last.filter(|last| last.why == WHY && last.kind == ProposalKind::File))
}

async fn page(
    here: Here,
    app: &App,
    signed: &Signed,
    report: Option<Result<Report, Unreadable>>,
) -> Result<Response, PageError> {
    let (of, standing) = Of::read(here.clone(), app, signed).await?;
    let count = facts(&standing)?.places.len();
    let undo = last_table(app, &of.id).await?.map(|last| last.n);
    let done = Done::asked(&here).filter(|_| report.is_none());
    let (report, wrong) = match report {
        Some(Ok(report)) => (Some(report), None),
        Some(Err(wrong)) => (None, Some(wrong)),
        None => (None, None),
    };
    respond(&PlacesPage { of, me: signed.me(), here, count, report, wrong, undo, done }, CachePolicy::Never)
}

async fn get(here: Here, State(app): State<App>, signed: Signed) -> Result<Response, PageError> {
    page(here, &app, &signed, None).await
}

/// The places as they are, as a table to fill in.
async fn file(here: Here, State(app): State<App>, signed: Signed) -> Result<Response, PageError> {
    let (_, standing) = Of::read(here, &app, &signed).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"places.csv\""),
    ];
    Ok((headers, csv::write(&facts(&standing)?.places)).into_response())
}

/// What a table would change; nothing is changed yet.
fn report(standing: &Standing, bytes: &[u8], keep: bool) -> Result<Result<Report, Unreadable>, PageError> {
    let now = &facts(standing)?.places;
    Ok(csv::read(bytes).map(|table| {
        // A line to be mended must not take away the place it is about.
        let keep = keep || table.bad > 0;
        let then = csv::put_together(now, &table.places, keep);
        let (difference, rows) = (csv::difference(now, &then), csv::write(&table.places));
        Report { table, difference, keep, rows, version: standing.version, again: false }
    }))
}

/// A file or pasted lines.
async fn look(
    here: Here,
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, PageError> {
    let given = Given::read(&headers, &body);
    let (_, standing) = Of::read(here.clone(), &app, &signed).await?;
    let report = report(&standing, given.content(), given.part("keep") == b"yes")?;
    page(here, &app, &signed, Some(report)).await
}

/// Sends the good lines of a table that was shown.
async fn send(here: Here, State(app): State<App>, signed: Signed, body: Bytes) -> Result<Response, PageError> {
    let given: Vec<(String, String)> = form_urlencoded::parse(&body).into_owned().collect();
    let field = |name: &str| given.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str());
    let (of, standing) = Of::read(here.clone(), &app, &signed).await?;
    let keep = field("keep") == "yes";
    let report = match report(&standing, field("rows").as_bytes(), keep)? {
        Ok(report) if field("version") == report.version.to_string() => report,
        // Somebody changed something since it was shown: it is shown again before anything is sent.
        other => return page(here, &app, &signed, Some(other.map(|report| Report { again: true, ..report }))).await,
    };
    let listing = facts(&standing)?;
    let places = csv::put_together(&listing.places, &report.table.places, keep);
    let after = Body::Organization(Box::new(OrganizationFacts { places, ..listing.clone() }));
    let became = submit(&app, submission(&of.id, &signed, ProposalKind::File, &standing, after, &["places"])).await;
    Ok(Done::of(became)?.at(&of.link("places")))
}

fn submission<'a>(
    subject: &'a Id,
    signed: &'a Signed,
    kind: ProposalKind,
    standing: &'a Standing,
    after: Body,
    express: &[&str],
) -> Submission<'a> {
    let delegate = signed.member.as_ref().is_some_and(|member| member.role == Role::Delegate);
    let (author, began) = (&signed.person.id, Some(&standing.listing));
    let express = express.iter().map(|field| (*field).to_owned()).collect();
    Submission { subject, author, kind, began, after, express, why: WHY, publish_at: 0, delegate }
}

/// Back to the places before the last table.
async fn undo(here: Here, State(app): State<App>, signed: Signed, body: Bytes) -> Result<Response, PageError> {
    let n = form_urlencoded::parse(&body).find(|(name, _)| name == "n").map(|(_, n)| n.into_owned());
    let (of, standing) = Of::read(here.clone(), &app, &signed).await?;
    let last = last_table(&app, &of.id).await?.filter(|last| Some(last.n.to_string()) == n);
    // Somebody said something else meanwhile: going back would take that away too.
    let Some(last) = last else { return Ok(Done::Conflict.at(&of.link("places"))) };
    // What people saw, in the words that its owners had.
    let seen = app.store.organization_version(&of.id, last.base).await?.and_then(|version| version.thing);
    let seen = Body::Organization(Box::new(model_facts(&seen.ok_or(PageError::NotFound)?)));
    let Body::Organization(was) = complete(&seen, last.before.as_ref()) else { return Err(PageError::NotFound) };
    let places = was.places;
    let after = OrganizationFacts { places, ..facts(&standing)?.clone() };
    let after = Body::Organization(Box::new(after));
    let became = submit(&app, submission(&of.id, &signed, ProposalKind::Revert, &standing, after, &[])).await;
    Ok(Done::of(became)?.at(&of.link("places")))
}

#[cfg(test)]
impl PlacesPage {
    /// Empty, with a report, with a file that cannot be read, and after it was sent.
    pub fn samples(lang: crate::site::Lang) -> Vec<Self> {
        let page = |report, wrong, done| {
            let of = Of::sample(lang, "places");
            let here = of.here.clone();
            Self { of, me: crate::accounts::Me::sample(), here, count: 3, report, wrong, undo: Some(7), done }
        };
        let place = |street: &str| Place::new(&[street], "Boise", "ID", "83702").unwrap();
        let faults = [
            Fault::NoStreet,
            Fault::NoCity,
            Fault::NoState,
            Fault::BadState,
            Fault::NoZip,
            Fault::BadZip,
            Fault::OtherState,
            Fault::BadPhone,
            Fault::Contact,
            Fault::TooLong,
            Fault::Twice { line: 2 },
            Fault::Broken,
        ];
        let complaint = |fault| Complaint { line: 4, column: "zip", fault, said: "8370".into() };
        let complaints: Vec<Complaint> = faults.map(complaint).into();
        let table =
            Table { bad: complaints.len(), complaints, places: vec![place("1 Main St")], unknown: vec!["zone".into()] };
        let now = [place("1 Main St"), place("2 Main St")];
        let mut renamed = place("1 Main St");
        renamed.name = Some("West".into());
        let difference = csv::difference(&now, &[renamed, place("3 Main St")]);
        let good = Report { table, difference, keep: true, rows: "street".into(), version: 3, again: true };
        let mut pages = vec![page(None, None, None), page(Some(good), None, None), page(None, None, Some(Done::Both))];
        let wrong =
            [Unreadable::Empty, Unreadable::TooLarge, Unreadable::NotText, Unreadable::NoColumns, Unreadable::TooMany];
        pages.extend(wrong.map(|wrong| page(None, Some(wrong), None)));
        pages
    }
}

#[cfg(test)]
mod tests;
