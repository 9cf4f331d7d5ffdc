//! All that is remembered: SQL, and only here. SQLite by default, PostgreSQL by address.
//!
//! What holds: every write adds its revisions in the same transaction; a page or a read by id is one row.

mod aged;
mod audit;
mod backup;
mod blobs;
mod changes;
mod brands;
mod check;
mod claims;
mod db;
mod decide;
mod desk;
mod day_counts;
mod days;
mod diff;
mod documents;
mod drafts;
mod identities;
mod hosts;
pub mod intake;
mod in_step;
mod overview;
mod loads;
mod log;
mod logos;
mod mail;
mod members;
mod motions;
mod moved;
mod notices;
mod offered;
mod original;
mod past;
mod people;
mod picture;
mod proposals;
pub mod public_file;
mod publish;
mod queue;
mod read;
mod redact;
mod redirect;
mod revert;
mod review;
mod say;
mod searches;
mod snapshot;
mod spelled;
mod split;
mod submissions;
mod sync;
mod team;
mod tally;
mod things;
mod tokens;
mod undo;
mod unreadable;
mod watch;
mod webhooks;
mod well_known;

#[cfg(test)]
pub mod testing;

use std::path::Path;

pub use self::{
    audit::{AuditEntry, AuditState},
    backup::{BackupSum, TableSum, verify_backup},
    brands::SliceState,
    changes::{Logged, Recalls},
    check::Complaint,
    claims::{NewClaim, Proved, Seen},
    day_counts::{DayCount, LEAST_COUNTED},
    decide::{HeldDoor, Verdict},
    desk::OnDesk,
    diff::{Diff, DoorMove, Moved},
    documents::Document,
    drafts::Draft,
    hosts::HostReach,
    identities::{Arrival, Tied},
    in_step::InStep,
    loads::{Applied, LoadState},
    logos::WantedLogo,
    mail::{Letter, MAIL_TRIES, QueuedMail, UnsentMail},
    members::Frozen,
    motions::{Motion, MotionKind},
    notices::{Decided, Followed, Heard, Notice, Waiting},
    offered::Offered,
    overview::{LastTry, Quarantine, SourceOverview},
    past::Stamped,
    people::{Session, StoredPasskey, hash_of, new_secret},
    picture::{Picture, Pictured, Retired, SourceTold},
    proposals::{Approval, NewProposal, ProposalFilter, Replacement},
    publish::{Published, restore::Restoring},
    queue::{AuthorRecord, QueueKind, QueueRow, Reach},
    read::{Line, ListingState, SourceState, Step},
    redact::Redacted,
    review::ReviewPair,
    say::SaidNow,
    searches::{LEAST as LEAST_SEARCHES, SearchWord},
    sync::{FetchedFile, SyncEnd, SyncLock, SyncState},
    team::{Invitation, JOIN, Joined},
    things::{MOST_LINKS, SharedDoor, StoredPlace, Totals},
    tokens::{TOKEN_LASTS, Token},
    webhooks::{Attempt, OWNED_WEBHOOKS, Webhook, WebhookState},
    well_known::{AskedEndpoint, HostState, OWN_SOURCE, Suspended, TiedListing, WellKnownNote},
};
use crate::clock::{Clock, Ids};

/// What went wrong in the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database said no.
    #[error("the database said: {0}")]
    Database(sqlx::Error),
    /// There is no room left where the database lies.
    #[error(
        "the disk of the database is full ({0}); nothing of what was being written is in it. Make room (a whole import          needs about three times the size of its lists), then do the same again"
    )]
    DiskFull(String),
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
    /// A file beside the database could not be written or read.
    #[error("{what} in the data folder: {error}")]
    Blob {
        /// Which.
        what: String,
        /// Why.
        error: std::io::Error,
    },
    /// Another program writes for longer than we wait.
    #[error("another import or decision is being written to the same data; try again when it has ended")]
    Busy,
    /// Somebody else was faster, or what was decided on is not what is there now (409).
    #[error("{0}")]
    Conflict(String),
    /// A decision that does not fit what is stored.
    #[error("{0}")]
    Refused(String),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        // SQLite: SQLITE_FULL; PostgreSQL: disk_full (53100); sqlx::Any keeps words where it keeps no code.
        let words = match &error {
            sqlx::Error::Database(said) => said.message().to_owned(),
            sqlx::Error::Io(said) => said.to_string(),
            _ => String::new(),
        };
        let full = ["database or disk is full", "No space left on device"].iter().any(|what| words.contains(what));
        if full { Self::DiskFull(words) } else { Self::Database(error) }
    }
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

/// The store.
#[derive(Clone)]
pub struct Store {
    db: db::Db,
    blobs: blobs::Blobs,
    clock: Clock,
    ids: Ids,
    kept: overview::Kept,
    keep_loads: u32,
    waiting: documents::Waiting,
}

/// Loads of a source that are kept as snapshots when nobody says otherwise.
pub const KEEP_LOADS: u32 = 12;

impl Store {
    /// Opens the store: the SQLite file `connector.db` in `data`, or the `postgres://` address when one is given.
    /// The schema is brought up to date.
    pub async fn open(data: &Path, database: Option<&str>, clock: Clock) -> Result<Self, StoreError> {
        let db = match database {
            Some(address) => db::Db::postgres(address).await?,
            None => db::Db::sqlite(&data.join("connector.db")).await?,
        };
        let blobs = blobs::Blobs::of(data);
        Ok(Self {
            db,
            blobs,
            ids: Ids::new(clock.clone()),
            clock,
            kept: overview::Kept::default(),
            keep_loads: KEEP_LOADS,
            waiting: documents::Waiting::default(),
        })
    }

    /// Keeps the snapshots of so many loads of each source; the accepted one, the last one and those that wait are
    /// always kept.
    #[must_use]
    pub fn keeping(self, loads: u32) -> Self {
        Self { keep_loads: loads, ..self }
    }
}
