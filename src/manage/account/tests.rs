use axum::http::StatusCode;
use serde_json::json;

use super::super::sign_in::tests::{given, later, mails, office, path, secret, send, whose, with_passkey};
use crate::{
    accounts::authenticator::Authenticator,
    model::account::{Role, SiteRole},
    site::samples,
};

#[tokio::test]
async fn a_name_is_kept_and_nothing_that_was_not_asked_for() {
    let office = office().await;
    let ana = office.person("ana@example.org", false).await;
    let fields = [("name", "<b>Ana</b>"), ("lang", "es"), ("site_role", "administrator"), ("email", "x@evil.example")];
    let answer = office.post(Some(&ana), "/account/name", &fields).await;
    assert_eq!(answer.location(), "/account?done=name");
    let now = office.app().store.person(&ana.person.id).await.unwrap().unwrap();
    assert_eq!((now.name.as_str(), now.lang.as_str()), ("<b>Ana</b>", "es"));
    assert_eq!((now.email.as_str(), now.site_role), ("ana@example.org", SiteRole::None), "nobody fills in more");
    let page = office.get(Some(&ana), "/es/account?done=name").await;
    assert!(page.body.contains("&#60;b&#62;Ana") && !page.body.contains("<b>Ana"));
    office.post(Some(&ana), "/account/name", &[("name", "Ana"), ("lang", "xx")]).await;
    assert_eq!(office.app().store.person(&ana.person.id).await.unwrap().unwrap().lang, "es");
}

#[tokio::test]
async fn sessions_are_listed_and_ended_by_whose_they_are() {
    let office = office().await;
    let store = &office.app().store;
    let (here, there) = (office.person("ana@example.org", false).await, office.person("ana@example.org", false).await);
    let bob = office.person("bob@example.org", false).await;
    let id =
        async |visitor: &crate::accounts::testing::Visitor| store.session(&visitor.secret).await.unwrap().unwrap().0.id;
    let page = office.get(Some(&here), "/account").await;
    assert_eq!(
        page.dom().attributes("[action='/account/sessions/end']", "action").len(),
        2,
        "the other, and all others"
    );
    office.post(Some(&here), "/account/sessions/end", &[("id", &id(&bob).await)]).await;
    assert!(whose(&office, &bob.secret).await.is_some(), "somebody else's");
    office.post(Some(&here), "/account/sessions/end", &[("id", &id(&there).await)]).await;
    assert!(whose(&office, &there.secret).await.is_none());
    office.person("ana@example.org", false).await;
    office.post(Some(&here), "/account/sessions/end", &[]).await;
    assert_eq!(store.sessions_of(&here.person.id).await.unwrap().len(), 1, "this one stays");
    assert!(whose(&office, &here.secret).await.is_some());
}

#[tokio::test]
async fn an_address_changes_with_a_passkey_and_a_link_and_the_old_one_is_told() {
    let office = office().await;
    let store = &office.app().store;
    let stale = office.person("ana@example.org", false).await;
    let new = [("email", "ana@new.example.org")];
    let refused = office.post(Some(&stale), "/account/email", &new).await;
    assert_eq!((refused.status, mails(&office).await.len()), (StatusCode::FORBIDDEN, 0), "a passkey first");
    let ana = office.person("ana@example.org", true).await;
    office.post(None, "/sign-in", &[("email", "ana@example.org")]).await;
    let old_link = path(&mails(&office).await[0].body);
    let bob = office.person("bob@example.org", true).await;
    assert_eq!(office.post(Some(&ana), "/account/email", &new).await.location(), "/account?done=email");
    let sent = mails(&office).await;
    assert_eq!((sent.len(), sent[0].address.as_str()), (1, "ana@new.example.org"));
    let link = path(&sent[0].body);
    assert_eq!(office.get(Some(&bob), &link).await.status, StatusCode::GONE, "it is hers");
    assert_eq!(office.get(None, &link).await.status, StatusCode::SEE_OTHER);
    assert_eq!(office.get(Some(&ana), &link).await.status, StatusCode::OK);
    assert_eq!(store.person(&ana.person.id).await.unwrap().unwrap().email, "ana@example.org", "nothing by a look");
    let t = [("t", secret(&link))];
    assert_eq!(office.post(Some(&ana), "/account/email/confirm", &t).await.location(), "/account?done=email-changed");
    assert_eq!(store.person(&ana.person.id).await.unwrap().unwrap().email, "ana@new.example.org");
    assert_eq!(mails(&office).await[0].address, "ana@example.org", "the old one is told");
    assert!(whose(&office, &stale.secret).await.is_none() && whose(&office, &ana.secret).await.is_some());
    assert_eq!(office.post(Some(&ana), "/account/email/confirm", &t).await.status, StatusCode::GONE, "replayed");
    let late = office.post(None, "/sign-in/link", &[("t", secret(&old_link))]).await;
    assert_eq!(late.status, StatusCode::GONE, "links to the old address");
    // Somebody else's address: the same answer, and told only to whoever has that mailbox.
    let taken = office.post(Some(&ana), "/account/email", &[("email", "BOB@example.org")]).await;
    assert_eq!(taken.location(), "/account?done=email");
    let link = path(&mails(&office).await[0].body);
    let answer = office.post(Some(&ana), "/account/email/confirm", &[("t", secret(&link))]).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert_eq!(store.person_by_email("bob@example.org").await.unwrap().unwrap().id, bob.person.id);
}

