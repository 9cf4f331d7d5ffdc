//! A list of the organization's own, as a profile: which of its rows may be this organization, and what its profile would say.
//!
//! Flows in: bytes that somebody gave or an address answered with. Flows out: [`Offer`]s, and listings put on top of one that
//! stands. What holds: a row is taken only when something that this organization alone has stands in it ([`belongs`]); doors
//! that the row has from another one, and addresses on recalled hosts, are left out; what a list does not say stays as it is.

use std::{
    collections::BTreeSet,
    io::{Read as _, Write as _},
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use serde_json::{Map, Value};

use super::Standing;
use crate::{
    clock::secret,
    model::{
        change::{changes, doors},
        hostile::is_on,
        identifier::System,
        listing::{Body, OrganizationFacts, hex},
        merge::Role,
        text::match_form,
    },
    sources::{
        FileError, Outcome, Problem, Row, bundle,
        input::Input,
        private,
        shape::{Shape, sniff},
        template,
    },
};

/// The largest list, in bytes, unpacked: a Bundle of one system with all its places is far below.
pub const LARGEST: u64 = 5 << 20;
/// Rows that may be this organization, at most: who has more gives a file of their own.
pub const OFFERED: usize = 200;
/// Notes that are kept of one row.
const NOTES: usize = 50;

/// A row of a list that may be the organization.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    /// Its key in the list.
    pub key: String,
    /// What it says.
    pub facts: OrganizationFacts,
    /// Parts of it that were left out.
    pub notes: Vec<Problem>,
}

/// What a list has.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Offers {
    /// Rows that can be read.
    pub offers: Vec<Offer>,
    /// Rows that cannot, by their number, and why.
    pub left_out: Vec<(u64, Problem)>,
}

/// A file of ours that is gone with this value.
pub struct Scratch(PathBuf);

impl Scratch {
    /// Keeps bytes in a folder for as long as they are read.
    pub fn keep(folder: &Path, bytes: &[u8]) -> Result<Self, FileError> {
        let told = |error: std::io::Error| FileError::Io(error.to_string());
        std::fs::create_dir_all(folder).map_err(told)?;
        let scratch = Self(folder.join(format!("own-list-{}", hex(&secret()[..12]))));
        std::fs::File::create_new(&scratch.0).and_then(|mut file| file.write_all(bytes)).map_err(told)?;
        Ok(scratch)
    }

