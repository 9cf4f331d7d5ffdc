//! The keys of listings, by which known organizations are found again.
//!
//! Flows in: the keys of a load's listings, gathered while it is read. Flows out: rows of `match_org` (which organization a
//! source speaks of, numbered) and `match_key` (key -> numbers), written at once and in order: a tree that is filled in
//! order is written once.

use std::collections::{BTreeSet, HashMap};

use serde_json::json;

use super::{Incoming, Intake};
use crate::{
    model::{
        id::{Id, ThingKind},
        listing::{Body, OrganizationFacts},
        matching::{Key, Profile, key},
        source::Tier,
    },
    store::{
        StoreError,
        db::{Cells, NUMBERS, Tx, int, parse, row, text},
    },
};

/// How many listings without keys are read at once.
const PAGE: i64 = 2_000;
/// How many organizations are asked for their number at once.
const BATCH: usize = 5_000;
/// What the load makes is numbered below, what was there before from here on.
const THERE: u32 = 1 << 31;

/// The keys of a load.
#[derive(Default)]
pub(super) struct Keys {
    /// Key and organization, each organization by a number of this load.
    all: Vec<(u64, u32)>,
    /// Organizations that were there before, numbered.
    there: Vec<Id>,
    numbers: HashMap<Id, u32>,
}

impl Keys {
    /// Keys of what the load makes, in order, each with the organizations that carry it. Nothing else is left after it.
    pub fn take_made(&mut self) -> Vec<(u64, u32)> {
        let mut all = std::mem::take(&mut self.all);
        all.retain(|(_, number)| *number < THERE);
        all
    }

    fn add(&mut self, shorts: &[u64], number: u32) {
        self.all.extend(shorts.iter().map(|short| (*short, number)));
    }

    fn number_of(&mut self, id: &Id) -> u32 {
        let (there, next) = (&mut self.there, THERE + self.numbers.len() as u32);
        *self.numbers.entry(id.clone()).or_insert_with(|| {
            there.push(id.clone());
            next
        })
    }
}

impl Intake {
    /// Notes the keys of listings whose organization is known.
    pub(super) fn note_keys(&mut self, listings: &[Incoming]) {
        for listing in listings.iter().filter(|listing| !listing.shorts.is_empty()) {
            let Some(id) = Id::parse(&listing.subject_id) else { continue };
            let number = match self.made.get(&id) {
                Some(number) => *number,
                None => self.keys.number_of(&id),
            };
            self.keys.add(&listing.shorts, number);
        }
    }

    /// Writes the keys of the load.
    pub(super) async fn write_keys(&mut self) -> Result<(), StoreError> {
        self.keys.all.sort_unstable();
        self.keys.all.dedup();
        let source = self.head.source.id.clone();
        let there = numbered(&mut self.tx, &source, &self.keys.there).await?;
        let first = self.tx.take_numbers("match_org", self.made.len() as i64).await?;
        let organizations = self.made.iter().filter(|(id, _)| id.kind() == ThingKind::Organization);
        let rows: Vec<Cells> =
            organizations.map(|(id, number)| row![first + i64::from(*number), id, &source]).collect();
        self.tx.insert("match_org", &["n", "id", "source"], "", rows).await?;
        let n = |number: u32| match number.checked_sub(THERE) {
            Some(place) => there[place as usize],
            None => first + i64::from(number),
        };
        // In the order of the column, which is signed.
        let negative = self.keys.all.partition_point(|(short, _)| (*short as i64) >= 0);
        let (positive, negative) = self.keys.all.split_at(negative);
        for some in negative.chunks(NUMBERS).chain(positive.chunks(NUMBERS)) {
            let rows: Vec<[i64; 2]> = some.iter().map(|(short, number)| [*short as i64, n(*number)]).collect();
            write(&mut self.tx, &rows).await?;
        }
        Ok(())
    }
}

/// The matching keys of what a listing says; nothing for an app.
pub(in crate::store) fn shorts(body: &Body, tier: Tier) -> Vec<u64> {
    match body {
        Body::Organization(facts) => of(facts, tier),
        Body::App(_) => Vec::new(),
    }
}

