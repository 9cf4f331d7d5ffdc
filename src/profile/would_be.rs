//! The picture as it would be, for a preview: as if everything in a listing were published. Pure.

use std::sync::Arc;

use jiff::civil::Date;
use sha2::{Digest as _, Sha256};

use crate::model::{
    change::Speaker,
    door::Door,
    id::{Id, ThingKind},
    listing::{AppFacts, DoorFacts, EndpointFacts, OrganizationFacts, PortalFacts},
    organization::{App, DoorState, Endpoint, Label, Location, Organization, Portal, Related, Said, Status, Website},
    place::Place,
};

/// An organization as a listing would make it.
#[expect(clippy::needless_pass_by_value, reason = "it becomes another one")]
pub fn organization(org: Organization, facts: &OrganizationFacts, today: Date) -> Organization {
    let mut would_be = Organization {
        name: facts.name.clone(),
        aliases: facts.aliases.clone(),
        kinds: if facts.kinds.is_empty() { org.kinds.clone() } else { facts.kinds.clone() },
        status: facts.status.unwrap_or(Status::Active),
        description: facts.description.clone(),
        website: facts.website.as_ref().map(website),
        phone: facts.phone.clone(),
        identifiers: facts.identifiers.clone(),
        locations: facts.places.iter().map(|place| location(&org, place)).collect(),
        areas: facts.areas.clone(),
        endpoints: facts.endpoints.iter().map(|facts| endpoint(&org, facts)).collect(),
        features: facts.features.clone(),
        how_to_ask: facts.how_to_ask.clone(),
        logos: facts.logos.clone(),
        part_of: facts
            .part_of
            .as_deref()
            .and_then(Id::parse)
            .map(|id| Related { id, name: facts.part_of_name.clone().unwrap_or_default() }),
        ..org.clone()
    };
    would_be.endpoints.extend(org.endpoints.iter().filter(|endpoint| endpoint.through_parent).cloned());
    would_be.portals = facts.portals.iter().map(|facts| portal(&would_be, &org, facts)).collect();
    would_be.portals.extend(org.portals.iter().filter(|portal| portal.through_parent).cloned());
    let said = Arc::new(said(org.id.as_str(), today));
    // Theirs is what they change; lists are one.
    let mut items = Vec::new();
    if would_be.portals != org.portals {
        let own = would_be.portals.iter().filter(|portal| !portal.through_parent);
        items.extend(own.map(|portal| format!("portals/{}", portal.id)));
    }
    if would_be.endpoints != org.endpoints {
        items.extend(would_be.endpoints.iter().map(|endpoint| format!("endpoints/{}", endpoint.id)));
    }
    items.extend((would_be.website != org.website).then(|| "website".to_owned()));
    items.extend((would_be.name != org.name).then(|| "name".to_owned()));
    for item in items {
        would_be.provenance.insert(&item, said.clone());
    }
    would_be
}

/// An app as a listing would make it.
pub fn app(app: App, facts: &AppFacts, today: Date) -> App {
    let door = |facts: &Option<DoorFacts>| facts.as_ref().map(website);
    let known = app.name.clone();
    let mut would_be = App {
        name: facts.name.clone(),
        publisher: facts.publisher.clone(),
        description: facts.description.clone(),
        description_es: facts.description_es.clone(),
        ingests: facts.ingests.clone(),
        platforms: facts.platforms.clone(),
        website: door(&facts.website),
        privacy_policy: door(&facts.privacy_policy),
        app_store: door(&facts.app_store),
        google_play: door(&facts.google_play),
        ..app
    };
    let said = Arc::new(said(would_be.id.as_str(), today));
    if would_be.name != known {
        would_be.provenance.insert("name", said);
    }
    would_be
}

/// The owners' word, from today.
fn said(key: &str, today: Date) -> Said {
    let source = Speaker::Owners.source();
    Said {
        source: source.id,
        source_name: source.name,
        tier: source.tier,
        key: key.to_owned(),
        load_date: today,
        label: Label::Owner,
        evidence: None,
    }
}

fn website(facts: &DoorFacts) -> Website {
    let Door { url, domain, warnings } = facts.door.clone();
    Website { url, domain, state: DoorState::Live, warnings }
}

/// An id for what has none yet: the same for the same thing, and nobody else's.
fn stand_in(kind: ThingKind, key: &str) -> Id {
    let digest = Sha256::digest(key.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    Id::new(kind, uuid::Uuid::from_bytes(bytes))
}

fn location(org: &Organization, place: &Place) -> Location {
    let key = place.key();
    let known = org.locations.iter().find(|location| location.place.key() == key).map(|location| location.id.clone());
    Location { id: known.unwrap_or_else(|| stand_in(ThingKind::Location, &key)), place: place.clone() }
}

fn endpoint(org: &Organization, facts: &EndpointFacts) -> Endpoint {
    let known = org.endpoints.iter().find(|endpoint| endpoint.address == facts.at.url).map(|known| known.id.clone());
    Endpoint {
        id: known.unwrap_or_else(|| stand_in(ThingKind::Endpoint, &facts.at.url)),
        address: facts.at.url.clone(),
        domain: facts.at.domain.clone(),
        state: DoorState::Live,
        warnings: facts.at.warnings.clone(),
        fhir_versions: facts.fhir_versions.clone(),
        name: facts.name.clone(),
        developers: facts.developers.as_ref().map(|door| door.url.clone()),
        through_parent: false,
    }
}

fn portal(would_be: &Organization, org: &Organization, facts: &PortalFacts) -> Portal {
    let door = &facts.at.door;
    let known = org.portals.iter().find(|portal| portal.url == door.url).map(|portal| portal.id.clone());
    let behind = |address: &String| would_be.endpoints.iter().find(|known| known.address == *address);
    Portal {
        id: known.unwrap_or_else(|| stand_in(ThingKind::Portal, &door.url)),
        url: door.url.clone(),
        domain: door.domain.clone(),
        state: DoorState::Live,
        warnings: door.warnings.clone(),
        name: facts.name.clone(),
        description: facts.description.clone(),
        audience: facts.audience.clone(),
        sign_up: facts.sign_up.as_ref().map(|door| door.url.clone()),
        endpoints: facts.endpoints.iter().filter_map(behind).map(|endpoint| endpoint.id.clone()).collect(),
        through_parent: false,
        valid_from: facts.valid.and_then(|(from, _)| from),
        valid_to: facts.valid.and_then(|(_, to)| to),
        successor: None,
    }
}
