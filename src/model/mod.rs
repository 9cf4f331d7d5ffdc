//! Pure values: what the directory is about, parsed once and right from then on. No I/O.

pub mod account;
pub mod change;
pub mod door;
pub mod features;
pub mod guard;
pub mod hostile;
pub mod id;
pub mod identifier;
pub mod kind;
pub mod listing;
pub mod matching;
pub mod lookalike;
pub mod merge;
pub mod notice;
pub mod organization;
pub mod origin;
pub mod place;
pub mod proposal;
pub mod provenance;
pub mod redact;
pub mod revision;
pub mod source;
pub mod submission;
pub mod text;
pub mod vendor;
pub mod zip_prefix;
