//! When a page cannot be shown: 404, 405 and 500, in both languages, each with a way on.
//!
//! A handler answers with a [`PageError`]; the [`show`] middleware, which knows the language, makes the page of it.
//! Panics that the layer below caught come the same way.

use std::fmt::Display;

use askama::Template;
use axum::{
    extract::Request,
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{
    CachePolicy,
    here::{Here, respond},
};
use crate::{search::index::SearchError, store::StoreError};

/// Why a page cannot be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageError {
    /// There is no such page.
    NotFound,
    /// The page cannot be used this way (405).
    Method,
    /// Something of ours broke; the log says what.
    Broken,
}

impl PageError {
    /// Something of ours broke while doing `what`. The cause goes to the log, never to the page; what the visitor
    /// typed goes to neither.
    pub fn broken(what: &str, cause: &dyn Display) -> Self {
        tracing::error!(%cause, "{what} failed");
        Self::Broken
    }

    fn status(self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Broken => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl From<StoreError> for PageError {
    fn from(error: StoreError) -> Self {
        Self::broken("reading the store", &error)
    }
}

impl From<SearchError> for PageError {
    fn from(error: SearchError) -> Self {
        Self::broken("a search", &error)
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

#[derive(Template)]
#[template(path = "problem.html")]
pub struct ProblemPage {
    here: Here,
    error: PageError,
    /// What was probably looked for: the words of the last part of the address.
    guess: String,
}

impl ProblemPage {
    pub fn new(here: Here, error: PageError, path: &str) -> Self {
        let guess = match error {
            PageError::NotFound => guess(path),
            PageError::Method | PageError::Broken => String::new(),
        };
        Self { here, error, guess }
    }

    fn is_broken(&self) -> bool {
        self.error == PageError::Broken
    }
}

/// The words of the last part of an address, to search for: `/organizations/st-marys-boise` → `st marys boise`.
fn guess(path: &str) -> String {
    let last = path.rsplit('/').find(|part| !part.is_empty()).unwrap_or_default();
    let words: String = last
        .split('.')
        .next()
        .unwrap_or_default()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' })
        .take(80)
        .collect();
    words.split_whitespace().filter(|word| *word != "amp").collect::<Vec<_>>().join(" ")
}

/// Middleware: an answer that carries a [`PageError`] becomes its page.
pub async fn show(here: Here, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let response = next.run(request).await;
    let Some(error) = response.extensions().get::<PageError>().copied() else {
        return response;
    };
    let (mut parts, _) = response.into_parts();
    match respond(&ProblemPage::new(here, error, &path), CachePolicy::Never) {
        Ok(page) => {
            parts.headers.extend(page.headers().clone());
            (parts.status, parts.headers, page.into_body()).into_response()
        }
        // The template of the problem page itself failed: plain words are left.
        Err(_) => (error.status(), "Something broke on our side. Please try again.").into_response(),
    }
}

#[cfg(test)]
impl ProblemPage {
    pub fn samples(lang: super::Lang) -> Vec<Self> {
        [PageError::NotFound, PageError::Method, PageError::Broken]
            .map(|error| {
                Self::new(super::samples::here(lang, "/organizations/st-marys"), error, "/organizations/st-marys")
            })
            .into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_address_becomes_words_to_search() {
        assert_eq!(guess("/organizations/st-marys-hospital-boise-id"), "st marys hospital boise id");
        assert_eq!(guess("/organizations/dana-amp-farber"), "dana farber");
        assert_eq!(guess("/old/index.html"), "index");
        assert_eq!(guess("/"), "");
        assert_eq!(guess("/<script>"), "script");
    }
}
