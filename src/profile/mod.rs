//! A profile as its owner edits it: from what is typed to what waits or goes live.
//!
//! [`standing`] is what people see and what the owners' source says, as one listing to begin from; [`form`] is that listing
//! as fields; [`split`] parts a change into what nobody can be led astray by and what waits for a second person; [`submit`]
//! sends both; [`look`] opens the addresses in it. What holds: whoever sends a change, the same rules judge it here; what
//! somebody else said meanwhile is never lost silently.

pub mod attest;
pub mod bundle;
mod confirm;
pub mod csv;
pub mod diff;
pub mod form;
pub mod look;
pub mod portals;
pub mod split;
mod standing;
mod submit;
pub mod table;
mod tidy;
pub mod would_be;

#[cfg(test)]
mod tests;

pub use self::{
    confirm::{Read, confirm as confirm_change, due, keep_days, may_confirm},
    standing::{Standing, standing},
    submit::{DELEGATE_DELAY, DELEGATE_MOST, Submission, SubmitError, Submitted, submit},
    tidy::tidy,
};
