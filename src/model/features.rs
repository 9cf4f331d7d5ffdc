//! The menu of the original Blue Button Connector: what people can see, save, send and do.
//!
//! A feature is `yes`, `no`, `planned` (from a date) or not known, and not known is simply absent.

use std::{borrow::Cow, collections::BTreeMap, fmt};

use jiff::civil::Date;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// Every feature code, in the order in which pages list them.
pub const MENU: &[&str] = &[
    "shows_blue_button",
    "view",
    "view.active_prescriptions",
    "view.allergies",
    "view.appointment_history",
    "view.claims",
    "view.clinical_notes",
    "view.diagnostics",
    "view.family_history",
    "view.imaging",
    "view.immunizations",
    "view.lab_results",
    "view.medical_history",
    "view.medications",
    "view.pathology",
    "view.prescriptions",
    "view.problems",
    "view.visit_history",
    "view.vitals",
    "download",
    "download.text",
    "download.pdf",
    "download.c32",
    "download.ccda",
    "download.fhir",
    "download.other",
    "send",
    "send.direct",
    "send.direct_patient_bundle",
    "send.direct_provider_bundle",
    "send.direct_other_bundle",
    "send.app_access",
    "send.automatic_updates",
    "service.refills",
    "service.automatic_refills",
    "service.transfer_prescriptions",
    "service.new_prescriptions",
    "service.family_prescriptions",
    "service.bill_pay",
    "service.caregiving",
    "service.dispute",
    "service.open_notes",
    "service.reminders",
    "service.scheduling",
    "service.search",
    "service.secure_messaging",
    "service.self_entered",
    "service.shop",
    "service.test_request",
    "service.email_alerts",
];

/// One feature of the menu.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Feature(&'static str);

impl Feature {
    /// The feature a code names; codes outside the menu are refused.
    pub fn parse(code: &str) -> Option<Self> {
        MENU.iter().find(|known| **known == code).map(|known| Self(known))
    }

    /// The code, for example `view.lab_results`.
    pub fn code(self) -> &'static str {
        self.0
    }

    /// The part before the dot: `view`, `download`, `send`, `service` or `shows_blue_button`.
    pub fn group(self) -> &'static str {
        self.0.split_once('.').map_or(self.0, |(group, _)| group)
    }

    /// One bit for it, by its place in [`MENU`].
    pub fn bit(self) -> u64 {
        MENU.iter().position(|code| *code == self.0).map_or(0, |at| 1 << at)
    }

    /// Every feature in menu order.
    pub fn all() -> impl Iterator<Item = Self> {
        MENU.iter().map(|code| Self(code))
    }
}

impl fmt::Display for Feature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl<'de> Deserialize<'de> for Feature {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        Self::parse(&code).ok_or_else(|| serde::de::Error::custom(format!("{code:?} is no feature of the menu")))
    }
}

/// What is said of a feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// Offered.
    Yes,
    /// Not offered.
    No,
    /// Offered from this day on, if they say the day.
    Planned(Option<Date>),
}

/// What one source, or the merge, says of the menu. Absent = not known.
pub type Features = BTreeMap<Feature, Answer>;

impl JsonSchema for Feature {
    fn schema_name() -> Cow<'static, str> {
        "Feature".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "enum": MENU, "description": "A feature of the menu." })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_menu_is_whole_and_has_no_doubles() {
        let count = |group: &str| Feature::all().filter(|f| f.group() == group && f.code() != group).count();
        assert_eq!((count("view"), count("download"), count("send"), count("service")), (17, 6, 6, 17));
        let mut codes = MENU.to_vec();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), MENU.len());
    }

    #[test]
    fn answers_are_read_back() {
        let mut features = Features::new();
        features.insert(Feature::parse("view").unwrap(), Answer::Yes);
        features.insert(Feature::parse("send.direct").unwrap(), Answer::Planned(None));
        let json = serde_json::to_string(&features).unwrap();
        assert_eq!(serde_json::from_str::<Features>(&json).unwrap(), features);
        assert!(serde_json::from_str::<Features>(r#"{"teleport":"yes"}"#).is_err());
    }
}
