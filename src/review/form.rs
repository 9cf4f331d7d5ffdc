//! What a form brought, and where somebody goes on after it.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    response::{IntoResponse, Redirect, Response},
};
use url::form_urlencoded;

use crate::{
    app::App,
    model::{
        id::{Id, ThingKind},
        proposal::Final,
        text::clean,
    },
    moderation::binding::AsRead,
    site::{Here, PageError, Part},
};

/// The longest text of one's own, and the longest reason in one line, in characters.
const LONGEST: usize = 2_000;
const LONGEST_LINE: usize = 1_000;

/// The fields of a form, as they came. Only what a handler asks for by name is looked at.
pub struct Sent(Vec<(String, String)>);

impl FromRequest<App> for Sent {
    type Rejection = PageError;

    async fn from_request(request: Request, app: &App) -> Result<Self, PageError> {
        let body = Bytes::from_request(request, app).await.map_err(|_| PageError::NotFound)?;
        Ok(Self::read(&body))
    }
}

impl Sent {
    fn read(bytes: &[u8]) -> Self {
        Self(form_urlencoded::parse(bytes).into_owned().collect())
    }

    /// What an address asks for: the fields of a form that only shows something.
    pub fn asked(here: &Here) -> Self {
        Self::read(here.query().as_bytes())
    }

    /// A field; empty when it did not come.
    pub fn one(&self, name: &str) -> &str {
        self.0.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value.trim())
    }

    /// A whole number; 0 when it is none.
    pub fn number(&self, name: &str) -> i64 {
        self.one(name).parse().unwrap_or_default()
    }

    /// The id of an organization or app.
    pub fn id(&self, name: &str) -> Option<Id> {
        Id::parse(self.one(name)).filter(|id| matches!(id.kind(), ThingKind::Organization | ThingKind::App))
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

    /// What a form of an approval says its sender read.
    pub fn as_read(&self) -> AsRead {
        let finals: Vec<Final> = serde_json::from_str(self.one("finals")).unwrap_or_default();
        let seen = self.one("seen").parse().unwrap_or(-1);
        AsRead { hash: self.one("hash").to_owned(), seen, finals, opened: self.all("opened") }
    }

    /// A reason in one line, cleaned.
    pub fn line(&self, name: &str) -> String {
        clean(self.one(name), LONGEST_LINE)
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
