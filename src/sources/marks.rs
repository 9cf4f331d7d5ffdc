//! What tells rows of one file apart: keys made from content, marks only one organization has, rows said twice.
//!
//! What holds: a key depends on what the row says, never on where it stands; the tables keep 16 bytes a row.

use std::{
    collections::{HashMap, hash_map::Entry},
    hash::{DefaultHasher, Hash, Hasher},
};

use sha2::{Digest, Sha256};

use super::{Outcome, Problem, Row};
use crate::model::{
    listing::{Body, hex},
    place::Place,
};

/// A key from what a row says, for rows that carry no id of their own: 128 bits of SHA-256 in hex.
pub fn digest(parts: &[&str]) -> String {
    let mut sha = Sha256::new();
    for part in parts {
        sha.update(part.as_bytes());
        // A byte that no text contains keeps ("ab","c") and ("a","bc") apart.
        sha.update([0xff]);
    }
    hex(&sha.finalize()[..16])
}

fn short(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// Which marks (an NPI, an address) belong to one owner of the file alone.
#[derive(Debug, Default)]
pub struct Owners {
    /// Mark -> its only owner, or nothing when there are several.
    owners: HashMap<u64, Option<u64>>,
}

impl Owners {
    /// Takes note that this owner has this mark.
    pub fn add(&mut self, mark: &str, owner: &str) {
        let owner = short(&owner);
        self.owners
            .entry(short(&mark))
            .and_modify(|known| *known = known.filter(|known| *known == owner))
            .or_insert(Some(owner));
    }

    /// Has one owner alone this mark?
    pub fn only_one(&self, mark: &str) -> bool {
        self.owners.get(&short(&mark)).is_some_and(Option::is_some)
    }
}

/// The rows seen so far: the same listing said twice is ignored, two different ones under one key are kept apart.
#[derive(Debug, Default)]
pub struct Seen {
    /// Key -> what the first row under it was about.
    rows: HashMap<u64, u64>,
}

impl Seen {
    /// Makes the key of a listing the only one of its kind in the file. The rule for collisions: the first row keeps
    /// the key, the next one carries a mark of its name, places and portals behind it.
    pub fn check(&mut self, mut row: Row) -> Row {
        let Outcome::Listing(listing) = &mut row.outcome else {
            return row;
        };
        let identity = identity(&listing.body);
        match self.is_first(&listing.body, &listing.key, &identity) {
            Some(true) => return row,
            Some(false) => {}
            None => {
                let apart = format!("{}~{}", listing.key, &identity[..8]);
                if self.is_first(&listing.body, &apart, &identity) == Some(true) {
                    listing.key = apart;
                    return row;
                }
            }
        }
        row.outcome = Outcome::Ignored(Problem::new("", "duplicate_row", "an earlier row of the file says the same"));
        row
    }

    /// `Some(true)`: nothing stood under this key yet, and now this does. `Some(false)`: this stands there already.
    /// `None`: something else stands there.
    fn is_first(&mut self, body: &Body, key: &str, identity: &str) -> Option<bool> {
        let identity = short(&identity);
        match self.rows.entry(short(&(body.subject(), key))) {
            Entry::Vacant(place) => {
                place.insert(identity);
                Some(true)
            }
            Entry::Occupied(first) => (*first.get() == identity).then_some(false),
        }
    }
}

/// What a listing is about, apart from its details.
fn identity(body: &Body) -> String {
    match body {
        Body::Organization(facts) => {
            let places: Vec<String> = facts.places.iter().map(Place::key).collect();
            let doors: Vec<String> = facts.portals.iter().map(|p| p.at.door.key()).collect();
            digest(&[&facts.name, &places.join("\n"), &doors.join("\n")])
        }
        Body::App(facts) => digest(&[&facts.name, facts.publisher.as_deref().unwrap_or_default()]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::listing::{Listing, OrganizationFacts};

    fn row(key: &str, name: &str, state: &str) -> Row {
        let body = Body::Organization(Box::new(OrganizationFacts {
            name: name.to_owned(),
            places: Place::new(&[], "", state, "").into_iter().collect(),
            ..OrganizationFacts::default()
        }));
        Row {
            number: 1,
            outcome: Outcome::Listing(Box::new(Listing { key: key.to_owned(), group: None, strong: Vec::new(), body })),
            notes: Vec::new(),
        }
    }

    fn key(row: &Row) -> Option<&str> {
        match &row.outcome {
            Outcome::Listing(listing) => Some(&listing.key),
            _ => None,
        }
    }

    #[test]
    fn two_hospitals_of_one_name_and_key_stay_two() {
        let mut seen = Seen::default();
        let first = seen.check(row("st-joseph", "St. Joseph's Hospital", "MN"));
        let second = seen.check(row("st-joseph", "St. Joseph's Hospital", "TX"));
        assert_eq!(key(&first), Some("st-joseph"));
        assert!(key(&second).is_some_and(|key| key.starts_with("st-joseph~")), "{second:?}");
        for again in [first, second] {
            let mut again = again;
            if let Outcome::Listing(listing) = &mut again.outcome {
                listing.key = "st-joseph".to_owned();
            }
            let code = match seen.check(again).outcome {
                Outcome::Ignored(problem) => problem.code,
                other => panic!("{other:?}"),
            };
            assert_eq!(code, "duplicate_row");
        }
    }

    #[test]
    fn a_mark_of_two_owners_marks_nobody() {
        let mut owners = Owners::default();
        owners.add("npi:1", "a");
        owners.add("npi:1", "a");
        owners.add("npi:2", "a");
        owners.add("npi:2", "b");
        owners.add("npi:2", "a");
        assert!(owners.only_one("npi:1"));
        assert!(!owners.only_one("npi:2"));
        assert!(!owners.only_one("npi:3"));
    }

    #[test]
    fn parts_of_a_key_do_not_run_together() {
        assert_ne!(digest(&["ab", "c"]), digest(&["a", "bc"]));
        assert_eq!(digest(&["a"]).len(), 32);
    }
}
