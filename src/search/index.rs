//! The index: changes in, searches out. It follows the revision log and can always be rebuilt from it.
//!
//! What holds: one process writes; what is on disk always carries the number of the last revision in it, so a process
//! killed at any moment comes back at a number it can go on from; a folder that cannot be read is emptied and starts
//! again at 0. Searches never wait for changes, and go on with what was there while the index is made anew.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use super::{
    Card, NearTo, Request, Results, Shared,
    catalogue::Catalogue,
    counted::Towns,
    engine::{
        build::{Builder, Prepared},
        disk::Disk,
        set::{Part, Set},
    },
    entry,
    follow::{Change, in_pieces},
    merging, near, results,
};
use crate::{
    geo::Point,
    model::{door::Door, id::Id, organization::Status},
};

/// The version of the layout and of the folding of words. Raise it with every change of either; the old folder is
/// removed and the index is built again.
const SCHEMA: u32 = 4;
/// What went wrong in the index.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// Another process writes to it.
    #[error("the search index in {} is in use by another process; stop it, or wait for it to end", .0.display())]
    Locked(PathBuf),
    /// The folder cannot be made, read, written or emptied.
    #[error("the search index in {} cannot be used: {why}; check the disk and the folder's owner", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// The system's words.
        why: io::Error,
    },
    /// There is none yet.
    #[error("there is no search index in {} yet; start the server once, or run `connector rebuild-index`", .0.display())]
    Missing(PathBuf),
    /// The index was opened for reading.
    #[error("the search index was opened for reading only")]
    ReadOnly,
    /// What is stored in the index cannot be read.
    #[error("an entry of the search index cannot be read: {0}; rebuild it with `connector rebuild-index`")]
    Unreadable(String),
}

/// The search index.
pub struct Index {
    inner: Arc<Inner>,
    /// Nothing when opened for reading.
    may_write: bool,
    merger: Mutex<Option<JoinHandle<()>>>,
    catalogue: Shelved,
}

/// The catalogue that was made last.
#[derive(Default)]
struct Shelved {
    now: RwLock<Option<Arc<Catalogue>>>,
    /// Held by whoever makes one; when the last one was ready, and how long it took.
    making: Mutex<Option<(Instant, Duration)>>,
}

/// With fewer organizations than this the catalogue is made by whoever asks for it.
const SMALL: usize = 2_000;
/// A new catalogue is begun after so many times what the last one took: most of the time nobody makes one.
const REST: u32 = 10;

/// What searches, changes and merges share.
pub(super) struct Inner {
    pub disk: Disk,
    set: RwLock<Arc<Set>>,
    writer: Mutex<Writer>,
    /// Merges stop.
    pub stop: AtomicBool,
}

/// What only one at a time may have.
#[derive(Default)]
pub(super) struct Writer {
    /// Held as long as the index is open.
    _lock: Option<File>,
    /// The last number that names a file.
    last_name: u64,
    /// Changes that are not searched yet.
    pending: Option<Pending>,
    /// The segment a merge is making, if one goes on.
    pub merging: Option<u64>,
}

/// A segment that is being made.
struct Pending {
    name: u64,
    builder: Builder,
    /// Those whose entries in older segments do not count any more.
    gone: Vec<Id>,
    /// Nothing of what was there before counts.
    anew: bool,
}

