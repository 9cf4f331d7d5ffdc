//! Doors that open and close on a day, everywhere people and programs are told of them.

use std::sync::atomic::Ordering;

use super::*;
use crate::{
    app::days,
    model::{
        door::Door,
        listing::{DoorFacts, PortalFacts},
        organization::DoorState,
        place::Place,
    },
    r4::ids,
    site::served::{TAMPA, app as an_app, hospital},
};

const OLD: &str = "portal.firstriver.org";
const NEW: &str = "my.secondhill.net";
const SLUG: &str = "river-clinic-boise-id";
const MCP: &str = "/mcp";

/// A clinic whose old portal closes on the last of November, and whose new one opens on the first of December.
fn clinic() -> Listing {
    let portal = |host: &str, name: &str, valid| PortalFacts {
        name: Some(name.into()),
        valid: Some(valid),
        ..PortalFacts::at(DoorFacts { door: Door::parse(&format!("https://{host}/")).unwrap(), evidence: None })
    };
    let facts = OrganizationFacts {
        name: "River Clinic".into(),
        kinds: vec![Kind::Clinic],
        places: Place::new(&[], "Boise", "ID", "83702").into_iter().collect(),
        portals: vec![
            portal(OLD, "OldRiver", (None, Some(date(2026, 11, 30)))),
            portal(NEW, "NewRiver", (Some(date(2026, 12, 1)), None)),
        ],
        ..OrganizationFacts::default()
    };
    let body = listing::Body::Organization(Box::new(facts));
    Listing { key: "river".into(), group: None, strong: Vec::new(), body }
}

impl Program {
    async fn with_days() -> Self {
        let program = Self::new().await;
        let others = vec![hospital("a", "Boise", "ID", "83702"), hospital("b", "Tampa", "FL", "33607"), an_app()];
        program.site.load(others.into_iter().chain([clinic()]).collect()).await;
        program.look().await;
        program
    }

    /// It is another time, and what happens at the turn of a day happened.
    async fn at(&self, moment: &str) {
        let Clock::Standing(at) = &self.site.app.clock else { panic!("a clock that is set") };
        at.store(moment.parse::<jiff::Timestamp>().unwrap().as_microsecond(), Ordering::Relaxed);
        days::look(&self.site.app).await;
        crate::app::catch_up(&self.site.app.store, &self.site.app.index).await.unwrap();
        self.look().await;
    }

    async fn ask_for(&self, address: &str) -> Answer {
        let request = match address.strip_prefix(MCP) {
            None => Request::get(address).body(Body::empty()),
            Some(id) => {
                let call = json!({ "name": "get_organization", "arguments": { "id": id.trim_start_matches('#') } });
                let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call });
                Request::post(MCP)
                    .header(header::HOST, "anything.example")
                    .header(header::CONTENT_TYPE, "application/json")
                    .header(header::ACCEPT, "application/json, text/event-stream")
                    .body(Body::from(body.to_string()))
            }
        };
        self.ask(request.unwrap()).await
    }

    async fn clinic(&self) -> Organization {
        self.site.organization(SLUG).await
    }
}

