//! The whole way, against a provider on loopback: in, and everything that must not get in.

use std::sync::{Arc, atomic::Ordering};

use axum::{
    body::Body,
    http::{Request, header},
};
use serde_json::{Value, json};

use super::{
    provider::{CLIENT, SECRET, TestProvider},
    *,
};
use crate::{
    accounts::testing::{Answer, Office, Visitor},
    clock::Clock,
    config::{Config, Given},
    site::{samples, served::Site},
};

struct Room {
    office: Office,
    provider: TestProvider,
}

/// A browser that was sent to the provider.
struct Way {
    to: String,
    cookie: String,
}

impl Room {
    async fn new() -> Self {
        let provider = TestProvider::start().await;
        let given = Given {
            oidc_issuer: Some(provider.issuer()),
            oidc_client: Some(CLIENT.into()),
            oidc_secret: Some(SECRET.into()),
            oidc_name: Some("Example Health".into()),
            ..Given::default()
        };
        let mut site = Site::new().await;
        site.app.config = Arc::new(Config {
            accounts: given.check().unwrap().accounts,
            fetch_allow: vec![provider.at.to_string()],
            ..Config::clone(&samples::config())
        });
        Self { office: Office::at(site, pages()), provider }
    }

    async fn begin(&self, by: Option<&Visitor>, page: &str, next: &str) -> Way {
        let answer = self.office.post(by, page, &[("next", next)]).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        let cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();
        let to = answer.header("refresh").strip_prefix("0; url=").unwrap().to_owned();
        Way { to, cookie }
    }

    /// Somebody signs in there, and their browser comes back with its cookies.
    async fn back(&self, by: Option<&Visitor>, way: &Way, subject: &str, claims: Value) -> Answer {
        self.visit(by, &way.cookie, &self.provider.consent(&way.to, subject, claims)).await
    }

    async fn visit(&self, by: Option<&Visitor>, cookie: &str, address: &str) -> Answer {
        let session = by.map(|by| format!("; {}={}", cookie::NAME, by.secret)).unwrap_or_default();
        let request = Request::get(address).header(header::COOKIE, format!("{cookie}{session}"));
        self.office.ask(request.header("sec-fetch-site", "cross-site").body(Body::empty()).unwrap()).await
    }

    async fn sign_in(&self, subject: &str, claims: Value) -> Answer {
        let way = self.begin(None, "/sign-in/oidc", "").await;
        self.back(None, &way, subject, claims).await
    }

    async fn people(&self) -> usize {
        let email = |n: i32| format!("person{n}@example.org");
        let mut found = 0;
        for n in 0..5 {
            found += usize::from(self.office.app().store.person_by_email(&email(n)).await.unwrap().is_some());
        }
        found
    }
}

fn email(n: i32) -> Value {
    json!({ "email": format!("person{n}@example.org"), "email_verified": true })
}

/// The session that an answer begins.
fn session_of(answer: &Answer) -> Option<String> {
    let cookies = answer.headers.get_all("set-cookie").iter().map(|line| line.to_str().unwrap().to_owned());
    let mut found = cookies.filter_map(|line| line.strip_prefix("__Host-session=").map(|rest| rest[..64].to_owned()));
    found.next()
}

fn is_let_in(answer: &Answer) -> bool {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let cookies: Vec<_> = answer.headers.get_all("set-cookie").iter().map(|line| line.to_str().unwrap()).collect();
    assert!(cookies.iter().any(|line| line.starts_with("__Host-oidc=;") && line.contains("Max-Age=0")), "{cookies:?}");
    session_of(answer).is_some()
}

#[tokio::test]
async fn a_new_person_gets_an_account_and_the_same_person_the_same_account() {
    let room = Room::new().await;
    let way = room.begin(None, "/es/sign-in/oidc", "/es/manage/x").await;
    let page = room.office.get(None, "/es/sign-in/oidc").await;
    assert!(page.header("content-security-policy").contains("form-action 'self';"), "forms lead to us alone");
    let answer = room.back(None, &way, "ana", email(1)).await;
    assert!(is_let_in(&answer));
    assert_eq!(answer.location(), "/es/manage/x");
    let store = &room.office.app().store;
    let (session, person) = store.session(&session_of(&answer).unwrap()).await.unwrap().unwrap();
    assert_eq!((session.how.as_str(), session.fresh_at), ("oidc", 0), "a provider is no passkey");
    assert_eq!((person.email.as_str(), person.lang.as_str()), ("person1@example.org", "es"));
    // Later, under another address: who somebody is there is what counts.
    let answer = room.sign_in("ana", email(2)).await;
    assert_eq!((is_let_in(&answer), answer.location()), (true, "/manage"));
    let (_, again) = store.session(&session_of(&answer).unwrap()).await.unwrap().unwrap();
    assert_eq!((again.id, room.people().await), (person.id, 1));
}