#[tokio::test]
async fn showing_a_passkey_makes_a_session_fresh_for_a_while_under_a_new_secret() {
    let office = office().await;
    let (ana, mut device) = with_passkey(&office, "ana@example.org", 1).await;
    let email = [("email", "x@example.org")];
    assert_eq!(office.post(Some(&ana), "/account/email", &email).await.status, StatusCode::SEE_OTHER, "added just now");
    later(&office, 20);
    assert_eq!(office.post(Some(&ana), "/account/email", &email).await.status, StatusCode::FORBIDDEN);
    let (_, _, asked) = send(&office, Some(&ana), "/account/confirm/start", &json!({})).await;
    let body = json!({ "t": asked["t"], "credential": device.get(&asked["options"]), "next": "/es/account" });
    let (status, answer, told) = send(&office, Some(&ana), "/account/confirm/finish", &body).await;
    assert_eq!((status, told), (StatusCode::OK, json!({ "next": "/es/account" })));
    assert!(whose(&office, &ana.secret).await.is_none(), "the old secret is worth nothing");
    let fresh = whose(&office, &given(&answer)).await.unwrap();
    assert_eq!(office.post(Some(&fresh), "/account/email", &email).await.status, StatusCode::SEE_OTHER);
    assert_eq!(
        send(&office, Some(&fresh), "/account/confirm/finish", &body).await.2,
        json!({ "error": "expired" }),
        "replayed"
    );
}

