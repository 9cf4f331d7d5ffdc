//! What the links in mails lead to: signing in, and taking an invitation. Opening one changes nothing.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use url::form_urlencoded;

use super::super::ask::AskPage;
use crate::{
    accounts::{
        Fields, Visit,
        access::{MaybeSigned, ours},
        invite, link,
        passkey::Passkeys,
        recovery::BY_INVITATION,
        session,
    },
    app::App,
    model::account::{Person, SiteRole},
    site::{Here, PageError},
};

/// `GET /sign-in/link`
pub async fn get(here: Here, State(app): State<App>, MaybeSigned(signed): MaybeSigned) -> Result<Response, PageError> {
    let secret = here.asked("t").unwrap_or_default();
    let Some(asked) = link::see(&app.store, &secret).await? else { return gone(here) };
    let page = AskPage {
        title: here.t("sign-in"),
        words: vec![here.t1("link-who", "email", asked.email), here.t("link-not-asked")],
        form: Some((here.link("/sign-in/link"), here.t("sign-in"), secret)),
        other: None,
        csrf: signed.map(|signed| signed.csrf).unwrap_or_default(),
        here,
    };
    page.answer(StatusCode::OK)
}

/// `POST /sign-in/link`
pub async fn post(
    here: Here,
    State(app): State<App>,
    MaybeSigned(signed): MaybeSigned,
    visit: Visit,
    fields: Fields,
) -> Result<Response, PageError> {
    let Some(asked) = link::take(&app.store, fields.get("t")).await? else { return gone(here) };
    let person = app.store.person_with_email(&asked.email, &asked.lang).await?;
    let cookie = session::open(&app, &person.id, "link", &visit.device, false, signed.as_ref()).await?;
    let next = ours(&asked.next).map_or_else(|| here.link("/account"), str::to_owned);
    let to = first_passkey(&here, &app, &person, &next).await?;
    Ok(session::with(Redirect::to(&to).into_response(), cookie))
}

/// `GET /sign-in/invite`
pub async fn get_invitation(
    here: Here,
    State(app): State<App>,
    MaybeSigned(signed): MaybeSigned,
) -> Result<Response, PageError> {
    let secret = here.asked("t").unwrap_or_default();
    let Some(said) = invite::see(&app.store, &secret).await? else { return gone(here) };
    let role = match said.role {
        SiteRole::Administrator => here.t("invite-administrator"),
        SiteRole::Moderator | SiteRole::None => here.t("invite-moderator"),
    };
    let page = AskPage {
        title: here.t("invite-title"),
        words: vec![here.t1("link-who", "email", said.email), role, here.t("invite-passkey")],
        form: Some((here.link("/sign-in/invite"), here.t("invite-take"), secret)),
        other: None,
        csrf: signed.map(|signed| signed.csrf).unwrap_or_default(),
        here,
    };
    page.answer(StatusCode::OK)
}

/// `POST /sign-in/invite`
pub async fn post_invitation(
    here: Here,
    State(app): State<App>,
    MaybeSigned(signed): MaybeSigned,
    visit: Visit,
    fields: Fields,
) -> Result<Response, PageError> {
    let taken = invite::take(&app.store, fields.get("t"), here.lang.code()).await?;
    let Some(person) = taken else { return gone(here) };
    let cookie = session::open(&app, &person.id, BY_INVITATION, &visit.device, false, signed.as_ref()).await?;
    let to = first_passkey(&here, &app, &person, &here.link("/review")).await?;
    Ok(session::with(Redirect::to(&to).into_response(), cookie))
}

/// Where somebody goes who signed in without a passkey: whoever has none is offered one before they go on.
pub async fn first_passkey(here: &Here, app: &App, person: &Person, next: &str) -> Result<String, PageError> {
    let can = Passkeys::at(&app.config.public_url, "").is_ok();
    if !can || !app.store.passkeys(&person.id).await?.is_empty() {
        return Ok(next.to_owned());
    }
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
    Ok(format!("{}?{query}", here.link("/account/passkeys/new")))
}

fn gone(here: Here) -> Result<Response, PageError> {
    AskPage::gone(here).answer(StatusCode::GONE)
}
