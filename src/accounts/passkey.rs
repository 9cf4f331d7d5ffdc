//! Passkeys (WebAuthn): adding one, signing in with one, and showing one again before something that matters.
//!
//! Flows in: what a browser answers to a challenge. Flows out: who showed a passkey, and whether it counts yet. What holds:
//! a challenge is a ticket, good once and for five minutes, and only for whom it was made; the name passkeys are bound to is
//! the host of `CONNECTOR_PUBLIC_URL`, never one of a request.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::{Host, Url};
use webauthn_rs::prelude::{
    DiscoverableAuthentication, Passkey, PasskeyAuthentication, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Webauthn, WebauthnBuilder, WebauthnError,
};

use crate::{
    model::{
        account::{Person, PersonId},
        listing::hex,
    },
    store::{Store, StoreError, StoredPasskey},
};

/// How long a challenge is good, in microseconds.
const LASTS: i64 = 5 * 60 * 1_000_000;
/// Purposes of the tickets.
const REGISTER: &str = "webauthn_register";
const SIGN_IN: &str = "webauthn_sign_in";
const CONFIRM: &str = "webauthn_confirm";
/// The longest name of a passkey, in characters.
const LONGEST_NAME: usize = 60;
/// Passkeys one person may have.
const MOST: usize = 20;

/// Why this installation has no passkeys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoPasskeys {
    /// Its address is a number, and passkeys are bound to a name.
    Number,
    /// It is not `https://`, nor the machine itself by its name `localhost`.
    NotSecure,
}

/// Why a passkey was not taken.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// The challenge was used, is too old, or was made for somebody else.
    #[error("the challenge is used or too old")]
    Expired,
    /// It is none of theirs, or the answer is not right.
    #[error("the passkey is not known")]
    Unknown,
    /// It was added without another one being shown, and counts only from a moment on.
    #[error("the passkey does not count yet")]
    Waits,
    /// They have as many as one person may have.
    #[error("there are too many passkeys")]
    TooMany,
    /// They must show one they have first.
    #[error("a passkey must be shown first")]
    ShowFirst,
    /// Somebody asked too often.
    #[error("too often")]
    TooOften,
    /// This installation has no passkeys.
    #[error("there are no passkeys here")]
    Unavailable,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Something else of ours failed.
    #[error("{0}")]
    Broken(String),
}

impl Refused {
    /// A short stable word, which the page has a sentence for.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::Unknown => "unknown",
            Self::Waits => "waits",
            Self::TooMany => "many",
            Self::ShowFirst => "first",
            Self::TooOften => "often",
            Self::Unavailable => "unavailable",
            Self::Store(_) | Self::Broken(_) => "broken",
        }
    }
}

impl From<serde_json::Error> for Refused {
    fn from(error: serde_json::Error) -> Self {
        Self::Broken(error.to_string())
    }
}

/// What a browser is asked.
#[derive(Debug, Clone, Serialize)]
pub struct Challenge {
    /// The ticket that comes back with the answer.
    pub t: String,
    /// What goes to `navigator.credentials`.
    pub options: Value,
}

/// What a browser answers.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Answer {
    /// The ticket of the challenge.
    pub t: String,
    /// The credential, as `toJSON` writes it.
    pub credential: Value,
    /// What a new passkey is to be called.
    pub name: String,
    /// Where to go next.
    pub next: String,
}

/// A passkey as it is kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Kept {
    credential: Passkey,
    /// From which moment on it counts; 0 = it always did.
    counts_from: i64,
}

/// A passkey as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Own {
    /// Its name in addresses.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Since when, in microseconds since 1970 UTC.
    pub created_at: i64,
    /// When it was last used; 0 = never.
    pub used_at: i64,
    /// From which moment on it counts; 0 = it always did.
    pub counts_from: i64,
}

/// Somebody showed a passkey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Who.
    pub person: PersonId,
    /// Does it count yet?
    pub counts: bool,
}

