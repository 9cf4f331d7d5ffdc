//! Where an organization is: states, ZIP codes, addresses.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::text;

/// The postal code and English name of every state, DC and the territories.
pub const STATES: &[(&str, &str)] = &[
    ("AL", "Alabama"),
    ("AK", "Alaska"),
    ("AZ", "Arizona"),
    ("AR", "Arkansas"),
    ("CA", "California"),
    ("CO", "Colorado"),
    ("CT", "Connecticut"),
    ("DE", "Delaware"),
    ("DC", "District of Columbia"),
    ("FL", "Florida"),
    ("GA", "Georgia"),
    ("HI", "Hawaii"),
    ("ID", "Idaho"),
    ("IL", "Illinois"),
    ("IN", "Indiana"),
    ("IA", "Iowa"),
    ("KS", "Kansas"),
    ("KY", "Kentucky"),
    ("LA", "Louisiana"),
    ("ME", "Maine"),
    ("MD", "Maryland"),
    ("MA", "Massachusetts"),
    ("MI", "Michigan"),
    ("MN", "Minnesota"),
    ("MS", "Mississippi"),
    ("MO", "Missouri"),
    ("MT", "Montana"),
    ("NE", "Nebraska"),
    ("NV", "Nevada"),
    ("NH", "New Hampshire"),
    ("NJ", "New Jersey"),
    ("NM", "New Mexico"),
    ("NY", "New York"),
    ("NC", "North Carolina"),
    ("ND", "North Dakota"),
    ("OH", "Ohio"),
    ("OK", "Oklahoma"),
    ("OR", "Oregon"),
    ("PA", "Pennsylvania"),
    ("RI", "Rhode Island"),
    ("SC", "South Carolina"),
    ("SD", "South Dakota"),
    ("TN", "Tennessee"),
    ("TX", "Texas"),
    ("UT", "Utah"),
    ("VT", "Vermont"),
    ("VA", "Virginia"),
    ("WA", "Washington"),
    ("WV", "West Virginia"),
    ("WI", "Wisconsin"),
    ("WY", "Wyoming"),
    ("AS", "American Samoa"),
    ("GU", "Guam"),
    ("MP", "Northern Mariana Islands"),
    ("PR", "Puerto Rico"),
    ("VI", "U.S. Virgin Islands"),
];

/// The postal code of a state given by code or by name, in any case.
pub fn state_code(text: &str) -> Option<&'static str> {
    let text = text.trim().trim_end_matches('.');
    STATES
        .iter()
        .find(|(code, name)| code.eq_ignore_ascii_case(text) || name.eq_ignore_ascii_case(text))
        .map(|(code, _)| *code)
}

/// The English name of a state by its postal code.
pub fn state_name(code: &str) -> Option<&'static str> {
    STATES.iter().find(|(known, _)| *known == code).map(|(_, name)| *name)
}

/// The five digits of a ZIP or ZIP+4 code; a lost leading zero (`2114`) is given back when the
/// digits are four, as spreadsheets drop it.
pub fn zip5(text: &str) -> Option<String> {
    let digits: String = text.trim().chars().take_while(char::is_ascii_digit).collect();
    let rest = &text.trim()[digits.len()..];
    let tidy_rest = rest.is_empty() || rest.trim_start().starts_with('-');
    match (digits.len(), tidy_rest) {
        (5, true) => Some(digits),
        (9, _) if rest.is_empty() => Some(digits[..5].to_owned()),
        (4, _) if rest.is_empty() => Some(format!("0{digits}")),
        _ => None,
    }
    .filter(|zip| zip != "00000" && zip != "99999")
}

/// One place as a source gives it. Every part may be missing; a place with a state only says "somewhere in".
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Place {
    /// The name of this place, when it has one of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Street lines.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<String>,
    /// City or town.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// Postal code of the state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Five-digit ZIP code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zip: Option<String>,
    /// Public phone of this place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// How to recognise it beyond its address: a cross-street, a building (FHIR `Location.description`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub landmark: Option<String>,
}

impl Place {
    /// A place from loose text; what cannot be read is left out. `None` when nothing is left.
    pub fn new(lines: &[&str], city: &str, state: &str, zip: &str) -> Option<Self> {
        let some = |s: &str| {
            let s = text::clean(s, 120);
            (!s.is_empty()).then_some(s)
        };
        let place = Self {
            name: None,
            lines: lines.iter().filter_map(|line| some(line)).collect(),
            city: some(city),
            state: state_code(state).map(str::to_owned),
            zip: zip5(zip),
            phone: None,
            landmark: None,
        };
        (place != Self::default()).then_some(place)
    }

    /// The last line of its address: `Boise, ID 83702`, or what there is of it.
    pub fn town(&self) -> String {
        let town = [self.city.as_deref(), self.state.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(", ");
        format!("{town} {}", self.zip.as_deref().unwrap_or_default()).trim().to_owned()
    }

    /// Two places with the same key are the same place.
    pub fn key(&self) -> String {
        let part = |s: &Option<String>| s.as_deref().map(text::match_form).unwrap_or_default();
        format!(
            "{}|{}|{}|{}",
            text::match_form(&self.lines.join(" ")),
            part(&self.city),
            part(&self.state),
            part(&self.zip)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zips() {
        assert_eq!(zip5("32073-3035").as_deref(), Some("32073"));
        assert_eq!(zip5("320733035").as_deref(), Some("32073"));
        assert_eq!(zip5("2114").as_deref(), Some("02114"));
        for bad in ["", "ABCDE", "123", "00000", "123456", "12345x"] {
            assert_eq!(zip5(bad), None, "{bad}");
        }
    }

    #[test]
    fn states_by_code_or_name() {
        assert_eq!(state_code(" tx "), Some("TX"));
        assert_eq!(state_code("new mexico"), Some("NM"));
        assert_eq!(state_code("Ontario"), None);
        assert_eq!(STATES.len(), 56);
    }
}
