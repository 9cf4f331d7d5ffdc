//! Who stands in the lists, in the order of ids, and under which readable address: made once for each revision.
//!
//! What holds: a page at any offset costs the same; a list and the files of it have the same records.

use std::{collections::BTreeMap, sync::Arc};

use tokio::sync::Mutex;

use super::{Room, problem::broken, record::category};
use crate::{
    model::{
        id::{Id, ThingKind},
        kind::Kind,
        organization::Organization,
    },
    register::{Filter, Key},
    sources::original::SOURCES,
    web::problem::Problem,
};

/// The roll that was made last.
#[derive(Debug, Default)]
pub(super) struct Rolls(Mutex<Option<Arc<Roll>>>);

/// Lists of one revision.
#[derive(Debug)]
pub(super) struct Roll {
    /// The revision.
    pub at: i64,
    /// Listed organizations, and those the original had.
    all: Vec<Key>,
    /// The same by the original's category.
    categories: BTreeMap<&'static str, Vec<Key>>,
    /// The readable addresses of the original, of organizations and apps, where they still lead there.
    slugs: BTreeMap<Id, String>,
}

/// The id of a key.
pub(super) fn id(key: &Key) -> Id {
    Id::new(ThingKind::Organization, uuid::Uuid::from_bytes(*key))
}

/// A document, the readable address it goes by here, and its last change in microseconds since 1970 UTC.
pub(super) struct Enrolled<T> {
    pub document: T,
    pub slug: String,
    pub at: i64,
}

impl Roll {
    /// The organizations of a category, or all of them.
    pub fn organizations(&self, category: Option<&str>) -> &[Key] {
        match category {
            None => &self.all,
            Some(category) => self.categories.get(category).map(Vec::as_slice).unwrap_or_default(),
        }
    }

    /// Is this organization in the lists?
    pub fn has(&self, id: &Id) -> bool {
        self.all.binary_search(&id.bytes()).is_ok()
    }

    /// What a thing goes by: the original's readable address, else ours.
    pub fn slug(&self, id: &Id, ours: &str) -> String {
        self.slugs.get(id).cloned().unwrap_or_else(|| ours.to_owned())
    }
}

impl Room {
    /// The lists as they are now.
    pub async fn roll(&self) -> Result<Arc<Roll>, Problem> {
        // One makes them, the others wait for it.
        let mut made = self.rolls.0.lock().await;
        let at = self.app.register.at().ok_or_else(Problem::not_ready)?;
        if let Some(roll) = made.as_ref().filter(|roll| roll.at == at) {
            return Ok(roll.clone());
        }
        let spoken_of = self.app.store.spoken_of(&SOURCES).await.map_err(broken)?;
        let mut all = Vec::new();
        let mut categories: BTreeMap<&'static str, Vec<Key>> = BTreeMap::new();
        self.app
            .register
            .with(|table| {
                for row in table.rows(&Filter::default(), 0) {
                    let (id, marks) = (table.id(row), table.marks(row));
                    if marks.listed || spoken_of.contains_key(&id) {
                        all.push(id.bytes());
                        let kind = marks.primary.unwrap_or(Kind::Unknown);
                        categories.entry(category(kind)).or_default().push(id.bytes());
                    }
                }
            })
            .ok_or_else(Problem::not_ready)?;
        let slugs = spoken_of.into_iter().filter_map(|(id, slug)| Some((id, slug?))).collect();
        let roll = Arc::new(Roll { at, all, categories, slugs });
        *made = Some(roll.clone());
        Ok(roll)
    }

    /// The documents of these organizations, in their order. Who has gone since the list was made is left out.
    pub async fn documents(&self, roll: &Roll, keys: &[Key]) -> Result<Vec<Enrolled<Organization>>, Problem> {
        let ids: Vec<Id> = keys.iter().map(id).collect();
        let documents = self.app.store.organizations_of(&ids).await.map_err(broken)?;
        let enrolled = documents.into_iter().map(|document| {
            let slug = roll.slug(&document.id, &document.slug);
            let at = self.changed(&document.id);
            Enrolled { document, slug, at }
        });
        Ok(enrolled.collect())
    }

    /// When an organization last changed, in microseconds since 1970 UTC.
    pub fn changed(&self, id: &Id) -> i64 {
        self.app.register.with(|table| table.find(id).map(|row| table.stamp(row).at)).flatten().unwrap_or_default()
    }
}
