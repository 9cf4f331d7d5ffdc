//! What waits for a person, and what people decide.
//!
//! Pure values: [`item`] puts everything that waits in one order, [`diff`] shows what would be different letter by letter,
//! [`checks`] says what is odd about a door, [`reasons`] are the words an author is told, [`rules`] say who may decide what,
//! [`edited`] is what a moderator makes of a proposal, [`weight`] which of it would not show. What holds: whatever could lead people to a thief stands first and is
//! decided by somebody who has nothing to do with it.

pub mod binding;
pub mod checks;
pub mod diff;
pub mod edited;
pub mod item;
pub mod reasons;
pub mod rules;
mod said;
pub mod weight;