#[tokio::test]
async fn an_address_alone_opens_no_account_that_is_there() {
    let room = Room::new().await;
    let owner = room.office.person("person1@example.org", true).await;
    for claims in [email(1), json!({ "email": "PERSON1@Example.org", "email_verified": true })] {
        let answer = room.sign_in("mallory", claims).await;
        assert!(!is_let_in(&answer));
        assert_eq!(answer.location(), "/sign-in/oidc?why=email-known");
    }
    assert!(room.office.app().store.identities(&owner.person.id).await.unwrap().is_empty());
    // Addresses that the provider did not check open nothing at all.
    for claims in [
        json!({}),
        json!({ "email": "person2@example.org" }),
        json!({ "email": "person2@example.org", "email_verified": false }),
    ] {
        room.provider.say(json!({ "sub": "eve", "email": "person2@example.org", "email_verified": false }));
        let answer = room.sign_in("eve", claims).await;
        assert!(!is_let_in(&answer) && answer.location().ends_with("no-email"), "{}", answer.location());
    }
    assert_eq!(room.people().await, 1);
}

#[tokio::test]
async fn what_the_token_leaves_out_is_asked_for_of_the_same_person_only() {
    let room = Room::new().await;
    room.provider.say(json!({ "sub": "another", "email": "person1@example.org", "email_verified": true }));
    assert!(!is_let_in(&room.sign_in("ana", json!({})).await), "an answer about somebody else");
    room.provider.say(json!({ "sub": "ana", "email": "person1@example.org", "email_verified": true }));
    assert!(is_let_in(&room.sign_in("ana", json!({})).await));
}

#[tokio::test]
async fn the_person_ties_the_two_and_nobody_else_does() {
    let room = Room::new().await;
    let owner = room.office.person("person1@example.org", true).await;
    let stale = room.office.person("person1@example.org", false).await;
    assert_eq!(
        room.office.post(Some(&stale), "/account/oidc", &[]).await.status,
        StatusCode::FORBIDDEN,
        "step up first"
    );
    let way = room.begin(Some(&owner), "/account/oidc", "").await;
    let mallory = room.office.person("person2@example.org", true).await;
    for by in [None, Some(&mallory)] {
        let way = room.begin(Some(&owner), "/account/oidc", "").await;
        let answer = room.back(by, &way, "mallory", email(2)).await;
        assert_eq!((is_let_in(&answer), answer.location()), (false, "/sign-in/oidc?why=over"));
    }
    let answer = room.back(Some(&owner), &way, "ana", email(1)).await;
    assert_eq!((is_let_in(&answer), answer.location()), (false, "/account/oidc"));
    assert!(is_let_in(&room.sign_in("ana", email(1)).await));
    // Whoever is tied stays whose they are.
    let way = room.begin(Some(&mallory), "/account/oidc", "").await;
    let answer = room.back(Some(&mallory), &way, "ana", email(1)).await;
    assert_eq!(answer.location(), "/sign-in/oidc?why=another");
    let page = room.office.get(Some(&owner), "/account/oidc").await;
    assert!(page.body.contains(&room.provider.issuer()));
    let issuer = room.provider.issuer();
    let untie = [("issuer", issuer.as_str()), ("subject", "ana")];
    room.office.post(Some(&mallory), "/account/oidc/remove", &untie).await;
    assert!(is_let_in(&room.sign_in("ana", email(1)).await), "another person's is not theirs to untie");
    room.office.post(Some(&owner), "/account/oidc/remove", &untie).await;
    assert!(!is_let_in(&room.sign_in("ana", email(1)).await));
}

