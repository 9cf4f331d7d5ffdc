//! How often the page of an organization was opened and how often a door of it was taken, by day: nothing of who did it.
//!
//! What holds: only days that are over are told, only counts from [`LEAST_COUNTED`] up and in whole tens; what stays below is
//! deleted a day later. Things that are not in the directory are not counted.

use std::collections::BTreeMap;

use jiff::{ToSpan as _, civil::Date};

use super::{
    Store, StoreError,
    db::{Cells, int, row, text},
};
use crate::model::id::Id;

/// The smallest count that is told.
pub const LEAST_COUNTED: i64 = 10;
/// How long counts are kept, in days.
const KEPT: i64 = 731;

/// One day of one thing. Nothing: fewer than [`LEAST_COUNTED`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayCount {
    /// The day, UTC.
    pub day: Date,
    /// How often the page was opened, in tens.
    pub views: Option<i64>,
    /// How often a door was taken, in tens.
    pub doors: Option<i64>,
}

impl Store {
    /// Adds counts of a day: of what, the word (`view`, `door`), how often.
    pub async fn add_day_counts(&self, day: Date, counts: &[(Id, &str, i64)]) -> Result<(), StoreError> {
        let ids: Vec<&str> = counts.iter().map(|(id, _, _)| id.as_str()).collect();
        let mut tx = self.db.begin().await?;
        let known = tx.select_in("SELECT id FROM organization WHERE id IN {in}", &ids, &[]).await?;
        let known = known.iter().map(|row| text(row, 0)).collect::<Result<Vec<_>, _>>()?;
        let word = day.to_string();
        let rows: Vec<Cells> = counts
            .iter()
            .filter(|(id, _, _)| known.iter().any(|known| known == id.as_str()))
            .map(|(id, what, n)| row![&word, id, *what, *n])
            .collect();
        let conflict = "ON CONFLICT (day, subject_id, what) DO UPDATE SET n = day_count.n + excluded.n";
        tx.insert("day_count", &["day", "subject_id", "what", "n"], conflict, rows).await?;
        // A day is left for another server to bring what it counted before midnight.
        let today = self.clock.today();
        sqlx::query("DELETE FROM day_count WHERE (day < $1 AND n < $2) OR day < $3")
            .bind(today.saturating_sub(1.day()).to_string())
            .bind(LEAST_COUNTED)
            .bind(today.saturating_sub(KEPT.days()).to_string())
            .execute(&mut *tx.inner)
            .await?;
        tx.commit().await
    }

    /// The last `days` days that are over, the newest first.
    pub async fn day_counts(&self, of: &Id, days: i64) -> Result<Vec<DayCount>, StoreError> {
        let today = self.clock.today();
        let sql = "SELECT day, what, n FROM day_count WHERE subject_id = $1 AND day < $2 AND day >= $3 AND n >= $4";
        let query = sqlx::query(sql)
            .bind(of.to_string())
            .bind(today.to_string())
            .bind(today.saturating_sub(days.days()).to_string())
            .bind(LEAST_COUNTED);
        let mut known = BTreeMap::new();
        for row in &query.fetch_all(&self.db.read).await? {
            // Tens: whoever opens a page some times knows no better how often others did.
            known.insert((text(row, 0)?, text(row, 1)?), int(row, 2)? / LEAST_COUNTED * LEAST_COUNTED);
        }
        let day = |back: i64| {
            let day = today.saturating_sub(back.days());
            let count = |what: &str| known.get(&(day.to_string(), what.to_owned())).copied();
            DayCount { day, views: count("view"), doors: count("door") }
        };
        Ok((1..=days).map(day).collect())
    }
}
