//! `/sign-in/oidc` and `/account/oidc`: signing in by the operator's provider of OpenID Connect, and tying an account to who
//! somebody is there.
//!
//! What holds: nobody gets into an account that is there already because a provider names its e-mail address. The way back
//! is a GET by the standard, and the one that changes something: it is bound to its state and to the browser's cookie.

use std::{net::IpAddr, sync::Arc};

use askama::Template;
use axum::{
    Extension,
    extract::{Query, State, rejection::QueryRejection},
    handler::Handler as _,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
};

use crate::{
    accounts::{
        Fields, Me, Need, Page, Signed, Visit, Who,
        access::{MaybeSigned, ours},
        cookie,
        oidc::{self, Answer, COOKIE, OidcError, Provider, Returned, SECONDS},
        session,
    },
    app::App,
    clock::moment,
    site::{CachePolicy, Here, Lang, Lately, PageError, respond},
    store::{Arrival, Tied},
};

/// How long is remembered what came from whom, in minutes, and how many ways one household may begin in that time.
const LATELY: i64 = 10;
const WAYS: u32 = 20;

/// What the pages share.
struct Desk {
    provider: Provider,
    ways: Lately<Option<IpAddr>>,
}

/// The rows of these pages.
pub fn pages() -> Vec<Page> {
    let desk = Arc::new(Desk { provider: Provider::default(), ways: Lately::new(LATELY) });
    let desk = Extension(desk);
    let (anyone, signed_in) = (Need::of(Who::Anyone), Need::of(Who::SignedIn));
    vec![
        Page::get("/sign-in/oidc", anyone, get),
        Page::post("/sign-in/oidc", anyone, begin.layer(desk.clone())),
        Page::get(oidc::BACK, anyone, back.layer(desk.clone())).without_language(),
        Page::get("/account/oidc", signed_in, get_ties),
        Page::post("/account/oidc", signed_in.fresh(), tie.layer(desk)),
        Page::post("/account/oidc/remove", signed_in.fresh(), untie),
    ]
}

/// What the page says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    /// Nothing yet.
    Start,
    /// The browser is on its way there.
    Going,
    /// The way is over: used, too old, or another browser's.
    Over,
    /// The provider did not let them in.
    Denied,
    /// The provider cannot be used.
    Broken,
    /// The provider vouches for no e-mail address, and there is no account for who they are.
    NoEmail,
    /// There is an account with this e-mail address.
    EmailKnown,
    /// They are tied to another account.
    Another,
    /// Too many ways from one place.
    TooOften,
}

impl Told {
    const WHY: [Self; 6] = [Self::Over, Self::Denied, Self::Broken, Self::NoEmail, Self::EmailKnown, Self::Another];

    fn code(self) -> &'static str {
        match self {
            Self::Start | Self::Going | Self::TooOften => "",
            Self::Over => "over",
            Self::Denied => "denied",
            Self::Broken => "broken",
            Self::NoEmail => "no-email",
            Self::EmailKnown => "email-known",
            Self::Another => "another",
        }
    }
}

#[derive(Template)]
#[template(path = "manage/oidc.html")]
pub struct OidcPage {
    here: Here,
    told: Told,
    /// Where the browser goes, while it is going.
    to: String,
    next: String,
}

impl OidcPage {
    fn name(&self) -> &str {
        self.here.config().accounts.oidc.as_ref().map(|provider| provider.name.as_str()).unwrap_or_default()
    }

    fn title(&self) -> String {
        match self.told {
            Told::Start => self.here.t1("oidc-title", "name", self.name()),
            Told::Going => self.here.t1("oidc-going-title", "name", self.name()),
            _ => self.here.t("oidc-not-title"),
        }
    }

    fn words(&self) -> String {
        match self.told {
            Told::Start => self.here.t1("oidc-start", "name", self.name()),
            Told::Going => self.here.t1("oidc-going", "name", self.name()),
            Told::Over => self.here.t("oidc-over"),
            Told::Denied => self.here.t1("oidc-denied", "name", self.name()),
            Told::Broken => self.here.t1("oidc-broken", "name", self.name()),
            Told::NoEmail => self.here.t1("oidc-no-email", "name", self.name()),
            Told::EmailKnown => self.here.t("oidc-email-known"),
            Told::Another => self.here.t1("oidc-another", "name", self.name()),
            Told::TooOften => self.here.t1("oidc-too-often", "minutes", LATELY.to_string()),
        }
    }

