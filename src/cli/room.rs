//! A server goes before an import on the same machine: people wait for the one, nobody for the other.
//!
//! The server holds a lock on a file of the data folder while it answers; an import that finds it held keeps to one
//! processor, with its threads, and lets others go first.

use std::{
    fs::{File, TryLockError},
    path::Path,
};

/// The file a server holds.
const FILE: &str = "serving.lock";

/// Says that a server answers from this data folder, for as long as the file is kept.
pub(super) fn serving(data: &Path) -> Option<File> {
    let file = File::create(data.join(FILE)).ok()?;
    // Several servers may answer from one folder's settings; none of them needs the file for itself.
    file.try_lock_shared().ok()?;
    Some(file)
}

/// Lets everybody else on the machine go first: the thread that calls it, and those it makes.
pub(super) fn stand_back() {
    #[cfg(target_os = "linux")]
    let _ = rustix::process::nice(10);
}

/// Does a server answer from this data folder?
fn is_served(data: &Path) -> bool {
    File::open(data.join(FILE)).is_ok_and(|file| matches!(file.try_lock(), Err(TryLockError::WouldBlock)))
}

/// Keeps this process to one processor when a server answers from the same folder; true when it does. To be called
/// before any thread is made: threads are born with what their maker may use.
pub(super) fn make_room(data: &Path) -> bool {
    is_served(data) && keep_to_one()
}

#[cfg(target_os = "linux")]
fn keep_to_one() -> bool {
    use rustix::{process::nice, thread};
    let Ok(may) = thread::sched_getaffinity(None) else { return false };
    let Some(last) = (0..thread::CpuSet::MAX_CPU).rev().find(|cpu| may.is_set(*cpu)) else { return false };
    let mut one = thread::CpuSet::new();
    one.set(last);
    let _ = nice(5);
    thread::sched_setaffinity(None, &one).is_ok()
}

#[cfg(not(target_os = "linux"))]
fn keep_to_one() -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_served_as_long_as_the_file_is_held() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!is_served(folder.path()), "no file");
        let first = serving(folder.path()).unwrap();
        let second = serving(folder.path()).unwrap();
        assert!(is_served(folder.path()));
        drop(first);
        assert!(is_served(folder.path()), "another still answers");
        drop(second);
        assert!(!is_served(folder.path()));
    }
}
