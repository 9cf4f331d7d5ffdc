//! What people see of a thing, what its owners say of it, and the listing that a form begins with.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::{
    app::App,
    model::{
        change::{Speaker, app_facts, facts},
        id::{Id, ThingKind},
        listing::{Body, OrganizationFacts},
        merge::Role,
        place::Place,
        text::match_form,
    },
    store::{Found, StoreError},
};

/// An organization or app as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// What people see, as a listing: what changes are judged by.
    pub seen: Body,
    /// The version of that.
    pub version: i64,
    /// The readable part of its address.
    pub slug: String,
    /// What the owners' source says; nothing before the first edit.
    pub said: Option<Body>,
    /// What a form begins with: everything people see, in the owners' words where they have said some.
    pub listing: Body,
    /// Domains that were ever live there.
    pub trusted: BTreeSet<(Role, String)>,
}

/// A thing as it stands; nothing when it is not in the directory.
pub async fn standing(app: &App, subject: &Id) -> Result<Option<Standing>, StoreError> {
    let (seen, version, slug) = match subject.kind() {
        ThingKind::Organization => match app.store.organization(subject).await? {
            Found::Here(org) => (Body::Organization(Box::new(facts(&org))), org.version, org.slug),
            _ => return Ok(None),
        },
        ThingKind::App => match app.store.apps().await?.into_iter().find(|known| known.id == *subject) {
            Some(known) => (Body::App(Box::new(app_facts(&known))), known.version, known.slug),
            None => return Ok(None),
        },
        _ => return Ok(None),
    };
    let said = app.store.said_by(Speaker::Owners, subject).await?.map(|said| said.body);
    let trusted = app.store.trusted_doors(subject).await?;
    Ok(Some(Standing { listing: complete(&seen, said.as_ref()), seen, version, slug, said, trusted }))
}

/// What people see, in the owners' words where they have said some. Lists that are put together from all sources have what
/// others say too, so that taking something out is a decision and not an accident.
pub fn complete(seen: &Body, said: Option<&Body>) -> Body {
    match (seen, said) {
        (Body::Organization(seen), Some(Body::Organization(said))) => Body::Organization(Box::new(of_all(seen, said))),
        (Body::App(_), Some(said @ Body::App(_))) => overlaid(seen, said).unwrap_or_else(|| seen.clone()),
        _ => seen.clone(),
    }
}

fn of_all(seen: &OrganizationFacts, said: &OrganizationFacts) -> OrganizationFacts {
    let body = |facts: &OrganizationFacts| Body::Organization(Box::new(facts.clone()));
    let mut all = match overlaid(&body(seen), &body(said)) {
        Some(Body::Organization(facts)) => *facts,
        _ => seen.clone(),
    };
    let named = match_form(&all.name);
    all.aliases = joined(&said.aliases, &seen.aliases, |name| match_form(name));
    all.aliases.retain(|name| match_form(name) != named);
    all.identifiers = joined(&said.identifiers, &seen.identifiers, Clone::clone);
    all.places = joined(&said.places, &seen.places, Place::key);
    all.areas = joined(&said.areas, &seen.areas, Clone::clone);
    all.endpoints = joined(&said.endpoints, &seen.endpoints, |endpoint| endpoint.at.key());
    all.features = seen.features.iter().chain(&said.features).map(|(feature, answer)| (*feature, *answer)).collect();
    all
}

/// The one, and what the other has beside it.
fn joined<T: Clone, K: Ord>(first: &[T], more: &[T], key: impl Fn(&T) -> K) -> Vec<T> {
    let mut known = BTreeSet::new();
    first.iter().chain(more).filter(|item| known.insert(key(item))).cloned().collect()
}

/// Every field that `said` fills, and the rest of `seen`.
fn overlaid(seen: &Body, said: &Body) -> Option<Body> {
    let mut all = fields(seen);
    let said = fields(said).into_iter().filter(|(_, value)| value.as_str() != Some(""));
    all.extend(said);
    serde_json::from_value(Value::Object(all)).ok()
}

/// A listing as its fields; `subject` is one of them.
pub(super) fn fields(body: &Body) -> Map<String, Value> {
    match serde_json::to_value(body) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    }
}
