//! The pages of moderators and administrators: the queue, what is decided there, and the public log of it. One file a page
//! holds its rows, its handlers and its test; `templates/review/` mirrors it.

mod bulk;
mod carry;
mod desk;
mod fields;
mod form;
mod hosts;
mod item;
mod join;
mod log;
mod motion;
mod people;
mod queue;
mod revert;
mod tools;
mod words;

use crate::accounts::Page;

/// Every page of this room.
pub fn pages() -> Vec<Page> {
    [
        queue::pages(),
        item::pages(),
        desk::pages(),
        hosts::pages(),
        revert::pages(),
        join::pages(),
        bulk::pages(),
        log::pages(),
        people::pages(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;
