//! From what somebody sends to what people see, over a real store.

mod brands;
mod own;

use std::collections::BTreeSet;

use super::*;
use crate::{
    clock::Clock,
    model::{
        account::{Member, PersonId, Role, TOO_CLOSE},
        change::Risk,
        door::Door,
        id::Id,
        listing::{AppFacts, Body, DoorFacts, OrganizationFacts},
        organization::{Label, Organization},
        place::Place,
        proposal::{ProposalKind, ProposalState},
        source::Tier,
    },
    site::served::{BOISE, Site},
    store::Approval,
};

fn person(n: u128) -> PersonId {
    PersonId::new(uuid::Uuid::from_u128(n))
}

fn body(facts: OrganizationFacts) -> Body {
    Body::Organization(Box::new(facts))
}

struct Desk {
    site: Site,
    id: Id,
}

impl Desk {
    async fn new() -> Self {
        let site = Site::new().await;
        let id = site.organization(BOISE).await.id;
        Self { site, id }
    }

    async fn org(&self) -> Organization {
        match self.site.app.store.organization(&self.id).await.unwrap() {
            crate::store::Found::Here(org) => *org,
            other => panic!("{other:?}"),
        }
    }

    async fn listing(&self) -> OrganizationFacts {
        match standing(&self.site.app, &self.id).await.unwrap().unwrap().listing {
            Body::Organization(facts) => *facts,
            Body::App(_) => panic!("an organization"),
        }
    }

    fn sent<'a>(&'a self, author: &'a PersonId, after: OrganizationFacts) -> Submission<'a> {
        Submission {
            subject: &self.id,
            author,
            kind: ProposalKind::Form,
            began: None,
            after: body(after),
            express: BTreeSet::new(),
            why: "",
            publish_at: 0,
            delegate: false,
        }
    }

    async fn send(&self, change: impl Fn(&mut OrganizationFacts)) -> Submitted {
        let mut after = self.listing().await;
        change(&mut after);
        let author = person(1);
        submit(&self.site.app, self.sent(&author, after)).await.unwrap()
    }

    async fn approve(&self, n: i64) -> ProposalState {
        let store = &self.site.app.store;
        let hash = store.proposal(n).await.unwrap().unwrap().hash;
        let seen = self.org().await.version;
        let approval = Approval { hash: &hash, seen, finals: &[], answer: "" };
        store.approve(n, &approval, "moderator:per-x").await.unwrap().state
    }

    fn later(&self, micros: i64) {
        let Clock::Standing(at) = &self.site.app.clock else { panic!("it stands") };
        at.fetch_add(micros, std::sync::atomic::Ordering::Relaxed);
    }
}

#[tokio::test]
async fn a_change_is_split_what_is_no_risk_goes_live_and_the_rest_waits() {
    let desk = Desk::new().await;
    let done = desk
        .send(|facts| {
            facts.description = Some("Open since 1911.".into());
            facts.name = "St. Joseph Medical Center".into();
        })
        .await;
    let (n, risks) = done.waiting.unwrap();
    assert_eq!((done.live.is_some(), risks.as_slice()), (true, [Risk::Name].as_slice()));
    let org = desk.org().await;
    assert_eq!((org.name.as_str(), org.description.as_deref()), ("St. Joseph’s Hospital", Some("Open since 1911.")));
    assert_eq!(org.said("description").unwrap().tier, Tier::OWNER);
    assert_eq!(org.said("name").unwrap().label, Label::Listed, "of the name they have said nothing yet");
    assert_eq!(desk.approve(n).await, ProposalState::Published);
    let org = desk.org().await;
    assert_eq!(
        (org.name.as_str(), org.description.as_deref()),
        ("St. Joseph Medical Center", Some("Open since 1911."))
    );
    assert_eq!(desk.site.app.store.check().await.unwrap(), []);
    assert_eq!(desk.site.app.store.audit_verify().await.unwrap().broken, None);
}

#[tokio::test]
async fn nothing_changed_is_told_and_writes_nothing() {
    let desk = Desk::new().await;
    let before = desk.site.app.store.last_revision().await.unwrap();
    assert!(desk.send(|_| {}).await.nothing_changed);
    assert_eq!(desk.site.app.store.last_revision().await.unwrap(), before);
    // Still correct: the same again, from today.
    let author = person(1);
    let sent = Submission { kind: ProposalKind::Attest, ..desk.sent(&author, desk.listing().await) };
    assert!(submit(&desk.site.app, sent).await.unwrap().live.is_some());
    assert_eq!(desk.org().await.said("name").unwrap().label, Label::Owner);
}

