//! From listings to the picture people see: merge, ids, readable addresses, lookups, revisions.
//!
//! Flows in: ids of organizations and apps whose listings changed. Flows out: their new documents, and one
//! revision for each thing that is different now. What holds: a thing that did not change gets no revision.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{
    Store, StoreError,
    db::{Col, Tx, int, parse, text},
};
use crate::{
    clock::Ids,
    model::{
        door::{Door, registrable_domain},
        id::{Id, ThingKind},
        identifier::System,
        listing::{AppFacts, Body, OrganizationFacts, hex},
        merge::{self, Frame, Held, Memory, Names, Role, Voice},
        organization::{App, Organization, Status},
        revision::Event,
        source::{Source, Tier},
        text::{phone, slugify},
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

/// Publishes batches within one transaction.
pub(super) struct Publisher<'a> {
    store: &'a Store,
    actor: &'a str,
    load: Option<i64>,
    event: Option<Event>,
    published: Published,
}

/// A revision before it has its number.
struct Draft {
    thing: ThingKind,
    id: Id,
    version: i64,
    event: Event,
    after: String,
}

/// Everything a batch needs to know, read at once.
#[derive(Default)]
struct Batch {
    organizations: BTreeMap<Id, Vec<Voice<OrganizationFacts>>>,
    apps: BTreeMap<Id, Vec<Voice<AppFacts>>>,
    previous: HashMap<Id, Organization>,
    previous_apps: HashMap<Id, App>,
    memory: HashMap<Id, Memory>,
    locations: HashMap<(Id, String), (Id, i64, bool, String)>,
    shared: HashMap<(ThingKind, String), Id>,
    members: HashMap<(String, String), Id>,
    hostile: BTreeSet<String>,
}

/// What a batch writes.
#[derive(Default)]
struct Writes {
    drafts: Vec<Draft>,
    organizations: Vec<Value>,
    apps: Vec<Value>,
    slugs: Vec<Value>,
    retired_slugs: Vec<String>,
    shared: BTreeMap<(ThingKind, String), (Id, Door)>,
    locations: Vec<Value>,
    links: Vec<Value>,
    lookups: BTreeSet<(String, String, String)>,
    looked_up: Vec<String>,
    held: Vec<Value>,
    trusted: Vec<Value>,
    buried: Vec<String>,
    tombstones: Vec<Value>,
}

impl<'a> Publisher<'a> {
    pub fn new(store: &'a Store, actor: &'a str, load: Option<i64>) -> Self {
        Self {
            store,
            actor,
            load,
            event: None,
            published: Published::default(),
        }
    }

    /// Names every change this event instead of `updated`.
    pub fn naming(self, event: Event) -> Self {
        Self {
            event: Some(event),
            ..self
        }
    }

    /// Writes an organization as it is given, with one revision.
    pub async fn replace(&mut self, tx: &mut Tx, mut thing: Organization, event: Event) -> Result<(), StoreError> {
        thing.version += 1;
        let mut writes = Writes::default();
        write_organization(&thing, &[], event, &mut writes);
        self.write(tx, writes).await
    }

    pub fn published(&self) -> Published {
        self.published.clone()
    }

    /// Merges and writes these organizations and apps.
    pub async fn publish(&mut self, tx: &mut Tx, ids: &[Id]) -> Result<(), StoreError> {
        let mut batch = read_batch(tx, ids).await?;
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
        let mut desk = Desk {
            owner: id,
            ids: &self.store.ids,
            batch,
            fresh: BTreeMap::new(),
            places: BTreeMap::new(),
        };
        let hostile = desk.batch.hostile.clone();
        let frame = Frame {
            id,
            previous: previous.as_ref(),
            today,
            hostile: &hostile,
        };
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
            thing.slug = self.slug(tx, "organization", id, &base, &thing.slug, writes).await?;
        }
        for voice in &voices {
            self.old_slugs(tx, "organization", id, &voice.facts.old_slugs, writes)
                .await?;
        }
        for (key, door) in fresh {
            share(key, door, batch, writes);
        }
        settle(id, &thing, places, batch, writes);
        let event = self.event(previous.as_ref().map(|p| p.status), thing.status);
        thing.version += 1;
        write_organization(&thing, &voices, event, writes);
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
        let frame = Frame {
            id,
            previous,
            today,
            hostile: &batch.hostile,
        };
        let merged = merge::app(&frame, voices, &memory);
        self.remember(id, &memory, &merged.memory, &merged.held, writes);
        let mut thing = merged.thing;
        if previous == Some(&thing) || thing.name.is_empty() {
            return Ok(());
        }
        if thing.slug.is_empty() || previous.is_none_or(|p| p.name != thing.name) {
            thing.slug = self
                .slug(tx, "app", id, &slugify(&thing.name), &thing.slug, writes)
                .await?;
        }
        for voice in voices {
            self.old_slugs(tx, "app", id, &voice.facts.old_slugs, writes).await?;
        }
        let event = self.event(previous.map(|p| p.status), thing.status);
        thing.version += 1;
        let body = serde_json::to_string(&thing).unwrap_or_default();
        writes
            .apps
            .push(json!([id, thing.slug, thing.status.word(), thing.version, body]));
        writes.drafts.push(Draft {
            thing: ThingKind::App,
            id: id.clone(),
            version: thing.version,
            event,
            after: body,
        });
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
            writes.held.push(json!([
                id,
                role,
                door.trust_key,
                door.url,
                door.source,
                door.key,
                load,
                at,
                "waiting"
            ]));
        }
        let new = now.trusted.difference(&before.trusted);
        writes
            .trusted
            .extend(new.map(|(role, key)| json!([id, role.word(), key])));
        if before.tombstones != now.tombstones {
            // Written as a whole: the rows of this id are deleted first.
            writes.buried.push(id.to_string());
            let rows = now
                .tombstones
                .iter()
                .map(|(item, tier)| json!([id, item, i64::from(tier.number())]));
            writes.tombstones.extend(rows);
        }
    }

    /// A readable address nobody else ever had.
    async fn slug(
        &self,
        tx: &mut Tx,
        space: &str,
        id: &Id,
        base: &str,
        old: &str,
        writes: &mut Writes,
    ) -> Result<String, StoreError> {
        if old == base || old.strip_prefix(base).is_some_and(is_counter) {
            return Ok(old.to_owned());
        }
        let taken = taken_slugs(tx, space, base).await?;
        let in_batch = |slug: &str| {
            writes
                .slugs
                .iter()
                .any(|row| row[0] == space && row[1] == slug && row[2] != id.as_str())
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

    async fn old_slugs(
        &self,
        tx: &mut Tx,
        space: &str,
        id: &Id,
        slugs: &[String],
        writes: &mut Writes,
    ) -> Result<(), StoreError> {
        for slug in slugs {
            let taken = taken_slugs(tx, space, slug).await?;
            let in_batch = writes
                .slugs
                .iter()
                .any(|row| row[0] == space && row[1] == slug.as_str());
            if !taken.contains_key(slug) && !in_batch {
                writes.slugs.push(json!([space, slug, id, 0]));
            }
        }
        Ok(())
    }

    async fn write(&mut self, tx: &mut Tx, writes: Writes) -> Result<(), StoreError> {
        write_things(tx, &writes).await?;
        write_memory(tx, &writes).await?;
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
                json!([
                    n,
                    at,
                    thing,
                    draft.id,
                    draft.version,
                    event,
                    self.actor,
                    self.load,
                    draft.after,
                    digest
                ])
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
    writes.drafts.push(Draft {
        thing: key.0,
        id: id.clone(),
        version: 1,
        event: Event::Created,
        after,
    });
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
        writes
            .locations
            .push(json!([location.id, owner, key, 1, version, body]));
        let id = location.id.clone();
        writes.drafts.push(Draft {
            thing: ThingKind::Location,
            id,
            version,
            event,
            after: body,
        });
    }
    for (id, (key, version, present, body)) in known {
        if present {
            let version = version + 1;
            writes.locations.push(json!([id, owner, key, 0, version, body]));
            writes.drafts.push(Draft {
                thing: ThingKind::Location,
                id,
                version,
                event: Event::Withdrawn,
                after: body,
            });
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
        let known = self
            .batch
            .locations
            .get(&(self.owner.clone(), place_key.to_owned()))
            .map(|(id, ..)| id.clone());
        let id = known.unwrap_or_else(|| self.ids.make(ThingKind::Location));
        self.places.insert(id.clone(), place_key.to_owned());
        id
    }

    fn organization(&self, source: &str, key: &str) -> Option<Id> {
        self.batch.members.get(&(source.to_owned(), key.to_owned())).cloned()
    }
}

async fn read_batch(tx: &mut Tx, ids: &[Id]) -> Result<Batch, StoreError> {
    let list: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let mut batch = Batch::default();
    read_voices(tx, &list, &mut batch).await?;
    for row in &tx
        .select_in("SELECT id, body FROM organization WHERE id IN {in}", &list)
        .await?
    {
        let thing: Organization = parse("an organization", &text(row, 1)?)?;
        batch.previous.insert(thing.id.clone(), thing);
    }
    for row in &tx.select_in("SELECT id, body FROM app WHERE id IN {in}", &list).await? {
        let thing: App = parse("an app", &text(row, 1)?)?;
        batch.previous_apps.insert(thing.id.clone(), thing);
    }
    read_memory(tx, &list, &mut batch).await?;
    let sql = "SELECT organization_id, key, id, version, present, body FROM location WHERE organization_id IN {in}";
    for row in &tx.select_in(sql, &list).await? {
        if let (Some(owner), Some(id)) = (Id::parse(&text(row, 0)?), Id::parse(&text(row, 2)?)) {
            let known = (id, int(row, 3)?, int(row, 4)? == 1, text(row, 5)?);
            batch.locations.insert((owner, text(row, 1)?), known);
        }
    }
    read_shared(tx, &mut batch).await?;
    read_members(tx, &mut batch).await?;
    let rows = sqlx::query("SELECT host FROM hostile_host")
        .fetch_all(&mut *tx.inner)
        .await?;
    batch.hostile = rows.iter().map(|row| text(row, 0)).collect::<Result<_, _>>()?;
    Ok(batch)
}

async fn read_voices(tx: &mut Tx, list: &[String], batch: &mut Batch) -> Result<(), StoreError> {
    let sql = "SELECT l.subject_id, l.key, l.body, s.body, d.date FROM listing l JOIN source s ON s.id = l.source \
         JOIN load d ON d.id = l.changed_load WHERE l.present = 1 AND l.subject_id IN {in}";
    let mut sources: HashMap<String, Source> = HashMap::new();
    for row in &tx.select_in(sql, list).await? {
        let Some(id) = Id::parse(&text(row, 0)?) else { continue };
        let source_body = text(row, 3)?;
        let source = match sources.get(&source_body) {
            Some(source) => source.clone(),
            None => sources
                .entry(source_body.clone())
                .or_insert(parse("a source", &source_body)?)
                .clone(),
        };
        let date = text(row, 4)?.parse().unwrap_or(Date::MIN);
        let key = text(row, 1)?;
        match parse::<Body>("a listing", &text(row, 2)?)? {
            Body::Organization(facts) => {
                let voice = Voice {
                    source,
                    load_date: date,
                    key,
                    facts: *facts,
                };
                batch.organizations.entry(id).or_default().push(voice);
            }
            Body::App(facts) => {
                batch.apps.entry(id).or_default().push(Voice {
                    source,
                    load_date: date,
                    key,
                    facts: *facts,
                });
            }
        }
    }
    Ok(())
}

async fn read_memory(tx: &mut Tx, list: &[String], batch: &mut Batch) -> Result<(), StoreError> {
    let sql = "SELECT subject_id, role, trust_key FROM trusted_door WHERE subject_id IN {in}";
    for row in &tx.select_in(sql, list).await? {
        if let (Some(id), Some(role)) = (Id::parse(&text(row, 0)?), Role::from_word(&text(row, 1)?)) {
            batch
                .memory
                .entry(id)
                .or_default()
                .trusted
                .insert((role, text(row, 2)?));
        }
    }
    for row in &tx
        .select_in(
            "SELECT subject_id, item, tier FROM tombstone WHERE subject_id IN {in}",
            list,
        )
        .await?
    {
        let tier = u8::try_from(int(row, 2)?)
            .ok()
            .and_then(|number| Tier::try_from(number).ok());
        if let (Some(id), Some(tier)) = (Id::parse(&text(row, 0)?), tier) {
            batch
                .memory
                .entry(id)
                .or_default()
                .tombstones
                .insert(text(row, 1)?, tier);
        }
    }
    Ok(())
}

/// Ids of the shared things whose addresses the batch names.
async fn read_shared(tx: &mut Tx, batch: &mut Batch) -> Result<(), StoreError> {
    let facts = || batch.organizations.values().flatten().map(|voice| &voice.facts);
    let portals: BTreeSet<String> = facts().flat_map(|f| &f.portals).map(|p| p.at.door.key()).collect();
    let endpoints: BTreeSet<String> = facts().flat_map(|f| &f.endpoints).map(|e| e.at.key()).collect();
    let wanted = [
        (
            ThingKind::Portal,
            "SELECT address_key, id FROM portal WHERE address_key IN {in}",
            portals,
        ),
        (
            ThingKind::Endpoint,
            "SELECT address_key, id FROM endpoint WHERE address_key IN {in}",
            endpoints,
        ),
    ];
    for (kind, sql, keys) in wanted {
        let keys: Vec<String> = keys.into_iter().collect();
        for row in &tx.select_in(sql, &keys).await? {
            if let Some(id) = Id::parse(&text(row, 1)?) {
                batch.shared.insert((kind, text(row, 0)?), id);
            }
        }
    }
    Ok(())
}

/// The organizations that the `part_of` keys of the batch belong to.
async fn read_members(tx: &mut Tx, batch: &mut Batch) -> Result<(), StoreError> {
    let mut wanted: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for voice in batch.organizations.values().flatten() {
        if let Some(key) = &voice.facts.part_of {
            wanted.entry(voice.source.id.clone()).or_default().insert(key.clone());
        }
    }
    for (source, keys) in wanted {
        let keys: Vec<String> = keys.into_iter().collect();
        let sql = "SELECT key, subject_id FROM listing WHERE source = $2 AND present = 1 AND key IN {in}";
        for row in &tx.select_in_of(sql, &keys, Some(&source)).await? {
            if let Some(id) = Id::parse(&text(row, 1)?) {
                batch.members.insert((source.clone(), text(row, 0)?), id);
            }
        }
    }
    Ok(())
}

async fn write_things(tx: &mut Tx, writes: &Writes) -> Result<(), StoreError> {
    let cols = [
        Col::Text("id"),
        Col::Text("slug"),
        Col::Text("status"),
        Col::Text("kind"),
        Col::Int("listed"),
        Col::Int("version"),
        Col::Text("body"),
    ];
    let conflict = "ON CONFLICT (id) DO UPDATE SET slug = excluded.slug, status = excluded.status, \
         kind = excluded.kind, listed = excluded.listed, version = excluded.version, body = excluded.body";
    tx.insert("organization", &cols, conflict, &writes.organizations)
        .await?;
    let cols = [
        Col::Text("id"),
        Col::Text("slug"),
        Col::Text("status"),
        Col::Int("version"),
        Col::Text("body"),
    ];
    let conflict = "ON CONFLICT (id) DO UPDATE SET slug = excluded.slug, status = excluded.status, \
         version = excluded.version, body = excluded.body";
    tx.insert("app", &cols, conflict, &writes.apps).await?;
    tx.execute_in("UPDATE slug SET current = 0 WHERE id IN {in}", &writes.retired_slugs)
        .await?;
    let cols = [
        Col::Text("space"),
        Col::Text("slug"),
        Col::Text("id"),
        Col::Int("current"),
    ];
    let conflict = "ON CONFLICT (space, slug) DO UPDATE SET current = excluded.current WHERE slug.id = excluded.id";
    tx.insert("slug", &cols, conflict, &writes.slugs).await?;
    for (kind, table) in [(ThingKind::Portal, "portal"), (ThingKind::Endpoint, "endpoint")] {
        let rows: Vec<Value> = writes
            .shared
            .iter()
            .filter(|((of, _), _)| *of == kind)
            .map(|((_, key), (id, door))| json!([id, key, 1, serde_json::to_string(door).unwrap_or_default()]))
            .collect();
        let cols = [
            Col::Text("id"),
            Col::Text("address_key"),
            Col::Int("version"),
            Col::Text("body"),
        ];
        tx.insert(table, &cols, "", &rows).await?;
    }
    let cols = [
        Col::Text("id"),
        Col::Text("organization_id"),
        Col::Text("key"),
        Col::Int("present"),
        Col::Int("version"),
        Col::Text("body"),
    ];
    let conflict =
        "ON CONFLICT (id) DO UPDATE SET present = excluded.present, version = excluded.version, body = excluded.body";
    tx.insert("location", &cols, conflict, &writes.locations).await?;
    tx.execute_in("DELETE FROM link WHERE organization_id IN {in}", &writes.looked_up)
        .await?;
    let cols = [Col::Text("organization_id"), Col::Text("thing_id")];
    tx.insert(
        "link",
        &cols,
        "ON CONFLICT (organization_id, thing_id) DO NOTHING",
        &writes.links,
    )
    .await?;
    tx.execute_in("DELETE FROM lookup WHERE id IN {in}", &writes.looked_up)
        .await?;
    let rows: Vec<Value> = writes
        .lookups
        .iter()
        .map(|(kind, value, id)| json!([kind, value, id]))
        .collect();
    tx.insert(
        "lookup",
        &[Col::Text("kind"), Col::Text("value"), Col::Text("id")],
        "",
        &rows,
    )
    .await
}

async fn write_memory(tx: &mut Tx, writes: &Writes) -> Result<(), StoreError> {
    let cols = [
        Col::Text("subject_id"),
        Col::Text("role"),
        Col::Text("trust_key"),
        Col::Text("url"),
        Col::Text("source"),
        Col::Text("key"),
        Col::Int("load"),
        Col::Int("at"),
        Col::Text("state"),
    ];
    // A door that a person refused stays refused.
    let conflict = "ON CONFLICT (subject_id, role, trust_key) DO NOTHING";
    tx.insert("held_door", &cols, conflict, &writes.held).await?;
    let cols = [Col::Text("subject_id"), Col::Text("role"), Col::Text("trust_key")];
    tx.insert("trusted_door", &cols, conflict, &writes.trusted).await?;
    tx.execute_in("DELETE FROM tombstone WHERE subject_id IN {in}", &writes.buried)
        .await?;
    let cols = [Col::Text("subject_id"), Col::Text("item"), Col::Int("tier")];
    tx.insert("tombstone", &cols, "", &writes.tombstones).await
}

/// An organization's row, its lookups and its revision.
fn write_organization(thing: &Organization, voices: &[Voice<OrganizationFacts>], event: Event, writes: &mut Writes) {
    let body = serde_json::to_string(thing).unwrap_or_default();
    index_organization(thing, voices, writes);
    let listed = i64::from(thing.is_listed());
    let (status, kind) = (thing.status.word(), thing.kind().code());
    writes
        .organizations
        .push(json!([thing.id, thing.slug, status, kind, listed, thing.version, body]));
    let (id, version) = (thing.id.clone(), thing.version);
    writes.drafts.push(Draft {
        thing: ThingKind::Organization,
        id,
        version,
        event,
        after: body,
    });
}

/// Fills the narrow tables by which an organization is found.
fn index_organization(thing: &Organization, voices: &[Voice<OrganizationFacts>], writes: &mut Writes) {
    let id = thing.id.to_string();
    let mut add = |kind: &str, value: &str| {
        if !value.is_empty() {
            writes.lookups.insert((kind.to_owned(), value.to_owned(), id.clone()));
        }
    };
    for identifier in voices.iter().flat_map(|voice| &voice.facts.identifiers) {
        // Numbers nobody else could use to find it are not worth a row each.
        if identifier.system != System::Other {
            add(identifier.system.code(), &identifier.value);
        }
    }
    let urls = thing
        .portals
        .iter()
        .map(|p| &p.url)
        .chain(thing.website.iter().map(|w| &w.url));
    for url in urls.chain(thing.endpoints.iter().map(|e| &e.address)) {
        if let Ok(door) = Door::parse(url) {
            add("domain", registrable_domain(&door.host()).unwrap_or_default());
        }
    }
    let phones = thing
        .locations
        .iter()
        .filter_map(|l| l.place.phone.as_deref())
        .chain(thing.phone.as_deref());
    for number in phones.filter_map(phone) {
        add("phone", &number);
    }
    if let Some(parent) = &thing.part_of {
        add("parent", parent.id.as_str());
    }
    let things = thing
        .portals
        .iter()
        .map(|p| &p.id)
        .chain(thing.endpoints.iter().map(|e| &e.id));
    writes.links.extend(things.map(|other| json!([id, other])));
    writes.looked_up.push(id);
}

/// Name, city and state of an organization as the readable part of its address.
fn organization_slug(thing: &Organization) -> String {
    let place = thing.main_place();
    let part = |value: Option<&String>| value.map(|v| format!(" {v}")).unwrap_or_default();
    let city = part(place.and_then(|p| p.city.as_ref()));
    let state = part(place.and_then(|p| p.state.as_ref()));
    slugify(&format!("{}{city}{state}", thing.name))
}

fn is_counter(rest: &str) -> bool {
    rest.strip_prefix('-')
        .is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

/// Slugs that are this one or this one with a counter, with their owners.
async fn taken_slugs(tx: &mut Tx, space: &str, base: &str) -> Result<HashMap<String, String>, StoreError> {
    let rows = sqlx::query("SELECT slug, id FROM slug WHERE space = $1 AND (slug = $2 OR (slug >= $3 AND slug < $4))")
        .bind(space.to_owned())
        .bind(base.to_owned())
        .bind(format!("{base}-"))
        .bind(format!("{base}."))
        .fetch_all(&mut *tx.inner)
        .await?;
    rows.iter().map(|row| Ok((text(row, 0)?, text(row, 1)?))).collect()
}
