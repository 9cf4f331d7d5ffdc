//! `/lookup`: organizations by what is written on a letter, a card or in another register.

use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    api::{Api, call::Call, cursor, reply},
    model::{
        id::{Id, ThingKind},
        identifier::kept_as,
        kind::Kind,
        organization::{Organization, Status},
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
