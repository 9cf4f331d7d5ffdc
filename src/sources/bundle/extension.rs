//! Extensions of Organization and Endpoint (HL7 fhir-extensions 5.x; SMART App Launch 2.2.0 section 8).

use serde_json::Value;

use crate::{
    model::{
        door::Door,
        listing::{DoorFacts, LogoFacts, PortalFacts},
        text::{self, TEXT_LIMIT},
    },
    sources::{Problem, input::text as field},
};

/// Brand details on Organization.
const BRAND: &str = "http://hl7.org/fhir/StructureDefinition/organization-brand";
/// A portal on Organization; repeats.
const PORTAL: &str = "http://hl7.org/fhir/StructureDefinition/organization-portal";
/// FHIR versions of an Endpoint; repeats.
const VERSION: &str = "http://hl7.org/fhir/StructureDefinition/endpoint-fhir-version";
/// Why a value is missing.
const ABSENT: &str = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";

/// A portal as an Organization offers it.
#[derive(Debug)]
pub struct Portal {
    /// The portal; its endpoints are filled in when their references are resolved.
    pub facts: PortalFacts,
    /// `portalEndpoint`, as written.
    pub references: Vec<String>,
}

/// What the extensions of an Organization say.
#[derive(Debug, Default)]
pub struct Portals {
    /// The good ones.
    pub good: Vec<Portal>,
    /// Parts that were left out.
    pub notes: Vec<Problem>,
    /// The first refusal of an address.
    pub refused: Option<Problem>,
    /// Is there any portal extension, good or not?
    pub any: bool,
}

/// The direct parts of a resource or extension with this url.
fn parts<'v>(value: &'v Value, url: &'v str) -> impl Iterator<Item = &'v Value> {
    value
        .get("extension")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter(move |part| part.get("url").and_then(Value::as_str) == Some(url))
}

/// Whatever text an extension carries: its value[x], of the right type or a near one.
fn value_text(part: &Value) -> String {
    part.as_object()
        .into_iter()
        .flatten()
        .find(|(name, value)| name.starts_with("value") && value.is_string())
        .and_then(|(_, value)| value.as_str())
        .unwrap_or_default()
        .trim()
        .to_owned()
}

fn first_text(value: &Value, url: &str) -> Option<String> {
    parts(value, url).map(value_text).find(|text| !text.is_empty())
}

/// Why an element is absent, where the publisher says so (`_value…` of a primitive carries the extension).
pub fn absent_reason(element: &Value) -> Option<String> {
    element
        .as_object()?
        .iter()
        .filter(|(name, _)| name.starts_with("_value"))
        .find_map(|(_, inner)| first_text(inner, ABSENT))
        .or_else(|| first_text(element, ABSENT))
}

/// The reason as the code of a report: the two that SMART App Launch 2.2.0 (section 8) allows, and nothing else that a
/// file may say.
pub fn absent_code(element: &Value) -> Option<&'static str> {
    match absent_reason(element)?.as_str() {
        "asked-declined" => Some("asked_declined"),
        "asked-unknown" => Some("asked_unknown"),
        _ => None,
    }
}

/// The FHIR versions an Endpoint is said to speak.
pub fn fhir_versions(endpoint: &Value) -> Vec<String> {
    let mut versions = Vec::new();
    for version in parts(endpoint, VERSION).map(value_text) {
        let plain = !version.is_empty()
            && version.len() <= 20
            && version.chars().all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-');
        if plain && !versions.contains(&version) {
            versions.push(version);
        }
    }
    versions
}

/// The portals of an Organization.
pub fn portals(organization: &Value) -> Portals {
    let mut found = Portals::default();
    for part in parts(organization, PORTAL) {
        found.any = true;
        portal(part, &mut found);
    }
    found
}

fn portal(part: &Value, found: &mut Portals) {
    let Some(address) = first_text(part, "portalUrl") else {
        let code = parts(part, "portalUrl").find_map(absent_code).unwrap_or("no_portal_address");
        found.notes.push(Problem::new("portalUrl", code, "the portal has no address; it is left out"));
        return;
    };
    let door = match Door::parse(&address) {
        Ok(door) => door,
        Err(refusal) => {
            let problem = Problem::new("portalUrl", refusal.code(), format!("{refusal}; the portal is left out"));
            found.refused.get_or_insert_with(|| problem.clone());
            found.notes.push(problem);
            return;
        }
    };
    let references: Vec<String> = parts(part, "portalEndpoint")
        .filter_map(|part| part.get("valueReference"))
        .map(|reference| field(reference, "reference"))
        .filter(|reference| !reference.is_empty())
        .collect();
    let facts = PortalFacts {
        name: first_text(part, "portalName").map(|name| text::clean_name(&name)).filter(|name| !name.is_empty()),
        description: first_text(part, "portalDescription")
            .map(|markdown| plain_text(&markdown))
            .filter(|plain| !plain.is_empty()),
        at: DoorFacts { door, evidence: None },
        audience: None,
        sign_up: None,
        endpoints: Vec::new(),
        through: None,
        valid: None,
    };
    let key = facts.at.door.key();
    match found.good.iter_mut().find(|known| known.facts.at.door.key() == key) {
        None => found.good.push(Portal { facts, references }),
        Some(known) => {
            known.references.extend(references);
            found.notes.push(Problem::new(
                "organization-portal",
                "same_portal_twice",
                "two portals have one address; the first name and description are kept",
            ));
        }
    }
}

