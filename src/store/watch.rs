//! What watches a load while it comes in: its snapshot, and whether it must wait for a person.
//!
//! Flows in: the rows that are taken. Flows out: reasons to wait (the rules are `model::guard`), and the columns of
//! the load that say what it is kept as. What holds: no load is committed or held without its snapshot.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use sqlx::Row as _;

use super::{
    StoreError,
    blobs::Blobs,
    db::{Tx, int, parse, text},
    diff::{Diff, DoorMove},
    intake::{LoadHead, Taken},
    moved::{self, Moved},
    snapshot::{self, Placed, Row, Sealed, Writer, blob_error},
};
use crate::model::{
    guard::{self, EXAMPLES, Mark, Moves, Reason, Shape, key_mark},
    merge::Role,
    source::{Mode, Tier},
};

/// Why a load that a person decides on comes in again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A held load is right.
    Accept,
    /// A load once more.
    Repeat,
    /// As it was before a load.
    Undo,
}

impl Purpose {
    fn word(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Repeat => "repeat",
            Self::Undo => "undo",
        }
    }
}

/// A person's word that a load is right: it waits for nobody.
#[derive(Debug, Clone)]
pub(super) struct Decided {
    pub actor: String,
    /// The load it applies again or undoes.
    pub origin: Option<(Purpose, i64)>,
}

/// The watch over one load.
pub(super) struct Watch {
    writer: Writer,
    blobs: Blobs,
    changed: u64,
    fresh: u64,
    closed: u64,
    /// What changed rows of additions opened before, by key.
    pub before: Vec<(String, BTreeMap<Role, BTreeSet<String>>)>,
    pub decided: Option<Decided>,
}

/// A load whose rows are all in, looked at.
pub(super) struct Looked {
    sealed: Sealed,
    blobs: Blobs,
    changed: u64,
    pub reasons: Vec<Reason>,
    moves: Moves,
    /// Listings that the source has when the load is in.
    listings: u64,
    doors: Vec<DoorMove>,
    /// Doors of changed rows that lead elsewhere, whether they are shown or not.
    moved: Moved,
    reference: Option<Reference>,
    accepted: Option<String>,
    origin: Option<(Purpose, i64)>,
}

/// The last load of a source that a person accepted.
struct Reference {
    load: i64,
    full: bool,
    placed: Option<Placed>,
    shape: Shape,
}

impl Watch {
    pub fn new(blobs: &Blobs, decided: Option<Decided>) -> Self {
        let (writer, blobs) = (Writer::new(blobs.clone()), blobs.clone());
        Self { writer, blobs, changed: 0, fresh: 0, closed: 0, before: Vec::new(), decided }
    }

    /// A row as it is taken, each key once.
    pub fn row(&mut self, row: &Row<'_>) {
        self.writer.row(row);
    }

    pub fn quarantined(&mut self, rows: &[super::intake::Quarantined]) {
        self.writer.quarantined(rows);
    }

    /// Listings that the load says are no more.
    pub fn closed(&mut self, keys: &[String]) {
        self.closed += keys.len() as u64;
        self.writer.closed(keys);
    }

    /// Ends a batch.
    pub async fn taken(&mut self, taken: &Taken) -> Result<(), StoreError> {
        self.changed += taken.changed;
        self.fresh += taken.new;
        self.writer.flush().await
    }

    /// Ends the rows and asks the rules. Is it the first load of its source, and how many rows of the store are not
    /// in it?
    pub async fn look(
        self,
        tx: &mut Tx,
        head: &LoadHead,
        load: i64,
        (first, absent): (bool, u64),
    ) -> Result<Looked, StoreError> {
        let Self { writer, blobs, changed, fresh, closed, before: opened, decided } = self;
        // What is closed says something else now, and is as absent as what a whole list leaves out.
        let (changed, absent) = (changed + closed, absent + closed);
        let sealed = writer.seal().await?;
        let reference = reference(tx, &head.source.id).await?;
        let before = if first { 0 } else { listings(tx, &head.source.id, fresh).await? };
        let mut looked = Looked {
            sealed,
            blobs,
            changed,
            reasons: Vec::new(),
            moves: Moves::default(),
            listings: (before + fresh).saturating_sub(absent),
            doors: Vec::new(),
            moved: Moved::default(),
            reference,
            accepted: None,
            origin: decided.as_ref().and_then(|decided| decided.origin),
        };
        looked.accepted = match decided {
            Some(decided) => Some(decided.actor),
            None if head.source.tier == Tier::STARTER => Some("starter".into()),
            // Nothing stood there before: the operator who took it in said that it is right.
            None if looked.reference.is_none() && before == 0 => Some("first".into()),
            None => None,
        };
        looked.compare(tx, head, load, before, (fresh, absent)).await?;
        if looked.accepted.is_some() {
            looked.reasons.clear();
        } else {
            looked.compare_doors(tx, head, opened).await?;
        }
        Ok(looked)
    }
}

