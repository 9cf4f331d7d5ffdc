//! Searches: `GET [base]/[type]?…` and `POST [base]/[type]/_search` (FHIR R4, Search).
//!
//! The register finds ([`Look`]) and the store gives the documents of one page, in one question. What holds: both ways to
//! ask give the same; the work is bounded before it is done; a page never has a resource twice.

mod along;
mod codings;
mod criteria;
mod cursor;
mod evaluate;
mod look;
mod page;
mod parameters;
mod query;
mod tokens;
mod values;

#[cfg(test)]
mod tests;

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use axum::{body::Bytes, http::HeaderMap, response::Response};
use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

pub use self::parameters::{Parameter, includes, parameters, reverse_includes};
use self::{
    along::Along,
    cursor::Cursor,
    evaluate::Context,
    look::Look,
    page::{Item, Page},
    query::{CURSOR, Query},
};
use super::{
    answer,
    negotiate::{Asked, GENERAL, pairs},
    outcome::{Code, Issue, OperationOutcome, Outcome, Severity},
};
use crate::{
    app::App,
    model::{
        id::{Id, ThingKind},
        organization::Organization,
    },
    r4::{Bundle, BundleType, Entry, Link, Mapper, Mode, Owners, Part, Resource, ResourceType, View},
    register::{Columns, Key},
};

/// `GET [base]/[type]?…`; `query` is what follows the question mark, not decoded.
pub async fn get(
    app: App,
    view: View,
    kind: ResourceType,
    headers: HeaderMap,
    query: String,
) -> Result<Response, Outcome> {
    answer(app, view, kind, &headers, pairs(&query)?).await
}

/// `POST [base]/[type]/_search`: parameters in the address and in the body, whose media type was looked at before.
pub async fn post(
    app: App,
    view: View,
    kind: ResourceType,
    headers: HeaderMap,
    query: String,
    body: Bytes,
) -> Result<Response, Outcome> {
    let body = std::str::from_utf8(&body)
        .map_err(|_| Outcome::new(axum::http::StatusCode::BAD_REQUEST, Code::Invalid, "The body is not UTF-8."))?;
    let mut all = pairs(&query)?;
    all.extend(pairs(body)?);
    answer(app, view, kind, &headers, all).await
}

/// What was found, without documents.
struct Found {
    columns: Arc<Columns>,
    page: Page,
    along: Along,
    total: usize,
}

async fn answer(
    app: App,
    view: View,
    kind: ResourceType,
    headers: &HeaderMap,
    given: Vec<(String, String)>,
) -> Result<Response, Outcome> {
    let writing: Vec<(String, String)> =
        given.iter().filter(|(name, value)| GENERAL.contains(&name.as_str()) && !value.is_empty()).cloned().collect();
    let asked = Asked::read(headers, given)?;
    let public = &app.config.public_url;
    let query = Query::read(&asked, kind, public, view)?;
    let cursor = query.cursor.as_deref().map(|text| read_cursor(text, &query, view)).transpose()?;
    let columns = app.register.columns().ok_or_else(Outcome::not_ready)?;
    let now = app.clock.micros();
    let (query, found) = if query.is_quick() {
        let found = find(columns, &query, view, cursor.as_ref(), Context { public, now });
        (query, found)
    } else {
        let public_url = public.clone();
        // Looking through a million rows takes milliseconds, which others should not wait for.
        tokio::task::spawn_blocking(move || {
            let found = find(columns, &query, view, cursor.as_ref(), Context { public: &public_url, now });
            (query, found)
        })
        .await
        .map_err(|why| Outcome::broken("a search was cut off", &why))?
    };
    let documents = documents(&app, &found).await?;
    let mapper = Mapper::new(public, view);
    let mut entries = Vec::new();
    for (mode, items) in [(Mode::Match, &found.page.items), (Mode::Include, &found.along.items)] {
        for item in items {
            entries.extend(entry(&asked, mapper, &found, &documents, *item, mode)?);
        }
    }
    entries.extend(outcome(&query, &found).map(|outcome| Entry::outcome(Body::Outcome(outcome))));
    let total = (query.total || query.count == 0).then_some(found.total as u64);
    let bundle = Bundle::new(BundleType::Searchset, now, total, links(mapper, &query, &writing, &found), entries);
    Ok(answer::respond(&asked, answer::text(&asked, &bundle)?))
}

fn find(columns: Arc<Columns>, query: &Query, view: View, after: Option<&Cursor>, context: Context<'_>) -> Found {
    let look = Look::new(&columns, view);
    let set = look.search(query.kind, &query.criteria, context);
    let total = if query.total || query.count == 0 { set.count() } else { 0 };
    let (page, along) = if query.count == 0 {
        (Page { items: Vec::new(), next: None }, Along::default())
    } else {
        let page = look.page(query, &set, after);
        let along = look.along(&page.items, &query.includes);
        (page, along)
    };
    Found { columns, page, along, total }
}

