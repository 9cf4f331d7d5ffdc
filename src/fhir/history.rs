//! `history-instance` (FHIR R4, RESTful API, "history"): the versions of one resource, the newest first, page by page.
//!
//! A resource is made of one document, so its versions are those of the document that have it. Where it is missing in a
//! version and was there in the one before, it was deleted. A version whose content was redacted is listed without one.
//! The history of an endpoint is what its home of now said of it.

use axum::{http::HeaderMap, response::Response};
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use serde_json::Value;

use super::{
    answer, find,
    negotiate::{Asked, pairs},
    outcome::Outcome,
};
use crate::{
    app::App,
    model::{id::Id, organization::Organization, revision::Revision},
    r4::{
        Bundle, BundleType, Elements, Entry, Instant, Link, Mapper, Owners, Part, Request, ResourceType,
        Response as Done, View,
    },
};

/// Versions on a page when nobody says how many.
const PAGE: u32 = 20;
/// The most versions on a page; also how many documents are read for one.
const LARGEST: u32 = 100;

/// What is asked of a history.
struct Wanted {
    asked: Asked,
    count: u32,
    /// Only versions from this moment on, in microseconds since 1970 UTC.
    since: Option<i64>,
    /// Only revisions with smaller numbers: where the page before ended.
    before: Option<i64>,
}

/// `GET [base]/[type]/[id]/_history`
pub async fn instance(
    app: &App,
    view: View,
    kind: ResourceType,
    id: &str,
    headers: &HeaderMap,
    query: &str,
) -> Result<Response, Outcome> {
    let wanted = wanted(headers, query)?;
    let (owner, part) = find::place(app, kind, id).await?.ok_or_else(|| find::unknown(kind, id))?;
    let revisions = app.store.revisions_of(&owner, wanted.before, wanted.count + 1).await?;
    if revisions.is_empty() && wanted.before.is_none() {
        return Err(find::unknown(kind, id));
    }
    let mapper = Mapper::new(&app.config.public_url, view);
    let versions = Versions { mapper, owner: &owner, part: &part, id, elements: &wanted.asked.elements };
    let page =
        revisions.iter().take(wanted.count as usize).take_while(|one| wanted.since.is_none_or(|at| one.at >= at));
    let page = page.count();
    let mut entries = Vec::new();
    for (at, revision) in revisions[..page].iter().enumerate() {
        // The last revision of a version answers for it.
        if at > 0 && revisions[at - 1].version == revision.version {
            continue;
        }
        let now = at == 0 && wanted.before.is_none();
        entries.extend(versions.entry(revision, revisions.get(at + 1), now)?);
    }
    let own = |before: Option<i64>| address(mapper, kind, id, &wanted, before);
    let mut link = vec![Link { relation: "self", url: own(wanted.before) }];
    if page == wanted.count as usize && revisions.len() > page {
        let (last, behind) = (&revisions[page - 1], &revisions[page]);
        // Never the same version on two pages.
        let reached = if last.version == behind.version { behind.n } else { last.n };
        link.push(Link { relation: "next", url: own(Some(reached)) });
    }
    let bundle = Bundle::new(BundleType::History, app.clock.micros(), None, link, entries);
    Ok(answer::respond(&wanted.asked, answer::text(&wanted.asked, &bundle)?))
}

fn wanted(headers: &HeaderMap, query: &str) -> Result<Wanted, Outcome> {
    let asked = Asked::read(headers, pairs(query)?)?;
    asked.refuse_rest(&["_count", "_since", "_before"])?;
    let count = match asked.one("_count")? {
        None | Some("") => PAGE,
        Some(text) => text
            .parse()
            .ok()
            .filter(|count| *count > 0)
            .map(|count: u32| count.min(LARGEST))
            .ok_or_else(|| Outcome::parameter("_count", format!("_count is a whole number from 1 to {LARGEST}.")))?,
    };
    let since = asked.one("_since")?.filter(|text| !text.is_empty()).map(instant).transpose()?;
    let before = asked.one("_before")?.map(|text| {
        let wrong = || Outcome::parameter("_before", "_before is as it stands in the link to the next page.");
        crate::r4::ids::plain_number(text).ok_or_else(wrong)
    });
    let before = before.transpose()?;
    Ok(Wanted { asked, count, since, before })
}

