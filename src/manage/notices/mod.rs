//! `/manage/notices`: what happened to the profiles that somebody manages.

mod follow;
mod mail;
#[cfg(test)]
mod tests;
mod words;

use askama::Template;
use axum::{
    body::Bytes,
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use url::form_urlencoded;

pub(in crate::manage) use self::{
    follow::{follow, stale},
    mail::send,
};
use crate::{
    accounts::{Me, Need, Page, Signed, Who},
    app::App,
    clock::moment,
    model::{account::Role, id::Id},
    profile::standing,
    site::{CachePolicy, Here, PageError, respond},
    store::Notice,
};

/// Notices of one page.
const SHOWN: u32 = 50;

/// The rows of these pages.
pub fn pages() -> Vec<Page> {
    vec![
        Page::get("/manage/notices", Need::of(Who::SignedIn), all),
        Page::post("/manage/notices/read", Need::of(Who::SignedIn), read),
        Page::get("/manage/{subject}/notices", Need::of(Who::Member(Role::Delegate)), of_one),
    ]
}

/// A notice as it is shown.
struct Line {
    name: String,
    words: String,
    address: String,
    day: String,
    read: bool,
}

/// The page.
#[derive(Template)]
#[template(path = "manage/notices.html")]
pub struct NoticesPage {
    here: Here,
    me: Me,
    /// Of one profile alone: its name and first page.
    of: Option<(String, String)>,
    lines: Vec<Line>,
    unread: u64,
    /// The newest that is shown: what somebody says they read.
    upto: i64,
    /// The page with older ones.
    older: Option<String>,
}

async fn all(here: Here, State(app): State<App>, signed: Signed) -> Result<Response, PageError> {
    page(here, &app, &signed, None).await
}

async fn of_one(here: Here, State(app): State<App>, signed: Signed) -> Result<Response, PageError> {
    let subject = signed.subject()?.clone();
    page(here, &app, &signed, Some(&subject)).await
}

async fn page(here: Here, app: &App, signed: &Signed, of: Option<&Id>) -> Result<Response, PageError> {
    let before = here.asked("before").and_then(|n| n.parse().ok()).unwrap_or(0);
    let found = app.store.notices(&signed.person.id, of, before, SHOWN).await?;
    let unread = app.store.unread_notices(&signed.person.id).await?;
    let mut lines = Vec::new();
    for notice in &found {
        lines.push(line(&here, app, notice).await?);
    }
    let path = of.map_or_else(|| "/manage/notices".to_owned(), |id| format!("/manage/{id}/notices"));
    let older = found.last().filter(|_| found.len() == SHOWN as usize);
    let older = older.map(|last| format!("{}?before={}", here.link(&path), last.n));
    let of = match of {
        Some(id) => standing(app, id).await?.map(|it| (it.seen.name().to_owned(), here.link(&format!("/manage/{id}")))),
        None => None,
    };
    let upto = found.first().map_or(0, |notice| notice.n);
    respond(&NoticesPage { here, me: signed.me(), of, lines, unread, upto, older }, CachePolicy::Never)
}

async fn line(here: &Here, app: &App, notice: &Notice) -> Result<Line, PageError> {
    let name = standing(app, &notice.subject).await?.map(|it| it.seen.name().to_owned()).unwrap_or_default();
    Ok(Line {
        name,
        words: words::words(here.lang, &notice.news),
        address: here.link(&words::page(&notice.subject, &notice.news)),
        day: here.date(moment(notice.at).to_zoned(jiff::tz::TimeZone::UTC).date()),
        read: notice.read,
    })
}

/// They read everything that was shown.
async fn read(here: Here, State(app): State<App>, signed: Signed, body: Bytes) -> Result<Response, PageError> {
    let upto = form_urlencoded::parse(&body).find(|(name, _)| name == "upto").and_then(|(_, n)| n.parse().ok());
    app.store.read_notices(&signed.person.id, upto.unwrap_or(0)).await?;
    Ok(Redirect::to(&here.link("/manage/notices")).into_response())
}

#[cfg(test)]
impl NoticesPage {
    /// One of each notice, of one profile and of all; and none.
    pub fn samples(lang: crate::site::Lang) -> Vec<Self> {
        use crate::{
            model::{
                notice::{Access, By, News},
                proposal::ProposalState,
            },
            site::samples,
        };
        let fields: Vec<String> = ["name", "aliases", "kinds", "status", "description", "website", "phone"]
            .into_iter()
            .chain(["identifiers", "places", "areas", "portals", "endpoints", "part_of", "features", "how_to_ask"])
            .chain(["logos", "old_slugs"])
            .map(str::to_owned)
            .collect();
        let changed = |by| News::Changed { by, fields: fields.clone(), revision: 1 };
        let mut news = vec![
            changed(By::Import { source: "nppes".into() }),
            changed(By::Moderator),
            changed(By::Team),
            changed(By::Delegate),
            News::Report { n: 1 },
            News::Claim { n: 1 },
            News::Stale { since: samples::TODAY },
            News::InStep { error: "no_row".into(), since: samples::TODAY },
        ];
        news.extend(ProposalState::ALL.map(|state| News::Decided { n: 1, state }));
        news.extend(Access::ALL.map(|what| News::Access { what, at: 1 }));
        news.extend(ProposalState::ALL.map(|state| News::DecidedForTeam { n: 1, state }));
        let decided = [(true, true), (true, false), (false, true), (false, false)];
        news.extend(decided.map(|(own, accepted)| News::ClaimDecided { n: 1, accepted, own }));
        let subject = samples::id("org-", 1);
        let page = |of: Option<(String, String)>, news: &[News]| {
            let here = samples::here(lang, "/manage/notices");
            let line = |news: &News| Line {
                name: "St. Mary’s".into(),
                words: words::words(lang, news),
                address: here.link(&words::page(&subject, news)),
                day: here.date(samples::TODAY),
                read: false,
            };
            let lines = news.iter().map(line).collect();
            let older = Some(here.link("/manage/notices?before=3"));
            let me = Me::sample();
            Self { here, me, of, lines, unread: news.len() as u64, upto: 9, older }
        };
        let home = crate::site::samples::here(lang, "/").link(&format!("/manage/{subject}"));
        vec![page(None, &news), page(Some(("St. Mary’s".into(), home)), &news[..1]), page(None, &[])]
    }
}
