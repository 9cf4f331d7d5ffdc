//! What people see of a thing, what its owners say of it, and the listing that a form begins with.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::{
    app::App,
    model::{
        change::{Speaker, app_facts, complete, facts},
        id::{Id, ThingKind},
        listing::Body,
        merge::Role,
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

/// A listing as its fields; `subject` is one of them.
pub(super) fn fields(body: &Body) -> Map<String, Value> {
    match serde_json::to_value(body) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    }
}
