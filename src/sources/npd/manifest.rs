//! `manifest.json` of CMS's National Provider Directory: which files a release has, and how large they are.
//!
//! JSON in, a [`Manifest`] out. Its shape changed with the release of 20 August 2026: before, each name carried the day
//! (`Organization_2026-05-07_2128.ndjson`); since then names are numbered (`01-Organization.ndjson`) and the day stands in
//! `generated_at`. What holds: no name leads out of the publisher's folder.

use std::io::Read as _;

use jiff::civil::Date;
use serde_json::Value;
use url::Url;

use super::Kind;
use crate::sources::input::{Input, text};

/// Manifests have a few kilobytes.
const SIZE_LIMIT: u64 = 1 << 20;

/// A release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// The day it was made, when the manifest says so.
    pub date: Option<Date>,
    /// Its files, in the order of their names.
    pub files: Vec<Listed>,
}

/// A file of a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// What is in it: `Organization`, `Endpoint`, `Location` …
    pub resource: String,
    /// Its name as it is downloaded, packed with Zstandard.
    pub name: String,
    /// Bytes of the packed file.
    pub packed: Option<u64>,
    /// Bytes of what is in it.
    pub plain: Option<u64>,
}

impl Listed {
    /// Where it is published: beside its manifest.
    ///
    /// # Errors
    /// What is wrong with its name.
    pub fn address(&self, manifest: &Url) -> Result<String, String> {
        let address = manifest.join(&self.name).map_err(|why| format!("{:?}: {why}", self.name))?;
        let beside = address.origin() == manifest.origin() && address.query().is_none() && address.fragment().is_none();
        if beside { Ok(address.into()) } else { Err(format!("{:?} leads away from the manifest", self.name)) }
    }

    /// Is there anything in it that this program reads? Persons' files are by far the largest and are left where they are.
    pub fn is_read(&self) -> bool {
        matches!(Kind::of_resource(&self.resource), Some(Kind::Organization | Kind::Endpoint | Kind::Location))
    }

    /// Is this the number of its bytes, packed or unpacked on the way?
    pub fn may_have(&self, bytes: u64) -> bool {
        let known = [self.packed, self.plain];
        known.iter().all(Option::is_none) || known.contains(&Some(bytes))
    }

    /// Is this the number of bytes that a file of this name must have? Unpacked by somebody, it has other ones.
    pub fn fits(&self, name: &str, bytes: u64) -> bool {
        let expected = if name == self.name { self.packed } else { self.plain };
        expected.is_none_or(|expected| expected == bytes)
    }

    /// Is this the file, packed or not?
    pub fn is_named(&self, name: &str) -> bool {
        name == self.name || Some(name) == self.name.strip_suffix(".zst")
    }
}

/// Reads a manifest from its file.
pub fn read(input: Input<'_>) -> Result<Manifest, String> {
    let mut json = Vec::new();
    let open = input.open().map_err(|error| error.to_string())?;
    open.take(SIZE_LIMIT).read_to_end(&mut json).map_err(|error| error.to_string())?;
    parse(&json)
}

/// Reads a manifest. `Err` says what is wrong.
pub fn parse(json: &[u8]) -> Result<Manifest, String> {
    let value: Value = serde_json::from_slice(json).map_err(|error| error.to_string())?;
    let files = value.get("files").and_then(Value::as_object).ok_or("it has no \"files\"")?;
    let mut listed = Vec::new();
    let mut date = day(&text(&value, "generated_at"));
    for (name, facts) in files {
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
        if !name.bytes().all(plain) || name.starts_with('.') {
            return Err(format!("{name:?} is no name of a file"));
        }
        let Some((resource, rest)) = resource(name) else { continue };
        date = date.or_else(|| day(rest));
        let bytes = |field: &str| facts.get(field).and_then(Value::as_u64).filter(|bytes| *bytes > 0);
        let name = format!("{}.zst", name.strip_suffix(".zst").unwrap_or(name));
        let (packed, plain) = (bytes("compressed_bytes"), bytes("original_bytes"));
        listed.push(Listed { resource: resource.to_owned(), name, packed, plain });
    }
    Ok(Manifest { date, files: listed })
}

