//! Endpoints and Locations of the directory, as far as Organizations need them: packed text by the Organization they
//! belong to, and by their own id.
//!
//! What holds: Direct addresses (e-mail addresses) are passed over before anything of them is kept; an Endpoint costs 20
//! bytes and its text once, a Location 12 bytes and its text.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
};

use serde_json::Value;

use crate::{
    model::{door::Door, listing::EndpointFacts, place::Place, text},
    sources::{
        Problem,
        bundle::{self, Standing, local},
        capitals,
        input::text as field,
        limits::{BESIDE_ROWS, BESIDE_TEXT, PARTS},
    },
};

/// Between the parts of packed text, and between the items of one part.
const MARK: char = '\u{1f}';
const ITEM: char = '\u{1e}';
/// Places of one Organization that are read.
const PLACES_LIMIT: usize = 200;

/// A reference within the directory, short: `Organization/Organization-1336200294`.
pub fn short(reference: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    reference.hash(&mut hasher);
    hasher.finish()
}

/// The reference in a field (`managingOrganization`, `partOf`), when it leads to a resource of this type.
pub fn referred(resource: &Value, name: &str, kind: &str) -> Option<u64> {
    local(&field(resource.get(name)?, "reference"), kind).map(|reference| short(&reference))
}

/// Rows of text by the Organization they belong to.
#[derive(Debug, Default)]
struct Owned {
    /// Owner, and what it owns; sorted at the end.
    rows: Vec<(u64, u32)>,
    used: Vec<bool>,
}

impl Owned {
    fn end(&mut self) {
        self.rows.sort_unstable();
        self.used = vec![false; self.rows.len()];
    }

    /// The first `most` things of an owner; the others count as used.
    fn of(&mut self, owner: u64, most: usize) -> Vec<u32> {
        let from = self.rows.partition_point(|(known, _)| *known < owner);
        let mut found = Vec::new();
        for (at, (known, what)) in self.rows.iter().enumerate().skip(from) {
            if *known != owner {
                break;
            }
            if self.used[at] && found.len() >= most {
                // Asked for before, and told once that it is too much: not walked again for every row of this id.
                break;
            }
            self.used[at] = true;
            if found.len() < most {
                found.push(*what);
            }
        }
        found
    }

    fn unused(&self) -> u64 {
        self.used.iter().filter(|used| !**used).count() as u64
    }
}

/// Packed texts.
#[derive(Debug, Default)]
struct Texts {
    bytes: Vec<u8>,
}

impl Texts {
    /// Keeps a text; `None` when there is no room left for it.
    fn add(&mut self, text: &str) -> Option<u32> {
        let at = u32::try_from(self.bytes.len()).ok().filter(|at| *at as usize <= BESIDE_TEXT)?;
        self.bytes.extend_from_slice(&u16::try_from(text.len()).ok()?.to_le_bytes());
        self.bytes.extend_from_slice(text.as_bytes());
        Some(at)
    }

    fn get(&self, at: u32) -> String {
        let at = at as usize;
        let length = usize::from(u16::from_le_bytes([self.bytes[at], self.bytes[at + 1]]));
        String::from_utf8_lossy(&self.bytes[at + 2..at + 2 + length]).into_owned()
    }
}

/// The FHIR endpoints.
#[derive(Debug, Default)]
pub struct Endpoints {
    texts: Texts,
    /// The same address under the same name is kept once.
    known: HashMap<u64, u32>,
    /// Endpoint -> text.
    by_id: Vec<(u64, u32)>,
    by_owner: Owned,
}

impl Endpoints {
    /// Takes an Endpoint, or says why it is nobody's door.
    pub fn add(&mut self, resource: &Value) -> Result<(), Problem> {
        let facts = match bundle::standing(resource) {
            Standing::Good(facts) => facts,
            Standing::LeftOut(problem) | Standing::Refused(problem) => return Err(problem),
        };
        let packed = pack(&[
            &facts.at.url,
            facts.name.as_deref().unwrap_or_default(),
            &facts.fhir_versions.join(&ITEM.to_string()),
            facts.developers.as_ref().map_or("", |door| &door.url),
        ]);
        if self.by_id.len() >= BESIDE_ROWS {
            return Err(no_room());
        }
        let key = short(&packed);
        let at = if let Some(at) = self.known.get(&key) {
            *at
        } else {
            let at = self.texts.add(&packed).ok_or_else(no_room)?;
            self.known.insert(key, at);
            at
        };
        self.by_id.push((short(&format!("Endpoint/{}", field(resource, "id"))), at));
        if let Some(owner) = referred(resource, "managingOrganization", "Organization") {
            self.by_owner.rows.push((owner, at));
        }
        Ok(())
    }

