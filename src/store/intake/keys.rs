//! The keys of listings, by which known organizations are found again.

use super::{Incoming, Intake};
use crate::{
    model::{
        id::Id,
        listing::{Body, OrganizationFacts},
        matching::{Key, Profile, key},
        source::Tier,
    },
    store::{
        StoreError,
        db::{Cells, Tx, parse, row, text},
    },
};

/// How many listings without keys are read at once.
const PAGE: i64 = 2_000;

impl Intake {
    /// Notes the keys of listings whose organization is known.
    pub(super) async fn note_keys(&mut self, listings: &[Incoming]) -> Result<(), StoreError> {
        let (source, tier) = (self.head.source.id.clone(), self.head.source.tier);
        let mut rows: Vec<Cells> = Vec::new();
        for listing in listings {
            let (Body::Organization(facts), Some(id)) = (&listing.body, Id::parse(&listing.subject_id)) else {
                continue;
            };
            let number = self.made.get(&id).copied();
            for short in shorts(facts, tier) {
                if let Some(number) = number {
                    self.fresh_keys.push((short, number));
                }
                rows.push(row![written(short), &id, &source]);
            }
        }
        insert(&mut self.tx, rows).await
    }
}

/// A key's number as it stands in the table.
pub(super) fn written(short: u64) -> String {
    format!("{short:016x}")
}

fn shorts(facts: &OrganizationFacts, tier: Tier) -> Vec<u64> {
    key::keys(&Profile::of(facts, tier)).iter().map(Key::short).collect()
}

pub(super) async fn insert(tx: &mut Tx, rows: Vec<Cells>) -> Result<(), StoreError> {
    let conflict = "ON CONFLICT (short, id, source) DO NOTHING";
    tx.insert("match_key", &["short", "id", "source"], conflict, rows).await
}

/// Gives the listings of a store that is older than the table their keys; once.
pub(super) async fn fill(tx: &mut Tx) -> Result<(), StoreError> {
    let there = sqlx::query("SELECT 1 FROM match_key LIMIT 1").fetch_optional(&mut *tx.inner).await?;
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
        let mut rows: Vec<Cells> = Vec::new();
        for listing in &page {
            (source, key) = (text(listing, 0)?, text(listing, 1)?);
            let id = text(listing, 2)?;
            let facts: OrganizationFacts = parse("a listing", &text(listing, 3)?)?;
            let of: crate::model::source::Source = parse("a source", &text(listing, 4)?)?;
            rows.extend(shorts(&facts, of.tier).into_iter().map(|short| row![written(short), &id, &source]));
        }
        insert(tx, rows).await?;
    }
}
