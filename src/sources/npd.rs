//! CMS's National Provider Directory as it is given out whole: NDJSON of Organization, Endpoint and Location, packed with
//! Zstandard, and the `manifest.json` beside them. Other publishers' NDJSON of the same resources is read the same way.
//!
//! Lines in, one listing an Organization out, with its endpoints and places. Endpoints and Locations are read first, into
//! tables of packed text ([`beside`]). What holds: persons' files are counted and not looked at; names and addresses of
//! contact persons are never read; rows that stand for a tax number are no organization of their own.

mod beside;
pub mod manifest;
#[cfg(test)]
mod tests;

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

use serde::Deserialize;
use serde_json::Value;

use super::{
    FileError, Outcome, Problem, Row,
    bundle::{self, Doors, local},
    capitals,
    input::{Input, text as field},
    limits::{PARTS, TABLE_ROWS},
    lines::Lines,
    set::{EmitOf, Part},
    shape::{ignored, row},
};
use beside::{Endpoints, Locations, short};

/// The source of CMS's own files.
pub const SOURCE: &str = "cms-npd";

/// The longest id, in bytes: FHIR R4 allows 64.
const ID_LIMIT: usize = 200;
/// The most rows of Organizations, which are all known before the first is told. CMS's directory has 4.4 million.
const ORGANIZATIONS: u64 = 4 * TABLE_ROWS;
/// The most numbers of all Organizations together.
const NUMBERS: usize = 50_000_000;

/// Which file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Organizations.
    Organization,
    /// Endpoints.
    Endpoint,
    /// Locations.
    Location,
    /// Practitioners and what they do where.
    Persons,
    /// Resources that say nothing this directory keeps.
    Other,
}

/// What the first line of a file tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// Which file it is.
    pub kind: Kind,
    /// Is it CMS's own?
    pub of_cms: bool,
}

impl Kind {
    /// The kind of file that has this type of resource.
    fn of_resource(name: &str) -> Option<Self> {
        Some(match name {
            "Organization" => Self::Organization,
            "Endpoint" => Self::Endpoint,
            "Location" => Self::Location,
            "Practitioner" | "PractitionerRole" => Self::Persons,
            "OrganizationAffiliation" | "HealthcareService" | "InsurancePlan" => Self::Other,
            _ => return None,
        })
    }
}

/// What kind of NDJSON begins with these bytes, if any: the first line is a whole resource, and so begins the second.
pub fn sniff(head: &[u8]) -> Option<Told> {
    let end = head.iter().position(|b| *b == b'\n').unwrap_or(head.len());
    let (line, rest) = head.split_at(end);
    let next = rest.trim_ascii_start().first();
    if next.is_some_and(|byte| *byte != b'{') {
        return None;
    }
    let resource: Value = serde_json::from_slice(line).ok()?;
    let name = resource.get("resourceType")?.as_str()?;
    let kind = Kind::of_resource(name)?;
    let text = String::from_utf8_lossy(line);
    let of_cms = field(&resource, "id").starts_with(&format!("{name}-"))
        || text.contains("hl7.org/fhir/us/ndh")
        || text.contains("npd.cms.gov");
    Some(Told { kind, of_cms })
}

