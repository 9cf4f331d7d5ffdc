//! Accepting or refusing: the one form of claims, lists and reports, and how it is read.

use crate::{
    review::form::Sent,
    site::{Here, PageError},
};

/// The form: one box to tick where a look is asked for, words to whoever sent it, and two buttons.
pub struct VerdictForm {
    /// Where it goes.
    pub action: String,
    /// What whoever accepts says that they did; nothing where nothing is asked.
    pub looked: Option<String>,
    /// Somebody reads the words of whoever decides.
    pub answered: bool,
    /// The button that accepts; nothing when it cannot be accepted at all.
    pub accept: Option<String>,
    /// The button that refuses.
    pub refuse: String,
}

impl VerdictForm {
    /// At the page of a thing.
    pub fn at(here: &Here, path: &str, accept: String, refuse: String) -> Self {
        Self { action: here.link(path), looked: None, answered: false, accept: Some(accept), refuse }
    }
}

/// What somebody decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is right.
    Accept,
    /// It is not.
    Refuse,
    /// It was accepted by somebody who does not say that they looked.
    Unread,
}

impl Verdict {
    /// Of the form; `looked` when a look is asked for. What it does not know is no page.
    pub fn of(sent: &Sent, looked: bool) -> Result<Self, PageError> {
        match sent.one("verdict") {
            "accept" if looked && sent.one("looked") != "yes" => Ok(Self::Unread),
            "accept" => Ok(Self::Accept),
            "refuse" => Ok(Self::Refuse),
            _ => Err(PageError::NotFound),
        }
    }
}