    /// All are known.
    pub fn end(&mut self) {
        self.known = HashMap::new();
        self.by_id.sort_unstable();
        self.by_owner.end();
    }

    /// The endpoints an Organization refers to, and those that name it as their manager.
    pub fn of(&mut self, organization: u64, references: &[u64]) -> Vec<EndpointFacts> {
        let by_id = |id: &u64| {
            let at = self.by_id.partition_point(|(known, _)| known < id);
            self.by_id.get(at).filter(|(known, _)| known == id).map(|(_, text)| *text)
        };
        let mut texts: Vec<u32> = references.iter().filter_map(by_id).collect();
        texts.extend(self.by_owner.of(organization, PARTS));
        let mut found: Vec<EndpointFacts> = Vec::new();
        for facts in texts.into_iter().filter_map(|at| unpack_endpoint(&self.texts.get(at))) {
            if !found.iter().any(|known| known.at.key() == facts.at.key()) {
                found.push(facts);
            }
        }
        found
    }
}

fn unpack_endpoint(text: &str) -> Option<EndpointFacts> {
    let [url, name, versions, developers] = parts(text)?;
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Some(EndpointFacts {
        at: Door::parse_endpoint(url).ok()?,
        fhir_versions: versions.split(ITEM).filter_map(some).collect(),
        name: some(name),
        developers: Door::parse(developers).ok(),
        through: None,
    })
}

/// How a place is recognised is a few words (`Location.description`).
const LANDMARK_LIMIT: usize = 160;

/// The places.
#[derive(Debug, Default)]
pub struct Locations {
    texts: Texts,
    by_owner: Owned,
}

impl Locations {
    /// Takes a Location, or says why it is of no use.
    pub fn add(&mut self, resource: &Value) -> Result<(), Problem> {
        let status = field(resource, "status");
        if !status.is_empty() && status != "active" {
            return Err(Problem::new("Location.status", "inactive", "the place is marked as not active"));
        }
        let owner = referred(resource, "managingOrganization", "Organization").ok_or_else(|| {
            Problem::new("Location.managingOrganization", "no_organization", "the place names no organization")
        })?;
        let place = resource.get("address").and_then(|address| bundle::place(address, &mut Vec::new()));
        let Some(place) = place else {
            return Err(Problem::new("Location.address", "empty_address", "nothing of the address can be read"));
        };
        let phones = resource.get("telecom").and_then(Value::as_array).into_iter().flatten();
        let phone = phones.filter(|contact| field(contact, "system") == "phone" && is_an_offices(contact));
        let phone = phone.map(|contact| field(contact, "value")).next().unwrap_or_default();
        let text = pack(&[
            &place.lines.join(&ITEM.to_string()),
            place.city.as_deref().unwrap_or_default(),
            place.state.as_deref().unwrap_or_default(),
            place.zip.as_deref().unwrap_or_default(),
            &phone,
            &text::clean(&field(resource, "description"), LANDMARK_LIMIT),
        ]);
        if self.by_owner.rows.len() >= BESIDE_ROWS {
            return Err(no_room());
        }
        let at = self.texts.add(&text).ok_or_else(no_room)?;
        self.by_owner.rows.push((owner, at));
        Ok(())
    }

    /// All are known.
    pub fn end(&mut self) {
        self.by_owner.end();
    }

    /// The places of an Organization.
    pub fn of(&mut self, organization: u64) -> Vec<Place> {
        let places = self.by_owner.of(organization, PLACES_LIMIT);
        places.into_iter().filter_map(|at| unpack_place(&self.texts.get(at))).collect()
    }

    /// How many belong to no Organization of the load.
    pub fn unused(&self) -> u64 {
        self.by_owner.unused()
    }
}

/// Not somebody's own number.
fn is_an_offices(contact: &Value) -> bool {
    !matches!(field(contact, "use").as_str(), "home" | "mobile" | "old")
}

fn unpack_place(packed: &str) -> Option<Place> {
    let [lines, city, state, zip, phone, landmark] = parts(packed)?;
    let readable = |text: &str| capitals::readable(text, capitals::Text::Address).into_owned();
    let lines: Vec<String> = lines.split(ITEM).map(readable).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let place = Place::new(&lines, &readable(city), state, zip)?;
    let landmark = (!landmark.is_empty()).then(|| landmark.to_owned());
    Some(Place { phone: text::phone(phone), landmark, ..place })
}

fn pack(parts: &[&str]) -> String {
    let clean = |part: &&str| part.replace(MARK, " ");
    parts.iter().map(clean).collect::<Vec<_>>().join(&MARK.to_string())
}

fn parts<const N: usize>(text: &str) -> Option<[&str; N]> {
    text.split(MARK).collect::<Vec<_>>().try_into().ok()
}

fn no_room() -> Problem {
    Problem::new("", "too_much", "more than can be kept at once")
}
