//! Which changes wait for a second person.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::model::{
    door::Door,
    listing::{Body, OrganizationFacts, PortalFacts},
    merge::Role,
    organization::Status,
    place::Place,
    text,
};

/// Why a change waits for a second person.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "risk", rename_all = "snake_case")]
pub enum Risk {
    /// A door that would open a domain (or a tenant on a shared host) that was never live here.
    Door {
        /// What it is for.
        role: Role,
        /// Its address.
        url: String,
        /// What it would open.
        domain: String,
        /// What would be trusted from then on.
        trust_key: String,
    },
    /// A door that people use now would be gone.
    DoorGone {
        /// What it is for.
        role: Role,
        /// Its address.
        url: String,
    },
    /// The name, or another name that was not known.
    Name,
    /// A phone number: people say who they are to whoever answers it.
    Phone,
    /// The main address: letters go there.
    Address,
    /// A number that belongs to somebody, such as an NPI: lists are matched by it.
    Identifier,
    /// It would be closed, moved or back.
    Status,
    /// It would be part of another organization.
    PartOf,
    /// A text with a phone number or an address of the web in it.
    Words {
        /// Where.
        field: String,
    },
}

impl Risk {
    /// The doors of a list of risks, with what would be trusted.
    pub fn doors(risks: &[Self]) -> Vec<(Role, String)> {
        let trusted = |risk: &Self| match risk {
            Self::Door { role, trust_key, .. } => Some((*role, trust_key.clone())),
            _ => None,
        };
        risks.iter().filter_map(trusted).collect()
    }
}

/// Every door of a listing with its role.
pub fn doors(body: &Body) -> Vec<(Role, &Door)> {
    match body {
        Body::Organization(facts) => {
            let website = facts.website.iter().map(|site| (Role::Website, &site.door));
            let portals = facts.portals.iter().flat_map(|portal| {
                std::iter::once(&portal.at.door).chain(&portal.sign_up).map(|door| (Role::Portal, door))
            });
            let endpoints = facts.endpoints.iter().flat_map(|endpoint| {
                let page = endpoint.developers.iter().map(|door| (Role::Website, door));
                std::iter::once((Role::Endpoint, &endpoint.at)).chain(page)
            });
            website.chain(portals).chain(endpoints).collect()
        }
        Body::App(facts) => [
            (Role::Website, &facts.website),
            (Role::PrivacyPolicy, &facts.privacy_policy),
            (Role::Store, &facts.app_store),
            (Role::Store, &facts.google_play),
        ]
        .into_iter()
        .filter_map(|(role, door)| Some((role, &door.as_ref()?.door)))
        .collect(),
    }
}

/// Why `after` must wait for a second person. `standing` is what people see now ([`facts`], [`app_facts`]); `trusted` are the
/// domains that were ever live there.
pub fn risks(standing: Option<&Body>, after: &Body, trusted: &BTreeSet<(Role, String)>) -> Vec<Risk> {
    let mut all = BTreeSet::new();
    let now: Vec<(Role, &Door)> = standing.map(doors).unwrap_or_default();
    let then = doors(after);
    for (role, door) in &then {
        let trust_key = door.trust_key();
        let live = now.iter().any(|(other, known)| other == role && known.trust_key() == trust_key);
        if !live && !trusted.contains(&(*role, trust_key.clone())) {
            all.insert(Risk::Door { role: *role, url: door.url.clone(), domain: door.domain.clone(), trust_key });
        }
    }
    for (role, door) in &now {
        if !then.iter().any(|(other, kept)| other == role && kept.key() == door.key()) {
            all.insert(Risk::DoorGone { role: *role, url: door.url.clone() });
        }
    }
    match (standing, after) {
        (standing, Body::Organization(after)) => {
            let none = OrganizationFacts::default();
            let standing = match standing {
                Some(Body::Organization(facts)) => facts,
                _ => &none,
            };
            of_organization(standing, after, &mut all);
        }
        (standing, Body::App(after)) => {
            let known = standing.map(Body::name).unwrap_or_default();
            if text::match_form(known) != text::match_form(&after.name) {
                all.insert(Risk::Name);
            }
            for (field, words) in [("description", &after.description), ("description_es", &after.description_es)] {
                if words.as_deref().is_some_and(has_contact) {
                    all.insert(Risk::Words { field: field.into() });
                }
            }
        }
    }
    all.into_iter().collect()
}

