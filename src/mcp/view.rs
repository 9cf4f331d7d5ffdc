//! Documents and results as tools answer them. Pure.
//!
//! What holds: ids, codes, dates, counts and addresses of ours stand as they are; every text of a list stands below
//! [`outside::KEY`]. A door is there only when it is live and open today, with the domain people see, who says so and when.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::outside::{self, KEY, TEXT, name, words};
use crate::{
    model::{
        door::{Door, Warning},
        features::{Answer, MENU},
        id::Id,
        organization::{App, DoorState, Endpoint, Organization, Portal, Said, Website},
        place::Place,
    },
    search::{Card, NearTo, Question, Results},
};

/// Places, doors, other names and numbers of one organization that are told; more are counted.
const MOST: usize = 20;

/// Where pages are, and which day it is.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    /// The address people use, without a trailing slash.
    pub root: &'a str,
    /// Today.
    pub today: Date,
}

impl Frame<'_> {
    /// The page of a thing. By its id: a readable address has words of others in it.
    fn page(self, id: &Id) -> String {
        format!("{}/o/{id}", self.root)
    }

    /// A page of results.
    pub fn results(self, found: &Results, offset: usize) -> Value {
        let results: Vec<Value> = found.results.iter().map(|card| self.card(card)).collect();
        let shown = offset + results.len();
        let mut answer = json!({
            "notice": outside::NOTICE,
            "total": found.total.min(crate::search::EXACT_TOTAL),
            "total_is_lower_bound": found.total > crate::search::EXACT_TOTAL,
            "results": results,
        });
        let more = shown < found.cards && !found.results.is_empty();
        put(&mut answer, "next_offset", more.then(|| json!(shown)));
        put(&mut answer, "ask_back", found.question.as_ref().map(question));
        put(&mut answer, "near", found.near.as_ref().map(near));
        put(&mut answer, KEY, found.did_you_mean.as_ref().map(|words| json!({ "did_you_mean": name(words) })));
        answer
    }

    fn card(self, card: &Card) -> Value {
        let door = card.portal_url.as_deref().and_then(outside::address).map(|url| {
            let mut door =
                json!({ "opens": url, "listed_by": name(&card.source_name), "listed_on": name(&card.load_date) });
            let parsed = card.portal_url.as_deref().and_then(|url| Door::parse(url).ok());
            put(&mut door, "warnings", parsed.and_then(|parsed| warnings(&parsed.warnings)));
            put(&mut door, "domain", card.portal_domain.as_deref().map(name));
            put(&mut door, "name", card.portal_name.as_deref().map(name));
            door
        });
        let mut said = json!({ "name": name(&card.name), "areas": names(&card.areas) });
        let texts =
            [("city", &card.city), ("state", &card.state), ("zip", &card.zip), ("also_known_as", &card.also_known_as)];
        for (key, text) in texts {
            put(&mut said, key, text.as_deref().map(name));
        }
        put(&mut said, "part_of", card.part_of.as_ref().map(|parent| name(&parent.name)));
        put(&mut said, "door", door);
        let mut answer = json!({
            "id": card.id,
            "page": self.page(&card.id),
            "kind": card.kind.code(),
            "has_door": card.portal_url.is_some(),
            "apps_can_connect": card.app_access,
            "offers": card.can.iter().filter(|code| MENU.contains(&code.as_str())).collect::<Vec<_>>(),
            KEY: said,
        });
        put(&mut answer, "miles", card.miles.map(|miles| json!((miles * 10.0).round() / 10.0)));
        put(&mut answer, "part_of_id", card.part_of.as_ref().map(|parent| json!(parent.id)));
        put(&mut answer, "places_matching", (card.places_matching > 0).then(|| json!(card.places_matching)));
        answer
    }

    /// Everything of one organization.
    pub fn organization(self, org: &Organization) -> Value {
        let mut said = json!({
            "name": name(&org.name),
            "also_known_as": names(&org.aliases),
            "places": org.locations.iter().take(MOST).map(|location| place(&location.place)).collect::<Vec<_>>(),
            "doors": self.doors(org),
            "who_says_it_offers": features_said(org),
            "numbers": org.identifiers.iter().filter(|number| number.is_public()).take(MOST)
                .map(|number| json!({ "system": number.system.code(), "value": name(&number.value) })).collect::<Vec<_>>(),
            "areas": names(&org.areas),
        });
        put(&mut said, "description", org.description.as_ref().map(|text| json!(words(text, TEXT))));
        put(&mut said, "phone", org.phone.as_deref().map(name));
        put(&mut said, "part_of", org.part_of.as_ref().map(|parent| name(&parent.name)));
        put(&mut said, "successor", org.successor.as_ref().map(|other| name(&other.name)));
        put(&mut said, "how_to_ask", org.how_to_ask.as_ref().map(|advice| json!(words(&advice.en, TEXT))));
        put(&mut said, "name_listed_by", org.said("name").map(who));
        let mut answer = self.head(org, &said);
        put(&mut answer, "notice", Some(json!(outside::NOTICE)));
        put(&mut answer, "version", Some(json!(org.version)));
        put(&mut answer, "features", Some(features(org)));
        put(&mut answer, "letter", Some(json!("request_letter makes a letter that asks for the records on paper")));
        put(&mut answer, "places_in_all", (org.locations.len() > MOST).then(|| json!(org.locations.len())));
        put(&mut answer, "part_of_id", org.part_of.as_ref().map(|parent| json!(parent.id)));
        put(&mut answer, "successor_id", org.successor.as_ref().map(|other| json!(other.id)));
        answer
    }

    /// One organization in a comparison.
    pub fn formats(self, org: &Organization) -> Value {
        let endpoints: Vec<&Endpoint> = org.live_endpoints().collect();
        let versions: Vec<&String> = endpoints.iter().flat_map(|endpoint| &endpoint.fhir_versions).collect();
        let mut answer = self.head(org, &json!({ "name": name(&org.name), "fhir_versions": names(&sorted(versions)) }));
        put(&mut answer, "features", Some(features(org)));
        put(&mut answer, "fhir_endpoints", Some(json!(endpoints.len())));
        answer
    }

    fn head(self, org: &Organization, said: &Value) -> Value {
        json!({
            "id": org.id,
            "page": self.page(&org.id),
            "kinds": org.kinds.iter().map(|kind| kind.code()).collect::<Vec<_>>(),
            "status": org.status.word(),
            "has_door": self.open_portals(org).next().is_some(),
            KEY: said,
        })
    }

    /// An app that takes in records.
    pub fn app(self, app: &App) -> Value {
        let door = |field: &str, site: &Option<Website>| {
            site.as_ref().and_then(|site| website(field, site, app.provenance.get(field).map(AsRef::as_ref)))
        };
        let doors: Vec<Value> = [
            door("website", &app.website),
            door("app_store", &app.app_store),
            door("google_play", &app.google_play),
            door("privacy_policy", &app.privacy_policy),
        ]
        .into_iter()
        .flatten()
        .collect();
        let mut said = json!({
            "name": name(&app.name),
            "takes_in": names(&app.ingests),
            "platforms": names(&app.platforms),
            "doors": doors,
        });
        put(&mut said, "publisher", app.publisher.as_deref().map(name));
        put(&mut said, "description", app.description.as_ref().map(|text| json!(words(text, TEXT))));
        json!({ "id": app.id, "page": self.page(&app.id), "current": app.is_current(), KEY: said })
    }

    /// Portals that are live and open today.
    fn open_portals(self, org: &Organization) -> impl Iterator<Item = &Portal> {
        org.portals.iter().filter(move |portal| portal.is_open(self.today))
    }

    /// What may be opened: portals, its own site, and where apps connect.
    fn doors(self, org: &Organization) -> Vec<Value> {
        let portals = self.open_portals(org).filter_map(|portal| {
            let mut door = door("portal", &portal.url, &portal.domain, org.said(&format!("portals/{}", portal.id)))?;
            put(&mut door, "name", portal.name.as_deref().map(name));
            put(&mut door, "for", portal.audience.as_deref().map(name));
            put(&mut door, "description", portal.description.as_ref().map(|text| json!(words(text, TEXT))));
            put(&mut door, "warnings", warnings(&portal.warnings));
            put(&mut door, "of_the_organization_it_is_part_of", portal.through_parent.then_some(json!(true)));
            Some(door)
        });
        let site = org.website.as_ref().and_then(|site| website("website", site, org.said("website")));
        let endpoints = org.live_endpoints().filter_map(|endpoint| {
            let said = org.said(&format!("endpoints/{}", endpoint.id));
            let mut door = door("fhir", &endpoint.address, &endpoint.domain, said)?;
            put(&mut door, "fhir_versions", Some(names(&endpoint.fhir_versions)));
            put(&mut door, "warnings", warnings(&endpoint.warnings));
            Some(door)
        });
        portals.chain(site).chain(endpoints).take(MOST).collect()
    }
}

