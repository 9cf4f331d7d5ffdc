//! Codes that resources carry, for searches by token. Types of organizations are asked of the mapping itself, so that a
//! search finds what is written.

use std::sync::LazyLock;

use serde_json::{Value, json};

use super::values::Token;
use crate::{
    model::{kind::Kind, organization::Organization},
    r4::{Mapper, ResourceType, View},
};

/// Truth values as codes (FHIR R4, `special-values`).
pub(super) const SPECIAL_VALUES: &str = "http://terminology.hl7.org/CodeSystem/special-values";
/// The status of a place.
pub(super) const LOCATION_STATUS: &str = "http://hl7.org/fhir/location-status";
/// The status of an endpoint.
pub(super) const ENDPOINT_STATUS: &str = "http://hl7.org/fhir/endpoint-status";

/// One code that a kind of organization is written with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Coding {
    /// The place of the kind in [`Kind::ALL`].
    pub kind: usize,
    /// Only with, or only without, the kind of insurers beside it.
    pub if_insurer: Option<bool>,
    /// A system below our public address has none before it.
    system: String,
    code: String,
}

impl Coding {
    /// Is it what a token asks for?
    pub fn is(&self, token: &Token, public: &str) -> bool {
        let own = self.system.starts_with('/');
        if own { token.is(&format!("{public}{}", self.system), &self.code) } else { token.is(&self.system, &self.code) }
    }
}

/// The codes of all kinds in a view.
pub(super) fn of_kinds(view: View) -> &'static [Coding] {
    static CODINGS: LazyLock<[Vec<Coding>; 3]> = LazyLock::new(|| View::ALL.map(read));
    let at = View::ALL.iter().position(|known| *known == view).unwrap_or_default();
    &CODINGS[at]
}

fn read(view: View) -> Vec<Coding> {
    let mut all = Vec::new();
    for (at, kind) in Kind::ALL.iter().enumerate().filter(|(_, kind)| **kind != Kind::Unknown) {
        let alone = written(view, &[*kind]);
        let insuring = written(view, &[*kind, Kind::Insurer]);
        let mut add = |codes: &[(String, String)], if_insurer| {
            for (system, code) in codes {
                all.push(Coding { kind: at, if_insurer, system: system.clone(), code: code.clone() });
            }
        };
        if alone == insuring || *kind == Kind::Insurer {
            add(&alone, None);
        } else {
            add(&alone, Some(false));
            add(&insuring, Some(true));
        }
    }
    all
}

/// The codes of the first of these kinds, as the mapping writes them.
fn written(view: View, kinds: &[Kind]) -> Vec<(String, String)> {
    let document = json!({
        "id": "org-00000000000000000000000000000000", "slug": "", "version": 1, "status": "active", "name": "", "kinds": kinds,
        "locations": [{ "id": "loc-00000000000000000000000000000000" }],
    });
    let Ok(document) = serde_json::from_value::<Organization>(document) else { return Vec::new() };
    let Ok(resource) = Mapper::new("", view).organization(&document, 0) else { return Vec::new() };
    let resource = serde_json::to_value(resource).unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let codings = resource["type"][0]["coding"].as_array().cloned().unwrap_or_default();
    codings.iter().map(|coding| (text(&coding["system"]), text(&coding["code"]))).collect()
}

/// The profile resources of a type carry in a view.
pub(super) fn profile(view: View, kind: ResourceType) -> Option<String> {
    let name = match view {
        View::Plain => return None,
        View::PlanNet => "plannet",
        View::Ndh => "ndh",
    };
    Some(format!("{}/StructureDefinition/{name}-{}", view.guide()?, kind.name()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fhir::search::values::token;

    fn kinds(view: View, text: &str) -> Vec<(&'static str, Option<bool>)> {
        let token = token(text).unwrap();
        let found = of_kinds(view).iter().filter(|coding| coding.is(&token, "https://c.example.org"));
        found.map(|coding| (Kind::ALL[coding.kind].code(), coding.if_insurer)).collect()
    }

    #[test]
    fn kinds_are_found_by_every_code_they_are_written_with() {
        assert_eq!(kinds(View::Plain, "hospital"), [("hospital", None)]);
        assert_eq!(kinds(View::Plain, "https://c.example.org/fhir/CodeSystem/kind|HOSPITAL"), [("hospital", None)]);
        assert_eq!(kinds(View::Plain, "https://a.example.org/fhir/CodeSystem/kind|hospital"), []);
        let types = "http://terminology.hl7.org/CodeSystem/organization-type";
        assert_eq!(kinds(View::Plain, &format!("{types}|ins")), [("insurer", None), ("government", Some(true))]);
        assert!(kinds(View::Plain, &format!("{types}|prov")).contains(&("government", Some(false))));
        assert_eq!(kinds(View::Plain, "payer"), []);
        assert_eq!(kinds(View::PlanNet, "payer"), [("insurer", None)]);
        assert_eq!(kinds(View::Plain, "unknown"), []);
    }
}
