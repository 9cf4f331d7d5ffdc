//! What tools work with: the store, the index, and the address of the site.

use std::sync::{Arc, PoisonError, RwLock};

use super::{asked::Refused, view::Frame};
use crate::{
    app::{App, index_folder},
    clock::Clock,
    config::Config,
    search::index::{Index, SearchError},
    store::Store,
};

/// What tools work with.
#[derive(Clone)]
pub struct Desk {
    pub(super) store: Store,
    pub(super) config: Arc<Config>,
    clock: Clock,
    index: Arc<RwLock<Arc<Index>>>,
    /// The index is another process's, to be opened again when the log has gone on.
    beside: bool,
}

impl Desk {
    /// In the serving process.
    pub fn of(app: &App) -> Self {
        Self::new(app.store.clone(), app.config.clone(), app.clock.clone(), app.index.clone(), false)
    }

    /// Beside a server, or without one: reads what it wrote.
    ///
    /// # Errors
    /// When there is no index yet, or it cannot be read.
    pub fn beside(store: Store, config: Arc<Config>, clock: Clock) -> Result<Self, SearchError> {
        let index = Arc::new(Index::open_to_read(&index_folder(&config))?);
        Ok(Self::new(store, config, clock, index, true))
    }

    fn new(store: Store, config: Arc<Config>, clock: Clock, index: Arc<Index>, beside: bool) -> Self {
        Self { store, config, clock, index: Arc::new(RwLock::new(index)), beside }
    }

    pub(super) fn frame(&self) -> Frame<'_> {
        Frame { root: &self.config.public_url, today: self.clock.door_day() }
    }

    /// The index as it is now.
    pub(super) async fn index(&self) -> Result<Arc<Index>, Refused> {
        let now = self.index.read().unwrap_or_else(PoisonError::into_inner).clone();
        if !self.beside || now.at() >= self.store.last_revision().await.map_err(Refused::broken)? {
            return Ok(now);
        }
        // While the writer is behind the log too, this is the same again.
        let folder = index_folder(&self.config);
        let opened = tokio::task::spawn_blocking(move || Index::open_to_read(&folder));
        let opened = Arc::new(opened.await.map_err(Refused::broken)?.map_err(Refused::broken)?);
        *self.index.write().unwrap_or_else(PoisonError::into_inner) = opened.clone();
        Ok(opened)
    }
}
