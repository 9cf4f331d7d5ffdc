//! `/manage/many`: many organizations at once, for vendors, agencies and systems: which of them nobody confirmed for long, one
//! click for those that are chosen, and one table of the portals of all.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use jiff::civil::Date;
use url::form_urlencoded;

use super::{
    Done,
    difference::{Change, difference},
    table::{Given, facts, unreadable},
};
use crate::{
    accounts::{Me, Need, Page, Signed, Who},
    app::App,
    model::{
        account::{Member, Role},
        change::Speaker,
        id::{Id, ThingKind},
        listing::{Body, OrganizationFacts, PortalFacts},
        notice::is_stale,
        proposal::{ProposalKind, ProposalState},
    },
    profile::{
        Standing, Submission,
        attest::attest,
        csv::Unreadable,
        portals::{self, Complaint, Fault},
        standing, submit,
    },
    site::{CachePolicy, Here, PageError, respond},
    store::ProposalFilter,
};

/// Organizations that one person may have on this page.
const MOST: usize = 1_000;
/// Organizations that are confirmed by one click.
const AT_ONCE: usize = 400;

/// The rows of these pages.
pub fn pages() -> Vec<Page> {
    let need = Need::of(Who::SignedIn);
    vec![
        Page::get("/manage/many", need, get),
        Page::post("/manage/many/confirm", need.largest(256 * 1024), confirm),
        Page::get("/manage/many/portals.csv", need, file),
        Page::post("/manage/many/portals", need.largest(portals::LARGEST + 64 * 1024), look),
        Page::post("/manage/many/portals/send", need.largest(3 * portals::LARGEST + 64 * 1024), send),
    ]
}

/// One organization of the list.
struct Line {
    id: Id,
    name: String,
    address: String,
    last: Option<Date>,
    stale: bool,
    waiting: usize,
}

/// What became of one organization.
struct Became {
    name: String,
    done: Done,
}

/// What a table would change.
struct Report {
    complaints: Vec<Complaint>,
    held_back: usize,
    changes: Vec<(String, Vec<Change>)>,
    rows: String,
}

/// The page.
#[derive(Template)]
#[template(path = "manage/many.html")]
pub struct ManyPage {
    here: Here,
    me: Me,
    lines: Vec<Line>,
    report: Option<Report>,
    wrong: Option<Unreadable>,
    became: Vec<Became>,
}

impl ManyPage {
    fn mend(&self, complaint: &Complaint) -> String {
        let here = &self.here;
        match complaint.fault {
            Fault::NotYours => here.t("portals-fault-not-yours"),
            Fault::NoAddress => here.t("portals-fault-no-address"),
            Fault::BadAddress => here.t("portals-fault-bad-address"),
            Fault::BadDay => here.t("portals-fault-bad-day"),
            Fault::DaysTurned => here.t("portals-fault-days-turned"),
            Fault::Contact => here.t("table-fault-contact"),
            Fault::TooLong => here.t("table-fault-too-long"),
            Fault::Twice => here.t("portals-fault-twice"),
            Fault::Broken => here.t("table-fault-broken"),
        }
    }

    fn wrong_words(&self) -> Option<String> {
        Some(unreadable(&self.here, self.wrong?, self.here.t("portals-wrong-no-columns"), portals::MOST))
    }

    fn stale(&self) -> usize {
        self.lines.iter().filter(|line| line.stale).count()
    }
}

/// Where they may edit, for themselves or for others; apps have no portals and stand on pages of their own.
async fn places_of(app: &App, signed: &Signed) -> Result<Vec<Member>, PageError> {
    let mut all = app.store.memberships(&signed.person.id).await?;
    all.retain(|member| member.role >= Role::Delegate && member.subject.kind() == ThingKind::Organization);
    all.truncate(MOST);
    Ok(all)
}

