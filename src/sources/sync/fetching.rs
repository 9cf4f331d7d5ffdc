//! The files of one source: asked for only when newer, tried again when the trouble may pass.

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use super::{SyncError, Syncer, Trouble, remembered};
use crate::{
    fetch::{Answer, FetchError, Fetched, Validators},
    sources::registry::Download,
    store::FetchedFile,
};

/// What is known of a source's files, by address.
pub(super) type Files = BTreeMap<String, FetchedFile>;

/// How long the part of a cut download is kept for a next try.
const PARTS_ARE_KEPT: Duration = Duration::from_hours(14 * 24);

/// What came of asking for the files of a source.
pub(super) struct Got {
    /// Is any of them not what went in last time?
    pub is_new: bool,
    /// Their addresses and where they lie; all of them when something is new.
    pub paths: Vec<(String, PathBuf)>,
    /// What to remember of them.
    pub files: Vec<FetchedFile>,
}

impl Got {
    /// Removes the files.
    pub fn remove(&self) {
        for (_, path) in &self.paths {
            // What stays is removed by the next sync.
            let _ = std::fs::remove_file(path);
        }
    }
}

impl Syncer<'_> {
    /// Asks for every file of a source. All of them come when one of them is new: a load is whole.
    pub(super) async fn fetch(&self, download: &Download, known: &Files) -> Result<Got, Trouble> {
        let mut got = Got { is_new: false, paths: Vec::new(), files: Vec::new() };
        let done = self.fetch_all(download, known, &mut got).await;
        if let Err(why) = done {
            got.remove();
            return Err(why);
        }
        Ok(got)
    }

    async fn fetch_all(&self, download: &Download, known: &Files, got: &mut Got) -> Result<(), Trouble> {
        let mut same = Vec::new();
        // A file that is gone from the registry is news, too: the load would be another one.
        got.is_new = known.keys().any(|url| !download.addresses.contains(url));
        for url in &download.addresses {
            let before = known.get(url);
            let validators = before.map(validators).unwrap_or_default();
            match self.ask(url, &validators).await? {
                Some(fetched) => {
                    got.is_new |= before.is_none_or(|before| before.sha256 != fetched.sha256);
                    got.files.push(remembered(url, &fetched));
                    got.paths.push((url.clone(), fetched.path));
                }
                None => same.extend(before.cloned()),
            }
        }
        for before in same {
            if !got.is_new {
                got.files.push(before);
                continue;
            }
            let none = Validators::default();
            let fetched = self.ask(&before.url, &none).await?;
            let fetched = fetched.ok_or_else(|| FetchError::Status { url: before.url.clone(), code: 304 })?;
            got.files.push(remembered(&before.url, &fetched));
            got.paths.push((before.url, fetched.path));
        }
        // In the order of the registry, whichever came first.
        got.paths.sort_by_key(|(url, _)| download.addresses.iter().position(|address| address == url));
        Ok(())
    }

    /// One file, or nothing when it is still that version.
    async fn ask(&self, url: &str, known: &Validators) -> Result<Option<Fetched>, FetchError> {
        let mut pauses = self.pauses.iter();
        loop {
            match self.importer.client.get_if_new(url, known, self.importer.scratch).await {
                Ok(Answer::New(fetched)) => return Ok(Some(*fetched)),
                Ok(Answer::NotModified) => return Ok(None),
                Err(why) => match pauses.next().filter(|_| why.may_pass()) {
                    Some(pause) => {
                        self.importer.progress.line(&format!("{why}; trying again"));
                        tokio::time::sleep(*pause).await;
                    }
                    None => return Err(why),
                },
            }
        }
    }
}

fn validators(file: &FetchedFile) -> Validators {
    Validators { etag: file.etag.clone(), last_modified: file.last_modified.clone() }
}

/// Makes the folder for what is fetched, and removes what killed runs left in it. Only who has the lock may.
pub(in crate::sources) fn tidy(folder: &Path) -> Result<(), SyncError> {
    let wrong = |error: io::Error| SyncError::Io { path: folder.display().to_string(), error };
    std::fs::create_dir_all(folder).map_err(wrong)?;
    for entry in std::fs::read_dir(folder).map_err(wrong)? {
        let path = entry.map_err(wrong)?.path();
        if path.is_file() {
            std::fs::remove_file(&path).map_err(wrong)?;
        }
    }
    let Ok(parts) = std::fs::read_dir(folder.join("partial")) else { return Ok(()) };
    for part in parts.filter_map(Result::ok) {
        let age = part.metadata().and_then(|data| data.modified()).map(|at| SystemTime::elapsed(&at));
        if matches!(age, Ok(Ok(age)) if age > PARTS_ARE_KEPT) {
            std::fs::remove_file(part.path()).map_err(wrong)?;
        }
    }
    Ok(())
}
