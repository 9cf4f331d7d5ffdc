//! Every table of the store as lines of text, and back: for backups, and to move from one database to another.
//!
//! What holds: one read transaction, so that what is written meanwhile is in it whole or not at all; each table carries how
//! many rows it has and a sum that does not depend on their order, and what was put back is read again and must agree.
//! Sessions and one-time links are left out: a backup must not bring back what was ended.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, BufRead, Read, Write},
};

use futures_util::TryStreamExt as _;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use sqlx::{
    Any, AssertSqlSafe, Row as _, Transaction, ValueRef as _,
    any::{AnyRow, AnyTypeInfoKind},
};

use super::{
    Store, StoreError,
    db::{Cell, Cells, Dialect, text},
    loads::refused,
    snapshot::blob_error,
};
use crate::model::listing::hex;

/// Tables that a backup does not have.
const LEFT_OUT: &[&str] = &["_sqlx_migrations", "session", "ticket"];
/// Columns that name blobs.
const BLOBS: &[&str] = &["SELECT snapshot FROM load", "SELECT marks FROM load", "SELECT hash FROM logo"];
/// Rows that are put back at once.
const BATCH: usize = 1_000;
/// The longest line: rows hold whole documents.
const LONGEST_LINE: u64 = 1 << 30;
/// The form of the lines; another one is another program's.
const FORM: &str = "connector-backup-1";

/// What a table has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TableSum {
    /// Rows.
    pub rows: u64,
    /// The sum of the first 128 bits of SHA-256 of each row.
    #[serde(with = "in_hex")]
    pub sum: u128,
}

mod in_hex {
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub fn serialize<S: Serializer>(sum: &u128, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&format!("{sum:032x}"))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<u128, D::Error> {
        let text = String::deserialize(from)?;
        u128::from_str_radix(&text, 16).map_err(D::Error::custom)
    }
}

impl TableSum {
    fn add(&mut self, row: &str) {
        let digest = Sha256::digest(row.as_bytes());
        let first: [u8; 16] = std::array::from_fn(|at| digest[at]);
        self.rows += 1;
        self.sum = self.sum.wrapping_add(u128::from_be_bytes(first));
    }
}

/// What a backup has.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BackupSum {
    /// Tables by name.
    pub tables: BTreeMap<String, TableSum>,
    /// Files beside the database.
    pub blobs: u64,
    /// The hash of the last entry of the audit log.
    pub audit_head: String,
}

/// A line that is no row.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "line", rename_all = "snake_case")]
enum Line {
    Begin {
        form: String,
        schema: i64,
    },
    Table {
        name: String,
        columns: Vec<(String, Kind)>,
    },
    End {
        name: String,
        sum: TableSum,
    },
    /// So many bytes follow, and a line break.
    Blob {
        hash: String,
        bytes: u64,
    },
    Whole {
        sum: BackupSum,
    },
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Text,
    Int,
}

impl Store {
    /// Writes everything to `out`, with what `blobs` names beside the database. Others may write meanwhile.
    pub async fn write_backup(&self, out: &mut (impl Write + Send)) -> Result<BackupSum, StoreError> {
        let mut tx = match self.db.dialect {
            Dialect::Sqlite => self.db.read.begin().await?,
            Dialect::Postgres => self.db.read.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?,
        };
        let mut sum = BackupSum::default();
        line(out, &Line::Begin { form: FORM.into(), schema: schema(&mut tx).await? })?;
        for name in tables(&mut tx, self.db.dialect).await? {
            let columns = columns(&mut tx, self.db.dialect, &name).await?;
            line(out, &Line::Table { name: name.clone(), columns })?;
            let done = each_row(&mut tx, &name, |row| writeln!(out, "{row}").map_err(into_error)).await?;
            line(out, &Line::End { name: name.clone(), sum: done })?;
            sum.tables.insert(name, done);
        }
        let mut wanted = BTreeSet::new();
        for sql in BLOBS {
            for row in &sqlx::query(*sql).fetch_all(&mut *tx).await? {
                wanted.extend(row.try_get::<Option<String>, _>(0)?.filter(|hash| !hash.is_empty()));
            }
        }
        sum.audit_head = audit_head(&mut tx).await?;
        for hash in wanted {
            self.write_blob(out, &hash)?;
            sum.blobs += 1;
        }
        tx.rollback().await?;
        line(out, &Line::Whole { sum: sum.clone() })?;
        Ok(sum)
    }

