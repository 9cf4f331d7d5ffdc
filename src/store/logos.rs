//! Logos: which are wanted, and the small pictures of our own that were made of them.
//!
//! What holds: a logo is shown only while its organization still lists the address it was made from, with a licence; a
//! blob that no row names goes with the next sweep.

use std::{
    io::{Read as _, Write as _},
    ops::ControlFlow,
};

use jiff::ToSpan as _;
use sqlx::Row as _;

use super::{
    Store, StoreError,
    check::Complaint,
    db::{Tx, parse, row, text},
    snapshot::blob_error,
    spelled::Wanted,
};
use crate::model::{id::Id, listing::LogoFacts, organization::Organization};

/// Days after which a logo is fetched again.
const AGAIN: i64 = 60;
/// Days after which an address that gave none is tried again.
const AGAIN_FAILED: i64 = 14;
/// Documents that are read at once.
const PAGE: i64 = 500;

/// A logo to be fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedLogo {
    /// Whose it is.
    pub organization: Id,
    /// Where it is.
    pub url: String,
    /// Under which licence.
    pub licence: String,
}

impl Store {
    /// Logos that were never fetched, or long ago, or from another address than is listed now; at most `limit`. Rows of
    /// organizations that list none any more are removed on the way.
    pub async fn wanted_logos(&self, limit: usize) -> Result<Vec<WantedLogo>, StoreError> {
        let today = self.clock.today();
        let fresh = today.saturating_sub(AGAIN.days()).to_string();
        let fresh_failed = today.saturating_sub(AGAIN_FAILED.days()).to_string();
        let (mut wanted, mut stale) = (Vec::new(), Vec::new());
        self.each_with_logo(|organization, known| {
            let offered = offered(organization);
            let due = match (offered, &known) {
                (None, Some(_)) => {
                    stale.push(organization.id.to_string());
                    false
                }
                (None, None) => false,
                (Some(_), None) => true,
                (Some(logo), Some([url, hash, day])) => {
                    logo.url != *url || *day < *(if hash.is_empty() { &fresh_failed } else { &fresh })
                }
            };
            if let Some(LogoFacts { url, licence: Some(licence) }) = offered.filter(|_| due) {
                let organization = organization.id.clone();
                wanted.push(WantedLogo { organization, url: url.clone(), licence: licence.clone() });
            }
            if wanted.len() < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })
        .await?;
        if !stale.is_empty() {
            let mut tx = self.db.begin().await?;
            tx.execute_in("DELETE FROM logo WHERE organization_id IN {in}", &stale, &[]).await?;
            tx.commit().await?;
        }
        Ok(wanted)
    }

    /// Goes through active organizations that offer a logo or have one: the organization, and address, hash and day of
    /// the logo it has.
    async fn each_with_logo(
        &self,
        mut each: impl FnMut(&Organization, Option<[String; 3]>) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        let mut after = String::new();
        loop {
            let sql = "SELECT o.id, o.body, l.url, l.hash, l.fetched FROM organization o \
                 LEFT JOIN logo l ON l.organization_id = o.id WHERE o.id > $1 AND \
                 ((o.status = 'active' AND o.body LIKE '%\"logos\":[{%') OR l.url IS NOT NULL) ORDER BY o.id LIMIT $2";
            let rows = sqlx::query(sql).bind(after.clone()).bind(PAGE).fetch_all(&self.db.read).await?;
            for row in &rows {
                after = text(row, 0)?;
                let organization: Organization = parse("an organization", &text(row, 1)?)?;
                let known = match row.try_get::<Option<String>, _>(2)? {
                    Some(url) => Some([url, text(row, 3)?, text(row, 4)?]),
                    None => None,
                };
                if each(&organization, known).is_break() {
                    return Ok(());
                }
            }
            if (rows.len() as i64) < PAGE {
                return Ok(());
            }
        }
    }

