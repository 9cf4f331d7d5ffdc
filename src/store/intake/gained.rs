//! Keys that organizations gain which were there before: a number that its list did not have, a new address.
//!
//! What holds: only what is new for an organization is judged again, so that a list that says the same every month asks
//! nobody twice. What comes back after it was gone is new again: others may have taken its place.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::{Incoming, Intake, keys};
use crate::{
    model::{
        id::Id,
        listing::{Body, OrganizationFacts},
        source::Source,
    },
    store::{
        StoreError,
        db::{parse, text},
    },
};

/// What a load makes is numbered below, what was there before from here on.
const THERE: u32 = 1 << 31;

/// Organizations that gain keys with a load.
#[derive(Default)]
pub(super) struct Gained {
    /// Each with its number in this load.
    pub numbers: BTreeMap<Id, u32>,
    /// Keys, with the number of who gains them.
    pub keys: Vec<(u64, u32)>,
}

impl Intake {
    /// Notes the keys that listings bring organizations that were there before, and that nothing said of these yet. The
    /// listings are not written yet.
    pub(super) async fn note_gained(&mut self, listings: &[Incoming]) -> Result<(), StoreError> {
        let mut brought: Vec<(u64, Id)> = Vec::new();
        for listing in listings {
            let Body::Organization(facts) = &listing.body else { continue };
            // In a first load only fixed ids lead to what was there before.
            if self.first && facts.fixed_id.is_none() {
                continue;
            }
            let Some(id) = Id::parse(&listing.subject_id).filter(|id| !self.made.contains_key(id)) else { continue };
            brought.extend(listing.shorts.iter().map(|short| (*short, id.clone())));
        }
        let ids: BTreeSet<String> = brought.iter().map(|(_, id)| id.to_string()).collect();
        let ids: Vec<String> = ids.into_iter().collect();
        let sql = "SELECT l.subject_id, l.body, s.body FROM listing l JOIN source s ON s.id = l.source \
             WHERE l.present = 1 AND l.subject = 'organization' AND l.subject_id IN {in}";
        let mut had: HashSet<(u64, Id)> = HashSet::new();
        for row in &self.tx.select_in(sql, &ids, &[]).await? {
            let Some(id) = Id::parse(&text(row, 0)?) else { continue };
            let facts: OrganizationFacts = parse("a listing", &text(row, 1)?)?;
            let source: Source = parse("a source", &text(row, 2)?)?;
            had.extend(keys::of(&facts, source.tier).into_iter().map(|short| (short, id.clone())));
        }
        for (short, id) in brought.into_iter().filter(|pair| !had.contains(pair)) {
            let next = THERE + self.gained.numbers.len() as u32;
            let number = *self.gained.numbers.entry(id).or_insert(next);
            self.gained.keys.push((short, number));
        }
        Ok(())
    }
}
