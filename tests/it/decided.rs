//! What those who look after the directory leave in the store: the queue, motions, hosts, what was taken back; the same on
//! both databases.

use connector::{
    clock::Clock,
    model::{
        account::{PersonId, Role},
        change::{Speaker, facts},
        claim::ClaimMethod,
        listing::Body,
        proposal::{Final, ProposalKind, ProposalState},
        submission::{SubmissionKind, Wrong},
    },
    store::{Approval, InStep, MotionKind, NewClaim, NewProposal, QueueKind, Replacement, Store, StoreError},
};
use serde_json::{Value, json};

use crate::{
    managed::{HOUR, person, place_at},
    people::{mercy, propose, standing, written},
    submissions::report,
    support::{hospital, later, listing, load, place, portal, source},
};

const DAY: i64 = 24 * HOUR;

pub async fn a_motion_is_confirmed_by_another_and_a_host_let_off(store: Store) {
    let org = mercy(&store).await;
    let (ann, ben) = (person(&store, "ann@example.org").await, person(&store, "ben@example.org").await);
    let hash = async |n| store.motion(n).await.unwrap().unwrap().hash;
    let host = "mychart.mercy.org";
    assert_eq!(store.host_reach(host).await.unwrap().some, std::slice::from_ref(&org.id));
    assert_eq!(store.recall_host(host, "moderator:x").await.unwrap(), 1);
    assert_eq!(store.recalled_hosts().await.unwrap()[0].0, host);
    assert_eq!(standing(&store).await.live_portals().count(), 0);
    let n = store.make_motion(MotionKind::LetOff, host, &json!({ "why": "they mended it" }), &ann).await.unwrap();
    assert!(matches!(store.let_host_off(n, &hash(n).await, &ann).await, Err(StoreError::Refused(_))), "one's own");
    assert!(matches!(store.let_host_off(n, "other", &ben).await, Err(StoreError::Conflict(_))), "not what was read");
    assert_eq!(store.let_host_off(n, &hash(n).await, &ben).await.unwrap(), 1);
    assert_eq!(standing(&store).await.live_portals().count(), 1);
    assert!(store.recalled_hosts().await.unwrap().is_empty());
    assert!(matches!(store.let_host_off(n, &hash(n).await, &ben).await, Err(StoreError::Conflict(_))), "once");

    let closing = store.make_motion(MotionKind::Close, "mercy.org", &json!({}), &ann).await.unwrap();
    assert_eq!(store.motions(true, 9).await.unwrap().iter().map(|motion| motion.n).collect::<Vec<_>>(), [closing]);
    store.refuse_motion(closing, &hash(closing).await, &ann).await.unwrap();
    let moving = store.make_motion(MotionKind::Move, "mercy.org mercy.com", &json!({}), &ann).await.unwrap();
    assert!(store.carry_motion(moving, &hash(moving).await, &ben).await.unwrap().carried);
    let deeds = json!({ "proposals": [1], "out": [] });
    store.motion_done(moving, &deeds).await.unwrap();
    let undo = store.make_motion(MotionKind::Undo, &moving.to_string(), &deeds, &ben).await.unwrap();
    store.carry_motion(undo, &hash(undo).await, &ann).await.unwrap();
    let all = store.motions(false, 9).await.unwrap();
    assert_eq!(all.iter().map(|motion| motion.carried).collect::<Vec<_>>(), [true, true, false, true]);
    assert_eq!((&all[1].result, &all[0].body), (&deeds, &deeds));
    assert_eq!(store.audit_verify().await.unwrap().broken, None);
}

pub async fn everything_that_waits_stands_in_the_queue(store: Store) {
    let org = mercy(&store).await;
    let (ann, ben) = (person(&store, "ann@example.org").await, person(&store, "ben@example.org").await);
    let n = propose(&store, &org, &ann, |facts| facts.name = "Mercy Medical Center".into()).await;
    let (subject, method) = (&org.id, ClaimMethod::Documents);
    let claim = NewClaim { subject, person: &ann, role: Role::Owner, method, domain: "", note: "" };
    store.open_claim(&claim).await.unwrap();
    store.submit(SubmissionKind::Problem, Some(&org.id), &report(Wrong::LooksFake, "odd"), "").await.unwrap();
    store.freeze(&org.id, "moderator", "moderator:x").await.unwrap();
    // A list that says another door in place of the one that is live: it waits whole.
    let mut facts = hospital("Mercy Hospital");
    facts.places.push(place("Boise", "ID", "83702"));
    facts.portals.push(portal("https://elsewhere.example.com/"));
    load(&store, &source("vendor", 3), "2026-11-02", vec![listing("a", facts)]).await;
    let kinds: Vec<QueueKind> = store.queue().await.unwrap().into_iter().map(|row| row.kind).collect();
    let waits = [QueueKind::Proposal, QueueKind::Claim, QueueKind::Load, QueueKind::Report, QueueKind::Frozen];
    assert_eq!(kinds, waits);
    let reach = store.reach(std::slice::from_ref(&org.id)).await.unwrap()[&org.id];
    assert_eq!((reach.listed, reach.sharing), (true, 1));
    assert_eq!(store.author_record(&ann).await.unwrap().open, 1);
    assert_eq!(store.carriers(&["mercy.org".into(), "nobody.org".into()]).await.unwrap().len(), 1);
    assert!(store.common_domains().await.unwrap().is_empty());
    let item = format!("proposal:{n}");
    assert_eq!(store.take_item(&item, &ann, "moderator:x").await.unwrap().person, ann);
    assert_eq!(store.take_item(&item, &ben, "moderator:x").await.unwrap().person, ann);
    assert_eq!(store.on_desks().await.unwrap().len(), 1);
    assert!(store.release_item(&item, &ann, "moderator:x").await.unwrap());
    assert!(store.on_desk(&item).await.unwrap().is_none());
    store.keep_draft(&ann, &org.id, "{}", "a").await.unwrap();
    store.keep_draft(&ann, &org.id, "{\"a\":1}", "b").await.unwrap();
    assert_eq!(store.draft(&ann, &org.id).await.unwrap().unwrap().base, "b");
    store.drop_draft(&ann, &org.id).await.unwrap();
    assert!(store.draft(&ann, &org.id).await.unwrap().is_none());
    assert_eq!(store.delegated_since(&ann, &org.id, 0).await.unwrap(), 0);
}

