//! All that is remembered: SQL, and only here. SQLite by default, PostgreSQL by address.
//!
//! What holds: every write adds its revisions in the same transaction; a page or a read by id is one row.

mod check;
mod db;
mod decide;
pub mod intake;
mod publish;
mod read;
mod review;
mod sync;

use std::path::Path;

use serde::Serialize;

pub use self::{
    check::Complaint,
    decide::{HeldDoor, Verdict},
    publish::Published,
    read::{Line, ListingState, SourceState},
    review::ReviewPair,
    sync::{FetchedFile, SyncEnd, SyncLock, SyncState},
};
use crate::clock::{Clock, Ids};

/// What went wrong in the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database said no.
    #[error("the database said: {0}")]
    Database(#[from] sqlx::Error),
    /// A migration did not apply.
    #[error("the database could not be brought up to date: {0}; was it made by a newer version of the program?")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// What is stored cannot be read.
    #[error("{what} in the store cannot be read: {why}")]
    Unreadable {
        /// Which row.
        what: String,
        /// The parser's words.
        why: String,
    },
    /// Another program writes for longer than we wait.
    #[error("another import or decision is being written to the same data; try again when it has ended")]
    Busy,
    /// A decision that does not fit what is stored.
    #[error("{0}")]
    Refused(String),
}

/// A thing found under a readable address or an id.
#[derive(Debug, Clone, PartialEq)]
pub enum Found<T> {
    /// Here it is.
    Here(Box<T>),
    /// It is at this readable address now, for ever (an old slug: 308).
    Renamed(String),
    /// It was merged into the one at this readable address; the merge may be undone (307).
    Merged(String),
    /// There is no such thing.
    Nothing,
}

/// How many organizations there are of one primary kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Count {
    /// With a door or a feature.
    pub listed: u64,
    /// Without.
    pub known: u64,
}

/// The store.
#[derive(Clone)]
pub struct Store {
    db: db::Db,
    clock: Clock,
    ids: Ids,
}

impl Store {
    /// Opens the store: the SQLite file `connector.db` in `data`, or the `postgres://` address when one is given.
    /// The schema is brought up to date.
    pub async fn open(data: &Path, database: Option<&str>, clock: Clock) -> Result<Self, StoreError> {
        let db = match database {
            Some(address) => db::Db::postgres(address).await?,
            None => db::Db::sqlite(&data.join("connector.db")).await?,
        };
        Ok(Self { db, ids: Ids::new(clock.clone()), clock })
    }
}
