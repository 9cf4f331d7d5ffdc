//! `/feeds/…`: the newest changes as Atom (RFC 4287), of everything, a state, a kind, an organization or an app, in every
//! language of the pages.
//!
//! What holds: a feed of a state or kind has the last change of each organization, so that no feed is found by looking
//! through the log; a page of a feed goes on where the one before ended, whatever came meanwhile (RFC 5005 section 3).

mod words;
mod xml;

use axum::{
    Router,
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::get,
};

use super::{Room, feed::broken};
use crate::{
    model::{
        id::{Id, ThingKind},
        kind::Kind as KindOfPlace,
        place::STATES,
    },
    register::Filter,
    site::Lang,
    web::{
        conditional,
        problem::{Kind, Problem},
        put,
    },
};

/// Changes of a page.
const PAGE: usize = 50;
const ENDING: &str = ".atom";

/// What a feed is about.
#[derive(Debug, Clone, PartialEq, Eq)]
enum About {
    Everything,
    /// By its postal code.
    State(&'static str),
    Kind(KindOfPlace),
    /// An organization or an app.
    Thing(Id),
}

/// The addresses of feeds.
pub(super) fn routes() -> Router<Room> {
    let mut router = Router::new();
    for lang in Lang::ALL {
        let at = |path: &str| format!("{}/feeds/{path}", lang.prefix());
        let about = |read: fn(&str) -> Option<About>| {
            get(
                move |State(room): State<Room>, name: Result<Path<String>, PathRejection>, uri: Uri, had: HeaderMap| async move {
                    let about = name.ok().and_then(|Path(name)| name.strip_suffix(ENDING).and_then(read));
                    answer(&room, lang, about.ok_or_else(no_such_feed)?, &uri, &had).await
                },
            )
        };
        router = router
            .route(
                &at("changes.atom"),
                get(move |State(room): State<Room>, uri: Uri, had: HeaderMap| async move {
                    answer(&room, lang, About::Everything, &uri, &had).await
                }),
            )
            .route(&at("states/{name}"), about(|name| state_of(name).map(About::State)))
            .route(&at("kinds/{name}"), about(|name| KindOfPlace::from_code(name).map(About::Kind)))
            .route(&at("organizations/{name}"), about(|name| thing(name, ThingKind::Organization)))
            .route(&at("apps/{name}"), about(|name| thing(name, ThingKind::App)));
    }
    router
}

fn state_of(name: &str) -> Option<&'static str> {
    STATES.iter().map(|(code, _)| *code).find(|code| *code == name)
}

fn thing(name: &str, kind: ThingKind) -> Option<About> {
    Id::parse(name).filter(|id| id.kind() == kind).map(About::Thing)
}

fn no_such_feed() -> Problem {
    let detail = "There are /feeds/changes.atom, /feeds/states/OH.atom, /feeds/kinds/hospital.atom, \
         /feeds/organizations/org-….atom and /feeds/apps/app-….atom, all of them below /es too.";
    Problem::new(Kind::NotFound, detail)
}

/// The number before which a page of a feed begins.
fn before(query: Option<&str>) -> Result<i64, Problem> {
    let mut before = i64::MAX;
    for (name, value) in url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        if name != "before" {
            let detail = "a feed has one parameter, before: the number of a change";
            return Err(Problem::new(Kind::UnknownParameter, detail).parameter(&name).allowed(["before"]));
        }
        before = value.trim().parse().ok().filter(|n| *n > 0).ok_or_else(|| {
            Problem::new(Kind::WrongValue, "before is the number of a change, as next links have it")
                .parameter("before")
        })?;
    }
    Ok(before)
}

async fn answer(room: &Room, lang: Lang, about: About, uri: &Uri, had: &HeaderMap) -> Result<Response, Problem> {
    let before = before(uri.query())?;
    let app = room.reader.app();
    let mut numbers = numbers(room, &about, before).await?;
    if numbers.is_empty() && before == i64::MAX && matches!(about, About::Thing(_)) {
        return Err(Problem::new(Kind::NotFound, "There is no organization or app with this id."));
    }
    let more = numbers.len() > PAGE;
    numbers.truncate(PAGE);
    let recalls = app.store.recalls().await.map_err(broken)?;
    let newest = numbers.first().copied().unwrap_or_default();
    // A recall or a redaction changes pages far behind, and moves the log: so does everything else, which costs little.
    let log = app.store.last_revision().await.map_err(broken)?;
    let tag = if before == i64::MAX {
        format!("W/\"{newest}-{}-{}\"", numbers.len(), recalls.since)
    } else {
        format!("W/\"{newest}-{}-{log}\"", numbers.len())
    };
    let mut headers = HeaderMap::new();
    put(&mut headers, header::ETAG, &tag);
    put(&mut headers, header::CACHE_CONTROL, "public, max-age=60");
    put(&mut headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    // The tag is known before any document is read.
    if had.contains_key(header::IF_NONE_MATCH) && conditional::unchanged(had, &tag, None) {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    let entries = room.reader.at(&numbers).await.map_err(broken)?;
    let modified = entries.first().map_or(0, |entry| entry.at).max(recalls.since);
    put(&mut headers, header::LAST_MODIFIED, &conditional::http_date(modified));
    if conditional::unchanged(had, &tag, Some(modified).filter(|_| before == i64::MAX)) {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    put(&mut headers, header::CONTENT_TYPE, "application/atom+xml; charset=utf-8");
    let feed = xml::Feed {
        lang,
        public_url: &app.config.public_url,
        path: uri.path(),
        page: page_of(lang, &about),
        title: words::title(lang, &about, entries.first().and_then(|entry| entry.change.name.as_deref())),
        author: app.config.brand.name.clone().unwrap_or_else(|| lang.t("site-name")),
        before: Some(before).filter(|n| *n < i64::MAX),
        next: numbers.last().copied().filter(|_| more),
        entries: &entries,
    };
    Ok((headers, feed.written()).into_response())
}

/// The newest changes before a number, one more than go on a page.
async fn numbers(room: &Room, about: &About, before: i64) -> Result<Vec<i64>, Problem> {
    let app = room.reader.app();
    let filter = match about {
        About::Everything => return app.store.newest_revisions(before, PAGE + 1).await.map_err(broken),
        About::Thing(id) => return app.store.newest_revisions_of(id, before, PAGE + 1).await.map_err(broken),
        About::State(code) => Filter { gone: true, ..Filter::default().areas(&[code]) },
        About::Kind(kind) => Filter { gone: true, ..Filter::default().kinds(&[*kind]) },
    };
    let newest = app.register.with(|table| {
        let numbers = table.rows(&filter, 0).map(|row| table.stamp(row).n);
        let mut numbers: Vec<i64> = numbers.filter(|n| *n < before).collect();
        if numbers.len() > PAGE + 1 {
            numbers.select_nth_unstable_by_key(PAGE, |n| std::cmp::Reverse(*n));
            numbers.truncate(PAGE + 1);
        }
        numbers.sort_unstable_by_key(|n| std::cmp::Reverse(*n));
        numbers
    });
    newest.ok_or_else(Problem::not_ready)
}

/// The page for people that a feed belongs to, below the public address.
fn page_of(lang: Lang, about: &About) -> String {
    let path = match about {
        About::Everything => "/developers".to_owned(),
        About::State(code) => format!("/browse/states/{code}"),
        About::Kind(kind) => format!("/browse/kinds/{}", kind.code()),
        About::Thing(id) if id.kind() == ThingKind::App => "/apps".to_owned(),
        About::Thing(id) => format!("/o/{id}"),
    };
    format!("{}{path}", lang.prefix())
}
