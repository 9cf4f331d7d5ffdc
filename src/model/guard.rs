//! When a load waits for a person: rules on what moved since the last load a person accepted.
//!
//! Flows in: the marks (hashes of keys and bodies) and the shape of two loads. Flows out: the reasons to wait, none
//! when there is nothing to say. Pure: no store, no clock.

use std::{cmp::Ordering, collections::BTreeMap};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::listing::{AppFacts, Body, OrganizationFacts};

/// The share of rows that may move before a load waits.
pub const MOVED_SHARE: f64 = 0.2;
/// Fewer moved rows than this are looked at by nobody, whatever their share.
pub const LEAST_ROWS: u64 = 3;
/// A field that at least this share of rows used, and that none uses now, is a column that went.
pub const FIELD_SHARE: f64 = 0.05;
/// Additions of fewer new rows than this never wait for being many.
pub const LEAST_ADDED: u64 = 1_000;
/// Additions must be long enough to miss a field: this many rows of them would be expected to use it.
const EXPECTED_USES: f64 = 10.0;
/// The share of doors of a load that may change their domain before the whole load waits.
pub const DOOR_SHARE: f64 = 0.005;
/// How many rows of each kind a diff shows.
pub const EXAMPLES: usize = 50;

/// A row as far as it must be told from others: hashes of its key and of its body.
pub type Mark = (u64, u64);

/// The first 64 bits of SHA-256 of a key.
pub fn key_mark(key: &str) -> u64 {
    short(&Sha256::digest(key))
}

/// The first 64 bits of the hash of a body, without the keys of other rows in it: publishers renumber their rows,
/// and a row whose neighbour has a new number says nothing new. `json` is the body as it is stored, `hash` its
/// SHA-256 in hex.
pub fn body_mark(json: &str, hash: &str) -> u64 {
    // Quotes within texts are escaped in JSON: these can only be names of fields.
    const KEYS: [&str; 2] = ["\"part_of\":\"", "\"through\":\""];
    if KEYS.iter().all(|key| !json.contains(key)) {
        return hash.get(..16).and_then(|hex| u64::from_str_radix(hex, 16).ok()).unwrap_or_default();
    }
    let mut digest = Sha256::new();
    let mut rest = json;
    while let Some(at) = KEYS.iter().filter_map(|key| rest.find(key).map(|at| at + key.len())).min() {
        digest.update(&rest[..at]);
        rest = &rest[at..];
        rest = &rest[end_of_text(rest)..];
    }
    digest.update(rest);
    short(&digest.finalize())
}

/// Where the closing quote of a JSON text stands, from within it.
fn end_of_text(rest: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in rest.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at,
            _ => {}
        }
    }
    rest.len()
}

fn short(digest: &[u8]) -> u64 {
    digest.iter().take(8).fold(0, |all, byte| all << 8 | u64::from(*byte))
}

/// How many rows and doors a load has, and how many rows use each field.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Shape {
    /// Rows.
    pub rows: u64,
    /// Doors of any role.
    pub doors: u64,
    /// Rows by the field they use; `portals/sign_up` is a field of at least one of the row's portals.
    pub fields: BTreeMap<String, u64>,
}

impl Shape {
    /// Counts one row.
    pub fn count(&mut self, body: &Body) {
        self.rows += 1;
        self.doors += doors(body);
        match body {
            Body::Organization(facts) => self.add(&organization_fields(facts)),
            Body::App(facts) => self.add(&app_fields(facts)),
        }
    }

    fn add(&mut self, fields: &[(&str, bool)]) {
        for (field, _) in fields.iter().filter(|(_, used)| *used) {
            match self.fields.get_mut(*field) {
                Some(count) => *count += 1,
                None => _ = self.fields.insert((*field).to_owned(), 1),
            }
        }
    }
}

/// How many doors a listing gives.
pub fn doors(body: &Body) -> u64 {
    match body {
        Body::Organization(f) => {
            let sign_ups = f.portals.iter().filter(|portal| portal.sign_up.is_some()).count();
            (f.portals.len() + sign_ups + f.endpoints.len() + usize::from(f.website.is_some())) as u64
        }
        Body::App(f) => {
            let all = [&f.website, &f.privacy_policy, &f.app_store, &f.google_play];
            all.into_iter().filter(|door| door.is_some()).count() as u64
        }
    }
}

