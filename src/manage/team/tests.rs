use axum::http::StatusCode;

use crate::{
    accounts::testing::Visitor,
    manage::claim::tests::Desk,
    model::{
        account::Role,
        claim::{ClaimMethod, ClaimState},
    },
};

async fn invite(desk: &Desk, by: &Visitor, email: &str, role: &str, until: &str) -> String {
    let form = [("email", email), ("role", role), ("until", until)];
    let answer = desk.office.post(Some(by), &format!("/manage/{}/team/invite", desk.mercy), &form).await;
    answer.location().rsplit_once("done=").map_or_else(|| answer.status.to_string(), |(_, word)| word.to_owned())
}

/// The secret of the last invitation that was sent to somebody.
async fn secret(desk: &Desk, to: &str) -> String {
    let mails = desk.office.app().store.take_mails(50).await.unwrap();
    let mail = mails.into_iter().rfind(|mail| mail.address == to && mail.body.contains("/manage/join?")).unwrap();
    mail.body.split_once("ticket=").unwrap().1.trim().to_owned()
}

#[tokio::test]
async fn an_owner_invites_and_the_link_is_good_once_for_one_address() {
    let desk = Desk::new().await;
    let ann = desk.office.person("ann@mercy.org", true).await;
    desk.prove(&ann).await;
    assert_eq!(invite(&desk, &ann, "Bob@Mercy.org", "editor", "").await, "invited");
    let secret = secret(&desk, "bob@mercy.org").await;
    let (bob, eve) = (desk.office.person("bob@mercy.org", true).await, desk.office.person("eve@evil.org", true).await);
    let path = format!("/manage/join?ticket={secret}");
    assert!(desk.office.get(Some(&eve), &path).await.dom().text("main").contains("another e-mail address"));
    let form = [("ticket", secret.as_str())];
    assert_eq!(desk.office.post(Some(&eve), "/manage/join", &form).await.status, StatusCode::OK);
    assert!(desk.office.get(Some(&bob), &path).await.dom().text("main").contains("Mercy Hospital"));
    assert_eq!(desk.office.post(Some(&bob), "/manage/join", &form).await.location(), "/manage");
    let again = desk.office.post(Some(&bob), "/manage/join", &form).await;
    assert!(again.dom().text("main").contains("no good any more"), "a link is good once");
    let member = desk.office.app().store.member(&desk.mercy, &bob.person.id).await.unwrap().unwrap();
    assert_eq!((member.role, member.proof, member.invited_by), (Role::Editor, 0, Some(ann.person.id.clone())));
    let mails = desk.office.app().store.take_mails(50).await.unwrap();
    assert!(mails.iter().any(|mail| mail.address == "ann@mercy.org"), "the owner is told");
    let page = desk.office.get(Some(&bob), &format!("/manage/{}/team", desk.mercy)).await;
    assert!(!page.body.contains("ann@mercy.org"), "editors see no addresses");
    assert_eq!(invite(&desk, &bob, "x@mercy.org", "editor", "").await, "404 Not Found", "editors invite nobody");
    assert_eq!(invite(&desk, &eve, "x@mercy.org", "editor", "").await, "404 Not Found");
}

#[tokio::test]
async fn changes_need_a_passkey_shown_just_now_and_good_words() {
    let desk = Desk::new().await;
    let ann = desk.office.person("ann@mercy.org", false).await;
    desk.prove(&ann).await;
    assert_eq!(invite(&desk, &ann, "bob@mercy.org", "editor", "").await, "403 Forbidden");
    let ann = desk.office.person("ann@mercy.org", true).await;
    for (email, role, until, word) in [
        ("nobody", "editor", "", "email"),
        ("bob@mercy.org", "king", "", "role"),
        ("vic@vendor.com", "delegate", "2029-01-01", "until"),
        ("vic@vendor.com", "delegate", "2020-01-01", "until"),
        ("vic@vendor.com", "delegate", "", "invited"),
    ] {
        assert_eq!(invite(&desk, &ann, email, role, until).await, word, "{email} {role} {until}");
    }
    let secret = secret(&desk, "vic@vendor.com").await;
    let vic = desk.office.person("vic@vendor.com", true).await;
    desk.office.post(Some(&vic), "/manage/join", &[("ticket", &secret)]).await;
    let member = desk.office.app().store.member(&desk.mercy, &vic.person.id).await.unwrap().unwrap();
    let year = 366 * 24 * 3_600 * 1_000_000_i64;
    let now = desk.office.app().clock.micros();
    assert!(member.expires_at > now && member.expires_at <= now + year, "a vendor's place ends");
    let void = desk.office.post(Some(&ann), &format!("/manage/{}/team/void", desk.mercy), &[]).await;
    assert!(void.location().ends_with("done=voided"));
}

#[tokio::test]
async fn an_owner_more_waits_and_the_last_one_stays() {
    let desk = Desk::new().await;
    let ann = desk.office.person("ann@mercy.org", true).await;
    desk.prove(&ann).await;
    let team = format!("/manage/{}/team", desk.mercy);
    let leave = desk.office.post(Some(&ann), &format!("{team}/leave"), &[]).await;
    assert!(leave.location().ends_with("done=last"));
    assert_eq!(invite(&desk, &ann, "bob@mercy.org", "owner", "").await, "invited");
    let secret = secret(&desk, "bob@mercy.org").await;
    let bob = desk.office.person("bob@mercy.org", true).await;
    let joined = desk.office.post(Some(&bob), "/manage/join", &[("ticket", &secret)]).await;
    assert!(joined.location().starts_with("/manage/claims/"));
    let store = &desk.office.app().store;
    let claim = store.claims(&[ClaimState::Waiting], Some(&desk.mercy), None, 0, 10).await.unwrap().pop().unwrap();
    assert_eq!((claim.method, store.member(&desk.mercy, &bob.person.id).await.unwrap()), (ClaimMethod::Invited, None));
    store.decide_claim(claim.n, true, "", "moderator:per-x").await.unwrap();
    // Nobody is raised by a form, whoever sends it.
    let raise = [("person", ann.person.id.as_str()), ("role", "owner")];
    let raised = desk.office.post(Some(&bob), &format!("{team}/role"), &raise).await;
    assert!(raised.location().ends_with("done=role"));
    let remove = [("person", ann.person.id.as_str())];
    let removed = desk.office.post(Some(&bob), &format!("{team}/remove"), &remove).await;
    assert!(removed.location().ends_with("done=last"), "whoever proved it is not put out by whoever never did");
    let removed = desk.office.post(Some(&ann), &format!("{team}/remove"), &[("person", bob.person.id.as_str())]).await;
    assert!(removed.location().ends_with("done=removed"));
    assert_eq!(store.members(&desk.mercy).await.unwrap().len(), 1);
}
