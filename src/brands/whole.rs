//! All brands as one Bundle, made of documents that are gone through twice: first everybody's kin, then the entries. Pure.
//!
//! What holds: it says what `/brands.json` says of the same documents.

use std::collections::{HashMap, HashSet};

use super::{say, write};
use crate::{model::organization::Organization, register::Key};

/// Who is a brand, what it is part of, and when any of them changed last.
#[derive(Debug, Default)]
pub struct Kin {
    brands: HashMap<Key, Option<Key>>,
    newest: i64,
}

impl Kin {
    /// Takes note of an organization; `at` is the time of its last revision in microseconds since 1970 UTC.
    pub fn note(&mut self, organization: &Organization, at: i64) {
        self.newest = self.newest.max(at);
        if say::is_counted(organization) && say::brand(organization).is_ok() {
            let parent = organization.part_of.as_ref().map(|parent| parent.id.bytes());
            self.brands.insert(organization.id.bytes(), parent);
        }
    }

    /// Does it stand under what it is part of? See [`super::edition::under`].
    fn under(&self, organization: &Organization) -> bool {
        let parent = organization.part_of.as_ref().and_then(|parent| self.brands.get(&parent.id.bytes()));
        parent.is_some_and(|above| above.is_none_or(|key| !self.brands.contains_key(&key)))
    }

    /// A Bundle of brands, once all were noted; entries come with [`Whole::entries`].
    pub fn whole(self, public: &str) -> Whole<'_> {
        Whole { kin: self, told: HashSet::new(), public }
    }
}

/// The Bundle while its entries are made.
#[derive(Debug)]
pub struct Whole<'p> {
    kin: Kin,
    /// Endpoints that stand in it.
    told: HashSet<Key>,
    public: &'p str,
}

impl Whole<'_> {
    /// What stands before the first entry and behind the last; between two there is a comma.
    pub fn frame(&self) -> (Vec<u8>, &'static [u8]) {
        write::frame(self.kin.newest, self.kin.brands.is_empty())
    }

    /// The entries of an organization and of those of its endpoints that nobody before it told of. Organizations come in
    /// the order of their ids.
    pub fn entries(&mut self, organization: &Organization, at: i64) -> Vec<Vec<u8>> {
        if !say::is_counted(organization) {
            return Vec::new();
        }
        let Ok((site, categories)) = say::brand(organization) else { return Vec::new() };
        let brand = write::Brand::new(organization, (site, &categories), self.kin.under(organization), at);
        let ends = brand.endpoints().filter(|(endpoint, ..)| self.told.insert(endpoint.id.bytes()));
        let ends = ends.map(|(endpoint, versions, page)| brand.endpoint(endpoint, &versions, page, self.public));
        let mut entries: Vec<Vec<u8>> = ends.collect();
        entries.push(brand.organization(self.public));
        entries
    }
}
