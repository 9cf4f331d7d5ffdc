//! `/lookup`: organizations by what is written on a letter, a card or in another register.

use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    api::{Api, call::Call, cursor, reply},
    model::{
        door::{Door, host_of, registrable_domain},
        id::{Id, ThingKind},
        identifier::Identifier,
        kind::Kind,
        organization::{Organization, Status},
        text::phone,
    },
    web::problem::Problem,
};

/// What was found.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Lookup")]
pub struct LookupAnswer {
    /// As what the value was looked up.
    pub system: &'static str,
    /// The value as it is kept; null when it cannot be one of the system.
    pub value: Option<String>,
    /// The portal at the address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub portal: Option<Id>,
    /// The endpoint at the address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<Id>,
    /// Organizations, in the order of their ids.
    pub results: Vec<Match>,
    /// Where this page ends; null on the last one.
    pub next_after: Option<String>,
}

/// An organization that was found.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Match {
    /// Its id.
    pub id: Id,
    /// The readable part of its address.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Its primary kind.
    pub kind: Kind,
    /// Where it stands.
    pub status: Status,
    /// The city of its main place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// The state of its main place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// It offers a door or a feature.
    pub listed: bool,
    /// Its page.
    #[schemars(extend("format" = "uri"))]
    pub url: String,
}

/// `/lookup`
pub async fn get(api: Api, call: Call) -> Result<Response, Problem> {
    let validators = api.log(call.format).await?;
    if let Some(known) = validators.known(&call) {
        return Ok(known);
    }
    let (given, store) = (&call.given, &api.app.store);
    let system = given.words("system").first().copied().unwrap_or_default();
    let (typed, limit) = (given.one("value").unwrap_or_default(), given.number("limit"));
    let after = cursor::after(given, ThingKind::Organization)?;
    let value = kept_as(system, typed);
    let mut answer =
        LookupAnswer { system, value, portal: None, endpoint: None, results: Vec::new(), next_after: None };
    let mut ids = Vec::new();
    if let Some(value) = answer.value.as_deref() {
        if system == "url" {
            answer.portal = store.door_at(ThingKind::Portal, value).await?;
            answer.endpoint = store.door_at(ThingKind::Endpoint, value).await?;
            for door in [&mut answer.portal, &mut answer.endpoint] {
                let Some(id) = door.as_ref() else { continue };
                ids.extend(store.linking(id, after.as_ref(), limit as u32 + 1).await?);
                // A door nobody links to was recalled or withdrawn.
                if store.shared_door(id).await?.is_none() {
                    *door = None;
                }
            }
            ids.sort();
            ids.dedup();
        } else {
            ids = store.looked_up(system, value, after.as_ref(), limit as u32 + 1).await?;
        }
    }
    let more = ids.len() > limit;
    ids.truncate(limit);
    answer.next_after = ids.last().filter(|_| more).map(|id| cursor::behind(given, id));
    let documents = store.documents(&ids).await?;
    for document in ids.iter().filter_map(|id| documents.get(id)) {
        let found: Organization =
            serde_json::from_str(&document.body).map_err(|why| Problem::broken("reading an organization", &why))?;
        if !matches!(found.status, Status::Merged | Status::Withdrawn) {
            answer.results.push(matched(&found, &api.app.config.public_url));
        }
    }
    reply::made(&answer, Some(&validators))
}

fn matched(found: &Organization, public_url: &str) -> Match {
    let place = found.main_place();
    Match {
        id: found.id.clone(),
        slug: found.slug.clone(),
        name: found.name.clone(),
        kind: found.kind(),
        status: found.status,
        city: place.and_then(|place| place.city.clone()),
        state: place.and_then(|place| place.state.clone()),
        listed: found.is_listed(),
        url: format!("{public_url}/o/{}", found.id),
    }
}

/// A value as the table of lookups keeps it; nothing when it cannot be one.
fn kept_as(system: &str, typed: &str) -> Option<String> {
    let typed = typed.trim();
    let some = |text: String| (!text.is_empty()).then_some(text);
    match system {
        "npi" => Identifier::npi(typed).map(|number| number.value),
        "phone" => phone(typed),
        "domain" => {
            let lower = typed.to_lowercase();
            let host =
                if lower.contains("://") { host_of(&lower) } else { lower.split('/').next().unwrap_or_default() };
            registrable_domain(host).map(str::to_owned)
        }
        "url" => {
            let address = if typed.contains("://") { typed.to_owned() } else { format!("https://{typed}") };
            Door::parse(&address).ok().map(|door| door.key())
        }
        "oid" if !typed.starts_with("urn:oid:") => some(typed.to_owned()).map(|oid| format!("urn:oid:{oid}")),
        "ccn" | "clia" => some(typed.to_uppercase()),
        _ => some(typed.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_looked_up_as_they_are_kept() {
        for (system, typed, kept) in [
            ("npi", "1234-567-893", Some("1234567893")),
            ("npi", "1234567890", None),
            ("phone", "208.555.0100", Some("(208) 555-0100")),
            ("phone", "call us", None),
            ("domain", "www.Example.org", Some("example.org")),
            ("domain", "https://mychart.example.org/x", Some("example.org")),
            ("url", "HTTPS://www.example.org/MyChart/", Some("example.org/mychart")),
            ("url", "example.org/fhir/metadata", Some("example.org/fhir")),
            ("url", "javascript:alert(1)", None),
            ("oid", "2.16.840", Some("urn:oid:2.16.840")),
            ("clia", "01d0641971", Some("01D0641971")),
            ("naic", "", None),
        ] {
            assert_eq!(kept_as(system, typed).as_deref(), kept, "{system} {typed}");
        }
    }
}
