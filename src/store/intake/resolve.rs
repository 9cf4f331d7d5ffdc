//! Which organization a new listing belongs to.
//!
//! What holds: a listing keeps its organization while its key, its group or a strong mark of it lives on; a public
//! number alone proves nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::json;

use super::Intake;
use crate::{
    model::{
        id::{Id, ThingKind},
        identifier::System,
        listing::Body,
        organization::{Organization, Status},
        text::match_form,
    },
    store::{
        StoreError,
        db::{Col, parse, text},
    },
};

impl Intake {
    /// Gives every new listing its organization.
    pub(super) async fn resolve(&mut self, absent: &BTreeMap<String, String>) -> Result<(), StoreError> {
        let mut groups: HashMap<String, Id> = HashMap::new();
        let mut reused: BTreeSet<String> = BTreeSet::new();
        let mut last = String::new();
        loop {
            // `|| ''` keeps the planner on the keys: by the index of subject_id each batch would sort all that is left.
            // The last key of the batch before has its organization by now.
            let rows = sqlx::query(
                "SELECT key, grp, body FROM listing WHERE source = $1 AND key >= $2 AND subject_id || '' = '' \
                 ORDER BY key LIMIT 500",
            )
            .bind(self.head.source.id.clone())
            .bind(last.clone())
            .fetch_all(&mut *self.tx.inner)
            .await?;
            if rows.is_empty() {
                return Ok(());
            }
            let mut fresh = Vec::with_capacity(rows.len());
            for row in &rows {
                let body: Body = parse("a listing", &text(row, 2)?)?;
                last = text(row, 0)?;
                fresh.push((last.clone(), text(row, 1)?, body));
            }
            let known = self.known_groups(&fresh).await?;
            let marked = self.marked(&fresh, absent).await?;
            let shared = self.sharing_a_number(&fresh).await?;
            let mut values = Vec::with_capacity(fresh.len());
            for (key, group, body) in &fresh {
                let by_mark = marked.get(key).filter(|id| reused.insert((*id).clone())).and_then(|id| Id::parse(id));
                let id = fixed_id(body)
                    .or_else(|| groups.get(group).cloned())
                    .or_else(|| known.get(group).cloned())
                    .or(by_mark)
                    .or_else(|| shared.get(key).cloned())
                    .unwrap_or_else(|| self.store.ids.make(kind_of(body)));
                if !group.is_empty() {
                    groups.insert(group.clone(), id.clone());
                }
                values.push(json!([self.head.source.id, key, id]));
                self.dirty.insert(id);
            }
            let cols = [Col::Text("source"), Col::Text("key"), Col::Text("id")];
            let sql = "UPDATE listing SET subject_id = v.id, home_id = v.id FROM {v} AS v \
                 WHERE listing.source = v.source AND listing.key = v.key";
            self.tx.update_from(sql, &cols, &values).await?;
        }
    }

    /// Groups of these listings that already have an organization.
    async fn known_groups(&mut self, fresh: &[(String, String, Body)]) -> Result<HashMap<String, Id>, StoreError> {
        let groups: BTreeSet<String> =
            fresh.iter().map(|(_, group, _)| group.clone()).filter(|g| !g.is_empty()).collect();
        let groups: Vec<String> = groups.into_iter().collect();
        let sql = "SELECT grp, MIN(subject_id) FROM listing \
             WHERE source = $2 AND subject_id <> '' AND grp IN {in} GROUP BY grp";
        let source = self.head.source.id.clone();
        let rows = self.tx.select_in(sql, &groups, &[json!(source)]).await?;
        let mut known = HashMap::new();
        for row in &rows {
            if let Some(id) = Id::parse(&text(row, 1)?) {
                known.insert(text(row, 0)?, id);
            }
        }
        Ok(known)
    }