impl Looked {
    async fn compare(
        &mut self,
        tx: &mut Tx,
        head: &LoadHead,
        load: i64,
        before: u64,
        (fresh, absent): (u64, u64),
    ) -> Result<(), StoreError> {
        let full = head.mode == Mode::Full;
        let marks = match &self.reference {
            Some(Reference { full: true, placed: Some(placed), .. }) if full => Some(placed.marks.clone()),
            _ => None,
        };
        if let Some(marks) = marks {
            self.moves = Moves::between(snapshot::marks(&self.blobs, &marks)?, self.sealed.marks.iter().copied());
            let of = self.reference.as_ref().map_or(0, |reference| reference.shape.rows);
            self.reasons.extend(guard::rows(self.moves.moved(), of));
        } else {
            // Against what stands in the store. Additions only count where they change what stood there, together
            // with those since the accepted load: a feed of changes must not wait every week, nor creep unseen.
            self.moves = Moves { added: fresh, removed: absent, changed: self.changed, ..Moves::default() };
            let earlier = match &self.reference {
                Some(reference) => changed_since(tx, &head.source.id, reference.load).await?,
                None => 0,
            };
            let moved = if full { self.moves.moved() } else { earlier + self.changed };
            self.reasons.extend(guard::rows(moved, before));
            if !full {
                let accepted = self.reference.as_ref().map_or(0, |reference| reference.shape.rows);
                self.reasons.extend(guard::added(fresh, before.max(accepted)));
            }
        }
        if let Some(reference) = &self.reference {
            // Additions of mostly new rows may be another list of the same publisher.
            if full || fresh * 2 <= self.sealed.shape.rows {
                self.reasons.extend(guard::fields(&reference.shape, &self.sealed.shape, full));
            }
        }
        if let Some(undone) = undone(tx, head, load).await? {
            self.reasons.push(Reason::Undone { load: undone });
        }
        Ok(())
    }

    /// Asks the rule of doors of what the list says, whether anybody is shown it or not. `opened` is what changed rows of
    /// additions opened before.
    async fn compare_doors(
        &mut self,
        tx: &mut Tx,
        head: &LoadHead,
        opened: Vec<(String, BTreeMap<Role, BTreeSet<String>>)>,
    ) -> Result<(), StoreError> {
        let before = match &self.reference {
            Some(Reference { full: true, placed: Some(placed), .. }) if head.mode == Mode::Full => {
                let changed = std::mem::take(&mut self.moves.changed_keys);
                moved::of_snapshot(&self.blobs, &placed.snapshot, changed).await?
            }
            _ => opened,
        };
        self.moved.add(tx, &head.source.id, &before).await?;
        self.doors.clone_from(&self.moved.examples);
        self.reasons.extend(guard::doors_moved(self.moved.all.len() as u64, self.all_doors(head)));
        Ok(())
    }

    /// Counts doors of rows that this load gave another key. Their organizations are known, and nothing is published yet.
    pub async fn renumbered(
        &mut self,
        tx: &mut Tx,
        source: &str,
        load: i64,
        gone: &BTreeMap<String, String>,
    ) -> Result<(), StoreError> {
        if self.accepted.is_none() { self.moved.add_renumbered(tx, source, load, gone).await } else { Ok(()) }
    }

