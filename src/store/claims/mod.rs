//! Claims: who says that an organization or app is theirs, how that was shown, and what a person decided.
//!
//! What holds: nobody decides their own claim; a seat is given in the transaction in which the proof is written; only a claim
//! makes an owner, and whoever a moderator did not look at is the only one who owns.

mod prove;
mod recheck;
#[cfg(test)]
mod tests;

use serde_json::json;
use sqlx::any::AnyRow;

pub use self::{prove::Proved, recheck::Seen};
use super::{
    Store, StoreError, audit,
    db::{Tx, int, row, text, with_list},
    loads::refused,
    mail::{self, Letter},
    members, new_secret,
};
use crate::model::{
    account::{Member, PersonId, Role},
    claim::{Claim, ClaimMethod, ClaimState, PublicProof, VALUE_BEGINS},
    id::Id,
};

/// So many claims of one person may be open or wait.
const OPEN_LIMIT: i64 = 200;
/// How long a delegate's place lasts when nobody says otherwise, and at most, in microseconds: a year.
pub(super) const DELEGATED_FOR: i64 = 365 * 24 * 3_600 * 1_000_000;
const COLUMNS: &str = "n, subject_id, person_id, role, method, domain, proof_value, note, state, created_at, proved_at, \
     checked_at, failing_since, decided_by, answer, invited_by";

/// A claim before it has its number.
#[derive(Debug, Clone)]
pub struct NewClaim<'a> {
    /// The organization or app.
    pub subject: &'a Id,
    /// Who claims it.
    pub person: &'a PersonId,
    /// What they ask to become: owner or delegate.
    pub role: Role,
    /// How they want to show it.
    pub method: ClaimMethod,
    /// Whose control they want to show.
    pub domain: &'a str,
    /// What they say of themselves, for a moderator.
    pub note: &'a str,
}

impl Store {
    /// Begins a claim. One that is to be seen by a program is open and gets its text; every other waits for a moderator. The
    /// same claim begun again is the one that stands.
    pub async fn open_claim(&self, new: &NewClaim<'_>) -> Result<Claim, StoreError> {
        let mut tx = self.db.begin().await?;
        let claim = insert(&mut tx, new, None, self.clock.micros()).await?;
        tx.commit().await?;
        Ok(claim)
    }