impl Inner {
    /// What is searched now.
    pub fn set(&self) -> Arc<Set> {
        self.set.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn writer(&self) -> MutexGuard<'_, Writer> {
        // A panic in a change left nothing published; the next one begins from what is.
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on this set is searched, and on disk.
    pub fn publish(&self, writer: &Writer, set: Set) -> io::Result<()> {
        self.disk.publish(&set)?;
        let set = Arc::new(set);
        *self.set.write().unwrap_or_else(PoisonError::into_inner) = set.clone();
        let making: Vec<u64> = writer.merging.into_iter().chain(writer.pending.as_ref().map(|p| p.name)).collect();
        self.disk.tidy(&set, &making);
        Ok(())
    }

    /// Takes organizations out of a part of a set that is being made.
    pub fn kill(&self, writer: &mut Writer, part: &mut Part, docs: &[u32]) -> io::Result<()> {
        if docs.is_empty() {
            return Ok(());
        }
        let mut dead = (*part.dead).clone();
        dead.add(docs);
        let name = writer.next_name();
        part.gone(name, dead);
        self.disk.write_dead(name, &part.dead)
    }
}

impl Writer {
    /// A number that names no file yet.
    pub fn next_name(&mut self) -> u64 {
        self.last_name += 1;
        self.last_name
    }
}

impl Index {
    /// Opens the index under `dir` for reading and writing, and makes it when there is none. A folder that cannot be
    /// read is emptied and starts again at revision 0.
    ///
    /// # Errors
    /// When another process writes to it ([`SearchError::Locked`]) or the disk does not work.
    pub fn open(dir: &Path) -> Result<Self, SearchError> {
        let folder = dir.join(format!("v{SCHEMA}"));
        let broken = |why| SearchError::Folder { folder: folder.clone(), why };
        fs::create_dir_all(&folder).map_err(broken)?;
        let disk = Disk::new(&folder);
        let lock = disk.lock().map_err(broken)?.ok_or_else(|| SearchError::Locked(folder.clone()))?;
        let set = if disk.is_there() {
            disk.read(true).unwrap_or_else(|problem| {
                tracing::warn!(folder = %folder.display(), %problem, "the search index cannot be read; it is emptied and built again");
                Set::default()
            })
        } else {
            Set::default()
        };
        disk.publish(&set).map_err(broken)?;
        disk.tidy(&set, &[]);
        remove_other_versions(dir, &folder);
        let writer = Writer { _lock: Some(lock), last_name: disk.last_name(), ..Writer::default() };
        Ok(Self::of(disk, set, writer, true))
    }

    /// Opens the index under `dir` to look into it, also while another process writes to it.
    ///
    /// # Errors
    /// When there is none, or it cannot be read.
    pub fn open_to_read(dir: &Path) -> Result<Self, SearchError> {
        let folder = dir.join(format!("v{SCHEMA}"));
        let disk = Disk::new(&folder);
        if !disk.is_there() {
            return Err(SearchError::Missing(folder));
        }
        // A writer may replace files while they are being opened: then there are new ones.
        let mut tries = 0;
        let set = loop {
            tries += 1;
            match disk.read(false) {
                Err(why) if why.kind() == io::ErrorKind::NotFound && tries < 10 => {}
                other => break other.map_err(|why| SearchError::Folder { folder, why })?,
            }
        };
        Ok(Self::of(disk, set, Writer::default(), false))
    }

    fn of(disk: Disk, set: Set, writer: Writer, may_write: bool) -> Self {
        let set = RwLock::new(Arc::new(set));
        let inner = Inner { disk, set, writer: Mutex::new(writer), stop: AtomicBool::new(false) };
        Self { inner: Arc::new(inner), may_write, merger: Mutex::new(None), catalogue: Shelved::default() }
    }

    /// Number of the last revision that is searched; 0 for an empty one.
    pub fn at(&self) -> i64 {
        self.inner.set().at
    }

    /// Applies changes as one: after it returns they are on disk and found, and [`Index::at`] is `upto`. When it
    /// fails, nothing of it is.
    ///
    /// # Errors
    /// When the disk does not work, or an organization cannot be written.
    pub fn apply(&self, changes: Vec<Change>, upto: i64) -> Result<(), SearchError> {
        self.gather(changes)?;
        self.commit(upto)
    }

    /// Takes changes in without making them searchable yet; [`Index::commit`] does that for all of them. When it
    /// fails, everything gathered is gone.
    ///
    /// # Errors
    /// When the disk does not work, or an organization cannot be written.
    pub fn gather(&self, changes: Vec<Change>) -> Result<(), SearchError> {
        let mut writer = self.writer()?;
        self.gathered(&mut writer, changes).map_err(|why| self.failed(&mut writer, why))
    }

    fn gathered(&self, writer: &mut Writer, changes: Vec<Change>) -> io::Result<()> {
        if changes.is_empty() {
            return Ok(());
        }
        let mut pending = match writer.pending.take() {
            Some(pending) => pending,
            None => self.begin(writer, false)?,
        };
        for (id, new, prepared) in prepare(changes) {
            if !new {
                pending.builder.remove(&id);
                if !pending.anew {
                    pending.gone.push(id);
                }
            }
            if let Some(prepared) = prepared {
                pending.builder.add(&prepared)?;
            }
        }
        writer.pending = Some(pending);
        Ok(())
    }

    fn begin(&self, writer: &mut Writer, anew: bool) -> io::Result<Pending> {
        let name = writer.next_name();
        Ok(Pending { name, builder: Builder::new(&self.inner.disk.entries(name))?, gone: Vec::new(), anew })
    }

    /// Makes all that was gathered searchable at once; [`Index::at`] is `upto`. When it fails, nothing of it is.
    ///
    /// # Errors
    /// When the disk does not work.
    pub fn commit(&self, upto: i64) -> Result<(), SearchError> {
        let mut writer = self.writer()?;
        self.committed(&mut writer, upto).map_err(|why| self.failed(&mut writer, why))?;
        self.merge(&mut writer);
        Ok(())
    }

