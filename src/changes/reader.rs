//! The log, page by page, for everybody who follows it; and one reader of what is new for all who wait.
//!
//! What holds: a page reads a bounded part of the log and says where the next one begins; however many wait, what is new is
//! read once. What was read is given again for seconds only, so that a recalled address does not live on in memory.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::{sync::watch, time::Instant};

use super::{
    change::{Entry, entries},
    wanted::Wanted,
};
use crate::{
    app::{App, LOOKS_A_SECOND},
    model::revision::Event,
    store::{Logged, StoreError},
};

/// Numbers of the log that one page looks through, when the log itself tells what is wanted …
const SPAN: i64 = 10_000;
/// … and when documents must be read for it.
const SPAN_OF_DOCUMENTS: i64 = 2_000;
/// Documents that are read at once.
const STEP: usize = 500;
/// Changes that are kept for those who wait, and how long.
const FRESH: usize = 2_000;
const FRESH_FOR: Duration = Duration::from_secs(20);

/// Some changes, in order.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// Those that are wanted.
    pub changes: Vec<Arc<Entry>>,
    /// Everything up to this number was looked at: the next page begins after it.
    pub next_after: i64,
    /// The last number of the log.
    pub last: i64,
}

/// The reader of a running program.
pub struct Reader {
    app: App,
    fresh: Mutex<Fresh>,
    /// Up to where changes were read for those who wait.
    at: watch::Sender<i64>,
    following: AtomicBool,
}

/// The changes that were read last: all of them after `from` and up to `upto`.
#[derive(Default)]
struct Fresh {
    from: i64,
    upto: i64,
    entries: VecDeque<(Instant, Arc<Entry>)>,
}

impl Fresh {
    fn begin_at(&mut self, n: i64) {
        *self = Self { from: n, upto: n, entries: VecDeque::new() };
    }

    fn put(&mut self, entries: &[Arc<Entry>], upto: i64) {
        // What was read before may show what is not to be shown any more.
        let away = |entry: &Arc<Entry>| matches!(entry.change.event, Event::Recalled | Event::Redacted);
        if entries.iter().any(away) {
            self.begin_at(self.upto);
        }
        let now = Instant::now();
        self.entries.extend(entries.iter().map(|entry| (now, entry.clone())));
        self.upto = upto;
        while self.entries.len() > FRESH {
            self.drop_first();
        }
    }

    fn forget_old(&mut self) {
        while self.entries.front().is_some_and(|(read, _)| read.elapsed() > FRESH_FOR) {
            self.drop_first();
        }
    }

    fn drop_first(&mut self) {
        if let Some((_, entry)) = self.entries.pop_front() {
            self.from = entry.change.n;
        }
    }

    fn page(&self, wanted: &Wanted, after: i64, limit: usize) -> Option<Page> {
        if after < self.from || after >= self.upto {
            return None;
        }
        let begin = self.entries.partition_point(|(_, entry)| entry.change.n <= after);
        let test = wanted.test();
        let mut page = Page { changes: Vec::new(), next_after: self.upto, last: self.upto };
        for (_, entry) in self.entries.range(begin..).filter(|(_, entry)| test(entry)) {
            page.changes.push(entry.clone());
            if page.changes.len() == limit {
                page.next_after = entry.change.n;
                break;
            }
        }
        Some(page)
    }
}

impl Reader {
    /// A reader that reads nothing until somebody asks.
    pub fn new(app: App) -> Arc<Self> {
        let (fresh, at) = (Mutex::default(), watch::Sender::new(0));
        Arc::new(Self { app, fresh, at, following: AtomicBool::new(false) })
    }

    /// The running program.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// The changes after a number that are wanted, at most `limit`.
    pub async fn page(&self, wanted: &Wanted, after: i64, limit: usize) -> Result<Page, StoreError> {
        let fresh = self.fresh.lock().unwrap_or_else(PoisonError::into_inner).page(wanted, after, limit);
        if let Some(page) = fresh {
            return Ok(page);
        }
        let store = &self.app.store;
        let last = store.last_revision().await?;
        let mut page = Page { changes: Vec::new(), next_after: after.min(last), last };
        if after >= last {
            return Ok(page);
        }
        if let Some(id) = &wanted.organization {
            let (logged, more) = store.logged_of(id, after, limit).await?;
            page.next_after = logged.last().filter(|_| more).map_or(last, |logged| logged.revision.n);
            page.changes = self.entries(logged).await?;
            page.changes.retain(|entry| wanted.test()(entry));
            return Ok(page);
        }
        let documents = wanted.reads_documents();
        let upto = last.min(after + if documents { SPAN_OF_DOCUMENTS } else { SPAN });
        let (things, test) = (wanted.possible(), wanted.test());
        while page.next_after < upto {
            let step = if documents { STEP } else { limit - page.changes.len() };
            let (logged, more) = store.logged((page.next_after, upto), &things, &wanted.events, step).await?;
            let reached = logged.last().filter(|_| more).map_or(upto, |logged| logged.revision.n);
            for entry in self.entries(logged).await?.into_iter().filter(|entry| test(entry)) {
                page.changes.push(entry);
                if page.changes.len() == limit {
                    break;
                }
            }
            if page.changes.len() == limit {
                page.next_after = page.changes.last().map_or(reached, |entry| entry.change.n);
                break;
            }
            page.next_after = reached;
        }
        Ok(page)
    }

