//! Pictures of the past, and where the log stands for each thing: what reads by version or by date answer from.
//!
//! What holds: nothing on a host that was declared hostile is in any picture, however old; a redacted revision has none.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;
use sqlx::{AssertSqlSafe, Row as _, any::AnyRow};

use super::{
    Store, StoreError,
    db::{id, int, parse, text},
    log,
    read::revision,
};
use crate::model::{
    hostile,
    id::{Id, ThingKind},
    organization::{App, Organization},
    revision::Revision,
};

/// A document with the revision that made it.
#[derive(Debug, Clone, PartialEq)]
pub struct Stamped<T> {
    /// Which thing.
    pub id: Id,
    /// Number of the revision.
    pub n: i64,
    /// When, in microseconds since 1970 UTC.
    pub at: i64,
    /// What it was after it; nothing when the revision was redacted.
    pub thing: Option<T>,
}

impl Store {
    /// Hosts that were declared hostile.
    pub async fn hostile_hosts(&self) -> Result<BTreeSet<String>, StoreError> {
        let rows = sqlx::query("SELECT host FROM hostile_host").fetch_all(&self.db.read).await?;
        rows.iter().map(|row| text(row, 0)).collect()
    }

    /// The organizations after an id with their last revisions, whatever their status, in the order of ids.
    pub async fn standing(&self, after: Option<&Id>, limit: u32) -> Result<Vec<Stamped<Organization>>, StoreError> {
        let sql = "SELECT r.n, r.at, o.body, o.id FROM organization o \
             JOIN revision r ON r.n = (SELECT MAX(x.n) FROM revision x WHERE x.id = o.id) \
             WHERE o.id > $1 ORDER BY o.id LIMIT $2";
        let query = sqlx::query(sql).bind(after.map(ToString::to_string).unwrap_or_default()).bind(i64::from(limit));
        let rows = query.fetch_all(&self.db.read).await?;
        rows.iter()
            .map(|row| {
                let thing = Some(parse("an organization", row.try_get(2)?)?);
                Ok(Stamped { id: id(row, 3)?, n: int(row, 0)?, at: int(row, 1)?, thing })
            })
            .collect()
    }

    /// The last revision of a thing, without its document.
    pub async fn last_revision_of(&self, id: &Id) -> Result<Option<Stamped<()>>, StoreError> {
        let sql = "SELECT n, at FROM revision WHERE id = $1 ORDER BY n DESC LIMIT 1";
        let row = sqlx::query(sql).bind(id.to_string()).fetch_optional(&self.db.read).await?;
        let stamped =
            |row: AnyRow| Ok(Stamped { id: id.clone(), n: int(&row, 0)?, at: int(&row, 1)?, thing: Some(()) });
        row.map(stamped).transpose()
    }

    /// An organization as one of its versions was. The last revision of a version answers.
    pub async fn organization_version(
        &self,
        id: &Id,
        version: i64,
    ) -> Result<Option<Stamped<Organization>>, StoreError> {
        let rest = "WHERE r.id = $1 AND r.version = $2 ORDER BY r.n DESC LIMIT 1";
        self.one_past(id, rest, version, hostile::clean).await
    }

    /// An organization as it stood at a moment, in microseconds since 1970 UTC; nothing when it was not there yet.
    pub async fn organization_at(&self, id: &Id, at: i64) -> Result<Option<Stamped<Organization>>, StoreError> {
        self.one_past(id, "WHERE r.id = $1 AND r.at <= $2 ORDER BY r.n DESC LIMIT 1", at, hostile::clean).await
    }

    /// An app as it stood at a moment, in microseconds since 1970 UTC.
    pub async fn app_at(&self, id: &Id, at: i64) -> Result<Option<Stamped<App>>, StoreError> {
        self.one_past(id, "WHERE r.id = $1 AND r.at <= $2 ORDER BY r.n DESC LIMIT 1", at, hostile::clean_app).await
    }

