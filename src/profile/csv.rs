//! A table of an organization's places: bytes in, places and what is wrong with each line out, and back. Pure.
//!
//! What holds: a line with anything wrong in it does not go in, and is told with its column and how to mend it; what a
//! spreadsheet would run as a formula is written harmless and read back as it was; names of places carry no phone number and
//! no address of the web, because people would follow them.

use std::collections::BTreeMap;

use crate::{
    model::{
        change::has_contact,
        place::{Place, state_code, zip5},
        text, zip_prefix,
    },
    sources::input::{escape_formula, unescape_formula},
};

/// The columns, in the order of the file.
pub const COLUMNS: [&str; 8] = ["name", "street", "street_2", "city", "state", "zip", "phone", "landmark"];
/// What else people call them.
const ALSO: [(&str, &str); 16] = [
    ("nombre", "name"),
    ("address", "street"),
    ("street_1", "street"),
    ("calle", "street"),
    ("suite", "street_2"),
    ("calle_2", "street_2"),
    ("ciudad", "city"),
    ("estado", "state"),
    ("zip_code", "zip"),
    ("zipcode", "zip"),
    ("postal_code", "zip"),
    ("codigo_postal", "zip"),
    ("código_postal", "zip"),
    ("telephone", "phone"),
    ("telefono", "phone"),
    ("teléfono", "phone"),
];
/// The largest table, in bytes.
pub const LARGEST: usize = 1 << 20;
/// The most places of one organization that can be given so.
pub const MOST: usize = 5_000;
/// The longest cell, in characters.
const LONGEST: usize = 120;

/// What is wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The street is missing.
    NoStreet,
    /// The city is missing.
    NoCity,
    /// The state is missing.
    NoState,
    /// Not a state of the United States.
    BadState,
    /// The ZIP code is missing.
    NoZip,
    /// Not a ZIP code.
    BadZip,
    /// The ZIP code lies in another state.
    OtherState,
    /// Not one US phone number.
    BadPhone,
    /// A phone number or an address of the web where a name belongs.
    Contact,
    /// Longer than a cell may be.
    TooLong,
    /// The same address as another line.
    Twice {
        /// That line.
        line: u64,
    },
    /// It cannot be read as a line of the table.
    Broken,
}

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// The line of the file, from 1; the names of the columns are line 1.
    pub line: u64,
    /// The column; empty when it is the line as a whole.
    pub column: &'static str,
    /// What.
    pub fault: Fault,
    /// What stands there.
    pub said: String,
}

/// Why a table cannot be read at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// Nothing in it.
    Empty,
    /// Larger than [`LARGEST`].
    TooLarge,
    /// Not text: a workbook instead of a CSV, or UTF-16.
    NotText,
    /// None of the columns that every place needs.
    NoColumns,
    /// More lines than [`MOST`].
    TooMany,
}

/// A table as it was read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// The good lines.
    pub places: Vec<Place>,
    /// What is wrong with the others, in the order of the file.
    pub complaints: Vec<Complaint>,
    /// How many lines have something wrong.
    pub bad: usize,
    /// Columns that are not read.
    pub unknown: Vec<String>,
}

