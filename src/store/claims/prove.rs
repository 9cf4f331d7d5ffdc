//! What happens in the moment in which control of a domain was seen.

use super::{
    ClaimState, Letter, Store, StoreError, audit, int, mail, members, note, of_state, one, place_of, standing,
};
use crate::model::{
    account::{Member, Role},
    claim::{Claim, ClaimMethod},
};
use serde_json::json;

/// How long a text that is to be published is good for, in microseconds: 30 days.
pub const OPEN_FOR: i64 = 30 * 24 * 3_600 * 1_000_000;

/// What became of a claim whose proof was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proved {
    /// The claim as it stands now: proved, or waiting for a moderator.
    pub claim: Claim,
    /// Owners by a proof of their own who were there before: they are told.
    pub others: Vec<Member>,
    /// Two claimed it at the same time: nobody edits it until a person looked.
    pub frozen: bool,
}

impl Store {
    /// The text was seen at the domain. Where nobody owns, the seat is theirs; where somebody does, or the claim is a vendor's,
    /// a moderator looks. Two who began before either had proved anything stop everything.
    pub async fn prove_claim(&self, n: i64, method: ClaimMethod) -> Result<Proved, StoreError> {
        self.prove_claim_and_tell(n, method, &|_| Vec::new()).await
    }

    /// The same, with the mails that what came of it asks for: they are kept when it is, and only then.
    pub async fn prove_claim_and_tell(
        &self,
        n: i64,
        method: ClaimMethod,
        letters: &(dyn Fn(&Proved) -> Vec<Letter> + Sync),
    ) -> Result<Proved, StoreError> {
        let at = self.clock.micros();
        let mut tx = self.db.begin().await?;
        let was = of_state(&mut tx, n, &[ClaimState::Open]).await?;
        if at - was.created_at > OPEN_FOR {
            return Err(StoreError::Conflict(format!("claim {n} is too old; begin again")));
        }
        let actor = format!("owner:{}", was.person);
        let mut others = members::all(&mut tx, &was.subject).await?;
        others.retain(|m| m.role == Role::Owner && m.proof > 0 && m.person != was.person && m.is_valid(at));
        let frozen = sqlx::query("SELECT 1 FROM frozen WHERE subject_id = $1").bind(was.subject.to_string());
        let stopped = frozen.fetch_optional(&mut *tx.inner).await?.is_some();
        let waits = was.role != Role::Owner || !others.is_empty() || stopped;
        let state = if waits { ClaimState::Waiting } else { ClaimState::Proved };
        let sql = "UPDATE claim SET state = $1, method = $2, proved_at = $3, checked_at = $3 WHERE n = $4";
        sqlx::query(sql).bind(state.word()).bind(method.word()).bind(at).bind(n).execute(&mut *tx.inner).await?;
        let claim = one(&mut tx, n).await?;
        note(&mut tx, at, &actor, if waits { "claim.shown" } else { "claim.proved" }, &claim).await?;
        let mut froze = false;
        if !waits {
            let member = place_of(&claim, standing(&mut tx, &claim, at).await?, at);
            members::set(&mut tx, &member, &actor, at).await?;
        } else if claim.role == Role::Owner && raced(&mut tx, &claim, &others).await? {
            members::freeze(&mut tx, &claim.subject, "two_claims", "system", at).await?;
            froze = true;
        }
        let proved = Proved { claim, others, frozen: froze };
        mail::queue_all(&mut tx, at, &letters(&proved)).await?;
        tx.commit().await?;
        Ok(proved)
    }

    /// Writes down that a look for the text found none; answers nothing of where or why.
    pub async fn claim_not_seen(&self, claim: &Claim) -> Result<(), StoreError> {
        let at = self.clock.micros();
        let mut tx = self.db.begin().await?;
        sqlx::query("UPDATE claim SET checked_at = $1 WHERE n = $2 AND state = 'open'")
            .bind(at)
            .bind(claim.n)
            .execute(&mut *tx.inner)
            .await?;
        let detail = json!({ "claim": claim.n });
        let actor = format!("owner:{}", claim.person);
        audit::note(&mut tx, at, &actor, "claim.looked", claim.subject.as_str(), &detail).await?;
        tx.commit().await
    }
}

/// Did one of the owners prove their claim only after this one had begun?
async fn raced(tx: &mut super::Tx, claim: &Claim, others: &[Member]) -> Result<bool, StoreError> {
    for other in others {
        let proved = sqlx::query("SELECT proved_at FROM claim WHERE n = $1").bind(other.proof);
        let proved = proved.fetch_optional(&mut *tx.inner).await?;
        if proved.map(|row| int(&row, 0)).transpose()?.is_some_and(|proved| proved >= claim.created_at) {
            return Ok(true);
        }
    }
    Ok(false)
}
