//! All that is remembered: SQL, and only here. SQLite by default, PostgreSQL by address.
//!
//! What holds: every write adds its revisions in the same transaction; a page or a read by id is one row.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::{
    id::Id,
    kind::Kind,
    organization::{App, Organization, Related},
    revision::Revision,
};

/// What went wrong in the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database said no.
    #[error("the database said: {0}")]
    Database(#[from] sqlx::Error),
    /// A migration did not apply.
    #[error("the database could not be brought up to date: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// What is stored cannot be read.
    #[error("{what} in the store cannot be read: {why}")]
    Unreadable {
        /// Which row.
        what: String,
        /// The parser's words.
        why: String,
    },
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
pub struct Store {}

impl Store {
    /// The organization at a readable address.
    pub async fn organization_by_slug(&self, slug: &str) -> Result<Found<Organization>, StoreError> {
        let _ = slug;
        unimplemented!()
    }
    /// The organization with an id; a merged one answers [`Found::Merged`].
    pub async fn organization(&self, id: &Id) -> Result<Found<Organization>, StoreError> {
        let _ = id;
        unimplemented!()
    }
    /// Organizations that say they are part of this one, by name.
    pub async fn parts_of(&self, id: &Id, limit: u32) -> Result<Vec<Related>, StoreError> {
        let _ = (id, limit);
        unimplemented!()
    }
    /// The app at a readable address.
    pub async fn app_by_slug(&self, slug: &str) -> Result<Found<App>, StoreError> {
        let _ = slug;
        unimplemented!()
    }
    /// Every app, by name.
    pub async fn apps(&self) -> Result<Vec<App>, StoreError> {
        unimplemented!()
    }
    /// How many organizations there are, by primary kind.
    pub async fn counts(&self) -> Result<BTreeMap<Kind, Count>, StoreError> {
        unimplemented!()
    }
    /// Revisions after number `n`, in order, at most `limit`.
    pub async fn revisions_after(&self, n: i64, limit: u32) -> Result<Vec<Revision>, StoreError> {
        let _ = (n, limit);
        unimplemented!()
    }
}
