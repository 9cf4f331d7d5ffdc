use std::sync::atomic::Ordering;

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use serde_json::{Value, json};

use crate::{
    accounts::{
        access::token,
        authenticator::Authenticator,
        cookie, invite,
        testing::{Answer, Office, Visitor},
    },
    clock::Clock,
    model::account::SiteRole,
};

const MINUTE: i64 = 60_000_000;
const EMAIL: (&str, &str) = ("email", "Ana@Example.org");

/// The pages to sign in, and those of the account.
pub async fn office() -> Office {
    Office::new([super::pages(), crate::manage::account::pages()].into_iter().flatten().collect()).await
}

/// Time passes.
pub fn later(office: &Office, minutes: i64) {
    if let Clock::Standing(at) = &office.app().clock {
        at.fetch_add(minutes * MINUTE, Ordering::Relaxed);
    }
}

/// Mails that wait, taken out.
pub async fn mails(office: &Office) -> Vec<crate::store::QueuedMail> {
    let mails = office.app().store.take_mails(100).await.unwrap();
    for mail in &mails {
        office.app().store.mail_sent(mail.n).await.unwrap();
    }
    mails
}

/// The path of the page that a mail leads to.
pub fn path(words: &str) -> String {
    let at = words.find("https://connector.example.org").unwrap();
    words[at..].split_whitespace().next().unwrap()["https://connector.example.org".len()..].to_owned()
}

/// The ticket in a path.
pub fn secret(path: &str) -> &str {
    path.split_once("?t=").unwrap().1
}

async fn link(office: &Office, next: &str) -> String {
    let answer = office.post(None, "/sign-in", &[EMAIL, ("next", next)]).await;
    assert_eq!(answer.status, StatusCode::OK);
    path(&mails(office).await[0].body)
}

/// The secret of the session that an answer gives.
pub fn given(answer: &Answer) -> String {
    let text = answer.header("set-cookie");
    assert!(text.starts_with("__Host-session="), "{} {}", answer.status, answer.body);
    text["__Host-session=".len()..].split(';').next().unwrap().to_owned()
}

/// Who has a session, if it is one.
pub async fn whose(office: &Office, secret: &str) -> Option<Visitor> {
    let found = office.app().store.session(secret).await.unwrap();
    found.map(|(_, person)| Visitor { person, secret: secret.to_owned() })
}

/// What a script sends: status, answer and its JSON.
pub async fn send(office: &Office, by: Option<&Visitor>, address: &str, body: &Value) -> (StatusCode, Answer, Value) {
    let mut request =
        Request::post(address).header(header::CONTENT_TYPE, "application/json").header("sec-fetch-site", "same-origin");
    if let Some(by) = by {
        request = request
            .header(header::COOKIE, format!("{}={}", cookie::NAME, by.secret))
            .header("x-csrf-token", token(&by.secret));
    }
    let answer = office.ask(request.body(Body::from(body.to_string())).unwrap()).await;
    let told = serde_json::from_str(&answer.body).unwrap_or_default();
    (answer.status, answer, told)
}

#[tokio::test]
async fn a_link_by_mail_signs_in_once_and_only_when_the_button_is_pressed() {
    let office = office().await;
    let path = link(&office, "/es/manage").await;
    for _ in 0..2 {
        let page = office.get(None, &path).await;
        assert_eq!((page.status, page.header("set-cookie")), (StatusCode::OK, ""), "programs open links too");
        assert!(page.dom().text("main").contains("Ana@Example.org"));
    }
    let t = ("t", secret(&path));
    assert!(office.app().store.person_by_email("ana@example.org").await.unwrap().is_none());
    let answer = office.post(None, "/sign-in/link", &[t]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.location(), "/account/passkeys/new?next=%2Fes%2Fmanage", "a first passkey is offered");
    let ana = whose(&office, &given(&answer)).await.unwrap();
    assert_eq!((ana.person.email.as_str(), ana.person.site_role), ("Ana@Example.org", SiteRole::None));
    for answer in [office.post(None, "/sign-in/link", &[t]).await, office.get(None, &path).await] {
        assert_eq!((answer.status, answer.header("set-cookie")), (StatusCode::GONE, ""), "replayed");
        assert!(answer.dom().attributes("main a", "href").contains(&"/sign-in".to_owned()), "a new one is offered");
    }
    let account = office.get(Some(&ana), "/account").await;
    assert_eq!(account.header("cache-control"), "private, no-store");
    assert!(account.body.contains("Ana@Example.org"));
    let out = office.post(Some(&ana), "/sign-out", &[]).await;
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    assert!(whose(&office, &ana.secret).await.is_none());
}

