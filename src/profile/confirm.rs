//! Who may confirm what somebody wants to change, and what is published on its day.

use std::time::Duration;

use super::look::{self, Eyes, new_doors};
use crate::{
    app::{App, to_its_end},
    model::{
        account::{Member, PersonId},
        proposal::{Proposal, ProposalState},
    },
    store::{Approval, StoreError},
};

/// How often is looked for what is due.
const LOOK: Duration = Duration::from_secs(30);
/// How many are published in one go.
const AT_ONCE: u32 = 50;

/// Is `person` a second pair of eyes for what `author` sent? A moderator who is somebody else, or an independent owner
/// ([`Member::is_second_to`]); nobody for what they sent themselves.
pub fn may_confirm(
    members: &[Member],
    author: Option<&PersonId>,
    person: &PersonId,
    is_moderator: bool,
    now: i64,
) -> bool {
    let Some(author) = author else { return is_moderator };
    let second = || members.iter().any(|member| member.person == *person && member.is_second_to(author, now));
    author != person && (is_moderator || second())
}

/// Publishes what was approved for a moment that has come, when its doors still lead where they led. Answers how many were
/// published, and how many wait for a person again.
pub async fn due(app: &App) -> Result<(usize, usize), StoreError> {
    let (mut published, mut again) = (0, 0);
    for proposal in app.store.due_proposals(AT_ONCE).await? {
        match on_its_day(app, &proposal).await {
            Ok(ProposalState::Published) => published += 1,
            // Somebody turned it down, or another process published it, between two looks.
            Ok(_) | Err(StoreError::Conflict(_)) => again += 1,
            Err(error) => return Err(error),
        }
    }
    Ok((published, again))
}

/// Publishes what is due, again and again, until it is aborted.
pub async fn keep_days(app: App) {
    loop {
        match due(&app).await {
            Ok((0, 0)) => {}
            Ok((published, again)) => tracing::info!(published, again, "changes whose day has come"),
            Err(error) => tracing::error!("changes whose day has come could not be published, trying again: {error}"),
        }
        tokio::time::sleep(LOOK).await;
    }
}

async fn on_its_day(app: &App, proposal: &Proposal) -> Result<ProposalState, StoreError> {
    let finals = look::now(app, &new_doors(proposal), Eyes::Ours).await;
    let (store, n) = (app.store.clone(), proposal.n);
    Ok(to_its_end(async move { store.publish_due(n, &finals).await }).await??.state)
}

/// What a second person read of a change.
#[derive(Debug, Clone, Copy)]
pub struct Read<'a> {
    /// The hash of the change.
    pub hash: &'a str,
    /// The version that people saw.
    pub seen: i64,
    /// Who confirms it, as in the log.
    pub actor: &'a str,
}

/// Confirms a change as it was read, bound to where its new doors lead now.
pub async fn confirm(app: &App, proposal: &Proposal, read: Read<'_>) -> Result<Proposal, StoreError> {
    let finals = look::now(app, &new_doors(proposal), Eyes::Theirs).await;
    let (store, n, seen) = (app.store.clone(), proposal.n, read.seen);
    let (hash, actor) = (read.hash.to_owned(), read.actor.to_owned());
    let work = async move {
        let approval = Approval { hash: &hash, seen, finals: &finals, answer: "" };
        store.approve(n, &approval, &actor).await
    };
    to_its_end(work).await?
}
