//! What people are told, of whom, and how often.

use std::{collections::BTreeSet, sync::atomic::Ordering};

use axum::http::StatusCode;

use super::*;
use crate::{
    accounts::testing::{Office, Visitor},
    clock::Clock,
    model::{
        account::Role,
        change::{Risk, Speaker},
        claim::ClaimMethod,
        listing::Body,
        notice::{By, News},
        proposal::{ProposalKind, ProposalState},
        submission::{Report, SubmissionKind, Wrong},
    },
    profile::{Submission, attest::attest, submit},
    site::served::{BOISE, hospital},
    store::{Letter, NewClaim, NewProposal},
};

fn days_pass(office: &Office, days: i64) {
    let Clock::Standing(at) = &office.app().clock else { panic!("a clock that is set") };
    at.fetch_add(days * 86_400_000_000, Ordering::Relaxed);
}

async fn told(office: &Office, who: &Visitor) -> Vec<News> {
    follow(office.app()).await.unwrap();
    let all = office.app().store.notices(&who.person.id, None, 0, 100).await.unwrap();
    all.into_iter().rev().map(|notice| notice.news).collect()
}

/// The vendor's list says another phone number.
async fn import(office: &Office, phone: &str) {
    let mut listing = hospital("a", "Boise", "ID", "83702");
    if let Body::Organization(facts) = &mut listing.body {
        facts.phone = Some(phone.into());
    }
    office.site.load(vec![listing, hospital("b", "Tampa", "FL", "33607"), crate::site::served::app()]).await;
}

/// Somebody who manages it sends another description.
async fn edit(office: &Office, by: &Visitor, id: &Id, words: &str) {
    let standing = standing(office.app(), id).await.unwrap().unwrap();
    let Body::Organization(facts) = &standing.listing else { panic!("an organization") };
    let mut facts = facts.clone();
    facts.description = Some(words.into());
    let sent = Submission {
        subject: id,
        author: &by.person.id,
        kind: ProposalKind::Form,
        began: None,
        after: Body::Organization(facts),
        express: BTreeSet::new(),
        why: "",
        publish_at: 0,
        delegate: false,
    };
    submit(office.app(), sent).await.unwrap();
}

#[tokio::test]
async fn others_changes_are_told_and_ones_own_are_not() {
    let office = Office::new(pages()).await;
    let id = office.site.organization(BOISE).await.id;
    import(&office, "(208) 555-0100").await;
    days_pass(&office, 1);
    let (owner, editor, delegate, viewer) = (
        office.person("o@example.org", false).await,
        office.person("e@example.org", false).await,
        office.person("d@example.org", false).await,
        office.person("v@example.org", false).await,
    );
    for (who, role) in
        [(&owner, Role::Owner), (&editor, Role::Editor), (&delegate, Role::Delegate), (&viewer, Role::Viewer)]
    {
        office.place(who, &id, role).await;
    }
    assert_eq!(told(&office, &owner).await, [], "nothing of what was before they came");
    import(&office, "(208) 555-0111").await;
    let found = told(&office, &owner).await;
    assert!(
        matches!(&found[..], [News::Changed { by: By::Import { source }, fields, .. }] if source == "vendor" && *fields == ["phone"]),
        "{found:?}"
    );
    assert_eq!(told(&office, &viewer).await, [], "who only looks is told nothing");
    assert_eq!(told(&office, &owner).await.len(), 1, "once");
    edit(&office, &owner, &id, "Open since 1911.").await;
    assert_eq!(told(&office, &owner).await.len(), 1, "not of one’s own");
    assert!(matches!(told(&office, &editor).await.last(), Some(News::Changed { by: By::Team, .. })));
    edit(&office, &delegate, &id, "Open since 1912.").await;
    assert!(matches!(told(&office, &owner).await.last(), Some(News::Changed { by: By::Delegate, .. })));
    office.app().store.suppress(&id, &["aliases/x".into()], true, "moderator:x").await.unwrap();
    let count = told(&office, &owner).await.len();
    attest(office.app(), &id, &editor.person.id).await.unwrap();
    assert_eq!(told(&office, &owner).await.len(), count, "a confirmation is no change");
}