#[tokio::test]
async fn old_forged_and_misused_links_do_nothing() {
    let office = office().await;
    let path = link(&office, "").await;
    later(&office, 21);
    let other = office.app().store.issue_ticket("stop_passkey", "x", "{}", MINUTE).await.unwrap();
    for t in [secret(&path), &"a".repeat(64), &other, "", "'; DROP TABLE ticket"] {
        let answer = office.post(None, "/sign-in/link", &[("t", t)]).await;
        assert_eq!((answer.status, answer.header("set-cookie")), (StatusCode::GONE, ""), "{t}");
    }
    assert!(office.app().store.person_by_email("ana@example.org").await.unwrap().is_none());
}

#[tokio::test]
async fn nobody_learns_who_has_an_account() {
    let office = office().await;
    office.person("known@example.org", false).await;
    let known = office.post(None, "/sign-in", &[("email", "known@example.org")]).await;
    let new = office.post(None, "/sign-in", &[("email", "nobody@example.org")]).await;
    assert_eq!((known.status, &known.body), (new.status, &new.body));
    assert_eq!(format!("{:?}", known.headers), format!("{:?}", new.headers));
    let to: Vec<String> = mails(&office).await.into_iter().map(|mail| mail.address).collect();
    assert_eq!(to, ["known@example.org", "nobody@example.org"], "the same work for both");
}

#[tokio::test]
async fn links_are_bounded_for_an_address_without_a_word_and_for_a_household_with_one() {
    let office = office().await;
    let mut bodies = std::collections::BTreeSet::new();
    for _ in 0..6 {
        let answer = office.post(None, "/sign-in", &[EMAIL]).await;
        bodies.insert((answer.status.as_u16(), format!("{:?}", answer.headers), answer.body));
    }
    assert_eq!((bodies.len(), mails(&office).await.len()), (1, 3));
    for n in 0..4 {
        let email = format!("{n}@example.org");
        assert_eq!(office.post(None, "/sign-in", &[("email", &email)]).await.status, StatusCode::OK);
    }
    let answer = office.post(None, "/sign-in", &[("email", "z@example.org")]).await;
    assert_eq!((answer.status, answer.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "600"));
    later(&office, 21);
    assert_eq!(office.post(None, "/sign-in", &[EMAIL]).await.status, StatusCode::OK);
    assert_eq!(mails(&office).await.len(), 5);
    let wrong = office.post(None, "/sign-in", &[("email", "ana")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(wrong.dom().attributes("#email", "value"), ["ana"]);
}

#[tokio::test]
async fn a_mail_names_our_address_whatever_the_request_says() {
    let office = office().await;
    let request = Request::post("/sign-in")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::HOST, "evil.example")
        .header("x-forwarded-host", "evil.example")
        .header("forwarded", "host=evil.example")
        .header("sec-fetch-site", "same-origin");
    let answer = office.ask(request.body(Body::from("email=ana@example.org")).unwrap()).await;
    assert_eq!(answer.status, StatusCode::OK);
    let mail = &mails(&office).await[0];
    assert!(mail.body.contains("https://connector.example.org/sign-in/link?t="));
    assert!(!mail.body.contains("evil.example") && !mail.subject.contains("evil.example"));
}

#[tokio::test]
async fn nobody_is_sent_elsewhere_after_signing_in() {
    let office = office().await;
    for next in ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"] {
        later(&office, 21);
        let path = link(&office, next).await;
        let answer = office.post(None, "/sign-in/link", &[("t", secret(&path))]).await;
        assert_eq!(answer.location(), "/account/passkeys/new?next=%2Faccount", "{next}");
        let ana = whose(&office, &given(&answer)).await.unwrap();
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
        let signed = office.get(Some(&ana), &format!("/sign-in?{query}")).await;
        assert_eq!(signed.location(), "/account", "{next}");
        let page = office.get(Some(&ana), &format!("/account/passkeys/new?{query}")).await;
        let dom = page.dom();
        let ways = [dom.attributes("main a", "href"), dom.attributes("[data-next]", "data-next")].concat();
        assert!(!ways.is_empty() && ways.iter().all(|way| way == "/account"), "{next}: {ways:?}");
    }
}

