//! Newest files of a source that cannot be read, because a column went or their shape changed: they wait among the loads
//! that wait for a person, without rows.
//!
//! What holds: nothing of them ever goes in; the same trouble waits once; the next list that goes in ends the waiting.

use serde_json::{Value, json};

use super::{
    Store, StoreError,
    db::{Tx, int, parse, row, text},
    intake::LoadHead,
    loads::set_state,
};
use crate::model::source::Mode;

/// Where the reason stands among what is noted of a load.
pub(super) const KEY: &str = "unreadable";

impl Store {
    /// Notes that files cannot be read, when something of their source went in before. Answers whether they wait now.
    pub async fn hold_unreadable(&self, head: &LoadHead, why: &str) -> Result<bool, StoreError> {
        let mut tx = self.db.begin().await?;
        let sql = "SELECT 1 FROM load WHERE source = $1 AND state = 'committed' LIMIT 1";
        let known = sqlx::query(sql).bind(head.source.id.clone()).fetch_optional(&mut *tx.inner).await?.is_some();
        let waits = waiting(&mut tx, &head.source.id).await?;
        if !known || waits.iter().any(|(_, said)| said == why) {
            tx.rollback().await?;
            return Ok(known);
        }
        // Another trouble than before: the older one is of no use to anybody.
        pass(&mut tx, &waits).await?;
        let load = tx.take_numbers("load", 1).await?;
        let mode = if head.mode == Mode::Full { "full" } else { "delta" };
        let files = serde_json::to_string(&head.files).unwrap_or_default();
        let counts = json!({ KEY: why, "source": head.source }).to_string();
        let now = self.clock.micros();
        let cells = row![load, &head.source.id, head.date.to_string(), mode, "held", now, files, counts];
        let cols = ["id", "source", "date", "mode", "state", "at", "files", "counts"];
        tx.insert("load", &cols, "", vec![cells]).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// A list of this source went in: what could not be read before waits no more.
    pub async fn pass_unreadable(&self, source: &str) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        let waits = waiting(&mut tx, source).await?;
        pass(&mut tx, &waits).await?;
        tx.commit().await
    }
}

/// Number and reason of those that wait.
async fn waiting(tx: &mut Tx, source: &str) -> Result<Vec<(i64, String)>, StoreError> {
    let sql = "SELECT id, counts FROM load WHERE source = $1 AND state = 'held' AND snapshot IS NULL";
    let rows = sqlx::query(sql).bind(source.to_owned()).fetch_all(&mut *tx.inner).await?;
    let mut found = Vec::new();
    for row in &rows {
        let counts: Value = parse("the counts of a load", &text(row, 1)?)?;
        found.extend(counts[KEY].as_str().map(str::to_owned).map(|why| int(row, 0).map(|n| (n, why))).transpose()?);
    }
    Ok(found)
}

async fn pass(tx: &mut Tx, waits: &[(i64, String)]) -> Result<(), StoreError> {
    for (n, _) in waits {
        set_state(tx, *n, "passed").await?;
    }
    Ok(())
}
