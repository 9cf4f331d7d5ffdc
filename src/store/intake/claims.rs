//! Who may be the same: candidates by keys, a judge, and the claims that come of it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::carriers::carriers;
use crate::{
    model::{
        id::{Id, ThingKind},
        listing::OrganizationFacts,
        matching::{Key, Known, Profile, Reason, SHARED_BY, Verdict, judge},
        source::Source,
    },
    store::{
        StoreError,
        db::{Tx, parse, text},
        redirect::Redirects,
    },
};

/// How many keys are looked up, and organizations judged, at once.
const BATCH: usize = 1_000;

/// Judges organizations of one source against those that other sources speak of.
pub(super) struct Judging<'a> {
    pub source: &'a str,
    /// On a first load all of this source's keys are in memory.
    pub first: bool,
    pub redirects: &'a Redirects,
}

/// An organization that is judged.
pub(super) struct Judged {
    pub id: Id,
    /// Was it in the directory before? Then a person decides whatever is found.
    pub settled: bool,
}

/// An organization that would join a known one, and why; or a pair for a person.
pub(super) struct Claim {
    pub new: Id,
    pub known: Id,
    pub reasons: Vec<Reason>,
    pub settled: bool,
}

/// What comes of it.
#[derive(Default)]
pub(super) struct Claims {
    /// New organizations that are known ones.
    pub joins: Vec<Claim>,
    /// Pairs for a person.
    pub unsure: Vec<Claim>,
}

/// Who carries a key.
#[derive(Default)]
struct Carriers {
    /// How many of this source.
    mine: usize,
    /// Other sources, each with how many of it.
    others: BTreeMap<String, usize>,
}

/// What keys say.
#[derive(Default)]
struct Found {
    /// Who is judged -> known ones that have a key in common with it.
    candidates: BTreeMap<u32, BTreeSet<Id>>,
    /// Who is judged -> others of its source, gone or not, with a key in common.
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

impl Judging<'_> {
    /// Judges those who have these keys; `who` says who the numbers are.
    pub async fn judge(
        &self,
        tx: &mut Tx,
        keys: Vec<(u64, u32)>,
        who: &HashMap<u32, Judged>,
    ) -> Result<Claims, StoreError> {
        let mut found = self.find(tx, keys).await?;
        if found.candidates.is_empty() {
            return Ok(Claims::default());
        }
        for known in found.candidates.values_mut() {
            // Keys name the organization a listing was first at; what a person made it part of is meant.
            *known = known.iter().map(|id| self.redirects.end(id).clone()).collect();
        }
        let different = decided_different(tx).await?;
        let sources = read_sources(tx).await?;
        let (mut same, mut unsure) = (Vec::new(), Vec::new());
        let all: Vec<(u32, BTreeSet<Id>)> = std::mem::take(&mut found.candidates).into_iter().collect();
        for batch in all.chunks(BATCH) {
            let judged = batch.iter().filter_map(|(number, _)| who.get(number)).map(|one| &one.id);
            let ids: BTreeSet<&Id> = judged.chain(batch.iter().flat_map(|(_, known)| known)).collect();
            let profiles = profiles(tx, &ids, &sources).await?;
            for (number, known) in batch {
                let Some(one) = who.get(number) else { continue };
                let none = BTreeSet::new();
                let twins = found.twins.get(number).unwrap_or(&none);
                let open = |other: &&Id| {
                    let mut mine = twins.iter().chain([&one.id]);
                    **other != one.id && !mine.any(|mine| different.contains(&pair_of(mine, other)))
                };
                let known: Vec<&Id> = known.iter().filter(open).collect();
                self.judge_one(one, &known, &profiles, &found, (&mut same, &mut unsure));
            }
        }
        let joins = only_claims(same, &mut unsure);
        Ok(Claims { joins, unsure })
    }

    /// Looks up keys.
    async fn find(&self, tx: &mut Tx, mut keys: Vec<(u64, u32)>) -> Result<Found, StoreError> {
        keys.sort_unstable();
        keys.dedup();
        let mut found = Found::default();
        let groups: Vec<&[(u64, u32)]> = keys.chunk_by(|a, b| a.0 == b.0).collect();
        for batch in groups.chunks(BATCH) {
            let list: Vec<u64> = batch.iter().map(|group| group[0].0).collect();
            let mut rows = carriers(tx, &list, self.first.then_some(self.source)).await?;
            for group in batch {
                if let Some(rows) = rows.remove(&group[0].0) {
                    found.note(group, rows, self.source);
                }
            }
        }
        Ok(found)
    }

    fn judge_one(
        &self,
        one: &Judged,
        known: &[&Id],
        profiles: &HashMap<Id, Portrait>,
        found: &Found,
        (same, unsure): (&mut Vec<Claim>, &mut Vec<Claim>),
    ) {
        let Some(mine) = profiles.get(&one.id) else { return };
        let (mut fits, mut doubts) = (Vec::new(), Vec::new());
        for other in known {
            let Some(theirs) = profiles.get(*other).filter(|known| !known.sources.contains(self.source)) else {
                continue;
            };
            let shared = |key: &Key| found.shared.contains(&key.short());
            let lone = |key: &Key| found.carriers.get(&key.short()).is_some_and(|c| c.is_lone(&theirs.sources));
            let (new, known) = (one.id.clone(), (*other).clone());
            let claim = |reasons| Claim { new, known, reasons, settled: one.settled };
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
        let has_its_place = !fits.is_empty() || (one.settled && mine.sources.len() > 1);
        if !has_its_place {
            unsure.append(&mut doubts);
        }
        same.append(&mut fits);
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

/// Of those that would join, the new ones whose place nobody else claims; the others are for a person.
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
    let (mut settled, joins): (Vec<Claim>, Vec<Claim>) = alone.into_iter().partition(|claim| claim.settled);
    unsure.append(&mut settled);
    joins
}

/// A pair, whichever is named first.
pub(super) fn pair_of(a: &Id, b: &Id) -> (Id, Id) {
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
