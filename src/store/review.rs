//! Pairs that may be one organization, and what people decided.

use serde::Serialize;

use super::{
    Store, StoreError,
    db::{Tx, int, parse, row, text},
};
use crate::model::{id::Id, organization::Organization};

/// Two organizations that may be one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReviewPair {
    /// The newer of the two.
    pub a: Id,
    /// Its name.
    pub a_name: String,
    /// Where it is, as far as is known.
    pub a_place: String,
    /// The older.
    pub b: Id,
    /// Its name.
    pub b_name: String,
    /// Where it is, as far as is known.
    pub b_place: String,
    /// The source whose listing was judged.
    pub source: String,
    /// What speaks for it and against it.
    pub reasons: String,
}

impl Store {
    /// Pairs that wait for a person, oldest first, at most `limit`; and how many wait. A pair of which one is gone or part
    /// of another does not wait any more.
    pub async fn review_pairs(&self, limit: u32) -> Result<(Vec<ReviewPair>, u64), StoreError> {
        const WAITING: &str = "FROM review r JOIN organization x ON x.id = r.a JOIN organization y ON y.id = r.b \
             WHERE r.state = 'waiting' AND x.status = 'active' AND y.status = 'active'";
        let sql = format!("SELECT r.source, r.reasons, x.body, y.body {WAITING} ORDER BY r.at, r.a, r.b LIMIT $1");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(i64::from(limit)).fetch_all(&self.db.read).await?;
        let mut pairs = Vec::with_capacity(rows.len());
        for row in &rows {
            let a: Organization = parse("an organization", &text(row, 2)?)?;
            let b: Organization = parse("an organization", &text(row, 3)?)?;
            pairs.push(ReviewPair {
                a_place: place(&a),
                b_place: place(&b),
                a: a.id,
                a_name: a.name,
                b: b.id,
                b_name: b.name,
                source: text(row, 0)?,
                reasons: text(row, 1)?,
            });
        }
        let sql = format!("SELECT CAST(COUNT(*) AS BIGINT) {WAITING}");
        let count = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_one(&self.db.read).await?;
        Ok((pairs, u64::try_from(int(&count, 0)?).unwrap_or_default()))
    }

    /// Decides that two are one: the newer is merged into the older, as by `merge_organizations`.
    pub async fn review_same(&self, one: &Id, other: &Id, actor: &str) -> Result<(), StoreError> {
        let (a, b) = self.waiting_pair(one, other).await?;
        self.merge_organizations(&a, &b, actor).await
    }

    /// Decides that two are two: they are never asked about again, nor matched to each other by an import.
    pub async fn review_different(&self, one: &Id, other: &Id, actor: &str) -> Result<(), StoreError> {
        let (a, b) = self.waiting_pair(one, other).await?;
        let mut tx = self.db.begin().await?;
        decide(&mut tx, &a, &b, "different", actor, self.clock.micros()).await?;
        tx.commit().await
    }

    /// The pair as it waits, whichever is named first.
    async fn waiting_pair(&self, one: &Id, other: &Id) -> Result<(Id, Id), StoreError> {
        for (a, b) in [(one, other), (other, one)] {
            let found = sqlx::query("SELECT 1 FROM review WHERE a = $1 AND b = $2 AND state = 'waiting'")
                .bind(a.to_string())
                .bind(b.to_string())
                .fetch_optional(&self.db.read)
                .await?;
            if found.is_some() {
                return Ok((a.clone(), b.clone()));
            }
        }
        Err(StoreError::Refused(format!(
            "{one} and {other} do not wait as a pair; `connector review` lists those that do"
        )))
    }
}

/// Remembers what a person said of a pair, whether it waited or not.
pub(super) async fn decide(tx: &mut Tx, a: &Id, b: &Id, state: &str, actor: &str, at: i64) -> Result<(), StoreError> {
    // One answer for a pair, whichever is named first.
    sqlx::query("DELETE FROM review WHERE a = $1 AND b = $2")
        .bind(b.to_string())
        .bind(a.to_string())
        .execute(&mut *tx.inner)
        .await?;
    let row = row![a, b, "", "", 0_i64, at, state, actor];
    let cols = ["a", "b", "source", "reasons", "load", "at", "state", "decided_by"];
    let conflict = "ON CONFLICT (a, b) DO UPDATE SET state = excluded.state, decided_by = excluded.decided_by";
    tx.insert("review", &cols, conflict, vec![row]).await
}

fn place(organization: &Organization) -> String {
    let Some(place) = organization.main_place() else {
        return String::new();
    };
    let parts = place.lines.iter().chain(&place.city).chain(&place.state).chain(&place.zip);
    parts.cloned().collect::<Vec<_>>().join(", ")
}