#[tokio::test]
async fn a_session_that_somebody_planted_is_not_the_one_that_is_opened() {
    let office = office().await;
    let path = link(&office, "").await;
    let planted = "ab".repeat(32);
    let request = Request::post("/sign-in/link")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::COOKIE, format!("{}={planted}", cookie::NAME))
        .header("sec-fetch-site", "same-origin");
    let answer = office.ask(request.body(Body::from(format!("t={}", secret(&path)))).unwrap()).await;
    assert_ne!(given(&answer), planted);
    assert!(whose(&office, &planted).await.is_none());
    // And one that was somebody else's ends.
    let mallory = office.person("mallory@example.org", false).await;
    let path = link(&office, "").await;
    let answer = office.post(Some(&mallory), "/sign-in/link", &[("t", secret(&path))]).await;
    assert_eq!(whose(&office, &given(&answer)).await.unwrap().person.email, "Ana@Example.org");
    assert!(whose(&office, &mallory.secret).await.is_none());
}

#[tokio::test]
async fn other_sites_sign_nobody_in_or_out_and_cookies_cannot_be_made_up() {
    let office = office().await;
    let path = link(&office, "").await;
    let form = |address: &str, site: &str, cookie: &str, body: String| {
        Request::post(address)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::COOKIE, cookie.to_owned())
            .header("sec-fetch-site", site.to_owned())
            .body(Body::from(body))
            .unwrap()
    };
    let t = format!("t={}", secret(&path));
    let foreign = office.ask(form("/sign-in/link", "cross-site", "", t)).await;
    assert_eq!((foreign.status, foreign.header("set-cookie")), (StatusCode::FORBIDDEN, ""));
    assert_eq!(office.get(None, &path).await.status, StatusCode::OK, "the link is still good");
    let ana = office.person("ana@example.org", false).await;
    let whole = format!("{}={}", cookie::NAME, ana.secret);
    for (site, body) in [("same-origin", String::new()), ("cross-site", format!("csrf={}", token(&ana.secret)))] {
        assert_eq!(office.ask(form("/sign-out", site, &whole, body)).await.status, StatusCode::FORBIDDEN);
    }
    assert!(whose(&office, &ana.secret).await.is_some());
    let mut wrong = ana.secret.clone();
    let last = if wrong.ends_with('0') { "1" } else { "0" };
    wrong.replace_range(63.., last);
    let forged = Visitor { secret: wrong, ..ana.clone() };
    assert_eq!(office.get(Some(&forged), "/account").await.location(), "/sign-in?next=%2Faccount");
    let stored = Visitor { secret: crate::store::hash_of(&ana.secret), ..ana };
    assert_eq!(office.get(Some(&stored), "/account").await.status, StatusCode::SEE_OTHER, "what the store keeps");
}

