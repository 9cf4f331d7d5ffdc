//! What every request and command works with: store, index, clock, configuration; and the loop that keeps the index
//! in step with the store's log.

pub mod days;
pub mod kept;
pub mod looked;
pub mod visits;

use std::{
    path::PathBuf,
    sync::{Arc, OnceLock},
    time::Duration,
};

use tokio::sync::watch;

use crate::{
    clock::Clock,
    config::Config,
    fetch::{self, FetchError},
    model::organization::App as ListedApp,
    register::Register,
    search::{
        counted::Counted,
        follow::changes,
        index::{Index, SearchError},
    },
    store::{Store, StoreError},
};

/// Revisions that go into the index at once.
const STEP: i64 = 2_000;
/// How often the log is looked at.
pub const LOOKS_A_SECOND: u64 = 2;
const LOOK: Duration = Duration::from_millis(1_000 / LOOKS_A_SECOND);
/// How long a look at the log may take; then no page is kept until one succeeds.
const PATIENCE: Duration = Duration::from_secs(2);
/// How often the towns of the index are learned again, when it changed.
const LEARN: Duration = Duration::from_mins(1);
/// After how many of these looks what people asked for is written down.
const WRITE: u32 = 5;

/// The running program.
#[derive(Clone)]
pub struct App {
    /// All that is remembered.
    pub store: Store,
    /// The search index; it follows the store.
    pub index: Arc<Index>,
    /// Every organization in a few bytes; it follows the store too.
    pub register: Arc<Register>,
    /// Time.
    pub clock: Clock,
    /// What the operator set.
    pub config: Arc<Config>,
    /// May people be sent here?
    pub ready: Ready,
    /// Pages that were made and are still right.
    pub pages: kept::Kept<Page>,
    /// The apps, as they were read last: pages of organizations name some.
    pub apps: kept::Kept<Arc<Vec<ListedApp>>>,
    /// Words of our own vocabulary that were asked for and are not written down yet.
    pub counted: Arc<Counted>,
    /// Pages opened and doors taken that are not written down yet.
    pub visits: Arc<visits::Visits>,
    /// Where addresses led that somebody looked at a moment ago.
    pub looked: Arc<looked::Looked>,
    /// The guarded client, once somebody needed it.
    pub(crate) way_out: Arc<OnceLock<fetch::Client>>,
}

/// A page as it goes out.
#[derive(Debug, Clone)]
pub struct Page {
    /// Its headers.
    pub headers: axum::http::HeaderMap,
    /// Its body, in the encoding the headers name.
    pub body: axum::body::Bytes,
}

impl App {
    /// A program that has just begun: nothing is caught up, kept or counted yet.
    pub fn new(store: Store, index: Index, clock: Clock, config: Arc<Config>) -> Self {
        Self {
            store,
            index: Arc::new(index),
            register: Arc::default(),
            clock,
            config,
            ready: Ready::default(),
            pages: kept::Kept::default(),
            apps: kept::Kept::default(),
            counted: Arc::default(),
            visits: Arc::default(),
            looked: Arc::default(),
            way_out: Arc::default(),
        }
    }

    /// The guarded client: the only way out, for proofs and for looks at addresses that people typed.
    pub fn client(&self) -> Result<&fetch::Client, FetchError> {
        if let Some(client) = self.way_out.get() {
            return Ok(client);
        }
        let made = fetch::Client::new(self.config.fetch_settings())?;
        Ok(self.way_out.get_or_init(|| made))
    }

    /// Every app that some source speaks of, by name; read once for each revision.
    pub async fn listed_apps(&self) -> Result<Arc<Vec<ListedApp>>, StoreError> {
        const KEY: &str = "apps";
        if let Some(apps) = self.apps.get(KEY) {
            return Ok(apps);
        }
        let moment = self.apps.moment();
        let apps = Arc::new(self.store.apps().await?);
        if let Some(moment) = moment {
            self.apps.put(KEY, moment, kept::Answer { body: apps.clone(), size: 0, looks: 60 * LOOKS_A_SECOND });
        }
        Ok(apps)
    }
}

/// Does a piece of work to its end, whether or not whoever asked for it waits for the answer: a visitor who leaves does not cut
/// a change in two.
pub async fn to_its_end<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> Result<T, StoreError> {
    tokio::spawn(work).await.map_err(|cut| StoreError::Refused(format!("a change was cut off: {cut}")))
}

/// May people be sent here? Not before the index has caught up once since the start, and not any more once the program is
/// asked to stop.
#[derive(Debug, Clone)]
pub struct Ready(watch::Sender<Stage>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Starting,
    Ready,
    Stopping,
}

impl Default for Ready {
    fn default() -> Self {
        Self(watch::Sender::new(Stage::Starting))
    }
}

impl Ready {
    /// May they?
    pub fn is(&self) -> bool {
        *self.0.borrow() == Stage::Ready
    }

    /// The index has caught up.
    pub fn set(&self) {
        self.0.send_if_modified(|stage| {
            let starting = *stage == Stage::Starting;
            if starting {
                *stage = Stage::Ready;
            }
            starting
        });
    }

    /// The program is asked to stop: answers that wait for something end now.
    pub fn stop(&self) {
        self.0.send_replace(Stage::Stopping);
    }

    /// Is the program asked to stop?
    pub fn is_stopping(&self) -> bool {
        *self.0.borrow() == Stage::Stopping
    }

    /// Waits until the program is asked to stop.
    pub async fn stopped(&self) {
        // The sender is ours, so this ends for no other reason.
        let _ = self.0.subscribe().wait_for(|stage| *stage == Stage::Stopping).await;
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

/// Keeps the register in step with the log until it is aborted.
pub async fn enrol(app: App) {
    loop {
        if let Err(error) = app.register.follow(&app.store).await {
            tracing::error!("the register could not follow the log, trying again: {error}");
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Tells the kept pages where the log stands, until it is aborted.
pub async fn watch(app: App) {
    loop {
        let revision = match tokio::time::timeout(PATIENCE, app.store.last_revision()).await {
            Ok(read) => {
                read.inspect_err(|error| tracing::error!("the log cannot be read, no page is kept: {error}")).ok()
            }
            Err(_) => None,
        };
        // Pages show what the index has too: while it is behind, none is kept.
        let revision = revision.filter(|revision| app.index.at() >= *revision);
        app.pages.looked(revision);
        app.apps.looked(revision);
        tokio::time::sleep(LOOK).await;
    }
}

/// Writes down every few minutes what people asked for, until it is aborted; [`write_counts`] brings the rest.
pub async fn count(app: App) {
    let mut learned = -1;
    for looks in 1_u32.. {
        if app.ready.is() && app.index.at() != learned {
            learned = app.index.at();
            let app = app.clone();
            if let Err(cut_off) = tokio::task::spawn_blocking(move || app.counted.learn(app.index.towns())).await {
                tracing::error!("the towns could not be learned: {cut_off}");
            }
        }
        // Until the index has caught up for the first time there is nothing to learn, so look again soon.
        tokio::time::sleep(if learned < 0 { LOOK } else { LEARN }).await;
        if learned >= 0 && looks.is_multiple_of(WRITE) {
            write_counts(&app).await;
        }
    }
}

/// Writes down what people asked for since the last time. What cannot be written is lost: it is only counts.
pub async fn write_counts(app: &App) {
    for sum in app.counted.take() {
        if let Err(error) = app.store.add_search_words(sum.day, &sum.words).await {
            tracing::warn!("some counts of searched words are lost: {error}");
        }
    }
}
