//! Who refers to what: fullUrls, references of all three styles, uab-1, depth and circles, endpoints nobody names.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::{Desk, Rule, Whose, field, list};
use crate::{
    r4::systems,
    sources::bundle::{absolute, local},
};

/// Steps after which a chain of parents is not followed any more.
const CHAIN: usize = 64;

/// An entry, as far as others refer to it.
struct Node {
    at: Whose,
    full_url: String,
    id: String,
    /// It is an Organization; otherwise an Endpoint.
    brand: bool,
    inactive: bool,
    address: String,
    /// Path and reference of `endpoint`, `portalEndpoint` and `partOf`.
    endpoints: Vec<(String, String)>,
    portals: Vec<(String, String)>,
    parent: Option<String>,
    identifiers: Vec<String>,
}

/// All of them.
#[derive(Default)]
pub struct Links {
    nodes: Vec<Node>,
    /// fullUrl -> place; the first that has it.
    by_url: HashMap<String, usize>,
    /// `Type/id` -> place; nothing when several have it.
    by_local: HashMap<String, Option<usize>>,
}

impl Links {
    /// Takes note of an entry, and of what is wrong with its fullUrl.
    pub fn add(&mut self, at: Whose, entry: &Value, resource: &Value, desk: &mut Desk) {
        let full_url = field(entry, "fullUrl").to_owned();
        let (kind, id) = (field(resource, "resourceType"), field(resource, "id").to_owned());
        let known = matches!(kind, "Organization" | "Endpoint");
        // What is neither can be nobody's endpoint or parent.
        let place = if known { self.nodes.len() } else { usize::MAX };
        if full_url.is_empty() {
            desk.note(Rule::FullUrlMissing, &at, "fullUrl", "");
        } else {
            self.full_url(&at, &full_url, &id, place, desk);
        }
        if !known {
            return;
        }
        if !id.is_empty() {
            self.by_local.entry(format!("{kind}/{id}")).and_modify(|known| *known = None).or_insert(Some(place));
        }
        let mut node = Node {
            full_url,
            id,
            brand: kind == "Organization",
            inactive: resource.get("active") == Some(&Value::Bool(false)),
            address: if kind == "Endpoint" { field(resource, "address").to_owned() } else { String::new() },
            endpoints: Vec::new(),
            portals: Vec::new(),
            parent: None,
            identifiers: Vec::new(),
            at,
        };
        if node.brand {
            node.refer(resource, desk);
        }
        self.nodes.push(node);
    }

    fn full_url(&mut self, at: &Whose, full_url: &str, id: &str, place: usize, desk: &mut Desk) {
        let server = full_url.starts_with("http://") || full_url.starts_with("https://");
        if !server && !full_url.starts_with("urn:") {
            desk.note(Rule::FullUrlRelative, at, "fullUrl", full_url);
        }
        if full_url.contains("/_history/") {
            desk.note(Rule::FullUrlVersioned, at, "fullUrl", full_url);
        } else if server && !id.is_empty() && full_url.rsplit('/').next() != Some(id) {
            desk.note(Rule::FullUrlOtherId, at, "fullUrl", full_url);
        }
        if self.by_url.contains_key(full_url) {
            desk.note(Rule::FullUrlTwice, at, "fullUrl", full_url);
        } else {
            self.by_url.insert(full_url.to_owned(), place);
        }
    }

    /// Resolves everything once all entries are known.
    pub fn check(&self, desk: &mut Desk) {
        let mut named: HashSet<usize> = HashSet::new();
        let parents: Vec<Option<usize>> = self.nodes.iter().map(|node| self.parent(node, desk)).collect();
        for node in self.nodes.iter().filter(|node| node.brand) {
            let listed: HashSet<&str> = node.endpoints.iter().map(|(_, reference)| reference.as_str()).collect();
            for (path, reference) in &node.endpoints {
                named.extend(self.resolve(node, path, reference, "Endpoint", desk));
            }
            for (path, reference) in &node.portals {
                if !listed.contains(reference.as_str()) {
                    desk.note(Rule::Uab1, &node.at, path, reference);
                }
            }
        }
        for (n, node) in self.nodes.iter().enumerate() {
            if node.brand {
                self.depth(n, &parents, desk);
                let inherits = parents[n].is_some_and(|parent| !self.nodes[parent].endpoints.is_empty());
                if node.endpoints.is_empty() && !inherits && !node.inactive {
                    desk.note(Rule::HtiEndpoint, &node.at, "resource.endpoint", "");
                }
            } else if !named.contains(&n) {
                desk.note(Rule::EndpointOrphan, &node.at, "resource", &node.address);
            }
        }
        self.doubles(desk);
    }

