//! Whether what a load makes is known already: candidates by keys, a judge, and what comes of it.
//!
//! What holds: a new organization joins a known one only when exactly one is the same, that one has no listing of this
//! source, and no other new one claims it; everything doubtful waits for a person, and what a person called different
//! stays so.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::Intake;
use crate::{
    model::{
        id::{Id, ThingKind},
        listing::OrganizationFacts,
        matching::{Key, Known, Profile, Reason, SHARED_BY, Verdict, judge, reason::line},
        source::Source,
    },
    store::{
        StoreError,
        db::{Cells, Tx, int, parse, row, text},
    },
};

/// How many keys are looked up, and organizations judged, at once.
const BATCH: usize = 1_000;

/// What came of it, counted.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Paired {
    /// New organizations that are known ones.
    pub joined: u64,
    /// Pairs for a person.
    pub reviewed: u64,
}

/// Who carries a key.
#[derive(Default)]
struct Carriers {
    /// How many of this load's source.
    mine: usize,
    /// Other sources, each with how many of it.
    others: BTreeMap<String, usize>,
}

/// What the keys of a load say.
#[derive(Default)]
struct Found {
    /// New organization -> known ones that have a key in common with it.
    candidates: BTreeMap<u32, BTreeSet<Id>>,
    /// New organization -> others of its source, gone or not, with a key in common.
    twins: HashMap<u32, BTreeSet<Id>>,
    carriers: HashMap<u64, Carriers>,
    shared: HashSet<u64>,
}

/// An organization, as its present listings say.
#[derive(Default)]
struct Portrait {
    profile: Profile,
    sources: BTreeSet<String>,
}

/// A new organization that would join a known one, and why; or a pair for a person.
struct Claim {
    new: Id,
    known: Id,
    reasons: Vec<Reason>,
}

impl Intake {
    /// Judges what the load makes against what is known.
    pub(super) async fn pair(&mut self) -> Result<Paired, StoreError> {
        self.write_keys().await?;
        let mut found = self.find().await?;
        if found.candidates.is_empty() {
            return Ok(Paired::default());
        }
        follow_redirects(&mut self.tx, &mut found).await?;
        let different = decided_different(&mut self.tx).await?;
        let made: HashMap<u32, Id> = self.made.iter().map(|(id, number)| (*number, id.clone())).collect();
        let sources = read_sources(&mut self.tx).await?;
        let (mut same, mut unsure) = (Vec::new(), Vec::new());
        let all: Vec<(u32, BTreeSet<Id>)> = std::mem::take(&mut found.candidates).into_iter().collect();
        for batch in all.chunks(BATCH) {
            let new = batch.iter().filter_map(|(number, _)| made.get(number));
            let ids: BTreeSet<&Id> = new.chain(batch.iter().flat_map(|(_, known)| known)).collect();
            let profiles = profiles(&mut self.tx, &ids, &sources).await?;
            for (number, known) in batch {
                let Some(id) = made.get(number) else { continue };
                let none = BTreeSet::new();
                let twins = found.twins.get(number).unwrap_or(&none);
                let open = |other: &&Id| !twins.iter().any(|twin| different.contains(&pair_of(twin, other)));
                let known: Vec<&Id> = known.iter().filter(open).collect();
                self.judge_one(id, &known, &profiles, &found, &mut same, &mut unsure);
            }
        }
        let joins = only_claims(same, &mut unsure);
        let done = Paired { joined: joins.len() as u64, reviewed: unsure.len() as u64 };
        self.join(joins).await?;
        self.ask(unsure).await?;
        Ok(done)
    }