    /// One claim.
    pub async fn claim(&self, n: i64) -> Result<Option<Claim>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM claim WHERE n = $1");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(n).fetch_optional(&self.db.read).await?;
        row.as_ref().map(claim).transpose()
    }

    /// Claims in these states after a number, oldest first; of one person or about one thing where these are given.
    pub async fn claims(
        &self,
        states: &[ClaimState],
        subject: Option<&Id>,
        person: Option<&PersonId>,
        after: i64,
        limit: u32,
    ) -> Result<Vec<Claim>, StoreError> {
        let states: Vec<&str> = states.iter().map(|state| state.word()).collect();
        let sql = format!(
            "SELECT {COLUMNS} FROM claim WHERE state IN {{in}} AND ($2 = '' OR subject_id = $2) \
             AND ($3 = '' OR person_id = $3) AND n > $4 ORDER BY n LIMIT $5"
        );
        let subject = subject.map(Id::as_str).unwrap_or_default();
        let person = person.map(PersonId::as_str).unwrap_or_default();
        let more = [subject.into(), person.into(), after.into(), i64::from(limit).into()];
        let rows = with_list(self.db.dialect, &sql, &states, &more).fetch_all(&self.db.read).await?;
        rows.iter().map(claim).collect()
    }

    /// What everybody may read of how an organization or app showed that it is itself: by an owner who still has the seat,
    /// what a program can see first, then the oldest.
    pub async fn public_proof(&self, subject: &Id) -> Result<Option<PublicProof>, StoreError> {
        let sql = "SELECT c.method, c.domain, c.proved_at FROM claim c JOIN member m ON m.subject_id = c.subject_id \
             AND m.person_id = c.person_id AND m.proof = c.n WHERE c.subject_id = $1 AND c.state = 'proved' \
             AND m.role = 'owner' AND c.failing_since = 0 ORDER BY CASE WHEN c.method IN ('dns', 'file') THEN 0 ELSE 1 END, \
             c.proved_at LIMIT 1";
        let Some(row) = sqlx::query(sql).bind(subject.to_string()).fetch_optional(&self.db.read).await? else {
            return Ok(None);
        };
        Ok(Some(PublicProof { method: method(&text(&row, 0)?)?, domain: text(&row, 1)?, at: int(&row, 2)? }))
    }

    /// A moderator or the operator decides a claim that waits. Accepted, it gives the place that was asked for, in this
    /// transaction.
    pub async fn decide_claim(&self, n: i64, accept: bool, answer: &str, actor: &str) -> Result<Claim, StoreError> {
        self.decide_claim_and_tell(n, accept, answer, actor, &[]).await
    }

    /// The same, with the mails that tell of it: they are kept when it is, and only then.
    pub async fn decide_claim_and_tell(
        &self,
        n: i64,
        accept: bool,
        answer: &str,
        actor: &str,
        letters: &[Letter],
    ) -> Result<Claim, StoreError> {
        let at = self.clock.micros();
        let mut tx = self.db.begin().await?;
        let was = of_state(&mut tx, n, &[ClaimState::Waiting]).await?;
        if actor.ends_with(was.person.as_str())
            || was.invited_by.as_ref().is_some_and(|by| actor.ends_with(by.as_str()))
        {
            return Err(refused("somebody else must decide this: nobody decides their own claim".into()));
        }
        let state = if accept { ClaimState::Proved } else { ClaimState::Refused };
        let sql = "UPDATE claim SET state = $1, answer = $2, decided_by = $3, failing_since = 0, checked_at = $4, \
             proved_at = CASE WHEN proved_at = 0 AND $5 = 1 THEN $4 ELSE proved_at END WHERE n = $6";
        sqlx::query(sql)
            .bind(state.word())
            .bind(answer.to_owned())
            .bind(actor.to_owned())
            .bind(at)
            .bind(i64::from(accept))
            .bind(n)
            .execute(&mut *tx.inner)
            .await?;
        let action = if accept { "claim.accepted" } else { "claim.refused" };
        note(&mut tx, at, actor, action, &was).await?;
        if accept {
            let member = place_of(&was, standing(&mut tx, &was, at).await?, at);
            members::set(&mut tx, &member, actor, at).await?;
        }
        settle(&mut tx, &was.subject, actor, at).await?;
        mail::queue_all(&mut tx, at, letters).await?;
        let done = one(&mut tx, n).await?;
        tx.commit().await?;
        Ok(done)
    }

    /// A moderator or the operator takes back what a claim gave: the seat goes, the claim is refused.
    pub async fn revoke_claim(&self, n: i64, answer: &str, actor: &str) -> Result<Claim, StoreError> {
        let at = self.clock.micros();
        let mut tx = self.db.begin().await?;
        let was = of_state(&mut tx, n, &[ClaimState::Proved, ClaimState::Lost]).await?;
        if actor.ends_with(was.person.as_str()) {
            return Err(refused("somebody else must decide this: nobody decides their own claim".into()));
        }
        end(&mut tx, n, ClaimState::Refused, answer, actor).await?;
        note(&mut tx, at, actor, "claim.revoked", &was).await?;
        let sql = "DELETE FROM member WHERE subject_id = $1 AND person_id = $2";
        let query = sqlx::query(sql).bind(was.subject.to_string()).bind(was.person.to_string());
        if query.execute(&mut *tx.inner).await?.rows_affected() > 0 {
            let detail = json!({ "person": was.person });
            audit::note(&mut tx, at, actor, "member.removed", was.subject.as_str(), &detail).await?;
        }
        settle(&mut tx, &was.subject, actor, at).await?;
        let done = one(&mut tx, n).await?;
        tx.commit().await?;
        Ok(done)
    }

    /// The claimant takes a claim back that is not decided yet.
    pub async fn withdraw_claim(&self, n: i64, person: &PersonId) -> Result<(), StoreError> {
        let at = self.clock.micros();
        let mut tx = self.db.begin().await?;
        let was = of_state(&mut tx, n, &[ClaimState::Open, ClaimState::Waiting]).await?;
        if was.person != *person {
            return Err(refused(format!("claim {n} is somebody else's")));
        }
        let actor = format!("owner:{person}");
        end(&mut tx, n, ClaimState::Withdrawn, "", &actor).await?;
        note(&mut tx, at, &actor, "claim.withdrawn", &was).await?;
        settle(&mut tx, &was.subject, &actor, at).await?;
        tx.commit().await
    }
}

