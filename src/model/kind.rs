//! What an organization is to a person who looks for records, and how other systems name it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

macro_rules! kinds {
    ($($variant:ident $code:literal $uab:expr, $original:expr, $doc:literal;)*) => {
        /// One kind of organization. An organization has one primary kind and any number of others.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        pub enum Kind {
            $(#[doc = $doc] #[serde(rename = $code)] $variant,)*
        }

        impl Kind {
            /// Every kind, in the order in which pages list them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The code used in addresses, files and the API.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// What it is, in a sentence.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $doc,)* }
            }

            /// The category of SMART User-access Brands (`user-access-category`), where there is one.
            pub fn brand_category(self) -> Option<&'static str> {
                match self { $(Self::$variant => $uab,)* }
            }

            /// The category of the original Blue Button Connector, where it had one.
            pub fn original_category(self) -> Option<&'static str> {
                match self { $(Self::$variant => $original,)* }
            }
        }
    };
}

kinds! {
    Hospital "hospital" Some("prov"), Some("hospital"), "A hospital or a health system known by its hospitals.";
    Clinic "clinic" Some("prov"), Some("provider"), "A practice, a group of doctors, a health center.";
    Insurer "insurer" Some("ins"), Some("insurance"), "A health plan; Medicaid and Medicare programmes carry `government` too.";
    Pharmacy "pharmacy" Some("pharmacy"), Some("pharmacy"), "A pharmacy or a pharmacy benefit manager.";
    Laboratory "laboratory" Some("laboratory"), Some("lab"), "A clinical laboratory.";
    Imaging "imaging" Some("imaging"), Some("provider"), "An imaging center.";
    ImmunizationRegistry "immunization-registry" Some("health-information-network"), Some("immunization"), "A state's or city's vaccine records.";
    Exchange "exchange" Some("health-information-network"), Some("hie"), "A health information exchange.";
    Dental "dental" Some("prov"), Some("provider"), "A dentist's office or group.";
    Vision "vision" Some("prov"), Some("provider"), "An eye doctor's office or group.";
    BehavioralHealth "behavioral-health" Some("prov"), Some("provider"), "Mental health and substance use care.";
    LongTermCare "long-term-care" Some("prov"), Some("provider"), "A nursing home or other long-term care.";
    HomeCare "home-care" Some("prov"), Some("provider"), "Home health and hospice.";
    PublicHealth "public-health" Some("prov"), Some("provider"), "A public health department.";
    Government "government" Some("prov"), Some("provider"), "Veterans Affairs, military, Indian Health Service and other public programmes.";
    Aggregator "aggregator" Some("health-data-aggregator"), None, "A company that gathers records from many places.";
    Unknown "unknown" None, None, "No source says what it is.";
}

impl Kind {
    /// One bit for it, by its place in [`Self::ALL`].
    pub fn bit(self) -> u32 {
        Self::ALL.iter().position(|other| *other == self).map_or(0, |at| 1 << at)
    }

    /// The kind a code names.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.code() == code)
    }

    /// The kind a category of SMART User-access Brands stands for (SMART App Launch 2.2.0,
    /// value set `user-access-category`). `prov` says no more than "a provider".
    pub fn from_brand_category(code: &str) -> Option<Self> {
        Some(match code {
            "prov" => Self::Clinic,
            "ins" | "pay" => Self::Insurer,
            "laboratory" => Self::Laboratory,
            "imaging" => Self::Imaging,
            "pharmacy" => Self::Pharmacy,
            "health-information-network" => Self::Exchange,
            "health-data-aggregator" => Self::Aggregator,
            "govt" => Self::Government,
            _ => return None,
        })
    }

    /// The kind a category of the original Blue Button Connector stands for.
    pub fn from_original_category(category: &str) -> Option<Self> {
        Some(match category {
            "hospital" => Self::Hospital,
            "provider" => Self::Clinic,
            "lab" => Self::Laboratory,
            "pharmacy" => Self::Pharmacy,
            "insurance" => Self::Insurer,
            "hie" => Self::Exchange,
            "immunization" => Self::ImmunizationRegistry,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_back() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_code(kind.code()), Some(*kind));
            assert_eq!(serde_json::to_string(kind).ok(), Some(format!("\"{}\"", kind.code())));
        }
    }

    #[test]
    fn the_originals_categories_are_all_known() {
        for category in ["hospital", "provider", "lab", "pharmacy", "insurance", "hie", "immunization"] {
            let kind = Kind::from_original_category(category);
            assert_eq!(kind.and_then(Kind::original_category), Some(category));
        }
    }
}
