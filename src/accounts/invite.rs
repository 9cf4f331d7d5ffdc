//! Invitations of moderators and administrators: a link, good once and for a week, that gives its address a role.

use serde::{Deserialize, Serialize};

use crate::{
    model::account::{Person, SiteRole, email_key},
    store::{Store, StoreError},
};

/// The purpose of the tickets.
const PURPOSE: &str = "invite";
/// How long an invitation is good, in days.
pub const DAYS: i64 = 7;

/// What an invitation says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// Whom it is for.
    pub email: String,
    /// What they become.
    pub role: SiteRole,
    /// Who invites, as the log names them.
    by: String,
}

/// Makes an invitation, instead of those that were made for this address before; answers the path of its page.
pub async fn make(store: &Store, email: &str, role: SiteRole, by: &str) -> Result<String, StoreError> {
    let key = email_key(email).ok_or_else(|| StoreError::Refused(format!("{email:?} is no e-mail address")))?;
    store.void_tickets(PURPOSE, &key).await?;
    let invitation = Invitation { email: email.trim().into(), role, by: by.into() };
    let body = serde_json::to_string(&invitation).map_err(|error| StoreError::Refused(error.to_string()))?;
    let secret = store.issue_ticket(PURPOSE, &key, &body, DAYS * 24 * 3_600 * 1_000_000).await?;
    store.audit(by, "person.invited", "site", &serde_json::json!({ "role": role })).await?;
    Ok(format!("/sign-in/invite?t={secret}"))
}

/// What an invitation says, without using it.
pub async fn see(store: &Store, secret: &str) -> Result<Option<Invitation>, StoreError> {
    Ok(store.see_ticket(PURPOSE, secret).await?.and_then(|(_, body)| serde_json::from_str(&body).ok()))
}

/// Uses an invitation: the account is there, and has the role. An invitation never takes a higher role away.
pub async fn take(store: &Store, secret: &str, lang: &str) -> Result<Option<Person>, StoreError> {
    let Some((_, body)) = store.use_ticket(PURPOSE, secret).await? else { return Ok(None) };
    let Ok(said) = serde_json::from_str::<Invitation>(&body) else { return Ok(None) };
    let person = store.person_with_email(&said.email, lang).await?;
    if said.role > person.site_role {
        store.set_site_role(&person.id, said.role, &said.by).await?;
    }
    Ok(Some(person))
}

/// Makes invitations worthless that an address has and did not use.
pub async fn withdraw(store: &Store, email: &str) -> Result<(), StoreError> {
    match email_key(email) {
        Some(key) => store.void_tickets(PURPOSE, &key).await,
        None => Ok(()),
    }
}
