//! Rows that went and rows that came under the same name: a list that moves a door often gives the row a new key too.
//!
//! What holds: the only new row with the name and place of the only row that went keeps that row's organization. Where
//! that is not sure (several of one name, another ZIP code, a row that went with an earlier load) the new organization
//! stays one of its own, but what was trusted under that name comes with it: its first door on another domain waits like
//! any change. Memory grows with the rows that are new and that nothing else knows, not with the store.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    hash::{DefaultHasher, Hash, Hasher as _},
};

use serde_json::json;
use sqlx::any::AnyRow;

use super::{Incoming, Intake};
use crate::{
    model::{
        id::Id,
        listing::Body,
        matching::{name::Name, place::Spot},
        place::Place,
        text::match_form,
    },
    store::{
        StoreError,
        db::{Cells, parse, row, text},
    },
};

/// How many rows are read at once.
const PAGE: i64 = 2_000;
/// Of how many organizations of its name a new one remembers the doors.
const ELDERS: usize = 20;

/// What a row is called, and where it is: numbers, to be compared.
pub(super) struct Call {
    /// Its name with its place; without one with its state, or alone.
    exact: u64,
    /// Its names, as matching reads them.
    names: BTreeSet<u64>,
    /// States it is in, as far as it says.
    states: BTreeSet<String>,
}

impl Call {
    /// Nothing for a row that is called nothing.
    fn of(body: &Body) -> Option<Self> {
        let name = match_form(body.name());
        if name.is_empty() {
            return None;
        }
        let aliases: &[String] = match body {
            Body::Organization(facts) => &facts.aliases,
            Body::App(_) => &[],
        };
        let subject = body.subject();
        let forms = std::iter::once(body.name()).chain(aliases.iter().map(String::as_str)).flat_map(Name::all);
        let mut names: BTreeSet<u64> = forms.map(|name| short(&(subject, name.form()))).collect();
        names.insert(short(&(subject, &name)));
        let (place, parent, states) = match body {
            Body::App(_) => (String::new(), String::new(), BTreeSet::new()),
            Body::Organization(facts) => {
                let said = facts.places.iter().filter_map(|place| Spot::read(place).state);
                let mut states: BTreeSet<String> = said.collect();
                if states.is_empty() {
                    states.extend(facts.areas.iter().filter(|area| *area != "US").cloned());
                }
                let state = || states.iter().cloned().collect::<Vec<_>>().join(" ");
                let place = facts.places.first().map_or_else(state, Place::key);
                (place, match_form(facts.part_of_name.as_deref().unwrap_or_default()), states)
            }
        };
        Some(Self { exact: short(&(subject, &name, &parent, &place)), names, states })
    }

    /// May the two be in one place, for all they say?
    fn may_be_at(&self, states: &BTreeSet<String>) -> bool {
        self.states.is_empty() || states.is_empty() || !self.states.is_disjoint(states)
    }
}

