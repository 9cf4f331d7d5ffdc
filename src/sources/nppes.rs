//! NPPES, the national register of providers, as CMS gives it out (V.2, "Full Replacement Monthly NPI File" and the weekly
//! one): the main file `npidata_pfile` and the files beside it.
//!
//! Rows of organizations (entity type 2) in, one listing an NPI out; persons are counted and passed over. A row that says
//! its number is deactivated closes the listing. What holds: the authorized official, tax numbers, licence numbers and
//! mailing addresses are never read out of their row.

mod beside;
mod organization;
mod table;
mod taxonomy;
#[cfg(test)]
mod tests;
mod text;

use std::collections::{BTreeMap, HashSet};

use super::{
    FileError, Outcome, Problem, Row,
    input::Input,
    set::{EmitOf, Part},
    shape::{ignored, row},
};
use beside::Beside;
use table::Records;
use text::Raw;

/// Which file of NPPES it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `npidata_pfile`: one row an NPI.
    Main,
    /// `othername_pfile`: other names of organizations.
    OtherNames,
    /// `pl_pfile`: practice places beside the first.
    Places,
    /// `endpoint_pfile`.
    Endpoints,
    /// The "NPPES Deactivated NPI Report", saved as CSV.
    Deactivated,
}

/// The source it belongs to.
pub const SOURCE: &str = "nppes";

/// Short names of the columns that are read, with the publisher's, and whether a file must have them.
type Named = &'static [(&'static str, &'static str, bool)];

/// The main file. What is not here is never looked at.
const MAIN: Named = &[
    ("npi", "NPI", true),
    ("entity", "Entity Type Code", true),
    ("replacement", "Replacement NPI", false),
    ("name", "Provider Organization Name (Legal Business Name)", true),
    ("other_name", "Provider Other Organization Name", false),
    ("other_type", "Provider Other Organization Name Type Code", false),
    ("line1", "Provider First Line Business Practice Location Address", true),
    ("line2", "Provider Second Line Business Practice Location Address", false),
    ("city", "Provider Business Practice Location Address City Name", true),
    ("state", "Provider Business Practice Location Address State Name", true),
    ("zip", "Provider Business Practice Location Address Postal Code", true),
    ("country", "Provider Business Practice Location Address Country Code (If outside U.S.)", false),
    ("phone", "Provider Business Practice Location Address Telephone Number", false),
    ("deactivated", "NPI Deactivation Date", true),
    ("reactivated", "NPI Reactivation Date", false),
    ("parent", "Parent Organization LBN", false),
];
const OTHER_NAMES: Named = &[
    ("npi", "NPI", true),
    ("name", "Provider Other Organization Name", true),
    ("type", "Provider Other Organization Name Type Code", true),
];
const PLACES: Named = &[
    ("npi", "NPI", true),
    ("line1", "Provider Secondary Practice Location Address- Address Line 1", true),
    ("line2", "Provider Secondary Practice Location Address-  Address Line 2", false),
    ("city", "Provider Secondary Practice Location Address - City Name", true),
    ("state", "Provider Secondary Practice Location Address - State Name", true),
    ("zip", "Provider Secondary Practice Location Address - Postal Code", true),
    ("country", "Provider Secondary Practice Location Address - Country Code (If outside U.S.)", false),
    ("phone", "Provider Secondary Practice Location Address - Telephone Number", false),
    ("extension", "Provider Secondary Practice Location Address - Telephone Extension", false),
];
const ENDPOINTS: Named = &[
    ("npi", "NPI", true),
    ("type", "Endpoint Type", true),
    ("endpoint", "Endpoint", true),
    ("affiliation", "Affiliation", false),
];
const DEACTIVATED: Named = &[("npi", "NPI", true), ("deactivated", "NPPES Deactivation Date", true)];

