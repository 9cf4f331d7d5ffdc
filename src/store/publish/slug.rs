//! Readable addresses.

use std::collections::HashMap;

use crate::{
    model::{organization::Organization, text::slugify},
    store::{
        StoreError,
        db::{Tx, text},
    },
};

/// Name, city and state of an organization as the readable part of its address.
pub(super) fn organization_slug(thing: &Organization) -> String {
    let place = thing.main_place();
    let part = |value: Option<&String>| value.map(|v| format!(" {v}")).unwrap_or_default();
    let city = part(place.and_then(|p| p.city.as_ref()));
    let state = part(place.and_then(|p| p.state.as_ref()));
    slugify(&format!("{}{city}{state}", thing.name))
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
