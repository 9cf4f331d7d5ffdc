//! The database itself: one code base for SQLite and PostgreSQL, pools, transactions, many rows at once.
//!
//! Rows cross in bulk as one JSON parameter: it is several times faster than a statement a row, and the two
//! dialects differ in nothing else but the words for it.

use std::path::Path;

use serde_json::Value;
use sqlx::{
    Any, AnyPool, AssertSqlSafe, Row as _, SqlSafeStr as _, Transaction,
    any::{AnyArguments, AnyPoolOptions, AnyRow},
    migrate::{Migration, MigrationType, Migrator},
    query::Query,
};

use super::StoreError;

/// The schema's steps, in order; one that landed is never edited.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (20_261_122_000_001, "first", include_str!("../../migrations/20261122000001_first.sql")),
    (20_261_123_000_300, "guard", include_str!("../../migrations/20261123000300_guard.sql")),
];
/// Rows per statement.
const CHUNK: usize = 500;

/// Which words the database understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    Sqlite,
    Postgres,
}

/// One column of a bulk statement.
#[derive(Debug, Clone, Copy)]
pub(super) enum Col {
    Text(&'static str),
    Int(&'static str),
}

impl Col {
    fn name(self) -> &'static str {
        match self {
            Self::Text(name) | Self::Int(name) => name,
        }
    }
}

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
        let write = sqlite_pool(1).connect(&address).await?;
        sqlx::raw_sql("PRAGMA journal_mode = WAL").execute(&write).await?;
        let read = sqlite_pool(4).connect(&address).await?;
        Self { read, write, dialect: Dialect::Sqlite }.migrated().await
    }

    /// Connects to PostgreSQL at a `postgres://` address.
    pub async fn postgres(address: &str) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let pool = AnyPoolOptions::new().max_connections(8).connect(address).await?;
        Self { read: pool.clone(), write: pool, dialect: Dialect::Postgres }.migrated().await
    }

    async fn migrated(self) -> Result<Self, StoreError> {
        let migrations = MIGRATIONS.iter().map(|(version, name, sql)| {
            let kind = MigrationType::Simple;
            Migration::new(*version, (*name).into(), kind, AssertSqlSafe(*sql).into_sql_str(), false)
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

/// SQLite waited for another writer until its time was up (SQLITE_BUSY, result code 5).
fn busy(error: sqlx::Error) -> StoreError {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code).map(std::borrow::Cow::into_owned);
    if code.as_deref() == Some("5") { StoreError::Busy } else { error.into() }
}

fn sqlite_pool(connections: u32) -> AnyPoolOptions {
    AnyPoolOptions::new().max_connections(connections).test_before_acquire(false).after_connect(|connection, _| {
        Box::pin(async move {
            // NORMAL is safe in WAL mode: a power cut may lose the last commits, never mix old and new.
            sqlx::raw_sql(
                "PRAGMA busy_timeout = 60000; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -65536;",
            )
            .execute(connection)
            .await?;
            Ok(())
        })
    })
}

fn in_list(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => "(SELECT value FROM json_each($1))",
        Dialect::Postgres => "(SELECT json_array_elements_text($1::json))",
    }
}

/// A statement with a list of texts as `$1`, and texts or whole numbers after it.
fn with_list(dialect: Dialect, sql: &str, list: &[String], more: &[Value]) -> Query<'static, Any, AnyArguments> {
    let sql = sql.replace("{in}", in_list(dialect));
    let list = serde_json::to_string(list).unwrap_or_default();
    more.iter().fold(sqlx::query(AssertSqlSafe(sql)).bind(list), |query, value| match value.as_i64() {
        Some(number) => query.bind(number),
        None => query.bind(value.as_str().unwrap_or_default().to_owned()),
    })
}

/// One transaction that writes.
pub(super) struct Tx {
    pub inner: Transaction<'static, Any>,
    dialect: Dialect,
}

impl Tx {
    /// Reads rows whose column is in a list of texts. `sql` has `{in}` where the list stands, as `$1`; `more` are
    /// `$2` and so on.
    pub async fn select_in(&mut self, sql: &str, list: &[String], more: &[Value]) -> Result<Vec<AnyRow>, StoreError> {
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

    /// Inserts many rows, each a JSON array in the order of the columns. `conflict` is the `ON CONFLICT` clause.
    pub async fn insert(
        &mut self,
        table: &str,
        cols: &[Col],
        conflict: &str,
        rows: &[Value],
    ) -> Result<(), StoreError> {
        let names: Vec<&str> = cols.iter().map(|col| col.name()).collect();
        // `WHERE true` keeps SQLite from reading ON as part of a join.
        let sql = format!(
            "INSERT INTO {table} ({}) SELECT {} FROM {} WHERE true {conflict}",
            names.join(", "),
            self.columns(cols),
            self.each()
        );
        self.run_chunks(sql, rows).await
    }

    /// Updates many rows from JSON arrays; in `sql`, `{v}` is a table of the values with the columns' names.
    pub async fn update_from(&mut self, sql: &str, cols: &[Col], rows: &[Value]) -> Result<(), StoreError> {
        let values: Vec<String> =
            cols.iter().zip(self.column_list(cols)).map(|(col, value)| format!("{value} AS {}", col.name())).collect();
        let table = format!("(SELECT {} FROM {})", values.join(", "), self.each());
        self.run_chunks(sql.replace("{v}", &table), rows).await
    }

    async fn run_chunks(&mut self, sql: String, rows: &[Value]) -> Result<(), StoreError> {
        for chunk in rows.chunks(CHUNK) {
            let parameter = serde_json::to_string(chunk).unwrap_or_default();
            sqlx::query(AssertSqlSafe(sql.clone())).bind(parameter).execute(&mut *self.inner).await?;
        }
        Ok(())
    }

    fn each(&self) -> &'static str {
        match self.dialect {
            Dialect::Sqlite => "json_each($1) AS j",
            Dialect::Postgres => "json_array_elements($1::json) AS j(value)",
        }
    }

    fn columns(&self, cols: &[Col]) -> String {
        self.column_list(cols).join(", ")
    }

    fn column_list(&self, cols: &[Col]) -> Vec<String> {
        let dialect = self.dialect;
        cols.iter()
            .enumerate()
            .map(|(i, col)| match (dialect, col) {
                (Dialect::Sqlite, _) => format!("json_extract(j.value, '$[{i}]')"),
                (Dialect::Postgres, Col::Text(_)) => format!("j.value ->> {i}"),
                (Dialect::Postgres, Col::Int(_)) => format!("CAST(j.value ->> {i} AS BIGINT)"),
            })
            .collect()
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

/// A JSON column as a value.
pub(super) fn parse<T: serde::de::DeserializeOwned>(what: &str, body: &str) -> Result<T, StoreError> {
    serde_json::from_str(body).map_err(|error| StoreError::Unreadable { what: what.to_owned(), why: error.to_string() })
}
