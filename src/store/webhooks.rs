//! Webhooks: who is told of changes, how far each got, and the last requests to each.
//!
//! What holds: how far a receiver got is written only after it said so, and only by whoever holds its lease; what the
//! operator decides meanwhile wins. Secrets leave this table for signatures alone.

use serde::Serialize;
use sqlx::{AssertSqlSafe, any::AnyRow};

use super::{
    Store, StoreError, audit,
    db::{Tx, int, row, text},
    loads::refused,
};
use crate::model::id::Id;

/// So many there may be of the operator's: each is a task of its own in the server.
const MOST: i64 = 200;
/// So many one organization may have, and all of them together.
pub const OWNED_WEBHOOKS: i64 = 5;
const MOST_OWNED: i64 = 1_000;
/// Requests to each that are remembered.
const REMEMBERED: i64 = 500;
const COLUMNS: &str = "n, url, wanted, secret, old_secret, old_until, state, created, answered, acknowledged, failures, \
     failing_since, next_at, last_ok, last_error, subject_id";

/// Where a webhook stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum WebhookState {
    /// It has not answered the challenge yet: it is told nothing.
    New,
    /// It is told.
    On,
    /// The operator wants it to wait.
    Paused,
    /// It failed for too long, or said that it is gone.
    Off,
}

impl WebhookState {
    const ALL: [Self; 4] = [Self::New, Self::On, Self::Paused, Self::Off];

    /// The word in the store and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::On => "on",
            Self::Paused => "paused",
            Self::Off => "off",
        }
    }
}

/// One webhook. Times are in microseconds since 1970 UTC, 0 = never.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Its number.
    pub n: i64,
    /// Where it is told.
    pub url: String,
    /// Of what, as JSON.
    pub wanted: String,
    /// Signs what it is told.
    pub secret: String,
    /// The secret before, and until when it signs too.
    pub old_secret: Option<(String, i64)>,
    /// Where it stands.
    pub state: WebhookState,
    /// Since when it is there.
    pub created: i64,
    /// When it answered the challenge.
    pub answered: i64,
    /// The last revision it got.
    pub acknowledged: i64,
    /// Failures one after another.
    pub failures: i64,
    /// Since when it fails.
    pub failing_since: i64,
    /// Before this moment it is not tried again.
    pub next_at: i64,
    /// When it last took something.
    pub last_ok: i64,
    /// Why it last failed.
    pub last_error: String,
    /// The organization or app whose owners added it; nothing = the operator's.
    pub subject: Option<Id>,
}

/// One request to a webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Attempt {
    /// Counts the requests to it.
    pub n: i64,
    /// When, in microseconds since 1970 UTC.
    pub at: i64,
    /// `challenge`, `ping` or `changes`.
    pub what: String,
    /// Changes after this revision …
    pub after: i64,
    /// … and up to this one.
    pub upto: i64,
    /// How many changes.
    pub changes: i64,
    /// The HTTP status; 0 when there was no answer.
    pub status: i64,
    /// How long it took, in milliseconds.
    pub took_ms: i64,
    /// Why it failed; empty when it did not.
    pub error: String,
}

impl Store {
    /// Adds a webhook that begins with what comes after revision `acknowledged`; answers its number.
    pub async fn add_webhook(
        &self,
        url: &str,
        wanted: &str,
        secret: &str,
        acknowledged: i64,
    ) -> Result<i64, StoreError> {
        let mut tx = self.db.begin().await?;
        if count(&mut tx, "subject_id = ''", "").await? >= MOST {
            return Err(refused(format!("there are {MOST} webhooks already; remove one first")));
        }
        let n = self.insert_webhook(&mut tx, (url, wanted, secret), acknowledged, "").await?;
        tx.commit().await?;
        Ok(n)
    }

    /// Adds a webhook of an organization or app, which begins with what comes from now on; answers its number.
    pub async fn add_owned_webhook(
        &self,
        subject: &Id,
        what: (&str, &str, &str),
        actor: &str,
    ) -> Result<i64, StoreError> {
        let last = self.last_revision().await?;
        let mut tx = self.db.begin().await?;
        let (own, all) =
            (count(&mut tx, "subject_id = $1", subject.as_str()).await?, count(&mut tx, "subject_id <> ''", "").await?);
        if own >= OWNED_WEBHOOKS || all >= MOST_OWNED {
            return Err(refused("there are as many webhooks as there may be".into()));
        }
        let n = self.insert_webhook(&mut tx, what, last, subject.as_str()).await?;
        let detail = serde_json::json!({ "webhook": n });
        audit::note(&mut tx, self.clock.micros(), actor, "webhook.added", subject.as_str(), &detail).await?;
        tx.commit().await?;
        Ok(n)
    }

    async fn insert_webhook(
        &self,
        tx: &mut Tx,
        (url, wanted, secret): (&str, &str, &str),
        acknowledged: i64,
        subject: &str,
    ) -> Result<i64, StoreError> {
        let n = tx.take_numbers("webhook", 1).await?;
        let (zero, now) = (0_i64, self.clock.micros());
        let cells = row![
            n,
            url,
            wanted,
            secret,
            "",
            zero,
            "new",
            now,
            zero,
            acknowledged,
            zero,
            zero,
            zero,
            zero,
            "",
            subject,
            "",
            zero,
        ];
        let cols: Vec<&str> = COLUMNS.split(", ").chain(["lease", "lease_until"]).collect();
        tx.insert("webhook", &cols, "", vec![cells]).await?;
        Ok(n)
    }