/// The passkeys of a person, oldest first.
pub async fn own(store: &Store, person: &PersonId) -> Result<Vec<Own>, StoreError> {
    let all = store.passkeys(person).await?;
    let own = |one: StoredPasskey| {
        let kept: Kept = serde_json::from_str(&one.body)
            .map_err(|why| StoreError::Unreadable { what: "a passkey".into(), why: why.to_string() })?;
        let StoredPasskey { id, name, created_at, used_at, .. } = one;
        Ok(Own { id, name, created_at, used_at, counts_from: kept.counts_from })
    };
    all.into_iter().map(own).collect()
}

fn read(stored: &StoredPasskey) -> Option<Kept> {
    serde_json::from_str(&stored.body).ok()
}

/// What makes and checks challenges.
pub struct Passkeys {
    webauthn: Webauthn,
}

impl Passkeys {
    /// For an installation at an address.
    pub fn at(public_url: &str, name: &str) -> Result<Self, NoPasskeys> {
        let url = Url::parse(public_url).map_err(|_| NoPasskeys::NotSecure)?;
        let Some(Host::Domain(host)) = url.host() else { return Err(NoPasskeys::Number) };
        if url.scheme() != "https" && host != "localhost" {
            return Err(NoPasskeys::NotSecure);
        }
        let built = WebauthnBuilder::new(host, &url).and_then(|builder| builder.rp_name(name).build());
        built.map(|webauthn| Self { webauthn }).map_err(|_| NoPasskeys::NotSecure)
    }

    /// Begins to add a passkey, which counts from a moment on (0 = at once).
    pub async fn start_adding(&self, store: &Store, person: &Person, counts_from: i64) -> Result<Challenge, Refused> {
        let known = store.passkeys(&person.id).await?;
        if known.len() >= MOST {
            return Err(Refused::TooMany);
        }
        let known = known.iter().filter_map(read).map(|kept| kept.credential.cred_id().clone()).collect();
        let name = if person.name.is_empty() { &person.email } else { &person.name };
        let (options, state) = self
            .webauthn
            .start_passkey_registration(person.id.uuid(), &person.email, name, Some(known))
            .map_err(|error| broken(&error))?;
        let mut options = serde_json::to_value(options)?;
        // So that it can be found without an address being typed, where the device can keep it so.
        if let Some(wish) = options.pointer_mut("/publicKey/authenticatorSelection/residentKey") {
            *wish = "preferred".into();
        }
        let body = serde_json::to_string(&(state, counts_from))?;
        let t = store.issue_ticket(REGISTER, person.id.as_str(), &body, LASTS).await?;
        Ok(Challenge { t, options })
    }

    /// Adds the passkey; answers its id and from when on it counts.
    pub async fn finish_adding(
        &self,
        store: &Store,
        person: &PersonId,
        answer: &Answer,
    ) -> Result<(String, i64), Refused> {
        let body = used(store, REGISTER, person.as_str(), &answer.t).await?;
        let (state, counts_from): (PasskeyRegistration, i64) = serde_json::from_str(&body)?;
        let said = RegisterPublicKeyCredential::deserialize(&answer.credential).map_err(|_| Refused::Unknown)?;
        let credential = self.webauthn.finish_passkey_registration(&said, &state).map_err(|_| Refused::Unknown)?;
        let id = hex(credential.cred_id().as_ref());
        let body = serde_json::to_string(&Kept { credential, counts_from })?;
        let name: String = answer.name.trim().chars().take(LONGEST_NAME).collect();
        match store.add_passkey(person, &id, &name, &body).await {
            Ok(()) => Ok((id, counts_from)),
            Err(StoreError::Refused(_)) => Err(Refused::Unknown),
            Err(error) => Err(error.into()),
        }
    }

