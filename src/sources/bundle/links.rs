//! Who refers to what in a Bundle: the one table that grows with the file.
//!
//! Entries in, resolved references out. What holds: an Organization is at most one step below another, a circle is
//! cut, and an Endpoint that is off or not FHIR is nobody's door.

use std::collections::HashMap;

use serde_json::Value;

use super::{
    entry::{self, Entry},
    extension::{self, Portals},
    organization,
};
use crate::{
    model::{
        door::Door,
        listing::{EndpointFacts, PortalFacts},
        source::Tier,
        text,
    },
    sources::{Problem, input::text as field, lantern::Majority, limits::PARTS, marks::Owners},
};

/// A place in one of the two tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct At(pub usize);

/// What an Endpoint is worth.
#[derive(Debug, Clone)]
pub enum Standing {
    /// A door for apps.
    Good(EndpointFacts),
    /// Off, or not FHIR.
    LeftOut(Problem),
    /// Its address must not be published.
    Refused(Problem),
}

/// An Endpoint of the Bundle.
#[derive(Debug)]
pub struct EndpointLink {
    /// What it is worth.
    pub standing: Standing,
    /// Does an Organization of the Bundle refer to it?
    pub has_owner: bool,
    /// The tier of whom the list passes it on from.
    pub at_best: Option<Tier>,
    /// The Organization it names as its manager.
    manager: Option<(Option<String>, String)>,
}

/// An Organization of the Bundle.
#[derive(Debug)]
pub struct OrganizationLink {
    /// What it is known by.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Anything but `active: false`.
    pub active: bool,
    /// Its own endpoints.
    pub endpoints: Vec<At>,
    /// Its own portals, their endpoints resolved.
    pub portals: Vec<PortalFacts>,
    /// Does it name any endpoint of its own, good or not?
    pub names_endpoints: bool,
    /// Does it name any portal of its own, good or not?
    pub names_portals: bool,
    /// The Organization it is part of.
    pub parent: Option<At>,
    /// The name it gives that one.
    pub parent_name: Option<String>,
    /// What was left out while its references were resolved.
    pub notes: Vec<Problem>,
    /// The first refusal of one of its portals' addresses.
    pub refused: Option<Problem>,
    full_url: Option<String>,
    endpoint_references: Vec<String>,
    portal_references: Vec<Vec<String>>,
    parent_reference: Option<String>,
}

impl OrganizationLink {
    /// Notes once that only the first of a field's parts are kept.
    fn too_many(&mut self, of: &str) {
        if !self.notes.iter().any(|note| note.code == "too_many" && note.field == of) {
            self.notes.push(Problem::too_many(of));
        }
    }
}

/// The table.
#[derive(Debug, Default)]
pub struct Links {
    organizations: Vec<OrganizationLink>,
    endpoints: Vec<EndpointLink>,
    /// fullUrl -> place.
    by_url: HashMap<String, Target>,
    /// `Type/id` -> place; nothing when several entries share it.
    by_local: HashMap<String, Option<Target>>,
    marks: Owners,
    publisher: Majority,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    Organization(At),
    Endpoint(At),
}

impl Links {
    /// Takes note of an entry.
    pub fn add(&mut self, entry: &Entry) {
        let target = match entry.kind() {
            "Organization" => {
                self.organizations.push(organization_link(entry));
                let key = entry.key();
                for mark in organization::marks(&entry.resource) {
                    self.marks.add(&mark, &key);
                }
                Target::Organization(At(self.organizations.len() - 1))
            }
            "Endpoint" => {
                let link = endpoint_link(entry);
                if let Standing::Good(facts) = &link.standing {
                    self.publisher.add(&facts.at);
                }
                self.endpoints.push(link);
                Target::Endpoint(At(self.endpoints.len() - 1))
            }
            _ => return,
        };
        if let Some(url) = &entry.full_url {
            self.by_url.entry(url.clone()).or_insert(target);
        }
        if let Some(local) = entry.local() {
            self.by_local.entry(local).and_modify(|known| *known = None).or_insert(Some(target));
        }
    }