    /// The changes of these numbers, all of them, the newest first: large documents are read some at a time.
    pub async fn at(&self, numbers: &[i64]) -> Result<Vec<Arc<Entry>>, StoreError> {
        let (mut left, mut entries) = (numbers.to_vec(), Vec::new());
        while !left.is_empty() {
            let (logged, cut) = self.app.store.logged_at(&left).await?;
            let reached = logged.last().filter(|_| cut).map_or(i64::MAX, |logged| logged.revision.n);
            left.retain(|n| *n > reached);
            entries.extend(self.entries(logged).await?);
        }
        entries.reverse();
        Ok(entries)
    }

    /// Makes changes of what the log has, aside: comparing documents takes a moment.
    async fn entries(&self, logged: Vec<Logged>) -> Result<Vec<Arc<Entry>>, StoreError> {
        let recalls = self.app.store.recalls().await?;
        let config = self.app.config.clone();
        let made = tokio::task::spawn_blocking(move || entries(logged, &recalls, &config.public_url)).await;
        made.map_err(|_| StoreError::Refused("the program is ending".into()))
    }

    /// Waits until something after a number was read, or the program is asked to stop.
    pub async fn beyond(self: &Arc<Self>, n: i64) {
        let mut at = self.at.subscribe();
        if !self.following.swap(true, Ordering::AcqRel) {
            tokio::spawn(self.clone().follow());
        }
        tokio::select! {
            _ = at.wait_for(|at| *at > n) => {}
            () = self.app.ready.stopped() => {}
        }
    }

    /// Reads what is new, for all who wait, until the program is asked to stop.
    async fn follow(self: Arc<Self>) {
        let stopped = self.app.ready.stopped();
        let following = async {
            loop {
                if let Err(error) = self.read_on().await {
                    tracing::error!("the log cannot be read for those who follow it, trying again: {error}");
                }
                tokio::time::sleep(Duration::from_millis(1_000 / LOOKS_A_SECOND)).await;
            }
        };
        tokio::select! {
            () = stopped => {}
            () = following => {}
        }
    }

    async fn read_on(&self) -> Result<(), StoreError> {
        let last = self.app.store.last_revision().await?;
        let mut at = *self.at.borrow();
        {
            let mut fresh = self.fresh.lock().unwrap_or_else(PoisonError::into_inner);
            fresh.forget_old();
            // At first, and while nobody waits, there is nobody to read for.
            if at == 0 || self.at.receiver_count() == 0 {
                fresh.begin_at(last);
                at = last;
            }
        }
        while at < last {
            let (logged, more) = self.app.store.logged((at, last), &[], &[], STEP).await?;
            at = logged.last().filter(|_| more).map_or(last, |logged| logged.revision.n);
            let entries = self.entries(logged).await?;
            self.fresh.lock().unwrap_or_else(PoisonError::into_inner).put(&entries, at);
            self.at.send_replace(at);
        }
        self.at.send_if_modified(|known| std::mem::replace(known, at) != at);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::{
        model::{
            listing::{Body, Listing, OrganizationFacts},
            source::Tier,
        },
        site::served::Site,
        store::testing,
    };

    #[tokio::test]
    async fn large_documents_leave_no_change_out() {
        let site = Site::new().await;
        let clinic = |number: usize| {
            let name = format!("Clinic number {number}");
            let facts = OrganizationFacts { name, description: Some("x".repeat(200_000)), ..Default::default() };
            let body = Body::Organization(Box::new(facts));
            Listing { key: format!("clinic-{number}"), group: None, strong: Vec::new(), body }
        };
        let source = testing::source("clinics", Tier::LEGACY);
        testing::take_in(&site.app.store, source, date(2026, 11, 4), (0..50).map(clinic).collect()).await;
        let numbers = site.app.store.newest_revisions(i64::MAX, 50).await.unwrap();
        assert!(site.app.store.logged_at(&numbers).await.unwrap().1, "too large to read at once");
        let entries = Reader::new(site.app.clone()).at(&numbers).await.unwrap();
        assert_eq!(entries.iter().map(|entry| entry.change.n).collect::<Vec<_>>(), numbers);
    }
}
