//! Which listed organizations have a domain that another one could be mistaken for.
//!
//! What holds: domains are looked up in the store's index, never gone through, so a million organizations cost no more than a
//! thousand; only what a source of tiers 1 to 5 gives counts, so that nobody makes an honest name odd by a suggestion.

use std::collections::BTreeSet;

use super::domain;
use crate::{
    app::App,
    model::{
        door::{host_of, registrable_domain},
        id::Id,
        organization::{Organization, Status},
    },
    store::StoreError,
};

/// Domains that are followed up, and organizations of each.
const DOMAINS: usize = 8;
const EACH: u32 = 5;

/// Those of these domains that somebody of weight lists, each with an organization that has it; but not what `but` has itself.
pub async fn listed(
    app: &App,
    domains: &BTreeSet<String>,
    but: Option<&Id>,
) -> Result<Vec<(String, Organization)>, StoreError> {
    if domains.is_empty() {
        return Ok(Vec::new());
    }
    let domains: Vec<String> = domains.iter().cloned().collect();
    let mut carried: Vec<String> = app.store.carriers(&domains).await?.into_keys().collect();
    carried.sort();
    let (mut all, today) = (Vec::new(), app.clock.door_day());
    for domain in carried.into_iter().take(DOMAINS) {
        let ids = app.store.looked_up("domain", &domain, None, EACH).await?;
        if ids.iter().any(|id| Some(id) == but) {
            continue;
        }
        let of_weight = |org: &Organization| {
            org.status == Status::Active
                && domain::of_organization(org, today).iter().any(|address| {
                    address.live
                        && domain::is_believed(address.tier)
                        && registrable_domain(host_of(&address.url)) == Some(domain.as_str())
                })
        };
        let found = app.store.organizations_by_ids(&ids).await?.into_iter().find(of_weight);
        all.extend(found.map(|org| (domain.clone(), org)));
    }
    Ok(all)
}
