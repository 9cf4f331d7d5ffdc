//! A load on its way in: listings of one source, row by row, in one transaction.
//!
//! Flows in: batches of listings and what was quarantined. Flows out: counts, and after [`Intake::finish`] the
//! merged things with their revisions. What holds: a load goes in whole or not at all; an older load never
//! replaces a newer one; a listing keeps its organization while its key, its group or a strong mark of it lives on, or
//! its name alone does.

mod again;
mod carriers;
mod claims;
mod close;
mod gained;
mod keys;
mod moved;
mod namesakes;
mod pairs;
mod resolve;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    hash::{DefaultHasher, Hash as _, Hasher as _},
    sync::Arc,
};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use sqlx::Row as _;

pub(super) use self::{
    carriers::hand_over,
    keys::{add as note_keys_of, shorts as keys_of},
};
use self::{gained::Gained, keys::Keys, pairs::Paired, resolve::Resolver};
use super::{
    Store, StoreError,
    db::{Cells, Tx, int, row, text},
    publish::{Published, Publisher, restore::refuse_mirrors},
    redact,
    redirect::Redirects,
    snapshot::Row,
    watch::{self, Decided, Looked, Watch},
};
use crate::model::{
    id::Id,
    listing::{Body, Listing, hex},
    redact::Redactions,
    source::{Mode, Source, Tier},
};

/// One file of a load.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoadFile {
    /// Its name as the operator gave it.
    pub name: String,
    /// SHA-256 of the raw file, in hex.
    pub sha256: String,
}

/// What a load is called by.
#[derive(Debug, Clone)]
pub struct LoadHead {
    /// Whose list it is.
    pub source: Source,
    /// The day the list speaks of.
    pub date: Date,
    /// What it says about rows it does not contain.
    pub mode: Mode,
    /// Its files.
    pub files: Vec<LoadFile>,
}

/// What happened to listings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Taken {
    /// Not there before, or back again.
    pub new: u64,
    /// There, and says something else now.
    pub changed: u64,
    /// There, and says the same.
    pub unchanged: u64,
    /// The same row again in this load.
    pub repeated: u64,
}

/// A row, or a part of one, that must not be published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quarantined {
    /// The file.
    pub file: String,
    /// The row, from 1.
    pub line: u64,
    /// The key it has or would have.
    pub key: String,
    /// The field.
    pub field: String,
    /// A short stable code.
    pub code: String,
    /// Why, in words.
    pub reason: String,
}

/// What became of a load.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Finished {
    /// Listings that the load no longer contains, or closes.
    pub withdrawn: u64,
    /// New organizations that turned out to be known ones.
    pub joined: u64,
    /// Pairs that a person has to look at.
    pub reviewed: u64,
    /// Doors that wait for a person.
    pub held_doors: u64,
    /// Why the whole load waits for a person, when it does; nothing was changed then.
    pub held: Option<String>,
    /// What changed in the directory.
    pub published: Published,
}

/// Begins a load, or says why not.
pub enum Opening {
    /// Rows can be given to it.
    Open(Box<Intake>),
    /// A newer load of the source was applied already, on this date.
    Older(Date),
}

/// An open load.
pub struct Intake {
    store: Store,
    pub(super) tx: Tx,
    head: LoadHead,
    pub(super) load: i64,
    /// Has the source no listing yet? Then each row gets its organization as it comes.
    first: bool,
    /// Hash of the key -> hash of the body, of every row that was taken.
    seen: HashMap<u64, u64>,
    resolver: Resolver,
    /// Where merged organizations lead.
    redirects: Redirects,
    /// Organizations and apps that the load makes, numbered.
    made: BTreeMap<Id, u32>,
    /// Matching keys of its listings.
    keys: Keys,
    /// What was there before and gains a matching key.
    gained: Gained,
    /// Those that were there and must be merged again.
    pub(super) dirty: BTreeSet<Id>,
    watch: Watch,
    /// Who stands in its revisions.
    actor: String,
    /// Texts that must not come back.
    redactions: Arc<Redactions>,
    /// Listings that the source says are no more.
    closed: u64,
}

