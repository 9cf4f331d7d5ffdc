//! Who may see a page or send a form: the one gate before every handler for people with an account.
//!
//! What holds: what is not allowed looks like what is not there; a form without the token of its session changes nothing; a
//! page for somebody who signed in is kept by nobody.

use std::sync::Arc;

use askama::Template;
use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{FromRequestParts, RawPathParams, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use sha2::{Digest, Sha256};
use url::form_urlencoded;

use super::cookie;
use crate::{
    app::App,
    model::{
        account::{Member, Person, Role, SiteRole},
        id::Id,
        listing::hex,
    },
    site::{CachePolicy, Here, PageError, is_ours, respond},
    store::Session,
};

/// How long after a passkey was shown a page that needs one may be opened, and its form sent, in microseconds: whoever opens
/// the form has ten minutes to fill it.
const FRESH_TO_OPEN: i64 = 5 * 60 * 1_000_000;
const FRESH_TO_SEND: i64 = 15 * 60 * 1_000_000;
/// The name of the field with the token.
pub const TOKEN: &str = "csrf";
/// Where the token must stand in a form with files: before them, within so many bytes.
const TOKEN_WITHIN: usize = 2_048;

/// Who is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Everybody.
    Anyone,
    /// Whoever signed in.
    SignedIn,
    /// Whoever has at least this role at the organization or app that `{subject}` of the path names.
    Member(Role),
    /// Moderators and administrators.
    Moderator,
    /// Administrators.
    Administrator,
}

/// What a page or form needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// Who may.
    pub who: Who,
    /// Only with a passkey shown just now: owners, doors, domains, keys.
    pub fresh: bool,
    /// The largest form, in bytes.
    pub largest: usize,
    /// May it be used while the organization is frozen?
    pub when_frozen: bool,
}

impl Need {
    /// Needs somebody, and no more.
    pub const fn of(who: Who) -> Self {
        Self { who, fresh: false, largest: 64 * 1024, when_frozen: false }
    }

    /// With a passkey shown just now.
    #[must_use]
    pub const fn fresh(self) -> Self {
        Self { fresh: true, ..self }
    }

    /// With forms of so many bytes.
    #[must_use]
    pub const fn largest(self, bytes: usize) -> Self {
        Self { largest: bytes, ..self }
    }

    /// Also while the organization is frozen.
    #[must_use]
    pub const fn when_frozen(self) -> Self {
        Self { when_frozen: true, ..self }
    }
}

/// Who signed in, and what they may do here.
#[derive(Debug, Clone)]
pub struct Signed {
    /// Who.
    pub person: Person,
    /// Their session.
    pub session: Session,
    /// Its secret.
    pub secret: String,
    /// The token that forms of this session carry.
    pub csrf: String,
    /// Their place at the organization or app of the path, where the page is about one.
    pub member: Option<Member>,
}

impl Signed {
    /// As the log of changes names them when they act for an organization.
    pub fn as_owner(&self) -> String {
        format!("owner:{}", self.person.id)
    }

    /// As the log names them when they act for the site.
    pub fn as_moderator(&self) -> String {
        format!("moderator:{}", self.person.id)
    }

    /// May they moderate?
    pub fn is_moderator(&self) -> bool {
        self.person.site_role >= SiteRole::Moderator
    }

    /// The organization or app of the path.
    pub fn subject(&self) -> Result<&Id, PageError> {
        self.member.as_ref().map(|member| &member.subject).ok_or(PageError::NotFound)
    }

    /// Was a passkey shown a short while ago?
    pub fn is_fresh(&self, now: i64) -> bool {
        now - self.session.fresh_at < FRESH_TO_SEND
    }
}

/// The token of a session: nobody who does not have the cookie can make it, and the cookie cannot be made from it.
pub fn token(secret: &str) -> String {
    hex(&Sha256::new().chain_update("form\0").chain_update(secret).finalize())[..40].to_owned()
}

impl FromRequestParts<App> for Signed {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, PageError> {
        let signed = parts.extensions.get::<Arc<Signed>>();
        signed
            .map(|signed| Signed::clone(signed))
            .ok_or_else(|| PageError::broken("a page", &"its row asks for nobody"))
    }
}

/// Whoever signed in, if anybody did.
pub struct MaybeSigned(pub Option<Signed>);

impl FromRequestParts<App> for MaybeSigned {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Self::Rejection> {
        Ok(Self(parts.extensions.get::<Arc<Signed>>().map(|signed| Signed::clone(signed))))
    }
}

/// Why somebody is not let in, in the words of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denied {
    /// They must sign in first (401).
    SignIn,
    /// The form came from another site, or its token is not that of the session (403).
    Foreign,
    /// A passkey must be shown first (403).
    Confirm,
    /// Nobody may edit this for now (409).
    Frozen,
    /// The form is too large (413).
    TooLarge,
}

