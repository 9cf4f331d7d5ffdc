//! The merge of a batch, in memory: what was read goes in, what is to be written comes out.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::json;

use super::{
    Batch, Draft, Published, Slugs, Writes,
    slug::{is_of, likely_slug, organization_slug},
    writes,
};
use crate::{
    clock::{Clock, Ids},
    model::{
        change::Speaker,
        door::Door,
        id::{Id, ThingKind},
        merge::{self, Days, Frame, Held, Memory, Names},
        organization::{Organization, Status},
        revision::Event,
        text::slugify,
    },
    store::{
        StoreError,
        db::{Tx, row},
    },
};

/// Merges batches, one after another.
pub(super) struct Composer {
    ids: Ids,
    clock: Clock,
    load: Option<i64>,
    /// The event of a change, when it is not simply `updated`.
    pub event: Option<Event>,
    organizations: Slugs,
    apps: Slugs,
    /// Still to be composed: their readable addresses are not known yet.
    left: Vec<Id>,
    /// Those addresses.
    unknown: BTreeSet<(ThingKind, String)>,
    counts: Published,
}

impl Composer {
    pub fn new(ids: Ids, clock: Clock, load: Option<i64>) -> Self {
        Self {
            ids,
            clock,
            load,
            event: None,
            organizations: Slugs::new(ThingKind::Organization.word()),
            apps: Slugs::new(ThingKind::App.word()),
            left: Vec::new(),
            unknown: BTreeSet::new(),
            counts: Published::default(),
        }
    }

    /// Begins a batch: asks about the readable addresses it will most likely want. `before` may not be written yet.
    pub async fn begin(&mut self, tx: &mut Tx, batch: &mut Batch, before: Option<&Writes>) -> Result<(), StoreError> {
        self.left.clone_from(&batch.ids);
        self.organizations.turn();
        self.apps.turn();
        for (key, (id, _)) in before.iter().flat_map(|writes| &writes.shared) {
            batch.shared.insert(key.clone(), id.clone());
        }
        let new = batch.organizations.iter().filter(|(id, _)| !batch.previous.contains_key(id));
        let voices = new.flat_map(|(_, voices)| voices);
        let wanted = voices
            .flat_map(|voice| std::iter::once(likely_slug(&voice.facts)).chain(voice.facts.old_slugs.iter().cloned()));
        self.organizations.ask(tx, wanted.collect()).await
    }

    /// Readable addresses that must be asked about before the rest can be composed.
    pub fn unknown(&self) -> &BTreeSet<(ThingKind, String)> {
        &self.unknown
    }

    /// Asks about them.
    pub async fn ask(&mut self, tx: &mut Tx) -> Result<(), StoreError> {
        let unknown = std::mem::take(&mut self.unknown);
        let of = |kind| unknown.iter().filter(move |(k, _)| *k == kind).map(|(_, slug)| slug.clone()).collect();
        self.organizations.ask(tx, of(ThingKind::Organization)).await?;
        self.apps.ask(tx, of(ThingKind::App)).await
    }

    /// What was counted since the last time.
    pub fn take_counts(&mut self) -> Published {
        std::mem::take(&mut self.counts)
    }

    /// Merges what is left of the batch, as far as readable addresses are known.
    pub fn compose(&mut self, batch: &mut Batch) -> Writes {
        let mut writes = Writes::default();
        let days = Days { today: self.clock.today(), doors: self.clock.door_day() };
        for id in std::mem::take(&mut self.left) {
            let done = match id.kind() {
                ThingKind::Organization => self.organization(&id, batch, &mut writes, days),
                ThingKind::App => self.app(&id, batch, &mut writes, days),
                _ => Ok(()),
            };
            if let Err(Unknown(slug)) = done {
                self.unknown.insert((id.kind(), slug));
                self.left.push(id);
            }
        }
        writes
    }

