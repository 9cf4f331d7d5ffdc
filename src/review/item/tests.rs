//! Decisions over a running site: who decides what, on what they read, and who is told.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use axum::http::{Request, StatusCode};

use crate::{
    accounts::{
        Page,
        testing::{Answer, Office, Visitor},
    },
    fetch::{Client, Settings},
    model::{
        account::{PersonId, Role, SiteRole},
        change::{Risk, Speaker},
        claim::ClaimMethod,
        door::Door,
        id::Id,
        listing::{Body, OrganizationFacts, PortalFacts},
        merge::Role as DoorRole,
        organization::Organization,
        proposal::{Proposal, ProposalKind, ProposalState},
        submission::{Report, SubmissionKind, SubmissionState, Wrong},
    },
    review::samples::EVIL,
    site::served::BOISE,
    store::{Found, NewClaim, NewProposal},
};

struct Room {
    office: Office,
    boise: Id,
    version: i64,
    moderator: Visitor,
}

/// What a moderator read, as its page's forms would send it.
struct AsShown {
    hash: String,
    seen: String,
    finals: String,
}

fn says(name: &str) -> OrganizationFacts {
    OrganizationFacts { name: name.into(), ..OrganizationFacts::default() }
}

fn portal(url: &str) -> PortalFacts {
    PortalFacts::at(Door::parse(url).unwrap())
}

fn door(url: &str) -> Risk {
    let door = Door::parse(url).unwrap();
    Risk::Door { role: DoorRole::Portal, trust_key: door.trust_key(), url: door.url, domain: door.domain }
}

impl Room {
    async fn new() -> Self {
        Self::with(crate::review::pages()).await
    }

    async fn with(pages: Vec<Page>) -> Self {
        let office = Office::new(pages).await;
        let boise = office.site.organization(BOISE).await;
        let moderator = office.of_site("ann@example.org", SiteRole::Moderator).await;
        Self { office, boise: boise.id, version: boise.version, moderator }
    }

    async fn another(&self) -> Visitor {
        self.office.of_site("bob@example.org", SiteRole::Moderator).await
    }

    /// Somebody whose mails are in Spanish.
    async fn author(&self) -> PersonId {
        self.office.app().store.person_with_email("autora@example.org", "es").await.unwrap().id
    }

    async fn send(&self, facts: OrganizationFacts, author: Option<&PersonId>, risks: &[Risk]) -> i64 {
        let after = Body::Organization(Box::new(facts));
        let new = NewProposal {
            speaker: Speaker::Suggestions,
            subject: Some(&self.boise),
            author,
            kind: ProposalKind::Suggestion,
            before: None,
            after: &after,
            base: self.version,
            risks,
            publish_at: 0,
            why: EVIL,
        };
        self.office.app().store.propose(&new, "test").await.unwrap()
    }

    async fn proposal(&self, n: i64) -> Proposal {
        self.office.app().store.proposal(n).await.unwrap().unwrap()
    }

    async fn shown(&self, n: i64) -> AsShown {
        let page = self.office.get(Some(&self.moderator), &format!("/review/proposals/{n}")).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        assert!(!page.body.contains(EVIL), "text of others is text");
        let page = page.dom();
        let field =
            |name: &str| page.attributes(&format!("form[action$='/approve'] input[name={name}]"), "value").remove(0);
        AsShown { hash: field("hash"), seen: field("seen"), finals: field("finals") }
    }

    async fn approve(&self, by: &Visitor, n: i64, read: &AsShown, opened: &[&str]) -> Answer {
        let mut fields = vec![("hash", &*read.hash), ("seen", &*read.seen), ("finals", &*read.finals)];
        fields.extend(opened.iter().map(|key| ("opened", *key)));
        self.office.post(Some(by), &format!("/review/proposals/{n}/approve"), &fields).await
    }

    async fn mails(&self) -> Vec<(String, String, String)> {
        let mails = self.office.app().store.take_mails(10).await.unwrap();
        mails.into_iter().map(|mail| (mail.address, mail.subject, mail.body)).collect()
    }

