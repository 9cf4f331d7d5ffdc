//! One entry of a Bundle, and where its references lead.

use serde_json::Value;

use crate::sources::{Problem, input::text as field, limits::PARTS};

/// An entry with its resource.
#[derive(Debug)]
pub struct Entry {
    /// `Bundle.entry.fullUrl`; older lists have none.
    pub full_url: Option<String>,
    /// `Bundle.entry.resource`; no list in it is longer than [`PARTS`].
    pub resource: Value,
    /// Was one longer?
    pub cut: bool,
}

impl Entry {
    /// Takes an element of `Bundle.entry` apart.
    pub fn read(mut value: Value) -> Result<Self, Problem> {
        let full_url = Some(field(&value, "fullUrl")).filter(|url| !url.trim().is_empty());
        match value.get_mut("resource").map(Value::take) {
            Some(mut resource) if resource.is_object() => {
                let cut = shorten(&mut resource);
                Ok(Self { full_url, resource, cut })
            }
            _ => Err(Problem::new("resource", "malformed_row", "the entry has no resource that can be read")),
        }
    }

    /// The type of the resource.
    pub fn kind(&self) -> &str {
        self.resource.get("resourceType").and_then(Value::as_str).unwrap_or_default()
    }

    /// The reference within one server: `Organization/1`.
    pub fn local(&self) -> Option<String> {
        let id = field(&self.resource, "id");
        (!id.is_empty()).then(|| format!("{}/{id}", self.kind()))
    }

    /// What the entry is known by: its fullUrl, else type and id, else what it says.
    pub fn key(&self) -> String {
        self.full_url.clone().or_else(|| self.local()).unwrap_or_else(|| {
            crate::sources::marks::digest(&[
                self.kind(),
                &field(&self.resource, "name"),
                &field(&self.resource, "address"),
            ])
        })
    }
}

/// Cuts every list off at [`PARTS`], however deep it stands (the parser allows 128 levels). Was there any to cut?
fn shorten(value: &mut Value) -> bool {
    match value {
        Value::Array(list) => {
            let long = list.len() > PARTS;
            list.truncate(PARTS);
            shorten_all(list.iter_mut()) || long
        }
        Value::Object(fields) => shorten_all(fields.values_mut()),
        _ => false,
    }
}

fn shorten_all<'v>(values: impl Iterator<Item = &'v mut Value>) -> bool {
    let mut cut = false;
    for value in values {
        cut |= shorten(value);
    }
    cut
}

/// The absolute form of a reference made from an entry with this fullUrl (FHIR R4, "Resolving references in
/// Bundles"): absolute ones stay, relative ones stand on the server of the fullUrl.
pub fn absolute(reference: &str, from: Option<&str>) -> Option<String> {
    if is_absolute(reference) {
        return Some(reference.to_owned());
    }
    // .../Organization/1 -> ...; a urn: has no server to stand on.
    let from = from.filter(|url| url.starts_with("http"))?;
    let server = from.rsplitn(3, '/').nth(2)?;
    Some(format!("{server}/{}", reference.trim_start_matches('/')))
}

/// The reference within one server, without a version: `Endpoint/1`. A bare id is taken as one of the expected type.
pub fn local(reference: &str, expected: &str) -> Option<String> {
    let path = reference.split("/_history/").next()?.trim_end_matches('/');
    if path.starts_with("urn:") {
        return None;
    }
    let mut parts = path.rsplit('/');
    match (parts.next(), parts.next()) {
        (Some(id), Some(kind)) if kind == expected => Some(format!("{expected}/{id}")),
        (Some(id), None) if !id.is_empty() && !id.starts_with('#') => Some(format!("{expected}/{id}")),
        _ => None,
    }
}

fn is_absolute(reference: &str) -> bool {
    ["http://", "https://", "urn:"].iter().any(|scheme| reference.starts_with(scheme))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_stand_on_the_server_of_their_entry() {
        let from = Some("https://ehr.org/fhir/Organization/1");
        for (reference, from, expected) in [
            ("Endpoint/2", from, Some("https://ehr.org/fhir/Endpoint/2")),
            ("https://other.org/Endpoint/2", from, Some("https://other.org/Endpoint/2")),
            ("urn:uuid:7", Some("urn:uuid:1"), Some("urn:uuid:7")),
            ("Endpoint/2", Some("urn:uuid:1"), None),
            ("Endpoint/2", None, None),
        ] {
            assert_eq!(absolute(reference, from).as_deref(), expected, "{reference}");
        }
    }

    #[test]
    fn references_within_one_server() {
        for (reference, expected) in [
            ("Endpoint/2", Some("Endpoint/2")),
            ("https://ehr.org/Endpoint/2/_history/7", Some("Endpoint/2")),
            ("2", Some("Endpoint/2")),
            ("Organization/2", None),
            ("#2", None),
            ("urn:uuid:2", None),
        ] {
            assert_eq!(local(reference, "Endpoint").as_deref(), expected, "{reference}");
        }
    }
}
