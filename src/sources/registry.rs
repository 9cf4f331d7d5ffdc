//! Which sources are known and how much each weighs (`sources.toml`, shipped and extendable).
//!
//! Ids in, [`Source`]s out. What holds: a source nobody registered weighs least (tier 8), whatever it says of itself.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

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
    /// What it says about fetching makes no sense.
    #[error("sources.toml: {id:?}: {why}")]
    Fetch {
        /// The entry.
        id: String,
        /// What is wrong and how to mend it.
        why: String,
    },
}

/// A source that the program can fetch by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Download {
    /// The source.
    pub source: Source,
    /// Its files, one load together.
    pub addresses: Vec<String>,
    /// Files with the name of their month: addresses with `{Month}` and `{Year}` in them.
    pub dated: Vec<String>,
    /// A manifest, whose files lie beside it.
    pub manifest: Option<String>,
    /// Hosts that may be asked beside those of the addresses.
    pub hosts: Vec<String>,
    /// The largest file, in bytes, when that is more than usual.
    pub at_most: Option<u64>,
    /// How long a version is good for.
    pub every: Duration,
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
    fetch: Fetch,
    #[serde(default)]
    fetch_dated: Vec<String>,
    fetch_manifest: Option<String>,
    #[serde(default)]
    fetch_hosts: Vec<String>,
    at_most: Option<String>,
    #[serde(default)]
    spell: BTreeMap<String, String>,
}

/// Where files are: of the source itself, or of each id that a pattern stands for.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Fetch {
    Own(Vec<String>),
    Each(BTreeMap<String, Vec<String>>),
}

impl Default for Fetch {
    fn default() -> Self {
        Self::Own(Vec::new())
    }
}

impl Registry {
    /// The sources shipped with the program.
    pub fn shipped() -> Self {
        Self { entries: parse(SHIPPED).expect("the sources shipped with the program are read by a test") }
    }

    /// Only what a text says.
    #[cfg(test)]
    pub(super) fn only(text: &str) -> Self {
        Self { entries: parse(text).unwrap() }
    }

    /// The shipped sources and those of an installation's own `sources.toml`, which come first.
    pub fn with(own: &str) -> Result<Self, RegistryError> {
        let mut entries = parse(own)?;
        entries.extend(Self::shipped().entries);
        Ok(Self { entries })
    }

