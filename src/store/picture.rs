//! Everything that is public as it stood at one revision, page by page, whatever is written meanwhile.
//!
//! What holds: one read transaction; nothing on a host that was declared hostile; what was merged or withdrawn is named
//! without its document.

use std::collections::HashMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::{Any, AssertSqlSafe, Row as _, Transaction};

use super::{
    Store, StoreError,
    db::{Dialect, int, parse, text, with_list},
};
use crate::{
    clock::moment,
    model::{
        id::Id,
        organization::{App, Organization, Status},
        source::Source,
    },
};

/// A thing with what stands beside its document.
#[derive(Debug, Clone, PartialEq)]
pub struct Pictured<T> {
    /// When it last changed, in microseconds since 1970 UTC.
    pub at: i64,
    /// Readable addresses that lead to it and are not its own any more, in their order.
    pub old_slugs: Vec<String>,
    /// The thing.
    pub thing: T,
}

/// An id that leads elsewhere, or to nothing any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retired {
    /// When it was retired.
    pub changed: Timestamp,
    /// Readable addresses it had before its last one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub old_slugs: Vec<String>,
    /// The id.
    pub id: Id,
    /// Merged or withdrawn.
    pub status: Status,
    /// The readable address it had last.
    pub slug: String,
    /// The version it had last.
    pub version: i64,
    /// The name it had last.
    pub name: String,
    /// Where it leads now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<Id>,
}

/// A source as everybody may know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceTold {
    /// The source.
    #[serde(flatten)]
    pub source: Source,
    /// Date of its last committed load.
    pub last_load: Option<String>,
}

/// Everything at one revision.
pub struct Picture {
    tx: Transaction<'static, Any>,
    dialect: Dialect,
    revision: i64,
}

impl Store {
    /// Begins a picture of everything as it is now. It holds a read transaction: be done with it in minutes.
    pub async fn picture(&self) -> Result<Picture, StoreError> {
        let mut tx = match self.db.dialect {
            Dialect::Sqlite => self.db.read.begin().await?,
            Dialect::Postgres => self.db.read.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?,
        };
        // The first read is the moment of the picture.
        let row = sqlx::query("SELECT n FROM counter WHERE name = 'revision'").fetch_one(&mut *tx).await?;
        Ok(Picture { tx, dialect: self.db.dialect, revision: int(&row, 0)? })
    }
}

impl Picture {
    /// The revision it stands at.
    pub fn revision(&self) -> i64 {
        self.revision
    }

    /// Organizations in being after an id, in the order of ids, at most `limit`.
    pub async fn organizations(
        &mut self,
        after: Option<&Id>,
        limit: u32,
    ) -> Result<Vec<Pictured<Organization>>, StoreError> {
        let sql = "SELECT o.id, r.at, o.body FROM organization o \
             JOIN revision r ON r.n = (SELECT MAX(x.n) FROM revision x WHERE x.id = o.id) \
             WHERE o.id > $1 AND o.status NOT IN ('merged', 'withdrawn') ORDER BY o.id LIMIT $2";
        let query = sqlx::query(sql).bind(after.map(ToString::to_string).unwrap_or_default()).bind(i64::from(limit));
        let rows = query.fetch_all(&mut *self.tx).await?;
        let mut page = Vec::with_capacity(rows.len());
        for row in &rows {
            page.push((text(row, 0)?, int(row, 1)?, text(row, 2)?));
        }
        self.pictured("an organization", page).await
    }

    /// Every app that some source speaks of, in the order of ids.
    pub async fn apps(&mut self) -> Result<Vec<Pictured<App>>, StoreError> {
        let sql = "SELECT a.id, r.at, a.body FROM app a \
             JOIN revision r ON r.n = (SELECT MAX(x.n) FROM revision x WHERE x.id = a.id) \
             WHERE a.status = 'active' ORDER BY a.id";
        let rows = sqlx::query(sql).fetch_all(&mut *self.tx).await?;
        let page = rows.iter().map(|row| Ok((text(row, 0)?, int(row, 1)?, text(row, 2)?)));
        let page = page.collect::<Result<_, StoreError>>()?;
        self.pictured("an app", page).await
    }

