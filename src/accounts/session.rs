//! Beginning a session, going on with it under a new secret, ending it.
//!
//! What holds: every sign-in and every step-up makes a new secret, so that nobody can give somebody else a session to use.

use axum::{
    http::{HeaderValue, header},
    response::Response,
};

use super::{access::Signed, cookie};
use crate::{app::App, model::account::PersonId, store::StoreError};

/// How long a session lasts, in seconds: a week.
const SECONDS: i64 = 7 * 24 * 3_600;

/// Begins a session, and ends the one that this browser had; answers the cookie.
pub async fn open(
    app: &App,
    person: &PersonId,
    how: &str,
    device: &str,
    fresh: bool,
    before: Option<&Signed>,
) -> Result<HeaderValue, StoreError> {
    if let Some(before) = before {
        app.store.end_session(&before.person.id, Some(&before.session.id), None).await?;
    }
    let secret = app.store.open_session(person, how, device, SECONDS * 1_000_000, fresh).await?;
    Ok(cookie::set(&secret, SECONDS))
}

/// A passkey was shown in it: answers the cookie with its new secret; nothing when it ended meanwhile.
pub async fn freshen(app: &App, signed: &Signed) -> Result<Option<HeaderValue>, StoreError> {
    let left = (signed.session.expires_at - app.clock.micros()) / 1_000_000;
    let secret = app.store.freshen_session(&signed.secret).await?;
    Ok(secret.map(|secret| cookie::set(&secret, left)))
}

/// Ends it; answers the header that takes the cookie away.
pub async fn end(app: &App, signed: &Signed) -> Result<HeaderValue, StoreError> {
    app.store.end_session(&signed.person.id, Some(&signed.session.id), None).await?;
    Ok(cookie::clear())
}

/// An answer with a cookie.
pub fn with(mut response: Response, cookie: HeaderValue) -> Response {
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
}
