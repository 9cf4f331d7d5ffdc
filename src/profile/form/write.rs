//! From a listing to a form.

use super::{Choice, Form, Values};
use crate::model::{
    features::Answer,
    listing::{AppFacts, Body, DoorFacts, EndpointFacts, OrganizationFacts, PortalFacts},
    organization::Status,
    place::Place,
};

impl Form {
    /// The form filled with what a listing says.
    pub fn of(body: &Body) -> Self {
        match body {
            Body::Organization(facts) => of_organization(facts),
            Body::App(facts) => of_app(facts),
        }
    }
}

fn values<const N: usize>(pairs: [(&str, String); N]) -> Values {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn text(value: Option<&String>) -> String {
    value.cloned().unwrap_or_default()
}

fn address(value: Option<&DoorFacts>) -> String {
    value.map(|facts| facts.door.url.clone()).unwrap_or_default()
}

fn of_organization(facts: &OrganizationFacts) -> Form {
    let kind = facts.kinds.first().map(|kind| kind.code().to_owned()).unwrap_or_default();
    let more: Vec<&str> = facts.kinds.iter().skip(1).map(|kind| kind.code()).collect();
    let advice = facts.how_to_ask.clone();
    let fields = values([
        ("name", facts.name.clone()),
        ("aliases", facts.aliases.join("\n")),
        ("kind", kind),
        ("kinds", more.join(" ")),
        ("status", facts.status.unwrap_or(Status::Active).word().to_owned()),
        ("phone", text(facts.phone.as_ref())),
        ("website", address(facts.website.as_ref())),
        ("description", text(facts.description.as_ref())),
        ("areas", facts.areas.join(", ")),
        ("ask_en", advice.as_ref().map(|advice| advice.en.clone()).unwrap_or_default()),
        ("ask_es", advice.map(|advice| advice.es).unwrap_or_default()),
        ("part_of", text(facts.part_of.as_ref())),
        ("rights", String::new()),
    ]);
    let logo = |logo: &crate::model::listing::LogoFacts| {
        values([("url", logo.url.clone()), ("licence", text(logo.licence.as_ref()))])
    };
    let number = |id: &crate::model::identifier::Identifier| {
        values([("system", id.system.code().to_owned()), ("value", id.value.clone())])
    };
    let lists = [
        ("places", facts.places.iter().map(place).collect::<Vec<_>>()),
        ("portals", facts.portals.iter().map(portal).collect()),
        ("endpoints", facts.endpoints.iter().map(endpoint).collect()),
        ("logos", facts.logos.iter().map(logo).collect()),
        ("numbers", facts.identifiers.iter().filter(|id| id.is_public()).map(number).collect()),
    ];
    let features = facts.features.iter().map(|(feature, answer)| (feature.code().to_owned(), choice(*answer)));
    Form {
        fields,
        lists: lists.into_iter().map(|(name, rows)| (name.to_owned(), rows)).collect(),
        features: features.collect(),
        parent_name: text(facts.part_of_name.as_ref()),
    }
}

fn choice(answer: Answer) -> Choice {
    let (answer, from) = match answer {
        Answer::Yes => ("yes", None),
        Answer::No => ("no", None),
        Answer::Planned(from) => ("planned", from),
    };
    Choice { answer: answer.to_owned(), from: from.map(|day| day.to_string()).unwrap_or_default() }
}

fn place(place: &Place) -> Values {
    values([
        ("name", text(place.name.as_ref())),
        ("street", place.lines.join("\n")),
        ("city", text(place.city.as_ref())),
        ("state", text(place.state.as_ref())),
        ("zip", text(place.zip.as_ref())),
        ("phone", text(place.phone.as_ref())),
        ("landmark", text(place.landmark.as_ref())),
    ])
}

fn portal(portal: &PortalFacts) -> Values {
    let (from, to) = portal.valid.unwrap_or_default();
    let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
    values([
        ("url", portal.at.door.url.clone()),
        ("name", text(portal.name.as_ref())),
        ("sign_up", portal.sign_up.as_ref().map(|door| door.url.clone()).unwrap_or_default()),
        ("audience", text(portal.audience.as_ref())),
        ("description", text(portal.description.as_ref())),
        ("from", day(from)),
        ("to", day(to)),
        ("endpoints", portal.endpoints.join("\n")),
    ])
}

fn endpoint(endpoint: &EndpointFacts) -> Values {
    values([
        ("url", endpoint.at.url.clone()),
        ("versions", endpoint.fhir_versions.join(", ")),
        ("name", text(endpoint.name.as_ref())),
        ("developers", endpoint.developers.as_ref().map(|door| door.url.clone()).unwrap_or_default()),
    ])
}

fn of_app(facts: &AppFacts) -> Form {
    let fields = values([
        ("name", facts.name.clone()),
        ("publisher", text(facts.publisher.as_ref())),
        ("description", text(facts.description.as_ref())),
        ("description_es", text(facts.description_es.as_ref())),
        ("ingests", facts.ingests.join("\n")),
        ("platforms", facts.platforms.join(" ")),
        ("website", address(facts.website.as_ref())),
        ("privacy_policy", address(facts.privacy_policy.as_ref())),
        ("app_store", address(facts.app_store.as_ref())),
        ("google_play", address(facts.google_play.as_ref())),
    ]);
    Form { fields, ..Form::default() }
}
