//! What comes along with a page: `_include` and `_revinclude`, from the columns alone.
//!
//! What holds: nothing comes twice, and no more than [`MOST`] come along, however the references lead on.

use std::collections::HashSet;

use super::{
    look::{Look, Spot},
    page::Item,
    parameters::Edge,
    query::Include,
};
use crate::{r4::ResourceType, register::Key};

/// The most resources that come along with one page.
pub(super) const MOST: usize = 1_000;

/// What comes along.
#[derive(Debug, Default)]
pub(super) struct Along {
    pub items: Vec<Item>,
    /// There would have been more.
    pub cut: bool,
}

impl Look<'_> {
    /// What comes along with these.
    pub fn along(&self, matches: &[Item], includes: &[Include]) -> Along {
        let mut along = Along::default();
        let mut known: HashSet<Item> = matches.iter().copied().collect();
        let mut from = matches.to_vec();
        let mut first = true;
        while !from.is_empty() {
            let mut next = Vec::new();
            for include in includes.iter().filter(|include| first || include.iterate) {
                if include.target.is_some_and(|target| target != include.edge.to()) {
                    continue;
                }
                for item in &from {
                    for found in self.beside(*item, include, MOST + matches.len() + 1) {
                        if !known.insert(found) {
                            continue;
                        }
                        if along.items.len() == MOST {
                            along.cut = true;
                            return along;
                        }
                        along.items.push(found);
                        next.push(found);
                    }
                }
            }
            from = next;
            first = false;
        }
        along
    }

    /// What one resource refers to, or what refers to it; at most so many.
    fn beside(&self, item: Item, include: &Include, most: usize) -> Vec<Item> {
        let edge = include.edge;
        if include.reverse && item.kind == edge.to() {
            let spots = self.referrers(item, edge, most);
            spots.into_iter().map(|spot| self.item(edge.from(), spot)).collect()
        } else if !include.reverse && item.kind == edge.from() {
            self.references(item, edge)
        } else {
            Vec::new()
        }
    }

    fn organization(&self, key: &Key) -> Option<Item> {
        self.find(key).map(|spot| self.item(ResourceType::Organization, spot))
    }

    fn endpoint(&self, key: &Key) -> Option<Item> {
        let row = self.columns.endpoints.find(key)?;
        Some(self.item(ResourceType::Endpoint, Spot { part: 0, row }))
    }

    fn references(&self, item: Item, edge: Edge) -> Vec<Item> {
        let Some(Spot { part, row }) = self.find(&item.organization) else { return Vec::new() };
        let segment = &self.part(part).segment;
        let offer = || segment.offers_of(row).find(|at| segment.offers[*at].portal == item.own);
        match edge {
            Edge::LocationOrganization | Edge::ServiceOrganization | Edge::AffiliationParticipating => {
                self.organization(&item.organization).into_iter().collect()
            }
            Edge::OrganizationPartOf | Edge::AffiliationPrimary => {
                segment.whole_of(row).and_then(|whole| self.organization(&whole)).into_iter().collect()
            }
            Edge::OrganizationEndpoint | Edge::AffiliationEndpoint => {
                let claims = segment.claims[segment.claims_of(row)].iter();
                let wanted = claims.filter(|claim| edge == Edge::OrganizationEndpoint || claim.through);
                wanted.filter_map(|claim| self.endpoint(&claim.endpoint)).collect()
            }
            Edge::ServiceEndpoint => offer()
                .into_iter()
                .flat_map(|at| segment.behind_of(at).filter_map(|endpoint| self.endpoint(endpoint)))
                .collect(),
            Edge::AffiliationService => {
                let through = segment.offers_of(row).filter(|at| segment.offers[*at].through);
                through.map(|row| self.item(ResourceType::HealthcareService, Spot { part, row })).collect()
            }
            Edge::EndpointOrganization => {
                let one = self.columns.endpoints.find(&item.own).map(|row| self.columns.endpoints.homes[row].owners);
                if one == Some(1) { self.organization(&item.organization).into_iter().collect() } else { Vec::new() }
            }
        }
    }

    /// Where those stand that refer to a resource; not many more than `most`.
    pub fn referrers(&self, item: Item, edge: Edge, most: usize) -> Vec<Spot> {
        if matches!(edge, Edge::OrganizationPartOf | Edge::AffiliationPrimary) {
            return self.parts_of(&item.organization, most);
        }
        let owners: Vec<Spot> = if item.kind == ResourceType::Endpoint {
            let Some(row) = self.columns.endpoints.find(&item.own) else { return Vec::new() };
            self.columns.endpoints.owners_of(row).filter_map(|key| self.find(key)).take(most).collect()
        } else {
            self.find(&item.organization).into_iter().collect()
        };
        let mut all = Vec::new();
        for Spot { part, row } in owners {
            let segment = &self.part(part).segment;
            let tied = || segment.whole_of(row).is_some();
            let at = |row| Spot { part, row };
            match edge {
                Edge::OrganizationEndpoint => all.push(at(row)),
                Edge::AffiliationEndpoint => {
                    let mut claims = segment.claims[segment.claims_of(row)].iter();
                    if tied() && claims.any(|claim| claim.through && claim.endpoint == item.own) {
                        all.push(at(row));
                    }
                }
                Edge::ServiceEndpoint => {
                    let behind = |at: &usize| segment.behind_of(*at).any(|endpoint| *endpoint == item.own);
                    all.extend(segment.offers_of(row).filter(behind).map(at));
                }
                Edge::LocationOrganization => all.extend(segment.places_of(row).map(at)),
                Edge::ServiceOrganization => all.extend(segment.offers_of(row).map(at)),
                Edge::AffiliationParticipating => all.extend(tied().then(|| at(row))),
                Edge::AffiliationService => {
                    let through = |at: usize| segment.offers[at].through && segment.offers[at].portal == item.own;
                    if tied() && segment.offers_of(row).any(through) {
                        all.push(at(row));
                    }
                }
                Edge::EndpointOrganization => {
                    let claims = segment.claims[segment.claims_of(row)].iter();
                    let own = claims.filter_map(|claim| self.columns.endpoints.find(&claim.endpoint)).filter(|row| {
                        let home = &self.columns.endpoints.homes[*row];
                        home.owners == 1 && home.organization == item.organization
                    });
                    all.extend(own.map(|row| Spot { part: 0, row }));
                }
                Edge::OrganizationPartOf | Edge::AffiliationPrimary => {}
            }
            if all.len() >= most {
                break;
            }
        }
        all
    }

    /// Where those stand that are part of an organization, which may itself be gone.
    fn parts_of(&self, whole: &Key, most: usize) -> Vec<Spot> {
        let mut all = Vec::new();
        for (part, shown) in self.shown.iter().enumerate() {
            let parts = self.part(part).segment.parts_of(whole).filter(|row| shown.has(*row));
            all.extend(parts.take(most).map(|row| Spot { part, row }));
        }
        all
    }
}