pub async fn what_is_approved_for_a_day_is_said_on_it(store: Store, clock: Clock) {
    let org = mercy(&store).await;
    let ann = person(&store, "ann@example.org").await;
    let mut said = facts(&org);
    said.name = "Mercy Medical Center".into();
    let (after, edited) = (Body::Organization(Box::new(said.clone())), {
        said.name = "Mercy Health".into();
        Body::Organization(Box::new(said))
    });
    let new = |after, publish_at| NewProposal {
        speaker: Speaker::Owners,
        subject: Some(&org.id),
        author: Some(&ann),
        kind: ProposalKind::Form,
        before: None,
        after,
        base: org.version,
        risks: &[],
        publish_at,
        why: "",
    };
    let hash = async |n| store.proposal(n).await.unwrap().unwrap().hash;
    let n = store.propose(&new(&after, clock.micros() + HOUR), "owner:x").await.unwrap();
    let asked = store.turn_down(n, &hash(n).await, ProposalState::Asked, "Since when?", "moderator:x").await.unwrap();
    assert_eq!(asked.state, ProposalState::Asked);
    let (hash_read, seen) = (hash(n).await, org.version);
    let with = Replacement {
        hash: &hash_read,
        seen,
        new: &new(&edited, clock.micros() + HOUR),
        at_once: false,
        answer: "so it is",
    };
    let n = store.replace_proposal(n, &with, "moderator:x").await.unwrap().n;
    let led = [Final { url: "https://mercy.org/".into(), trust_key: "mercy.org".into() }];
    let approval = Approval { hash: &hash(n).await, seen, finals: &led, answer: "" };
    assert_eq!(store.approve(n, &approval, "moderator:x").await.unwrap().state, ProposalState::Scheduled);
    assert!(store.due_proposals(9).await.unwrap().is_empty());
    later(&clock, HOUR);
    assert_eq!(store.due_proposals(9).await.unwrap().len(), 1);
    assert_eq!(store.publish_due(n, &[]).await.unwrap().state, ProposalState::Waiting, "a door leads elsewhere");
    store.approve(n, &approval, "moderator:x").await.unwrap();
    let done = store.proposal(n).await.unwrap().unwrap();
    assert_eq!(done.state, ProposalState::Published);
    assert_eq!(store.proposal_of_load(done.load).await.unwrap(), Some(n));
    assert_eq!(store.said_by_person(ann.as_str(), 0, 9).await.unwrap(), [n]);
    assert_eq!(store.said_by(Speaker::Owners, &org.id).await.unwrap().unwrap().date, clock.today());
    let last = store.last_revision().await.unwrap();
    assert!(store.logged_one(last).await.unwrap().is_some());

    // A moderator takes a door out, and lets it in again; a year later the owners' words are merged anew.
    let items = ["portals/mychart.mercy.org".to_owned()];
    store.suppress(&org.id, &items, true, "moderator:x").await.unwrap();
    let noted = store.audit_entries(None, &["items.taken_out"], 0, 1).await.unwrap();
    assert!(noted[0].detail.contains("portals/") && !noted[0].detail.contains("mychart"), "{noted:?}");
    store.suppress(&org.id, &items, false, "moderator:x").await.unwrap();
    store.age_owners().await.unwrap();
    later(&clock, 366 * DAY);
    assert_eq!(store.age_owners().await.unwrap(), 1);
    assert_eq!(store.age_owners().await.unwrap(), 0, "once a day");
    assert_eq!(store.check().await.unwrap(), []);
    assert_eq!(store.audit_verify().await.unwrap().broken, None);
}

/// The text that must go; quotes stand otherwise in JSON than in plain columns.
const TEXT: &str = "Zebulon \"Zeb\" Quill";