    fn write_blob(&self, out: &mut impl Write, hash: &str) -> Result<(), StoreError> {
        let wrong = |error: io::Error| {
            let what = format!("{hash}, which an import that ended meanwhile may have dropped: make the backup again");
            blob_error(&what, error)
        };
        let mut file = self.blobs.open(hash).map_err(wrong)?;
        let bytes = file.metadata().map_err(wrong)?.len();
        line(out, &Line::Blob { hash: hash.to_owned(), bytes })?;
        let copied = io::copy(&mut file, out).map_err(wrong)?;
        if copied != bytes {
            return Err(wrong(io::Error::other("it changed while it was read")));
        }
        out.write_all(b"\n").map_err(into_error)
    }

    /// Puts a backup into a store in which nothing is yet, and reads it again. Everything, or nothing, is in it afterwards.
    pub async fn read_backup(&self, from: &mut (impl BufRead + Send)) -> Result<BackupSum, StoreError> {
        let mut tx = self.db.begin().await?;
        if is_used(&mut tx.inner).await? {
            return Err(refused("there is something in this store already; give an empty data folder".into()));
        }
        let ours = schema(&mut tx.inner).await?;
        let mut lines = Lines { from, at: 0 };
        match lines.next()? {
            Line::Begin { form, schema } if form == FORM && schema <= ours => {}
            Line::Begin { form, schema } if form == FORM => {
                let why = format!("the backup is of a newer version (schema {schema}, this program knows {ours})");
                return Err(refused(why));
            }
            _ => return Err(lines.wrong("it does not begin as a backup does")),
        }
        let known: BTreeSet<String> = tables(&mut tx.inner, self.db.dialect).await?.into_iter().collect();
        let mut sum = BackupSum::default();
        let told = loop {
            match lines.next()? {
                Line::Table { name, columns } if known.contains(&name) => {
                    let there = self::columns(&mut tx.inner, self.db.dialect, &name).await?;
                    if columns.iter().any(|column| !there.contains(column)) {
                        return Err(lines.wrong(&format!("{name} has columns that are not known")));
                    }
                    sqlx::query(AssertSqlSafe(format!("DELETE FROM {name}"))).execute(&mut *tx.inner).await?;
                    let done = put_back(&mut tx, &mut lines, &name, &columns).await?;
                    sum.tables.insert(name, done);
                }
                Line::Blob { hash, bytes } => {
                    self.put_blob_back(&mut lines, &hash, bytes)?;
                    sum.blobs += 1;
                }
                Line::Whole { sum } => break sum,
                _ => return Err(lines.wrong("a line stands where it does not belong")),
            }
        };
        sum.audit_head = audit_head(&mut tx.inner).await?;
        for (name, done) in &mut sum.tables {
            *done = each_row(&mut tx.inner, name, |_| Ok(())).await?;
        }
        if sum != told {
            let differ = told.tables.iter().find(|(name, told)| sum.tables.get(*name) != Some(told));
            let what = differ.map_or("its files", |(name, _)| name.as_str());
            return Err(lines.wrong(&format!("what was put back is not what was written: {what}")));
        }
        tx.commit().await?;
        Ok(sum)
    }

    fn put_blob_back(&self, lines: &mut Lines<impl BufRead>, hash: &str, bytes: u64) -> Result<(), StoreError> {
        let wrong = |error| blob_error(hash, error);
        let mut draft = self.blobs.put().map_err(wrong)?;
        let copied = io::copy(&mut lines.from.by_ref().take(bytes), &mut draft).map_err(wrong)?;
        let mut end = [0];
        lines.from.read_exact(&mut end).map_err(wrong)?;
        let (written, _) = draft.place().map_err(wrong)?;
        if copied != bytes || end != *b"\n" || written != hash {
            return Err(lines.wrong(&format!("the file {hash} is not what its name says")));
        }
        Ok(())
    }
}

