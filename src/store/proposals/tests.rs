//! From what is sent to what people see, over a real store.

use jiff::civil::date;

use super::*;
use crate::{
    clock::Clock,
    model::{
        change::{facts, risks},
        door::Door,
        listing::{Listing, OrganizationFacts, PortalFacts},
        organization::{Label, Organization},
        source::Tier,
    },
    store::{Found, testing},
};

struct Desk {
    store: Store,
    _folder: tempfile::TempDir,
}

fn portal(url: &str) -> PortalFacts {
    PortalFacts::at(Door::parse(url).unwrap())
}

fn body(facts: OrganizationFacts) -> Body {
    Body::Organization(Box::new(facts))
}

fn author(n: u128) -> PersonId {
    PersonId::new(uuid::Uuid::from_u128(n))
}

impl Desk {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::standing("2026-11-22T12:00:00Z".parse().unwrap());
        let store = Store::open(folder.path(), None, clock).await.unwrap();
        let listed = OrganizationFacts {
            name: "Mercy Hospital".into(),
            portals: vec![portal("https://mychart.mercy.org/")],
            ..OrganizationFacts::default()
        };
        let listing = Listing { key: "a".into(), group: None, strong: Vec::new(), body: body(listed) };
        testing::take_in(&store, testing::source("vendor", Tier::VENDOR), date(2026, 11, 3), vec![listing]).await;
        Self { store, _folder: folder }
    }

    async fn mercy(&self) -> Organization {
        let slug = match self.store.organization_by_slug("mercy-hospital").await.unwrap() {
            Found::Here(org) => return *org,
            Found::Renamed(slug) => slug,
            other => panic!("{other:?}"),
        };
        match self.store.organization_by_slug(&slug).await.unwrap() {
            Found::Here(org) => *org,
            other => panic!("{other:?}"),
        }
    }

    /// What an owner would send after changing the picture.
    async fn send(&self, change: impl Fn(&mut OrganizationFacts)) -> (i64, Vec<Risk>) {
        let org = self.mercy().await;
        let standing = facts(&org);
        let mut after = standing.clone();
        change(&mut after);
        let after = body(after);
        let trusted = self.store.trusted_doors(&org.id).await.unwrap();
        let risks = risks(Some(&body(standing)), &after, &trusted);
        let before = self.store.said_by(Speaker::Owners, &org.id).await.unwrap().map(|said| said.body);
        let author = author(1);
        let new = NewProposal {
            speaker: Speaker::Owners,
            subject: Some(&org.id),
            author: Some(&author),
            kind: ProposalKind::Form,
            before: before.as_ref(),
            after: &after,
            base: org.version,
            risks: &risks,
            publish_at: 0,
            why: "",
        };
        let actor = format!("owner:{author}");
        let n = if risks.is_empty() {
            self.store.propose_and_publish(&new, &actor).await.unwrap().0
        } else {
            self.store.propose(&new, &actor).await.unwrap()
        };
        (n, risks)
    }

    async fn approve(&self, n: i64) -> Result<Proposal, StoreError> {
        let hash = self.store.proposal(n).await.unwrap().unwrap().hash;
        let seen = self.mercy().await.version;
        let approval = Approval { hash: &hash, seen, finals: &[], answer: "" };
        self.store.approve(n, &approval, "moderator:per-x").await
    }
}

#[tokio::test]
async fn what_is_no_risk_is_said_at_once_as_the_owners_word() {
    let desk = Desk::new().await;
    let (n, risks) = desk.send(|facts| facts.description = Some("Open since 1911.".into())).await;
    assert_eq!(risks, []);
    let org = desk.mercy().await;
    assert_eq!(org.description.as_deref(), Some("Open since 1911."));
    let said = org.said("description").unwrap();
    assert_eq!((said.label, said.source.as_str(), said.tier), (Label::Owner, "owners", Tier::OWNER));
    assert_eq!(desk.store.proposal(n).await.unwrap().unwrap().state, ProposalState::Published);
    let last = desk.store.revisions_after(0, 100).await.unwrap().pop().unwrap();
    assert!(last.actor.starts_with("owner:per-"));
    assert_eq!(desk.store.check().await.unwrap(), []);
    assert_eq!(desk.store.audit_verify().await.unwrap().broken, None);
}

