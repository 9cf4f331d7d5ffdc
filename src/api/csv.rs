//! Tables of things: JSON documents in, lines of text out.
//!
//! What holds: the columns of a list never change their meaning; a cell that a spreadsheet would take for a formula is
//! escaped so that our readers undo it (`sources::input::escape_formula`).

use serde_json::Value;

use crate::sources::input::{BETWEEN, escape_formula};

/// The columns of a table: the name of each, and where its value stands in a thing. A path goes from field to field; in a
/// list a number takes one item, `system=npi` takes the items with that value, anything else all of them. Several values
/// are separated by ` | `.
pub type Columns = &'static [(&'static str, &'static str)];

/// The table of these things, with its head.
pub fn table(columns: Columns, things: &[String]) -> Result<String, Box<dyn std::error::Error>> {
    let mut table = ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(Vec::new());
    table.write_record(columns.iter().map(|(name, _)| name))?;
    for thing in things {
        let thing: Value = serde_json::from_str(thing)?;
        table.write_record(columns.iter().map(|(_, path)| cell(&thing, path)))?;
    }
    Ok(String::from_utf8(table.into_inner()?)?)
}

fn cell(thing: &Value, path: &str) -> String {
    let mut values = Vec::new();
    collect(thing, path, &mut values);
    values.retain(|value| !value.is_empty());
    escape_formula(&values.join(BETWEEN))
}

fn collect(at: &Value, path: &str, found: &mut Vec<String>) {
    if let Value::Array(items) = at {
        let (part, rest) = path.split_once('.').unwrap_or((path, ""));
        if let Ok(number) = part.parse::<usize>() {
            if let Some(item) = items.get(number) {
                collect(item, rest, found);
            }
        } else if let Some((name, value)) = part.split_once('=') {
            let those = items.iter().filter(|item| item.get(name).and_then(Value::as_str) == Some(value));
            for item in those {
                collect(item, rest, found);
            }
        } else {
            for item in items {
                collect(item, path, found);
            }
        }
        return;
    }
    if path.is_empty() {
        match at {
            Value::Null => {}
            Value::String(text) => found.push(text.clone()),
            Value::Object(map) => found.extend(map.iter().map(|(name, value)| format!("{name}={}", plain(value)))),
            other => found.push(other.to_string()),
        }
        return;
    }
    let (part, rest) = path.split_once('.').unwrap_or((path, ""));
    if let Some(next) = at.get(part) {
        collect(next, rest, found);
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Columns of `/organizations`.
pub const ORGANIZATIONS: Columns = &[
    ("id", "id"),
    ("name", "name"),
    ("status", "status"),
    ("kinds", "kinds"),
    ("lines", "locations.0.lines"),
    ("city", "locations.0.city"),
    ("state", "locations.0.state"),
    ("zip", "locations.0.zip"),
    ("areas", "areas"),
    ("phone", "phone"),
    ("website", "website.url"),
    ("npi", "identifiers.system=npi.value"),
    ("portal_url", "portals.0.url"),
    ("portal_domain", "portals.0.domain"),
    ("portal_name", "portals.0.name"),
    ("portal_state", "portals.0.state"),
    ("endpoints", "endpoints.address"),
    ("features", "features"),
    ("part_of", "part_of.id"),
    ("version", "version"),
    ("updated", "updated"),
    ("url", "url"),
];

/// Columns of `/locations`.
pub const LOCATIONS: Columns = &[
    ("id", "id"),
    ("organization", "organization"),
    ("name", "name"),
    ("lines", "lines"),
    ("city", "city"),
    ("state", "state"),
    ("zip", "zip"),
    ("phone", "phone"),
    ("landmark", "landmark"),
    ("version", "version"),
];

/// Columns of `/portals`.
pub const PORTALS: Columns = &[
    ("id", "id"),
    ("url", "url"),
    ("domain", "domain"),
    ("state", "state"),
    ("warnings", "warnings"),
    ("name", "name"),
    ("vendor", "vendor"),
    ("sign_up", "sign_up"),
    ("endpoints", "endpoints"),
    ("organizations_total", "organizations_total"),
];

/// Columns of `/endpoints`.
pub const ENDPOINTS: Columns = &[
    ("id", "id"),
    ("address", "address"),
    ("domain", "domain"),
    ("state", "state"),
    ("warnings", "warnings"),
    ("fhir_versions", "fhir_versions"),
    ("name", "name"),
    ("vendor", "vendor"),
    ("developers", "developers"),
    ("organizations_total", "organizations_total"),
];

/// Columns of `/apps`.
pub const APPS: Columns = &[
    ("id", "id"),
    ("name", "name"),
    ("status", "status"),
    ("current", "current"),
    ("publisher", "publisher"),
    ("description", "description"),
    ("ingests", "ingests"),
    ("platforms", "platforms"),
    ("website", "website.url"),
    ("privacy_policy", "privacy_policy.url"),
    ("version", "version"),
    ("url", "url"),
];

/// Columns of `/revisions`.
pub const REVISIONS: Columns = &[
    ("n", "n"),
    ("at", "at"),
    ("type", "type"),
    ("id", "id"),
    ("version", "version"),
    ("event", "event"),
    ("actor", "actor"),
    ("load", "load"),
    ("digest", "digest"),
];

/// Columns of `/sources`.
pub const SOURCES: Columns = &[
    ("id", "id"),
    ("name", "name"),
    ("publisher", "publisher"),
    ("tier", "tier"),
    ("mode", "mode"),
    ("licence", "licence"),
    ("address", "address"),
    ("every", "every"),
    ("last_load", "last_load"),
    ("as_of", "as_of"),
    ("listings", "listings"),
];

/// Every table by the path of its list, for the page and the document.
pub const TABLES: &[(&str, Columns)] = &[
    ("/organizations", ORGANIZATIONS),
    ("/organizations/{id}/revisions", REVISIONS),
    ("/locations", LOCATIONS),
    ("/portals", PORTALS),
    ("/endpoints", ENDPOINTS),
    ("/apps", APPS),
    ("/revisions", REVISIONS),
    ("/sources", SOURCES),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::{operation::Answer, table};

    #[test]
    fn cells_are_taken_by_their_paths_and_formulas_are_escaped() {
        let thing = r#"{"name":"=1+1","kinds":["hospital","clinic"],"features":{"view":"yes"},
            "identifiers":[{"system":"ccn","value":"1"},{"system":"npi","value":"2"},{"system":"npi","value":"3"}],
            "locations":[{"city":"Boise"},{"city":"Tampa"}],"version":4,"endpoints":[{"address":"a"},{"address":"b"}]}"#;
        let columns: Columns = &[
            ("name", "name"),
            ("kinds", "kinds"),
            ("city", "locations.0.city"),
            ("npi", "identifiers.system=npi.value"),
            ("endpoints", "endpoints.address"),
            ("features", "features"),
            ("version", "version"),
            ("phone", "phone"),
        ];
        let table = table(columns, &[thing.to_owned()]).unwrap();
        let (head, line) = table.split_once("\r\n").unwrap();
        assert_eq!(head, "name,kinds,city,npi,endpoints,features,version,phone");
        assert_eq!(line, "'=1+1,hospital | clinic,Boise,2 | 3,a | b,view=yes,4,\r\n");
    }

    #[test]
    fn every_list_has_a_table() {
        let lists = table::ALL.iter().filter(|operation| matches!(operation.answer, Answer::List(_)));
        for list in lists {
            assert!(TABLES.iter().any(|(path, _)| *path == list.path), "{}", list.path);
        }
    }
}
