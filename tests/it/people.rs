//! People with accounts, what they propose, what is decided, and a backup of it all; the same on both databases.

use connector::{
    model::{
        account::{Member, PersonId, Role, SiteRole},
        change::{Speaker, facts, risks},
        id::Id,
        listing::{Body, OrganizationFacts},
        organization::Organization,
        proposal::{ProposalKind, ProposalState},
    },
    store::{Approval, Found, NewProposal, ProposalFilter, Store, StoreError, verify_backup},
};
use serde_json::json;

use crate::support::{hospital, listing, load, place, portal, source, sqlite};

const HOUR: i64 = 3_600_000_000;

/// A directory of one hospital.
pub async fn mercy(store: &Store) -> Organization {
    let mut facts = hospital("Mercy Hospital");
    facts.places.push(place("Boise", "ID", "83702"));
    facts.portals.push(portal("https://mychart.mercy.org/"));
    load(store, &source("vendor", 3), "2026-11-01", vec![listing("a", facts)]).await;
    standing(store).await
}

pub async fn standing(store: &Store) -> Organization {
    match store.organization_by_slug("mercy-hospital-boise-id").await.unwrap() {
        Found::Here(found) => *found,
        other => panic!("{other:?}"),
    }
}

/// Proposes a change as an owner; answers its number.
pub async fn propose(
    store: &Store,
    org: &Organization,
    author: &PersonId,
    change: impl Fn(&mut OrganizationFacts),
) -> i64 {
    let before = facts(org);
    let mut after = before.clone();
    change(&mut after);
    let (before, after) = (Body::Organization(Box::new(before)), Body::Organization(Box::new(after)));
    let said = store.said_by(Speaker::Owners, &org.id).await.unwrap().map(|said| said.body);
    let trusted = store.trusted_doors(&org.id).await.unwrap();
    let risks = risks(Some(&before), &after, &trusted);
    let new = NewProposal {
        speaker: Speaker::Owners,
        subject: Some(&org.id),
        author: Some(author),
        kind: ProposalKind::Form,
        before: said.as_ref(),
        after: &after,
        base: org.version,
        risks: &risks,
        publish_at: 0,
        why: "it is so",
    };
    store.propose(&new, &format!("owner:{author}")).await.unwrap()
}

pub async fn approve(store: &Store, n: i64, seen: i64) -> Result<ProposalState, StoreError> {
    let hash = store.proposal(n).await.unwrap().unwrap().hash;
    let approval = Approval { hash: &hash, seen, finals: &[], answer: "" };
    Ok(store.approve(n, &approval, "moderator:per-x").await?.state)
}

pub async fn somebody_signs_in_and_out(store: Store) {
    let ann = store.person_with_email(" Ann@Example.org ", "es").await.unwrap();
    assert_eq!(store.person_with_email("ann@example.org", "en").await.unwrap().id, ann.id, "one address, one account");
    let secret = store.open_session(&ann.id, "link", "a phone", HOUR, false).await.unwrap();
    let (session, person) = store.session(&secret).await.unwrap().unwrap();
    assert_eq!((session.fresh_at, person.lang.as_str()), (0, "es"));
    let fresh = store.freshen_session(&secret).await.unwrap().unwrap();
    assert!(store.session(&secret).await.unwrap().is_none(), "the old secret is worth nothing");
    assert!(store.session(&fresh).await.unwrap().unwrap().0.fresh_at > 0);
    store.set_site_role(&ann.id, SiteRole::Moderator, "operator:x").await.unwrap();
    assert!(store.session(&fresh).await.unwrap().is_none(), "a new role, a new session");
    assert_eq!(store.people_of_site().await.unwrap().len(), 1);
    store.add_passkey(&ann.id, "aa", "my phone", "{}").await.unwrap();
    assert!(store.add_passkey(&ann.id, "aa", "again", "{}").await.is_err());
    store.tie_identity(&ann.id, "https://login.example.org", "42").await.unwrap();
    store.close_person(&ann.id, "operator:x").await.unwrap();
    assert!(store.person(&ann.id).await.unwrap().is_none());
    assert!(store.passkeys(&ann.id).await.unwrap().is_empty());
    assert!(store.person_by_identity("https://login.example.org", "42").await.unwrap().is_none());
    assert_ne!(store.person_with_email("ann@example.org", "en").await.unwrap().id, ann.id, "nothing comes back");
    assert_eq!(store.audit_verify().await.unwrap().broken, None);
}