#[tokio::test]
async fn what_an_owner_takes_out_stays_out() {
    let desk = Desk::new().await;
    desk.send(|facts| facts.places.push(Place::new(&["9 Elm St"], "Nampa", "ID", "83651").unwrap())).await;
    assert_eq!(desk.org().await.locations.len(), 2);
    desk.send(|facts| _ = facts.places.pop()).await;
    assert_eq!(desk.org().await.locations.len(), 1);
}

#[tokio::test]
async fn what_is_taken_out_in_the_first_edit_stays_out_though_a_list_has_it() {
    let desk = Desk::new().await;
    let (n, risks) = desk.send(|facts| facts.places.clear()).await.waiting.unwrap();
    assert_eq!(risks, [Risk::Address]);
    assert_eq!(desk.approve(n).await, ProposalState::Published);
    assert!(desk.org().await.locations.is_empty());
}

#[tokio::test]
async fn what_only_lists_may_say_is_not_said() {
    let desk = Desk::new().await;
    let done = desk
        .send(|facts| {
            facts.at_best = Some(Tier::MODERATOR);
            facts.fixed_id = Some("org-019ab0c4d0007abc8123456700000001".into());
            facts.old_slugs = vec!["mayo-clinic".into()];
        })
        .await;
    assert!(done.nothing_changed, "{done:?}");
    // A listing that says it opens another domain than it does.
    let done = desk
        .send(|facts| {
            facts.website = Some(DoorFacts {
                door: Door { url: "https://thief.com/".into(), domain: "example.org".into(), warnings: Vec::new() },
                evidence: None,
            });
        })
        .await;
    let (n, risks) = done.waiting.unwrap();
    assert!(matches!(&risks[..], [Risk::Door { domain, .. }] if domain == "thief.com"), "{risks:?}");
    let said = desk.site.app.store.proposal(n).await.unwrap().unwrap().after;
    assert!(!serde_json::to_string(&said).unwrap().contains("\"domain\":\"example.org\",\"url\":\"https://thief"));
    assert!(desk.org().await.website.is_none());
}

#[tokio::test]
async fn the_name_of_a_parent_is_no_way_to_borrow_one() {
    let desk = Desk::new().await;
    let done = desk.send(|facts| facts.part_of_name = Some("Mayo Clinic".into())).await;
    assert_eq!((done.live, done.waiting.map(|(_, risks)| risks)), (None, Some(vec![Risk::PartOf])));
}

#[tokio::test]
async fn two_editors_lose_nothing_silently() {
    let desk = Desk::new().await;
    let began = body(desk.listing().await);
    desk.send(|facts| facts.areas = vec!["ID".into()]).await;
    // The other began before that.
    let Body::Organization(start) = &began else { panic!() };
    let author = person(2);
    let after = OrganizationFacts { description: Some("New.".into()), ..*start.clone() };
    let sent = Submission { began: Some(&began), ..desk.sent(&author, after) };
    submit(&desk.site.app, sent).await.unwrap();
    let org = desk.org().await;
    assert_eq!((org.areas.as_slice(), org.description.as_deref()), (["ID".to_owned()].as_slice(), Some("New.")));
    let after = OrganizationFacts { areas: vec!["OR".into()], ..*start.clone() };
    let clash = submit(&desk.site.app, Submission { began: Some(&began), ..desk.sent(&author, after) }).await;
    assert!(matches!(clash, Err(SubmitError::Conflict(fields)) if fields == ["areas"]));
    assert_eq!(desk.org().await.areas, ["ID"]);
}

#[tokio::test]
async fn what_is_scheduled_is_said_on_its_day_and_not_before() {
    let desk = Desk::new().await;
    let author = person(1);
    let day = desk.site.app.clock.micros() + 1_000_000;
    let mut after = desk.listing().await;
    after.description = Some("From March.".into());
    let sent = Submission { publish_at: day, ..desk.sent(&author, after) };
    let done = submit(&desk.site.app, sent).await.unwrap();
    assert_eq!((done.live, done.publish_at), (None, day));
    let n = done.waiting.unwrap().0;
    assert_eq!(desk.site.app.store.proposal(n).await.unwrap().unwrap().state, ProposalState::Scheduled);
    assert_eq!(due(&desk.site.app).await.unwrap(), (0, 0));
    desk.later(2_000_000);
    assert_eq!(due(&desk.site.app).await.unwrap(), (1, 0));
    assert_eq!(desk.org().await.description.as_deref(), Some("From March."));
    assert_eq!(due(&desk.site.app).await.unwrap(), (0, 0));
}