impl Store {
    /// Opens a load of a source; `finish` or dropping it ends it.
    pub async fn begin_load(&self, head: LoadHead) -> Result<Opening, StoreError> {
        let mut tx = self.db.begin().await?;
        refuse_mirrors(&mut tx).await?;
        let last = sqlx::query("SELECT MAX(date) FROM load WHERE source = $1 AND state = 'committed'")
            .bind(head.source.id.clone())
            .fetch_one(&mut *tx.inner)
            .await?
            .try_get::<Option<String>, _>(0)?;
        if let Some(last) = last.and_then(|date| date.parse::<Date>().ok()).filter(|last| *last > head.date) {
            tx.rollback().await?;
            return Ok(Opening::Older(last));
        }
        let intake = self.open_load(tx, head, None).await?;
        Ok(Opening::Open(Box::new(intake)))
    }

    /// Opens a load whatever its date; with a person's decision it waits for nobody.
    pub(super) async fn open_load(
        &self,
        mut tx: Tx,
        head: LoadHead,
        decided: Option<Decided>,
    ) -> Result<Intake, StoreError> {
        watch::sweep(&mut tx, &self.blobs).await?;
        let redactions = redact::redactions(&mut tx).await?;
        let load = tx.take_numbers("load", 1).await?;
        let source = vec![row![&head.source.id, serde_json::to_string(&head.source).unwrap_or_default()]];
        let conflict = "ON CONFLICT (id) DO UPDATE SET body = excluded.body";
        tx.insert("source", &["id", "body"], conflict, source).await?;
        let first = sqlx::query("SELECT 1 FROM listing WHERE source = $1 LIMIT 1")
            .bind(head.source.id.clone())
            .fetch_optional(&mut *tx.inner)
            .await?
            .is_none();
        note_load(&mut tx, &head, load, "open", self.clock.micros(), &json!({})).await?;
        keys::fill(&mut tx).await?;
        let redirects = Redirects::read(&mut tx).await?;
        Ok(Intake {
            store: self.clone(),
            tx,
            head,
            load,
            first,
            seen: HashMap::new(),
            resolver: Resolver::default(),
            redirects,
            made: BTreeMap::new(),
            keys: Keys::default(),
            gained: Gained::default(),
            dirty: BTreeSet::new(),
            actor: decided.as_ref().map_or("import", |decided| decided.actor.as_str()).to_owned(),
            watch: Watch::new(&self.blobs, decided),
            redactions: Arc::new(redactions),
            closed: 0,
        })
    }
}

/// A stored listing, as far as a load needs it.
struct Stored {
    hash: String,
    present: bool,
    subject_id: String,
}

/// A listing on its way into the store.
struct Incoming {
    key: String,
    group: String,
    /// What survives a change of key, one a line.
    marks: String,
    body: Body,
    json: String,
    hash: String,
    /// Its matching keys.
    shorts: Vec<u64>,
    /// Its organization or app; empty while it is not known.
    subject_id: String,
    /// Where it goes when a merge is undone; empty: where it is.
    home_id: String,
}

/// Makes listings ready for the store: their text, hashes and keys. Needs nothing of the store, so that the next rows
/// can be made ready while these are written.
#[derive(Clone)]
pub struct Preparer {
    redactions: Arc<Redactions>,
    tier: Tier,
    /// Rows of a first load are all written, so all of them need their keys.
    keys: bool,
}

/// Listings that are ready.
pub struct Prepared(Vec<Incoming>);

impl Preparer {
    /// Makes a batch ready.
    pub fn prepare(&self, batch: Vec<Listing>) -> Prepared {
        let ready = batch.into_iter().map(|listing| {
            let mut incoming = Incoming::new(listing, &self.redactions);
            if self.keys {
                incoming.shorts = keys::shorts(&incoming.body, self.tier);
            }
            incoming
        });
        Prepared(ready.collect())
    }
}

impl Incoming {
    fn new(mut listing: Listing, redactions: &Redactions) -> Self {
        redactions.clean_keys(&mut listing);
        let mut json = serde_json::to_string(&listing.body).unwrap_or_default();
        if let Some(clean) = redactions.clean(&listing.body, &json) {
            json = serde_json::to_string(&clean).unwrap_or_default();
            listing.body = clean;
        }
        if !redactions.is_empty() {
            listing.strong.retain(|mark| !redactions.stand_in(mark));
        }
        let marks: BTreeSet<String> = listing.strong.iter().map(|mark| mark.replace('\n', " ")).collect();
        Self {
            key: listing.key,
            group: listing.group.unwrap_or_default(),
            marks: marks.into_iter().collect::<Vec<_>>().join("\n"),
            hash: hex(&Sha256::digest(json.as_bytes())),
            body: listing.body,
            json,
            shorts: Vec::new(),
            subject_id: String::new(),
            home_id: String::new(),
        }
    }

