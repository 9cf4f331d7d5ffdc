//! Readable addresses.

use std::collections::{BTreeSet, HashMap};

use serde_json::json;

use crate::{
    model::{listing::OrganizationFacts, organization::Organization, place::Place, text::slugify},
    store::{
        StoreError,
        db::{Tx, text},
    },
};

/// Name, city and state of an organization as the readable part of its address.
pub(super) fn organization_slug(thing: &Organization) -> String {
    readable(&thing.name, thing.main_place())
}

fn readable(name: &str, place: Option<&Place>) -> String {
    let part = |value: Option<&String>| value.map(|v| format!(" {v}")).unwrap_or_default();
    let city = part(place.and_then(|p| p.city.as_ref()));
    let state = part(place.and_then(|p| p.state.as_ref()));
    slugify(&format!("{name}{city}{state}"))
}

/// Of the addresses that these facts would give, those nobody ever had: asked at once instead of one by one.
pub(super) async fn free_slugs<'a>(
    tx: &mut Tx,
    facts: impl Iterator<Item = &'a OrganizationFacts>,
) -> Result<BTreeSet<String>, StoreError> {
    let mut free: BTreeSet<String> = facts.map(|facts| readable(&facts.name, facts.places.first())).collect();
    let wanted: Vec<String> = free.iter().cloned().collect();
    let sql = "SELECT slug FROM slug WHERE space = $2 AND slug IN {in}";
    for row in &tx.select_in(sql, &wanted, &[json!("organization")]).await? {
        free.remove(&text(row, 0)?);
    }
    Ok(free)
}

pub(super) fn is_counter(rest: &str) -> bool {
    rest.strip_prefix('-').is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

/// Slugs that are this one or this one with a counter, with their owners.
pub(super) async fn taken_slugs(tx: &mut Tx, space: &str, base: &str) -> Result<HashMap<String, String>, StoreError> {
    let rows = sqlx::query("SELECT slug, id FROM slug WHERE space = $1 AND (slug = $2 OR (slug >= $3 AND slug < $4))")
        .bind(space.to_owned())
        .bind(base.to_owned())
        .bind(format!("{base}-"))
        .bind(format!("{base}."))
        .fetch_all(&mut *tx.inner)
        .await?;
    rows.iter().map(|row| Ok((text(row, 0)?, text(row, 1)?))).collect()
}