async fn lines(here: &Here, app: &App, members: &[Member]) -> Result<Vec<Line>, PageError> {
    let mut lines = Vec::new();
    for Member { subject, .. } in members {
        let Some(standing) = standing(app, subject).await? else { continue };
        let last = app.store.said_by(Speaker::Owners, subject).await?.map(|said| said.date);
        let states = &[ProposalState::Waiting, ProposalState::Asked, ProposalState::Scheduled];
        let filter = ProposalFilter { states, subject: Some(subject), author: None };
        lines.push(Line {
            id: subject.clone(),
            name: standing.seen.name().to_owned(),
            address: here.link(&format!("/manage/{subject}")),
            stale: last.is_none_or(|day| is_stale(day, app.clock.today())),
            last,
            waiting: app.store.proposals(&filter, 0, 100).await?.len(),
        });
    }
    // Those that need somebody first.
    lines.sort_by(|a, b| (a.last, &a.name).cmp(&(b.last, &b.name)));
    Ok(lines)
}

async fn page(
    here: Here,
    app: &App,
    signed: &Signed,
    report: Option<Result<Report, Unreadable>>,
    became: Vec<Became>,
) -> Result<Response, PageError> {
    let lines = lines(&here, app, &places_of(app, signed).await?).await?;
    let (report, wrong) = match report {
        Some(Ok(report)) => (Some(report), None),
        Some(Err(wrong)) => (None, Some(wrong)),
        None => (None, None),
    };
    respond(&ManyPage { here, me: signed.me(), lines, report, wrong, became }, CachePolicy::Never)
}

async fn get(here: Here, State(app): State<App>, signed: Signed) -> Result<Response, PageError> {
    page(here, &app, &signed, None, Vec::new()).await
}

/// "Still correct" for those that were chosen, as far as they are theirs and nobody froze them.
async fn confirm(here: Here, State(app): State<App>, signed: Signed, body: Bytes) -> Result<Response, PageError> {
    let given = form_urlencoded::parse(&body).filter(|(name, _)| name == "of");
    let chosen: BTreeSet<Id> = given.filter_map(|(_, id)| Id::parse(&id)).take(AT_ONCE).collect();
    let mut became = Vec::new();
    let mut members = places_of(&app, &signed).await?;
    members.retain(|member| chosen.contains(&member.subject));
    for member in &members {
        let Some(standing) = standing(&app, &member.subject).await? else { continue };
        let done = match app.store.frozen(&member.subject).await? {
            Some(_) => Done::Frozen,
            None => Done::of(attest(&app, &member.subject, &signed.person.id).await)?,
        };
        became.push(Became { name: standing.seen.name().to_owned(), done });
    }
    page(here, &app, &signed, None, became).await
}

/// Each organization with what stands there now.
async fn all_standing(app: &App, signed: &Signed) -> Result<BTreeMap<Id, (Member, Standing)>, PageError> {
    let mut all = BTreeMap::new();
    for member in places_of(app, signed).await? {
        if let Some(standing) = standing(app, &member.subject).await? {
            all.insert(member.subject.clone(), (member, standing));
        }
    }
    Ok(all)
}

/// The portals of all, to change and to give back.
async fn file(State(app): State<App>, signed: Signed) -> Result<Response, PageError> {
    let all = all_standing(&app, &signed).await?;
    let rows: Vec<(Id, String, Vec<PortalFacts>)> = all
        .iter()
        .filter_map(|(id, (_, standing))| {
            let facts = facts(standing).ok()?;
            Some((id.clone(), facts.name.clone(), facts.portals.clone()))
        })
        .collect();
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"portals.csv\""),
    ];
    Ok((headers, portals::write(&rows)).into_response())
}

/// The listing of one organization with the portals of the table.
fn after(standing: &Standing, given: &[PortalFacts]) -> Option<Body> {
    let facts = facts(standing).ok()?;
    let portals = portals::put_together(&facts.portals, given);
    Some(Body::Organization(Box::new(OrganizationFacts { portals, ..facts.clone() })))
}

