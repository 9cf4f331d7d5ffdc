//! What people see, as a listing: what a form begins with, and what changes are judged by.

use crate::model::{
    door::Door,
    id::Id,
    listing::{AppFacts, DoorFacts, EndpointFacts, OrganizationFacts, PortalFacts},
    organization::{App, DoorState, Organization, Status, Website},
};

/// What people see of an organization, as a listing: what a form begins with, and what changes are judged by. Doors that are
/// only text are not in it, nor what comes through a parent.
pub fn facts(of: &Organization) -> OrganizationFacts {
    let door = |url: &str| Door::parse(url).ok();
    let address = |id: &Id| of.endpoints.iter().find(|e| e.id == *id).map(|e| e.address.clone());
    let portals = of.door_portals().filter(|portal| !portal.through_parent).filter_map(|portal| {
        Some(PortalFacts {
            at: DoorFacts { door: door(&portal.url)?, evidence: None },
            name: portal.name.clone(),
            description: portal.description.clone(),
            audience: portal.audience.clone(),
            sign_up: portal.sign_up.as_deref().and_then(door),
            endpoints: portal.endpoints.iter().filter_map(address).collect(),
            through: None,
            valid: (portal.valid_from.is_some() || portal.valid_to.is_some())
                .then_some((portal.valid_from, portal.valid_to)),
        })
    });
    let endpoints = of.live_endpoints().filter(|endpoint| !endpoint.through_parent).filter_map(|endpoint| {
        Some(EndpointFacts {
            at: Door::parse_endpoint(&endpoint.address).ok()?,
            fhir_versions: endpoint.fhir_versions.clone(),
            name: endpoint.name.clone(),
            developers: endpoint.developers.as_deref().and_then(door),
            through: None,
        })
    });
    OrganizationFacts {
        name: of.name.clone(),
        aliases: of.aliases.clone(),
        kinds: of.kinds.clone(),
        status: (of.status != Status::Active).then_some(of.status),
        description: of.description.clone(),
        website: of.live_website().and_then(|site| door(&site.url)).map(|door| DoorFacts { door, evidence: None }),
        phone: of.phone.clone(),
        identifiers: of.identifiers.clone(),
        places: of.locations.iter().map(|location| location.place.clone()).collect(),
        areas: of.areas.clone(),
        portals: portals.collect(),
        endpoints: endpoints.collect(),
        part_of: of.part_of.as_ref().map(|parent| parent.id.to_string()),
        part_of_name: of.part_of.as_ref().map(|parent| parent.name.clone()),
        features: of.features.clone(),
        how_to_ask: of.how_to_ask.clone(),
        logos: of.logos.clone(),
        ..OrganizationFacts::default()
    }
}

/// What people see of an app, as a listing.
pub fn app_facts(of: &App) -> AppFacts {
    let door = |site: &Option<Website>| {
        let site = site.as_ref().filter(|site| site.state == DoorState::Live)?;
        Some(DoorFacts { door: Door::parse(&site.url).ok()?, evidence: None })
    };
    AppFacts {
        name: of.name.clone(),
        publisher: of.publisher.clone(),
        description: of.description.clone(),
        description_es: of.description_es.clone(),
        ingests: of.ingests.clone(),
        platforms: of.platforms.clone(),
        website: door(&of.website),
        privacy_policy: door(&of.privacy_policy),
        app_store: door(&of.app_store),
        google_play: door(&of.google_play),
        ..AppFacts::default()
    }
}
