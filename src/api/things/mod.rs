//! The things of the API, one file each: what is written of them, and who answers.

pub mod apps;
pub mod doors;
pub mod locations;
pub mod lookup;
pub mod organizations;
pub mod revisions;
pub mod search;
pub mod sources;
pub mod statistics;