#[tokio::test]
async fn a_way_is_walked_once_in_time_by_the_browser_that_began_it() {
    let room = Room::new().await;
    let way = room.begin(None, "/sign-in/oidc", "").await;
    let back = room.provider.consent(&way.to, "ana", email(1));
    assert!(is_let_in(&room.visit(None, &way.cookie, &back).await));
    assert!(!is_let_in(&room.visit(None, &way.cookie, &back).await), "replayed");
    // Somebody gives another the address that their own sign-in ends with.
    let (mine, theirs) = (room.begin(None, "/sign-in/oidc", "").await, room.begin(None, "/sign-in/oidc", "").await);
    let back = room.provider.consent(&mine.to, "mallory", email(2));
    assert!(!is_let_in(&room.visit(None, &theirs.cookie, &back).await), "another browser");
    let back = room.provider.consent(&theirs.to, "ana", email(1));
    assert!(!is_let_in(&room.visit(None, "x=1", &back).await), "no cookie");
    let way = room.begin(None, "/sign-in/oidc", "").await;
    let back = room.provider.consent(&way.to, "ana", email(1));
    let Clock::Standing(clock) = &room.office.app().clock else { unreachable!() };
    clock.fetch_add(SECONDS * 1_000_000, Ordering::SeqCst);
    assert!(!is_let_in(&room.visit(None, &way.cookie, &back).await), "too late");
    for address in ["/sign-in/oidc/back", "/sign-in/oidc/back?code=1&state=2", "/sign-in/oidc/back?state=1&state=2"] {
        assert_eq!(room.visit(None, "x=1", address).await.location(), "/sign-in/oidc?why=over", "{address}");
    }
}

#[tokio::test]
async fn tokens_that_prove_nothing_let_nobody_in() {
    let room = Room::new().await;
    let now = Clock::Machine.micros() / 1_000_000;
    for wrong in [
        json!({ "nonce": "another" }),
        json!({ "aud": "another" }),
        json!({ "iss": "https://another.example.org" }),
        json!({ "exp": now - 10 }),
        json!({ "alg": "none" }),
        json!({ "alg": "HS256" }),
        json!({ "at_hash": "AAAAAAAAAAAAAAAAAAAAAA" }),
    ] {
        let mut claims = email(1);
        claims.as_object_mut().unwrap().extend(wrong.as_object().unwrap().clone());
        let answer = room.sign_in("ana", claims).await;
        assert_eq!((is_let_in(&answer), answer.location()), (false, "/sign-in/oidc?why=broken"), "{wrong}");
    }
    *room.provider.forged.lock().unwrap() = true;
    assert!(!is_let_in(&room.sign_in("ana", email(1)).await), "signed by another");
    *room.provider.forged.lock().unwrap() = false;
    let way = room.begin(None, "/sign-in/oidc", "").await;
    let back = room.provider.consent(&way.to, "ana", email(1));
    let answer = room.visit(None, &way.cookie, &format!("{back}&iss=https://another.example.org")).await;
    assert!(!is_let_in(&answer), "mixed up with another provider");
    let way = room.begin(None, "/sign-in/oidc", "").await;
    let back = room.provider.consent(&way.to, "ana", email(1)).replace("code=", "error=access_denied&x=");
    assert_eq!(room.visit(None, &way.cookie, &back).await.location(), "/sign-in/oidc?why=denied");
    assert_eq!(room.people().await, 0);
    assert!(is_let_in(&room.sign_in("ana", email(1)).await), "and the same person as they should");
}

#[tokio::test]
async fn nothing_leads_out_and_nobody_floods_the_provider() {
    let room = Room::new().await;
    for next in ["https://evil.example.org/", "//evil.example.org", "/\\evil.example.org"] {
        let way = room.begin(None, "/sign-in/oidc", next).await;
        let answer = room.back(None, &way, "ana", email(1)).await;
        assert_eq!((is_let_in(&answer), answer.location()), (true, "/manage"), "{next}");
    }
    let mut last = StatusCode::OK;
    for _ in 0..=WAYS {
        last = room.office.post(None, "/sign-in/oidc", &[]).await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(
        Office::new(pages()).await.get(None, "/sign-in/oidc").await.status,
        StatusCode::NOT_FOUND,
        "none is set"
    );
}
