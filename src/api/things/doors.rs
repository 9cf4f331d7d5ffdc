//! `/portals` and `/endpoints`: shared doors, as the organizations that link to them show them.

use std::collections::HashMap;

use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    api::{
        Api,
        call::Call,
        csv, cursor,
        fields::Wanted,
        reply::{self, Page},
    },
    model::{
        door::Warning,
        id::{Id, ThingKind},
        organization::{DoorState, Endpoint, Organization, Portal},
        vendor,
    },
    store::{Document, MOST_LINKS, SharedDoor},
    web::problem::{Kind, Problem},
};

/// So many organizations are shown with a door.
const SHOWN: usize = 20;

/// An organization that links to a door.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Linked {
    /// Its id.
    pub id: Id,
    /// The readable part of its address.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Whom the door is for there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// Its page.
    #[schemars(extend("format" = "uri"))]
    pub url: String,
}

/// Who links to a door.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Links {
    /// How many organizations link to it.
    pub organizations_total: u32,
    /// There are more than `organizations_total`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schemars(default)]
    pub organizations_total_is_lower_bound: bool,
    /// The first of them, when they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organizations: Option<Vec<Linked>>,
}

/// A portal as the API writes it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Portal")]
pub struct PortalThing {
    /// Its id.
    pub id: Id,
    /// Where people sign in.
    #[schemars(extend("format" = "uri"))]
    pub url: String,
    /// The domain that really opens.
    pub domain: String,
    /// A door to open today, or an address to show as text.
    pub state: DoorState,
    /// What a person should know before trusting it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub warnings: Vec<Warning>,
    /// Its own name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whose software it is: a code of `/statistics`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vendor: Option<&'static str>,
    /// Where to make an account.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "uri"))]
    pub sign_up: Option<String>,
    /// Ids of the endpoints behind it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub endpoints: Vec<Id>,
    /// Who links to it.
    #[serde(flatten)]
    pub links: Links,
}

/// An endpoint as the API writes it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Endpoint")]
pub struct EndpointThing {
    /// Its id.
    pub id: Id,
    /// The FHIR base address.
    #[schemars(extend("format" = "uri"))]
    pub address: String,
    /// The registrable domain, or host and tenant.
    pub domain: String,
    /// A door to use, or an old address nobody checked.
    pub state: DoorState,
    /// What a person should know before trusting it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub warnings: Vec<Warning>,
    /// FHIR versions it is said to speak.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub fhir_versions: Vec<String>,
    /// Its own name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whose host it is: a code of `/statistics`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vendor: Option<&'static str>,
    /// A page for developers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "uri"))]
    pub developers: Option<String>,
    /// Who links to it.
    #[serde(flatten)]
    pub links: Links,
}

