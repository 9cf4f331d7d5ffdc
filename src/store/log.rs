//! The bodies of revisions. The last revision of an organization does not repeat the document that stands in its own
//! table: its `after` is empty until a newer revision comes, which moves the old document there.
//!
//! What holds: read through here, every revision has the body it was written with, unless it was redacted (NULL).

use super::{StoreError, db::Tx};

/// `after` of a revision whose document stands in the table `organization`.
pub(super) const STANDS: &str = "";

/// Reads revisions, with their bodies, in the order of the columns; what follows begins with `WHERE`. The log is `r`.
pub(super) const READ: &str = "SELECT r.n, r.at, r.thing, r.id, r.version, r.event, r.actor, r.load, \
     CASE WHEN r.after = '' THEN o.body ELSE r.after END, r.digest \
     FROM revision r LEFT JOIN organization o ON r.after = '' AND o.id = r.id";

/// The same for what became of an organization: number, id, event, document, version, time.
pub(super) const STEPS: &str = "SELECT r.n, r.id, r.event, CASE WHEN r.after = '' THEN o.body ELSE r.after END, \
     r.version, r.at FROM revision r LEFT JOIN organization o ON r.after = '' AND o.id = r.id";

/// Revisions with the document before each, who has the place it is about, and the source of its load: the columns of
/// [`READ`], then these three.
pub(super) const CHANGES: &str = "SELECT r.n, r.at, r.thing, r.id, r.version, r.event, r.actor, r.load, \
     CASE WHEN r.after = '' THEN o.body ELSE r.after END, r.digest, p.after, l.organization_id, d.source \
     FROM revision r LEFT JOIN organization o ON r.after = '' AND o.id = r.id \
     LEFT JOIN revision p ON p.n = (SELECT MAX(x.n) FROM revision x WHERE x.id = r.id AND x.n < r.n) \
     LEFT JOIN location l ON r.thing = 'location' AND l.id = r.id LEFT JOIN load d ON d.id = r.load";

/// Moves the documents of these organizations into the log, before new ones take their place.
pub(super) async fn keep_standing(tx: &mut Tx, ids: &[String]) -> Result<(), StoreError> {
    let sql = "UPDATE revision SET after = (SELECT o.body FROM organization o WHERE o.id = revision.id) \
         WHERE after = '' AND id IN {in}";
    tx.execute_in(sql, ids, &[]).await
}
