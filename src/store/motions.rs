//! What one moderator would do and another must confirm, beside proposals about one organization.
//!
//! What holds: nobody confirms their own; what is confirmed is what was read, by its hash; it is carried once.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use sqlx::any::AnyRow;

use super::{
    Store, StoreError, audit,
    db::{Tx, int, parse, row, text},
    loads::refused,
    spelled::Wanted,
};
use crate::model::{account::PersonId, listing::hex};

const COLUMNS: &str = "n, at, kind, subject, body, hash, author, state, decided_by, decided_at, result, organizations";

/// What it would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MotionKind {
    /// A host is let off the list of hostile ones.
    LetOff,
    /// Doors of many organizations move to another domain.
    Move,
    /// The doors of a vendor are taken out of many organizations.
    Close,
    /// A motion that was carried is taken back.
    Undo,
}

impl MotionKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::LetOff, Self::Move, Self::Close, Self::Undo];

    /// The word in the store.
    pub fn word(self) -> &'static str {
        match self {
            Self::LetOff => "host.let_off",
            Self::Move => "bulk.move",
            Self::Close => "bulk.close",
            Self::Undo => "bulk.undo",
        }
    }

    /// The kind a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// One motion. Times are in microseconds since 1970 UTC, 0 = never.
#[derive(Debug, Clone, PartialEq)]
pub struct Motion {
    /// Its number.
    pub n: i64,
    /// When it was made.
    pub at: i64,
    /// What it would do.
    pub kind: MotionKind,
    /// About what.
    pub subject: String,
    /// Everything that would be done.
    pub body: Value,
    /// What a confirmation is bound to.
    pub hash: String,
    /// Who made it.
    pub author: Option<PersonId>,
    /// Does it wait for a second person?
    pub waits: bool,
    /// Was it carried?
    pub carried: bool,
    /// Who decided it.
    pub decided_by: String,
    /// When.
    pub decided_at: i64,
    /// What was done.
    pub result: Value,
    /// How many organizations it is about, as far as it says.
    pub organizations: u64,
}

/// How many organizations a body names: what it touches, or what is to be taken back.
fn organizations(body: &Value) -> i64 {
    let lists = ["touched", "proposals", "out"].iter().filter_map(|field| body.get(field)?.as_array());
    lists.map(|list| list.len() as i64).sum()
}

impl Store {
    /// Keeps what a moderator would do for a second one; answers its number.
    pub async fn make_motion(
        &self,
        kind: MotionKind,
        subject: &str,
        body: &Value,
        author: &PersonId,
    ) -> Result<i64, StoreError> {
        let (written, reach) = (body.to_string(), organizations(body));
        let mut digest = Sha256::new();
        for part in [kind.word(), subject, &written] {
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part.as_bytes());
        }
        let hash = hex(&digest.finalize());
        let mut tx = self.db.begin().await?;
        let n = tx.take_numbers("motion", 1).await?;
        let at = self.clock.micros();
        let cells =
            row![n, at, kind.word(), subject, written, hash, author.as_str(), "waiting", "", 0_i64, "{}", reach];
        let cols: Vec<&str> = COLUMNS.split(", ").collect();
        tx.insert("motion", &cols, "", vec![cells]).await?;
        let detail = json!({ "motion": n, "kind": kind.word() });
        audit::note(&mut tx, at, &format!("moderator:{author}"), "motion.made", subject, &detail).await?;
        tx.commit().await?;
        Ok(n)
    }

    /// One motion.
    pub async fn motion(&self, n: i64) -> Result<Option<Motion>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM motion WHERE n = $1");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(n).fetch_optional(&self.db.read).await?;
        row.as_ref().map(motion).transpose()
    }

    /// Motions, newest first; with `waiting` only those that wait.
    pub async fn motions(&self, waiting: bool, limit: u32) -> Result<Vec<Motion>, StoreError> {
        let which = if waiting { "WHERE state = 'waiting'" } else { "" };
        let sql = format!("SELECT {COLUMNS} FROM motion {which} ORDER BY n DESC LIMIT $1");
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(i64::from(limit));
        query.fetch_all(&self.db.read).await?.iter().map(motion).collect()
    }

    /// A second moderator finds a motion wrong.
    pub async fn refuse_motion(&self, n: i64, hash: &str, by: &PersonId) -> Result<Motion, StoreError> {
        let mut tx = self.db.begin().await?;
        let motion = self.decide_motion(&mut tx, n, hash, by, false).await?;
        tx.commit().await?;
        Ok(motion)
    }

    /// A second moderator confirms a motion that is carried piece by piece.
    pub async fn carry_motion(&self, n: i64, hash: &str, by: &PersonId) -> Result<Motion, StoreError> {
        let mut tx = self.db.begin().await?;
        let motion = self.decide_motion(&mut tx, n, hash, by, true).await?;
        tx.commit().await?;
        Ok(motion)
    }

    /// Writes down what was done.
    pub async fn motion_done(&self, n: i64, result: &Value) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        let query = sqlx::query("UPDATE motion SET result = $1 WHERE n = $2").bind(result.to_string()).bind(n);
        query.execute(&mut *tx.inner).await?;
        tx.commit().await
    }

    /// Decides a motion within a transaction: once, by somebody else than its author, who read what it is.
    pub(super) async fn decide_motion(
        &self,
        tx: &mut Tx,
        n: i64,
        hash: &str,
        by: &PersonId,
        carried: bool,
    ) -> Result<Motion, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM motion WHERE n = $1");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(n).fetch_optional(&mut *tx.inner).await?;
        let found = motion(&row.ok_or_else(|| refused(format!("there is no motion {n}")))?)?;
        if !found.waits {
            return Err(StoreError::Conflict(format!("motion {n} is decided already")));
        }
        if found.hash != hash {
            return Err(StoreError::Conflict(format!("motion {n} is not what was read; look at it again")));
        }
        // Whoever made it may take it back, and no more.
        if carried && found.author.as_ref() == Some(by) {
            return Err(refused("another moderator must confirm it".into()));
        }
        let (state, actor) = (if carried { "carried" } else { "refused" }, format!("moderator:{by}"));
        let at = self.clock.micros();
        sqlx::query("UPDATE motion SET state = $1, decided_by = $2, decided_at = $3 WHERE n = $4")
            .bind(state)
            .bind(actor.clone())
            .bind(at)
            .bind(n)
            .execute(&mut *tx.inner)
            .await?;
        let detail = json!({ "motion": n, "kind": found.kind.word(), "hash": hash });
        audit::note(tx, at, &actor, &format!("motion.{state}"), &found.subject, &detail).await?;
        Ok(Motion { waits: false, carried, decided_by: actor, decided_at: at, ..found })
    }
}

