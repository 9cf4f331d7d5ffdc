//! Small lists of our own, in the shapes publishers use.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

pub fn write(folder: &Path, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, content).unwrap();
    path
}

/// A path as a word of a command line.
pub fn word(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// One row of a Lantern list.
pub fn row(name: &str, url: &str, zip: &str) -> Value {
    json!({ "URL": url, "OrganizationName": name, "NPIID": "", "OrganizationZipCode": zip })
}

pub fn lantern(rows: &[Value]) -> String {
    json!({ "Endpoints": rows }).to_string()
}

/// A service base URL Bundle of `count` clinics; each `version` says something else of every one of them, and none
/// moves its door to another domain.
pub fn bundle(count: usize, version: usize) -> String {
    let entries = (0..count).flat_map(|n| {
        let organization = json!({
            "resourceType": "Organization",
            "id": format!("o{n}"),
            "active": true,
            "name": format!("Clinic {n} as of {}", edition(version)),
            "address": [{ "line": [format!("{n} Main Street")], "city": "Boise", "state": "ID",
                          "postalCode": format!("837{:02}", version % 10 + 1) }],
            "endpoint": [{ "reference": format!("Endpoint/e{n}") }],
        });
        let endpoint = json!({
            "resourceType": "Endpoint",
            "id": format!("e{n}"),
            "status": "active",
            "name": format!("Door {version} of clinic {n}"),
            "connectionType": { "code": "hl7-fhir-rest" },
            "address": format!("https://fhir.example.org/r4/clinic{n}/v{version}"),
        });
        [
            json!({ "fullUrl": format!("https://fhir.example.org/Organization/o{n}"), "resource": organization }),
            json!({ "fullUrl": format!("https://fhir.example.org/Endpoint/e{n}"), "resource": endpoint }),
        ]
    });
    json!({ "resourceType": "Bundle", "type": "collection", "entry": entries.collect::<Vec<_>>() }).to_string()
}

/// A word for a version: numbers in names are too alike for a search.
pub fn edition(version: usize) -> String {
    const WORDS: [&str; 8] = ["amber", "birch", "copper", "dune", "ember", "fjord", "granite", "harbor"];
    let word = WORDS[version % WORDS.len()];
    format!("{word}{}", version / WORDS.len())
}

/// The day of a version's load.
pub fn day(version: usize) -> String {
    format!("2026-0{}-{:02}", 1 + version / 28, 1 + version % 28)
}
