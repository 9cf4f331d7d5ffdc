//! Which organization a new listing belongs to.
//!
//! What holds: a listing keeps its organization while its key, its group or a strong mark of it lives on. Everything else
//! makes an organization of its own first; whether that is a known one is judged when the whole load is there (`pairs`).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::json;

use super::{Incoming, Intake};
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
}

impl Intake {
    /// Gives these new listings their organization.
    pub(super) async fn resolve(
        &mut self,
        fresh: &mut [Incoming],
        absent: &BTreeMap<String, String>,
    ) -> Result<(), StoreError> {
        let known = self.known_groups(fresh).await?;
        let marked = self.marked(fresh, absent).await?;
        for listing in fresh {
            let resolver = &mut self.resolver;
            let by_mark = marked.get(&listing.key).filter(|id| resolver.reused.insert((*id).clone()));
            let fixed = fixed_id(&listing.body);
            // A person may have made it part of another one since: an import leaves that alone.
            let merged = fixed.as_ref().filter(|id| self.redirects.next(id).is_some());
            listing.home_id = merged.map(ToString::to_string).unwrap_or_default();
            let there = fixed
                .map(|id| self.redirects.end(&id).clone())
                .or_else(|| resolver.groups.get(&listing.group).cloned())
                .or_else(|| known.get(&listing.group).cloned())
                .or_else(|| by_mark.and_then(|id| Id::parse(id)));
            let id = there.unwrap_or_else(|| {
                let id = self.store.ids.make(kind_of(&listing.body));
                let number = self.made.len() as u32;
                self.made.insert(id.clone(), number);
                id
            });
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
        let mut last = String::new();
        loop {
            let mut fresh = self.unresolved(&last).await?;
            let Some(listing) = fresh.last() else {
                return Ok(());
            };
            last.clone_from(&listing.key);
            self.resolve(&mut fresh, absent).await?;
            self.note_gained(&fresh).await?;
            self.note_keys(&fresh).await?;
            let source = &self.head.source.id;
            let rows = fresh.iter().map(|l| row![source, &l.key, &l.subject_id, l.home()]).collect();
            let sql = "UPDATE listing SET subject_id = v.id, home_id = v.home FROM v \
                 WHERE listing.source = v.source AND listing.key = v.key";
            self.tx.update_from(sql, &["source", "key", "id", "home"], rows).await?;
        }
    }

    /// The next listings without an organization, from a key on.
    async fn unresolved(&mut self, from: &str) -> Result<Vec<Incoming>, StoreError> {
        // `|| ''` keeps the planner on the keys: by the index of subject_id each batch would sort all that is left.
        // The last key of the batch before has its organization by now.
        let rows = sqlx::query(
            "SELECT key, grp, marks, body FROM listing WHERE source = $1 AND key >= $2 AND subject_id || '' = '' \
             ORDER BY key LIMIT 500",
        )
        .bind(self.head.source.id.clone())
        .bind(from.to_owned())
        .fetch_all(&mut *self.tx.inner)
        .await?;
        rows.iter()
            .map(|row| {
                let json = text(row, 3)?;
                Ok(Incoming {
                    key: text(row, 0)?,
                    group: text(row, 1)?,
                    marks: text(row, 2)?,
                    body: parse("a listing", &json)?,
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

    /// New keys that carry a strong mark of exactly one vanished key: that key's organization.
    async fn marked(
        &mut self,
        fresh: &[Incoming],
        absent: &BTreeMap<String, String>,
    ) -> Result<HashMap<String, String>, StoreError> {
        if absent.is_empty() || fresh.is_empty() {
            return Ok(HashMap::new());
        }
        self.read_marks_of(absent).await?;
        let mut found = HashMap::new();
        for listing in fresh {
            let ids: BTreeSet<&String> =
                listing.marks.lines().filter_map(|mark| self.resolver.vanished.get(mark)).flatten().collect();
            if let (1, Some(id)) = (ids.len(), ids.into_iter().next()) {
                found.insert(listing.key.clone(), id.clone());
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
