//! How often pages of organizations were opened and doors taken, since it was written down last: in memory, nothing of who
//! did it.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use jiff::civil::Date;

use crate::model::id::Id;

/// Different counts that are remembered at once; what comes beyond is not counted.
const MOST: usize = 50_000;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Visit {
    /// A page was opened.
    View,
    /// A door was taken.
    Door,
}

impl Visit {
    /// The word in the store, and that pages send.
    pub fn word(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Door => "door",
        }
    }

    /// What a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::View, Self::Door].into_iter().find(|visit| visit.word() == word)
    }
}

/// The counts of one day: of what, the word, how often.
pub type OfDay = (Date, Vec<(Id, &'static str, i64)>);

/// Counts that are not written down yet.
#[derive(Debug, Default)]
pub struct Visits(Mutex<HashMap<(Date, Id, Visit), i64>>);

impl Visits {
    /// One more.
    pub fn note(&self, day: Date, id: Id, visit: Visit) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (day, id, visit);
        if counts.len() < MOST || counts.contains_key(&key) {
            *counts.entry(key).or_default() += 1;
        }
    }

    /// Everything since the last time, by day.
    pub fn take(&self) -> Vec<OfDay> {
        let counts = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let mut days: HashMap<Date, Vec<(Id, &'static str, i64)>> = HashMap::new();
        for ((day, id, visit), n) in counts {
            days.entry(day).or_default().push((id, visit.word(), n));
        }
        days.into_iter().collect()
    }
}