    /// Asks the rule of doors once more when the load is published: rows with new keys may move doors of known
    /// organizations. Only doors count that this load brings.
    pub async fn doors(&mut self, tx: &mut Tx, head: &LoadHead, load: i64) -> Result<(), StoreError> {
        if self.accepted.as_deref().is_some_and(|by| by != "first") {
            return Ok(());
        }
        // A first door that waits because of its name changes nobody's domain.
        let sql = "SELECT h.key, h.role, h.trust_key FROM held_door h WHERE h.load = $1 AND h.source = $2 AND EXISTS \
             (SELECT 1 FROM trusted_door t WHERE t.subject_id = h.subject_id AND t.role = h.role)";
        let rows = sqlx::query(sql).bind(load).bind(head.source.id.clone()).fetch_all(&mut *tx.inner).await?;
        let mut others = 0;
        for row in &rows {
            let door = (key_mark(&text(row, 0)?), text(row, 1)?, text(row, 2)?);
            others += u64::from(!self.moved.all.contains(&door));
        }
        if !rows.is_empty() {
            self.doors = moved_doors(tx, load).await?;
            let room = EXAMPLES.saturating_sub(self.doors.len());
            let shown: BTreeSet<&Option<String>> = self.doors.iter().map(|door| &door.subject).collect();
            let behind = self.moved.examples.iter().filter(|door| !shown.contains(&door.subject)).take(room).cloned();
            let behind: Vec<DoorMove> = behind.collect();
            self.doors.extend(behind);
        }
        self.reasons.retain(|reason| !matches!(reason, Reason::Doors { .. }));
        self.reasons.extend(guard::doors_moved(self.moved.all.len() as u64 + others, self.all_doors(head)));
        Ok(())
    }

    /// By how many doors those that move are measured. Additions bring only what changed: theirs are measured by the
    /// rows of their source too.
    fn all_doors(&self, head: &LoadHead) -> u64 {
        let doors = self.sealed.shape.doors;
        if head.mode == Mode::Delta { doors.max(self.listings) } else { doors }
    }

    /// Marks of its rows in the order of keys.
    pub fn marks(&self) -> &[Mark] {
        &self.sealed.marks
    }

    /// Why the load waits, in words; nothing when it does not.
    pub fn held(&self) -> Option<String> {
        let all: Vec<String> = self.reasons.iter().map(ToString::to_string).collect();
        (!all.is_empty()).then(|| all.join("; "))
    }

    /// A load of the same rows that waits already.
    pub async fn waits_already(&self, tx: &mut Tx, head: &LoadHead) -> Result<Option<i64>, StoreError> {
        let sql = "SELECT id, marks FROM load WHERE source = $1 AND state = 'held' AND marks IS NOT NULL";
        let rows = sqlx::query(sql).bind(head.source.id.clone()).fetch_all(&mut *tx.inner).await?;
        for row in &rows {
            if snapshot::marks(&self.blobs, &text(row, 1)?)?.eq(self.sealed.marks.iter().copied()) {
                return Ok(Some(int(row, 0)?));
            }
        }
        Ok(None)
    }

    /// Writes what a held load is kept as, with what moved.
    pub async fn hold(self, tx: &mut Tx, load: i64) -> Result<(), StoreError> {
        let Self { sealed, blobs, changed, reasons, moves, doors, reference, origin, .. } = self;
        let shape = sealed.shape.clone();
        let placed = sealed.place().await?;
        let before = reference.as_ref().and_then(|reference| reference.placed.as_ref());
        let mut diff = Diff::of(&blobs, before, &placed, &moves).await?;
        (diff.reasons, diff.doors, diff.reference) = (reasons, doors, reference.as_ref().map(|r| r.load));
        note(tx, load, &Kept { placed: &placed, shape: &shape, changed, listings: None, accepted: None, origin })
            .await?;
        let diff = serde_json::to_string(&diff).unwrap_or_default();
        let sql = "UPDATE load SET diff = $1 WHERE id = $2";
        sqlx::query(sql).bind(diff).bind(load).execute(&mut *tx.inner).await?;
        Ok(())
    }

