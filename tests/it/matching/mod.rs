//! Matching against pairs that were labelled without it.

mod listings;
