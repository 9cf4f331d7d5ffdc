//! Going through the matches once: counts them all, keeps the best by a rough order.
//!
//! Parts of one organization (its places, by `partOf`) and that organization are one candidate when that is asked for.
//! The rough order reads numbers beside the documents and never the documents; `ranking` orders the best of it finely.

use std::{
    cmp::Reverse,
    collections::{HashMap, hash_map::Entry},
    hash::{BuildHasherDefault, Hasher},
};

use tantivy::{
    DocAddress, DocId, Score, SegmentOrdinal, SegmentReader,
    collector::{Collector, SegmentCollector},
    columnar::Column,
};

use super::{document::unpack, ranking};
use crate::geo::{self, Point};

/// A rough order: greater is better. Points, then name, then id.
type Key = (i64, Reverse<(u64, u64)>, Reverse<u64>);

/// One match.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// Where its document is.
    pub at: DocAddress,
    /// What the index gave for the words.
    pub score: Score,
    /// Miles to its nearest place.
    pub miles: Option<f64>,
    /// How many parts of one organization it stands for, itself among them when it is a part; 0 = it stands alone.
    pub parts: u32,
    /// The end of its id as a number.
    id_key: u64,
    key: Key,
}

/// What is gathered: how many, and how.
#[derive(Debug, Clone)]
pub struct Gather {
    /// The best so many are kept.
    pub wanted: usize,
    /// Measure from here.
    pub near: Option<Point>,
    /// Leave out what is farther.
    pub within: Option<f64>,
    /// Distance alone makes the order.
    pub by_distance: bool,
    /// How many words were asked for.
    pub words: usize,
    /// Parts of one organization, and that organization, share one candidate.
    pub fold: bool,
}

/// What was gathered.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Gathered {
    /// How many match.
    pub total: usize,
    /// How many candidates they make when they are folded.
    pub cards: usize,
    /// The best, best first.
    pub best: Vec<Candidate>,
}

/// What one segment gave, before parts are brought together.
#[derive(Debug, Default)]
pub struct Harvest {
    total: usize,
    best: Vec<Candidate>,
    folds: Folds,
}

/// The parts met so far, by the organization they are part of, and whoever is no part.
#[derive(Debug, Default)]
struct Folds {
    /// The end of an id -> its best part, which carries how many there are.
    parts: HashMap<u64, Candidate, BuildHasherDefault<OwnHash>>,
    /// The ends of the ids of all others that match: it is known only at the end which of them have parts.
    heads: Vec<u64>,
}

impl Folds {
    fn add(&mut self, of: u64, part: Candidate) {
        match self.parts.entry(of) {
            Entry::Vacant(place) => {
                place.insert(part);
            }
            Entry::Occupied(mut known) => {
                let parts = known.get().parts + part.parts;
                let better = if part.key > known.get().key { part } else { *known.get() };
                known.insert(Candidate { parts, ..better });
            }
        }
    }

    fn take(&mut self, other: Self) {
        for (of, part) in other.parts {
            self.add(of, part);
        }
        self.heads.extend(other.heads);
    }

    /// How many candidates all of them make.
    fn cards(&self) -> usize {
        let with_parts = self.heads.iter().filter(|head| self.parts.contains_key(head)).count();
        self.heads.len() + self.parts.len() - with_parts
    }

    /// Brings the parts to their heads: the head stands for all of them, where the best of them would stand; near a
    /// place the best of them stands for the head.
    fn fold(mut self, best: &mut Vec<Candidate>, near: bool) {
        for head in best.iter_mut() {
            if let Some(part) = self.parts.remove(&head.id_key) {
                let key = head.key.max(part.key);
                let shown = if near && part.key > head.key { part } else { *head };
                *head = Candidate { key, parts: part.parts, ..shown };
            }
        }
        // One part alone is nothing to unfold.
        let alone = |part: Candidate| Candidate { parts: if part.parts > 1 { part.parts } else { 0 }, ..part };
        best.extend(self.parts.into_values().map(alone));
    }
}

/// Ends of ids are random already.
#[derive(Debug, Default)]
struct OwnHash(u64);

impl Hasher for OwnHash {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }
    fn write_u64(&mut self, number: u64) {
        // The table takes its place from both ends of the number.
        self.0 = number ^ number.rotate_left(32);
    }
}

impl Collector for Gather {
    type Fruit = Gathered;
    type Child = SegmentGather;

