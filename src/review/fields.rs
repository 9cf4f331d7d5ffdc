//! A field that says something else, as every page of moderators shows it.

use super::words;
use crate::{moderation::diff::FieldDiff, site::Here};

/// A field as a page shows it.
pub struct FieldView {
    /// What is different.
    pub diff: FieldDiff,
    /// Its name in words.
    pub name: String,
    /// Who says now what stands there, and since when.
    pub said: Option<String>,
    /// Why people would not see it.
    pub outweighed: Option<String>,
    /// The one line that can be written differently.
    pub line: Option<String>,
}

impl FieldView {
    /// With nothing but what is different.
    pub fn of(here: &Here, diff: FieldDiff) -> Self {
        Self { name: words::field(here, &diff.field), diff, said: None, outweighed: None, line: None }
    }

    /// Every one of a change.
    pub fn all(here: &Here, diffs: Vec<FieldDiff>) -> Vec<Self> {
        diffs.into_iter().map(|diff| Self::of(here, diff)).collect()
    }

    /// For samples: one that carries doors, and one that does not.
    #[cfg(test)]
    pub fn samples(here: &Here) -> Vec<Self> {
        let reads = super::samples::reads();
        let seen = reads[0].standing.as_ref().map(|standing| &standing.seen);
        Self::all(here, crate::moderation::diff::between(here, seen, Some(&reads[0].proposal.after)))
    }
}
