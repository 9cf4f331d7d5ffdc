//! Which sources are known and how much each weighs (`sources.toml`, shipped and extendable).
//!
//! Ids in, [`Source`]s out. What holds: a source nobody registered weighs least (tier 8), whatever it says of itself.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::plan::is_source_id;
use crate::model::source::{Mode, Source, Tier};

/// The sources shipped with the program.
const SHIPPED: &str = include_str!("../../sources.toml");

/// What is wrong with a `sources.toml`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegistryError {
    /// It is no TOML, or has keys the program does not know.
    #[error("sources.toml cannot be read: {0}")]
    Unreadable(String),
    /// An id that cannot be one.
    #[error(
        "sources.toml: {0:?} is no id of a source; use lower-case letters, digits, dashes, and a * at the end for a pattern"
    )]
    BadId(String),
    /// Two entries of one file have the same id.
    #[error("sources.toml: {0:?} stands there twice")]
    Twice(String),
}

/// Every known source.
#[derive(Debug, Clone)]
pub struct Registry {
    /// The installation's own entries first.
    entries: Vec<Entry>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    source: Vec<Entry>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    name: String,
    publisher: String,
    tier: Tier,
    mode: Mode,
    licence: String,
    address: Option<String>,
    every: Option<String>,
    #[serde(default)]
    spell: BTreeMap<String, String>,
}

impl Registry {
    /// The sources shipped with the program.
    pub fn shipped() -> Self {
        Self { entries: parse(SHIPPED).expect("the sources shipped with the program are read by a test") }
    }

    /// The shipped sources and those of an installation's own `sources.toml`, which come first.
    pub fn with(own: &str) -> Result<Self, RegistryError> {
        let mut entries = parse(own)?;
        entries.extend(Self::shipped().entries);
        Ok(Self { entries })
    }

    /// The source with an id: an exact entry, else the pattern that says most, else one of tier 8 by its own name.
    pub fn find(&self, id: &str) -> Source {
        let exact = self.entries.iter().find(|entry| entry.id == id);
        let pattern = || {
            // Of several with the same pattern the first wins: the installation's own.
            self.entries.iter().rev().filter(|entry| entry.rest(id).is_some()).max_by_key(|entry| entry.id.len())
        };
        match exact.or_else(pattern) {
            Some(entry) => entry.source(id),
            None => Source {
                id: id.to_owned(),
                name: id.to_owned(),
                publisher: "not known".to_owned(),
                tier: Tier::LEGACY,
                mode: Mode::Full,
                licence: "not known".to_owned(),
                address: None,
                every: None,
            },
        }
    }

    /// Is there an entry or pattern for this id?
    pub fn knows(&self, id: &str) -> bool {
        self.entries.iter().any(|entry| entry.id == id || entry.rest(id).is_some())
    }

    /// Ids and patterns of every entry, for a person who looks for one.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| entry.id.as_str())
    }
}

impl Entry {
    /// What the `*` of a pattern stands for in an id.
    fn rest<'i>(&self, id: &'i str) -> Option<&'i str> {
        id.strip_prefix(self.id.strip_suffix('*')?).filter(|rest| !rest.is_empty())
    }

    fn source(&self, id: &str) -> Source {
        let rest = self.rest(id).unwrap_or_default();
        let spelled = self.spell.get(rest).map_or(rest, String::as_str);
        Source {
            id: id.to_owned(),
            name: self.name.replace("{*}", spelled),
            publisher: self.publisher.clone(),
            tier: self.tier,
            mode: self.mode,
            licence: self.licence.clone(),
            address: self.address.clone(),
            every: self.every.clone(),
        }
    }
}

fn parse(text: &str) -> Result<Vec<Entry>, RegistryError> {
    let file: File = toml::from_str(text).map_err(|e| RegistryError::Unreadable(e.to_string()))?;
    let mut seen = std::collections::BTreeSet::new();
    for entry in &file.source {
        if !is_source_id(entry.id.strip_suffix('*').unwrap_or(&entry.id)) {
            return Err(RegistryError::BadId(entry.id.clone()));
        }
        if !seen.insert(&entry.id) {
            return Err(RegistryError::Twice(entry.id.clone()));
        }
    }
    Ok(file.source)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_sources_weigh_what_the_contract_says() {
        let registry = Registry::shipped();
        for (id, tier, mode) in [
            ("moderator", 0, Mode::Delta),
            ("oracle-millennium-patient-r4", 3, Mode::Full),
            ("epic-2021", 3, Mode::Full),
            ("cerner-2020", 3, Mode::Full),
            ("smart-example-4", 3, Mode::Full),
            ("nppes", 4, Mode::Delta),
            ("cms-npd", 4, Mode::Full),
            ("state-medicaid", 4, Mode::Full),
            ("lantern-athenahealth", 5, Mode::Full),
            ("starter", 7, Mode::Full),
            ("original-connector", 8, Mode::Full),
            ("original-connector-2017", 8, Mode::Full),
            ("lantern-", 8, Mode::Full),
            ("somebody", 8, Mode::Full),
        ] {
            let source = registry.find(id);
            assert_eq!((source.tier.number(), source.mode, source.id.as_str()), (tier, mode, id));
        }
        assert_eq!(registry.find("somebody").name, "somebody");
        assert!(!registry.knows("somebody"));
        assert_eq!(registry.find("lantern-practice-fusion").name, "ONC's Lantern (from Practice Fusion)");
        assert_eq!(registry.find("lantern-new-vendor").name, "ONC's Lantern (from new-vendor)");
    }

    #[test]
    fn an_installation_adds_and_overrules() {
        let entry = |id: &str, tier: u8| {
            format!(
                "[[source]]\nid = \"{id}\"\nname = \"N {{*}}\"\npublisher = \"P\"\ntier = {tier}\nmode = \"full\"\nlicence = \"L\"\n"
            )
        };
        let own = entry("lantern-*", 8) + &entry("lantern-epic", 6) + &entry("mine", 5);
        let registry = Registry::with(&own).unwrap();
        let tier = |id| registry.find(id).tier.number();
        assert_eq!((tier("lantern-cerner"), tier("lantern-epic"), tier("mine"), tier("nppes")), (8, 6, 5, 4));
        for (text, words) in [
            (entry("a", 9), "tiers go from 0 to 8"),
            (entry("A B", 5), "no id"),
            (entry("a", 5) + &entry("a", 5), "twice"),
            (entry("a", 5) + "colour = 1", "unknown field"),
        ] {
            let error = Registry::with(&text).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
    }
}
