//! The index itself: words with typing errors and beginnings, exact terms, places, facts; in memory, laid out so that one
//! look costs nanoseconds. It knows nothing of what a query means or which result is better.
//!
//! A [`segment::Segment`] never changes. Within one the organizations are numbered by how well known they are, so
//! whoever stops early has seen the better ones.

pub mod bits;
pub mod build;
pub mod codec;
pub mod deletions;
pub mod disk;
pub mod frequent;
pub mod lexicon;
pub mod lists;
pub mod places;
pub mod records;
pub mod segment;
pub mod set;
pub mod terms;
