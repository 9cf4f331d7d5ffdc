//! What was said on the command line: `--name value`, in any order.

use std::{collections::BTreeMap, str::FromStr};

use crate::{Outcome, USAGE};

/// Every name that has a meaning.
const NAMES: &[&str] = &[
    "base",
    "connections",
    "first",
    "known",
    "number",
    "only",
    "out",
    "path",
    "paths",
    "pid",
    "queries",
    "rate",
    "seconds",
    "seed",
    "show",
    "size",
    "skip",
    "take",
    "unchanged",
];

/// The values by their names.
pub struct Arguments(BTreeMap<String, String>);

impl Arguments {
    /// Reads pairs of a name and a value.
    ///
    /// # Errors
    /// When a name is unknown or has no value.
    pub fn read(mut words: impl Iterator<Item = String>) -> Outcome<Self> {
        let mut values = BTreeMap::new();
        while let Some(word) = words.next() {
            let name = word.strip_prefix("--").filter(|name| NAMES.contains(name));
            let (Some(name), Some(value)) = (name, words.next()) else {
                return Err(format!("`{word}` is no argument, or has no value\n{USAGE}"));
            };
            values.insert(name.to_owned(), value);
        }
        Ok(Self(values))
    }

    /// The value of a name, which must be there.
    ///
    /// # Errors
    /// When it is not there, or cannot be read.
    pub fn need<T: FromStr>(&self, name: &str) -> Outcome<T> {
        let value = self.0.get(name).ok_or_else(|| format!("--{name} is missing\n{USAGE}"))?;
        value.parse().map_err(|_| format!("--{name} {value}: that is no such value\n{USAGE}"))
    }

    /// The value of a name, or another one when it is not there.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn or<T: FromStr>(&self, name: &str, otherwise: T) -> Outcome<T> {
        if self.0.contains_key(name) { self.need(name) } else { Ok(otherwise) }
    }
}