#[tokio::test]
async fn a_door_waits_and_goes_live_when_a_second_person_says_so() {
    let desk = Desk::new().await;
    let (n, risks) = desk.send(|facts| facts.portals = vec![portal("https://portal.new-vendor.com/mercy")]).await;
    assert!(risks.iter().any(|risk| matches!(risk, Risk::Door { .. })), "{risks:?}");
    assert_eq!(desk.mercy().await.portals[0].domain, "mercy.org");
    assert_eq!(desk.approve(n).await.unwrap().state, ProposalState::Published);
    let org = desk.mercy().await;
    assert_eq!(org.portals.iter().map(|portal| portal.domain.as_str()).collect::<Vec<_>>(), ["new-vendor.com"]);
    assert!(desk.store.held_doors().await.unwrap().is_empty());
}

#[tokio::test]
async fn of_two_approvals_one_counts() {
    let desk = Desk::new().await;
    let (n, _) = desk.send(|facts| facts.name = "Mercy Medical Center".into()).await;
    let hash = desk.store.proposal(n).await.unwrap().unwrap().hash;
    let seen = desk.mercy().await.version;
    let approval = Approval { hash: &hash, seen, finals: &[], answer: "" };
    let (a, b) = tokio::join!(
        desk.store.approve(n, &approval, "moderator:per-a"),
        desk.store.approve(n, &approval, "moderator:per-b")
    );
    let lost = [a, b].into_iter().filter_map(Result::err).collect::<Vec<_>>();
    assert!(matches!(lost.as_slice(), [StoreError::Conflict(_)]), "{lost:?}");
    let approvals = desk.store.audit_entries(None, &["proposal.approved"], 0, 10).await.unwrap();
    assert_eq!(approvals.len(), 1);
}

#[tokio::test]
async fn an_approval_of_something_else_counts_for_nothing() {
    let desk = Desk::new().await;
    let (n, _) = desk.send(|facts| facts.name = "Mercy Medical Center".into()).await;
    let seen = desk.mercy().await.version;
    let wrong = Approval { hash: "0", seen, finals: &[], answer: "" };
    assert!(matches!(desk.store.approve(n, &wrong, "moderator:per-a").await, Err(StoreError::Conflict(_))));
    // What people see moved on while somebody read.
    let hash = desk.store.proposal(n).await.unwrap().unwrap().hash;
    desk.send(|facts| facts.areas = vec!["ID".into()]).await;
    let stale = Approval { hash: &hash, seen, finals: &[], answer: "" };
    assert!(matches!(desk.store.approve(n, &stale, "moderator:per-a").await, Err(StoreError::Conflict(_))));
    assert_eq!(desk.mercy().await.name, "Mercy Hospital");
}

#[tokio::test]
async fn what_another_changed_meanwhile_is_kept() {
    let desk = Desk::new().await;
    desk.send(|facts| facts.areas = vec!["ID".into()]).await;
    let (n, _) = desk.send(|facts| facts.name = "Mercy Medical Center".into()).await;
    desk.send(|facts| facts.description = Some("Open since 1911.".into())).await;
    assert_eq!(desk.approve(n).await.unwrap().state, ProposalState::Published);
    let org = desk.mercy().await;
    assert_eq!((org.name.as_str(), org.description.as_deref()), ("Mercy Medical Center", Some("Open since 1911.")));
}

#[tokio::test]
async fn what_was_turned_down_stays_so() {
    let desk = Desk::new().await;
    let (n, _) = desk.send(|facts| facts.name = "Mayo Clinic".into()).await;
    let hash = desk.store.proposal(n).await.unwrap().unwrap().hash;
    let turned = desk.store.turn_down(n, &hash, ProposalState::Rejected, "Not your name.", "moderator:per-a").await;
    assert_eq!(turned.unwrap().state, ProposalState::Rejected);
    assert!(matches!(desk.approve(n).await, Err(StoreError::Conflict(_))));
    assert_eq!(desk.mercy().await.name, "Mercy Hospital");
}

