//! What somebody would have a source of people's words say, from the moment it is sent until it is published or turned down.

use serde::{Deserialize, Serialize};

use super::{
    account::PersonId,
    change::{Risk, Speaker},
    id::Id,
    listing::Body,
};

/// How it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProposalKind {
    /// The guided form.
    Form,
    /// A file of the organization's own.
    File,
    /// A list at the organization's own address, kept in step with.
    InStep,
    /// A vendor or agency for its client.
    Delegate,
    /// Somebody without an account.
    Suggestion,
    /// A moderator's own change.
    Moderator,
    /// Back to what was said before.
    Revert,
    /// "Still correct": the same again, from today.
    Attest,
}

impl ProposalKind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Form,
        Self::File,
        Self::InStep,
        Self::Delegate,
        Self::Suggestion,
        Self::Moderator,
        Self::Revert,
        Self::Attest,
    ];

    /// The word in the store.
    pub fn word(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::File => "file",
            Self::InStep => "in_step",
            Self::Delegate => "delegate",
            Self::Suggestion => "suggestion",
            Self::Moderator => "moderator",
            Self::Revert => "revert",
            Self::Attest => "attest",
        }
    }

    /// The kind a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// Where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProposalState {
    /// For a second person to decide.
    Waiting,
    /// Its author was asked something.
    Asked,
    /// Approved, for a later day.
    Scheduled,
    /// It is said.
    Published,
    /// Turned down.
    Rejected,
    /// Its author took it back.
    Withdrawn,
}

impl ProposalState {
    /// Every state.
    pub const ALL: [Self; 6] =
        [Self::Waiting, Self::Asked, Self::Scheduled, Self::Published, Self::Rejected, Self::Withdrawn];

    /// The word in the store.
    pub fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Asked => "asked",
            Self::Scheduled => "scheduled",
            Self::Published => "published",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// May it still be decided?
    pub fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Asked)
    }
}

/// A door that was opened when something was approved: where it led in the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Final {
    /// The address as it was typed.
    pub url: String,
    /// What would be trusted of the address it ended at (`Door::trust_key`); empty when it did not answer.
    pub trust_key: String,
}

/// One proposal. Times are in microseconds since 1970 UTC, 0 = never.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// Its number.
    pub n: i64,
    /// When it was sent.
    pub at: i64,
    /// Which source would say it.
    pub speaker: Speaker,
    /// Of what; nothing while it is not in the directory.
    pub subject: Option<Id>,
    /// Who sent it; nobody who signed in for a suggestion.
    pub author: Option<PersonId>,
    /// How it came.
    pub kind: ProposalKind,
    /// What the source said when its author began.
    pub before: Option<Body>,
    /// What it would say.
    pub after: Body,
    /// Version of the merged thing that the author saw; 0 for what is not in the directory.
    pub base: i64,
    /// What an approval is bound to ([`super::change::fingerprint`]).
    pub hash: String,
    /// Why it waits for a second person; empty when it need not.
    pub risks: Vec<Risk>,
    /// Where it stands.
    pub state: ProposalState,
    /// Not before this moment; 0 = at once.
    pub publish_at: i64,
    /// Why, and how the author knows.
    pub why: String,
    /// Who decided it, as in the log.
    pub decided_by: String,
    /// When.
    pub decided_at: i64,
    /// Where its doors led when it was approved.
    pub finals: Vec<Final>,
    /// What the author is told.
    pub answer: String,
    /// The load by which it was said; 0 = it was not.
    pub load: i64,
    /// When.
    pub published_at: i64,
}
