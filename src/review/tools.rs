//! What several pages of moderators share: what people see of a thing, how a moderator's own change is sent, and the page that
//! says what became of it.
//!
//! What holds: a moderator's change that touches a door waits for another moderator; everything else is live at once.

use askama::Template;
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::form::go;
use crate::{
    accounts::{Me, Signed},
    app::App,
    model::{
        change::{Risk, Speaker, app_facts, facts, risks},
        id::{Id, ThingKind},
        listing::Body,
        proposal::ProposalKind,
    },
    site::{CachePolicy, Here, PageError, respond},
    store::{Found, NewProposal, StoreError},
};

/// What people see of a thing.
pub struct Seen {
    /// Its id.
    pub id: Id,
    /// Its name.
    pub name: String,
    /// The version.
    pub version: i64,
    /// As a listing.
    pub body: Body,
}

/// What people see of an organization or app now.
pub async fn seen(app: &App, id: &Id) -> Result<Option<Seen>, StoreError> {
    if id.kind() == ThingKind::App {
        let found = app.store.every_app().await?.into_iter().find(|app| app.id == *id);
        return Ok(found.map(|app| Seen {
            id: id.clone(),
            name: app.name.clone(),
            version: app.version,
            body: Body::App(Box::new(app_facts(&app))),
        }));
    }
    Ok(match app.store.organization(id).await? {
        Found::Here(org) => Some(Seen {
            id: id.clone(),
            name: org.name.clone(),
            version: org.version,
            body: Body::Organization(Box::new(facts(&org))),
        }),
        _ => None,
    })
}

/// A change that a moderator sends.
pub struct Change<'a> {
    /// Which source says it.
    pub speaker: Speaker,
    /// How it came.
    pub kind: ProposalKind,
    /// What people see now.
    pub seen: &'a Seen,
    /// What people would see.
    pub picture: &'a Body,
    /// What the source says now.
    pub before: Option<&'a Body>,
    /// What it would say.
    pub after: &'a Body,
    /// Why.
    pub why: &'a str,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// It is live.
    Live,
    /// It touches a door: it waits as this proposal.
    Waits(i64),
    /// It waits as a motion for another moderator.
    Motion(i64),
    /// Nothing was to be done.
    Nothing,
    /// So many were done, and so many were not, because they are not what was read any more.
    Done(u64, u64),
    /// Somebody was faster, or it is not what was read any more.
    Late,
    /// It cannot be done so.
    Refused,
}

/// Sends a moderator's change: live at once, or waiting when a door is in it.
pub async fn send(app: &App, by: &Signed, change: &Change<'_>) -> Result<Told, StoreError> {
    let trusted = app.store.trusted_doors(&change.seen.id).await?;
    let found = risks(Some(&change.seen.body), change.picture, &trusted);
    let doors = found.iter().any(|risk| matches!(risk, Risk::Door { .. } | Risk::DoorGone { .. }));
    let new = NewProposal {
        speaker: change.speaker,
        subject: Some(&change.seen.id),
        author: Some(&by.person.id),
        kind: change.kind,
        before: change.before,
        after: change.after,
        base: change.seen.version,
        risks: if doors { &found } else { &[] },
        publish_at: 0,
        why: change.why,
    };
    if doors {
        return Ok(Told::Waits(app.store.propose(&new, &by.as_moderator()).await?));
    }
    app.store.propose_and_publish(&new, &by.as_moderator()).await?;
    Ok(Told::Live)
}

/// What a reader is told of an error that is theirs; others are ours.
pub fn told(done: Result<Told, StoreError>) -> Result<Told, PageError> {
    match done {
        Ok(told) => Ok(told),
        Err(StoreError::Conflict(_)) => Ok(Told::Late),
        Err(StoreError::Refused(_)) => Ok(Told::Refused),
        Err(other) => Err(other.into()),
    }
}

/// A page with another status than 200.
pub fn with_status(page: &impl Template, status: StatusCode) -> Result<Response, PageError> {
    let mut response = respond(page, CachePolicy::Never)?.into_response();
    *response.status_mut() = status;
    Ok(response)
}

/// The page that says what became of a change.
#[derive(Template)]
#[template(path = "review/outcome.html")]
pub struct OutcomePage {
    here: Here,
    me: Me,
    told: Told,
}

impl OutcomePage {
    /// The answer.
    pub fn answer(here: Here, me: Me, told: Told) -> Result<Response, PageError> {
        let status = match told {
            Told::Late => StatusCode::CONFLICT,
            Told::Refused => StatusCode::UNPROCESSABLE_ENTITY,
            _ => StatusCode::OK,
        };
        with_status(&Self { here, me, told }, status)
    }

    /// Back to the queue when a decision was taken; else the page that says that somebody was faster, or that it is not what
    /// was read any more.
    pub fn over<T>(here: Here, me: Me, done: Result<T, StoreError>) -> Result<Response, PageError> {
        match done {
            Ok(_) => Ok(go(&here, "/review")),
            Err(StoreError::Conflict(_) | StoreError::Refused(_)) => Self::answer(here, me, Told::Late),
            Err(other) => Err(other.into()),
        }
    }

    fn title(&self) -> String {
        match self.told {
            Told::Live | Told::Done(..) => self.here.t("moderate-done-title"),
            Told::Waits(_) | Told::Motion(_) => self.here.t("moderate-waits-title"),
            Told::Nothing => self.here.t("moderate-nothing-title"),
            Told::Late => self.here.t("moderate-late-title"),
            Told::Refused => self.here.t("moderate-refused-title"),
        }
    }

    fn words(&self) -> String {
        match self.told {
            Told::Live => self.here.t("moderate-done"),
            Told::Done(done, late) => {
                self.here.t2("moderate-done-many", "done", self.here.number(done), "late", self.here.number(late))
            }
            Told::Waits(_) | Told::Motion(_) => self.here.t("moderate-waits"),
            Told::Nothing => self.here.t("moderate-nothing"),
            Told::Late => self.here.t("moderate-late"),
            Told::Refused => self.here.t("moderate-refused"),
        }
    }

    /// Where to go on.
    fn way(&self) -> String {
        match self.told {
            Told::Waits(n) => self.here.link(&format!("/review/proposals/{n}")),
            Told::Motion(n) => self.here.link(&format!("/review/bulk/{n}")),
            _ => self.here.link("/review"),
        }
    }

    /// One of each.
    #[cfg(test)]
    pub fn samples(lang: crate::site::Lang) -> Vec<Self> {
        let here = || crate::site::samples::here(lang, "/review/hosts");
        [Told::Live, Told::Waits(1), Told::Motion(1), Told::Nothing, Told::Done(3, 1), Told::Late, Told::Refused]
            .map(|told| Self { here: here(), me: crate::accounts::Me::sample(), told })
            .into()
    }
}
