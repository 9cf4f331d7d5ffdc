//! People who sign in, for tests of pages: a real store, a real router, real cookies and forms.

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode, header},
};
use tower::ServiceExt as _;
use url::form_urlencoded;

use super::{
    access::token,
    cookie,
    pages::{Page, router},
};
use crate::{
    app::App,
    model::{
        account::{Member, Person, Role, SiteRole},
        id::Id,
    },
    site::{
        served::Site,
        tests::{Dom, parsed},
    },
};

/// A running site with pages for people who sign in.
pub struct Office {
    /// The site; it has two hospitals and an app.
    pub site: Site,
    pages: Router,
}

/// Somebody with a session.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// Who.
    pub person: Person,
    /// The secret of their session.
    pub secret: String,
}

/// What came back.
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: String,
}

impl Answer {
    /// A header, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// Where it sends to.
    pub fn location(&self) -> &str {
        self.header("location")
    }

    /// The page.
    pub fn dom(&self) -> Dom {
        parsed(self.body.clone())
    }
}

impl Office {
    /// With the pages of a room.
    pub async fn new(pages: Vec<Page>) -> Self {
        Self::at(Site::new().await, pages)
    }

    /// With the pages of a room, on a site with settings of its own.
    pub fn at(site: Site, pages: Vec<Page>) -> Self {
        Self { pages: router(&site.app, pages), site }
    }

    /// The running program.
    pub fn app(&self) -> &App {
        &self.site.app
    }

    /// Somebody with an account and a session, in which a passkey was shown just now when `fresh`.
    pub async fn person(&self, email: &str, fresh: bool) -> Visitor {
        let store = &self.app().store;
        let person = store.person_with_email(email, "en").await.unwrap();
        let secret = store.open_session(&person.id, "passkey", "test", 3_600_000_000, fresh).await.unwrap();
        Visitor { person, secret }
    }

    /// Somebody with a role on the site.
    pub async fn of_site(&self, email: &str, role: SiteRole) -> Visitor {
        let store = &self.app().store;
        let person = store.person_with_email(email, "en").await.unwrap();
        store.set_site_role(&person.id, role, "test").await.unwrap();
        self.person(email, true).await
    }

    /// Gives somebody a place; owners with a proof of their own.
    pub async fn place(&self, of: &Visitor, subject: &Id, role: Role) {
        let proof = i64::from(role == Role::Owner);
        let since = self.app().clock.micros();
        let (subject, person) = (subject.clone(), of.person.id.clone());
        let member = Member { subject, person, role, proof, invited_by: None, since, expires_at: 0 };
        self.app().store.set_member(&member, "test").await.unwrap();
    }

    /// Asks for a page.
    pub async fn get(&self, by: Option<&Visitor>, address: &str) -> Answer {
        let request = Request::get(address);
        let request = match by {
            Some(by) => request.header(header::COOKIE, format!("{}={}", cookie::NAME, by.secret)),
            None => request,
        };
        self.ask(request.body(Body::empty()).unwrap()).await
    }

    /// Sends a form of our own page.
    pub async fn post(&self, by: Option<&Visitor>, address: &str, fields: &[(&str, &str)]) -> Answer {
        let mut form = form_urlencoded::Serializer::new(String::new());
        let mut request = Request::post(address)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        if let Some(by) = by {
            form.append_pair("csrf", &token(&by.secret));
            request = request.header(header::COOKIE, format!("{}={}", cookie::NAME, by.secret));
        }
        form.extend_pairs(fields);
        self.ask(request.body(Body::from(form.finish())).unwrap()).await
    }

    /// Asks whatever is asked.
    pub async fn ask(&self, request: Request<Body>) -> Answer {
        let (parts, body) = self.pages.clone().oneshot(request).await.unwrap().into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Answer { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&body).into_owned() }
    }
}