/// Reads the files of one load. Answers the rows of each part, or which file is bad and why.
pub fn read(parts: &[Part<'_, Kind>], emit: EmitOf<'_>) -> Result<Vec<u64>, (usize, FileError)> {
    let mut rows = vec![0; parts.len()];
    let mut directory = Directory::default();
    for (part, rows) in parts.iter().zip(&mut rows) {
        let read = match part.kind {
            Kind::Endpoint => directory.endpoints(part, emit),
            Kind::Location => directory.locations(part, emit),
            Kind::Organization => directory.look_over(part.input).map(|()| 0),
            Kind::Persons => pass_over(part, "a_person", "persons, not organizations", emit),
            Kind::Other => pass_over(part, "other_resource", "neither Organization, Endpoint nor Location", emit),
        };
        *rows = read.map_err(|error| (part.file, error))?;
    }
    directory.end();
    if !directory.parents.is_empty() {
        for part in parts.iter().filter(|part| part.kind == Kind::Organization) {
            directory.name_parents(part.input).map_err(|error| (part.file, error))?;
        }
    }
    for (part, rows) in parts.iter().zip(&mut rows).filter(|(part, _)| part.kind == Kind::Organization) {
        *rows = directory.organizations(part, emit).map_err(|error| (part.file, error))?;
    }
    let unused = directory.locations.unused();
    if let Some(part) = parts.iter().rev().find(|part| part.kind == Kind::Location) {
        many(part.file, unused, "not_in_organizations", "no Organization of the load has this place", emit);
    }
    Ok(rows)
}

fn many(file: usize, rows: u64, code: &str, why: &str, emit: EmitOf<'_>) {
    if rows > 0 {
        let problem = Problem::new("", code, why);
        let _ = emit(file, row(1, Outcome::ManyIgnored { problem, rows }, Vec::new()));
    }
}

/// Counts lines without looking at them.
fn pass_over(part: &Part<'_, Kind>, code: &str, why: &str, emit: EmitOf<'_>) -> Result<u64, FileError> {
    let mut lines = Lines::open(part.input)?;
    let mut rows = 0;
    while lines.advance()?.is_some() {
        rows += 1;
    }
    many(part.file, rows, code, why, emit);
    Ok(rows)
}

/// What is looked at of an Endpoint before it is worth reading: nine of ten are Direct addresses.
#[derive(Deserialize)]
struct AnAddress<'a> {
    #[serde(borrow, default)]
    address: Cow<'a, str>,
}

/// What is looked at of an Organization before its turn.
#[derive(Deserialize)]
struct Glance<'a> {
    #[serde(borrow, default)]
    id: Cow<'a, str>,
    #[serde(borrow, default)]
    name: Cow<'a, str>,
    #[serde(borrow, default, rename = "partOf")]
    part_of: Option<Reference<'a>>,
    #[serde(borrow, default, rename = "type")]
    types: Vec<Concept<'a>>,
    #[serde(borrow, default)]
    identifier: Vec<Number<'a>>,
}

#[derive(Deserialize)]
struct Reference<'a> {
    #[serde(borrow, default)]
    reference: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Concept<'a> {
    #[serde(borrow, default)]
    text: Cow<'a, str>,
    #[serde(borrow, default)]
    coding: Vec<Coding<'a>>,
}

#[derive(Deserialize)]
struct Coding<'a> {
    #[serde(borrow, default)]
    code: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Number<'a> {
    #[serde(borrow, default)]
    value: Cow<'a, str>,
}

impl Glance<'_> {
    fn own(&self) -> u64 {
        short(&format!("Organization/{}", self.id))
    }

    fn parent(&self) -> Option<u64> {
        let reference = &self.part_of.as_ref()?.reference;
        local(reference, "Organization").map(|reference| short(&reference))
    }

    /// A row that stands for something else than an organization, with the reason's code.
    fn is_none(&self) -> Option<&'static str> {
        let is = |word: &str| {
            let said = |concept: &Concept<'_>| {
                concept.text.eq_ignore_ascii_case(word) || concept.coding.iter().any(|coding| coding.code == word)
            };
            self.types.iter().any(said)
        };
        if is("ein") {
            Some("tax_row")
        } else if is("ntwk") {
            Some("network_row")
        } else {
            None
        }
    }
}

/// Everything that is known before the first Organization is read.
#[derive(Default)]
struct Directory {
    endpoints: Endpoints,
    locations: Locations,
    /// Who is part of another, and who has parts.
    children: HashSet<u64>,
    parents: HashSet<u64>,
    /// Key and name of those who have parts.
    names: HashMap<u64, (String, String)>,
    /// Ten-digit numbers of all Organizations, as far as they fit; then only those that stand more than once.
    numbers: Vec<u32>,
}

