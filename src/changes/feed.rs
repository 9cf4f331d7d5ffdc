//! `/api/v1/changes`: the log as JSON or lines of JSON, at once or when something comes.

use std::{mem, time::Duration};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};
use tokio::time::{Instant, timeout_at};

use super::{
    Room,
    reader::Page,
    wanted::{Wanted, Wrong},
};
use crate::{
    api::{
        given::Given,
        operation::{LATEST, Takes},
        table::CHANGES,
    },
    model::{listing::hex, told::Changes},
    store::StoreError,
    web::{
        conditional, negotiate,
        problem::{Kind, Problem},
        put,
    },
};

/// The formats, the first for whoever takes any.
const FORMATS: [&str; 2] = ["application/json", "application/x-ndjson"];

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
    /// Reads the query of a page by the operation's own declaration, which the published document is made of.
    fn page(query: Option<&str>) -> Result<Self, Problem> {
        let given = Given::read(&CHANGES, query)?;
        let mut wanted = Wanted::default();
        for name in Wanted::NAMES {
            given.many(name).iter().try_for_each(|word| wanted.add(name, word)).map_err(problem)?;
        }
        let after = match given.one("after") {
            Some(LATEST) => None,
            number => Some(number.and_then(|number| number.parse().ok()).unwrap_or_default()),
        };
        Ok(Self { wanted, after, limit: given.number("limit"), wait: given.number("wait") as u64 })
    }

    /// Reads the query of a stream, which begins at the end of the log when it does not say after what.
    pub fn stream(query: Option<&str>) -> Result<Self, Problem> {
        let mut asked = Self::default();
        let mut said = false;
        for (name, value) in url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            if let Some(name) = Wanted::NAMES.into_iter().find(|known| *known == name) {
                asked.wanted.add(name, &value).map_err(problem)?;
                continue;
            }
            if name != "after" {
                let short: String = name.chars().take(40).collect();
                return Err(Problem::new(Kind::UnknownParameter, format!("{short:?} is not a parameter here"))
                    .parameter(&name)
                    .allowed(Wanted::NAMES.into_iter().chain(["after"])));
            }
            let wrong = |detail: String| Problem::new(Kind::WrongValue, detail).parameter("after");
            if mem::replace(&mut said, true) {
                return Err(wrong("after is given twice".into()));
            }
            if !Takes::Position.accepts(&value) {
                return Err(wrong(format!("after is {}", Takes::Position.in_words())));
            }
            // What is left is a number, or the end of the log.
            asked.after = value.parse().ok();
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
    let asked = Asked::page(request.uri().query())?;
    let after = begin(room, asked.after).await?;
    let mut page = room.reader.page(&asked.wanted, after, asked.limit).await.map_err(broken)?;
    if page.changes.is_empty() && page.next_after >= page.last && asked.wait > 0 {
        let config = &room.reader.app().config;
        let _seat = room.seats.take(config, request.headers(), request.extensions())?;
        page = wait(room, &asked, page).await?;
    }
    written(room, &request, &asked, &page, format)
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

fn written(
    room: &Room,
    request: &Request,
    asked: &Asked,
    page: &Page,
    format: &'static str,
) -> Result<Response, Problem> {
    let body = if format == FORMATS[0] {
        let results: Vec<&RawValue> = page.changes.iter().map(|entry| &*entry.json).collect();
        let page = Changes { results, next_after: page.next_after, last: page.last };
        serde_json::to_string(&page).map_err(|why| Problem::broken("writing changes", &why))?
    } else {
        page.changes.iter().flat_map(|entry| [entry.json.get(), "\n"]).collect()
    };
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
        return Ok((axum::http::StatusCode::NOT_MODIFIED, headers).into_response());
    }
    Ok((headers, body).into_response())
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

    #[test]
    fn a_query_is_read_strictly() {
        let page = |query| Asked::page(Some(query));
        let asked = page("after=12&limit=5&wait=30&type=organization&event=merged,split&state=OH").unwrap();
        assert_eq!((asked.after, asked.limit, asked.wait, asked.wanted.events.len()), (Some(12), 5, 30, 2));
        let usual = page("").unwrap();
        assert_eq!((usual.after, usual.limit, usual.wait), (Some(0), 100, 0));
        assert_eq!(page("after=latest").unwrap().after, None);
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
            "type=",
            "state=ZZ",
            "organization=por-0198f1a2b3c47d5e8f90123456789abc",
        ] {
            assert_eq!(page(query).unwrap_err().kind(), Kind::WrongValue, "{query}");
        }
        assert_eq!(page("colour=blue").unwrap_err().kind(), Kind::UnknownParameter);
    }

    #[test]
    fn every_word_that_is_declared_is_taken() {
        for parameter in CHANGES.parameters {
            let (Takes::Word(words) | Takes::Many(words)) = parameter.takes else { continue };
            for word in words.all() {
                let asked = Asked::page(Some(&format!("{}={word}", parameter.name))).unwrap();
                assert_ne!(asked.wanted, Wanted::default(), "{}={word}", parameter.name);
            }
        }
    }

    #[test]
    fn a_stream_begins_at_the_end_and_takes_less() {
        let stream = |query| Asked::stream(Some(query));
        assert_eq!(stream("state=OH").unwrap().after, None);
        assert_eq!(stream("after=12").unwrap().after, Some(12));
        assert_eq!(stream("after=latest").unwrap().after, None);
        for query in ["after=1&after=2", "after=+1", "type=x"] {
            assert_eq!(stream(query).unwrap_err().kind(), Kind::WrongValue, "{query}");
        }
        assert_eq!(stream("wait=3").unwrap_err().kind(), Kind::UnknownParameter);
    }
}
