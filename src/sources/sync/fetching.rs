//! The files of one source: asked for only when newer, tried again when the trouble may pass.

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use super::{
    SyncError, Syncer, Trouble, remembered,
    wanted::{Wanted, is_not_there},
};
use crate::{
    fetch::{Answer, Client, FetchError, Fetched, Validators},
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
        let client = self.client(download);
        let wanted = self.wanted(&client, download).await?;
        let mut same = Vec::new();
        // A file that is gone from the registry or the manifest is news, too: the load would be another one.
        got.is_new = known.keys().any(|url| !wanted.iter().any(|file| file.may_be_at(url)));
        for file in &wanted {
            let (url, fetched) = self.first(&client, file, known).await?;
            let before = known.get(&url);
            match fetched {
                Some(fetched) => {
                    got.is_new |= before.is_none_or(|before| before.sha256 != fetched.sha256);
                    got.files.push(remembered(&url, &fetched));
                    got.paths.push((url, fetched.path.clone()));
                    fits(file, &fetched)?;
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
            let fetched = self.ask(&client, &before.url, &none).await?;
            let fetched = fetched.ok_or_else(|| FetchError::Status { url: before.url.clone(), code: 304 })?;
            got.files.push(remembered(&before.url, &fetched));
            got.paths.push((before.url.clone(), fetched.path.clone()));
            for file in wanted.iter().filter(|file| file.may_be_at(&before.url)) {
                fits(file, &fetched)?;
            }
        }
        // In the order of the registry, whichever came first.
        got.paths.sort_by_key(|(url, _)| wanted.iter().position(|file| file.may_be_at(url)));
        Ok(())
    }

    /// The newest of the places where a file is, with what came of asking there.
    async fn first(
        &self,
        client: &Client,
        file: &Wanted,
        known: &Files,
    ) -> Result<(String, Option<Fetched>), FetchError> {
        let mut left = file.addresses.iter().peekable();
        let mut last = FetchError::Status { url: String::new(), code: 404 };
        while let Some(url) = left.next() {
            let validators = known.get(url).map(validators).unwrap_or_default();
            match self.ask(client, url, &validators).await {
                Ok(fetched) => return Ok((url.clone(), fetched)),
                Err(why) if left.peek().is_some() && is_not_there(&why) => {
                    self.importer.progress.line(&format!("{url} is not there yet"));
                }
                Err(why) => {
                    last = why;
                    break;
                }
            }
        }
        Err(last)
    }

    /// One file, or nothing when it is still that version.
    pub(super) async fn ask(
        &self,
        client: &Client,
        url: &str,
        known: &Validators,
    ) -> Result<Option<Fetched>, FetchError> {
        let mut pauses = self.pauses.iter();
        loop {
            match client.get_if_new(url, known, self.importer.scratch).await {
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

/// Has it as many bytes as its manifest says?
fn fits(file: &Wanted, fetched: &Fetched) -> Result<(), FetchError> {
    match &file.listed {
        Some(listed) if !listed.may_have(fetched.bytes) => {
            let why = format!("it has {} bytes, and its manifest says otherwise", fetched.bytes);
            Err(FetchError::Cut { url: file.addresses.concat(), why })
        }
        _ => Ok(()),
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
