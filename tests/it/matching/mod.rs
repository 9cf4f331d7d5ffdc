//! Matching against pairs that were labelled without it.

mod labels;
mod listings;
mod score;
mod store;
