//! A claim: somebody says that an organization or app is theirs, and how that was shown.
//!
//! Pure values. What holds: the text that is to be published belongs to one person and one organization; published by
//! anybody else it proves nothing for them.

use serde::{Deserialize, Serialize};

use super::{
    account::{PersonId, Role},
    id::Id,
};

/// The name below a domain at which the text stands in the DNS.
pub const DNS_LABEL: &str = "_connector-challenge";
/// The path of the file with the text.
pub const FILE_PATH: &str = "/.well-known/connector-verification.txt";
/// What the text begins with.
pub const VALUE_BEGINS: &str = "connector-verification=";

/// How control is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClaimMethod {
    /// A TXT record.
    Dns,
    /// A file at a fixed path.
    File,
    /// A link sent to an address at the domain: it only opens a claim for a moderator.
    Email,
    /// What a moderator looks at: letters, registers, a call.
    Documents,
    /// An owner wants this person as an owner too: it proves nothing and waits for a moderator.
    Invited,
}

impl ClaimMethod {
    /// Every method.
    pub const ALL: [Self; 5] = [Self::Dns, Self::File, Self::Email, Self::Documents, Self::Invited];

    /// The word in the store.
    pub fn word(self) -> &'static str {
        match self {
            Self::Dns => "dns",
            Self::File => "file",
            Self::Email => "email",
            Self::Documents => "documents",
            Self::Invited => "invited",
        }
    }

    /// The method a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.word() == word)
    }

    /// Can a program see by itself that it holds, today and on every day after?
    pub fn is_seen(self) -> bool {
        matches!(self, Self::Dns | Self::File)
    }
}

/// Where a claim stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClaimState {
    /// The claimant has the text and did not show it yet.
    Open,
    /// For a moderator.
    Waiting,
    /// Shown, or accepted by a moderator.
    Proved,
    /// It was proved, and the text is gone.
    Lost,
    /// A moderator turned it down.
    Refused,
    /// The claimant took it back, or left.
    Withdrawn,
}

impl ClaimState {
    /// Every state.
    pub const ALL: [Self; 6] = [Self::Open, Self::Waiting, Self::Proved, Self::Lost, Self::Refused, Self::Withdrawn];

    /// The word in the store.
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Waiting => "waiting",
            Self::Proved => "proved",
            Self::Lost => "lost",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// One claim. Times are in microseconds since 1970 UTC, 0 = never.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Claim {
    /// Its number.
    pub n: i64,
    /// The organization or app.
    pub subject: Id,
    /// Who claims it.
    pub person: PersonId,
    /// What they ask to become: [`Role::Owner`], or [`Role::Delegate`] for the company behind a shared portal.
    pub role: Role,
    /// How it is shown; while it is open, either DNS or the file.
    pub method: ClaimMethod,
    /// The domain whose control is shown; empty for documents and invitations.
    pub domain: String,
    /// What is to be published; empty where nothing is.
    #[serde(skip)]
    pub value: String,
    /// What the person said of themselves, for a moderator.
    pub note: String,
    /// Where it stands.
    pub state: ClaimState,
    /// When it was made.
    pub created_at: i64,
    /// When control was shown; for what a moderator accepted, when that was.
    pub proved_at: i64,
    /// When it was last looked for.
    pub checked_at: i64,
    /// Since when it is not found any more.
    pub failing_since: i64,
    /// Who decided it, as in the log.
    pub decided_by: String,
    /// What the claimant is told.
    pub answer: String,
    /// The owner who brought them in.
    pub invited_by: Option<PersonId>,
}

/// What everybody may read of the best proof that an organization or app has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicProof {
    /// How it was shown.
    pub method: ClaimMethod,
    /// The domain; empty for documents.
    pub domain: String,
    /// When, in microseconds since 1970 UTC.
    pub at: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_back_as_they_were() {
        for method in ClaimMethod::ALL {
            assert_eq!(ClaimMethod::from_word(method.word()), Some(method));
        }
        for state in ClaimState::ALL {
            assert_eq!(ClaimState::from_word(state.word()), Some(state));
        }
        assert_eq!((ClaimMethod::from_word(""), ClaimState::from_word("x")), (None, None));
        assert!(ClaimMethod::ALL.into_iter().filter(|method| method.is_seen()).count() == 2);
    }
}
