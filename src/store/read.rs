//! What pages, the API, the index and the export read.

use serde::Serialize;
use sqlx::{AssertSqlSafe, Row as _, any::AnyRow};

use super::{
    Found, Store, StoreError,
    db::{int, parse, text},
    log,
};
use crate::model::{
    id::{Id, ThingKind},
    listing::Body,
    organization::{App, Organization},
    revision::{Event, Revision},
    source::Source,
};

/// A source with its last committed load.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SourceState {
    /// The source.
    #[serde(flatten)]
    pub source: Source,
    /// Date of the last committed load.
    pub last_load: Option<String>,
    /// Listings it has now.
    pub listings: u64,
}

/// What became of an organization in one revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Number of the revision.
    pub n: i64,
    /// Which organization.
    pub id: Id,
    /// It was not there before.
    pub created: bool,
    /// Its document; nothing when it was redacted.
    pub after: Option<String>,
    /// The version it had after it.
    pub version: i64,
    /// When, in microseconds since 1970 UTC.
    pub at: i64,
}

/// One listing of an organization or app, as far as a person needs it to judge a match.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ListingState {
    /// Id of the source.
    pub source: String,
    /// The source's own key.
    pub key: String,
    /// The name it gives.
    pub name: String,
    /// Date of the load that last said it differently.
    pub since: String,
    /// Does the source still say it?
    pub present: bool,
    /// What it was first matched to; another id when a person merged the two.
    pub home: Id,
    /// Why it was put here, when it was matched to what was known; empty otherwise.
    pub matched: String,
}

/// One line of the export.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Line {
    /// A source.
    Source(Box<SourceState>),
    /// An organization with its portals, endpoints, locations and provenance.
    Organization(Box<Organization>),
    /// An app.
    App(Box<App>),
}

impl Store {
    /// The organization at a readable address.
    pub async fn organization_by_slug(&self, slug: &str) -> Result<Found<Organization>, StoreError> {
        let sql = "SELECT s.current, o.slug, o.body, (SELECT t.slug FROM redirect r JOIN organization t ON t.id = r.target \
             WHERE r.id = o.id) FROM slug s JOIN organization o ON o.id = s.id WHERE s.space = 'organization' AND s.slug = $1";
        self.found("an organization", sql, slug).await
    }

    /// The organization with an id; a merged one answers [`Found::Merged`].
    pub async fn organization(&self, id: &Id) -> Result<Found<Organization>, StoreError> {
        let sql = "SELECT CAST(1 AS BIGINT), o.slug, o.body, (SELECT t.slug FROM redirect r JOIN organization t ON t.id = r.target \
             WHERE r.id = o.id) FROM organization o WHERE o.id = $1";
        self.found("an organization", sql, id.as_str()).await
    }

    /// The app at a readable address.
    pub async fn app_by_slug(&self, slug: &str) -> Result<Found<App>, StoreError> {
        let sql = "SELECT s.current, a.slug, a.body, CAST(NULL AS TEXT) FROM slug s JOIN app a ON a.id = s.id \
             WHERE s.space = 'app' AND s.slug = $1";
        self.found("an app", sql, slug).await
    }

    async fn found<T: serde::de::DeserializeOwned>(
        &self,
        what: &str,
        sql: &str,
        key: &str,
    ) -> Result<Found<T>, StoreError> {
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(key.to_owned());
        let Some(row) = query.fetch_optional(&self.db.read).await? else {
            return Ok(Found::Nothing);
        };
        if let Some(target) = row.try_get::<Option<String>, _>(3)? {
            return Ok(Found::Merged(target));
        }
        if int(&row, 0)? == 0 {
            return Ok(Found::Renamed(text(&row, 1)?));
        }
        Ok(Found::Here(Box::new(parse(what, &text(&row, 2)?)?)))
    }

    /// Active organizations after an id, in the order of ids, at most `limit`.
    pub async fn organizations(&self, after: Option<&Id>, limit: u32) -> Result<Vec<Organization>, StoreError> {
        // "Not in": with "in" SQLite takes the index over the status and sorts a million bodies for each page.
        let rows = sqlx::query(
            "SELECT body FROM organization WHERE id > $1 AND status NOT IN ('merged', 'withdrawn') ORDER BY id LIMIT $2",
        )
        .bind(after.map(ToString::to_string).unwrap_or_default())
        .bind(i64::from(limit))
        .fetch_all(&self.db.read)
        .await?;
        rows.iter().map(|row| parse("an organization", &text(row, 0)?)).collect()
    }

    /// Every listing that is matched to an organization or app, by source and key.
    pub async fn listings_of(&self, id: &Id) -> Result<Vec<ListingState>, StoreError> {
        let rows = sqlx::query(
            "SELECT l.source, l.key, l.body, d.date, l.present, l.home_id, l.matched FROM listing l \
             JOIN load d ON d.id = l.changed_load WHERE l.subject_id = $1 ORDER BY l.source, l.key",
        )
        .bind(id.to_string())
        .fetch_all(&self.db.read)
        .await?;
        let mut listings = Vec::with_capacity(rows.len());
        for row in &rows {
            let body: Body = parse("a listing", &text(row, 2)?)?;
            listings.push(ListingState {
                source: text(row, 0)?,
                key: text(row, 1)?,
                name: body.name().to_owned(),
                since: text(row, 3)?,
                present: int(row, 4)? == 1,
                home: Id::parse(&text(row, 5)?).unwrap_or_else(|| id.clone()),
                matched: text(row, 6)?,
            });
        }
        Ok(listings)
    }