impl Denied {
    const fn status(self) -> StatusCode {
        match self {
            Self::SignIn => StatusCode::UNAUTHORIZED,
            Self::Foreign | Self::Confirm => StatusCode::FORBIDDEN,
            Self::Frozen => StatusCode::CONFLICT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        }
    }
}

/// The page that says why, and how to go on.
#[derive(Template)]
#[template(path = "manage/denied.html")]
pub struct DeniedPage {
    here: Here,
    why: Denied,
}

impl DeniedPage {
    fn title(&self) -> String {
        match self.why {
            Denied::SignIn => self.here.t("denied-sign-in-title"),
            Denied::Foreign => self.here.t("denied-foreign-title"),
            Denied::Confirm => self.here.t("denied-confirm-title"),
            Denied::Frozen => self.here.t("denied-frozen-title"),
            Denied::TooLarge => self.here.t("denied-too-large-title"),
        }
    }

    fn words(&self) -> String {
        match self.why {
            Denied::SignIn => self.here.t("denied-sign-in"),
            Denied::Foreign => self.here.t("denied-foreign"),
            Denied::Confirm => self.here.t("denied-confirm"),
            Denied::Frozen => self.here.t("denied-frozen"),
            Denied::TooLarge => self.here.t("denied-too-large"),
        }
    }

    /// Where to go on, and the words for it.
    fn way(&self) -> (String, String) {
        match self.why {
            Denied::SignIn => (self.here.link("/sign-in"), self.here.t("sign-in")),
            Denied::Confirm => (self.here.link("/account/confirm"), self.here.t("denied-confirm-go")),
            Denied::Foreign | Denied::Frozen | Denied::TooLarge => {
                (self.here.link("/manage"), self.here.t("denied-back"))
            }
        }
    }

    fn answer(here: Here, why: Denied) -> Response {
        match respond(&Self { here, why }, CachePolicy::Never) {
            Ok(mut response) => {
                *response.status_mut() = why.status();
                response
            }
            Err(error) => error.into_response(),
        }
    }

    /// One of each.
    #[cfg(test)]
    pub fn samples(lang: crate::site::Lang) -> Vec<Self> {
        [Denied::SignIn, Denied::Foreign, Denied::Confirm, Denied::Frozen, Denied::TooLarge]
            .map(|why| Self { here: crate::site::samples::here(lang, "/manage"), why })
            .into()
    }
}

/// Middleware of one row: lets through whoever has what it needs.
pub async fn guard(State((app, need)): State<(App, Need)>, request: Request, next: Next) -> Response {
    let here = Here::new(request.uri(), app.config.clone());
    let vary = |mut response: Response| {
        let headers = response.headers_mut();
        headers.append(header::VARY, HeaderValue::from_static("Cookie"));
        // Whatever a handler says, nobody keeps it.
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
        response
    };
    match admit(&app, need, &here, request).await {
        Ok(request) => vary(next.run(request).await),
        Err(response) => vary(*response),
    }
}

async fn admit(app: &App, need: Need, here: &Here, request: Request) -> Result<Request, Box<Response>> {
    let (mut parts, body) = request.into_parts();
    let sends = !matches!(parts.method, Method::GET | Method::HEAD);
    let deny = |why| Err(Box::new(DeniedPage::answer(here.clone(), why)));
    let broken = |error: crate::store::StoreError| Box::new(PageError::from(error).into_response());
    if sends && !is_ours(&parts.headers, &app.config.public_url) {
        return deny(Denied::Foreign);
    }
    let mut signed = who(app, &parts.headers).await.map_err(broken)?;
    if need.who != Who::Anyone && signed.is_none() {
        return if sends { deny(Denied::SignIn) } else { Err(Box::new(go_and(here, "/sign-in", &parts))) };
    }
    if let Some(signed) = &mut signed {
        if !may(app, need.who, signed, &mut parts).await.map_err(broken)? {
            return Err(Box::new(PageError::NotFound.into_response()));
        }
        let now = app.clock.micros();
        let patience = if sends { FRESH_TO_SEND } else { FRESH_TO_OPEN };
        if need.fresh && now - signed.session.fresh_at >= patience {
            return if sends { deny(Denied::Confirm) } else { Err(Box::new(go_and(here, "/account/confirm", &parts))) };
        }
        if let Some(member) = signed.member.as_ref().filter(|_| sends && !need.when_frozen)
            && app.store.frozen(&member.subject).await.map_err(broken)?.is_some()
        {
            return deny(Denied::Frozen);
        }
    }
    let mut body = body;
    if sends {
        let Ok(whole) = to_bytes(body, need.largest).await else { return deny(Denied::TooLarge) };
        // Without a session there is nothing that another site could do in somebody's name.
        if signed.as_ref().is_some_and(|signed| !carries(&parts.headers, &whole, &signed.csrf)) {
            return deny(Denied::Foreign);
        }
        body = Body::from(whole);
    }
    if let Some(signed) = signed {
        parts.extensions.insert(Arc::new(signed));
    }
    Ok(Request::from_parts(parts, body))
}