    /// Looks up every key of what the load makes.
    async fn find(&mut self) -> Result<Found, StoreError> {
        let keys = self.keys.take_made();
        let mut found = Found::default();
        let groups: Vec<&[(u64, u32)]> = keys.chunk_by(|a, b| a.0 == b.0).collect();
        // On a first load all of this source's keys are in memory.
        let own = if self.first { " AND o.source <> $2" } else { " AND o.source || $2 <> ''" };
        let sql = format!(
            "SELECT DISTINCT k.short, o.id, o.source FROM match_key k JOIN match_org o ON o.n = k.n \
             WHERE k.short IN {{numbers}}{own}"
        );
        for batch in groups.chunks(BATCH) {
            let list: Vec<i64> = batch.iter().map(|group| group[0].0 as i64).collect();
            let source = &self.head.source.id;
            let mut rows: HashMap<u64, Vec<(Id, String)>> = HashMap::new();
            for row in &self.tx.select_in(&sql, &list, &[serde_json::json!(source)]).await? {
                if let Some(id) = Id::parse(&text(row, 1)?) {
                    rows.entry(int(row, 0)? as u64).or_default().push((id, text(row, 2)?));
                }
            }
            for group in batch {
                if let Some(rows) = rows.remove(&group[0].0) {
                    found.note(group, rows, source);
                }
            }
        }
        Ok(found)
    }

