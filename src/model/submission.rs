//! What people tell us: a problem with an organization's page, a place that is missing. It waits for a person; nothing of
//! it is public, and nothing changes by itself.
//!
//! What holds: a text that was typed is cleaned and cut to its length before it is kept, and where a form says so it has
//! no social security number, tax number or e-mail address in it; the address for an answer stands apart.

use serde::{Deserialize, Serialize};

use super::id::Id;

/// What a report is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubmissionKind {
    /// Something on an organization's page is wrong.
    Problem,
    /// A place is missing, or something else that belongs to no organization.
    General,
}

impl SubmissionKind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Problem, Self::General];

    /// The word that is kept.
    pub fn code(self) -> &'static str {
        match self {
            Self::Problem => "problem",
            Self::General => "general",
        }
    }

    /// The kind of a word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wrong {
    /// A link does not open.
    DoesNotOpen,
    /// A link leads to the wrong place.
    WrongPlace,
    /// A link looks like a trick.
    LooksFake,
    /// The place closed, moved or became part of another.
    Gone,
    /// Its phone or address is wrong.
    Contact,
    /// What can be done there is wrong.
    Features,
    /// A place is missing.
    Missing,
    /// Something else.
    Other,
}

impl Wrong {
    /// What can be wrong with an organization's page, in the order of the form.
    pub const OF_A_PAGE: [Self; 7] =
        [Self::DoesNotOpen, Self::WrongPlace, Self::LooksFake, Self::Gone, Self::Contact, Self::Features, Self::Other];
    /// What belongs to no organization.
    pub const IN_GENERAL: [Self; 2] = [Self::Missing, Self::Other];

    /// The word of forms.
    pub fn code(self) -> &'static str {
        match self {
            Self::DoesNotOpen => "does_not_open",
            Self::WrongPlace => "wrong_place",
            Self::LooksFake => "looks_fake",
            Self::Gone => "gone",
            Self::Contact => "contact",
            Self::Features => "features",
            Self::Missing => "missing",
            Self::Other => "other",
        }
    }

    /// May people lose something while it waits? Those come first.
    pub fn is_urgent(self) -> bool {
        self == Self::LooksFake
    }
}

/// A door that a report is about, as it was shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportedDoor {
    /// The portal; nothing for the organization's own website.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Id>,
    /// The domain it opened.
    pub domain: String,
    /// Its address.
    pub url: String,
}

/// What was said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// What is wrong.
    pub wrong: Wrong,
    /// Which door it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub door: Option<ReportedDoor>,
    /// Name of a place that is missing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Its town and state.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub place: String,
    /// Its web site.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub website: String,
    /// What would be right.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub right: String,
    /// How the person knows.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub how: String,
    /// The language of the form, for the answer.
    pub lang: String,
}

/// Where a submission stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubmissionState {
    /// It waits for a person.
    Open,
    /// A person found it right, and has seen or will see to it.
    Accepted,
    /// A person found that there is nothing to do.
    Declined,
}

impl SubmissionState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Open, Self::Accepted, Self::Declined];

    /// The word that is kept.
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
        }
    }

    /// The state of a word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// What a person decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// Who.
    pub by: String,
    /// When, in microseconds since 1970 UTC.
    pub at: i64,
    /// In their words.
    pub note: String,
}

/// A submission as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Submission {
    /// Its number.
    pub n: i64,
    /// When it came, in microseconds since 1970 UTC.
    pub at: i64,
    /// What it is about.
    pub kind: SubmissionKind,
    /// The organization, when it is about one.
    pub subject: Option<Id>,
    /// What was said.
    pub report: Report,
    /// Where to answer; erased with the decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Where it stands.
    pub state: SubmissionState,
    /// What was decided, when it was.
    pub decision: Option<Decision>,
}

/// Does this look like an e-mail address somebody can be answered at? Not more: only sending would tell.
pub fn is_email(text: &str) -> bool {
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"<>()[]\",;:\\@".contains(c);
    text.split_once('@').is_some_and(|(name, host)| {
        let labels = || host.split('.');
        !name.is_empty()
            && name.chars().all(plain)
            && labels().count() >= 2
            && labels().all(|label| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_back() {
        for kind in SubmissionKind::ALL {
            assert_eq!(SubmissionKind::from_code(kind.code()), Some(kind));
        }
        for state in SubmissionState::ALL {
            assert_eq!(SubmissionState::from_code(state.code()), Some(state));
        }
        // The word of the form is the word of the document.
        for wrong in Wrong::OF_A_PAGE.into_iter().chain(Wrong::IN_GENERAL) {
            assert_eq!(serde_json::to_value(wrong).unwrap(), wrong.code());
        }
    }

    #[test]
    fn an_address_to_answer_at() {
        for good in ["jane@example.org", "j.doe+x@mail.example.co.uk", "josé@correo.example"] {
            assert!(is_email(good), "{good}");
        }
        for bad in [
            "",
            "jane",
            "jane@",
            "@example.org",
            "jane@example",
            "a b@example.org",
            "a@b@example.org",
            "a@.org",
            "<a>@b.org",
        ] {
            assert!(!is_email(bad), "{bad}");
        }
    }
}