#[tokio::test]
async fn an_invitation_makes_a_moderator_once_and_leads_to_a_passkey() {
    let office = office().await;
    let store = &office.app().store;
    let old = invite::make(store, "m@example.org", SiteRole::Administrator, "operator:x").await.unwrap();
    let path = invite::make(store, "m@example.org", SiteRole::Moderator, "operator:x").await.unwrap();
    assert_eq!(office.get(None, &old).await.status, StatusCode::GONE, "only the newest is good");
    assert_eq!(office.get(None, &path).await.status, StatusCode::OK);
    let answer = office.post(None, "/sign-in/invite", &[("t", secret(&path))]).await;
    assert_eq!(answer.location(), "/account/passkeys/new?next=%2Freview");
    let mo = whose(&office, &given(&answer)).await.unwrap();
    assert_eq!(mo.person.site_role, SiteRole::Moderator);
    assert_eq!(office.post(None, "/sign-in/invite", &[("t", secret(&path))]).await.status, StatusCode::GONE);
    let confirm = office.get(Some(&mo), "/account/confirm?next=/review").await;
    assert_eq!(confirm.location(), "/account/passkeys/new?needed=1&next=%2Freview");
    let page = office.get(Some(&mo), confirm.location()).await;
    assert!(!page.body.contains("Not now"), "there is no way around it");
    // An invitation never takes a higher role away.
    let admin = office.of_site("admin@example.org", SiteRole::Administrator).await;
    let path = invite::make(store, "admin@example.org", SiteRole::Moderator, "operator:x").await.unwrap();
    office.post(None, "/sign-in/invite", &[("t", secret(&path))]).await;
    let role = store.person(&admin.person.id).await.unwrap().unwrap().site_role;
    assert_eq!(role, SiteRole::Administrator);
    let path = invite::make(store, "late@example.org", SiteRole::Moderator, "operator:x").await.unwrap();
    later(&office, 7 * 24 * 60 + 1);
    assert_eq!(office.post(None, "/sign-in/invite", &[("t", secret(&path))]).await.status, StatusCode::GONE);
}

/// Somebody with a passkey on a device.
pub async fn with_passkey(office: &Office, email: &str, n: u8) -> (Visitor, Authenticator) {
    let person = office.person(email, false).await;
    let mut device = Authenticator::new(n);
    let (_, _, asked) = send(office, Some(&person), "/account/passkeys/start", &json!({})).await;
    let credential = device.create(&asked["options"]);
    let body = json!({ "t": asked["t"], "credential": credential, "name": "laptop", "next": "/manage" });
    let (status, answer, told) = send(office, Some(&person), "/account/passkeys/finish", &body).await;
    assert_eq!((status, &told["next"]), (StatusCode::OK, &json!("/manage")), "{}", answer.body);
    let secret = given(&answer);
    assert_ne!(secret, person.secret, "a new secret with every step up");
    (whose(office, &secret).await.unwrap(), device)
}

#[tokio::test]
async fn a_passkey_signs_in_and_its_challenge_is_good_once() {
    let office = office().await;
    let (ana, mut device) = with_passkey(&office, "ana@example.org", 1).await;
    let (_, _, asked) = send(&office, None, "/sign-in/passkey/start", &json!({})).await;
    let body = json!({ "t": asked["t"], "credential": device.get(&asked["options"]), "next": "//evil.example" });
    let (status, answer, told) = send(&office, None, "/sign-in/passkey/finish", &body).await;
    assert_eq!((status, told), (StatusCode::OK, json!({ "next": "/account" })));
    let again = whose(&office, &given(&answer)).await.unwrap();
    assert_eq!(again.person.id, ana.person.id);
    let (session, _) = office.app().store.session(&again.secret).await.unwrap().unwrap();
    assert_eq!((session.how.as_str(), session.fresh_at), ("passkey", office.app().clock.micros()));
    let (status, answer, told) = send(&office, None, "/sign-in/passkey/finish", &body).await;
    assert_eq!((status, told), (StatusCode::BAD_REQUEST, json!({ "error": "expired" })), "replayed");
    assert_eq!(answer.header("set-cookie"), "");
    // The answer to an old challenge does not fit a new one.
    let (_, _, next) = send(&office, None, "/sign-in/passkey/start", &json!({})).await;
    let old = json!({ "t": next["t"], "credential": body["credential"] });
    assert_eq!(send(&office, None, "/sign-in/passkey/finish", &old).await.2, json!({ "error": "unknown" }));
    // One that waited too long.
    let (_, _, next) = send(&office, None, "/sign-in/passkey/start", &json!({})).await;
    let late = json!({ "t": next["t"], "credential": device.get(&next["options"]) });
    later(&office, 6);
    assert_eq!(send(&office, None, "/sign-in/passkey/finish", &late).await.2, json!({ "error": "expired" }));
}

