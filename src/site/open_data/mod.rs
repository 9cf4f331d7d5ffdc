//! Pages about the data itself, for whoever works with it.

mod complete;

#[cfg(test)]
pub use complete::{CompletePage, outside_keys};
pub use complete::get as complete;