    /// Writes what a load that goes in is kept as, and forgets snapshots that are too old.
    pub async fn keep(self, tx: &mut Tx, head: &LoadHead, load: i64, keep: u32) -> Result<(), StoreError> {
        let Self { sealed, changed, listings, accepted, origin, .. } = self;
        let shape = sealed.shape.clone();
        let placed = sealed.place().await?;
        let listings = Some(listings as i64);
        note(tx, load, &Kept { placed: &placed, shape: &shape, changed, listings, accepted, origin }).await?;
        if head.mode == Mode::Full {
            // A whole list that goes in says all that an older one which waits could say.
            let sql = "UPDATE load SET state = 'passed' WHERE source = $1 AND state = 'held' AND date <= $2";
            let (source, date) = (head.source.id.clone(), head.date.to_string());
            sqlx::query(sql).bind(source).bind(date).execute(&mut *tx.inner).await?;
        }
        forget(tx, &head.source.id, keep).await
    }
}

struct Kept<'a> {
    placed: &'a Placed,
    shape: &'a Shape,
    changed: u64,
    listings: Option<i64>,
    accepted: Option<String>,
    origin: Option<(Purpose, i64)>,
}

async fn note(tx: &mut Tx, load: i64, kept: &Kept<'_>) -> Result<(), StoreError> {
    let sql = "UPDATE load SET snapshot = $1, marks = $2, shape = $3, changed = $4, accepted = $5, origin = $6, \
         purpose = $7, listings = $8 WHERE id = $9";
    sqlx::query(sql)
        .bind(kept.placed.snapshot.clone())
        .bind(kept.placed.marks.clone())
        .bind(serde_json::to_string(kept.shape).unwrap_or_default())
        .bind(kept.changed as i64)
        .bind(kept.accepted.clone())
        .bind(kept.origin.map(|(_, load)| load))
        .bind(kept.origin.map(|(purpose, _)| purpose.word().to_owned()))
        .bind(kept.listings)
        .bind(load)
        .execute(&mut *tx.inner)
        .await?;
    Ok(())
}

async fn reference(tx: &mut Tx, source: &str) -> Result<Option<Reference>, StoreError> {
    let sql = "SELECT id, mode, snapshot, marks, shape FROM load WHERE source = $1 AND state = 'committed' \
         AND accepted IS NOT NULL ORDER BY id DESC LIMIT 1";
    let row = sqlx::query(sql).bind(source.to_owned()).fetch_optional(&mut *tx.inner).await?;
    let Some(row) = row else { return Ok(None) };
    let (snapshot, marks) = (row.try_get::<Option<String>, _>(2)?, row.try_get::<Option<String>, _>(3)?);
    let shape = row.try_get::<Option<String>, _>(4)?.unwrap_or_else(|| json!({}).to_string());
    Ok(Some(Reference {
        load: int(&row, 0)?,
        full: text(&row, 1)? == "full",
        placed: snapshot.zip(marks).map(|(snapshot, marks)| Placed { snapshot, marks }),
        shape: parse("the shape of a load", &shape).unwrap_or_default(),
    }))
}

/// Rows that loads after this one changed.
async fn changed_since(tx: &mut Tx, source: &str, load: i64) -> Result<u64, StoreError> {
    let sql = "SELECT CAST(COALESCE(SUM(changed), 0) AS BIGINT) FROM load \
         WHERE source = $1 AND state = 'committed' AND id > $2";
    let row = sqlx::query(sql).bind(source.to_owned()).bind(load).fetch_one(&mut *tx.inner).await?;
    Ok(int(&row, 0)? as u64)
}

/// Listings that the source had before this load, which made `fresh` ones of them.
async fn listings(tx: &mut Tx, source: &str, fresh: u64) -> Result<u64, StoreError> {
    let sql = "SELECT listings FROM load WHERE source = $1 AND state = 'committed' ORDER BY id DESC LIMIT 1";
    let row = sqlx::query(sql).bind(source.to_owned()).fetch_optional(&mut *tx.inner).await?;
    if let Some(known) = row.map(|row| row.try_get::<Option<i64>, _>(0)).transpose()?.flatten() {
        return Ok(known as u64);
    }
    // Only once: loads from before this was counted, or the first one.
    let sql = "SELECT CAST(COUNT(*) AS BIGINT) FROM listing WHERE source = $1 AND present = 1";
    let row = sqlx::query(sql).bind(source.to_owned()).fetch_one(&mut *tx.inner).await?;
    Ok((int(&row, 0)? as u64).saturating_sub(fresh))
}