    fn organization(&mut self, id: &Id, batch: &mut Batch, writes: &mut Writes, days: Days) -> Result<(), Unknown> {
        let none = Vec::new();
        let voices = batch.organizations.get(id).unwrap_or(&none);
        let forgotten = Memory::default();
        let memory = batch.memory.get(id).unwrap_or(&forgotten);
        let previous = batch.previous.get(id);
        let mut desk = Desk { owner: id, ids: &self.ids, batch, fresh: BTreeMap::new(), places: BTreeMap::new() };
        let frame = Frame { id, previous, days, hostile: &batch.hostile, look_alikes: &batch.look_alikes };
        let merged = merge::organization(&frame, voices, memory, &mut desk);
        let (fresh, places) = (desk.fresh, desk.places);
        let mut thing = merged.thing;
        let changed = previous != Some(&thing) && !thing.name.is_empty();
        if changed {
            let new = previous.is_none();
            let old: Vec<&String> = voices.iter().flat_map(|voice| &voice.facts.old_slugs).collect();
            known(&self.organizations, &old)?;
            if thing.slug.is_empty() || previous.is_none_or(|p| p.name != thing.name) {
                thing.slug = slug(&mut self.organizations, id, &organization_slug(&thing), &thing.slug, new, writes)?;
            }
            old_slugs(&mut self.organizations, id, &old, writes);
        }
        self.remember(id, memory, &merged.memory, &merged.held, writes);
        if !changed {
            return Ok(());
        }
        settle(id, &thing, places, batch, writes);
        let event = self.event(previous.map(|p| p.status), thing.status);
        thing.version += 1;
        writes::write_organization(&mut thing, voices, event, previous.is_none(), writes);
        for (key, door) in fresh {
            share(key, door, batch, writes);
        }
        Ok(())
    }

    fn app(&mut self, id: &Id, batch: &Batch, writes: &mut Writes, days: Days) -> Result<(), Unknown> {
        let none = Vec::new();
        let voices = batch.apps.get(id).unwrap_or(&none);
        let memory = batch.memory.get(id).cloned().unwrap_or_default();
        let previous = batch.previous_apps.get(id);
        let frame = Frame { id, previous, days, hostile: &batch.hostile, look_alikes: &batch.look_alikes };
        let merged = merge::app(&frame, voices, &memory);
        let mut thing = merged.thing;
        let changed = previous != Some(&thing) && !thing.name.is_empty();
        if changed {
            let old: Vec<&String> = voices.iter().flat_map(|voice| &voice.facts.old_slugs).collect();
            known(&self.apps, &old)?;
            if thing.slug.is_empty() || previous.is_none_or(|p| p.name != thing.name) {
                let base = slugify(&thing.name);
                thing.slug = slug(&mut self.apps, id, &base, &thing.slug, previous.is_none(), writes)?;
            }
            old_slugs(&mut self.apps, id, &old, writes);
        }
        self.remember(id, &memory, &merged.memory, &merged.held, writes);
        if !changed {
            return Ok(());
        }
        let event = self.event(previous.map(|p| p.status), thing.status);
        thing.version += 1;
        let body = thing.document();
        writes.apps.push(row![id, &thing.slug, thing.status.word(), thing.version, &body]);
        writes.drafts.push(Draft::new(ThingKind::App, id.clone(), thing.version, event, body));
        Ok(())
    }

    /// What happened to a thing, counted.
    fn event(&mut self, before: Option<Status>, now: Status) -> Event {
        match (before, now) {
            (None, _) => {
                self.counts.created += 1;
                Event::Created
            }
            (Some(Status::Withdrawn), Status::Active) => {
                self.counts.restored += 1;
                Event::Restored
            }
            (Some(Status::Active), Status::Withdrawn) => {
                self.counts.withdrawn += 1;
                Event::Withdrawn
            }
            _ => {
                self.counts.updated += 1;
                self.event.unwrap_or(Event::Updated)
            }
        }
    }