    /// Webhooks of an organization or app, by number.
    pub async fn owned_webhooks(&self, subject: &Id) -> Result<Vec<Webhook>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM webhook WHERE subject_id = $1 ORDER BY n");
        let query = sqlx::query(AssertSqlSafe(sql)).bind(subject.to_string());
        query.fetch_all(&self.db.read).await?.iter().map(webhook).collect()
    }

    /// Writes down what an owner did with a webhook of theirs.
    pub async fn note_webhook(&self, subject: &Id, n: i64, action: &str, actor: &str) -> Result<(), StoreError> {
        self.audit(actor, action, subject.as_str(), &serde_json::json!({ "webhook": n })).await.map(|_| ())
    }

    /// Every webhook, by number.
    pub async fn webhooks(&self) -> Result<Vec<Webhook>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM webhook ORDER BY n");
        sqlx::query(AssertSqlSafe(sql)).fetch_all(&self.db.read).await?.iter().map(webhook).collect()
    }

    /// One webhook.
    pub async fn webhook(&self, n: i64) -> Result<Webhook, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM webhook WHERE n = $1");
        let row = sqlx::query(AssertSqlSafe(sql)).bind(n).fetch_optional(&self.db.read).await?;
        webhook(&row.ok_or_else(|| no_such(n))?)
    }

    /// Removes a webhook and all that is known of it.
    pub async fn remove_webhook(&self, n: i64) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        let gone = sqlx::query("DELETE FROM webhook WHERE n = $1").bind(n).execute(&mut *tx.inner).await?;
        if gone.rows_affected() == 0 {
            return Err(no_such(n));
        }
        sqlx::query("DELETE FROM webhook_delivery WHERE webhook = $1").bind(n).execute(&mut *tx.inner).await?;
        tx.commit().await
    }

    /// Lets it wait, or goes on with it. What failed is forgotten; who never answered the challenge is asked again.
    pub async fn pause_webhook(&self, n: i64, pause: bool) -> Result<(), StoreError> {
        let sql = "UPDATE webhook SET state = CASE WHEN $2 = 1 THEN 'paused' WHEN answered > 0 THEN 'on' ELSE 'new' END, \
             failures = 0, failing_since = 0, next_at = 0 WHERE n = $1";
        self.change_webhook(n, sqlx::query(sql).bind(n).bind(i64::from(pause))).await
    }

    /// Tells it again all that came after a revision.
    pub async fn replay_webhook(&self, n: i64, after: i64) -> Result<(), StoreError> {
        let sql = "UPDATE webhook SET acknowledged = $2, failures = 0, failing_since = 0, next_at = 0 WHERE n = $1";
        self.change_webhook(n, sqlx::query(sql).bind(n).bind(after)).await
    }

    /// Gives it a new secret; the one it had signs too until `old_until`.
    pub async fn rotate_webhook(&self, n: i64, secret: &str, old_until: i64) -> Result<(), StoreError> {
        let sql = "UPDATE webhook SET old_secret = secret, old_until = $3, secret = $2 WHERE n = $1";
        self.change_webhook(n, sqlx::query(sql).bind(n).bind(secret.to_owned()).bind(old_until)).await
    }

    async fn change_webhook(
        &self,
        n: i64,
        query: sqlx::query::Query<'_, sqlx::Any, sqlx::any::AnyArguments>,
    ) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        let done = query.execute(&mut *tx.inner).await?;
        if done.rows_affected() == 0 {
            return Err(no_such(n));
        }
        tx.commit().await
    }

    /// Takes the lease of a webhook for `holder` until a moment, when nobody else has it; answers whether it is held.
    pub async fn lease_webhook(&self, n: i64, holder: &str, until: i64) -> Result<bool, StoreError> {
        let sql = "UPDATE webhook SET lease = $2, lease_until = $3 WHERE n = $1 AND (lease = $2 OR lease_until < $4)";
        let query = sqlx::query(sql).bind(n).bind(holder.to_owned()).bind(until).bind(self.clock.micros());
        Ok(query.execute(&self.db.write).await?.rows_affected() == 1)
    }

    /// It answered the challenge: it is told from now on.
    pub async fn webhook_answered(&self, n: i64) -> Result<(), StoreError> {
        let sql = "UPDATE webhook SET answered = $2, last_ok = $2, failures = 0, failing_since = 0, next_at = 0, \
             last_error = '', state = CASE WHEN state = 'new' THEN 'on' ELSE state END WHERE n = $1";
        sqlx::query(sql).bind(n).bind(self.clock.micros()).execute(&self.db.write).await?;
        Ok(())
    }

    /// It has everything up to revision `upto`, `said` when it said so itself. Nothing is written when it does not stand at
    /// `from` any more: the operator wants something told again.
    pub async fn webhook_got(&self, n: i64, (from, upto): (i64, i64), said: bool) -> Result<(), StoreError> {
        let sql = "UPDATE webhook SET acknowledged = $3, failures = 0, failing_since = 0, next_at = 0, last_error = '', \
             last_ok = CASE WHEN $5 = 1 THEN $4 ELSE last_ok END WHERE n = $1 AND acknowledged = $2";
        let query = sqlx::query(sql).bind(n).bind(from).bind(upto).bind(self.clock.micros()).bind(i64::from(said));
        query.execute(&self.db.write).await?;
        Ok(())
    }

    /// It failed: it is tried again at `next_at`, or no more when it is to be `off`.
    pub async fn webhook_failed(&self, n: i64, error: &str, next_at: i64, off: bool) -> Result<(), StoreError> {
        let sql = "UPDATE webhook SET failures = failures + 1, last_error = $2, next_at = $3, \
             failing_since = CASE WHEN failing_since = 0 THEN $4 ELSE failing_since END, \
             state = CASE WHEN $5 = 1 AND state <> 'paused' THEN 'off' ELSE state END WHERE n = $1";
        let query = sqlx::query(sql).bind(n).bind(error.to_owned()).bind(next_at).bind(self.clock.micros());
        query.bind(i64::from(off)).execute(&self.db.write).await?;
        Ok(())
    }

    /// Remembers a request; the oldest are forgotten. Its number is given here.
    pub async fn note_attempt(&self, webhook: i64, attempt: &Attempt) -> Result<(), StoreError> {
        let sql = "INSERT INTO webhook_delivery (webhook, n, at, what, after_n, upto_n, changes, status, took_ms, error) \
             SELECT w.n, COALESCE((SELECT MAX(d.n) FROM webhook_delivery d WHERE d.webhook = w.n), 0) + 1, \
             $2, $3, $4, $5, $6, $7, $8, $9 FROM webhook w WHERE w.n = $1";
        let query = sqlx::query(sql).bind(webhook).bind(attempt.at).bind(attempt.what.clone()).bind(attempt.after);
        let query = query.bind(attempt.upto).bind(attempt.changes).bind(attempt.status).bind(attempt.took_ms);
        query.bind(attempt.error.clone()).execute(&self.db.write).await?;
        let sql = "DELETE FROM webhook_delivery WHERE webhook = $1 AND n <= \
             (SELECT MAX(d.n) FROM webhook_delivery d WHERE d.webhook = $1) - $2";
        sqlx::query(sql).bind(webhook).bind(REMEMBERED).execute(&self.db.write).await?;
        Ok(())
    }

    /// The last requests to a webhook, the newest first.
    pub async fn attempts(&self, webhook: i64, limit: u32) -> Result<Vec<Attempt>, StoreError> {
        let sql = "SELECT n, at, what, after_n, upto_n, changes, status, took_ms, error FROM webhook_delivery \
             WHERE webhook = $1 ORDER BY n DESC LIMIT $2";
        let rows = sqlx::query(sql).bind(webhook).bind(i64::from(limit)).fetch_all(&self.db.read).await?;
        let attempt = |row: &AnyRow| {
            Ok(Attempt {
                n: int(row, 0)?,
                at: int(row, 1)?,
                what: text(row, 2)?,
                after: int(row, 3)?,
                upto: int(row, 4)?,
                changes: int(row, 5)?,
                status: int(row, 6)?,
                took_ms: int(row, 7)?,
                error: text(row, 8)?,
            })
        };
        rows.iter().map(attempt).collect()
    }
}