    fn committed(&self, writer: &mut Writer, upto: i64) -> io::Result<()> {
        let mut set = Set::clone(&self.inner.set());
        set.at = upto;
        if let Some(pending) = writer.pending.take() {
            if pending.anew {
                set.parts.clear();
            }
            for part in &mut set.parts {
                let docs: Vec<u32> = pending.gone.iter().filter_map(|id| part.find(id)).collect();
                self.inner.kill(writer, part, &docs)?;
            }
            set.parts.retain(|part| part.alive > 0);
            let segment = pending.builder.finish()?;
            if segment.count() > 0 {
                self.inner.disk.write_segment(pending.name, &segment)?;
                set.parts.push(Part::whole(pending.name, segment));
            }
        }
        self.inner.publish(writer, set)
    }

    /// What was gathered is dropped: half of a change must not ride along with the next.
    fn failed(&self, writer: &mut Writer, why: io::Error) -> SearchError {
        writer.pending = None;
        SearchError::Folder { folder: self.folder().to_owned(), why }
    }

    /// Forgets what was gathered and not committed. With `anew`, what is gathered from now on, from revision 0, replaces
    /// everything with the next [`Index::commit`]; until then searches find what was there.
    ///
    /// # Errors
    /// When the disk does not work.
    pub fn start(&self, anew: bool) -> Result<(), SearchError> {
        let mut writer = self.writer()?;
        writer.pending = None;
        if anew {
            let pending = self.begin(&mut writer, true).map_err(|why| self.failed(&mut writer, why))?;
            writer.pending = Some(pending);
        }
        Ok(())
    }

    /// Asks the process that writes to the index under `dir` to make it anew. It is done when the file that is
    /// answered has gone.
    ///
    /// # Errors
    /// When the disk does not work.
    pub fn ask_to_renew(dir: &Path) -> Result<PathBuf, SearchError> {
        let folder = dir.join(format!("v{SCHEMA}"));
        let mark = Disk::new(&folder).renew_mark();
        fs::write(&mark, "").map_err(|why| SearchError::Folder { folder, why })?;
        Ok(mark)
    }

    /// Did another process ask to make the index anew?
    pub fn is_to_renew(&self) -> bool {
        self.inner.disk.renew_mark().exists()
    }

    /// It was made anew.
    pub fn is_renewed(&self) {
        let mark = self.inner.disk.renew_mark();
        if let Err(why) = fs::remove_file(&mark) {
            tracing::warn!(file = %mark.display(), %why, "the mark that asks for a new index cannot be removed");
        }
    }

    /// Brings small segments together, many of them in the background.
    fn merge(&self, writer: &mut Writer) {
        if writer.merging.is_some() {
            return;
        }
        let Some(plan) = merging::plan(&self.inner.set()) else { return };
        let name = writer.next_name();
        writer.merging = Some(name);
        if plan.is_small() {
            return merging::run(&self.inner, writer, &plan, name);
        }
        let inner = self.inner.clone();
        let thread = std::thread::spawn(move || merging::run_beside(&inner, &plan, name));
        *self.merger.lock().unwrap_or_else(PoisonError::into_inner) = Some(thread);
    }

    fn writer(&self) -> Result<MutexGuard<'_, Writer>, SearchError> {
        if self.may_write { Ok(self.inner.writer()) } else { Err(SearchError::ReadOnly) }
    }

    /// How many organizations can be found.
    pub fn count(&self) -> u64 {
        self.inner.set().count() as u64
    }