fn read_cursor(text: &str, query: &Query, view: View) -> Result<Cursor, Outcome> {
    let cursor = Cursor::read(text).filter(|cursor| cursor.mark == query.mark(view));
    let cursor = cursor.filter(|cursor| cursor.values.len() == query.sort.len());
    cursor.ok_or_else(|| {
        let why = "It belongs to another search, or is none: follow the links of a bundle as they are.";
        Outcome::parameter(CURSOR, why)
    })
}

/// The documents of all that goes out, with no more of who said what than goes out.
async fn documents(app: &App, found: &Found) -> Result<HashMap<Key, Organization>, Outcome> {
    let mut wanted: BTreeMap<Key, Vec<Cow<'static, str>>> = BTreeMap::new();
    for item in found.page.items.iter().chain(&found.along.items) {
        wanted.entry(item.organization).or_default().push(found.part(*item).said_in());
    }
    let id = |key: &Key| Id::new(ThingKind::Organization, Uuid::from_bytes(*key));
    let mut documents = app.store.documents(&wanted.keys().map(id).collect::<Vec<_>>()).await?;
    let there = wanted.iter().filter_map(|(key, fields)| Some((key, fields, documents.remove(&id(key))?)));
    there.map(|(key, fields, document)| Ok((*key, document.with_said(fields)?))).collect()
}

impl Found {
    /// What of an organization an item is.
    fn part(&self, item: Item) -> Part {
        let id = |kind| Id::new(kind, Uuid::from_bytes(item.own));
        match item.kind {
            ResourceType::Organization => Part::Organization,
            ResourceType::OrganizationAffiliation => Part::Affiliation,
            ResourceType::Location => Part::Location(id(ThingKind::Location)),
            ResourceType::HealthcareService => Part::Portal(id(ThingKind::Portal)),
            ResourceType::Endpoint => {
                let endpoints = &self.columns.endpoints;
                let owners = endpoints.find(&item.own).map_or(0, |row| endpoints.homes[row].owners);
                Part::Endpoint(
                    id(ThingKind::Endpoint),
                    match owners {
                        0 => Owners::None,
                        1 => Owners::One,
                        _ => Owners::Many,
                    },
                )
            }
        }
    }
}

/// What stands in an entry.
#[derive(Serialize)]
#[serde(untagged)]
enum Body<'a> {
    Whole(Box<Resource<'a>>),
    Parts(Map<String, Value>),
    Outcome(OperationOutcome),
}

/// One entry; nothing when the document changed since the columns were made and does not have it any more.
fn entry<'r>(
    asked: &Asked,
    mapper: Mapper<'r>,
    found: &Found,
    documents: &'r HashMap<Key, Organization>,
    item: Item,
    mode: Mode,
) -> Result<Option<Entry<Body<'r>>>, Outcome> {
    let Some(document) = documents.get(&item.organization) else { return Ok(None) };
    let Some((of, row)) = found.columns.find(&item.organization) else { return Ok(None) };
    let at = found.columns.parts[of].segment.at[row];
    let part = found.part(item);
    let Some(Ok(resource)) = mapper.part(document, &part, at) else { return Ok(None) };
    let name = match &part {
        Part::Organization => document.id.to_string(),
        Part::Affiliation => crate::r4::ids::affiliation(&document.id),
        Part::Portal(portal) => crate::r4::ids::service(&document.id, portal),
        Part::Location(id) | Part::Endpoint(id, _) => id.to_string(),
    };
    let body = match answer::parts(item.kind, &asked.elements, &resource)? {
        Some(parts) => Body::Parts(parts),
        None => Body::Whole(Box::new(resource)),
    };
    Ok(Some(Entry::found(mapper.full_url(item.kind, &name), body, mode)))
}

/// What the server has to say of the search.
fn outcome(query: &Query, found: &Found) -> Option<OperationOutcome> {
    let mut issues = query.ignored.clone();
    if found.along.cut {
        let why = format!("More than {} resources would come along with this page; the rest is left out.", along::MOST);
        issues.push(Issue::of_parameter(Severity::Warning, Code::TooCostly, "_include", why));
    }
    (!issues.is_empty()).then(|| OperationOutcome::new(issues))
}

fn links(mapper: Mapper<'_>, query: &Query, writing: &[(String, String)], found: &Found) -> Vec<Link> {
    let base = format!("{}/{}", mapper.base(), query.kind.name());
    let address = |cursor: Option<&str>| {
        let mut to = url::form_urlencoded::Serializer::new(String::new());
        to.extend_pairs(query.used.iter().chain(writing));
        if let Some(cursor) = cursor {
            to.append_pair(CURSOR, cursor);
        }
        let parameters = to.finish();
        if parameters.is_empty() { base.clone() } else { format!("{base}?{parameters}") }
    };
    let mut links = vec![Link { relation: "self", url: address(query.cursor.as_deref()) }];
    if query.count > 0 {
        links.push(Link { relation: "first", url: address(None) });
        links.extend(found.page.next.as_ref().map(|next| Link { relation: "next", url: address(Some(&next.write())) }));
    }
    links
}
