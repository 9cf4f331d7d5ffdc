//! One request to a webhook, judged and remembered.

use std::time::Duration;

use super::message::{Message, What, repeats};
use crate::{
    clock::{Clock, secret},
    fetch::Client,
    model::listing::hex,
    store::{Attempt, Store, Webhook},
};

/// How long a receiver may take to answer.
const DEADLINE: Duration = Duration::from_secs(15);
/// Bytes of an answer that are read: enough for a challenge.
const ANSWER: usize = 1_000;
/// The answer that says "never again" (RFC 9110 section 15.5.11).
const GONE: u16 = 410;

/// Sends.
#[derive(Clone)]
pub struct Sender {
    client: Client,
    store: Store,
    clock: Clock,
}

/// What came of a request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcome {
    /// The HTTP status; 0 when there was no answer.
    pub status: u16,
    /// How long it took, in milliseconds.
    pub took_ms: i64,
    /// Why it failed; nothing when it did not.
    pub error: Option<String>,
    /// Seconds after which the receiver wants to be asked again.
    pub retry_after: Option<u64>,
    /// The receiver wants nothing any more.
    pub gone: bool,
}

impl Sender {
    /// A sender that goes out by this client.
    pub fn new(client: Client, store: Store, clock: Clock) -> Self {
        Self { client, store, clock }
    }

    /// Asks a webhook to repeat letters that nobody can know.
    pub async fn challenge(&self, hook: &Webhook) -> Outcome {
        let letters = hex(&secret());
        self.send(hook, &Message::challenge(hook, &letters), Some(&letters)).await
    }

    /// Asks a webhook whether it is there.
    pub async fn ping(&self, hook: &Webhook) -> Outcome {
        self.send(hook, &Message::ping(hook, &hex(&secret()[..16])), None).await
    }

    /// Tells a webhook of changes.
    pub async fn tell(&self, hook: &Webhook, message: &Message) -> Outcome {
        self.send(hook, message, None).await
    }

    async fn send(&self, hook: &Webhook, message: &Message, challenge: Option<&str>) -> Outcome {
        let (at, began) = (self.clock.micros(), tokio::time::Instant::now());
        let headers = message.headers(hook, at);
        let sent = self.client.post(&hook.url, headers, message.body.clone(), (DEADLINE, ANSWER)).await;
        let mut outcome = Outcome { took_ms: began.elapsed().as_millis() as i64, ..Outcome::default() };
        match sent {
            Err(why) => outcome.error = Some(why.to_string()),
            Ok(answer) => {
                outcome.status = answer.status;
                outcome.retry_after = answer.retry_after;
                outcome.gone = answer.status == GONE;
                outcome.error = match answer.status {
                    200..=299 if challenge.is_some_and(|letters| !repeats(&answer.body, letters)) => {
                        Some("it did not repeat the challenge".to_owned())
                    }
                    200..=299 => None,
                    300..=399 => Some(format!("it answered {}; redirects are not followed", answer.status)),
                    status => Some(format!("it answered {status}")),
                };
            }
        }
        self.remember(hook.n, at, message, &outcome).await;
        outcome
    }

    async fn remember(&self, webhook: i64, at: i64, message: &Message, outcome: &Outcome) {
        let attempt = Attempt {
            n: 0,
            at,
            what: message.what.word().to_owned(),
            after: message.after,
            upto: message.upto,
            changes: message.changes as i64,
            status: i64::from(outcome.status),
            took_ms: outcome.took_ms,
            error: outcome.error.clone().unwrap_or_default(),
        };
        if let Err(error) = self.store.note_attempt(webhook, &attempt).await {
            let what = What::word(message.what);
            tracing::warn!("a {what} to webhook {webhook} is missing in its list of requests: {error}");
        }
    }
}