    /// The organization as people see it, whatever it is called by now.
    async fn standing(&self) -> Organization {
        match self.office.app().store.organization(&self.boise).await.unwrap() {
            Found::Here(org) => *org,
            other => panic!("{other:?}"),
        }
    }

    async fn seen_name(&self) -> String {
        self.office.site.organization(BOISE).await.name
    }
}

#[tokio::test]
async fn what_was_read_is_approved_and_its_author_is_told_in_their_language() {
    let room = Room::new().await;
    let author = room.author().await;
    let facts = OrganizationFacts { description: Some("Open since 1911.".into()), ..says("St. Joseph’s Hospital") };
    let n = room.send(facts, Some(&author), &[Risk::Name]).await;
    let queue = room.office.get(Some(&room.moderator), "/review").await;
    assert_eq!(queue.dom().attributes("[data-item] > a", "href"), [format!("/review/proposals/{n}")]);
    let read = room.shown(n).await;
    let done = room.approve(&room.moderator, n, &read, &[]).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/review"));
    let proposal = room.proposal(n).await;
    assert_eq!(proposal.state, ProposalState::Published);
    assert_eq!(proposal.decided_by, room.moderator_actor());
    let mails = room.mails().await;
    assert_eq!(mails.len(), 1);
    assert_eq!((mails[0].0.as_str(), mails[0].1.as_str()), ("autora@example.org", "Su cambio está aprobado"));
    assert!(mails[0].2.contains("https://connector.example.org/es/manage"), "{}", mails[0].2);
    let queue = room.office.get(Some(&room.moderator), "/review").await;
    assert!(queue.dom().texts("[data-item]").is_empty());
    assert_eq!(room.office.app().store.audit_verify().await.unwrap().broken, None);
}

