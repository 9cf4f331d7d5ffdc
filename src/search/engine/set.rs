//! The segments that are searched now. A set never changes: a change makes a new one.

use std::sync::Arc;

use super::{bits::Bits, segment::Segment};
use crate::{
    model::id::Id,
    search::entry::{id_key, id_term},
};

/// A segment and those in it that have gone since it was made.
#[derive(Debug, Clone)]
pub struct Part {
    /// The name of its files.
    pub name: u64,
    /// The organizations.
    pub segment: Arc<Segment>,
    /// Gone, or replaced in a later segment.
    pub dead: Arc<Bits>,
    /// The name of the file that says so; 0 = nobody has gone.
    pub dead_name: u64,
    /// How many are not.
    pub alive: usize,
}

impl Part {
    /// Every organization of a segment.
    pub fn whole(name: u64, segment: Segment) -> Self {
        let (dead, alive) = (Bits::none(segment.count()), segment.count() as usize);
        Self { name, segment: Arc::new(segment), dead: Arc::new(dead), dead_name: 0, alive }
    }

    /// These have gone, as the file of this name says.
    pub fn gone(&mut self, name: u64, dead: Bits) {
        self.alive = self.segment.count() as usize - dead.count();
        (self.dead_name, self.dead) = (name, Arc::new(dead));
    }

    /// The number of an organization that has not gone.
    pub fn find(&self, id: &Id) -> Option<u32> {
        let key = id_key(id.bytes());
        let docs = self.segment.terms.get(&id_term(id)).iter().copied();
        docs.filter(|doc| self.segment.id_keys[*doc as usize] == key).find(|doc| !self.dead.has(*doc))
    }
}

/// All segments.
#[derive(Debug, Clone, Default)]
pub struct Set {
    /// Oldest first.
    pub parts: Vec<Part>,
    /// Number of the last revision in it.
    pub at: i64,
}

impl Set {
    /// Those who carry a term and have not gone: the place of their segment and their number there, the best of each
    /// segment first.
    pub fn carrying(&self, term: &str) -> impl Iterator<Item = (usize, u32)> {
        self.parts.iter().enumerate().flat_map(move |(place, part)| {
            let docs = part.segment.terms.get(term).iter().copied();
            docs.filter(|doc| !part.dead.has(*doc)).map(move |doc| (place, doc))
        })
    }

    /// How many organizations.
    pub fn count(&self) -> usize {
        self.parts.iter().map(|part| part.alive).sum()
    }
}
