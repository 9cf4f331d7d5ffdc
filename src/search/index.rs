//! The index on disk.
/// The search index.
pub struct Index {}
