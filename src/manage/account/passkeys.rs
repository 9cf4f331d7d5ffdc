//! Adding a passkey, removing one, and stopping one that was added without another being shown.

use askama::Template;
use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use serde::Deserialize;
use url::form_urlencoded;

use super::{
    super::{
        ask::AskPage,
        sign_in::{
            passkey::{Failed, of, on},
            without,
        },
    },
    back,
    confirm::before,
};
use crate::{
    accounts::{
        Fields, Me, Signed,
        access::{MaybeSigned, ours},
        passkey::{self, Answer, NoPasskeys, Passkeys, Refused},
        recovery::{self, HOURS},
        session,
    },
    app::App,
    site::{CachePolicy, Here, PageError, respond},
};

/// What the page is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// There is none yet.
    First,
    /// There is none yet, and nothing else can be done without one.
    Needed,
    /// One more.
    More,
    /// The others are lost.
    Lost,
    /// To show one that is there.
    Confirm,
}

#[derive(Template)]
#[template(path = "manage/passkey.html")]
pub struct PasskeyPage {
    pub here: Here,
    pub me: Me,
    pub why: Why,
    pub next: String,
    pub none: Option<NoPasskeys>,
}

impl PasskeyPage {
    fn title(&self) -> String {
        match self.why {
            Why::First | Why::Needed => self.here.t("passkey-first-title"),
            Why::More => self.here.t("passkey-more-title"),
            Why::Lost => self.here.t("passkey-lost-title"),
            Why::Confirm => self.here.t("denied-confirm-title"),
        }
    }

    fn words(&self) -> Vec<String> {
        match self.why {
            Why::First => vec![self.here.t("passkey-what"), self.here.t("passkey-first-words")],
            Why::Needed => vec![self.here.t("passkey-needed-words"), self.here.t("passkey-what")],
            Why::More => vec![self.here.t("passkey-more-words")],
            Why::Lost => {
                let hours = HOURS.to_string();
                vec![self.here.t1("passkey-lost-words", "hours", hours), self.here.t("passkey-lost-told")]
            }
            Why::Confirm => vec![self.here.t("confirm-words")],
        }
    }

    fn without(&self) -> Option<String> {
        without(&self.here, self.none)
    }

    fn is_confirm(&self) -> bool {
        self.why == Why::Confirm
    }

    fn is_lost(&self) -> bool {
        self.why == Why::Lost
    }

    /// Address and words of the way around it, where there is one.
    fn around(&self) -> (String, String) {
        match self.why {
            Why::First => (self.next.clone(), self.here.t("passkey-later")),
            Why::Confirm => (self.here.link("/account/passkeys/new?lost=1"), self.here.t("passkey-lost-link")),
            Why::Needed | Why::More | Why::Lost => (self.here.link("/account"), self.here.t("account-back")),
        }
    }

    #[cfg(test)]
    pub fn samples(lang: crate::site::Lang) -> Vec<Self> {
        let new = |why, none| Self {
            here: crate::site::samples::here(lang, "/account/passkeys/new"),
            me: Me::sample(),
            why,
            next: crate::site::samples::here(lang, "/").link("/manage"),
            none,
        };
        let all = [Why::First, Why::Needed, Why::More, Why::Lost, Why::Confirm].map(|why| new(why, None));
        all.into_iter().chain([new(Why::First, Some(NoPasskeys::NotSecure))]).collect()
    }
}

/// `GET /account/passkeys/new`
pub async fn get(here: Here, State(app): State<App>, signed: Signed) -> Result<Response, PageError> {
    let has = !app.store.passkeys(&signed.person.id).await?.is_empty();
    let fresh = signed.is_fresh(app.clock.micros());
    let lost = here.asked("lost").is_some() && has && !fresh;
    if has && !fresh && !lost {
        return Ok(Redirect::to(&before(&here, "/account/passkeys/new")).into_response());
    }
    let why = match (has, lost) {
        (_, true) => Why::Lost,
        (true, false) => Why::More,
        (false, _) if signed.is_moderator() || here.asked("needed").is_some() => Why::Needed,
        (false, _) => Why::First,
    };
    let next = here.asked("next").and_then(|next| ours(&next).map(str::to_owned));
    let next = next.unwrap_or_else(|| here.link("/account"));
    let none = Passkeys::at(&app.config.public_url, "").err();
    respond(&PasskeyPage { me: signed.me(), here, why, next, none }, CachePolicy::Never)
}

