//! What those who manage profiles leave in the store: accounts, claims, places, lists in step, keys, webhooks, counts, notices;
//! the same on both databases.

use connector::{
    clock::Clock,
    model::{
        account::{Member, PersonId, Role},
        claim::{ClaimMethod, ClaimState},
        id::Id,
        notice::{NewNotice, News},
        submission::{SubmissionKind, Wrong},
    },
    store::{
        DayCount, Decided, Followed, InStep, Invitation, JOIN, Joined, NewClaim, OWNED_WEBHOOKS, Seen, Store,
        StoreError,
    },
};

use crate::{
    people::{approve, mercy, propose},
    submissions::report,
    support::later,
};

pub const HOUR: i64 = 3_600_000_000;
const DAY: i64 = 24 * HOUR;

/// The account of an e-mail address.
pub async fn person(store: &Store, email: &str) -> PersonId {
    store.person_with_email(email, "en").await.unwrap().id
}

/// Gives somebody a place; owners with a proof.
pub async fn place_at(store: &Store, subject: &Id, person: &PersonId, role: Role) {
    let proof = i64::from(role == Role::Owner);
    let (subject, person) = (subject.clone(), person.clone());
    let member = Member { subject, person, role, proof, invited_by: None, since: 1, expires_at: 0 };
    store.set_member(&member, "system").await.unwrap();
}

async fn why_frozen(store: &Store, subject: &Id) -> Option<String> {
    store.frozen(subject).await.unwrap().map(|frozen| frozen.why)
}

pub async fn a_claim_is_shown_lost_and_found_again(store: Store, clock: Clock) {
    let org = mercy(&store).await.id;
    let (ann, ben) = (person(&store, "ann@example.org").await, person(&store, "ben@example.org").await);
    let new = |person, method| NewClaim {
        subject: &org,
        person,
        role: Role::Owner,
        method,
        domain: "mercy.org",
        note: "I look after the site",
    };
    let claim = store.open_claim(&new(&ann, ClaimMethod::Dns)).await.unwrap();
    assert_eq!(store.open_claim(&new(&ann, ClaimMethod::File)).await.unwrap(), claim, "begun again is the same");
    let other = store.open_claim(&new(&ben, ClaimMethod::Dns)).await.unwrap();
    assert_ne!(other.value, claim.value);
    store.claim_not_seen(&claim).await.unwrap();
    let proved = store.prove_claim(claim.n, ClaimMethod::File).await.unwrap();
    assert_eq!((proved.claim.state, proved.others.len(), proved.frozen), (ClaimState::Proved, 0, false));
    assert_eq!(store.member(&org, &ann).await.unwrap().unwrap().proof, claim.n);
    assert_eq!(store.public_proof(&org).await.unwrap().unwrap().method, ClaimMethod::File);
    assert!(matches!(store.prove_claim(claim.n, ClaimMethod::Dns).await, Err(StoreError::Conflict(_))), "once");

    // The other had begun before: two who claim one stop everything until a person looked.
    let raced = store.prove_claim(other.n, ClaimMethod::Dns).await.unwrap();
    assert_eq!((raced.claim.state, raced.others.len(), raced.frozen), (ClaimState::Waiting, 1, true));
    assert_eq!(why_frozen(&store, &org).await.as_deref(), Some("two_claims"));
    let own = store.decide_claim(other.n, true, "", &format!("moderator:{ben}")).await;
    assert!(matches!(own, Err(StoreError::Refused(_))), "nobody decides their own");
    store.decide_claim(other.n, false, "It is not yours.", "moderator:x").await.unwrap();
    assert_eq!(why_frozen(&store, &org).await, None);
    let papers = store.open_claim(&new(&ben, ClaimMethod::Documents)).await.unwrap();
    assert!(store.withdraw_claim(papers.n, &ann).await.is_err(), "it is somebody else's");
    store.withdraw_claim(papers.n, &ben).await.unwrap();
    let papers = store.open_claim(&new(&ben, ClaimMethod::Documents)).await.unwrap();
    let accepted = store.decide_claim(papers.n, true, "", "moderator:x").await.unwrap();
    assert_eq!((accepted.state, accepted.proved_at), (ClaimState::Proved, clock.micros()));
    assert_eq!(store.claims(&[ClaimState::Proved], Some(&org), None, 0, 9).await.unwrap().len(), 2);
    assert_eq!(store.claims(&[ClaimState::Withdrawn], None, Some(&ben), 0, 9).await.unwrap().len(), 1);

    let due = store.proofs_to_check(clock.micros() + 1, 9).await.unwrap();
    assert_eq!(due.iter().map(|claim| claim.n).collect::<Vec<_>>(), [claim.n], "papers are not looked at again");
    assert_eq!(store.proof_checked(claim.n, false).await.unwrap(), Seen::Missing);
    later(&clock, 3 * DAY);
    assert_eq!(store.proof_checked(claim.n, false).await.unwrap(), Seen::Lost);
    assert_eq!(why_frozen(&store, &org).await.as_deref(), Some("proof_lost"));
    assert_eq!(store.public_proof(&org).await.unwrap().unwrap().method, ClaimMethod::Documents);
    assert_eq!(store.proof_checked(claim.n, true).await.unwrap(), Seen::Back);
    assert_eq!(why_frozen(&store, &org).await, None);
    assert_eq!(store.proof_checked(claim.n, true).await.unwrap(), Seen::Stands);

    let revoked = store.revoke_claim(claim.n, "They left.", "moderator:x").await.unwrap();
    assert_eq!((revoked.state, revoked.answer.as_str()), (ClaimState::Refused, "They left."));
    assert!(store.member(&org, &ann).await.unwrap().is_none());
    assert_eq!(store.audit_verify().await.unwrap().broken, None);
}

