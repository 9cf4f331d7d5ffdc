//! `/embed/example`: an app that lets a person pick an organization and starts a SMART App Launch with it, step by step.
//!
//! The page makes the authorize request (SMART App Launch 2.2, section "Launch App: Standalone Launch") and shows it; it
//! sends nothing but the reading of the public `.well-known/smart-configuration`, when it is asked to.

use askama::Template;
use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};

use super::files;
use crate::site::{CachePolicy, Here, PageError, respond};

/// It may also read from any https server: the one whose connection the reader picked.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
     connect-src 'self' https:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

#[derive(Template)]
#[template(path = "embed/example.html")]
pub(super) struct ExamplePage {
    pub here: Here,
}

impl ExamplePage {
    #[expect(clippy::unused_self, reason = "templates ask the page alone")]
    fn script(&self) -> String {
        files::script()
    }

    /// The line that puts the picker into a page.
    fn snippet(&self) -> String {
        format!(
            "<script type=\"module\" src=\"{}\"></script>\n<record-door-picker only-with-endpoint lang=\"{}\"></record-door-picker>",
            self.here.outside(&files::script()),
            self.here.lang.code()
        )
    }
}

/// `GET /embed/example`
pub async fn get(here: Here) -> Result<Response, PageError> {
    let page = respond(&ExamplePage { here }, CachePolicy::Page)?;
    let policy = HeaderValue::from_static(CONTENT_SECURITY_POLICY);
    Ok(([(header::CONTENT_SECURITY_POLICY, policy)], page).into_response())
}
