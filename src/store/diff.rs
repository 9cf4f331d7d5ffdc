//! What a person sees of a load that waits: counts, and some of the rows that moved.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    StoreError,
    blobs::Blobs,
    snapshot::{Placed, Reader, blob_error},
};
use crate::model::{
    guard::{Examples, Moves, Reason, key_mark},
    listing::{Body, Listing},
    merge::Role,
};

/// Why a load waits, and what in it moved.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Diff {
    /// Why.
    pub reasons: Vec<Reason>,
    /// The accepted load it was compared with; without one, with what stood in the store.
    pub reference: Option<i64>,
    /// New rows.
    pub added: u64,
    /// Rows that are gone.
    pub removed: u64,
    /// Rows that say something else.
    pub changed: u64,
    /// Rows that only have a new key.
    pub renumbered: u64,
    /// Some of the new rows.
    pub added_rows: Vec<Moved>,
    /// Some of those that are gone.
    pub removed_rows: Vec<Moved>,
    /// Some of those that say something else.
    pub changed_rows: Vec<Moved>,
    /// Some of the doors that would change their domain.
    pub doors: Vec<DoorMove>,
}

/// A row that moved.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Moved {
    /// Its key.
    pub key: String,
    /// The name it gives.
    pub name: String,
    /// Fields that say something else.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
    /// Doors that lead elsewhere.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub doors: Vec<DoorMove>,
}

/// Where doors of one use led, and where they would lead.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DoorMove {
    /// The organization or app, when it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// What the doors are for.
    pub role: String,
    /// Domains before.
    pub from: Vec<String>,
    /// Domains now.
    pub to: Vec<String>,
}

impl Diff {
    /// The diff of a load that waits. With the accepted load's snapshot, rows are shown as they were and are.
    pub(super) async fn of(
        blobs: &Blobs,
        before: Option<&Placed>,
        now: &Placed,
        moves: &Moves,
    ) -> Result<Self, StoreError> {
        let mut diff = Self {
            added: moves.added,
            removed: moves.removed,
            changed: moves.changed,
            renumbered: moves.renumbered,
            ..Self::default()
        };
        let Some(before) = before else { return Ok(diff) };
        let (blobs, examples) = (blobs.clone(), moves.examples.clone());
        let (before, now) = (before.snapshot.clone(), now.snapshot.clone());
        let shown = tokio::task::spawn_blocking(move || shown(&blobs, &before, &now, &examples)).await;
        let shown = shown.map_err(|error| blob_error("a snapshot", std::io::Error::other(error)))?;
        [diff.added_rows, diff.removed_rows, diff.changed_rows] = shown?;
        Ok(diff)
    }
}

/// Some of the rows that are new, gone, different.
fn shown(blobs: &Blobs, before: &str, now: &str, examples: &Examples) -> Result<[Vec<Moved>; 3], StoreError> {
    let old = rows(blobs, before, examples.removed.iter().chain(&examples.changed))?;
    let new = rows(blobs, now, examples.added.iter().chain(&examples.changed))?;
    let of = |keys: &[u64], side: &HashMap<u64, Listing>| {
        keys.iter().filter_map(|key| side.get(key)).map(Moved::whole).collect::<Vec<_>>()
    };
    let changed = examples.changed.iter().filter_map(|key| Some(Moved::between(old.get(key)?, new.get(key)?)));
    Ok([of(&examples.added, &new), of(&examples.removed, &old), changed.collect()])
}

/// The rows of a snapshot with these key marks.
fn rows<'a>(
    blobs: &Blobs,
    snapshot: &str,
    keys: impl Iterator<Item = &'a u64>,
) -> Result<HashMap<u64, Listing>, StoreError> {
    let wanted: HashSet<u64> = keys.copied().collect();
    if wanted.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = Reader::open(blobs, snapshot)?.only(wanted);
    rows.map(|row| row.map(|row| (key_mark(&row.key), row))).collect()
}

impl Moved {
    fn whole(row: &Listing) -> Self {
        Self { key: row.key.clone(), name: row.body.name().to_owned(), ..Self::default() }
    }

    fn between(old: &Listing, new: &Listing) -> Self {
        let (before, now) = (domains(&old.body), domains(&new.body));
        let roles: BTreeSet<Role> = before.keys().chain(now.keys()).copied().collect();
        let list = |all: &BTreeMap<Role, BTreeSet<String>>, role: &Role| -> Vec<String> {
            all.get(role).into_iter().flatten().cloned().collect()
        };
        let doors = roles.iter().filter(|role| before.get(role) != now.get(role)).map(|role| DoorMove {
            subject: None,
            role: role.word().to_owned(),
            from: list(&before, role),
            to: list(&now, role),
        });
        Self { fields: fields(&old.body, &new.body), doors: doors.collect(), ..Self::whole(new) }
    }
}

/// Names of the fields that differ.
fn fields(old: &Body, new: &Body) -> Vec<String> {
    let object = |body: &Body| match serde_json::to_value(body) {
        Ok(Value::Object(object)) => object,
        _ => serde_json::Map::new(),
    };
    let (old, new) = (object(old), object(new));
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    names.into_iter().filter(|name| old.get(*name) != new.get(*name)).cloned().collect()
}

/// What a listing's doors open, by their use: what a change of must not go unseen.
pub(super) fn domains(body: &Body) -> BTreeMap<Role, BTreeSet<String>> {
    let mut all: BTreeMap<Role, BTreeSet<String>> = BTreeMap::new();
    let mut add = |role, door: &crate::model::door::Door| all.entry(role).or_default().insert(door.trust_key());
    match body {
        Body::Organization(facts) => {
            if let Some(site) = &facts.website {
                add(Role::Website, &site.door);
            }
            for portal in &facts.portals {
                add(Role::Portal, &portal.at.door);
                // Where an account is made is judged like where one signs in.
                if let Some(sign_up) = &portal.sign_up {
                    add(Role::Portal, sign_up);
                }
            }
            for endpoint in &facts.endpoints {
                add(Role::Endpoint, &endpoint.at);
            }
        }
        Body::App(facts) => {
            if let Some(site) = &facts.website {
                add(Role::Website, &site.door);
            }
            if let Some(policy) = &facts.privacy_policy {
                add(Role::PrivacyPolicy, &policy.door);
            }
            for store in facts.app_store.iter().chain(&facts.google_play) {
                add(Role::Store, &store.door);
            }
        }
    }
    all
}
