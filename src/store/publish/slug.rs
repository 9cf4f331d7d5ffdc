//! Readable addresses: never two alike, and an old one leads to its owner for ever.
//!
//! Flows in: what the database knows of the addresses a batch will ask for ([`Slugs::ask`]). Flows out: an address
//! nobody else ever had. What holds: an address that was given out and is not written yet counts as taken.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::json;

use crate::{
    model::{id::Id, listing::OrganizationFacts, organization::Organization, place::Place, text::slugify},
    store::{
        StoreError,
        db::{Tx, text},
    },
};

/// Name, city and state of an organization as the readable part of its address.
pub(super) fn organization_slug(thing: &Organization) -> String {
    readable(&thing.name, thing.main_place())
}

/// The address these facts alone would give: the one the organization will most likely ask for.
pub(super) fn likely_slug(facts: &OrganizationFacts) -> String {
    readable(&facts.name, facts.places.first())
}

fn readable(name: &str, place: Option<&Place>) -> String {
    let part = |value: Option<&String>| value.map(|v| format!(" {v}")).unwrap_or_default();
    let city = part(place.and_then(|p| p.city.as_ref()));
    let state = part(place.and_then(|p| p.state.as_ref()));
    slugify(&format!("{name}{city}{state}"))
}

/// An address before and without its counter (`main-office-2`: `main-office` and 2).
fn counted(slug: &str) -> Option<(&str, u64)> {
    let (stem, counter) = slug.rsplit_once('-')?;
    let digits = !counter.is_empty() && counter.bytes().all(|b| b.is_ascii_digit());
    if digits { Some((stem, counter.parse().ok()?)) } else { None }
}

/// Is `slug` this address, with or without a counter?
pub(super) fn is_of(slug: &str, base: &str) -> bool {
    slug == base || counted(slug).is_some_and(|(stem, _)| stem == base)
}

/// Everybody who has an address that more than one asked for, with and without a counter.
#[derive(Default)]
struct Taken {
    by: HashMap<String, String>,
    /// No counter from here on is taken.
    next: u64,
}

impl Taken {
    fn add(&mut self, slug: &str, owner: &str) {
        if let Some((_, counter)) = counted(slug) {
            self.next = self.next.max(counter + 1);
        }
        self.by.insert(slug.to_owned(), owner.to_owned());
    }
}

/// What is known of readable addresses of one kind of thing.
pub(super) struct Slugs {
    space: &'static str,
    free: HashSet<String>,
    taken: HashMap<String, Taken>,
    /// Given out in this batch and in the one before, which may not be written yet.
    given: [HashMap<String, String>; 2],
}

impl Slugs {
    pub fn new(space: &'static str) -> Self {
        Self { space, free: HashSet::new(), taken: HashMap::new(), given: Default::default() }
    }

    /// A new batch begins: what was given out before the last one is written by now.
    pub fn turn(&mut self) {
        self.free.clear();
        self.given.swap(0, 1);
        self.given[0].clear();
    }

    /// Asks the database about addresses, all at once.
    pub async fn ask(&mut self, tx: &mut Tx, wanted: BTreeSet<String>) -> Result<(), StoreError> {
        let wanted: Vec<String> = wanted.into_iter().filter(|base| !self.taken.contains_key(base)).collect();
        let sql = "SELECT slug FROM slug WHERE space = $2 AND slug IN {in}";
        let mut contested = HashSet::new();
        for row in &tx.select_in(sql, &wanted, &[json!(self.space)]).await? {
            contested.insert(text(row, 0)?);
        }
        for base in wanted {
            if contested.contains(&base) || self.is_given(&base) {
                let taken = self.everybody(tx, &base).await?;
                self.taken.insert(base, taken);
            } else {
                self.free.insert(base);
            }
        }
        Ok(())
    }

    /// Addresses that are this one or this one with a counter, with their owners.
    async fn everybody(&self, tx: &mut Tx, base: &str) -> Result<Taken, StoreError> {
        // Two searches: SQLite looks through all of a table whose key is the table for an OR.
        let sql = "SELECT slug, id FROM slug WHERE space = $1 AND slug = $2 \
             UNION ALL SELECT slug, id FROM slug WHERE space = $1 AND slug >= $3 AND slug < $4";
        let rows = sqlx::query(sql)
            .bind(self.space)
            .bind(base.to_owned())
            .bind(format!("{base}-"))
            .bind(format!("{base}."))
            .fetch_all(&mut *tx.inner)
            .await?;
        let mut taken = Taken { next: 2, ..Taken::default() };
        for row in &rows {
            let slug = text(row, 0)?;
            if is_of(&slug, base) {
                taken.add(&slug, &text(row, 1)?);
            }
        }
        for (slug, owner) in self.given.iter().flatten().filter(|(slug, _)| is_of(slug, base)) {
            taken.add(slug, owner);
        }
        Ok(taken)
    }

    /// An address like `base` that nobody else ever had. `None`: the database must be asked about it first.
    /// Only a thing that is not `new` can have had it before.
    pub fn choose(&mut self, base: &str, id: &Id, new: bool) -> Option<String> {
        let slug = match self.taken.get(base) {
            Some(taken) => {
                let own = taken.by.iter().find(|(_, owner)| !new && owner.as_str() == id.as_str());
                own.map_or_else(|| format!("{base}-{}", taken.next), |(slug, _)| slug.clone())
            }
            // Somebody of this batch or the one before has it: who has it with a counter must be asked.
            None if self.free.contains(base) && !self.is_given(base) => base.to_owned(),
            None => return None,
        };
        self.note(&slug, id);
        Some(slug)
    }

    /// Can [`Slugs::claim`] tell whether this address is free?
    pub fn knows(&self, slug: &str) -> bool {
        self.free.contains(slug) || self.taken.contains_key(slug) || self.is_given(slug)
    }

    /// Gives exactly this address when nobody has it.
    pub fn claim(&mut self, slug: &str, id: &Id) -> bool {
        let taken = self.taken.get(slug).is_some_and(|taken| taken.by.contains_key(slug));
        if taken || self.is_given(slug) {
            return false;
        }
        self.note(slug, id);
        true
    }

    fn is_given(&self, slug: &str) -> bool {
        self.given.iter().any(|given| given.contains_key(slug))
    }

    fn note(&mut self, slug: &str, id: &Id) {
        self.given[0].insert(slug.to_owned(), id.to_string());
        for base in [Some(slug), counted(slug).map(|(stem, _)| stem)].into_iter().flatten() {
            if let Some(taken) = self.taken.get_mut(base) {
                taken.add(slug, id.as_str());
            }
        }
    }
}
