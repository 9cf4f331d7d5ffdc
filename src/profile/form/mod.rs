//! A listing as the fields of a form, and back. Pure.
//!
//! What holds: what is not touched comes back as it was; what was typed can be shown again as it came; only fields that
//! [`schema`] names are read.

mod check;
pub mod schema;
#[cfg(test)]
mod tests;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use self::check::{Fault, Wrong};
use self::schema::{Field, List, Sort, Step};
use crate::model::features::Feature;

/// The longest text that is read of a field, in characters.
pub const LONGEST: usize = 4_000;
/// The longest line.
pub const LONGEST_LINE: usize = 300;
/// The longest address.
pub const LONGEST_WEB: usize = 2_000;

/// Values by the names of fields.
pub type Values = BTreeMap<String, String>;

/// What is typed of a feature.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Choice {
    /// `yes`, `no`, `planned`; empty: not sure.
    pub answer: String,
    /// From which day, when it is planned.
    pub from: String,
}

/// The form as it is filled.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Form {
    /// Fields that stand alone.
    pub fields: Values,
    /// Rows of lists.
    pub lists: BTreeMap<String, Vec<Values>>,
    /// The menu of features by code.
    pub features: BTreeMap<String, Choice>,
    /// Name of what it is part of, as the directory has it: nobody types it.
    pub parent_name: String,
}

impl Form {
    /// The value of a field.
    pub fn value(&self, name: &str) -> &str {
        self.fields.get(name).map(String::as_str).unwrap_or_default()
    }

    /// The rows of a list.
    pub fn rows(&self, list: &str) -> &[Values] {
        self.lists.get(list).map(Vec::as_slice).unwrap_or_default()
    }

    /// What is chosen of a feature.
    pub fn choice(&self, feature: Feature) -> Choice {
        self.features.get(feature.code()).cloned().unwrap_or_default()
    }

    /// Takes in what was sent of a step; the rest stays as it is.
    pub fn read(&mut self, step: Step, sent: &[(String, String)]) {
        for field in step.fields() {
            let values: Vec<&str> =
                sent.iter().filter(|(name, _)| name == field.name).map(|(_, value)| value.as_str()).collect();
            self.fields.insert(field.name.to_owned(), taken(field, &values));
        }
        if let Some(list) = step.list() {
            self.lists.insert(list.name.to_owned(), rows(list, sent));
        }
        if step == Step::Features {
            self.features = Feature::all().filter_map(|feature| chosen(feature, sent)).collect();
        }
    }

    /// One empty row more at the end of a list.
    pub fn add_row(&mut self, list: &List) {
        let rows = self.lists.entry(list.name.to_owned()).or_default();
        if rows.len() < list.most {
            rows.push(Values::new());
        }
    }

    /// Without one row of a list.
    pub fn remove_row(&mut self, list: &List, at: usize) {
        let rows = self.lists.entry(list.name.to_owned()).or_default();
        if at < rows.len() {
            rows.remove(at);
        }
    }
}

/// A value as it is kept in a form: no control characters, no more than anybody needs.
fn taken(field: &Field, values: &[&str]) -> String {
    let one = values.first().copied().unwrap_or_default();
    match field.sort {
        Sort::Many(options) => {
            let known = options.codes();
            let some: Vec<&str> = known.into_iter().filter(|code| values.contains(code)).collect();
            some.join(" ")
        }
        Sort::Tick => {
            if one.is_empty() {
                String::new()
            } else {
                "yes".into()
            }
        }
        _ => plain(one),
    }
}

fn plain(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    // One more than may be, so that "too long" can be told.
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).take(LONGEST + 1).collect()
}

/// The rows of a list as they were sent: `places.3.city`.
fn rows(list: &List, sent: &[(String, String)]) -> Vec<Values> {
    let numbered = |name: &str| {
        let (number, field) = name.strip_prefix(list.name)?.strip_prefix('.')?.split_once('.')?;
        let number = number.parse::<usize>().ok().filter(|number| *number < list.most)?;
        list.fields.iter().find(|known| known.name == field).map(|field| (number, field))
    };
    let mut all: BTreeMap<usize, Values> = BTreeMap::new();
    let names: BTreeSet<&str> = sent.iter().map(|(name, _)| name.as_str()).collect();
    for name in names {
        let Some((number, field)) = numbered(name) else { continue };
        let values: Vec<&str> =
            sent.iter().filter(|(other, _)| other == name).map(|(_, value)| value.as_str()).collect();
        all.entry(number).or_default().insert(field.name.to_owned(), taken(field, &values));
    }
    all.into_values().collect()
}

/// The name under which a feature is sent.
pub fn feature_name(feature: Feature) -> String {
    format!("feature.{}", feature.code())
}

fn chosen(feature: Feature, sent: &[(String, String)]) -> Option<(String, Choice)> {
    let name = feature_name(feature);
    let from = format!("{name}.from");
    let value =
        |wanted: &str| sent.iter().find(|(name, _)| name == wanted).map(|(_, value)| plain(value)).unwrap_or_default();
    let answer = value(&name);
    let known = ["yes", "no", "planned"].contains(&answer.as_str());
    let from = if answer == "planned" { value(&from) } else { String::new() };
    known.then(|| (feature.code().to_owned(), Choice { answer, from }))
}
