//! The database itself: one code base for SQLite and PostgreSQL, pools, transactions, many rows at once.
//!
//! Rows cross in bulk: many rows a statement, and lists of texts as one JSON parameter.

use std::{fmt::Write as _, path::Path};

use serde_json::Value;
use sqlx::{
    Any, AnyPool, AssertSqlSafe, Row as _, SqlSafeStr as _, Transaction,
    any::{AnyArguments, AnyPoolOptions, AnyRow},
    migrate::{Migration, MigrationType, Migrator},
    query::Query,
};

use super::StoreError;
use crate::model::id::Id;

/// The schema's steps, in order; one that landed is never edited.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (20_261_122_000_001, "first", include_str!("../../migrations/20261122000001_first.sql")),
    (20_261_123_000_001, "lean listing", include_str!("../../migrations/20261123000001_lean_listing.sql")),
    (20_261_123_000_100, "matching", include_str!("../../migrations/20261123000100_matching.sql")),
    (20_261_123_000_200, "sync", include_str!("../../migrations/20261123000200_sync.sql")),
    (20_261_123_000_201, "well known", include_str!("../../migrations/20261123000201_well_known.sql")),
    (20_261_123_000_300, "guard", include_str!("../../migrations/20261123000300_guard.sql")),
    (20_261_125_000_100, "narrow", include_str!("../../migrations/20261125000100_narrow.sql")),
    (20_261_125_000_200, "gone", include_str!("../../migrations/20261125000200_gone.sql")),
    (20_261_126_000_100, "submissions", include_str!("../../migrations/20261126000100_submissions.sql")),
    (20_261_126_014_000, "brands", include_str!("../../migrations/20261126014000_brands.sql")),
    (20_261_126_015_000, "redacted versions", include_str!("../../migrations/20261126015000_redacted_versions.sql")),
    (20_261_126_016_001, "webhooks", include_str!("../../migrations/20261126016001_webhooks.sql")),
    (20_261_127_000_100, "accounts", include_str!("../../migrations/20261127000100_accounts.sql")),
    (20_261_127_000_201, "webhook owner", include_str!("../../migrations/20261127000201_webhook_owner.sql")),
    (20_261_127_000_350, "claims", include_str!("../../migrations/20261127000350_claims.sql")),
    (20_261_127_000_600, "motion", include_str!("../../migrations/20261127000600_motion.sql")),
    (20_261_127_000_700, "in step", include_str!("../../migrations/20261127000700_in_step.sql")),
    (20_261_127_000_810, "dated", include_str!("../../migrations/20261127000810_dated.sql")),
    (20_261_127_000_860, "motion reach", include_str!("../../migrations/20261127000860_motion_reach.sql")),
];
/// What stands in a migration behind a table whose key is all of it; and how SQLite says so.
const KEY_IS_TABLE: (&str, &str) = ("/* the key is the table */", "WITHOUT ROWID");
/// Memory a connection may keep pages in, in KiB. An import that has too little writes each page many times over; whoever
/// only reads has the pages of the system.
const WRITER_PAGES: u32 = 448 * 1024;
const READER_PAGES: u32 = 8 * 1024;
/// Pages that may wait in SQLite's log before they are folded into its file: small loads one after another change the
/// same pages.
const CHECKPOINT: u32 = 50_000;
/// What of that log stays on the disk afterwards, in bytes.
const JOURNAL: u32 = 64 << 20;
/// Rows per statement: a few sizes, so that each statement is prepared once and kept.
const CHUNKS: [usize; 6] = [1_000, 250, 60, 15, 4, 1];
/// Rows of two whole numbers per statement.
pub(super) const NUMBERS: usize = 10_000;

/// Which words the database understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    Sqlite,
    Postgres,
}

/// One value of a bulk statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cell {
    Text(String),
    Int(i64),
    /// A whole number that is not known.
    NoInt,
    /// A text that is not there.
    NoText,
}

