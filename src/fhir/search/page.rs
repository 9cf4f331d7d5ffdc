//! One page of what was found: in order, after a cursor.

use std::collections::BinaryHeap;

use super::{
    cursor::{Cursor, Place, Sorted},
    evaluate::distances,
    look::{Look, Set, Spot},
    query::{KEYS, Key as SortKey, Query},
    values::Value,
};
use crate::{
    r4::ResourceType,
    register::{Key, Texts},
};

/// A key of no row.
const NONE: Key = [0; 16];

/// One resource, by the ids of which it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Item {
    pub kind: ResourceType,
    /// The organization in whose document it is; for an endpoint its home.
    pub organization: Key,
    /// Its own id: that of the organization, place, portal or endpoint.
    pub own: Key,
}

/// A page.
#[derive(Debug)]
pub(super) struct Page {
    pub items: Vec<Item>,
    /// Where the next one begins, if there is one.
    pub next: Option<Cursor>,
}

/// A result on its way into a page.
struct Candidate {
    values: Vec<Sorted>,
    place: Place,
    spot: Spot,
}

impl Look<'_> {
    /// The resource at a spot.
    pub fn item(&self, kind: ResourceType, spot: Spot) -> Item {
        if kind == ResourceType::Endpoint {
            let endpoints = &self.columns.endpoints;
            return Item { kind, organization: endpoints.homes[spot.row].organization, own: endpoints.keys[spot.row] };
        }
        let segment = &self.part(spot.part).segment;
        let organization = segment.keys[self.organization_of(kind, spot)];
        let own = match kind {
            ResourceType::Location => segment.places[spot.row].0,
            ResourceType::HealthcareService => segment.offers[spot.row].portal,
            _ => organization,
        };
        Item { kind, organization, own }
    }

    /// Where a resource stands when nothing is sorted by: rows of a part are in this order.
    fn place(&self, kind: ResourceType, spot: Spot) -> Place {
        let item = self.item(kind, spot);
        match kind {
            ResourceType::Endpoint => (item.own, NONE),
            ResourceType::Organization | ResourceType::OrganizationAffiliation => (item.organization, NONE),
            ResourceType::Location | ResourceType::HealthcareService => (item.organization, item.own),
        }
    }

    /// The page of a search after its cursor.
    pub fn page(&self, query: &Query, found: &Set, after: Option<&Cursor>) -> Page {
        let mark = query.mark(self.view);
        let mut all: Vec<Candidate> = Vec::new();
        for part in 0..found.bits.len() {
            if query.sort.is_empty() {
                self.in_order(found, part, query.count + 1, after, &mut all);
            } else {
                self.sorted(query, found, part, after, &mut all);
            }
        }
        all.sort_by(|a, b| {
            let pairs = a.values.iter().zip(&b.values).zip(&query.sort);
            let by_value = pairs.map(|((a, b), key)| a.compare(b, key.down)).find(|order| order.is_ne());
            by_value.unwrap_or_else(|| a.place.cmp(&b.place))
        });
        let more = all.len() > query.count;
        all.truncate(query.count);
        let last = all.last().filter(|_| more);
        let next = last.map(|last| Cursor { mark, values: last.values.clone(), place: last.place });
        Page { items: all.iter().map(|candidate| self.item(found.kind, candidate.spot)).collect(), next }
    }

    /// The first of a part in the order in which they stand.
    fn in_order(&self, found: &Set, part: usize, many: usize, after: Option<&Cursor>, all: &mut Vec<Candidate>) {
        let kind = found.kind;
        let from = after.map_or(0, |after| {
            let (mut low, mut high) = (0, found.bits[part].len());
            while low < high {
                let row = usize::midpoint(low, high);
                if self.place(kind, Spot { part, row }) <= after.place {
                    low = row + 1;
                } else {
                    high = row;
                }
            }
            low
        });
        all.extend(found.bits[part].from(from).take(many).map(|row| {
            let spot = Spot { part, row };
            Candidate { values: Vec::new(), place: self.place(kind, spot), spot }
        }));
    }

    /// The first of a part in the order that is asked for.
    fn sorted(&self, query: &Query, found: &Set, part: usize, after: Option<&Cursor>, all: &mut Vec<Candidate>) {
        if found.bits[part].is_empty() {
            return;
        }
        let keys: Vec<Ranks<'_>> = query.sort.iter().map(|key| self.ranks(query, *key, part)).collect();
        let after = after.map(|after| {
            let mut bounds = [0; KEYS];
            for ((bound, key), value) in bounds.iter_mut().zip(&keys).zip(&after.values) {
                *bound = key.bound(value);
            }
            (bounds, after.place)
        });
        let many = query.count + 1;
        let mut first: BinaryHeap<([u128; KEYS], Place, usize)> = BinaryHeap::with_capacity(many + 1);
        for row in found.bits[part].rows() {
            let rank = keys[0].rank(row);
            if first.len() == many && first.peek().is_some_and(|(worst, ..)| rank > worst[0]) {
                continue;
            }
            let mut ranks = [0; KEYS];
            for (rank, key) in ranks.iter_mut().zip(&keys) {
                *rank = key.rank(row);
            }
            let place = self.place(found.kind, Spot { part, row });
            if after.as_ref().is_some_and(|last| (ranks, place) <= *last) {
                continue;
            }
            first.push((ranks, place, row));
            if first.len() > many {
                first.pop();
            }
        }
        all.extend(first.into_iter().map(|(_, place, row)| {
            let values = keys.iter().map(|key| key.value(row)).collect();
            Candidate { values, place, spot: Spot { part, row } }
        }));
    }

    /// What a key sorts the rows of a part by.
    fn ranks(&self, query: &Query, key: SortKey, part: usize) -> Ranks<'_> {
        let kind = query.kind;
        let segment = &self.part(part).segment;
        let homes = &self.columns.endpoints.homes;
        let texts = |texts: &'_ Texts| texts.first_ranks(self.rows(kind, part));
        let values = match (key.by, kind) {
            ("_id", _) => {
                Values::Numbers(Box::new(move |row| Some(u128::from_be_bytes(self.item(kind, Spot { part, row }).own))))
            }
            ("_lastUpdated", ResourceType::Endpoint) => {
                Values::Numbers(Box::new(|row| Some(homes[row].at.max(0) as u128)))
            }
            ("_lastUpdated", _) => Values::Numbers(Box::new(move |row| {
                Some(segment.at[self.organization_of(kind, Spot { part, row })].max(0) as u128)
            })),
            ("near", _) => self.nearest(query, part),
            ("address", _) => {
                Values::Texts(&self.columns.endpoints.addresses, texts(&self.columns.endpoints.addresses))
            }
            ("name", _) => {
                let names = match kind {
                    ResourceType::Endpoint => &self.columns.endpoints.names,
                    ResourceType::HealthcareService => &segment.offer_names,
                    _ => &segment.names,
                };
                Values::Texts(names, texts(names))
            }
            (by, _) => {
                let column = match by {
                    "address-city" => &segment.cities,
                    "address-state" => &segment.states,
                    _ => &segment.zips,
                };
                let places = column.first_ranks(segment.places.len());
                let ranks = if kind == ResourceType::Location { places } else { self.best(part, &places, key.down) };
                Values::Texts(column, ranks)
            }
        };
        Ranks { values, down: key.down }
    }

    /// For each organization the rank of that of its places which comes first.
    fn best(&self, part: usize, places: &[u32], down: bool) -> Vec<u32> {
        let segment = &self.part(part).segment;
        let mut best = vec![u32::MAX; segment.len()];
        for ((_, row), rank) in segment.places.iter().zip(places) {
            let known = &mut best[*row as usize];
            let better = if down && *known != u32::MAX { *rank > *known } else { *rank < *known };
            if *rank != u32::MAX && better {
                *known = *rank;
            }
        }
        best
    }

    /// For each place how far it is from the nearest point that was asked for, in millimetres.
    fn nearest(&self, query: &Query, part: usize) -> Values<'_> {
        let part = self.part(part);
        let mut by_zip: Vec<Option<f64>> = vec![None; part.segment.zips.distinct()];
        for value in query.near().unwrap_or_default() {
            let Value::Near(point, km) = value else { continue };
            for (best, distance) in by_zip.iter_mut().zip(distances(part, *point, *km)) {
                *best = match (*best, distance) {
                    (Some(a), Some(b)) => Some(f64::min(a, b)),
                    (a, b) => a.or(b),
                };
            }
        }
        let places = part.segment.zips.first_ranks(part.segment.places.len());
        Values::Numbers(Box::new(move |row| Some((by_zip.get(places[row] as usize).copied().flatten()? * 1e6) as u128)))
    }
}

