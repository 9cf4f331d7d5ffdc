//! `/manage/{subject}/keys`: keys for programs of an organization or app. What they open is in [`api`].
//!
//! What holds: only an owner makes one, with a passkey shown just now; it is shown once; the other owners are told.

pub mod api;
mod listing;
#[cfg(test)]
mod tests;

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use jiff::tz::TimeZone;

use super::access;
use crate::{
    accounts::{Fields, Me, Need, Page, Signed, Who},
    app::App,
    clock::moment,
    model::{account::Role, id::Id, notice::Access, text},
    site::{CachePolicy, Here, PageError, respond},
    store::{StoreError, Token},
};

/// What a key may be for.
pub const SCOPES: [&str; 3] = ["profile:read", "profile:write", "webhooks"];
/// How long one may be good for, in days.
const DAYS: [i64; 4] = [30, 90, 180, 365];
const DAY: i64 = 24 * 3_600 * 1_000_000;
/// The longest name, in letters.
const NAME: usize = 60;

/// The rows of this page.
pub fn pages() -> Vec<Page> {
    let owner = Need::of(Who::Member(Role::Owner));
    vec![
        Page::get("/manage/{subject}/keys", owner.when_frozen(), list),
        Page::get("/manage/{subject}/keys/new", owner.fresh(), new),
        Page::post("/manage/{subject}/keys/new", owner.fresh(), make),
        Page::post("/manage/{subject}/keys/revoke", owner.when_frozen(), revoke),
    ]
}

/// What is wrong with what was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    NoName,
    NoScope,
    TooMany,
}

/// What the page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    List(Vec<Token>),
    Form { name: String, chosen: Vec<String>, days: i64, fault: Option<Fault> },
    Made(String),
}

#[derive(Template)]
#[template(path = "manage/keys.html")]
pub(super) struct KeysPage {
    here: Here,
    me: Me,
    subject: Id,
    part: Part,
    now: i64,
}

impl KeysPage {
    fn title(&self) -> String {
        match self.part {
            Part::List(_) => self.here.t("keys-title"),
            Part::Form { .. } => self.here.t("keys-new-title"),
            Part::Made(_) => self.here.t("keys-made-title"),
        }
    }

    fn address(&self, page: &str) -> String {
        self.here.link(&format!("/manage/{}/keys{page}", self.subject))
    }

    fn tokens(&self) -> &[Token] {
        if let Part::List(tokens) = &self.part { tokens } else { &[] }
    }

    fn is_list(&self) -> bool {
        matches!(self.part, Part::List(_))
    }

    fn made(&self) -> Option<&str> {
        if let Part::Made(secret) = &self.part { Some(secret) } else { None }
    }

    fn day(&self, at: i64) -> String {
        self.here.date(moment(at).to_zoned(TimeZone::UTC).date())
    }

    /// Until when, and when it was last used, in words.
    fn life(&self, token: &Token) -> String {
        let until = self.day(token.expires_at);
        let until = if token.expires_at > self.now {
            self.here.t1("keys-until", "date", until)
        } else {
            self.here.t1("keys-ended", "date", until)
        };
        let used = match token.used_at {
            0 => self.here.t("keys-never-used"),
            day => self.here.t1("keys-used", "date", self.day(day)),
        };
        format!("{until} {used}")
    }

    fn scope_words(&self, scope: &str) -> String {
        match scope {
            "profile:read" => self.here.t("keys-scope-read"),
            "profile:write" => self.here.t("keys-scope-write"),
            _ => self.here.t("keys-scope-webhooks"),
        }
    }

    fn scopes_of(&self, token: &Token) -> String {
        let words: Vec<String> = token.scopes.split(' ').map(|scope| self.scope_words(scope)).collect();
        words.join(" · ")
    }

    /// Scope, words, and whether it is chosen.
    fn scopes(&self) -> Vec<(&'static str, String, bool)> {
        let chosen =
            |scope: &str| matches!(&self.part, Part::Form { chosen, .. } if chosen.iter().any(|one| one == scope));
        SCOPES.map(|scope| (scope, self.scope_words(scope), chosen(scope))).into()
    }

    /// Days, words, and whether they are chosen.
    fn ends(&self) -> Vec<(i64, String, bool)> {
        let is = |days: i64| matches!(self.part, Part::Form { days: chosen, .. } if chosen == days);
        DAYS.map(|days| (days, self.here.t1("keys-days", "days", days.to_string()), is(days))).into()
    }

