//! Lines of the NDJSON files: a document as the API has it, behind what it is, when it changed, and where else it was.

use std::io;

use jiff::Timestamp;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    clock::moment,
    model::organization::{App, Organization},
    store::{Pictured, Retired, SourceTold},
};

/// The line of an organization.
pub fn organization(of: &Pictured<Organization>) -> io::Result<Vec<u8>> {
    pictured("organization", of)
}

/// The line of an app.
pub fn app(of: &Pictured<App>) -> io::Result<Vec<u8>> {
    pictured("app", of)
}

/// The line of a source.
pub fn source(of: &SourceTold) -> io::Result<Vec<u8>> {
    behind(&Head { kind: "source", changed: None, old_slugs: &[] }, of)
}

/// The line of an id that leads elsewhere.
pub fn retired(of: &Retired) -> io::Result<Vec<u8>> {
    behind(&Head { kind: "retired", changed: None, old_slugs: &[] }, of)
}

/// Reads the line of an organization or an app.
pub fn read<T: DeserializeOwned>(line: &[u8]) -> io::Result<Pictured<T>> {
    let beside: Beside = serde_json::from_slice(line)?;
    let thing = serde_json::from_slice(line)?;
    Ok(Pictured { at: beside.changed.as_microsecond(), old_slugs: beside.old_slugs, thing })
}

#[derive(Serialize)]
struct Head<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    changed: Option<Timestamp>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    old_slugs: &'a [String],
}

#[derive(Deserialize)]
struct Beside {
    changed: Timestamp,
    #[serde(default)]
    old_slugs: Vec<String>,
}

fn pictured<T: Serialize>(kind: &'static str, of: &Pictured<T>) -> io::Result<Vec<u8>> {
    behind(&Head { kind, changed: Some(moment(of.at)), old_slugs: &of.old_slugs }, &of.thing)
}

/// Two objects as one, the fields of the second behind those of the first.
fn behind(head: &Head<'_>, thing: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(head)?;
    // Both are objects with a field at least: the inner braces become a comma.
    let at = line.len() - 1;
    serde_json::to_writer(&mut line, thing)?;
    line[at] = b',';
    line.remove(at + 1);
    Ok(line)
}