/// What an organization says of a door.
enum Said<'a> {
    Portal(&'a Portal),
    Endpoint(&'a Endpoint),
}

impl<'a> Said<'a> {
    fn by(organization: &'a Organization, id: &Id) -> Option<Self> {
        match id.kind() {
            // For one audience it may be open today and for another one not.
            ThingKind::Portal => {
                let those = organization.portals.iter().filter(|portal| portal.id == *id);
                those.min_by_key(|portal| portal.state != DoorState::Live).map(Self::Portal)
            }
            _ => organization.endpoints.iter().find(|endpoint| endpoint.id == *id).map(Self::Endpoint),
        }
    }

    fn is_live(&self) -> bool {
        let state = match self {
            Self::Portal(portal) => portal.state,
            Self::Endpoint(endpoint) => endpoint.state,
        };
        state == DoorState::Live
    }

    fn audience(&self) -> Option<String> {
        match self {
            Self::Portal(portal) => portal.audience.clone(),
            Self::Endpoint(_) => None,
        }
    }

    fn written(&self, links: Links) -> Result<String, Problem> {
        match self {
            Self::Portal(portal) => reply::written(&PortalThing {
                id: portal.id.clone(),
                url: portal.url.clone(),
                domain: portal.domain.clone(),
                state: portal.state,
                warnings: portal.warnings.clone(),
                name: portal.name.clone(),
                vendor: vendor::of_portal(&portal.url, portal.name.as_deref()).map(|vendor| vendor.code.as_str()),
                sign_up: portal.sign_up.clone(),
                endpoints: portal.endpoints.clone(),
                links,
            }),
            Self::Endpoint(endpoint) => reply::written(&EndpointThing {
                id: endpoint.id.clone(),
                address: endpoint.address.clone(),
                domain: endpoint.domain.clone(),
                state: endpoint.state,
                warnings: endpoint.warnings.clone(),
                fhir_versions: endpoint.fhir_versions.clone(),
                name: endpoint.name.clone(),
                vendor: vendor::of_endpoint(&endpoint.address).map(|vendor| vendor.code.as_str()),
                developers: endpoint.developers.clone(),
                links,
            }),
        }
    }
}

/// `/portals`
pub async fn portals(api: Api, call: Call) -> Result<Response, Problem> {
    list(api, call, ThingKind::Portal, csv::PORTALS).await
}

/// `/endpoints`
pub async fn endpoints(api: Api, call: Call) -> Result<Response, Problem> {
    list(api, call, ThingKind::Endpoint, csv::ENDPOINTS).await
}

async fn list(api: Api, call: Call, kind: ThingKind, columns: csv::Columns) -> Result<Response, Problem> {
    let validators = api.log(call.format).await?;
    if let Some(known) = validators.known(&call) {
        return Ok(known);
    }
    let given = &call.given;
    let (of, limit) = (api.followed(given.id("organization")).await?, given.number("limit"));
    let after = cursor::after(given, kind)?;
    let mut doors = api.app.store.shared_doors(kind, of.as_ref(), after.as_ref(), limit as u32 + 1).await?;
    let more = doors.len() > limit;
    doors.truncate(limit);
    let next_after = doors.last().filter(|_| more).map(|door| cursor::behind(given, &door.id));
    let wanted = Wanted::new(given.many("fields"));
    let with_links = given.has("include", "organizations");
    let mut things = Vec::with_capacity(doors.len());
    let those = if with_links { Vec::new() } else { doors.iter().map(|door| door.by.clone()).collect() };
    let known = organizations(&api, &those).await?;
    for door in &doors {
        // Old for the one we looked at, it may be live for another.
        let told = known.get(&door.by).filter(|one| Said::by(one, &door.id).is_some_and(|said| said.is_live()));
        let text = match told {
            Some(organization) => shown(&api, door, std::slice::from_ref(organization), false)?,
            None => shown(&api, door, &linking(&api, door).await?, with_links)?,
        };
        if let Some(text) = text {
            things.push(reply::cut(text, wanted.as_ref())?);
        }
    }
    let page = Page { things, next_after, ..Page::default() };
    reply::list(&call, &api.app.config.public_url, page, columns, Some(&validators))
}

/// `/portals/{id}` and `/endpoints/{id}`
pub async fn one(api: Api, call: Call) -> Result<Response, Problem> {
    let id = call.id()?;
    let Some(door) = api.app.store.shared_door(id).await? else {
        let known = api.app.store.had_shared_door(id).await?;
        return Err(if known { gone() } else { call.nothing() });
    };
    let validators = api.log(call.format).await?;
    if let Some(known) = validators.known(&call) {
        return Ok(known);
    }
    let text = shown(&api, &door, &linking(&api, &door).await?, true)?.ok_or_else(gone)?;
    Ok(reply::one(reply::cut(text, Wanted::new(call.given.many("fields")).as_ref())?, &validators))
}

fn gone() -> Problem {
    Problem::new(Kind::Gone, "No organization links to this address any more, or it was recalled.")
}

/// The first organizations that link to a door.
async fn linking(api: &Api, door: &SharedDoor) -> Result<Vec<Organization>, Problem> {
    let ids = api.app.store.linking(&door.id, None, SHOWN as u32).await?;
    let mut known = organizations(api, &ids).await?;
    Ok(ids.iter().filter_map(|id| known.remove(id)).collect())
}

async fn organizations(api: &Api, ids: &[Id]) -> Result<HashMap<Id, Organization>, Problem> {
    let mut ids = ids.to_vec();
    ids.sort();
    ids.dedup();
    let read = |(id, document): (Id, Document)| match serde_json::from_str(&document.body) {
        Ok(organization) => Ok((id, organization)),
        Err(why) => Err(Problem::broken("reading an organization", &why)),
    };
    api.app.store.documents(&ids).await?.into_iter().map(read).collect()
}

/// A door as these organizations show it: the first for which it is live, else the first.
fn shown(api: &Api, door: &SharedDoor, by: &[Organization], with_links: bool) -> Result<Option<String>, Problem> {
    let said: Vec<(&Organization, Said)> = by.iter().filter_map(|one| Some((one, Said::by(one, &door.id)?))).collect();
    let Some((_, best)) = said.iter().find(|(_, said)| said.is_live()).or(said.first()) else { return Ok(None) };
    let organizations = with_links.then(|| {
        let linked = |(one, said): &(&Organization, Said)| Linked {
            id: one.id.clone(),
            slug: one.slug.clone(),
            name: one.name.clone(),
            audience: said.audience(),
            url: format!("{}/o/{}", api.app.config.public_url, one.id),
        };
        said.iter().map(linked).collect()
    });
    let links = Links {
        organizations_total: door.links,
        organizations_total_is_lower_bound: door.links >= MOST_LINKS,
        organizations,
    };
    best.written(links).map(Some)
}