impl From<String> for Cell {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<&String> for Cell {
    fn from(value: &String) -> Self {
        Self::Text(value.clone())
    }
}

impl From<&str> for Cell {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<&Id> for Cell {
    fn from(value: &Id) -> Self {
        Self::Text(value.to_string())
    }
}

impl From<i64> for Cell {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<Option<i64>> for Cell {
    fn from(value: Option<i64>) -> Self {
        value.map_or(Self::NoInt, Self::Int)
    }
}

/// The values of one row, in the order of its columns.
pub(super) type Cells = Vec<Cell>;

/// A row of a bulk statement: `row![id, "word", 1]`.
macro_rules! row {
    ($($value:expr),* $(,)?) => { vec![$($crate::store::db::Cell::from($value)),*] };
}
pub(super) use row;

/// Two pools: SQLite has one writer and any number of readers; PostgreSQL shares one pool.
#[derive(Clone)]
pub(super) struct Db {
    pub read: AnyPool,
    pub write: AnyPool,
    pub dialect: Dialect,
}

impl Db {
    /// Opens the SQLite file, making it when it is not there.
    pub async fn sqlite(file: &Path) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let address = format!("sqlite://{}?mode=rwc", file.display());
        let write = sqlite_pool(1, WRITER_PAGES).connect(&address).await?;
        sqlx::raw_sql("PRAGMA journal_mode = WAL").execute(&write).await?;
        let read = sqlite_pool(4, READER_PAGES).connect(&address).await?;
        Self { read, write, dialect: Dialect::Sqlite }.migrated().await
    }

    /// Connects to PostgreSQL at a `postgres://` address.
    pub async fn postgres(address: &str) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let pool = AnyPoolOptions::new().max_connections(8).connect(address).await?;
        Self { read: pool.clone(), write: pool, dialect: Dialect::Postgres }.migrated().await
    }

    async fn migrated(self) -> Result<Self, StoreError> {
        let dialect = self.dialect;
        let migrations = MIGRATIONS.iter().map(|(version, name, sql)| {
            let (mark, sqlite) = KEY_IS_TABLE;
            let sql = match dialect {
                Dialect::Sqlite => sql.replace(mark, sqlite),
                Dialect::Postgres => (*sql).to_owned(),
            };
            Migration::new(*version, (*name).into(), MigrationType::Simple, AssertSqlSafe(sql).into_sql_str(), false)
        });
        Migrator::with_migrations(migrations.collect()).run(&self.write).await?;
        Ok(self)
    }

    /// Begins a transaction that writes; writers wait for each other here and nowhere else.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        let inner = match self.dialect {
            Dialect::Sqlite => self.write.begin_with("BEGIN IMMEDIATE").await.map_err(busy)?,
            Dialect::Postgres => self.write.begin().await?,
        };
        let mut tx = Tx { inner, dialect: self.dialect };
        // On PostgreSQL this row lock makes writers queue, so that revision numbers have no gaps and no races.
        sqlx::query("UPDATE counter SET n = n WHERE name = 'revision'").execute(&mut *tx.inner).await?;
        Ok(tx)
    }
}

impl Db {
    /// Folds SQLite's log into its file and empties it: old pages in it are gone.
    pub async fn fold_in(&self) -> Result<(), StoreError> {
        if self.dialect == Dialect::Sqlite {
            sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)").execute(&self.write).await.map_err(busy)?;
        }
        Ok(())
    }

    /// Leaves nothing of what was deleted in the files of the database. PostgreSQL's own vacuum does it in its time.
    pub async fn leave_nothing(&self) -> Result<(), StoreError> {
        if self.dialect == Dialect::Sqlite {
            // The log is folded in twice: before, so that old pages in it are seen, and after the new file is written.
            for sql in ["PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"] {
                sqlx::raw_sql(sql).execute(&self.write).await.map_err(busy)?;
            }
        }
        Ok(())
    }
}

/// SQLite waited for another writer until its time was up (SQLITE_BUSY, result code 5).
fn busy(error: sqlx::Error) -> StoreError {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code).map(std::borrow::Cow::into_owned);
    if code.as_deref() == Some("5") { StoreError::Busy } else { error.into() }
}

