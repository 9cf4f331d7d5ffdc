//! The log of every change (CONTRACT section 5): index, feed and history read it and nothing else.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::id::{Id, ThingKind};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the words say it")]
pub enum Event {
    Created,
    Updated,
    Moved,
    Merged,
    Split,
    Closed,
    Withdrawn,
    Restored,
    Held,
    Confirmed,
    Recalled,
    Redacted,
    Attested,
}

impl Event {
    /// Every event.
    pub const ALL: [Self; 13] = [
        Self::Created,
        Self::Updated,
        Self::Moved,
        Self::Merged,
        Self::Split,
        Self::Closed,
        Self::Withdrawn,
        Self::Restored,
        Self::Held,
        Self::Confirmed,
        Self::Recalled,
        Self::Redacted,
        Self::Attested,
    ];

    /// The word in the log.
    pub fn word(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Moved => "moved",
            Self::Merged => "merged",
            Self::Split => "split",
            Self::Closed => "closed",
            Self::Withdrawn => "withdrawn",
            Self::Restored => "restored",
            Self::Held => "held",
            Self::Confirmed => "confirmed",
            Self::Recalled => "recalled",
            Self::Redacted => "redacted",
            Self::Attested => "attested",
        }
    }

    /// The event a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.word() == word)
    }
}

/// Who did it, never by name: who a moderator is stays between the moderators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Actor {
    /// A list that came in.
    Import,
    /// Somebody who runs this installation.
    Moderator,
    /// The organization itself.
    Owner,
}

impl Actor {
    /// The class of an actor of the log.
    pub fn of(actor: &str) -> Self {
        match actor {
            "import" | "well-known" => Self::Import,
            owner if owner.starts_with("owner:") => Self::Owner,
            _ => Self::Moderator,
        }
    }
}

/// One entry of the log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Revision {
    /// Its number: gapless, in the order of commits.
    pub n: i64,
    /// When, in microseconds since 1970 UTC.
    pub at: i64,
    /// What kind of thing changed.
    #[serde(rename = "type")]
    pub thing: ThingKind,
    /// Which one.
    pub id: Id,
    /// The version it has now.
    pub version: i64,
    /// What happened.
    pub event: Event,
    /// Who did it: `import`, `moderator:…`, `owner:…`.
    pub actor: String,
    /// The load it came with.
    pub load: Option<i64>,
    /// The whole thing after the change; empty once redacted.
    pub after: Option<String>,
    /// SHA-256 of `after` as it was written; stays when the body is redacted.
    pub digest: String,
}
