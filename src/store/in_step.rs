//! Lists at organizations' own addresses that their profiles are kept in step with.

use serde_json::json;
use sqlx::any::AnyRow;

use super::{
    Store, StoreError, audit,
    db::{int, row, text},
};
use crate::model::{account::PersonId, door::host_of, id::Id};

const COLUMNS: &str = "subject_id, url, brand, person_id, hash, checked_at, error";

/// A list that a profile is kept in step with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InStep {
    /// Whose profile.
    pub subject: Id,
    /// Where the list is.
    pub url: String,
    /// The key of the row of the list that is this organization.
    pub brand: String,
    /// Who set it up: their word it is.
    pub person: PersonId,
    /// SHA-256 of what the row said last; empty before the first time.
    pub hash: String,
    /// When it was looked at last, in microseconds since 1970 UTC; 0 = never.
    pub checked_at: i64,
    /// Why nothing could be read; empty when it could.
    pub error: String,
}

impl Store {
    /// The list that a profile is kept in step with, if there is one.
    pub async fn in_step(&self, subject: &Id) -> Result<Option<InStep>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM in_step WHERE subject_id = $1");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(subject.to_string()).fetch_optional(&self.db.read).await?;
        row.as_ref().map(in_step).transpose()
    }

    /// Lists that were not looked at since a moment, those that wait the longest first.
    pub async fn in_step_before(&self, moment: i64, limit: u32) -> Result<Vec<InStep>, StoreError> {
        let sql =
            format!("SELECT {COLUMNS} FROM in_step WHERE checked_at < $1 ORDER BY checked_at, subject_id LIMIT $2");
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(moment).bind(i64::from(limit));
        query.fetch_all(&self.db.read).await?.iter().map(in_step).collect()
    }

    /// Keeps a profile in step with a list from now on.
    pub async fn set_in_step(&self, list: &InStep, actor: &str) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        let cells =
            row![&list.subject, &list.url, &list.brand, list.person.as_str(), &list.hash, list.checked_at, &list.error];
        let cols: Vec<&str> = COLUMNS.split(", ").collect();
        let conflict = "ON CONFLICT (subject_id) DO UPDATE SET url = excluded.url, brand = excluded.brand, \
             person_id = excluded.person_id, hash = excluded.hash, checked_at = excluded.checked_at, \
             error = excluded.error";
        tx.insert("in_step", &cols, conflict, vec![cells]).await?;
        // The host alone: the chain keeps its entries, and the rest of an address may have to be forgotten.
        let detail = json!({ "host": host_of(&list.url) });
        audit::note(&mut tx, self.clock.micros(), actor, "in_step.set", list.subject.as_str(), &detail).await?;
        tx.commit().await
    }

    /// Keeps it in step no more; false when it was not.
    pub async fn end_in_step(&self, subject: &Id, actor: &str) -> Result<bool, StoreError> {
        let mut tx = self.db.begin().await?;
        let query = sqlx::query("DELETE FROM in_step WHERE subject_id = $1").bind(subject.to_string());
        let gone = query.execute(&mut *tx.inner).await?.rows_affected() > 0;
        if gone {
            audit::note(&mut tx, self.clock.micros(), actor, "in_step.ended", subject.as_str(), &json!({})).await?;
        }
        tx.commit().await?;
        Ok(gone)
    }

    /// It was looked at: what was read, or why nothing was. `was` is as it stood before the look; when it was set up anew
    /// meanwhile, nothing is written.
    pub async fn in_step_looked(&self, was: &InStep, hash: &str, error: &str) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        let sql = "UPDATE in_step SET hash = $1, error = $2, checked_at = $3 WHERE subject_id = $4 AND url = $5 \
             AND brand = $6 AND person_id = $7";
        sqlx::query(sql)
            .bind(hash.to_owned())
            .bind(error.to_owned())
            .bind(self.clock.micros())
            .bind(was.subject.to_string())
            .bind(was.url.clone())
            .bind(was.brand.clone())
            .bind(was.person.to_string())
            .execute(&mut *tx.inner)
            .await?;
        tx.commit().await
    }
}

fn in_step(row: &AnyRow) -> Result<InStep, StoreError> {
    let (subject, person) = (text(row, 0)?, text(row, 3)?);
    let unreadable = |word: &str| StoreError::Unreadable { what: "a list in step".into(), why: format!("{word:?}") };
    Ok(InStep {
        subject: Id::parse(&subject).ok_or_else(|| unreadable(&subject))?,
        url: text(row, 1)?,
        brand: text(row, 2)?,
        person: PersonId::parse(&person).ok_or_else(|| unreadable(&person))?,
        hash: text(row, 4)?,
        checked_at: int(row, 5)?,
        error: text(row, 6)?,
    })
}
