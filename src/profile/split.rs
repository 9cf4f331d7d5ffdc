//! A change in two parts: what goes live at once, and what waits for a second person. Pure.
//!
//! What holds: each field is judged by itself against what people see; a field that did not change is no change, whatever
//! stands there; the parts together are the whole.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::standing::{Standing, fields};
use crate::model::{
    change::{FieldChange, Risk, changes, risks},
    listing::Body,
};

/// Fields that are one: the name of what a thing is part of must not be changed without the thing itself.
const TOGETHER: [&str; 2] = ["part_of", "part_of_name"];

/// What becomes of a change.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Split {
    /// Fields that go live at once.
    pub safe: Vec<FieldChange>,
    /// Fields that wait.
    pub risky: Vec<FieldChange>,
    /// Why.
    pub risks: Vec<Risk>,
}

impl Split {
    /// Does nothing change?
    pub fn is_empty(&self) -> bool {
        self.safe.is_empty() && self.risky.is_empty()
    }

    /// Every change.
    pub fn all(&self) -> impl Iterator<Item = &FieldChange> {
        self.risky.iter().chain(&self.safe)
    }
}

/// Parts what `after` changes of the listing that a form began with.
pub fn split(standing: &Standing, after: &Body) -> Split {
    let mut out = Split::default();
    let mut found = BTreeSet::new();
    let all = changes(Some(&standing.listing), Some(after));
    let tied = |change: &FieldChange| TOGETHER.contains(&change.field.as_str());
    let joins = all.iter().any(|change| tied(change) && change.after.is_some());
    for change in all {
        let mut risks = risks_of(standing, std::slice::from_ref(&change));
        risks.extend((joins && tied(&change)).then_some(Risk::PartOf));
        if risks.is_empty() {
            out.safe.push(change);
        } else {
            found.extend(risks);
            out.risky.push(change);
        }
    }
    out.risks = found.into_iter().collect();
    out
}

/// Why these changes would have to wait, made to what people see.
fn risks_of(standing: &Standing, of: &[FieldChange]) -> Vec<Risk> {
    match with(&standing.seen, of) {
        Some(after) => risks(Some(&standing.seen), &after, &standing.trusted),
        // What cannot be judged is looked at by a person.
        None => vec![Risk::Name],
    }
}

/// A listing with some of its fields changed.
pub fn with(body: &Body, changes: &[FieldChange]) -> Option<Body> {
    let mut all: Map<String, Value> = fields(body);
    for change in changes {
        match &change.after {
            Some(value) => _ = all.insert(change.field.clone(), value.clone()),
            None => _ = all.remove(&change.field),
        }
    }
    serde_json::from_value(Value::Object(all)).ok()
}
