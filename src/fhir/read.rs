//! `read` and `vread` (FHIR R4, RESTful API): one resource, as it is or as one of its versions was.

use axum::{
    body::Body,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{
    answer, find,
    negotiate::{Asked, pairs},
    outcome::{Code, Outcome},
};
use crate::{
    app::App,
    model::{
        id::{Id, ThingKind},
        organization::Status,
    },
    r4::{Mapper, Part, ResourceType, View, ids},
    register::Marks,
    web::conditional,
};

/// What a resource is at, for "has it changed?".
struct Validator {
    /// The weak entity tag: `W/"versionId"` (FHIR R4, "Managing resource contention").
    tag: String,
    /// When, in microseconds since 1970 UTC.
    at: i64,
    /// Does a later moment mean another content, always? Of an endpoint only the tag tells.
    dated: bool,
}

impl Validator {
    fn new(version: &str, at: i64, kind: ResourceType) -> Self {
        Self { tag: format!("W/\"{version}\""), at, dated: kind != ResourceType::Endpoint }
    }

    fn unchanged(&self, headers: &HeaderMap) -> bool {
        conditional::unchanged(headers, &self.tag, self.dated.then_some(self.at))
    }

    fn tell(&self, response: &mut Response) {
        conditional::tell(response, &self.tag, Some(self.at));
    }

    fn not_modified(&self, asked: &Asked) -> Response {
        let mut response = answer::respond(asked, Vec::new());
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        *response.body_mut() = Body::empty();
        for name in conditional::OF_A_BODY {
            response.headers_mut().remove(name);
        }
        self.tell(&mut response);
        response
    }
}

/// The headers and parameters of a request for one resource.
fn asked(headers: &HeaderMap, query: &str) -> Result<Asked, Outcome> {
    let asked = Asked::read(headers, pairs(query)?)?;
    if asked.count_only {
        return Err(Outcome::parameter(
            "_summary",
            "_summary=count is for searches; here it is true, text, data or false.",
        ));
    }
    asked.refuse_rest(&[])?;
    Ok(asked)
}

/// `GET [base]/[type]/[id]`
pub async fn read(
    app: &App,
    view: View,
    kind: ResourceType,
    id: &str,
    headers: &HeaderMap,
    query: &str,
) -> Result<Response, Outcome> {
    let asked = asked(headers, query)?;
    let conditional = [header::IF_NONE_MATCH, header::IF_MODIFIED_SINCE].iter().any(|name| headers.contains_key(name));
    if conditional
        && view == View::Plain
        && kind == ResourceType::Organization
        && let Some(known) = registered(app, id).filter(|known| known.unchanged(headers))
    {
        return Ok(known.not_modified(&asked));
    }
    let found = find::find(app, kind, id).await?;
    let mapper = Mapper::new(&app.config.public_url, view);
    let resource = found.resource(mapper).ok_or_else(|| find::not_in(kind, &found.organization))?;
    let resource = resource.map_err(|why| find::left_out(app, view, kind, id, why))?;
    let validator = Validator::new(&found.version(), found.at, kind);
    if validator.unchanged(headers) {
        return Ok(validator.not_modified(&asked));
    }
    let mut response = answer::respond(&asked, answer::resource(&asked, kind, &resource)?);
    validator.tell(&mut response);
    Ok(response)
}

/// Where an organization stands, from memory alone.
fn registered(app: &App, id: &str) -> Option<Validator> {
    let id = Id::parse(id).filter(|id| id.kind() == ThingKind::Organization)?;
    let shown = |marks: &Marks| marks.shown && !matches!(marks.status, Status::Merged | Status::Withdrawn);
    let stamp = app.register.with(|table| {
        let row = table.find(&id).filter(|row| shown(table.marks(*row)))?;
        Some(table.stamp(row))
    });
    let stamp = stamp??;
    Some(Validator::new(&stamp.version.to_string(), stamp.at, ResourceType::Organization))
}

/// `GET [base]/[type]/[id]/_history/[vid]`
pub async fn vread(
    app: &App,
    view: View,
    kind: ResourceType,
    id: &str,
    version: &str,
    headers: &HeaderMap,
    query: &str,
) -> Result<Response, Outcome> {
    let asked = asked(headers, query)?;
    let (owner, part, number) = version_of(app, kind, id, version).await?;
    let unknown = || {
        let version: String = version.chars().take(64).collect();
        Outcome::not_found(format!("{}/{id} has no version {version:?}.", kind.name()))
    };
    let then = app.store.organization_version(&owner, number).await?.ok_or_else(unknown)?;
    let Some(organization) = then.thing else {
        return Err(Outcome::gone("The content of this version was removed."));
    };
    if !crate::r4::is_shown(&organization) {
        return Err(Outcome::gone("This version is its deletion: it was merged or withdrawn."));
    }
    let mapper = Mapper::new(&app.config.public_url, view);
    let resource = mapper.part(&organization, &part, then.at).ok_or_else(unknown)?;
    let resource = resource.map_err(|why| find::left_out(app, view, kind, id, why))?;
    // Never "you have it already": a host may have been recalled since, and then an old version shows less than it did.
    let mut response = answer::respond(&asked, answer::resource(&asked, kind, &resource)?);
    Validator::new(version, then.at, kind).tell(&mut response);
    Ok(response)
}

/// The document and the version of it that a version of a resource stands for.
async fn version_of(app: &App, kind: ResourceType, id: &str, version: &str) -> Result<(Id, Part, i64), Outcome> {
    let unknown = || find::unknown(kind, id);
    if kind == ResourceType::Endpoint {
        let id = Id::parse(id).filter(|id| id.kind() == ThingKind::Endpoint).ok_or_else(unknown)?;
        let (home, number, owners) = ids::read_endpoint_version(version).ok_or_else(|| {
            let diagnostics = "The version of an Endpoint is as it stands in its meta.versionId.";
            Outcome::new(StatusCode::NOT_FOUND, Code::NotFound, diagnostics)
        })?;
        return Ok((home, Part::Endpoint(id, owners), number));
    }
    let (owner, part) = find::place(app, kind, id).await?.ok_or_else(unknown)?;
    let number = ids::plain_number(version)
        .ok_or_else(|| Outcome::not_found("A version is a whole number from 1, as in meta.versionId."))?;
    Ok((owner, part, number))
}

/// An answer for a method that the address does not have; `axum` adds `Allow`.
pub async fn only_reading() -> Response {
    let diagnostics = "The server is only read: GET and HEAD, and POST for _search.";
    Outcome::new(StatusCode::METHOD_NOT_ALLOWED, Code::NotSupported, diagnostics).into_response()
}