    /// Resolves every reference once all entries are known.
    pub fn resolve(&mut self) {
        for n in 0..self.organizations.len() {
            self.resolve_endpoints(n);
            self.resolve_parent(n);
        }
        self.adopt_managed();
        for n in 0..self.organizations.len() {
            self.resolve_portals(n);
            self.count_doors(n);
        }
        for (n, endpoint) in self.endpoints.iter().enumerate().filter(|(_, endpoint)| !endpoint.has_owner) {
            if let Standing::Good(facts) = &endpoint.standing {
                self.marks.add(&endpoint_mark(&facts.at), &format!("endpoint {n}"));
            }
        }
        self.cut_deep();
    }

    /// The n-th Organization.
    pub fn organization(&self, at: At) -> &OrganizationLink {
        &self.organizations[at.0]
    }

    /// The n-th Endpoint.
    pub fn endpoint(&self, at: At) -> &EndpointLink {
        &self.endpoints[at.0]
    }

    /// Has one Organization of the Bundle alone this mark?
    pub fn only_one(&self, mark: &str) -> bool {
        self.marks.only_one(mark)
    }

    /// The domain most endpoints are on.
    pub fn publisher(&self) -> Option<&str> {
        self.publisher.domain()
    }

    fn find(&self, reference: &str, from: Option<&str>, expected: &str) -> Option<Target> {
        let by_url = entry::absolute(reference, from).and_then(|url| {
            let plain = url.split("/_history/").next().unwrap_or(&url).to_owned();
            self.by_url.get(&plain).copied()
        });
        by_url.or_else(|| {
            // Lists without fullUrl, or with fullUrls of another server than they refer to: type and id, when only
            // one entry has them.
            self.by_local.get(&entry::local(reference, expected)?).copied().flatten()
        })
    }

    fn find_endpoint(&self, reference: &str, from: Option<&str>) -> Option<At> {
        match self.find(reference, from, "Endpoint") {
            Some(Target::Endpoint(at)) => Some(at),
            _ => None,
        }
    }

    fn find_organization(&self, reference: &str, from: Option<&str>) -> Option<At> {
        match self.find(reference, from, "Organization") {
            Some(Target::Organization(at)) => Some(at),
            _ => None,
        }
    }

    fn resolve_endpoints(&mut self, n: usize) {
        let references = std::mem::take(&mut self.organizations[n].endpoint_references);
        for reference in references {
            match self.find_endpoint(&reference, self.organizations[n].full_url.as_deref()) {
                Some(at) => {
                    self.endpoints[at.0].has_owner = true;
                    if !self.organizations[n].endpoints.contains(&at) {
                        self.organizations[n].endpoints.push(at);
                    }
                }
                None => self.organizations[n].notes.push(Problem::new(
                    "endpoint",
                    "unresolved_reference",
                    "the endpoint it refers to is not in the Bundle",
                )),
            }
        }
    }

    fn resolve_parent(&mut self, n: usize) {
        let Some(reference) = self.organizations[n].parent_reference.take() else {
            return;
        };
        let parent = self.find_organization(&reference, self.organizations[n].full_url.as_deref());
        let problem = match parent {
            None => ("unresolved_reference", "the organization it is part of is not in the Bundle"),
            Some(At(at)) if !self.organizations[at].active => {
                ("inactive_parent", "the organization it is part of is not active")
            }
            Some(at) => {
                self.organizations[n].parent = Some(at);
                return;
            }
        };
        self.organizations[n].notes.push(Problem::new("partOf", problem.0, problem.1));
    }

