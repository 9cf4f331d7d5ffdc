//! `/b` and `/manage/{subject}/counts`: how often a page was opened and a door of it taken, by day.
//!
//! What holds: no cookie, no address, nothing of who it was is kept; whoever asks not to be counted is not; only days that are
//! over are told, in whole tens from ten up (docs/counts.md).

use std::{net::IpAddr, sync::Arc};

use askama::Template;
use axum::{
    body::Bytes,
    extract::{FromRequestParts, State},
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};

use super::bulk::Of;
use crate::{
    accounts::{Me, Need, Page, Signed, Who},
    app::{App, visits::Visit},
    model::{account::Role, id::Id},
    site::{CachePolicy, Here, Lately, PageError, respond},
    store::{DayCount, LEAST_COUNTED, StoreError},
    web::visitor::{address, household, peer},
};

/// The longest body of a beacon, in bytes.
const BEACON: usize = 100;
/// What one household is counted for within these minutes, at most.
const PER_HOUSEHOLD: u32 = 60;
const MINUTES: i64 = 10;
/// Days of the page, and of the file.
const DAYS: i64 = 30;
const ALL_DAYS: i64 = 731;

/// The rows of these pages.
pub fn pages() -> Vec<Page> {
    let of_members = Need::of(Who::Member(Role::Viewer));
    let from: Arc<Lately<Option<IpAddr>>> = Arc::new(Lately::new(MINUTES));
    let counted = move |State(app): State<App>, Peer(peer): Peer, headers: HeaderMap, body: Bytes| {
        let from = from.clone();
        async move { beacon(&app, &from, peer, &headers, &body) }
    };
    vec![
        Page::post("/b", Need::of(Who::Anyone).largest(BEACON), counted).without_language(),
        Page::get("/manage/{subject}/counts", of_members, get),
        Page::get("/manage/{subject}/counts.csv", of_members, file),
    ]
}

/// Who is at the other end.
struct Peer(Option<IpAddr>);

impl FromRequestParts<App> for Peer {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Self::Rejection> {
        Ok(Self(peer(&parts.extensions)))
    }
}

/// A page of ours says that it was opened, or a door taken. Whatever comes of it, the answer is the same.
fn beacon(
    app: &App,
    from: &Lately<Option<IpAddr>>,
    peer: Option<IpAddr>,
    headers: &HeaderMap,
    body: &Bytes,
) -> StatusCode {
    let says = |name: &str| headers.get(name).is_some_and(|value| value == "1");
    if says("dnt") || says("sec-gpc") {
        return StatusCode::NO_CONTENT;
    }
    let said = std::str::from_utf8(body).ok().and_then(|said| said.split_once(' '));
    let said = said.and_then(|(id, visit)| Some((Id::parse(id)?, Visit::from_word(visit)?)));
    let home = address(peer, headers, &app.config.trusted_proxies).map(household);
    let now = app.clock.micros();
    if let Some((id, visit)) = said
        && from.again(home, now).is_some_and(|times| times <= PER_HOUSEHOLD)
    {
        app.visits.note(app.clock.today(), id, visit);
    }
    StatusCode::NO_CONTENT
}

/// Writes down what was counted since the last time. What cannot be written is lost: it is only counts.
pub async fn write_down(app: &App) -> Result<(), StoreError> {
    for (day, counts) in app.visits.take() {
        app.store.add_day_counts(day, &counts).await?;
    }
    Ok(())
}

/// The page.
#[derive(Template)]
#[template(path = "manage/counts.html")]
pub struct CountsPage {
    here: Here,
    me: Me,
    of: Of,
    days: Vec<DayCount>,
}

impl CountsPage {
    fn count(&self, n: Option<i64>) -> String {
        match n {
            Some(n) => self.here.number(n as u64),
            None => self.here.t1("counts-few", "least", LEAST_COUNTED as u64),
        }
    }
}

async fn get(here: Here, State(app): State<App>, signed: Signed) -> Result<Response, PageError> {
    let (of, _) = Of::read(here.clone(), &app, &signed).await?;
    let days = app.store.day_counts(&of.id, DAYS).await?;
    respond(&CountsPage { here, me: signed.me(), of, days }, CachePolicy::Never)
}

async fn file(State(app): State<App>, signed: Signed) -> Result<Response, PageError> {
    let subject = signed.subject()?;
    let days = app.store.day_counts(subject, ALL_DAYS).await?;
    let mut table = csv::Writer::from_writer(Vec::new());
    let broken = |why: &dyn std::fmt::Display| PageError::broken("a table", why);
    table.write_record(["day", "page_views", "door_clicks"]).map_err(|why| broken(&why))?;
    let cell = |n: Option<i64>| n.map(|n| n.to_string()).unwrap_or_default();
    // Days of which nothing is told would only be empty lines.
    for day in days.iter().filter(|day| day.views.is_some() || day.doors.is_some()) {
        let row = [day.day.to_string(), cell(day.views), cell(day.doors)];
        table.write_record(row).map_err(|why| broken(&why))?;
    }
    let body = table.into_inner().map_err(|why| broken(&why))?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"counts.csv\""),
    ];
    Ok((headers, body).into_response())
}