#[tokio::test]
async fn what_another_changed_before_the_day_goes_back_to_a_person() {
    let desk = Desk::new().await;
    let author = person(1);
    desk.send(|facts| facts.description = Some("First.".into())).await;
    let mut after = desk.listing().await;
    after.description = Some("From March.".into());
    let publish_at = desk.site.app.clock.micros() + 1_000_000;
    let done = submit(&desk.site.app, Submission { publish_at, ..desk.sent(&author, after) }).await.unwrap();
    desk.send(|facts| facts.description = Some("Second.".into())).await;
    desk.later(2_000_000);
    assert_eq!(due(&desk.site.app).await.unwrap(), (0, 1));
    let proposal = desk.site.app.store.proposal(done.waiting.unwrap().0).await.unwrap().unwrap();
    assert_eq!(proposal.state, ProposalState::Waiting);
    assert!(!proposal.answer.is_empty());
    assert_eq!(desk.org().await.description.as_deref(), Some("Second."));
}

#[tokio::test]
async fn a_delegates_change_waits_two_days_and_every_owner_is_told() {
    let desk = Desk::new().await;
    let store = &desk.site.app.store;
    let owner = store.person_with_email("owner@example.org", "es").await.unwrap();
    let member = Member {
        subject: desk.id.clone(),
        person: owner.id.clone(),
        role: Role::Owner,
        proof: 1,
        invited_by: None,
        since: 0,
        expires_at: 0,
    };
    store.set_member(&member, "test").await.unwrap();
    let (author, mut after) = (person(9), desk.listing().await);
    after.description = Some("By a vendor.".into());
    let sent = Submission { delegate: true, ..desk.sent(&author, after.clone()) };
    let done = submit(&desk.site.app, sent).await.unwrap();
    assert_eq!((done.live, done.waiting.as_ref().unwrap().1.len()), (None, 0));
    desk.later(DELEGATE_DELAY - 1_000_000);
    assert_eq!(due(&desk.site.app).await.unwrap(), (0, 0));
    desk.later(2_000_000);
    assert_eq!(due(&desk.site.app).await.unwrap(), (1, 0));
    assert_eq!(desk.org().await.description.as_deref(), Some("By a vendor."));
    let mails = store.take_mails(10).await.unwrap();
    assert_eq!((mails.len(), mails[0].address.as_str()), (1, "owner@example.org"));
    assert!(mails[0].body.contains(&format!("https://connector.example.org/es/manage/{}/waiting", desk.id)));
    // What the owner refuses in those two days is never said.
    after.description = Some("Wrong.".into());
    let sent = Submission { delegate: true, ..desk.sent(&author, after) };
    let n = submit(&desk.site.app, sent).await.unwrap().waiting.unwrap().0;
    let hash = store.proposal(n).await.unwrap().unwrap().hash;
    store.turn_down(n, &hash, ProposalState::Rejected, "No.", "owner:x").await.unwrap();
    desk.later(DELEGATE_DELAY);
    assert_eq!(due(&desk.site.app).await.unwrap(), (0, 0));
}

#[tokio::test]
async fn a_delegate_reaches_only_so_many_a_day() {
    let desk = Desk::new().await;
    let (store, author) = (&desk.site.app.store, person(9));
    for n in 0..DELEGATE_MOST {
        let other = Id::new(crate::model::id::ThingKind::Organization, uuid::Uuid::from_u128(u128::from(n) + 1));
        let after = body(OrganizationFacts { name: "Other".into(), ..OrganizationFacts::default() });
        let new = crate::store::NewProposal {
            speaker: crate::model::change::Speaker::Owners,
            subject: Some(&other),
            author: Some(&author),
            kind: ProposalKind::Delegate,
            before: None,
            after: &after,
            base: 0,
            risks: &[],
            publish_at: 1,
            why: "",
        };
        store.propose(&new, "test").await.unwrap();
    }
    let mut after = desk.listing().await;
    after.description = Some("One more.".into());
    let refused = submit(&desk.site.app, Submission { delegate: true, ..desk.sent(&author, after.clone()) }).await;
    assert!(matches!(refused, Err(SubmitError::TooMany)));
    desk.later(25 * 3_600 * 1_000_000);
    assert!(submit(&desk.site.app, Submission { delegate: true, ..desk.sent(&author, after) }).await.is_ok());
}

