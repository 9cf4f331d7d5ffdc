//! One integration binary: a file per story.
#![allow(missing_docs, clippy::missing_panics_doc, reason = "tests are read, not documented")]

mod arrows;
mod postgres;
mod store;
mod support;
