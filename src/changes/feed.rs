//! `/api/v1/changes`: the log as JSON or lines of JSON, at once or when something comes.

use std::{fmt::Write as _, time::Duration};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use sha2::{Digest as _, Sha256};
use tokio::time::{Instant, timeout_at};

use super::{
    Room,
    reader::Page,
    wanted::{Wanted, Wrong},
};
use crate::{
    model::listing::hex,
    store::StoreError,
    web::{
        conditional, negotiate,
        problem::{Kind, Problem},
        put,
    },
};

/// Changes of a page when nobody says otherwise, and at most.
const LIMIT: usize = 100;
const MOST: usize = 500;
/// The longest wait, in seconds.
const LONGEST: u64 = 30;
/// The formats, the first for whoever takes any.
const FORMATS: [&str; 2] = ["application/json", "application/x-ndjson"];
/// What the parameter `after` says for "nothing that is there already".
const LATEST: &str = "latest";

/// What somebody asks the feed.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Which changes.
    pub wanted: Wanted,
    /// After which number; nothing for the end of the log.
    pub after: Option<i64>,
    /// How many.
    pub limit: usize,
    /// How long to wait for the first, in seconds.
    pub wait: u64,
}

impl Asked {
    /// Reads a query strictly; `known` are the parameters beside those that choose changes, `begin` is `after` when it is
    /// not said.
    pub fn read(query: Option<&str>, known: &[&'static str], begin: Option<i64>) -> Result<Self, Problem> {
        let mut asked = Self { wanted: Wanted::default(), after: begin, limit: LIMIT, wait: 0 };
        let mut said: Vec<&str> = Vec::new();
        for (name, value) in url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            let name = name.as_ref();
            let wrong = |detail: String| Problem::new(Kind::WrongValue, detail).parameter(name);
            if let Some(name) = Wanted::NAMES.into_iter().find(|known| *known == name) {
                asked.wanted.add(name, &value).map_err(problem)?;
                continue;
            }
            if !known.contains(&name) {
                let short: String = name.chars().take(40).collect();
                return Err(Problem::new(Kind::UnknownParameter, format!("{short:?} is not a parameter here"))
                    .parameter(name)
                    .allowed(Wanted::NAMES.into_iter().chain(known.iter().copied())));
            }
            if let Some(known) = known.iter().find(|known| **known == name) {
                if said.contains(known) {
                    return Err(wrong(format!("{name} is given twice")));
                }
                said.push(known);
            }
            match (name, value.trim()) {
                ("after", LATEST) => asked.after = None,
                ("after", text) => {
                    let number = text.parse().ok().filter(|n: &i64| *n >= 0);
                    asked.after = Some(number.ok_or_else(|| {
                        wrong("after is the next_after of the page before, 0 for the beginning, or latest".into())
                    })?);
                }
                ("limit", text) => {
                    let number = text.parse().ok().filter(|n| (1..=MOST).contains(n));
                    asked.limit = number.ok_or_else(|| wrong(format!("limit is a number from 1 to {MOST}")))?;
                }
                (_, text) => {
                    let number = text.parse().ok().filter(|n| *n <= LONGEST);
                    asked.wait =
                        number.ok_or_else(|| wrong(format!("wait is a number of seconds from 0 to {LONGEST}")))?;
                }
            }
        }
        Ok(asked)
    }
}

/// A word that is not taken, as a problem.
fn problem(wrong: Wrong) -> Problem {
    Problem::new(Kind::WrongValue, wrong.to_string()).parameter(wrong.name).allowed(wrong.allowed)
}

/// What the store could not do, as a problem.
#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` hands over")]
pub fn broken(error: StoreError) -> Problem {
    Problem::broken("reading the log of changes", &error)
}

/// Where to begin: a number of this log, or its end.
pub async fn begin(room: &Room, after: Option<i64>) -> Result<i64, Problem> {
    let last = room.reader.app().store.last_revision().await.map_err(broken)?;
    match after {
        Some(after) if after > last => {
            let detail = format!(
                "after is {after}, but the log of this installation ends at {last}: the data was made anew, or the number \
                 comes from another installation. Take the files under /data and begin with the number they name."
            );
            Err(Problem::new(Kind::WrongCursor, detail).parameter("after"))
        }
        after => Ok(after.unwrap_or(last)),
    }
}

/// `/api/v1/changes`, in the format the client likes best.
pub(super) async fn get(State(room): State<Room>, request: Request) -> Result<Response, Problem> {
    let format = negotiate::best(request.headers(), &FORMATS).ok_or_else(|| {
        Problem::new(Kind::NotAcceptable, "changes come as JSON or as lines of JSON").allowed(FORMATS)
    })?;
    let mut response = answer(&room, request, format).await?;
    response.headers_mut().append(header::VARY, HeaderValue::from_static("accept"));
    Ok(response)
}

