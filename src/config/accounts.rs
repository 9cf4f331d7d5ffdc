//! How people sign in besides passkeys and links, and how mails go.

use std::fmt;

use url::Url;

use super::ConfigError;
use crate::model::account::email_key;

/// A secret of the operator's: it is never printed.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Secret(String);

impl Secret {
    /// What it is.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// A provider of OpenID Connect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Oidc {
    /// Its issuer, as its discovery document spells it.
    pub issuer: String,
    /// The client id of this installation.
    pub client: String,
    /// Its secret.
    pub secret: Secret,
    /// What people call the provider.
    pub name: String,
}

/// What the operator set about accounts and mails.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Accounts {
    /// `CONNECTOR_SMTP`: the server that takes mails, with user and password; without it they are written to `outbox/`.
    pub smtp: Option<Secret>,
    /// `CONNECTOR_MAIL_FROM`: the address mails come from.
    pub mail_from: Option<String>,
    /// `CONNECTOR_OIDC_*`: a provider of OpenID Connect.
    pub oidc: Option<Oidc>,
}

/// The values as they were given; empty = not.
pub(super) struct Given<'a> {
    pub smtp: &'a str,
    pub mail_from: &'a str,
    pub issuer: &'a str,
    pub client: &'a str,
    pub secret: &'a str,
    pub name: &'a str,
}

/// Is this host the machine itself? There, and only there, nobody can listen on the way.
fn is_loopback(url: &Url) -> bool {
    matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"))
}

impl Given<'_> {
    pub fn check(self, contact: &str) -> Result<Accounts, ConfigError> {
        // A value that carries a password is not repeated.
        let wrong = |key, why: &str| ConfigError::Value { key, value: "…".into(), why: why.into() };
        let smtp = match self.smtp.trim() {
            "" => None,
            text => {
                let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "smtp" | "smtps"));
                let url = url.ok_or_else(|| wrong("smtp", "write smtps://USER:PASSWORD@HOST or smtp://…"))?;
                if url.host_str().is_none_or(str::is_empty) {
                    return Err(wrong("smtp", "it names no host"));
                }
                Some(Secret(text.to_owned()))
            }
        };
        let from = Some(self.mail_from.trim()).filter(|from| !from.is_empty());
        if from.is_some_and(|from| email_key(from).is_none()) {
            return Err(wrong("mail_from", "give one e-mail address"));
        }
        let mail_from = from.or(Some(contact.trim()).filter(|contact| email_key(contact).is_some()));
        if smtp.is_some() && mail_from.is_none() {
            return Err(wrong("mail_from", "mails need an address that they come from"));
        }
        Ok(Accounts { smtp, mail_from: mail_from.map(str::to_owned), oidc: self.oidc()? })
    }

    fn oidc(&self) -> Result<Option<Oidc>, ConfigError> {
        let [issuer, client, secret] = [self.issuer.trim(), self.client.trim(), self.secret.trim()];
        if issuer.is_empty() && client.is_empty() && secret.is_empty() {
            return Ok(None);
        }
        let wrong = |key, why: &str| ConfigError::Value { key, value: String::new(), why: why.into() };
        let url = Url::parse(issuer).ok().filter(|url| url.scheme() == "https" || is_loopback(url));
        let url = url.ok_or_else(|| wrong("oidc_issuer", "give the issuer's https:// address"))?;
        if client.is_empty() || secret.is_empty() {
            return Err(wrong("oidc_client", "a provider needs oidc_issuer, oidc_client and oidc_secret together"));
        }
        let host = url.host_str().unwrap_or_default();
        let name = if self.name.trim().is_empty() { host } else { self.name.trim() };
        Ok(Some(Oidc {
            issuer: issuer.to_owned(),
            client: client.to_owned(),
            secret: Secret(secret.to_owned()),
            name: name.to_owned(),
        }))
    }
}