/// What the rows of a part are sorted by.
enum Values<'a> {
    Numbers(Box<dyn Fn(usize) -> Option<u128> + 'a>),
    /// Ranks among these texts; the greatest number where there is none.
    Texts(&'a Texts, Vec<u32>),
}

struct Ranks<'a> {
    values: Values<'a>,
    down: bool,
}

impl Ranks<'_> {
    /// A number that is lower the earlier a row comes.
    fn rank(&self, row: usize) -> u128 {
        match &self.values {
            Values::Numbers(number) => self.turned(number(row)),
            // Odd numbers, so that there is one between every two texts.
            Values::Texts(_, ranks) => {
                self.turned(Some(ranks[row]).filter(|rank| *rank != u32::MAX).map(|rank| u128::from(rank) * 2 + 1))
            }
        }
    }

    fn turned(&self, rank: Option<u128>) -> u128 {
        match rank {
            None => u128::MAX,
            Some(rank) if self.down => u128::MAX - 1 - rank,
            Some(rank) => rank,
        }
    }

    /// The rank a value of another page has among these rows.
    fn bound(&self, value: &Sorted) -> u128 {
        match (value, &self.values) {
            (Sorted::Text(text), Values::Texts(texts, _)) => {
                let (rank, there) = texts.rank(text);
                self.turned(Some(rank as u128 * 2 + u128::from(there)))
            }
            (Sorted::Number(number), Values::Numbers(_)) => self.turned(Some(*number)),
            _ => u128::MAX,
        }
    }

    /// What a row is sorted by.
    fn value(&self, row: usize) -> Sorted {
        match &self.values {
            Values::Numbers(number) => number(row).map_or(Sorted::Nothing, Sorted::Number),
            Values::Texts(texts, ranks) => match ranks[row] {
                u32::MAX => Sorted::Nothing,
                rank => Sorted::Text(texts.word(rank as usize).to_owned()),
            },
        }
    }
}