    /// The organization it is a listing of when no merge is counted.
    fn home(&self) -> &str {
        if self.home_id.is_empty() { &self.subject_id } else { &self.home_id }
    }

    /// As the snapshot keeps it.
    fn row(&self, new: bool) -> Row<'_> {
        Row {
            key: &self.key,
            new,
            group: &self.group,
            strong: &self.marks,
            body: &self.body,
            json: &self.json,
            hash: &self.hash,
        }
    }
}

impl Intake {
    /// What makes its listings ready.
    pub fn preparer(&self) -> Preparer {
        Preparer { redactions: self.redactions.clone(), tier: self.head.source.tier, keys: self.first }
    }

    /// Takes a batch of listings.
    pub async fn take(&mut self, batch: Vec<Listing>) -> Result<Taken, StoreError> {
        let ready = self.preparer().prepare(batch);
        self.take_prepared(ready).await
    }

    /// Takes a batch of listings that are ready.
    pub async fn take_prepared(&mut self, batch: Prepared) -> Result<Taken, StoreError> {
        let mut taken = Taken::default();
        let fresh = self.tell_apart(batch, &mut taken);
        let keys: Vec<String> = if self.first { Vec::new() } else { fresh.keys().cloned().collect() };
        let stored = self.stored(&keys).await?;
        let (mut write, mut new) = (Vec::new(), Vec::new());
        for (key, mut listing) in fresh {
            let known = stored.get(&key);
            self.watch.row(&listing.row(!self.first && known.is_none_or(|old| !old.present)));
            match known {
                Some(old) if old.present && old.hash == listing.hash => taken.unchanged += 1,
                Some(old) => {
                    *(if old.present { &mut taken.changed } else { &mut taken.new }) += 1;
                    self.dirty.extend(Id::parse(&old.subject_id));
                    listing.subject_id.clone_from(&old.subject_id);
                    write.push(listing);
                }
                None => {
                    taken.new += 1;
                    new.push(listing);
                }
            }
        }
        self.note_doors(&write).await?;
        if self.first {
            // No key vanishes from a source that had none, so nothing has to wait for the end of the load.
            self.resolve(&mut new, &BTreeMap::new()).await?;
        }
        write.append(&mut new);
        // Keys are noted under an organization: rows that get theirs at the end of the load get their keys there.
        let has_its_place = |listing: &&mut Incoming| listing.shorts.is_empty() && !listing.subject_id.is_empty();
        for listing in write.iter_mut().filter(has_its_place) {
            listing.shorts = keys::shorts(&listing.body, self.head.source.tier);
        }
        self.note_gained(&write).await?;
        self.note_keys(&write);
        self.write(write).await?;
        self.watch.taken(&taken).await?;
        Ok(taken)
    }

    /// By key, each once: the same row again is counted, another row with the same key gets one of its own.
    fn tell_apart(&mut self, batch: Prepared, taken: &mut Taken) -> BTreeMap<String, Incoming> {
        let mut fresh = BTreeMap::new();
        for mut listing in batch.0 {
            let short = u64::from_str_radix(&listing.hash[..16], 16).unwrap_or_default();
            match self.seen.get(&key_hash(&listing.key)) {
                Some(same) if *same == short => {
                    taken.repeated += 1;
                    continue;
                }
                // Two different rows with one key: the content tells them apart, in any order of the file.
                Some(_) => listing.key = format!("{}~{}", listing.key, &listing.hash[..8]),
                None => {}
            }
            if self.seen.insert(key_hash(&listing.key), short).is_some() {
                taken.repeated += 1;
                continue;
            }
            fresh.insert(listing.key.clone(), listing);
        }
        fresh
    }

    async fn stored(&mut self, keys: &[String]) -> Result<HashMap<String, Stored>, StoreError> {
        let sql = "SELECT key, hash, present, subject_id FROM listing WHERE source = $2 AND key IN {in}";
        let source = self.head.source.id.clone();
        let rows = self.tx.select_in(sql, keys, &[json!(source)]).await?;
        rows.iter()
            .map(|row| {
                let stored = Stored { hash: text(row, 1)?, present: int(row, 2)? == 1, subject_id: text(row, 3)? };
                Ok((text(row, 0)?, stored))
            })
            .collect()
    }