    /// Keeps what came of an address for the organizations that list it: the picture, or why there is none.
    pub async fn keep_logo(&self, of: &[WantedLogo], picture: Result<&[u8], &str>) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        let hash = match picture {
            // Within the transaction that names it: see `blobs`.
            Ok(png) => {
                let placed = self.blobs.put().and_then(|mut draft| {
                    draft.write_all(png)?;
                    draft.place()
                });
                placed.map_err(|error| blob_error("a logo", error))?.0
            }
            Err(_) => String::new(),
        };
        let (today, error) = (self.clock.today().to_string(), picture.err().unwrap_or_default());
        let rows = of.iter().map(|one| row![&one.organization, &one.url, &one.licence, &hash, &today, error]).collect();
        let conflict = "ON CONFLICT (organization_id) DO UPDATE SET url = excluded.url, licence = excluded.licence, \
             hash = excluded.hash, fetched = excluded.fetched, error = excluded.error";
        tx.insert("logo", &["organization_id", "url", "licence", "hash", "fetched", "error"], conflict, rows).await?;
        tx.commit().await
    }

    /// The hash of the logo of an organization, if it has one and still lists it. Whoever lists none costs no look.
    pub async fn logo_of(&self, organization: &Organization) -> Result<Option<String>, StoreError> {
        let Some(logo) = offered(organization) else { return Ok(None) };
        let sql = "SELECT hash FROM logo WHERE organization_id = $1 AND url = $2 AND hash <> ''";
        let query = sqlx::query(sql).bind(organization.id.to_string()).bind(logo.url.clone());
        query.fetch_optional(&self.db.read).await?.map(|row| text(&row, 0)).transpose()
    }

    /// The picture of a hash, if it is the logo of somebody.
    pub async fn logo(&self, hash: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let known = sqlx::query("SELECT 1 FROM logo WHERE hash = $1 LIMIT 1").bind(hash.to_owned());
        if hash.is_empty() || known.fetch_optional(&self.db.read).await?.is_none() {
            return Ok(None);
        }
        let (blobs, name) = (self.blobs.clone(), hash.to_owned());
        let read = tokio::task::spawn_blocking(move || {
            let mut bytes = Vec::new();
            blobs.open(&name)?.read_to_end(&mut bytes)?;
            Ok::<_, std::io::Error>(bytes)
        });
        match read.await.map_err(std::io::Error::other).and_then(|read| read) {
            Ok(bytes) => Ok(Some(bytes)),
            // Made on another machine that shares the database.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(blob_error(&format!("logo {hash}"), error)),
        }
    }

    /// Logos whose picture is not as it was written.
    pub(super) async fn check_logos(&self, complaints: &mut Vec<Complaint>) -> Result<(), StoreError> {
        let sql = "SELECT DISTINCT hash FROM logo WHERE hash <> '' ORDER BY hash";
        for row in &sqlx::query(sql).fetch_all(&self.db.read).await? {
            let (blobs, hash) = (self.blobs.clone(), text(row, 0)?);
            let name = hash.clone();
            let whole = tokio::task::spawn_blocking(move || blobs.is_whole(&name)).await;
            let whole = whole.map_err(std::io::Error::other).and_then(|whole| whole);
            if !whole.map_err(|error| blob_error(&format!("logo {hash}"), error))? {
                let what = "its picture is not in the data folder as it was written; `connector logos --again`";
                complaints.push(Complaint { at: format!("logo {hash}"), what: what.into() });
            }
        }
        Ok(())
    }

    /// Forgets every logo, so that all are fetched again.
    pub async fn forget_logos(&self) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        sqlx::query("DELETE FROM logo").execute(&mut *tx.inner).await?;
        tx.commit().await
    }
}

/// The logo of an organization that may be copied: the first with a licence.
fn offered(organization: &Organization) -> Option<&LogoFacts> {
    organization.logos.iter().find(|logo| logo.licence.as_ref().is_some_and(|licence| !licence.trim().is_empty()))
}

/// Removes logos whose address, licence or trouble holds a text that must be forgotten; answers how many.
pub(super) async fn take_out(tx: &mut Tx, wanted: &Wanted) -> Result<u64, StoreError> {
    let sql = format!("DELETE FROM logo WHERE {}", wanted.in_any(&["url", "licence", "error"]));
    Ok(wanted.query(sql).execute(&mut *tx.inner).await?.rows_affected())
}
