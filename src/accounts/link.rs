//! Signing in by a link that comes by e-mail.
//!
//! What holds: asking for a link looks the same whoever has an account, because nothing looks: everybody may have one, and
//! it is made when the link is used. What is too often for one address takes the same work too. A link is good once, for twenty minutes, and for the address it went to. Its address
//! comes from `CONNECTOR_PUBLIC_URL`, whatever a request says its host is.

use serde::{Deserialize, Serialize};

use crate::{
    model::account::email_key,
    site::Here,
    store::{Store, StoreError},
};

/// The purpose of the tickets.
const PURPOSE: &str = "sign_in";
/// The purpose of those that go nowhere.
const TOO_OFTEN: &str = "sign_in_too_often";
/// How long a link is good, in minutes.
pub const MINUTES: i64 = 20;
const MINUTE: i64 = 60 * 1_000_000;
/// Links that go to one address within that time, and within a day.
const AT_ONCE: u64 = 3;
const A_DAY: u64 = 12;

/// What a link was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The address it went to.
    pub email: String,
    /// The language it was asked in.
    pub lang: String,
    /// Where to go next; empty for nowhere.
    pub next: String,
}

/// Sends a link, unless too many went to this address lately; which of the two, nobody is told.
pub async fn send(here: &Here, store: &Store, now: i64, email: &str, next: &str) -> Result<(), StoreError> {
    let Some(key) = email_key(email) else { return Ok(()) };
    let lately = store.tickets_since(PURPOSE, &key, now - MINUTES * MINUTE).await?;
    let today = store.tickets_since(PURPOSE, &key, now - 24 * 60 * MINUTE).await?;
    let too_often = lately >= AT_ONCE || today >= A_DAY;
    let asked = Asked { email: email.trim().into(), lang: here.lang.code().into(), next: next.into() };
    let body = serde_json::to_string(&asked).unwrap_or_default();
    let purpose = if too_often { TOO_OFTEN } else { PURPOSE };
    let secret = store.issue_ticket(purpose, &key, &body, MINUTES * MINUTE).await?;
    let address = here.outside(&here.link(&format!("/sign-in/link?t={secret}")));
    let words = here.lang.with(
        "mail-sign-in",
        &[("site", here.site_name().into()), ("address", address.into()), ("minutes", MINUTES.to_string().into())],
    );
    if too_often {
        // Otherwise a quick answer would say that somebody signs in with this address just now.
        return store.queue_no_mail().await;
    }
    store.queue_mail(&asked.email, &here.t1("mail-sign-in-subject", "site", here.site_name()), &words).await
}

/// What a link was asked for, without using it.
pub async fn see(store: &Store, secret: &str) -> Result<Option<Asked>, StoreError> {
    Ok(store.see_ticket(PURPOSE, secret).await?.and_then(|(_, body)| serde_json::from_str(&body).ok()))
}

/// Uses a link.
pub async fn take(store: &Store, secret: &str) -> Result<Option<Asked>, StoreError> {
    Ok(store.use_ticket(PURPOSE, secret).await?.and_then(|(_, body)| serde_json::from_str(&body).ok()))
}
