//! Permanent names of things: `org-`, `loc-`, `por-`, `end-`, `app-` and a UUIDv7 in lower-case hex.
//!
//! Every id is a legal FHIR id (`[A-Za-z0-9\-\.]{1,64}`) and is never used twice.

use std::{borrow::Cow, fmt};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// What a thing is; the prefix of its id says it too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ThingKind {
    /// A brand people recognise, or a facility of one.
    Organization,
    /// A place of an organization.
    Location,
    /// A web page where people sign in to their records.
    Portal,
    /// A FHIR base address where apps ask for records.
    Endpoint,
    /// A program that takes in health records for its user.
    App,
}

impl ThingKind {
    /// Every kind of thing.
    pub const ALL: [Self; 5] = [Self::Organization, Self::Location, Self::Portal, Self::Endpoint, Self::App];

    /// The prefix of ids of this kind, with its dash.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Organization => "org-",
            Self::Location => "loc-",
            Self::Portal => "por-",
            Self::Endpoint => "end-",
            Self::App => "app-",
        }
    }

    /// The word used in the revision log and in the API.
    pub fn word(self) -> &'static str {
        match self {
            Self::Organization => "organization",
            Self::Location => "location",
            Self::Portal => "portal",
            Self::Endpoint => "endpoint",
            Self::App => "app",
        }
    }

    /// The kind a word of the revision log names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// The id of one thing.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Id(String);

impl Id {
    /// An id of `kind` from the 128 bits of a UUID.
    pub fn new(kind: ThingKind, uuid: uuid::Uuid) -> Self {
        Self(format!("{}{}", kind.prefix(), uuid.simple()))
    }

    /// The id as it is written everywhere.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The 128 bits of its UUID.
    pub fn bytes(&self) -> [u8; 16] {
        let hex = self.0.get(4..).unwrap_or_default();
        u128::from_str_radix(hex, 16).unwrap_or_default().to_be_bytes()
    }

    /// What kind of thing it names.
    pub fn kind(&self) -> ThingKind {
        ThingKind::ALL.into_iter().find(|kind| self.0.starts_with(kind.prefix())).unwrap_or(ThingKind::Organization)
    }

    /// Reads an id; anything that is not a known prefix and 32 lower-case hex digits is refused.
    pub fn parse(text: &str) -> Option<Self> {
        is_id(text).then(|| Self(text.to_owned()))
    }
}

fn is_id(text: &str) -> bool {
    ThingKind::ALL.into_iter().any(|kind| {
        text.strip_prefix(kind.prefix())
            .is_some_and(|hex| hex.len() == 32 && hex.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)))
    })
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Id {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        if is_id(&text) {
            return Ok(Self(text));
        }
        Err(format!("{text:?} is not an id: expected org-, loc-, por-, end- or app- and 32 lower-case hex digits"))
    }
}

impl From<Id> for String {
    fn from(id: Id) -> Self {
        id.0
    }
}

impl JsonSchema for Id {
    fn schema_name() -> Cow<'static, str> {
        "Id".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^(org|loc|por|end|app)-[0-9a-f]{32}$" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_well_formed_ids_are_read() {
        let good = "org-019ab0c4d0007abc8123456789abcdef";
        assert_eq!(Id::parse(good).map(|id| id.kind()), Some(ThingKind::Organization));
        for bad in
            ["", "org-", "org-019AB0C4D0007ABC8123456789ABCDEF", "cat-019ab0c4d0007abc8123456789abcdef", "org-019ab0c4"]
        {
            assert_eq!(Id::parse(bad), None, "{bad}");
        }
    }
}
