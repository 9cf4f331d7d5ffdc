//! Fetching what is due, and importing what is new of it.
//!
//! Sources of the registry in, loads into the store, one [`Line`] a source out. What holds: what did not change is not
//! loaded again; a version counts as known only after it went in or waits for a person; one source's failure stops no
//! other; a killed run leaves nothing half done, and the next one goes on where it stood.

pub mod due;
mod fetching;
#[cfg(test)]
mod tests;
mod wanted;

use std::{path::Path, time::Duration};

use serde::Serialize;

pub(super) use self::fetching::tidy;
use self::fetching::{Files, Got};
use super::{
    registry::Download,
    report::{Counts, FileStatus, Report},
    run::{ImportError, Importer},
};
use crate::{
    fetch::FetchError,
    store::{FetchedFile, StoreError, SyncEnd, SyncState, intake::LoadFile},
};

/// Every code that a [`Line`] may have besides those of [`FetchError::code`].
pub const CODES: &[&str] = &["held", "unreadable", "older", "nothing_to_list", "store"];

/// Which sources are asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// Those whose time has come.
    Due,
    /// Every one that can be fetched.
    All,
    /// These, by id.
    Named(Vec<String>),
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// Which sources.
    pub which: Which,
    /// Only show what would change; what was fetched is not remembered.
    pub dry_run: bool,
    /// Take in what did not change, too.
    pub again: bool,
}

/// Why nothing was synced at all.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// Another program does it.
    #[error("another sync is running on the same data; wait until it has ended")]
    Running,
    /// Nobody can fetch that.
    #[error(
        "{id:?} cannot be fetched: sources.toml has no `fetch` address for it; those with one are: {known}. \
         Take a file in with `connector import --source {id}`, or add the address to sources.toml in the data folder"
    )]
    NoAddress {
        /// What was asked for.
        id: String,
        /// What could have been.
        known: String,
    },
    /// A folder for what is fetched cannot be made.
    #[error("{path}: {error}")]
    Io {
        /// Which.
        path: String,
        /// Why.
        error: std::io::Error,
    },
    /// The store said no.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What came of one source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Its id.
    pub source: String,
    /// Its name.
    pub name: String,
    /// How it ended.
    pub end: SyncEnd,
    /// Why it failed or waits: a short stable code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The same in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// What was counted while it was loaded.
    pub counts: Counts,
}

/// A trouble with one source.
struct Trouble {
    end: SyncEnd,
    code: &'static str,
    message: String,
}

impl From<FetchError> for Trouble {
    fn from(error: FetchError) -> Self {
        Self { end: SyncEnd::Failed, code: error.code(), message: error.to_string() }
    }
}

impl From<ImportError> for Trouble {
    fn from(error: ImportError) -> Self {
        let code = if matches!(error, ImportError::Store(_)) { "store" } else { "unreadable" };
        Self { end: SyncEnd::Failed, code, message: error.to_string() }
    }
}

/// What a sync works with.
pub struct Syncer<'a> {
    /// Takes in what is new. Its scratch folder holds what is fetched, and belongs to the sync that runs.
    pub importer: Importer<'a>,
    /// The data folder.
    pub data: &'a Path,
    /// How long to wait before each further try at a file whose trouble may pass.
    pub pauses: &'a [Duration],
}

