//! From listings to the picture people see: merge, ids, readable addresses, lookups, revisions.
//!
//! Flows in: ids of organizations and apps whose listings changed. Flows out: their new documents, and one
//! revision for each thing that is different now. What holds: a thing that did not change gets no revision.
//! While one batch is written the next is merged and the one after it read; a batch knows what the one before gave out ([`Slugs`],
//! shared addresses), because the database may not have it yet.

mod batch;
mod compose;
pub(super) mod restore;
mod slug;
mod writes;

use serde::Serialize;
use sha2::{Digest, Sha256};
use tokio::task::JoinHandle;

use self::{
    batch::{Batch, Cache, Said},
    compose::Composer,
    slug::Slugs,
    writes::{Draft, Writes},
};
use super::{
    Store, StoreError,
    db::{Cells, Tx, row},
};
use crate::model::{id::Id, listing::hex, organization::Organization, revision::Event};

/// How many organizations are merged at once.
const BATCH: usize = 2_000;

/// What changed in the directory.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Published {
    /// Organizations and apps that were not there before.
    pub created: u64,
    /// Organizations and apps that are different now.
    pub updated: u64,
    /// Organizations and apps no source speaks of any more.
    pub withdrawn: u64,
    /// Organizations and apps that are back.
    pub restored: u64,
    /// Doors that wait for a person.
    pub held_doors: u64,
    /// Revisions written.
    pub revisions: u64,
}

impl Published {
    /// Adds another count.
    pub fn add(&mut self, other: &Self) {
        self.created += other.created;
        self.updated += other.updated;
        self.withdrawn += other.withdrawn;
        self.restored += other.restored;
        self.held_doors += other.held_doors;
        self.revisions += other.revisions;
    }
}

/// Publishes within one transaction.
pub(super) struct Publisher<'a> {
    store: &'a Store,
    actor: &'a str,
    load: Option<i64>,
    composer: Option<Box<Composer>>,
    cache: Cache,
    published: Published,
}

impl<'a> Publisher<'a> {
    pub fn new(store: &'a Store, actor: &'a str, load: Option<i64>) -> Self {
        let composer = Composer::new(store.ids.clone(), store.clock.clone(), load);
        let composer = Some(Box::new(composer));
        Self { store, actor, load, composer, cache: Cache::default(), published: Published::default() }
    }

    /// Names every change this event instead of `updated`.
    pub fn naming(mut self, event: Event) -> Self {
        if let Some(composer) = &mut self.composer {
            composer.event = Some(event);
        }
        self
    }

    /// Writes an organization as it is given, with one revision.
    pub async fn replace(&mut self, tx: &mut Tx, mut thing: Organization, event: Event) -> Result<(), StoreError> {
        thing.version += 1;
        let mut writes = Writes::default();
        writes::write_organization(&mut thing, &[], event, false, &mut writes);
        self.write(tx, writes).await
    }

    /// One revision more of a thing that stands in the store as `body`.
    pub async fn note(
        &mut self,
        tx: &mut Tx,
        id: &Id,
        version: i64,
        event: Event,
        body: String,
    ) -> Result<(), StoreError> {
        self.write_revisions(tx, vec![Draft::new(id.kind(), id.clone(), version, event, body)]).await
    }

    pub fn published(&self) -> Published {
        self.published.clone()
    }

