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
}

impl Rules {
    /// As they are now.
    pub async fn of(store: &Store) -> Result<Self, StoreError> {
        let hosts = store.hostile_hosts().await?;
        Ok(Self { hosts, redacted: store.redacted_versions().await?.into_iter().collect() })
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
        let redacted = !self.redacted.is_empty() && id.is_some_and(|id| self.redacted.contains(&(id.clone(), version)));
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
        Some(of)
    }

    /// An app as it may be shown; nothing when it may not.
    pub fn app(&self, mut of: Pictured<App>) -> Option<Pictured<App>> {
        if self.redacted.contains(&(of.thing.id.clone(), of.thing.version)) {
            return None;
        }
        hostile::clean_app(&mut of.thing, &self.hosts);
        Some(of)
    }

    /// May an id that leads elsewhere be named?
    pub fn allow(&self, of: &Retired) -> bool {
        !self.redacted.contains(&(of.id.clone(), of.version))
    }
}
