//! The columns that a search by field needs, in step with the log.
//!
//! Organizations are kept in segments that never change; a change makes a small one and marks who has gone from the others,
//! and small ones become one before they are many. Who searches holds the columns he began with.

use std::{collections::HashMap, sync::Arc};

use super::{Bits, Key, endpoints::Endpoints, facts::Facts, segment::Segment};

/// A segment becomes one with the one before it unless that is so many times larger.
const GROWTH: usize = 4;

/// A segment, and who of it is still as it says.
#[derive(Debug, Clone)]
pub struct Part {
    /// What it says.
    pub segment: Arc<Segment>,
    /// The rows that are still so.
    pub alive: Arc<Bits>,
    /// All of them are.
    pub whole: bool,
}

impl Part {
    fn new(facts: Vec<Facts>) -> Self {
        let segment = Segment::new(facts);
        let alive = Arc::new(Bits::all(segment.len()));
        Self { segment: Arc::new(segment), alive, whole: true }
    }

    /// Where an organization stands, if it is still so.
    pub fn find(&self, key: &Key) -> Option<usize> {
        self.segment.find(key).filter(|row| self.alive.has(*row))
    }
}

/// See the module.
#[derive(Debug, Clone, Default)]
pub struct Columns {
    /// The segments, the oldest and largest first.
    pub parts: Vec<Part>,
    /// The endpoints of all of them.
    pub endpoints: Arc<Endpoints>,
}

impl Columns {
    /// Of these organizations, each once.
    pub fn new(all: Vec<Facts>) -> Self {
        let parts = vec![Part::new(all)];
        let endpoints = Arc::new(Endpoints::of(&parts));
        Self { parts, endpoints }
    }

    /// With these changes, the last one of an id last; without facts it is not shown any more.
    #[must_use]
    pub fn with(&self, changes: Vec<(Key, Option<Facts>)>) -> Self {
        let changes: HashMap<Key, Option<Facts>> = changes.into_iter().collect();
        if changes.is_empty() {
            return self.clone();
        }
        let mut parts = self.parts.clone();
        let mut claimed = changes.values().flatten().any(|facts| !facts.endpoints.is_empty());
        for part in &mut parts {
            let gone: Vec<usize> = changes.keys().filter_map(|key| part.find(key)).collect();
            claimed |= gone.iter().any(|row| !part.segment.claims_of(*row).is_empty());
            if !gone.is_empty() {
                let alive = Arc::make_mut(&mut part.alive);
                for row in gone {
                    alive.clear(row);
                }
                part.whole = false;
            }
        }
        parts.push(Part::new(changes.into_values().flatten().collect()));
        while let [.., before, last] = parts.as_slice() {
            let (before, last) = (before.alive.count(), last.alive.count());
            if last > 0 && before > last * GROWTH {
                break;
            }
            let pair = parts.split_off(parts.len() - 2);
            parts.push(one(&pair));
        }
        // Whose word is taken, and when it was last changed, may be another now.
        let endpoints = if claimed { Arc::new(Endpoints::of(&parts)) } else { self.endpoints.clone() };
        Self { parts, endpoints }
    }

    /// Where an organization stands: in which part, and its row there.
    pub fn find(&self, key: &Key) -> Option<(usize, usize)> {
        self.parts.iter().enumerate().rev().find_map(|(number, part)| Some((number, part.find(key)?)))
    }

    /// How many organizations are shown.
    pub fn shown(&self) -> usize {
        self.parts.iter().map(|part| part.alive.count()).sum()
    }

    /// The bytes they take.
    pub fn size(&self) -> usize {
        self.parts.iter().map(|part| part.segment.size() + part.alive.size()).sum::<usize>() + self.endpoints.size()
    }
}

