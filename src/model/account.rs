//! People who sign in, and what each may do: on the site, and with one organization or app.
//!
//! Pure values. What holds: a role that is not known is no role; roles are compared here and nowhere else.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::id::Id;

/// The id of a person: `per-` and 32 hex digits. It stands in the log as `owner:per-…` or `moderator:per-…`; an e-mail
/// address or a name never does.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PersonId(String);

const PREFIX: &str = "per-";

impl PersonId {
    /// The id with these bytes.
    pub fn new(uuid: uuid::Uuid) -> Self {
        Self(format!("{PREFIX}{}", uuid.simple()))
    }

    /// Reads an id.
    pub fn parse(text: &str) -> Option<Self> {
        let hex = text.strip_prefix(PREFIX)?;
        let good = hex.len() == 32 && hex.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        good.then(|| Self(text.to_owned()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id as the bytes that passkeys know a person by.
    pub fn uuid(&self) -> uuid::Uuid {
        uuid::Uuid::try_parse(&self.0[PREFIX.len()..]).unwrap_or_default()
    }
}

impl fmt::Display for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for PersonId {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).ok_or_else(|| format!("{text:?} is no id of a person"))
    }
}

impl From<PersonId> for String {
    fn from(id: PersonId) -> Self {
        id.0
    }
}

/// What somebody may do on the site as a whole. Each may do what the ones before may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SiteRole {
    /// Nothing beyond their own organizations.
    #[default]
    None,
    /// Decides what waits in the queue.
    Moderator,
    /// Invites and dismisses moderators too.
    Administrator,
}

impl SiteRole {
    /// Every role.
    pub const ALL: [Self; 3] = [Self::None, Self::Moderator, Self::Administrator];

    /// The word in the store; empty for none.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Moderator => "moderator",
            Self::Administrator => "administrator",
        }
    }

    /// The role a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }
}

/// What somebody may do with one organization or app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sees the profile, its history and its counts.
    Viewer,
    /// A vendor or agency that edits for its clients: capped, delayed, announced to each owner, and with an end.
    Delegate,
    /// Edits.
    Editor,
    /// Edits, confirms others' changes, and says who else may.
    Owner,
}

impl Role {
    /// Every role, the least first.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Delegate, Self::Editor, Self::Owner];

    /// The word in the store.
    pub fn word(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Delegate => "delegate",
            Self::Editor => "editor",
            Self::Owner => "owner",
        }
    }

    /// The role a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }
}

/// Somebody's place at an organization or app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The organization or app.
    pub subject: Id,
    /// Who.
    pub person: PersonId,
    /// What they may do.
    pub role: Role,
    /// The claim by which they themselves showed control; 0 when they were invited.
    pub proof: i64,
    /// Who invited them.
    pub invited_by: Option<PersonId>,
    /// Since when, in microseconds since 1970 UTC.
    pub since: i64,
    /// Until when; 0 = without an end.
    pub expires_at: i64,
}

/// How long somebody whom an owner invited is no second pair of eyes for that owner, in microseconds: 30 days.
pub const TOO_CLOSE: i64 = 30 * 24 * 3_600 * 1_000_000;

impl Member {
    /// May they act now?
    pub fn is_valid(&self, now: i64) -> bool {
        self.expires_at == 0 || now < self.expires_at
    }

    /// Are they a second, independent pair of eyes for what `author` wants to change? Another person, an owner by a proof of
    /// their own, and nobody whom the author brought in within the last 30 days.
    pub fn is_second_to(&self, author: &PersonId, now: i64) -> bool {
        let brought = self.invited_by.as_ref() == Some(author) && now - self.since < TOO_CLOSE;
        self.role == Role::Owner && self.proof > 0 && self.person != *author && !brought && self.is_valid(now)
    }
}

/// Somebody who has an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Their id.
    pub id: PersonId,
    /// Where mails go. Never published.
    pub email: String,
    /// How they want to be called; may be empty. Never published.
    pub name: String,
    /// The language of mails: `en` or `es`.
    pub lang: String,
    /// What they may do on the site.
    pub site_role: SiteRole,
    /// Since when, in microseconds since 1970 UTC.
    pub created_at: i64,
}

/// An e-mail address as it is compared: trimmed and lower case; nothing when it cannot be one.
pub fn email_key(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    let (name, host) = text.rsplit_once('@')?;
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"<>()[]\\,;:\"".contains(c);
    let good = !name.is_empty()
        && !name.contains('@')
        && text.len() <= 254
        && text.chars().all(plain)
        && host.contains('.')
        && super::door::public_name(host).is_ok();
    good.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(n: u128) -> PersonId {
        PersonId::new(uuid::Uuid::from_u128(n))
    }

    #[test]
    fn ids_come_back_as_they_were() {
        let id = person(7);
        assert_eq!(PersonId::parse(id.as_str()), Some(id.clone()));
        assert_eq!(id.uuid().as_u128(), 7);
        for wrong in ["", "per-", "org-00000000000000000000000000000007", "per-0000000000000000000000000000000G"] {
            assert_eq!(PersonId::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn only_an_independent_owner_is_a_second_pair_of_eyes() {
        let (a, b) = (person(1), person(2));
        let subject = Id::parse("org-019ab0c4d0007abc8123456700000001").unwrap();
        let now = 100 * TOO_CLOSE;
        let base = Member {
            subject,
            person: b.clone(),
            role: Role::Owner,
            proof: 3,
            invited_by: None,
            since: now - 10,
            expires_at: 0,
        };
        assert!(base.is_second_to(&a, now));
        assert!(!base.is_second_to(&b, now), "nobody is their own second");
        assert!(!Member { proof: 0, ..base.clone() }.is_second_to(&a, now), "invited, never proved");
        assert!(!Member { role: Role::Editor, ..base.clone() }.is_second_to(&a, now));
        assert!(!Member { expires_at: now, ..base.clone() }.is_second_to(&a, now));
        let brought = Member { invited_by: Some(a.clone()), ..base.clone() };
        assert!(!brought.is_second_to(&a, now), "brought in by the author a moment ago");
        assert!(brought.is_second_to(&a, now + TOO_CLOSE));
    }

    #[test]
    fn addresses_are_compared_without_their_case() {
        assert_eq!(email_key("  Ann@Example.ORG "), Some("ann@example.org".into()));
        for wrong in ["", "a", "a@", "@b.org", "a@b", "a b@c.org", "a@b@c.org", "a@localhost", "a\n@b.org", "<a@b.org>"]
        {
            assert_eq!(email_key(wrong), None, "{wrong:?}");
        }
    }
}
