//! Everything the publishing of a batch needs to know, read at once.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use jiff::civil::Date;
use serde_json::json;

use crate::{
    model::{
        id::{Id, ThingKind},
        listing::{AppFacts, OrganizationFacts},
        lookalike::{CARRIED_BY, LookAlikes},
        merge::{Memory, Role, Voice},
        organization::{App, Organization},
        source::{Source, Tier},
    },
    store::{
        StoreError,
        db::{Tx, int, parse, text},
        queue::COMMON_DOMAINS,
    },
};

/// Everything a batch needs to know, read at once.
#[derive(Default)]
pub(super) struct Batch {
    /// What is to be merged, in this order.
    pub ids: Vec<Id>,
    pub organizations: BTreeMap<Id, Vec<Voice<OrganizationFacts>>>,
    pub apps: BTreeMap<Id, Vec<Voice<AppFacts>>>,
    pub previous: HashMap<Id, Organization>,
    pub previous_apps: HashMap<Id, App>,
    pub memory: HashMap<Id, Memory>,
    pub locations: HashMap<(Id, String), (Id, i64, bool, String)>,
    pub shared: HashMap<(ThingKind, String), Id>,
    pub members: HashMap<(String, String), Id>,
    pub hostile: BTreeSet<String>,
    pub look_alikes: Arc<LookAlikes>,
}

/// What many batches of one publisher need: sources by id, dates of loads.
#[derive(Default)]
pub(super) struct Cache {
    sources: HashMap<String, Source>,
    dates: HashMap<i64, Date>,
    look_alikes: Option<Arc<LookAlikes>>,
}

/// Reads what a batch needs beside what the sources say. With `new` no document of it is in the store, so nothing of it
/// is looked for.
pub(super) async fn read_the_rest(
    tx: &mut Tx,
    new: bool,
    cache: &mut Cache,
    batch: &mut Batch,
) -> Result<(), StoreError> {
    if !new {
        let list: Vec<String> = batch.ids.iter().map(ToString::to_string).collect();
        read_what_was(tx, &list, batch).await?;
    }
    read_shared(tx, batch).await?;
    read_members(tx, batch).await?;
    let rows = sqlx::query("SELECT host FROM hostile_host").fetch_all(&mut *tx.inner).await?;
    batch.hostile = rows.iter().map(|row| text(row, 0)).collect::<Result<_, _>>()?;
    batch.look_alikes = match &cache.look_alikes {
        Some(known) => known.clone(),
        None => cache.look_alikes.insert(read_look_alikes(tx).await?).clone(),
    };
    Ok(())
}

/// Domains that many organizations have, as they stand when the publishing begins.
async fn read_look_alikes(tx: &mut Tx) -> Result<Arc<LookAlikes>, StoreError> {
    let rows = sqlx::query(COMMON_DOMAINS).bind(CARRIED_BY).fetch_all(&mut *tx.inner).await?;
    let domains: Vec<String> = rows.iter().map(|row| text(row, 0)).collect::<Result<_, _>>()?;
    let mut known = LookAlikes::new(domains);
    let sql = "SELECT DISTINCT trust_key FROM held_door WHERE state = 'confirmed'";
    for row in &sqlx::query(sql).fetch_all(&mut *tx.inner).await? {
        known.allow(text(row, 0)?);
    }
    Ok(Arc::new(known))
}

/// The documents as they were, what must be remembered, and the locations' ids.
async fn read_what_was(tx: &mut Tx, list: &[String], batch: &mut Batch) -> Result<(), StoreError> {
    for row in &tx.select_in("SELECT id, body FROM organization WHERE id IN {in}", list, &[]).await? {
        let thing: Organization = parse("an organization", &text(row, 1)?)?;
        batch.previous.insert(thing.id.clone(), thing);
    }
    for row in &tx.select_in("SELECT id, body FROM app WHERE id IN {in}", list, &[]).await? {
        let thing: App = parse("an app", &text(row, 1)?)?;
        batch.previous_apps.insert(thing.id.clone(), thing);
    }
    read_memory(tx, list, batch).await?;
    let sql = "SELECT organization_id, key, id, version, present, body FROM location WHERE organization_id IN {in}";
    for row in &tx.select_in(sql, list, &[]).await? {
        if let (Some(owner), Some(id)) = (Id::parse(&text(row, 0)?), Id::parse(&text(row, 2)?)) {
            let known = (id, int(row, 3)?, int(row, 4)? == 1, text(row, 5)?);
            batch.locations.insert((owner, text(row, 1)?), known);
        }
    }
    Ok(())
}

/// What sources say of a batch, as it stands in the store.
pub(super) struct Said {
    ids: Vec<Id>,
    rows: Vec<SaidRow>,
}

struct SaidRow {
    id: Id,
    app: bool,
    source: Source,
    load_date: Date,
    key: String,
    body: String,
}

