//! The Connector's own table (CSV): one row an organization, with rows for its places, portals and endpoints below it.
//!
//! Rows in, one listing an organization out. What holds: what is wrong is told with line, column and what is allowed;
//! a place, portal or endpoint with anything wrong in it does not go in; the examples of the file people fill in
//! (keys that begin with `example`) are nobody.

mod cells;
mod columns;

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::ControlFlow,
};

pub use columns::{COLUMNS, Column, Line, explained, text};

use self::cells::Cells;
use super::{
    Emit, FileError, FileFacts, Outcome, Problem, Row,
    input::{Input, Record, walk_table},
    junk, kind_words,
    limits::PARTS,
    marks::Owners,
    shape::{ON, ignored, row},
};
use crate::model::{
    identifier::System,
    listing::{Body, EndpointFacts, Listing, OrganizationFacts, PortalFacts},
    text,
};

/// Keys that begin so are examples.
const EXAMPLE: &str = "example";
/// The most lines of a table: its keys are all known while it is read.
const LINES: u64 = 1_000_000;
/// The longest key, in bytes.
const KEY_LIMIT: usize = 200;

/// Reads a table: first who is named as a parent and which marks are whose, then what the parents have, then the rows.
pub fn read(input: Input<'_>, emit: Emit<'_>) -> Result<FileFacts, FileError> {
    let (mut owners, mut parents) = (Owners::default(), BTreeSet::new());
    walk(input, &mut |found| {
        if let Found::Block(block) = found {
            block.marks().iter().for_each(|mark| owners.add(mark, &block.key));
            parents.extend(block.part_of.clone());
        }
        ON
    })?;
    let mut known = BTreeMap::new();
    if !parents.is_empty() {
        walk(input, &mut |found| {
            if let Found::Block(block) = found
                && parents.contains(&block.key)
            {
                known.insert(block.key.clone(), *block);
            }
            ON
        })?;
    }
    let rows = walk(input, &mut |found| match found {
        Found::Row(row) => emit(row),
        Found::Block(block) => emit(block.row(&owners, &known)),
    })?;
    Ok(FileFacts { rows, suggested_source: None })
}

/// What a walk over the table finds.
enum Found {
    /// An organization with everything below it.
    Block(Box<Block>),
    /// A line that is no part of one.
    Row(Row),
}

/// An organization with everything below it.
#[derive(Debug)]
struct Block {
    line: u64,
    key: String,
    part_of: Option<String>,
    facts: OrganizationFacts,
    notes: Vec<Problem>,
}

/// What the lines below belong to.
enum Open {
    Block(Box<Block>),
    /// Nothing that goes in, for this reason.
    Nothing(Problem),
}

/// Walks the organizations of a table. Answers how many lines with something in them it saw.
fn walk(input: Input<'_>, each: &mut dyn FnMut(Found) -> ControlFlow<()>) -> Result<u64, FileError> {
    let mut open =
        Open::Nothing(Problem::new("row", "no_organization", "no row \"organization\" stands above this one"));
    // Key -> its line; a key stands for one organization.
    let mut keys: BTreeMap<String, u64> = BTreeMap::new();
    let (mut lines, mut unknown) = (0, None);
    walk_table(input, 1, &mut |line, record| {
        if lines >= LINES {
            return ControlFlow::Break(());
        }
        let record = match record {
            Ok(record) if record.is_blank() => return ON,
            Ok(record) => record,
            Err(problem) => {
                lines += 1;
                // Whose are the lines below? It may have been the next organization.
                let lost = Problem::new("row", "no_organization", format!("line {line} above cannot be read"));
                close(&mut open, lost, each)?;
                return each(Found::Row(ignored(line, problem)));
            }
        };
        lines += 1;
        let unknown_columns = unknown.get_or_insert_with(|| unknown_columns(&record));
        let Some(kind) = Line::from_word(record.get("row")) else {
            let allowed = Line::ALL.map(Line::word).join(", ");
            return each(Found::Row(bad(line, "", Problem::new("row", "unknown_row", format!("allowed: {allowed}")))));
        };
        if kind != Line::Organization {
            return match below(&mut open, line, kind, &record) {
                Some(row) => each(Found::Row(row)),
                None => ON,
            };
        }
        close(&mut open, Problem::new("", "", ""), each)?;
        match organization(line, &record, &mut keys) {
            Ok(mut block) => {
                block.notes.append(unknown_columns);
                open = Open::Block(Box::new(block));
                ON
            }
            Err(left_out) => {
                let (row, why) = *left_out;
                open = Open::Nothing(why);
                each(Found::Row(row))
            }
        }
    })?;
    if lines >= LINES {
        return Err(FileError::TooBig(format!("a table of more than {LINES} lines; give it in several files")));
    }
    // A walk that was told to stop passes nothing more on; its rows are not kept either.
    let _ = close(&mut open, Problem::new("", "", ""), each);
    Ok(lines)
}

