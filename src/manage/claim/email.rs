//! `/manage/claim-email`: the link that was sent to an address at the domain. It only opens a claim for a moderator: students
//! and staff have such addresses too.

use askama::Template;
use axum::{body::Bytes, extract::State, response::Response};
use url::form_urlencoded;

use super::{EMAIL, go};
use crate::{
    accounts::{Me, Signed},
    app::App,
    claims::Subject,
    model::{account::Role, claim::ClaimMethod, id::Id},
    site::{CachePolicy, Here, PageError, respond},
    store::{NewClaim, StoreError},
};

#[derive(Template)]
#[template(path = "manage/claim-email.html")]
pub struct ClaimEmailPage {
    here: Here,
    me: Me,
    /// What would be claimed, and the secret of the link; nothing when it is no good.
    good: Option<(String, String)>,
}

/// What stands on the ticket.
#[derive(serde::Deserialize)]
struct Ticket {
    subject: Id,
    domain: String,
}

/// Reads a ticket of whoever asks.
fn read(signed: &Signed, found: Option<(String, String)>) -> Option<Ticket> {
    let (holder, body) = found?;
    (holder == signed.person.id.as_str()).then(|| serde_json::from_str(&body).ok())?
}

/// `GET /manage/claim-email?ticket=`: looking uses nothing up, mail programs open links by themselves.
pub async fn get(here: Here, State(app): State<App>, signed: Signed) -> Result<Response, PageError> {
    let secret = here.asked("ticket").unwrap_or_default();
    let good = match read(&signed, app.store.see_ticket(EMAIL, &secret).await?) {
        Some(ticket) => Subject::find(&app, &ticket.subject).await?.map(|subject| (subject.name, secret)),
        None => None,
    };
    respond(&ClaimEmailPage { me: signed.me(), here, good }, CachePolicy::Never)
}

/// `POST /manage/claim-email`
pub async fn post(here: Here, State(app): State<App>, signed: Signed, body: Bytes) -> Result<Response, PageError> {
    let secret = form_urlencoded::parse(&body).find(|(name, _)| name == "ticket").map(|(_, value)| value.into_owned());
    let secret = secret.unwrap_or_default();
    let mine = read(&signed, app.store.see_ticket(EMAIL, &secret).await?).is_some();
    let ticket = if mine { read(&signed, app.store.use_ticket(EMAIL, &secret).await?) } else { None };
    let Some(ticket) = ticket else {
        return respond(&ClaimEmailPage { me: signed.me(), here, good: None }, CachePolicy::Never);
    };
    let new = NewClaim {
        subject: &ticket.subject,
        person: &signed.person.id,
        role: Role::Owner,
        method: ClaimMethod::Email,
        domain: &ticket.domain,
        note: "",
    };
    match app.store.open_claim(&new).await {
        Ok(claim) => Ok(go(&here, &format!("/manage/claims/{}", claim.n))),
        Err(StoreError::Refused(_)) => Ok(go(&here, "/manage")),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
impl ClaimEmailPage {
    pub fn samples(lang: crate::site::Lang) -> Vec<Self> {
        let page = |good| Self {
            here: crate::site::samples::here(lang, "/manage/claim-email"),
            me: crate::accounts::Me::sample(),
            good,
        };
        vec![page(None), page(Some(("Mercy <b>".into(), "0123".into())))]
    }
}