/// Writes a claim, or answers the one that stands already.
pub(super) async fn insert(
    tx: &mut Tx,
    new: &NewClaim<'_>,
    invited_by: Option<&PersonId>,
    at: i64,
) -> Result<Claim, StoreError> {
    let known = format!(
        "SELECT {COLUMNS} FROM claim WHERE subject_id = $1 AND person_id = $2 AND domain = $3 AND role = $4 AND \
         state IN ('open', 'waiting') AND (method = $5 OR ($6 = 1 AND method IN ('dns', 'file'))) ORDER BY n LIMIT 1"
    );
    let known = sqlx::query(sqlx::AssertSqlSafe(known))
        .bind(new.subject.to_string())
        .bind(new.person.to_string())
        .bind(new.domain.to_owned())
        .bind(new.role.word())
        .bind(new.method.word())
        .bind(i64::from(new.method.is_seen()));
    if let Some(row) = known.fetch_optional(&mut *tx.inner).await? {
        return claim(&row);
    }
    let count = "SELECT CAST(COUNT(*) AS BIGINT) FROM claim WHERE person_id = $1 AND state IN ('open', 'waiting')";
    let count = sqlx::query(count).bind(new.person.to_string()).fetch_one(&mut *tx.inner).await?;
    if int(&count, 0)? >= OPEN_LIMIT {
        return Err(refused(format!("{OPEN_LIMIT} of your claims are open; finish or withdraw some first")));
    }
    let n = tx.take_numbers("claim", 1).await?;
    let (state, value) = if new.method.is_seen() {
        (ClaimState::Open, format!("{VALUE_BEGINS}{}", &new_secret()[..40]))
    } else {
        (ClaimState::Waiting, String::new())
    };
    let cells = row![
        n,
        new.subject,
        new.person.as_str(),
        new.role.word(),
        new.method.word(),
        new.domain,
        value,
        new.note,
        state.word(),
        at,
        0_i64,
        0_i64,
        0_i64,
        "",
        "",
        invited_by.map(PersonId::as_str).unwrap_or_default()
    ];
    let cols: Vec<&str> = COLUMNS.split(", ").map(str::trim).collect();
    tx.insert("claim", &cols, "", vec![cells]).await?;
    let made = one(tx, n).await?;
    note(tx, at, &format!("owner:{}", new.person), "claim.made", &made).await?;
    Ok(made)
}

/// The place that an accepted claim gives. Whoever was brought in stays brought in, by whom and since when; whoever has more
/// already keeps that.
fn place_of(claim: &Claim, standing: Option<Member>, at: i64) -> Member {
    let fresh = Member {
        subject: claim.subject.clone(),
        person: claim.person.clone(),
        role: claim.role,
        proof: 0,
        invited_by: claim.invited_by.clone(),
        since: at,
        expires_at: if claim.role == Role::Owner { 0 } else { at + DELEGATED_FOR },
    };
    let base = match standing {
        Some(standing) if standing.role > claim.role => standing,
        Some(standing) => {
            let invited_by = fresh.invited_by.or(standing.invited_by);
            Member { role: claim.role, expires_at: fresh.expires_at, invited_by, ..standing }
        }
        None => fresh,
    };
    // An invitation proves nothing of whoever was invited, and a vendor's proof is one of another domain.
    let proves = claim.role == Role::Owner && claim.method != ClaimMethod::Invited;
    Member { proof: if proves { claim.n } else { base.proof }, ..base }
}

/// The place the claimant has already, if it has not ended.
async fn standing(tx: &mut Tx, claim: &Claim, at: i64) -> Result<Option<Member>, StoreError> {
    Ok(members::of(tx, &claim.subject, &claim.person).await?.filter(|member| member.is_valid(at)))
}