impl Kind {
    /// What the file is, for people.
    fn name(self) -> &'static str {
        match self {
            Self::Main => "the main file of NPPES",
            Self::OtherNames => "the file of other names of NPPES",
            Self::Places => "the file of further practice places of NPPES",
            Self::Endpoints => "the endpoint file of NPPES",
            Self::Deactivated => "the report of deactivated NPIs",
        }
    }

    fn named(self) -> Named {
        match self {
            Self::Main => MAIN,
            Self::OtherNames => OTHER_NAMES,
            Self::Places => PLACES,
            Self::Endpoints => ENDPOINTS,
            Self::Deactivated => DEACTIVATED,
        }
    }

    /// The file whose first row has these columns (in lower case).
    pub fn of_columns(columns: &[String]) -> Option<Self> {
        let has = |name: &str| columns.iter().any(|column| column == name);
        if !has("npi") {
            None
        } else if has("entity type code") {
            Some(Self::Main)
        } else if has("endpoint type") && has("endpoint") {
            Some(Self::Endpoints)
        } else if has("provider other organization name") {
            Some(Self::OtherNames)
        } else if columns.iter().any(|column| column.starts_with("provider secondary practice location address")) {
            Some(Self::Places)
        } else {
            (columns.len() <= 4 && has("nppes deactivation date")).then_some(Self::Deactivated)
        }
    }
}

/// Where the columns of a file stand.
pub struct Columns {
    places: BTreeMap<&'static str, usize>,
    /// Code and primary switch of each taxonomy slot.
    taxonomies: Vec<(usize, Option<usize>)>,
}

impl Columns {
    fn find(kind: Kind, records: &Records) -> Result<Self, FileError> {
        let mut places = BTreeMap::new();
        for (short, column, needed) in kind.named() {
            match records.column(column) {
                Some(at) => {
                    places.insert(*short, at);
                }
                None if *needed => return Err(FileError::MissingColumn { table: kind.name(), column }),
                None => {}
            }
        }
        let taxonomies = (1..=15).filter_map(|n| {
            let code = records.column(&format!("Healthcare Provider Taxonomy Code_{n}"))?;
            Some((code, records.column(&format!("Healthcare Provider Primary Taxonomy Switch_{n}"))))
        });
        Ok(Self { places, taxonomies: taxonomies.collect() })
    }

    fn at(&self, short: &str) -> Option<usize> {
        self.places.get(short).copied()
    }
}

