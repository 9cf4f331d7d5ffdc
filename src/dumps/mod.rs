//! Everything that is public as files, night by night, with a manifest.
//!
//! Layout below the data folder:
//!
//! ```text
//! dumps/                      one folder a night, the newest days are kept
//!   2026-11-26/
//!     manifest.json           what is in it: `manifest::Manifest`
//!     organizations.ndjson.zst, apps.ndjson.zst, sources.ndjson.zst, retired.ndjson.zst
//!     changes.ndjson.zst      what became different since the night before
//!     organizations.csv.zst, locations.csv.zst, portals.csv.zst, ...
//!     organizations.parquet, locations.parquet, portals.parquet, ...
//!     connector.sqlite.zst
//!     Organization.ndjson.zst, Endpoint.ndjson.zst, ...   FHIR R4, a file a resource type
//!   .making-…/                a night that is being written; never seen from outside
//! ```
//!
//! What holds: a night is whole or not there; every file of it shows one revision of the log; what ends in `.zst` is kept
//! packed and can be asked for packed or plain (`/data/{date}/organizations.ndjson`).

mod brands;
mod changes;
pub mod clean;
mod fhir;
mod files;
mod line;
pub mod make;
pub mod manifest;
mod night;
mod origin;
mod out;
mod parquet_file;
mod range;
pub mod restore;
mod rules;
mod send;
mod serve;
mod shelf;
mod stamp;
pub mod table;
pub mod tables;
pub mod verify;

use std::{
    io,
    path::{Path, PathBuf},
};

use axum::Router;
use jiff::{
    Timestamp,
    civil::{Date, Time},
    tz::TimeZone,
};

use self::manifest::{MANIFEST, Manifest};
use crate::{
    app::App,
    store::{Store, StoreError},
};

/// Why a night could not be made, read or put right.
#[derive(Debug, thiserror::Error)]
pub enum DumpError {
    /// The store could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no room for it.
    #[error(
        "the disk of the data folder is full ({0}); the nights before are as they were. Make room, or keep fewer nights \
         (CONNECTOR_DUMPS_KEEP), then do the same again"
    )]
    DiskFull(String),
    /// A file could not be written or read.
    #[error("a file of a dump: {0}")]
    Io(io::Error),
    /// A night is not as its manifest says.
    #[error("{folder} is not restored, because it is not as its manifest says:\n{}", wrong.join("\n"))]
    NotAsItSays {
        /// The folder.
        folder: String,
        /// What does not agree.
        wrong: Vec<String>,
    },
    /// Another program writes a night.
    #[error("another program is writing to the dumps of this data folder; try again when it has ended")]
    Busy,
}

impl From<io::Error> for DumpError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
                Self::DiskFull(error.to_string())
            }
            _ => Self::Io(error),
        }
    }
}

/// Its addresses.
pub fn router(app: App) -> Router {
    serve::router(app)
}

/// Where the nights of a data folder lie.
pub fn folder(data: &Path) -> PathBuf {
    data.join("dumps")
}

/// The days of which there is a whole night, the newest first.
pub fn nights(data: &Path) -> Vec<Date> {
    nights_in(&folder(data))
}

/// The days of which there is a whole night in a folder of nights, the newest first.
fn nights_in(root: &Path) -> Vec<Date> {
    let entries = std::fs::read_dir(root).into_iter().flatten().flatten();
    let mut days: Vec<Date> = entries
        .filter(|entry| entry.path().join(MANIFEST).is_file())
        .filter_map(|entry| entry.file_name().to_str().and_then(day))
        .collect();
    days.sort_unstable_by(|a, b| b.cmp(a));
    days
}

/// The manifest of the newest night; nothing when there is none yet, or it cannot be read.
pub fn newest(data: &Path) -> Option<Manifest> {
    nights(data).into_iter().find_map(|date| Manifest::read(&folder(data).join(date.to_string())).ok())
}

/// May the night in a folder be given out? Not while something of what was recalled or redacted may still be in it.
pub async fn may_be_shown(store: &Store, night: &Path) -> Result<bool, StoreError> {
    Ok(stamp::keeps(night, &rules::Rules::of(store).await?.digest()))
}

/// Is it time for a night? There is none of today yet, and its time of day has come; the very first one waits for nothing.
pub fn is_due(now: Timestamp, time: Time, newest: Option<Date>) -> bool {
    let now = now.to_zoned(TimeZone::UTC);
    newest.is_none_or(|newest| newest < now.date() && now.time() >= time)
}

/// The day a folder is called by: `2026-11-26` and no other spelling.
pub fn day(name: &str) -> Option<Date> {
    name.parse::<Date>().ok().filter(|date| date.to_string() == name)
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, time};

    use super::*;

    #[test]
    fn a_night_is_due_once_a_day_when_its_time_has_come() {
        let due = |now: &str, newest| is_due(now.parse().unwrap(), time(3, 0, 0, 0), newest);
        assert!(due("2026-11-26T01:00:00Z", None), "the first one waits for nothing");
        let yesterday = Some(date(2026, 11, 25));
        assert!(!due("2026-11-26T02:59:59Z", yesterday) && due("2026-11-26T03:00:00Z", yesterday));
        assert!(!due("2026-11-26T23:59:59Z", Some(date(2026, 11, 26))));
        assert!(!due("2026-11-26T23:59:59Z", Some(date(2026, 11, 27))), "a clock that was wrong");
    }

    #[test]
    fn a_day_has_one_spelling() {
        assert_eq!(day("2026-11-26"), Some(date(2026, 11, 26)));
        for other in ["20261126", "2026-11-26T00:00", " 2026-11-26", "2026-13-01", "..", ".making-2026-11-26"] {
            assert_eq!(day(other), None, "{other}");
        }
    }
}
