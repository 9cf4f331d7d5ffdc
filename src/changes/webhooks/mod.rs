//! Webhooks: addresses that the operator registered are told of changes, signed, in order, at least once.
//!
//! What holds: nothing is told before the address repeated a challenge; a receiver gets the next changes only after it took
//! those before; how far it got is written when it said so, so a stop anywhere repeats and never leaves out; each receiver has
//! a task of its own, so a slow one holds up nobody else; one process delivers to it at a time.

mod message;
mod sender;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::task::{self, JoinSet};

pub use self::{
    message::{Message, What, signature},
    sender::{Outcome, Sender},
};
use super::{
    reader::{Page, Reader},
    wanted::Wanted,
};
use crate::{
    app::App,
    clock::secret,
    fetch::Client,
    model::listing::hex,
    store::{StoreError, Webhook, WebhookState},
};

/// How often the log and the webhooks are looked at.
const LOOK: Duration = Duration::from_millis(500);
/// Changes of one request, and bytes of them, about.
const BATCH: usize = 100;
const BATCH_BYTES: usize = 512 << 10;
/// How long a process is believed to deliver without a new word, in microseconds: longer than any request.
const LEASE: i64 = 20 * SECOND;
/// The first wait after a failure; it doubles up to the longest.
const FIRST_WAIT: i64 = 5 * SECOND;
const LONGEST_WAIT: i64 = 3_600 * SECOND;
/// A webhook that failed for so long is told nothing any more.
const PATIENCE: i64 = DAYS * 24 * 3_600 * SECOND;
/// The same in days.
pub const DAYS: i64 = 5;
/// A webhook that wants nothing of so many changes is taken to have them.
const SKIPPED: i64 = 1_000;
/// How long deliveries that are under way may take when the program stops.
const GRACE: Duration = Duration::from_secs(16);
const SECOND: i64 = 1_000_000;

/// A new secret: letters to sign with.
pub fn new_secret() -> String {
    format!("whsec_{}", hex(&secret()))
}

/// Tells every webhook what is due until the program is asked to stop; what is under way then is finished.
pub async fn run(app: App, client: Client) {
    let post = Post::new(app.clone(), client);
    let mut busy = JoinSet::new();
    let mut under_way: HashMap<task::Id, i64> = HashMap::new();
    loop {
        tokio::select! {
            () = app.ready.stopped() => break,
            () = tokio::time::sleep(LOOK) => {}
        }
        while let Some(ended) = busy.try_join_next_with_id() {
            under_way.remove(&ended.map_or_else(|error| error.id(), |(id, ())| id));
        }
        let due = match post.due().await {
            Ok(due) => due,
            Err(error) => {
                tracing::error!("webhooks cannot be read, trying again: {error}");
                continue;
            }
        };
        for n in due {
            if under_way.values().any(|busy| *busy == n) {
                continue;
            }
            let post = post.clone();
            let task = busy.spawn(async move {
                if let Err(error) = post.attend(n).await {
                    tracing::warn!("webhook {n} has to wait: {error}");
                }
            });
            under_way.insert(task.id(), n);
        }
    }
    // What is not finished by then is told again after the next start.
    let _ = tokio::time::timeout(GRACE, async { while busy.join_next().await.is_some() {} }).await;
}

/// Delivers.
#[derive(Clone)]
struct Post {
    reader: Arc<Reader>,
    sender: Sender,
    /// By which name this process holds leases.
    name: Arc<str>,
    /// By webhook: the number it said it has, and up to where nothing was for it.
    nothing_until: Arc<Mutex<HashMap<i64, (i64, i64)>>>,
}

impl Post {
    fn new(app: App, client: Client) -> Self {
        let sender = Sender::new(client, app.store.clone(), app.clock.clone());
        Self { reader: Reader::new(app), sender, name: hex(&secret()[..8]).into(), nothing_until: Arc::default() }
    }

    fn app(&self) -> &App {
        self.reader.app()
    }

    /// The webhooks for which something is to be done now.
    async fn due(&self) -> Result<Vec<i64>, StoreError> {
        let hooks = self.app().store.webhooks().await?;
        if hooks.is_empty() {
            return Ok(Vec::new());
        }
        let (last, now) = (self.app().store.last_revision().await?, self.app().clock.micros());
        let is_due = |hook: &&Webhook| {
            let wants = match hook.state {
                WebhookState::New => true,
                WebhookState::On => self.place(hook) < last,
                WebhookState::Paused | WebhookState::Off => false,
            };
            wants && hook.next_at <= now
        };
        Ok(hooks.iter().filter(is_due).map(|hook| hook.n).collect())
    }