    /// The organizations after an id as they stood at a moment, whatever their status, in the order of ids.
    pub async fn organizations_at(
        &self,
        at: i64,
        after: Option<&Id>,
        limit: u32,
    ) -> Result<Vec<Stamped<Organization>>, StoreError> {
        // The ids first, from the table's own key: the log is then asked for each of them alone.
        let sql = "SELECT r.n, r.at, CASE WHEN r.after = '' THEN o.body ELSE r.after END, r.id FROM organization o \
             JOIN revision r ON r.n = (SELECT MAX(x.n) FROM revision x WHERE x.id = o.id AND x.at <= $1) \
             WHERE o.id > $2 ORDER BY o.id LIMIT $3";
        let query = sqlx::query(sql).bind(at).bind(after.map(ToString::to_string).unwrap_or_default());
        let rows = query.bind(i64::from(limit)).fetch_all(&self.db.read).await?;
        let hosts = self.hostile_hosts().await?;
        rows.iter().map(|row| stamped(row, &hosts, hostile::clean)).collect()
    }

    /// Revisions of one thing, the newest first: those before number `before`, at most `limit`. Their bodies are cleaned of
    /// hosts that were declared hostile since.
    pub async fn revisions_of(&self, id: &Id, before: Option<i64>, limit: u32) -> Result<Vec<Revision>, StoreError> {
        let sql = format!("{} WHERE r.id = $1 AND r.n < $2 ORDER BY r.n DESC LIMIT $3", log::READ);
        let query = sqlx::query(AssertSqlSafe(sql)).bind(id.to_string()).bind(before.unwrap_or(i64::MAX));
        let rows = query.bind(i64::from(limit)).fetch_all(&self.db.read).await?;
        let hosts = self.hostile_hosts().await?;
        rows.iter().map(|row| Ok(without(revision(row)?, &hosts))).collect()
    }

    async fn one_past<T: DeserializeOwned>(
        &self,
        id: &Id,
        rest: &str,
        bound: i64,
        clean: fn(&mut T, &BTreeSet<String>),
    ) -> Result<Option<Stamped<T>>, StoreError> {
        let sql = format!(
            "SELECT r.n, r.at, CASE WHEN r.after = '' THEN o.body ELSE r.after END, r.id \
             FROM revision r LEFT JOIN organization o ON r.after = '' AND o.id = r.id {rest}"
        );
        let query = sqlx::query(AssertSqlSafe(sql)).bind(id.to_string()).bind(bound);
        let Some(row) = query.fetch_optional(&self.db.read).await? else { return Ok(None) };
        let hosts = self.hostile_hosts().await?;
        stamped(&row, &hosts, clean).map(Some)
    }
}

fn stamped<T: DeserializeOwned>(
    row: &AnyRow,
    hosts: &BTreeSet<String>,
    clean: fn(&mut T, &BTreeSet<String>),
) -> Result<Stamped<T>, StoreError> {
    let body: Option<String> = row.try_get(2)?;
    let thing = match body.filter(|body| !body.is_empty()) {
        None => None,
        Some(body) => {
            let mut thing: T = parse("a revision", &body)?;
            clean(&mut thing, hosts);
            Some(thing)
        }
    };
    Ok(Stamped { id: id(row, 3)?, n: int(row, 0)?, at: int(row, 1)?, thing })
}

/// A revision whose body shows nothing on hostile hosts; a body that cannot be cleaned is left out.
pub(super) fn without(mut revision: Revision, hosts: &BTreeSet<String>) -> Revision {
    let Some(body) = revision.after.take().filter(|body| !body.is_empty()) else { return revision };
    let named = hosts.iter().any(|host| body.to_lowercase().contains(host.as_str()));
    revision.after = match revision.thing {
        _ if !named => Some(body),
        ThingKind::Organization => cleaned(&body, hosts, hostile::clean, Organization::document),
        ThingKind::App => cleaned(&body, hosts, hostile::clean_app, App::document),
        // A portal or an endpoint is nothing but its address.
        ThingKind::Location | ThingKind::Portal | ThingKind::Endpoint => None,
    };
    revision
}

fn cleaned<T: DeserializeOwned>(
    body: &str,
    hosts: &BTreeSet<String>,
    clean: fn(&mut T, &BTreeSet<String>),
    document: fn(&mut T) -> String,
) -> Option<String> {
    let mut thing = serde_json::from_str(body).ok()?;
    clean(&mut thing, hosts);
    Some(document(&mut thing))
}
