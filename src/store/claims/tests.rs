use crate::{
    clock::Clock,
    model::{
        account::{Person, Role},
        claim::{Claim, ClaimMethod, ClaimState},
        id::Id,
    },
    store::{Invitation, JOIN, Joined, NewClaim, Seen, Store, StoreError},
};

struct Desk {
    store: Store,
    clock: Clock,
    subject: Id,
    _folder: tempfile::TempDir,
}

const DAY: i64 = 24 * 3_600 * 1_000_000;

impl Desk {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::standing("2026-11-22T12:00:00Z".parse().unwrap());
        let store = Store::open(folder.path(), None, clock.clone()).await.unwrap();
        let subject = Id::parse("org-019ab0c4d0007abc8123456700000001").unwrap();
        Self { store, clock, subject, _folder: folder }
    }

    fn later(&self, micros: i64) {
        if let Clock::Standing(at) = &self.clock {
            at.fetch_add(micros, std::sync::atomic::Ordering::Relaxed);
        }
    }

    async fn person(&self, email: &str) -> Person {
        self.store.person_with_email(email, "en").await.unwrap()
    }

    async fn begin(&self, person: &Person, role: Role, method: ClaimMethod) -> Claim {
        self.later(1);
        let new = NewClaim { subject: &self.subject, person: &person.id, role, method, domain: "mercy.org", note: "" };
        self.store.open_claim(&new).await.unwrap()
    }

    async fn owner(&self, email: &str) -> (Person, Claim) {
        let person = self.person(email).await;
        let claim = self.begin(&person, Role::Owner, ClaimMethod::Dns).await;
        self.later(1);
        (person, self.store.prove_claim(claim.n, ClaimMethod::Dns).await.unwrap().claim)
    }

    async fn frozen(&self) -> Option<String> {
        self.store.frozen(&self.subject).await.unwrap().map(|frozen| frozen.why)
    }

    async fn role(&self, person: &Person) -> Option<(Role, i64)> {
        self.store.member(&self.subject, &person.id).await.unwrap().map(|member| (member.role, member.proof))
    }
}

#[tokio::test]
async fn the_first_proof_gives_the_seat_and_says_so_publicly() {
    let desk = Desk::new().await;
    let ann = desk.person("ann@mercy.org").await;
    let claim = desk.begin(&ann, Role::Owner, ClaimMethod::Dns).await;
    assert!(claim.state == ClaimState::Open && claim.value.starts_with("connector-verification="));
    assert_eq!(desk.begin(&ann, Role::Owner, ClaimMethod::Dns).await.n, claim.n, "begun twice, it is one");
    assert_eq!(desk.store.public_proof(&desk.subject).await.unwrap(), None);
    let proved = desk.store.prove_claim(claim.n, ClaimMethod::File).await.unwrap();
    assert_eq!(
        (proved.claim.state, proved.claim.method, proved.frozen),
        (ClaimState::Proved, ClaimMethod::File, false)
    );
    assert_eq!(desk.role(&ann).await, Some((Role::Owner, claim.n)));
    let shown = desk.store.public_proof(&desk.subject).await.unwrap().unwrap();
    assert_eq!((shown.method, shown.domain.as_str()), (ClaimMethod::File, "mercy.org"));
    let again = desk.store.prove_claim(claim.n, ClaimMethod::Dns).await;
    assert!(matches!(again, Err(StoreError::Conflict(_))), "a proof is taken once");
    let entries = desk.store.audit_entries(Some(desk.subject.as_str()), &["claim.proved"], 0, 10).await.unwrap();
    assert!(entries.len() == 1 && !entries[0].detail.contains("ann@"), "{entries:?}");
    assert!(desk.store.audit_verify().await.unwrap().broken.is_none());
}