fn organization_fields(facts: &OrganizationFacts) -> [(&'static str, bool); 21] {
    let places = &facts.places;
    [
        ("aliases", !facts.aliases.is_empty()),
        ("kinds", !facts.kinds.is_empty()),
        ("status", facts.status.is_some()),
        ("description", facts.description.is_some()),
        ("website", facts.website.is_some()),
        ("phone", facts.phone.is_some()),
        ("identifiers", !facts.identifiers.is_empty()),
        ("places", !places.is_empty()),
        ("places/zip", places.iter().any(|place| place.zip.is_some())),
        ("areas", !facts.areas.is_empty()),
        ("portals", !facts.portals.is_empty()),
        ("portals/sign_up", facts.portals.iter().any(|portal| portal.sign_up.is_some())),
        ("portals/endpoints", facts.portals.iter().any(|portal| !portal.endpoints.is_empty())),
        ("endpoints", !facts.endpoints.is_empty()),
        ("endpoints/fhir_versions", facts.endpoints.iter().any(|endpoint| !endpoint.fhir_versions.is_empty())),
        ("part_of", facts.part_of.is_some()),
        ("features", !facts.features.is_empty()),
        ("how_to_ask", facts.how_to_ask.is_some()),
        ("logos", !facts.logos.is_empty()),
        ("old_slugs", !facts.old_slugs.is_empty()),
        ("fixed_id", facts.fixed_id.is_some()),
    ]
}

fn app_fields(facts: &AppFacts) -> [(&'static str, bool); 8] {
    [
        ("app/publisher", facts.publisher.is_some()),
        ("app/description", facts.description.is_some()),
        ("app/ingests", !facts.ingests.is_empty()),
        ("app/platforms", !facts.platforms.is_empty()),
        ("app/website", facts.website.is_some()),
        ("app/privacy_policy", facts.privacy_policy.is_some()),
        ("app/app_store", facts.app_store.is_some()),
        ("app/google_play", facts.google_play.is_some()),
    ]
}

/// What moved between two loads.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Moves {
    /// Rows with a new key and a body that was not there.
    pub added: u64,
    /// Rows whose key and body are gone.
    pub removed: u64,
    /// Rows that say something else now.
    pub changed: u64,
    /// Rows with a new key and the body of a row that went: they have not moved.
    pub renumbered: u64,
    /// Keys of some of the rows, by what happened to them.
    pub examples: Examples,
    /// Keys of all rows that say something else now.
    pub changed_keys: Vec<u64>,
}

/// Key marks of some rows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Examples {
    /// Added ones.
    pub added: Vec<u64>,
    /// Removed ones.
    pub removed: Vec<u64>,
    /// Changed ones.
    pub changed: Vec<u64>,
}

impl Moves {
    /// Rows that moved.
    pub fn moved(&self) -> u64 {
        self.added + self.removed + self.changed
    }

    /// Compares two loads; both in the order of keys, each key once.
    pub fn between(before: impl IntoIterator<Item = Mark>, now: impl IntoIterator<Item = Mark>) -> Self {
        let mut moves = Self::default();
        let (mut before, mut now) = (before.into_iter().peekable(), now.into_iter().peekable());
        // By body first: a row that only changed its key is paired with the one it was.
        let (mut gone, mut come): (Vec<Mark>, Vec<Mark>) = (Vec::new(), Vec::new());
        loop {
            match (before.peek().copied(), now.peek().copied()) {
                (None, None) => break,
                (Some(old), Some(new)) if old.0 == new.0 => {
                    if old.1 != new.1 {
                        moves.changed += 1;
                        moves.changed_keys.push(new.0);
                        show(&mut moves.examples.changed, new.0);
                    }
                    before.next();
                    now.next();
                }
                (Some(old), new) if new.is_none_or(|new| old.0 < new.0) => {
                    gone.push((old.1, old.0));
                    before.next();
                }
                (_, Some(new)) => {
                    come.push((new.1, new.0));
                    now.next();
                }
                (Some(_), None) => unreachable!("an old row before no new one is gone"),
            }
        }
        moves.pair(gone, come);
        moves
    }

