//! `/api/v1/changes/stream`: changes as they come, as server-sent events (HTML Standard section 9.2).
//!
//! What holds: an event's id is the number to go on after, so a connection that was cut goes on by itself; a connection says
//! something every few seconds, ends when the program stops, and asks the store for no more than it sends.

use std::{collections::VecDeque, convert::Infallible, sync::Arc, time::Duration};

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, header},
    response::{
        IntoResponse, Response,
        sse::{Event, Sse},
    },
};
use futures_util::{StreamExt as _, stream};

use super::{
    Room,
    change::Entry,
    feed::{Asked, begin, broken},
    reader::Reader,
    seats::Seat,
    wanted::Wanted,
};
use crate::{
    app::Ready,
    web::problem::{Kind, Problem},
};

/// Changes that are read at once for one connection.
const STEP: usize = 100;
/// How long a connection is silent.
const BEAT: Duration = Duration::from_secs(15);
/// How long it rests when it looked through a part of the log where nothing was wanted.
const REST: Duration = Duration::from_millis(200);
/// When a client that was cut comes again.
const AGAIN: Duration = Duration::from_secs(3);
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// One connection.
struct Connection {
    reader: Arc<Reader>,
    wanted: Wanted,
    /// Read, and not sent yet.
    waiting: VecDeque<Arc<Entry>>,
    /// Everything up to here was read.
    at: i64,
    /// The log went on behind what was read last.
    behind: bool,
    ready: Ready,
    _seat: Seat,
}

/// Begins after `Last-Event-ID`, else after `after`, else with what is new from now on.
pub(super) async fn get(State(room): State<Room>, request: Request) -> Result<Response, Problem> {
    let mut asked = Asked::stream(request.uri().query())?;
    if let Some(id) = request.headers().get(LAST_EVENT_ID).filter(|id| !id.is_empty()) {
        let number = id.to_str().ok().and_then(|text| text.trim().parse().ok()).filter(|n: &i64| *n >= 0);
        asked.after = Some(number.ok_or_else(|| {
            Problem::new(Kind::WrongValue, "Last-Event-ID is the id of the last event, a number")
                .parameter("Last-Event-ID")
        })?);
    }
    let at = begin(&room, asked.after).await?;
    let app = room.reader.app();
    let connection = Connection {
        _seat: room.seats.take(&app.config, request.headers(), request.extensions())?,
        ready: app.ready.clone(),
        reader: room.reader.clone(),
        wanted: asked.wanted,
        waiting: VecDeque::new(),
        at,
        behind: true,
    };
    // The first words go out at once: a client knows that it is connected, and where.
    let first = Event::default().retry(AGAIN).id(at.to_string());
    let events = stream::unfold((connection, Some(first)), async |(mut connection, first)| {
        let event = match first {
            Some(first) => first,
            None => connection.next().await?,
        };
        Some((Ok::<_, Infallible>(event), (connection, None)))
    })
    .fuse();
    let mut response = Sse::new(events).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // Some proxies keep an answer until it is whole.
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    Ok(response)
}

impl Connection {
    /// The next event; nothing when the connection is to end.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(entry) = self.waiting.pop_front() {
                let id = entry.change.n.to_string();
                return Some(Event::default().event("change").id(id).data(entry.json.get()));
            }
            let ready = self.ready.clone();
            tokio::select! {
                biased;
                () = ready.stopped() => return None,
                event = self.read() => match event {
                    Ok(None) => {}
                    Ok(event) => return event,
                    Err(problem) => {
                        tracing::debug!("a stream of changes ends: {}", problem.detail());
                        return None;
                    }
                }
            }
        }
    }

    /// Reads what comes next; an event when there is only to say how far that was.
    async fn read(&mut self) -> Result<Option<Event>, Problem> {
        let here = |at: i64| Some(Event::default().id(at.to_string()).comment("here"));
        if !self.behind && tokio::time::timeout(BEAT, self.reader.beyond(self.at)).await.is_err() {
            return Ok(here(self.at));
        }
        let page = self.reader.page(&self.wanted, self.at, STEP).await.map_err(broken)?;
        self.at = page.next_after;
        self.behind = page.next_after < page.last;
        self.waiting = page.changes.into();
        if self.waiting.is_empty() && self.behind {
            tokio::time::sleep(REST).await;
            return Ok(here(self.at));
        }
        Ok(None)
    }
}