/// An address with its domain and who says so. A door nobody says is none.
fn door(kind: &str, url: &str, domain: &str, said: Option<&Said>) -> Option<Value> {
    let mut door = json!({ "kind": kind, "opens": outside::address(url)?, "domain": name(domain) });
    let Value::Object(by) = who(said?) else { return None };
    door.as_object_mut()?.extend(by);
    Some(door)
}

fn website(kind: &str, site: &Website, said: Option<&Said>) -> Option<Value> {
    let mut door = door(kind, &site.url, &site.domain, said.filter(|_| site.state == DoorState::Live))?;
    put(&mut door, "warnings", warnings(&site.warnings));
    Some(door)
}

fn who(said: &Said) -> Value {
    let mut who = json!({ "listed_by": name(&said.source_name), "listed_on": said.load_date, "how": said.label });
    put(&mut who, "seen_at", said.evidence.as_ref().and_then(|seen| outside::address(&seen.page)));
    who
}

fn warnings(warnings: &[Warning]) -> Option<Value> {
    (!warnings.is_empty()).then(|| json!(warnings))
}

fn place(place: &Place) -> Value {
    let mut out = json!({});
    if !place.lines.is_empty() {
        put(&mut out, "address", Some(name(&place.lines.join(", "))));
    }
    let texts = [
        ("name", &place.name),
        ("city", &place.city),
        ("state", &place.state),
        ("zip", &place.zip),
        ("phone", &place.phone),
    ];
    for (key, text) in texts {
        put(&mut out, key, text.as_deref().map(name));
    }
    out
}

