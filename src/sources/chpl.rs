//! The search results of ONC's Certified Health IT Product List (JSON): which EHR developer publishes which list of
//! service base URLs (45 CFR 170.404(b)(2)). A list of lists.
//!
//! A file in, addresses of lists out. What holds: nothing of it goes into the directory; an operator reads it and says
//! in `sources.toml` which lists to fetch.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use serde::Serialize;
use serde_json::Value;

use super::{
    Emit, FileError, FileFacts, Problem,
    input::{Input, text as field, walk_at_most, walk_list},
    plan::is_source_id,
    registry::Registry,
    shape::{ON, ignored},
};
use crate::model::{door::Door, text};

/// The list in the root object.
const LIST: &str = "results";
/// The key by which an entry of it is known.
pub const KEY: &str = "chplProductNumber";
/// The most products of a file; the whole list has some ten thousand.
const PRODUCTS: u64 = 200_000;
/// Names of criterion g(10), by which a product has to publish its list.
const API_CRITERION: &str = "170.315 (g)(10)";
/// How often a developer's list is worth fetching; it has to be reviewed every quarter.
const EVERY: &str = "7 days";

/// A list that developers publish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeveloperList {
    /// Where it is, as the product list gives it.
    pub url: String,
    /// Whose products point to it.
    pub developers: BTreeSet<String>,
    /// The products, with the words for their certification where it is not active.
    pub products: BTreeSet<String>,
    /// Does the registry have this address?
    pub known: bool,
}

/// What a product list says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// Products in the file.
    pub products: u64,
    /// Products with the API criterion and no list, by developer and name.
    pub without_list: BTreeSet<String>,
    /// Addresses that cannot be used, with the product and the reason.
    pub unusable: Vec<String>,
    /// The lists, in order of their addresses.
    pub lists: Vec<DeveloperList>,
}

/// For an import: every product is counted and left.
pub fn read(input: Input<'_>, emit: Emit<'_>) -> Result<FileFacts, FileError> {
    let rows = walk_list(input, Some(LIST), &mut |number, _| {
        let reason = "a list of developers' lists: `connector sources chpl FILE` shows it; nothing of it is listed";
        emit(ignored(number, Problem::new("", "list_of_lists", reason)))
    })?;
    Ok(FileFacts { rows, suggested_source: Some("chpl".to_owned()) })
}

/// The lists a file names, and which of them the registry has.
pub fn lists(path: &Path, registry: &Registry) -> Result<Found, FileError> {
    let mut found = Found::default();
    let mut lists: BTreeMap<String, DeveloperList> = BTreeMap::new();
    found.products = walk_at_most(PRODUCTS, Input::new(path), Some(LIST), &mut |_, product| {
        if let Ok(product) = product {
            one(&product, &mut found, &mut lists);
        }
        ON
    })?;
    let known: BTreeSet<String> =
        registry.addresses().filter_map(|url| Door::parse(url).ok()).map(|door| door.key()).collect();
    for (key, list) in &mut lists {
        list.known = known.contains(key);
    }
    found.lists = lists.into_values().collect();
    Ok(found)
}

fn one(product: &Value, found: &mut Found, lists: &mut BTreeMap<String, DeveloperList>) {
    let developer = text::clean_name(&named(product, "developer"));
    let mut name = format!("{developer}: {}", text::clean_name(&named(product, "product")));
    let status = named(product, "certificationStatus");
    if !status.is_empty() && !status.eq_ignore_ascii_case("active") {
        name = format!("{name} ({})", text::clean_name(&status));
    }
    let urls = addresses(product.get("serviceBaseUrlList").unwrap_or(&Value::Null));
    if urls.is_empty() && has_api(product) {
        found.without_list.insert(name.clone());
    }
    for url in urls {
        match Door::parse(&url) {
            Ok(door) => {
                let list = lists.entry(door.key()).or_insert_with(|| DeveloperList {
                    url: door.url,
                    developers: BTreeSet::new(),
                    products: BTreeSet::new(),
                    known: false,
                });
                list.developers.insert(developer.clone());
                list.products.insert(name.clone());
            }
            Err(refusal) => found.unusable.push(format!("{name}: {refusal}")),
        }
    }
}