/// Some of the doors that this load would move.
async fn moved_doors(tx: &mut Tx, load: i64) -> Result<Vec<DoorMove>, StoreError> {
    let sql = "SELECT subject_id, role, trust_key FROM held_door WHERE load = $1 ORDER BY subject_id, role LIMIT $2";
    let rows = sqlx::query(sql).bind(load).bind(EXAMPLES as i64).fetch_all(&mut *tx.inner).await?;
    let mut moved = Vec::with_capacity(rows.len());
    for row in &rows {
        let (subject, role) = (text(row, 0)?, text(row, 1)?);
        let sql = "SELECT trust_key FROM trusted_door WHERE subject_id = $1 AND role = $2 ORDER BY trust_key";
        let trusted = sqlx::query(sql).bind(subject.clone()).bind(role.clone()).fetch_all(&mut *tx.inner).await?;
        let from = trusted.iter().map(|row| text(row, 0)).collect::<Result<_, _>>()?;
        moved.push(DoorMove { subject: Some(subject), role, from, to: vec![text(row, 2)?] });
    }
    Ok(moved)
}

/// A load of the same files that a person undid or refused, unless they were taken in again since.
async fn undone(tx: &mut Tx, head: &LoadHead, load: i64) -> Result<Option<i64>, StoreError> {
    if head.files.is_empty() {
        return Ok(None);
    }
    let sql = "SELECT id, state, files FROM load WHERE source = $1 AND id < $2 \
         AND state IN ('committed', 'undone', 'refused') ORDER BY id DESC";
    let rows = sqlx::query(sql).bind(head.source.id.clone()).bind(load).fetch_all(&mut *tx.inner).await?;
    let hashes = |files: &[super::intake::LoadFile]| {
        let mut all: Vec<String> = files.iter().map(|file| file.sha256.clone()).collect();
        all.sort();
        all
    };
    let mine = hashes(&head.files);
    for row in &rows {
        let files: Vec<super::intake::LoadFile> = parse("the files of a load", &text(row, 2)?).unwrap_or_default();
        if hashes(&files) == mine {
            return Ok((text(row, 1)? != "committed").then_some(int(row, 0)?));
        }
    }
    Ok(None)
}

/// Drops the snapshots of old loads from their rows; the files go with the next sweep.
async fn forget(tx: &mut Tx, source: &str, keep: u32) -> Result<(), StoreError> {
    let sql = "SELECT id, state, accepted FROM load WHERE source = $1 AND snapshot IS NOT NULL ORDER BY id DESC";
    let rows = sqlx::query(sql).bind(source.to_owned()).fetch_all(&mut *tx.inner).await?;
    let (mut last, mut reference) = (false, false);
    for (at, row) in rows.iter().enumerate() {
        let (state, accepted) = (text(row, 1)?, row.try_get::<Option<String>, _>(2)?.is_some());
        let committed = state == "committed";
        let needed = state == "held" || (committed && (!last || (accepted && !reference)));
        last |= committed;
        reference |= committed && accepted;
        if !needed && at >= keep as usize {
            let sql = "UPDATE load SET snapshot = NULL, marks = NULL WHERE id = $1";
            sqlx::query(sql).bind(int(row, 0)?).execute(&mut *tx.inner).await?;
        }
    }
    Ok(())
}

/// Removes files that no row names. The caller's transaction keeps others from putting new ones meanwhile.
pub(super) async fn sweep(tx: &mut Tx, blobs: &Blobs) -> Result<u64, StoreError> {
    let sql = "SELECT snapshot FROM load WHERE snapshot IS NOT NULL UNION SELECT marks FROM load WHERE marks IS NOT NULL \
         UNION SELECT hash FROM logo WHERE hash <> ''";
    let rows = sqlx::query(sql).fetch_all(&mut *tx.inner).await?;
    let named = rows.iter().map(|row| text(row, 0)).collect::<Result<_, _>>()?;
    let blobs = blobs.clone();
    let swept = tokio::task::spawn_blocking(move || blobs.sweep(&named)).await;
    swept.map_err(std::io::Error::other).and_then(|swept| swept).map_err(|error| blob_error("old snapshots", error))
}
