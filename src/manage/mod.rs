//! The pages of people who manage profiles: signing in, their account, and everything about the organizations and apps that
//! are theirs. One file a page holds its rows, its handlers and its test; `templates/manage/` mirrors it.

mod access;
mod account;
mod apps;
mod ask;
mod bulk;
mod claim;
mod counts;
mod create;
mod edit;
mod home;
mod in_step;
pub mod keys;
mod kit;
mod notices;
mod oidc;
mod sign_in;
mod team;
mod webhooks;
mod tending;

pub use tending::tend;

use crate::accounts::Page;

/// Every page of this room.
pub fn pages() -> Vec<Page> {
    [
        sign_in::pages(),
        oidc::pages(),
        account::pages(),
        home::pages(),
        notices::pages(),
        claim::pages(),
        create::pages(),
        team::pages(),
        edit::pages(),
        apps::pages(),
        bulk::pages(),
        in_step::pages(),
        kit::pages(),
        counts::pages(),
        keys::pages(),
        webhooks::pages(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[cfg(test)]
mod tests;
