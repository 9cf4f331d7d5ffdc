//! What no night may show, however old: hosts that were recalled since, and versions that were redacted.

use std::collections::{BTreeSet, HashSet};

use sha2::{Digest, Sha256};

use crate::{
    model::{
        hostile,
        id::Id,
        listing::hex,
        organization::{App, Organization},
    },
    store::{Pictured, Retired, Store, StoreError},
};

/// What must not be shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rules {
    hosts: BTreeSet<String>,
    redacted: HashSet<(Id, i64)>,
    /// Those of which something was redacted: in nights before it, their old addresses may spell it.
    spelled: HashSet<Id>,
}

impl Rules {
    /// The same for what the store says now: addresses that spell what was redacted are gone from it.
    #[must_use]
    pub fn for_now(&self) -> Self {
        Self { spelled: HashSet::new(), ..self.clone() }
    }

    /// As they are now.
    pub async fn of(store: &Store) -> Result<Self, StoreError> {
        let hosts = store.hostile_hosts().await?;
        let redacted: HashSet<_> = store.redacted_versions().await?.into_iter().collect();
        Ok(Self { hosts, spelled: redacted.iter().map(|(id, _)| id.clone()).collect(), redacted })
    }

    /// Tells them from others, without naming anything.
    pub fn digest(&self) -> String {
        let mut digest = Sha256::new();
        for host in &self.hosts {
            digest.update(host);
            digest.update("\n");
        }
        let mut redacted: Vec<_> = self.redacted.iter().collect();
        redacted.sort_unstable();
        for (id, version) in redacted {
            digest.update(format!("{id} {version}\n"));
        }
        hex(&digest.finalize())
    }

    /// May a line of a night have to go or change? `id` and `version` are those of the line.
    pub fn touch(&self, line: &[u8], id: Option<&Id>, version: i64) -> bool {
        let redacted = id.filter(|id| self.spelled.contains(id)).is_some_and(|id| {
            self.redacted.contains(&(id.clone(), version)) || memchr::memmem::find(line, br#""old_slugs":["#).is_some()
        });
        // Hosts are kept in lower case, but words that name one need not be.
        redacted
            || (!self.hosts.is_empty() && {
                let line = line.to_ascii_lowercase();
                self.hosts.iter().any(|host| memchr::memmem::find(&line, host.as_bytes()).is_some())
            })
    }

    /// An organization as it may be shown; nothing when it may not.
    pub fn organization(&self, mut of: Pictured<Organization>) -> Option<Pictured<Organization>> {
        if self.redacted.contains(&(of.thing.id.clone(), of.thing.version)) {
            return None;
        }
        hostile::clean(&mut of.thing, &self.hosts);
        self.clean_slugs(&of.thing.id, &mut of.old_slugs);
        Some(of)
    }

    /// An app as it may be shown; nothing when it may not.
    pub fn app(&self, mut of: Pictured<App>) -> Option<Pictured<App>> {
        if self.redacted.contains(&(of.thing.id.clone(), of.thing.version)) {
            return None;
        }
        hostile::clean_app(&mut of.thing, &self.hosts);
        self.clean_slugs(&of.thing.id, &mut of.old_slugs);
        Some(of)
    }

    /// An id that leads elsewhere as it may be named; nothing when it may not.
    pub fn retired(&self, mut of: Retired) -> Option<Retired> {
        if self.redacted.contains(&(of.id.clone(), of.version)) {
            return None;
        }
        self.clean_slugs(&of.id, &mut of.old_slugs);
        Some(of)
    }

    fn clean_slugs(&self, id: &Id, old: &mut Vec<String>) {
        if self.spelled.contains(id) {
            old.clear();
        }
    }
}
