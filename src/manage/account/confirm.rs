//! `/account/confirm`: a passkey is shown again, before something that matters.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse as _, Redirect, Response},
};
use url::form_urlencoded;

use super::{
    super::sign_in::passkey::{Failed, of, on},
    passkeys::{PasskeyPage, Why, needed},
};
use crate::{
    accounts::{
        Signed,
        access::ours,
        passkey::{Answer, Passkeys, Refused},
        session,
    },
    app::App,
    site::{CachePolicy, Here, PageError, respond},
};

/// The page to show a passkey on, before one of ours.
pub fn before(here: &Here, path: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("next", &here.link(path));
    format!("{}?{}", here.link("/account/confirm"), query.finish())
}

/// `GET /account/confirm`: whoever has no passkey is led to add one.
pub async fn get(here: Here, State(app): State<App>, signed: Signed) -> Result<Response, PageError> {
    let next = here.asked("next").and_then(|next| ours(&next).map(str::to_owned));
    let next = next.unwrap_or_else(|| here.link("/account"));
    if app.store.passkeys(&signed.person.id).await?.is_empty() {
        return Ok(Redirect::to(&needed(&here, &next)).into_response());
    }
    let none = Passkeys::at(&app.config.public_url, "").err();
    respond(&PasskeyPage { me: signed.me(), here, why: Why::Confirm, next, none }, CachePolicy::Never)
}

/// `POST /account/confirm/start`
pub async fn start(State(app): State<App>, signed: Signed) -> Result<Response, Failed> {
    Ok(Json(of(&app)?.start_confirming(&app.store, &signed.person.id).await?).into_response())
}

/// `POST /account/confirm/finish`
pub async fn finish(State(app): State<App>, signed: Signed, Json(answer): Json<Answer>) -> Result<Response, Failed> {
    of(&app)?.finish_confirming(&app.store, app.clock.micros(), &signed.person.id, &answer).await?;
    let cookie = session::freshen(&app, &signed).await.map_err(Refused::from)?.ok_or(Refused::Expired)?;
    Ok(session::with(on(&answer.next), cookie))
}
