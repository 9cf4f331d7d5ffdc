//! A profile as its owner edits it.
