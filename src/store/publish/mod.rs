//! From listings to the picture people see: merge, ids, readable addresses, lookups, revisions.
//!
//! Flows in: ids of organizations and apps whose listings changed. Flows out: their new documents, and one
//! revision for each thing that is different now. What holds: a thing that did not change gets no revision.

mod batch;
mod slug;
mod writes;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use self::{
    batch::Batch,
    slug::{is_counter, organization_slug, taken_slugs},
    writes::{Draft, Writes},
};
use super::{
    Store, StoreError,
    db::{Col, Tx},
};
use crate::{
    clock::Ids,
    model::{
        door::Door,
        id::{Id, ThingKind},
        listing::hex,
        merge::{self, Frame, Held, Memory, Names},
        organization::{Organization, Status},
        revision::Event,
        text::slugify,
    },
};

/// What changed in the directory.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Published {
    /// Organizations and apps that were not there before.
    pub created: u64,
    /// Organizations and apps that are different now.
    pub updated: u64,
    /// Organizations and apps no source speaks of any more.
    pub withdrawn: u64,
    /// Organizations and apps that are back.
    pub restored: u64,
    /// Doors that wait for a person.
    pub held_doors: u64,
    /// Revisions written.
    pub revisions: u64,
}

impl Published {
    /// Adds another count.
    pub fn add(&mut self, other: &Self) {
        self.created += other.created;
        self.updated += other.updated;
        self.withdrawn += other.withdrawn;
        self.restored += other.restored;
        self.held_doors += other.held_doors;
        self.revisions += other.revisions;
    }
}

/// Publishes batches within one transaction.
pub(super) struct Publisher<'a> {
    store: &'a Store,
    actor: &'a str,
    load: Option<i64>,
    event: Option<Event>,
    published: Published,
}
impl<'a> Publisher<'a> {
    pub fn new(store: &'a Store, actor: &'a str, load: Option<i64>) -> Self {
        Self { store, actor, load, event: None, published: Published::default() }
    }

    /// Names every change this event instead of `updated`.
    pub fn naming(self, event: Event) -> Self {
        Self { event: Some(event), ..self }
    }

    /// Writes an organization as it is given, with one revision.
    pub async fn replace(&mut self, tx: &mut Tx, mut thing: Organization, event: Event) -> Result<(), StoreError> {
        thing.version += 1;
        let mut writes = Writes::default();
        writes::write_organization(&mut thing, &[], event, &mut writes);
        self.write(tx, writes).await
    }

    pub fn published(&self) -> Published {
        self.published.clone()
    }

    /// Merges and writes these organizations and apps.
    pub async fn publish(&mut self, tx: &mut Tx, ids: &[Id]) -> Result<(), StoreError> {
        let mut batch = batch::read_batch(tx, ids).await?;
        let mut writes = Writes::default();
        let today = self.store.clock.today();
        for id in ids {
            match id.kind() {
                ThingKind::Organization => self.organization(tx, id, &mut batch, &mut writes, today).await?,
                ThingKind::App => self.app(tx, id, &batch, &mut writes, today).await?,
                _ => {}
            }
        }
        self.write(tx, writes).await
    }

    async fn organization(
        &mut self,
        tx: &mut Tx,
        id: &Id,
        batch: &mut Batch,
        writes: &mut Writes,
        today: Date,
    ) -> Result<(), StoreError> {
        let voices = batch.organizations.remove(id).unwrap_or_default();
        let memory = batch.memory.remove(id).unwrap_or_default();
        let previous = batch.previous.remove(id);
        let mut desk = Desk { owner: id, ids: &self.store.ids, batch, fresh: BTreeMap::new(), places: BTreeMap::new() };
        let hostile = desk.batch.hostile.clone();
        let frame = Frame { id, previous: previous.as_ref(), today, hostile: &hostile };
        let merged = merge::organization(&frame, &voices, &memory, &mut desk);
        let (fresh, places) = (desk.fresh, desk.places);
        self.remember(id, &memory, &merged.memory, &merged.held, writes);
        let mut thing = merged.thing;
        if previous.as_ref() == Some(&thing) || thing.name.is_empty() {
            return Ok(());
        }
        let renamed = previous.as_ref().is_none_or(|p| p.name != thing.name);
        if renamed || thing.slug.is_empty() {
            let base = organization_slug(&thing);
            thing.slug = self.slug(tx, id, &base, &thing.slug, &batch.free_slugs, writes).await?;
        }
        for voice in &voices {
            self.old_slugs(tx, id, &voice.facts.old_slugs, writes).await?;
        }
        for (key, door) in fresh {
            share(key, door, batch, writes);
        }
        settle(id, &thing, places, batch, writes);
        let event = self.event(previous.as_ref().map(|p| p.status), thing.status);
        thing.version += 1;
        writes::write_organization(&mut thing, &voices, event, writes);
        Ok(())
    }

