//! A moderator puts something else in the place of a proposal: the old one is turned down and the new one kept, or said, in
//! one transaction, so that nothing is lost between the two.

use serde_json::json;

use super::{NewProposal, ProposalState, decide, note, one, open, version_in};
use crate::{
    model::proposal::Proposal,
    store::{Store, StoreError},
};

/// What stands in the place of a proposal, and what it was read against.
#[derive(Debug, Clone)]
pub struct Replacement<'a> {
    /// The hash of the proposal that goes.
    pub hash: &'a str,
    /// The version of the merged thing that was seen.
    pub seen: i64,
    /// What comes in its place.
    pub new: &'a NewProposal<'a>,
    /// Is it said at once? Else it waits for somebody else.
    pub at_once: bool,
    /// What the author of the old one is told.
    pub answer: &'a str,
}

impl Store {
    /// Puts another proposal in the place of one that waits. Answers the new one.
    pub async fn replace_proposal(&self, n: i64, with: &Replacement<'_>, actor: &str) -> Result<Proposal, StoreError> {
        let mut tx = self.db.begin().await?;
        let old = open(&mut tx, n).await?;
        let standing = match &old.subject {
            Some(subject) => version_in(&mut tx, subject).await?.unwrap_or_default(),
            None => 0,
        };
        if old.hash != with.hash || standing != with.seen {
            return Err(StoreError::Conflict(format!("proposal {n} is not what was read; look at it again")));
        }
        let new = self.insert_proposal(&mut tx, with.new, ProposalState::Waiting).await?;
        decide(&mut tx, self, n, ProposalState::Rejected, with.answer, "[]", actor).await?;
        note(&mut tx, self, actor, "proposal.edited", n, old.subject.as_ref(), &json!({ "now": new })).await?;
        if with.at_once {
            let kept = one(&mut tx, new).await?;
            self.publish_in(&mut tx, &kept, actor, actor).await?;
        }
        let done = one(&mut tx, new).await?;
        tx.commit().await?;
        Ok(done)
    }
}
