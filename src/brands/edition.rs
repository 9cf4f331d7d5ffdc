//! One picture of all brands: who is among them, where their entries lie, and since when each list is as it is. It is never
//! changed; the next one takes its place.
//!
//! What holds: a Bundle that has a brand has what the brand refers to, its endpoints and the brand it is part of; the same
//! endpoint stands in it once, as the organization with the lowest id that can say it tells of it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use super::{
    pages::{BETWEEN, Pages, Span, joined},
    say::{EndpointLeftOut, LeftOut},
    slice::Slice,
};
use crate::{
    model::id::{Id, ThingKind},
    register::Key,
    store::SliceState,
};

/// An endpoint as one brand tells of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    /// Which.
    pub key: Key,
    /// Where its entry lies.
    pub span: Span,
    /// Hash of its entry.
    pub print: u64,
}

/// A hash of content, and since when it is that, in microseconds since 1970 UTC.
pub type Since = (u64, i64);

/// An organization that is a brand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// What lists are chosen by ([`super::slice::marks`]).
    pub areas: u64,
    /// The same.
    pub vendors: u32,
    /// Where its entry lies.
    pub span: Span,
    /// Hash of its entry.
    pub print: u64,
    /// What it is part of.
    pub part_of: Option<Key>,
    /// Is it written as standing under that?
    pub under: bool,
    /// Its endpoints.
    pub ends: Box<[End]>,
    /// Links to endpoints that cannot be said, in the order of [`EndpointLeftOut::ALL`].
    pub left: [u16; 3],
    /// Its last revision, in microseconds since 1970 UTC.
    pub at: i64,
    /// The Bundle of it alone; nothing while it was never made.
    pub since: Option<Since>,
}

/// What became of an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It is no brand.
    Left(LeftOut),
    /// It is one.
    Said(Arc<Said>),
}

/// An organization.
#[derive(Debug, Clone)]
pub struct Row {
    /// Whose.
    pub key: Key,
    /// What became of it.
    pub standing: Standing,
}

/// Puts changes into rows; both stand in the order of keys, and of a key there is one. Nothing in a change: it is gone.
pub fn merged(rows: &[Row], changes: Vec<(Key, Option<Standing>)>) -> Vec<Row> {
    let mut all = Vec::with_capacity(rows.len() + changes.len());
    let mut from = 0;
    for (key, standing) in changes {
        let upto = from + rows[from..].partition_point(|row| row.key < key);
        all.extend_from_slice(&rows[from..upto]);
        from = upto + usize::from(rows.get(upto).is_some_and(|row| row.key == key));
        all.extend(standing.map(|standing| Row { key, standing }));
    }
    all.extend_from_slice(&rows[from..]);
    all
}

/// The brand with a key.
pub fn find<'r>(rows: &'r [Row], key: &Key) -> Option<&'r Arc<Said>> {
    let at = rows.binary_search_by(|row| row.key.cmp(key)).ok()?;
    match &rows[at].standing {
        Standing::Said(said) => Some(said),
        Standing::Left(_) => None,
    }
}

/// May a brand stand under what it is part of? That must be a brand, and stand under none itself: a hierarchy "SHALL NOT
/// exceed depth two" (SMART App Launch 2.2.0, section 8). In a circle nobody stands under anybody.
pub fn under(rows: &[Row], said: &Said) -> bool {
    let parent = said.part_of.as_ref().and_then(|key| find(rows, key));
    parent.is_some_and(|parent| parent.part_of.is_none_or(|key| find(rows, &key).is_none()))
}

/// How a list stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    /// Hash of its content.
    pub hash: u64,
    /// Since when it is that, in microseconds since 1970 UTC.
    pub at: i64,
}

impl State {
    /// Its entity tag, weak: the same content may go out compressed or not.
    pub fn tag(self) -> String {
        format!("W/\"{:x}-{:x}\"", self.at, self.hash)
    }
}

/// The stretches of the file that are the entries of a Bundle.
#[derive(Debug, PartialEq, Eq)]
pub struct Cut {
    /// First byte and length of each; the first begins with its entry, not with a comma.
    pub stretches: Vec<(u64, u64)>,
}

impl Cut {
    fn new(spans: Vec<Span>) -> Self {
        let mut stretches = joined(spans);
        if let Some((from, len)) = stretches.first_mut() {
            let comma = BETWEEN.len() as u64;
            (*from, *len) = (*from + comma, *len - comma);
        }
        Self { stretches }
    }

    /// Its length.
    pub fn len(&self) -> u64 {
        self.stretches.iter().map(|(_, len)| len).sum()
    }
}

