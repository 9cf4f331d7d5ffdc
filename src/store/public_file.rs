//! An SQLite file for others: tables of what is public, with the indexes by which people look things up.
//!
//! It is no part of the store's own database: it is made anew, filled once, and given away.

use std::{fmt::Write as _, path::Path};

use sqlx::{AnyPool, AssertSqlSafe, any::AnyPoolOptions};

use super::StoreError;

/// Values in one statement; SQLite takes 32,766.
const VALUES: usize = 8_000;

/// A table to be made.
#[derive(Debug, Clone)]
pub struct Shape {
    /// Its name.
    pub name: &'static str,
    /// Name, SQL type and whether it may be NULL, for each column.
    pub columns: Vec<(&'static str, &'static str, bool)>,
    /// Columns by which rows are looked up, one index each.
    pub indexes: Vec<&'static str>,
    /// Its first column is its key.
    pub keyed: bool,
}

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Not known.
    Null,
    /// A text.
    Text(String),
    /// A whole number; also 1 and 0 for yes and no.
    Int(i64),
}

/// The file while it is filled.
pub struct PublicFile {
    pool: AnyPool,
    shapes: Vec<Shape>,
}

impl PublicFile {
    /// Makes the file, with its empty tables.
    pub async fn create(file: &Path, shapes: Vec<Shape>) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let address = format!("sqlite://{}?mode=rwc", file.display());
        let pool = AnyPoolOptions::new().max_connections(1).connect(&address).await?;
        // If the program ends before it is whole, it is made anew: nothing needs to be safe until then.
        let settings = "PRAGMA page_size = 8192; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; \
             PRAGMA cache_size = -32768;";
        sqlx::raw_sql(settings).execute(&pool).await?;
        for shape in &shapes {
            let column = |(at, (name, sql, may_lack)): (usize, &(&str, &str, bool))| {
                let key = if at == 0 && shape.keyed { " PRIMARY KEY" } else { "" };
                format!("{name} {sql}{key}{}", if *may_lack { "" } else { " NOT NULL" })
            };
            let columns: Vec<String> = shape.columns.iter().enumerate().map(column).collect();
            let sql = format!("CREATE TABLE {} ({})", shape.name, columns.join(", "));
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&pool).await?;
        }
        Ok(Self { pool, shapes })
    }

    /// Adds rows to the table at a place, each with its values in the order of the columns.
    pub async fn insert(&self, table: usize, rows: Vec<Vec<Value>>) -> Result<(), StoreError> {
        let Some(shape) = self.shapes.get(table) else { return Ok(()) };
        let mut tx = self.pool.begin().await?;
        let a_time = (VALUES / shape.columns.len().max(1)).max(1);
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            let some: Vec<Vec<Value>> = rows.by_ref().take(a_time).collect();
            let one = format!("({})", vec!["?"; shape.columns.len()].join(","));
            let mut sql = format!("INSERT INTO {} VALUES {one}", shape.name);
            for _ in 1..some.len() {
                let _ = write!(sql, ",{one}");
            }
            let query = some.into_iter().flatten().fold(sqlx::query(AssertSqlSafe(sql)), |query, value| match value {
                Value::Null => query.bind(None::<String>),
                Value::Text(text) => query.bind(text),
                Value::Int(number) => query.bind(number),
            });
            query.execute(&mut *tx).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Makes the indexes and closes the file.
    pub async fn finish(self) -> Result<(), StoreError> {
        for shape in &self.shapes {
            for column in &shape.indexes {
                let sql = format!("CREATE INDEX {0}_{column} ON {0} ({column})", shape.name);
                sqlx::raw_sql(AssertSqlSafe(sql)).execute(&self.pool).await?;
            }
        }
        sqlx::raw_sql("PRAGMA optimize").execute(&self.pool).await?;
        self.pool.close().await;
        Ok(())
    }
}
