//! Mails on their way out: kept with what they tell of, tried until they went, emptied once they did.

use super::{
    Store, StoreError,
    db::{Tx, int, row, text},
    loads::refused,
};

/// How often a mail is tried.
pub const MAIL_TRIES: i64 = 12;
/// How long a mail is one sender's alone while it is being sent, in microseconds.
const LEASE: i64 = 120 * 1_000_000;
/// How long the row of a mail is kept after it went, in microseconds: 30 days, without address and words.
const KEPT: i64 = 30 * 24 * 3_600 * 1_000_000;

/// A mail before it has its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Where it goes.
    pub address: String,
    /// Its subject.
    pub subject: String,
    /// Its words, plain text.
    pub body: String,
}

/// A mail that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueuedMail {
    /// Its number.
    pub n: i64,
    /// Where it goes.
    pub address: String,
    /// Its subject.
    pub subject: String,
    /// Its words, plain text.
    pub body: String,
    /// How often it was tried, this time included.
    pub tries: i64,
}

/// A mail that has not gone, as the operator sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsentMail {
    /// Its number.
    pub n: i64,
    /// When it was written, in microseconds since 1970 UTC.
    pub at: i64,
    /// Where it goes.
    pub address: String,
    /// Its subject.
    pub subject: String,
    /// Is it given up?
    pub given_up: bool,
    /// How often it was tried.
    pub tries: i64,
    /// When it is tried next.
    pub next_at: i64,
    /// Why it did not go.
    pub error: String,
}

impl Store {
    /// Keeps a mail to be sent.
    pub async fn queue_mail(&self, address: &str, subject: &str, body: &str) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        queue(&mut tx, self.clock.micros(), address, subject, body).await?;
        tx.commit().await
    }

    /// As much work as [`Store::queue_mail`], for nobody: whoever waits for the answer cannot tell whether a mail was kept.
    pub async fn queue_no_mail(&self) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        put(&mut tx, self.clock.micros(), "sent", ("", "", "")).await?;
        tx.commit().await
    }

    /// Takes mails that are due; they are the taker's alone for two minutes.
    pub async fn take_mails(&self, limit: u32) -> Result<Vec<QueuedMail>, StoreError> {
        let now = self.clock.micros();
        let due = "SELECT n FROM mail WHERE state = 'waiting' AND next_at <= $1 ORDER BY n LIMIT $2";
        let none = sqlx::query(due).bind(now).bind(1_i64).fetch_optional(&self.db.read).await?.is_none();
        if none {
            return Ok(Vec::new());
        }
        let mut tx = self.db.begin().await?;
        let sql = format!(
            "UPDATE mail SET tries = tries + 1, next_at = $3 WHERE n IN ({due}) RETURNING n, address, subject, body, tries"
        );
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(now).bind(i64::from(limit)).bind(now + LEASE);
        let rows = query.fetch_all(&mut *tx.inner).await?;
        tx.commit().await?;
        rows.iter()
            .map(|row| {
                let (address, subject, body) = (text(row, 1)?, text(row, 2)?, text(row, 3)?);
                Ok(QueuedMail { n: int(row, 0)?, address, subject, body, tries: int(row, 4)? })
            })
            .collect()
    }

    /// Mails that wait or were given up, the oldest first.
    pub async fn unsent_mails(&self) -> Result<Vec<UnsentMail>, StoreError> {
        let sql =
            "SELECT n, at, address, subject, state, tries, next_at, error FROM mail WHERE state <> 'sent' ORDER BY n";
        let rows = sqlx::query(sql).fetch_all(&self.db.read).await?;
        rows.iter()
            .map(|row| {
                Ok(UnsentMail {
                    n: int(row, 0)?,
                    at: int(row, 1)?,
                    address: text(row, 2)?,
                    subject: text(row, 3)?,
                    given_up: text(row, 4)? == "failed",
                    tries: int(row, 5)?,
                    next_at: int(row, 6)?,
                    error: text(row, 7)?,
                })
            })
            .collect()
    }

    /// Tries a mail again now, as often as a new one.
    pub async fn retry_mail(&self, n: i64) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        let sql =
            "UPDATE mail SET state = 'waiting', tries = 0, next_at = $1, error = '' WHERE n = $2 AND state <> 'sent'";
        let done = sqlx::query(sql).bind(self.clock.micros()).bind(n).execute(&mut *tx.inner).await?;
        if done.rows_affected() == 0 {
            return Err(refused(format!("there is no mail {n} that waits; `connector mail` lists them")));
        }
        tx.commit().await
    }

    /// It went: nothing of where and what is left.
    pub async fn mail_sent(&self, n: i64) -> Result<(), StoreError> {
        let now = self.clock.micros();
        let mut tx = self.db.begin().await?;
        let sql = "UPDATE mail SET state = 'sent', address = '', subject = '', body = '', error = '', next_at = $1 WHERE n = $2";
        sqlx::query(sql).bind(now).bind(n).execute(&mut *tx.inner).await?;
        // What was given up is of no use to anybody by then, and holds an address.
        let sql = "DELETE FROM mail WHERE (state = 'sent' AND next_at < $1) OR (state = 'failed' AND at < $1)";
        sqlx::query(sql).bind(now - KEPT).execute(&mut *tx.inner).await?;
        tx.commit().await
    }

    /// It did not go: it is tried again at a moment, or never (0).
    pub async fn mail_failed(&self, n: i64, error: &str, next_at: i64) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        let state = if next_at == 0 { "failed" } else { "waiting" };
        sqlx::query("UPDATE mail SET state = $1, error = $2, next_at = $3 WHERE n = $4")
            .bind(state)
            .bind(error.to_owned())
            .bind(next_at)
            .bind(n)
            .execute(&mut *tx.inner)
            .await?;
        tx.commit().await
    }
}

/// Keeps mails within the transaction of what they tell of.
pub(super) async fn queue_all(tx: &mut Tx, at: i64, letters: &[Letter]) -> Result<(), StoreError> {
    for Letter { address, subject, body } in letters {
        queue(tx, at, address, subject, body).await?;
    }
    Ok(())
}

/// Keeps a mail within the transaction of what it tells of.
pub(super) async fn queue(tx: &mut Tx, at: i64, address: &str, subject: &str, body: &str) -> Result<(), StoreError> {
    put(tx, at, "waiting", (address, subject, body)).await
}

async fn put(
    tx: &mut Tx,
    at: i64,
    state: &str,
    (address, subject, body): (&str, &str, &str),
) -> Result<(), StoreError> {
    let n = tx.take_numbers("mail", 1).await?;
    let cells = row![n, at, address, subject, body, state, 0_i64, at, ""];
    let cols = ["n", "at", "address", "subject", "body", "state", "tries", "next_at", "error"];
    tx.insert("mail", &cols, "", vec![cells]).await
}