/// Reads what sources say of a batch.
pub(super) async fn read_voices(tx: &mut Tx, ids: &[Id], cache: &mut Cache) -> Result<Said, StoreError> {
    let list: Vec<&str> = ids.iter().map(Id::as_str).collect();
    let sql = "SELECT subject_id, subject, source, key, changed_load, body FROM listing \
         WHERE present = 1 AND subject_id IN {in}";
    let mut said = Said { ids: ids.to_vec(), rows: Vec::with_capacity(ids.len()) };
    for row in &tx.select_in(sql, &list, &[]).await? {
        let Some(id) = Id::parse(&text(row, 0)?) else { continue };
        let source = cache.source(tx, &text(row, 2)?).await?;
        let load_date = cache.date(tx, int(row, 4)?).await?;
        let (app, key, body) = (text(row, 1)? == "app", text(row, 3)?, text(row, 5)?);
        said.rows.push(SaidRow { id, app, source, load_date, key, body });
    }
    Ok(said)
}

impl Said {
    /// Reads the bodies. Needs nothing of the store.
    pub fn read(self) -> Result<Batch, StoreError> {
        let mut batch = Batch { ids: self.ids, ..Batch::default() };
        for SaidRow { id, app, source, load_date, key, body } in self.rows {
            // The column says what the body is about, so the body is read as that at once.
            if app {
                let facts: AppFacts = parse("a listing", &body)?;
                batch.apps.entry(id).or_default().push(Voice { source, load_date, key, facts });
            } else {
                let facts: OrganizationFacts = parse("a listing", &body)?;
                // What a list passes on weighs no more than whose word it was.
                let tier = facts.at_best.map_or(source.tier, |best| source.tier.max(best));
                let source = Source { tier, ..source };
                batch.organizations.entry(id).or_default().push(Voice { source, load_date, key, facts });
            }
        }
        Ok(batch)
    }
}

impl Cache {
    async fn source(&mut self, tx: &mut Tx, id: &str) -> Result<Source, StoreError> {
        if let Some(source) = self.sources.get(id) {
            return Ok(source.clone());
        }
        let rows = tx.select_in("SELECT body FROM source WHERE id IN {in}", &[id.to_owned()], &[]).await?;
        let row =
            rows.first().ok_or_else(|| StoreError::Unreadable { what: id.into(), why: "no such source".into() })?;
        let source: Source = parse("a source", &text(row, 0)?)?;
        self.sources.insert(id.to_owned(), source.clone());
        Ok(source)
    }

    /// The day of a load; one without a readable day is older than all others.
    async fn date(&mut self, tx: &mut Tx, load: i64) -> Result<Date, StoreError> {
        if let Some(date) = self.dates.get(&load) {
            return Ok(*date);
        }
        let row = sqlx::query("SELECT date FROM load WHERE id = $1").bind(load).fetch_optional(&mut *tx.inner).await?;
        let date = row.map(|row| text(&row, 0)).transpose()?.and_then(|date| date.parse().ok()).unwrap_or(Date::MIN);
        self.dates.insert(load, date);
        Ok(date)
    }
}

async fn read_memory(tx: &mut Tx, list: &[String], batch: &mut Batch) -> Result<(), StoreError> {
    let sql = "SELECT subject_id, role, trust_key FROM trusted_door WHERE subject_id IN {in}";
    for row in &tx.select_in(sql, list, &[]).await? {
        if let (Some(id), Some(role)) = (Id::parse(&text(row, 0)?), Role::from_word(&text(row, 1)?)) {
            batch.memory.entry(id).or_default().trusted.insert((role, text(row, 2)?));
        }
    }
    for row in
        &tx.select_in("SELECT subject_id, source FROM endpoint_source WHERE subject_id IN {in}", list, &[]).await?
    {
        if let Some(id) = Id::parse(&text(row, 0)?) {
            batch.memory.entry(id).or_default().endpoint_sources.insert(text(row, 1)?);
        }
    }
    for row in &tx.select_in("SELECT subject_id, item, tier FROM tombstone WHERE subject_id IN {in}", list, &[]).await?
    {
        let tier = u8::try_from(int(row, 2)?).ok().and_then(|number| Tier::try_from(number).ok());
        if let (Some(id), Some(tier)) = (Id::parse(&text(row, 0)?), tier) {
            batch.memory.entry(id).or_default().tombstones.insert(text(row, 1)?, tier);
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
        (ThingKind::Portal, "SELECT address_key, id FROM portal WHERE address_key IN {in}", portals),
        (ThingKind::Endpoint, "SELECT address_key, id FROM endpoint WHERE address_key IN {in}", endpoints),
    ];
    for (kind, sql, keys) in wanted {
        let keys: Vec<String> = keys.into_iter().collect();
        for row in &tx.select_in(sql, &keys, &[]).await? {
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
        for row in &tx.select_in(sql, &keys, &[json!(source)]).await? {
            if let Some(id) = Id::parse(&text(row, 1)?) {
                batch.members.insert((source.clone(), text(row, 0)?), id);
            }
        }
    }
    Ok(())
}
