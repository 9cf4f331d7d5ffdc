//! Who may do what with an organization or app, and which of them nobody may edit for now.

use serde_json::json;
use sqlx::any::AnyRow;

use super::{
    Store, StoreError, audit,
    db::{Tx, int, row, text},
};
use crate::model::{
    account::{Member, PersonId, Role},
    id::Id,
};

/// Why nobody may edit an organization or app for now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frozen {
    /// A short stable word: `two_claims`, `proof_lost`, `moderator`.
    pub why: String,
    /// Since when, in microseconds since 1970 UTC.
    pub since: i64,
}

const COLUMNS: &str = "subject_id, person_id, role, proof, invited_by, since, expires_at";

impl Store {
    /// Somebody's place at an organization or app, if they have one that has not ended.
    pub async fn member(&self, subject: &Id, person: &PersonId) -> Result<Option<Member>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM member WHERE subject_id = $1 AND person_id = $2");
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(subject.to_string()).bind(person.to_string());
        let row = query.fetch_optional(&self.db.read).await?;
        let now = self.clock.micros();
        Ok(row.as_ref().map(member).transpose()?.filter(|member| member.is_valid(now)))
    }

    /// Everybody who has a place there, owners first.
    pub async fn members(&self, subject: &Id) -> Result<Vec<Member>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM member WHERE subject_id = $1 ORDER BY since, person_id");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(subject.to_string()).fetch_all(&self.db.read).await?;
        let mut all: Vec<Member> = rows.iter().map(member).collect::<Result<_, _>>()?;
        all.sort_by_key(|member| std::cmp::Reverse(member.role));
        Ok(all)
    }

    /// Where a person has a place, by id.
    pub async fn memberships(&self, person: &PersonId) -> Result<Vec<Member>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM member WHERE person_id = $1 ORDER BY subject_id");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(person.to_string()).fetch_all(&self.db.read).await?;
        let now = self.clock.micros();
        let all: Vec<Member> = rows.iter().map(member).collect::<Result<_, _>>()?;
        Ok(all.into_iter().filter(|member| member.is_valid(now)).collect())
    }

    /// Gives somebody a place, or another one than they had.
    pub async fn set_member(&self, member: &Member, actor: &str) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        set(&mut tx, member, actor, self.clock.micros()).await?;
        tx.commit().await
    }

    /// Takes somebody's place away; false when they had none.
    pub async fn remove_member(&self, subject: &Id, person: &PersonId, actor: &str) -> Result<bool, StoreError> {
        let mut tx = self.db.begin().await?;
        let query =
            sqlx::query("DELETE FROM member WHERE subject_id = $1 AND person_id = $2").bind(subject.to_string());
        let gone = query.bind(person.to_string()).execute(&mut *tx.inner).await?.rows_affected() > 0;
        if gone {
            let detail = json!({ "person": person });
            audit::note(&mut tx, self.clock.micros(), actor, "member.removed", subject.as_str(), &detail).await?;
        }
        tx.commit().await?;
        Ok(gone)
    }

    /// Why nobody may edit it, if that is so.
    pub async fn frozen(&self, subject: &Id) -> Result<Option<Frozen>, StoreError> {
        let query = sqlx::query("SELECT why, since FROM frozen WHERE subject_id = $1").bind(subject.to_string());
        let row = query.fetch_optional(&self.db.read).await?;
        row.map(|row| Ok(Frozen { why: text(&row, 0)?, since: int(&row, 1)? })).transpose()
    }

    /// Nobody may edit it until it is let go.
    pub async fn freeze(&self, subject: &Id, why: &str, actor: &str) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        freeze(&mut tx, subject, why, actor, self.clock.micros()).await?;
        tx.commit().await
    }

    /// It may be edited again.
    pub async fn let_go(&self, subject: &Id, actor: &str) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        let query = sqlx::query("DELETE FROM frozen WHERE subject_id = $1").bind(subject.to_string());
        if query.execute(&mut *tx.inner).await?.rows_affected() > 0 {
            audit::note(&mut tx, self.clock.micros(), actor, "subject.let_go", subject.as_str(), &json!({})).await?;
        }
        tx.commit().await
    }
}

/// Somebody's place within a transaction, ended or not.
pub(super) async fn of(tx: &mut Tx, subject: &Id, person: &PersonId) -> Result<Option<Member>, StoreError> {
    Ok(all(tx, subject).await?.into_iter().find(|member| member.person == *person))
}

/// Everybody who has a place there within a transaction, ended or not.
pub(super) async fn all(tx: &mut Tx, subject: &Id) -> Result<Vec<Member>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM member WHERE subject_id = $1 ORDER BY since, person_id");
    let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(subject.to_string());
    query.fetch_all(&mut *tx.inner).await?.iter().map(member).collect()
}

/// Writes somebody's place.
pub(super) async fn set(tx: &mut Tx, member: &Member, actor: &str, at: i64) -> Result<(), StoreError> {
    let invited_by = member.invited_by.as_ref().map(PersonId::as_str).unwrap_or_default();
    let cells = row![
        &member.subject,
        member.person.as_str(),
        member.role.word(),
        member.proof,
        invited_by,
        member.since,
        member.expires_at
    ];
    let cols = ["subject_id", "person_id", "role", "proof", "invited_by", "since", "expires_at"];
    let conflict = "ON CONFLICT (subject_id, person_id) DO UPDATE SET role = excluded.role, proof = excluded.proof, \
         invited_by = excluded.invited_by, since = excluded.since, expires_at = excluded.expires_at";
    tx.insert("member", &cols, conflict, vec![cells]).await?;
    let detail = json!({
        "person": member.person, "role": member.role, "proof": member.proof, "expires_at": member.expires_at,
    });
    audit::note(tx, at, actor, "member.set", member.subject.as_str(), &detail).await?;
    Ok(())
}

/// Freezes within a transaction; what is frozen already stays so for its first reason.
pub(super) async fn freeze(tx: &mut Tx, subject: &Id, why: &str, actor: &str, at: i64) -> Result<(), StoreError> {
    let known = sqlx::query("SELECT 1 FROM frozen WHERE subject_id = $1").bind(subject.to_string());
    if known.fetch_optional(&mut *tx.inner).await?.is_some() {
        return Ok(());
    }
    let cols = ["subject_id", "why", "since", "by_whom"];
    tx.insert("frozen", &cols, "", vec![row![subject, why, at, actor]]).await?;
    audit::note(tx, at, actor, "subject.frozen", subject.as_str(), &json!({ "why": why })).await?;
    Ok(())
}

fn member(row: &AnyRow) -> Result<Member, StoreError> {
    let unreadable =
        |word: &str| StoreError::Unreadable { what: "a member".into(), why: format!("unknown word {word:?}") };
    let (subject, person, role, invited_by) = (text(row, 0)?, text(row, 1)?, text(row, 2)?, text(row, 4)?);
    Ok(Member {
        subject: Id::parse(&subject).ok_or_else(|| unreadable(&subject))?,
        person: PersonId::parse(&person).ok_or_else(|| unreadable(&person))?,
        role: Role::from_word(&role).ok_or_else(|| unreadable(&role))?,
        proof: int(row, 3)?,
        invited_by: PersonId::parse(&invited_by),
        since: int(row, 5)?,
        expires_at: int(row, 6)?,
    })
}
