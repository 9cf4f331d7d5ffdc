//! Hosts that nobody is sent to, and how one is let off again.
//!
//! What holds: a host is let off by a motion that a second moderator confirmed, in the transaction in which its doors come
//! back; what was recalled before stays in the log.

use serde_json::json;

use super::{
    Store, StoreError, audit,
    db::{Tx, int, text},
    loads::refused,
    motions::MotionKind,
    publish::Publisher,
};
use crate::model::{account::PersonId, id::Id, revision::Event};

/// Names that are read for a preview.
const SHOWN: i64 = 50;

/// What a host is part of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostReach {
    /// Organizations and apps with an address on it.
    pub count: u64,
    /// The first of them.
    pub some: Vec<Id>,
}

impl Store {
    /// Which organizations and apps people are sent to this host by, or to one below it.
    pub async fn host_reach(&self, host: &str) -> Result<HostReach, StoreError> {
        let like = format!("%{}%", host.to_ascii_lowercase());
        let of = |what: &str| {
            format!(
                "SELECT {what} FROM (SELECT id FROM organization WHERE body LIKE $1 UNION SELECT id FROM app WHERE body LIKE $1) f"
            )
        };
        let sql = of("CAST(COUNT(*) AS BIGINT)");
        let count = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(like.clone()).fetch_one(&self.db.read).await?;
        let sql = format!("{} ORDER BY id LIMIT $2", of("id"));
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(like).bind(SHOWN).fetch_all(&self.db.read).await?;
        let ids = rows.iter().map(|row| text(row, 0)).collect::<Result<Vec<_>, _>>()?;
        Ok(HostReach { count: int(&count, 0)? as u64, some: ids.iter().filter_map(|id| Id::parse(id)).collect() })
    }

    /// Hosts that were declared hostile, and since when; the newest first.
    pub async fn recalled_hosts(&self) -> Result<Vec<(String, i64)>, StoreError> {
        let sql = "SELECT host, since FROM hostile_host ORDER BY since DESC, host";
        let rows = sqlx::query(sql).fetch_all(&self.db.read).await?;
        rows.iter().map(|row| Ok((text(row, 0)?, int(row, 1)?))).collect()
    }

    /// A second moderator confirms that a host is let off: what sources say of it counts again. Answers how many
    /// organizations and apps changed.
    pub async fn let_host_off(&self, motion: i64, hash: &str, by: &PersonId) -> Result<u64, StoreError> {
        let mut tx = self.db.begin().await?;
        let motion = self.decide_motion(&mut tx, motion, hash, by, true).await?;
        if motion.kind != MotionKind::LetOff {
            return Err(refused(format!("motion {} is not about a host", motion.n)));
        }
        let host = motion.subject;
        let gone = sqlx::query("DELETE FROM hostile_host WHERE host = $1").bind(host.clone());
        if gone.execute(&mut *tx.inner).await?.rows_affected() == 0 {
            return Err(StoreError::Conflict(format!("{host} is not on the list any more")));
        }
        let ids = named_by_listings(&mut tx, &host).await?;
        let actor = format!("moderator:{by}");
        let mut publisher = Publisher::new(self, &actor, None).naming(Event::Restored);
        publisher.publish(&mut tx, &ids, false, &|_| {}).await?;
        let done = publisher.published().updated;
        let detail = json!({ "organizations": done });
        audit::note(&mut tx, self.clock.micros(), &actor, "host.let_off", &host, &detail).await?;
        tx.commit().await?;
        Ok(done)
    }
}

/// Whose listings name a host.
async fn named_by_listings(tx: &mut Tx, host: &str) -> Result<Vec<Id>, StoreError> {
    let sql = "SELECT DISTINCT subject_id FROM listing WHERE present = 1 AND body LIKE $1 ORDER BY subject_id";
    let rows = sqlx::query(sql).bind(format!("%{host}%")).fetch_all(&mut *tx.inner).await?;
    let ids = rows.iter().map(|row| text(row, 0)).collect::<Result<Vec<_>, _>>()?;
    Ok(ids.iter().filter_map(|id| Id::parse(id)).collect())
}