    /// Endpoints that name their organization, where the organization does not name them.
    fn adopt_managed(&mut self) {
        for n in 0..self.endpoints.len() {
            let Some((from, reference)) = self.endpoints[n].manager.take() else {
                continue;
            };
            if self.endpoints[n].has_owner {
                continue;
            }
            if let Some(At(owner)) = self.find_organization(&reference, from.as_deref()) {
                self.endpoints[n].has_owner = true;
                self.organizations[owner].names_endpoints = true;
                if self.organizations[owner].endpoints.len() < PARTS {
                    self.organizations[owner].endpoints.push(At(n));
                } else {
                    self.organizations[owner].too_many("endpoint");
                }
            }
        }
    }

    fn resolve_portals(&mut self, n: usize) {
        let references = std::mem::take(&mut self.organizations[n].portal_references);
        for (portal, references) in references.into_iter().enumerate() {
            for reference in references {
                let found = self.find_endpoint(&reference, self.organizations[n].full_url.as_deref());
                let Some(at) = found else {
                    self.organizations[n].notes.push(Problem::new(
                        "portalEndpoint",
                        "unresolved_reference",
                        "the endpoint of the portal is not in the Bundle",
                    ));
                    continue;
                };
                self.endpoints[at.0].has_owner = true;
                let organization = &mut self.organizations[n];
                if !organization.endpoints.contains(&at) {
                    // Invariant uab-1 asks for it; people are better served by the endpoint than by its loss.
                    organization.endpoints.push(at);
                    organization.names_endpoints = true;
                    organization.notes.push(Problem::new(
                        "portalEndpoint",
                        "endpoint_not_listed",
                        "the portal names an endpoint the organization does not list; it is taken as the organization's",
                    ));
                }
                if let Standing::Good(facts) = &self.endpoints[at.0].standing {
                    let url = facts.at.url.clone();
                    let known = &mut self.organizations[n].portals[portal].endpoints;
                    if !known.contains(&url) {
                        known.push(url);
                    }
                }
            }
        }
    }

    fn count_doors(&mut self, n: usize) {
        let organization = &self.organizations[n];
        for at in &organization.endpoints {
            if let Standing::Good(facts) = &self.endpoints[at.0].standing {
                self.marks.add(&endpoint_mark(&facts.at), &organization.key);
            }
        }
    }

    /// SMART App Launch 2.2.0: a hierarchy "SHALL NOT exceed depth two". Who is part of a part, or of a circle, stands
    /// alone.
    fn cut_deep(&mut self) {
        let parents: Vec<Option<usize>> = self.organizations.iter().map(|o| o.parent.map(|at| at.0)).collect();
        let circles = in_circles(&parents);
        for n in 0..parents.len() {
            let Some(parent) = parents[n] else { continue };
            let problem = if circles[n] {
                ("circle", "the organizations are part of each other in a circle")
            } else if parents[parent].is_some() {
                ("too_deep", "it is part of a part of an organization; the standard allows one step")
            } else {
                continue;
            };
            self.organizations[n].parent = None;
            self.organizations[n].parent_name = None;
            self.organizations[n].notes.push(Problem::new("partOf", problem.0, problem.1));
        }
    }
}

/// Which of them stand in a circle. Everybody is walked over once: a chain of a million links takes no longer than a
/// million pairs.
fn in_circles(parents: &[Option<usize>]) -> Vec<bool> {
    let mut circles = vec![false; parents.len()];
    // By which walk each was met; 0 is by none.
    let mut met = vec![0; parents.len()];
    for start in 0..parents.len() {
        let mut at = Some(start);
        while let Some(n) = at.filter(|n| met[*n] == 0) {
            met[n] = start + 1;
            at = parents[n];
        }
        // The walk came back to itself: from there round once more.
        let mut round = at.filter(|n| met[*n] == start + 1);
        while let Some(n) = round.filter(|n| !circles[*n]) {
            circles[n] = true;
            round = parents[n];
        }
    }
    circles
}

/// The mark of an endpoint's address.
pub fn endpoint_mark(door: &Door) -> String {
    format!("end:{}", door.key())
}