/// A moment: an instant, or a date or time without a zone, which is read as UTC. In microseconds since 1970 UTC.
pub(super) fn instant(text: &str) -> Result<i64, Outcome> {
    let wrong = || {
        Outcome::parameter("_since", "_since is an instant such as 2026-11-26T03:00:00Z, or a date such as 2026-11-26.")
    };
    // A `+` in an address reads as a space: `T03:00:00 01:00` is meant as `T03:00:00+01:00`.
    let text = text.trim().replace(' ', "+");
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at.as_microsecond());
    }
    let parts: Vec<&str> = text.split('-').collect();
    let padded = match parts.as_slice() {
        [year] if year.len() == 4 => format!("{year}-01-01"),
        [year, month] if year.len() == 4 && month.len() == 2 => format!("{year}-{month}-01"),
        _ => text,
    };
    let local: DateTime = padded.parse().map_err(|_| wrong())?;
    Ok(local.to_zoned(TimeZone::UTC).map_err(|_| wrong())?.timestamp().as_microsecond())
}

/// The address of a page, from what was understood of the question.
fn address(mapper: Mapper<'_>, kind: ResourceType, id: &str, wanted: &Wanted, before: Option<i64>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("_count", &wanted.count.to_string());
    if let Some(since) = wanted.since {
        query.append_pair("_since", &Instant(since).to_string());
    }
    if let Some(before) = before {
        query.append_pair("_before", &before.to_string());
    }
    format!("{}/_history?{}", mapper.full_url(kind, id), query.finish())
}

/// Makes entries of versions.
struct Versions<'a> {
    mapper: Mapper<'a>,
    owner: &'a Id,
    part: &'a Part,
    id: &'a str,
    elements: &'a Elements,
}

impl Versions<'_> {
    /// The entry of a version; `older` is the one before it, `now` says that there is none after it. Nothing when the
    /// resource was not there and had not been there.
    fn entry(&self, this: &Revision, older: Option<&Revision>, now: bool) -> Result<Option<Entry<Value>>, Outcome> {
        let part = match self.part {
            // Who else had an endpoint is known of now alone.
            Part::Endpoint(id, Owners::One) if !now => Part::Endpoint(id.clone(), Owners::Many),
            part => part.clone(),
        };
        let (method, status, resource) = match self.picture(&part, this)? {
            Picture::Redacted => ("PUT", "410", None),
            Picture::Resource(resource) if this.version == 1 => ("PUT", "201", Some(resource)),
            Picture::Resource(resource) => ("PUT", "200", Some(resource)),
            Picture::Missing => {
                let before = older.map(|older| self.picture(&part, older)).transpose()?;
                if !matches!(before, Some(Picture::Resource(_))) {
                    return Ok(None);
                }
                ("DELETE", "204", None)
            }
        };
        let kind = part.kind();
        let etag = format!("W/\"{}\"", part.version(self.owner, this.version));
        Ok(Some(Entry {
            full_url: Some(self.mapper.full_url(kind, self.id)),
            resource,
            search: None,
            request: Some(Request { method, url: format!("{}/{}", kind.name(), self.id) }),
            response: Some(Done { status, etag, last_modified: Instant(this.at) }),
        }))
    }

    fn picture(&self, part: &Part, revision: &Revision) -> Result<Picture, Outcome> {
        let Some(body) = revision.after.as_deref().filter(|body| !body.is_empty()) else {
            return Ok(Picture::Redacted);
        };
        let broken = |why: serde_json::Error| Outcome::broken("a revision in the store cannot be read", &why);
        let organization: Organization = serde_json::from_str(body).map_err(broken)?;
        let Some(Ok(resource)) = self.mapper.part(&organization, part, revision.at) else {
            return Ok(Picture::Missing);
        };
        let parts = answer::parts(part.kind(), self.elements, &resource)?;
        Ok(Picture::Resource(match parts {
            Some(parts) => parts.into(),
            None => serde_json::to_value(&resource).map_err(broken)?,
        }))
    }
}

/// The resource in a version of its document.
enum Picture {
    Resource(Value),
    Missing,
    Redacted,
}