impl Room {
    fn moderator_actor(&self) -> String {
        format!("moderator:{}", self.moderator.person.id)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_approve_at_once_one_is_told_that_somebody_was_faster() {
    let room = Room::new().await;
    let (n, other) = (room.send(says("St. Joe"), None, &[Risk::Name]).await, room.another().await);
    let read = room.shown(n).await;
    let (one, two) = tokio::join!(room.approve(&room.moderator, n, &read, &[]), room.approve(&other, n, &read, &[]));
    let mut both = [one.status, two.status];
    both.sort();
    assert_eq!(both, [StatusCode::SEE_OTHER, StatusCode::CONFLICT]);
    let published = room.office.app().store.audit_entries(None, &["proposal.published"], 0, 10).await.unwrap();
    assert_eq!(published.len(), 1);
}

#[tokio::test]
async fn an_approval_of_something_else_than_what_was_read_changes_nothing() {
    let room = Room::new().await;
    let n = room.send(says("St. Joe"), None, &[Risk::Name]).await;
    let good = room.shown(n).await;
    let with =
        |hash: &str, seen: &str, finals: &str| AsShown { hash: hash.into(), seen: seen.into(), finals: finals.into() };
    let elsewhere = r#"[{"url":"https://a.example.org/","trust_key":"example.org"}]"#;
    for (what, read) in [
        ("a tampered hash", with(&"0".repeat(64), &good.seen, &good.finals)),
        ("an old version", with(&good.hash, "0", &good.finals)),
        ("no version", with(&good.hash, "x", &good.finals)),
        ("other doors", with(&good.hash, &good.seen, elsewhere)),
    ] {
        let answer = room.approve(&room.moderator, n, &read, &[]).await;
        assert_eq!(answer.status, StatusCode::CONFLICT, "{what}");
        assert!(!answer.dom().texts(".error-summary li").is_empty(), "{what}: the page says what changed");
    }
    assert_eq!(room.proposal(n).await.state, ProposalState::Waiting);
    assert_eq!(room.seen_name().await, "St. Joseph’s Hospital");
}

#[tokio::test]
async fn nobody_decides_what_is_theirs() {
    let room = Room::new().await;
    let author = room.another().await;
    let n = room.send(says("St. Joe"), Some(&author.person.id), &[Risk::Name]).await;
    let member = room.office.of_site("cleo@example.org", SiteRole::Administrator).await;
    room.office.place(&member, &room.boise, Role::Viewer).await;
    let read = room.shown(n).await;
    for (who, visitor) in [("its author", &author), ("somebody of the organization", &member)] {
        let page = room.office.get(Some(visitor), &format!("/review/proposals/{n}")).await;
        assert!(page.dom().texts(".decide").is_empty(), "{who} is shown no form");
        assert_eq!(room.approve(visitor, n, &read, &[]).await.status, StatusCode::FORBIDDEN, "{who}");
        for form in ["edit", "ask", "reject"] {
            let fields = [("hash", &*read.hash), ("seen", &*read.seen), ("question", "?"), ("reason", "known")];
            let answer = room.office.post(Some(visitor), &format!("/review/proposals/{n}/{form}"), &fields).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{who}: {form}");
        }
    }
    assert_eq!(room.proposal(n).await.state, ProposalState::Waiting);
}

/// Doors are opened each time they are read and each time they are decided; these do not answer.
#[tokio::test(flavor = "multi_thread")]
async fn a_door_goes_live_only_when_it_was_opened_and_a_shortener_never() {
    let room = Room::new().await;
    let (new, hidden) = ("https://records.example.net/", "https://bit.ly/records");
    let sent = |url: &str| OrganizationFacts { portals: vec![portal(url)], ..says("St. Joseph’s Hospital") };
    let n = room.send(sent(new), None, &[door(new)]).await;
    let short = room.send(sent(hidden), None, &[door(hidden)]).await;
    let as_read = |proposal: Proposal, url: &str| AsShown {
        hash: proposal.hash,
        seen: room.version.to_string(),
        finals: format!(r#"[{{"url":"{url}","trust_key":""}}]"#),
    };
    let (read, trick) = (as_read(room.proposal(n).await, new), as_read(room.proposal(short).await, hidden));
    let (unread, shortener) = tokio::join!(
        room.approve(&room.moderator, n, &read, &[]),
        room.approve(&room.moderator, short, &trick, &["bit.ly"])
    );
    assert_eq!((unread.status, shortener.status), (StatusCode::CONFLICT, StatusCode::CONFLICT));
    assert!(unread.dom().text(".error-summary").contains("example.net"));
    assert!(shortener.dom().texts("form[action$='/approve']").is_empty());
    assert_eq!(room.approve(&room.moderator, n, &read, &["example.net"]).await.status, StatusCode::SEE_OTHER);
    let trusted = room.office.app().store.trusted_doors(&room.boise).await.unwrap();
    assert!(trusted.contains(&(DoorRole::Portal, "example.net".into())));
    assert!(!trusted.iter().any(|(_, key)| key == "bit.ly"));
}

#[tokio::test]
async fn what_a_moderator_writes_is_theirs_and_a_phone_number_waits_for_another() {
    let room = Room::new().await;
    let author = room.author().await;
    let facts = OrganizationFacts { phone: Some("(208) 555-0199".into()), ..says("St. Joe") };
    let edit = async |n: i64, fields: &[(&str, &str)]| {
        let hash = room.proposal(n).await.hash;
        let seen = room.standing().await.version.to_string();
        let fields: Vec<_> = [("hash", &*hash), ("seen", &*seen)].iter().chain(fields).copied().collect();
        room.office.post(Some(&room.moderator), &format!("/review/proposals/{n}/edit"), &fields).await
    };
    let n = room.send(facts.clone(), Some(&author), &[Risk::Name, Risk::Phone]).await;
    let done = edit(n, &[("out", "phone"), ("line-name", "St. Joseph Regional")]).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/review"));
    assert_eq!(room.proposal(n).await.state, ProposalState::Rejected);
    let own = room.proposal(n + 1).await;
    assert_eq!((own.state, own.author), (ProposalState::Published, Some(room.moderator.person.id.clone())));
    assert_eq!((own.after.name(), own.kind), ("St. Joseph Regional", ProposalKind::Moderator));
    assert_eq!(room.mails().await[0].1, "Su cambio se tomó con correcciones");

    let n = room.send(facts, Some(&author), &[Risk::Phone]).await;
    let done = edit(n, &[("line-phone", "(208) 555-0188")]).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, &*format!("/review/proposals/{}", n + 1)));
    let own = room.proposal(n + 1).await;
    assert_eq!(own.state, ProposalState::Waiting, "a phone number is a door");
    let read = AsShown { hash: own.hash, seen: "1".into(), finals: "[]".into() };
    assert_eq!(room.approve(&room.moderator, own.n, &read, &[]).await.status, StatusCode::FORBIDDEN, "it is their own");
    let late = edit(n, &[("line-phone", "(208) 555-0177")]).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "it was decided already");
}

