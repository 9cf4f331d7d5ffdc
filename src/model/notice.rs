//! What people who manage profiles are told when something happened to one of them.

use jiff::{ToSpan as _, civil::Date};
use serde::{Deserialize, Serialize};

use super::{
    account::PersonId,
    id::Id,
    organization::{Label, Organization},
    proposal::ProposalState,
};

/// After so many months without a word people are asked, and the page says so.
pub const MONTHS: i64 = 6;

/// Is a word of this day older than half a year?
pub fn is_stale(said: Date, today: Date) -> bool {
    said.saturating_add(MONTHS.months()) < today
}

/// Since when an organization's own word stands unconfirmed, when that is longer than half a year; nothing when it never
/// said one.
pub fn unconfirmed_since(organization: &Organization, today: Date) -> Option<Date> {
    let own = organization.provenance.iter().filter(|(_, said)| said.label == Label::Owner);
    let last = own.map(|(_, said)| said.load_date).max()?;
    is_stale(last, today).then_some(last)
}

/// Who changed what people see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "who", rename_all = "snake_case")]
pub enum By {
    /// A list of somebody else.
    Import {
        /// The id of its source.
        source: String,
    },
    /// A moderator, or the operator of the site.
    Moderator,
    /// Somebody else who manages the profile.
    Team,
    /// A vendor or agency that manages it for its owners.
    Delegate,
}

/// What a program may use came or went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// A key was made.
    KeyMade,
    /// A key was revoked.
    KeyRevoked,
    /// A webhook was added.
    WebhookAdded,
    /// A webhook was taken away.
    WebhookRemoved,
}

impl Access {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::KeyMade, Self::KeyRevoked, Self::WebhookAdded, Self::WebhookRemoved];

    /// The page of all there are, below that of the profile.
    pub fn page(self) -> &'static str {
        match self {
            Self::KeyMade | Self::KeyRevoked => "keys",
            Self::WebhookAdded | Self::WebhookRemoved => "webhooks",
        }
    }
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum News {
    /// What people see was changed by somebody else.
    Changed {
        /// By whom.
        by: By,
        /// Which fields of the listing.
        fields: Vec<String>,
        /// Number of the change in the log.
        revision: i64,
    },
    /// Somebody reported a problem with it.
    Report {
        /// Number of the report.
        n: i64,
    },
    /// Somebody else says that it is theirs.
    Claim {
        /// Number of the claim.
        n: i64,
    },
    /// What they sent was decided.
    Decided {
        /// Number of what they sent.
        n: i64,
        /// What became of it.
        state: ProposalState,
    },
    /// A claim was decided by a person.
    ClaimDecided {
        /// Number of the claim.
        n: i64,
        /// Was it accepted?
        accepted: bool,
        /// It is the reader's own; else somebody else's.
        own: bool,
    },
    /// What somebody else of it sent was decided.
    DecidedForTeam {
        /// Number of what they sent.
        n: i64,
        /// What became of it.
        state: ProposalState,
    },
    /// Nobody of it has said for half a year that it is still right.
    Stale {
        /// Since when.
        since: Date,
    },
    /// The list that it is kept in step with could not be taken in.
    InStep {
        /// A short stable word that says why.
        error: String,
        /// Since which day.
        since: Date,
    },
    /// Another owner gave a program access, or took it away.
    Access {
        /// What came or went.
        what: Access,
        /// When, in microseconds since 1970 UTC.
        at: i64,
    },
}

impl News {
    /// The word in the store.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Changed { by: By::Delegate, .. } => "delegate",
            Self::Changed { .. } => "changed",
            Self::Report { .. } => "report",
            Self::Claim { .. } => "claim",
            Self::Decided { .. } | Self::DecidedForTeam { .. } => "decided",
            Self::ClaimDecided { .. } => "claim_decided",
            Self::Stale { .. } => "stale",
            Self::InStep { .. } => "in_step",
            Self::Access { .. } => "access",
        }
    }
}

/// Something that one person is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNotice {
    /// Whom.
    pub person: PersonId,
    /// Of which organization or app.
    pub subject: Id,
    /// What.
    pub news: News,
}