#[tokio::test]
async fn two_values_are_never_the_same_and_an_old_one_is_no_good() {
    let desk = Desk::new().await;
    let (ann, bob) = (desk.person("ann@mercy.org").await, desk.person("bob@mercy.org").await);
    let one = desk.begin(&ann, Role::Owner, ClaimMethod::Dns).await;
    let two = desk.begin(&bob, Role::Owner, ClaimMethod::Dns).await;
    assert_ne!(one.value, two.value);
    desk.later(31 * DAY);
    assert!(matches!(desk.store.prove_claim(one.n, ClaimMethod::Dns).await, Err(StoreError::Conflict(_))));
}

#[tokio::test]
async fn two_who_began_before_either_had_proved_anything_stop_everything() {
    let desk = Desk::new().await;
    let (ann, bob) = (desk.person("ann@mercy.org").await, desk.person("bob@mercy.org").await);
    let one = desk.begin(&ann, Role::Owner, ClaimMethod::Dns).await;
    let two = desk.begin(&bob, Role::Owner, ClaimMethod::Dns).await;
    desk.later(1);
    let (a, b) =
        tokio::join!(desk.store.prove_claim(one.n, ClaimMethod::Dns), desk.store.prove_claim(two.n, ClaimMethod::Dns));
    let (a, b) = (a.unwrap(), b.unwrap());
    let states = [a.claim.state, b.claim.state];
    assert!(states.contains(&ClaimState::Proved) && states.contains(&ClaimState::Waiting), "{states:?}");
    assert!(a.frozen != b.frozen && desk.frozen().await.as_deref() == Some("two_claims"));
    let waits = if a.claim.state == ClaimState::Waiting { a } else { b };
    assert_eq!(waits.others.len(), 1, "the first one is told");
    // Nobody decides their own, whatever else they are.
    let own = format!("moderator:{}", waits.claim.person);
    assert!(matches!(desk.store.decide_claim(waits.claim.n, true, "", &own).await, Err(StoreError::Refused(_))));
    let done = desk.store.decide_claim(waits.claim.n, true, "We called", "moderator:per-x").await.unwrap();
    assert_eq!((done.state, desk.frozen().await), (ClaimState::Proved, None));
    assert!(desk.role(&ann).await.is_some() && desk.role(&bob).await.is_some(), "both are owners now");
    let twice = desk.store.decide_claim(waits.claim.n, false, "", "moderator:per-y").await;
    assert!(matches!(twice, Err(StoreError::Conflict(_))));
}

#[tokio::test]
async fn a_later_claimant_waits_and_stops_nothing() {
    let desk = Desk::new().await;
    let (_, first) = desk.owner("ann@mercy.org").await;
    let (bob, second) = desk.owner("bob@mercy.org").await;
    assert_eq!((first.state, second.state), (ClaimState::Proved, ClaimState::Waiting));
    assert_eq!((desk.role(&bob).await, desk.frozen().await), (None, None));
    desk.store.decide_claim(second.n, false, "Who are you?", "moderator:per-x").await.unwrap();
    assert_eq!(desk.role(&bob).await, None);
    desk.store.revoke_claim(first.n, "It was a trick", "moderator:per-x").await.unwrap();
    assert_eq!(desk.store.members(&desk.subject).await.unwrap(), []);
    assert_eq!(desk.store.public_proof(&desk.subject).await.unwrap(), None);
}

