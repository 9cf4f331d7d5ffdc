//! Where a text that must be forgotten stands in columns, and the keys and reasons that spell it.
//!
//! What holds: a key that spells the text becomes its digest at every place, so that what belongs together still does.

use std::collections::BTreeMap;

use serde_json::Value;
use sqlx::{Any, any::AnyArguments, query::Query};

use super::{
    StoreError,
    db::{Dialect, Tx, int, parse, row, text},
};
use crate::model::{
    id::Id,
    redact::{self, Spellings},
};

/// How many revisions are looked at together.
const PAGE: usize = 200;

/// A text that is looked for: as it is said, as it stands in JSON, and as keys spell it.
pub(super) struct Wanted {
    pub spellings: Spellings,
    places: Vec<String>,
    dialect: Dialect,
}

impl Wanted {
    pub fn new(said: &str, dialect: Dialect) -> Self {
        let spellings = Spellings::of(said);
        let written = redact::in_json(said);
        let others = spellings.all().iter().filter(|spelling| **spelling != written).cloned();
        let places = std::iter::once(written.clone()).chain(others).collect();
        Self { spellings, places, dialect }
    }

    /// The text itself.
    pub fn said(&self) -> &str {
        self.spellings.all().first().map(String::as_str).unwrap_or_default()
    }

    /// Everything that is looked for.
    pub fn places(&self) -> &[String] {
        &self.places
    }

    /// A plain text without it; an address that holds it goes whole.
    pub fn out_of(&self, said: &str) -> String {
        let plain = redact::scrub(said.into(), self.said());
        let plain = plain.as_ref().and_then(Value::as_str).unwrap_or_default();
        self.spellings.cut(plain).unwrap_or_else(|| plain.to_owned())
    }

    /// Does it stand anywhere in a JSON value?
    pub fn stands_in(&self, value: &Value) -> bool {
        let json = value.to_string();
        self.places.iter().any(|place| json.contains(place.as_str()))
    }

    /// One of these columns holds any of it; binds what [`Wanted::query`] binds.
    pub fn in_any(&self, columns: &[&str]) -> String {
        let one = |column: &&str| {
            (1..=self.places.len()).map(|n| holds(self.dialect, column, n)).collect::<Vec<_>>().join(" OR ")
        };
        columns.iter().map(one).collect::<Vec<_>>().join(" OR ")
    }

    /// A statement with what is looked for as `$1` and so on.
    pub fn query(&self, sql: String) -> Query<'static, Any, AnyArguments> {
        self.places.iter().fold(sqlx::query(sqlx::AssertSqlSafe(sql)), |query, place| query.bind(place.clone()))
    }

    /// Documents of organizations and apps with keys that spell it.
    pub async fn documents(&self, tx: &mut Tx) -> Result<BTreeMap<Id, Value>, StoreError> {
        let mut all = BTreeMap::new();
        for table in ["organization", "app"] {
            let sql = format!("SELECT id, body FROM {table} WHERE {}", self.in_any(&["body"]));
            for row in &self.query(sql).fetch_all(&mut *tx.inner).await? {
                let value: Value = parse("a document", &text(row, 1)?)?;
                if self.spellings.cut_keys(&mut value.clone()) {
                    all.extend(Id::parse(&text(row, 0)?).map(|id| (id, value)));
                }
            }
        }
        Ok(all)
    }

    /// Empties revisions with such keys; answers how many.
    pub async fn empty_revisions(&self, tx: &mut Tx) -> Result<u64, StoreError> {
        let (mut from, mut emptied) = (0, 0);
        loop {
            let sql = format!(
                "SELECT n, after FROM revision WHERE n > ${} AND after IS NOT NULL AND ({}) ORDER BY n LIMIT {PAGE}",
                self.places.len() + 1,
                self.in_any(&["after"])
            );
            let page = self.query(sql).bind(from).fetch_all(&mut *tx.inner).await?;
            for row in &page {
                from = int(row, 0)?;
                let mut after: Value = parse("a revision", &text(row, 1)?)?;
                if self.spellings.cut_keys(&mut after) {
                    let sql = "UPDATE revision SET after = NULL, event = 'redacted' WHERE n = $1";
                    sqlx::query(sql).bind(from).execute(&mut *tx.inner).await?;
                    emptied += 1;
                }
            }
            if page.len() < PAGE {
                return Ok(emptied);
            }
        }
    }

    /// Takes it out of keys and reasons that only decisions rest on; answers how many rows that were.
    pub async fn take_out_of_decisions(&self, tx: &mut Tx) -> Result<u64, StoreError> {
        let sql = format!("DELETE FROM quarantine WHERE {}", self.in_any(&["key"]));
        let mut done = self.query(sql).execute(&mut *tx.inner).await?.rows_affected();
        let sql = format!("SELECT a, b, reasons FROM review WHERE {}", self.in_any(&["reasons"]));
        let mut rows = Vec::new();
        for pair in &self.query(sql).fetch_all(&mut *tx.inner).await? {
            let cut = self.spellings.cut(&text(pair, 2)?);
            rows.extend(cut.map(|cut| (text(pair, 0), text(pair, 1), cut)));
        }
        for (a, b, cut) in rows {
            done += 1;
            let sql = "UPDATE review SET reasons = v.cut FROM v WHERE review.a = v.a AND review.b = v.b";
            tx.update_from(sql, &["a", "b", "cut"], vec![row![a?, b?, cut]]).await?;
        }
        let sql = format!("SELECT DISTINCT key FROM held_door WHERE {}", self.in_any(&["key"]));
        for door in &self.query(sql).fetch_all(&mut *tx.inner).await? {
            let old = text(door, 0)?;
            let Some(digest) = self.spellings.key(&old) else { continue };
            let sql = "UPDATE held_door SET key = $1 WHERE key = $2";
            done += sqlx::query(sql).bind(digest).bind(old).execute(&mut *tx.inner).await?.rows_affected();
        }
        Ok(done)
    }
}

/// `column` holds the text `$n`, letter for letter.
pub(super) fn holds(dialect: Dialect, column: &str, n: usize) -> String {
    match dialect {
        Dialect::Sqlite => format!("instr({column}, ${n}) > 0"),
        Dialect::Postgres => format!("strpos({column}, ${n}) > 0"),
    }
}
