//! Forms that are not sent yet, one a person and thing; and how much somebody sent for others.

use super::{
    Store, StoreError,
    db::{int, row, text},
};
use crate::model::{account::PersonId, id::Id};

/// A form as somebody left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// What was typed; JSON of the form's own making.
    pub body: String,
    /// The hash of the listing it began from.
    pub base: String,
    /// When it was changed last, in microseconds since 1970 UTC.
    pub updated_at: i64,
}

impl Store {
    /// A person's draft of a thing.
    pub async fn draft(&self, person: &PersonId, subject: &Id) -> Result<Option<Draft>, StoreError> {
        let sql = "SELECT body, base, updated_at FROM draft WHERE person_id = $1 AND subject_id = $2 ORDER BY updated_at DESC";
        let query = sqlx::query(sql).bind(person.to_string()).bind(subject.to_string());
        let row = query.fetch_optional(&self.db.read).await?;
        row.map(|row| Ok(Draft { body: text(&row, 0)?, base: text(&row, 1)?, updated_at: int(&row, 2)? })).transpose()
    }

    /// Keeps a person's draft of a thing, in place of the one before.
    pub async fn keep_draft(&self, person: &PersonId, subject: &Id, body: &str, base: &str) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        // One a person and thing: the id is made of the two.
        let id = format!("{person}.{subject}");
        let cells = row![id, person.as_str(), subject, body, base, self.clock.micros()];
        let cols = ["id", "person_id", "subject_id", "body", "base", "updated_at"];
        let conflict = "ON CONFLICT (id) DO UPDATE SET body = excluded.body, base = excluded.base, \
             updated_at = excluded.updated_at";
        tx.insert("draft", &cols, conflict, vec![cells]).await?;
        tx.commit().await
    }

    /// Throws a person's draft of a thing away.
    pub async fn drop_draft(&self, person: &PersonId, subject: &Id) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        let query = sqlx::query("DELETE FROM draft WHERE person_id = $1 AND subject_id = $2");
        query.bind(person.to_string()).bind(subject.to_string()).execute(&mut *tx.inner).await?;
        tx.commit().await
    }

    /// Of how many things but this one somebody sent changes as a delegate since a moment.
    pub async fn delegated_since(&self, author: &PersonId, but: &Id, since: i64) -> Result<u64, StoreError> {
        let sql = "SELECT CAST(COUNT(DISTINCT subject_id) AS BIGINT) FROM proposal \
             WHERE author = $1 AND kind = 'delegate' AND at > $2 AND subject_id <> $3";
        let query = sqlx::query(sql).bind(author.to_string()).bind(since).bind(but.to_string());
        Ok(u64::try_from(int(&query.fetch_one(&self.db.read).await?, 0)?).unwrap_or_default())
    }
}