/// Numbers of an edition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Organizations of the directory.
    pub organizations: u64,
    /// Those that are brands.
    pub brands: u64,
    /// Those that are none, in the order of [`LeftOut::ALL`].
    pub left: [u64; 4],
    /// Endpoints of the brands.
    pub endpoints: u64,
    /// Links of brands to endpoints that cannot be said, in the order of [`EndpointLeftOut::ALL`].
    pub endpoints_left: [u64; EndpointLeftOut::ALL.len()],
    /// Brands that name an endpoint, their own or their parent's.
    pub connected: u64,
}

/// The picture.
#[derive(Debug)]
pub struct Edition {
    /// The revision it stands at.
    pub revision: i64,
    /// Where the entries lie.
    pub pages: Arc<Pages>,
    /// Numbers.
    pub counts: Counts,
    /// Bytes of the file that are in use, about.
    pub live: u64,
    rows: Vec<Row>,
    ends: HashMap<Key, (Span, u64)>,
    /// Who stands under whom, by the parent.
    parts: Vec<(Key, u32)>,
    slices: HashMap<Slice, State>,
    cuts: Mutex<HashMap<Slice, Arc<Cut>>>,
}

/// When something changed that was as it was since `before`: the time of the last revision, or a later one when that is
/// no later than what was told last (the program writes entries in another way than it did, say).
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// Time of the last revision, in microseconds since 1970 UTC.
    pub revision: i64,
    /// Now.
    pub now: i64,
}

impl Moment {
    fn after(self, before: i64) -> i64 {
        // Moments are told in milliseconds.
        if self.revision / 1_000 > before / 1_000 { self.revision } else { self.now.max(before + 1_000) }
    }
}

/// What must be known of the edition before.
#[derive(Debug, Default)]
pub struct Before {
    /// Lists, as they stood.
    pub slices: HashMap<Slice, State>,
}

/// What changed since, for the store.
pub type Changes = Vec<(String, SliceState)>;

impl Edition {
    /// The picture of these rows, in the order of keys; and what changed against the one before.
    pub fn new(
        mut rows: Vec<Row>,
        pages: Arc<Pages>,
        revision: i64,
        before: &Before,
        moment: Moment,
    ) -> (Self, Changes) {
        let mut ends: HashMap<Key, (Span, u64)> = HashMap::new();
        let mut parts: Vec<(Key, u32)> = Vec::new();
        let mut counts = Counts { organizations: rows.len() as u64, ..Counts::default() };
        for (at, row) in rows.iter().enumerate() {
            match &row.standing {
                Standing::Left(why) => {
                    counts.left[LeftOut::ALL.iter().position(|known| known == why).unwrap_or_default()] += 1;
                }
                Standing::Said(said) => {
                    counts.brands += 1;
                    for end in &said.ends {
                        ends.entry(end.key).or_insert((end.span, end.print));
                    }
                    parts.extend(said.part_of.filter(|_| said.under).map(|parent| (parent, at as u32)));
                    counts.endpoints_left.iter_mut().zip(said.left).for_each(|(sum, n)| *sum += u64::from(n));
                }
            }
        }
        parts.sort_unstable();
        counts.endpoints = ends.len() as u64;
        let deep: Vec<u64> = rows.iter().map(|row| deep(&rows, &ends, row)).collect();
        let mut changes = Changes::new();
        let mut slices: HashMap<Slice, (u64, i64)> = HashMap::new();
        let mut live = ends.values().map(|(span, _)| u64::from(span.len)).sum();
        for at in 0..rows.len() {
            let row = &rows[at];
            let Standing::Said(said) = &row.standing else { continue };
            let parent = said.part_of.filter(|_| said.under).and_then(|key| find(&rows, &key));
            counts.connected += u64::from(!said.ends.is_empty() || parent.is_some_and(|p| !p.ends.is_empty()));
            live += u64::from(said.span.len);
            let below = below(&parts, &row.key).map(|part| deep[part as usize]).fold(0, u64::wrapping_add);
            let whole = mix(deep[at], below);
            let since = match said.since {
                Some((hash, since)) if hash == whole => since,
                Some((_, since)) => moment.after(since),
                None => said.at,
            };
            for slice in Slice::of(said.areas, said.vendors) {
                let (sum, newest) = slices.entry(slice).or_default();
                *sum = sum.wrapping_add(deep[at]);
                *newest = (*newest).max(since);
            }
            if said.since != Some((whole, since)) {
                let id = Id::new(ThingKind::Organization, uuid::Uuid::from_bytes(row.key));
                changes.push((id.to_string(), state(whole, since)));
                let said = Said { since: Some((whole, since)), ..Said::clone(said) };
                rows[at].standing = Standing::Said(Arc::new(said));
            }
        }
        let mut now = HashMap::with_capacity(slices.len());
        let gone = before.slices.keys().filter(|slice| !slices.contains_key(slice)).map(|slice| (*slice, (0, 0)));
        for (slice, (hash, newest)) in gone.chain(slices.iter().map(|(slice, sum)| (*slice, *sum))) {
            let at = match before.slices.get(&slice) {
                Some(known) if known.hash == hash => known.at,
                Some(known) => moment.after(known.at),
                None => newest,
            };
            if before.slices.get(&slice) != Some(&State { hash, at }) {
                changes.push((slice.name(), state(hash, at)));
            }
            now.insert(slice, State { hash, at });
        }
        let cuts = Mutex::default();
        (Self { revision, pages, counts, live, rows, ends, parts, slices: now, cuts }, changes)
    }

