//! Looks for what a search is about, in the columns of the register: sets of rows, taken together.
//!
//! What holds: every set is over all parts of the columns; what is not shown, in this view or at all, is in no answer, and
//! nothing is found through it.

use std::borrow::Cow;

use super::parameters::Edge;
use crate::{
    model::kind::Kind,
    r4::{ResourceType, View},
    register::{Bits, Columns, Key, Part, Segment},
};

/// As many endpoints as are asked one by one.
const FEW: usize = 1_000;

/// Resources of one type: for each part of the columns its rows of this type. Endpoints are all of one part.
#[derive(Debug, Clone)]
pub(super) struct Set {
    pub kind: ResourceType,
    pub bits: Vec<Bits>,
}

/// One resource in the columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spot {
    pub part: usize,
    pub row: usize,
}

impl Set {
    pub fn mark(&mut self, spot: Spot) {
        self.bits[spot.part].set(spot.row);
    }

    pub fn has(&self, spot: Spot) -> bool {
        self.bits[spot.part].has(spot.row)
    }

    pub fn count(&self) -> usize {
        self.bits.iter().map(Bits::count).sum()
    }

    pub fn and(&mut self, other: &Self) {
        for (mine, theirs) in self.bits.iter_mut().zip(&other.bits) {
            mine.and(theirs);
        }
    }

    pub fn or(&mut self, other: &Self) {
        for (mine, theirs) in self.bits.iter_mut().zip(&other.bits) {
            mine.or(theirs);
        }
    }

    pub fn invert(&mut self) {
        self.bits.iter_mut().for_each(Bits::invert);
    }
}

/// What a reference names, before it is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    Organization(Key),
    Endpoint(Key),
    /// A portal of the organization in the same part, by its row.
    Offer(Spot),
}

/// The columns as a view shows them.
#[derive(Debug)]
pub(super) struct Look<'a> {
    pub columns: &'a Columns,
    pub view: View,
    /// For each part the organizations that are shown.
    pub shown: Vec<Cow<'a, Bits>>,
}

impl<'a> Look<'a> {
    pub fn new(columns: &'a Columns, view: View) -> Self {
        let shown = columns.parts.iter().map(|part| shown(part, view)).collect();
        Self { columns, view, shown }
    }