    fn for_segment(&self, ordinal: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<SegmentGather> {
        let fast = segment.fast_fields();
        let points = if self.near.is_some() { fast.column_opt("points")? } else { None };
        Ok(SegmentGather {
            gather: self.clone(),
            ordinal,
            points,
            listed: fast.u64("listed")?,
            wide: fast.u64("wide")?,
            length: fast.u64("length")?,
            name_key: fast.u64("name_key")?,
            name_key_2: fast.u64("name_key_2")?,
            id_key: fast.u64("id_key")?,
            part_of_key: fast.u64("part_of_key")?,
            harvest: Harvest::default(),
        })
    }

    fn requires_scoring(&self) -> bool {
        !self.by_distance
    }

    fn merge_fruits(&self, fruits: Vec<Harvest>) -> tantivy::Result<Gathered> {
        let mut gathered = Gathered::default();
        let mut folds = Folds::default();
        for fruit in fruits {
            gathered.total += fruit.total;
            gathered.best.extend(fruit.best);
            folds.take(fruit.folds);
        }
        gathered.cards = if self.fold { folds.cards() } else { gathered.total };
        folds.fold(&mut gathered.best, self.near.is_some());
        keep_best(&mut gathered.best, self.wanted);
        Ok(gathered)
    }
}

/// Sorts and cuts.
fn keep_best(best: &mut Vec<Candidate>, wanted: usize) {
    best.sort_unstable_by_key(|candidate| Reverse(candidate.key));
    best.truncate(wanted);
}

/// The part of one segment.
pub struct SegmentGather {
    gather: Gather,
    ordinal: SegmentOrdinal,
    points: Option<Column<u64>>,
    listed: Column<u64>,
    wide: Column<u64>,
    length: Column<u64>,
    name_key: Column<u64>,
    name_key_2: Column<u64>,
    id_key: Column<u64>,
    part_of_key: Column<u64>,
    harvest: Harvest,
}

impl SegmentGather {
    fn miles(&self, doc: DocId) -> Option<f64> {
        let (from, points) = (self.gather.near?, self.points.as_ref()?);
        points.values_for_doc(doc).map(|packed| geo::miles(from, unpack(packed))).min_by(f64::total_cmp)
    }

    fn key(&self, doc: DocId, score: Score, miles: Option<f64>) -> Key {
        let number = |column: &Column<u64>| column.first(doc).unwrap_or_default();
        let listed = number(&self.listed) == 1;
        let points = if self.gather.by_distance {
            ranking::nearness_order(miles, listed)
        } else {
            let extra = (number(&self.length) as usize).saturating_sub(self.gather.words);
            let near = self.gather.near.map_or(0.0, |_| ranking::near(miles, number(&self.wide) == 1));
            ranking::in_thousandths(f64::from(score) + ranking::listed(listed) + near + ranking::extra(extra))
        };
        let name = (number(&self.name_key), number(&self.name_key_2));
        (points, Reverse(name), Reverse(number(&self.id_key)))
    }
}

impl SegmentCollector for SegmentGather {
    type Fruit = Harvest;

    fn collect(&mut self, doc: DocId, score: Score) {
        let miles = self.miles(doc);
        let inside = self.gather.within.is_none_or(|limit| miles.is_some_and(|miles| miles <= limit));
        if !inside {
            return;
        }
        self.harvest.total += 1;
        let at = DocAddress::new(self.ordinal, doc);
        let id_key = self.id_key.first(doc).unwrap_or_default();
        let candidate = Candidate { at, score, miles, parts: 0, id_key, key: self.key(doc, score, miles) };
        if self.gather.fold {
            match self.part_of_key.first(doc).unwrap_or_default() {
                0 => self.harvest.folds.heads.push(id_key),
                of => return self.harvest.folds.add(of, Candidate { parts: 1, ..candidate }),
            }
        }
        let best = &mut self.harvest.best;
        best.push(candidate);
        // Cutting now and then keeps this linear: select, not sort.
        if best.len() >= 4 * self.gather.wanted.max(64) {
            let wanted = self.gather.wanted;
            best.select_nth_unstable_by_key(wanted, |candidate| Reverse(candidate.key));
            best.truncate(wanted);
        }
    }

    fn harvest(mut self) -> Harvest {
        keep_best(&mut self.harvest.best, self.gather.wanted);
        self.harvest
    }
}
