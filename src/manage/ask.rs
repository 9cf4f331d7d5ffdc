//! A page with one question and one button: what a link in a mail leads to. Programs that look at mails open links too, so
//! nothing happens until the button is pressed.

use askama::Template;
use axum::{http::StatusCode, response::Response};

use crate::site::{CachePolicy, Here, PageError, respond};

/// The page.
#[derive(Template)]
#[template(path = "manage/ask.html")]
pub struct AskPage {
    /// Where.
    pub here: Here,
    /// The token of the session, where there is one.
    pub csrf: String,
    /// Its heading.
    pub title: String,
    /// Its sentences.
    pub words: Vec<String>,
    /// Where the form goes, its button and its ticket; nothing when there is nothing to press.
    pub form: Option<(String, String, String)>,
    /// Another way: address and words.
    pub other: Option<(String, String)>,
}

impl AskPage {
    /// The link is used, too old, or not one of ours.
    pub fn gone(here: Here) -> Self {
        let other = Some((here.link("/sign-in"), here.t("link-gone-new")));
        let (title, words) = (here.t("link-gone-title"), vec![here.t("link-gone")]);
        Self { here, csrf: String::new(), title, words, form: None, other }
    }

    /// As an answer; 410 when there is nothing to press.
    pub fn answer(&self, status: StatusCode) -> Result<Response, PageError> {
        let mut response = respond(self, CachePolicy::Never)?;
        *response.status_mut() = status;
        Ok(response)
    }

    #[cfg(test)]
    pub fn samples(lang: crate::site::Lang) -> Vec<Self> {
        let here = || crate::site::samples::here(lang, "/sign-in/link");
        let words = vec!["x".into(), "y".into()];
        let form = Some(("/sign-in/link".into(), "Go".into(), "aa".into()));
        vec![
            Self::gone(here()),
            Self { here: here(), csrf: String::new(), title: "x".into(), words, form, other: None },
        ]
    }
}