pub async fn an_invitation_is_taken_once_and_the_last_owner_stays(store: Store) {
    let org = mercy(&store).await.id;
    let (ann, ben) = (person(&store, "ann@example.org").await, person(&store, "ben@example.org").await);
    place_at(&store, &org, &ann, Role::Owner).await;
    let invite = async |role, email: &str| {
        let (subject, by, email) = (org.clone(), ann.clone(), email.to_owned());
        let body = serde_json::to_string(&Invitation { subject, role, expires_at: 0, by, email }).unwrap();
        store.issue_ticket(JOIN, org.as_str(), &body, HOUR).await.unwrap()
    };
    let secret = invite(Role::Editor, "ben@example.org").await;
    assert_eq!(store.invitations(&org).await.unwrap().len(), 1);
    let (a, b) = (store.person(&ann).await.unwrap().unwrap(), store.person(&ben).await.unwrap().unwrap());
    assert_eq!(store.join(&secret, &a).await.unwrap(), Joined::OtherAddress);
    assert!(matches!(store.join(&secret, &b).await.unwrap(), Joined::Member(member) if member.role == Role::Editor));
    assert_eq!(store.join(&secret, &b).await.unwrap(), Joined::Gone);
    let secret = invite(Role::Owner, "ben@example.org").await;
    let Joined::Waits(claim) = store.join(&secret, &b).await.unwrap() else { panic!("a moderator looks") };
    store.decide_claim(claim.n, true, "", "moderator:x").await.unwrap();
    assert_eq!(store.member(&org, &ben).await.unwrap().unwrap().role, Role::Owner);
    assert!(store.leave(&org, &ann, "owner:x").await.is_err(), "the other showed nothing");
    store.change_role(&org, &ben, Role::Viewer, 0, "owner:x").await.unwrap();
    assert_eq!(store.claim(claim.n).await.unwrap().unwrap().state, ClaimState::Withdrawn);
    store.leave(&org, &ben, "owner:x").await.unwrap();
    assert_eq!(store.members(&org).await.unwrap().len(), 1);
}

