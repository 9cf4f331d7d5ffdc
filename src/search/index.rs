//! The index on disk: changes in, searches out. It follows the revision log and can always be rebuilt from it.
//!
//! What holds: one process writes; every commit carries the number of the last revision in it, so a process killed at
//! any moment comes back at a number it can go on from; a folder that cannot be read is wiped and starts again at 0.
//! All calls block (a few milliseconds for a search, longer for a big change): call them off the async threads.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
};

use serde::{Deserialize, Serialize};
use tantivy::{
    Directory, IndexReader, IndexSettings, IndexWriter, ReloadPolicy, Searcher, TantivyError, Term,
    directory::{INDEX_WRITER_LOCK, MmapDirectory, error::LockError},
    indexer::IndexWriterOptions,
};

use super::{
    Card, Request, Results,
    document::{self, Fields},
    follow::Change,
    results,
};
use crate::model::{id::Id, organization::Status};

/// The version of the layout and of the folding of words. Raise it with every change of either; the old folder is
/// removed and the index is built again.
const SCHEMA: u32 = 2;
/// Memory of the writer in bytes.
const WRITER_BYTES: usize = 50_000_000;
/// Small blocks: a result is one random read.
const STORE_BLOCK_BYTES: usize = 4_096;

/// What went wrong in the index.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// Another process writes to it.
    #[error("the search index in {} is in use by another process; stop it, or wait for it to end", .0.display())]
    Locked(PathBuf),
    /// The folder cannot be made, read or emptied.
    #[error("the search index in {} cannot be used: {why}; check the disk and the folder's owner", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// The system's words.
        why: io::Error,
    },
    /// The index was opened for reading.
    #[error("the search index was opened for reading only")]
    ReadOnly,
    /// An organization cannot be written as JSON.
    #[error("organization {id} cannot be written to the search index: {why}")]
    Unwritable {
        /// Which one.
        id: Id,
        /// The writer's words.
        why: serde_json::Error,
    },
    /// What is stored in the index cannot be read.
    #[error("an entry of the search index cannot be read: {0}; rebuild it with `connector rebuild-index`")]
    Unreadable(String),
    /// The engine said no.
    #[error("the search index said: {0}; if it goes on, rebuild it with `connector rebuild-index`")]
    Engine(#[from] TantivyError),
}

/// What a commit remembers beside its documents.
#[derive(Debug, Serialize, Deserialize)]
struct Payload {
    /// Number of the last revision applied.
    at: i64,
}

/// The search index.
pub struct Index {
    folder: PathBuf,
    fields: Fields,
    reader: IndexReader,
    /// Nothing when opened for reading.
    writer: Option<Mutex<IndexWriter>>,
    at: AtomicI64,
}

impl Index {
    /// Opens the index under `dir` for reading and writing, and makes it when there is none. A folder that cannot be
    /// read is emptied and starts again at revision 0.
    ///
    /// # Errors
    /// When another process writes to it ([`SearchError::Locked`]) or the disk does not work.
    pub fn open(dir: &Path) -> Result<Self, SearchError> {
        let folder = dir.join(format!("v{SCHEMA}"));
        fs::create_dir_all(&folder).map_err(|why| SearchError::Folder { folder: folder.clone(), why })?;
        let opened = match Self::open_existing(&folder, true) {
            Err(problem) if !matches!(problem, SearchError::Locked(_)) => {
                tracing::warn!(folder = %folder.display(), %problem, "the search index cannot be read; it is emptied and built again");
                empty(&folder)?;
                Self::create(&folder)?;
                Self::open_existing(&folder, true)
            }
            other => other,
        }?;
        remove_other_versions(dir, &folder);
        Ok(opened)
    }

    /// Opens the index under `dir` to look into it, also while another process writes to it.
    ///
    /// # Errors
    /// When there is none, or it cannot be read.
    pub fn open_to_read(dir: &Path) -> Result<Self, SearchError> {
        Self::open_existing(&dir.join(format!("v{SCHEMA}")), false)
    }

    fn create(folder: &Path) -> Result<(), SearchError> {
        let settings = IndexSettings { docstore_blocksize: STORE_BLOCK_BYTES, ..IndexSettings::default() };
        let directory = MmapDirectory::open(folder).map_err(TantivyError::from)?;
        tantivy::Index::create(directory, document::schema().0, settings)?;
        Ok(())
    }