#[tokio::test]
async fn authors_are_asked_and_told_why_in_their_language() {
    let room = Room::new().await;
    let author = room.author().await;
    let n = room.send(says("St. Joe"), Some(&author), &[Risk::Name]).await;
    let hash = room.proposal(n).await.hash;
    let post = async |form: &str, fields: &[(&str, &str)]| {
        let fields: Vec<_> = [("hash", &*hash)].iter().chain(fields).copied().collect();
        room.office.post(Some(&room.moderator), &format!("/review/proposals/{n}/{form}"), &fields).await.status
    };
    assert_eq!(post("ask", &[("question", " ")]).await, StatusCode::CONFLICT, "nothing was asked");
    assert_eq!(post("ask", &[("question", "¿Desde cuándo?")]).await, StatusCode::SEE_OTHER);
    assert_eq!(room.proposal(n).await.state, ProposalState::Asked);
    assert_eq!(post("reject", &[("reason", "other"), ("own", "")]).await, StatusCode::CONFLICT, "no reason");
    assert_eq!(post("reject", &[("reason", "made-up")]).await, StatusCode::CONFLICT);
    assert_eq!(post("reject", &[("reason", "known"), ("own", "Vea Boise.")]).await, StatusCode::SEE_OTHER);
    let rejected = room.proposal(n).await;
    assert_eq!(rejected.answer, "Esto ya está en el directorio. Vea Boise.");
    assert_eq!(post("reject", &[("reason", "known")]).await, StatusCode::CONFLICT, "it is decided");
    let mails = room.mails().await;
    assert_eq!(mails.len(), 2);
    assert!(mails[0].2.contains("¿Desde cuándo?") && mails[1].2.contains("Vea Boise."), "{mails:?}");
}

