//! Large things beside the database: files in `DATA/blobs`, each named by the SHA-256 of its content.
//!
//! What holds: a blob is whole or not there (written aside, synced, renamed); the same content is stored once. Who
//! puts a blob in its place holds the write transaction that commits the row naming it, so that whatever no row
//! names, seen from within a write transaction, is left over from a program that was killed.

use std::{
    collections::BTreeSet,
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use crate::model::listing::hex;

/// Where files stand until they are whole.
const ASIDE: &str = "new";

/// The folder of blobs.
#[derive(Debug, Clone)]
pub(super) struct Blobs {
    root: PathBuf,
}

/// A blob that is being written. Dropping it leaves nothing.
pub(super) struct Draft {
    blobs: Blobs,
    path: PathBuf,
    /// Locked while this program lives: what is not locked was left by one that was killed.
    file: Option<File>,
    digest: Sha256,
    bytes: u64,
}

impl Blobs {
    /// The blobs of a data folder; the folder is made when the first one is written.
    pub fn of(data: &Path) -> Self {
        Self { root: data.join("blobs") }
    }

    /// Begins a blob: write to it, then [`Draft::place`] it.
    pub fn put(&self) -> io::Result<Draft> {
        let aside = self.root.join(ASIDE);
        fs::create_dir_all(&aside)?;
        for n in 0_u32.. {
            let path = aside.join(format!("{}-{n}", std::process::id()));
            match OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(file) => {
                    file.lock()?;
                    return Ok(Draft { blobs: self.clone(), path, file: Some(file), digest: Sha256::new(), bytes: 0 });
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::Error::other("no free name"))
    }

    /// Opens a blob.
    pub fn open(&self, hash: &str) -> io::Result<File> {
        File::open(self.path(hash))
    }

    /// Removes a blob; one that is not there is no mistake.
    pub fn delete(&self, hash: &str) -> io::Result<()> {
        match fs::remove_file(self.path(hash)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Removes every blob that is not in `named`, and what killed programs left aside. Answers how many files went.
    pub fn sweep(&self, named: &BTreeSet<String>) -> io::Result<u64> {
        let mut gone = 0;
        for folder in entries(&self.root)? {
            let name = folder.file_name().to_string_lossy().into_owned();
            if name == ASIDE {
                gone += sweep_aside(&folder.path())?;
            } else if name.len() == 2 && folder.path().is_dir() {
                for file in entries(&folder.path())? {
                    let hash = file.file_name().to_string_lossy().into_owned();
                    if is_hash(&hash) && !named.contains(&hash) {
                        self.delete(&hash)?;
                        gone += 1;
                    }
                }
            }
        }
        Ok(gone)
    }

    /// Is the blob there, whole and as it was written?
    pub fn is_whole(&self, hash: &str) -> io::Result<bool> {
        let mut file = match self.open(hash) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            other => other?,
        };
        let mut digest = Hashed(Sha256::new());
        io::copy(&mut file, &mut digest)?;
        Ok(hex(&digest.0.finalize()) == hash)
    }

    fn path(&self, hash: &str) -> PathBuf {
        self.root.join(hash.get(..2).unwrap_or("00")).join(hash)
    }
}

impl Draft {
    /// Makes the blob lasting under the hash of its content, which is answered with its size in bytes.
    pub fn place(mut self) -> io::Result<(String, u64)> {
        let hash = hex(&std::mem::take(&mut self.digest).finalize());
        let target = self.blobs.path(&hash);
        if let Some(file) = self.file.take() {
            file.sync_all()?;
            let folder = target.parent().unwrap_or(&self.blobs.root);
            fs::create_dir_all(folder)?;
            fs::rename(&self.path, &target)?;
            // A name is lasting when its folder is; systems that cannot sync folders keep names anyway.
            for folder in [folder, self.blobs.root.as_path()] {
                if let Ok(folder) = File::open(folder) {
                    let _ = folder.sync_all();
                }
            }
        }
        Ok((hash, self.bytes))
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let file = self.file.as_mut().ok_or_else(|| io::Error::other("the blob is finished"))?;
        let written = file.write(bytes)?;
        self.digest.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if self.file.take().is_some() {
            let _ = fs::remove_file(&self.path);
        }
    }
}

struct Hashed(Sha256);

impl Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn is_hash(name: &str) -> bool {
    name.len() == 64 && name.bytes().all(|b| b.is_ascii_hexdigit())
}

/// What is in a folder; nothing when it is not there.
fn entries(folder: &Path) -> io::Result<Vec<fs::DirEntry>> {
    match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        other => other?.collect(),
    }
}

fn sweep_aside(folder: &Path) -> io::Result<u64> {
    let mut gone = 0;
    for entry in entries(folder)? {
        let left = File::open(entry.path()).is_ok_and(|file| file.try_lock().is_ok());
        if left && fs::remove_file(entry.path()).is_ok() {
            gone += 1;
        }
    }
    Ok(gone)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    fn put(blobs: &Blobs, text: &str) -> String {
        let mut draft = blobs.put().unwrap();
        draft.write_all(text.as_bytes()).unwrap();
        draft.place().unwrap().0
    }

    #[test]
    fn what_is_put_can_be_opened_and_deleted() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::of(folder.path());
        let hash = put(&blobs, "some rows");
        assert_eq!(hash, put(&blobs, "some rows"), "the same content is one blob");
        let mut text = String::new();
        blobs.open(&hash).unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "some rows");
        assert!(blobs.is_whole(&hash).unwrap());
        fs::write(blobs.path(&hash), "other rows").unwrap();
        assert!(!blobs.is_whole(&hash).unwrap());
        blobs.delete(&hash).unwrap();
        blobs.delete(&hash).unwrap();
        assert!(!blobs.is_whole(&hash).unwrap());
    }

    #[test]
    fn a_sweep_takes_what_nobody_names_and_leaves_what_is_being_written() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::of(folder.path());
        assert_eq!(blobs.sweep(&BTreeSet::new()).unwrap(), 0, "no folder yet");
        let (kept, orphan) = (put(&blobs, "kept"), put(&blobs, "orphan"));
        let mut writing = blobs.put().unwrap();
        writing.write_all(b"half").unwrap();
        fs::write(folder.path().join("blobs/new/4711-0"), "left by a killed program").unwrap();
        fs::write(folder.path().join("blobs/fetched.json"), "not ours").unwrap();
        assert_eq!(blobs.sweep(&BTreeSet::from([kept.clone()])).unwrap(), 2);
        assert!(blobs.is_whole(&kept).unwrap() && !blobs.is_whole(&orphan).unwrap());
        assert!(folder.path().join("blobs/fetched.json").exists());
        let (hash, bytes) = writing.place().unwrap();
        assert!(blobs.is_whole(&hash).unwrap());
        assert_eq!(bytes, 4);
        drop(blobs.put().unwrap());
        assert_eq!(fs::read_dir(folder.path().join("blobs/new")).unwrap().count(), 0, "a dropped draft leaves nothing");
    }
}
