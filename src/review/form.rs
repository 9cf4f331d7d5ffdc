//! What a form brought, and where somebody goes on after it.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    response::{IntoResponse, Redirect, Response},
};
use url::form_urlencoded;

use crate::{
    app::App,
    site::{Here, PageError, Part},
};

/// The longest text of one's own, in characters.
pub const LONGEST: usize = 2_000;

/// The fields of a form, as they came. Only what a handler asks for by name is looked at.
pub struct Sent(Vec<(String, String)>);

impl FromRequest<App> for Sent {
    type Rejection = PageError;

    async fn from_request(request: Request, app: &App) -> Result<Self, PageError> {
        let body = Bytes::from_request(request, app).await.map_err(|_| PageError::NotFound)?;
        Ok(Self(form_urlencoded::parse(&body).into_owned().collect()))
    }
}

impl Sent {
    /// A field; empty when it did not come.
    pub fn one(&self, name: &str) -> &str {
        self.0.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value.trim())
    }

    /// Every value of a field.
    pub fn all(&self, name: &str) -> Vec<String> {
        self.0.iter().filter(|(field, _)| field == name).map(|(_, value)| value.clone()).collect()
    }

    /// Fields whose names begin so: the rest of the name, and the value.
    pub fn beginning(&self, begin: &str) -> Vec<(String, String)> {
        let part = |(field, value): &(String, String)| Some((field.strip_prefix(begin)?.to_owned(), value.clone()));
        self.0.iter().filter_map(part).collect()
    }

    /// Words of one's own: cleaned of what no page should show, and cut.
    pub fn words(&self, name: &str) -> String {
        let plain = |c: &char| !c.is_control() || *c == '\n';
        self.one(name).chars().filter(plain).take(LONGEST).collect()
    }
}

/// The number in an address; anything else is no page.
pub fn number(part: &Part) -> Result<i64, PageError> {
    part.0.parse().map_err(|_| PageError::NotFound)
}

/// Back to the queue, or to another page of ours, after something was done.
pub fn go(here: &Here, path: &str) -> Response {
    Redirect::to(&here.link(path)).into_response()
}
