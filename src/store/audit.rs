//! What people decided and did: append-only, each entry chained to the one before, so that nobody can take one out or change
//! one without it being seen.
//!
//! What holds: an entry is written in the transaction of what it tells; it names people by their ids and says nothing private
//! (no e-mail address, no words of a submitter), so nothing in it ever has to be forgotten.

use serde_json::Value;
use sha2::{Digest, Sha256};
use sqlx::any::AnyRow;

use super::{
    Store, StoreError,
    db::{Tx, int, row, text},
};
use crate::model::listing::hex;

/// Entries that are read at once.
const PAGE: i64 = 5_000;
const COLUMNS: &str = "n, at, actor, action, subject, detail, before_hash, hash";

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct AuditEntry {
    /// Its number: gapless from 1.
    pub n: i64,
    /// When, in microseconds since 1970 UTC.
    pub at: i64,
    /// Who: `moderator:per-…`, `owner:per-…`, `operator:NAME`, `system`.
    pub actor: String,
    /// What was done, in a short stable word: `proposal.approved`, `host.recalled`.
    pub action: String,
    /// To what: an id, `proposal:12`, a host.
    pub subject: String,
    /// More of it, as JSON.
    pub detail: String,
    /// The hash of the entry before; empty for the first.
    pub before_hash: String,
    /// SHA-256 of this entry and that hash, in hex.
    pub hash: String,
}

impl AuditEntry {
    /// The hash that an entry with this content has.
    pub fn digest(&self) -> String {
        let parts = [&self.before_hash, &self.actor, &self.action, &self.subject, &self.detail];
        let mut digest = Sha256::new();
        digest.update(self.n.to_be_bytes());
        digest.update(self.at.to_be_bytes());
        for part in parts {
            // Lengths keep what belongs to one part from being read as another's.
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part.as_bytes());
        }
        hex(&digest.finalize())
    }
}

/// What a look through the whole chain found.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct AuditState {
    /// Entries.
    pub entries: i64,
    /// The hash of the last one: written down elsewhere, it proves later that nothing before it was changed.
    pub head: String,
    /// The first entry that is not as it was written, and what is wrong with it.
    pub broken: Option<(i64, String)>,
}

/// Adds an entry to the transaction of what it tells.
pub(super) async fn note(
    tx: &mut Tx,
    at: i64,
    actor: &str,
    action: &str,
    subject: &str,
    detail: &Value,
) -> Result<i64, StoreError> {
    let n = tx.take_numbers("audit", 1).await?;
    let last = sqlx::query("SELECT hash FROM audit WHERE n = $1").bind(n - 1).fetch_optional(&mut *tx.inner).await?;
    let before_hash = last.map(|row| text(&row, 0)).transpose()?.unwrap_or_default();
    let mut entry = AuditEntry {
        n,
        at,
        actor: actor.into(),
        action: action.into(),
        subject: subject.into(),
        detail: detail.to_string(),
        before_hash,
        hash: String::new(),
    };
    entry.hash = entry.digest();
    let cells = row![
        entry.n,
        entry.at,
        &entry.actor,
        &entry.action,
        &entry.subject,
        &entry.detail,
        &entry.before_hash,
        &entry.hash
    ];
    let cols = ["n", "at", "actor", "action", "subject", "detail", "before_hash", "hash"];
    tx.insert("audit", &cols, "", vec![cells]).await?;
    Ok(n)
}

impl Store {
    /// Adds an entry about something that is not in the store.
    pub async fn audit(&self, actor: &str, action: &str, subject: &str, detail: &Value) -> Result<i64, StoreError> {
        let mut tx = self.db.begin().await?;
        let n = note(&mut tx, self.clock.micros(), actor, action, subject, detail).await?;
        tx.commit().await?;
        Ok(n)
    }

    /// Entries before a number (all for 0), newest first; with a subject, only those about it; with actions, only those.
    pub async fn audit_entries(
        &self,
        subject: Option<&str>,
        actions: &[&str],
        before: i64,
        limit: u32,
    ) -> Result<Vec<AuditEntry>, StoreError> {
        let of_actions = if actions.is_empty() { "$1 <> ''" } else { "action IN {in}" };
        let sql = format!(
            "SELECT {COLUMNS} FROM audit WHERE {of_actions} AND ($2 = '' OR subject = $2) AND ($3 = 0 OR n < $3) \
             ORDER BY n DESC LIMIT $4"
        );
        let more = [subject.unwrap_or_default().into(), before.into(), i64::from(limit).into()];
        let query = super::db::with_list(self.db.dialect, &sql, actions, &more);
        query.fetch_all(&self.db.read).await?.iter().map(entry).collect()
    }

