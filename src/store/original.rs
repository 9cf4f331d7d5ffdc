//! What some sources speak of, and the readable addresses they gave: their readers' programs still know those.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Store, StoreError,
    db::{parse, text, with_list},
};
use crate::model::{
    id::Id,
    listing::Body,
    organization::{Organization, Status},
};

impl Store {
    /// Everything these sources speak of now, each with the first readable address they gave it that still leads to it.
    pub async fn spoken_of(&self, sources: &[&str]) -> Result<BTreeMap<Id, Option<String>>, StoreError> {
        let sql = "SELECT s.id, s.slug FROM slug s WHERE s.id IN \
             (SELECT l.subject_id FROM listing l WHERE l.present = 1 AND l.source IN {in})";
        let mut lead: BTreeSet<(String, String)> = BTreeSet::new();
        for row in with_list(self.db.dialect, sql, sources, &[]).fetch_all(&self.db.read).await? {
            lead.insert((text(&row, 0)?, text(&row, 1)?));
        }
        let sql = "SELECT l.subject_id, l.body FROM listing l WHERE l.present = 1 AND l.source IN {in} \
             ORDER BY l.source, l.key";
        let mut found: BTreeMap<Id, Option<String>> = BTreeMap::new();
        for row in with_list(self.db.dialect, sql, sources, &[]).fetch_all(&self.db.read).await? {
            let Some(id) = Id::parse(&text(&row, 0)?) else { continue };
            let body: Body = parse("a listing", &text(&row, 1)?)?;
            let slugs = match body {
                Body::Organization(facts) => facts.old_slugs,
                Body::App(facts) => facts.old_slugs,
            };
            let known = found.entry(id.clone()).or_default();
            if known.is_none() {
                *known = slugs.into_iter().find(|slug| lead.contains(&(id.to_string(), slug.clone())));
            }
        }
        Ok(found)
    }

    /// The organizations with these ids, in their order; who is not there or gone is left out.
    pub async fn organizations_of(&self, ids: &[Id]) -> Result<Vec<Organization>, StoreError> {
        let mut found = self.documents(ids).await?;
        let mut standing = Vec::with_capacity(found.len());
        for document in ids.iter().filter_map(|id| found.remove(id)).filter(|document| document.merged_into.is_none()) {
            let organization: Organization = parse("an organization", &document.body)?;
            if !matches!(organization.status, Status::Merged | Status::Withdrawn) {
                standing.push(organization);
            }
        }
        Ok(standing)
    }
}
