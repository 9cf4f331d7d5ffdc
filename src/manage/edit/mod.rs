//! A profile as its owner edits it: a form in short steps, the check before it is sent, a preview, and what waits.
//!
//! One draft a person and thing; nothing of it is public. `profile` says what is a change and what may go live at once.

mod check;
mod desk;
mod live;
mod meanwhile;
mod preview;
mod start;
mod step;
#[cfg(test)]
mod tests;
pub(super) mod view;
mod waiting;
mod words;

use crate::{
    accounts::{
        Page,
        access::{Need, Who},
    },
    model::account::Role,
};

#[cfg(test)]
pub use self::{check::CheckPage, meanwhile::MeanwhilePage, start::StartPage, step::StepPage, waiting::WaitingPage};

/// The largest form: five hundred places.
const FORM: usize = 512 * 1024;

/// The rows of these pages. A delegate edits too; what they send waits longer.
pub fn pages() -> Vec<Page> {
    let edits = Need::of(Who::Member(Role::Delegate));
    let sees = Need::of(Who::Member(Role::Viewer));
    let decides = Need::of(Who::Member(Role::Owner)).fresh();
    vec![
        Page::get("/manage/{subject}/edit", edits, start::get),
        Page::get("/manage/{subject}/edit/check", edits, check::get),
        Page::post("/manage/{subject}/edit/publish", edits, check::publish),
        Page::post("/manage/{subject}/edit/discard", edits, start::discard),
        Page::get("/manage/{subject}/edit/preview", edits, preview::get),
        Page::get("/manage/{subject}/edit/meanwhile", edits, meanwhile::get),
        Page::post("/manage/{subject}/edit/meanwhile", edits, meanwhile::post),
        Page::get("/manage/{subject}/edit/{step}", edits, step::get),
        Page::post("/manage/{subject}/edit/{step}", edits.largest(FORM), step::post),
        Page::post("/manage/{subject}/check", edits, live::post).without_language(),
        Page::get("/manage/{subject}/waiting", sees, waiting::get),
        Page::post("/manage/{subject}/waiting/{n}/confirm", decides, waiting::confirm),
        Page::post("/manage/{subject}/waiting/{n}/refuse", decides, waiting::refuse),
        Page::post("/manage/{subject}/waiting/{n}/withdraw", edits.when_frozen(), waiting::withdraw),
    ]
}
