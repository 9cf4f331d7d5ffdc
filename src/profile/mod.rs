//! A profile as its owner edits it.

pub mod csv;