async fn count(tx: &mut Tx, which: &str, subject: &str) -> Result<i64, StoreError> {
    let sql = format!("SELECT CAST(COUNT(*) AS BIGINT) FROM webhook WHERE {which}");
    let query = sqlx::query(AssertSqlSafe(sql));
    let query = if subject.is_empty() { query } else { query.bind(subject.to_owned()) };
    int(&query.fetch_one(&mut *tx.inner).await?, 0)
}

fn no_such(n: i64) -> StoreError {
    refused(format!("there is no webhook {n}; `connector webhooks` lists them"))
}

fn webhook(row: &AnyRow) -> Result<Webhook, StoreError> {
    let word = text(row, 6)?;
    let state = WebhookState::ALL.into_iter().find(|state| state.word() == word).ok_or_else(|| {
        StoreError::Unreadable { what: "a webhook's state".into(), why: format!("{word:?} is no word for it") }
    })?;
    let old = Some((text(row, 4)?, int(row, 5)?)).filter(|(secret, _)| !secret.is_empty());
    Ok(Webhook {
        n: int(row, 0)?,
        url: text(row, 1)?,
        wanted: text(row, 2)?,
        secret: text(row, 3)?,
        old_secret: old,
        state,
        created: int(row, 7)?,
        answered: int(row, 8)?,
        acknowledged: int(row, 9)?,
        failures: int(row, 10)?,
        failing_since: int(row, 11)?,
        next_at: int(row, 12)?,
        last_ok: int(row, 13)?,
        last_error: text(row, 14)?,
        subject: Id::parse(&text(row, 15)?),
    })
}
