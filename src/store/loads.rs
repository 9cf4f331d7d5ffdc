//! What people decide about loads: one that waits is right or wrong, one goes in once more, one is undone.
//!
//! What holds: a decision is a load of its own, with its own number, snapshot and revisions, made from snapshots: the
//! publisher's files are not needed. The one it is about keeps its number and says what became of it.

use std::collections::HashSet;

use serde::Serialize;
use serde_json::{Value, json};
use sqlx::{Row as _, any::AnyRow};

use super::{
    Store, StoreError, audit,
    blobs::Blobs,
    db::{Tx, int, parse, text},
    diff::Diff,
    intake::{Finished, Intake, LoadFile, LoadHead},
    snapshot::{Entry, Reader, blob_error},
    unreadable,
    watch::{Decided, Purpose},
};
use crate::model::{
    guard::{Shape, key_mark},
    source::{Mode, Source},
};

/// Rows that are taken at once.
const BATCH: usize = 1_000;

/// A load as people see it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LoadState {
    /// Its number.
    pub n: i64,
    /// Id of its source.
    pub source: String,
    /// The day it speaks of.
    pub date: String,
    /// `full` or `delta`.
    pub mode: String,
    /// `committed`, `held`, `applied` (it was held and is in as another load), `refused`, `undone`, `passed` (it was
    /// held, and a newer whole list went in).
    pub state: String,
    /// When it came, in microseconds since 1970 UTC.
    pub at: i64,
    /// Rows it has, when that was counted.
    pub rows: Option<u64>,
    /// Who said that it is right: `first`, `starter`, or a person.
    pub accepted: Option<String>,
    /// `accept`, `repeat` or `undo`, and the load that was about.
    pub purpose: Option<(String, i64)>,
    /// Can it be repeated? Its snapshot is kept.
    pub kept: bool,
    /// Its files.
    pub files: Vec<LoadFile>,
    /// Why it waited, with what moved.
    pub diff: Option<Diff>,
    /// Why none of its rows could be read: then it can only be refused, and a list that can be read ends its waiting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unreadable: Option<String>,
}

/// What a decision about a load did.
#[derive(Debug, Clone, PartialEq)]
pub struct Applied {
    /// The number of the load it made.
    pub n: i64,
    /// What became of it.
    pub finished: Finished,
}

const COLUMNS: &str =
    "id, source, date, mode, state, at, shape, accepted, purpose, origin, snapshot, files, diff, counts";

/// A row of `load`, as decisions need it.
pub(super) struct Kept {
    pub state: LoadState,
    pub snapshot: Option<String>,
    counts: Value,
}

impl Kept {
    fn of(row: &AnyRow) -> Result<Self, StoreError> {
        let optional = |column| row.try_get::<Option<String>, _>(column);
        let shape: Option<Shape> = optional(6)?.map(|shape| parse("the shape of a load", &shape)).transpose()?;
        let diff: Option<Diff> = optional(12)?.map(|diff| parse("the diff of a load", &diff)).transpose()?;
        let snapshot = optional(10)?;
        let counts: Value = parse("the counts of a load", &text(row, 13)?)?;
        let state = LoadState {
            n: int(row, 0)?,
            source: text(row, 1)?,
            date: text(row, 2)?,
            mode: text(row, 3)?,
            state: text(row, 4)?,
            at: int(row, 5)?,
            rows: shape.map(|shape| shape.rows),
            accepted: optional(7)?,
            purpose: optional(8)?.zip(row.try_get::<Option<i64>, _>(9)?),
            kept: snapshot.is_some(),
            files: parse("the files of a load", &text(row, 11)?)?,
            diff,
            unreadable: counts[unreadable::KEY].as_str().map(str::to_owned),
        };
        Ok(Self { state, snapshot, counts })
    }

    pub fn is_full(&self) -> bool {
        self.state.mode == "full"
    }

    /// Its snapshot, or why it cannot come in again.
    fn snapshot(&self) -> Result<String, StoreError> {
        self.snapshot.clone().ok_or_else(|| {
            refused(format!(
                "the rows of load {} are not kept any more (see CONNECTOR_KEEP_LOADS); import its files again",
                self.state.n
            ))
        })
    }

    /// What it is called by when it comes in again. The source of a load that waited is noted with it.
    pub async fn head(&self, tx: &mut Tx) -> Result<LoadHead, StoreError> {
        let source: Source = if let Some(source) = self.counts.get("source") {
            parse("a source", &source.to_string())?
        } else {
            let row = sqlx::query("SELECT body FROM source WHERE id = $1")
                .bind(self.state.source.clone())
                .fetch_one(&mut *tx.inner)
                .await?;
            parse("a source", &text(&row, 0)?)?
        };
        let date = self.state.date.parse().map_err(|error: jiff::Error| StoreError::Unreadable {
            what: format!("the date of load {}", self.state.n),
            why: error.to_string(),
        })?;
        let mode = if self.is_full() { Mode::Full } else { Mode::Delta };
        Ok(LoadHead { source, date, mode, files: self.state.files.clone() })
    }
}

