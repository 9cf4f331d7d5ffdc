//! `/manage/{subject}/edit`: the steps, what was saved, and what waits.

use askama::Template;
use axum::{extract::State, response::Response};

use super::{
    desk::{Opened, open},
    step::to,
    view::{StepLink, step_links},
    words,
};
use crate::{
    accounts::{Me, Signed},
    app::App,
    clock::moment,
    model::proposal::ProposalState,
    profile::split::split,
    site::{CachePolicy, Here, PageError, respond},
    store::ProposalFilter,
};

/// States of what is not decided yet, or not published.
pub(super) const OPEN: &[ProposalState] = &[ProposalState::Waiting, ProposalState::Asked, ProposalState::Scheduled];

/// The beginning of the form.
#[derive(Template)]
#[template(path = "manage/edit-start.html")]
pub struct StartPage {
    here: Here,
    me: Me,
    subject: String,
    name: String,
    /// The page that people see.
    page: String,
    steps: Vec<StepLink>,
    /// How many fields the draft changes, when there is one.
    draft: Option<u64>,
    /// When it was saved.
    saved_at: Option<String>,
    meanwhile: Vec<String>,
    waiting: u64,
    delegate: bool,
}

impl StartPage {
    fn address(&self, page: &str) -> String {
        self.here.link(&format!("/manage/{}/{page}", self.subject))
    }
}

/// `GET /manage/{subject}/edit`
pub async fn get(here: Here, State(app): State<App>, signed: Signed) -> Result<Response, PageError> {
    let desk = match open(&app, &signed).await? {
        Opened::Clash(clash) => return Ok(to(&here, &clash.subject, "edit/meanwhile")),
        Opened::Ready(desk) => desk,
    };
    let filter = ProposalFilter { states: OPEN, subject: Some(&desk.subject), author: None };
    let waiting = app.store.proposals(&filter, 0, 100).await?.len() as u64;
    let changed = desk.form.body(&desk.began).map_or(1, |body| split(&desk.standing, &body).all().count() as u64);
    let saved_at = app
        .store
        .draft(&signed.person.id, &desk.subject)
        .await?
        .map(|draft| here.date(moment(draft.updated_at).to_zoned(jiff::tz::TimeZone::UTC).date()));
    let page = here.by_id(&desk.subject);
    let page = StartPage {
        me: signed.me(),
        subject: desk.subject.to_string(),
        name: desk.name().to_owned(),
        page,
        steps: step_links(&here, &desk.subject, None),
        draft: desk.saved.then_some(changed),
        saved_at,
        meanwhile: desk.meanwhile.iter().map(|field| words::listed(&here, field)).collect(),
        waiting,
        delegate: desk.delegate,
        here,
    };
    respond(&page, CachePolicy::Never)
}

/// `POST /manage/{subject}/edit/discard`
pub async fn discard(here: Here, State(app): State<App>, signed: Signed) -> Result<Response, PageError> {
    let subject = signed.subject()?;
    app.store.drop_draft(&signed.person.id, subject).await?;
    Ok(to(&here, subject, "edit"))
}

#[cfg(test)]
impl StartPage {
    /// One with everything, one with nothing.
    pub fn samples(lang: crate::site::Lang) -> Vec<Self> {
        let sample = |full: bool| {
            let subject = crate::site::samples::id("org-", 1);
            let here = crate::site::samples::here(lang, &format!("/manage/{subject}/edit"));
            Self {
                me: Me::sample(),
                name: "St. Mary’s".into(),
                page: here.by_id(&subject),
                steps: step_links(&here, &subject, None),
                draft: full.then_some(2),
                saved_at: full.then(|| here.date(crate::site::samples::TODAY)),
                meanwhile: if full { vec!["Phone".into()] } else { Vec::new() },
                waiting: u64::from(full),
                delegate: full,
                subject: subject.to_string(),
                here,
            }
        };
        vec![sample(true), sample(false)]
    }
}
