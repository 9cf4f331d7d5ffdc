//! `/brands.json`, its slices, the Bundle of each organization, and who is left out.

use std::sync::Arc;

use axum::{
    body::{Body, Bytes},
    extract::{Path, RawQuery, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::{Stream, StreamExt as _, stream};
use serde::Serialize;
use url::form_urlencoded;

use super::{
    Site,
    edition::{self, Cut, Edition, Standing},
    pages::Pages,
    say::{EndpointLeftOut, LeftOut},
    slice::Slice,
    write,
};
use crate::{
    model::id::{Id, ThingKind},
    model::organization::Status,
    store::Found,
    web::{
        conditional, negotiate,
        problem::{Kind, Problem},
    },
};

/// What a Bundle goes out as: FHIR, and the same for whoever only knows JSON.
const MEDIA: [&str; 2] = ["application/fhir+json", "application/json"];
/// Half a minute: a door that was recalled must be gone within one.
const CACHE: HeaderValue = HeaderValue::from_static("public, max-age=30");
/// Bytes that are read at once.
const CHUNK: u64 = 512 << 10;
/// Parameters of `/brands.json`.
const PARAMETERS: [&str; 3] = ["state", "vendor", "organization"];

/// What is asked for.
#[derive(Debug, PartialEq, Eq)]
enum Asked {
    Slice(Slice),
    Organization(Id),
}

impl Asked {
    fn read(query: &str) -> Result<Self, Problem> {
        let mut slice = Slice::ALL;
        let mut organization = None;
        let mut seen: Vec<String> = Vec::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if !PARAMETERS.contains(&name.as_ref()) {
                return Err(Problem::new(
                    Kind::UnknownParameter,
                    "Brands are chosen by `state`, `vendor` (or both), or `organization`.",
                )
                .parameter(&name)
                .allowed(PARAMETERS));
            }
            if seen.iter().any(|known| *known == name) {
                return Err(wrong(&name, "Give it once.".into()));
            }
            match name.as_ref() {
                "state" => {
                    let words = "Give the two-letter postal code of a state, or US for who serves the whole country.";
                    let found = slice.of_state(&value);
                    slice = found.ok_or_else(|| wrong("state", words.into()).allowed(Slice::states()))?;
                }
                "vendor" => {
                    let words = "Give the code of a vendor, as in the addresses below /browse/vendors.";
                    let found = slice.of_vendor(&value);
                    slice = found.ok_or_else(|| wrong("vendor", words.into()).allowed(Slice::vendors()))?;
                }
                _ => organization = Some(organization_id(&value)?),
            }
            seen.push(name.into_owned());
        }
        match organization {
            None => Ok(Self::Slice(slice)),
            Some(id) if slice == Slice::ALL => Ok(Self::Organization(id)),
            Some(_) => {
                Err(wrong("organization", "One organization is asked for alone, without `state` and `vendor`.".into()))
            }
        }
    }
}

fn wrong(name: &str, words: String) -> Problem {
    Problem::new(Kind::WrongValue, words).parameter(name)
}

fn organization_id(text: &str) -> Result<Id, Problem> {
    let id = Id::parse(text).filter(|id| id.kind() == ThingKind::Organization);
    id.ok_or_else(|| wrong("organization", "Give the id of an organization: org- and 32 hexadecimal digits.".into()))
}

/// `GET /brands.json`
pub async fn bundle(
    State(site): State<Site>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    match Asked::read(query.as_deref().unwrap_or_default())? {
        Asked::Slice(slice) => {
            let edition = edition(&site)?;
            let state = edition.state(slice);
            answer(&headers, &edition, state, || edition.cut(slice))
        }
        Asked::Organization(id) => one(&site, &headers, &id).await,
    }
}

/// `GET /brands/{id}.json`
pub async fn of_organization(
    State(site): State<Site>,
    headers: HeaderMap,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let id = name.strip_suffix(".json").and_then(|id| organization_id(id).ok());
    let words =
        "Below /brands there is one file for each organization, named by its id (org-….json), and left-out.json.";
    one(&site, &headers, &id.ok_or_else(|| Problem::new(Kind::NotFound, words))?).await
}

async fn one(site: &Site, headers: &HeaderMap, id: &Id) -> Result<Response, Problem> {
    let edition = edition(site)?;
    let key = id.bytes();
    match edition.standing(&key) {
        Some(Standing::Said(said)) => {
            answer(headers, &edition, Edition::state_of(said), || Arc::new(edition.cut_of(&key, said)))
        }
        Some(Standing::Left(why)) => Err(not_said(site, id, *why)),
        None => gone(site, id).await,
    }
}

fn not_said(site: &Site, id: &Id, why: LeftOut) -> Problem {
    let words = format!(
        "This organization cannot be said in SMART User-access Brands. {} What is known of it stands at \
         {}/fhir/Organization/{id}.",
        why.reason(),
        site.app.config.public_url
    );
    Problem::new(Kind::NotFound, words)
}

/// An organization that is no more: where it went, or that it is gone.
async fn gone(site: &Site, id: &Id) -> Result<Response, Problem> {
    let store = &site.app.store;
    let broken = |why| Problem::broken("reading the store", &why);
    let none = || Problem::new(Kind::NotFound, "There is no organization with this id.");
    match store.organization(id).await.map_err(broken)? {
        Found::Merged(slug) => match store.organization_by_slug(&slug).await.map_err(broken)? {
            Found::Here(target) => {
                let to = format!("{}/brands/{}.json", site.app.config.public_url, target.id);
                // It may be undone.
                let headers = [(header::LOCATION, to), (header::CACHE_CONTROL, "no-cache".to_owned())];
                Ok((StatusCode::TEMPORARY_REDIRECT, headers).into_response())
            }
            _ => Err(none()),
        },
        Found::Here(organization) if organization.status == Status::Withdrawn => {
            Err(Problem::new(Kind::Gone, "No source speaks of this organization any more."))
        }
        _ => Err(none()),
    }
}

fn edition(site: &Site) -> Result<Arc<Edition>, Problem> {
    site.brands.edition().ok_or_else(Problem::not_ready)
}

/// A Bundle, or that the reader has it already.
fn answer(
    headers: &HeaderMap,
    edition: &Edition,
    state: edition::State,
    cut: impl FnOnce() -> Arc<Cut>,
) -> Result<Response, Problem> {
    let media = negotiate::best(headers, &MEDIA)
        .ok_or_else(|| Problem::new(Kind::NotAcceptable, "A Bundle of brands is given out as JSON.").allowed(MEDIA))?;
    let mut response = conditional::answer(headers, &state.tag(), Some(state.at), || {
        let cut = cut();
        let (head, end) = write::frame(state.at, cut.stretches.is_empty());
        let length = head.len() as u64 + cut.len() + end.len() as u64;
        let body = Body::from_stream(pour(edition.pages.clone(), head, cut, end));
        let about = [(header::CONTENT_TYPE, HeaderValue::from_static(media)), (header::CONTENT_LENGTH, length.into())];
        (about, body).into_response()
    });
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, CACHE);
    headers.insert(header::VARY, HeaderValue::from_static("accept"));
    // Parts of a list make no sense by themselves, and the list may be another one at the next request.
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("none"));
    Ok(response)
}

