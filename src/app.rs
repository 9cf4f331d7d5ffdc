//! What every request and command works with: store, index, clock, configuration.

use std::sync::Arc;

use crate::{clock::Clock, config::Config, search::index::Index, store::Store};

/// The running program.
#[derive(Clone)]
pub struct App {
    /// All that is remembered.
    pub store: Store,
    /// The search index; it follows the store.
    pub index: Arc<Index>,
    /// Time.
    pub clock: Clock,
    /// What the operator set.
    pub config: Arc<Config>,
}