    fn is_going(&self) -> bool {
        self.told == Told::Going
    }

    #[cfg(test)]
    pub fn samples(lang: Lang) -> Vec<Self> {
        let all = [Told::Start, Told::Going, Told::TooOften].into_iter().chain(Told::WHY);
        all.map(|told| Self {
            here: crate::site::samples::here(lang, "/sign-in/oidc"),
            told,
            to: "https://id.example.org/auth?state=1".into(),
            next: "/manage".into(),
        })
        .collect()
    }
}

/// `GET /sign-in/oidc`
async fn get(here: Here) -> Result<Response, PageError> {
    if here.config().accounts.oidc.is_none() {
        return Err(PageError::NotFound);
    }
    let why = here.asked("why").unwrap_or_default();
    let told = Told::WHY.into_iter().find(|told| told.code() == why).unwrap_or(Told::Start);
    let next = here.asked("next").unwrap_or_default();
    respond(&OidcPage { here, told, to: String::new(), next }, CachePolicy::Never)
}

/// `POST /sign-in/oidc`
async fn begin(
    here: Here,
    State(app): State<App>,
    Extension(desk): Extension<Arc<Desk>>,
    visit: Visit,
    fields: Fields,
) -> Result<Response, PageError> {
    let next = ours(fields.get("next")).unwrap_or_default().to_owned();
    if desk.ways.again(visit.household, app.clock.micros()).is_none_or(|times| times > WAYS) {
        let page = OidcPage { here, told: Told::TooOften, to: String::new(), next };
        let mut response = respond(&page, CachePolicy::Never)?;
        *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
        return Ok(response);
    }
    let begun = oidc::begin(&app, &desk.provider, (&next, here.lang.code()), None).await;
    go(here, next, begun)
}

/// `POST /account/oidc`
async fn tie(
    here: Here,
    State(app): State<App>,
    Extension(desk): Extension<Arc<Desk>>,
    signed: Signed,
) -> Result<Response, PageError> {
    let next = here.link("/account/oidc");
    let begun = oidc::begin(&app, &desk.provider, (&next, here.lang.code()), Some(signed.person.id)).await;
    go(here, next, begun)
}

/// To the provider. Not by a redirect: that would be where a form leads, and forms of ours lead to us alone.
fn go(here: Here, next: String, begun: Result<oidc::Begun, OidcError>) -> Result<Response, PageError> {
    let begun = match begun {
        Ok(begun) => begun,
        Err(why) => return away(here.lang, why),
    };
    let refresh = HeaderValue::from_str(&format!("0; url={}", begun.to));
    let refresh = refresh.map_err(|why| PageError::broken("the provider's address", &why))?;
    let page = OidcPage { here, told: Told::Going, to: begun.to, next };
    let mut response = respond(&page, CachePolicy::Never)?;
    response.headers_mut().insert(header::REFRESH, refresh);
    Ok(session::with(response, cookie::set_of(COOKIE, &begun.browser, SECONDS)))
}

/// `GET /sign-in/oidc/back`
async fn back(
    State(app): State<App>,
    Extension(desk): Extension<Arc<Desk>>,
    MaybeSigned(signed): MaybeSigned,
    visit: Visit,
    headers: HeaderMap,
    answer: Result<Query<Answer>, QueryRejection>,
) -> Result<Response, PageError> {
    let browser = cookie::secret_of(COOKIE, &headers);
    let answer = answer.map(|Query(answer)| answer).unwrap_or_default();
    let response = match oidc::finish(&app, &desk.provider, answer, browser.as_deref()).await {
        Ok(returned) => settle(&app, signed, &visit, returned).await?,
        Err(why) => away(Lang::En, why)?,
    };
    Ok(session::with(response, cookie::set_of(COOKIE, "", 0)))
}