/// What is said of the menu, in our own codes; what nobody says is not known.
fn features(org: &Organization) -> Value {
    let with = |wanted: fn(&Answer) -> bool| {
        let of = org.features.iter().filter(move |(_, answer)| wanted(answer));
        of.map(|(feature, _)| feature.code()).collect::<Vec<_>>()
    };
    json!({
        "yes": with(|answer| matches!(answer, Answer::Yes)),
        "no": with(|answer| matches!(answer, Answer::No)),
        "planned": with(|answer| matches!(answer, Answer::Planned(_))),
        "everything_else": "not known",
    })
}

/// Who says what it offers, each voice once.
fn features_said(org: &Organization) -> Value {
    let mut voices: Vec<(&Said, Vec<&str>)> = Vec::new();
    for feature in org.features.keys() {
        let Some(said) = org.said(&format!("features/{feature}")) else { continue };
        match voices.iter_mut().find(|(known, _)| *known == said) {
            Some((_, codes)) => codes.push(feature.code()),
            None => voices.push((said, vec![feature.code()])),
        }
    }
    let voice = |(said, codes): (&Said, Vec<&str>)| {
        let mut voice = who(said);
        put(&mut voice, "features", Some(json!(codes)));
        voice
    };
    voices.into_iter().take(MOST).map(voice).collect()
}

/// What must be asked back, in words of ours.
fn question(question: &Question) -> Value {
    let ask = match question {
        Question::Portal { .. } => "Many places use this portal. Ask which hospital, clinic or town.",
        Question::State { .. } => "It differs by state. Ask which state, then give it as state.",
        Question::Programme { .. } => "Several programmes are called so. Ask which one.",
        Question::Person { .. } => "This is a person. Ask which clinic, group or hospital keeps the records.",
    };
    let mut out = json!({ "ask": ask });
    if let Question::Programme { choices, .. } = question {
        let choices =
            choices.iter().map(|choice| json!({ "name": choice.name, "query": choice.q })).collect::<Vec<_>>();
        put(&mut out, "choices", Some(json!(choices)));
    }
    out
}

fn near(near: &NearTo) -> Value {
    match near {
        NearTo::Zip { zip } => json!({ "zip": zip }),
        NearTo::City { city, state } => json!({ "state": state, KEY: { "city": name(city) } }),
        NearTo::State { state } => json!({ "state": state }),
        NearTo::Point { lat, lon } => json!({ "latitude": lat, "longitude": lon }),
        NearTo::Unknown { .. } => json!({ "unknown": true, "hint": "give a ZIP code, City, ST or a state" }),
    }
}

fn names<S: AsRef<str>>(texts: &[S]) -> Value {
    texts.iter().take(MOST).map(|text| name(text.as_ref())).collect()
}

fn sorted(mut texts: Vec<&String>) -> Vec<&String> {
    texts.sort_unstable();
    texts.dedup();
    texts
}

fn put(object: &mut Value, key: &str, value: Option<Value>) {
    if let (Some(object), Some(value)) = (object.as_object_mut(), value) {
        object.insert(key.to_owned(), value);
    }
}
