//! Signing in by a provider of OpenID Connect that the operator chose: the way there, and back.
//!
//! Flows in: somebody who wants to sign in, or who signed in and wants to tie the two; then what the provider sends back
//! with their browser. Flows out: who they are there, proved by a signed token. What holds: one way is walked once, within
//! minutes, by the browser that began it (state and cookie), and what comes back was made for it (nonce, PKCE); the provider
//! is asked through the guarded client alone; keys that are shared, and tokens without a signature, prove nothing.

mod provider;

use openidconnect::{
    AuthorizationCode, CsrfToken, Nonce, PkceCodeChallenge, PkceCodeVerifier, Scope, core::CoreAuthenticationFlow,
};
use serde::{Deserialize, Serialize};

pub use self::provider::Provider;
use super::access::same;
use crate::{
    app::App,
    model::account::PersonId,
    store::{StoreError, hash_of, new_secret},
};

/// The cookie by which the browser is known that began a way.
pub const COOKIE: &str = "__Host-oidc";
/// How long a way may take, in seconds.
pub const SECONDS: i64 = 10 * 60;
/// Where the provider sends people back to.
pub const BACK: &str = "/sign-in/oidc/back";
const PURPOSE: &str = "oidc";

/// Why somebody did not get in by the provider.
#[derive(Debug, thiserror::Error)]
pub enum OidcError {
    /// The operator has set none.
    #[error("no provider is set")]
    None,
    /// It cannot be reached, or does not speak as it should.
    #[error("the provider of OpenID Connect cannot be used: {0}")]
    Provider(String),
    /// The way was walked already, took too long, or another browser began it.
    #[error("not a way that this browser began, or not any more")]
    Over,
    /// The provider says no, or the person did.
    #[error("the provider did not let them in: {0}")]
    Denied(String),
    /// What it sent back proves nothing.
    #[error("the provider's token proves nothing: {0}")]
    Unproved(String),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A way that begins.
#[derive(Debug)]
pub struct Begun {
    /// Where the browser goes.
    pub to: String,
    /// What its cookie holds.
    pub browser: String,
}

/// What is remembered of a way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Ticket {
    nonce: String,
    verifier: String,
    /// Of the secret in the browser's cookie.
    browser: String,
    next: String,
    lang: String,
    /// Who signed in already and ties the two.
    tie: Option<PersonId>,
}

/// Who somebody is at the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The provider.
    pub issuer: String,
    /// Who they are there, for ever.
    pub subject: String,
    /// Their e-mail address, when the provider says that it checked it.
    pub email: Option<String>,
}

/// Somebody who came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returned {
    /// Who they are there.
    pub identity: Identity,
    /// Which page they wanted; empty for none.
    pub next: String,
    /// The language they began in.
    pub lang: String,
    /// Who signed in already and ties the two.
    pub tie: Option<PersonId>,
}

/// What the provider sends back with the browser.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Answer {
    code: String,
    state: String,
    error: String,
    iss: Option<String>,
}

/// Begins a way to the provider.
pub async fn begin(
    app: &App,
    provider: &Provider,
    (next, lang): (&str, &str),
    tie: Option<PersonId>,
) -> Result<Begun, OidcError> {
    let settings = app.config.accounts.oidc.as_ref().ok_or(OidcError::None)?;
    let client = provider.client(app, settings, false).await?;
    let (browser, verifier, nonce) = (new_secret(), new_secret(), new_secret());
    let challenge = PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(verifier.clone()));
    let ticket = Ticket {
        nonce: nonce.clone(),
        verifier,
        browser: hash_of(&browser),
        next: next.to_owned(),
        lang: lang.to_owned(),
        tie,
    };
    let body = serde_json::to_string(&ticket).map_err(|why| OidcError::Provider(why.to_string()))?;
    let state = app.store.issue_ticket(PURPOSE, "", &body, SECONDS * 1_000_000).await?;
    let flow = CoreAuthenticationFlow::AuthorizationCode;
    let (to, _, _) = client
        .authorize_url(flow, move || CsrfToken::new(state), move || Nonce::new(nonce))
        .add_scope(Scope::new("email".into()))
        .set_pkce_challenge(challenge)
        .url();
    Ok(Begun { to: to.into(), browser })
}

/// Ends it: who they are, when everything fits.
pub async fn finish(
    app: &App,
    provider: &Provider,
    answer: Answer,
    browser: Option<&str>,
) -> Result<Returned, OidcError> {
    let settings = app.config.accounts.oidc.as_ref().ok_or(OidcError::None)?;
    let (_, body) = app.store.use_ticket(PURPOSE, &answer.state).await?.ok_or(OidcError::Over)?;
    let ticket: Ticket = serde_json::from_str(&body).map_err(|_| OidcError::Over)?;
    if !browser.is_some_and(|secret| same(&hash_of(secret), &ticket.browser)) {
        return Err(OidcError::Over);
    }
    // RFC 9207: the answer of another provider is none.
    if answer.iss.is_some_and(|issuer| issuer != settings.issuer) {
        return Err(OidcError::Unproved("it names another issuer".into()));
    }
    if !answer.error.is_empty() || answer.code.is_empty() {
        return Err(OidcError::Denied(answer.error.chars().filter(char::is_ascii_graphic).take(60).collect()));
    }
    let code = AuthorizationCode::new(answer.code);
    let verifier = PkceCodeVerifier::new(ticket.verifier);
    let identity = provider.identity(app, settings, (code, verifier), &Nonce::new(ticket.nonce)).await?;
    Ok(Returned { identity, next: ticket.next, lang: ticket.lang, tie: ticket.tie })
}
