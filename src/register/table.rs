//! Every organization in about a hundred bytes, in the order of ids: what lists filter by, and where the log stands.
//!
//! Documents in, rows out; no I/O. What holds: rows stand in the order of ids, so an id is a place in every list and a
//! cursor stays right while rows come and go.

use crate::model::{
    features::{Answer, Feature},
    id::{Id, ThingKind},
    identifier::System,
    kind::Kind,
    organization::{Organization, Status},
    place::STATES,
    vendor,
};

/// The bytes of an organization's id.
pub type Key = [u8; 16];

/// The last revision of a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stamp {
    /// Number of the revision.
    pub n: i64,
    /// When, in microseconds since 1970 UTC.
    pub at: i64,
    /// The version the thing has since.
    pub version: u32,
}

/// What lists filter by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own")]
pub struct Marks {
    /// States with a place of it, a bit each ([`area_bit`]).
    pub located: u64,
    /// States it serves, [`NATIONWIDE`] for the whole country.
    pub serves: u64,
    /// Features answered yes ([`Feature::bit`]).
    pub features: u64,
    /// Vendors of its live portals, from bit 32 on those on whose hosts apps connect (`model::vendor`).
    pub vendors: u64,
    /// Kinds ([`Kind::bit`]).
    pub kinds: u32,
    /// ZIP code of its first place as a number; 0 when none is known.
    pub zip: u32,
    /// The kind it is first of all.
    pub primary: Option<Kind>,
    /// It carries an NPI.
    pub npi: bool,
    /// Where it stands.
    pub status: Status,
    /// It offers at least one feature or live door.
    pub listed: bool,
    /// It has a live endpoint.
    pub endpoint: bool,
    /// It has a place.
    pub placed: bool,
    /// Its document can be shown.
    pub shown: bool,
}

/// The bit of the whole country in [`Marks::serves`].
pub const NATIONWIDE: u64 = 1 << STATES.len();

/// The bit of a state by its postal code, or of `US`; 0 when there is none.
pub fn area_bit(code: &str) -> u64 {
    if code == "US" {
        return NATIONWIDE;
    }
    STATES.iter().position(|(known, _)| *known == code).map_or(0, |at| 1 << at)
}

impl Marks {
    /// The marks of a document.
    pub fn of(organization: &Organization) -> Self {
        let vendors = vendor::of(organization);
        let yes = organization.features.iter().filter(|(_, answer)| matches!(answer, Answer::Yes));
        let places = organization.locations.iter().filter_map(|location| location.place.state.as_deref());
        Self {
            located: places.fold(0, |bits, state| bits | area_bit(state)),
            serves: organization.areas.iter().fold(0, |bits, area| bits | area_bit(area)),
            features: yes.fold(0, |bits, (feature, _)| bits | feature.bit()),
            vendors: u64::from(vendors.portals) | u64::from(vendors.endpoints) << 32,
            kinds: organization.kinds.iter().fold(0, |bits, kind| bits | kind.bit()),
            zip: organization.main_place().and_then(|place| place.zip.as_deref()?.parse().ok()).unwrap_or_default(),
            primary: organization.kinds.first().copied(),
            npi: organization.identifiers.iter().any(|identifier| identifier.system == System::Npi),
            status: organization.status,
            listed: organization.is_listed(),
            endpoint: organization.live_endpoints().next().is_some(),
            placed: !organization.locations.is_empty(),
            shown: true,
        }
    }
}

/// Which organizations a list is about; what is not set leaves all of them in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Any of these states, by a place or by whom it serves.
    pub areas: u64,
    /// Any of these kinds.
    pub kinds: u32,
    /// All of these features.
    pub features: u64,
    /// Any of these vendors, see [`Marks::vendors`].
    pub vendors: u64,
    /// Only listed ones, or only those that are just known.
    pub listed: Option<bool>,
    /// Only with a live endpoint, or without.
    pub endpoint: Option<bool>,
    /// Merged and withdrawn ones too.
    pub gone: bool,
}

