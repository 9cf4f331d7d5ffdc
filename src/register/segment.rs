//! A part of the columns: some organizations with what belongs to them, never changed once it is made.
//!
//! What holds: organizations stand in the order of ids; what belongs to one stands together, in the order of organizations
//! and then of its own ids.

use std::ops::Range;

use super::{
    Bits, Key,
    facts::{EndpointFacts, Facts, Number, PlaceFacts, PortalFacts},
    texts::{Text, Texts},
};
use crate::{
    geo::{self, Point},
    model::kind::Kind,
};

/// An endpoint of an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// Whose.
    pub row: u32,
    /// Its id.
    pub endpoint: Key,
    /// It is the parent's.
    pub through: bool,
}

/// A portal of an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    /// Whose.
    pub row: u32,
    /// Its id.
    pub portal: Key,
    /// It is the parent's.
    pub through: bool,
}

/// See the module.
#[derive(Debug, Default)]
pub struct Segment {
    /// Ids of organizations.
    pub keys: Vec<Key>,
    /// When each was last changed, in microseconds since 1970 UTC.
    pub at: Vec<i64>,
    /// Those that neither moved nor closed.
    pub active: Bits,
    /// Those with a place.
    pub placed: Bits,
    /// Those of each kind, in the order of [`Kind::ALL`].
    pub kinds: Vec<Bits>,
    /// Names of organizations, the main one first.
    pub names: Texts,
    /// Numbers with the organizations that have them, in order.
    pub numbers: Vec<(Number, u32)>,
    /// Organizations that are part of another, in order, and of which.
    pub wholes: Vec<(u32, Key)>,
    /// Where they stand in [`Segment::wholes`], in the order of what they are part of.
    pub parents: Vec<u32>,
    /// Ids of places, and whose each is.
    pub places: Vec<(Key, u32)>,
    /// Where they stand in [`Segment::places`], in the order of their ids.
    pub place_order: Vec<u32>,
    /// Own names of places.
    pub place_names: Texts,
    /// Street lines of places.
    pub lines: Texts,
    /// Cities of places.
    pub cities: Texts,
    /// States of places.
    pub states: Texts,
    /// Organizations with a place in each state, by its rank: few states have a large part of all places.
    pub in_states: Vec<Bits>,
    /// ZIP codes of places.
    pub zips: Texts,
    /// The middle of each ZIP code, by its rank.
    pub middles: Vec<Option<Point>>,
    /// Endpoints of organizations.
    pub claims: Vec<Claim>,
    /// Addresses of [`Segment::claims`].
    pub claim_addresses: Texts,
    /// Names of [`Segment::claims`].
    pub claim_names: Texts,
    /// Portals of organizations.
    pub offers: Vec<Offer>,
    /// Names of [`Segment::offers`].
    pub offer_names: Texts,
    /// [`Segment::offers`] with the endpoints behind them, in order.
    pub behind: Vec<(u32, Key)>,
}

impl Segment {
    /// Of these organizations, in any order, each once.
    pub fn new(mut all: Vec<Facts>) -> Self {
        all.sort_unstable_by_key(|facts| facts.key);
        let mut into = Self {
            active: Bits::none(all.len()),
            placed: Bits::none(all.len()),
            kinds: vec![Bits::none(all.len()); Kind::ALL.len()],
            ..Self::default()
        };
        let mut texts = Columns::default();
        for (row, facts) in all.into_iter().enumerate() {
            into.take(row, facts, &mut texts);
        }
        into.numbers.sort_unstable();
        into.parents = (0..into.wholes.len() as u32).collect();
        let wholes = &into.wholes;
        into.parents.sort_unstable_by_key(|at| (wholes[*at as usize].1, *at));
        into.place_order = (0..into.places.len() as u32).collect();
        let places = &into.places;
        into.place_order.sort_unstable_by_key(|at| (places[*at as usize].0, *at));
        into.names = Texts::new(&texts.names);
        into.place_names = Texts::new(&texts.place_names);
        into.lines = Texts::new(&texts.lines);
        into.cities = Texts::new(&texts.cities);
        into.states = Texts::new(&texts.states);
        into.zips = Texts::new(&texts.zips);
        into.claim_addresses = Texts::new(&texts.claim_addresses);
        into.claim_names = Texts::new(&texts.claim_names);
        into.offer_names = Texts::new(&texts.offer_names);
        let middle = |rank| geo::centroid(into.zips.word(rank)).map(|centroid| centroid.point);
        into.middles = (0..into.zips.distinct()).map(middle).collect();
        let in_state = |rank| {
            let mut rows = Bits::none(into.len());
            into.states.having(rank..rank + 1, |place| rows.set(into.places[place].1 as usize));
            rows
        };
        into.in_states = (0..into.states.distinct()).map(in_state).collect();
        into
    }