#[tokio::test]
async fn on_its_day_a_door_must_lead_where_it_led() {
    let desk = Desk::new().await;
    let org = desk.mercy().await;
    let standing = facts(&org);
    let after =
        body(OrganizationFacts { portals: vec![portal("https://portal.new-vendor.com/mercy")], ..standing.clone() });
    let day = desk.store.clock.micros() + 1_000;
    let risks = risks(Some(&body(standing)), &after, &std::collections::BTreeSet::new());
    let author = author(1);
    let new = NewProposal {
        speaker: Speaker::Owners,
        subject: Some(&org.id),
        author: Some(&author),
        kind: ProposalKind::Form,
        before: None,
        after: &after,
        base: org.version,
        risks: &risks,
        publish_at: day,
        why: "",
    };
    let n = desk.store.propose(&new, "owner:x").await.unwrap();
    let hash = desk.store.proposal(n).await.unwrap().unwrap().hash;
    let leads = [Final { url: "https://portal.new-vendor.com/mercy".into(), trust_key: "new-vendor.com".into() }];
    let approval = Approval { hash: &hash, seen: org.version, finals: &leads, answer: "" };
    let scheduled = desk.store.approve(n, &approval, "moderator:per-a").await.unwrap();
    assert_eq!(scheduled.state, ProposalState::Scheduled);
    assert!(desk.store.due_proposals(10).await.unwrap().is_empty());
    let Clock::Standing(at) = &desk.store.clock else { panic!("it stands") };
    at.store(day, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(desk.store.due_proposals(10).await.unwrap().len(), 1);
    let elsewhere = [Final { trust_key: "thief.example".into(), ..leads[0].clone() }];
    assert_eq!(desk.store.publish_due(n, &elsewhere).await.unwrap().state, ProposalState::Waiting);
    assert_eq!(desk.mercy().await.portals[0].domain, "mercy.org");
    desk.store.approve(n, &approval, "moderator:per-a").await.unwrap();
    assert_eq!(desk.mercy().await.portals[0].domain, "new-vendor.com");
}

#[tokio::test]
async fn what_is_not_listed_has_no_page_until_it_is_approved() {
    let desk = Desk::new().await;
    let after = body(OrganizationFacts { name: "New Clinic".into(), ..OrganizationFacts::default() });
    let new = NewProposal {
        speaker: Speaker::Suggestions,
        subject: None,
        author: None,
        kind: ProposalKind::Suggestion,
        before: None,
        after: &after,
        base: 0,
        risks: &[Risk::Name],
        publish_at: 0,
        why: "",
    };
    let n = desk.store.propose(&new, "anybody").await.unwrap();
    assert_eq!(desk.store.organization_by_slug("new-clinic").await.unwrap(), Found::Nothing);
    let hash = desk.store.proposal(n).await.unwrap().unwrap().hash;
    let approval = Approval { hash: &hash, seen: 0, finals: &[], answer: "" };
    let done = desk.store.approve(n, &approval, "moderator:per-a").await.unwrap();
    assert!(done.subject.is_some());
    assert!(matches!(desk.store.organization_by_slug("new-clinic").await.unwrap(), Found::Here(_)));
    assert_eq!(desk.store.check().await.unwrap(), []);
}

#[tokio::test]
async fn a_moderator_takes_an_item_out_whoever_says_it() {
    let desk = Desk::new().await;
    let org = desk.mercy().await;
    let items = ["portals/mychart.mercy.org".to_owned()];
    desk.store.suppress(&org.id, &items, true, "moderator:per-a").await.unwrap();
    assert!(desk.mercy().await.portals.is_empty());
    desk.store.suppress(&org.id, &items, false, "moderator:per-a").await.unwrap();
    assert_eq!(desk.mercy().await.portals.len(), 1);
}