/// Reads a backup without a store: every line, every sum, every file. Answers what it has.
pub fn verify_backup(from: &mut impl BufRead) -> Result<BackupSum, StoreError> {
    let mut lines = Lines { from, at: 0 };
    let mut sum = BackupSum::default();
    if !matches!(lines.next()?, Line::Begin { form, .. } if form == FORM) {
        return Err(lines.wrong("it does not begin as a backup does"));
    }
    loop {
        match lines.next()? {
            Line::Table { name, .. } => {
                let mut done = TableSum::default();
                let told = loop {
                    match lines.row()? {
                        Ok(row) => done.add(&row),
                        Err(Line::End { sum, .. }) => break sum,
                        Err(_) => return Err(lines.wrong("a table does not end")),
                    }
                };
                if told != done {
                    return Err(lines.wrong(&format!("rows of {name} are not as they were written")));
                }
                sum.tables.insert(name, done);
            }
            Line::Blob { hash, bytes } => {
                let mut digest = Sha256::new();
                let mut left = lines.from.by_ref().take(bytes);
                io::copy(&mut left, &mut HashWriter(&mut digest)).map_err(into_error)?;
                let mut end = [0];
                lines.from.read_exact(&mut end).map_err(into_error)?;
                if hex(&digest.finalize()) != hash {
                    return Err(lines.wrong(&format!("the file {hash} is not what its name says")));
                }
                sum.blobs += 1;
            }
            Line::Whole { sum: told } => {
                sum.audit_head.clone_from(&told.audit_head);
                return if told == sum { Ok(sum) } else { Err(lines.wrong("it is not whole")) };
            }
            _ => return Err(lines.wrong("a line stands where it does not belong")),
        }
    }
}

struct HashWriter<'a>(&'a mut Sha256);

impl Write for HashWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The lines of a backup.
struct Lines<'a, R> {
    from: &'a mut R,
    at: u64,
}

impl<R: BufRead> Lines<'_, R> {
    fn wrong(&self, why: &str) -> StoreError {
        refused(format!("the backup cannot be used (line {}): {why}", self.at))
    }

    fn text(&mut self) -> Result<String, StoreError> {
        self.at += 1;
        let mut text = String::new();
        self.from.by_ref().take(LONGEST_LINE).read_line(&mut text).map_err(into_error)?;
        if text.pop() == Some('\n') { Ok(text) } else { Err(self.wrong("it ends in the middle")) }
    }

    fn next(&mut self) -> Result<Line, StoreError> {
        let text = self.text()?;
        serde_json::from_str(&text).map_err(|error| self.wrong(&error.to_string()))
    }

    /// A row, or the line behind the last one.
    fn row(&mut self) -> Result<Result<String, Line>, StoreError> {
        let text = self.text()?;
        if text.starts_with('[') {
            return Ok(Ok(text));
        }
        serde_json::from_str(&text).map(Err).map_err(|error| self.wrong(&error.to_string()))
    }
}

/// Puts the rows of a table back; answers what was read.
async fn put_back(
    tx: &mut super::db::Tx,
    lines: &mut Lines<'_, impl BufRead>,
    name: &str,
    columns: &[(String, Kind)],
) -> Result<TableSum, StoreError> {
    let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
    let (mut sum, mut batch) = (TableSum::default(), Vec::new());
    loop {
        match lines.row()? {
            Ok(row) => {
                sum.add(&row);
                batch.push(cells(&row, columns).ok_or_else(|| lines.wrong("a row does not fit its columns"))?);
                if batch.len() == BATCH {
                    tx.insert(name, &names, "", std::mem::take(&mut batch)).await?;
                }
            }
            Err(Line::End { name: ended, sum: told }) if ended == name && told == sum => break,
            Err(_) => return Err(lines.wrong(&format!("rows of {name} are not as they were written"))),
        }
    }
    tx.insert(name, &names, "", batch).await?;
    Ok(sum)
}

fn cells(row: &str, columns: &[(String, Kind)]) -> Option<Cells> {
    let values: Vec<Value> = serde_json::from_str(row).ok()?;
    if values.len() != columns.len() {
        return None;
    }
    let cell = |(value, (_, kind)): (Value, &(String, Kind))| match (value, kind) {
        (Value::String(text), Kind::Text) => Some(Cell::Text(text)),
        (Value::Number(number), Kind::Int) => number.as_i64().map(Cell::Int),
        (Value::Null, Kind::Text) => Some(Cell::NoText),
        (Value::Null, Kind::Int) => Some(Cell::NoInt),
        _ => None,
    };
    values.into_iter().zip(columns).map(cell).collect()
}