#[cfg(test)]
impl CountsPage {
    /// A day with both, with one, and with none.
    pub fn samples(lang: crate::site::Lang) -> Vec<Self> {
        let day = |views, doors| DayCount { day: crate::site::samples::TODAY, views, doors };
        let of = Of::sample(lang, "counts");
        let days = vec![day(Some(1_230), Some(40)), day(Some(10), None), day(None, None)];
        vec![Self { here: of.here.clone(), me: crate::accounts::Me::sample(), of, days }]
    }
}

#[cfg(test)]
mod tests {
    use std::{net::SocketAddr, sync::atomic::Ordering};

    use axum::{body::Body, extract::ConnectInfo, http::Request};

    use super::*;
    use crate::{accounts::testing::Office, clock::Clock, site::served::BOISE};

    async fn tell(office: &Office, peer: &str, body: &str, headers: &[(&str, &str)]) -> StatusCode {
        let mut request = Request::post("/b")
            .header(header::CONTENT_TYPE, "text/plain;charset=UTF-8")
            .extension(ConnectInfo(peer.parse::<SocketAddr>().unwrap()));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        office.ask(request.body(Body::from(body.to_owned())).unwrap()).await.status
    }

    const OURS: (&str, &str) = ("sec-fetch-site", "same-origin");

    fn a_day_passes(office: &Office) {
        let Clock::Standing(at) = &office.app().clock else { panic!("a clock that is set") };
        at.fetch_add(86_400_000_000, Ordering::Relaxed);
    }

    #[tokio::test]
    async fn pages_and_doors_are_counted_by_day_from_ten_up_and_nothing_else_is_kept() {
        let office = Office::new(pages()).await;
        let viewer = office.person("v@example.org", false).await;
        let id = office.site.organization(BOISE).await.id;
        office.place(&viewer, &id, Role::Viewer).await;
        for n in 0..27 {
            let peer = format!("203.0.113.{n}:4711");
            assert_eq!(tell(&office, &peer, &format!("{id} view"), &[OURS]).await, StatusCode::NO_CONTENT);
            if n < 9 {
                tell(&office, &peer, &format!("{id} door"), &[OURS]).await;
            }
        }
        let stranger = "org-019ab0c4d0007abc8123456700009999";
        for n in 0..20 {
            tell(&office, &format!("203.0.113.{n}:1"), &format!("{stranger} view"), &[OURS]).await;
        }
        write_down(office.app()).await.unwrap();
        let page = office.get(Some(&viewer), &format!("/manage/{id}/counts")).await;
        assert!(!page.body.contains("<td>20</td>"), "the day is not over");
        a_day_passes(&office);
        let viewer = office.person("v@example.org", false).await;
        let page = office.get(Some(&viewer), &format!("/manage/{id}/counts")).await.dom();
        let cells = page.texts("tbody tr:first-child td");
        assert_eq!(cells, ["20", "fewer than 10"], "tens, and nothing below");
        let file = office.get(Some(&viewer), &format!("/manage/{id}/counts.csv")).await;
        assert_eq!(file.body, "day,page_views,door_clicks\n2026-11-22,20,\n");
        let of_stranger = Id::parse(stranger).unwrap();
        let store = &office.app().store;
        assert_eq!(store.day_counts(&of_stranger, 2).await.unwrap()[0].views, None, "nobody we know");
    }

    #[tokio::test]
    async fn who_asks_not_to_be_counted_is_not_and_nobody_counts_alone() {
        let office = Office::new(pages()).await;
        let id = office.site.organization(BOISE).await.id;
        let view = format!("{id} view");
        for (name, value) in [("dnt", "1"), ("sec-gpc", "1")] {
            for n in 0..20 {
                let peer = format!("203.0.113.{n}:1");
                assert_eq!(tell(&office, &peer, &view, &[OURS, (name, value)]).await, StatusCode::NO_CONTENT);
            }
        }
        // Other sites, and what is no count.
        assert_eq!(
            tell(&office, "203.0.113.1:1", &view, &[("sec-fetch-site", "cross-site")]).await,
            StatusCode::FORBIDDEN
        );
        for wrong in ["", "view", &format!("{id} other"), &format!("{id}  view")] {
            tell(&office, "203.0.113.1:1", wrong, &[OURS]).await;
        }
        assert_eq!(tell(&office, "203.0.113.1:1", &"x".repeat(500), &[OURS]).await, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(office.app().visits.take(), []);
        // One household.
        for _ in 0..200 {
            tell(&office, "[2001:db8::1]:1", &view, &[OURS]).await;
        }
        let counted = office.app().visits.take();
        assert_eq!(counted[0].1, [(id, "view", i64::from(PER_HOUSEHOLD))]);
    }

    #[test]
    fn the_page_of_an_organization_says_what_is_counted() {
        let page = std::fs::read_to_string("templates/organization.html").unwrap();
        assert!(page.contains("data-count=\"{{ org.id }}\"") && page.contains("if !preview"));
        let script = std::fs::read_to_string("assets/src/page.js").unwrap();
        for part in ["sendBeacon(\"/b\"", "doNotTrack", "globalPrivacyControl"] {
            assert!(script.contains(part), "{part}");
        }
    }
}
