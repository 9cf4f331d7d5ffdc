//! Proofs that somebody controls a domain, and what they are worth.
//!
//! Flows in: an organization or app with who says each of its addresses, and what stands in the DNS or at a fixed path. Flows
//! out: which domains can prove whose it is ([`domain`]), whether a text is there ([`look`]), the mails about it ([`mails`]),
//! and the daily look at every proof ([`recheck`]). What holds: only what a list of weight says today proves anything; nobody is
//! told more of a look than a verdict. Which listed domains one could be mistaken for is found by
//! [`alike`].

pub mod alike;
pub mod create;
pub mod domain;
pub mod look;
pub mod mails;
pub mod recheck;
pub mod subject;

pub use domain::{Domains, Refused};
pub use look::Sight;
pub use subject::Subject;