/// Takes a text out of what was to be done across organizations, and of what was; answers in how many it stood. What still
/// waits is not what its author made any more: it is refused.
pub(super) async fn take_out(tx: &mut Tx, wanted: &Wanted) -> Result<u64, StoreError> {
    let holds = wanted.in_any(&["subject", "body", "result"]);
    let sql = format!("SELECT n, subject, body, result FROM motion WHERE {holds}");
    let rows = wanted.query(sql).fetch_all(&mut *tx.inner).await?;
    for row in &rows {
        let json = |column| parse("a motion", &text(row, column)?).map(|value| without(value, wanted).to_string());
        let sql = "UPDATE motion SET subject = $1, body = $2, result = $3, \
             state = CASE WHEN state = 'waiting' THEN 'refused' ELSE state END WHERE n = $4";
        sqlx::query(sql)
            .bind(wanted.out_of(&text(row, 1)?))
            .bind(json(2)?)
            .bind(json(3)?)
            .bind(int(row, 0)?)
            .execute(&mut *tx.inner)
            .await?;
    }
    Ok(rows.len() as u64)
}

/// What a motion says, without a text. Its fields stay, and may be empty; a row in brackets (an address and the one in its
/// place, an organization and its items) is worth nothing by half and goes whole.
fn without(value: Value, wanted: &Wanted) -> Value {
    match value {
        Value::String(said) => Value::String(wanted.out_of(&said)),
        Value::Array(all) => {
            let stays = |row: &Value| !row.is_array() || !wanted.stands_in(row);
            all.into_iter().filter(stays).map(|row| without(row, wanted)).collect()
        }
        Value::Object(all) => all.into_iter().map(|(field, value)| (field, without(value, wanted))).collect(),
        other => other,
    }
}

fn motion(row: &AnyRow) -> Result<Motion, StoreError> {
    let n = int(row, 0)?;
    let what = format!("motion {n}");
    let (kind, state) = (text(row, 2)?, text(row, 7)?);
    let unknown = || StoreError::Unreadable { what: what.clone(), why: format!("unknown word {kind:?}") };
    Ok(Motion {
        n,
        at: int(row, 1)?,
        kind: MotionKind::from_word(&kind).ok_or_else(unknown)?,
        subject: text(row, 3)?,
        body: parse(&what, &text(row, 4)?)?,
        hash: text(row, 5)?,
        author: PersonId::parse(&text(row, 6)?),
        waits: state == "waiting",
        carried: state == "carried",
        decided_by: text(row, 8)?,
        decided_at: int(row, 9)?,
        result: parse(&what, &text(row, 10)?)?,
        organizations: u64::try_from(int(row, 11)?).unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    fn person(n: u128) -> PersonId {
        PersonId::new(uuid::Uuid::from_u128(n))
    }

    #[tokio::test]
    async fn a_second_person_confirms_what_was_read_and_once() {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::standing("2026-11-22T12:00:00Z".parse().unwrap());
        let store = Store::open(folder.path(), None, clock).await.unwrap();
        let body = json!({ "from": "a.example.org" });
        let n = store.make_motion(MotionKind::Close, "a.example.org", &body, &person(1)).await.unwrap();
        let motion = store.motion(n).await.unwrap().unwrap();
        assert!(motion.waits && motion.body == body);
        let own = store.carry_motion(n, &motion.hash, &person(1)).await;
        assert!(matches!(own, Err(StoreError::Refused(_))), "nobody confirms their own");
        let other = store.carry_motion(n, "something else", &person(2)).await;
        assert!(matches!(other, Err(StoreError::Conflict(_))));
        assert!(store.carry_motion(n, &motion.hash, &person(2)).await.unwrap().carried);
        let again = store.carry_motion(n, &motion.hash, &person(3)).await;
        assert!(matches!(again, Err(StoreError::Conflict(_))), "the race of two is won once");
        assert!(store.motions(true, 10).await.unwrap().is_empty());
        assert_eq!(store.audit_verify().await.unwrap().entries, 2);
    }
}
