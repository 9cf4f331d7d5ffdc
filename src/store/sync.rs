//! What is remembered of fetching: versions of files, how tries ended, and that only one sync runs.

use std::{collections::BTreeMap, fs::File, path::Path};

use schemars::JsonSchema;
use serde::Serialize;
use sqlx::{Any, Row as _, any::AnyRow, pool::PoolConnection};

use super::{
    Store, StoreError,
    db::{Dialect, int, row, text},
};
use crate::model::source::Source;

/// Any number that nothing else in the database locks by.
const LOCK: i64 = 0x636f_6e6e_7379_6e63;

/// One file of a source, as it last went in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchedFile {
    /// Where it is fetched from.
    pub url: String,
    /// `ETag`, when the server says one.
    pub etag: Option<String>,
    /// `Last-Modified`, when the server says one.
    pub last_modified: Option<String>,
    /// SHA-256 of the file, in hex.
    pub sha256: String,
}

/// How a try at a source ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SyncEnd {
    /// Something new came and went in.
    Loaded,
    /// Nothing new.
    Unchanged,
    /// What came waits for a person.
    Held,
    /// It could not be fetched or read.
    Failed,
}

impl SyncEnd {
    /// The word it is stored and printed as.
    pub fn word(self) -> &'static str {
        match self {
            Self::Loaded => "loaded",
            Self::Unchanged => "unchanged",
            Self::Held => "held",
            Self::Failed => "failed",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Self::Loaded, Self::Unchanged, Self::Held, Self::Failed].into_iter().find(|end| end.word() == word)
    }
}

/// The last try at a source. Times are microseconds since 1970 UTC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncState {
    /// Id of the source.
    pub source: String,
    /// When it was last tried.
    pub tried_at: i64,
    /// When it was last found to be in, new or unchanged.
    pub ok_at: Option<i64>,
    /// Tries that failed since then.
    pub failures: u32,
    /// How the last try ended.
    pub end: SyncEnd,
    /// Why it failed or waits, as a short stable code.
    pub code: Option<String>,
    /// The same in words.
    pub message: Option<String>,
}

/// While this lives no other sync runs on the same data; a killed program gives it back too.
#[derive(Debug)]
pub struct SyncLock {
    _held: Held,
}

#[derive(Debug)]
#[expect(dead_code, reason = "they are held, not used")]
enum Held {
    File(File),
    Connection(Box<sqlx::AnyConnection>),
}

impl Store {
    /// How the last try at each source ended.
    pub async fn sync_states(&self) -> Result<BTreeMap<String, SyncState>, StoreError> {
        let sql = "SELECT source, tried_at, ok_at, failures, outcome, code, message FROM sync_state";
        let rows = sqlx::query(sql).fetch_all(&self.db.read).await?;
        rows.iter().map(|row| state(row).map(|state| (state.source.clone(), state))).collect()
    }

    /// The files of a source as they last went in, by address.
    pub async fn fetched_files(&self, source: &str) -> Result<BTreeMap<String, FetchedFile>, StoreError> {
        let rows = sqlx::query("SELECT url, etag, last_modified, sha256 FROM fetch_state WHERE source = $1")
            .bind(source.to_owned())
            .fetch_all(&self.db.read)
            .await?;
        rows.iter()
            .map(|row| {
                let url = text(row, 0)?;
                let (etag, last_modified) = (said(text(row, 1)?), said(text(row, 2)?));
                Ok((url.clone(), FetchedFile { url, etag, last_modified, sha256: text(row, 3)? }))
            })
            .collect()
    }

    /// Notes how a try at a source ended; with `files`, they replace what was known of its files.
    pub async fn note_sync(
        &self,
        source: &Source,
        state: &SyncState,
        files: Option<&[FetchedFile]>,
    ) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        // It is known from now on, whether anything of it ever came or not.
        let body = serde_json::to_string(source).unwrap_or_default();
        let conflict = "ON CONFLICT (id) DO UPDATE SET body = excluded.body";
        tx.insert("source", &["id", "body"], conflict, vec![row![&source.id, body]]).await?;
        let cells = row![
            &state.source,
            state.tried_at,
            state.ok_at.unwrap_or_default(),
            i64::from(state.failures),
            state.end.word(),
            state.code.as_deref().unwrap_or_default(),
            state.message.as_deref().unwrap_or_default(),
        ];
        let cols = ["source", "tried_at", "ok_at", "failures", "outcome", "code", "message"];
        let conflict = "ON CONFLICT (source) DO UPDATE SET tried_at = excluded.tried_at, ok_at = excluded.ok_at, \
             failures = excluded.failures, outcome = excluded.outcome, code = excluded.code, message = excluded.message";
        tx.insert("sync_state", &cols, conflict, vec![cells]).await?;
        if let Some(files) = files {
            sqlx::query("DELETE FROM fetch_state WHERE source = $1")
                .bind(state.source.clone())
                .execute(&mut *tx.inner)
                .await?;
            let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
            let rows = files
                .iter()
                .map(|f| {
                    let (etag, modified) = (or_empty(&f.etag), or_empty(&f.last_modified));
                    row![&state.source, &f.url, etag, modified, &f.sha256, state.tried_at]
                })
                .collect();
            let cols = ["source", "url", "etag", "last_modified", "sha256", "at"];
            tx.insert("fetch_state", &cols, "", rows).await?;
        }
        tx.commit().await
    }

    /// Takes the right to sync, or says that another program has it. SQLite's data has one folder, so a lock on a file
    /// in it is enough; PostgreSQL is shared by machines, so it keeps the lock itself, for one connection.
    pub async fn lock_sync(&self, data: &Path) -> Result<Option<SyncLock>, StoreError> {
        match self.db.dialect {
            Dialect::Sqlite => {
                let path = data.join("sync.lock");
                let wrong = |error: std::io::Error| StoreError::Refused(format!("{}: {error}", path.display()));
                let file = File::create(&path).map_err(wrong)?;
                match file.try_lock() {
                    Ok(()) => Ok(Some(SyncLock { _held: Held::File(file) })),
                    Err(std::fs::TryLockError::WouldBlock) => Ok(None),
                    Err(std::fs::TryLockError::Error(error)) => Err(wrong(error)),
                }
            }
            Dialect::Postgres => {
                let connection: PoolConnection<Any> = self.db.write.acquire().await?;
                // Out of the pool: the lock goes when this connection is closed, and with nothing else.
                let mut connection = Box::new(connection.detach());
                let sql = "SELECT CASE WHEN pg_try_advisory_lock($1) THEN 1 ELSE 0 END::BIGINT";
                let row = sqlx::query(sql).bind(LOCK).fetch_one(&mut *connection).await?;
                Ok((int(&row, 0)? == 1).then(|| SyncLock { _held: Held::Connection(connection) }))
            }
        }
    }
}

fn state(row: &AnyRow) -> Result<SyncState, StoreError> {
    let word = text(row, 4)?;
    let unknown = || StoreError::Unreadable { what: "how a sync ended".into(), why: format!("unknown word {word:?}") };
    Ok(SyncState {
        source: text(row, 0)?,
        tried_at: int(row, 1)?,
        ok_at: Some(int(row, 2)?).filter(|at| *at > 0),
        failures: u32::try_from(row.try_get::<i64, _>(3)?).unwrap_or(u32::MAX),
        end: SyncEnd::from_word(&word).ok_or_else(unknown)?,
        code: said(text(row, 5)?),
        message: said(text(row, 6)?),
    })
}

fn said(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}