fn sqlite_pool(connections: u32, pages: u32) -> AnyPoolOptions {
    AnyPoolOptions::new().max_connections(connections).test_before_acquire(false).after_connect(move |connection, _| {
        Box::pin(async move {
            // Documents of two kilobytes fill large pages better; only a file that is still empty takes the size. It must
            // be known (schema_version reads the file) before the cache is told its size, which is kept in pages.
            // NORMAL is safe in WAL mode: a power cut may lose the last commits, never mix old and new.
            let settings = format!(
                "PRAGMA busy_timeout = 60000; PRAGMA page_size = 8192; PRAGMA schema_version; \
                 PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; \
                 PRAGMA temp_store = MEMORY; PRAGMA cache_size = -{pages}; \
                 PRAGMA wal_autocheckpoint = {CHECKPOINT}; PRAGMA journal_size_limit = {JOURNAL};"
            );
            sqlx::raw_sql(AssertSqlSafe(settings)).execute(connection).await?;
            Ok(())
        })
    })
}

/// The list `$1` as a table of texts (`{in}`) or whole numbers (`{numbers}`).
fn in_list(dialect: Dialect, sql: &str) -> String {
    match dialect {
        Dialect::Sqlite => {
            let list = "(SELECT value FROM json_each($1))";
            sql.replace("{in}", list).replace("{numbers}", list)
        }
        Dialect::Postgres => sql
            .replace("{in}", "(SELECT json_array_elements_text($1::json))")
            .replace("{numbers}", "(SELECT json_array_elements_text($1::json)::bigint)"),
    }
}

/// A statement with a list of texts or whole numbers as `$1`, and texts or whole numbers after it.
pub(super) fn with_list<T: serde::Serialize>(
    dialect: Dialect,
    sql: &str,
    list: &[T],
    more: &[Value],
) -> Query<'static, Any, AnyArguments> {
    let sql = in_list(dialect, sql);
    let list = serde_json::to_string(list).unwrap_or_default();
    more.iter().fold(sqlx::query(AssertSqlSafe(sql)).bind(list), |query, value| match value.as_i64() {
        Some(number) => query.bind(number),
        None => query.bind(value.as_str().unwrap_or_default().to_owned()),
    })
}

/// How a bulk insert begins. An error ends the transaction anyway, so SQLite need not be able to undo the statement alone
/// (OR FAIL).
fn insert_into(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => "INSERT OR FAIL INTO",
        Dialect::Postgres => "INSERT INTO",
    }
}

/// One transaction that writes.
pub(super) struct Tx {
    pub inner: Transaction<'static, Any>,
    dialect: Dialect,
}

impl Tx {
    /// Reads rows whose column is in a list. `sql` has `{in}` where a list of texts stands, `{numbers}` where one of
    /// whole numbers does, as `$1`; `more` are `$2` and so on.
    pub async fn select_in<T: serde::Serialize>(
        &mut self,
        sql: &str,
        list: &[T],
        more: &[Value],
    ) -> Result<Vec<AnyRow>, StoreError> {
        if list.is_empty() {
            return Ok(Vec::new());
        }
        Ok(with_list(self.dialect, sql, list, more).fetch_all(&mut *self.inner).await?)
    }

    /// Runs a statement whose column is in a list of texts, like [`Tx::select_in`].
    pub async fn execute_in(&mut self, sql: &str, list: &[String], more: &[Value]) -> Result<(), StoreError> {
        if !list.is_empty() {
            with_list(self.dialect, sql, list, more).execute(&mut *self.inner).await?;
        }
        Ok(())
    }

    /// Inserts many rows, each with its values in the order of the columns. `conflict` is the `ON CONFLICT` clause.
    pub async fn insert(
        &mut self,
        table: &str,
        cols: &[&str],
        conflict: &str,
        rows: Vec<Cells>,
    ) -> Result<(), StoreError> {
        let head = format!("{} {table} ({}) ", insert_into(self.dialect), cols.join(", "));
        self.run_chunks(&format!("{head}{{v}} {conflict}"), cols.len(), rows).await
    }

