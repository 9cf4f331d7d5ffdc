//! What a source of people's words says of itself, and what people see with it. Pure.
//!
//! What holds: a form begins with what everybody sees, and of what is sent only that is somebody's own word which they changed,
//! added, took out or expressly confirmed. So nobody is credited with what a list said, and what lists say later of the rest
//! still reaches people.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{FieldChange, changes, object};
use crate::model::{
    listing::{Body, OrganizationFacts},
    merge::items,
    place::Place,
    text::match_form,
};

/// The field of a listing in which stands what is not so.
pub const DENIED: &str = "denied";

/// Lists that are put together from what all sources say: what is taken out of one is said not to be so, item by item.
const JOINED: [&str; 8] = ["aliases", "areas", "endpoints", "features", "identifiers", "kinds", "places", "portals"];

/// What a source says once these changes of what people see are its own: beside what it `said` before, the changed fields
/// (lists whole), and what is taken out as not so. `of` is a listing of the same thing. Nothing when that makes no listing.
pub fn own_words(said: Option<&Body>, of: &Body, changes: &[FieldChange]) -> Option<Body> {
    let mut all = object(said);
    let mut denied = denials(said);
    for change in changes {
        let after = of_field(&change.field, change.after.as_ref());
        denied.extend(of_field(&change.field, change.before.as_ref()).difference(&after).cloned());
        put(&mut all, change);
    }
    for (field, value) in &all {
        // What it says itself it does not deny; a name is among the names.
        for item in of_field(field, Some(value)) {
            denied.remove(&item);
        }
    }
    if let Some(name) = all.get("name").and_then(Value::as_str) {
        denied.remove(&items::alias(name));
    }
    set_denials(&mut all, &denied);
    all.insert("subject".into(), of.subject().into());
    serde_json::from_value(Value::Object(all)).ok()
}

/// What somebody says expressly though people see it already: these fields of a listing that their source does not say so yet.
pub fn expressly(said: Option<&Body>, after: &Body, fields: &BTreeSet<String>) -> Vec<FieldChange> {
    let told = object(Some(after));
    let of = |change: &FieldChange| fields.contains(&change.field) && change.after.is_some();
    let unsaid = changes(said, Some(after)).into_iter().filter(of);
    // People see it: nothing is taken out by it.
    unsaid.map(|change| FieldChange { before: told.get(&change.field).cloned(), ..change }).collect()
}

/// What people see, in the words of a source where it has said some. Lists that are put together from all sources have what
/// others say too, so that taking something out is a decision and not an accident; what the source denies is not there.
pub fn complete(seen: &Body, said: Option<&Body>) -> Body {
    let Some(said) = said.filter(|said| said.subject() == seen.subject()) else { return seen.clone() };
    let mut all = object(Some(seen));
    let mut own = object(Some(said));
    own.remove(DENIED);
    for item in denials(Some(said)) {
        all.remove(&item);
    }
    all.extend(own);
    all.insert("subject".into(), seen.subject().into());
    let overlaid = serde_json::from_value(Value::Object(all)).unwrap_or_else(|_| seen.clone());
    match (overlaid, seen, said) {
        (Body::Organization(mut all), Body::Organization(seen), Body::Organization(said)) => {
            join(&mut all, seen, said);
            Body::Organization(all)
        }
        (overlaid, ..) => overlaid,
    }
}

/// Puts together the lists that all sources add to.
fn join(all: &mut OrganizationFacts, seen: &OrganizationFacts, said: &OrganizationFacts) {
    let denied: BTreeSet<&str> = said.denied.iter().map(String::as_str).collect();
    let stays = |item: String| !denied.contains(item.as_str());
    let named = match_form(&all.name);
    all.aliases = joined(&said.aliases, &seen.aliases, |name| match_form(name));
    all.aliases.retain(|name| match_form(name) != named && stays(items::alias(name)));
    all.identifiers = joined(&said.identifiers, &seen.identifiers, Clone::clone);
    all.identifiers.retain(|number| stays(items::number(number)));
    all.places = joined(&said.places, &seen.places, Place::key);
    all.places.retain(|place| stays(items::place(place)));
    all.areas = joined(&said.areas, &seen.areas, Clone::clone);
    all.areas.retain(|area| stays(items::area(area)));
    all.kinds.retain(|kind| stays(items::kind(*kind)));
    all.portals.retain(|portal| stays(items::portal(&portal.at.door)));
    all.endpoints = joined(&said.endpoints, &seen.endpoints, |endpoint| endpoint.at.key());
    all.endpoints.retain(|endpoint| stays(items::endpoint(&endpoint.at)));
    all.features = seen.features.iter().chain(&said.features).map(|(feature, answer)| (*feature, *answer)).collect();
    all.features.retain(|feature, _| stays(items::feature(feature)));
}

