//! Does the store agree with itself? Every document with its last revision, every slug, every number of the log.

use sqlx::Row as _;

use super::{
    Store, StoreError,
    db::{int, text},
    snapshot::blob_error,
    watch,
};

/// Something that does not agree, and where.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Complaint {
    /// Where: an id, a number.
    pub at: String,
    /// What does not agree.
    pub what: String,
}

impl Store {
    /// Compares log, documents and lookups; an empty answer means that they agree.
    pub async fn check(&self) -> Result<Vec<Complaint>, StoreError> {
        let mut complaints = Vec::new();
        let counted = sqlx::query("SELECT CAST(COUNT(*) AS BIGINT), MIN(n), MAX(n) FROM revision")
            .fetch_one(&self.db.read)
            .await?;
        let (count, last) = (int(&counted, 0)?, self.last_revision().await?);
        let ends = (counted.try_get::<Option<i64>, _>(1)?, counted.try_get::<Option<i64>, _>(2)?);
        if count != last || (count > 0 && ends != (Some(1), Some(last))) {
            complaints.push(Complaint {
                at: "revision".into(),
                what: format!("the log has {count} entries from {ends:?}, but its counter stands at {last}"),
            });
        }
        for table in ["organization", "app"] {
            let sql = format!(
                "SELECT t.id FROM {table} t LEFT JOIN revision r ON r.id = t.id AND r.version = t.version AND r.thing = '{table}' \
                 WHERE r.n IS NULL OR (r.after IS NOT NULL AND r.after <> '' AND r.after <> t.body)"
            );
            self.complain(&mut complaints, &sql, "its document is not the one of its last revision").await?;
            let sql = format!(
                "SELECT t.id FROM {table} t LEFT JOIN slug s ON s.space = '{table}' AND s.slug = t.slug AND s.id = t.id \
                 AND s.current = 1 WHERE s.id IS NULL"
            );
            self.complain(&mut complaints, &sql, "its readable address does not lead to it").await?;
        }
        let sql = "SELECT DISTINCT l.subject_id FROM listing l LEFT JOIN organization o ON o.id = l.subject_id \
             LEFT JOIN app a ON a.id = l.subject_id WHERE l.present = 1 AND o.id IS NULL AND a.id IS NULL";
        self.complain(&mut complaints, sql, "a listing speaks of it, but it is not in the directory").await?;
        let sql = "SELECT o.id FROM organization o WHERE o.status = 'active' AND NOT EXISTS \
             (SELECT 1 FROM listing l WHERE l.subject_id = o.id AND l.present = 1) \
             AND NOT EXISTS (SELECT 1 FROM counter WHERE name = 'mirror')";
        self.complain(&mut complaints, sql, "it is active, but no listing speaks of it").await?;
        self.check_snapshots(&mut complaints).await?;
        self.check_submissions(&mut complaints).await?;
        self.check_logos(&mut complaints).await?;
        Ok(complaints)
    }

    /// Every snapshot that a load names is there and as it was written.
    async fn check_snapshots(&self, complaints: &mut Vec<Complaint>) -> Result<(), StoreError> {
        let sql = "SELECT id, snapshot, marks FROM load WHERE snapshot IS NOT NULL AND marks IS NOT NULL ORDER BY id";
        for row in &sqlx::query(sql).fetch_all(&self.db.read).await? {
            for hash in [text(row, 1)?, text(row, 2)?] {
                let (blobs, name) = (self.blobs.clone(), hash.clone());
                let whole = tokio::task::spawn_blocking(move || blobs.is_whole(&name)).await;
                let whole = whole.map_err(std::io::Error::other).and_then(|whole| whole);
                if !whole.map_err(|error| blob_error(&format!("snapshot {hash}"), error))? {
                    let what = format!("its snapshot {hash} is not in the data folder as it was written");
                    complaints.push(Complaint { at: format!("load {}", int(row, 0)?), what });
                }
            }
        }
        Ok(())
    }

    /// Removes files that imports which were killed have left. Answers how many went; none while an import runs.
    pub async fn sweep(&self) -> Result<u64, StoreError> {
        let mut tx = match self.db.begin().await {
            Err(StoreError::Busy) => return Ok(0),
            other => other?,
        };
        let gone = watch::sweep(&mut tx, &self.blobs).await?;
        tx.rollback().await?;
        Ok(gone)
    }

    async fn complain(&self, all: &mut Vec<Complaint>, sql: &str, what: &str) -> Result<(), StoreError> {
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql.to_owned())).fetch_all(&self.db.read).await?;
        for row in &rows {
            all.push(Complaint { at: text(row, 0)?, what: what.to_owned() });
        }
        Ok(())
    }

    /// How many organizations the index should know: all but withdrawn and merged ones.
    pub async fn searchable(&self) -> Result<u64, StoreError> {
        let sql = "SELECT CAST(COUNT(*) AS BIGINT) FROM organization WHERE status NOT IN ('withdrawn', 'merged')";
        Ok(int(&sqlx::query(sql).fetch_one(&self.db.read).await?, 0)? as u64)
    }
}
