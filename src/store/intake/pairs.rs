//! Whether what a load makes is known already, and what comes of it; and whether what was there is one with another now.
//!
//! What holds: a new organization joins a known one only when exactly one is the same, that one has no listing of this
//! source, and nobody else claims it; everything doubtful waits for a person, and what a person called different stays
//! so. An organization that was there before never joins another by itself: it has an address people use, so a person
//! decides whatever is found.

use std::collections::{HashMap, HashSet};

use super::{
    Intake,
    claims::{Claim, Judged, Judging, pair_of},
};
use crate::{
    model::{id::Id, matching::reason::line},
    store::{
        StoreError,
        db::{Cells, Tx, row, text},
    },
};

/// How many organizations are asked about at once.
const BATCH: usize = 1_000;

/// What came of it, counted.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Paired {
    /// New organizations that are known ones.
    pub joined: u64,
    /// Pairs for a person.
    pub reviewed: u64,
}

impl Intake {
    /// Judges what the load makes, and what gains a key with it, against what is known.
    pub(super) async fn pair(&mut self) -> Result<Paired, StoreError> {
        self.write_keys().await?;
        let mut keys = self.keys.take_made();
        let gained = std::mem::take(&mut self.gained);
        keys.extend(gained.keys);
        let made = self.made.iter().map(|(id, number)| (*number, Judged { id: id.clone(), settled: false }));
        let there = gained.numbers.into_iter().map(|(id, number)| (number, Judged { id, settled: true }));
        let who: HashMap<u32, Judged> = made.chain(there).collect();
        let judging = Judging { source: &self.head.source.id, first: self.first, redirects: &self.redirects };
        let claims = judging.judge(&mut self.tx, keys, &who).await?;
        let (source, at) = (&self.head.source.id, self.store.clock.micros());
        let reviewed = ask(&mut self.tx, source, self.load, at, claims.unsure).await?;
        let joined = claims.joins.len() as u64;
        self.join(claims.joins).await?;
        Ok(Paired { joined, reviewed })
    }

    /// Puts the listings of new organizations where they belong.
    async fn join(&mut self, joins: Vec<Claim>) -> Result<(), StoreError> {
        let rows: Vec<Cells> = joins.iter().map(|j| row![&j.new, &j.known, line(&j.reasons)]).collect();
        let sql = "UPDATE listing SET subject_id = v.known, home_id = v.known, matched = v.why FROM v \
             WHERE listing.subject_id = v.new";
        self.tx.update_from(sql, &["new", "known", "why"], rows).await?;
        // The keys of what has joined are the known organization's now.
        let rows = joins.iter().map(|j| row![&j.new, &j.known]).collect();
        let sql = "UPDATE match_org SET id = v.known FROM v WHERE match_org.id = v.new";
        self.tx.update_from(sql, &["new", "known"], rows).await?;
        for join in joins {
            self.made.remove(&join.new);
            self.dirty.insert(join.known);
        }
        Ok(())
    }
}

/// Keeps pairs for a person, those that were never asked about; answers how many.
pub(super) async fn ask(
    tx: &mut Tx,
    source: &str,
    load: i64,
    at: i64,
    mut pairs: Vec<Claim>,
) -> Result<u64, StoreError> {
    for pair in pairs.iter_mut().filter(|pair| pair.settled && pair.new < pair.known) {
        // Ids are in the order of time: the first of a pair is the newer one, and is merged into the other.
        std::mem::swap(&mut pair.new, &mut pair.known);
    }
    let mut asked: HashSet<(Id, Id)> = HashSet::new();
    let ids: Vec<String> = pairs.iter().flat_map(|pair| [&pair.new, &pair.known]).map(ToString::to_string).collect();
    for some in ids.chunks(BATCH) {
        for row in &tx.select_in("SELECT a, b FROM review WHERE a IN {in}", some, &[]).await? {
            if let (Some(a), Some(b)) = (Id::parse(&text(row, 0)?), Id::parse(&text(row, 1)?)) {
                asked.insert(pair_of(&a, &b));
            }
        }
    }
    pairs.retain(|pair| asked.insert(pair_of(&pair.new, &pair.known)));
    let row = |p: &Claim| row![&p.new, &p.known, source, line(&p.reasons), load, at, "waiting", ""];
    let rows: Vec<Cells> = pairs.iter().map(row).collect();
    let cols = ["a", "b", "source", "reasons", "load", "at", "state", "decided_by"];
    tx.insert("review", &cols, "ON CONFLICT (a, b) DO NOTHING", rows).await?;
    Ok(pairs.len() as u64)
}