pub async fn a_ticket_is_good_once(store: Store) {
    let secret = store.issue_ticket("sign_in", "ann@example.org", "/manage", HOUR).await.unwrap();
    assert!(store.use_ticket("invite", &secret).await.unwrap().is_none(), "for something else");
    assert!(store.see_ticket("sign_in", &secret).await.unwrap().is_some());
    let (a, b) = tokio::join!(store.use_ticket("sign_in", &secret), store.use_ticket("sign_in", &secret));
    let used = [a.unwrap(), b.unwrap()].into_iter().flatten().collect::<Vec<_>>();
    assert_eq!(used, [("ann@example.org".to_owned(), "/manage".to_owned())], "once, also when two come at once");
    let old = store.issue_ticket("sign_in", "ann@example.org", "", 0).await.unwrap();
    assert!(store.use_ticket("sign_in", &old).await.unwrap().is_none(), "too old");
    assert_eq!(store.tickets_since("sign_in", "ann@example.org", 0).await.unwrap(), 2);
    let void = store.issue_ticket("sign_in", "ann@example.org", "", HOUR).await.unwrap();
    store.void_tickets("sign_in", "ann@example.org").await.unwrap();
    assert!(store.use_ticket("sign_in", &void).await.unwrap().is_none());
}

pub async fn places_end_and_freezes_hold(store: Store) {
    let org = mercy(&store).await;
    let ann = store.person_with_email("ann@example.org", "en").await.unwrap().id;
    let member = |role, expires_at| Member {
        subject: org.id.clone(),
        person: ann.clone(),
        role,
        proof: 0,
        invited_by: None,
        since: 1,
        expires_at,
    };
    store.set_member(&member(Role::Delegate, 1), "system").await.unwrap();
    assert!(store.member(&org.id, &ann).await.unwrap().is_none(), "it has ended");
    store.set_member(&member(Role::Editor, 0), "system").await.unwrap();
    assert_eq!(store.member(&org.id, &ann).await.unwrap().unwrap().role, Role::Editor);
    assert_eq!(store.memberships(&ann).await.unwrap().len(), 1);
    store.freeze(&org.id, "two_claims", "system").await.unwrap();
    store.freeze(&org.id, "proof_lost", "system").await.unwrap();
    assert_eq!(store.frozen(&org.id).await.unwrap().unwrap().why, "two_claims");
    store.let_go(&org.id, "moderator:x").await.unwrap();
    assert!(store.frozen(&org.id).await.unwrap().is_none());
    assert!(store.remove_member(&org.id, &ann, "system").await.unwrap());
    assert!(!store.remove_member(&org.id, &ann, "system").await.unwrap());
}

pub async fn a_proposal_is_decided_once_and_said(store: Store) {
    let org = mercy(&store).await;
    let ann = store.person_with_email("ann@example.org", "en").await.unwrap().id;
    let n = propose(&store, &org, &ann, |facts| facts.portals = vec![portal("https://new-vendor.com/mercy")]).await;
    assert!(matches!(approve(&store, n, org.version + 1).await, Err(StoreError::Conflict(_))), "not what was seen");
    assert_eq!(approve(&store, n, org.version).await.unwrap(), ProposalState::Published);
    assert!(matches!(approve(&store, n, org.version).await, Err(StoreError::Conflict(_))), "once");
    let now = standing(&store).await;
    assert_eq!(now.portals.iter().map(|portal| portal.domain.as_str()).collect::<Vec<_>>(), ["new-vendor.com"]);
    // A list that says the old door again does not bring it back.
    let mut facts = hospital("Mercy Hospital");
    facts.places.push(place("Boise", "ID", "83702"));
    facts.portals.push(portal("https://mychart.mercy.org/"));
    facts.phone = Some("(208) 555-0100".into());
    load(&store, &source("vendor", 3), "2026-11-02", vec![listing("a", facts)]).await;
    let now = standing(&store).await;
    assert_eq!((now.portals.len(), now.phone.as_deref()), (1, Some("(208) 555-0100")));
    let filter = ProposalFilter { states: &[ProposalState::Published], subject: Some(&org.id), author: Some(&ann) };
    assert_eq!(store.proposals(&filter, 0, 10).await.unwrap().len(), 1);
    assert_eq!(store.check().await.unwrap(), []);
}