/// Passes on what is open, and puts a reason in its place.
fn close(open: &mut Open, instead: Problem, each: &mut dyn FnMut(Found) -> ControlFlow<()>) -> ControlFlow<()> {
    match std::mem::replace(open, Open::Nothing(instead)) {
        Open::Block(block) => each(Found::Block(block)),
        Open::Nothing(_) => ON,
    }
}

fn unknown_columns(record: &Record<'_>) -> Vec<Problem> {
    let known = |name: &&String| COLUMNS.iter().any(|column| column.name == name.as_str()) || name.is_empty();
    let names = record.columns().iter().filter(|name| !known(name)).take(PARTS);
    let told = |name: &String| {
        Problem::new(&text::clean(name, 60), "unknown_column", "no column of the table has this name; left out")
    };
    names.map(told).collect()
}

/// A line that does not go in because something is wrong with it.
fn bad(line: u64, key: &str, problem: Problem) -> Row {
    row(line, Outcome::Quarantined { key: key.to_owned(), problem }, Vec::new())
}

/// An organization's own line; else the row that tells what is wrong, and what to tell the lines below.
fn organization(
    line: u64,
    record: &Record<'_>,
    keys: &mut BTreeMap<String, u64>,
) -> Result<Block, Box<(Row, Problem)>> {
    let mut cells = Cells::new(record, Line::Organization);
    let key = cells.raw("key").to_owned();
    let left_out =
        || Problem::new("row", "organization_left_out", format!("its organization, line {line}, is left out"));
    if key.to_ascii_lowercase().starts_with(EXAMPLE) {
        let example = Problem::new("key", "example", "an example of the file people fill in");
        return Err(Box::new((ignored(line, example.clone()), example)));
    }
    let wrong = |column: &str, code: &str, reason: String| {
        Box::new((bad(line, &key, Problem::new(column, code, reason)), left_out()))
    };
    if key.is_empty() || key.len() > KEY_LIMIT {
        let allowed = format!("write a short name of your own that never changes, at most {KEY_LIMIT} letters");
        return Err(wrong("key", "no_key", allowed));
    }
    if let Some(first) = keys.get(&key) {
        return Err(wrong("key", "key_twice", format!("the organization of line {first} has this key already")));
    }
    keys.insert(key.clone(), line);
    let Some(name) = cells.name("name").filter(|name| name.chars().any(char::is_alphanumeric)) else {
        return Err(wrong("name", "no_name", "the organization has no name".to_owned()));
    };
    let kinds = cells.kinds();
    let facts = OrganizationFacts {
        aliases: cells.names("aliases"),
        kinds: if kinds.is_empty() { kind_words::kind(&name).into_iter().collect() } else { kinds },
        status: cells.status(),
        description: cells.text("description"),
        website: cells.door_facts("website"),
        phone: cells.phone(),
        identifiers: cells.identifiers(),
        places: cells.place().into_iter().collect(),
        areas: cells.areas(),
        features: cells.features(),
        how_to_ask: cells.advice(),
        name,
        ..OrganizationFacts::default()
    };
    let part_of = Some(cells.raw("part_of").to_owned()).filter(|part_of| !part_of.is_empty());
    Ok(Block { line, key, part_of, facts, notes: cells.problems })
}

/// Puts a place, portal or endpoint into the organization above; else answers the row that tells what is wrong.
fn below(open: &mut Open, line: u64, kind: Line, record: &Record<'_>) -> Option<Row> {
    let block = match open {
        Open::Block(block) => block,
        Open::Nothing(why) => return Some(ignored(line, why.clone())),
    };
    let mut cells = Cells::new(record, kind);
    let key = cells.raw("key");
    if !key.is_empty() && key != block.key {
        let reason =
            format!("the row stands below the organization of line {}; repeat its key or leave it blank", block.line);
        return Some(bad(line, key, Problem::new("key", "other_key", reason)));
    }
    let nothing =
        |column: &str, what: &str| Some(Problem::new(column, "nothing_in_it", format!("the row needs {what}")));
    let missing = match kind {
        Line::Location if block.facts.places.len() >= PARTS => Some(Problem::too_many("row")),
        Line::Portal if block.facts.portals.len() >= PARTS => Some(Problem::too_many("row")),
        Line::Endpoint if block.facts.endpoints.len() >= PARTS => Some(Problem::too_many("row")),
        Line::Location => match location(&mut cells) {
            Some(place) if cells.problems.is_empty() => {
                block.facts.places.push(place);
                None
            }
            Some(_) => None,
            None => nothing("street", "street, city, state or ZIP code"),
        },
        Line::Portal => match portal(&mut cells) {
            Some(portal) if cells.problems.is_empty() => {
                block.facts.portals.push(portal);
                None
            }
            Some(_) => None,
            None => nothing("url", "an address"),
        },
        Line::Endpoint | Line::Organization => match endpoint(&mut cells) {
            Some(endpoint) if cells.problems.is_empty() => {
                block.facts.endpoints.push(endpoint);
                None
            }
            Some(_) => None,
            None => nothing("url", "an address"),
        },
    };
    let mut problems = cells.problems.into_iter();
    let first = problems.next().or(missing)?;
    Some(row(line, Outcome::Quarantined { key: block.key.clone(), problem: first }, problems.collect()))
}