#[tokio::test]
async fn mail_papers_and_vendors_wait_for_a_person() {
    let desk = Desk::new().await;
    let ann = desk.person("ann@mercy.org").await;
    for method in [ClaimMethod::Email, ClaimMethod::Documents] {
        let claim = desk.begin(&ann, Role::Owner, method).await;
        assert_eq!((claim.state, claim.value.as_str()), (ClaimState::Waiting, ""));
        assert!(matches!(desk.store.prove_claim(claim.n, method).await, Err(StoreError::Conflict(_))));
        assert_eq!(desk.role(&ann).await, None);
    }
    let vendor = desk.person("vic@vendor.com").await;
    let claim = desk.begin(&vendor, Role::Delegate, ClaimMethod::Dns).await;
    let shown = desk.store.prove_claim(claim.n, ClaimMethod::Dns).await.unwrap();
    assert_eq!((shown.claim.state, desk.role(&vendor).await), (ClaimState::Waiting, None));
    desk.store.decide_claim(claim.n, true, "", "moderator:per-x").await.unwrap();
    let member = desk.store.member(&desk.subject, &vendor.id).await.unwrap().unwrap();
    assert_eq!((member.role, member.proof), (Role::Delegate, 0));
    assert!(member.expires_at > 0 && desk.store.public_proof(&desk.subject).await.unwrap().is_none());
    desk.later(366 * DAY);
    assert_eq!(desk.role(&vendor).await, None, "it ended");
}

#[tokio::test]
async fn a_proof_that_is_gone_for_three_days_stops_editing_until_it_is_back() {
    let desk = Desk::new().await;
    let (_, claim) = desk.owner("ann@mercy.org").await;
    let due = async |desk: &Desk| desk.store.proofs_to_check(desk.clock.micros(), 10).await.unwrap().len();
    desk.later(DAY);
    assert_eq!(due(&desk).await, 1);
    assert_eq!(desk.store.proof_checked(claim.n, false).await.unwrap(), Seen::Missing);
    assert_eq!(due(&desk).await, 0, "looked at already");
    desk.later(DAY);
    assert_eq!(desk.store.proof_checked(claim.n, true).await.unwrap(), Seen::Stands, "one bad day is forgotten");
    for _ in 0..3 {
        desk.later(DAY);
        assert_eq!(desk.store.proof_checked(claim.n, false).await.unwrap(), Seen::Missing);
        assert_eq!(desk.frozen().await, None);
    }
    desk.later(DAY);
    assert_eq!(desk.store.proof_checked(claim.n, false).await.unwrap(), Seen::Lost);
    assert_eq!(desk.frozen().await.as_deref(), Some("proof_lost"));
    assert_eq!(desk.store.public_proof(&desk.subject).await.unwrap(), None);
    desk.later(DAY);
    assert_eq!((due(&desk).await, desk.store.proof_checked(claim.n, true).await.unwrap()), (1, Seen::Back));
    assert_eq!(desk.frozen().await, None);
    // What a moderator froze stays frozen.
    desk.store.freeze(&desk.subject, "moderator", "moderator:per-x").await.unwrap();
    for _ in 0..5 {
        desk.later(DAY);
        desk.store.proof_checked(claim.n, false).await.unwrap();
    }
    assert_eq!(desk.store.proof_checked(claim.n, true).await.unwrap(), Seen::Back);
    assert_eq!(desk.frozen().await.as_deref(), Some("moderator"));
}

async fn invite(desk: &Desk, by: &Person, email: &str, role: Role) -> String {
    let (subject, by, email) = (desk.subject.clone(), by.id.clone(), email.to_owned());
    let invitation = Invitation { subject, role, expires_at: 0, by, email };
    let body = serde_json::to_string(&invitation).unwrap();
    desk.store.issue_ticket(JOIN, desk.subject.as_str(), &body, DAY).await.unwrap()
}