pub(super) fn refused(why: String) -> StoreError {
    StoreError::Refused(why)
}

impl Store {
    /// Loads of a source, or of all, newest first.
    pub async fn loads(&self, source: Option<&str>) -> Result<Vec<LoadState>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM load WHERE $1 = '' OR source = $1 ORDER BY id DESC");
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(source.unwrap_or_default().to_owned());
        let rows = query.fetch_all(&self.db.read).await?;
        rows.iter().map(|row| Ok(Kept::of(row)?.state)).collect()
    }

    /// Says that a load which went in is right: later ones are measured by it.
    pub async fn accept_applied(&self, n: i64, actor: &str) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        let load = kept(&mut tx, n).await?;
        if load.state.state != "committed" {
            let what = &load.state.state;
            return Err(refused(format!("load {n} is {what}; only one that went in can be accepted so")));
        }
        let sql = "UPDATE load SET accepted = $1 WHERE id = $2";
        sqlx::query(sql).bind(actor.to_owned()).bind(n).execute(&mut *tx.inner).await?;
        tx.commit().await
    }

    /// Applies a load that waits, from its snapshot; later ones are measured by it.
    pub async fn accept_held(&self, n: i64, actor: &str) -> Result<Applied, StoreError> {
        let mut tx = self.db.begin().await?;
        let load = waiting(&mut tx, n).await?;
        if let Some(why) = &load.state.unreadable {
            return Err(refused(format!(
                "load {n} cannot be accepted, for none of its rows could be read: {why}. Ask its publisher, or look for a \
                 newer version of this program; a list that can be read takes its place, and `connector held refuse-load \
                 {n}` takes it off the list"
            )));
        }
        let snapshot = load.snapshot()?;
        let head = load.head(&mut tx).await?;
        set_state(&mut tx, n, "applied").await?;
        let about = format!("load:{n}");
        audit::note(&mut tx, self.clock.micros(), actor, "load.accepted", &about, &json!({})).await?;
        self.again(tx, head, Decided { actor: actor.to_owned(), origin: Some((Purpose::Accept, n)) }, &snapshot).await
    }

    /// Says that a load that waits is wrong: it never goes in, and the same files will wait again.
    pub async fn refuse_held(&self, n: i64, actor: &str) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        let load = waiting(&mut tx, n).await?;
        let mut counts = load.counts;
        counts["refused_by"] = json!(actor);
        let sql = "UPDATE load SET state = 'refused', counts = $1 WHERE id = $2";
        sqlx::query(sql).bind(counts.to_string()).bind(n).execute(&mut *tx.inner).await?;
        audit::note(&mut tx, self.clock.micros(), actor, "load.refused", &format!("load:{n}"), &json!({})).await?;
        tx.commit().await
    }

    /// Applies a load once more, from its snapshot, whatever came after it.
    pub async fn repeat_load(&self, n: i64, actor: &str) -> Result<Applied, StoreError> {
        let mut tx = self.db.begin().await?;
        let load = kept(&mut tx, n).await?;
        if !matches!(load.state.state.as_str(), "committed" | "undone") {
            let what = &load.state.state;
            return Err(refused(format!("load {n} is {what}: only a load that went in once can be repeated")));
        }
        let snapshot = load.snapshot()?;
        let head = load.head(&mut tx).await?;
        self.again(tx, head, Decided { actor: actor.to_owned(), origin: Some((Purpose::Repeat, n)) }, &snapshot).await
    }

    async fn again(&self, tx: Tx, head: LoadHead, decided: Decided, snapshot: &str) -> Result<Applied, StoreError> {
        let mut intake = self.open_load(tx, head, Some(decided)).await?;
        let n = intake.load;
        feed(&mut intake, &self.blobs, snapshot, &mut Everything).await?;
        Ok(Applied { n, finished: intake.finish(false, &|_, _| {}).await? })
    }
}

/// Which of the rows of a snapshot come in again.
pub(super) trait Wanted: Send {
    /// This row?
    fn row(&mut self, key: &str) -> bool;
    /// The end of this listing?
    fn closing(&mut self, key: &str) -> bool;
}

/// All that a load said.
struct Everything;

impl Wanted for Everything {
    fn row(&mut self, _: &str) -> bool {
        true
    }

    fn closing(&mut self, _: &str) -> bool {
        true
    }
}