#[tokio::test]
async fn whoever_lost_their_passkeys_waits_a_day_and_everybody_can_stop_it() {
    let office = office().await;
    let store = &office.app().store;
    let (ana, _) = with_passkey(&office, "ana@example.org", 1).await;
    let other = office.person("owner@example.org", true).await;
    let org = samples::id("org-", 1);
    for person in [&ana, &other] {
        office.place(person, &org, Role::Owner).await;
    }
    mails(&office).await;
    // Whoever has the mailbox: a session by link.
    let secret_of = store.open_session(&ana.person.id, "link", "", 30 * 24 * 3_600_000_000, false).await.unwrap();
    let thief = whose(&office, &secret_of).await.unwrap();
    let (status, _, told) = send(&office, Some(&thief), "/account/passkeys/start", &json!({})).await;
    assert_eq!((status, told), (StatusCode::FORBIDDEN, json!({ "error": "first" })));
    let mut device = Authenticator::new(7);
    let (_, _, asked) = send(&office, Some(&thief), "/account/passkeys/start", &json!({ "lost": true })).await;
    let body = json!({ "t": asked["t"], "credential": device.create(&asked["options"]) });
    let (status, answer, told) = send(&office, Some(&thief), "/account/passkeys/finish", &body).await;
    assert_eq!((status, told), (StatusCode::OK, json!({ "next": "/account?done=waits" })));
    assert_eq!(answer.header("set-cookie"), "", "not fresh");
    let told = mails(&office).await;
    assert_eq!(
        told.iter().map(|mail| mail.address.as_str()).collect::<Vec<_>>(),
        ["ana@example.org", "owner@example.org"]
    );
    let again = send(&office, Some(&thief), "/account/passkeys/start", &json!({ "lost": true })).await.2;
    assert_eq!(again, json!({ "error": "waits" }), "one at a time");
    // It does not count, neither to confirm nor to sign in.
    later(&office, 23 * 60);
    let (_, _, asked) = send(&office, Some(&thief), "/account/confirm/start", &json!({})).await;
    let body = json!({ "t": asked["t"], "credential": device.get(&asked["options"]) });
    assert_eq!(send(&office, Some(&thief), "/account/confirm/finish", &body).await.2, json!({ "error": "waits" }));
    let (_, _, asked) = send(&office, None, "/sign-in/passkey/start", &json!({})).await;
    let body = json!({ "t": asked["t"], "credential": device.get(&asked["options"]) });
    let (_, answer, _) = send(&office, None, "/sign-in/passkey/finish", &body).await;
    assert_eq!(store.session(&given(&answer)).await.unwrap().unwrap().0.fresh_at, 0);
    // Any of those who were told stops it.
    let stop = path(&told[1].body);
    assert_eq!(office.get(None, &stop).await.status, StatusCode::OK);
    assert_eq!(store.passkeys(&ana.person.id).await.unwrap().len(), 2, "nothing by a look");
    assert_eq!(office.post(None, "/account/stop", &[("t", secret(&stop))]).await.status, StatusCode::OK);
    assert_eq!(store.passkeys(&ana.person.id).await.unwrap().len(), 1);
    assert!(store.sessions_of(&ana.person.id).await.unwrap().is_empty());
    assert_eq!(office.post(None, "/account/stop", &[("t", secret(&stop))]).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn after_a_day_the_new_passkey_counts_and_the_last_one_stays() {
    let office = office().await;
    let (ana, old) = with_passkey(&office, "ana@example.org", 1).await;
    later(&office, 30);
    let mut device = Authenticator::new(7);
    let (_, _, asked) = send(&office, Some(&ana), "/account/passkeys/start", &json!({ "lost": true })).await;
    let body = json!({ "t": asked["t"], "credential": device.create(&asked["options"]) });
    send(&office, Some(&ana), "/account/passkeys/finish", &body).await;
    assert!(office.get(Some(&ana), "/account").await.body.contains("Counts from 23 Nov 2026, 12:30 UTC"));
    later(&office, 24 * 60);
    // Sessions of the tests last an hour.
    let (_, _, asked) = send(&office, None, "/sign-in/passkey/start", &json!({})).await;
    let body = json!({ "t": asked["t"], "credential": device.get(&asked["options"]) });
    let (_, answer, _) = send(&office, None, "/sign-in/passkey/finish", &body).await;
    let fresh = whose(&office, &given(&answer)).await.unwrap();
    let remove = async |id: String| office.post(Some(&fresh), "/account/passkeys/remove", &[("id", &id)]).await;
    assert_eq!(remove(old.id()).await.location(), "/account?done=removed");
    assert_eq!(remove(device.id()).await.location(), "/account?done=last");
    let bob = office.person("bob@example.org", true).await;
    office.post(Some(&bob), "/account/passkeys/remove", &[("id", &device.id())]).await;
    assert_eq!(office.app().store.passkeys(&ana.person.id).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_challenge_to_add_a_passkey_is_one_persons_and_good_once() {
    let office = office().await;
    let (ana, bob) = (office.person("ana@example.org", false).await, office.person("bob@example.org", false).await);
    let mut device = Authenticator::new(1);
    let (_, _, asked) = send(&office, Some(&ana), "/account/passkeys/start", &json!({})).await;
    let body = json!({ "t": asked["t"], "credential": device.create(&asked["options"]) });
    let stolen = send(&office, Some(&bob), "/account/passkeys/finish", &body).await;
    assert_eq!((stolen.0, stolen.2), (StatusCode::BAD_REQUEST, json!({ "error": "expired" })));
    let replayed = send(&office, Some(&ana), "/account/passkeys/finish", &body).await;
    assert_eq!((replayed.0, replayed.2), (StatusCode::BAD_REQUEST, json!({ "error": "expired" })));
    let mut elsewhere = device.on("https://connector.example.org:8443");
    let (_, _, asked) = send(&office, Some(&ana), "/account/passkeys/start", &json!({})).await;
    let body = json!({ "t": asked["t"], "credential": elsewhere.create(&asked["options"]) });
    assert_eq!(send(&office, Some(&ana), "/account/passkeys/finish", &body).await.2, json!({ "error": "unknown" }));
    // A passkey is one person's.
    let (_, taken) = with_passkey(&office, "carl@example.org", 3).await;
    let (_, _, asked) = send(&office, Some(&ana), "/account/passkeys/start", &json!({})).await;
    let body = json!({ "t": asked["t"], "credential": taken.clone().create(&asked["options"]) });
    assert_eq!(send(&office, Some(&ana), "/account/passkeys/finish", &body).await.2, json!({ "error": "unknown" }));
    assert!(office.app().store.passkeys(&ana.person.id).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_account_closes_with_a_passkey_where_there_is_one_and_leaves_nothing() {
    let office = office().await;
    let (ana, _) = with_passkey(&office, "ana@example.org", 1).await;
    later(&office, 20);
    for answer in [office.get(Some(&ana), "/account/close").await, office.post(Some(&ana), "/account/close", &[]).await]
    {
        assert_eq!(answer.location(), "/account/confirm?next=%2Faccount%2Fclose");
    }
    let bob = office.person("bob@example.org", false).await;
    assert_eq!(office.get(Some(&bob), "/account/close").await.status, StatusCode::OK);
    let answer = office.post(Some(&bob), "/account/close", &[]).await;
    assert!(answer.header("set-cookie").contains("Max-Age=0"));
    assert!(whose(&office, &bob.secret).await.is_none());
    assert!(office.app().store.person_by_email("bob@example.org").await.unwrap().is_none());
    assert!(office.app().store.person_by_email("ana@example.org").await.unwrap().is_some());
}