/// `/api/v1/changes.json`.
pub(super) async fn json(State(room): State<Room>, request: Request) -> Result<Response, Problem> {
    answer(&room, request, FORMATS[0]).await
}

/// `/api/v1/changes.ndjson`.
pub(super) async fn lines(State(room): State<Room>, request: Request) -> Result<Response, Problem> {
    answer(&room, request, FORMATS[1]).await
}

async fn answer(room: &Room, request: Request, format: &'static str) -> Result<Response, Problem> {
    let asked = Asked::read(request.uri().query(), &["after", "limit", "wait"], Some(0))?;
    let after = begin(room, asked.after).await?;
    let mut page = room.reader.page(&asked.wanted, after, asked.limit).await.map_err(broken)?;
    if page.changes.is_empty() && page.next_after >= page.last && asked.wait > 0 {
        let config = &room.reader.app().config;
        let _seat = room.seats.take(config, request.headers(), request.extensions())?;
        page = wait(room, &asked, page).await?;
    }
    Ok(written(room, &request, &asked, &page, format))
}

/// Waits for a change that is wanted, as long as was asked.
async fn wait(room: &Room, asked: &Asked, mut page: Page) -> Result<Page, Problem> {
    let until = Instant::now() + Duration::from_secs(asked.wait);
    while page.changes.is_empty() && page.next_after >= page.last {
        let stopped = room.reader.app().ready.stopped();
        tokio::select! {
            came = timeout_at(until, room.reader.beyond(page.next_after)) => if came.is_err() { break },
            () = stopped => break,
        }
        page = room.reader.page(&asked.wanted, page.next_after, asked.limit).await.map_err(broken)?;
    }
    Ok(page)
}

fn written(room: &Room, request: &Request, asked: &Asked, page: &Page, format: &'static str) -> Response {
    let mut body =
        String::with_capacity(64 + page.changes.iter().map(|entry| entry.json.get().len() + 1).sum::<usize>());
    if format == FORMATS[0] {
        body.push_str("{\"results\":[");
        for (at, entry) in page.changes.iter().enumerate() {
            body.push_str(if at == 0 { "" } else { "," });
            body.push_str(entry.json.get());
        }
        let _ = write!(body, "],\"next_after\":{},\"last\":{}}}", page.next_after, page.last);
    } else {
        for entry in &page.changes {
            body.push_str(entry.json.get());
            body.push('\n');
        }
    }
    let tag = format!("W/\"{}\"", &hex(&Sha256::digest(&body))[..24]);
    let mut headers = HeaderMap::new();
    put(&mut headers, header::CONTENT_TYPE, format);
    put(&mut headers, header::ETAG, &tag);
    // What is asked for by number may be cleaned of a recalled address at any time: ask again each time.
    put(&mut headers, header::CACHE_CONTROL, if asked.wait > 0 { "no-store" } else { "no-cache" });
    put(&mut headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(&mut headers, header::LINK, &format!("<{}>; rel=\"next\"", next(room, request, page.next_after)));
    if conditional::unchanged(request.headers(), &tag, None) {
        headers.remove(header::CONTENT_TYPE);
        return (axum::http::StatusCode::NOT_MODIFIED, headers).into_response();
    }
    (headers, body).into_response()
}

/// The address of the next page: the same question after another number.
fn next(room: &Room, request: &Request, after: i64) -> String {
    let query = request.uri().query().unwrap_or_default();
    let mut pairs = url::form_urlencoded::Serializer::new(String::new());
    pairs.extend_pairs(url::form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != "after"));
    pairs.append_pair("after", &after.to_string());
    format!("{}{}?{}", room.reader.app().config.public_url, request.uri().path(), pairs.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Result<Asked, Problem> {
        Asked::read(Some(query), &["after", "limit", "wait"], Some(0))
    }

    #[test]
    fn a_query_is_read_strictly() {
        let asked = read("after=12&limit=5&wait=30&type=organization&event=merged,split&state=OH").unwrap();
        assert_eq!((asked.after, asked.limit, asked.wait, asked.wanted.events.len()), (Some(12), 5, 30, 2));
        assert_eq!(read("after=latest").unwrap().after, None);
        for query in [
            "after=-1",
            "after=x",
            "after=",
            "after=1&after=2",
            "limit=",
            "limit=0",
            "limit=501",
            "limit=1e3",
            "wait=31",
            "wait=-1",
            "type=x",
            "state=ZZ",
        ] {
            assert_eq!(read(query).unwrap_err().kind(), Kind::WrongValue, "{query}");
        }
        assert_eq!(read("colour=blue").unwrap_err().kind(), Kind::UnknownParameter);
    }
}