/// One part of what is left of these.
fn one(parts: &[Part]) -> Part {
    let left = |part: &Part| -> Vec<Facts> {
        part.segment.facts().enumerate().filter(|(row, _)| part.alive.has(*row)).map(|(_, facts)| facts).collect()
    };
    Part::new(parts.iter().flat_map(left).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::register::{
        facts::{EndpointFacts, Number, PlaceFacts, PortalFacts},
        texts::Text,
    };

    fn key(number: u8) -> Key {
        let mut key = [0; 16];
        key[15] = number;
        key
    }

    fn facts(number: u8, name: &str, endpoints: &[(u8, bool)]) -> Facts {
        Facts {
            key: key(number),
            at: i64::from(number),
            active: number.is_multiple_of(2),
            kinds: 1 << (number % 17),
            parent: (number > 3).then(|| key(number / 2)),
            names: vec![Text::new(name), Text::new("An Alias")],
            numbers: vec![Number { value: u64::from(number), system: 1 }],
            places: (0..number % 3)
                .map(|at| PlaceFacts {
                    key: key(at),
                    name: (at == 1).then(|| Text::new("Annex")),
                    lines: vec![Text::new("1 Main St"); usize::from(at)],
                    city: Some(Text::new("Boise")),
                    state: (at == 0).then(|| Text::new("ID")),
                    zip: Some(Text::new("83702")),
                })
                .collect(),
            endpoints: endpoints
                .iter()
                .map(|(endpoint, through)| EndpointFacts {
                    key: key(*endpoint),
                    through: *through,
                    address: Text::verbatim(&format!("https://fhir.example.org/{endpoint}")),
                    name: Some(Text::new(name)),
                })
                .collect(),
            portals: vec![PortalFacts {
                key: key(number % 5),
                through: false,
                name: Some(Text::new("MyChart")),
                endpoints: endpoints.iter().map(|(endpoint, _)| key(*endpoint)).collect(),
            }],
        }
    }

    #[test]
    fn a_segment_gives_back_what_it_was_made_of() {
        let all: Vec<Facts> = (0..9).map(|number| facts(number, &format!("Name {number}"), &[(1, false)])).collect();
        assert_eq!(Segment::new(all.iter().rev().cloned().collect()).facts().collect::<Vec<_>>(), all);
    }

    #[test]
    fn the_home_of_an_endpoint_owns_it_and_has_the_lowest_id() {
        let columns = Columns::new(vec![
            facts(1, "Through", &[(7, true), (8, true)]),
            facts(2, "Home", &[(7, false)]),
            facts(3, "Other", &[(7, false)]),
        ]);
        let home = |columns: &Columns, endpoint| {
            let home = columns.endpoints.homes[columns.endpoints.find(&key(endpoint)).unwrap()];
            (home.organization, home.owners)
        };
        assert_eq!(home(&columns, 7), (key(2), 2));
        assert_eq!(home(&columns, 8), (key(1), 0));
        assert_eq!(columns.endpoints.owners_of(0).copied().collect::<Vec<_>>(), [key(1), key(2), key(3)]);
        let columns = columns.with(vec![(key(2), None)]);
        assert_eq!(home(&columns, 7), (key(3), 1));
        let columns = columns.with(vec![(key(3), None), (key(1), None)]);
        assert!(columns.endpoints.keys.is_empty() && columns.shown() == 0);
    }

    proptest! {
        #[test]
        fn changes_lead_where_reading_anew_leads(steps in prop::collection::vec(
            prop::collection::vec((0_u8..40, prop::option::of((0_u8..4, any::<bool>()))), 0..6), 0..30,
        )) {
            let mut columns = Columns::default();
            let mut standing = std::collections::BTreeMap::new();
            for step in steps {
                let change = |(number, what): (u8, Option<(u8, bool)>)| {
                    let now = what.map(|it| facts(number, &format!("N{}", it.0), &[it]));
                    (key(number), now)
                };
                let changes: Vec<_> = step.into_iter().map(change).collect();
                for (key, now) in &changes {
                    match now {
                        Some(facts) => standing.insert(*key, facts.clone()),
                        None => standing.remove(key),
                    };
                }
                columns = columns.with(changes);
            }
            let whole = one(&columns.parts);
            prop_assert_eq!(whole.segment.facts().collect::<Vec<_>>(), standing.values().cloned().collect::<Vec<_>>());
            prop_assert!(columns.parts.len() <= 4, "{} parts", columns.parts.len());
            let anew = Columns::new(standing.into_values().collect());
            prop_assert_eq!(&columns.endpoints.keys, &anew.endpoints.keys);
            prop_assert_eq!(&columns.endpoints.homes, &anew.endpoints.homes);
            prop_assert_eq!(&columns.endpoints.owners, &anew.endpoints.owners);
        }
    }
}