/// `Organization` and what follows it, of `01-Organization.ndjson` or `Organization_2026-05-07_2128.ndjson.zst`.
fn resource(name: &str) -> Option<(&str, &str)> {
    let name = name.strip_suffix(".zst").unwrap_or(name).strip_suffix(".ndjson")?;
    let name = match name.split_once('-') {
        Some((number, rest)) if number.bytes().all(|b| b.is_ascii_digit()) => rest,
        _ => name,
    };
    let (resource, rest) = name.split_once('_').unwrap_or((name, ""));
    let is_type = !resource.is_empty() && resource.bytes().all(|b| b.is_ascii_alphabetic());
    is_type.then_some((resource, rest))
}

fn day(text: &str) -> Option<Date> {
    text.get(..10)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_shapes() {
        let old = parse(
            br#"{"compression_algorithm":"zstd","compression_level":12,"files":{
                "Organization_2026-05-07_2128.ndjson":{"compressed_bytes":10,"compression_ratio_pct":94.7,"original_bytes":100},
                "OrganizationAffiliation_2026-05-07_2128.ndjson":{"compressed_bytes":20}},"totals":{}}"#,
        )
        .unwrap();
        assert_eq!(old.date, Some(jiff::civil::date(2026, 5, 7)));
        let names: Vec<(&str, &str)> = old.files.iter().map(|f| (f.resource.as_str(), f.name.as_str())).collect();
        assert_eq!(
            names,
            [
                ("OrganizationAffiliation", "OrganizationAffiliation_2026-05-07_2128.ndjson.zst"),
                ("Organization", "Organization_2026-05-07_2128.ndjson.zst"),
            ]
        );
        let new = parse(
            br#"{"compression_algorithm":"zstd","generated_at":"2026-08-20T12:00:00Z","files":{
                "01-Organization.ndjson":{"compressed_bytes":10,"original_bytes":100},"03-Endpoint.ndjson":{}}}"#,
        )
        .unwrap();
        assert_eq!(new.date, Some(jiff::civil::date(2026, 8, 20)));
        let manifest = Url::parse("https://directory.cms.gov/downloads/manifest.json").unwrap();
        let address = new.files[0].address(&manifest).unwrap();
        assert_eq!(address, "https://directory.cms.gov/downloads/01-Organization.ndjson.zst");
        assert!(new.files[0].may_have(10) && new.files[0].may_have(100) && !new.files[0].may_have(11));
        assert!(new.files[0].is_read() && new.files[1].is_read() && !old.files[0].is_read());
        assert!(
            new.files[0].fits("01-Organization.ndjson.zst", 10) && new.files[0].fits("01-Organization.ndjson", 100)
        );
        assert!(!new.files[0].fits("01-Organization.ndjson.zst", 9));
        assert!(new.files[1].fits("03-Endpoint.ndjson.zst", 9), "nothing is said of its size");
        assert!(
            parse(br#"{"files":{"Organization.ndjson":{}}}"#).is_ok_and(|m| m.date.is_none() && m.files.len() == 1)
        );
    }

    #[test]
    fn what_is_no_manifest() {
        for bad in [&b"[]"[..], b"{}", b"{", br#"{"files":{"../Organization.ndjson":{}}}"#] {
            assert!(parse(bad).is_err());
        }
        for name in ["https:evil.example.org", "Organization.ndjson?x", "%2e%2e%2fOrganization.ndjson", "a\\b.ndjson"] {
            let manifest = serde_json::json!({ "files": { name: {} } });
            assert!(parse(manifest.to_string().as_bytes()).is_err(), "{name}");
        }
    }
}