    fn take(&mut self, row: usize, facts: Facts, texts: &mut Columns) {
        let owner = row as u32;
        self.keys.push(facts.key);
        self.at.push(facts.at);
        if facts.active {
            self.active.set(row);
        }
        if !facts.places.is_empty() {
            self.placed.set(row);
        }
        for (kind, rows) in self.kinds.iter_mut().enumerate() {
            if facts.kinds >> kind & 1 == 1 {
                rows.set(row);
            }
        }
        texts.names.extend(facts.names.into_iter().map(|name| (owner, name)));
        self.numbers.extend(facts.numbers.into_iter().map(|number| (number, owner)));
        self.wholes.extend(facts.parent.map(|parent| (owner, parent)));
        for place in facts.places {
            let at = self.places.len() as u32;
            self.places.push((place.key, owner));
            texts.place_names.extend(place.name.map(|name| (at, name)));
            texts.lines.extend(place.lines.into_iter().map(|line| (at, line)));
            texts.cities.extend(place.city.map(|city| (at, city)));
            texts.states.extend(place.state.map(|state| (at, state)));
            texts.zips.extend(place.zip.map(|zip| (at, zip)));
        }
        for endpoint in facts.endpoints {
            let at = self.claims.len() as u32;
            self.claims.push(Claim { row: owner, endpoint: endpoint.key, through: endpoint.through });
            texts.claim_addresses.push((at, endpoint.address));
            texts.claim_names.extend(endpoint.name.map(|name| (at, name)));
        }
        for portal in facts.portals {
            let at = self.offers.len() as u32;
            self.offers.push(Offer { row: owner, portal: portal.key, through: portal.through });
            texts.offer_names.extend(portal.name.map(|name| (at, name)));
            self.behind.extend(portal.endpoints.into_iter().map(|endpoint| (at, endpoint)));
        }
    }

    /// How many organizations there are.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Where an organization stands.
    pub fn find(&self, key: &Key) -> Option<usize> {
        self.keys.binary_search(key).ok()
    }

    /// The places of an organization.
    pub fn places_of(&self, row: usize) -> Range<usize> {
        span(&self.places, |(_, owner)| *owner, row)
    }

