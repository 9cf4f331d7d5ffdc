//! What the API reads of single things: bodies by id, places, shared doors and who links to them, totals.
//!
//! What holds: doors are read through the organizations that link to them, so one that was recalled, held or withdrawn is
//! not there; nothing of a gone organization is listed.

use std::collections::BTreeSet;

use sqlx::{AssertSqlSafe, Row as _, any::AnyRow};

use super::{
    Store, StoreError,
    db::{id, int, parse, text, with_list},
    past,
};
use crate::model::{
    id::{Id, ThingKind},
    organization::App,
    revision::Revision,
};

/// Links are counted up to here.
pub const MOST_LINKS: u32 = 10_000;

/// A place of an organization, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPlace {
    /// Its id.
    pub id: Id,
    /// Whose.
    pub organization: Id,
    /// Counts its changes.
    pub version: i64,
    /// A `model::organization::Location` as JSON.
    pub body: String,
}

/// A portal or endpoint with how many organizations link to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedDoor {
    /// Its id.
    pub id: Id,
    /// One of those that link to it: its document says more.
    pub by: Id,
    /// How many do, counted up to [`MOST_LINKS`].
    pub links: u32,
}

/// How many things there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Places of organizations.
    pub locations: u64,
    /// Portals some organization links to.
    pub portals: u64,
    /// Endpoints some organization links to.
    pub endpoints: u64,
}

impl Store {
    /// The organization a merged one leads to now.
    pub async fn merged_into(&self, id: &Id) -> Result<Option<Id>, StoreError> {
        let query = sqlx::query("SELECT target FROM redirect WHERE id = $1").bind(id.to_string());
        Ok(query.fetch_optional(&self.db.read).await?.and_then(|row| Id::parse(row.try_get(0).ok()?)))
    }

    /// One place that is there now.
    pub async fn place(&self, id: &Id) -> Result<Option<StoredPlace>, StoreError> {
        let sql = "SELECT l.id, l.organization_id, l.version, l.body FROM location l \
             JOIN organization o ON o.id = l.organization_id \
             WHERE l.id = $1 AND l.present = 1 AND o.status NOT IN ('merged', 'withdrawn')";
        let row = sqlx::query(sql).bind(id.to_string()).fetch_optional(&self.db.read).await?;
        row.as_ref().map(place).transpose()
    }

    /// Was there ever a place with this id?
    pub async fn had_place(&self, id: &Id) -> Result<bool, StoreError> {
        let query = sqlx::query("SELECT id FROM location WHERE id = $1").bind(id.to_string());
        Ok(query.fetch_optional(&self.db.read).await?.is_some())
    }

    /// Places after an id, of one organization or of all, in the order of ids, at most `limit`.
    pub async fn places(
        &self,
        of: Option<&Id>,
        after: Option<&Id>,
        limit: u32,
    ) -> Result<Vec<StoredPlace>, StoreError> {
        let one = if of.is_some() { "l.organization_id = $3" } else { "$3 = ''" };
        let sql = format!(
            "SELECT l.id, l.organization_id, l.version, l.body FROM location l \
             JOIN organization o ON o.id = l.organization_id WHERE l.id > $1 AND l.present = 1 \
             AND o.status NOT IN ('merged', 'withdrawn') AND {one} ORDER BY l.id LIMIT $2"
        );
        let word = |id: Option<&Id>| id.map(ToString::to_string).unwrap_or_default();
        let query = sqlx::query(AssertSqlSafe(sql)).bind(word(after)).bind(i64::from(limit)).bind(word(of));
        query.fetch_all(&self.db.read).await?.iter().map(place).collect()
    }

    /// A portal or an endpoint that somebody links to.
    pub async fn shared_door(&self, id: &Id) -> Result<Option<SharedDoor>, StoreError> {
        let sql = format!("SELECT p.id, {OF_LINKS} FROM {} p WHERE p.id = $1 AND {LINKED}", table(id.kind()));
        let row = sqlx::query(AssertSqlSafe(sql)).bind(id.to_string()).fetch_optional(&self.db.read).await?;
        row.as_ref().map(door).transpose()
    }

    /// Did a portal or an endpoint with this id ever exist?
    pub async fn had_shared_door(&self, id: &Id) -> Result<bool, StoreError> {
        let sql = format!("SELECT id FROM {} WHERE id = $1", table(id.kind()));
        let query = sqlx::query(AssertSqlSafe(sql)).bind(id.to_string());
        Ok(query.fetch_optional(&self.db.read).await?.is_some())
    }

    /// Portals or endpoints after an id that somebody links to, those of one organization or all, in the order of ids, at most
    /// `limit`.
    pub async fn shared_doors(
        &self,
        kind: ThingKind,
        of: Option<&Id>,
        after: Option<&Id>,
        limit: u32,
    ) -> Result<Vec<SharedDoor>, StoreError> {
        let one = match of {
            Some(_) => "p.id IN (SELECT x.thing_id FROM link x WHERE x.organization_id = $3)",
            None => "$3 = ''",
        };
        let sql = format!(
            "SELECT p.id, {OF_LINKS} FROM {} p WHERE p.id > $1 AND {LINKED} AND {one} ORDER BY p.id LIMIT $2",
            table(kind)
        );
        let word = |id: Option<&Id>| id.map(ToString::to_string).unwrap_or_default();
        let query = sqlx::query(AssertSqlSafe(sql)).bind(word(after)).bind(i64::from(limit)).bind(word(of));
        query.fetch_all(&self.db.read).await?.iter().map(door).collect()
    }

