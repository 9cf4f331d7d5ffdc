//! `/account`: how somebody is called, where mails go, their passkeys, where they are signed in.
//!
//! What holds: what somebody with their mailbox alone must not do (another address, a passkey less, no account any more)
//! needs a passkey shown just now; what was done is told by mail, to the old address too.

mod close;
mod confirm;
mod email;
pub mod passkeys;
#[cfg(test)]
mod tests;

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse as _, Redirect, Response},
};
use jiff::tz::TimeZone;

use crate::{
    accounts::{
        Fields, Me, Need, Page, Signed, Who,
        passkey::{self, NoPasskeys, Own, Passkeys},
    },
    app::App,
    clock::moment,
    model::account::Person,
    site::{CachePolicy, Here, Lang, PageError, respond},
    store::Session,
};

/// The longest name, in characters.
const LONGEST_NAME: usize = 80;

/// The rows of this page.
pub fn pages() -> Vec<Page> {
    let (own, fresh) = (Need::of(Who::SignedIn), Need::of(Who::SignedIn).fresh());
    vec![
        Page::get("/account", own, get),
        Page::post("/account/name", own, name),
        Page::post("/account/sessions/end", own, end),
        Page::post("/account/email", fresh, email::ask),
        Page::get("/account/email/confirm", own, email::get),
        Page::post("/account/email/confirm", own, email::post),
        Page::get("/account/passkeys/new", own, passkeys::get),
        Page::post("/account/passkeys/start", own, passkeys::start).without_language(),
        Page::post("/account/passkeys/finish", own, passkeys::finish).without_language(),
        Page::post("/account/passkeys/remove", fresh, passkeys::remove),
        Page::get("/account/stop", Need::of(Who::Anyone), passkeys::get_stop),
        Page::post("/account/stop", Need::of(Who::Anyone), passkeys::stop),
        Page::get("/account/confirm", own, confirm::get),
        Page::post("/account/confirm/start", own, confirm::start).without_language(),
        Page::post("/account/confirm/finish", own, confirm::finish).without_language(),
        Page::get("/account/close", own, close::get),
        Page::post("/account/close", own, close::post),
    ]
}

/// What was done, or not, as the page says it when it comes back.
const DONE: [&str; 8] = ["name", "email", "email-changed", "no-email", "waits", "removed", "last", "ended"];

#[derive(Template)]
#[template(path = "manage/account.html")]
pub struct AccountPage {
    here: Here,
    me: Me,
    person: Person,
    passkeys: Vec<Own>,
    sessions: Vec<Session>,
    /// The session of this browser.
    current: String,
    done: Option<&'static str>,
    none: Option<NoPasskeys>,
    now: i64,
}

impl AccountPage {
    /// What was done, in words.
    fn said(&self) -> Option<String> {
        let words = match self.done? {
            "name" => self.here.t("account-done-name"),
            "email" => self.here.t("account-done-email"),
            "email-changed" => self.here.t("account-done-email-changed"),
            "no-email" => self.here.t("sign-in-no-email"),
            "waits" => self.here.t("account-done-waits"),
            "removed" => self.here.t("account-done-removed"),
            "last" => self.here.t("account-done-last"),
            _ => self.here.t("account-done-ended"),
        };
        Some(words)
    }

    /// Was it not done?
    fn is_fault(&self) -> bool {
        matches!(self.done, Some("no-email" | "last"))
    }

    fn languages(&self) -> Vec<(&'static str, String, bool)> {
        let one = |lang: Lang| (lang.code(), lang.t("language-name"), lang.code() == self.person.lang);
        Lang::ALL.into_iter().map(one).collect()
    }

    fn day(&self, micros: &i64) -> String {
        day(&self.here, *micros)
    }

    fn passkey_name<'a>(&'a self, own: &'a Own) -> std::borrow::Cow<'a, str> {
        if own.name.is_empty() { self.here.t("passkey-unnamed").into() } else { own.name.as_str().into() }
    }

    /// When it begins to count, while it does not.
    fn waits(&self, own: &Own) -> Option<String> {
        (own.counts_from > self.now)
            .then(|| self.here.t1("account-passkey-waits", "time", time(&self.here, own.counts_from)))
    }

