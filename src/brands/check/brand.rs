//! One Organization: profile UserAccessBrand, its extensions, and what HTI-1 wants of it.

use serde_json::Value;

use super::{Desk, Rule, Whose, door, field, list};
use crate::{
    brands::terms::{ABSENT_REASONS, CATEGORIES, DATA_ABSENT},
    model::identifier::System,
    r4::systems,
    sources::{bundle, junk},
};

/// An embedded logo of more letters than this is named.
const LOGO: usize = 100_000;

/// Parts of an extension: name, type of the value, and whether there may be only one.
type Parts = &'static [(&'static str, &'static str, bool)];

const BRAND_PARTS: Parts = &[
    ("brandLogo", "valueUrl", false),
    ("brandLogoLicenseType", "valueCoding", false),
    ("brandLogoLicense", "valueUrl", false),
    ("brandBundle", "valueUrl", false),
];
const PORTAL_PARTS: Parts = &[
    ("portalName", "valueString", true),
    ("portalDescription", "valueMarkdown", true),
    ("portalUrl", "valueUrl", true),
    ("portalLogo", "valueUrl", false),
    ("portalLogoLicenseType", "valueCoding", false),
    ("portalLogoLicense", "valueUrl", false),
    ("portalEndpoint", "valueReference", false),
];

pub fn check(at: &Whose, resource: &Value, desk: &mut Desk) {
    let name = field(resource, "name");
    if name.trim().is_empty() {
        desk.note(Rule::NameMissing, at, "resource.name", "");
    } else if let Some(problem) = junk::problem("name", name, "") {
        desk.note(Rule::TestName, at, "resource.name", &problem.reason);
    }
    if resource.get("active") == Some(&Value::Bool(false)) {
        desk.note(Rule::Inactive, at, "resource.active", "");
    }
    telecom(at, resource, desk);
    category(at, resource, desk);
    identifiers(at, resource, desk);
    addresses(at, resource, desk);
    for (n, extension) in list(resource, "extension") {
        let path = format!("resource.extension[{n}]");
        match field(extension, "url") {
            systems::BRAND_EXTENSION => parts(at, extension, &path, BRAND_PARTS, desk),
            systems::PORTAL_EXTENSION => portal(at, extension, &path, desk),
            _ => {}
        }
    }
}

/// Exactly one telecom: the web site. A publisher who was not told it may say so, with one of two reasons.
fn telecom(at: &Whose, resource: &Value, desk: &mut Desk) {
    let count = list(resource, "telecom").count();
    if count != 1 {
        desk.note(Rule::TelecomCount, at, "resource.telecom", &count.to_string());
    }
    for (n, contact) in list(resource, "telecom") {
        let path = format!("resource.telecom[{n}]");
        let system = field(contact, "system");
        if system != "url" {
            desk.note(Rule::TelecomNotUrl, at, &format!("{path}.system"), system);
        }
        if field(contact, "use") == "home" {
            desk.note(Rule::UseHome, at, &format!("{path}.use"), "");
        }
        let value = field(contact, "value");
        if !value.trim().is_empty() {
            if system == "url" {
                door(at, &format!("{path}.value"), value, desk);
            }
        } else if !absent(at, contact, "_value", &path, desk) {
            desk.note(Rule::TelecomNoValue, at, &format!("{path}.value"), "");
        }
    }
}

/// Is a reason given for a missing value? A reason that may not be given is named.
fn absent(at: &Whose, element: &Value, shadow: &str, path: &str, desk: &mut Desk) -> bool {
    let inner = element.get(shadow).unwrap_or(element);
    let found = list(inner, "extension").find(|(_, extension)| field(extension, "url") == DATA_ABSENT);
    let Some((_, extension)) = found else { return false };
    let code = field(extension, "valueCode");
    if !ABSENT_REASONS.contains(&code) {
        desk.note(Rule::AbsentReason, at, path, code);
    }
    true
}

fn category(at: &Whose, resource: &Value, desk: &mut Desk) {
    let mut codes: Vec<(String, &str, &str)> = Vec::new();
    for (n, kind) in list(resource, "type") {
        for (m, coding) in list(kind, "coding") {
            codes.push((format!("resource.type[{n}].coding[{m}]"), field(coding, "system"), field(coding, "code")));
        }
    }
    let known = |code: &str| CATEGORIES.iter().any(|(category, _)| *category == code);
    let good = |(_, system, code): &&(String, &str, &str)| known(code) && *system == systems::ORGANIZATION_TYPE;
    if codes.iter().any(|code| good(&code)) {
        return;
    }
    match codes.iter().find(|(_, _, code)| known(code)).or(codes.first()) {
        None => desk.note(Rule::CategoryMissing, at, "resource.type", ""),
        Some((path, system, code)) if known(code) => {
            desk.note(Rule::CategorySystem, at, &format!("{path}.system"), system);
        }
        Some((path, _, code)) => desk.note(Rule::CategoryUnknown, at, &format!("{path}.code"), code),
    }
}

