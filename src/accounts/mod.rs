//! Who signs in, and who may do what.
//!
//! Flows in: a request with or without the cookie of a session. Flows out: a [`Signed`] for the handler, or a page that says
//! what is missing. What holds: every page for people with an account is a row of a table ([`Page`]) with its [`Need`], and
//! nothing else lets anybody in; a form is taken only from our own page, with the token of the session it was made in.

pub mod access;
#[cfg(test)]
pub(crate) mod authenticator;
pub mod cookie;
pub mod device;
pub mod invite;
pub mod link;
pub mod me;
pub mod oidc;
pub mod pages;
pub mod passkey;
pub mod recovery;
pub mod session;
#[cfg(test)]
pub(crate) mod testing;
pub mod visit;

pub use access::{Need, Signed, Who};
pub use me::Me;
pub use pages::{Method, Page, router};
pub use visit::{Fields, Visit};