/// A field that is a text, or an object with a `name`.
fn named(product: &Value, key: &str) -> String {
    match product.get(key) {
        Some(value @ Value::Object(_)) => field(value, "name"),
        _ => field(product, key),
    }
}

/// Addresses: an object with a `value` (search, version 3), texts with a criterion before them (version 2), or a list.
fn addresses(value: &Value) -> Vec<String> {
    match value {
        Value::Array(values) => values.iter().flat_map(addresses).collect(),
        Value::Object(_) => value.get("value").map(addresses).unwrap_or_default(),
        Value::String(text) => text.find("http").map(|at| text[at..].trim().to_owned()).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn has_api(product: &Value) -> bool {
    let criteria = product.get("criteriaMet").and_then(Value::as_array).into_iter().flatten();
    criteria.into_iter().any(|criterion| field(criterion, "number").trim() == API_CRITERION)
}

impl Found {
    /// For a person: the lists the registry does not have, then what else there is.
    pub fn words(&self) -> String {
        let mut lines = Vec::new();
        let join = |set: &BTreeSet<String>| set.iter().cloned().collect::<Vec<_>>().join("; ");
        for list in self.lists.iter().filter(|list| !list.known) {
            lines.push(list.url.clone());
            lines.push(format!("    {}", join(&list.products)));
        }
        let known = self.lists.iter().filter(|list| list.known).count();
        lines.push(format!(
            "{} products point to {} lists; sources.toml has {known} of them, {} are above.",
            self.products,
            self.lists.len(),
            self.lists.len() - known
        ));
        if !self.without_list.is_empty() {
            lines.push(format!("Products that must publish a list and name none: {}", join(&self.without_list)));
        }
        lines.extend(self.unusable.iter().map(|what| format!("Left out: {what}")));
        lines.join("\n") + "\n"
    }

    /// Entries for an installation's `sources.toml`, for the lists the registry does not have.
    pub fn proposals(&self, registry: &Registry) -> Result<String, toml::ser::Error> {
        let mut taken = BTreeSet::new();
        let mut source = Vec::new();
        for list in self.lists.iter().filter(|list| !list.known) {
            let developer = list.developers.first().cloned().unwrap_or_default();
            let base = format!("ehr-{}", text::slugify(&developer));
            let free = |id: &String| !taken.contains(id) && !registry.knows(id) && is_source_id(id);
            let numbered = (2..).map(|n| format!("{base}-{n}"));
            // Of endless numbers one is free.
            let Some(id) = std::iter::once(base.clone()).chain(numbered.take(10_000)).find(free) else { continue };
            taken.insert(id.clone());
            source.push(Proposal {
                id,
                name: developer.clone(),
                publisher: developer,
                tier: 3,
                mode: "full",
                licence: "published for patients' apps (45 CFR 170.404(b)(2))",
                address: &list.url,
                every: EVERY,
                fetch: [&list.url],
            });
        }
        let body = toml::to_string(&Proposals { source })?;
        Ok(format!(
            "# Proposed from the Certified Health IT Product List. Look at each before you keep it: some addresses are\n\
             # pages for people, and a list of tier 3 outweighs government files.\n\n{body}"
        ))
    }
}

#[derive(Serialize)]
struct Proposals<'a> {
    source: Vec<Proposal<'a>>,
}

#[derive(Serialize)]
struct Proposal<'a> {
    id: String,
    name: String,
    publisher: String,
    tier: u8,
    mode: &'static str,
    licence: &'static str,
    address: &'a str,
    every: &'static str,
    fetch: [&'a str; 1],
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::input::tests::{file, rows, tally};

    const CHPL: &str = r#"{"recordCount":5,"pageNumber":0,"pageSize":100,"results":[
      {"id":1,"chplProductNumber":"15.04.04.1","edition":{"id":3,"name":"2015"},"developer":{"id":7,"name":"Great EHR, Inc."},
       "product":{"id":1,"name":"Great"},"version":{"id":1,"name":"1"},"certificationStatus":{"id":1,"name":"Active"},
       "criteriaMet":[{"id":182,"number":"170.315 (g)(10)","title":"API"}],
       "serviceBaseUrlList":{"criterion":{"id":182},"value":"https://lists.great.com/bundle.json"}},
      {"chplProductNumber":"15.04.04.2","developer":{"name":"Great EHR, Inc."},"product":{"name":"Greater"},
       "certificationStatus":{"name":"Withdrawn by Developer"},
       "serviceBaseUrlList":{"value":"https://lists.great.com/bundle.json/"}},
      {"chplProductNumber":"15.04.04.3","developer":"Old EHR","product":"Old","serviceBaseUrlList":["182\u263ahttps://old.com/list"]},
      {"chplProductNumber":"15.04.04.4","developer":{"name":"Silent EHR"},"product":{"name":"Silent"},
       "criteriaMet":[{"number":"170.315 (g)(10)"}],"serviceBaseUrlList":null},
      {"chplProductNumber":"15.04.04.5","developer":{"name":"Odd EHR"},"product":{"name":"Odd"},
       "serviceBaseUrlList":{"value":"https://10.0.0.1/list"}},
      {"chplProductNumber":"15.04.04.6","developer":{"name":"Known EHR"},"product":{"name":"Known"},
       "serviceBaseUrlList":{"value":"https://known.com/list.json"}}]}"#;

    fn registry() -> Registry {
        let known = "[[source]]\nid = \"known\"\nname = \"K\"\npublisher = \"K\"\ntier = 3\nmode = \"full\"\n\
            licence = \"L\"\nevery = \"7 days\"\nfetch = [\"https://known.com/list.json\"]\n";
        Registry::with(known).unwrap()
    }

    #[test]
    fn developers_lists_are_shown_and_nothing_is_listed() {
        let (facts, rows) = rows(CHPL).unwrap();
        assert_eq!((facts.rows, tally(&rows)["ignored list_of_lists"]), (6, 6));
        let found = lists(file(CHPL).path(), &registry()).unwrap();
        assert_eq!(found.products, 6);
        let urls: Vec<(&str, bool)> = found.lists.iter().map(|list| (list.url.as_str(), list.known)).collect();
        assert_eq!(
            urls,
            [
                ("https://known.com/list.json", true),
                ("https://lists.great.com/bundle.json", false),
                ("https://old.com/list", false)
            ]
        );
        assert_eq!(found.lists[1].products.len(), 2);
        assert!(found.lists[1].products.iter().any(|name| name.contains("(Withdrawn by Developer)")));
        assert_eq!(found.without_list.iter().collect::<Vec<_>>(), ["Silent EHR: Silent"]);
        assert_eq!(found.unusable.len(), 1);
        let words = found.words();
        assert!(words.contains("https://old.com/list") && words.contains("has 1 of them"), "{words}");
        assert!(!words.contains("known.com"), "{words}");
    }

    #[test]
    fn proposals_are_entries_the_registry_can_read() {
        let registry = registry();
        let toml = lists(file(CHPL).path(), &registry).unwrap().proposals(&registry).unwrap();
        let with = Registry::with(&toml).unwrap();
        let source = with.find("ehr-great-ehr-inc");
        assert_eq!((source.tier.number(), source.name.as_str()), (3, "Great EHR, Inc."));
        assert!(with.knows("ehr-old-ehr") && !toml.contains("known.com"), "{toml}");
        assert!(with.addresses().any(|url| url == "https://old.com/list"));
    }

    #[test]
    fn a_product_list_that_breaks_off_is_broken() {
        let cut = file(&CHPL[..CHPL.len() - 3]);
        assert!(matches!(lists(cut.path(), &registry()), Err(FileError::Broken { .. })));
    }
}
