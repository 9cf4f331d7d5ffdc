//! Where addresses led when somebody looked a moment ago: pages that only show it need not look again.
//!
//! What holds: nothing is decided by what is in here; memory is bounded.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// For how long a look is good enough to be shown.
const GOOD: Duration = Duration::from_mins(3);
/// Addresses that are remembered.
const MOST: usize = 2_000;

/// What was seen, by address.
#[derive(Debug, Default)]
pub struct Looked(Mutex<HashMap<String, (Instant, String)>>);

impl Looked {
    /// Where an address led, when somebody looked a moment ago.
    pub fn get(&self, address: &str) -> Option<String> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(address).filter(|(at, _)| at.elapsed() < GOOD).map(|(_, led)| led.clone())
    }

    /// Remembers where an address led just now.
    pub fn put(&self, address: &str, led: &str) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST {
            all.retain(|_, (at, _)| at.elapsed() < GOOD);
        }
        if all.len() >= MOST {
            all.clear();
        }
        all.insert(address.to_owned(), (Instant::now(), led.to_owned()));
    }
}
