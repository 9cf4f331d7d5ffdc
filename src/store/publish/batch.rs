//! Everything the publishing of a batch needs to know, read at once.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;
use serde_json::json;

use super::slug;
use crate::{
    model::{
        id::{Id, ThingKind},
        listing::{AppFacts, Body, OrganizationFacts},
        merge::{Memory, Role, Voice},
        organization::{App, Organization},
        source::{Source, Tier},
    },
    store::{
        StoreError,
        db::{Tx, int, parse, text},
    },
};

/// Everything a batch needs to know, read at once.
#[derive(Default)]
pub(super) struct Batch {
    pub organizations: BTreeMap<Id, Vec<Voice<OrganizationFacts>>>,
    pub apps: BTreeMap<Id, Vec<Voice<AppFacts>>>,
    pub previous: HashMap<Id, Organization>,
    pub previous_apps: HashMap<Id, App>,
    pub memory: HashMap<Id, Memory>,
    pub locations: HashMap<(Id, String), (Id, i64, bool, String)>,
    pub shared: HashMap<(ThingKind, String), Id>,
    pub members: HashMap<(String, String), Id>,
    pub hostile: BTreeSet<String>,
    /// Readable addresses that the batch will probably ask for, and that nobody has.
    pub free_slugs: BTreeSet<String>,
}
pub(super) async fn read_batch(tx: &mut Tx, ids: &[Id]) -> Result<Batch, StoreError> {
    let list: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let mut batch = Batch::default();
    read_voices(tx, &list, &mut batch).await?;
    for row in &tx.select_in("SELECT id, body FROM organization WHERE id IN {in}", &list, &[]).await? {
        let thing: Organization = parse("an organization", &text(row, 1)?)?;
        batch.previous.insert(thing.id.clone(), thing);
    }
    for row in &tx.select_in("SELECT id, body FROM app WHERE id IN {in}", &list, &[]).await? {
        let thing: App = parse("an app", &text(row, 1)?)?;
        batch.previous_apps.insert(thing.id.clone(), thing);
    }
    read_memory(tx, &list, &mut batch).await?;
    let sql = "SELECT organization_id, key, id, version, present, body FROM location WHERE organization_id IN {in}";
    for row in &tx.select_in(sql, &list, &[]).await? {
        if let (Some(owner), Some(id)) = (Id::parse(&text(row, 0)?), Id::parse(&text(row, 2)?)) {
            let known = (id, int(row, 3)?, int(row, 4)? == 1, text(row, 5)?);
            batch.locations.insert((owner, text(row, 1)?), known);
        }
    }
    read_shared(tx, &mut batch).await?;
    read_members(tx, &mut batch).await?;
    // Only what is not there yet will ask for an address: the others keep theirs or were renamed.
    let new = batch.organizations.iter().filter(|(id, _)| !batch.previous.contains_key(id));
    let free = slug::free_slugs(tx, new.flat_map(|(_, voices)| voices).map(|voice| &voice.facts)).await?;
    batch.free_slugs = free;
    let rows = sqlx::query("SELECT host FROM hostile_host").fetch_all(&mut *tx.inner).await?;
    batch.hostile = rows.iter().map(|row| text(row, 0)).collect::<Result<_, _>>()?;
    Ok(batch)
}

async fn read_voices(tx: &mut Tx, list: &[String], batch: &mut Batch) -> Result<(), StoreError> {
    let sql = "SELECT l.subject_id, l.key, l.body, s.body, d.date FROM listing l JOIN source s ON s.id = l.source \
         JOIN load d ON d.id = l.changed_load WHERE l.present = 1 AND l.subject_id IN {in}";
    let mut sources: HashMap<String, Source> = HashMap::new();
    for row in &tx.select_in(sql, list, &[]).await? {
        let Some(id) = Id::parse(&text(row, 0)?) else { continue };
        let source_body = text(row, 3)?;
        let source = match sources.get(&source_body) {
            Some(source) => source.clone(),
            None => sources.entry(source_body.clone()).or_insert(parse("a source", &source_body)?).clone(),
        };
        let date = text(row, 4)?.parse().unwrap_or(Date::MIN);
        let key = text(row, 1)?;
        match parse::<Body>("a listing", &text(row, 2)?)? {
            Body::Organization(facts) => {
                let voice = Voice { source, load_date: date, key, facts: *facts };
                batch.organizations.entry(id).or_default().push(voice);
            }
            Body::App(facts) => {
                batch.apps.entry(id).or_default().push(Voice { source, load_date: date, key, facts: *facts });
            }
        }
    }
    Ok(())
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