    async fn pictured<T: serde::de::DeserializeOwned>(
        &mut self,
        what: &str,
        page: Vec<(String, i64, String)>,
    ) -> Result<Vec<Pictured<T>>, StoreError> {
        let ids: Vec<&str> = page.iter().map(|(id, ..)| id.as_str()).collect();
        let mut old = self.old_slugs(&ids).await?;
        let thing = |(id, at, body): (String, i64, String)| {
            let old_slugs = old.remove(&id).unwrap_or_default();
            Ok(Pictured { at, old_slugs, thing: parse(what, &body)? })
        };
        page.into_iter().map(thing).collect()
    }

    /// Sources with the date of their last committed load, in the order of ids.
    pub async fn sources(&mut self) -> Result<Vec<SourceTold>, StoreError> {
        let sql = "SELECT s.body, (SELECT MAX(d.date) FROM load d WHERE d.source = s.id AND d.state = 'committed') \
             FROM source s ORDER BY s.id";
        let rows = sqlx::query(sql).fetch_all(&mut *self.tx).await?;
        let told = |row| Ok(SourceTold { source: parse("a source", &text(row, 0)?)?, last_load: row.try_get(1)? });
        rows.iter().map(told).collect()
    }

    /// Ids of organizations and apps that were merged or withdrawn, after an id, in the order of ids.
    pub async fn retired(&mut self, after: Option<&Id>, limit: u32) -> Result<Vec<Retired>, StoreError> {
        let of = |table: &str| {
            format!(
                "SELECT t.id, t.slug, t.status, t.version, t.body, d.target, \
                 (SELECT MAX(r.at) FROM revision r WHERE r.id = t.id) \
                 FROM {table} t LEFT JOIN redirect d ON d.id = t.id \
                 WHERE t.id > $1 AND t.status IN ('merged', 'withdrawn')"
            )
        };
        let sql = format!("{} UNION ALL {} ORDER BY 1 LIMIT $2", of("organization"), of("app"));
        let query = sqlx::query(AssertSqlSafe(sql)).bind(after.map(ToString::to_string).unwrap_or_default());
        let rows = query.bind(i64::from(limit)).fetch_all(&mut *self.tx).await?;
        let ids: Vec<String> = rows.iter().map(|row| text(row, 0)).collect::<Result<_, _>>()?;
        let mut old = self.old_slugs(&ids).await?;
        let mut page = Vec::with_capacity(rows.len());
        for (row, id) in rows.iter().zip(ids) {
            let named: Named = parse("a document", &text(row, 4)?)?;
            let unreadable = || StoreError::Unreadable { what: format!("the id {id}"), why: "unknown form".into() };
            page.push(Retired {
                changed: moment(row.try_get::<Option<i64>, _>(6)?.unwrap_or_default()),
                old_slugs: old.remove(&id).unwrap_or_default(),
                status: if text(row, 2)? == Status::Merged.word() { Status::Merged } else { Status::Withdrawn },
                slug: text(row, 1)?,
                version: int(row, 3)?,
                name: named.name,
                replaced_by: row.try_get::<Option<String>, _>(5)?.as_deref().and_then(Id::parse),
                id: Id::parse(&id).ok_or_else(unreadable)?,
            });
        }
        Ok(page)
    }

    /// Readable addresses that are nobody's own any more, by the id they lead to.
    async fn old_slugs<S: Serialize>(&mut self, ids: &[S]) -> Result<HashMap<String, Vec<String>>, StoreError> {
        let mut old: HashMap<String, Vec<String>> = HashMap::new();
        if ids.is_empty() {
            return Ok(old);
        }
        let sql = "SELECT id, slug FROM slug WHERE current = 0 AND id IN {in}";
        for row in &with_list(self.dialect, sql, ids, &[]).fetch_all(&mut *self.tx).await? {
            old.entry(text(row, 0)?).or_default().push(text(row, 1)?);
        }
        for slugs in old.values_mut() {
            slugs.sort_unstable();
        }
        Ok(old)
    }
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

impl Store {
    /// Versions of organizations and apps that were redacted: what shows them must not.
    pub async fn redacted_versions(&self) -> Result<Vec<(Id, i64)>, StoreError> {
        let sql = "SELECT id, version FROM revision WHERE after IS NULL ORDER BY id, version";
        let rows = sqlx::query(sql).fetch_all(&self.db.read).await?;
        let mut all = Vec::with_capacity(rows.len());
        for row in &rows {
            all.extend(Id::parse(&text(row, 0)?).map(|id| int(row, 1).map(|version| (id, version))).transpose()?);
        }
        Ok(all)
    }
}
