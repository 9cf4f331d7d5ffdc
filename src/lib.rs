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
pub mod register;
pub mod logos;
pub mod backup;
pub mod config;
pub mod app;
pub mod web;
pub mod r4;
pub mod brands;
pub mod dumps;
pub mod api;
pub mod site;
pub mod changes;
pub mod fhir;
pub mod legacy;
pub mod mcp;
pub mod embed;
pub mod mail;
pub mod accounts;
pub mod claims;
pub mod profile;
pub mod moderation;
pub mod manage;
pub mod review;
pub mod routes;