    /// Begins to sign in with whichever passkey a device has for this site.
    pub async fn start_sign_in(&self, store: &Store) -> Result<Challenge, Refused> {
        let (options, state) = self.webauthn.start_discoverable_authentication().map_err(|error| broken(&error))?;
        let t = store.issue_ticket(SIGN_IN, "", &serde_json::to_string(&state)?, LASTS).await?;
        Ok(Challenge { t, options: serde_json::to_value(options)? })
    }

    /// Who signed in.
    pub async fn finish_sign_in(&self, store: &Store, now: i64, answer: &Answer) -> Result<Shown, Refused> {
        let body = used(store, SIGN_IN, "", &answer.t).await?;
        let state: DiscoverableAuthentication = serde_json::from_str(&body)?;
        let said = PublicKeyCredential::deserialize(&answer.credential).map_err(|_| Refused::Unknown)?;
        let (person, id) = self.webauthn.identify_discoverable_authentication(&said).map_err(|_| Refused::Unknown)?;
        let (person, id) = (PersonId::new(person), hex(id));
        if store.person(&person).await?.is_none() {
            return Err(Refused::Unknown);
        }
        let stored = store.passkeys(&person).await?.into_iter().find(|one| one.id == id);
        let mut kept = stored.as_ref().and_then(read).ok_or(Refused::Unknown)?;
        let result = self
            .webauthn
            .finish_discoverable_authentication_v2(&said, state, &kept.credential)
            .map_err(|_| Refused::Unknown)?;
        kept.credential.update_credential(&result);
        store.passkey_used(&person, &id, &serde_json::to_string(&kept)?).await?;
        Ok(Shown { person, counts: kept.counts_from <= now })
    }

    /// Begins to show a passkey again.
    pub async fn start_confirming(&self, store: &Store, person: &PersonId) -> Result<Challenge, Refused> {
        let all: Vec<Passkey> =
            store.passkeys(person).await?.iter().filter_map(read).map(|kept| kept.credential).collect();
        if all.is_empty() {
            return Err(Refused::Unknown);
        }
        let (options, state) = self.webauthn.start_passkey_authentication(&all).map_err(|error| broken(&error))?;
        let t = store.issue_ticket(CONFIRM, person.as_str(), &serde_json::to_string(&state)?, LASTS).await?;
        Ok(Challenge { t, options: serde_json::to_value(options)? })
    }

    /// A passkey was shown again.
    pub async fn finish_confirming(
        &self,
        store: &Store,
        now: i64,
        person: &PersonId,
        answer: &Answer,
    ) -> Result<(), Refused> {
        let body = used(store, CONFIRM, person.as_str(), &answer.t).await?;
        let state: PasskeyAuthentication = serde_json::from_str(&body)?;
        let said = PublicKeyCredential::deserialize(&answer.credential).map_err(|_| Refused::Unknown)?;
        let result = self.webauthn.finish_passkey_authentication(&said, &state).map_err(|_| Refused::Unknown)?;
        let id = hex(result.cred_id().as_ref());
        // It may have been removed since the challenge.
        let stored = store.passkeys(person).await?.into_iter().find(|one| one.id == id);
        let mut kept = stored.as_ref().and_then(read).ok_or(Refused::Unknown)?;
        kept.credential.update_credential(&result);
        store.passkey_used(person, &id, &serde_json::to_string(&kept)?).await?;
        if kept.counts_from <= now { Ok(()) } else { Err(Refused::Waits) }
    }
}

/// What was written on the ticket of a challenge, which is worth nothing from now on.
async fn used(store: &Store, purpose: &str, holder: &str, t: &str) -> Result<String, Refused> {
    let found = store.use_ticket(purpose, t).await?;
    found.filter(|(of, _)| of == holder).map(|(_, body)| body).ok_or(Refused::Expired)
}

fn broken(error: &WebauthnError) -> Refused {
    Refused::Broken(format!("a challenge could not be made: {error}"))
}
