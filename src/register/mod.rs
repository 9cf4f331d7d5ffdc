//! The register: every organization in a few bytes, in memory, in step with the store's log.
//!
//! It answers what is asked most and needs no document: "has this changed?" (a version, a moment), "which ones belong to
//! this list?", "how many are they?" from the [`Table`]; searches by field from the [`Columns`]. Documents stay in the store.
//! The serving process keeps it ([`Register::follow`]).

mod bits;
mod columns;
mod endpoints;
mod facts;
mod segment;
mod table;
mod texts;

use std::sync::{Arc, PoisonError, RwLock};

pub use bits::Bits;
pub use columns::{Columns, Part};
pub use endpoints::{Endpoints, Home};
pub use facts::{Number, address_form};
pub use segment::{Claim, Offer, Segment};
pub use texts::{Text, Texts, fold};

pub use table::{Filter, Key, Marks, NATIONWIDE, Row, Stamp, Table, area_bit};

use crate::{
    model::organization::Organization,
    store::{Step, Store, StoreError},
};
use facts::Facts;

/// Further behind than this many revisions, it is read anew: the documents alone instead of the whole log.
const FAR: i64 = 20_000;
/// Revisions, or organizations, that are read at once.
const STEP: u32 = 2_000;

/// The register of a running program.
#[derive(Debug, Default)]
pub struct Register(RwLock<State>);

#[derive(Debug, Default)]
struct State {
    /// The revision it stands at; nothing before it was first read.
    at: Option<i64>,
    table: Table,
    columns: Arc<Columns>,
}

impl Register {
    /// The revision it stands at; nothing while it is first read.
    pub fn at(&self) -> Option<i64> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).at
    }

    /// Looks something up; nothing while it is first read. Keep it short: writers wait for it.
    pub fn with<T>(&self, look: impl FnOnce(&Table) -> T) -> Option<T> {
        let state = self.0.read().unwrap_or_else(PoisonError::into_inner);
        state.at.map(|_| look(&state.table))
    }

    /// The columns for searches by field, as they stand now; nothing while it is first read.
    pub fn columns(&self) -> Option<Arc<Columns>> {
        let state = self.0.read().unwrap_or_else(PoisonError::into_inner);
        state.at.map(|_| state.columns.clone())
    }

    /// Brings it up to the end of the log.
    pub async fn follow(&self, store: &Store) -> Result<(), StoreError> {
        loop {
            let last = store.last_revision().await?;
            let Some(at) = self.at().filter(|at| (0..=FAR).contains(&(last - at))) else {
                self.read_anew(store, last).await?;
                continue;
            };
            if at == last {
                return Ok(());
            }
            let upto = last.min(at + i64::from(STEP));
            let (rows, changes) = taken(store.organization_steps(at, upto).await?);
            let before = self.0.read().unwrap_or_else(PoisonError::into_inner).columns.clone();
            let columns = off_the_loop(move || before.with(changes)).await?;
            let mut state = self.0.write().unwrap_or_else(PoisonError::into_inner);
            state.table.put(rows);
            (state.at, state.columns) = (Some(upto), Arc::new(columns));
        }
    }

    /// Reads every document; what was there before answers until that is done.
    async fn read_anew(&self, store: &Store, last: i64) -> Result<(), StoreError> {
        let (mut all, mut facts): (Vec<Row>, Vec<Facts>) = (Vec::new(), Vec::new());
        let mut after = None;
        loop {
            let page = store.standing(after.as_ref(), STEP).await?;
            for stamped in &page {
                let Some(organization) = &stamped.thing else { continue };
                let stamp = Stamp { n: stamped.n, at: stamped.at, version: organization.version as u32 };
                all.push(Row::new(&organization.id, stamp, Some(organization)));
                facts.extend(Facts::of(organization, stamp.at));
            }
            match page.last().and_then(|stamped| stamped.thing.as_ref()) {
                Some(organization) => after = Some(organization.id.clone()),
                None => break,
            }
        }
        let (table, columns) = off_the_loop(move || (Table::new(all), Arc::new(Columns::new(facts)))).await?;
        tracing::info!(
            "the register has {} organizations; its columns for searches take {} MB",
            columns.shown(),
            columns.size() >> 20
        );
        // What came while it was read is taken in again after it: the log is followed from where it began.
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = State { at: Some(last), table, columns };
        Ok(())
    }
}

/// Does long work without holding up requests.
async fn off_the_loop<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, StoreError> {
    let cut_off = |why: tokio::task::JoinError| StoreError::Unreadable {
        what: "the register".to_owned(),
        why: format!("it was not made to its end: {why}"),
    };
    tokio::task::spawn_blocking(work).await.map_err(cut_off)
}

/// The rows of these steps and what can be searched of them, in their order.
fn taken(steps: Vec<Step>) -> (Vec<Row>, Vec<(Key, Option<Facts>)>) {
    let take = |step: Step| {
        let document = step.after.as_deref().filter(|body| !body.is_empty());
        // What cannot be read is not shown; whoever makes the index says so in the log.
        let document: Option<Organization> = document.and_then(|body| serde_json::from_str(body).ok());
        let row = Row::new(&step.id, Stamp { n: step.n, at: step.at, version: step.version as u32 }, document.as_ref());
        let facts = document.and_then(|document| Facts::of(&document, step.at));
        (row, (step.id.bytes(), facts))
    };
    steps.into_iter().map(take).unzip()
}
