//! The guarded client: the only way out of the program.
//!
//! An address somebody typed or a list named in, a file on our disk out; or a few words sent to an address, and a few back. Three small rooms say no before anything is
//! opened: [`address`] knows which numbers are public, [`guard`] judges addresses and redirects, [`resolve`] lets a
//! name through only when every number behind it is public; [`client`] puts them together, [`partial`] keeps what a
//! cut connection brought. What must hold: no byte leaves for the operator's own network, unless the operator allowed
//! exactly that host and port.

pub mod address;
pub mod answer;
pub mod client;
pub mod error;
pub mod guard;
pub mod partial;
pub mod post;
mod proofs;
pub mod resolve;
pub mod settings;
#[cfg(test)]
mod again_tests;
#[cfg(test)]
pub(crate) mod tests;

pub use answer::Validators;
pub use client::{Answer, Client, Fetched};
pub use error::FetchError;
pub use post::Posted;
pub use settings::{Limits, Settings};
