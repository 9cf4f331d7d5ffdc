//! Listings that their source says are no more.
//!
//! What holds: only the listing with this key is closed; others of the same organization stay. A key that the same load
//! also lists stays listed.

use std::collections::BTreeSet;

use serde_json::json;

use super::{Intake, key_hash};
use crate::{
    model::id::Id,
    store::{StoreError, db::text},
};

impl Intake {
    /// Closes listings by key. Answers which of them were there and open.
    pub async fn close(&mut self, keys: &[String]) -> Result<BTreeSet<String>, StoreError> {
        if self.first {
            return Ok(BTreeSet::new());
        }
        let keys = keys.iter().map(|key| self.redactions.key(key).unwrap_or_else(|| key.clone()));
        let keys: Vec<String> = keys.filter(|key| !self.seen.contains_key(&key_hash(key))).collect();
        let source = json!(self.head.source.id);
        let sql = "SELECT key, subject_id FROM listing WHERE source = $2 AND present = 1 AND key IN {in}";
        let rows = self.tx.select_in(sql, &keys, std::slice::from_ref(&source)).await?;
        let mut closed = BTreeSet::new();
        for row in &rows {
            closed.insert(text(row, 0)?);
            self.dirty.extend(Id::parse(&text(row, 1)?));
        }
        let keys: Vec<String> = closed.iter().cloned().collect();
        let sql = "UPDATE listing SET present = 0, changed_load = $3 WHERE source = $2 AND key IN {in}";
        self.tx.execute_in(sql, &keys, &[source, json!(self.load)]).await?;
        self.closed += keys.len() as u64;
        self.watch.closed(&keys);
        Ok(closed)
    }
}