    fn remember(&mut self, id: &Id, before: &Memory, now: &Memory, held: &[Held], writes: &mut Writes) {
        let at = self.clock.micros();
        self.counts.held_doors += held.len() as u64;
        for door in held {
            let (load, role) = (self.load.unwrap_or_default(), door.role.word());
            let (url, source, key) = (&door.url, &door.source, &door.key);
            writes.held.push(row![id, role, &door.trust_key, url, source, key, load, at, "waiting"]);
        }
        let new = now.trusted.difference(&before.trusted);
        writes.trusted.extend(new.map(|(role, key)| row![id, role.word(), key]));
        let new = now.endpoint_sources.difference(&before.endpoint_sources);
        writes.endpoint_sources.extend(new.map(|source| row![id, source]));
        if before.tombstones != now.tombstones {
            // Written as a whole: the rows of this id are deleted first.
            writes.buried.push(id.to_string());
            let rows = now.tombstones.iter().map(|(item, tier)| row![id, item, i64::from(tier.number())]);
            writes.tombstones.extend(rows);
        }
    }
}

/// A readable address about which the database must be asked first.
struct Unknown(String);

/// A readable address nobody else ever had.
fn slug(slugs: &mut Slugs, id: &Id, base: &str, old: &str, new: bool, writes: &mut Writes) -> Result<String, Unknown> {
    if is_of(old, base) {
        return Ok(old.to_owned());
    }
    let slug = slugs.choose(base, id, new).ok_or_else(|| Unknown(base.to_owned()))?;
    if !old.is_empty() {
        writes.retired_slugs.push(id.to_string());
    }
    writes.slugs.push(row![id.kind().word(), &slug, id, 1]);
    Ok(slug)
}

/// Is it known of all of these who has them?
fn known(slugs: &Slugs, wanted: &[&String]) -> Result<(), Unknown> {
    let unknown = wanted.iter().find(|slug| !slugs.knows(slug));
    unknown.map_or(Ok(()), |slug| Err(Unknown((*slug).clone())))
}

/// Readable addresses that a source used lead here when nobody else has them.
fn old_slugs(slugs: &mut Slugs, id: &Id, old: &[&String], writes: &mut Writes) {
    for slug in old {
        if slugs.claim(slug, id) {
            writes.slugs.push(row![id.kind().word(), *slug, id, 0]);
        }
    }
}

/// A portal or endpoint that was not known before.
fn share(key: (ThingKind, String), door: (Id, Door), batch: &mut Batch, writes: &mut Writes) {
    batch.shared.insert(key.clone(), door.0.clone());
    let (id, door) = door;
    let after = json!({ "id": id, "url": door.url, "domain": door.domain, "host": door.host() }).to_string();
    writes.drafts.push(Draft::new(key.0, id.clone(), 1, Event::Created, after));
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
        writes.locations.push(row![&location.id, owner, key, 1, version, &body]);
        writes.drafts.push(Draft::new(ThingKind::Location, location.id.clone(), version, event, body));
    }
    for (id, (key, version, present, body)) in known {
        if present {
            let version = version + 1;
            writes.locations.push(row![&id, owner, key, 0, version, &body]);
            writes.drafts.push(Draft::new(ThingKind::Location, id, version, Event::Withdrawn, body));
        }
    }
}

/// Gives ids while one organization is merged.
struct Desk<'a> {
    owner: &'a Id,
    ids: &'a Ids,
    batch: &'a Batch,
    fresh: BTreeMap<(ThingKind, String), (Id, Door)>,
    places: BTreeMap<Id, String>,
}

impl Names for Desk<'_> {
    fn shared(&mut self, kind: ThingKind, door: &Door) -> Id {
        let key = (kind, door.key());
        if let Some(id) = self.batch.shared.get(&key).or_else(|| self.fresh.get(&key).map(|(id, _)| id)) {
            return id.clone();
        }
        let id = self.ids.make(kind);
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
        // People name an organization by its id.
        if Speaker::from_id(source).is_some() {
            return Id::parse(key).filter(|id| id.kind() == ThingKind::Organization);
        }
        self.batch.members.get(&(source.to_owned(), key.to_owned())).cloned()
    }
}
