//! The index on disk.

use super::{Card, Request, Results};
use crate::model::id::Id;

/// What went wrong in a search.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The index could not be read.
    #[error("the search index cannot be read: {0}")]
    Broken(String),
}

/// The search index.
pub struct Index {}

impl Index {
    /// Finds organizations.
    pub fn search(&self, request: &Request) -> Result<Results, SearchError> {
        let _ = request;
        unimplemented!()
    }
    /// A few results for what was typed so far.
    pub fn suggest(&self, q: &str, limit: usize) -> Result<Vec<Card>, SearchError> {
        let _ = (q, limit);
        unimplemented!()
    }
    /// Other organizations of the same name.
    pub fn same_name(&self, name: &str, id: &Id, limit: usize) -> Vec<Card> {
        let _ = (name, id, limit);
        unimplemented!()
    }
}