    /// New keys that carry a strong mark of exactly one vanished key: that key's organization.
    async fn marked(
        &mut self,
        fresh: &[(String, String, Body)],
        absent: &BTreeMap<String, String>,
    ) -> Result<HashMap<String, String>, StoreError> {
        if absent.is_empty() {
            return Ok(HashMap::new());
        }
        let keys: Vec<String> = fresh.iter().map(|(key, _, _)| key.clone()).collect();
        let sql = "SELECT mine.key, other.key FROM listing_mark mine JOIN listing_mark other \
             ON other.source = mine.source AND other.mark = mine.mark AND other.key <> mine.key \
             WHERE mine.source = $2 AND mine.key IN {in}";
        let source = self.head.source.id.clone();
        let rows = self.tx.select_in(sql, &keys, &[json!(source)]).await?;
        let mut found: HashMap<String, BTreeSet<String>> = HashMap::new();
        for row in &rows {
            if let Some(id) = absent.get(&text(row, 1)?) {
                found.entry(text(row, 0)?).or_default().insert(id.clone());
            }
        }
        let only = |ids: BTreeSet<String>| if ids.len() == 1 { ids.into_iter().next() } else { None };
        Ok(found.into_iter().filter_map(|(key, ids)| only(ids).map(|id| (key, id))).collect())
    }

    /// New listings that share a valid NPI *and* name or ZIP with exactly one organization that has no present
    /// listing of this source. A public NPI alone proves nothing: lists reuse them.
    async fn sharing_a_number(&mut self, fresh: &[(String, String, Body)]) -> Result<HashMap<String, Id>, StoreError> {
        let npis = |body: &Body| -> Vec<String> {
            let Body::Organization(facts) = body else {
                return Vec::new();
            };
            facts.identifiers.iter().filter(|i| i.system == System::Npi).map(|i| i.value.clone()).collect()
        };
        let all: BTreeSet<String> = fresh.iter().flat_map(|(_, _, body)| npis(body)).collect();
        let all: Vec<String> = all.into_iter().collect();
        let sql = "SELECT k.value, o.body FROM lookup k JOIN organization o ON o.id = k.id \
             WHERE k.kind = 'npi' AND k.value IN {in} AND o.status = 'active' AND NOT EXISTS \
             (SELECT 1 FROM listing l WHERE l.subject_id = o.id AND l.source = $2 AND l.present = 1)";
        let source = self.head.source.id.clone();
        let rows = self.tx.select_in(sql, &all, &[json!(source)]).await?;
        let mut by_npi: HashMap<String, Vec<Organization>> = HashMap::new();
        for row in &rows {
            by_npi.entry(text(row, 0)?).or_default().push(parse("an organization", &text(row, 1)?)?);
        }
        let mut found = HashMap::new();
        let mut used: BTreeSet<Id> = BTreeSet::new();
        for (key, _, body) in fresh {
            let candidates: BTreeSet<Id> = npis(body)
                .iter()
                .filter_map(|npi| by_npi.get(npi))
                .flatten()
                .filter(|organization| agrees(body, organization))
                .map(|organization| organization.id.clone())
                .collect();
            if let (1, Some(id)) = (candidates.len(), candidates.into_iter().next())
                && used.insert(id.clone())
            {
                found.insert(key.clone(), id);
            }
        }
        Ok(found)
    }
}

/// Do name or ZIP agree?
fn agrees(body: &Body, organization: &Organization) -> bool {
    let Body::Organization(facts) = body else { return false };
    if organization.status != Status::Active {
        return false;
    }
    let names: BTreeSet<String> =
        std::iter::once(&organization.name).chain(&organization.aliases).map(|name| match_form(name)).collect();
    let same_name = std::iter::once(&facts.name).chain(&facts.aliases).any(|name| names.contains(&match_form(name)));
    let zips: BTreeSet<&String> = organization.locations.iter().filter_map(|l| l.place.zip.as_ref()).collect();
    same_name || facts.places.iter().filter_map(|p| p.zip.as_ref()).any(|zip| zips.contains(zip))
}

fn fixed_id(body: &Body) -> Option<Id> {
    let fixed = match body {
        Body::Organization(facts) => facts.fixed_id.as_deref(),
        Body::App(facts) => facts.fixed_id.as_deref(),
    };
    fixed.and_then(Id::parse)
}

fn kind_of(body: &Body) -> ThingKind {
    match body {
        Body::Organization(_) => ThingKind::Organization,
        Body::App(_) => ThingKind::App,
    }
}
