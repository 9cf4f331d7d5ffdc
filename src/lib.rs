//! Connector: a public directory that takes people to the door of their own health records.
//!
//! The modules stand in the order in which data flows; arrows never go back (`tests/it/arrows.rs` keeps it so).

pub mod api;
pub mod app;
pub mod clock;
pub mod config;
pub mod fetch;
pub mod geo;
pub mod model;
pub mod search;
pub mod site;
pub mod sources;
pub mod store;
