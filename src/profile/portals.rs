//! A table of portals of many organizations, for vendors and agencies: bytes in, the portals of each organization and what is
//! wrong with each line out, and back. Pure.
//!
//! What holds: the lines of an organization are its whole list of portals; a line with anything wrong in it holds back its
//! whole organization, because a list without it would take that portal away.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::csv::{Unreadable, decoded, separator};
use crate::{
    model::{change::has_contact, door::Door, id::Id, listing::PortalFacts, text},
    sources::input::{escape_formula, unescape_formula},
};

/// The columns, in the order of the file. The name of the organization is for whoever reads it.
pub const COLUMNS: [&str; 8] =
    ["organization", "organization_name", "name", "url", "audience", "sign_up", "valid_from", "valid_to"];
/// The largest table, in bytes.
pub const LARGEST: usize = 1 << 20;
/// The most lines of one table.
pub const MOST: usize = 5_000;
/// The longest cell, in characters.
const LONGEST: usize = 300;

/// What is wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The organization is none that this person manages.
    NotYours,
    /// The address is missing.
    NoAddress,
    /// The address is none that people can be sent to.
    BadAddress,
    /// Not a day.
    BadDay,
    /// The last day is before the first.
    DaysTurned,
    /// A phone number or an address of the web where a name belongs.
    Contact,
    /// Longer than a cell may be.
    TooLong,
    /// The same address twice at one organization.
    Twice,
    /// It cannot be read as a line of the table.
    Broken,
}

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// The line of the file, from 1.
    pub line: u64,
    /// The column; empty when it is the line as a whole.
    pub column: &'static str,
    /// What.
    pub fault: Fault,
    /// What stands there.
    pub said: String,
}

/// A table as it was read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// The portals of each organization of which every line is good.
    pub of: BTreeMap<Id, Vec<PortalFacts>>,
    /// What is wrong.
    pub complaints: Vec<Complaint>,
    /// Organizations that are held back.
    pub held_back: BTreeSet<Id>,
}

/// Reads a table; `mine` are the organizations that the person manages.
pub fn read(bytes: &[u8], mine: &BTreeSet<Id>) -> Result<Table, Unreadable> {
    if bytes.len() > LARGEST {
        return Err(Unreadable::TooLarge);
    }
    let text = decoded(bytes)?;
    let mut lines = ::csv::ReaderBuilder::new().delimiter(separator(&text)).flexible(true).from_reader(text.as_bytes());
    let head: Vec<String> =
        lines.headers().map_err(|_| Unreadable::NotText)?.iter().map(|name| name.trim().to_lowercase()).collect();
    if !["organization", "url"].iter().all(|needed| head.iter().any(|name| name == needed)) {
        return Err(Unreadable::NoColumns);
    }
    let mut table = Table::default();
    for (count, line) in lines.records().enumerate() {
        if count >= MOST {
            return Err(Unreadable::TooMany);
        }
        let Ok(record) = line else {
            // Whose line it was nobody knows: nothing of the file may go in.
            let broken = Complaint { line: count as u64 + 2, column: "", fault: Fault::Broken, said: String::new() };
            return Ok(Table { complaints: vec![broken], ..Table::default() });
        };
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let number = record.position().map_or(0, ::csv::Position::line);
        table.line(number, &Cells { head: &head, record: &record }, mine);
    }
    let held_back = std::mem::take(&mut table.held_back);
    table.of.retain(|id, _| !held_back.contains(id));
    table.held_back = held_back;
    if table.of.is_empty() && table.complaints.is_empty() { Err(Unreadable::Empty) } else { Ok(table) }
}

impl Table {
    fn line(&mut self, line: u64, cells: &Cells<'_>, mine: &BTreeSet<Id>) {
        let said = cells.get("organization");
        let Some(id) = Id::parse(&said).filter(|id| mine.contains(id)) else {
            let said = text::clean(&said, LONGEST);
            self.complaints.push(Complaint { line, column: "organization", fault: Fault::NotYours, said });
            return;
        };
        let mut wrong = cells.wrong();
        let portal = cells.portal(&mut wrong);
        let known = self.of.entry(id.clone()).or_default();
        if let Some(portal) = portal {
            if known.iter().any(|other| other.at.door.key() == portal.at.door.key()) {
                wrong.push(("url", Fault::Twice));
            } else {
                known.push(portal);
            }
        }
        if !wrong.is_empty() {
            self.held_back.insert(id);
        }
        let complaint = |(column, fault): (&'static str, Fault)| Complaint {
            line,
            column,
            fault,
            said: text::clean(&cells.get(column), LONGEST),
        };
        self.complaints.extend(wrong.into_iter().map(complaint));
    }
}

struct Cells<'r> {
    head: &'r [String],
    record: &'r ::csv::StringRecord,
}

