//! Are two the same organization? A pure judgement with its reasons.
//!
//! Listings in, [`Profile`]s; profiles in, [`Key`]s to find candidates by, and a [`Verdict`] on a pair. What holds: never
//! the same by name alone, never by a number alone; what many share proves nothing; whoever is asked first, the verdict
//! is the same. `docs/matching.md` says how often it is right.

pub mod judge;
pub mod key;
pub mod name;
pub mod place;
pub mod profile;
pub mod reason;
pub mod tenant;
#[cfg(test)]
mod tests;
pub mod words;

pub use judge::{Known, Verdict, judge};
pub use key::{Class, Key};
pub use profile::Profile;
pub use reason::Reason;

/// A key that more organizations than this carry is shared, and evidence of nothing.
pub const SHARED_BY: usize = 20;