/// Reads the files of NPPES of one load: what stands beside the main file first, then the main file, then what closes.
/// Answers the rows of each part, or which file is bad and why.
pub fn read(parts: &[Part<'_, Kind>], emit: EmitOf<'_>) -> Result<Vec<u64>, (usize, FileError)> {
    let with_main = parts.iter().any(|part| part.kind == Kind::Main);
    let mut rows = vec![0; parts.len()];
    let mut beside = Beside::default();
    for (part, rows) in parts.iter().zip(&mut rows) {
        let read = match part.kind {
            Kind::Main | Kind::Deactivated => continue,
            _ if with_main => read_beside(part, &mut beside, emit),
            _ => read_alone(part, emit),
        };
        *rows = read.map_err(|error| (part.file, error))?;
    }
    beside.end();
    for kind in [Kind::Main, Kind::Deactivated] {
        for (part, rows) in parts.iter().zip(&mut rows).filter(|(part, _)| part.kind == kind) {
            let read = if kind == Kind::Main { read_main(part, &mut beside, emit) } else { read_closed(part, emit) };
            *rows = read.map_err(|error| (part.file, error))?;
        }
    }
    tell_unused(&beside, emit);
    Ok(rows)
}

fn open(input: Input<'_>, kind: Kind) -> Result<(Records, Columns), FileError> {
    let mut records = Records::open(input.open()?)?;
    // A report begins with a line of its title.
    if kind == Kind::Deactivated && records.column("NPI").is_none() {
        records = records.below_title()?;
    }
    let columns = Columns::find(kind, &records)?;
    Ok((records, columns))
}

fn read_beside(part: &Part<'_, Kind>, beside: &mut Beside, emit: EmitOf<'_>) -> Result<u64, FileError> {
    let (mut records, columns) = open(part.input, part.kind)?;
    beside.begin(part.kind, part.file);
    let mut rows = 0;
    while records.advance()? {
        rows += 1;
        if let Err(problem) = records.whole().and_then(|()| beside.add(part.kind, &records, &columns))
            && emit(part.file, ignored(records.line(), problem)).is_break()
        {
            break;
        }
    }
    Ok(rows)
}

/// Without the main file there is nobody whom the rows could be said of.
fn read_alone(part: &Part<'_, Kind>, emit: EmitOf<'_>) -> Result<u64, FileError> {
    let (mut records, _) = open(part.input, part.kind)?;
    let mut rows = 0;
    while records.advance()? {
        rows += 1;
    }
    let why = format!("this is {}; give it together with the main file (npidata_pfile)", part.kind.name());
    many(part.file, 1, rows, Problem::new("", "needs_main_file", why), emit);
    Ok(rows)
}

fn many(file: usize, number: u64, rows: u64, problem: Problem, emit: EmitOf<'_>) {
    if rows > 0 {
        let _ = emit(file, row(number, Outcome::ManyIgnored { problem, rows }, Vec::new()));
    }
}

fn read_main(part: &Part<'_, Kind>, beside: &mut Beside, emit: EmitOf<'_>) -> Result<u64, FileError> {
    let (mut records, columns) = open(part.input, part.kind)?;
    let entity = columns.at("entity").unwrap_or_default();
    let (mut rows, mut persons, mut first_person) = (0, 0, 0);
    let mut seen = HashSet::new();
    while records.advance()? {
        rows += 1;
        records.leading(entity + 1);
        if records.bytes(entity) == b"1" {
            if persons == 0 {
                first_person = records.line();
            }
            persons += 1;
            continue;
        }
        let row = match records.whole() {
            Ok(()) => main_row(&Raw { records: &records, columns: &columns }, beside, &mut seen),
            Err(problem) => ignored(records.line(), problem),
        };
        if emit(part.file, row).is_break() {
            break;
        }
    }
    let problem = Problem::new("Entity Type Code", "a_person", "a person, not an organization");
    many(part.file, first_person, persons, problem, emit);
    Ok(rows)
}

/// A row of the main file that is no person's.
fn main_row(raw: &Raw<'_>, beside: &mut Beside, seen: &mut HashSet<u32>) -> Row {
    let number = raw.records.line();
    let Some(npi) = raw.npi() else {
        let given: String = raw.get("npi").chars().take(20).collect();
        let problem = Problem::new("NPI", "bad_npi", "not a valid NPI: it needs 10 digits and a right check digit");
        return row(number, Outcome::Quarantined { key: format!("npi:{given}"), problem }, Vec::new());
    };
    if !seen.insert(npi) {
        return ignored(number, Problem::new("NPI", "duplicate_row", "an earlier row of the file has this NPI"));
    }
    if is_deactivated(raw) {
        return row(number, Outcome::Closed { key: organization::key(npi) }, Vec::new());
    }
    match raw.get("entity").as_ref() {
        "2" => organization::row(number, npi, raw, beside),
        "1" => ignored(number, Problem::new("Entity Type Code", "a_person", "a person, not an organization")),
        _ => {
            ignored(number, Problem::new("Entity Type Code", "no_entity_type", "neither a person nor an organization"))
        }
    }
}

/// Deactivated and not given back since.
fn is_deactivated(raw: &Raw<'_>) -> bool {
    match (raw.date("deactivated"), raw.date("reactivated")) {
        (Some(deactivated), Some(reactivated)) => reactivated < deactivated,
        (Some(_), None) => true,
        (None, _) => false,
    }
}

fn read_closed(part: &Part<'_, Kind>, emit: EmitOf<'_>) -> Result<u64, FileError> {
    let (mut records, columns) = open(part.input, part.kind)?;
    let mut rows = 0;
    while records.advance()? {
        rows += 1;
        let number = records.line();
        let taken = records.whole().and_then(|()| {
            let raw = Raw { records: &records, columns: &columns };
            raw.npi().ok_or_else(|| Problem::new("NPI", "bad_npi", "not a valid NPI"))
        });
        let row = match taken {
            Ok(npi) => row(number, Outcome::Closed { key: organization::key(npi) }, Vec::new()),
            Err(problem) => ignored(number, problem),
        };
        if emit(part.file, row).is_break() {
            break;
        }
    }
    Ok(rows)
}

/// Rows beside the main file of which nobody in it made use: persons' rows, and those of numbers it does not have.
fn tell_unused(beside: &Beside, emit: EmitOf<'_>) {
    let mut unused: BTreeMap<usize, u64> = BTreeMap::new();
    beside.unused(&mut |file| *unused.entry(file).or_default() += 1);
    for (file, rows) in unused {
        let why = "no organization of the main file has this NPI: it is a person's, or the main file lacks it";
        many(file, 1, rows, Problem::new("NPI", "not_in_main_file", why), emit);
    }
}
