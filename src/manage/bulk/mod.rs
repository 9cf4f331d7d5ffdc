//! What keeps a profile right with little work: one click that everything is still correct, a table of places, the
//! organization's own list or file, its profile to take home, and many organizations at once.
//!
//! What holds: everything that is sent goes through `profile::submit`, so what waits when it is typed waits here too; nothing
//! is taken in that was not shown before as a difference.

mod confirm;
mod difference;
mod done;
mod export;
mod import;
mod many;
mod places;
mod table;

#[cfg(test)]
pub(in crate::manage) use self::{confirm::ConfirmPage, import::ImportPage, many::ManyPage, places::PlacesPage};
pub(in crate::manage) use self::{
    difference::{Change, difference, field_words},
    done::{Done, Of},
    import::{CHOSEN, ROWS, rows},
};
use crate::accounts::Page;

/// The rows of these pages.
pub fn pages() -> Vec<Page> {
    [confirm::pages(), places::pages(), import::pages(), export::pages(), many::pages()].into_iter().flatten().collect()
}