/// Hands out every row of a table as JSON.
async fn each_row(
    tx: &mut Transaction<'static, Any>,
    table: &str,
    mut take: impl FnMut(&str) -> Result<(), StoreError>,
) -> Result<TableSum, StoreError> {
    let mut sum = TableSum::default();
    let mut rows = sqlx::query(AssertSqlSafe(format!("SELECT * FROM {table}"))).fetch(&mut **tx);
    while let Some(row) = rows.try_next().await? {
        let json = json(&row)?;
        sum.add(&json);
        take(&json)?;
    }
    Ok(sum)
}

fn json(row: &AnyRow) -> Result<String, StoreError> {
    let value = |column: usize| -> Result<Value, StoreError> {
        let raw = row.try_get_raw(column)?;
        if raw.is_null() {
            return Ok(Value::Null);
        }
        Ok(match raw.type_info().kind() {
            AnyTypeInfoKind::Text => Value::String(row.try_get(column)?),
            _ => Value::Number(row.try_get::<i64, _>(column)?.into()),
        })
    };
    let values: Vec<Value> = (0..row.len()).map(value).collect::<Result<_, _>>()?;
    Ok(Value::Array(values).to_string())
}

async fn tables(tx: &mut Transaction<'static, Any>, dialect: Dialect) -> Result<Vec<String>, StoreError> {
    let sql = match dialect {
        Dialect::Sqlite => {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
        }
        Dialect::Postgres => {
            "SELECT CAST(table_name AS TEXT) FROM information_schema.tables WHERE table_schema = current_schema() ORDER BY 1"
        }
    };
    let rows = sqlx::query(sql).fetch_all(&mut **tx).await?;
    let all: Vec<String> = rows.iter().map(|row| text(row, 0)).collect::<Result<_, _>>()?;
    Ok(all.into_iter().filter(|name| !LEFT_OUT.contains(&name.as_str())).collect())
}

/// The columns of a table, in the order in which `SELECT *` gives them.
async fn columns(
    tx: &mut Transaction<'static, Any>,
    dialect: Dialect,
    table: &str,
) -> Result<Vec<(String, Kind)>, StoreError> {
    let sql = match dialect {
        Dialect::Sqlite => "SELECT name, type FROM pragma_table_info($1) ORDER BY cid",
        Dialect::Postgres => {
            "SELECT CAST(column_name AS TEXT), CAST(data_type AS TEXT) FROM information_schema.columns \
             WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position"
        }
    };
    let rows = sqlx::query(sql).bind(table.to_owned()).fetch_all(&mut **tx).await?;
    rows.iter()
        .map(|row| {
            let kind = if text(row, 1)?.eq_ignore_ascii_case("text") { Kind::Text } else { Kind::Int };
            Ok((text(row, 0)?, kind))
        })
        .collect()
}

/// The newest step of the schema.
async fn schema(tx: &mut Transaction<'static, Any>) -> Result<i64, StoreError> {
    let row = sqlx::query("SELECT MAX(version) FROM _sqlx_migrations").fetch_one(&mut **tx).await?;
    Ok(row.try_get(0)?)
}

async fn audit_head(tx: &mut Transaction<'static, Any>) -> Result<String, StoreError> {
    let row = sqlx::query("SELECT hash FROM audit ORDER BY n DESC LIMIT 1").fetch_optional(&mut **tx).await?;
    Ok(row.map(|row| text(&row, 0)).transpose()?.unwrap_or_default())
}

/// Is there anything in the store that a backup would replace?
async fn is_used(tx: &mut Transaction<'static, Any>) -> Result<bool, StoreError> {
    let sql = "SELECT name FROM counter WHERE n > 0 LIMIT 1";
    Ok(sqlx::query(sql).fetch_optional(&mut **tx).await?.is_some())
}

fn line(out: &mut impl Write, line: &Line) -> Result<(), StoreError> {
    let json = serde_json::to_string(line).map_err(|error| into_error(io::Error::other(error)))?;
    writeln!(out, "{json}").map_err(into_error)
}

fn into_error(error: io::Error) -> StoreError {
    StoreError::Blob { what: "the backup".into(), error }
}