    fn judge_one(
        &self,
        id: &Id,
        known: &[&Id],
        profiles: &HashMap<Id, Portrait>,
        found: &Found,
        same: &mut Vec<Claim>,
        unsure: &mut Vec<Claim>,
    ) {
        let Some(mine) = profiles.get(id) else { return };
        let (mut fits, mut doubts) = (Vec::new(), Vec::new());
        for other in known {
            let Some(theirs) = profiles.get(*other).filter(|k| !k.sources.contains(&self.head.source.id)) else {
                continue;
            };
            let shared = |key: &Key| found.shared.contains(&key.short());
            let lone = |key: &Key| found.carriers.get(&key.short()).is_some_and(|c| c.is_lone(&theirs.sources));
            let claim = |reasons| Claim { new: id.clone(), known: (*other).clone(), reasons };
            match judge(&mine.profile, &theirs.profile, &Known { shared: &shared, lone: &lone }) {
                Verdict::Same(reasons) => fits.push(claim(reasons)),
                Verdict::Unsure(reasons) => doubts.push(claim(reasons)),
                Verdict::Different(_) => {}
            }
        }
        if fits.len() > 1 {
            // Which of them? A person says; they may be one themselves.
            for fit in &mut fits {
                fit.reasons.push(Reason::SeveralFit);
            }
            unsure.append(&mut fits);
        }
        // Once it has found its place, what only may be the same is no question any more.
        if fits.is_empty() {
            unsure.append(&mut doubts);
        }
        same.append(&mut fits);
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

    /// Keeps pairs for a person.
    async fn ask(&mut self, pairs: Vec<Claim>) -> Result<(), StoreError> {
        let (source, load, at) = (&self.head.source.id, self.load, self.store.clock.micros());
        let row = |p: &Claim| row![&p.new, &p.known, source, line(&p.reasons), load, at, "waiting", ""];
        let rows = pairs.iter().map(row).collect();
        let cols = ["a", "b", "source", "reasons", "load", "at", "state", "decided_by"];
        self.tx.insert("review", &cols, "ON CONFLICT (a, b) DO NOTHING", rows).await
    }
}

impl Found {
    /// Notes who carries a key: `group` is the key with the new ones that have it.
    fn note(&mut self, group: &[(u64, u32)], rows: Vec<(Id, String)>, source: &str) {
        let short = group[0].0;
        let mut carriers = Carriers { mine: group.len(), ..Carriers::default() };
        let (mut others, mut own) = (BTreeSet::new(), BTreeSet::new());
        for (id, of) in rows {
            if of == source {
                own.insert(id);
            } else {
                *carriers.others.entry(of).or_default() += 1;
                others.insert(id);
            }
        }
        carriers.mine = carriers.mine.max(own.len());
        if others.len() > SHARED_BY || carriers.mine > SHARED_BY {
            self.shared.insert(short);
            return;
        }
        self.carriers.insert(short, carriers);
        for (_, number) in group {
            if !others.is_empty() {
                self.candidates.entry(*number).or_default().extend(others.iter().cloned());
            }
            if own.len() > 1 {
                self.twins.entry(*number).or_default().extend(own.iter().cloned());
            }
        }
    }
}

impl Carriers {
    /// One alone in this load's source, and one alone in every list that speaks of the other.
    fn is_lone(&self, sources: &BTreeSet<String>) -> bool {
        let counts: Vec<usize> = sources.iter().filter_map(|source| self.others.get(source)).copied().collect();
        self.mine == 1 && !counts.is_empty() && counts.iter().all(|count| *count == 1)
    }
}

/// Of those that would join, the ones nobody else claims; the others are for a person.
fn only_claims(same: Vec<Claim>, unsure: &mut Vec<Claim>) -> Vec<Claim> {
    let mut claims: HashMap<Id, usize> = HashMap::new();
    for claim in &same {
        *claims.entry(claim.known.clone()).or_default() += 1;
    }
    let (alone, mut several): (Vec<Claim>, Vec<Claim>) = same.into_iter().partition(|claim| claims[&claim.known] == 1);
    for claim in &mut several {
        claim.reasons.push(Reason::SeveralFit);
    }
    unsure.append(&mut several);
    alone
}

fn pair_of(a: &Id, b: &Id) -> (Id, Id) {
    if a < b { (a.clone(), b.clone()) } else { (b.clone(), a.clone()) }
}

async fn decided_different(tx: &mut Tx) -> Result<HashSet<(Id, Id)>, StoreError> {
    let rows = sqlx::query("SELECT a, b FROM review WHERE state = 'different'").fetch_all(&mut *tx.inner).await?;
    let mut pairs = HashSet::new();
    for row in &rows {
        if let (Some(a), Some(b)) = (Id::parse(&text(row, 0)?), Id::parse(&text(row, 1)?)) {
            pairs.insert(pair_of(&a, &b));
        }
    }
    Ok(pairs)
}

async fn read_sources(tx: &mut Tx) -> Result<HashMap<String, Source>, StoreError> {
    let rows = sqlx::query("SELECT id, body FROM source").fetch_all(&mut *tx.inner).await?;
    rows.iter().map(|row| Ok((text(row, 0)?, parse("a source", &text(row, 1)?)?))).collect()
}

/// Keys name the organization a listing was first at; where a person merged it, the one it is part of now is meant.
async fn follow_redirects(tx: &mut Tx, found: &mut Found) -> Result<(), StoreError> {
    let rows = sqlx::query("SELECT id, target FROM redirect").fetch_all(&mut *tx.inner).await?;
    let mut targets: HashMap<Id, Id> = HashMap::new();
    for row in &rows {
        if let (Some(from), Some(to)) = (Id::parse(&text(row, 0)?), Id::parse(&text(row, 1)?)) {
            targets.insert(from, to);
        }
    }
    if targets.is_empty() {
        return Ok(());
    }
    for known in found.candidates.values_mut() {
        // A chain of merges is as long as people were busy; a circle would have no listing at its end.
        for _ in 0..8 {
            *known = known.iter().map(|id| targets.get(id).unwrap_or(id).clone()).collect();
        }
    }
    Ok(())
}

async fn profiles(
    tx: &mut Tx,
    ids: &BTreeSet<&Id>,
    sources: &HashMap<String, Source>,
) -> Result<HashMap<Id, Portrait>, StoreError> {
    let list: Vec<String> =
        ids.iter().filter(|id| id.kind() == ThingKind::Organization).map(ToString::to_string).collect();
    let sql = "SELECT subject_id, source, body FROM listing WHERE present = 1 AND subject_id IN {in}";
    let mut profiles: HashMap<Id, Portrait> = HashMap::new();
    for row in &tx.select_in(sql, &list, &[]).await? {
        let (Some(id), source) = (Id::parse(&text(row, 0)?), text(row, 1)?) else { continue };
        let facts: OrganizationFacts = parse("a listing", &text(row, 2)?)?;
        let known = profiles.entry(id).or_default();
        if let Some(of) = sources.get(&source) {
            known.profile.add(&facts, of.tier);
        }
        known.sources.insert(source);
    }
    Ok(profiles)
}
