//! What the pages with a table or a list share: what a browser sends with it, and why a table cannot be read.

use axum::http::{HeaderMap, header};

use crate::{
    model::listing::{Body, OrganizationFacts},
    profile::{Standing, csv::Unreadable},
    site::{Here, PageError, brands_check::form::parts},
};

/// A form with a file, or with pasted lines instead of it.
pub struct Given<'b>(Vec<(String, &'b [u8])>);

impl<'b> Given<'b> {
    /// Takes it apart; what cannot be read has no parts.
    pub fn read(headers: &HeaderMap, body: &'b [u8]) -> Self {
        let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        Self(parts(kind, body).unwrap_or_default())
    }

    /// A part; empty when it was not sent.
    pub fn part(&self, name: &str) -> &'b [u8] {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| *value).unwrap_or_default()
    }

    /// The file, or else the lines that were pasted.
    pub fn content(&self) -> &'b [u8] {
        let file = self.part("file");
        if file.is_empty() { self.part("text").trim_ascii() } else { file }
    }
}

/// Why a table of at most so many lines cannot be read, and how to mend it; `columns` says which columns it needs.
pub fn unreadable(here: &Here, wrong: Unreadable, columns: String, most: usize) -> String {
    match wrong {
        Unreadable::Empty => here.t("table-wrong-empty"),
        Unreadable::TooLarge => here.t("table-wrong-too-large"),
        Unreadable::NotText => here.t("table-wrong-not-text"),
        Unreadable::NoColumns => columns,
        Unreadable::TooMany => here.t1("table-wrong-too-many", "most", most as u64),
    }
}

/// The listing of an organization: only they have places, portals and lists of their own.
pub fn facts(standing: &Standing) -> Result<&OrganizationFacts, PageError> {
    match &standing.listing {
        Body::Organization(facts) => Ok(facts),
        Body::App(_) => Err(PageError::NotFound),
    }
}
