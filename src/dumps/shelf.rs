//! The folder of the nights: one writer at a time, a night is whole or not there, only the newest are kept.

use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
};

use jiff::civil::Date;

use super::{day, nights_in};

/// How a folder begins that is being written.
const MAKING: &str = ".making-";
/// How a folder begins whose place another one is taking.
const BEFORE: &str = ".before-";
/// The file whoever writes holds.
const LOCK: &str = ".writing.lock";

/// The folder of the nights, for whoever may write in it.
pub struct Shelf {
    root: PathBuf,
    _lock: File,
}

/// A night that is being written. Dropped, it leaves nothing.
pub struct Making {
    /// Where its files go.
    pub folder: PathBuf,
    date: Date,
    root: PathBuf,
}

impl Shelf {
    /// Takes the right to write; nothing when another program has it. What a killed program left behind is put right.
    pub fn open(root: &Path) -> io::Result<Option<Self>> {
        fs::create_dir_all(root)?;
        let lock = File::create(root.join(LOCK))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        let shelf = Self { root: root.to_owned(), _lock: lock };
        shelf.put_right()?;
        Ok(Some(shelf))
    }

    fn put_right(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.root)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with(MAKING) {
                fs::remove_dir_all(entry.path())?;
            } else if let Some(date) = name.strip_prefix(BEFORE).and_then(day) {
                let place = self.root.join(date.to_string());
                if place.exists() { fs::remove_dir_all(entry.path())? } else { fs::rename(entry.path(), place)? }
            }
        }
        Ok(())
    }

    /// Begins a night.
    pub fn begin(&self, date: Date) -> io::Result<Making> {
        let folder = self.root.join(format!("{MAKING}{date}"));
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir(&folder)?;
        Ok(Making { folder, date, root: self.root.clone() })
    }

    /// The folder of a night.
    pub fn night(&self, date: Date) -> PathBuf {
        self.root.join(date.to_string())
    }

    /// The days of which there is a whole night, the newest first.
    pub fn nights(&self) -> Vec<Date> {
        nights_in(&self.root)
    }

    /// Lets only the newest nights stand; answers those that went.
    pub fn keep(&self, newest: usize) -> io::Result<Vec<Date>> {
        let gone: Vec<Date> = self.nights().into_iter().skip(newest.max(1)).collect();
        for date in &gone {
            fs::remove_dir_all(self.night(*date))?;
        }
        Ok(gone)
    }
}

impl Making {
    /// Puts the night in its place, where another of its day may stand.
    pub fn publish(self) -> io::Result<()> {
        sync(&self.folder);
        let (place, before) = (self.root.join(self.date.to_string()), self.root.join(format!("{BEFORE}{}", self.date)));
        if place.exists() {
            fs::rename(&place, &before)?;
        }
        fs::rename(&self.folder, &place)?;
        sync(&self.root);
        if before.exists() {
            fs::remove_dir_all(&before)?;
        }
        Ok(())
    }
}

impl Drop for Making {
    fn drop(&mut self) {
        // After it was published there is nothing of this name.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Makes the names in a folder lasting; systems that cannot keep them anyway.
fn sync(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}