impl Filter {
    /// Only these kinds.
    #[must_use]
    pub fn kinds(mut self, kinds: &[Kind]) -> Self {
        self.kinds = kinds.iter().fold(0, |bits, kind| bits | kind.bit());
        self
    }

    /// Only these states (postal codes or `US`).
    #[must_use]
    pub fn areas<S: AsRef<str>>(mut self, states: &[S]) -> Self {
        self.areas = states.iter().fold(0, |bits, state| bits | area_bit(state.as_ref()));
        self
    }

    /// Only who offers all of these.
    #[must_use]
    pub fn features(mut self, features: &[Feature]) -> Self {
        self.features = features.iter().fold(0, |bits, feature| bits | feature.bit());
        self
    }

    /// Does a row belong to the list?
    pub fn takes(&self, marks: &Marks) -> bool {
        let any = |wanted: u64, there: u64| wanted == 0 || wanted & there != 0;
        marks.shown
            && (self.gone || !matches!(marks.status, Status::Merged | Status::Withdrawn))
            && any(self.areas, marks.located | marks.serves)
            && any(u64::from(self.kinds), u64::from(marks.kinds))
            && any(self.vendors, marks.vendors)
            && self.features & !marks.features == 0
            && self.listed.is_none_or(|listed| listed == marks.listed)
            && self.endpoint.is_none_or(|endpoint| endpoint == marks.endpoint)
    }
}

/// One row before it stands in the table.
#[derive(Debug, Clone)]
pub struct Row {
    /// Whose.
    pub key: Key,
    /// Its last revision.
    pub stamp: Stamp,
    /// What it is filtered by.
    pub marks: Marks,
}

impl Row {
    /// The row of a document. Without one nothing of it is shown.
    pub fn new(id: &Id, stamp: Stamp, document: Option<&Organization>) -> Self {
        Self { key: id.bytes(), stamp, marks: document.map(Marks::of).unwrap_or_default() }
    }
}

/// The rows, column by column.
#[derive(Debug, Clone, Default)]
pub struct Table {
    keys: Vec<Key>,
    stamps: Vec<Stamp>,
    marks: Vec<Marks>,
}

impl Table {
    /// A table of these rows, in any order, each key once.
    pub fn new(mut rows: Vec<Row>) -> Self {
        rows.sort_by_key(|row| row.key);
        Self {
            keys: rows.iter().map(|row| row.key).collect(),
            stamps: rows.iter().map(|row| row.stamp).collect(),
            marks: rows.iter().map(|row| row.marks).collect(),
        }
    }

    /// How many rows there are, gone ones too.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Where an organization stands.
    pub fn find(&self, id: &Id) -> Option<usize> {
        if id.kind() != ThingKind::Organization {
            return None;
        }
        self.keys.binary_search(&id.bytes()).ok()
    }

    /// The first row after an id.
    pub fn after(&self, id: &Id) -> usize {
        self.keys.partition_point(|key| *key <= id.bytes())
    }

    /// The id of a row.
    pub fn id(&self, row: usize) -> Id {
        Id::new(ThingKind::Organization, uuid::Uuid::from_bytes(self.keys[row]))
    }

    /// Its last revision.
    pub fn stamp(&self, row: usize) -> Stamp {
        self.stamps[row]
    }

    /// What it is filtered by.
    pub fn marks(&self, row: usize) -> &Marks {
        &self.marks[row]
    }

    /// The rows of a list from `from` on, in the order of ids.
    pub fn rows<'a>(&'a self, filter: &'a Filter, from: usize) -> impl Iterator<Item = usize> + 'a {
        let marks = self.marks.get(from..).unwrap_or_default();
        marks.iter().enumerate().filter(|(_, marks)| filter.takes(marks)).map(move |(at, _)| from + at)
    }

