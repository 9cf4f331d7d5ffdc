//! The log for those who follow it: each revision with the document before it.
//!
//! What holds: no question reads more than a bounded part of the log, however little of it fits; numbers have no gaps, so
//! a span of numbers is a bound.

use std::collections::BTreeSet;

use futures_util::TryStreamExt as _;
use sqlx::{Any, AssertSqlSafe, Row as _, any::AnyArguments, query::Query};

use super::{
    Store, StoreError,
    db::{int, text, with_list},
    log,
    read::revision,
};
use crate::model::{
    id::{Id, ThingKind},
    revision::{Event, Revision},
};

/// Bytes of documents that are read at once, about: what is left is read with the next question.
const ROOM: usize = 8 << 20;
/// Numbers of the log that are looked through backwards for the newest revisions.
const BACK: i64 = 20_000;

/// A revision as a follower needs it.
#[derive(Debug, Clone, PartialEq)]
pub struct Logged {
    /// The revision, with the document it was written with; nothing when that was redacted. Not cleaned of hosts that
    /// were declared hostile since.
    pub revision: Revision,
    /// The document before it; nothing for the first revision, and when that was redacted.
    pub before: Option<String>,
    /// Whose place it is about.
    pub owner: Option<Id>,
    /// The source of its load.
    pub source: Option<String>,
}

/// Hosts that were declared hostile, and when the last one was.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Recalls {
    /// The hosts.
    pub hosts: BTreeSet<String>,
    /// When the last was declared, in microseconds since 1970 UTC; 0 when there is none.
    pub since: i64,
}

impl Store {
    /// Hosts that were declared hostile, and when the last one was.
    pub async fn recalls(&self) -> Result<Recalls, StoreError> {
        let rows = sqlx::query("SELECT host, since FROM hostile_host").fetch_all(&self.db.read).await?;
        let mut recalls = Recalls::default();
        for row in &rows {
            recalls.hosts.insert(text(row, 0)?);
            recalls.since = recalls.since.max(int(row, 1)?);
        }
        Ok(recalls)
    }

    /// Revisions with numbers after `after` and up to `upto`, in order, at most `limit`: of these things and events alone,
    /// when any are named. `true`: there may be more up to `upto`.
    pub async fn logged(
        &self,
        (after, upto): (i64, i64),
        things: &[ThingKind],
        events: &[Event],
        limit: usize,
    ) -> Result<(Vec<Logged>, bool), StoreError> {
        let things = one_of("r.thing", things.iter().map(|thing| thing.word()));
        let events = one_of("r.event", events.iter().map(|event| event.word()));
        let rest = format!("WHERE r.n > $1 AND r.n <= $2{things}{events} ORDER BY r.n LIMIT $3");
        let sql = format!("{} {rest}", log::CHANGES);
        let query = sqlx::query(AssertSqlSafe(sql)).bind(after).bind(upto).bind(limit as i64);
        self.read_logged(query, limit).await
    }

    /// Revisions of an organization and its places with numbers after `after`, in order, at most `limit`.
    pub async fn logged_of(&self, id: &Id, after: i64, limit: usize) -> Result<(Vec<Logged>, bool), StoreError> {
        let sql = "SELECT r.n FROM revision r WHERE r.id IN (SELECT CAST($1 AS TEXT) UNION ALL \
             SELECT l.id FROM location l WHERE l.organization_id = $1) AND r.n > $2 ORDER BY r.n LIMIT $3";
        let query = sqlx::query(sql).bind(id.to_string()).bind(after).bind(limit as i64);
        let rows = query.fetch_all(&self.db.read).await?;
        let numbers: Vec<i64> = rows.iter().map(|row| int(row, 0)).collect::<Result<_, _>>()?;
        let (found, cut) = self.logged_at(&numbers).await?;
        Ok((found, cut || numbers.len() == limit))
    }

    /// The revisions with these numbers, in order. `true`: they were too large to read all at once.
    pub async fn logged_at(&self, numbers: &[i64]) -> Result<(Vec<Logged>, bool), StoreError> {
        if numbers.is_empty() {
            return Ok((Vec::new(), false));
        }
        let sql = format!("{} WHERE r.n IN {{numbers}} ORDER BY r.n", log::CHANGES);
        self.read_logged(with_list(self.db.dialect, &sql, numbers, &[]), usize::MAX).await
    }

    /// Numbers of the newest revisions of organizations and apps before a number, the newest first.
    pub async fn newest_revisions(&self, before: i64, limit: usize) -> Result<Vec<i64>, StoreError> {
        let before = before.min(self.last_revision().await? + 1);
        let sql = "SELECT n FROM revision WHERE n < $1 AND n >= $2 AND thing IN ('organization', 'app') \
             ORDER BY n DESC LIMIT $3";
        let query = sqlx::query(sql).bind(before).bind(before - BACK).bind(limit as i64);
        query.fetch_all(&self.db.read).await?.iter().map(|row| int(row, 0)).collect()
    }

    /// Numbers of the newest revisions of one thing before a number, the newest first.
    pub async fn newest_revisions_of(&self, id: &Id, before: i64, limit: usize) -> Result<Vec<i64>, StoreError> {
        let sql = "SELECT n FROM revision WHERE id = $1 AND n < $2 ORDER BY n DESC LIMIT $3";
        let query = sqlx::query(sql).bind(id.to_string()).bind(before).bind(limit as i64);
        query.fetch_all(&self.db.read).await?.iter().map(|row| int(row, 0)).collect()
    }

    async fn read_logged(
        &self,
        query: Query<'_, Any, AnyArguments>,
        limit: usize,
    ) -> Result<(Vec<Logged>, bool), StoreError> {
        let (mut found, mut bytes) = (Vec::new(), 0);
        let mut rows = query.fetch(&self.db.read);
        while let Some(row) = rows.try_next().await? {
            let owner: Option<String> = row.try_get(11)?;
            let logged = Logged {
                revision: revision(&row)?,
                before: row.try_get(10)?,
                owner: owner.as_deref().and_then(Id::parse),
                source: row.try_get(12)?,
            };
            let size = |document: &Option<String>| document.as_ref().map_or(0, String::len);
            bytes += size(&logged.revision.after) + size(&logged.before);
            found.push(logged);
            if bytes > ROOM {
                return Ok((found, true));
            }
        }
        let full = found.len() >= limit;
        Ok((found, full))
    }
}

/// `AND column IN (…)`, for words of our own.
fn one_of(column: &str, words: impl Iterator<Item = &'static str>) -> String {
    let words: Vec<String> = words.map(|word| format!("'{word}'")).collect();
    if words.is_empty() { String::new() } else { format!(" AND {column} IN ({})", words.join(", ")) }
}
