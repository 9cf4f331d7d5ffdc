//! Closing an account. Whoever has a passkey shows it first.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};

use super::{super::ask::AskPage, confirm::before};
use crate::{
    accounts::{Signed, cookie, session},
    app::App,
    site::{Here, PageError},
};

/// `GET /account/close`
pub async fn get(here: Here, State(app): State<App>, signed: Signed) -> Result<Response, PageError> {
    if must_confirm(&app, &signed).await? {
        return Ok(Redirect::to(&before(&here, "/account/close")).into_response());
    }
    let places = app.store.memberships(&signed.person.id).await?.len();
    let mut words = vec![here.t("close-words")];
    if places > 0 {
        words.push(here.t1("close-places", "count", places));
    }
    let page = AskPage {
        title: here.t("close-title"),
        words,
        form: Some((here.link("/account/close"), here.t("close-go"), String::new())),
        other: Some((here.link("/account"), here.t("account-back"))),
        csrf: signed.csrf,
        here,
    };
    page.answer(StatusCode::OK)
}

/// `POST /account/close`
pub async fn post(here: Here, State(app): State<App>, signed: Signed) -> Result<Response, PageError> {
    if must_confirm(&app, &signed).await? {
        return Ok(Redirect::to(&before(&here, "/account/close")).into_response());
    }
    app.store.close_person(&signed.person.id, signed.person.id.as_str()).await?;
    let page = AskPage {
        title: here.t("closed-title"),
        words: vec![here.t("closed")],
        form: None,
        other: Some((here.link("/"), here.t("lost-home"))),
        csrf: String::new(),
        here,
    };
    Ok(session::with(page.answer(StatusCode::OK)?, cookie::clear()))
}

async fn must_confirm(app: &App, signed: &Signed) -> Result<bool, PageError> {
    Ok(!signed.is_fresh(app.clock.micros()) && !app.store.passkeys(&signed.person.id).await?.is_empty())
}