#[tokio::test]
async fn what_is_not_there_is_no_page_and_a_form_of_another_site_does_nothing() {
    let room = Room::new().await;
    let n = room.send(says("St. Joe"), None, &[Risk::Name]).await;
    let id = &room.boise;
    for path in [
        "/review/proposals/99".to_owned(),
        "/review/proposals/x".into(),
        "/review/claims/99".into(),
        "/review/loads/99".into(),
        "/review/reports/99".into(),
        format!("/review/doors/{id}?role=portal&to=evil.example.org"),
        format!("/review/frozen/{id}"),
        "/review/frozen/x".into(),
    ] {
        let page = room.office.get(Some(&room.moderator), &path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(room.office.get(None, &path).await.status, StatusCode::SEE_OTHER, "{path}: sign in");
    }
    let hash = room.proposal(n).await.hash;
    for (site, token) in [("cross-site", true), ("same-origin", false)] {
        let secret = &room.moderator.secret;
        let csrf = if token { crate::accounts::access::token(secret) } else { "0".repeat(40) };
        let request = Request::post(format!("/review/proposals/{n}/reject"))
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", site)
            .header("cookie", format!("{}={secret}", crate::accounts::cookie::NAME));
        let body = format!("csrf={csrf}&hash={hash}&reason=known");
        assert_eq!(room.office.ask(request.body(body.into()).unwrap()).await.status, StatusCode::FORBIDDEN);
    }
    assert_eq!(room.proposal(n).await.state, ProposalState::Waiting);
}

#[tokio::test]
async fn what_somebody_has_on_the_desk_is_shown_to_others_and_found_by_a_filter() {
    let room = Room::new().await;
    let n = room.send(says(EVIL), None, &[Risk::Name]).await;
    let other = room.another().await;
    let item = format!("proposal:{n}");
    let back = format!("/review/proposals/{n}");
    let fields = [("item", &*item), ("back", &*back)];
    let taken = room.office.post(Some(&room.moderator), "/es/review/desk/take", &fields).await;
    assert_eq!((taken.status, taken.location()), (StatusCode::SEE_OTHER, &*format!("/es{back}")));
    let page = room.office.get(Some(&other), &back).await.dom();
    assert!(page.text(".desk .note").contains("has it on the desk"));
    let count = async |by: &Visitor, query: &str| {
        let page = room.office.get(Some(by), &format!("/review{query}")).await;
        assert_eq!(page.status, StatusCode::OK);
        page.dom().texts("[data-item]").len()
    };
    assert_eq!(count(&room.moderator, "?whose=mine").await, 1);
    assert_eq!(count(&other, "?whose=mine").await, 0);
    assert_eq!(count(&other, "?whose=free").await, 0);
    assert_eq!(count(&other, "?kind=claim&state=asked&page=9&x=%00").await, 0);
    for (item, back) in [("proposal:1", "https://evil.example/"), ("proposal:1", "//evil.example/review")] {
        let fields = [("item", item), ("back", back)];
        let answer = room.office.post(Some(&room.moderator), "/review/desk/release", &fields).await;
        assert_eq!(answer.location(), "/review", "never to another site");
    }
    let answer = room.office.post(Some(&room.moderator), "/review/desk/take", &[("item", "made:up")]).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn reports_are_decided_once_and_answered_in_their_language() {
    let room = Room::new().await;
    let report = Report {
        wrong: Wrong::LooksFake,
        door: None,
        name: String::new(),
        place: String::new(),
        website: String::new(),
        right: EVIL.into(),
        how: EVIL.into(),
        lang: "es".into(),
    };
    let store = &room.office.app().store;
    let n = store.submit(SubmissionKind::Problem, Some(&room.boise), &report, "j@example.org").await.unwrap();
    let queue = room.office.get(Some(&room.moderator), "/review?kind=report").await.dom();
    assert_eq!(queue.texts("[data-item].first").len(), 1, "what looks fake comes first");
    let path = format!("/review/reports/{n}");
    let page = room.office.get(Some(&room.moderator), &path).await;
    assert!(!page.body.contains(EVIL) && !page.body.contains("j@example.org"), "{}", page.body);
    let member = room.another().await;
    room.office.place(&member, &room.boise, Role::Owner).await;
    let fields = [("verdict", "accept"), ("answer", "Gracias.")];
    assert_eq!(room.office.post(Some(&member), &path, &fields).await.status, StatusCode::FORBIDDEN);
    assert_eq!(room.office.post(Some(&room.moderator), &path, &fields).await.status, StatusCode::SEE_OTHER);
    assert_eq!(room.office.post(Some(&room.moderator), &path, &fields).await.status, StatusCode::NOT_FOUND);
    let kept = store.submission(n).await.unwrap().unwrap();
    assert_eq!((kept.state, kept.email), (SubmissionState::Accepted, None));
    let mails = room.mails().await;
    assert_eq!((mails[0].0.as_str(), mails[0].1.as_str()), ("j@example.org", "Su aviso"));
}

#[tokio::test]
async fn claims_are_decided_by_somebody_who_has_nothing_to_do_with_them() {
    let room = Room::new().await;
    let claimant = room.another().await;
    let new = NewClaim {
        subject: &room.boise,
        person: &claimant.person.id,
        role: Role::Owner,
        method: ClaimMethod::Documents,
        domain: "",
        note: EVIL,
    };
    let n = room.office.app().store.open_claim(&new).await.unwrap().n;
    let path = format!("/review/claims/{n}");
    let page = room.office.get(Some(&room.moderator), &path).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.body.contains(EVIL) && !page.body.contains("bob@example.org"));
    let accept = [("verdict", "accept"), ("looked", "yes")];
    assert_eq!(room.office.post(Some(&claimant), &path, &accept).await.status, StatusCode::FORBIDDEN);
    let unread = room.office.post(Some(&room.moderator), &path, &[("verdict", "accept")]).await;
    assert_eq!(unread.status, StatusCode::CONFLICT, "nobody is let in without a look");
    assert_eq!(room.office.post(Some(&room.moderator), &path, &accept).await.status, StatusCode::SEE_OTHER);
    let member = room.office.app().store.member(&room.boise, &claimant.person.id).await.unwrap().unwrap();
    assert_eq!((member.role, member.proof), (Role::Owner, n));
    let mails = room.mails().await;
    assert_eq!(
        (mails.len(), mails[0].0.as_str(), mails[0].1.as_str()),
        (1, "bob@example.org", "Your claim is decided")
    );
    assert_eq!(room.office.post(Some(&room.moderator), &path, &accept).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_frozen_is_let_go_by_somebody_else_and_only_as_it_was_read() {
    let room = Room::new().await;
    let store = &room.office.app().store;
    store.freeze(&room.boise, "two_claims", "system").await.unwrap();
    let path = format!("/review/frozen/{}", room.boise);
    let member = room.another().await;
    room.office.place(&member, &room.boise, Role::Editor).await;
    let since = store.frozen(&room.boise).await.unwrap().unwrap().since.to_string();
    let fields = [("since", &*since)];
    assert_eq!(room.office.post(Some(&member), &path, &fields).await.status, StatusCode::FORBIDDEN);
    assert_eq!(room.office.post(Some(&room.moderator), &path, &[("since", "1")]).await.status, StatusCode::CONFLICT);
    assert!(store.frozen(&room.boise).await.unwrap().is_some());
    assert_eq!(room.office.post(Some(&room.moderator), &path, &fields).await.status, StatusCode::SEE_OTHER);
    assert_eq!(store.frozen(&room.boise).await.unwrap(), None);
}

/// The new door does not answer: a person says that it is theirs all the same, or keeps the old one.
#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_would_move_a_door_is_decided_by_who_opened_it() {
    let room = Room::new().await;
    let mut moved = crate::site::served::hospital("a", "Boise", "ID", "83702");
    if let Body::Organization(facts) = &mut moved.body {
        facts.portals = vec![portal("https://mychart.example.net/")];
    }
    room.office.site.load(vec![moved, crate::site::served::hospital("b", "Tampa", "FL", "33607")]).await;
    let store = &room.office.app().store;
    // So much moved that the whole list waits; whoever takes it in has only said that the list is right.
    let n = store.loads(None).await.unwrap().into_iter().find(|load| load.state == "held").unwrap().n;
    let list = format!("/review/loads/{n}");
    assert!(room.office.get(Some(&room.moderator), &list).await.dom().text(".danger").contains("example.net"));
    let taken = async |fields: &[(&str, &str)]| room.office.post(Some(&room.moderator), &list, fields).await.status;
    assert_eq!(taken(&[("verdict", "accept")]).await, StatusCode::CONFLICT);
    assert_eq!(taken(&[("verdict", "accept"), ("looked", "yes")]).await, StatusCode::SEE_OTHER);
    assert_eq!(taken(&[("verdict", "refuse")]).await, StatusCode::CONFLICT, "it is decided");
    assert_eq!(store.held_doors().await.unwrap().len(), 1, "each door waits by itself");
    let queue = room.office.get(Some(&room.moderator), "/review?kind=door").await.dom();
    let address = queue.attributes("[data-item] > a", "href").remove(0);
    let page = room.office.get(Some(&room.moderator), &address).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.dom().attributes("form input[name=opened][required]", "value"), ["example.net"]);
    let path = format!("/review/doors/{}", room.boise);
    let base = [("role", "portal"), ("to", "example.net"), ("verdict", "confirm")];
    let with = |more: &[(&'static str, &'static str)]| base.iter().chain(more).copied().collect::<Vec<_>>();
    let (unread, elsewhere) = (with(&[("led", "")]), with(&[("led", "example.org"), ("opened", "example.net")]));
    let (unread, elsewhere) = tokio::join!(
        room.office.post(Some(&room.moderator), &path, &unread),
        room.office.post(Some(&room.moderator), &path, &elsewhere)
    );
    assert_eq!((unread.status, elsewhere.status), (StatusCode::CONFLICT, StatusCode::CONFLICT));
    let read = with(&[("led", ""), ("opened", "example.net")]);
    let done = room.office.post(Some(&room.moderator), &path, &read).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    assert_eq!(room.office.site.organization(BOISE).await.portals[0].domain, "example.net");
    let told = store.audit_entries(Some(room.boise.as_str()), &["door.confirmed"], 0, 5).await.unwrap();
    assert_eq!(told.len(), 1);
}

/// A server on loopback that takes whoever comes and never says a word; answers its address, and how many came.
async fn silent() -> (String, Arc<AtomicUsize>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap().to_string();
    let came = Arc::new(AtomicUsize::new(0));
    let count = came.clone();
    tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            held.push(stream);
        }
    });
    (at, came)
}

