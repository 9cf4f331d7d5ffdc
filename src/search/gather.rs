//! Going through the matches once: counts them all, keeps the best by a rough order.
//!
//! The rough order reads numbers beside the documents and never the documents; `ranking` orders the best of it finely.

use std::cmp::Reverse;

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
}

/// What was gathered.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Gathered {
    /// How many match.
    pub total: usize,
    /// The best, best first.
    pub best: Vec<Candidate>,
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
            gathered: Gathered::default(),
        })
    }

    fn requires_scoring(&self) -> bool {
        !self.by_distance
    }

    fn merge_fruits(&self, fruits: Vec<Gathered>) -> tantivy::Result<Gathered> {
        let total = fruits.iter().map(|fruit| fruit.total).sum();
        let mut best: Vec<Candidate> = fruits.into_iter().flat_map(|fruit| fruit.best).collect();
        keep_best(&mut best, self.wanted);
        Ok(Gathered { total, best })
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
    gathered: Gathered,
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
    type Fruit = Gathered;

    fn collect(&mut self, doc: DocId, score: Score) {
        let miles = self.miles(doc);
        let inside = self.gather.within.is_none_or(|limit| miles.is_some_and(|miles| miles <= limit));
        if !inside {
            return;
        }
        self.gathered.total += 1;
        let at = DocAddress::new(self.ordinal, doc);
        let candidate = Candidate { at, score, miles, key: self.key(doc, score, miles) };
        let best = &mut self.gathered.best;
        best.push(candidate);
        // Cutting now and then keeps this linear: select, not sort.
        if best.len() >= 4 * self.gather.wanted.max(64) {
            let wanted = self.gather.wanted;
            best.select_nth_unstable_by_key(wanted, |candidate| Reverse(candidate.key));
            best.truncate(wanted);
        }
    }

    fn harvest(mut self) -> Gathered {
        keep_best(&mut self.gathered.best, self.gather.wanted);
        self.gathered
    }
}
