//! A listing as it may be said by people: whoever made it, by form, by file or by key. Pure.
//!
//! What holds: what only readers of lists may set is not set; every address is read anew, so that nobody says which domain
//! an address opens; texts are cleaned and carry no private number and no e-mail address.

use crate::{
    model::{
        door::{Door, Refusal},
        identifier::Identifier,
        listing::{AppFacts, Body, DoorFacts, OrganizationFacts},
        place::Place,
        text::{NAME_LIMIT, TEXT_LIMIT, clean, clean_name},
    },
    sources::private,
};

/// A line of an address, a town, the name of a platform.
const LINE_LIMIT: usize = 200;
/// Items of one list.
const LIST_LIMIT: usize = 2_000;

/// The listing as it may be said, or the address that is none.
pub fn tidy(body: &Body) -> Result<Body, Refusal> {
    Ok(match body {
        Body::Organization(facts) => Body::Organization(Box::new(organization(facts)?)),
        Body::App(facts) => Body::App(Box::new(app(facts)?)),
    })
}

fn organization(facts: &OrganizationFacts) -> Result<OrganizationFacts, Refusal> {
    let mut facts = facts.clone();
    facts.name = words(&clean_name(&facts.name), NAME_LIMIT).unwrap_or_default();
    facts.aliases = all_words(&facts.aliases, NAME_LIMIT);
    facts.description = facts.description.and_then(|text| words(&text, TEXT_LIMIT));
    facts.phone = facts.phone.and_then(|text| words(&text, LINE_LIMIT));
    facts.website = facts.website.map(door_facts).transpose()?;
    facts.identifiers.retain(Identifier::is_public);
    for place in &mut facts.places {
        tidy_place(place);
    }
    facts.places.retain(|place| *place != Place::default());
    facts.areas = all_words(&facts.areas, LINE_LIMIT);
    for portal in &mut facts.portals {
        portal.at = door_facts(portal.at.clone())?;
        portal.sign_up = portal.sign_up.take().map(door).transpose()?;
        portal.name = portal.name.take().and_then(|text| words(&text, LINE_LIMIT));
        portal.audience = portal.audience.take().and_then(|text| words(&text, LINE_LIMIT));
        portal.description = portal.description.take().and_then(|text| words(&text, TEXT_LIMIT));
        portal.through = None;
    }
    for endpoint in &mut facts.endpoints {
        endpoint.at = Door::parse_endpoint(&endpoint.at.url)?;
        endpoint.developers = endpoint.developers.take().map(door).transpose()?;
        endpoint.name = endpoint.name.take().and_then(|text| words(&text, LINE_LIMIT));
        endpoint.fhir_versions = all_words(&endpoint.fhir_versions, 20);
        endpoint.through = None;
    }
    for logo in &mut facts.logos {
        logo.url = Door::parse(&logo.url)?.url;
        logo.licence = logo.licence.take().map(|page| Door::parse(&page).map(|door| door.url)).transpose()?;
    }
    if let Some(advice) = &mut facts.how_to_ask {
        advice.en = words(&advice.en, TEXT_LIMIT).unwrap_or_default();
        advice.es = words(&advice.es, TEXT_LIMIT).unwrap_or_default();
    }
    facts.how_to_ask = facts.how_to_ask.filter(|advice| !advice.en.is_empty() || !advice.es.is_empty());
    facts.part_of_name = facts.part_of_name.and_then(|text| words(&text, NAME_LIMIT));
    facts.places.truncate(LIST_LIMIT);
    facts.portals.truncate(LIST_LIMIT);
    facts.endpoints.truncate(LIST_LIMIT);
    facts.identifiers.truncate(LIST_LIMIT);
    // What only lists may say of themselves.
    (facts.old_slugs, facts.fixed_id, facts.at_best) = (Vec::new(), None, None);
    // What is not so is worked out from what somebody takes out.
    facts.denied.clear();
    Ok(facts)
}

fn app(facts: &AppFacts) -> Result<AppFacts, Refusal> {
    let mut facts = facts.clone();
    facts.name = words(&clean_name(&facts.name), NAME_LIMIT).unwrap_or_default();
    facts.publisher = facts.publisher.and_then(|text| words(&text, NAME_LIMIT));
    facts.description = facts.description.and_then(|text| words(&text, TEXT_LIMIT));
    facts.description_es = facts.description_es.and_then(|text| words(&text, TEXT_LIMIT));
    facts.ingests = all_words(&facts.ingests, LINE_LIMIT);
    facts.platforms = all_words(&facts.platforms, LINE_LIMIT);
    for address in [&mut facts.website, &mut facts.privacy_policy, &mut facts.app_store, &mut facts.google_play] {
        *address = address.take().map(door_facts).transpose()?;
    }
    (facts.old_slugs, facts.fixed_id) = (Vec::new(), None);
    facts.denied.clear();
    Ok(facts)
}

fn tidy_place(place: &mut Place) {
    place.lines = all_words(&place.lines, LINE_LIMIT);
    for text in
        [&mut place.name, &mut place.city, &mut place.state, &mut place.zip, &mut place.phone, &mut place.landmark]
    {
        *text = text.take().and_then(|text| words(&text, LINE_LIMIT));
    }
}

#[expect(clippy::needless_pass_by_value, reason = "what is said of an address is thrown away with it")]
fn door(door: Door) -> Result<Door, Refusal> {
    Door::parse(&door.url)
}

fn door_facts(facts: DoorFacts) -> Result<DoorFacts, Refusal> {
    Ok(DoorFacts { door: door(facts.door)?, evidence: None })
}

/// A text as it may be shown to everybody; nothing when nothing is left.
pub(super) fn words(text: &str, limit: usize) -> Option<String> {
    let text = clean(text, limit);
    let text = private::cut(&text).map_or(text, |(without, _)| without);
    (!text.is_empty()).then_some(text)
}

fn all_words(texts: &[String], limit: usize) -> Vec<String> {
    texts.iter().filter_map(|text| words(text, limit)).take(LIST_LIMIT).collect()
}