#[tokio::test]
async fn a_passkey_is_taken_from_our_page_alone_and_from_whoever_it_is_of() {
    let office = office().await;
    let (_, ana) = with_passkey(&office, "ana@example.org", 1).await;
    let (bob, _) = with_passkey(&office, "bob@example.org", 2).await;
    let elsewhere = ana.on("https://connector.example.org.evil.example");
    let mut pressed = ana.clone();
    pressed.verified = false;
    for mut device in [elsewhere, pressed, Authenticator::new(9)] {
        let (_, _, asked) = send(&office, None, "/sign-in/passkey/start", &json!({})).await;
        let body = json!({ "t": asked["t"], "credential": device.get(&asked["options"]) });
        let (status, answer, told) = send(&office, None, "/sign-in/passkey/finish", &body).await;
        assert_eq!((status, told), (StatusCode::BAD_REQUEST, json!({ "error": "unknown" })));
        assert_eq!(answer.header("set-cookie"), "");
    }
    for body in [json!({}), json!({ "t": "x", "credential": "x" }), json!({ "t": 1 }), json!("x")] {
        assert!(send(&office, None, "/sign-in/passkey/finish", &body).await.0.is_client_error(), "{body}");
    }
    // A challenge for one thing, or one person, is worth nothing for another.
    let (_, _, asked) = send(&office, Some(&bob), "/account/confirm/start", &json!({})).await;
    let body = json!({ "t": asked["t"], "credential": ana.clone().get(&asked["options"]) });
    assert_eq!(send(&office, None, "/sign-in/passkey/finish", &body).await.2, json!({ "error": "expired" }));
    assert_eq!(send(&office, Some(&bob), "/account/confirm/finish", &body).await.2, json!({ "error": "unknown" }));
    assert_eq!(send(&office, None, "/account/confirm/start", &json!({})).await.0, StatusCode::UNAUTHORIZED);
    // Without the token of the session nothing is begun.
    let request = Request::post("/account/passkeys/start")
        .header(header::CONTENT_TYPE, "application/json")
        .header("sec-fetch-site", "same-origin")
        .header(header::COOKIE, format!("{}={}", cookie::NAME, bob.secret));
    assert_eq!(office.ask(request.body(Body::from("{}")).unwrap()).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_copied_passkey_is_noticed() {
    let office = office().await;
    let (_, mut device) = with_passkey(&office, "ana@example.org", 1).await;
    let mut copy = device.clone();
    for _ in 0..2 {
        let (_, _, asked) = send(&office, None, "/sign-in/passkey/start", &json!({})).await;
        let body = json!({ "t": asked["t"], "credential": device.get(&asked["options"]) });
        assert_eq!(send(&office, None, "/sign-in/passkey/finish", &body).await.0, StatusCode::OK);
    }
    let (_, _, asked) = send(&office, None, "/sign-in/passkey/start", &json!({})).await;
    let body = json!({ "t": asked["t"], "credential": copy.get(&asked["options"]) });
    assert_eq!(send(&office, None, "/sign-in/passkey/finish", &body).await.2, json!({ "error": "unknown" }));
}