impl Directory {
    fn endpoints(&mut self, part: &Part<'_, Kind>, emit: EmitOf<'_>) -> Result<u64, FileError> {
        let mut lines = Lines::open(part.input)?;
        let (mut rows, mut direct) = (0, 0);
        while let Some((number, line)) = lines.advance()? {
            rows += 1;
            let http = |address: &str| address.trim_start().get(..4).is_some_and(|s| s.eq_ignore_ascii_case("http"));
            match serde_json::from_slice::<AnAddress<'_>>(line) {
                Ok(endpoint) if !http(&endpoint.address) => {
                    direct += 1;
                    continue;
                }
                _ => {}
            }
            let taken = resource(line).and_then(|endpoint| self.endpoints.add(&endpoint));
            if let Err(problem) = taken
                && emit(part.file, ignored(number, problem)).is_break()
            {
                break;
            }
        }
        many(part.file, direct, "not_fhir", "no FHIR address: a Direct (e-mail) address or another one", emit);
        Ok(rows)
    }

    fn locations(&mut self, part: &Part<'_, Kind>, emit: EmitOf<'_>) -> Result<u64, FileError> {
        let mut lines = Lines::open(part.input)?;
        let mut rows = 0;
        while let Some((number, line)) = lines.advance()? {
            rows += 1;
            if let Err(problem) = resource(line).and_then(|location| self.locations.add(&location))
                && emit(part.file, ignored(number, problem)).is_break()
            {
                break;
            }
        }
        Ok(rows)
    }

    /// Who belongs to whom, and which numbers stand more than once.
    fn look_over(&mut self, input: Input<'_>) -> Result<(), FileError> {
        let mut lines = Lines::at_most(ORGANIZATIONS, input)?;
        while let Some((_, line)) = lines.advance()? {
            let Ok(glance) = serde_json::from_slice::<Glance<'_>>(line) else { continue };
            if glance.is_none().is_some() {
                continue;
            }
            if let Some(parent) = glance.parent() {
                self.parents.insert(parent);
                self.children.insert(glance.own());
            }
            let numbers = glance.identifier.iter().take(PARTS).filter(|number| number.value.len() == 10);
            self.numbers.extend(numbers.filter_map(|number| number.value.parse::<u32>().ok()));
            if self.numbers.len() > NUMBERS {
                return Err(FileError::TooBig(format!("its organizations have more than {NUMBERS} numbers")));
            }
        }
        Ok(())
    }

    fn end(&mut self) {
        self.endpoints.end();
        self.locations.end();
        self.numbers.sort_unstable();
        let mut repeated: Vec<u32> =
            self.numbers.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
        repeated.dedup();
        self.numbers = repeated;
    }

    fn name_parents(&mut self, input: Input<'_>) -> Result<(), FileError> {
        let mut lines = Lines::open(input)?;
        while let Some((_, line)) = lines.advance()? {
            let Ok(glance) = serde_json::from_slice::<Glance<'_>>(line) else { continue };
            let own = glance.own();
            if self.parents.contains(&own) && glance.is_none().is_none() && glance.id.len() <= ID_LIMIT {
                self.names.insert(own, (glance.id.clone().into_owned(), readable(&glance.name)));
            }
        }
        Ok(())
    }

    fn organizations(&mut self, part: &Part<'_, Kind>, emit: EmitOf<'_>) -> Result<u64, FileError> {
        let mut lines = Lines::open(part.input)?;
        let (mut rows, mut passed) = (0, HashMap::<&str, u64>::new());
        while let Some((number, line)) = lines.advance()? {
            rows += 1;
            if let Some(code) = serde_json::from_slice::<Glance<'_>>(line).ok().and_then(|glance| glance.is_none()) {
                *passed.entry(code).or_default() += 1;
                continue;
            }
            let row = match resource(line) {
                Ok(resource) => self.organization(number, resource),
                Err(problem) => ignored(number, problem),
            };
            if emit(part.file, row).is_break() {
                break;
            }
        }
        let why = "the row stands for a tax number or a network, not for an organization";
        for code in ["network_row", "tax_row"] {
            many(part.file, passed.get(code).copied().unwrap_or_default(), code, why, emit);
        }
        Ok(rows)
    }

    fn organization(&mut self, number: u64, mut resource: Value) -> Row {
        let id = field(&resource, "id");
        if field(&resource, "resourceType") != "Organization" || id.is_empty() || id.len() > ID_LIMIT {
            return ignored(number, Problem::malformed("it is no Organization with an id of at most 200 letters"));
        }
        if resource.get("active") == Some(&Value::Bool(false)) {
            return ignored(number, Problem::new("active", "inactive", "the organization is marked as not active"));
        }
        let own = short(&format!("Organization/{id}"));
        let mut notes: Vec<Problem> = cut(&mut resource);
        let parent = self.parent(own, &resource, &mut notes);
        tidy(&mut resource);
        let references: Vec<u64> = list(&resource, "endpoint")
            .filter_map(|reference| local(&field(reference, "reference"), "Endpoint"))
            .map(|reference| short(&reference))
            .collect();
        let doors = Doors::given(self.endpoints.of(own, &references), parent, notes);
        let numbers = &self.numbers;
        let only_one = |mark: &str| {
            let npi = mark.strip_prefix("npi:").and_then(|npi| npi.parse::<u32>().ok());
            npi.is_some_and(|npi| numbers.binary_search(&npi).is_err())
        };
        bundle::Reader::new(&resource, id, doors).with_places(self.locations.of(own)).row(number, &only_one)
    }

    /// Key and name of the Organization it is part of. A part of a part stands alone, and so does a circle (SMART App
    /// Launch 2.2.0: a hierarchy "SHALL NOT exceed depth two").
    fn parent(&self, own: u64, resource: &Value, notes: &mut Vec<Problem>) -> Option<(String, String)> {
        let parent = beside::referred(resource, "partOf", "Organization")?;
        let found = self.names.get(&parent).filter(|_| !self.children.contains(&parent) && parent != own);
        if found.is_none() {
            let why = "the organization it is part of is not in the load, or is part of another itself";
            notes.push(Problem::new("partOf", "no_parent", why));
        }
        found.cloned()
    }
}