/// Logos of the brand and its portals: remote ones by address only, embedded ones left out.
pub fn logos(organization: &Value, notes: &mut Vec<Problem>) -> Vec<LogoFacts> {
    let mut logos: Vec<LogoFacts> = Vec::new();
    for (extension, logo, licence, licence_type) in [
        (BRAND, "brandLogo", "brandLogoLicense", "brandLogoLicenseType"),
        (PORTAL, "portalLogo", "portalLogoLicense", "portalLogoLicenseType"),
    ] {
        for part in parts(organization, extension) {
            let licences: Vec<String> = parts(part, licence)
                .map(value_text)
                .chain(
                    parts(part, licence_type)
                        .filter_map(|part| part.get("valueCoding"))
                        .map(|coding| field(coding, "code")),
                )
                .map(|licence| text::clean(&licence, 300))
                .filter(|licence| !licence.is_empty())
                .collect();
            for (n, url) in parts(part, logo).map(value_text).enumerate() {
                if logos.iter().any(|known| known.url == url) {
                    continue;
                }
                match logo_problem(&url) {
                    Some(problem) => notes.push(Problem::new(logo, problem.0, problem.1)),
                    None => logos.push(LogoFacts { licence: licences.get(n).or(licences.first()).cloned(), url }),
                }
            }
        }
    }
    logos
}

fn logo_problem(url: &str) -> Option<(&'static str, String)> {
    if url.starts_with("data:") {
        return Some(("embedded_logo", format!("a logo of {} bytes inside the list is left out", url.len())));
    }
    match Door::parse(url) {
        Err(refusal) => Some((refusal.code(), format!("{refusal}; the logo is left out"))),
        Ok(_) if !url.starts_with("https://") => Some(("not_https", "a logo without https is left out".to_owned())),
        Ok(_) => None,
    }
}

/// Markdown as plain text: marks, links and HTML are taken off, scripts with all that is in them.
pub fn plain_text(markdown: &str) -> String {
    let mut html = String::new();
    pulldown_cmark::html::push_html(&mut html, pulldown_cmark::Parser::new(markdown));
    let plain = ammonia::Builder::empty().clean(&html).to_string();
    text::clean(&plain, TEXT_LIMIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trap_12_markdown_becomes_plain_text() {
        for (markdown, plain) in [
            ("Plain words.\n", "Plain words."),
            ("**Bold** and [a link](javascript:alert(1))", "Bold and a link"),
            ("# Title\n\n- one\n- two", "Title one two"),
            ("<script>alert('x')</script>Hello", "Hello"),
            ("Hello <b onclick='x'>you</b> <img src=x onerror=alert(1)>", "Hello you"),
            ("5 < 6 & more", "5 < 6 & more"),
        ] {
            assert_eq!(plain_text(markdown), plain, "{markdown}");
        }
    }

    #[test]
    fn trap_11_logos() {
        let organization = serde_json::json!({"extension": [{"url": BRAND, "extension": [
            {"url": "brandLogo", "valueUrl": "data:image/svg+xml;utf8,<svg onload='x'/>"},
            {"url": "brandLogo", "valueUrl": "https://example.org/logo.svg"},
            {"url": "brandLogo", "valueUrl": "http://example.org/logo.svg"},
            {"url": "brandLogo", "valueUrl": "https://10.0.0.1/logo.svg"},
            {"url": "brandLogoLicenseType", "valueCoding": {"code": "CC-BY-4.0"}},
        ]}, {"url": PORTAL, "extension": [
            {"url": "portalLogo", "valueUrl": "https://example.org/portal.png"},
            {"url": "portalLogoLicense", "valueUrl": "https://example.org/licence"},
        ]}]});
        let mut notes = Vec::new();
        let logos = logos(&organization, &mut notes);
        assert_eq!(
            logos,
            [
                LogoFacts { url: "https://example.org/logo.svg".to_owned(), licence: Some("CC-BY-4.0".to_owned()) },
                LogoFacts {
                    url: "https://example.org/portal.png".to_owned(),
                    licence: Some("https://example.org/licence".to_owned())
                }
            ]
        );
        let codes: Vec<&str> = notes.iter().map(|n| n.code.as_str()).collect();
        assert_eq!(codes, ["embedded_logo", "not_https", "private_network"]);
        assert!(notes[0].reason.contains("41 bytes") || notes[0].reason.contains("bytes"));
    }

    #[test]
    fn a_portal_nobody_gave_an_address() {
        let organization = serde_json::json!({"extension": [{"url": PORTAL, "extension": [
            {"url": "portalName", "valueString": "P"},
            {"url": "portalUrl", "_valueUrl": {"extension": [{"url": ABSENT, "valueCode": "asked-declined"}]}},
        ]}]});
        let found = portals(&organization);
        assert!(found.any && found.good.is_empty() && found.refused.is_none());
        assert_eq!(found.notes[0].code, "asked_declined");
    }

    #[test]
    fn trap_08_versions_as_said_or_none() {
        let endpoint = serde_json::json!({"extension": [
            {"url": VERSION, "valueCode": "4.0.0"}, {"url": VERSION, "valueCode": "1.0.2"},
            {"url": VERSION, "valueCode": "4.0.0"}, {"url": VERSION, "valueCode": "<b>"}, {"url": VERSION}]});
        assert_eq!(fhir_versions(&endpoint), ["4.0.0", "1.0.2"]);
        assert!(fhir_versions(&serde_json::json!({})).is_empty());
    }
}
