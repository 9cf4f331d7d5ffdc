//! Another e-mail address: a link goes to the new one, and the old one is told.

use axum::{extract::State, http::StatusCode, response::Response};
use serde_json::json;

use super::{super::ask::AskPage, back};
use crate::{
    accounts::{Fields, Signed},
    app::App,
    model::account::email_key,
    site::{Here, PageError},
};

/// The purpose of the tickets.
const PURPOSE: &str = "email_change";
const HOUR: i64 = 3_600 * 1_000_000;
/// Links that one person may send in a day.
const A_DAY: u64 = 5;

/// `POST /account/email`: the answer is the same whether somebody has the new address already.
pub async fn ask(here: Here, State(app): State<App>, signed: Signed, fields: Fields) -> Result<Response, PageError> {
    let email = fields.get("email");
    if email_key(email).is_none() {
        return Ok(back(&here, "no-email"));
    }
    let (holder, now) = (signed.person.id.as_str(), app.clock.micros());
    if app.store.tickets_since(PURPOSE, holder, now - 24 * HOUR).await? < A_DAY {
        // Only the newest link is good.
        app.store.void_tickets(PURPOSE, holder).await?;
        let secret = app.store.issue_ticket(PURPOSE, holder, email, HOUR).await?;
        let address = here.outside(&here.link(&format!("/account/email/confirm?t={secret}")));
        let words = here.t2("mail-email-new", "site", here.site_name(), "address", address);
        let subject = here.t1("mail-email-new-subject", "site", here.site_name());
        app.store.queue_mail(email, &subject, &words).await?;
        app.store.audit(holder, "person.email_asked", holder, &json!({})).await?;
    }
    Ok(back(&here, "email"))
}

/// `GET /account/email/confirm`
pub async fn get(here: Here, State(app): State<App>, signed: Signed) -> Result<Response, PageError> {
    let secret = here.asked("t").unwrap_or_default();
    let seen = app.store.see_ticket(PURPOSE, &secret).await?;
    let Some((_, email)) = seen.filter(|(holder, _)| holder == signed.person.id.as_str()) else {
        return AskPage::gone(here).answer(StatusCode::GONE);
    };
    let page = AskPage {
        title: here.t("email-confirm-title"),
        words: vec![here.t2("email-confirm", "old", signed.person.email, "new", email)],
        form: Some((here.link("/account/email/confirm"), here.t("email-confirm-go"), secret)),
        other: Some((here.link("/account"), here.t("account-back"))),
        csrf: signed.csrf,
        here,
    };
    page.answer(StatusCode::OK)
}

/// `POST /account/email/confirm`
pub async fn post(here: Here, State(app): State<App>, signed: Signed, fields: Fields) -> Result<Response, PageError> {
    let person = &signed.person;
    let taken = app.store.use_ticket(PURPOSE, fields.get("t")).await?;
    let Some((_, email)) = taken.filter(|(holder, _)| holder == person.id.as_str()) else {
        return AskPage::gone(here).answer(StatusCode::GONE);
    };
    if !app.store.set_email(&person.id, &email).await? {
        // Whoever reads this has the mailbox, so it may be told.
        let page = AskPage { words: vec![here.t("email-taken")], ..AskPage::gone(here) };
        return page.answer(StatusCode::CONFLICT);
    }
    app.store.end_session(&person.id, None, Some(&signed.session.id)).await?;
    let words = here.t1("mail-email-old", "site", here.site_name());
    let subject = here.t1("mail-email-old-subject", "site", here.site_name());
    app.store.queue_mail(&person.email, &subject, &words).await?;
    Ok(back(&here, "email-changed"))
}