fn identifiers(at: &Whose, resource: &Value, desk: &mut Desk) {
    let (mut web, mut facility) = (false, false);
    for (n, identifier) in list(resource, "identifier") {
        let path = format!("resource.identifier[{n}]");
        let (system, value) = (field(identifier, "system"), field(identifier, "value"));
        if value.trim().is_empty() {
            desk.note(Rule::IdentifierNoValue, at, &format!("{path}.value"), "");
            continue;
        }
        if system.is_empty() {
            desk.note(Rule::IdentifierNoSystem, at, &format!("{path}.system"), value);
        }
        let is_site = system == systems::URI && value.starts_with("http");
        web |= is_site;
        // NPI, CCN, CLIA "or other health system ID": anything but the address of the site.
        facility |=
            bundle::identifier(identifier).is_some_and(|read| !matches!(read.system, System::Web | System::Ein));
        let site = url::Url::parse(value).ok().filter(|_| is_site);
        let plain = site.is_none_or(|url| {
            let bare = url.path() == "/" && url.query().is_none() && !value.ends_with('/');
            bare && url.scheme() == "https" && !url.host_str().unwrap_or_default().starts_with("www.")
        });
        if !plain {
            desk.note(Rule::IdentifierWebForm, at, &format!("{path}.value"), value);
        }
    }
    if !web {
        desk.note(Rule::IdentifierWebMissing, at, "resource.identifier", "");
    }
    if !facility {
        desk.note(Rule::HtiIdentifier, at, "resource.identifier", "");
    }
}

fn addresses(at: &Whose, resource: &Value, desk: &mut Desk) {
    if list(resource, "address").next().is_none() {
        desk.note(Rule::HtiLocation, at, "resource.address", "");
    }
    for (n, address) in list(resource, "address") {
        if field(address, "use") == "home" {
            desk.note(Rule::UseHome, at, &format!("resource.address[{n}].use"), "");
        }
        let country = field(address, "country");
        let is_code = country.len() == 2 && country.bytes().all(|b| b.is_ascii_uppercase());
        if !is_code && !country.is_empty() {
            desk.note(Rule::Country, at, &format!("resource.address[{n}].country"), country);
        }
    }
}

fn portal(at: &Whose, extension: &Value, path: &str, desk: &mut Desk) {
    parts(at, extension, path, PORTAL_PARTS, desk);
    if list(extension, "extension").next().is_none() {
        desk.note(Rule::PortalEmpty, at, path, "");
    } else if !list(extension, "extension").any(|(_, part)| field(part, "url") == "portalUrl") {
        desk.note(Rule::PortalNoUrl, at, path, "");
    }
}

/// The parts of an extension: known, of the right type, and once where they may not repeat.
fn parts(at: &Whose, extension: &Value, path: &str, known: Parts, desk: &mut Desk) {
    let mut seen: Vec<&str> = Vec::new();
    for (n, part) in list(extension, "extension") {
        let path = format!("{path}.extension[{n}]");
        let url = field(part, "url");
        let Some((name, kind, once)) = known.iter().find(|(name, ..)| *name == url) else {
            desk.note(Rule::PartUnknown, at, &path, url);
            continue;
        };
        if *once && seen.contains(name) {
            desk.note(Rule::PartTwice, at, &path, name);
        }
        seen.push(name);
        let shadow = format!("_{kind}");
        let values: Vec<&String> = part
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, _)| name)
            .filter(|name| name.starts_with("value"))
            .collect();
        match values.as_slice() {
            [only] if only == kind => value(at, &path, name, &part[*kind], desk),
            [] if matches!(*name, "portalUrl" | "portalName") && absent(at, part, &shadow, &path, desk) => {}
            _ => desk.note(Rule::PartType, at, &path, &format!("{name}: {kind}")),
        }
    }
}

fn value(at: &Whose, path: &str, name: &str, value: &Value, desk: &mut Desk) {
    let path = &format!("{path}.value");
    match name {
        "portalUrl" | "brandBundle" => door(at, path, value.as_str().unwrap_or_default(), desk),
        "brandLogo" | "portalLogo" => match value.as_str().unwrap_or_default() {
            data if data.starts_with("data:") => {
                if data.len() > LOGO {
                    desk.note(Rule::LogoLarge, at, path, &data.len().to_string());
                }
            }
            address => door(at, path, address, desk),
        },
        "portalDescription" => {
            let words = value.as_str().unwrap_or_default();
            if words.split('<').skip(1).any(|after| after.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')) {
                desk.note(Rule::DescriptionHtml, at, path, words);
            }
        }
        _ => {}
    }
}
