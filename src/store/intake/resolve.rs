//! Which organization a new listing belongs to.
//!
//! What holds: a listing keeps its organization while its key, its group or a strong mark of it lives on, or when it alone
//! bears the name of the only one that went (`namesakes`). Everything else makes an organization of its own first; whether
//! that is a known one is judged when the whole load is there (`pairs`).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::json;

use super::{
    Incoming, Intake,
    keys::shorts,
    namesakes::{Namesakes, Unknown},
};
use crate::{
    model::{
        id::{Id, ThingKind},
        listing::Body,
    },
    store::{
        StoreError,
        db::{parse, row, text},
    },
};

/// What is known of a load's new listings so far.
#[derive(Default)]
pub(super) struct Resolver {
    groups: HashMap<String, Id>,
    /// Organizations of vanished keys that a new key took over.
    reused: BTreeSet<String>,
    /// Marks of the vanished keys, each with its organizations.
    vanished: HashMap<String, BTreeSet<String>>,
    /// New organizations, and those of the same name whose listings went.
    pub(super) elders: BTreeMap<Id, BTreeSet<String>>,
}

/// By what an organization is found for a new listing.
enum By<'a> {
    /// By what is sure, else there is a new one.
    StrongOrNew,
    /// By what is sure alone: what is not found so is noted.
    Strong(&'a mut Unknown),
    /// By its name too, when one went that was called so; else there is a new one.
    Name(&'a Namesakes),
}

impl Intake {
    /// Gives these new listings their organization.
    pub(super) async fn resolve(
        &mut self,
        fresh: &mut [Incoming],
        absent: &BTreeMap<String, String>,
    ) -> Result<(), StoreError> {
        self.resolve_by(fresh, absent, &mut By::StrongOrNew).await
    }

    async fn resolve_by(
        &mut self,
        fresh: &mut [Incoming],
        absent: &BTreeMap<String, String>,
        by: &mut By<'_>,
    ) -> Result<(), StoreError> {
        let known = self.known_groups(fresh).await?;
        let marked = self.marked(fresh, absent).await?;
        for listing in fresh {
            let resolver = &mut self.resolver;
            let marked = marked.get(&listing.key);
            let by_mark = marked.and_then(only).filter(|id| resolver.reused.insert((*id).clone()));
            let fixed = fixed_id(&listing.body);
            // A person may have made it part of another one since: an import leaves that alone.
            let merged = fixed.as_ref().filter(|id| self.redirects.next(id).is_some());
            listing.home_id = merged.map(ToString::to_string).unwrap_or_default();
            let mut there = fixed
                .map(|id| self.redirects.end(&id).clone())
                .or_else(|| resolver.groups.get(&listing.group).cloned())
                .or_else(|| known.get(&listing.group).cloned())
                .or_else(|| by_mark.and_then(|id| Id::parse(id)));
            // Of several rows with the mark of one that went, the first keeps its organization; the others remember it.
            let mut elders = marked.cloned().unwrap_or_default();
            match by {
                By::Strong(unknown) if there.is_none() => {
                    unknown.add(listing);
                    continue;
                }
                By::Name(names) => {
                    if there.is_none() {
                        let namesake = names.organization(&listing.body);
                        let namesake = namesake.filter(|id| resolver.reused.insert((*id).clone()));
                        there = namesake.and_then(|id| Id::parse(id));
                    }
                    elders.extend(names.elders(listing));
                }
                By::StrongOrNew | By::Strong(_) => {}
            }
            let id = there.unwrap_or_else(|| {
                let id = self.store.ids.make(kind_of(&listing.body));
                let number = self.made.len() as u32;
                self.made.insert(id.clone(), number);
                id
            });
            if !elders.is_empty() && self.made.contains_key(&id) {
                resolver.elders.entry(id.clone()).or_default().extend(elders);
            }
            if !listing.group.is_empty() {
                resolver.groups.insert(listing.group.clone(), id.clone());
            }
            listing.subject_id = id.to_string();
            if !self.made.contains_key(&id) {
                self.dirty.insert(id);
            }
        }
        Ok(())
    }

    /// Gives every listing that was written without one its organization.
    pub(in crate::store) async fn resolve_the_rest(
        &mut self,
        absent: &BTreeMap<String, String>,
    ) -> Result<(), StoreError> {
        if !self.anything_gone(absent).await? {
            return self.resolve_all(absent, By::StrongOrNew).await;
        }
        let mut unknown = Unknown::default();
        self.resolve_all(absent, By::Strong(&mut unknown)).await?;
        let names = self.namesakes(absent, &unknown).await?;
        self.resolve_all(absent, By::Name(&names)).await
    }

    async fn resolve_all(&mut self, absent: &BTreeMap<String, String>, mut by: By<'_>) -> Result<(), StoreError> {
        let mut last = None;
        loop {
            let mut fresh = self.unresolved(last.as_deref()).await?;
            let Some(listing) = fresh.last() else {
                return Ok(());
            };
            last = Some(listing.key.clone());
            self.resolve_by(&mut fresh, absent, &mut by).await?;
            fresh.retain(|listing| !listing.subject_id.is_empty());
            self.note_gained(&fresh).await?;
            self.note_keys(&fresh);
            let source = &self.head.source.id;
            let rows = fresh.iter().map(|l| row![source, &l.key, &l.subject_id, l.home()]).collect();
            let sql = "UPDATE listing SET subject_id = v.id, home_id = v.home FROM v \
                 WHERE listing.source = v.source AND listing.key = v.key";
            self.tx.update_from(sql, &["source", "key", "id", "home"], rows).await?;
        }
    }

    /// The next listings without an organization, after a key.
    async fn unresolved(&mut self, after: Option<&str>) -> Result<Vec<Incoming>, StoreError> {
        // `|| ''` keeps the planner on the keys: by the index of subject_id each batch would sort all that is left.
        let from = if after.is_some() { "key > $2" } else { "key >= $2" };
        let sql = format!(
            "SELECT key, grp, marks, body FROM listing WHERE source = $1 AND {from} AND subject_id || '' = '' \
             ORDER BY key LIMIT 500"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(self.head.source.id.clone())
            .bind(after.unwrap_or_default().to_owned())
            .fetch_all(&mut *self.tx.inner)
            .await?;
        rows.iter()
            .map(|row| {
                let json = text(row, 3)?;
                let body = parse("a listing", &json)?;
                Ok(Incoming {
                    key: text(row, 0)?,
                    group: text(row, 1)?,
                    marks: text(row, 2)?,
                    shorts: shorts(&body, self.head.source.tier),
                    body,
                    json,
                    hash: String::new(),
                    subject_id: String::new(),
                    home_id: String::new(),
                })
            })
            .collect()
    }

    /// Groups of these listings that already have an organization.
    async fn known_groups(&mut self, fresh: &[Incoming]) -> Result<HashMap<String, Id>, StoreError> {
        if self.first {
            return Ok(HashMap::new());
        }
        let groups: BTreeSet<String> =
            fresh.iter().map(|listing| listing.group.clone()).filter(|group| !group.is_empty()).collect();
        let groups: Vec<String> = groups.into_iter().collect();
        let sql = "SELECT grp, MIN(subject_id) FROM listing \
             WHERE source = $2 AND subject_id <> '' AND grp <> '' AND grp IN {in} GROUP BY grp";
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

    /// New keys that carry a strong mark of vanished keys: those keys' organizations.
    async fn marked(
        &mut self,
        fresh: &[Incoming],
        absent: &BTreeMap<String, String>,
    ) -> Result<HashMap<String, BTreeSet<String>>, StoreError> {
        if absent.is_empty() || fresh.is_empty() {
            return Ok(HashMap::new());
        }
        self.read_marks_of(absent).await?;
        let mut found = HashMap::new();
        for listing in fresh {
            let ids: BTreeSet<&String> =
                listing.marks.lines().filter_map(|mark| self.resolver.vanished.get(mark)).flatten().collect();
            if !ids.is_empty() {
                found.insert(listing.key.clone(), ids.into_iter().cloned().collect());
            }
        }
        Ok(found)
    }

    /// Marks of the vanished keys -> their organizations; read once.
    async fn read_marks_of(&mut self, absent: &BTreeMap<String, String>) -> Result<(), StoreError> {
        if !self.resolver.vanished.is_empty() {
            return Ok(());
        }
        let keys: Vec<String> = absent.keys().cloned().collect();
        let source = self.head.source.id.clone();
        let sql = "SELECT subject_id, marks FROM listing WHERE source = $2 AND key IN {in}";
        for batch in keys.chunks(5_000) {
            for row in &self.tx.select_in(sql, batch, &[json!(source)]).await? {
                let (id, marks) = (text(row, 0)?, text(row, 1)?);
                for mark in marks.lines() {
                    self.resolver.vanished.entry(mark.to_owned()).or_default().insert(id.clone());
                }
            }
        }
        Ok(())
    }
}

/// The one that there is, when there is one alone.
fn only(all: &BTreeSet<String>) -> Option<&String> {
    all.first().filter(|_| all.len() == 1)
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
