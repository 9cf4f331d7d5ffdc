//! One integration binary: a file per story.
#![allow(missing_docs, clippy::missing_panics_doc, reason = "tests are read, not documented")]

mod acceptance;
mod admin;
mod agents;
mod arrows;
mod changes;
mod decided;
mod decisions;
mod doors;
mod dumps;
mod faults;
mod fhir;
mod generator;
mod guarding;
mod import;
mod kill;
mod kill_approvals;
mod lists;
mod matching;
mod loads;
mod managed;
mod past;
mod people;
mod postgres;
mod program;
mod real;
mod register;
mod relevance;
mod schema;
mod serve;
mod store;
mod submissions;
mod support;
mod sync;
mod threats;