/// What a table would change; nothing is changed yet.
async fn look(
    here: Here,
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, PageError> {
    let given = Given::read(&headers, &body);
    let all = all_standing(&app, &signed).await?;
    let report = portals::read(given.content(), &all.keys().cloned().collect()).map(|table| {
        let change = |(id, given): (&Id, &Vec<PortalFacts>)| {
            let (_, standing) = all.get(id)?;
            let after = after(standing, given)?;
            let changes = difference(&here, &standing.listing, &after);
            (!changes.is_empty()).then(|| (standing.seen.name().to_owned(), changes))
        };
        let rows: Vec<(Id, String, Vec<PortalFacts>)> =
            table.of.iter().map(|(id, portals)| (id.clone(), String::new(), portals.clone())).collect();
        Report {
            changes: table.of.iter().filter_map(change).collect(),
            held_back: table.held_back.len(),
            rows: portals::write(&rows),
            complaints: table.complaints,
        }
    });
    page(here, &app, &signed, Some(report), Vec::new()).await
}

/// Sends what was shown, one organization after another; a vendor's changes wait and are announced (`profile::submit`).
async fn send(here: Here, State(app): State<App>, signed: Signed, body: Bytes) -> Result<Response, PageError> {
    let rows = form_urlencoded::parse(&body).find(|(name, _)| name == "rows").map(|(_, rows)| rows.into_owned());
    let all = all_standing(&app, &signed).await?;
    let table = match portals::read(rows.unwrap_or_default().as_bytes(), &all.keys().cloned().collect()) {
        Ok(table) => table,
        Err(wrong) => return page(here, &app, &signed, Some(Err(wrong)), Vec::new()).await,
    };
    let mut became = Vec::new();
    for (id, given) in &table.of {
        let Some((member, standing)) = all.get(id) else { continue };
        let Some(after) = after(standing, given) else { continue };
        let done = if app.store.frozen(id).await?.is_some() {
            Done::Frozen
        } else {
            let submission = Submission {
                subject: id,
                author: &signed.person.id,
                kind: ProposalKind::File,
                began: Some(&standing.listing),
                after,
                express: ["portals".to_owned()].into(),
                why: "",
                publish_at: 0,
                delegate: member.role == Role::Delegate,
            };
            Done::of(submit(&app, submission).await)?
        };
        became.push(Became { name: standing.seen.name().to_owned(), done });
    }
    page(here, &app, &signed, None, became).await
}

#[cfg(test)]
impl ManyPage {
    /// Empty, with organizations, with a report, with what became of them.
    pub fn samples(lang: crate::site::Lang) -> Vec<Self> {
        use crate::site::samples;
        let page = |lines: bool, report, wrong, became| {
            let here = samples::here(lang, "/manage/many");
            let line = |n: u32| Line {
                id: samples::id("org-", n),
                name: format!("Hospital {n}"),
                address: here.link("/manage/org"),
                last: (n > 1).then_some(samples::TODAY),
                stale: n == 1,
                waiting: n as usize,
            };
            let lines = if lines { vec![line(1), line(2)] } else { Vec::new() };
            Self { here, me: crate::accounts::Me::sample(), lines, report, wrong, became }
        };
        let faults = [
            Fault::NotYours,
            Fault::NoAddress,
            Fault::BadAddress,
            Fault::BadDay,
            Fault::DaysTurned,
            Fault::Contact,
            Fault::TooLong,
            Fault::Twice,
            Fault::Broken,
        ];
        let complaint = |fault| Complaint { line: 3, column: "url", fault, said: "x".into() };
        let change = Change { field: "Portals".into(), gone: vec!["a".into()], new: vec!["b".into()], more: 1 };
        let report = Report {
            complaints: faults.map(complaint).into(),
            held_back: 1,
            changes: vec![("Hospital 1".into(), vec![change])],
            rows: "organization,url".into(),
        };
        let nothing = Report { complaints: Vec::new(), held_back: 0, changes: Vec::new(), rows: String::new() };
        let became = Done::ALL.map(|done| Became { name: "Hospital 1".into(), done });
        let mut pages = vec![
            page(false, None, None, Vec::new()),
            page(true, Some(report), None, Vec::new()),
            page(true, Some(nothing), None, Vec::new()),
            page(true, None, None, became.into()),
        ];
        let wrong =
            [Unreadable::Empty, Unreadable::TooLarge, Unreadable::NotText, Unreadable::NoColumns, Unreadable::TooMany];
        pages.extend(wrong.map(|wrong| page(true, None, Some(wrong), Vec::new())));
        pages
    }
}

#[cfg(test)]
mod tests;