fn of_organization(standing: &OrganizationFacts, after: &OrganizationFacts, all: &mut BTreeSet<Risk>) {
    let names: BTreeSet<String> =
        std::iter::once(&standing.name).chain(&standing.aliases).map(|name| text::match_form(name)).collect();
    let new_name =
        std::iter::once(&after.name).chain(&after.aliases).any(|name| !names.contains(&text::match_form(name)));
    if new_name || text::match_form(&standing.name) != text::match_form(&after.name) {
        all.insert(Risk::Name);
    }
    let numbers = |facts: &OrganizationFacts| -> BTreeSet<String> {
        let places = facts.places.iter().filter_map(|place| place.phone.as_deref());
        places.chain(facts.phone.as_deref()).map(digits).collect()
    };
    let main = |facts: &OrganizationFacts| facts.phone.as_deref().map(digits);
    if !numbers(after).is_subset(&numbers(standing)) || main(standing) != main(after) {
        all.insert(Risk::Phone);
    }
    if after.places.first().map(Place::key) != standing.places.first().map(Place::key) {
        all.insert(Risk::Address);
    }
    if after.identifiers.iter().any(|identifier| !standing.identifiers.contains(identifier)) {
        all.insert(Risk::Identifier);
    }
    let status = |facts: &OrganizationFacts| facts.status.unwrap_or(Status::Active);
    if status(standing) != status(after) {
        all.insert(Risk::Status);
    }
    if after.part_of.is_some() && after.part_of != standing.part_of {
        all.insert(Risk::PartOf);
    }
    let mut words = |field: &str, before: &[&str], now: Option<&str>| {
        if now.is_some_and(|now| !before.contains(&now) && has_contact(now)) {
            all.insert(Risk::Words { field: field.into() });
        }
    };
    words("description", &[standing.description.as_deref().unwrap_or_default()], after.description.as_deref());
    let advice = |facts: &OrganizationFacts| facts.how_to_ask.clone().map(|advice| [advice.en, advice.es]);
    let before = advice(standing).unwrap_or_default();
    for now in advice(after).iter().flatten() {
        words("how_to_ask", &[&before[0], &before[1]], Some(now));
    }
    let said = |portal: &PortalFacts| [portal.name.clone(), portal.description.clone(), portal.audience.clone()];
    let before: Vec<String> = standing.portals.iter().flat_map(said).flatten().collect();
    let before: Vec<&str> = before.iter().map(String::as_str).collect();
    for now in after.portals.iter().flat_map(said).flatten() {
        words("portals", &before, Some(&now));
    }
}

fn digits(text: &str) -> String {
    text::phone(text).unwrap_or_else(|| text.chars().filter(char::is_ascii_digit).collect())
}

/// Does a text tell people whom to call, or where to go on the web? Seven digits and more are a phone number; a word with a
/// dot between letters, `://` or `@` an address.
pub fn has_contact(words: &str) -> bool {
    let number =
        words.split(|c: char| c.is_alphabetic()).any(|run| run.chars().filter(char::is_ascii_digit).count() >= 7);
    let address = words.split_whitespace().any(|word| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        let dotted = |(a, b): (&str, &str)| {
            a.chars().last().is_some_and(char::is_alphanumeric) && b.chars().next().is_some_and(char::is_alphabetic)
        };
        word.contains("://") || word.contains('@') || (word.contains('.') && word.rsplit_once('.').is_some_and(dotted))
    });
    number || address
}
