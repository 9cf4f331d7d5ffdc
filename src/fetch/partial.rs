//! Files on their way in, and what is kept of them when the way is cut.
//!
//! What must hold: a file has its own name only when it is whole; a part is kept only when the next try can prove that
//! it belongs to the same version (a strong validator and the length of the whole, RFC 9110 sections 8.8.1 and 13.1.5).

use std::{
    fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tokio::{fs::File, io::AsyncWriteExt as _};

use super::FetchError;
use crate::model::listing::hex;

/// The folder of parts, inside the folder that files are fetched into.
const FOLDER: &str = "partial";

/// What is known of a part besides its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The strong validator of the version it is of: an `ETag`, or a `Last-Modified` that counts as strong.
    pub validator: String,
    /// `ETag` of that version.
    pub etag: Option<String>,
    /// `Last-Modified` of that version.
    pub last_modified: Option<String>,
    /// `Content-Type` of that version.
    pub content_type: Option<String>,
    /// Bytes of the whole.
    pub total: u64,
}

/// Where the part of one address is kept.
#[derive(Debug, Clone)]
pub struct Place {
    bytes: PathBuf,
    facts: PathBuf,
}

impl Place {
    /// The place for `url` below `dir`. Its name is a hash: an address may hold a secret.
    ///
    /// # Errors
    /// [`FetchError::Disk`]: the folder cannot be made.
    pub fn of(dir: &Path, url: &str) -> Result<Self, FetchError> {
        let folder = dir.join(FOLDER);
        fs::create_dir_all(&folder).map_err(disk(&folder))?;
        let name = hex(&Sha256::digest(url.as_bytes()));
        Ok(Self { bytes: folder.join(format!("{name}.part")), facts: folder.join(format!("{name}.json")) })
    }

    /// The part that lies here and how many bytes of it there are; nothing when there is none worth going on with.
    pub fn found(&self) -> Option<(Part, u64)> {
        let part: Part = serde_json::from_slice(&fs::read(&self.facts).ok()?).ok()?;
        let have = fs::metadata(&self.bytes).ok()?.len();
        // Killed before the file got its name: the last byte is asked for again, a range must not be empty.
        let have = have.min(part.total.saturating_sub(1));
        (have > 0).then_some((part, have))
    }

    /// Removes what lies here.
    pub fn clear(&self) {
        // What cannot be removed is overwritten by the next whole answer.
        let _ = fs::remove_file(&self.facts);
        let _ = fs::remove_file(&self.bytes);
    }

    fn note(&self, part: &Part) -> Result<(), FetchError> {
        let text = serde_json::to_vec(part).map_err(|why| disk(&self.facts)(io::Error::other(why)))?;
        fs::write(&self.facts, text).map_err(disk(&self.facts))
    }
}

/// A file being written: its name ends in `.part` until it is whole.
#[derive(Debug)]
pub struct Growing {
    file: Option<File>,
    path: PathBuf,
    whole: PathBuf,
    /// Set while what has come is worth keeping when the rest does not come.
    kept_at: Option<Place>,
}

impl Growing {
    /// A new file in `dir`, which goes when it does not get whole. Made and renamed without waiting, so that a caller
    /// who stops waiting cannot leave a file behind.
    ///
    /// # Errors
    /// [`FetchError::Disk`].
    pub fn create(dir: &Path) -> Result<Self, FetchError> {
        loop {
            let whole = dir.join(next_name());
            let path = whole.with_extension("part");
            match fs::File::create_new(&path) {
                Ok(file) => return Ok(Self { file: Some(File::from_std(file)), path, whole, kept_at: None }),
                // An earlier process with our number was killed and left it behind.
                Err(why) if why.kind() == io::ErrorKind::AlreadyExists => {}
                Err(why) => return Err(disk(&path)(why)),
            }
        }
    }

    /// A new file whose bytes are kept when the rest does not come, even when the program is killed.
    ///
    /// # Errors
    /// [`FetchError::Disk`].
    pub fn create_kept(dir: &Path, place: &Place, part: &Part) -> Result<Self, FetchError> {
        place.clear();
        let file = fs::File::create_new(&place.bytes).map_err(disk(&place.bytes))?;
        place.note(part)?;
        Ok(Self::at(dir, place, file))
    }

    /// Goes on after the first `have` bytes of a kept part; answers them hashed, and the first few of them.
    ///
    /// # Errors
    /// [`FetchError::Disk`].
    pub fn go_on(dir: &Path, place: &Place, have: u64, head: usize) -> Result<(Self, Sha256, Vec<u8>), FetchError> {
        let file = fs::OpenOptions::new().append(true).open(&place.bytes).map_err(disk(&place.bytes))?;
        file.set_len(have).map_err(disk(&place.bytes))?;
        let (hash, first) = hashed(&place.bytes, head).map_err(disk(&place.bytes))?;
        Ok((Self::at(dir, place, file), hash, first))
    }

    fn at(dir: &Path, place: &Place, file: fs::File) -> Self {
        Self {
            file: Some(File::from_std(file)),
            path: place.bytes.clone(),
            whole: dir.join(next_name()),
            kept_at: Some(place.clone()),
        }
    }

    /// Appends.
    ///
    /// # Errors
    /// [`FetchError::Disk`].
    pub async fn write(&mut self, piece: &[u8]) -> Result<(), FetchError> {
        let Some(file) = &mut self.file else { return Ok(()) };
        file.write_all(piece).await.map_err(disk(&self.path))
    }

    /// The file is not going to be whole: what came is removed, or kept for the next try if that makes sense.
    pub async fn give_up(mut self, worth_keeping: bool) {
        if let Some(file) = &mut self.file {
            // Everything that came counts; what cannot be written is asked for again.
            let _ = file.flush().await;
        }
        if !worth_keeping && let Some(place) = self.kept_at.take() {
            place.clear();
        }
    }

    /// The file is whole: everything on disk, under its own name.
    ///
    /// # Errors
    /// [`FetchError::Disk`].
    pub async fn keep(mut self) -> Result<PathBuf, FetchError> {
        if let Some(file) = &mut self.file {
            file.flush().await.map_err(disk(&self.path))?;
        }
        fs::rename(&self.path, &self.whole).map_err(disk(&self.whole))?;
        self.file = None;
        if let Some(place) = self.kept_at.take() {
            place.clear();
        }
        Ok(self.whole.clone())
    }
}

impl Drop for Growing {
    fn drop(&mut self) {
        if self.file.take().is_some() && self.kept_at.is_none() {
            // Nothing to tell anybody: the error that brought us here says more, and `.part` says what it is.
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn next_name() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    format!("fetch-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

fn hashed(path: &Path, head: usize) -> io::Result<(Sha256, Vec<u8>)> {
    let (mut hash, mut first) = (Sha256::new(), Vec::with_capacity(head));
    let mut input = fs::File::open(path)?;
    let mut buffer = vec![0_u8; 1 << 16];
    loop {
        match input.read(&mut buffer)? {
            0 => return Ok((hash, first)),
            n => {
                hash.update(&buffer[..n]);
                first.extend(&buffer[..n.min(head - first.len())]);
            }
        }
    }
}

fn disk(path: &Path) -> impl FnOnce(io::Error) -> FetchError + use<> {
    let path = path.to_owned();
    move |why| FetchError::Disk { path, why }
}