    async fn write(&mut self, listings: Vec<Incoming>) -> Result<(), StoreError> {
        let source = &self.head.source.id;
        let rows: Vec<Cells> = listings
            .into_iter()
            .map(|l| {
                let (subject, id, home) = (l.body.subject(), &l.subject_id, l.home());
                row![source, &l.key, subject, id, home, l.hash, l.json, l.group, l.marks, 1, self.load]
            })
            .collect();
        let cols = [
            "source",
            "key",
            "subject",
            "subject_id",
            "home_id",
            "hash",
            "body",
            "grp",
            "marks",
            "present",
            "changed_load",
        ];
        let conflict = "ON CONFLICT (source, key) DO UPDATE SET subject = excluded.subject, hash = excluded.hash, \
             body = excluded.body, grp = excluded.grp, marks = excluded.marks, present = 1, \
             changed_load = excluded.changed_load";
        self.tx.insert("listing", &cols, conflict, rows).await
    }

    /// Keeps what must not be published, with its reason.
    pub async fn quarantine(&mut self, quarantined: &[Quarantined]) -> Result<(), StoreError> {
        let said = |q: &&Quarantined| self.redactions.key(&q.key).is_some() || self.redactions.stand_in(&q.reason);
        let quarantined: Vec<Quarantined> = quarantined.iter().filter(|q| !said(q)).cloned().collect();
        let source = &self.head.source.id;
        let rows: Vec<Cells> = quarantined
            .iter()
            .map(|q| row![self.load, source, &q.file, q.line as i64, &q.key, &q.field, &q.code, &q.reason])
            .collect();
        let cols = ["load", "source", "file", "line", "key", "field", "code", "reason"];
        self.watch.quarantined(&quarantined);
        self.tx.insert("quarantine", &cols, "", rows).await
    }

    /// Gives the load up; everything is left as it was.
    pub async fn abandon(self) -> Result<(), StoreError> {
        self.tx.rollback().await
    }

    /// A person says that this load is right: it waits for nobody, and later ones are measured by it.
    pub fn accepted_by(&mut self, person: &str) {
        self.watch.decided = Some(Decided { actor: person.to_owned(), origin: None });
    }

    /// Ends the load: withdraws what is absent, matches, merges, writes revisions. With `dry_run`, or when the
    /// load must wait for a person, everything is left as it was.
    pub async fn finish(mut self, dry_run: bool, progress: &(dyn Fn(u64, u64) + Sync)) -> Result<Finished, StoreError> {
        let absent = self.absent().await?;
        let mut looked = self.look(absent.len() as u64).await?;
        if looked.held().is_some() && !dry_run {
            return self.keep_as_held(looked).await;
        }
        self.resolve_the_rest(&absent).await?;
        let withdrawn = self.withdraw(&absent).await? + self.closed;
        let Paired { joined, reviewed } = self.pair().await?;
        looked.renumbered(&mut self.tx, &self.head.source.id, self.load, &absent).await?;
        let published = self.publish(progress).await?;
        looked.doors(&mut self.tx, &self.head, self.load).await?;
        let held_doors = published.held_doors;
        let finished = Finished { withdrawn, joined, reviewed, held_doors, held: looked.held(), published };
        if dry_run {
            self.tx.rollback().await?;
            Ok(finished)
        } else if finished.held.is_some() {
            self.keep_as_held(looked).await
        } else {
            self.commit(looked, &finished).await?;
            Ok(finished)
        }
    }

    /// Ends the rows: what does the guard say of them?
    pub(super) async fn look(&mut self, absent: u64) -> Result<Looked, StoreError> {
        let watch = std::mem::replace(&mut self.watch, Watch::new(&self.store.blobs, None));
        watch.look(&mut self.tx, &self.head, self.load, (self.first, absent)).await
    }

    /// Merges what is new and what changed.
    pub(super) async fn publish(&mut self, progress: &(dyn Fn(u64, u64) + Sync)) -> Result<Published, StoreError> {
        self.remember_elders().await?;
        let made: Vec<Id> = std::mem::take(&mut self.made).into_keys().collect();
        // Whatever names a merged organization means what it is part of now: nothing is published over a merge.
        let dirty: BTreeSet<Id> = self.dirty.iter().map(|id| self.redirects.end(id).clone()).collect();
        let there: Vec<Id> = dirty.into_iter().collect();
        self.dirty.clear();
        let (first, all) = (made.len() as u64, (made.len() + there.len()) as u64);
        let mut publisher = Publisher::new(&self.store, &self.actor, Some(self.load));
        publisher.publish(&mut self.tx, &made, true, &|done| progress(done, all)).await?;
        publisher.publish(&mut self.tx, &there, false, &|done| progress(first + done, all)).await?;
        Ok(publisher.published())
    }

