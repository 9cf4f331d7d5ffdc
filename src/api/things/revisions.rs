//! `/revisions`: the log of every change.

use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::{
    api::{
        Api,
        call::Call,
        csv, cursor, moment,
        reply::{self, Page},
    },
    model::{
        id::{Id, ThingKind},
        provenance,
        revision::{Actor, Event, Revision},
    },
    web::problem::Problem,
};

/// A revision as the API writes it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Revision")]
pub struct RevisionThing {
    /// Its number: without gaps, in the order of commits.
    pub n: i64,
    /// When it was written.
    #[schemars(extend("format" = "date-time"))]
    pub at: String,
    /// What kind of thing changed.
    #[serde(rename = "type")]
    pub thing: ThingKind,
    /// Which one.
    pub id: Id,
    /// The version it has since.
    pub version: i64,
    /// What happened.
    pub event: Event,
    /// Who did it.
    pub actor: Actor,
    /// The load it came with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub load: Option<i64>,
    /// SHA-256 of the whole thing as it was written; it stays when that is redacted.
    pub digest: String,
    /// The thing after it, when that was asked for; absent once it was redacted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "std::collections::BTreeMap<String, serde_json::Value>")]
    pub after: Option<Box<RawValue>>,
}

/// `/revisions`
pub async fn list(api: Api, call: Call) -> Result<Response, Problem> {
    let of = call.given.id("id");
    page(api, call, of).await
}

/// `/organizations/{id}/revisions`
pub async fn of_organization(api: Api, call: Call) -> Result<Response, Problem> {
    let id = call.id()?.clone();
    let known = api.app.register.with(|table| table.find(&id).is_some()).ok_or_else(Problem::not_ready)?;
    if !known {
        return Err(call.nothing());
    }
    page(api, call, Some(id)).await
}

async fn page(api: Api, call: Call, of: Option<Id>) -> Result<Response, Problem> {
    let validators = api.log(call.format).await?;
    if let Some(known) = validators.known(&call) {
        return Ok(known);
    }
    let (given, limit) = (&call.given, call.given.number("limit"));
    let after = cursor::after_number(given)?;
    let ask = limit as u32 + 1;
    let mut revisions = match &of {
        Some(id) => api.app.store.revisions_of(id, after, ask).await?,
        None => api.app.store.clean_revisions_after(after.unwrap_or_default(), ask).await?,
    };
    let more = revisions.len() > limit;
    revisions.truncate(limit);
    let next_after = revisions.last().filter(|_| more).map(|last| cursor::behind_number(given, last.n));
    let with_after = given.has("include", "after");
    let things = revisions.into_iter().map(|one| reply::written(&thing(one, with_after))).collect::<Result<_, _>>()?;
    let page = Page { things, next_after, ..Page::default() };
    reply::list(&call, &api.app.config.public_url, page, csv::REVISIONS, Some(&validators))
}

fn thing(revision: Revision, with_after: bool) -> RevisionThing {
    let after = revision.after.filter(|body| with_after && !body.is_empty());
    let after = after.map(|body| match provenance::cut(&body) {
        (open, Some(_)) => format!("{open}}}"),
        (_, None) => body,
    });
    RevisionThing {
        n: revision.n,
        at: moment::written(revision.at),
        thing: revision.thing,
        id: revision.id,
        version: revision.version,
        event: revision.event,
        actor: Actor::of(&revision.actor),
        load: revision.load,
        digest: revision.digest,
        after: after.and_then(|body| RawValue::from_string(body).ok()),
    }
}