/// Head, entries and end, a piece at a time: a piece is read when the one before has gone out.
fn pour(
    pages: Arc<Pages>,
    head: Vec<u8>,
    cut: Arc<Cut>,
    end: &'static [u8],
) -> impl Stream<Item = std::io::Result<Bytes>> {
    /// How far it is: the stretch, and how much of it has gone out.
    enum At {
        Head(Vec<u8>),
        Entries(usize, u64),
        End,
        Nothing,
    }
    stream::unfold(At::Head(head), move |at| {
        let (pages, cut) = (pages.clone(), cut.clone());
        async move {
            let next = |stretch: usize| {
                if stretch < cut.stretches.len() { At::Entries(stretch, 0) } else { At::End }
            };
            match at {
                At::Head(head) => Some((Ok(Bytes::from(head)), next(0))),
                At::Entries(mut stretch, mut done) => {
                    let mut wanted = Vec::new();
                    let mut room = CHUNK;
                    // Many short stretches are one piece.
                    while room > 0 && stretch < cut.stretches.len() {
                        let (from, len) = cut.stretches[stretch];
                        let take = (len - done).min(room);
                        wanted.push((from + done, take as usize));
                        (room, done) = (room - take, done + take);
                        if done == len {
                            (stretch, done) = (stretch + 1, 0);
                        }
                    }
                    let read = tokio::task::spawn_blocking(move || read(&pages, &wanted)).await;
                    let read = read.unwrap_or_else(|cut_off| Err(std::io::Error::other(cut_off)));
                    let after = if stretch < cut.stretches.len() { At::Entries(stretch, done) } else { At::End };
                    // After an error there is nothing more: a list that looks whole must be whole.
                    let after = if read.is_ok() { after } else { At::Nothing };
                    Some((read, after))
                }
                At::End => Some((Ok(Bytes::from_static(end)), At::Nothing)),
                At::Nothing => None,
            }
        }
    })
    // Whoever packs it may ask once more after the end.
    .fuse()
}

