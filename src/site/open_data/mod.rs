//! Pages about the data itself, for whoever works with it.

mod complete;

pub use complete::get as complete;
#[cfg(test)]
pub use complete::{CompletePage, outside_keys};