fn short(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// What new rows that nothing strong knows are called.
#[derive(Default)]
pub(super) struct Unknown {
    /// Their names, and strong marks of theirs: a row that went before may have had them.
    names: HashSet<u64>,
    /// Exact -> the customer that is called so; nothing when there are several.
    exact: HashMap<u64, Option<u64>>,
}

impl Unknown {
    pub(super) fn add(&mut self, listing: &Incoming) {
        self.names.extend(listing.marks.lines().map(mark));
        let Some(call) = Call::of(&listing.body) else { return };
        self.names.extend(&call.names);
        // Rows of one group are one customer.
        let (kind, of) = if listing.group.is_empty() { (0, &listing.key) } else { (1, &listing.group) };
        let customer = short(&(kind, of));
        self.exact
            .entry(call.exact)
            .and_modify(|known| *known = known.filter(|known| *known == customer))
            .or_insert(Some(customer));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}

/// A row that went.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Gone {
    subject: String,
    exact: u64,
    states: BTreeSet<String>,
    /// Does it go with this load?
    now: bool,
}

/// A strong mark, as a number beside those of names.
fn mark(text: &str) -> u64 {
    short(&("mark", text))
}

/// Rows that went and are called like new ones.
#[derive(Default)]
pub(super) struct Namesakes {
    gone: HashMap<u64, BTreeSet<Gone>>,
    /// Strong marks of rows that went -> their organizations.
    marked: HashMap<u64, BTreeSet<String>>,
    /// Exact -> the only organization of the rows that go with this load, when one new customer alone is called so.
    heirs: HashMap<u64, String>,
}

impl Namesakes {
    /// The organization that this row keeps.
    pub(super) fn organization(&self, body: &Body) -> Option<&String> {
        self.heirs.get(&Call::of(body)?.exact)
    }

    /// Organizations that were called so, or had a strong mark of it: what was trusted there is remembered.
    pub(super) fn elders(&self, listing: &Incoming) -> BTreeSet<String> {
        let marks = listing.marks.lines().filter_map(|text| self.marked.get(&mark(text))).flatten().cloned();
        let call = Call::of(&listing.body);
        let called = call.iter().flat_map(|call| call.names.iter().filter_map(|name| self.gone.get(name)));
        let here = |gone: &&Gone| call.as_ref().is_some_and(|call| call.may_be_at(&gone.states));
        let called = called.flatten().filter(here);
        marks.chain(called.map(|gone| gone.subject.clone())).take(ELDERS).collect()
    }

    fn add(&mut self, unknown: &Unknown, row: &AnyRow, now: bool) -> Result<(), StoreError> {
        let (subject, marks, body): (_, _, Body) = (text(row, 1)?, text(row, 2)?, parse("a listing", &text(row, 3)?)?);
        for mark in marks.lines().map(mark).filter(|mark| unknown.names.contains(mark)) {
            self.marked.entry(mark).or_default().insert(subject.clone());
        }
        let Some(call) = Call::of(&body) else { return Ok(()) };
        for name in call.names.iter().filter(|name| unknown.names.contains(name)) {
            let (subject, states) = (subject.clone(), call.states.clone());
            self.gone.entry(*name).or_default().insert(Gone { subject, exact: call.exact, states, now });
        }
        Ok(())
    }

    fn subjects(&self) -> BTreeSet<String> {
        let called = self.gone.values().flatten().map(|gone| &gone.subject);
        called.chain(self.marked.values().flatten()).cloned().collect()
    }

    /// Organizations that have a row of this source still have not gone; then it is told who keeps what.
    fn settle(&mut self, unknown: &Unknown, alive: &HashSet<String>) {
        let mut exact: HashMap<u64, BTreeSet<String>> = HashMap::new();
        for subjects in self.marked.values_mut() {
            subjects.retain(|subject| !alive.contains(subject));
        }
        for gone in self.gone.values_mut() {
            gone.retain(|gone| !alive.contains(&gone.subject));
            for one in gone.iter().filter(|gone| gone.now) {
                exact.entry(one.exact).or_default().insert(one.subject.clone());
            }
        }
        let only = |mark: &u64| unknown.exact.get(mark).is_some_and(Option::is_some);
        for (mark, subjects) in exact.into_iter().filter(|(mark, _)| only(mark)) {
            if let (1, Some(subject)) = (subjects.len(), subjects.into_iter().next()) {
                self.heirs.insert(mark, subject);
            }
        }
    }
}

impl Intake {
    /// Did any row of this source go, now or before?
    pub(super) async fn anything_gone(&mut self, absent: &BTreeMap<String, String>) -> Result<bool, StoreError> {
        if self.first || !absent.is_empty() {
            return Ok(!self.first);
        }
        let sql = "SELECT 1 FROM listing WHERE source = $1 AND present = 0 LIMIT 1";
        let found = sqlx::query(sql).bind(self.head.source.id.clone()).fetch_optional(&mut *self.tx.inner).await?;
        Ok(found.is_some())
    }

    /// Rows that went and are called like new ones. Everything that is known by a strong mark has its organization.
    pub(super) async fn namesakes(
        &mut self,
        absent: &BTreeMap<String, String>,
        unknown: &Unknown,
    ) -> Result<Namesakes, StoreError> {
        let mut found = Namesakes::default();
        if unknown.is_empty() {
            return Ok(found);
        }
        let source = json!(self.head.source.id);
        let keys: Vec<String> = absent.keys().cloned().collect();
        let sql = "SELECT key, subject_id, marks, body FROM listing WHERE source = $2 AND key IN {in}";
        for keys in keys.chunks(PAGE as usize) {
            for row in &self.tx.select_in(sql, keys, std::slice::from_ref(&source)).await? {
                found.add(unknown, row, true)?;
            }
        }
        self.gone_before(unknown, &mut found).await?;
        let subjects: Vec<String> = found.subjects().into_iter().collect();
        let sql = "SELECT key, subject_id FROM listing WHERE source = $2 AND present = 1 AND subject_id IN {in}";
        let mut alive = HashSet::new();
        for some in subjects.chunks(PAGE as usize) {
            for row in &self.tx.select_in(sql, some, std::slice::from_ref(&source)).await? {
                if !absent.contains_key(&text(row, 0)?) {
                    alive.insert(text(row, 1)?);
                }
            }
        }
        found.settle(unknown, &alive);
        Ok(found)
    }

    /// Rows that an earlier load left out or closed, or that this one closes.
    async fn gone_before(&mut self, unknown: &Unknown, found: &mut Namesakes) -> Result<(), StoreError> {
        let mut last = String::new();
        loop {
            let sql = "SELECT key, subject_id, marks, body FROM listing WHERE source = $1 AND present = 0 AND key > $2 \
                 ORDER BY key LIMIT $3";
            let query = sqlx::query(sql).bind(self.head.source.id.clone()).bind(last.clone()).bind(PAGE);
            let rows = query.fetch_all(&mut *self.tx.inner).await?;
            if rows.is_empty() {
                return Ok(());
            }
            for row in &rows {
                last = text(row, 0)?;
                found.add(unknown, row, false)?;
            }
        }
    }

    /// What was trusted under a name that went is remembered where that name is new.
    pub(super) async fn remember_elders(&mut self) -> Result<(), StoreError> {
        // Those that joined a known organization have its memory.
        let heirs: Vec<(Id, BTreeSet<String>)> = std::mem::take(&mut self.resolver.elders)
            .into_iter()
            .filter(|(id, _)| self.made.contains_key(id))
            .collect();
        for some in heirs.chunks(PAGE as usize) {
            let elders: BTreeSet<&String> = some.iter().flat_map(|(_, elders)| elders).collect();
            let elders: Vec<String> = elders.into_iter().cloned().collect();
            let mut doors: HashMap<String, Vec<(String, String)>> = HashMap::new();
            let sql = "SELECT subject_id, role, trust_key FROM trusted_door WHERE subject_id IN {in}";
            for row in &self.tx.select_in(sql, &elders, &[]).await? {
                doors.entry(text(row, 0)?).or_default().push((text(row, 1)?, text(row, 2)?));
            }
            let source = &self.head.source.id;
            let sql = "SELECT subject_id FROM endpoint_source WHERE source = $2 AND subject_id IN {in}";
            let rows = self.tx.select_in(sql, &elders, &[json!(source)]).await?;
            let gave: HashSet<String> = rows.iter().map(|row| text(row, 0)).collect::<Result<_, _>>()?;
            let (mut trusted, mut sources): (Vec<Cells>, Vec<Cells>) = (Vec::new(), Vec::new());
            for (id, elders) in some {
                let known: BTreeSet<&(String, String)> =
                    elders.iter().filter_map(|elder| doors.get(elder)).flatten().collect();
                trusted.extend(known.into_iter().map(|(role, key)| row![id, role, key]));
                if elders.iter().any(|elder| gave.contains(elder)) {
                    sources.push(row![id, source]);
                }
            }
            let conflict = "ON CONFLICT (subject_id, role, trust_key) DO NOTHING";
            self.tx.insert("trusted_door", &["subject_id", "role", "trust_key"], conflict, trusted).await?;
            let conflict = "ON CONFLICT (subject_id, source) DO NOTHING";
            self.tx.insert("endpoint_source", &["subject_id", "source"], conflict, sources).await?;
        }
        // Whose memory is not empty is merged like one that was there.
        for (id, _) in heirs {
            self.made.remove(&id);
            self.dirty.insert(id);
        }
        Ok(())
    }
}
