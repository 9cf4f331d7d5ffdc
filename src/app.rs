//! What every request and command works with: store, index, clock, configuration; and the loop that keeps the index
//! in step with the store's log.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use crate::{
    clock::Clock,
    config::Config,
    search::{
        follow::changes,
        index::{Index, SearchError},
    },
    store::{Store, StoreError},
};

/// Revisions that go into the index at once.
const STEP: i64 = 2_000;
/// How often the log is looked at.
const LOOK: Duration = Duration::from_millis(500);

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
    /// Has the index caught up once since the start?
    pub ready: Ready,
}

/// Whether the index has caught up once since the start.
#[derive(Debug, Clone, Default)]
pub struct Ready(Arc<AtomicBool>);

impl Ready {
    /// Has it?
    pub fn is(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }

    /// It has.
    pub fn set(&self) {
        self.0.store(true, Ordering::Release);
    }
}

/// Why the index could not follow.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// The log could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The index could not be written.
    #[error(transparent)]
    Search(#[from] SearchError),
    /// The work was cut off.
    #[error("the index was not written to its end: {0}")]
    CutOff(#[from] tokio::task::JoinError),
}

/// Where the index lies.
pub fn index_folder(config: &Config) -> PathBuf {
    config.data.join("index")
}

/// Brings the index up to the end of the log; answers the number it stands at. An index that is ahead of the log
/// belongs to another store and is made anew. Everything becomes searchable at once; until then searches find what was
/// there.
pub async fn catch_up(store: &Store, index: &Arc<Index>) -> Result<i64, FollowError> {
    let (at, last) = (index.at(), store.last_revision().await?);
    if at > last {
        tracing::warn!("the index is ahead of the log: it is made again");
        return renew(store, index).await;
    }
    if at == last {
        return Ok(at);
    }
    index.start(false)?;
    fill(store, index, at).await
}

/// Makes the index anew from the whole log; until that is done searches find what was there.
pub async fn renew(store: &Store, index: &Arc<Index>) -> Result<i64, FollowError> {
    index.start(true)?;
    fill(store, index, 0).await
}

/// Takes in what the log has after a number.
async fn fill(store: &Store, index: &Arc<Index>, from: i64) -> Result<i64, FollowError> {
    let mut at = from;
    let mut last = store.last_revision().await?;
    let mut steps = store.organization_steps(at, last.min(at + STEP)).await?;
    while at < last {
        // The next step is read while this one is taken in.
        let upto = last.min(at + STEP);
        let gathering = index.clone();
        let writing = tokio::task::spawn_blocking(move || gathering.gather(changes(steps)));
        last = store.last_revision().await?;
        let next = store.organization_steps(upto, last.min(upto + STEP)).await;
        writing.await??;
        steps = next?;
        at = upto;
    }
    let index = index.clone();
    tokio::task::spawn_blocking(move || index.commit(at)).await??;
    Ok(at)
}

/// Keeps the index in step with the log until it is aborted.
pub async fn follow(app: App) {
    loop {
        let asked = app.index.is_to_renew();
        let done = if asked { renew(&app.store, &app.index).await } else { catch_up(&app.store, &app.index).await };
        match done {
            Ok(_) => {
                if asked {
                    app.index.is_renewed();
                }
                app.ready.set();
            }
            Err(error) => tracing::error!("the index could not follow the log, trying again: {error}"),
        }
        // Beside everything else: lists may be a moment older than searches.
        let index = app.index.clone();
        drop(tokio::task::spawn_blocking(move || index.refresh_catalogue()));
        tokio::time::sleep(LOOK).await;
    }
}