/// Where somebody may be told of a door of the clinic.
fn addresses(clinic: &Organization) -> Vec<String> {
    let id = &clinic.id;
    vec![
        "/find?q=river+clinic".into(),
        "/es/find?q=river+clinic".into(),
        "/browse/states/ID".into(),
        "/api/v1/search?q=river+clinic".into(),
        "/api/v1/suggest?q=river+cl".into(),
        format!("/fhir/HealthcareService?organization={id}"),
        format!("/fhir/Organization/{id}"),
        format!("/legacy/organizations/{id}"),
        "/legacy/organizations".into(),
        format!("{MCP}#{id}"),
        "/embed/picker?q=river+clinic".into(),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_door_is_told_of_on_its_days_alone() {
    let program = Program::with_days().await;
    let clinic = program.clinic().await;
    for (moment, open) in [
        ("2026-11-22T12:00:00Z", OLD),
        ("2026-12-01T09:59:59Z", OLD),
        ("2026-12-01T10:00:00Z", NEW),
        ("2027-06-01T00:00:00Z", NEW),
    ] {
        program.at(moment).await;
        let shut = if open == OLD { NEW } else { OLD };
        let mut told = 0;
        for address in addresses(&clinic) {
            let answer = program.ask_for(&address).await;
            assert_eq!(answer.status, StatusCode::OK, "{address}: {}", answer.text);
            assert!(!answer.text.contains(&format!("https://{shut}")), "{moment} {address}: {}", answer.text);
            let domain = open.split_once('.').unwrap().1;
            told += usize::from(answer.text.contains(open) || answer.text.contains(domain));
        }
        assert!(told >= 9, "{moment}: only {told} tell of the open door");
        let page = program.ask_for(&format!("/organizations/{SLUG}")).await.text;
        assert!(page.contains(&format!("href=\"https://{open}/\"")), "{moment}: {page}");
        assert!(!page.contains(&format!("href=\"https://{shut}/")) && page.contains(shut), "as text, with its day");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_read_the_state_of_each_door_and_services_come_and_go() {
    let program = Program::with_days().await;
    let clinic = program.clinic().await;
    let (old, new) = (&clinic.portals[0].id, &clinic.portals[1].id);
    for (moment, states) in
        [("2026-12-01T09:59:59Z", ["live", "not_yet"]), ("2026-12-01T10:00:00Z", ["closed", "live"])]
    {
        program.at(moment).await;
        let one = program.get(&format!("/organizations/{}", clinic.id)).await.json();
        assert_eq!([&one["portals"][0]["state"], &one["portals"][1]["state"]], states, "{moment}");
        let list = program.get(&format!("/portals?organization={}", clinic.id)).await.json();
        for (id, state) in [old, new].into_iter().zip(states) {
            let of_list = list["results"].as_array().unwrap().iter().find(|one| one["id"] == id.as_str()).unwrap();
            assert_eq!(of_list["state"], state, "{moment}");
            assert_eq!(program.get(&format!("/portals/{id}")).await.json()["state"], state, "{moment}");
            let service = format!("/fhir/HealthcareService/{}", ids::service(&clinic.id, id));
            let read = program.ask_for(&service).await;
            assert_eq!(read.status == StatusCode::OK, state == "live", "{moment} {service}: {}", read.status);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_kept_is_not_right_any_more_on_the_day() {
    let program = Program::with_days().await;
    let clinic = program.clinic().await;
    program.at("2026-11-30T12:00:00Z").await;
    let paths = [
        format!("/api/v1/organizations/{}", clinic.id),
        "/api/v1/organizations?state=ID".into(),
        format!("/api/v1/portals?organization={}", clinic.id),
        format!("/fhir/Organization/{}", clinic.id),
        "/legacy/organizations".into(),
    ];
    let mut before = Vec::new();
    for path in &paths {
        let answer = program.ask_for(path).await;
        before.push((answer.header(header::ETAG).to_owned(), answer.header(header::LAST_MODIFIED).to_owned()));
    }
    let at = program.site.app.store.last_revision().await.unwrap();
    program.at("2026-12-01T10:00:01Z").await;
    for (path, (tag, modified)) in paths.iter().zip(&before) {
        let request = Request::get(path).header(header::IF_NONE_MATCH, tag).body(Body::empty()).unwrap();
        let answer = program.ask(request).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {tag}");
        assert_ne!(answer.header(header::ETAG), tag, "{path}");
        assert!(modified.is_empty() || answer.header(header::LAST_MODIFIED) != modified, "{path}: {modified}");
    }
    let feed = program.get(&format!("/changes?after={at}")).await;
    let changes = feed.json();
    let all: Vec<&Value> = changes["results"].as_array().or(changes["changes"].as_array()).unwrap().iter().collect();
    assert_eq!((all.len(), all[0]["id"].as_str()), (1, Some(clinic.id.as_str())), "{}", feed.text);
    assert!(!feed.text.contains(&format!("\"old\":[{{\"url\":\"https://{NEW}")), "{}", feed.text);
    // Nothing is made twice, and nobody else changed.
    let now = program.site.app.store.last_revision().await.unwrap();
    program.at("2026-12-01T12:00:00Z").await;
    assert_eq!(program.site.app.store.last_revision().await.unwrap(), now);
    assert_eq!(program.site.organization(TAMPA).await.version, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn days_are_caught_up_after_a_stop_and_hold_for_what_comes_in() {
    let program = Program::with_days().await;
    // Nothing ran for half a year.
    program.at("2027-05-01T10:00:00Z").await;
    let states = |of: &Organization| of.portals.iter().map(|portal| portal.state).collect::<Vec<_>>();
    assert_eq!(states(&program.clinic().await), [DoorState::Closed, DoorState::Live]);
    // The clock goes back: so do the doors.
    program.at("2026-11-23T10:00:00Z").await;
    assert_eq!(states(&program.clinic().await), [DoorState::Live, DoorState::NotYet]);
}