pub async fn a_redacted_text_goes_from_what_was_proposed(store: Store) {
    let org = mercy(&store).await;
    let ann = store.person_with_email("ann@example.org", "en").await.unwrap().id;
    let n = propose(&store, &org, &ann, |facts| facts.aliases = vec!["Jane Roe Memorial".into()]).await;
    let folder = tempfile::tempdir().unwrap();
    store.redact_text("Jane Roe", folder.path(), "operator:x").await.unwrap();
    let proposal = store.proposal(n).await.unwrap().unwrap();
    assert_eq!(proposal.state, ProposalState::Withdrawn, "it is not what its author sent any more");
    assert!(!format!("{proposal:?}").contains("Jane Roe"));
    assert!(approve(&store, n, org.version).await.is_err());
}

pub async fn a_mail_is_one_senders_and_leaves_nothing(store: Store) {
    store.queue_mail("ann@example.org", "Hello", "Words").await.unwrap();
    let (a, b) = tokio::join!(store.take_mails(10), store.take_mails(10));
    let taken = [a.unwrap(), b.unwrap()].concat();
    assert_eq!(taken.len(), 1);
    store.mail_failed(taken[0].n, "busy", 1).await.unwrap();
    assert_eq!(store.take_mails(10).await.unwrap()[0].tries, 2);
    store.mail_sent(taken[0].n).await.unwrap();
    assert!(store.take_mails(10).await.unwrap().is_empty());
}

/// What a store holds, as a backup of it.
pub async fn written(store: &Store) -> Vec<u8> {
    let mut bytes = Vec::new();
    let sum = store.write_backup(&mut bytes).await.unwrap();
    assert_eq!(verify_backup(&mut bytes.as_slice()).unwrap(), sum);
    bytes
}

async fn filled(store: &Store) -> Id {
    let org = mercy(store).await;
    let ann = store.person_with_email("ann@example.org", "en").await.unwrap().id;
    let n = propose(store, &org, &ann, |facts| facts.aliases = vec!["Clínica Ñandú 🚪".into()]).await;
    approve(store, n, org.version).await.unwrap();
    store.audit("system", "x", "y", &json!({ "a": [1, "ñ"] })).await.unwrap();
    org.id
}

async fn is_as(one: &Store, other: &Store) {
    assert_eq!(one.organizations(None, 10).await.unwrap(), other.organizations(None, 10).await.unwrap());
    assert_eq!(one.audit_verify().await.unwrap(), other.audit_verify().await.unwrap());
    assert_eq!(other.check().await.unwrap(), []);
}

pub async fn a_backup_comes_back_elsewhere(store: Store) {
    filled(&store).await;
    let bytes = written(&store).await;
    let folder = tempfile::tempdir().unwrap();
    let again = sqlite(folder.path()).await;
    again.read_backup(&mut bytes.as_slice()).await.unwrap();
    is_as(&store, &again).await;
}

pub async fn a_backup_from_elsewhere_comes_in(store: Store) {
    let folder = tempfile::tempdir().unwrap();
    let other = sqlite(folder.path()).await;
    let id = filled(&other).await;
    let bytes = written(&other).await;
    // A broken one leaves nothing.
    let cut = &bytes[..bytes.len() - 20];
    assert!(store.read_backup(&mut &cut[..]).await.is_err());
    assert!(store.organizations(None, 10).await.unwrap().is_empty());
    store.read_backup(&mut bytes.as_slice()).await.unwrap();
    is_as(&other, &store).await;
    // And it goes on from there.
    let org = standing(&store).await;
    assert_eq!(org.id, id);
    load(&store, &source("vendor", 3), "2026-11-05", vec![listing("b", hospital("Another Hospital"))]).await;
    assert_eq!(store.check().await.unwrap(), []);
}