fn read(pages: &Pages, wanted: &[(u64, usize)]) -> std::io::Result<Bytes> {
    if let [(from, len)] = wanted {
        return pages.read(*from, *len).map(Bytes::from);
    }
    let mut all = Vec::with_capacity(wanted.iter().map(|(_, len)| len).sum());
    for (from, len) in wanted {
        all.extend(pages.read(*from, *len)?);
    }
    Ok(all.into())
}

/// A reason, and how often.
#[derive(Debug, Serialize)]
struct Reason {
    #[serde(rename = "reason")]
    code: &'static str,
    count: u64,
    words: &'static str,
}

/// `GET /brands/left-out.json`: how many organizations are brands, and why the others are not.
pub async fn left_out(State(site): State<Site>, headers: HeaderMap) -> Result<Response, Problem> {
    let edition = edition(&site)?;
    // It changes with any organization, also one that is no brand.
    let tag = format!("W/\"{}\"", edition.revision);
    let counts = &edition.counts;
    let mut response = conditional::answer(&headers, &tag, None, || {
        let left = LeftOut::ALL.iter().zip(counts.left);
        let left = left.map(|(why, count)| Reason { code: why.code(), count, words: why.reason() });
        let ends = EndpointLeftOut::ALL.iter().zip(counts.endpoints_left);
        let ends = ends.map(|(why, count)| Reason { code: why.code(), count, words: why.reason() });
        let body = serde_json::json!({
            "revision": edition.revision,
            "organizations": counts.organizations,
            "brands": counts.brands,
            "brands_with_an_endpoint": counts.connected,
            "left_out": left.collect::<Vec<_>>(),
            "endpoints": counts.endpoints,
            "endpoint_links_left_out": ends.collect::<Vec<_>>(),
            "all_of_them": format!("{}/fhir/Organization", site.app.config.public_url),
        });
        ([(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
    });
    response.headers_mut().insert(header::CACHE_CONTROL, CACHE);
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_is_read_or_named() {
        let state = |code: &str| Slice::ALL.of_state(code).unwrap();
        assert_eq!(Asked::read("").unwrap(), Asked::Slice(Slice::ALL));
        assert_eq!(Asked::read("state=OH").unwrap(), Asked::Slice(state("OH")));
        let both = state("OH").of_vendor("mychart").unwrap();
        assert_eq!(Asked::read("vendor=mychart&state=OH").unwrap(), Asked::Slice(both));
        let id = "org-019ab0c4d0007abc8123456789abcdef";
        assert_eq!(Asked::read(&format!("organization={id}")).unwrap(), Asked::Organization(Id::parse(id).unwrap()));
        for (query, kind) in [
            ("stat=OH", Kind::UnknownParameter),
            ("%00=1", Kind::UnknownParameter),
            ("state=oh", Kind::WrongValue),
            ("state=", Kind::WrongValue),
            ("state=OH&state=ID", Kind::WrongValue),
            ("vendor=nobody", Kind::WrongValue),
            ("organization=x", Kind::WrongValue),
            ("organization=end-019ab0c4d0007abc8123456789abcdef", Kind::WrongValue),
            ("organization=org-019ab0c4d0007abc8123456789abcdef&state=OH", Kind::WrongValue),
        ] {
            assert_eq!(Asked::read(query).unwrap_err().kind(), kind, "{query}");
        }
    }
}