    /// The places with an id; one may have gone from one organization to another.
    pub fn places_called(&self, key: &Key) -> impl Iterator<Item = usize> + '_ {
        let from = self.place_order.partition_point(|at| self.places[*at as usize].0 < *key);
        let key = *key;
        let places = self.place_order[from..].iter().map(|at| *at as usize);
        places.take_while(move |at| self.places[*at].0 == key)
    }

    /// The endpoints of an organization.
    pub fn claims_of(&self, row: usize) -> Range<usize> {
        span(&self.claims, |claim| claim.row, row)
    }

    /// The portals of an organization.
    pub fn offers_of(&self, row: usize) -> Range<usize> {
        span(&self.offers, |offer| offer.row, row)
    }

    /// The endpoints behind a portal of [`Segment::offers`].
    pub fn behind_of(&self, offer: usize) -> impl Iterator<Item = &Key> {
        self.behind[span(&self.behind, |(owner, _)| *owner, offer)].iter().map(|(_, endpoint)| endpoint)
    }

    /// What an organization is part of.
    pub fn whole_of(&self, row: usize) -> Option<Key> {
        let at = self.wholes.binary_search_by_key(&(row as u32), |(owner, _)| *owner).ok()?;
        Some(self.wholes[at].1)
    }

    /// The organizations that are part of this one.
    pub fn parts_of(&self, whole: &Key) -> impl Iterator<Item = usize> + '_ {
        let from = self.parents.partition_point(|at| self.wholes[*at as usize].1 < *whole);
        let whole = *whole;
        let parts = self.parents[from..].iter().map(|at| self.wholes[*at as usize]);
        parts.take_while(move |(_, of)| *of == whole).map(|(row, _)| row as usize)
    }

    /// The facts it was made of, in order; a whole is made again of them.
    pub fn facts(&self) -> impl Iterator<Item = Facts> + '_ {
        let mut numbers: Vec<(u32, Number)> = self.numbers.iter().map(|(number, row)| (*row, *number)).collect();
        numbers.sort_unstable();
        (0..self.len()).map(move |row| {
            let kinds = self.kinds.iter().enumerate().filter(|(_, rows)| rows.has(row));
            Facts {
                key: self.keys[row],
                at: self.at[row],
                active: self.active.has(row),
                kinds: kinds.fold(0, |bits, (kind, _)| bits | 1 << kind),
                parent: self.whole_of(row),
                names: self.names.of(row).collect(),
                numbers: numbers[span(&numbers, |(owner, _)| *owner, row)].iter().map(|(_, number)| *number).collect(),
                places: self.places_of(row).map(|at| self.place(at)).collect(),
                endpoints: self.claims_of(row).filter_map(|at| self.endpoint(at)).collect(),
                portals: self.offers_of(row).map(|at| self.portal(at)).collect(),
            }
        })
    }

    fn place(&self, at: usize) -> PlaceFacts {
        let one = |texts: &Texts| -> Option<Text> { texts.of(at).next() };
        PlaceFacts {
            key: self.places[at].0,
            name: one(&self.place_names),
            lines: self.lines.of(at).collect(),
            city: one(&self.cities),
            state: one(&self.states),
            zip: one(&self.zips),
        }
    }

    fn endpoint(&self, at: usize) -> Option<EndpointFacts> {
        let claim = &self.claims[at];
        Some(EndpointFacts {
            key: claim.endpoint,
            through: claim.through,
            address: self.claim_addresses.of(at).next()?,
            name: self.claim_names.of(at).next(),
        })
    }

    fn portal(&self, at: usize) -> PortalFacts {
        let offer = &self.offers[at];
        PortalFacts {
            key: offer.portal,
            through: offer.through,
            name: self.offer_names.of(at).next(),
            endpoints: self.behind_of(at).copied().collect(),
        }
    }

    /// The bytes it takes.
    pub fn size(&self) -> usize {
        let texts = [
            &self.names,
            &self.place_names,
            &self.lines,
            &self.cities,
            &self.states,
            &self.zips,
            &self.claim_addresses,
            &self.claim_names,
            &self.offer_names,
        ];
        let sets = self.kinds.iter().chain(&self.in_states).chain([&self.active, &self.placed]);
        let bits = sets.map(Bits::size).sum::<usize>();
        let vectors = size_of_val(&*self.keys)
            + size_of_val(&*self.at)
            + size_of_val(&*self.numbers)
            + size_of_val(&*self.wholes)
            + size_of_val(&*self.parents)
            + size_of_val(&*self.places)
            + size_of_val(&*self.place_order)
            + size_of_val(&*self.middles)
            + size_of_val(&*self.claims)
            + size_of_val(&*self.offers)
            + size_of_val(&*self.behind);
        texts.iter().map(|column| column.size()).sum::<usize>() + bits + vectors
    }
}

/// Where the rows of an owner stand in a column that is in the order of owners.
fn span<T>(rows: &[T], owner: impl Fn(&T) -> u32, of: usize) -> Range<usize> {
    let from = rows.partition_point(|row| (owner(row) as usize) < of);
    let many = rows[from..].iter().take_while(|row| owner(row) as usize == of).count();
    from..from + many
}

/// Texts on their way into their columns.
#[derive(Default)]
struct Columns {
    names: Vec<(u32, Text)>,
    place_names: Vec<(u32, Text)>,
    lines: Vec<(u32, Text)>,
    cities: Vec<(u32, Text)>,
    states: Vec<(u32, Text)>,
    zips: Vec<(u32, Text)>,
    claim_addresses: Vec<(u32, Text)>,
    claim_names: Vec<(u32, Text)>,
    offer_names: Vec<(u32, Text)>,
}