    /// Every app that some source speaks of, by name.
    pub async fn apps(&self) -> Result<Vec<App>, StoreError> {
        let rows =
            sqlx::query("SELECT body FROM app WHERE status = 'active' ORDER BY slug").fetch_all(&self.db.read).await?;
        rows.iter().map(|row| parse("an app", &text(row, 0)?)).collect()
    }

    /// Revisions after number `n`, in order, at most `limit`.
    pub async fn revisions_after(&self, n: i64, limit: u32) -> Result<Vec<Revision>, StoreError> {
        let sql = format!("{} WHERE r.n > $1 ORDER BY r.n LIMIT $2", log::READ);
        let query = sqlx::query(AssertSqlSafe(sql)).bind(n).bind(i64::from(limit));
        let rows = query.fetch_all(&self.db.read).await?;
        rows.iter().map(revision).collect()
    }

    /// What happened to organizations in revisions with numbers after `n` and up to `upto`, in order.
    pub async fn organization_steps(&self, n: i64, upto: i64) -> Result<Vec<Step>, StoreError> {
        let sql = format!("{} WHERE r.n > $1 AND r.n <= $2 AND r.thing = 'organization' ORDER BY r.n", log::STEPS);
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(n).bind(upto).fetch_all(&self.db.read).await?;
        let step = |row: &AnyRow| {
            let id: &str = row.try_get(1)?;
            let unreadable = || StoreError::Unreadable { what: "revision id".into(), why: "unknown word".into() };
            Ok(Step {
                n: int(row, 0)?,
                id: Id::parse(id).ok_or_else(unreadable)?,
                created: row.try_get::<&str, _>(2)? == Event::Created.word(),
                after: row.try_get(3)?,
                version: int(row, 4)?,
                at: int(row, 5)?,
            })
        };
        rows.iter().map(step).collect()
    }

    /// The number of the last revision; 0 when there is none.
    pub async fn last_revision(&self) -> Result<i64, StoreError> {
        let row = sqlx::query("SELECT n FROM counter WHERE name = 'revision'").fetch_one(&self.db.read).await?;
        int(&row, 0)
    }

    /// Every source that gave a load or was asked for one, with its last committed one.
    pub async fn sources(&self) -> Result<Vec<SourceState>, StoreError> {
        let rows = sqlx::query(
            "SELECT s.body, (SELECT MAX(d.date) FROM load d WHERE d.source = s.id AND d.state = 'committed'), \
             (SELECT CAST(COUNT(*) AS BIGINT) FROM listing l WHERE l.source = s.id AND l.present = 1) \
             FROM source s ORDER BY s.id",
        )
        .fetch_all(&self.db.read)
        .await?;
        rows.iter()
            .map(|row| {
                let source = parse("a source", &text(row, 0)?)?;
                Ok(SourceState { source, last_load: row.try_get(1)?, listings: int(row, 2)? as u64 })
            })
            .collect()
    }

    /// Gives everything that is public, line by line: sources, organizations, apps.
    pub async fn export(
        &self,
        mut line: impl FnMut(Line) -> std::io::Result<()>,
    ) -> Result<std::io::Result<()>, StoreError> {
        for source in self.sources().await? {
            if let Err(error) = line(Line::Source(Box::new(source))) {
                return Ok(Err(error));
            }
        }
        let mut after: Option<Id> = None;
        loop {
            let page = self.organizations(after.as_ref(), 500).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.id.clone());
            for organization in page {
                if let Err(error) = line(Line::Organization(Box::new(organization))) {
                    return Ok(Err(error));
                }
            }
        }
        for app in self.apps().await? {
            if let Err(error) = line(Line::App(Box::new(app))) {
                return Ok(Err(error));
            }
        }
        Ok(Ok(()))
    }
}

pub(super) fn revision(row: &AnyRow) -> Result<Revision, StoreError> {
    let unreadable =
        |what: &str| StoreError::Unreadable { what: format!("revision {what}"), why: "unknown word".into() };
    Ok(Revision {
        n: int(row, 0)?,
        at: int(row, 1)?,
        thing: ThingKind::from_word(&text(row, 2)?).ok_or_else(|| unreadable("type"))?,
        id: Id::parse(&text(row, 3)?).ok_or_else(|| unreadable("id"))?,
        version: int(row, 4)?,
        event: Event::from_word(&text(row, 5)?).ok_or_else(|| unreadable("event"))?,
        actor: text(row, 6)?,
        load: row.try_get(7)?,
        after: row.try_get(8)?,
        digest: text(row, 9)?,
    })
}