    /// The source with an id: an exact entry, else the pattern that says most, else one of tier 8 by its own name.
    pub fn find(&self, id: &str) -> Source {
        match self.entry(id) {
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

    fn entry(&self, id: &str) -> Option<&Entry> {
        let exact = self.entries.iter().find(|entry| entry.id == id);
        let pattern = || {
            // Of several with the same pattern the first wins: the installation's own.
            self.entries.iter().rev().filter(|entry| entry.rest(id).is_some()).max_by_key(|entry| entry.id.len())
        };
        exact.or_else(pattern)
    }

    /// Every source that the program can fetch by itself, in the order of ids. An installation's entry without `fetch`
    /// stops the fetching of a shipped one.
    pub fn downloads(&self) -> Vec<Download> {
        let ids: BTreeSet<String> = self.entries.iter().flat_map(Entry::fetched_ids).collect();
        ids.iter()
            .filter_map(|id| {
                let entry = self.entry(id)?;
                let addresses = entry.addresses(id)?.to_vec();
                let (dated, manifest) = (entry.fetch_dated.clone(), entry.fetch_manifest.clone());
                if addresses.is_empty() && dated.is_empty() && manifest.is_none() {
                    return None;
                }
                let (hosts, at_most) = (entry.fetch_hosts.clone(), entry.at_most.as_deref().and_then(size));
                let every = interval(entry.every.as_deref()?)?;
                Some(Download { source: entry.source(id), addresses, dated, manifest, hosts, at_most, every })
            })
            .collect()
    }

    /// Is there an entry or pattern for this id?
    pub fn knows(&self, id: &str) -> bool {
        self.entries.iter().any(|entry| entry.id == id || entry.rest(id).is_some())
    }

    /// Every address an entry names: for people, and of files that are fetched.
    pub fn addresses(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().flat_map(|entry| {
            let files: Vec<&String> = match &entry.fetch {
                Fetch::Own(files) => files.iter().collect(),
                Fetch::Each(lists) => lists.values().flatten().collect(),
            };
            entry.address.iter().chain(files).chain(&entry.fetch_manifest).map(String::as_str)
        })
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

    fn fetched_ids(&self) -> Vec<String> {
        match (&self.fetch, self.id.strip_suffix('*')) {
            (Fetch::Own(_), _) => vec![self.id.clone()],
            (Fetch::Each(each), Some(begin)) => each.keys().map(|rest| format!("{begin}{rest}")).collect(),
            (Fetch::Each(_), None) => Vec::new(),
        }
    }

    fn addresses(&self, id: &str) -> Option<&[String]> {
        match &self.fetch {
            Fetch::Own(addresses) => Some(addresses),
            Fetch::Each(each) => each.get(self.rest(id)?).map(Vec::as_slice),
        }
    }

    /// Is what it says about fetching sound?
    fn check_fetch(&self) -> Result<(), RegistryError> {
        let wrong = |why: String| Err(RegistryError::Fetch { id: self.id.clone(), why });
        let every = self.every.as_deref();
        if let Some(every) = every.filter(|every| interval(every).is_none()) {
            return wrong(format!("every = {every:?} is no time; write \"12 hours\", \"1 day\" or \"2 weeks\""));
        }
        let pattern = self.id.ends_with('*');
        let addresses: Vec<&String> = match &self.fetch {
            Fetch::Own(own) if pattern && !own.is_empty() => {
                return wrong("a pattern needs a table, [source.fetch], with the addresses of each id".to_owned());
            }
            Fetch::Each(_) if !pattern => {
                return wrong("an id without a * has a list of addresses: fetch = [\"https://…\"]".to_owned());
            }
            Fetch::Own(own) => own.iter().collect(),
            Fetch::Each(each) => each.values().flatten().collect(),
        };
        let addresses: Vec<&String> =
            addresses.into_iter().chain(&self.fetch_dated).chain(&self.fetch_manifest).collect();
        if pattern && !(self.fetch_dated.is_empty() && self.fetch_manifest.is_none()) {
            return wrong("fetch_dated and fetch_manifest are for an id without a *".to_owned());
        }
        if let Some(bad) = self.fetch_dated.iter().find(|at| !at.contains("{Month}") || !at.contains("{Year}")) {
            return wrong(format!("{bad:?} has no {{Month}} and {{Year}} in it"));
        }
        if let Some(bad) = self.at_most.as_deref().filter(|at_most| size(at_most).is_none()) {
            return wrong(format!("at_most = {bad:?} is no size; write \"500 MB\" or \"4 GB\", at most 64 GB"));
        }
        let is_host =
            |host: &String| !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.".contains(&b));
        if let Some(bad) = self.fetch_hosts.iter().find(|host| !is_host(host)) {
            return wrong(format!("fetch_hosts: {bad:?} is no name of a host"));
        }
        if !addresses.is_empty() && every.is_none() {
            return wrong("who is fetched needs a time: every = \"7 days\"".to_owned());
        }
        // Which hosts may be asked is for the guard to say; here only what can be no address at all is told early.
        match addresses.iter().find(|address| !address.starts_with("https://") && !address.starts_with("http://")) {
            Some(address) => wrong(format!("{address:?} is no address; it begins with https://")),
            None => Ok(()),
        }
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
        entry.check_fetch()?;
    }
    Ok(file.source)
}

/// Reads `500 MB`, `4 GB`: at most 64 GB.
fn size(text: &str) -> Option<u64> {
    let (number, unit) = text.trim().split_once(' ')?;
    let number: u64 = number.parse().ok()?;
    let bytes = match unit.trim() {
        "MB" => number.checked_mul(1 << 20)?,
        "GB" => number.checked_mul(1 << 30)?,
        _ => return None,
    };
    (1..=64 << 30).contains(&bytes).then_some(bytes)
}

/// Reads `12 hours`, `1 day`, `2 weeks`: a whole number and a unit.
fn interval(text: &str) -> Option<Duration> {
    let (number, unit) = text.trim().split_once(' ')?;
    let number: u64 = number.parse().ok().filter(|number| (1..=1_000).contains(number))?;
    let seconds = match unit.trim() {
        "minute" | "minutes" => 60,
        "hour" | "hours" => 3_600,
        "day" | "days" => 86_400,
        "week" | "weeks" => 7 * 86_400,
        _ => return None,
    };
    Some(Duration::from_secs(number * seconds))
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
            ("cms-provider-endpoints-great-ehr", 5, Mode::Full),
            ("cms-payer-endpoints", 5, Mode::Full),
            ("cms-payer-endpoints-good-plan", 5, Mode::Full),
            ("payer-index", 5, Mode::Delta),
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

    #[test]
    fn what_is_fetched_is_a_file_over_https_and_has_a_time() {
        let downloads = Registry::shipped().downloads();
        let oracle = downloads.iter().find(|d| d.source.id == "oracle-millennium-patient-r4").unwrap();
        assert_eq!((oracle.addresses.len(), oracle.every), (1, Duration::from_hours(24)));
        let lantern = downloads.iter().find(|d| d.source.id == "lantern-altera").unwrap();
        assert_eq!(lantern.source.name, "ONC's Lantern (from Altera)");
        for download in &downloads {
            assert!(!download.source.id.contains('*'), "{download:?}");
            for address in &download.addresses {
                assert!(address.starts_with("https://"), "{address}");
            }
        }
        let nppes = downloads.iter().find(|d| d.source.id == "nppes").unwrap();
        assert!(nppes.dated[0].starts_with("https://download.cms.gov/") && nppes.at_most > Some(1 << 30));
        let npd = downloads.iter().find(|d| d.source.id == "cms-npd").unwrap();
        assert_eq!(npd.manifest.as_deref(), Some("https://directory.cms.gov/downloads/manifest.json"));
        assert_eq!(npd.hosts.len(), 1, "where its files are kept");
        assert!(downloads.iter().any(|d| d.source.id == "payer-index" && d.addresses.len() == 1));
        let files: Vec<&String> = downloads.iter().flat_map(|d| &d.addresses).collect();
        assert_eq!(files.iter().collect::<BTreeSet<_>>().len(), files.len(), "one file belongs to one source");
    }

    #[test]
    fn an_installation_says_what_is_fetched() {
        let entry = |id: &str, more: &str| {
            format!(
                "[[source]]\nid = \"{id}\"\nname = \"N\"\npublisher = \"P\"\ntier = 5\nmode = \"full\"\nlicence = \"L\"\n{more}\n"
            )
        };
        let own = entry("oracle-millennium-patient-r4", "")
            + &entry(
                "mine",
                "every = \"12 hours\"\nfetch = [\"http://lists.intranet:8080/a\", \"https://b.example.org/\"]",
            )
            + &entry("lantern-*", "every = \"2 weeks\"\n[source.fetch]\nnew = [\"https://c.example.org/\"]");
        let downloads = Registry::with(&own).unwrap().downloads();
        let of = |id: &str| downloads.iter().find(|d| d.source.id == id);
        assert!(of("oracle-millennium-patient-r4").is_none(), "its own entry stops the shipped one");
        assert_eq!(of("mine").unwrap().addresses.len(), 2);
        assert_eq!(of("mine").unwrap().every, Duration::from_hours(12));
        assert_eq!(of("lantern-new").unwrap().every, Duration::from_hours(14 * 24));
        assert!(of("lantern-altera").is_none(), "its own pattern overrules the shipped one");
        for (text, words) in [
            (entry("a", "every = \"often\""), "is no time"),
            (entry("a", "every = \"0 days\""), "is no time"),
            (entry("a", "fetch = [\"https://a.example.org/\"]"), "needs a time"),
            (entry("a", "every = \"1 day\"\nfetch = [\"a.example.org\"]"), "begins with https"),
            (entry("a", "every = \"1 day\"\nfetch_dated = [\"https://a.example.org/a.zip\"]"), "{Month}"),
            (entry("a", "fetch_manifest = \"https://a.example.org/m.json\""), "needs a time"),
            (entry("a-*", "every = \"1 day\"\nfetch_manifest = \"https://a.example.org/m.json\""), "without a *"),
            (entry("a", "fetch_hosts = [\"https://a.example.org\"]"), "name of a host"),
            (entry("a", "at_most = \"65 GB\""), "is no size"),
            (entry("a-*", "every = \"1 day\"\nfetch = [\"https://a.example.org/\"]"), "needs a table"),
            (entry("a", "every = \"1 day\"\n[source.fetch]\nb = [\"https://a.example.org/\"]"), "list of addresses"),
        ] {
            let error = Registry::with(&text).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
    }
}
