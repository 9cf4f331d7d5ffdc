//! The pages on which one thing of the queue is read and decided, one file a kind.
//!
//! What holds: nothing is decided by opening a page; whoever decides was shown what they decide on, and is sent back when it
//! is not that any more (409); nobody decides what is theirs.

mod claim;
mod decide;
mod door;
mod frozen;
mod load;
mod proposal;
mod read;
mod report;

use askama::Template;
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};

#[cfg(test)]
pub use self::{
    claim::ClaimPage, door::DoorPage, frozen::FrozenPage, load::LoadPage, proposal::ProposalPage, read::Read,
    report::ReportedPage,
};
use crate::{
    accounts::{Me, Need, Page, Signed, Who},
    app::App,
    model::id::Id,
    moderation::rules::{NotNeutral, neutral},
    site::{CachePolicy, Here, PageError, respond},
    store::StoreError,
};

/// The rows of these pages.
pub fn pages() -> Vec<Page> {
    [proposal::pages(), decide::pages(), claim::pages(), door::pages(), load::pages(), report::pages(), frozen::pages()]
        .into_iter()
        .flatten()
        .collect()
}

/// What every page and form here needs.
const NEED: Need = Need::of(Who::Moderator).fresh();

/// A page with another status than 200.
fn with_status(page: &impl Template, status: StatusCode) -> Result<Response, PageError> {
    let mut response = respond(page, CachePolicy::Never)?.into_response();
    *response.status_mut() = status;
    Ok(response)
}

/// May whoever reads this decide about a thing of an organization or app?
async fn neutral_to(app: &App, signed: &Signed, subject: Option<&Id>) -> Result<Result<(), NotNeutral>, StoreError> {
    let member = match subject {
        Some(subject) => app.store.member(subject, &signed.person.id).await?.is_some(),
        None => false,
    };
    Ok(neutral(&signed.person.id, None, member))
}

/// What came of a decision: done, somebody was faster, or why the store does not take it.
enum Outcome {
    Done,
    /// It is not what was read any more.
    Late,
}

/// Takes a decision's answer apart: what does not fit any more is for the reader, everything else is ours.
fn outcome<T>(done: Result<T, StoreError>) -> Result<Outcome, PageError> {
    match done {
        Ok(_) => Ok(Outcome::Done),
        Err(StoreError::Conflict(_) | StoreError::Refused(_)) => Ok(Outcome::Late),
        Err(other) => Err(other.into()),
    }
}

/// The page that says that somebody was faster, or that it is not what was read any more.
#[derive(Template)]
#[template(path = "review/late.html")]
pub struct LatePage {
    here: Here,
    me: Me,
}

impl LatePage {
    fn answer(here: Here, me: Me) -> Result<Response, PageError> {
        with_status(&Self { here, me }, StatusCode::CONFLICT)
    }

    /// The only one there is.
    #[cfg(test)]
    pub fn samples(lang: crate::site::Lang) -> Vec<Self> {
        vec![Self { here: crate::site::samples::here(lang, "/review/reports/1"), me: Me::sample() }]
    }
}

#[cfg(test)]
mod tests;