/// Whose session the cookie is of.
async fn who(app: &App, headers: &HeaderMap) -> Result<Option<Signed>, crate::store::StoreError> {
    let Some(secret) = cookie::secret(headers) else { return Ok(None) };
    let Some((session, person)) = app.store.session(&secret).await? else { return Ok(None) };
    Ok(Some(Signed { csrf: token(&secret), person, session, secret, member: None }))
}

/// May they? Fills in their place where the page is about an organization or app.
async fn may(app: &App, who: Who, signed: &mut Signed, parts: &mut Parts) -> Result<bool, crate::store::StoreError> {
    Ok(match who {
        Who::Anyone | Who::SignedIn => true,
        Who::Moderator => signed.is_moderator(),
        Who::Administrator => signed.person.site_role == SiteRole::Administrator,
        Who::Member(least) => {
            let Ok(path) = RawPathParams::from_request_parts(parts, app).await else { return Ok(false) };
            let subject = path.iter().find(|(name, _)| *name == "subject").and_then(|(_, id)| Id::parse(id));
            let Some(subject) = subject else { return Ok(false) };
            signed.member = app.store.member(&subject, &signed.person.id).await?;
            signed.member.as_ref().is_some_and(|member| member.role >= least)
        }
    })
}

/// To another page first, and then back to this one.
fn go_and(here: &Here, to: &str, parts: &Parts) -> Response {
    let back = parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default();
    let next = form_urlencoded::Serializer::new(String::new()).append_pair("next", &back).finish();
    Redirect::to(&format!("{}?{next}", here.link(to))).into_response()
}

/// A page of ours to go to next, as it came in an address or a form; nothing that leads anywhere else.
pub fn ours(next: &str) -> Option<&str> {
    let path = next.strip_prefix('/')?;
    let plain = !path.starts_with(['/', '\\']) && !next.contains(['\\', '\r', '\n', '\t']) && next.len() < 500;
    plain.then_some(next)
}

/// Does a form carry this token? In a header, a field, or the first part of a form with files.
fn carries(headers: &HeaderMap, body: &Bytes, token: &str) -> bool {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !header("x-csrf-token").is_empty() {
        return same(header("x-csrf-token"), token);
    }
    let kind = header("content-type");
    if kind.starts_with("application/x-www-form-urlencoded") {
        let mut fields = form_urlencoded::parse(body);
        return fields.find(|(name, _)| name == TOKEN).is_some_and(|(_, value)| same(&value, token));
    }
    if kind.starts_with("multipart/form-data") {
        let head = String::from_utf8_lossy(&body[..body.len().min(TOKEN_WITHIN)]);
        let field = format!("name=\"{TOKEN}\"\r\n\r\n");
        let value = head.split_once(&field).and_then(|(_, rest)| rest.split("\r\n").next());
        return value.is_some_and(|value| same(value, token));
    }
    false
}

/// Are two texts the same? Takes as long whatever the first difference is.
pub fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |all, (a, b)| all | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_ours_come_next() {
        for good in ["/manage", "/es/manage/org-1?x=1", "/"] {
            assert_eq!(ours(good), Some(good));
        }
        for wrong in ["", "manage", "//evil.example", "/\\evil.example", "https://evil.example", "/a\r\nb", "\\/evil"] {
            assert_eq!(ours(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_token_is_found_where_forms_carry_it_and_nowhere_else() {
        let kind = |kind: &str| HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_str(kind).unwrap())]);
        let form = kind("application/x-www-form-urlencoded");
        assert!(carries(&form, &Bytes::from("a=1&csrf=abc"), "abc"));
        assert!(!carries(&form, &Bytes::from("a=csrf%3Dabc"), "abc"));
        assert!(!carries(&form, &Bytes::from("csrf=abd&csrf=abc"), "abc"), "the first one counts");
        let files = kind("multipart/form-data; boundary=x");
        let part = "--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\nabc\r\n--x--";
        assert!(carries(&files, &Bytes::from(part), "abc"));
        assert!(!carries(&files, &Bytes::from(part), "abcd"));
        assert!(!carries(&kind("text/plain"), &Bytes::from("csrf=abc"), "abc"));
        assert!(!carries(&kind("application/json"), &Bytes::from("{\"csrf\":\"abc\"}"), "abc"));
        let header =
            HeaderMap::from_iter([(header::HeaderName::from_static("x-csrf-token"), HeaderValue::from_static("abc"))]);
        assert!(carries(&header, &Bytes::new(), "abc"));
    }

    #[test]
    fn tokens_differ_by_session_and_tell_nothing_of_it() {
        let (a, b) = (token("aa"), token("ab"));
        assert_ne!(a, b);
        assert!(!a.contains("aa"));
    }
}