/// The one, and what the other has beside it.
fn joined<T: Clone, K: Ord>(first: &[T], more: &[T], key: impl Fn(&T) -> K) -> Vec<T> {
    let mut known = BTreeSet::new();
    first.iter().chain(more).filter(|item| known.insert(key(item))).cloned().collect()
}

/// The fields that a change of a source's words touches; where it takes something out, the field of that.
pub fn touched(before: Option<&Body>, after: &Body) -> BTreeSet<String> {
    let (was, is) = (denials(before), denials(Some(after)));
    let fields = changes(before, Some(after)).into_iter().map(|change| change.field);
    let fields = fields.filter(|field| field != DENIED);
    fields.chain(was.symmetric_difference(&is).map(|item| field_of(item).to_owned())).collect()
}

/// What a change of a source's words, from `before` to `after`, makes different from what people see. What the source says no
/// longer is among it; without anything to see, everything that it says is.
pub fn differences(seen: Option<&Body>, before: Option<&Body>, after: &Body) -> Vec<FieldChange> {
    let touched = touched(before, after);
    let picture = seen.map_or_else(|| after.clone(), |seen| complete(seen, Some(after)));
    let mut all = changes(seen, Some(&picture));
    all.retain(|change| touched.contains(&change.field));
    let silent = changes(before, Some(after)).into_iter().filter(|change| change.after.is_none());
    let stands = object(seen);
    for change in silent {
        let known = change.field == DENIED || all.iter().any(|other| other.field == change.field);
        if let Some(value) = stands.get(&change.field).filter(|_| !known) {
            all.push(FieldChange { field: change.field, before: Some(value.clone()), after: None });
        }
    }
    all
}

/// The field that a denied item is of.
fn field_of(item: &str) -> &str {
    match item.split_once('/') {
        Some(("locations", _)) => "places",
        Some((list, _)) => list,
        None => item,
    }
}

/// The items of a field by which it is denied: each of a list that all sources add to, else the field itself.
fn of_field(field: &str, value: Option<&Value>) -> BTreeSet<String> {
    let Some(value) = value else { return BTreeSet::new() };
    if !JOINED.contains(&field) {
        // Of a name nothing is denied: whoever gives another one has said that.
        return if field == "name" { BTreeSet::new() } else { [field.to_owned()].into() };
    }
    let alone = Map::from_iter([(field.to_owned(), value.clone())]);
    let facts: OrganizationFacts = serde_json::from_value(Value::Object(alone)).unwrap_or_default();
    let kinds = facts.kinds.iter().map(|kind| items::kind(*kind));
    items::of_lists(&facts).chain(kinds).chain(facts.areas.iter().map(|area| items::area(area))).collect()
}

fn denials(body: Option<&Body>) -> BTreeSet<String> {
    listed(object(body).get(DENIED))
}

fn set_denials(all: &mut Map<String, Value>, denied: &BTreeSet<String>) {
    if denied.is_empty() {
        all.remove(DENIED);
    } else {
        all.insert(DENIED.into(), denied.iter().cloned().map(Value::from).collect());
    }
}

/// Puts what a field would say into a listing.
fn put(all: &mut Map<String, Value>, change: &FieldChange) {
    match &change.after {
        Some(value) => _ = all.insert(change.field.clone(), value.clone()),
        None => _ = all.remove(&change.field),
    }
}

/// Takes a change of what is denied into a listing, item by item, of the fields that are `wanted`: two that deny different things
/// do not stand in each other's way. Answers whether anything of it was wanted.
pub fn deny(all: &mut Map<String, Value>, change: &FieldChange, wanted: impl Fn(&str) -> bool) -> bool {
    let (mut was, mut is) = (listed(change.before.as_ref()), listed(change.after.as_ref()));
    was.retain(|item| wanted(field_of(item)));
    is.retain(|item| wanted(field_of(item)));
    let mut now = listed(all.get(DENIED));
    now.retain(|item| !was.contains(item) || is.contains(item));
    now.extend(is.difference(&was).cloned());
    set_denials(all, &now);
    was != is
}

fn listed(items: Option<&Value>) -> BTreeSet<String> {
    let items = items.and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}