    /// Rows that went and rows that came, by body: those that meet have only a new key.
    fn pair(&mut self, mut gone: Vec<Mark>, mut come: Vec<Mark>) {
        gone.sort_unstable();
        come.sort_unstable();
        let (mut gone, mut come) = (gone.into_iter().peekable(), come.into_iter().peekable());
        while let (Some(old), Some(new)) = (gone.peek().copied(), come.peek().copied()) {
            match old.0.cmp(&new.0) {
                Ordering::Equal => {
                    self.renumbered += 1;
                    gone.next();
                    come.next();
                }
                Ordering::Less => {
                    self.removed += 1;
                    show(&mut self.examples.removed, old.1);
                    gone.next();
                }
                Ordering::Greater => {
                    self.added += 1;
                    show(&mut self.examples.added, new.1);
                    come.next();
                }
            }
        }
        for (_, key) in gone {
            self.removed += 1;
            show(&mut self.examples.removed, key);
        }
        for (_, key) in come {
            self.added += 1;
            show(&mut self.examples.added, key);
        }
    }
}

fn show(examples: &mut Vec<u64>, key: u64) {
    if examples.len() < EXAMPLES {
        examples.push(key);
    }
}

/// Why a load waits for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Reason {
    /// Too many rows are new, gone or different.
    Rows {
        /// How many.
        moved: u64,
        /// Of how many that were there.
        of: u64,
    },
    /// Additions that would more than double their source.
    Added {
        /// New rows.
        new: u64,
        /// Rows that the source or its accepted load has.
        of: u64,
    },
    /// A field that many rows had is in none.
    Field {
        /// Its name.
        field: String,
        /// Rows that used it.
        used: u64,
        /// Of how many.
        of: u64,
    },
    /// Too many doors lead to another domain.
    Doors {
        /// How many.
        moved: u64,
        /// Of how many.
        of: u64,
    },
    /// The same files were taken in before, and a person undid that or refused them.
    Undone {
        /// The load that was undone or refused.
        load: i64,
    },
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Rows { moved, of } => {
                write!(f, "{moved} rows are new, gone or different, of {of} that were accepted (more than 20 %)")
            }
            Self::Added { new, of } => {
                write!(f, "{new} rows are new where there were {of}: additions that more than double their source")
            }
            Self::Field { field, used, of } => {
                write!(f, "no row has {field} any more; {used} of {of} had it")
            }
            Self::Doors { moved, of } => {
                write!(f, "{moved} of its {of} doors would change their domain (more than 0.5 %)")
            }
            Self::Undone { load } => {
                write!(f, "a person undid or refused these same files before (load {load})")
            }
        }
    }
}

/// Do so many rows make a load wait?
pub fn rows(moved: u64, of: u64) -> Option<Reason> {
    let too_many = moved >= LEAST_ROWS && moved as f64 > of as f64 * MOVED_SHARE;
    too_many.then_some(Reason::Rows { moved, of })
}

/// Do so many new rows make additions wait? `of` are the rows of their source, or of its accepted load when those are more.
pub fn added(new: u64, of: u64) -> Option<Reason> {
    (new >= LEAST_ADDED && new > of).then_some(Reason::Added { new, of })
}

/// Fields that many rows of the accepted load used and none of this one. `all` says that the load is a whole list;
/// additions must be long enough that the field would be expected in them.
pub fn fields(accepted: &Shape, now: &Shape, all: bool) -> Vec<Reason> {
    let gone = accepted.fields.iter().filter(|(field, used)| {
        let share = **used as f64 / accepted.rows.max(1) as f64;
        let expected = share * now.rows as f64;
        **used >= LEAST_ROWS
            && share >= FIELD_SHARE
            && !now.fields.contains_key(*field)
            && now.rows > 0
            && (all || expected >= EXPECTED_USES)
    });
    gone.map(|(field, used)| Reason::Field { field: field.clone(), used: *used, of: accepted.rows }).collect()
}