#[tokio::test(flavor = "multi_thread")]
async fn silent_doors_are_looked_at_once_a_request_all_in_one_go_and_once_more_when_they_are_approved() {
    let room = Room::new().await;
    let (at, came) = silent().await;
    let settings = Settings { allow: vec![at.clone()], ..Settings::default() };
    assert!(room.office.app().way_out.set(Client::new(settings).unwrap()).is_ok());
    let risk = |n: u32| Risk::Door {
        role: DoorRole::Portal,
        url: format!("http://{at}/{n}"),
        domain: "example.net".into(),
        trust_key: "example.net".into(),
    };
    let n = room.send(says("St. Joe"), None, &[Risk::Name, risk(1), risk(2), risk(3)]).await;
    let looks = || came.swap(0, Ordering::SeqCst);
    let mut told = Vec::new();
    let mut note = |what: &'static str, began: Instant| told.push((what, looks(), began.elapsed().as_secs()));
    let began = Instant::now();
    let read = room.shown(n).await;
    note("the page", began);
    let began = Instant::now();
    room.shown(n).await;
    note("the page again", began);
    let began = Instant::now();
    let late = AsShown { seen: "0".into(), hash: read.hash.clone(), finals: read.finals.clone() };
    assert_eq!(room.approve(&room.moderator, n, &late, &["example.net"]).await.status, StatusCode::CONFLICT);
    note("refused", began);
    let began = Instant::now();
    let done = room.approve(&room.moderator, n, &read, &["example.net"]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    note("approved", began);
    println!("{told:?}");
    let looked: Vec<(&str, usize)> = told.iter().map(|(what, looks, _)| (*what, *looks)).collect();
    assert_eq!(looked, [("the page", 3), ("the page again", 0), ("refused", 3), ("approved", 3)]);
    assert!(told.iter().all(|(_, _, seconds)| *seconds < 14), "never one look after another: {told:?}");
}

#[tokio::test]
async fn a_suggestion_that_a_better_list_would_hide_says_so_and_can_become_the_moderators_word() {
    let room = Room::new().await;
    let wrong = || OrganizationFacts {
        description: Some("Open since 1911.".into()),
        portals: vec![portal("https://boise.example.org/other")],
        ..says("St. Joe")
    };
    let n = room.send(wrong(), None, &[Risk::Name]).await;
    let page = room.office.get(Some(&room.moderator), &format!("/review/proposals/{n}")).await.dom();
    let notes = page.texts(".diff .note");
    assert_eq!(notes.len(), 2, "the name and the portal are the vendor's: {notes:?}");
    assert!(notes[0].contains("Example Vendor") && notes[0].contains("will not see it"), "{notes:?}");
    assert!(page.text(".decide details").contains("the moderators say it then"));
    // Approved as it is, what nobody says otherwise shows, and the rest does not.
    let read = room.shown(n).await;
    assert_eq!(room.approve(&room.moderator, n, &read, &[]).await.status, StatusCode::SEE_OTHER);
    let org = room.office.site.organization(BOISE).await;
    assert_eq!((org.name.as_str(), org.description.as_deref()), ("St. Joseph’s Hospital", Some("Open since 1911.")));
    // Written by a moderator it is the moderators' word, and stands above the list.
    let n = room.send(OrganizationFacts { description: org.description, ..says("St. Joe") }, None, &[Risk::Name]).await;
    let (hash, seen) = (room.proposal(n).await.hash, org.version.to_string());
    let fields = [("hash", &*hash), ("seen", &*seen), ("line-name", "St. Joe")];
    let done = room.office.post(Some(&room.moderator), &format!("/review/proposals/{n}/edit"), &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let own = room.proposal(n + 1).await;
    assert_eq!((own.speaker, own.state), (Speaker::Moderators, ProposalState::Published));
    let Body::Organization(said) = own.after else { panic!("an organization") };
    assert_eq!(*said, says("St. Joe"), "what people see already is not said once more");
    let org = room.standing().await;
    assert_eq!((org.name.as_str(), org.said("name").unwrap().source.as_str()), ("St. Joe", "moderators"));
}

/// What a maker sends from its form to its page; its doors do not answer.
#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_somebody_added_is_decided_in_the_queue_and_becomes_theirs() {
    let room = Room::with(crate::manage::pages().into_iter().chain(crate::review::pages()).collect()).await;
    let maker = room.office.person("maker@example.org", false).await;
    let form = [
        ("name", "Record Keeper"),
        ("publisher", "Keeper Inc."),
        ("description", "Keeps your records."),
        ("ingests", "FHIR R4"),
        ("platforms", "web"),
        ("website", "https://records.example.net/"),
        ("privacy_policy", "https://records.example.net/privacy"),
        ("why", "We make it"),
    ];
    let sent = room.office.post(Some(&maker), "/manage/create/app", &form).await;
    assert_eq!(sent.location(), "/manage", "{}", sent.dom().text("main"));
    let queue = room.office.get(Some(&room.moderator), "/review").await.dom();
    let item = queue.attributes("[data-item] > a", "href").remove(0);
    assert!(queue.text("main").contains("Record Keeper"), "{}", queue.text("main"));
    let n: i64 = item.rsplit('/').next().unwrap().parse().unwrap();
    let read = room.shown(n).await;
    let unread = room.approve(&room.moderator, n, &read, &[]).await;
    assert_eq!(unread.status, StatusCode::CONFLICT, "its doors were not opened");
    let done = room.approve(&room.moderator, n, &read, &["example.net"]).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/review"), "{}", done.dom().text("main"));
    let page = room.office.site.get("/apps/record-keeper").await;
    assert!(page.body.contains("https://records.example.net/privacy"), "{}", page.body);
    let subject = room.proposal(n).await.subject.unwrap();
    let member = room.office.app().store.member(&subject, &maker.person.id).await.unwrap().unwrap();
    assert_eq!((member.role, member.proof), (Role::Owner, 0));
    let given = room.office.app().store.audit_entries(Some(subject.as_str()), &["member.set"], 0, 5).await.unwrap();
    assert_eq!(given[0].actor, room.moderator_actor());
    assert!(room.mails().await.iter().any(|(address, ..)| address == "maker@example.org"));
}

/// A domain that imitates a listed one is marked where a moderator decides.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_door_that_imitates_a_listed_domain_is_marked() {
    let room = Room::new().await;
    let (odd, listed) = ("https://mychart.boise-regi0nal-health.org/", "https://mychart.boise-regional-health.org/");
    let facts = OrganizationFacts { portals: vec![portal(listed)], ..says("Boise Regional") };
    let body = Body::Organization(Box::new(facts));
    let listing = crate::model::listing::Listing { key: "r".into(), group: None, strong: Vec::new(), body };
    let source = crate::store::testing::source("other", crate::model::source::Tier::GOVERNMENT);
    crate::store::testing::take_in(&room.office.app().store, source, jiff::civil::date(2026, 11, 4), vec![listing])
        .await;
    let sent = OrganizationFacts { portals: vec![portal(odd)], ..says("St. Joseph’s Hospital") };
    let n = room.send(sent, None, &[door(odd)]).await;
    let page = room.office.get(Some(&room.moderator), &format!("/review/proposals/{n}")).await.dom();
    assert!(page.text("main").contains("boise-regional-health.org"), "{}", page.text("main"));
}