/// Cuts every list of a resource off at [`PARTS`], and tells of it.
fn cut(resource: &mut Value) -> Vec<Problem> {
    let Some(fields) = resource.as_object_mut() else { return Vec::new() };
    let mut notes = Vec::new();
    for name in ["alias", "identifier", "telecom", "address", "endpoint", "extension", "type"] {
        if let Some(Value::Array(list)) = fields.get_mut(name)
            && list.len() > PARTS
        {
            list.truncate(PARTS);
            notes.push(Problem::too_many(name));
        }
    }
    notes
}

/// What is mended before the common rules for Organizations see it: names in capitals, and the numbers that CMS makes up
/// in place of tax numbers, which are none.
fn tidy(resource: &mut Value) {
    let Some(fields) = resource.as_object_mut() else { return };
    if let Some(Value::String(name)) = fields.get_mut("name") {
        *name = readable(name);
    }
    if let Some(Value::Array(aliases)) = fields.get_mut("alias") {
        for alias in aliases {
            if let Value::String(name) = alias {
                *name = readable(name);
            }
        }
    }
    if let Some(Value::Array(numbers)) = fields.get_mut("identifier") {
        numbers.retain(|number| !field(number, "system").contains("pseudo-ein"));
    }
}

fn readable(name: &str) -> String {
    let name = crate::model::text::clean_name(name);
    capitals::readable(&name, capitals::Text::Name).into_owned()
}

fn list<'a>(resource: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    resource.get(name).and_then(Value::as_array).into_iter().flatten()
}

fn resource(line: &[u8]) -> Result<Value, Problem> {
    serde_json::from_slice(line).map_err(|error| Problem::malformed(&error.to_string()))
}
