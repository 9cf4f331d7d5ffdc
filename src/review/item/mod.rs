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
mod verdict;

#[cfg(test)]
pub use self::{
    claim::ClaimPage, door::DoorPage, frozen::FrozenPage, load::LoadPage, proposal::ProposalPage, read::Read,
    report::ReportedPage,
};
pub use self::{
    proposal::{DoorView, odd},
    read::checked,
};
use crate::{
    accounts::{Need, Page, Signed, Who},
    app::App,
    model::id::Id,
    moderation::rules::{NotNeutral, neutral},
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

/// May whoever reads this decide about a thing of an organization or app?
async fn neutral_to(app: &App, signed: &Signed, subject: Option<&Id>) -> Result<Result<(), NotNeutral>, StoreError> {
    let member = match subject {
        Some(subject) => app.store.member(subject, &signed.person.id).await?.is_some(),
        None => false,
    };
    Ok(neutral(&signed.person.id, None, member))
}

#[cfg(test)]
mod tests;