    fn typed(&self) -> &str {
        if let Part::Form { name, .. } = &self.part { name } else { "" }
    }

    fn mend(&self, field: &str) -> Option<String> {
        let Part::Form { fault: Some(fault), .. } = &self.part else { return None };
        match (fault, field) {
            (Fault::NoName, "name") => Some(self.here.t("keys-no-name")),
            (Fault::NoScope, "scope") => Some(self.here.t("keys-no-scope")),
            (Fault::TooMany, "all") => Some(self.here.t("keys-too-many")),
            _ => None,
        }
    }

    #[cfg(test)]
    pub fn samples(lang: crate::site::Lang) -> Vec<Self> {
        let subject = Id::parse(&format!("org-{}", "0".repeat(32))).unwrap();
        let person = crate::model::account::PersonId::new(uuid::Uuid::nil());
        let token = |used_at, expires_at| Token {
            id: "ab".into(),
            person: person.clone(),
            subject: subject.clone(),
            name: "Nightly <b>job</b>".into(),
            scopes: SCOPES.join(" "),
            created_at: 1,
            used_at,
            expires_at,
        };
        let form = |fault| Part::Form { name: "x".into(), chosen: vec!["webhooks".into()], days: 90, fault };
        let faults = [None, Some(Fault::NoName), Some(Fault::NoScope), Some(Fault::TooMany)].map(form);
        let lists = [Part::List(Vec::new()), Part::List(vec![token(0, 2 * DAY), token(DAY, DAY)])];
        let parts = lists.into_iter().chain(faults).chain([Part::Made("connector_0".into())]);
        let here = || crate::site::samples::here(lang, &format!("/manage/{subject}/keys"));
        parts
            .map(|part| Self { here: here(), me: Me::sample(), subject: subject.clone(), part, now: DAY + 1 })
            .collect()
    }
}

fn page(here: Here, app: &App, signed: &Signed, part: Part) -> Result<Response, PageError> {
    let (subject, now) = (signed.subject()?.clone(), app.clock.micros());
    respond(&KeysPage { here, me: signed.me(), subject, part, now }, CachePolicy::Never)
}

/// `GET /manage/{subject}/keys`
async fn list(here: Here, State(app): State<App>, signed: Signed) -> Result<Response, PageError> {
    let tokens = app.store.tokens(signed.subject()?).await?;
    page(here, &app, &signed, Part::List(tokens))
}

/// `GET /manage/{subject}/keys/new`
async fn new(here: Here, State(app): State<App>, signed: Signed) -> Result<Response, PageError> {
    let chosen = vec![SCOPES[0].to_owned()];
    page(here, &app, &signed, Part::Form { name: String::new(), chosen, days: DAYS[1], fault: None })
}

/// `POST /manage/{subject}/keys/new`
async fn make(here: Here, State(app): State<App>, signed: Signed, fields: Fields) -> Result<Response, PageError> {
    let name = text::clean(fields.get("name"), NAME);
    let scopes: Vec<&str> = SCOPES.into_iter().filter(|scope| fields.get(scope) == "yes").collect();
    let days = DAYS.into_iter().find(|days| days.to_string() == fields.get("days")).unwrap_or(DAYS[1]);
    let fault = match (name.is_empty(), scopes.is_empty()) {
        (true, _) => Fault::NoName,
        (_, true) => Fault::NoScope,
        _ => {
            let ends = app.clock.micros() + days * DAY;
            match app.store.issue_token(&signed.person.id, signed.subject()?, (&name, &scopes), ends).await {
                Ok(secret) => {
                    access::tell(&app, &signed, Access::KeyMade).await;
                    return page(here, &app, &signed, Part::Made(secret));
                }
                Err(StoreError::Refused(_)) => Fault::TooMany,
                Err(error) => return Err(error.into()),
            }
        }
    };
    let chosen = scopes.into_iter().map(str::to_owned).collect();
    let mut response = page(here, &app, &signed, Part::Form { name, chosen, days, fault: Some(fault) })?;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

/// `POST /manage/{subject}/keys/revoke`
async fn revoke(here: Here, State(app): State<App>, signed: Signed, fields: Fields) -> Result<Response, PageError> {
    let subject = signed.subject()?;
    if app.store.revoke_token(subject, fields.get("key"), &signed.as_owner()).await? {
        access::tell(&app, &signed, Access::KeyRevoked).await;
    }
    Ok(Redirect::to(&here.link(&format!("/manage/{subject}/keys"))).into_response())
}
