//! Sample data for the tests of pages.

use std::collections::BTreeSet;

use super::item::Read;
use crate::{
    model::{
        account::PersonId,
        change::{Risk, Speaker},
        door::Door,
        listing::{Body, OrganizationFacts, PortalFacts},
        merge::Role,
        proposal::{Proposal, ProposalKind, ProposalState},
    },
    moderation::{
        item::{Queue, Wanted},
        rules::NotNeutral,
    },
    profile::Standing,
    site::{Here, Lang, samples},
    store::{OnDesk, QueueKind, QueueRow},
};

/// What somebody would write to run in a moderator's browser.
pub const EVIL: &str = "<script>alert(1)</script>\"'>";

fn person(n: u128) -> PersonId {
    PersonId::new(uuid::Uuid::from_u128(n))
}

fn portal(url: &str) -> PortalFacts {
    PortalFacts {
        name: Some("MyChart".into()),
        description: Some(EVIL.into()),
        ..PortalFacts::at(Door::parse(url).unwrap())
    }
}

fn body(name: &str, url: &str) -> Body {
    let facts = OrganizationFacts {
        name: name.into(),
        description: Some(format!("{name} is open.")),
        portals: vec![portal(url)],
        ..OrganizationFacts::default()
    };
    Body::Organization(Box::new(facts))
}

/// A proposal that says this.
pub fn proposal(state: ProposalState, after: Body) -> Proposal {
    Proposal {
        n: 1,
        at: 1,
        speaker: Speaker::Owners,
        subject: Some(samples::id("org-", 1)),
        author: Some(person(7)),
        kind: ProposalKind::Form,
        before: None,
        after,
        base: 1,
        hash: "h".repeat(64),
        risks: vec![Risk::Words { field: "description".into() }],
        state,
        publish_at: 1_800_000_000_000_000,
        why: EVIL.into(),
        decided_by: String::new(),
        decided_at: 0,
        finals: Vec::new(),
        answer: EVIL.into(),
        load: 0,
        published_at: 0,
    }
}

/// Proposals with what they are judged by: a look-alike, a new place, a shortener, one that is decided.
pub fn reads() -> Vec<Read> {
    let seen = || body("Mercy", "https://mychart.stlukeshealth.org/");
    let standing = || Standing {
        listing: seen(),
        seen: seen(),
        version: 3,
        slug: "mercy".into(),
        said: None,
        trusted: BTreeSet::from([(Role::Portal, "stlukeshealth.org".into())]),
    };
    let one = |state, after, standing, may| Read::sample(proposal(state, after), standing, may);
    let evil = body(EVIL, "https://mychart.stlukesheath.org/");
    let new = Proposal { subject: None, author: None, ..proposal(ProposalState::Asked, evil.clone()) };
    vec![
        one(ProposalState::Waiting, evil.clone(), Some(standing()), Ok(())),
        Read::sample(new, None, Ok(())),
        one(ProposalState::Waiting, body("Mercy", "https://bit.ly/x"), Some(standing()), Ok(())),
        one(ProposalState::Published, seen(), Some(standing()), Err(NotNeutral::Author)),
        one(ProposalState::Waiting, evil, Some(standing()), Err(NotNeutral::Member)),
    ]
}

/// Queues: full, and empty.
pub fn queues(lang: Lang) -> Vec<(Here, Queue, PersonId)> {
    let door = Risk::Door {
        role: Role::Portal,
        url: "https://evil.example.net/".into(),
        domain: "example.net".into(),
        trust_key: "example.net".into(),
    };
    let risks = [
        Risk::Name,
        Risk::Phone,
        Risk::Address,
        Risk::Identifier,
        Risk::Status,
        Risk::PartOf,
        Risk::DoorGone { role: Role::Portal, url: "https://example.org/".into() },
        Risk::Words { field: "portals".into() },
        door,
    ];
    let row = |kind: QueueKind, key: &str| QueueRow {
        kind,
        key: key.into(),
        subject: Some(samples::id("org-", 1)),
        at: 1,
        word: "form".into(),
        asked: kind == QueueKind::Proposal,
        urgent: kind == QueueKind::Report,
        risks: if kind == QueueKind::Proposal { risks.to_vec() } else { Vec::new() },
        author: None,
        organizations: if kind == QueueKind::Motion { 12 } else { 0 },
    };
    let mut rows: Vec<QueueRow> = QueueKind::ALL.map(|kind| row(kind, "org-1/portal/a.org")).into();
    rows.extend((0..30).map(|n| row(QueueKind::Claim, &n.to_string())));
    let desks = vec![
        OnDesk { item: "claim:1".into(), person: person(1), since: 0, until: 1 },
        OnDesk { item: "claim:2".into(), person: person(2), since: 0, until: 1 },
    ];
    let queue = Queue::new(rows, desks, &Wanted::default(), &person(1), 2);
    vec![
        (samples::here(lang, "/review"), queue, person(1)),
        (samples::here(lang, "/review?kind=claim&whose=mine&state=asked"), Queue::default(), person(1)),
    ]
}