/// What a browser says when it wants to add one.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wish {
    lost: bool,
}

/// `POST /account/passkeys/start`
pub async fn start(State(app): State<App>, signed: Signed, Json(wish): Json<Wish>) -> Result<Response, Failed> {
    let now = app.clock.micros();
    let own = passkey::own(&app.store, &signed.person.id).await.map_err(Refused::from)?;
    let fresh = signed.is_fresh(now);
    let from = recovery::counts_from(&signed.person, &signed.session, &own, fresh, wish.lost, now)?;
    Ok(Json(of(&app)?.start_adding(&app.store, &signed.person, from).await?).into_response())
}

/// `POST /account/passkeys/finish`
pub async fn finish(State(app): State<App>, signed: Signed, Json(answer): Json<Answer>) -> Result<Response, Failed> {
    let (id, counts_from) = of(&app)?.finish_adding(&app.store, &signed.person.id, &answer).await?;
    if counts_from > app.clock.micros() {
        recovery::announce(&app, &signed.person, &id).await.map_err(Refused::from)?;
        let account = recovery::for_person(&app, &signed.person).link("/account?done=waits");
        return Ok(on(&account));
    }
    recovery::tell(&app, &signed.person).await.map_err(Refused::from)?;
    // It was shown just now.
    let cookie = session::freshen(&app, &signed).await.map_err(Refused::from)?.ok_or(Refused::Expired)?;
    Ok(session::with(on(&answer.next), cookie))
}

/// `POST /account/passkeys/remove`: never the last one that counts.
pub async fn remove(here: Here, State(app): State<App>, signed: Signed, fields: Fields) -> Result<Response, PageError> {
    let (id, now) = (fields.get("id"), app.clock.micros());
    let own = passkey::own(&app.store, &signed.person.id).await?;
    if !own.iter().any(|one| one.id != id && one.counts_from <= now) {
        return Ok(back(&here, "last"));
    }
    app.store.remove_passkey(&signed.person.id, id).await?;
    Ok(back(&here, "removed"))
}

/// `GET /account/stop`
pub async fn get_stop(
    here: Here,
    State(app): State<App>,
    MaybeSigned(signed): MaybeSigned,
) -> Result<Response, PageError> {
    let secret = here.asked("t").unwrap_or_default();
    if !recovery::can_stop(&app.store, &secret).await? {
        return AskPage::gone(here).answer(StatusCode::GONE);
    }
    let page = AskPage {
        title: here.t("stop-title"),
        words: vec![here.t("stop-words")],
        form: Some((here.link("/account/stop"), here.t("stop-go"), secret)),
        other: None,
        csrf: signed.map(|signed| signed.csrf).unwrap_or_default(),
        here,
    };
    page.answer(StatusCode::OK)
}

/// `POST /account/stop`
pub async fn stop(here: Here, State(app): State<App>, fields: Fields) -> Result<Response, PageError> {
    if !recovery::stop(&app.store, fields.get("t")).await? {
        return AskPage::gone(here).answer(StatusCode::GONE);
    }
    let page = AskPage {
        title: here.t("stopped-title"),
        words: vec![here.t("stopped")],
        form: None,
        other: Some((here.link("/sign-in"), here.t("sign-in"))),
        csrf: String::new(),
        here,
    };
    page.answer(StatusCode::OK)
}

/// The page to add a first passkey, for whoever needs one to go on to a page.
pub fn needed(here: &Here, next: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("needed", "1").append_pair("next", next);
    format!("{}?{}", here.link("/account/passkeys/new"), query.finish())
}