    pub fn part(&self, part: usize) -> &'a Part {
        &self.columns.parts[part]
    }

    /// How many rows of a type a part has.
    pub fn rows(&self, kind: ResourceType, part: usize) -> usize {
        let segment = || &self.part(part).segment;
        match kind {
            ResourceType::Organization | ResourceType::OrganizationAffiliation => segment().len(),
            ResourceType::Location => segment().places.len(),
            ResourceType::HealthcareService => segment().offers.len(),
            ResourceType::Endpoint => self.columns.endpoints.keys.len(),
        }
    }

    fn parts(&self, kind: ResourceType) -> usize {
        if kind == ResourceType::Endpoint { 1 } else { self.columns.parts.len() }
    }

    pub fn none(&self, kind: ResourceType) -> Set {
        let bits = (0..self.parts(kind)).map(|part| Bits::none(self.rows(kind, part))).collect();
        Set { kind, bits }
    }

    pub fn all(&self, kind: ResourceType) -> Set {
        let bits = (0..self.parts(kind)).map(|part| Bits::all(self.rows(kind, part))).collect();
        Set { kind, bits }
    }

    /// The organization a row of a part belongs to.
    pub fn organization_of(&self, kind: ResourceType, spot: Spot) -> usize {
        let segment = &self.part(spot.part).segment;
        match kind {
            ResourceType::Location => segment.places[spot.row].1 as usize,
            ResourceType::HealthcareService => segment.offers[spot.row].row as usize,
            _ => spot.row,
        }
    }

    /// Where an organization that is shown stands.
    pub fn find(&self, key: &Key) -> Option<Spot> {
        let (part, row) = self.columns.find(key)?;
        self.shown[part].has(row).then_some(Spot { part, row })
    }

    /// Where the thing stands that a reference names.
    fn resolve(&self, named: Named) -> Option<Spot> {
        match named {
            Named::Organization(key) => self.find(&key),
            Named::Endpoint(key) => self.columns.endpoints.find(&key).map(|row| Spot { part: 0, row }),
            Named::Offer(spot) => Some(spot),
        }
    }

    /// Leaves what is shown.
    pub fn keep_shown(&self, set: &mut Set) {
        if set.kind == ResourceType::Endpoint {
            return;
        }
        if set.kind == ResourceType::OrganizationAffiliation {
            let mut parts = self.none(set.kind);
            self.each_whole(|spot, _| parts.mark(spot));
            set.and(&parts);
        }
        for part in 0..self.columns.parts.len() {
            let shown = &self.shown[part];
            if set.kind == ResourceType::Location || set.kind == ResourceType::HealthcareService {
                if self.part(part).whole && self.view == View::Plain {
                    continue;
                }
                let gone: Vec<usize> = set.bits[part]
                    .rows()
                    .filter(|row| !shown.has(self.organization_of(set.kind, Spot { part, row: *row })))
                    .collect();
                for row in gone {
                    set.bits[part].clear(row);
                }
            } else {
                set.bits[part].and(shown);
            }
        }
    }

    /// Every organization that is part of another, in the order of those others.
    fn each_whole(&self, mut take: impl FnMut(Spot, Key)) {
        for (part, shown) in self.shown.iter().enumerate() {
            let segment = &self.part(part).segment;
            for at in &segment.parents {
                let (row, whole) = segment.wholes[*at as usize];
                let row = row as usize;
                if shown.has(row) {
                    take(Spot { part, row }, whole);
                }
            }
        }
    }

    /// Every reference of a kind, from shown resources: where it stands, and what it names.
    pub fn each(&self, edge: Edge, mut take: impl FnMut(Spot, Named)) {
        match edge {
            Edge::OrganizationPartOf | Edge::AffiliationPrimary => {
                return self.each_whole(|spot, whole| take(spot, Named::Organization(whole)));
            }
            Edge::AffiliationParticipating => {
                return self.each_whole(|spot, _| {
                    take(spot, Named::Organization(self.part(spot.part).segment.keys[spot.row]));
                });
            }
            Edge::EndpointOrganization => {
                for (row, home) in self.columns.endpoints.homes.iter().enumerate() {
                    if home.owners == 1 && self.find(&home.organization).is_some() {
                        take(Spot { part: 0, row }, Named::Organization(home.organization));
                    }
                }
                return;
            }
            _ => {}
        }
        for (part, shown) in self.shown.iter().enumerate() {
            let segment = &self.part(part).segment;
            let key = |row: usize| Named::Organization(segment.keys[row]);
            match edge {
                Edge::OrganizationEndpoint | Edge::AffiliationEndpoint => {
                    let tie = edge == Edge::AffiliationEndpoint;
                    for claim in &segment.claims {
                        let row = claim.row as usize;
                        if shown.has(row) && (!tie || claim.through && segment.whole_of(row).is_some()) {
                            take(Spot { part, row }, Named::Endpoint(claim.endpoint));
                        }
                    }
                }
                Edge::LocationOrganization => {
                    for (at, (_, row)) in segment.places.iter().enumerate() {
                        if shown.has(*row as usize) {
                            take(Spot { part, row: at }, key(*row as usize));
                        }
                    }
                }
                Edge::ServiceOrganization => {
                    for (at, offer) in segment.offers.iter().enumerate() {
                        if shown.has(offer.row as usize) {
                            take(Spot { part, row: at }, key(offer.row as usize));
                        }
                    }
                }
                Edge::ServiceEndpoint => {
                    for (at, endpoint) in &segment.behind {
                        let at = *at as usize;
                        if shown.has(segment.offers[at].row as usize) {
                            take(Spot { part, row: at }, Named::Endpoint(*endpoint));
                        }
                    }
                }
                Edge::AffiliationService => {
                    for (at, offer) in segment.offers.iter().enumerate() {
                        let row = offer.row as usize;
                        if offer.through && shown.has(row) && segment.whole_of(row).is_some() {
                            take(Spot { part, row }, Named::Offer(Spot { part, row: at }));
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// What refers to something of a set.
    pub fn referring(&self, edge: Edge, to: &Set) -> Set {
        let mut from = self.none(edge.from());
        match edge {
            // What belongs to an organization stands in its part: no name needs to be looked up.
            Edge::LocationOrganization => self.with_rows(to, &mut from, Segment::places_of),
            Edge::ServiceOrganization => self.with_rows(to, &mut from, Segment::offers_of),
            Edge::AffiliationParticipating => {
                self.each_whole(|spot, _| {
                    if to.has(spot) {
                        from.mark(spot);
                    }
                });
            }
            // A few endpoints know their owners; to ask every owner for its endpoints is for many.
            _ if to.kind == ResourceType::Endpoint && to.count() <= FEW => {
                for row in to.bits[0].rows() {
                    let endpoint = self.item(to.kind, Spot { part: 0, row });
                    self.referrers(endpoint, edge, usize::MAX).into_iter().for_each(|spot| from.mark(spot));
                }
            }
            _ => {
                let mut last: Option<(Named, bool)> = None;
                self.each(edge, |spot, named| {
                    let known = last.filter(|(known, _)| *known == named).map(|(_, inside)| inside);
                    let inside = known.unwrap_or_else(|| self.resolve(named).is_some_and(|target| to.has(target)));
                    last = Some((named, inside));
                    if inside {
                        from.mark(spot);
                    }
                });
            }
        }
        from
    }

    fn with_rows(
        &self,
        to: &Set,
        from: &mut Set,
        of: impl Fn(&crate::register::Segment, usize) -> std::ops::Range<usize>,
    ) {
        for (part, bits) in to.bits.iter().enumerate() {
            let segment = &self.part(part).segment;
            for row in bits.rows() {
                of(segment, row).for_each(|row| from.mark(Spot { part, row }));
            }
        }
    }

    /// What something of a set refers to.
    pub fn referred(&self, edge: Edge, from: &Set) -> Set {
        let mut to = self.none(edge.to());
        if matches!(edge, Edge::LocationOrganization | Edge::ServiceOrganization) {
            for (part, bits) in from.bits.iter().enumerate() {
                for row in bits.rows() {
                    to.mark(Spot { part, row: self.organization_of(edge.from(), Spot { part, row }) });
                }
            }
            return to;
        }
        self.each(edge, |spot, named| {
            if from.has(spot)
                && let Some(target) = self.resolve(named)
            {
                to.mark(target);
            }
        });
        to
    }
}

/// The organizations of a part that a view shows (what profiles demand: `r4::Mapper::takes`).
fn shown(part: &Part, view: View) -> Cow<'_, Bits> {
    if view == View::Plain {
        return Cow::Borrowed(&part.alive);
    }
    let segment = &part.segment;
    let mut typed = Bits::none(segment.len());
    for (kind, rows) in Kind::ALL.iter().zip(&segment.kinds) {
        if *kind != Kind::Unknown {
            typed.or(rows);
        }
    }
    typed.and(&part.alive);
    typed.and(&segment.active);
    if view == View::PlanNet {
        typed.and(&segment.placed);
    }
    Cow::Owned(typed)
}
