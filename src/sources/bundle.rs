//! FHIR Bundles of Organization and Endpoint: SMART User-access Brands (SMART App Launch 2.2.0), HTI-1 service base
//! URL lists, and older Bundles of Endpoint with a contained Organization.
//!
//! A Bundle in, one row an Organization and one an Endpoint that belongs to none out. References may point forward,
//! so the file is read twice: first a compact table of who refers to what ([`links`]), then the rows. What holds: an
//! address reaches a listing only as a door, and e-mail addresses and names of contact persons are never read.

mod entry;
mod extension;
mod linked;
mod links;
mod organization;

use std::ops::ControlFlow;

use serde_json::Value;

use super::{
    Emit, FileError, FileFacts, Problem, Row,
    input::{Input, text as field, walk_as, walk_list},
    limits::TABLE_ROWS,
    shape::{ON, ignored},
};
use crate::model::text;
use entry::Entry;
use linked::Linked;
use links::{At, EndpointLink, Links};

pub use self::{
    entry::{absolute, local},
    extension::plain_text,
};
pub(super) use self::{
    links::{Standing, standing},
    organization::{Doors, Reader, place},
};

/// The list in the root object.
const LIST: &str = "entry";

/// Reads a Bundle.
pub fn read(input: Input<'_>, emit: Emit<'_>) -> Result<FileFacts, FileError> {
    let mut links = Links::default();
    let entries = walk_as(TABLE_ROWS, input, Some(LIST), &mut |_, entry: Result<Linked, _>| {
        if let Ok(entry) = entry.and_then(|Linked(value)| Entry::read(value)) {
            links.add(&entry);
        }
        ON
    })?;
    links.resolve();
    let mut place = Place::default();
    walk_list(input, Some(LIST), &mut |number, value| -> ControlFlow<()> {
        let row = match value.and_then(Entry::read) {
            Ok(entry) => place.row(number, &entry, &links),
            Err(problem) => Some(ignored(number, problem)),
        };
        row.map_or(ON, &mut *emit)
    })?;
    Ok(FileFacts { rows: entries, suggested_source: links.publisher().map(|domain| format!("list-{domain}")) })
}

/// How far the second reading is: the n-th Organization of the file is the n-th of the table.
#[derive(Debug, Default)]
struct Place {
    organizations: usize,
    endpoints: usize,
}

impl Place {
    /// The row of an entry; an Endpoint that belongs to an Organization is a part of that row and none of its own.
    fn row(&mut self, number: u64, entry: &Entry, links: &Links) -> Option<Row> {
        match entry.kind() {
            "Organization" => {
                let at = At(self.organizations);
                self.organizations += 1;
                Some(organization_row(number, entry, at, links))
            }
            "Endpoint" => {
                let at = At(self.endpoints);
                self.endpoints += 1;
                let link = links.endpoint(at);
                (!link.has_owner).then(|| orphan_row(number, entry, link, links))
            }
            other => Some(ignored(
                number,
                Problem::new(
                    "resourceType",
                    "other_resource",
                    format!("{:?} is neither Organization nor Endpoint", text::clean(other, 60)),
                ),
            )),
        }
    }
}

fn organization_row(number: u64, entry: &Entry, at: At, links: &Links) -> Row {
    let link = links.organization(at);
    if !link.active {
        return ignored(number, Problem::new("active", "inactive", "the organization is marked as not active"));
    }
    let doors = Doors::of_organization(link, links);
    Reader::new(&entry.resource, link.key.clone(), doors).row(number, &|mark| links.only_one(mark))
}

/// An Endpoint no Organization of the Bundle refers to: it may bring its own, contained or by name.
fn orphan_row(number: u64, entry: &Entry, link: &EndpointLink, links: &Links) -> Row {
    let contained = contained_organization(&entry.resource);
    let managing = entry.resource.get("managingOrganization");
    let name = contained
        .map(|organization| field(organization, "name"))
        .or_else(|| managing.map(|reference| field(reference, "display")))
        .map(|name| text::clean_name(&name))
        .filter(|name| !name.is_empty());
    let Some(name) = name else {
        return ignored(
            number,
            Problem::new(
                "managingOrganization",
                "endpoint_without_organization",
                "no organization refers to this endpoint, and it names none",
            ),
        );
    };
    if let Standing::LeftOut(problem) = &link.standing {
        return ignored(number, problem.clone());
    }
    let named = serde_json::json!({ "name": name });
    let resource: &Value = contained.unwrap_or(&named);
    // Contained organizations of one list may all carry one id, so the endpoint's own and the name make the key.
    let key = format!("{}#{}", entry.key(), text::match_form(&name));
    Reader::new(resource, key, Doors::of_endpoint(link)).row(number, &|mark| links.only_one(mark))
}

/// One FHIR `Identifier` as the rows of a Bundle carry it; nothing when it is none that is kept.
pub fn identifier(value: &Value) -> Option<crate::model::identifier::Identifier> {
    organization::read_identifier(value).ok()
}

fn contained_organization(resource: &Value) -> Option<&Value> {
    resource
        .get("contained")?
        .as_array()?
        .iter()
        .find(|inner| field(inner, "resourceType") == "Organization" && inner.get("name").is_some())
}

#[cfg(test)]
#[path = "bundle/tests.rs"]
mod tests;