    async fn app(
        &mut self,
        tx: &mut Tx,
        id: &Id,
        batch: &Batch,
        writes: &mut Writes,
        today: Date,
    ) -> Result<(), StoreError> {
        let none = Vec::new();
        let voices = batch.apps.get(id).unwrap_or(&none);
        let memory = batch.memory.get(id).cloned().unwrap_or_default();
        let previous = batch.previous_apps.get(id);
        let frame = Frame { id, previous, today, hostile: &batch.hostile };
        let merged = merge::app(&frame, voices, &memory);
        self.remember(id, &memory, &merged.memory, &merged.held, writes);
        let mut thing = merged.thing;
        if previous == Some(&thing) || thing.name.is_empty() {
            return Ok(());
        }
        if thing.slug.is_empty() || previous.is_none_or(|p| p.name != thing.name) {
            thing.slug = self.slug(tx, id, &slugify(&thing.name), &thing.slug, &BTreeSet::new(), writes).await?;
        }
        for voice in voices {
            self.old_slugs(tx, id, &voice.facts.old_slugs, writes).await?;
        }
        let event = self.event(previous.map(|p| p.status), thing.status);
        thing.version += 1;
        let body = thing.document();
        writes.apps.push(json!([id, thing.slug, thing.status.word(), thing.version, body]));
        writes.drafts.push(Draft { thing: ThingKind::App, id: id.clone(), version: thing.version, event, after: body });
        Ok(())
    }

    /// What happened to a thing, counted.
    fn event(&mut self, before: Option<Status>, now: Status) -> Event {
        match (before, now) {
            (None, _) => {
                self.published.created += 1;
                Event::Created
            }
            (Some(Status::Withdrawn), Status::Active) => {
                self.published.restored += 1;
                Event::Restored
            }
            (Some(Status::Active), Status::Withdrawn) => {
                self.published.withdrawn += 1;
                Event::Withdrawn
            }
            _ => {
                self.published.updated += 1;
                self.event.unwrap_or(Event::Updated)
            }
        }
    }

    fn remember(&mut self, id: &Id, before: &Memory, now: &Memory, held: &[Held], writes: &mut Writes) {
        let at = self.store.clock.micros();
        self.published.held_doors += held.len() as u64;
        for door in held {
            let (load, role) = (self.load.unwrap_or_default(), door.role.word());
            writes.held.push(json!([id, role, door.trust_key, door.url, door.source, door.key, load, at, "waiting"]));
        }
        let new = now.trusted.difference(&before.trusted);
        writes.trusted.extend(new.map(|(role, key)| json!([id, role.word(), key])));
        let new = now.endpoint_sources.difference(&before.endpoint_sources);
        writes.endpoint_sources.extend(new.map(|source| json!([id, source])));
        if before.tombstones != now.tombstones {
            // Written as a whole: the rows of this id are deleted first.
            writes.buried.push(id.to_string());
            let rows = now.tombstones.iter().map(|(item, tier)| json!([id, item, i64::from(tier.number())]));
            writes.tombstones.extend(rows);
        }
    }

    /// A readable address nobody else ever had. Of those in `known_free` the store need not be asked again.
    async fn slug(
        &self,
        tx: &mut Tx,
        id: &Id,
        base: &str,
        old: &str,
        known_free: &BTreeSet<String>,
        writes: &mut Writes,
    ) -> Result<String, StoreError> {
        let space = id.kind().word();
        if old == base || old.strip_prefix(base).is_some_and(is_counter) {
            return Ok(old.to_owned());
        }
        let in_batch =
            |slug: &str| writes.slugs.iter().any(|row| row[0] == space && row[1] == slug && row[2] != id.as_str());
        let taken = if known_free.contains(base) && !in_batch(base) {
            HashMap::new()
        } else {
            taken_slugs(tx, space, base).await?
        };
        let free = |slug: &String| taken.get(slug).is_none_or(|owner| owner == id.as_str()) && !in_batch(slug);
        let slug = std::iter::once(base.to_owned())
            .chain((2..=taken.len() + writes.slugs.len() + 2).map(|n| format!("{base}-{n}")))
            .find(free)
            .unwrap_or_else(|| id.to_string());
        if !old.is_empty() {
            writes.retired_slugs.push(id.to_string());
        }
        writes.slugs.push(json!([space, slug, id, 1]));
        Ok(slug)
    }

    async fn old_slugs(&self, tx: &mut Tx, id: &Id, slugs: &[String], writes: &mut Writes) -> Result<(), StoreError> {
        let space = id.kind().word();
        for slug in slugs {
            let taken = taken_slugs(tx, space, slug).await?;
            let in_batch = writes.slugs.iter().any(|row| row[0] == space && row[1] == slug.as_str());
            if !taken.contains_key(slug) && !in_batch {
                writes.slugs.push(json!([space, slug, id, 0]));
            }
        }
        Ok(())
    }