    /// Inserts many rows of two whole numbers, without a cell for each.
    pub async fn insert_numbers(
        &mut self,
        table: &str,
        [a, b]: [&str; 2],
        conflict: &str,
        rows: &[[i64; 2]],
    ) -> Result<(), StoreError> {
        let list = match self.dialect {
            Dialect::Sqlite => "SELECT value ->> 0, value ->> 1 FROM json_each($1) WHERE 1 = 1",
            Dialect::Postgres => {
                "SELECT (value ->> 0)::bigint, (value ->> 1)::bigint FROM json_array_elements($1::json) AS value"
            }
        };
        let sql = format!("{} {table} ({a}, {b}) {list} {conflict}", insert_into(self.dialect));
        for chunk in rows.chunks(NUMBERS) {
            let list = serde_json::to_string(chunk).unwrap_or_default();
            sqlx::query(AssertSqlSafe(sql.clone())).bind(list).execute(&mut *self.inner).await?;
        }
        Ok(())
    }

    /// Updates many rows; in `sql`, `v` is a table of the values with these columns.
    pub async fn update_from(&mut self, sql: &str, cols: &[&str], rows: Vec<Cells>) -> Result<(), StoreError> {
        self.run_chunks(&format!("WITH v({}) AS ({{v}}) {sql}", cols.join(", ")), cols.len(), rows).await
    }

    async fn run_chunks(&mut self, sql: &str, width: usize, rows: Vec<Cells>) -> Result<(), StoreError> {
        let mut left = rows.len();
        let mut rows = rows.into_iter();
        while left > 0 {
            let chunk = CHUNKS.into_iter().find(|chunk| *chunk <= left).unwrap_or(1);
            left -= chunk;
            let sql = sql.replace("{v}", &self.values(chunk, width));
            let query =
                rows.by_ref().take(chunk).flatten().fold(sqlx::query(AssertSqlSafe(sql)), |query, cell| match cell {
                    Cell::Text(text) => query.bind(text),
                    Cell::Int(number) => query.bind(number),
                    Cell::NoInt => query.bind(None::<i64>),
                    Cell::NoText => query.bind(None::<String>),
                });
            query.execute(&mut *self.inner).await?;
        }
        Ok(())
    }

    /// `VALUES (…), (…)` with a place for each value. SQLite looks named places up one by one, so there they are bare.
    fn values(&self, rows: usize, width: usize) -> String {
        let mut sql = String::with_capacity(rows * width * 6 + 8);
        sql.push_str("VALUES ");
        for row in 0..rows {
            sql.push_str(if row == 0 { "(" } else { ", (" });
            for col in 0..width {
                if col > 0 {
                    sql.push(',');
                }
                match self.dialect {
                    Dialect::Sqlite => sql.push('?'),
                    Dialect::Postgres => {
                        let _ = write!(sql, "${}", row * width + col + 1);
                    }
                }
            }
            sql.push(')');
        }
        sql
    }

    /// Takes `count` numbers of a counter; answers the first.
    pub async fn take_numbers(&mut self, counter: &str, count: i64) -> Result<i64, StoreError> {
        let row = sqlx::query("UPDATE counter SET n = n + $1 WHERE name = $2 RETURNING n")
            .bind(count)
            .bind(counter.to_owned())
            .fetch_one(&mut *self.inner)
            .await?;
        Ok(row.try_get::<i64, _>(0)? - count + 1)
    }

    /// Makes everything lasting.
    pub async fn commit(self) -> Result<(), StoreError> {
        Ok(self.inner.commit().await?)
    }

    /// Leaves everything as it was.
    pub async fn rollback(self) -> Result<(), StoreError> {
        Ok(self.inner.rollback().await?)
    }
}

/// A text column of a row.
pub(super) fn text(row: &AnyRow, column: usize) -> Result<String, StoreError> {
    Ok(row.try_get::<String, _>(column)?)
}

/// A number column of a row.
pub(super) fn int(row: &AnyRow, column: usize) -> Result<i64, StoreError> {
    Ok(row.try_get::<i64, _>(column)?)
}

/// An id column of a row.
pub(super) fn id(row: &AnyRow, column: usize) -> Result<Id, StoreError> {
    let text: &str = row.try_get(column)?;
    Id::parse(text).ok_or_else(|| StoreError::Unreadable { what: "an id".into(), why: "it is none".into() })
}

/// A JSON column as a value.
pub(super) fn parse<T: serde::de::DeserializeOwned>(what: &str, body: &str) -> Result<T, StoreError> {
    serde_json::from_str(body).map_err(|error| StoreError::Unreadable { what: what.to_owned(), why: error.to_string() })
}
