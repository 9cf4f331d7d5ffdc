//! Doors that additions move: what stands in the store is all there is to compare them with.

use serde_json::json;

use super::{Incoming, Intake};
use crate::{
    model::source::Mode,
    store::{
        StoreError,
        db::{parse, text},
        diff::domains,
    },
};

impl Intake {
    /// Notes what these rows open before they are written anew. A whole list is compared with the accepted one instead.
    pub(super) async fn note_doors(&mut self, changed: &[Incoming]) -> Result<(), StoreError> {
        if self.head.mode == Mode::Full || changed.is_empty() {
            return Ok(());
        }
        let keys: Vec<String> = changed.iter().map(|listing| listing.key.clone()).collect();
        let source = json!(self.head.source.id);
        let sql = "SELECT key, body FROM listing WHERE source = $2 AND present = 1 AND key IN {in}";
        for row in &self.tx.select_in(sql, &keys, &[source]).await? {
            let domains = domains(&parse("a listing", &text(row, 1)?)?);
            if !domains.is_empty() {
                self.watch.before.push((text(row, 0)?, domains));
            }
        }
        Ok(())
    }
}