async fn motion(store: &Store, body: &Value, author: &PersonId) -> i64 {
    store.make_motion(MotionKind::Move, "mercy.org mercy.com", body, author).await.unwrap()
}

pub async fn a_redacted_text_goes_from_all_that_people_left(store: Store) {
    let org = mercy(&store).await;
    let (ann, ben) = (person(&store, "ann@example.org").await, person(&store, "ben@example.org").await);
    place_at(&store, &org.id, &ann, Role::Owner).await;
    let url = "https://mercy.org/zebulon-zeb-quill.json";
    let touched = json!({ "id": org.id, "name": format!("Practice of {TEXT}"), "version": 1,
        "doors": [[url, "https://mercy.com/"], ["https://mercy.org/", null]] });
    let across = json!({ "why": TEXT, "touched": [touched] });
    let (waits, carried) = (motion(&store, &across, &ann).await, motion(&store, &across, &ann).await);
    let untouched = motion(&store, &json!({ "why": "they moved" }), &ann).await;
    let hash = store.motion(carried).await.unwrap().unwrap().hash;
    store.carry_motion(carried, &hash, &ben).await.unwrap();
    let items = |key: &str| json!([org.id, [format!("portals/{key}"), "portals/mercy.org"]]);
    let deeds = json!({ "proposals": [4], "out": [items("mercy.org/zebulon-zeb-quill"), items("mercy.com")] });
    store.motion_done(carried, &deeds).await.unwrap();
    store.rename_person(&ann, TEXT, "en").await.unwrap();
    store.add_passkey(&ann, "aa", &format!("phone of {TEXT}"), "{}").await.unwrap();
    let ends = "2026-11-23T12:00:00Z".parse::<jiff::Timestamp>().unwrap().as_microsecond();
    store.issue_token(&ann, &org.id, (&format!("job of {TEXT}"), &["read"]), ends).await.unwrap();
    store.keep_draft(&ann, &org.id, &json!({ "name": TEXT }).to_string(), "a").await.unwrap();
    let method = ClaimMethod::Documents;
    let note = format!("I am {TEXT}.\nCall me.");
    let claim = NewClaim { subject: &org.id, person: &ben, role: Role::Owner, method, domain: "", note: &note };
    let claim = store.open_claim(&claim).await.unwrap().n;
    let list = InStep {
        subject: org.id.clone(),
        url: url.into(),
        brand: "Organization/1".into(),
        person: ann.clone(),
        hash: String::new(),
        checked_at: 0,
        error: String::new(),
    };
    store.set_in_step(&list, "owner:x").await.unwrap();
    store.queue_mail("ann@example.org", "Hello", &format!("Dear {TEXT}")).await.unwrap();
    store.queue_mail("ben@example.org", "Hello", "Dear Ben").await.unwrap();
    let ticket = store.issue_ticket("join", org.id.as_str(), &json!({ "name": TEXT }).to_string(), HOUR).await.unwrap();
    let kept = store.issue_ticket("join", org.id.as_str(), "{}", HOUR).await.unwrap();
    store.suppress(&org.id, &["aliases/zebulon zeb quill".into()], true, "moderator:x").await.unwrap();
    assert!(String::from_utf8_lossy(&written(&store).await).contains("Zebulon"), "it is looked for where it stood");

    let folder = tempfile::tempdir().unwrap();
    store.redact_text(TEXT, folder.path(), "operator:x").await.unwrap();
    let left = String::from_utf8_lossy(&written(&store).await).to_lowercase();
    let lines: Vec<&str> = left.lines().filter(|line| line.contains("zebulon")).collect();
    assert_eq!(lines, Vec::<&str>::new());
    // A backup has no tickets.
    assert!(store.see_ticket("join", &ticket).await.unwrap().is_none());
    assert!(store.see_ticket("join", &kept).await.unwrap().is_some());
    let now = async |n| store.motion(n).await.unwrap().unwrap();
    assert!(!now(waits).await.waits && !now(waits).await.carried, "it is not what its author made any more");
    assert!(now(untouched).await.waits);
    let done = now(carried).await;
    assert!(done.carried && done.hash == hash, "what was confirmed stays so");
    let doors = json!([["https://mercy.org/", null]]);
    assert_eq!((&done.body["touched"][0]["name"], &done.body["touched"][0]["doors"]), (&json!("Practice of"), &doors));
    assert_eq!(done.result, json!({ "proposals": [4], "out": [items("mercy.com")] }), "it can still be taken back");
    assert_eq!(store.claim(claim).await.unwrap().unwrap().note, "I am . Call me.");
    assert_eq!(store.person(&ann).await.unwrap().unwrap().name, "");
    assert_eq!(store.passkeys(&ann).await.unwrap()[0].name, "phone of");
    assert_eq!(store.tokens(&org.id).await.unwrap()[0].name, "job of");
    assert!(store.draft(&ann, &org.id).await.unwrap().is_none() && store.in_step(&org.id).await.unwrap().is_none());
    assert_eq!(store.unsent_mails().await.unwrap().len(), 1);
    assert_eq!(store.audit_verify().await.unwrap().broken, None);
}
