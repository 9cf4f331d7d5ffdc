//! Each source as a page shows it: what it gave, what waits, how old it is.
//!
//! Counts over all listings take a while in a large store, so they are kept until the log or the loads move.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use schemars::JsonSchema;
use serde::Serialize;
use sqlx::Row as _;

use super::{
    Store, StoreError, SyncEnd,
    db::{int, parse, text},
};
use crate::{clock::moment, model::source::Source};

/// A source, with all that is known of its loads.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SourceOverview {
    /// The source.
    #[serde(flatten)]
    pub source: Source,
    /// The day its last applied load speaks of.
    pub last_load: Option<Date>,
    /// When something of it was last taken in, or found to be in already; UTC.
    pub last_success: Option<Date>,
    /// The day its list is known to be good for: the list's own, or that of the last fetch that found nothing newer.
    pub as_of: Option<Date>,
    /// Rows of it that are in now.
    pub listings: u64,
    /// Rows and parts of rows of its last load that were kept back.
    pub quarantined: Vec<Quarantine>,
    /// Doors of it that wait for a person.
    pub waiting_doors: u64,
    /// Whole loads of it that wait for a person.
    pub waiting_loads: u64,
    /// How the last try to fetch it ended; nothing when nobody ever tried.
    pub last_try: Option<LastTry>,
}

/// What was kept back for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Quarantine {
    /// A short stable code.
    pub code: String,
    /// How many.
    pub count: u64,
    /// The reason of one of them, in words.
    pub example: String,
}

/// How the last try to fetch a source ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LastTry {
    /// When.
    pub at: Timestamp,
    /// How.
    pub end: SyncEnd,
    /// Why it failed or waits: a short stable code.
    pub code: Option<String>,
    /// Tries that failed since the last success.
    pub failures: u32,
}

/// Counts by source.
#[derive(Debug, Default)]
struct Counts {
    listings: BTreeMap<String, u64>,
    quarantined: BTreeMap<String, Vec<Quarantine>>,
}

/// The last counts, and the state of the store they were made in.
#[derive(Debug, Clone, Default)]
pub(super) struct Kept(Arc<Mutex<Option<Made>>>);

/// Counts, and what had moved when they were made.
type Made = (Moved, Arc<Counts>);

/// What moves when counts may have: the last revision, the last load.
type Moved = (i64, i64);

impl Store {
    /// Every source that gave a load or was asked for one, best first.
    pub async fn source_overviews(&self) -> Result<Vec<SourceOverview>, StoreError> {
        let counts = self.source_counts().await?;
        let loads = self.load_days().await?;
        let waiting_doors = self.count_by("SELECT source, COUNT(*) FROM held_door WHERE state = 'waiting'").await?;
        let waiting_loads = self.count_by("SELECT source, COUNT(*) FROM load WHERE state = 'held'").await?;
        let mut ends = self.sync_states().await?;
        let rows = sqlx::query("SELECT body FROM source").fetch_all(&self.db.read).await?;
        let mut overviews = Vec::with_capacity(rows.len());
        for row in &rows {
            let source: Source = parse("a source", &text(row, 0)?)?;
            let of = |counts: &BTreeMap<String, u64>| counts.get(&source.id).copied().unwrap_or_default();
            let tried = ends.remove(&source.id);
            let (last_load, applied) = loads.get(&source.id).copied().unzip();
            let fetched = tried.as_ref().and_then(|state| state.ok_at).and_then(day);
            overviews.push(SourceOverview {
                last_load,
                last_success: fetched.max(applied.flatten()),
                as_of: last_load.map(|date| fetched.map_or(date, |fetched| fetched.max(date))),
                listings: of(&counts.listings),
                quarantined: counts.quarantined.get(&source.id).cloned().unwrap_or_default(),
                waiting_doors: of(&waiting_doors),
                waiting_loads: of(&waiting_loads),
                last_try: tried.map(|state| LastTry {
                    at: moment(state.tried_at),
                    end: state.end,
                    code: state.code,
                    failures: state.failures,
                }),
                source,
            });
        }
        overviews.sort_by(|a, b| (a.source.tier, &a.source.id).cmp(&(b.source.tier, &b.source.id)));
        Ok(overviews)
    }

    /// Does a load of this source wait for a person?
    pub async fn load_waits(&self, source: &str) -> Result<bool, StoreError> {
        let sql = "SELECT id FROM load WHERE source = $1 AND state = 'held' LIMIT 1";
        Ok(sqlx::query(sql).bind(source.to_owned()).fetch_optional(&self.db.read).await?.is_some())
    }

    /// The day of each source's last applied load, and the day it was applied.
    async fn load_days(&self) -> Result<BTreeMap<String, (Date, Option<Date>)>, StoreError> {
        let sql = "SELECT source, MAX(date), MAX(at) FROM load WHERE state = 'committed' GROUP BY source";
        let rows = sqlx::query(sql).fetch_all(&self.db.read).await?;
        let mut days = BTreeMap::new();
        for row in &rows {
            // A day that cannot be read is not known.
            if let Ok(date) = text(row, 1)?.parse() {
                days.insert(text(row, 0)?, (date, day(int(row, 2)?)));
            }
        }
        Ok(days)
    }

    async fn count_by(&self, sql: &'static str) -> Result<BTreeMap<String, u64>, StoreError> {
        let sql = format!("{} GROUP BY source", sql.replace("COUNT(*)", "CAST(COUNT(*) AS BIGINT)"));
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(&self.db.read).await?;
        rows.iter().map(|row| Ok((text(row, 0)?, int(row, 1)? as u64))).collect()
    }

    async fn source_counts(&self) -> Result<Arc<Counts>, StoreError> {
        let rows = sqlx::query("SELECT n FROM counter WHERE name IN ('revision', 'load') ORDER BY name DESC")
            .fetch_all(&self.db.read)
            .await?;
        let number = |at: usize| rows.get(at).map_or(Ok(0), |row| row.try_get::<i64, _>(0));
        let moved = (number(0)?, number(1)?);
        let kept = self.kept.0.lock().ok().and_then(|kept| kept.clone());
        if let Some((_, counts)) = kept.filter(|(then, _)| *then == moved) {
            return Ok(counts);
        }
        let listings = self.count_by("SELECT source, COUNT(*) FROM listing WHERE present = 1").await?;
        let counts = Arc::new(Counts { listings, quarantined: self.quarantined().await? });
        if let Ok(mut kept) = self.kept.0.lock() {
            *kept = Some((moved, counts.clone()));
        }
        Ok(counts)
    }

    async fn quarantined(&self) -> Result<BTreeMap<String, Vec<Quarantine>>, StoreError> {
        let sql = "SELECT source, code, CAST(COUNT(*) AS BIGINT), MIN(reason) FROM quarantine \
             GROUP BY source, code ORDER BY 3 DESC, code";
        let rows = sqlx::query(sql).fetch_all(&self.db.read).await?;
        let mut quarantined: BTreeMap<String, Vec<Quarantine>> = BTreeMap::new();
        for row in &rows {
            let one = Quarantine { code: text(row, 1)?, count: int(row, 2)? as u64, example: text(row, 3)? };
            quarantined.entry(text(row, 0)?).or_default().push(one);
        }
        Ok(quarantined)
    }
}

fn day(micros: i64) -> Option<Date> {
    Timestamp::from_microsecond(micros).ok().map(|at| at.to_zoned(TimeZone::UTC).date())
}