/// The matching keys of what is said of an organization.
pub(super) fn of(facts: &OrganizationFacts, tier: Tier) -> Vec<u64> {
    key::keys(&Profile::of(facts, tier)).iter().map(Key::short).collect()
}

/// The numbers of organizations of a source, in their order; who has none gets one.
async fn numbered(tx: &mut Tx, source: &str, ids: &[Id]) -> Result<Vec<i64>, StoreError> {
    let mut known: HashMap<String, i64> = HashMap::new();
    for some in ids.chunks(BATCH) {
        let sql = "SELECT id, n FROM match_org WHERE source = $2 AND id IN {in}";
        let some: Vec<&str> = some.iter().map(Id::as_str).collect();
        for row in &tx.select_in(sql, &some, &[json!(source)]).await? {
            known.insert(text(row, 0)?, int(row, 1)?);
        }
    }
    let new: Vec<&Id> = ids.iter().filter(|id| !known.contains_key(id.as_str())).collect();
    let first = tx.take_numbers("match_org", new.len() as i64).await?;
    let rows: Vec<Cells> = (first..).zip(&new).map(|(n, id)| row![n, *id, source]).collect();
    known.extend((first..).zip(&new).map(|(n, id)| (id.to_string(), n)));
    tx.insert("match_org", &["n", "id", "source"], "", rows).await?;
    Ok(ids.iter().map(|id| known[id.as_str()]).collect())
}

/// Writes keys with the numbers of who carries them; what is there already stays.
async fn write(tx: &mut Tx, rows: &[[i64; 2]]) -> Result<(), StoreError> {
    tx.insert_numbers("match_key", ["short", "n"], "ON CONFLICT (short, n) DO NOTHING", rows).await
}

/// These organizations carry these keys, as a source says.
pub(in crate::store) async fn add(tx: &mut Tx, source: &str, all: Vec<(Id, Vec<u64>)>) -> Result<(), StoreError> {
    let ids: BTreeSet<Id> = all.iter().map(|(id, _)| id.clone()).collect();
    let ids: Vec<Id> = ids.into_iter().collect();
    let numbers: HashMap<&Id, i64> = ids.iter().zip(numbered(tx, source, &ids).await?).collect();
    let rows = all.iter().flat_map(|(id, shorts)| {
        let n = numbers[id];
        shorts.iter().map(move |short| [*short as i64, n])
    });
    let rows: Vec<[i64; 2]> = rows.collect();
    write(tx, &rows).await
}

/// Gives the listings of a store that is older than the tables their keys; once.
pub(super) async fn fill(tx: &mut Tx) -> Result<(), StoreError> {
    let there = sqlx::query("SELECT 1 FROM match_org LIMIT 1").fetch_optional(&mut *tx.inner).await?;
    if there.is_some() {
        return Ok(());
    }
    let (mut source, mut key) = (String::new(), String::new());
    loop {
        let sql = "SELECT l.source, l.key, l.home_id, l.body, s.body FROM listing l JOIN source s ON s.id = l.source \
             WHERE l.subject = 'organization' AND (l.source > $1 OR (l.source = $1 AND l.key > $2)) \
             ORDER BY l.source, l.key LIMIT $3";
        let page = sqlx::query(sql).bind(source.clone()).bind(key.clone()).bind(PAGE).fetch_all(&mut *tx.inner).await?;
        if page.is_empty() {
            return Ok(());
        }
        let mut by_source: HashMap<String, Vec<(Id, Vec<u64>)>> = HashMap::new();
        for listing in &page {
            (source, key) = (text(listing, 0)?, text(listing, 1)?);
            let Some(id) = Id::parse(&text(listing, 2)?) else { continue };
            let facts: OrganizationFacts = parse("a listing", &text(listing, 3)?)?;
            let of: crate::model::source::Source = parse("a source", &text(listing, 4)?)?;
            by_source.entry(source.clone()).or_default().push((id, self::of(&facts, of.tier)));
        }
        for (source, listings) in by_source {
            add(tx, &source, listings).await?;
        }
    }
}