impl Syncer<'_> {
    /// Asks the sources, one after the other; answers what came of each.
    ///
    /// # Errors
    /// [`SyncError`]: nothing was done at all, or the store does not answer any more.
    pub async fn run(&self, ask: &Ask) -> Result<Vec<Line>, SyncError> {
        let chosen = self.chosen(&ask.which).await?;
        if chosen.is_empty() {
            return Ok(Vec::new());
        }
        let _lock = self.importer.store.lock_sync(self.data).await?.ok_or(SyncError::Running)?;
        tidy(self.importer.scratch)?;
        let mut lines = Vec::with_capacity(chosen.len());
        for download in &chosen {
            lines.push(self.one(download, ask).await?);
        }
        Ok(lines)
    }

    /// The sources that are asked, in the order of ids.
    async fn chosen(&self, which: &Which) -> Result<Vec<Download>, SyncError> {
        let all = self.importer.registry.downloads();
        match which {
            Which::All => Ok(all),
            Which::Named(ids) => {
                let find = |id: &String| {
                    let known = || all.iter().map(|d| d.source.id.as_str()).collect::<Vec<_>>().join(", ");
                    let found = all.iter().find(|download| download.source.id == *id).cloned();
                    found.ok_or_else(|| SyncError::NoAddress { id: id.clone(), known: known() })
                };
                ids.iter().map(find).collect()
            }
            Which::Due => {
                let (states, now) = (self.importer.store.sync_states().await?, self.importer.clock.micros());
                let due = |d: &Download| due::is_due(states.get(&d.source.id), d.every, now);
                Ok(all.into_iter().filter(due).collect())
            }
        }
    }

    /// One source, from its servers to the store, and a note of how it ended.
    async fn one(&self, download: &Download, ask: &Ask) -> Result<Line, SyncError> {
        let store = self.importer.store;
        let id = &download.source.id;
        let before = store.sync_states().await?.remove(id);
        let known = if ask.again { Files::new() } else { store.fetched_files(id).await? };
        let waiting = store.load_waits(id).await?;
        let mut counts = Counts::default();
        let (mut end, mut trouble, mut files) = (SyncEnd::Unchanged, None, None);
        match self.fetch(download, &known).await {
            Ok(got) if got.is_new => {
                let loaded = self.load(id, &got, ask.dry_run).await;
                got.remove();
                match loaded {
                    Ok((SyncEnd::Held, counted, why)) => {
                        (end, counts, files) = (SyncEnd::Held, counted, Some(got.files));
                        trouble = Some(Trouble { end, code: "held", message: why });
                    }
                    Ok((ended, counted, _)) => (end, counts, files) = (ended, counted, Some(got.files)),
                    Err(why) => (end, trouble) = (why.end, Some(why)),
                }
            }
            Ok(got) => {
                got.remove();
                files = Some(got.files);
                // Nothing newer came; what waited may have been decided meanwhile.
                let held = before.as_ref().filter(|before| before.end == SyncEnd::Held);
                if let Some(waits) = held.filter(|_| waiting) {
                    end = SyncEnd::Held;
                    let message = waits.message.clone().unwrap_or_default();
                    trouble = Some(Trouble { end, code: "held", message });
                }
            }
            Err(why) => (end, trouble) = (why.end, Some(why)),
        }
        let (code, message) = trouble.map(|t| (t.code.to_owned(), t.message)).unzip();
        let line = Line { source: id.clone(), name: download.source.name.clone(), end, code, message, counts };
        if !ask.dry_run {
            let state = self.state(&line, before.as_ref());
            store.note_sync(&download.source, &state, files.as_deref()).await?;
        }
        self.tell(&line);
        Ok(line)
    }

    fn state(&self, line: &Line, before: Option<&SyncState>) -> SyncState {
        let now = self.importer.clock.micros();
        let ok = matches!(line.end, SyncEnd::Loaded | SyncEnd::Unchanged);
        let failed_before = before.map_or(0, |before| before.failures);
        SyncState {
            source: line.source.clone(),
            tried_at: now,
            ok_at: if ok { Some(now) } else { before.and_then(|before| before.ok_at) },
            failures: if line.end == SyncEnd::Failed { failed_before.saturating_add(1) } else { 0 },
            end: line.end,
            code: line.code.clone(),
            message: line.message.clone(),
        }
    }

    /// Imports what is new, as one load.
    async fn load(&self, id: &str, got: &Got, dry_run: bool) -> Result<(SyncEnd, Counts, String), Trouble> {
        let mut report = self.importer.run_fetched(id, &got.paths, dry_run).await?;
        if !dry_run {
            let hash = |file: &FetchedFile| LoadFile { name: file.url.clone(), sha256: file.sha256.clone() };
            let hashes: Vec<LoadFile> = got.files.iter().map(hash).collect();
            self.importer.hold_what_changed(&mut report, Some(&hashes)).await.map_err(ImportError::from)?;
        }
        judged(&report)
    }

    fn tell(&self, line: &Line) {
        let c = &line.counts;
        let what = match line.end {
            SyncEnd::Unchanged => "unchanged".to_owned(),
            SyncEnd::Loaded => format!(
                "{} read: {} new, {} changed, {} unchanged, {} withdrawn, {} quarantined",
                c.read, c.new, c.changed, c.unchanged, c.withdrawn, c.quarantined
            ),
            SyncEnd::Held => format!("waits for a person: {}", line.message.as_deref().unwrap_or_default()),
            SyncEnd::Failed => format!("failed: {}", line.message.as_deref().unwrap_or_default()),
        };
        self.importer.progress.line(&format!("{}: {what}", line.source));
    }
}

/// What an import's report means for the source.
fn judged(report: &Report) -> Result<(SyncEnd, Counts, String), Trouble> {
    let message = |status| {
        let file = report.files.iter().find(|file| file.status == status);
        file.and_then(|file| file.message.clone()).unwrap_or_default()
    };
    let failed = |code, status| Err(Trouble { end: SyncEnd::Failed, code, message: message(status) });
    let has = |status| report.files.iter().any(|file| file.status == status);
    if has(FileStatus::Refused) {
        return failed("unreadable", FileStatus::Refused);
    }
    if has(FileStatus::OlderLoad) {
        return failed("older", FileStatus::OlderLoad);
    }
    if has(FileStatus::NothingToList) {
        return failed("nothing_to_list", FileStatus::NothingToList);
    }
    if has(FileStatus::Held) {
        return Ok((SyncEnd::Held, report.total, message(FileStatus::Held)));
    }
    Ok((SyncEnd::Loaded, report.total, String::new()))
}

/// Did every source end well?
pub fn all_well(lines: &[Line]) -> bool {
    lines.iter().all(|line| line.end != SyncEnd::Failed)
}

/// What is remembered of a file that came.
fn remembered(url: &str, fetched: &crate::fetch::Fetched) -> FetchedFile {
    FetchedFile {
        url: url.to_owned(),
        etag: fetched.etag.clone(),
        last_modified: fetched.last_modified.clone(),
        sha256: fetched.sha256.clone(),
    }
}