    /// Everything up to here it has, or does not want.
    fn place(&self, hook: &Webhook) -> i64 {
        let known = self.nothing_until.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&hook.n).filter(|(has, _)| *has == hook.acknowledged).map_or(hook.acknowledged, |(_, until)| *until)
    }

    /// Does all that is due for one webhook, one request after another.
    async fn attend(&self, n: i64) -> Result<(), StoreError> {
        let store = &self.app().store;
        let done = self.attend_leased(n).await;
        // Whoever comes next need not wait for the lease to end.
        store.lease_webhook(n, &self.name, 0).await?;
        done
    }

    async fn attend_leased(&self, n: i64) -> Result<(), StoreError> {
        let (store, clock) = (&self.app().store, &self.app().clock);
        while !self.app().ready.is_stopping() {
            let now = clock.micros();
            if !store.lease_webhook(n, &self.name, now + LEASE).await? {
                return Ok(());
            }
            let hook = store.webhook(n).await?;
            if hook.next_at > now {
                return Ok(());
            }
            match hook.state {
                WebhookState::New => {
                    let outcome = self.sender.challenge(&hook).await;
                    if outcome.error.is_some() {
                        return self.failed(&hook, outcome).await;
                    }
                    store.webhook_answered(n).await?;
                }
                WebhookState::On => {
                    if !self.tell(&hook).await? {
                        return Ok(());
                    }
                }
                WebhookState::Paused | WebhookState::Off => return Ok(()),
            }
        }
        Ok(())
    }

    /// Tells a webhook the next changes; `false` when there is nothing more to do now.
    async fn tell(&self, hook: &Webhook) -> Result<bool, StoreError> {
        let wanted: Wanted = serde_json::from_str(&hook.wanted).map_err(|error| StoreError::Unreadable {
            what: format!("what webhook {} wants", hook.n),
            why: error.to_string(),
        })?;
        let page = batch(self.reader.page(&wanted, self.place(hook), BATCH).await?);
        let more = page.next_after < page.last;
        if page.changes.is_empty() {
            if page.next_after - hook.acknowledged >= SKIPPED {
                self.app().store.webhook_got(hook.n, (hook.acknowledged, page.next_after), false).await?;
            } else {
                let mut known = self.nothing_until.lock().unwrap_or_else(PoisonError::into_inner);
                known.insert(hook.n, (hook.acknowledged, page.next_after));
            }
            return Ok(more);
        }
        let outcome = self.sender.tell(hook, &Message::changes(hook, &page)).await;
        if outcome.error.is_some() {
            self.failed(hook, outcome).await?;
            return Ok(false);
        }
        self.got(hook, page.next_after).await;
        Ok(more)
    }

    /// It took the changes: that is written, however long the store is busy, so that it is not told again.
    async fn got(&self, hook: &Webhook, upto: i64) {
        let store = &self.app().store;
        while let Err(error) = store.webhook_got(hook.n, (hook.acknowledged, upto), true).await {
            tracing::warn!("how far webhook {} got cannot be written yet: {error}", hook.n);
            tokio::select! {
                () = self.app().ready.stopped() => return,
                () = tokio::time::sleep(LOOK) => {}
            }
        }
        if hook.failures > 0 {
            tracing::info!("webhook {} takes changes again after {} failures", hook.n, hook.failures);
        }
    }

    async fn failed(&self, hook: &Webhook, outcome: Outcome) -> Result<(), StoreError> {
        let now = self.app().clock.micros();
        let since = if hook.failing_since == 0 { now } else { hook.failing_since };
        let off = outcome.gone || now - since >= PATIENCE;
        let asked = outcome.retry_after.map_or(0, |seconds| (seconds as i64).saturating_mul(SECOND).min(LONGEST_WAIT));
        let next_at = now + wait(hook.failures, secret()[0]).max(asked);
        let error = outcome.error.unwrap_or_default();
        if off {
            let why =
                if outcome.gone { "it said that it is gone".to_owned() } else { format!("it failed for {DAYS} days") };
            tracing::error!(
                "webhook {n} is off: {why}, the last time with {error:?}. When it is in order: connector webhooks resume {n}",
                n = hook.n
            );
        } else if hook.failures == 0 {
            tracing::warn!("webhook {} failed and is tried again: {error}", hook.n);
        }
        self.app().store.webhook_failed(hook.n, &error, next_at, off).await
    }
}

/// How long to wait after a failure when there were so many before, in microseconds: doubled each time, and a fifth more or
/// less by chance, so that receivers that failed together do not come back together.
fn wait(failures: i64, chance: u8) -> i64 {
    let doubled = FIRST_WAIT.saturating_mul(1 << failures.clamp(0, 20)).min(LONGEST_WAIT);
    doubled / 5 * 4 + doubled / 5 * 2 * i64::from(chance) / 255
}

/// As much of a page as goes into one request.
fn batch(mut page: Page) -> Page {
    let mut bytes = 0;
    let fits = page.changes.iter().take_while(|entry| {
        bytes += entry.json.get().len();
        bytes <= BATCH_BYTES
    });
    let fits = fits.count().max(1);
    if fits < page.changes.len() {
        page.changes.truncate(fits);
        page.next_after = page.changes.last().map_or(page.next_after, |entry| entry.change.n);
    }
    page
}

#[cfg(test)]
mod tests;
