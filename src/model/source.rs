//! Who publishes lists, and how much each weighs (CONTRACT section 2).

use std::borrow::Cow;

use jiff::civil::Date;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// How much a source weighs; 0 is best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Tier(u8);

impl Tier {
    /// A moderator's decision.
    pub const MODERATOR: Self = Self(0);
    /// The organization itself, proved.
    pub const OWNER: Self = Self(1);
    /// The Bundle an endpoint's own `.well-known/smart-configuration` names.
    pub const WELL_KNOWN: Self = Self(2);
    /// The EHR developer's own published list.
    pub const VENDOR: Self = Self(3);
    /// Government files.
    pub const GOVERNMENT: Self = Self(4);
    /// Other published lists, aggregators, payer indexes.
    pub const LIST: Self = Self(5);
    /// A public suggestion that a person accepted.
    pub const SUGGESTION: Self = Self(6);
    /// The starter directory.
    pub const STARTER: Self = Self(7);
    /// Legacy exports, and every source nobody registered.
    pub const LEGACY: Self = Self(8);

    /// The number, 0 to 8.
    pub fn number(self) -> u8 {
        self.0
    }

    /// Where it stands in the order of belief. An owner's word older than 12 months comes after tier 3.
    pub fn rank(self, said: Date, today: Date) -> u8 {
        let stale = self == Self::OWNER && said.checked_add(jiff::Span::new().years(1)).is_ok_and(|end| end < today);
        if stale { Self::VENDOR.0 * 10 + 5 } else { self.0 * 10 }
    }
}

impl TryFrom<u8> for Tier {
    type Error = String;
    fn try_from(number: u8) -> Result<Self, String> {
        (number <= 8).then_some(Self(number)).ok_or_else(|| format!("tier {number}: tiers go from 0 to 8"))
    }
}

impl From<Tier> for u8 {
    fn from(tier: Tier) -> Self {
        tier.0
    }
}

/// What a load says about rows it does not contain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// What is absent is withdrawn.
    Full,
    /// What is absent is untouched.
    Delta,
}

/// One publisher of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Source {
    /// Short stable name, for example `oracle-millennium-patient-r4`.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Who publishes it.
    pub publisher: String,
    /// How much it weighs.
    pub tier: Tier,
    /// Full or delta.
    pub mode: Mode,
    /// Licence of the list, as its publisher states it.
    pub licence: String,
    /// Where it is published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// How often it is fetched, in words (`1 day`); empty = by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<String>,
}

impl JsonSchema for Tier {
    fn schema_name() -> Cow<'static, str> {
        "Tier".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "integer",
            "minimum": 0,
            "maximum": 8,
            "description": "How much a source weighs: 0 is a moderator's decision, 8 an old list nobody registered.",
        })
    }
}