    fn used(&self, own: &Own) -> String {
        match own.used_at {
            0 => self.here.t("account-passkey-unused"),
            at => self.here.t1("account-passkey-used", "day", day(&self.here, at)),
        }
    }

    fn device(&self, session: &Session) -> String {
        if session.device.is_empty() { self.here.t("account-device-unknown") } else { session.device.clone() }
    }

    fn is_current(&self, session: &Session) -> bool {
        session.id == self.current
    }

    fn without(&self) -> Option<String> {
        super::sign_in::without(&self.here, self.none)
    }

    #[cfg(test)]
    pub fn samples(lang: Lang) -> Vec<Self> {
        use crate::model::account::{PersonId, SiteRole};
        let id = PersonId::new(uuid::Uuid::from_u128(7));
        let session = |id: &str, person: &PersonId| Session {
            id: id.into(),
            person: person.clone(),
            how: "link".into(),
            device: if id == "a" { "Firefox, Windows".into() } else { String::new() },
            created_at: 1,
            seen_at: 1,
            expires_at: 2,
            fresh_at: 0,
        };
        let own = |id: &str, name: &str, used_at: i64, counts_from: i64| Own {
            id: id.into(),
            name: name.into(),
            created_at: 1,
            used_at,
            counts_from,
        };
        let new = |done, passkeys, none| Self {
            here: crate::site::samples::here(lang, "/account"),
            me: Me::sample(),
            person: Person {
                id: id.clone(),
                email: "a@example.org".into(),
                name: String::new(),
                lang: "es".into(),
                site_role: SiteRole::None,
                created_at: 1,
            },
            passkeys,
            sessions: vec![session("a", &id), session("b", &id)],
            current: "a".into(),
            done,
            none,
            now: 5,
        };
        let mut all = vec![
            new(None, vec![own("aa", "<b>", 0, 0), own("ab", "", 3, 9)], None),
            new(None, Vec::new(), Some(NoPasskeys::Number)),
        ];
        all.extend(DONE.map(|done| new(Some(done), Vec::new(), None)));
        all
    }
}

/// A day in words.
fn day(here: &Here, micros: i64) -> String {
    here.date(moment(micros).to_zoned(TimeZone::UTC).date())
}

/// A moment in words, to the minute.
fn time(here: &Here, micros: i64) -> String {
    let at = moment(micros).to_zoned(TimeZone::UTC);
    format!("{}, {:02}:{:02} UTC", here.date(at.date()), at.hour(), at.minute())
}

/// Back to the page, which says what was done.
fn back(here: &Here, done: &str) -> Response {
    Redirect::to(&format!("{}?done={done}", here.link("/account"))).into_response()
}

/// `GET /account`
async fn get(here: Here, State(app): State<App>, signed: Signed) -> Result<Response, PageError> {
    let asked = here.asked("done");
    let page = AccountPage {
        done: DONE.into_iter().find(|word| Some(*word) == asked.as_deref()),
        passkeys: passkey::own(&app.store, &signed.person.id).await?,
        sessions: app.store.sessions_of(&signed.person.id).await?,
        current: signed.session.id.clone(),
        none: Passkeys::at(&app.config.public_url, "").err(),
        now: app.clock.micros(),
        me: signed.me(),
        person: signed.person,
        here,
    };
    respond(&page, CachePolicy::Never)
}

/// `POST /account/name`
async fn name(here: Here, State(app): State<App>, signed: Signed, fields: Fields) -> Result<Response, PageError> {
    let name: String = fields.get("name").chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect();
    let known = Lang::ALL.into_iter().find(|lang| lang.code() == fields.get("lang"));
    let lang = known.map_or(signed.person.lang.clone(), |lang| lang.code().to_owned());
    app.store.rename_person(&signed.person.id, &name, &lang).await?;
    Ok(back(&here, "name"))
}

/// `POST /account/sessions/end`: one by its name, or all the others.
async fn end(here: Here, State(app): State<App>, signed: Signed, fields: Fields) -> Result<Response, PageError> {
    let current = Some(signed.session.id.as_str());
    let one = Some(fields.get("id")).filter(|id| !id.is_empty());
    app.store.end_session(&signed.person.id, one, current).await?;
    Ok(back(&here, "ended"))
}
