//! Numbers other registries gave an organization.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    door::{Door, host_of, registrable_domain},
    text::phone,
};

/// Who gave the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum System {
    /// National Provider Identifier, ten digits with a check digit.
    Npi,
    /// CMS Certification Number.
    Ccn,
    /// Clinical Laboratory Improvement Amendments number.
    Clia,
    /// National Association of Insurance Commissioners code.
    Naic,
    /// Employer Identification Number: used for matching only, never published (CONTRACT section 4).
    Ein,
    /// An object identifier, written `urn:oid:…`.
    Oid,
    /// The organization's own web address, used as an identifier (SMART User-access Brands, `urn:ietf:rfc:3986`).
    Web,
    /// Any other system; the value is `system|value`.
    Other,
}

impl System {
    /// The code used in files and the API.
    pub fn code(self) -> &'static str {
        match self {
            Self::Npi => "npi",
            Self::Ccn => "ccn",
            Self::Clia => "clia",
            Self::Naic => "naic",
            Self::Ein => "ein",
            Self::Oid => "oid",
            Self::Web => "web",
            Self::Other => "other",
        }
    }
}

/// One number and who gave it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Identifier {
    /// Who gave it.
    pub system: System,
    /// The number, normalised.
    pub value: String,
}

impl Identifier {
    /// May it stand in pages, the API and exports?
    pub fn is_public(&self) -> bool {
        self.system != System::Ein
    }

    /// An NPI if the ten digits and their check digit are right (Luhn over `80840` + the number,
    /// NPPES standard of 2004; the prefix adds 24 to the sum).
    pub fn npi(text: &str) -> Option<Self> {
        let digits: String = text.trim().chars().filter(|c| !matches!(c, '-' | ' ')).collect();
        if digits.len() != 10
            || !digits.bytes().all(|b| b.is_ascii_digit())
            || !matches!(digits.as_bytes()[0], b'1' | b'2')
        {
            return None;
        }
        let sum: u32 = digits
            .bytes()
            .rev()
            .enumerate()
            .map(|(i, b)| {
                let d = u32::from(b - b'0');
                match (i % 2, d * 2) {
                    (0, _) => d,
                    (_, double) if double > 9 => double - 9,
                    (_, double) => double,
                }
            })
            .sum();
        (sum + 24).is_multiple_of(10).then_some(Self { system: System::Npi, value: digits })
    }

    /// Reads a FHIR Identifier: the spellings of NPI seen in published lists (`us-npi`, the typo
    /// `hl7.org.fhir`, `terminology.hl7.org/NamingSystem/npi`, and a type coding `NPI` without a system),
    /// CLIA, NAIC, EIN, object identifiers and web addresses.
    /// `Err` says why a number is left out.
    pub fn from_fhir(system: Option<&str>, type_code: Option<&str>, value: &str) -> Result<Self, &'static str> {
        let value = value.trim();
        if value.is_empty() {
            return Err("identifier without a value");
        }
        let make = |system, value: &str| Ok(Self { system, value: value.to_owned() });
        let system = system.map(|s| s.trim().trim_end_matches('/'));
        match (system, type_code) {
            (
                Some(
                    "http://hl7.org/fhir/sid/us-npi"
                    | "https://hl7.org/fhir/sid/us-npi"
                    | "http://hl7.org.fhir/sid/us-npi"
                    | "http://terminology.hl7.org/NamingSystem/npi"
                    | "urn:oid:2.16.840.1.113883.4.6",
                ),
                _,
            )
            | (None, Some("NPI")) => {
                Self::npi(value).ok_or("not a valid NPI: it needs 10 digits and a right check digit")
            }
            (Some("urn:oid:2.16.840.1.113883.4.4"), _) | (None, Some("TAX" | "EN")) => {
                make(System::Ein, &value.chars().filter(char::is_ascii_digit).collect::<String>())
            }
            (Some("urn:oid:2.16.840.1.113883.4.7"), _) => make(System::Clia, &value.to_ascii_uppercase()),
            (Some("urn:oid:2.16.840.1.113883.4.336"), _) => make(System::Ccn, &value.to_ascii_uppercase()),
            (Some("urn:oid:2.16.840.1.113883.6.300"), _) => make(System::Naic, value),
            (Some("urn:ietf:rfc:3986") | None, _) if value.starts_with("urn:oid:") => make(System::Oid, value),
            (Some("urn:ietf:rfc:3986"), _) if value.starts_with("http") => {
                make(System::Web, value.trim_end_matches('/'))
            }
            (Some(system), _) => make(System::Other, &format!("{system}|{value}")),
            (None, _) => make(System::Other, &format!("|{value}")),
        }
    }
}