/// Gives the rows of a snapshot that are wanted to a load.
pub(super) async fn feed(
    intake: &mut Intake,
    blobs: &Blobs,
    snapshot: &str,
    wanted: &mut dyn Wanted,
) -> Result<(), StoreError> {
    let (sender, mut batches) = tokio::sync::mpsc::channel(2);
    let (blobs, snapshot) = (blobs.clone(), snapshot.to_owned());
    let reader = tokio::task::spawn_blocking(move || {
        let mut batch = Vec::with_capacity(BATCH);
        for entry in Reader::open(&blobs, &snapshot)? {
            batch.push(entry?);
            if batch.len() == BATCH && sender.blocking_send(std::mem::take(&mut batch)).is_err() {
                return Ok(());
            }
        }
        let _ = sender.blocking_send(batch);
        Ok::<(), StoreError>(())
    });
    while let Some(batch) = batches.recv().await {
        let (mut rows, mut quarantined, mut closed) = (Vec::with_capacity(batch.len()), Vec::new(), Vec::new());
        for entry in batch {
            match entry {
                Entry::Row(row) => rows.extend(wanted.row(&row.key).then_some(*row)),
                Entry::Quarantined(row) => quarantined.push(*row),
                Entry::Closed(key) => closed.extend(wanted.closing(&key).then_some(key)),
            }
        }
        intake.take(rows).await?;
        intake.close(&closed).await?;
        intake.quarantine(&quarantined).await?;
    }
    reader.await.map_err(|error| blob_error("a snapshot", std::io::Error::other(error)))?
}

/// A load by its number.
pub(super) async fn kept(tx: &mut Tx, n: i64) -> Result<Kept, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM load WHERE id = $1");
    let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(n).fetch_optional(&mut *tx.inner).await?;
    Kept::of(&row.ok_or_else(|| refused(format!("there is no load {n}; `connector loads` lists them")))?)
}

async fn waiting(tx: &mut Tx, n: i64) -> Result<Kept, StoreError> {
    let load = kept(tx, n).await?;
    match load.state.state.as_str() {
        "held" => Ok(load),
        other => Err(refused(format!("load {n} does not wait: it is {other}"))),
    }
}

pub(super) async fn set_state(tx: &mut Tx, n: i64, state: &str) -> Result<(), StoreError> {
    let sql = "UPDATE load SET state = $1 WHERE id = $2";
    sqlx::query(sql).bind(state.to_owned()).bind(n).execute(&mut *tx.inner).await?;
    Ok(())
}

/// Loads of a source that went in before `n`, newest first, down to the last whole list.
pub(super) async fn chain(tx: &mut Tx, source: &str, n: i64) -> Result<Vec<Kept>, StoreError> {
    let sql =
        format!("SELECT {COLUMNS} FROM load WHERE source = $1 AND state = 'committed' AND id < $2 ORDER BY id DESC");
    let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(source.to_owned()).bind(n);
    let mut chain = Vec::new();
    for row in &query.fetch_all(&mut *tx.inner).await? {
        let load = Kept::of(row)?;
        let whole = load.is_full();
        chain.push(load);
        if whole {
            break;
        }
    }
    Ok(chain)
}

/// Gives what a source said after the newest load of a chain: each key as the newest load that has it says it.
/// Answers the key marks that were given.
pub(super) async fn feed_chain(
    intake: &mut Intake,
    blobs: &Blobs,
    chain: &[Kept],
    only: Option<&HashSet<u64>>,
) -> Result<HashSet<u64>, StoreError> {
    let mut newest = Newest { only, given: HashSet::new(), closed: HashSet::new() };
    for load in chain {
        if only.is_some_and(|only| only.iter().all(|mark| newest.knows(*mark))) {
            break;
        }
        let snapshot = load.snapshot()?;
        feed(intake, blobs, &snapshot, &mut newest).await?;
    }
    Ok(newest.given)
}

/// Each key as the newest load says it: the first one that is read.
struct Newest<'a> {
    only: Option<&'a HashSet<u64>>,
    given: HashSet<u64>,
    closed: HashSet<u64>,
}

impl Newest<'_> {
    fn knows(&self, mark: u64) -> bool {
        self.given.contains(&mark) || self.closed.contains(&mark)
    }
}

impl Wanted for Newest<'_> {
    fn row(&mut self, key: &str) -> bool {
        let mark = key_mark(key);
        self.only.is_none_or(|only| only.contains(&mark)) && !self.closed.contains(&mark) && self.given.insert(mark)
    }

    /// What a newer load closed is not given by an older one; that it is not there then is for the caller.
    fn closing(&mut self, key: &str) -> bool {
        let mark = key_mark(key);
        if !self.given.contains(&mark) {
            self.closed.insert(mark);
        }
        false
    }
}
