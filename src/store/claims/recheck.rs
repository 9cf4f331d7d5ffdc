//! Does what was shown still stand? Looked at every day.

use super::{COLUMNS, ClaimState, Letter, Store, StoreError, claim, mail, members, note, one, thaw};
use crate::model::claim::Claim;

/// How long a text may be missing before its claim is lost, in microseconds: three days.
pub const PATIENCE: i64 = 3 * 24 * 3_600 * 1_000_000;

/// What a look at a proof changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// It stands.
    Stands,
    /// It is missing, not for long.
    Missing,
    /// It has been missing for too long: nobody edits the organization.
    Lost,
    /// It is there again.
    Back,
}

impl Store {
    /// Proofs that a program can see, of owners who have their seat, that were not looked at since a moment; longest ago first.
    pub async fn proofs_to_check(&self, before: i64, limit: u32) -> Result<Vec<Claim>, StoreError> {
        let columns = COLUMNS.split(',').map(|column| format!("c.{}", column.trim())).collect::<Vec<_>>().join(", ");
        let sql = format!(
            "SELECT {columns} FROM claim c JOIN member m ON m.subject_id = c.subject_id AND m.person_id = c.person_id \
             AND m.proof = c.n WHERE c.method IN ('dns', 'file') AND c.state IN ('proved', 'lost') AND c.checked_at < $1 \
             ORDER BY c.checked_at, c.n LIMIT $2"
        );
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(before).bind(i64::from(limit));
        query.fetch_all(&self.db.read).await?.iter().map(claim).collect()
    }

    /// Writes down whether the text of a claim was there.
    pub async fn proof_checked(&self, n: i64, found: bool) -> Result<Seen, StoreError> {
        self.proof_checked_and_tell(n, found, &|_| Vec::new()).await
    }

    /// The same, with the mails that what came of it asks for: they are kept when it is, and only then.
    pub async fn proof_checked_and_tell(
        &self,
        n: i64,
        found: bool,
        letters: &(dyn Fn(Seen) -> Vec<Letter> + Sync),
    ) -> Result<Seen, StoreError> {
        let at = self.clock.micros();
        let mut tx = self.db.begin().await?;
        let was = one(&mut tx, n).await?;
        if !matches!(was.state, ClaimState::Proved | ClaimState::Lost) {
            return Err(StoreError::Conflict(format!("claim {n} is {}", was.state.word())));
        }
        let since = match (found, was.failing_since) {
            (true, _) => 0,
            (false, 0) => at,
            (false, since) => since,
        };
        let seen = match (found, was.state) {
            (true, ClaimState::Lost) => Seen::Back,
            (true, _) => Seen::Stands,
            (false, ClaimState::Proved) if at - since >= PATIENCE => Seen::Lost,
            (false, _) => Seen::Missing,
        };
        let state = match seen {
            Seen::Lost => ClaimState::Lost,
            Seen::Back => ClaimState::Proved,
            Seen::Stands | Seen::Missing => was.state,
        };
        let sql = "UPDATE claim SET state = $1, checked_at = $2, failing_since = $3 WHERE n = $4";
        sqlx::query(sql).bind(state.word()).bind(at).bind(since).bind(n).execute(&mut *tx.inner).await?;
        match seen {
            Seen::Lost => {
                note(&mut tx, at, "system", "claim.lost", &was).await?;
                members::freeze(&mut tx, &was.subject, "proof_lost", "system", at).await?;
            }
            Seen::Back => {
                note(&mut tx, at, "system", "claim.found_again", &was).await?;
                let other = sqlx::query("SELECT 1 FROM claim WHERE subject_id = $1 AND state = 'lost' LIMIT 1");
                let other = other.bind(was.subject.to_string()).fetch_optional(&mut *tx.inner).await?;
                if other.is_none() {
                    thaw(&mut tx, &was.subject, "proof_lost", "system", at).await?;
                }
            }
            Seen::Missing if was.failing_since == 0 => {
                note(&mut tx, at, "system", "claim.missing", &was).await?;
            }
            Seen::Stands | Seen::Missing => {}
        }
        mail::queue_all(&mut tx, at, &letters(seen)).await?;
        tx.commit().await?;
        Ok(seen)
    }
}
