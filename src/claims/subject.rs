//! What is claimed: an organization or an app, as far as a claim needs it.

use std::collections::BTreeSet;

use super::{
    alike,
    domain::{self, Address, Domains},
};
use crate::{
    app::App,
    model::{
        door::{host_of, registrable_domain},
        id::{Id, ThingKind},
        lookalike::{LookAlikes, imitated},
        organization::{Organization, Status},
    },
    site::PageError,
    store::{Found, StoreError},
};

/// An organization or app.
#[derive(Debug, Clone)]
pub struct Subject {
    /// Its id.
    pub id: Id,
    /// The name people know.
    pub name: String,
    /// City and state, where it has some.
    pub place: Option<(Option<String>, Option<String>)>,
    /// The readable part of its address.
    pub slug: String,
    addresses: Vec<Address>,
}

impl Subject {
    /// The one with this id; nothing when there is none that people can see.
    pub async fn find(app: &App, id: &Id) -> Result<Option<Self>, StoreError> {
        match id.kind() {
            ThingKind::Organization => Ok(match app.store.organization(id).await? {
                Found::Here(org) if org.status == Status::Active && org.id == *id => {
                    Some(Self::of(&org, app.clock.door_day()))
                }
                _ => None,
            }),
            ThingKind::App => {
                let apps = app.store.apps().await?;
                Ok(apps.into_iter().find(|app| app.id == *id && app.status == Status::Active).map(|app| Self {
                    addresses: domain::of_app(&app),
                    id: app.id,
                    name: app.name,
                    place: None,
                    slug: app.slug,
                }))
            }
            _ => Ok(None),
        }
    }

    /// The same, or no page.
    pub async fn or_not_found(app: &App, id: &str) -> Result<Self, PageError> {
        let id = Id::parse(id).ok_or(PageError::NotFound)?;
        Self::find(app, &id).await?.ok_or(PageError::NotFound)
    }

    fn of(org: &Organization, today: jiff::civil::Date) -> Self {
        let place = org.main_place().map(|place| (place.city.clone(), place.state.clone()));
        Self {
            id: org.id.clone(),
            name: org.name.clone(),
            place,
            slug: org.slug.clone(),
            addresses: domain::of_organization(org, today),
        }
    }

    /// Which domains prove whose it is, as things stand.
    pub async fn domains(&self, app: &App) -> Result<Domains, StoreError> {
        let hostile = app.store.hostile_hosts().await?;
        let mut shared = BTreeSet::new();
        for address in &self.addresses {
            let Some(domain) = registrable_domain(host_of(&address.url)) else { continue };
            let others = app.store.looked_up("domain", domain, None, 2).await?;
            if others.iter().any(|other| *other != self.id) {
                shared.insert(domain.to_owned());
            }
        }
        let names = LookAlikes::new([]);
        let mut imitations = BTreeSet::new();
        for address in &self.addresses {
            let Some(domain) = registrable_domain(host_of(&address.url)) else { continue };
            if !alike::listed(app, &imitated(domain), Some(&self.id)).await?.is_empty() {
                imitations.insert(domain.to_owned());
            }
        }
        let odd = |domain: &str| imitations.contains(domain) || names.of(domain).is_some();
        Ok(Domains::of(&self.addresses, &hostile, &|domain| shared.contains(domain), &odd))
    }
}

#[cfg(test)]
impl Subject {
    /// One with a name, for tests of pages.
    pub fn sample(name: &str) -> Self {
        Self {
            id: crate::site::samples::id("org-", 1),
            name: name.into(),
            place: Some((Some("Boise".into()), Some("ID".into()))),
            slug: "mercy".into(),
            addresses: Vec::new(),
        }
    }
}