    fn open_existing(folder: &Path, to_write: bool) -> Result<Self, SearchError> {
        let (schema, fields) = document::schema();
        let directory = MmapDirectory::open(folder).map_err(TantivyError::from)?;
        if to_write && !tantivy::Index::exists(&directory).map_err(TantivyError::from)? && is_empty(folder) {
            Self::create(folder)?;
        }
        let engine = tantivy::Index::open(directory)?;
        // The lock first: nothing below may call another process's folder broken.
        let writer = if to_write { Some(Mutex::new(writer(&engine, folder)?)) } else { None };
        if engine.schema() != schema {
            return Err(SearchError::Unreadable("it has another layout".to_owned()));
        }
        let damaged = engine.validate_checksum()?;
        if !damaged.is_empty() {
            return Err(SearchError::Unreadable(format!("damaged files: {damaged:?}")));
        }
        let at = revision_of(&engine)?;
        if let Some(writer) = &writer {
            // What a killed process wrote and never committed goes first: the same change writes the same file
            // names again (`SEGMENT.OPSTAMP.del`), and a file that is there already would stop it for ever.
            let writer = writer.lock().unwrap_or_else(PoisonError::into_inner);
            writer.garbage_collect_files().wait()?;
        }
        let reader = engine.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Self { folder: folder.to_owned(), fields, reader, writer, at: AtomicI64::new(at) })
    }

    /// Number of the last revision that is in the index; 0 for an empty one.
    pub fn at(&self) -> i64 {
        self.at.load(Ordering::Acquire)
    }

    /// Applies changes as one: after it returns they are on disk and found, and [`Index::at`] is `upto`. When it
    /// fails, nothing of it is.
    ///
    /// # Errors
    /// When the disk does not work, or an organization cannot be written.
    pub fn apply(&self, changes: Vec<Change>, upto: i64) -> Result<(), SearchError> {
        self.commit(upto, |writer| {
            for change in changes {
                if !change.new {
                    writer.delete_term(Term::from_field_text(self.fields.id, change.id.as_str()));
                }
                let shown = |status| !matches!(status, Status::Withdrawn | Status::Merged);
                if let Some(organization) = change.after.filter(|after| shown(after.status)) {
                    let document = document::document(&self.fields, &organization)
                        .map_err(|why| SearchError::Unwritable { id: change.id, why })?;
                    writer.add_document(document)?;
                }
            }
            Ok(())
        })
    }

    /// Empties the index; it is at revision 0 again.
    ///
    /// # Errors
    /// When the disk does not work.
    pub fn clear(&self) -> Result<(), SearchError> {
        self.commit(0, |writer| {
            writer.delete_all_documents()?;
            Ok(())
        })
    }

    fn commit(&self, upto: i64, work: impl FnOnce(&IndexWriter) -> Result<(), SearchError>) -> Result<(), SearchError> {
        let mut writer = self.writer()?;
        let outcome = work(&writer).and_then(|()| {
            let mut commit = writer.prepare_commit()?;
            let payload = serde_json::to_string(&Payload { at: upto });
            commit.set_payload(&payload.map_err(|why| SearchError::Unreadable(why.to_string()))?);
            commit.commit()?;
            Ok(())
        });
        if let Err(problem) = outcome {
            // Half of a change must not ride along with the next commit.
            writer.rollback()?;
            writer.garbage_collect_files().wait()?;
            return Err(problem);
        }
        self.reader.reload()?;
        self.at.store(upto, Ordering::Release);
        Ok(())
    }

    fn writer(&self) -> Result<MutexGuard<'_, IndexWriter>, SearchError> {
        let writer = self.writer.as_ref().ok_or(SearchError::ReadOnly)?;
        // A panic in a change left nothing committed; the next commit or rollback sets it right.
        Ok(writer.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// How many organizations can be found.
    pub fn count(&self) -> u64 {
        self.reader.searcher().num_docs()
    }

    /// The id of every organization that can be found, in order; for comparing index and store.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn ids(&self) -> Result<Vec<Id>, SearchError> {
        let mut ids = Vec::new();
        for segment in self.reader.searcher().segment_readers() {
            let inverted = segment.inverted_index(self.fields.id)?;
            let mut terms = inverted.terms().stream().map_err(TantivyError::from)?;
            while terms.advance() {
                let mut postings = inverted
                    .read_postings_from_terminfo(terms.value(), tantivy::schema::IndexRecordOption::Basic)
                    .map_err(TantivyError::from)?;
                let mut alive = false;
                while tantivy::DocSet::doc(&postings) != tantivy::TERMINATED {
                    alive |= !segment.is_deleted(tantivy::DocSet::doc(&postings));
                    tantivy::DocSet::advance(&mut postings);
                }
                let id = std::str::from_utf8(terms.key()).ok().and_then(Id::parse);
                match id {
                    Some(id) if alive => ids.push(id),
                    Some(_) => {}
                    None => return Err(SearchError::Unreadable(format!("{:?} is not an id", terms.key()))),
                }
            }
        }
        ids.sort_unstable();
        Ok(ids)
    }

    /// Where it is on disk.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Finds organizations.
    ///
    /// # Errors
    /// When the index cannot be read. Nothing typed is an error.
    pub fn search(&self, request: &Request) -> Result<Results, SearchError> {
        results::search(&self.shelf(), request)
    }

    /// The best few for what has been typed so far; the last word may be unfinished.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn suggest(&self, text: &str, limit: usize) -> Result<Vec<Card>, SearchError> {
        results::suggest(&self.shelf(), text, limit)
    }

    /// Other organizations with the same name or alias: "not what you were looking for?". Listed ones first, then by
    /// state and city. An index that cannot be read gives none, and a line in the log: the page lives without them.
    pub fn same_name(&self, name: &str, except: &Id, limit: usize) -> Vec<Card> {
        results::same_name(&self.shelf(), name, except, limit).unwrap_or_else(|problem| {
            tracing::error!(%problem, "same names cannot be looked up");
            Vec::new()
        })
    }

    fn shelf(&self) -> Shelf {
        Shelf { searcher: self.reader.searcher(), fields: self.fields }
    }
}