/// Two who claimed one are no reason to wait any more once none of them waits.
async fn settle(tx: &mut Tx, subject: &Id, actor: &str, at: i64) -> Result<(), StoreError> {
    let sql = "SELECT 1 FROM claim WHERE subject_id = $1 AND state = 'waiting' AND proved_at > 0 LIMIT 1";
    if sqlx::query(sql).bind(subject.to_string()).fetch_optional(&mut *tx.inner).await?.is_some() {
        return Ok(());
    }
    thaw(tx, subject, "two_claims", actor, at).await
}

/// Lets go what was frozen for this reason.
async fn thaw(tx: &mut Tx, subject: &Id, why: &str, actor: &str, at: i64) -> Result<(), StoreError> {
    let query = sqlx::query("DELETE FROM frozen WHERE subject_id = $1 AND why = $2").bind(subject.to_string());
    if query.bind(why.to_owned()).execute(&mut *tx.inner).await?.rows_affected() > 0 {
        audit::note(tx, at, actor, "subject.let_go", subject.as_str(), &json!({ "why": why })).await?;
    }
    Ok(())
}

/// Ends a claim.
pub(super) async fn end(tx: &mut Tx, n: i64, state: ClaimState, answer: &str, actor: &str) -> Result<(), StoreError> {
    let sql = "UPDATE claim SET state = $1, answer = $2, decided_by = $3 WHERE n = $4";
    let query = sqlx::query(sql).bind(state.word()).bind(answer.to_owned()).bind(actor.to_owned()).bind(n);
    query.execute(&mut *tx.inner).await?;
    Ok(())
}

async fn one(tx: &mut Tx, n: i64) -> Result<Claim, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM claim WHERE n = $1");
    let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(n).fetch_optional(&mut *tx.inner).await?;
    claim(&row.ok_or_else(|| refused(format!("there is no claim {n}")))?)
}

/// A claim that is in one of these states.
async fn of_state(tx: &mut Tx, n: i64, states: &[ClaimState]) -> Result<Claim, StoreError> {
    let claim = one(tx, n).await?;
    if states.contains(&claim.state) {
        Ok(claim)
    } else {
        Err(StoreError::Conflict(format!("claim {n} is {} already", claim.state.word())))
    }
}

async fn note(tx: &mut Tx, at: i64, actor: &str, action: &str, claim: &Claim) -> Result<(), StoreError> {
    let detail = json!({
        "claim": claim.n, "person": claim.person, "role": claim.role, "method": claim.method, "domain": claim.domain,
    });
    audit::note(tx, at, actor, action, claim.subject.as_str(), &detail).await?;
    Ok(())
}

fn unreadable(word: &str) -> StoreError {
    StoreError::Unreadable { what: "a claim".into(), why: format!("unknown word {word:?}") }
}

fn method(word: &str) -> Result<ClaimMethod, StoreError> {
    ClaimMethod::from_word(word).ok_or_else(|| unreadable(word))
}

fn claim(row: &AnyRow) -> Result<Claim, StoreError> {
    let (subject, person, role, state) = (text(row, 1)?, text(row, 2)?, text(row, 3)?, text(row, 8)?);
    Ok(Claim {
        n: int(row, 0)?,
        subject: Id::parse(&subject).ok_or_else(|| unreadable(&subject))?,
        person: PersonId::parse(&person).ok_or_else(|| unreadable(&person))?,
        role: Role::from_word(&role).ok_or_else(|| unreadable(&role))?,
        method: method(&text(row, 4)?)?,
        domain: text(row, 5)?,
        value: text(row, 6)?,
        note: text(row, 7)?,
        state: ClaimState::from_word(&state).ok_or_else(|| unreadable(&state))?,
        created_at: int(row, 9)?,
        proved_at: int(row, 10)?,
        checked_at: int(row, 11)?,
        failing_since: int(row, 12)?,
        decided_by: text(row, 13)?,
        answer: text(row, 14)?,
        invited_by: PersonId::parse(&text(row, 15)?),
    })
}