    /// Leaves every listing as it was, and keeps this load for a person.
    async fn keep_as_held(self, looked: Looked) -> Result<Finished, StoreError> {
        let Self { store, tx, head, .. } = self;
        tx.rollback().await?;
        let mut why = looked.held();
        let mut tx = store.db.begin().await?;
        if let Some(waits) = looked.waits_already(&mut tx, &head).await? {
            why = why.map(|why| format!("{why}; load {waits} of the same rows waits already"));
            tx.rollback().await?;
        } else {
            let load = tx.take_numbers("load", 1).await?;
            // The source of a first load is in no table yet.
            let counts = json!({ "why": why, "source": head.source });
            note_load(&mut tx, &head, load, "held", store.clock.micros(), &counts).await?;
            looked.hold(&mut tx, load).await?;
            tx.commit().await?;
        }
        Ok(Finished { held: why, ..Finished::default() })
    }

    pub(super) async fn commit(mut self, looked: Looked, finished: &Finished) -> Result<(), StoreError> {
        looked.keep(&mut self.tx, &self.head, self.load, self.store.keep_loads).await?;
        let counts = json!({
            "withdrawn": finished.withdrawn,
            "joined": finished.joined,
            "reviewed": finished.reviewed,
            "held_doors": finished.held_doors,
        });
        sqlx::query("UPDATE load SET state = 'committed', counts = $1 WHERE id = $2")
            .bind(counts.to_string())
            .bind(self.load)
            .execute(&mut *self.tx.inner)
            .await?;
        // Only the last load's quarantine is of use: the rows are in the publisher's file.
        sqlx::query("DELETE FROM quarantine WHERE source = $1 AND load < $2")
            .bind(self.head.source.id.clone())
            .bind(self.load)
            .execute(&mut *self.tx.inner)
            .await?;
        self.tx.commit().await
    }

    /// Present listings that a full load does not contain: key -> organization.
    async fn absent(&mut self) -> Result<BTreeMap<String, String>, StoreError> {
        if self.first || self.head.mode == Mode::Delta || self.seen.is_empty() {
            return Ok(BTreeMap::new());
        }
        self.all_absent().await
    }

    /// Present listings that were not taken: key -> organization.
    pub(super) async fn all_absent(&mut self) -> Result<BTreeMap<String, String>, StoreError> {
        let rows = sqlx::query("SELECT key, subject_id FROM listing WHERE source = $1 AND present = 1")
            .bind(self.head.source.id.clone())
            .fetch_all(&mut *self.tx.inner)
            .await?;
        let all = rows.iter().map(|row| Ok((text(row, 0)?, text(row, 1)?)));
        all.filter(|row| row.as_ref().is_ok_and(|(key, _)| !self.seen.contains_key(&key_hash(key))) || row.is_err())
            .collect()
    }

    pub(super) async fn withdraw(&mut self, absent: &BTreeMap<String, String>) -> Result<u64, StoreError> {
        let keys: Vec<String> = absent.keys().cloned().collect();
        let sql = "UPDATE listing SET present = 0, changed_load = $3 WHERE source = $2 AND key IN {in}";
        let source = self.head.source.id.clone();
        for batch in keys.chunks(5_000) {
            self.tx.execute_in(sql, batch, &[json!(source), json!(self.load)]).await?;
        }
        self.dirty.extend(absent.values().filter_map(|id| Id::parse(id)));
        Ok(keys.len() as u64)
    }
}

fn key_hash(key: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

async fn note_load(
    tx: &mut Tx,
    head: &LoadHead,
    load: i64,
    state: &str,
    at: i64,
    counts: &serde_json::Value,
) -> Result<(), StoreError> {
    let mode = match head.mode {
        Mode::Full => "full",
        Mode::Delta => "delta",
    };
    let files = serde_json::to_string(&head.files).unwrap_or_default();
    let row = row![load, &head.source.id, head.date.to_string(), mode, state, at, files, counts.to_string()];
    let cols = ["id", "source", "date", "mode", "state", "at", "files", "counts"];
    tx.insert("load", &cols, "", vec![row]).await
}