/// The index as it stands at one moment.
pub(super) struct Shelf {
    /// Reads it.
    pub searcher: Searcher,
    /// Its fields.
    pub fields: Fields,
}

fn writer(engine: &tantivy::Index, folder: &Path) -> Result<IndexWriter, SearchError> {
    let options = IndexWriterOptions::builder()
        .num_worker_threads(1)
        .memory_budget_per_thread(WRITER_BYTES)
        .num_merge_threads(1)
        .build();
    engine.writer_with_options(options).map_err(|why| locked(why, folder))
}

/// The lock is the system's (`flock`): a killed process gives it back, so a busy one means a living process.
fn locked(why: TantivyError, folder: &Path) -> SearchError {
    match why {
        TantivyError::LockFailure(LockError::LockBusy, _) => SearchError::Locked(folder.to_owned()),
        other => SearchError::Engine(other),
    }
}

fn revision_of(engine: &tantivy::Index) -> Result<i64, SearchError> {
    match engine.load_metas()?.payload {
        None => Ok(0),
        Some(text) => serde_json::from_str::<Payload>(&text)
            .map(|payload| payload.at)
            .map_err(|why| SearchError::Unreadable(format!("its revision number: {why}"))),
    }
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none())
}

/// Removes what is in a folder, unless another process writes there.
fn empty(folder: &Path) -> Result<(), SearchError> {
    let directory = MmapDirectory::open(folder).map_err(TantivyError::from)?;
    let lock = directory
        .acquire_lock(&INDEX_WRITER_LOCK)
        .map_err(|why| locked(TantivyError::LockFailure(why, None), folder))?;
    let broken = |why| SearchError::Folder { folder: folder.to_owned(), why };
    for entry in fs::read_dir(folder).map_err(broken)? {
        let path = entry.map_err(broken)?.path();
        if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) }.map_err(broken)?;
    }
    drop(lock);
    Ok(())
}

/// Folders of other versions are caches nobody will read again.
fn remove_other_versions(dir: &Path, kept: &Path) {
    let Ok(entries) = fs::read_dir(dir) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let version = name.strip_prefix('v').is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
        if version && path != kept && path.is_dir() {
            match fs::remove_dir_all(&path) {
                Ok(()) => tracing::info!(folder = %path.display(), "removed the search index of another version"),
                Err(why) => {
                    tracing::warn!(folder = %path.display(), %why, "the search index of another version is in the way");
                }
            }
        }
    }
}