    /// The id of every organization that can be found, in order; for comparing index and store.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn ids(&self) -> Result<Vec<Id>, SearchError> {
        let mut ids = Vec::new();
        for part in &self.inner.set().parts {
            for doc in (0..part.segment.count()).filter(|doc| !part.dead.has(*doc)) {
                let entry = part.segment.entry(doc).map_err(|why| SearchError::Unreadable(why.to_string()))?;
                ids.push(entry.shown.id());
            }
        }
        ids.sort_unstable();
        Ok(ids)
    }

    /// The catalogue, when it takes no time: of what is searched now, or while a new one is made, the one before.
    pub fn catalogue_at_hand(&self) -> Option<Arc<Catalogue>> {
        let set = self.inner.set();
        let now = self.catalogue.now.read().unwrap_or_else(PoisonError::into_inner).clone();
        now.filter(|catalogue| set.count() > SMALL || catalogue.is_of(&set))
    }

    /// The catalogue. It is made first when there is none yet; that may take a second.
    pub fn catalogue(&self) -> Arc<Catalogue> {
        if let Some(catalogue) = self.catalogue_at_hand() {
            return catalogue;
        }
        let mut making = self.catalogue.making.lock().unwrap_or_else(PoisonError::into_inner);
        // Somebody else may have made it meanwhile.
        self.catalogue_at_hand().unwrap_or_else(|| self.made_catalogue(&mut making))
    }

    /// Makes the catalogue anew when there is another set to make it of, and not too often.
    pub fn refresh_catalogue(&self) {
        let Ok(mut making) = self.catalogue.making.try_lock() else { return };
        let now = self.catalogue.now.read().unwrap_or_else(PoisonError::into_inner).clone();
        let rested = making.is_none_or(|(ready, took)| ready.elapsed() >= took * REST);
        if rested && now.is_none_or(|catalogue| !catalogue.is_of(&self.inner.set())) {
            self.made_catalogue(&mut making);
        }
    }

    fn made_catalogue(&self, making: &mut Option<(Instant, Duration)>) -> Arc<Catalogue> {
        let begun = Instant::now();
        let catalogue = Arc::new(Catalogue::new(&self.inner.set()));
        *self.catalogue.now.write().unwrap_or_else(PoisonError::into_inner) = Some(catalogue.clone());
        let took = begun.elapsed();
        tracing::debug!(?took, organizations = self.count(), "made the catalogue");
        *making = Some((Instant::now(), took));
        catalogue
    }

    /// Where it is on disk.
    pub fn folder(&self) -> &Path {
        self.inner.disk.folder()
    }

    /// The towns it has places in; some tenths of a second at the size of a country.
    pub fn towns(&self) -> Towns {
        Towns::of(&self.inner.set())
    }

    /// Finds organizations. A fraction of a millisecond, a few where much must be counted.
    ///
    /// # Errors
    /// When the index cannot be read. Nothing typed is an error.
    pub fn search(&self, request: &Request) -> Result<Results, SearchError> {
        results::search(&self.inner.set(), request)
    }

    /// The best few for what has been typed so far; the last word may be unfinished. Those in the state `home` come before
    /// others as good.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn suggest(&self, text: &str, home: Option<&'static str>, limit: usize) -> Result<Vec<Card>, SearchError> {
        results::suggest(&self.inner.set(), text, home, limit)
    }
}

/// What pages of organizations ask beside searches. An index that cannot be read gives nothing, and a line in the log:
/// the page lives without it.
impl Index {
    /// What else is on the site of a door of an organization; nothing when the address is none.
    pub fn shared(&self, url: &str, except: &Id) -> Option<Shared> {
        let door = Door::parse(url).ok()?;
        or_nothing("who shares a site", results::shared(&self.inner.set(), &door, except))
    }

    /// Other organizations with the same name or alias: "not what you were looking for?". Listed ones first, then by
    /// state and city.
    pub fn same_name(&self, name: &str, except: &Id, limit: usize) -> Vec<Card> {
        or_nothing("same names", results::same_name(&self.inner.set(), name, except, limit)).unwrap_or_default()
    }

    /// The parts of an organization, best known first, and how many there are.
    pub fn parts_of(&self, id: &Id, limit: usize) -> (Vec<Card>, usize) {
        or_nothing("parts", results::parts_of(&self.inner.set(), id, limit)).unwrap_or_default()
    }

    /// Where a typed place is: a ZIP code, a city, a point. Also how it was understood.
    pub fn place(&self, text: &str) -> (NearTo, Option<Point>) {
        let near = near::typed(text, &self.inner.set());
        (near.to, near.point)
    }
}

fn or_nothing<T>(what: &str, read: Result<T, SearchError>) -> Option<T> {
    read.inspect_err(|problem| tracing::error!(%problem, "{what} cannot be looked up")).ok()
}

impl Drop for Index {
    fn drop(&mut self) {
        self.inner.stop.store(true, Ordering::Release);
        let merger = self.merger.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        if merger.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("bringing segments of the search index together failed");
        }
    }
}

/// Reads names and makes entries: the work that needs no order.
fn prepare(changes: Vec<Change>) -> Vec<(Id, bool, Option<Prepared>)> {
    in_pieces(changes, |change| {
        let shown = |status| !matches!(status, Status::Withdrawn | Status::Merged);
        let after = change.after.filter(|after| shown(after.status));
        (change.id, change.new, after.map(|organization| Prepared::new(entry::entry(&organization))))
    })
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