    /// Takes over a file that lies there already.
    pub fn of(path: PathBuf) -> Self {
        Self(path)
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // One that stays takes room and nothing else; the next start of the server clears the folder.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Reads a list: a Bundle of User-access Brands, the Connector's own table, or that table as JSON.
pub fn offers(file: &Scratch) -> Result<Offers, FileError> {
    refuse_packed(file.path())?;
    let input = Input::new(file.path());
    let head = input.head()?;
    let begins = head.iter().find(|byte| !byte.is_ascii_whitespace()).copied();
    let mut found = Offers::default();
    let mut take = |row: Row| {
        let row = private::without(row);
        let number = row.number;
        match row.outcome {
            Outcome::Listing(listing) => {
                let Body::Organization(facts) = listing.body else { return ControlFlow::Continue(()) };
                let notes = row.notes.into_iter().take(NOTES).collect();
                found.offers.push(Offer { key: listing.key, facts: *facts, notes });
            }
            Outcome::Quarantined { problem, .. } | Outcome::Ignored(problem) if found.left_out.len() < NOTES => {
                found.left_out.push((number, problem));
            }
            _ => {}
        }
        if found.offers.len() > OFFERED { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    match begins {
        // Rows of our table as JSON: no list of anybody else begins so and has a column `row`.
        Some(b'[') => {
            let folder = file.path().parent().unwrap_or(Path::new("."));
            let table = Scratch::keep(folder, rows_as_table(file.path())?.as_bytes())?;
            template::read(Input::new(table.path()), &mut take)?
        }
        _ => match sniff(&head)? {
            Shape::Bundle => bundle::read(input, &mut take)?,
            Shape::Template => template::read(input, &mut take)?,
            _ => return Err(FileError::UnknownShape("neither a Bundle nor our table".into())),
        },
    };
    if found.offers.len() > OFFERED {
        return Err(FileError::TooBig(format!("it has more than {OFFERED} organizations")));
    }
    Ok(found)
}

/// A small packed file may be an endless one: lists of one organization are given as they are.
fn refuse_packed(path: &Path) -> Result<(), FileError> {
    let told = |error: std::io::Error| FileError::Io(error.to_string());
    let mut first = Vec::new();
    std::fs::File::open(path).and_then(|file| file.take(4).read_to_end(&mut first)).map_err(told)?;
    let packed = [&b"\x1f\x8b"[..], b"\x28\xb5\x2f\xfd", b"PK"].iter().any(|mark| first.starts_with(mark));
    if packed { Err(FileError::UnknownShape("a packed file; give it unpacked".into())) } else { Ok(()) }
}

/// The table as it is given in JSON: a list of objects, each with the columns of a line.
fn rows_as_table(path: &Path) -> Result<String, FileError> {
    let bytes = std::fs::read(path).map_err(|error| FileError::Io(error.to_string()))?;
    let broken = |error: serde_json::Error| FileError::Broken {
        at: format!("line {} column {}", error.line(), error.column()),
        what: error.to_string(),
    };
    let rows: Vec<Map<String, Value>> = serde_json::from_slice(&bytes).map_err(broken)?;
    let cell = |row: &Map<String, Value>, name: &str| match row.get(name) {
        Some(Value::String(text)) => text.clone(),
        None | Some(Value::Null) => String::new(),
        Some(other) => other.to_string(),
    };
    Ok(super::table::written(rows.iter().map(|row| template::COLUMNS.iter().map(|c| cell(row, c.name)).collect())))
}

/// Is this row the organization that stands there? A number or a door must be one that it has, or its name, in a state where
/// it is; a number that is somebody else's weighs more than a name or a door that many share.
pub fn belongs(standing: &Standing, facts: &OrganizationFacts) -> bool {
    let Body::Organization(seen) = &standing.seen else { return false };
    let (mine, theirs) = (numbers(seen), numbers(facts));
    let apart = ["npi", "ccn"].iter().any(|system| {
        let of = |all: &BTreeSet<(&'static str, String)>| -> BTreeSet<String> {
            all.iter().filter(|(other, _)| other == system).map(|(_, value)| value.clone()).collect()
        };
        let (mine, theirs) = (of(&mine), of(&theirs));
        !mine.is_empty() && !theirs.is_empty() && mine.is_disjoint(&theirs)
    });
    if apart {
        return false;
    }
    let live = trusted(seen);
    let by_door = trusted(facts).iter().any(|door| live.contains(door) || standing.trusted.contains(door));
    let by_name = !names(seen).is_disjoint(&names(facts)) && may_lie_together(seen, facts);
    by_door || by_name || !mine.is_disjoint(&theirs)
}

fn names(facts: &OrganizationFacts) -> BTreeSet<String> {
    std::iter::once(&facts.name).chain(&facts.aliases).map(|name| match_form(name)).collect()
}

/// Numbers that only one organization has.
fn numbers(facts: &OrganizationFacts) -> BTreeSet<(&'static str, String)> {
    let strong = |system: System| matches!(system, System::Npi | System::Ccn | System::Clia | System::Naic);
    let strong = facts.identifiers.iter().filter(|number| strong(number.system));
    strong.map(|number| (number.system.code(), number.value.clone())).collect()
}

/// What would be trusted of its doors; on a host that many share only with the tenant.
fn trusted(facts: &OrganizationFacts) -> BTreeSet<(Role, String)> {
    let body = Body::Organization(Box::new(facts.clone()));
    doors(&body).iter().map(|(role, door)| (*role, door.trust_key())).collect()
}

/// Is there a state that both are in, as far as both say?
fn may_lie_together(a: &OrganizationFacts, b: &OrganizationFacts) -> bool {
    let states = |facts: &OrganizationFacts| -> BTreeSet<String> {
        facts.places.iter().filter_map(|place| place.state.clone()).collect()
    };
    let (a, b) = (states(a), states(b));
    a.is_empty() || b.is_empty() || !a.is_disjoint(&b)
}

/// What a row says of this organization alone: without doors that it has from the one it is part of, and without addresses on
/// recalled hosts.
pub fn own_part(mut from: OrganizationFacts, recalled: &BTreeSet<String>) -> OrganizationFacts {
    let bad = |url: &str| is_on(recalled, url);
    from.portals.retain(|portal| portal.through.is_none() && !bad(&portal.at.door.url));
    for portal in &mut from.portals {
        portal.sign_up = portal.sign_up.take().filter(|door| !bad(&door.url));
        portal.endpoints.retain(|url| !bad(url));
    }
    from.endpoints.retain(|endpoint| endpoint.through.is_none() && !bad(&endpoint.at.url));
    for endpoint in &mut from.endpoints {
        endpoint.developers = endpoint.developers.take().filter(|door| !bad(&door.url));
    }
    from.website = from.website.filter(|site| !bad(&site.door.url));
    from.logos.retain(|logo| !bad(&logo.url) && !logo.licence.as_ref().is_some_and(|page| bad(page)));
    from.identifiers.retain(|number| number.is_public() && !bad(&number.value));
    from
}

/// The fields that a row fills: whoever gives it says them on purpose, also where people see the same already.
pub fn filled(row: &OrganizationFacts) -> BTreeSet<String> {
    changes(None, Some(&Body::Organization(Box::new(row.clone())))).into_iter().map(|change| change.field).collect()
}

/// The listing as it would be: everything that the row says, on top of what stands.
pub fn on_top(listing: &OrganizationFacts, from: OrganizationFacts) -> OrganizationFacts {
    let mut all = listing.clone();
    if !from.name.trim().is_empty() {
        all.name = from.name;
    }
    some_list(&mut all.aliases, from.aliases);
    some_list(&mut all.areas, from.areas);
    some_list(&mut all.kinds, from.kinds);
    some_list(&mut all.identifiers, from.identifiers);
    some_list(&mut all.places, from.places);
    some_list(&mut all.portals, from.portals);
    some_list(&mut all.endpoints, from.endpoints);
    some_list(&mut all.logos, from.logos);
    some(&mut all.description, from.description);
    some(&mut all.website, from.website);
    some(&mut all.phone, from.phone);
    some(&mut all.how_to_ask, from.how_to_ask);
    some(&mut all.status, from.status);
    all.features.extend(from.features);
    all
}

fn some<T>(all: &mut Option<T>, from: Option<T>) {
    if from.is_some() {
        *all = from;
    }
}

fn some_list<T>(all: &mut Vec<T>, from: Vec<T>) {
    if !from.is_empty() {
        *all = from;
    }
}
