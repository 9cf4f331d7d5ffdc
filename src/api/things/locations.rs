//! `/locations`: places of organizations.

use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    api::{
        Api,
        call::Call,
        csv, cursor,
        fields::Wanted,
        reply::{self, Page, Validators},
    },
    model::{
        id::{Id, ThingKind},
        organization::Location,
    },
    store::StoredPlace,
    web::problem::{Kind, Problem},
};

/// A place as the API writes it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Location")]
pub struct LocationThing {
    /// Where it is.
    #[serde(flatten)]
    pub location: Location,
    /// The organization whose place it is.
    pub organization: Id,
    /// Counts its changes.
    pub version: i64,
}

/// `/locations`
pub async fn list(api: Api, call: Call) -> Result<Response, Problem> {
    let validators = api.log(call.format).await?;
    if let Some(known) = validators.known(&call) {
        return Ok(known);
    }
    let given = &call.given;
    let (of, limit) = (api.followed(given.id("organization")).await?, given.number("limit"));
    let after = cursor::after(given, ThingKind::Location)?;
    let mut places = api.app.store.places(of.as_ref(), after.as_ref(), limit as u32 + 1).await?;
    let more = places.len() > limit;
    places.truncate(limit);
    let next_after = places.last().filter(|_| more).map(|place| cursor::behind(given, &place.id));
    let wanted = Wanted::new(given.many("fields"));
    let things = places.iter().map(|place| text(place, wanted.as_ref())).collect::<Result<_, _>>()?;
    let page = Page { things, next_after, ..Page::default() };
    reply::list(&call, &api.app.config.public_url, page, csv::LOCATIONS, Some(&validators))
}

/// `/locations/{id}`
pub async fn one(api: Api, call: Call) -> Result<Response, Problem> {
    let id = call.id()?;
    let Some(place) = api.app.store.place(id).await? else {
        let gone = Problem::new(Kind::Gone, "No source speaks of this place any more.");
        return Err(if api.app.store.had_place(id).await? { gone } else { call.nothing() });
    };
    let validators = Validators::version(place.version, None);
    if let Some(known) = validators.known(&call) {
        return Ok(known);
    }
    Ok(reply::one(text(&place, Wanted::new(call.given.many("fields")).as_ref())?, &validators))
}

fn text(place: &StoredPlace, wanted: Option<&Wanted>) -> Result<String, Problem> {
    let location = serde_json::from_str(&place.body).map_err(|why| Problem::broken("reading a place", &why))?;
    let thing = LocationThing { location, organization: place.organization.clone(), version: place.version };
    reply::cut(reply::written(&thing)?, wanted)
}
