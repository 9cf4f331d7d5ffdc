//! Connector: a public directory that takes people to the door of their own health records.
//!
//! The modules stand in the order in which data flows; arrows never go back (`tests/it/arrows.rs` keeps it so).

pub mod model;
pub mod clock;
pub mod geo;
pub mod fetch;
pub mod store;
pub mod sources;
pub mod search;
pub mod logos;
pub mod config;
pub mod app;
pub mod site;
pub mod api;