fn location(cells: &mut Cells<'_>) -> Option<crate::model::place::Place> {
    let (place, phone) = (cells.place(), cells.phone());
    place.map(|mut place| {
        place.name = cells.name("name");
        place.phone = phone;
        place
    })
}

fn portal(cells: &mut Cells<'_>) -> Option<PortalFacts> {
    let (at, sign_up, endpoints, valid) =
        (cells.door_facts("url"), cells.door("sign_up"), cells.endpoints("endpoints"), cells.valid());
    Some(PortalFacts {
        at: at?,
        name: cells.name("name"),
        description: cells.text("description"),
        audience: cells.name("audience"),
        sign_up,
        endpoints,
        through: None,
        valid,
    })
}

fn endpoint(cells: &mut Cells<'_>) -> Option<EndpointFacts> {
    let (at, fhir_versions, developers) = (cells.endpoint("url"), cells.fhir_versions(), cells.door("developers"));
    Some(EndpointFacts { at: at?, fhir_versions, name: cells.name("name"), developers, through: None })
}

impl Block {
    /// Numbers and addresses that may be the organization's alone.
    fn marks(&self) -> Vec<String> {
        let npis = self.facts.identifiers.iter().filter(|number| number.system == System::Npi);
        let endpoints = self.facts.endpoints.iter().map(|endpoint| format!("end:{}", endpoint.at.key()));
        npis.map(|npi| format!("npi:{}", npi.value)).chain(endpoints).collect()
    }

    /// The row it makes.
    fn row(mut self, owners: &Owners, parents: &BTreeMap<String, Self>) -> Row {
        let host = self.facts.endpoints.first().map(|endpoint| endpoint.at.host()).unwrap_or_default();
        if let Some(problem) = junk::problem("name", &self.facts.name, host) {
            return row(self.line, Outcome::Quarantined { key: self.key, problem }, self.notes);
        }
        let strong = self.marks().into_iter().filter(|mark| owners.only_one(mark)).collect();
        self.tie_portals();
        if let Some(parent) = self.part_of.take() {
            self.join(&parent, parents.get(&parent));
        }
        let listing = Listing { key: self.key, group: None, strong, body: Body::Organization(Box::new(self.facts)) };
        row(self.line, Outcome::Listing(Box::new(listing)), self.notes)
    }

    /// A portal opens endpoints of its own organization only.
    fn tie_portals(&mut self) {
        let own: BTreeSet<String> = self.facts.endpoints.iter().map(|endpoint| endpoint.at.url.clone()).collect();
        for portal in &mut self.facts.portals {
            let named = portal.endpoints.len();
            portal.endpoints.retain(|url| own.contains(url));
            if portal.endpoints.len() < named {
                let reason = "an address that no endpoint row of this organization has; left out";
                self.notes.push(Problem::new("endpoints", "unknown_endpoint", reason));
            }
        }
    }

    /// Joins the organization it is part of, one step deep as in SMART User-access Brands: where it has no doors of its
    /// own, it has the parent's.
    fn join(&mut self, key: &str, parent: Option<&Self>) {
        let problem = match parent {
            None => ("unknown_part_of", "no organization of this file has this key"),
            Some(parent) if parent.part_of.is_some() => {
                ("too_deep", "it is part of a part of an organization; only one step is allowed")
            }
            Some(parent) => {
                let facts = &mut self.facts;
                facts.part_of = Some(key.to_owned());
                facts.part_of_name = Some(parent.facts.name.clone());
                if facts.endpoints.is_empty() {
                    facts.endpoints.clone_from(&parent.facts.endpoints);
                    facts.endpoints.iter_mut().for_each(|endpoint| endpoint.through = Some(key.to_owned()));
                }
                if facts.portals.is_empty() {
                    facts.portals.clone_from(&parent.facts.portals);
                    facts.portals.iter_mut().for_each(|portal| portal.through = Some(key.to_owned()));
                }
                return;
            }
        };
        self.notes.push(Problem::new("part_of", problem.0, format!("{}; left out", problem.1)));
    }
}

#[cfg(test)]
mod tests;