#[tokio::test]
async fn an_app_is_changed_the_same_way() {
    let desk = Desk::new().await;
    let app = desk.site.app.store.apps().await.unwrap().remove(0);
    let author = person(1);
    let door = |url: &str| Some(DoorFacts { door: Door::parse(url).unwrap(), evidence: None });
    let after = AppFacts {
        name: app.name.clone(),
        ingests: vec!["FHIR R4".into(), "C-CDA".into()],
        description: Some("Reads your records.".into()),
        description_es: Some("Lee sus registros.".into()),
        privacy_policy: door("https://health.example.com/privacy"),
        ..AppFacts::default()
    };
    let sent = Submission { subject: &app.id, ..desk.sent(&author, OrganizationFacts::default()) };
    let sent = Submission { after: Body::App(Box::new(after)), ..sent };
    let done = submit(&desk.site.app, sent).await.unwrap();
    assert!(matches!(&done.waiting.unwrap().1[..], [Risk::Door { .. }]));
    let now = desk.site.app.store.apps().await.unwrap().remove(0);
    assert_eq!((now.ingests.len(), now.description_es.as_deref()), (2, Some("Lee sus registros.")));
    assert!(now.privacy_policy.is_none());
    // A listing of an organization is none of an app.
    let wrong = Submission { subject: &app.id, ..desk.sent(&author, desk.listing().await) };
    assert!(matches!(submit(&desk.site.app, wrong).await, Err(SubmitError::Unknown)));
}

#[test]
fn nobody_confirms_their_own_and_a_sock_puppet_is_nobody() {
    let (author, other) = (person(1), person(2));
    let now = 100 * TOO_CLOSE;
    let owner = Member {
        subject: Id::parse("org-019ab0c4d0007abc8123456700000001").unwrap(),
        person: other.clone(),
        role: Role::Owner,
        proof: 4,
        invited_by: None,
        since: now - 1,
        expires_at: 0,
    };
    let may = |members: &[Member], who: &PersonId, moderator| may_confirm(members, Some(&author), who, moderator, now);
    assert!(may(std::slice::from_ref(&owner), &other, false));
    assert!(!may(&[Member { invited_by: Some(author.clone()), ..owner.clone() }], &other, false), "invited yesterday");
    assert!(!may(&[Member { proof: 0, ..owner.clone() }], &other, false), "never proved");
    assert!(!may(&[Member { role: Role::Editor, ..owner.clone() }], &other, false));
    assert!(!may(&[Member { person: author.clone(), ..owner.clone() }], &author, false));
    assert!(!may(&[owner], &author, true), "a moderator's own change");
    assert!(may(&[], &other, true) && !may(&[], &other, false));
    assert!(may_confirm(&[], None, &other, true, now) && !may_confirm(&[], None, &other, false, now));
}

#[tokio::test]
async fn a_host_inside_looks_like_one_that_is_not_there() {
    let client = crate::fetch::Client::new(crate::fetch::Settings::default()).unwrap();
    let patience = std::time::Duration::from_millis(300);
    let mut verdicts = Vec::new();
    for address in ["https://10.0.0.1/", "https://localhost/", "http://example.org/", "https://169.254.169.254/", "x"] {
        let began = tokio::time::Instant::now();
        verdicts
            .push((look::within(&client, address, patience, look::Eyes::Theirs).await, began.elapsed() >= patience));
    }
    for (verdict, waited) in &verdicts {
        assert_eq!((verdict.answers, verdict.trust_key.as_str(), *waited), (false, "", true), "{verdict:?}");
    }
    let told = serde_json::to_value(&verdicts[0].0).unwrap();
    let mut words: Vec<&String> = told.as_object().unwrap().keys().collect();
    words.sort();
    assert_eq!(words, ["answers", "certificate", "final_domain", "leads_elsewhere", "smart", "trust_key", "warnings"]);
}
