//! The words of names and the makers of records software, as matching knows them (`words.toml`, `vendors.toml`).

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::LazyLock,
};

use serde::Deserialize;

use super::name::singular;

/// The words inside the program.
pub static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let mut words: Words = read("words.toml", include_str!("words.toml"));
    words.common = words.common.iter().map(|word| singular(word)).collect();
    words
});
/// The makers inside the program.
pub static VENDORS: LazyLock<BTreeMap<String, Vendor>> =
    LazyLock::new(|| read("vendors.toml", include_str!("vendors.toml")));

/// What `words.toml` says.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// Words that say nothing anywhere.
    pub empty: HashSet<String>,
    /// Legal forms at the end of a name.
    pub legal: HashSet<String>,
    /// Degrees and titles of persons.
    pub titles: HashSet<String>,
    /// Words that tell nobody from anybody.
    pub common: HashSet<String>,
    /// Short form -> written out.
    pub short: HashMap<String, String>,
}

/// One maker of records software.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vendor {
    /// Its hosts; names below them count too.
    pub hosts: Vec<String>,
    /// Does the last part of a path name the customer?
    pub codes: bool,
    /// Hosts whose one address serves every customer.
    pub everyone: Vec<String>,
}

/// The maker a host belongs to.
pub fn vendor_of(host: &str) -> Option<(&'static str, &'static Vendor)> {
    let below = |known: &String| host == known || host.strip_suffix(known).is_some_and(|rest| rest.ends_with('.'));
    VENDORS.iter().find(|(_, vendor)| vendor.hosts.iter().any(below)).map(|(name, vendor)| (name.as_str(), vendor))
}

fn read<T: Default + for<'de> Deserialize<'de>>(file: &str, text: &str) -> T {
    toml::from_str(text).unwrap_or_else(|why| {
        tracing::error!(%why, file, "a table of src/model/matching cannot be read; nothing is matched by it");
        T::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::door::shared_host;

    #[test]
    fn the_files_are_read() {
        let words: Words = toml::from_str(include_str!("words.toml")).unwrap();
        let vendors: BTreeMap<String, Vendor> = toml::from_str(include_str!("vendors.toml")).unwrap();
        assert!(words.common.contains("hospital") && words.short.contains_key("ctr"));
        assert!(vendors.len() > 5);
    }

    #[test]
    fn entries_are_written_as_names_are_read() {
        // What folding changes would never be met.
        for word in WORDS.short.values().flat_map(|full| full.split(' ')) {
            assert_eq!(singular(word), word, "a long form that is read differently");
        }
    }

    #[test]
    fn every_makers_host_is_one_that_is_shared() {
        for host in VENDORS.values().flat_map(|vendor| &vendor.hosts) {
            assert!(shared_host(host), "{host} is missing in shared_hosts.txt: doors there would move freely");
        }
        assert_eq!(vendor_of("fhir.healow.com").map(|(name, _)| name), Some("eclinicalworks"));
        assert!(vendor_of("notcerner.com").is_none());
    }
}