#[tokio::test]
async fn an_invitation_is_good_once_for_whom_it_was_meant_and_while_its_sender_owns() {
    let desk = Desk::new().await;
    let (ann, _) = desk.owner("ann@mercy.org").await;
    let (bob, eve) = (desk.person("bob@mercy.org").await, desk.person("eve@evil.org").await);
    let secret = invite(&desk, &ann, "bob@mercy.org", Role::Editor).await;
    assert_eq!(desk.store.join(&secret, &eve).await.unwrap(), Joined::OtherAddress);
    assert!(matches!(desk.store.join(&secret, &bob).await.unwrap(), Joined::Member(_)), "still good for bob");
    assert_eq!(desk.store.join(&secret, &bob).await.unwrap(), Joined::Gone, "and only once");
    assert_eq!(desk.role(&bob).await, Some((Role::Editor, 0)));
    let lower = invite(&desk, &ann, "bob@mercy.org", Role::Viewer).await;
    assert!(matches!(desk.store.join(&lower, &bob).await, Err(StoreError::Refused(_))), "nobody loses by a link");
    // Whoever owns no more invites nobody.
    let late = invite(&desk, &bob, "eve@evil.org", Role::Editor).await;
    assert_eq!(desk.store.join(&late, &eve).await.unwrap(), Joined::Gone);
}

#[tokio::test]
async fn an_invited_owner_waits_for_a_moderator_and_is_no_second_pair_of_eyes() {
    let desk = Desk::new().await;
    let (ann, _) = desk.owner("ann@mercy.org").await;
    let puppet = desk.person("puppet@mercy.org").await;
    let secret = invite(&desk, &ann, "puppet@mercy.org", Role::Owner).await;
    let Joined::Waits(claim) = desk.store.join(&secret, &puppet).await.unwrap() else { panic!("it waits") };
    assert_eq!((claim.method, desk.role(&puppet).await), (ClaimMethod::Invited, None));
    let by_inviter = format!("moderator:{}", ann.id);
    assert!(matches!(desk.store.decide_claim(claim.n, true, "", &by_inviter).await, Err(StoreError::Refused(_))));
    desk.store.decide_claim(claim.n, true, "", "moderator:per-x").await.unwrap();
    assert_eq!(desk.role(&puppet).await, Some((Role::Owner, 0)));
    let member = desk.store.member(&desk.subject, &puppet.id).await.unwrap().unwrap();
    assert!(!member.is_second_to(&ann.id, desk.clock.micros()));
    // Showing control too makes them an owner by a proof, for a moderator, and still one whom ann brought in.
    let own = desk.begin(&puppet, Role::Owner, ClaimMethod::Dns).await;
    assert_eq!(desk.store.prove_claim(own.n, ClaimMethod::Dns).await.unwrap().claim.state, ClaimState::Waiting);
    desk.store.decide_claim(own.n, true, "", "moderator:per-x").await.unwrap();
    let member = desk.store.member(&desk.subject, &puppet.id).await.unwrap().unwrap();
    assert!(member.proof == own.n && !member.is_second_to(&ann.id, desk.clock.micros()), "{member:?}");
    assert!(member.is_second_to(&ann.id, desk.clock.micros() + 31 * DAY));
}

#[tokio::test]
async fn the_last_owner_stays_also_when_two_leave_at_the_same_moment() {
    let desk = Desk::new().await;
    let (ann, _) = desk.owner("ann@mercy.org").await;
    let gone = desk.store.leave(&desk.subject, &ann.id, "owner:x").await;
    assert!(matches!(gone, Err(StoreError::Refused(_))));
    let lower = desk.store.change_role(&desk.subject, &ann.id, Role::Viewer, 0, "owner:x").await;
    assert!(matches!(lower, Err(StoreError::Refused(_))));
    let (bob, claim) = desk.owner("bob@mercy.org").await;
    desk.store.decide_claim(claim.n, true, "", "moderator:per-x").await.unwrap();
    let (a, b) = tokio::join!(
        desk.store.leave(&desk.subject, &ann.id, "owner:a"),
        desk.store.leave(&desk.subject, &bob.id, "owner:b")
    );
    assert!(a.is_ok() != b.is_ok(), "{a:?} {b:?}");
    assert_eq!(desk.store.members(&desk.subject).await.unwrap().len(), 1);
    let raised = desk.store.change_role(&desk.subject, &bob.id, Role::Owner, 0, "owner:x").await;
    assert!(matches!(raised, Err(StoreError::Refused(_))), "only a claim makes an owner");
}
