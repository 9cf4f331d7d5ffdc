//! `/sign-in`: by passkey, by a link that comes by e-mail, or by the operator's provider.
//!
//! What holds: the answer to an address is the same whoever has an account; nothing is signed in by opening a page.

pub mod link;
pub mod passkey;
#[cfg(test)]
pub mod tests;

use std::{net::IpAddr, sync::Arc};

use askama::Template;
use axum::{
    Extension,
    extract::State,
    handler::Handler as _,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
};

use crate::{
    accounts::{
        Fields, Need, Page, Visit, Who,
        access::{MaybeSigned, ours},
        link::{self as links, MINUTES},
        passkey::{NoPasskeys, Passkeys},
        session,
    },
    app::App,
    model::account::email_key,
    site::{CachePolicy, Here, Lately, PageError, respond},
};

/// How long is remembered what came from whom, in minutes.
const LATELY: i64 = 10;
/// Links, and challenges of passkeys, that one household may ask for in that time.
const LINKS: u32 = 10;
const CHALLENGES: u32 = 60;

/// What is remembered of those who sign in: minutes, in memory.
pub struct Desk {
    links: Lately<Option<IpAddr>>,
    challenges: Lately<Option<IpAddr>>,
}

/// The rows of this page.
pub fn pages() -> Vec<Page> {
    let desk = Arc::new(Desk { links: Lately::new(LATELY), challenges: Lately::new(LATELY) });
    let anyone = Need::of(Who::Anyone);
    vec![
        Page::get("/sign-in", anyone, get),
        Page::post("/sign-in", anyone, post.layer(Extension(desk.clone()))),
        Page::get("/sign-in/link", anyone, link::get),
        Page::post("/sign-in/link", anyone, link::post),
        Page::get("/sign-in/invite", anyone, link::get_invitation),
        Page::post("/sign-in/invite", anyone, link::post_invitation),
        Page::post("/sign-in/passkey/start", anyone, passkey::start.layer(Extension(desk))).without_language(),
        Page::post("/sign-in/passkey/finish", anyone, passkey::finish).without_language(),
        Page::post("/sign-out", anyone, sign_out),
    ]
}

/// What is wrong with what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    NoEmail,
    TooOften,
}

#[derive(Template)]
#[template(path = "manage/sign-in.html")]
pub struct SignInPage {
    here: Here,
    /// Where to go afterwards; empty for nowhere.
    next: String,
    typed: String,
    /// A link is on its way.
    sent: bool,
    fault: Option<Fault>,
    passkeys: Result<(), NoPasskeys>,
}

impl SignInPage {
    fn new(here: Here, next: &str) -> Self {
        let passkeys = Passkeys::at(&here.config().public_url, &here.site_name()).map(|_| ());
        let next = ours(next).unwrap_or_default().to_owned();
        Self { here, next, typed: String::new(), sent: false, fault: None, passkeys }
    }

    fn title(&self) -> String {
        if self.sent { self.here.t("sign-in-sent-title") } else { self.here.t("sign-in") }
    }

    /// What must be mended, in words.
    fn mend(&self) -> Option<String> {
        self.fault.map(|fault| match fault {
            Fault::NoEmail => self.here.t("sign-in-no-email"),
            Fault::TooOften => self.here.t1("sign-in-too-often", "minutes", LATELY.to_string()),
        })
    }

    fn sent_words(&self) -> String {
        self.here.t1("sign-in-sent", "minutes", MINUTES.to_string())
    }

    /// Why there are no passkeys here, in words.
    fn without(&self) -> Option<String> {
        without(&self.here, self.passkeys.err())
    }

    /// The words on the button of the operator's provider.
    fn provider(&self) -> Option<String> {
        let provider = self.here.config().accounts.oidc.as_ref()?;
        Some(self.here.t1("sign-in-provider", "name", &provider.name))
    }

    /// Where a passkey leads to.
    fn onward(&self) -> String {
        if self.next.is_empty() { self.here.link("/account") } else { self.next.clone() }
    }

    fn has_passkeys(&self) -> bool {
        self.passkeys.is_ok()
    }

    #[cfg(test)]
    pub fn samples(lang: crate::site::Lang) -> Vec<Self> {
        let new = || Self::new(crate::site::samples::here(lang, "/sign-in"), "/manage");
        vec![
            new(),
            Self { sent: true, ..new() },
            Self { fault: Some(Fault::NoEmail), typed: "x".into(), ..new() },
            Self { fault: Some(Fault::TooOften), passkeys: Err(NoPasskeys::Number), ..new() },
            Self { passkeys: Err(NoPasskeys::NotSecure), ..new() },
        ]
    }
}

/// Why there are no passkeys here, in words.
pub fn without(here: &Here, why: Option<NoPasskeys>) -> Option<String> {
    why.map(|why| match why {
        NoPasskeys::Number => here.t("passkeys-none-number"),
        NoPasskeys::NotSecure => here.t("passkeys-none-secure"),
    })
}

/// `GET /sign-in`
async fn get(here: Here, MaybeSigned(signed): MaybeSigned) -> Result<Response, PageError> {
    let next = here.asked("next").unwrap_or_default();
    if signed.is_some() {
        return Ok(Redirect::to(ours(&next).unwrap_or(&here.link("/account"))).into_response());
    }
    respond(&SignInPage::new(here, &next), CachePolicy::Never)
}

/// `POST /sign-in`
async fn post(
    here: Here,
    State(app): State<App>,
    Extension(desk): Extension<Arc<Desk>>,
    visit: Visit,
    fields: Fields,
) -> Result<Response, PageError> {
    let (now, typed) = (app.clock.micros(), fields.get("email").to_owned());
    let mut page = SignInPage { typed, ..SignInPage::new(here, fields.get("next")) };
    page.fault = if email_key(&page.typed).is_none() {
        Some(Fault::NoEmail)
    } else if desk.links.again(visit.household, now).is_none_or(|times| times > LINKS) {
        Some(Fault::TooOften)
    } else {
        None
    };
    if page.fault.is_none() {
        links::send(&page.here, &app.store, now, &page.typed, &page.next).await?;
        page.sent = true;
    }
    let mut response = respond(&page, CachePolicy::Never)?;
    match page.fault {
        None => {}
        Some(Fault::NoEmail) => *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY,
        Some(Fault::TooOften) => {
            *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(LATELY * 60));
        }
    }
    Ok(response)
}

/// `POST /sign-out`
async fn sign_out(here: Here, State(app): State<App>, MaybeSigned(signed): MaybeSigned) -> Result<Response, PageError> {
    let response = Redirect::to(&here.link("/")).into_response();
    match signed {
        Some(signed) => Ok(session::with(response, session::end(&app, &signed).await?)),
        None => Ok(response),
    }
}