/// Reads a table. UTF-8 and what older spreadsheets write (Windows-1252, as far as it is Latin-1), with commas, semicolons or
/// tabs between cells.
pub fn read(bytes: &[u8]) -> Result<Table, Unreadable> {
    if bytes.len() > LARGEST {
        return Err(Unreadable::TooLarge);
    }
    let text = decoded(bytes)?;
    let mut lines = ::csv::ReaderBuilder::new()
        .delimiter(separator(&text))
        .flexible(true)
        .has_headers(true)
        .from_reader(text.as_bytes());
    let head: Vec<String> = lines.headers().map_err(|_| Unreadable::NotText)?.iter().map(column).collect();
    if !["street", "city"].iter().all(|needed| head.iter().any(|name| name == needed)) {
        return Err(Unreadable::NoColumns);
    }
    let unknown = head.iter().filter(|name| !name.is_empty() && !COLUMNS.contains(&name.as_str())).cloned().collect();
    let mut table = Table { unknown, ..Table::default() };
    let mut seen: BTreeMap<String, u64> = BTreeMap::new();
    for (count, line) in lines.records().enumerate() {
        if count >= MOST {
            return Err(Unreadable::TooMany);
        }
        let record = match line {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(0, ::csv::Position::line);
                table.complain(vec![Complaint { line, column: "", fault: Fault::Broken, said: String::new() }]);
                continue;
            }
        };
        let number = record.position().map_or(0, ::csv::Position::line);
        let cells = Cells { head: &head, record: &record };
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        match cells.place(number) {
            Ok(place) => {
                if let Some(first) = seen.get(&place.key()) {
                    let said = place.lines.join(", ");
                    table.complain(vec![Complaint {
                        line: number,
                        column: "street",
                        fault: Fault::Twice { line: *first },
                        said,
                    }]);
                } else {
                    seen.insert(place.key(), number);
                    table.places.push(place);
                }
            }
            Err(complaints) => table.complain(complaints),
        }
    }
    if table.places.is_empty() && table.complaints.is_empty() { Err(Unreadable::Empty) } else { Ok(table) }
}

impl Table {
    fn complain(&mut self, complaints: Vec<Complaint>) {
        self.bad += 1;
        self.complaints.extend(complaints);
    }
}

/// Bytes as text.
pub(super) fn decoded(bytes: &[u8]) -> Result<String, Unreadable> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    // NUL: UTF-16, or a workbook. `PK`: the ZIP file that a workbook is.
    if bytes.contains(&0) || bytes.starts_with(b"PK") {
        return Err(Unreadable::NotText);
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    };
    if text.trim().is_empty() { Err(Unreadable::Empty) } else { Ok(text) }
}

/// What stands most often in the line of names.
pub(super) fn separator(text: &str) -> u8 {
    let head = text.lines().next().unwrap_or_default();
    let count = |mark: u8| head.bytes().filter(|byte| *byte == mark).count();
    // The last of the best wins: a comma, when nothing else is more.
    [b'\t', b';', b','].into_iter().max_by_key(|mark| count(*mark)).unwrap_or(b',')
}

/// The name of a column as we call it.
fn column(said: &str) -> String {
    let plain = said.trim().to_lowercase().replace([' ', '-'], "_");
    let known = ALSO.iter().find(|(other, _)| *other == plain);
    known.map_or(plain.clone(), |(_, ours)| (*ours).to_owned())
}

struct Cells<'r> {
    head: &'r [String],
    record: &'r ::csv::StringRecord,
}

impl Cells<'_> {
    fn get(&self, column: &str) -> String {
        let at = self.head.iter().position(|name| name == column);
        let cell = at.and_then(|at| self.record.get(at)).unwrap_or_default();
        unescape_formula(cell.trim().to_owned())
    }

    /// The place of the line, or everything that is wrong with it.
    fn place(&self, line: u64) -> Result<Place, Vec<Complaint>> {
        let mut wrong = Vec::new();
        let mut tell = |column: &'static str, fault: Fault, said: &str| {
            wrong.push(Complaint { line, column, fault, said: text::clean(said, LONGEST) });
        };
        for column in COLUMNS {
            if self.get(column).chars().count() > LONGEST {
                tell(column, Fault::TooLong, &self.get(column));
            }
        }
        let (street, city, state, zip) = (self.get("street"), self.get("city"), self.get("state"), self.get("zip"));
        for (column, said, fault) in [
            ("street", &street, Fault::NoStreet),
            ("city", &city, Fault::NoCity),
            ("state", &state, Fault::NoState),
            ("zip", &zip, Fault::NoZip),
        ] {
            if said.is_empty() {
                tell(column, fault, "");
            }
        }
        let (code, digits) = (state_code(&state), zip5(&zip));
        if code.is_none() && !state.is_empty() {
            tell("state", Fault::BadState, &state);
        }
        if digits.is_none() && !zip.is_empty() {
            tell("zip", Fault::BadZip, &zip);
        }
        if let (Some(code), Some(zip)) = (code, &digits)
            && zip_prefix::state_of_zip(zip).is_some_and(|lies_in| lies_in != code)
        {
            tell("zip", Fault::OtherState, zip);
        }
        let (said, mut phone) = (self.get("phone"), None);
        if !said.is_empty() {
            phone = text::phone(&said);
            if phone.is_none() {
                tell("phone", Fault::BadPhone, &said);
            }
        }
        for column in ["name", "street", "street_2", "city", "landmark"] {
            if has_contact(&self.get(column)) {
                tell(column, Fault::Contact, &self.get(column));
            }
        }
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let place = Place::new(&[&street, &self.get("street_2")], &city, &state, &zip);
        let some = |text: String| (!text.is_empty()).then_some(text);
        let broken = || vec![Complaint { line, column: "", fault: Fault::Broken, said: String::new() }];
        place.ok_or_else(broken).map(|place| Place {
            name: some(text::clean_name(&self.get("name"))),
            landmark: some(text::clean(&self.get("landmark"), LONGEST)),
            phone,
            ..place
        })
    }
}