/// What somebody typed as organizations are looked up by it: the number, domain, phone or address of a `system` in its kept
/// form; nothing when it cannot be one. A `url` is the key of a door.
pub fn kept_as(system: &str, typed: &str) -> Option<String> {
    let typed = typed.trim();
    let some = |text: String| (!text.is_empty()).then_some(text);
    match system {
        "npi" => Identifier::npi(typed).map(|number| number.value),
        "phone" => phone(typed),
        "domain" => {
            let lower = typed.to_lowercase();
            let host =
                if lower.contains("://") { host_of(&lower) } else { lower.split('/').next().unwrap_or_default() };
            registrable_domain(host).map(str::to_owned)
        }
        "url" => {
            let address = if typed.contains("://") { typed.to_owned() } else { format!("https://{typed}") };
            Door::parse(&address).ok().map(|door| door.key())
        }
        "oid" if !typed.starts_with("urn:oid:") => some(typed.to_owned()).map(|oid| format!("urn:oid:{oid}")),
        "ccn" | "clia" | "naic" => some(typed.to_uppercase()),
        _ => some(typed.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn npi_check_digit() {
        assert!(Identifier::npi("1234567893").is_some());
        assert!(Identifier::npi("1992856819").is_some());
        for bad in ["1234567890", "123456789", "12345678933", "0234567893", "abcdefghij", ""] {
            assert_eq!(Identifier::npi(bad), None, "{bad}");
        }
    }

    #[test]
    fn trap_6_every_spelling_of_npi() {
        for (system, code) in [
            (Some("http://hl7.org/fhir/sid/us-npi"), None),
            (Some("http://hl7.org.fhir/sid/us-npi"), None),
            (Some("http://terminology.hl7.org/NamingSystem/npi"), None),
            (None, Some("NPI")),
        ] {
            let read = Identifier::from_fhir(system, code, "1234567893").unwrap();
            assert_eq!(read.system, System::Npi);
            assert!(Identifier::from_fhir(system, code, "1234567890").is_err());
        }
    }

    #[test]
    fn an_ein_is_kept_for_matching_and_never_public() {
        let ein = Identifier::from_fhir(Some("urn:oid:2.16.840.1.113883.4.4"), None, "12-3456789").unwrap();
        assert_eq!((ein.system, ein.is_public(), ein.value.as_str()), (System::Ein, false, "123456789"));
    }

    #[test]
    fn values_are_looked_up_as_they_are_kept() {
        for (system, typed, kept) in [
            ("npi", "1234-567-893", Some("1234567893")),
            ("npi", "1234567890", None),
            ("phone", "208.555.0100", Some("(208) 555-0100")),
            ("phone", "call us", None),
            ("domain", "www.Example.org", Some("example.org")),
            ("domain", "https://mychart.example.org/x", Some("example.org")),
            ("url", "HTTPS://www.example.org/MyChart/", Some("example.org/mychart")),
            ("url", "example.org/fhir/metadata", Some("example.org/fhir")),
            ("url", "javascript:alert(1)", None),
            ("oid", "2.16.840", Some("urn:oid:2.16.840")),
            ("clia", "01d0641971", Some("01D0641971")),
            ("naic", "", None),
        ] {
            assert_eq!(kept_as(system, typed).as_deref(), kept, "{system} {typed}");
        }
    }
}