/// Do so many doors that would change their domain make a load wait?
pub fn doors_moved(moved: u64, of: u64) -> Option<Reason> {
    let limit = (of as f64 * DOOR_SHARE).floor() as u64;
    (moved > limit).then_some(Reason::Doors { moved, of })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn between(before: &[Mark], now: &[Mark]) -> (u64, u64, u64, u64) {
        let moves = Moves::between(before.iter().copied(), now.iter().copied());
        (moves.added, moves.removed, moves.changed, moves.renumbered)
    }

    #[test]
    fn rows_are_told_by_key_and_body() {
        let before = [(1, 10), (2, 20), (3, 30), (4, 40)];
        for (now, expected, what) in [
            (&before[..], (0, 0, 0, 0), "nothing moved"),
            (&[(1, 11), (2, 20), (3, 30), (4, 40)], (0, 0, 1, 0), "one says something else"),
            (&[(1, 10), (2, 20), (3, 30)], (0, 1, 0, 0), "one is gone"),
            (&[(1, 10), (2, 20), (3, 30), (4, 40), (5, 50)], (1, 0, 0, 0), "one is new"),
            (&[(5, 10), (6, 20), (7, 30), (8, 40)], (0, 0, 0, 4), "all have new numbers"),
            (&[(5, 10), (6, 21), (7, 30), (8, 40)], (1, 1, 0, 3), "and one of them changed"),
            (&[(1, 10), (2, 20), (3, 30), (4, 40), (9, 40)], (1, 0, 0, 0), "a copy is a new row"),
            (&[], (0, 4, 0, 0), "all gone"),
        ] {
            assert_eq!(between(&before, now), expected, "{what}");
        }
        assert_eq!(between(&[], &before), (4, 0, 0, 0));
    }

    #[test]
    fn examples_are_few() {
        let now: Vec<Mark> = (0..200).map(|n| (n, n)).collect();
        let moves = Moves::between([], now);
        assert_eq!((moves.added, moves.examples.added.len()), (200, EXAMPLES));
    }

    #[test]
    fn more_than_a_fifth_waits_and_two_rows_never_do() {
        for (moved, of, waits) in
            [(20, 100, false), (21, 100, true), (2, 2, false), (3, 3, true), (2, 0, false), (3, 0, true)]
        {
            assert_eq!(rows(moved, of).is_some(), waits, "{moved} of {of}");
        }
    }

    #[test]
    fn additions_that_double_their_source_wait() {
        for (new, of, waits) in [
            (999, 1, false),
            (1_000, 999, true),
            (1_000, 1_000, false),
            (5_000, 6_000, false),
            (1_000_000, 6_000, true),
        ] {
            assert_eq!(added(new, of).is_some(), waits, "{new} of {of}");
        }
    }

    #[test]
    fn a_column_that_went_is_seen() {
        let shape = |rows, fields: &[(&str, u64)]| Shape {
            rows,
            doors: 0,
            fields: fields.iter().map(|(field, used)| ((*field).to_owned(), *used)).collect(),
        };
        let accepted = shape(100, &[("phone", 90), ("portals", 5), ("website", 4)]);
        let gone = |now: &Shape, all| {
            fields(&accepted, now, all)
                .into_iter()
                .map(|reason| match reason {
                    Reason::Field { field, .. } => field,
                    other => panic!("{other}"),
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(gone(&shape(100, &[("phone", 1), ("portals", 1)]), true), [""; 0], "rare fields may go");
        assert_eq!(gone(&shape(100, &[("portals", 5)]), true), ["phone"]);
        assert_eq!(gone(&shape(100, &[("phone", 90)]), true), ["portals"]);
        assert_eq!(gone(&shape(11, &[("portals", 5)]), false), [""; 0], "eleven additions may lack it by chance");
        assert_eq!(gone(&shape(12, &[("portals", 5)]), false), ["phone"]);
        assert_eq!(gone(&shape(0, &[]), true), [""; 0], "an empty load says nothing");
    }

    #[test]
    fn one_door_in_two_hundred_may_move() {
        for (moved, of, waits) in [(1, 200, false), (2, 200, true), (1, 199, true), (0, 0, false)] {
            assert_eq!(doors_moved(moved, of).is_some(), waits, "{moved} of {of}");
        }
    }

    #[test]
    fn keys_of_other_rows_are_no_part_of_a_body() {
        let mark = |json: &str| body_mark(json, &super::super::listing::hex(&Sha256::digest(json)));
        let body = |parent: &str, name: &str| format!(r#"{{"name":"{name}","part_of":"{parent}","areas":["TX"]}}"#);
        assert_eq!(mark(&body("urn:uuid:1", "A")), mark(&body("urn:uuid:2 \\\" }", "A")));
        assert_ne!(mark(&body("urn:uuid:1", "A")), mark(&body("urn:uuid:1", "B")));
        let told = r#"{"name":"says \"part_of\":\"x\" and more"}"#;
        assert_ne!(mark(told), mark(&told.replace("more", "less")));
        assert_ne!(mark(r#"{"name":"A"}"#), mark(r#"{"name":"B"}"#));
    }
}
