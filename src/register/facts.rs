//! What of an organization can be searched by field: the document in a short form.

use super::{
    Key,
    texts::{Text, digest, spelling},
};
use crate::model::{
    door::Door,
    identifier::{Identifier, System},
    organization::{Organization, Status},
};

/// A number somebody gave, as two digests: of its value, and of who gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Number {
    /// The value, upper and lower case alike.
    pub value: u64,
    /// Who gave it, by the address of the system; [`Number::NOBODY`] when it is not said.
    pub system: u32,
}

impl Number {
    /// Nobody is said to have given the number.
    pub const NOBODY: u32 = 0;

    /// The digest of a value.
    pub fn value(value: &str) -> u64 {
        digest(&value.to_ascii_lowercase())
    }

    /// The digest of who gave it; upper and lower case count in an address.
    pub fn system(system: System, other: &str) -> u32 {
        match system {
            System::Other if other.is_empty() => Self::NOBODY,
            System::Other => spelling(other).max(u32::from(u8::MAX)),
            // Object identifiers and web addresses are both of the system of all addresses.
            System::Oid | System::Web => 1 + System::Oid as u32,
            known => 1 + known as u32,
        }
    }

    fn of(given: &Identifier) -> Option<Self> {
        if !given.is_public() {
            return None;
        }
        let (system, value) = match given.system {
            System::Other => given.value.split_once('|')?,
            _ => ("", given.value.as_str()),
        };
        Some(Self { value: Self::value(value), system: Self::system(given.system, system) })
    }
}

/// One place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceFacts {
    /// Its id.
    pub key: Key,
    /// Its own name.
    pub name: Option<Text>,
    /// Street lines.
    pub lines: Vec<Text>,
    /// City, state, ZIP code.
    pub city: Option<Text>,
    /// Postal code of the state.
    pub state: Option<Text>,
    /// Five digits.
    pub zip: Option<Text>,
}

/// A live endpoint as the organization gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointFacts {
    /// Its id.
    pub key: Key,
    /// It is the parent's.
    pub through: bool,
    /// Its address in the form in which addresses are compared ([`Door::key`]).
    pub address: Text,
    /// Its name.
    pub name: Option<Text>,
}

/// A live portal as the organization offers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortalFacts {
    /// Its id.
    pub key: Key,
    /// It is the parent's.
    pub through: bool,
    /// Its name.
    pub name: Option<Text>,
    /// The live endpoints behind it.
    pub endpoints: Vec<Key>,
}

/// One organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Its id.
    pub key: Key,
    /// When it was last changed, in microseconds since 1970 UTC.
    pub at: i64,
    /// It neither moved nor closed.
    pub active: bool,
    /// Kinds, a bit each ([`crate::model::kind::Kind::bit`]).
    pub kinds: u32,
    /// What it is part of.
    pub parent: Option<Key>,
    /// Its name, then the others.
    pub names: Vec<Text>,
    /// Numbers others gave it.
    pub numbers: Vec<Number>,
    /// Its places, in the order of their ids.
    pub places: Vec<PlaceFacts>,
    /// Its endpoints, each once.
    pub endpoints: Vec<EndpointFacts>,
    /// Its portals, each once, in the order of their ids.
    pub portals: Vec<PortalFacts>,
}

impl Facts {
    /// Those of a document; nothing of an organization that is merged or withdrawn.
    pub fn of(organization: &Organization, at: i64) -> Option<Self> {
        if matches!(organization.status, Status::Merged | Status::Withdrawn) {
            return None;
        }
        let text = |text: &Option<String>| text.as_deref().map(Text::new);
        let names = std::iter::once(&organization.name).chain(&organization.aliases);
        let mut numbers: Vec<Number> = organization.identifiers.iter().filter_map(Number::of).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let mut places: Vec<PlaceFacts> = organization
            .locations
            .iter()
            .map(|location| PlaceFacts {
                key: location.id.bytes(),
                name: text(&location.place.name),
                lines: location.place.lines.iter().map(|line| Text::new(line)).collect(),
                city: text(&location.place.city),
                state: text(&location.place.state),
                zip: text(&location.place.zip),
            })
            .collect();
        places.sort_by_key(|place| place.key);
        places.dedup_by_key(|place| place.key);
        Some(Self {
            key: organization.id.bytes(),
            at,
            active: organization.status == Status::Active,
            kinds: organization.kinds.iter().fold(0, |bits, kind| bits | kind.bit()),
            parent: organization.part_of.as_ref().map(|part| part.id.bytes()),
            names: names.map(|name| Text::new(name)).collect(),
            numbers,
            places,
            endpoints: endpoints(organization),
            portals: portals(organization),
        })
    }
}

/// An address of an endpoint in the form in which addresses are compared; what is none is taken as it is.
pub fn address_form(address: &str) -> String {
    Door::parse_endpoint(address).map_or_else(|_| address.to_lowercase(), |door| door.key())
}

fn endpoints(organization: &Organization) -> Vec<EndpointFacts> {
    let mut all: Vec<EndpointFacts> = Vec::new();
    for endpoint in organization.live_endpoints() {
        let key = endpoint.id.bytes();
        // The same one of its own and through its parent is its own.
        if let Some(known) = all.iter_mut().find(|known| known.key == key) {
            known.through &= endpoint.through_parent;
            continue;
        }
        all.push(EndpointFacts {
            key,
            through: endpoint.through_parent,
            address: Text::verbatim(&address_form(&endpoint.address)),
            name: endpoint.name.as_deref().map(Text::new),
        });
    }
    all
}

fn portals(organization: &Organization) -> Vec<PortalFacts> {
    let mut all: Vec<PortalFacts> = Vec::new();
    for portal in organization.live_portals() {
        let key = portal.id.bytes();
        let at = all.iter().position(|known| known.key == key).unwrap_or_else(|| {
            let name = portal.name.as_deref().map(Text::new);
            all.push(PortalFacts { key, through: false, name, endpoints: Vec::new() });
            all.len() - 1
        });
        all[at].through |= portal.through_parent;
        for id in &portal.endpoints {
            let endpoint = id.bytes();
            let live = organization.live_endpoints().any(|known| known.id == *id);
            if live && !all[at].endpoints.contains(&endpoint) {
                all[at].endpoints.push(endpoint);
            }
        }
    }
    all.sort_by_key(|portal| portal.key);
    all
}