#[tokio::test]
async fn reports_reach_owners_and_no_words_of_whoever_sent_them() {
    let office = Office::new(pages()).await;
    let owner = office.person("o@example.org", false).await;
    let id = office.site.organization(BOISE).await.id;
    office.place(&owner, &id, Role::Owner).await;
    let report = Report {
        wrong: Wrong::Contact,
        door: None,
        name: String::new(),
        place: String::new(),
        website: String::new(),
        right: "My cancer results were at (900) 555-0100".into(),
        how: String::new(),
        lang: "en".into(),
    };
    let kind = SubmissionKind::ALL[0];
    office.app().store.submit(kind, Some(&id), &report, "secret@example.com").await.unwrap();
    assert_eq!(told(&office, &owner).await, [News::Report { n: 1 }]);
    assert_eq!(send(office.app()).await.unwrap(), 1);
    let mails = office.app().store.take_mails(10).await.unwrap();
    assert_eq!((mails.len(), mails[0].address.as_str()), (1, "o@example.org"));
    let body = &mails[0].body;
    assert!(body.contains("https://connector.example.org/manage/") && !body.contains("cancer"), "{body}");
    assert!(!body.contains("secret@"));
    let page = office.get(Some(&owner), "/manage/notices").await;
    assert!(page.body.contains("reported a problem") && !page.body.contains("cancer"));
}

#[tokio::test]
async fn mails_come_at_most_once_a_day_and_end_with_reading() {
    let office = Office::new(pages()).await;
    let owner = office.person("o@example.org", false).await;
    let id = office.site.organization(BOISE).await.id;
    office.place(&owner, &id, Role::Owner).await;
    let app = office.app();
    import(&office, "(208) 555-0100").await;
    told(&office, &owner).await;
    assert_eq!((send(app).await.unwrap(), send(app).await.unwrap()), (1, 0), "one mail");
    import(&office, "(208) 555-0111").await;
    told(&office, &owner).await;
    assert_eq!(send(app).await.unwrap(), 0, "not twice a day");
    days_pass(&office, 1);
    assert_eq!((send(app).await.unwrap(), send(app).await.unwrap()), (1, 0));
    import(&office, "(208) 555-0122").await;
    told(&office, &owner).await;
    let owner = office.person("o@example.org", false).await;
    let page = office.get(Some(&owner), "/es/manage/notices").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("Teléfono"));
    let upto = page.dom().attributes("[name=upto]", "value").pop().unwrap();
    let read = office.post(Some(&owner), "/manage/notices/read", &[("upto", &upto)]).await;
    assert_eq!(read.location(), "/manage/notices");
    days_pass(&office, 1);
    assert_eq!(send(app).await.unwrap(), 0, "what was read is not sent");
    assert_eq!(app.store.unread_notices(&owner.person.id).await.unwrap(), 0);
}

#[tokio::test]
async fn half_a_year_without_a_word_is_told_once_and_shown_quietly() {
    let office = Office::new(pages()).await;
    let owner = office.person("o@example.org", false).await;
    let id = office.site.organization(BOISE).await.id;
    office.place(&owner, &id, Role::Owner).await;
    let app = office.app();
    attest(app, &id, &owner.person.id).await.unwrap();
    days_pass(&office, 100);
    assert_eq!(stale(app).await.unwrap(), 0);
    assert!(!office.site.get(&format!("/organizations/{BOISE}")).await.body.contains("class=\"unconfirmed\""));
    days_pass(&office, 100);
    assert_eq!((stale(app).await.unwrap(), stale(app).await.unwrap()), (1, 0), "once");
    days_pass(&office, 1);
    assert_eq!(stale(app).await.unwrap(), 0);
    assert_eq!(send(app).await.unwrap(), 1);
    let mail = app.store.take_mails(1).await.unwrap().pop().unwrap();
    assert!(mail.body.contains(&format!("https://connector.example.org/manage/{id}/confirm")), "{}", mail.body);
    let page = office.site.get(&format!("/organizations/{BOISE}")).await;
    assert!(
        page.body.contains("Last confirmed by this organization on 22 Nov 2026"),
        "a grey line, and nothing is gone"
    );
    assert!(page.body.contains("https://boise.example.org/mychart"));
    attest(app, &id, &owner.person.id).await.unwrap();
    assert!(!office.site.get(&format!("/organizations/{BOISE}")).await.body.contains("class=\"unconfirmed\""));
    days_pass(&office, 200);
    assert_eq!(stale(app).await.unwrap(), 1, "half a year later again");
}