impl Cells<'_> {
    fn get(&self, column: &str) -> String {
        let at = self.head.iter().position(|name| name == column);
        unescape_formula(at.and_then(|at| self.record.get(at)).unwrap_or_default().trim().to_owned())
    }

    fn wrong(&self) -> Vec<(&'static str, Fault)> {
        let long = COLUMNS.into_iter().filter(|column| self.get(column).chars().count() > LONGEST);
        let mut wrong: Vec<(&'static str, Fault)> = long.map(|column| (column, Fault::TooLong)).collect();
        let contact = ["name", "audience"].into_iter().filter(|column| has_contact(&self.get(column)));
        wrong.extend(contact.map(|column| (column, Fault::Contact)));
        wrong
    }

    fn door(&self, column: &'static str, wrong: &mut Vec<(&'static str, Fault)>) -> Option<Door> {
        let said = self.get(column);
        if said.is_empty() {
            return None;
        }
        let door = Door::parse(&said).ok();
        if door.is_none() {
            wrong.push((column, Fault::BadAddress));
        }
        door
    }

    fn day(&self, column: &'static str, wrong: &mut Vec<(&'static str, Fault)>) -> Option<Date> {
        let said = self.get(column);
        let day = said.parse().ok();
        if day.is_none() && !said.is_empty() {
            wrong.push((column, Fault::BadDay));
        }
        day
    }

    fn portal(&self, wrong: &mut Vec<(&'static str, Fault)>) -> Option<PortalFacts> {
        let (door, sign_up) = (self.door("url", wrong), self.door("sign_up", wrong));
        if self.get("url").is_empty() {
            wrong.push(("url", Fault::NoAddress));
        }
        let (from, to) = (self.day("valid_from", wrong), self.day("valid_to", wrong));
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            wrong.push(("valid_to", Fault::DaysTurned));
        }
        let some = |text: String| (!text.is_empty()).then_some(text);
        Some(PortalFacts {
            name: some(text::clean_name(&self.get("name"))),
            audience: some(text::clean_name(&self.get("audience"))),
            sign_up,
            valid: (from.is_some() || to.is_some()).then_some((from, to)),
            ..PortalFacts::at(door?)
        })
    }
}

/// The portals as they would be: those of the table, with what the table has no column for as it stands.
pub fn put_together(now: &[PortalFacts], table: &[PortalFacts]) -> Vec<PortalFacts> {
    let of = |given: &PortalFacts| {
        let known = now.iter().find(|known| known.at.door.key() == given.at.door.key());
        let mut portal = given.clone();
        if let Some(known) = known {
            portal.description.clone_from(&known.description);
            portal.endpoints.clone_from(&known.endpoints);
            // The same page written in another way is the same page.
            portal.at.clone_from(&known.at);
        }
        portal
    };
    table.iter().map(of).collect()
}

/// The table of these portals, to take home and change.
pub fn write(all: &[(Id, String, Vec<PortalFacts>)]) -> String {
    let mut table = ::csv::Writer::from_writer(Vec::new());
    let mut done = table.write_record(COLUMNS);
    for (id, organization, portals) in all {
        for portal in portals {
            let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
            let (from, to) = portal.valid.unwrap_or_default();
            let cells = [
                id.to_string(),
                organization.clone(),
                portal.name.clone().unwrap_or_default(),
                portal.at.door.url.clone(),
                portal.audience.clone().unwrap_or_default(),
                portal.sign_up.as_ref().map(|door| door.url.clone()).unwrap_or_default(),
                day(from),
                day(to),
            ];
            done = done.and_then(|()| table.write_record(cells.map(|cell| escape_formula(&cell))));
        }
    }
    // A list in memory takes every write.
    let bytes = done.ok().and_then(|()| table.into_inner().ok()).unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "organization,organization_name,name,url,audience,sign_up,valid_from,valid_to\n";

    fn id(n: u8) -> Id {
        Id::parse(&format!("org-019ab0c4d0007abc81234567000000{n:02x}")).unwrap()
    }

    #[test]
    fn one_bad_line_holds_its_organization_back_and_no_other() {
        let mine = BTreeSet::from([id(1), id(2)]);
        let csv = format!(
            "{HEAD}{a},A,MyChart,https://a.example.org/,,,2027-03-01,\n{a},A,Old,https://old.example.org/,,,,2027-06-30\n\
             {b},B,Call 900 555 0100,https://b.example.org/,,,,\n{b},B,Good,https://c.example.org/,,,,\n\
             {stranger},C,X,https://x.example.org/,,,,\n",
            a = id(1),
            b = id(2),
            stranger = id(3),
        );
        let table = read(csv.as_bytes(), &mine).unwrap();
        assert_eq!(table.of.keys().collect::<Vec<_>>(), [&id(1)]);
        assert_eq!(table.of[&id(1)].len(), 2);
        assert_eq!(table.held_back, BTreeSet::from([id(2)]));
        let told: Vec<(u64, &str, Fault)> = table.complaints.iter().map(|c| (c.line, c.column, c.fault)).collect();
        assert_eq!(told, [(4, "name", Fault::Contact), (6, "organization", Fault::NotYours)]);
        // What is written is read back.
        let all = vec![(id(1), "A".to_owned(), table.of[&id(1)].clone())];
        assert_eq!(read(write(&all).as_bytes(), &mine).unwrap().of, table.of);
    }

    #[test]
    fn every_fault_is_told() {
        let mine = BTreeSet::from([id(1)]);
        for (line, column, fault) in [
            ("A,,,,,,", "url", Fault::NoAddress),
            ("A,,javascript:alert(1),,,,", "url", Fault::BadAddress),
            ("A,,https://a.example.org/,,,March,", "valid_from", Fault::BadDay),
            ("A,,https://a.example.org/,,,2027-03-02,2027-03-01", "valid_to", Fault::DaysTurned),
            ("A,,https://a.example.org/,see evil.example.com,,,", "audience", Fault::Contact),
        ] {
            let table = read(format!("{HEAD}{},{line}\n", id(1)).as_bytes(), &mine).unwrap();
            let found: Vec<(&str, Fault)> = table.complaints.iter().map(|c| (c.column, c.fault)).collect();
            assert_eq!(found, [(column, fault)], "{line}");
            assert!(table.of.is_empty());
        }
        let twice = format!("{HEAD}{0},A,,https://a.example.org/,,,,\n{0},A,,https://a.example.org,,,,\n", id(1));
        assert_eq!(read(twice.as_bytes(), &mine).unwrap().complaints[0].fault, Fault::Twice);
    }
}
