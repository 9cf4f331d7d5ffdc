//! Anything typed is read without harm, and bounded.
#![no_main]

use connector::search::{address::Address, query};
use libfuzzer_sys::fuzz_target;

/// The most parts a query has.
const PARTS: usize = 12;

fuzz_target!(|text: &str| {
    for understood in [query::understand(text), query::words_only(text)] {
        assert!(understood.parts.len() <= PARTS);
        assert!(understood.parts.iter().all(|part| !part.words.is_empty()));
        for word in understood.words() {
            assert!(!word.form.is_empty() && word.form.is_ascii() && word.surface.is_ascii());
        }
    }
    if let Some(address) = Address::typed(text) {
        assert!(!address.levels.is_empty());
        assert!(address.lookups().count() <= address.levels.len());
    }
});