#[tokio::test]
async fn notices_of_others_are_nobodys_to_read() {
    let office = Office::new(pages()).await;
    let (owner, other) = (office.person("o@example.org", false).await, office.person("x@example.org", false).await);
    let id = office.site.organization(BOISE).await.id;
    office.place(&owner, &id, Role::Owner).await;
    import(&office, "(208) 555-0100").await;
    told(&office, &owner).await;
    assert_eq!(office.get(Some(&other), &format!("/manage/{id}/notices")).await.status, StatusCode::NOT_FOUND);
    let page = office.get(Some(&other), "/manage/notices").await;
    assert!(!page.body.contains("St. Joseph"));
    office.post(Some(&other), "/manage/notices/read", &[("upto", "9999")]).await;
    assert_eq!(office.app().store.unread_notices(&owner.person.id).await.unwrap(), 1);
    assert_eq!(office.get(Some(&owner), &format!("/manage/{id}/notices")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_moderators_decide_is_told_to_who_sent_it_and_to_their_team() {
    let mut all = pages();
    all.extend(crate::manage::home::pages());
    let office = Office::new(all).await;
    let (owner, other, rival) = (
        office.person("o@example.org", false).await,
        office.person("p@example.org", false).await,
        office.person("r@example.org", false).await,
    );
    let id = office.site.organization(BOISE).await.id;
    office.place(&owner, &id, Role::Owner).await;
    office.place(&other, &id, Role::Editor).await;
    let store = &office.app().store;
    let standing = standing(office.app(), &id).await.unwrap().unwrap();
    let new = NewProposal {
        speaker: Speaker::Owners,
        subject: Some(&id),
        author: Some(&owner.person.id),
        kind: ProposalKind::Form,
        before: None,
        after: &standing.listing,
        base: standing.version,
        risks: &[Risk::Phone],
        publish_at: 0,
        why: "",
    };
    let n = store.propose(&new, "owner:x").await.unwrap();
    let hash = store.proposal(n).await.unwrap().unwrap().hash;
    store.turn_down(n, &hash, ProposalState::Rejected, "No.", "moderator:m").await.unwrap();
    let state = ProposalState::Rejected;
    assert_eq!(told(&office, &owner).await, [News::Decided { n, state }]);
    assert_eq!(told(&office, &other).await, [News::DecidedForTeam { n, state }]);
    let claim = NewClaim {
        subject: &id,
        person: &rival.person.id,
        role: Role::Owner,
        method: ClaimMethod::Documents,
        domain: "",
        note: "",
    };
    let n = store.open_claim(&claim).await.unwrap().n;
    let letter = Letter { address: "r@example.org".into(), subject: "a".into(), body: "b".into() };
    let own = format!("moderator:{}", rival.person.id);
    let refused = store.decide_claim_and_tell(n, false, "", &own, std::slice::from_ref(&letter)).await;
    assert!(refused.is_err(), "nobody decides their own");
    assert!(store.take_mails(9).await.unwrap().is_empty(), "no mail of what was not decided");
    store.decide_claim_and_tell(n, false, "Who?", "moderator:m", &[letter]).await.unwrap();
    assert_eq!(store.take_mails(9).await.unwrap().len(), 1);
    assert_eq!(told(&office, &rival).await, [News::ClaimDecided { n, accepted: false, own: true }]);
    let last = told(&office, &owner).await.pop();
    assert_eq!(last, Some(News::ClaimDecided { n, accepted: false, own: false }));
    let home = office.get(Some(&rival), "/es/manage").await.dom();
    assert!(home.text(".note").contains("1 aviso"), "{}", home.text("main"));
    let page = office.get(Some(&rival), "/es/manage/notices").await;
    assert!(page.body.contains("Una persona miró su reclamación y no pudo aceptarla."));
    assert!(page.dom().attributes(".notices a", "href").contains(&format!("/es/manage/claims/{n}")));
}