    fn parent(&self, node: &Node, desk: &mut Desk) -> Option<usize> {
        let reference = node.parent.as_ref()?;
        self.resolve(node, "resource.partOf.reference", reference, "Organization", desk)
    }

    fn resolve(&self, node: &Node, path: &str, reference: &str, expected: &str, desk: &mut Desk) -> Option<usize> {
        let is_right = |place: usize| self.nodes.get(place).is_some_and(|to| to.brand == (expected == "Organization"));
        let by_url = absolute(reference, Some(&node.full_url).filter(|url| !url.is_empty()).map(String::as_str));
        let plain = by_url.map(|url| url.split("/_history/").next().unwrap_or_default().to_owned());
        if let Some(place) = plain.and_then(|url| self.by_url.get(&url).copied()).filter(|place| is_right(*place)) {
            return Some(place);
        }
        let loose = local(reference, expected).and_then(|local| self.by_local.get(&local).copied().flatten());
        let rule = if loose.is_some() { Rule::ReferenceLoose } else { Rule::ReferenceUnresolved };
        desk.note(rule, &node.at, path, reference);
        loose
    }

    fn depth(&self, start: usize, parents: &[Option<usize>], desk: &mut Desk) {
        let Some(first) = parents[start] else { return };
        let mut at = Some(first);
        for _ in 0..CHAIN {
            match at {
                Some(place) if place == start => {
                    desk.note(Rule::PartOfCircle, &self.nodes[start].at, "resource.partOf", "");
                    return;
                }
                Some(place) => at = parents[place],
                None => break,
            }
        }
        if parents[first].is_some() {
            desk.note(Rule::PartOfDeep, &self.nodes[start].at, "resource.partOf", &self.nodes[first].at.who);
        }
    }

    /// Ids that begin with another, endpoints of one address, identifiers of several brands.
    fn doubles(&self, desk: &mut Desk) {
        let ends = || self.nodes.iter().filter(|node| !node.brand);
        let mut ids: Vec<(&str, &Node)> = ends().filter(|n| !n.id.is_empty()).map(|n| (n.id.as_str(), n)).collect();
        ids.sort_by_key(|(id, _)| *id);
        for pair in ids.windows(2) {
            let ((short, _), (long, node)) = (pair[0], pair[1]);
            if long != short && long.starts_with(short) {
                desk.note(Rule::IdPrefix, &node.at, "resource.id", short);
            }
        }
        let mut seen: HashSet<&str> = HashSet::new();
        for node in ends().filter(|node| !node.address.is_empty()) {
            if !seen.insert(node.address.trim_end_matches('/')) {
                desk.note(Rule::EndpointTwice, &node.at, "resource.address", &node.address);
            }
        }
        let mut seen: HashSet<&str> = HashSet::new();
        for node in &self.nodes {
            for identifier in &node.identifiers {
                if !seen.insert(identifier) {
                    desk.note(Rule::IdentifierShared, &node.at, "resource.identifier", identifier);
                }
            }
        }
    }
}

impl Node {
    /// Reads the references of an Organization.
    fn refer(&mut self, resource: &Value, desk: &mut Desk) {
        for (n, reference) in list(resource, "endpoint") {
            let path = format!("resource.endpoint[{n}].reference");
            self.endpoints.extend(self.reference(path, reference, desk));
        }
        for (n, portal) in list(resource, "extension") {
            if field(portal, "url") != systems::PORTAL_EXTENSION {
                continue;
            }
            for (m, part) in list(portal, "extension") {
                let (url, value) = (field(part, "url"), part.get("valueReference"));
                if let Some(value) = value.filter(|_| url == "portalEndpoint") {
                    let path = format!("resource.extension[{n}].extension[{m}].value.reference");
                    self.portals.extend(self.reference(path, value, desk));
                }
            }
        }
        if let Some(parent) = resource.get("partOf") {
            let read = self.reference("resource.partOf.reference".to_owned(), parent, desk);
            self.parent = read.map(|(_, reference)| reference);
        }
        let identifiers = list(resource, "identifier").map(|(_, identifier)| identifier);
        let named = identifiers.filter(|identifier| !field(identifier, "value").is_empty());
        let mut all: Vec<String> = named.map(|i| format!("{}|{}", field(i, "system"), field(i, "value"))).collect();
        all.sort_unstable();
        all.dedup();
        self.identifiers = all;
    }

    fn reference(&self, path: String, value: &Value, desk: &mut Desk) -> Option<(String, String)> {
        let reference = field(value, "reference");
        if reference.is_empty() {
            desk.note(Rule::ReferenceEmpty, &self.at, &path, "");
            return None;
        }
        Some((path, reference.to_owned()))
    }
}