pub async fn a_profile_is_kept_in_step_until_it_is_not(store: Store) {
    let org = mercy(&store).await.id;
    let ann = person(&store, "ann@example.org").await;
    let mut list = InStep {
        subject: org.clone(),
        url: "https://mercy.org/brands.json".into(),
        brand: "Organization/old".into(),
        person: ann,
        hash: String::new(),
        checked_at: 0,
        error: String::new(),
    };
    store.set_in_step(&list, "owner:x").await.unwrap();
    let before = list.clone();
    list.brand = "Organization/mercy".into();
    store.set_in_step(&list, "owner:x").await.unwrap();
    assert_eq!(store.in_step(&org).await.unwrap(), Some(list.clone()));
    store.in_step_looked(&before, "aa", "").await.unwrap();
    assert_eq!(store.in_step_before(1, 9).await.unwrap(), std::slice::from_ref(&list), "it was set up anew meanwhile");
    store.in_step_looked(&list, "aa", "unreadable").await.unwrap();
    assert!(store.in_step_before(1, 9).await.unwrap().is_empty());
    let now = store.in_step(&org).await.unwrap().unwrap();
    assert_eq!((now.hash.as_str(), now.error.as_str()), ("aa", "unreadable"));
    let noted = store.audit_entries(Some(org.as_str()), &["in_step.set"], 0, 9).await.unwrap();
    assert!(noted.iter().all(|entry| entry.detail == r#"{"host":"mercy.org"}"#), "{noted:?}");
    assert!(store.end_in_step(&org, "owner:x").await.unwrap());
    assert!(!store.end_in_step(&org, "owner:x").await.unwrap());
}

pub async fn a_key_opens_while_its_maker_owns(store: Store, clock: Clock) {
    let org = mercy(&store).await.id;
    let ann = person(&store, "ann@example.org").await;
    let new = async |name: &str, lasts: i64| {
        store.issue_token(&ann, &org, (name, &["read", "propose"]), clock.micros() + lasts).await
    };
    assert!(new("for ever", 400 * DAY).await.is_err());
    let secret = new("nightly", DAY).await.unwrap();
    assert_eq!(store.token(&secret).await.unwrap(), None, "whoever owns nothing opens nothing");
    place_at(&store, &org, &ann, Role::Owner).await;
    let token = store.token(&secret).await.unwrap().unwrap();
    assert!(token.may("read") && !token.may("rea"));
    assert!(store.tokens(&org).await.unwrap()[0].used_at > 0, "the day is kept");
    assert!(store.token("connector_00").await.unwrap().is_none());
    later(&clock, DAY);
    assert_eq!(store.token(&secret).await.unwrap(), None, "it ended");
    later(&clock, 31 * DAY);
    let other = new("weekly", DAY).await.unwrap();
    let all = store.tokens(&org).await.unwrap();
    assert_eq!(all.iter().map(|token| token.name.as_str()).collect::<Vec<_>>(), ["weekly"], "what ended long ago goes");
    assert!(store.revoke_token(&org, &all[0].id, "owner:x").await.unwrap());
    assert!(!store.revoke_token(&org, &all[0].id, "owner:x").await.unwrap());
    assert_eq!(store.token(&other).await.unwrap(), None);
    for n in 0..20 {
        new(&format!("key {n}"), DAY).await.unwrap();
    }
    assert!(new("one more", DAY).await.is_err());
}

pub async fn webhooks_of_owners_are_counted_apart(store: Store) {
    let org = mercy(&store).await.id;
    let own = store.add_webhook("https://operator.example.org/hook", "{}", "whsec_o", 0).await.unwrap();
    let what = ("https://mercy.org/hook", "{}", "whsec_a");
    let n = store.add_owned_webhook(&org, what, "owner:x").await.unwrap();
    for _ in 1..OWNED_WEBHOOKS {
        store.add_owned_webhook(&org, what, "owner:x").await.unwrap();
    }
    assert!(store.add_owned_webhook(&org, what, "owner:x").await.is_err(), "no more than that");
    let owned = store.owned_webhooks(&org).await.unwrap();
    assert_eq!((owned.len() as i64, owned[0].n, owned[0].subject.as_ref()), (OWNED_WEBHOOKS, n, Some(&org)));
    assert_eq!(owned[0].acknowledged, store.last_revision().await.unwrap(), "from now on");
    assert_eq!(store.webhook(own).await.unwrap().subject, None);
    store.note_webhook(&org, n, "webhook.removed", "owner:x").await.unwrap();
    store.remove_webhook(n).await.unwrap();
    assert_eq!(store.webhooks().await.unwrap().len() as i64, OWNED_WEBHOOKS);
    let noted = store.audit_entries(Some(org.as_str()), &["webhook.added", "webhook.removed"], 0, 9).await.unwrap();
    assert_eq!(noted.len() as i64, OWNED_WEBHOOKS + 1);
}

pub async fn days_are_counted_in_tens_and_small_ones_go(store: Store) {
    let org = mercy(&store).await.id;
    let nobody = Id::parse("org-00000000000040008000000000000001").unwrap();
    let day = |day: &str| day.parse().unwrap();
    // The clock stands on 22 November.
    let counts = [(org.clone(), "view", 12), (org.clone(), "door", 3), (nobody.clone(), "view", 50)];
    store.add_day_counts(day("2026-11-21"), &counts).await.unwrap();
    store.add_day_counts(day("2026-11-21"), &[(org.clone(), "view", 9)]).await.unwrap();
    store.add_day_counts(day("2026-11-22"), &[(org.clone(), "view", 500)]).await.unwrap();
    for _ in 0..2 {
        store.add_day_counts(day("2026-11-20"), &[(org.clone(), "view", 9)]).await.unwrap();
    }
    let told = store.day_counts(&org, 2).await.unwrap();
    let one = |on: &str, views, doors| DayCount { day: day(on), views, doors };
    assert_eq!(told, [one("2026-11-21", Some(20), None), one("2026-11-20", None, None)]);
    assert!(store.day_counts(&nobody, 2).await.unwrap().iter().all(|day| day.views.is_none()));
}

pub async fn news_is_told_once_and_by_one_mail_a_day(store: Store, clock: Clock) {
    let org = mercy(&store).await;
    let ann = person(&store, "ann@example.org").await;
    let all = async |what| store.followed(what).await.unwrap();
    assert_eq!(store.managed_revisions(all(Followed::Revisions).await, 9).await.unwrap(), Vec::<i64>::new());
    place_at(&store, &org.id, &ann, Role::Owner).await;
    let revisions = all(Followed::Revisions).await;
    assert!(!store.managed_revisions(revisions, 9).await.unwrap().is_empty());
    let n = propose(&store, &org, &ann, |facts| facts.name = "Mercy Medical Center".into()).await;
    approve(&store, n, org.version).await.unwrap();
    assert_eq!(store.decided_between(all(Followed::Decisions).await).await.unwrap(), [Decided::Proposal(n)]);
    store.submit(SubmissionKind::Problem, Some(&org.id), &report(Wrong::Gone, "closed"), "").await.unwrap();
    assert_eq!(store.reports_between(all(Followed::Reports).await).await.unwrap()[0].subject, org.id);
    let (subject, method) = (&org.id, ClaimMethod::Documents);
    let claim = NewClaim { subject, person: &ann, role: Role::Owner, method, domain: "", note: "" };
    store.open_claim(&claim).await.unwrap();
    assert_eq!(store.claims_between(all(Followed::Claims).await).await.unwrap()[0].person, Some(ann.clone()));
    assert_eq!(store.confirmed_days().await.unwrap(), [(org.id.clone(), clock.today())]);

    let notice = |n| NewNotice { person: ann.clone(), subject: org.id.clone(), news: News::Report { n } };
    assert!(store.tell(Followed::Revisions, revisions, &[notice(1), notice(2)]).await.unwrap());
    assert!(!store.tell(Followed::Revisions, revisions, &[notice(1)]).await.unwrap(), "somebody was faster");
    assert_eq!(store.tell_once(&[notice(2), notice(3)]).await.unwrap(), 1);
    let told = store.notices(&ann, Some(&org.id), 0, 9).await.unwrap();
    assert_eq!(told.iter().map(|notice| notice.n).collect::<Vec<_>>(), [3, 2, 1]);
    assert_eq!(store.notices(&ann, None, 2, 9).await.unwrap().len(), 1);

    let due = store.mails_due(9).await.unwrap();
    assert_eq!(due.iter().map(|who| (&who.person, who.after)).collect::<Vec<_>>(), [(&ann, 0)]);
    for _ in 0..2 {
        store.tell_by_mail(&due[0], 3, Some(("ann@example.org", "News", "words"))).await.unwrap();
    }
    assert_eq!(store.unsent_mails().await.unwrap().len(), 1, "the second time somebody had done it");
    store.tell_once(&[notice(4)]).await.unwrap();
    assert!(store.mails_due(9).await.unwrap().is_empty(), "once a day");
    later(&clock, DAY);
    assert_eq!(store.mails_due(9).await.unwrap()[0].after, 3);
    store.read_notices(&ann, 3).await.unwrap();
    assert_eq!(store.unread_notices(&ann).await.unwrap(), 1);
    later(&clock, 400 * DAY);
    store.tell_once(&[notice(5)]).await.unwrap();
    assert_eq!(store.notices(&ann, None, 0, 9).await.unwrap().len(), 1, "old ones go");
}

pub async fn an_account_is_another_address_and_other_sessions(store: Store) {
    let (ann, ben) = (person(&store, "ann@example.org").await, person(&store, "ben@example.org").await);
    assert!(!store.set_email(&ann, "ben@example.org").await.unwrap(), "it is somebody else's");
    assert!(store.set_email(&ann, "anna@example.org").await.unwrap());
    assert!(store.person_by_email("ann@example.org").await.unwrap().is_none());
    assert_eq!(store.person_by_email("Anna@example.org").await.unwrap().unwrap().id, ann);
    for _ in 0..3 {
        store.open_session(&ann, "link", "a phone", HOUR, false).await.unwrap();
    }
    let all = store.sessions_of(&ann).await.unwrap();
    store.end_session(&ann, Some(&all[0].id), None).await.unwrap();
    store.end_session(&ann, None, Some(&all[1].id)).await.unwrap();
    assert_eq!(store.sessions_of(&ann).await.unwrap().len(), 1);
    store.add_passkey(&ann, "aa", "phone", "{}").await.unwrap();
    store.passkey_used(&ann, "aa", "{\"n\":1}").await.unwrap();
    assert!(store.passkeys(&ann).await.unwrap()[0].used_at > 0);
    assert!(store.remove_passkey(&ann, "aa").await.unwrap());
    let issuer = "https://login.example.org";
    store.arrive((issuer, "7"), "new@example.org", "en").await.unwrap();
    assert!(store.person_by_email("new@example.org").await.unwrap().is_some());
    assert!(store.tie_identity(&ann, issuer, "8").await.unwrap());
    assert!(!store.tie_identity(&ben, issuer, "8").await.unwrap(), "it is Ann's");
    assert_eq!(store.identities(&ann).await.unwrap().len(), 1);
    assert!(store.untie_identity(&ann, issuer, "8").await.unwrap());
    store.queue_mail("ann@example.org", "Hello", "Words").await.unwrap();
    let n = store.take_mails(1).await.unwrap()[0].n;
    store.mail_failed(n, "no", 0).await.unwrap();
    assert!(store.unsent_mails().await.unwrap()[0].given_up);
    store.retry_mail(n).await.unwrap();
    assert!(!store.unsent_mails().await.unwrap()[0].given_up);
}