    /// Organizations after an id that link to a portal or an endpoint, in the order of ids, at most `limit`.
    pub async fn linking(&self, thing: &Id, after: Option<&Id>, limit: u32) -> Result<Vec<Id>, StoreError> {
        let sql = "SELECT organization_id FROM link WHERE thing_id = $1 AND organization_id > $2 \
             ORDER BY organization_id LIMIT $3";
        let query = sqlx::query(sql).bind(thing.to_string());
        let query = query.bind(after.map(ToString::to_string).unwrap_or_default()).bind(i64::from(limit));
        query.fetch_all(&self.db.read).await?.iter().map(|row| id(row, 0)).collect()
    }

    /// Those of these organizations that link to a portal or an endpoint.
    pub async fn linking_among(&self, thing: &Id, ids: &[Id]) -> Result<BTreeSet<Id>, StoreError> {
        let sql = "SELECT organization_id FROM link WHERE organization_id IN {in} AND thing_id = $2";
        let query = with_list(self.db.dialect, sql, ids, &[thing.as_str().into()]);
        query.fetch_all(&self.db.read).await?.iter().map(|row| id(row, 0)).collect()
    }

    /// Organizations after an id that carry a number, a domain or a phone (the kinds and forms of the table `lookup`), in the
    /// order of ids, at most `limit`.
    pub async fn looked_up(
        &self,
        kind: &str,
        value: &str,
        after: Option<&Id>,
        limit: u32,
    ) -> Result<Vec<Id>, StoreError> {
        let sql = "SELECT id FROM lookup WHERE kind = $1 AND value = $2 AND id > $3 ORDER BY id LIMIT $4";
        let query = sqlx::query(sql).bind(kind.to_owned()).bind(value.to_owned());
        let query = query.bind(after.map(ToString::to_string).unwrap_or_default()).bind(i64::from(limit));
        query.fetch_all(&self.db.read).await?.iter().map(|row| id(row, 0)).collect()
    }

    /// The portal or the endpoint at an address, by `Door::key`.
    pub async fn door_at(&self, kind: ThingKind, key: &str) -> Result<Option<Id>, StoreError> {
        let sql = format!("SELECT id FROM {} WHERE address_key = $1", table(kind));
        let row = sqlx::query(AssertSqlSafe(sql)).bind(key.to_owned()).fetch_optional(&self.db.read).await?;
        row.as_ref().map(|row| id(row, 0)).transpose()
    }

    /// Every app that ever was, in the order of ids.
    pub async fn every_app(&self) -> Result<Vec<App>, StoreError> {
        let rows = sqlx::query("SELECT body FROM app ORDER BY id").fetch_all(&self.db.read).await?;
        rows.iter().map(|row| parse("an app", &text(row, 0)?)).collect()
    }

    /// Revisions after number `n`, in order, at most `limit`; their bodies are cleaned of hosts that were declared hostile
    /// since.
    pub async fn clean_revisions_after(&self, n: i64, limit: u32) -> Result<Vec<Revision>, StoreError> {
        let revisions = self.revisions_after(n, limit).await?;
        let hosts = self.hostile_hosts().await?;
        Ok(revisions.into_iter().map(|revision| past::without(revision, &hosts)).collect())
    }

    /// When a revision was written, in microseconds since 1970 UTC.
    pub async fn moment_of(&self, n: i64) -> Result<Option<i64>, StoreError> {
        let row = sqlx::query("SELECT at FROM revision WHERE n = $1").bind(n).fetch_optional(&self.db.read).await?;
        row.map(|row| int(&row, 0)).transpose()
    }

    /// How many places, portals and endpoints there are. A tenth of a second at the size of a country.
    pub async fn totals(&self) -> Result<Totals, StoreError> {
        let linked = |table: &str| format!("(SELECT CAST(COUNT(*) AS BIGINT) FROM {table} p WHERE {LINKED})");
        let sql = format!(
            "SELECT (SELECT CAST(COUNT(*) AS BIGINT) FROM location WHERE present = 1), {}, {}",
            linked("portal"),
            linked("endpoint")
        );
        let row = sqlx::query(AssertSqlSafe(sql)).fetch_one(&self.db.read).await?;
        let count = |column| Ok::<u64, StoreError>(int(&row, column)? as u64);
        Ok(Totals { locations: count(0)?, portals: count(1)?, endpoints: count(2)? })
    }
}

/// Does anybody link to the door `p`?
const LINKED: &str = "EXISTS (SELECT 1 FROM link k WHERE k.thing_id = p.id)";
/// One that links to the door `p`, and how many do, up to [`MOST_LINKS`].
const OF_LINKS: &str = "(SELECT MIN(k.organization_id) FROM link k WHERE k.thing_id = p.id), \
     (SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT 1 AS one FROM link k WHERE k.thing_id = p.id LIMIT 10000) AS capped)";

fn table(kind: ThingKind) -> &'static str {
    if kind == ThingKind::Portal { "portal" } else { "endpoint" }
}

fn place(row: &AnyRow) -> Result<StoredPlace, StoreError> {
    Ok(StoredPlace { id: id(row, 0)?, organization: id(row, 1)?, version: int(row, 2)?, body: text(row, 3)? })
}

fn door(row: &AnyRow) -> Result<SharedDoor, StoreError> {
    Ok(SharedDoor { id: id(row, 0)?, by: id(row, 1)?, links: int(row, 2)? as u32 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_of_counting_is_the_one_that_is_told() {
        assert!(OF_LINKS.contains(&format!("LIMIT {MOST_LINKS})")));
    }
}