    /// The number of the entry with a hash; nothing when no entry has it.
    pub async fn audit_holds(&self, hash: &str) -> Result<Option<i64>, StoreError> {
        let query = sqlx::query("SELECT n FROM audit WHERE hash = $1").bind(hash.to_owned());
        query.fetch_optional(&self.db.read).await?.map(|row| int(&row, 0)).transpose()
    }

    /// Reads the whole chain and says where it is broken, if it is.
    pub async fn audit_verify(&self) -> Result<AuditState, StoreError> {
        let mut state = AuditState { entries: 0, head: String::new(), broken: None };
        loop {
            let sql = format!("SELECT {COLUMNS} FROM audit WHERE n > $1 ORDER BY n LIMIT $2");
            let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(state.entries).bind(PAGE);
            let rows = query.fetch_all(&self.db.read).await?;
            for row in &rows {
                let entry = entry(row)?;
                let wrong = if entry.n != state.entries + 1 {
                    Some(format!("entry {} is missing", state.entries + 1))
                } else if entry.before_hash != state.head {
                    Some("it does not follow the entry before".to_owned())
                } else if entry.hash != entry.digest() {
                    Some("its content is not what was written".to_owned())
                } else {
                    None
                };
                if let Some(wrong) = wrong {
                    state.broken = Some((entry.n, wrong));
                    return Ok(state);
                }
                (state.entries, state.head) = (entry.n, entry.hash);
            }
            if rows.is_empty() {
                break;
            }
        }
        let last = sqlx::query("SELECT n FROM counter WHERE name = 'audit'").fetch_one(&self.db.read).await?;
        let written = int(&last, 0)?;
        if written != state.entries {
            state.broken =
                Some((state.entries + 1, format!("{written} entries were written, {} are there", state.entries)));
        }
        Ok(state)
    }
}

fn entry(row: &AnyRow) -> Result<AuditEntry, StoreError> {
    Ok(AuditEntry {
        n: int(row, 0)?,
        at: int(row, 1)?,
        actor: text(row, 2)?,
        action: text(row, 3)?,
        subject: text(row, 4)?,
        detail: text(row, 5)?,
        before_hash: text(row, 6)?,
        hash: text(row, 7)?,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::clock::Clock;

    async fn store(folder: &std::path::Path) -> Store {
        let store = Store::open(folder, None, Clock::standing("2026-11-22T12:00:00Z".parse().unwrap())).await.unwrap();
        for n in 0..3 {
            store
                .audit("moderator:per-1", "host.recalled", &format!("h{n}.example.org"), &json!({ "n": n }))
                .await
                .unwrap();
        }
        store
    }

    #[tokio::test]
    async fn a_whole_chain_is_said_to_be_whole() {
        let folder = tempfile::tempdir().unwrap();
        let state = store(folder.path()).await.audit_verify().await.unwrap();
        assert_eq!((state.entries, state.broken), (3, None));
        assert_eq!(state.head.len(), 64);
    }

    #[tokio::test]
    async fn whoever_changes_takes_out_or_cuts_off_is_seen() {
        for (sql, at) in [
            ("UPDATE audit SET subject = 'good.example.org' WHERE n = 2", 2),
            ("UPDATE audit SET at = at + 1 WHERE n = 1", 1),
            ("DELETE FROM audit WHERE n = 2", 3),
            ("DELETE FROM audit WHERE n = 3", 3),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let store = store(folder.path()).await;
            sqlx::query(sql).execute(&store.db.write).await.unwrap();
            let state = store.audit_verify().await.unwrap();
            assert_eq!(state.broken.map(|(n, _)| n), Some(at), "{sql}");
        }
    }

    #[tokio::test]
    async fn entries_are_found_by_what_they_are_about() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path()).await;
        let about = store.audit_entries(Some("h1.example.org"), &[], 0, 10).await.unwrap();
        assert_eq!(about.iter().map(|entry| entry.n).collect::<Vec<_>>(), [2]);
        assert_eq!(store.audit_entries(None, &["host.recalled"], 3, 10).await.unwrap().len(), 2);
        assert_eq!(store.audit_entries(None, &["other"], 0, 10).await.unwrap(), []);
    }
}