    /// Takes in rows: each takes the place of the one with its key, or its place in the order of ids.
    pub fn put(&mut self, rows: Vec<Row>) {
        let mut new = Vec::new();
        for row in rows {
            match self.keys.binary_search(&row.key) {
                Ok(at) => (self.stamps[at], self.marks[at]) = (row.stamp, row.marks),
                Err(_) => new.push(row),
            }
        }
        if new.is_empty() {
            return;
        }
        new.sort_by_key(|row| row.key);
        // The last row of a key is how it is now.
        new.dedup_by(|later, earlier| {
            let same = later.key == earlier.key;
            if same {
                std::mem::swap(later, earlier);
            }
            same
        });
        let first = new[0].key;
        let from = self.keys.partition_point(|key| *key < first);
        // Ids are given in the order of time, so what stands behind a new one is little.
        let behind: Vec<Row> = (from..self.len())
            .map(|at| Row { key: self.keys[at], stamp: self.stamps[at], marks: self.marks[at] })
            .collect();
        self.keys.truncate(from);
        self.stamps.truncate(from);
        self.marks.truncate(from);
        new.extend(behind);
        new.sort_by_key(|row| row.key);
        for row in new {
            self.keys.push(row.key);
            self.stamps.push(row.stamp);
            self.marks.push(row.marks);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(number: u8, version: u32, marks: Marks) -> Row {
        let mut key = [0; 16];
        key[15] = number;
        Row { key, stamp: Stamp { n: i64::from(version), at: 0, version }, marks }
    }

    fn shown() -> Marks {
        Marks { shown: true, ..Marks::default() }
    }

    #[test]
    fn rows_stand_in_the_order_of_ids_however_they_come() {
        let mut table = Table::new(vec![row(9, 1, shown()), row(3, 1, shown())]);
        table.put(vec![row(5, 1, shown()), row(5, 2, shown()), row(3, 7, shown()), row(12, 1, shown())]);
        let rows: Vec<(u8, u32)> = (0..table.len()).map(|at| (table.keys[at][15], table.stamp(at).version)).collect();
        assert_eq!(rows, [(3, 7), (5, 2), (9, 1), (12, 1)]);
        assert_eq!(table.find(&table.id(2)), Some(2));
        assert_eq!(table.after(&table.id(1)), 2);
    }

    #[test]
    fn a_filter_takes_what_has_all_it_asks() {
        let marks = Marks {
            located: area_bit("ID"),
            serves: area_bit("US"),
            kinds: Kind::Hospital.bit(),
            features: 0b101,
            listed: true,
            ..shown()
        };
        let takes = |filter: Filter| filter.takes(&marks);
        assert!(takes(Filter::default()) && takes(Filter::default().areas(&["OH", "ID"]).kinds(&[Kind::Hospital])));
        assert!(takes(Filter::default().areas(&["US"])) && takes(Filter { features: 0b100, ..Filter::default() }));
        assert!(!takes(Filter::default().areas(&["OH"])) && !takes(Filter::default().kinds(&[Kind::Clinic])));
        assert!(!takes(Filter { features: 0b110, ..Filter::default() }), "all of them are asked for");
        assert!(!takes(Filter { listed: Some(false), ..Filter::default() }));
        let gone = Marks { status: Status::Merged, ..marks };
        assert!(!Filter::default().takes(&gone) && Filter { gone: true, ..Filter::default() }.takes(&gone));
        assert!(!Filter { gone: true, ..Filter::default() }.takes(&Marks { shown: false, ..marks }));
    }

    #[test]
    fn every_area_has_a_bit_of_its_own() {
        let mut seen = 0;
        for code in STATES.iter().map(|(code, _)| *code).chain(["US"]) {
            let bit = area_bit(code);
            assert_eq!((bit.count_ones(), seen & bit), (1, 0), "{code}");
            seen |= bit;
        }
        assert_eq!(area_bit("XX"), 0);
    }
}