    /// Its rows, in the order of keys.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// How its lists stand.
    pub fn slices(&self) -> &HashMap<Slice, State> {
        &self.slices
    }

    /// How a list stands; one that never had a brand is as old as the whole.
    pub fn state(&self, slice: Slice) -> State {
        let all = || State { hash: 0, at: self.slices.get(&Slice::ALL).map_or(0, |all| all.at) };
        self.slices.get(&slice).copied().unwrap_or_else(all)
    }

    /// The entries of a list.
    pub fn cut(&self, slice: Slice) -> Arc<Cut> {
        if let Some(known) = self.cuts.lock().unwrap_or_else(PoisonError::into_inner).get(&slice) {
            return known.clone();
        }
        let mut spans = Vec::new();
        for row in &self.rows {
            if let Standing::Said(said) = &row.standing
                && slice.takes(said.areas, said.vendors)
            {
                self.collect(said, &mut spans);
            }
        }
        let cut = Arc::new(Cut::new(spans));
        self.cuts.lock().unwrap_or_else(PoisonError::into_inner).insert(slice, cut.clone());
        cut
    }

    /// Why an organization is no brand; nothing when there is none with this key.
    pub fn standing(&self, key: &Key) -> Option<&Standing> {
        let at = self.rows.binary_search_by(|row| row.key.cmp(key)).ok()?;
        Some(&self.rows[at].standing)
    }

    /// How the Bundle of one brand stands.
    pub fn state_of(said: &Said) -> State {
        said.since.map_or(State { hash: 0, at: said.at }, |(hash, at)| State { hash, at })
    }

    /// The Bundle of one brand: it, what it is part of, and what is part of it.
    pub fn cut_of(&self, key: &Key, said: &Said) -> Cut {
        let mut spans = Vec::new();
        self.collect(said, &mut spans);
        for part in below(&self.parts, key) {
            if let Standing::Said(part) = &self.rows[part as usize].standing {
                self.collect(part, &mut spans);
            }
        }
        Cut::new(spans)
    }

    /// The entries of a brand, of its endpoints, and of what it stands under.
    fn collect(&self, said: &Said, spans: &mut Vec<Span>) {
        let parent = said.part_of.filter(|_| said.under).and_then(|key| find(&self.rows, &key));
        for said in std::iter::once(said).chain(parent.map(AsRef::as_ref)) {
            spans.push(said.span);
            spans.extend(said.ends.iter().filter_map(|end| self.ends.get(&end.key)).map(|(span, _)| *span));
        }
    }
}

/// The places of those who stand under a brand.
fn below<'p>(parts: &'p [(Key, u32)], key: &'p Key) -> impl Iterator<Item = u32> + 'p {
    let from = parts.partition_point(|(parent, _)| parent < key);
    parts[from..].iter().take_while(move |(parent, _)| parent == key).map(|(_, at)| *at)
}

/// The hash of all that a brand brings into a Bundle.
fn deep(rows: &[Row], ends: &HashMap<Key, (Span, u64)>, row: &Row) -> u64 {
    let Standing::Said(said) = &row.standing else { return 0 };
    let own = |said: &Said| {
        let prints = said.ends.iter().filter_map(|end| ends.get(&end.key)).map(|(_, print)| *print);
        prints.fold(said.print, mix)
    };
    let parent = said.part_of.filter(|_| said.under).and_then(|key| find(rows, &key));
    parent.map_or_else(|| own(said), |parent| mix(own(said), own(parent)))
}

/// One hash of two; which is the first matters.
fn mix(a: u64, b: u64) -> u64 {
    // The golden ratio in 64 bits spreads neighbours (Knuth, The Art of Computer Programming, section 6.4).
    (a.rotate_left(23) ^ b).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// A list as the store keeps it.
fn state(hash: u64, at: i64) -> SliceState {
    SliceState { hash: format!("{hash:016x}"), at }
}