    async fn write(&mut self, tx: &mut Tx, writes: Writes) -> Result<(), StoreError> {
        writes::write_things(tx, &writes).await?;
        writes::write_memory(tx, &writes).await?;
        self.write_revisions(tx, writes.drafts).await
    }

    async fn write_revisions(&mut self, tx: &mut Tx, drafts: Vec<Draft>) -> Result<(), StoreError> {
        if drafts.is_empty() {
            return Ok(());
        }
        let first = tx.take_numbers("revision", drafts.len() as i64).await?;
        let at = self.store.clock.micros();
        self.published.revisions += drafts.len() as u64;
        let rows: Vec<Value> = drafts
            .into_iter()
            .zip(first..)
            .map(|(draft, n)| {
                let digest = hex(&Sha256::digest(draft.after.as_bytes()));
                let (thing, event) = (draft.thing.word(), draft.event.word());
                json!([n, at, thing, draft.id, draft.version, event, self.actor, self.load, draft.after, digest])
            })
            .collect();
        let cols = [
            Col::Int("n"),
            Col::Int("at"),
            Col::Text("thing"),
            Col::Text("id"),
            Col::Int("version"),
            Col::Text("event"),
            Col::Text("actor"),
            Col::Int("load"),
            Col::Text("after"),
            Col::Text("digest"),
        ];
        tx.insert("revision", &cols, "", &rows).await
    }
}

/// A portal or endpoint that was not known before.
fn share(key: (ThingKind, String), door: (Id, Door), batch: &mut Batch, writes: &mut Writes) {
    batch.shared.insert(key.clone(), door.0.clone());
    let (id, door) = door;
    let after = json!({ "id": id, "url": door.url, "domain": door.domain, "host": door.host() }).to_string();
    writes.drafts.push(Draft { thing: key.0, id: id.clone(), version: 1, event: Event::Created, after });
    writes.shared.insert(key, (id, door));
}

/// Locations keep their ids; each change of one is a revision of its own.
fn settle(owner: &Id, thing: &Organization, mut keys: BTreeMap<Id, String>, batch: &Batch, writes: &mut Writes) {
    let mut known: HashMap<Id, (String, i64, bool, String)> = HashMap::new();
    for ((organization, key), (id, version, present, body)) in &batch.locations {
        if organization == owner {
            known.insert(id.clone(), (key.clone(), *version, *present, body.clone()));
        }
    }
    for location in &thing.locations {
        let body = serde_json::to_string(location).unwrap_or_default();
        let before = known.remove(&location.id);
        let key = keys.remove(&location.id).unwrap_or_default();
        let (event, version) = match &before {
            None => (Event::Created, 1),
            Some((_, version, false, _)) => (Event::Restored, version + 1),
            Some((_, version, true, old)) if *old != body => (Event::Updated, version + 1),
            Some(_) => continue,
        };
        writes.locations.push(json!([location.id, owner, key, 1, version, body]));
        let id = location.id.clone();
        writes.drafts.push(Draft { thing: ThingKind::Location, id, version, event, after: body });
    }
    for (id, (key, version, present, body)) in known {
        if present {
            let version = version + 1;
            writes.locations.push(json!([id, owner, key, 0, version, body]));
            writes.drafts.push(Draft { thing: ThingKind::Location, id, version, event: Event::Withdrawn, after: body });
        }
    }
}

/// Gives ids while one organization is merged.
struct Desk<'a> {
    owner: &'a Id,
    ids: &'a Ids,
    batch: &'a mut Batch,
    fresh: BTreeMap<(ThingKind, String), (Id, Door)>,
    places: BTreeMap<Id, String>,
}

impl Names for Desk<'_> {
    fn shared(&mut self, kind: ThingKind, door: &Door) -> Id {
        let key = (kind, door.key());
        if let Some(id) = self.batch.shared.get(&key) {
            return id.clone();
        }
        let id = self.ids.make(kind);
        self.batch.shared.insert(key.clone(), id.clone());
        self.fresh.insert(key, (id.clone(), door.clone()));
        id
    }

    fn location(&mut self, place_key: &str) -> Id {
        let known = self.batch.locations.get(&(self.owner.clone(), place_key.to_owned())).map(|(id, ..)| id.clone());
        let id = known.unwrap_or_else(|| self.ids.make(ThingKind::Location));
        self.places.insert(id.clone(), place_key.to_owned());
        id
    }

    fn organization(&self, source: &str, key: &str) -> Option<Id> {
        self.batch.members.get(&(source.to_owned(), key.to_owned())).cloned()
    }
}