    /// Merges and writes these organizations and apps. With `new` no document of them is in the store yet.
    pub async fn publish(
        &mut self,
        tx: &mut Tx,
        ids: &[Id],
        new: bool,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<(), StoreError> {
        restore::refuse_mirrors(tx).await?;
        let mut chunks = ids.chunks(BATCH);
        let mut waiting: Option<Writes> = None;
        let mut done = 0;
        let mut next = match chunks.next() {
            Some(ids) => Some(reading(batch::read_voices(tx, ids, &mut self.cache).await?)),
            None => None,
        };
        while let Some(parsed) = next.take() {
            let mut batch = parsed.await.map_err(|_| interrupted())??;
            batch::read_the_rest(tx, new, &mut self.cache, &mut batch).await?;
            let mut composer = self.composer.take().ok_or_else(interrupted)?;
            composer.begin(tx, &mut batch, waiting.as_ref()).await?;
            done += batch.ids.len() as u64;
            // While this batch is merged, the next one is read and the one before is written.
            let merging = tokio::task::spawn_blocking(move || {
                let merged = composer.compose(&mut batch);
                (composer, batch, merged)
            });
            let beside = async {
                if let Some(ids) = chunks.next() {
                    next = Some(reading(batch::read_voices(tx, ids, &mut self.cache).await?));
                }
                match waiting.take() {
                    Some(writes) => self.write(tx, writes).await,
                    None => Ok(()),
                }
            };
            let (written, merged) = tokio::join!(beside, merging);
            let (composer, batch, mut writes) = merged.map_err(|_| interrupted())?;
            self.composer = Some(composer);
            written?;
            self.finish(tx, batch, &mut writes).await?;
            waiting = Some(writes);
            progress(done);
        }
        match waiting {
            Some(writes) => self.write(tx, writes).await,
            None => Ok(()),
        }
    }

    /// What could not be composed before the database was asked about its readable address.
    async fn finish(&mut self, tx: &mut Tx, mut batch: Batch, writes: &mut Writes) -> Result<(), StoreError> {
        let mut composer = self.composer.take().ok_or_else(interrupted)?;
        while !composer.unknown().is_empty() {
            composer.ask(tx).await?;
            writes.add(composer.compose(&mut batch));
        }
        self.published.add(&composer.take_counts());
        self.composer = Some(composer);
        Ok(())
    }

    async fn write(&mut self, tx: &mut Tx, mut writes: Writes) -> Result<(), StoreError> {
        let drafts = std::mem::take(&mut writes.drafts);
        writes::write_things(tx, &mut writes).await?;
        writes::write_memory(tx, &mut writes).await?;
        self.write_revisions(tx, drafts).await
    }

    async fn write_revisions(&mut self, tx: &mut Tx, drafts: Vec<Draft>) -> Result<(), StoreError> {
        let at = self.store.clock.micros();
        self.write_dated(tx, drafts, |_| at).await
    }

    /// Writes revisions, each with a time of its own, by its place among them.
    async fn write_dated(
        &mut self,
        tx: &mut Tx,
        drafts: Vec<Draft>,
        at: impl Fn(usize) -> i64,
    ) -> Result<(), StoreError> {
        if drafts.is_empty() {
            return Ok(());
        }
        let first = tx.take_numbers("revision", drafts.len() as i64).await?;
        self.published.revisions += drafts.len() as u64;
        let rows: Vec<Cells> = drafts
            .into_iter()
            .enumerate()
            .map(|(place, draft)| {
                let (n, at) = (first + place as i64, at(place));
                let (thing, event) = (draft.thing.word(), draft.event.word());
                row![n, at, thing, &draft.id, draft.version, event, self.actor, self.load, draft.after, draft.digest]
            })
            .collect();
        let cols = ["n", "at", "thing", "id", "version", "event", "actor", "load", "after", "digest"];
        tx.insert("revision", &cols, "", rows).await
    }
}

/// Reads what sources say in a thread of its own.
fn reading(said: Said) -> JoinHandle<Result<Batch, StoreError>> {
    tokio::task::spawn_blocking(move || said.read())
}

/// A merge ended in the middle: the program is ending, or has an error of its own.
fn interrupted() -> StoreError {
    StoreError::Refused("the merge was interrupted; nothing was changed".into())
}

/// The digest of a document in the log: SHA-256 in hex.
fn digest(body: &str) -> String {
    hex(&Sha256::digest(body.as_bytes()))
}