/// Lets somebody in who came back, or ties the two.
async fn settle(app: &App, signed: Option<Signed>, visit: &Visit, back: Returned) -> Result<Response, PageError> {
    let lang = Lang::ALL.into_iter().find(|lang| lang.code() == back.lang).unwrap_or(Lang::En);
    let (issuer, subject) = (back.identity.issuer.as_str(), back.identity.subject.as_str());
    if let Some(person) = back.tie {
        // Only whoever began it, still signed in, in this browser.
        if signed.is_none_or(|signed| signed.person.id != person) {
            return Ok(because(lang, Told::Over));
        }
        let tied = app.store.tie_identity(&person, issuer, subject).await?;
        return Ok(if tied { to(&back.next) } else { because(lang, Told::Another) });
    }
    let email = back.identity.email.as_deref();
    let arrival = match app.store.person_by_identity(issuer, subject).await? {
        Some(person) => Arrival::Known(person),
        None => match email {
            Some(email) => app.store.arrive((issuer, subject), email, lang.code()).await?,
            None => return Ok(because(lang, Told::NoEmail)),
        },
    };
    let (Arrival::Known(person) | Arrival::New(person)) = arrival else {
        return Ok(because(lang, Told::EmailKnown));
    };
    let cookie = session::open(app, &person.id, "oidc", &visit.device, false, signed.as_ref()).await?;
    let home = Here::at(lang, "/", app.config.clone()).link("/manage");
    let next = ours(&back.next).unwrap_or(&home);
    Ok(session::with(to(next), cookie))
}

fn to(address: &str) -> Response {
    Redirect::to(address).into_response()
}

/// To the page that says why not.
fn because(lang: Lang, why: Told) -> Response {
    to(&format!("{}/sign-in/oidc?why={}", lang.prefix(), why.code()))
}

fn away(lang: Lang, why: OidcError) -> Result<Response, PageError> {
    Ok(match why {
        OidcError::None => return Err(PageError::NotFound),
        OidcError::Store(why) => return Err(why.into()),
        OidcError::Over => because(lang, Told::Over),
        OidcError::Denied(_) => because(lang, Told::Denied),
        OidcError::Provider(_) | OidcError::Unproved(_) => {
            tracing::warn!("nobody can sign in by OpenID Connect: {why}");
            because(lang, Told::Broken)
        }
    })
}

#[derive(Template)]
#[template(path = "manage/oidc-ties.html")]
pub struct TiesPage {
    here: Here,
    me: Me,
    ties: Vec<Tied>,
}

impl TiesPage {
    fn name(&self) -> &str {
        self.here.config().accounts.oidc.as_ref().map(|provider| provider.name.as_str()).unwrap_or_default()
    }

    fn since(&self, tied: &Tied) -> String {
        let day = moment(tied.since).to_zoned(jiff::tz::TimeZone::UTC).date();
        self.here.t1("oidc-tied-since", "date", self.here.date(day))
    }

    fn has_provider(&self) -> bool {
        self.here.config().accounts.oidc.is_some()
    }

    #[cfg(test)]
    pub fn samples(lang: Lang) -> Vec<Self> {
        let tied = Tied { issuer: "https://id.example.org".into(), subject: "ana".into(), since: 1 };
        let new = |ties| Self { here: crate::site::samples::here(lang, "/account/oidc"), me: Me::sample(), ties };
        vec![new(Vec::new()), new(vec![tied])]
    }
}

/// `GET /account/oidc`
async fn get_ties(here: Here, State(app): State<App>, signed: Signed) -> Result<Response, PageError> {
    let ties = app.store.identities(&signed.person.id).await?;
    if ties.is_empty() && here.config().accounts.oidc.is_none() {
        return Err(PageError::NotFound);
    }
    respond(&TiesPage { here, me: signed.me(), ties }, CachePolicy::Never)
}

/// `POST /account/oidc/remove`
async fn untie(here: Here, State(app): State<App>, signed: Signed, fields: Fields) -> Result<Response, PageError> {
    app.store.untie_identity(&signed.person.id, fields.get("issuer"), fields.get("subject")).await?;
    Ok(to(&here.link("/account/oidc")))
}

#[cfg(test)]
mod provider;
#[cfg(test)]
mod tests;