fn organization_link(entry: &Entry) -> OrganizationLink {
    let resource = &entry.resource;
    let Portals { good, notes, refused, any } = extension::portals(resource);
    let (portals, portal_references) = good.into_iter().map(|p| (p.facts, p.references)).unzip();
    let endpoint_references: Vec<String> = resource
        .get("endpoint")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .map(|reference| field(reference, "reference"))
        .filter(|reference| !reference.is_empty())
        .collect();
    let part_of = resource.get("partOf");
    let mut link = OrganizationLink {
        key: entry.key(),
        name: text::clean_name(&field(resource, "name")),
        active: resource.get("active") != Some(&Value::Bool(false)),
        endpoints: Vec::new(),
        portals,
        names_endpoints: !endpoint_references.is_empty(),
        names_portals: any,
        parent: None,
        parent_name: part_of
            .map(|reference| text::clean_name(&field(reference, "display")))
            .filter(|name| !name.is_empty()),
        notes,
        refused,
        full_url: entry.full_url.clone(),
        endpoint_references,
        portal_references,
        parent_reference: part_of
            .map(|reference| field(reference, "reference"))
            .filter(|reference| !reference.is_empty()),
    };
    if entry.cut {
        link.too_many("resource");
    }
    link
}

fn endpoint_link(entry: &Entry) -> EndpointLink {
    let resource = &entry.resource;
    EndpointLink {
        standing: standing(resource),
        has_owner: false,
        at_best: organization::origin(resource),
        manager: resource
            .get("managingOrganization")
            .map(|reference| field(reference, "reference"))
            .filter(|reference| !reference.is_empty())
            .map(|reference| (entry.full_url.clone(), reference)),
    }
}

/// What an Endpoint is worth.
pub fn standing(resource: &Value) -> Standing {
    let status = field(resource, "status");
    if !status.is_empty() && status != "active" {
        return Standing::LeftOut(Problem::new(
            "Endpoint.status",
            "endpoint_not_active",
            "the endpoint is not active; it is left out",
        ));
    }
    let address = field(resource, "address");
    let over_http = address.trim().to_ascii_lowercase().starts_with("http");
    if is_other_protocol(&connection_type(resource), over_http) {
        return Standing::LeftOut(Problem::new(
            "Endpoint.connectionType",
            "not_fhir",
            "the endpoint is not one for FHIR over https; it is left out",
        ));
    }
    match Door::parse_endpoint(&address) {
        Err(refusal) => Standing::Refused(Problem::new(
            "Endpoint.address",
            refusal.code(),
            format!("{refusal}; the endpoint is left out"),
        )),
        Ok(at) => Standing::Good(EndpointFacts {
            fhir_versions: extension::fhir_versions(resource),
            name: Some(text::clean_name(&field(resource, "name"))).filter(|name| !name.is_empty()),
            developers: developers(resource),
            through: None,
            at,
        }),
    }
}

fn connection_type(resource: &Value) -> String {
    // R4: one Coding; R5: a list of CodeableConcept.
    match resource.get("connectionType") {
        Some(Value::Array(list)) => list
            .iter()
            .filter_map(|concept| concept.get("coding")?.as_array()?.first())
            .map(|coding| field(coding, "code"))
            .next()
            .unwrap_or_default(),
        Some(coding) => field(coding, "code"),
        None => String::new(),
    }
}

/// Published lists carry odd codes for FHIR addresses (the service base URL test kit's own sample says
/// `direct-project`), so only codes that cannot be FHIR, and Direct addresses, are left out.
fn is_other_protocol(code: &str, over_http: bool) -> bool {
    ["ihe-", "dicom-", "hl7v2-"].iter().any(|start| code.starts_with(start))
        || (matches!(code, "direct-project" | "secure-email") && !over_http)
}

/// The page for developers: the first contact that is an address. E-mail addresses are not read.
fn developers(resource: &Value) -> Option<Door> {
    resource
        .get("contact")?
        .as_array()?
        .iter()
        .filter(|contact| field(contact, "system") == "url")
        .find_map(|contact| Door::parse(&field(contact, "value")).ok())
}