/// The table of these places, to take home and fill in.
pub fn write(places: &[Place]) -> String {
    let mut table = ::csv::Writer::from_writer(Vec::new());
    let mut written = table.write_record(COLUMNS);
    for place in places {
        let some = |text: &Option<String>| text.clone().unwrap_or_default();
        let (first, rest) = match place.lines.split_first() {
            Some((first, rest)) => (first.clone(), rest.join(", ")),
            None => (String::new(), String::new()),
        };
        let cells = [
            some(&place.name),
            first,
            rest,
            some(&place.city),
            some(&place.state),
            some(&place.zip),
            some(&place.phone),
            some(&place.landmark),
        ];
        written = written.and_then(|()| table.write_record(cells.map(|cell| escape_formula(&cell))));
    }
    // A list in memory takes every write.
    let bytes = written.ok().and_then(|()| table.into_inner().ok()).unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

/// What a table would change.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Difference {
    /// Places that were not there.
    pub new: Vec<Place>,
    /// Places whose name, phone or landmark changes: before, after.
    pub changed: Vec<(Place, Place)>,
    /// Places that would go.
    pub gone: Vec<Place>,
    /// How many stay as they are.
    pub same: usize,
}

impl Difference {
    /// Would nothing change?
    pub fn is_empty(&self) -> bool {
        self.new.is_empty() && self.changed.is_empty() && self.gone.is_empty()
    }
}

/// The places as they would be: those of the table, the main place first as before; with `keep` also those that the table
/// does not name.
pub fn put_together(now: &[Place], table: &[Place], keep: bool) -> Vec<Place> {
    let mut given: BTreeMap<String, &Place> = table.iter().map(|place| (place.key(), place)).collect();
    // In the order that people know; what is new comes behind it.
    let mut all = Vec::new();
    for place in now {
        match given.remove(&place.key()) {
            Some(given) => all.push(given.clone()),
            None if keep => all.push(place.clone()),
            None => {}
        }
    }
    all.extend(table.iter().filter(|place| given.contains_key(&place.key())).cloned());
    all
}

/// What differs between two lists of places.
pub fn difference(now: &[Place], then: &[Place]) -> Difference {
    let known: BTreeMap<String, &Place> = now.iter().map(|place| (place.key(), place)).collect();
    let mut difference = Difference::default();
    for place in then {
        match known.get(&place.key()) {
            None => difference.new.push(place.clone()),
            Some(known) if *known == place => difference.same += 1,
            Some(known) => difference.changed.push(((*known).clone(), place.clone())),
        }
    }
    let stays = |place: &&Place| then.iter().any(|other| other.key() == place.key());
    difference.gone = now.iter().filter(|place| !stays(place)).cloned().collect();
    difference
}

#[cfg(test)]
mod tests;
