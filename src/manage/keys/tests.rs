//! Keys: made by owners alone, shown once, and what they open.

use std::sync::atomic::Ordering;

use axum::{
    body::{Body, to_bytes},
    http::Request,
};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::*;
use crate::{
    accounts::testing::{Office, Visitor},
    clock::Clock,
    site::served::{BOISE, TAMPA},
};

struct Room {
    office: Office,
    subject: Id,
    owner: Visitor,
}

impl Room {
    async fn new() -> Self {
        let office = Office::new(pages()).await;
        let subject = office.site.organization(BOISE).await.id;
        let owner = office.person("owner@example.org", true).await;
        office.place(&owner, &subject, Role::Owner).await;
        Self { office, subject, owner }
    }

    fn page(&self, page: &str) -> String {
        format!("/manage/{}/keys{page}", self.subject)
    }

    /// A key as the page shows it.
    async fn key(&self, scopes: &[&str]) -> String {
        let fields: Vec<_> =
            [("name", "Nightly"), ("days", "30")].into_iter().chain(scopes.iter().map(|one| (*one, "yes"))).collect();
        let answer = self.office.post(Some(&self.owner), &self.page("/new"), &fields).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        assert_eq!(answer.header("cache-control"), "private, no-store");
        let at = answer.body.find("connector_").unwrap();
        answer.body[at..at + 74].to_owned()
    }

    async fn ask(&self, request: Request<Body>) -> (StatusCode, String, Value) {
        let answer = api::router(self.office.app().clone()).oneshot(request).await.unwrap();
        let (parts, body) = answer.into_parts();
        let said = parts.headers.get("www-authenticate").map(|value| value.to_str().unwrap().to_owned());
        let body = to_bytes(body, usize::MAX).await.unwrap();
        assert_eq!(parts.headers["cache-control"], "private, no-store");
        (parts.status, said.unwrap_or_default(), serde_json::from_slice(&body).unwrap())
    }

    async fn look(&self, subject: &Id, key: &str) -> (StatusCode, String, Value) {
        let request = Request::get(format!("/api/v1/manage/{subject}/profile"));
        self.ask(request.header("authorization", format!("Bearer {key}")).body(Body::empty()).unwrap()).await
    }

    async fn put(&self, key: &str, listing: &Value, tag: Option<&str>) -> (StatusCode, String, Value) {
        let request = Request::put(format!("/api/v1/manage/{}/profile", self.subject));
        let request = request.header("authorization", format!("Bearer {key}"));
        let request = tag.into_iter().fold(request, |request, tag| request.header("if-match", tag));
        self.ask(request.body(Body::from(listing.to_string())).unwrap()).await
    }

    fn later(&self, days: i64) {
        let Clock::Standing(clock) = &self.office.app().clock else { unreachable!() };
        clock.fetch_add(days * DAY, Ordering::SeqCst);
    }
}

#[tokio::test]
async fn a_key_is_shown_once_and_listed_without_its_secret() {
    let room = Room::new().await;
    let key = room.key(&["profile:read"]).await;
    let list = room.office.get(Some(&room.owner), &room.page("")).await;
    assert!(list.body.contains("Nightly") && list.body.contains("Never used") && !list.body.contains(&key));
    assert_eq!(room.look(&room.subject, &key).await.0, StatusCode::OK);
    let list = room.office.get(Some(&room.owner), &room.page("")).await;
    assert!(list.body.contains("Last used on"), "by day");
    let token = room.office.app().store.tokens(&room.subject).await.unwrap().remove(0);
    assert_eq!(token.used_at % DAY, 0);
}

#[tokio::test]
async fn only_an_owner_with_a_passkey_makes_one() {
    let room = Room::new().await;
    let fields = [("name", "x"), ("profile:read", "yes")];
    let stale = room.office.person("owner@example.org", false).await;
    assert_eq!(room.office.post(Some(&stale), &room.page("/new"), &fields).await.status, StatusCode::FORBIDDEN);
    for (email, role) in
        [("e@example.org", Role::Editor), ("d@example.org", Role::Delegate), ("v@example.org", Role::Viewer)]
    {
        let other = room.office.person(email, true).await;
        room.office.place(&other, &room.subject, role).await;
        for page in ["/new", "/revoke"] {
            let answer = room.office.post(Some(&other), &room.page(page), &fields).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{email} {page}");
        }
    }
    for wrong in [&[("profile:read", "yes")][..], &[("name", "x")], &[("name", "x"), ("everything", "yes")]] {
        let answer = room.office.post(Some(&room.owner), &room.page("/new"), wrong).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert!(room.office.app().store.tokens(&room.subject).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_is_no_good_key_opens_nothing() {
    let room = Room::new().await;
    let key = room.key(&["profile:read"]).await;
    let other = room.office.site.organization(TAMPA).await.id;
    assert_eq!(room.look(&other, &key).await.0, StatusCode::NOT_FOUND, "another organization");
    let request = |key: &str| {
        let request = Request::get(format!("/api/v1/manage/{}/webhooks", room.subject));
        request.header("authorization", format!("Bearer {key}")).body(Body::empty()).unwrap()
    };
    assert_eq!(room.ask(request(&key)).await.0, StatusCode::FORBIDDEN, "not for webhooks");
    let hooks = room.key(&["webhooks"]).await;
    assert_eq!(room.ask(request(&hooks)).await.2, json!({ "webhooks": [] }));
    assert_eq!(room.look(&room.subject, &hooks).await.0, StatusCode::FORBIDDEN, "for webhooks alone");
    let (status, said, _) = room.put(&key, &json!({ "name": "x" }), None).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(said.contains("insufficient_scope") && said.contains("profile:write"), "{said}");
    for wrong in ["", "x", "connector_", &key[..73], &room.owner.secret] {
        let (status, said, _) = room.look(&room.subject, wrong).await;
        assert!(status == StatusCode::UNAUTHORIZED && said.starts_with("Bearer "), "{wrong}");
    }
    // Its maker is no owner any more.
    room.office.place(&room.owner, &room.subject, Role::Editor).await;
    assert_eq!(room.look(&room.subject, &key).await.0, StatusCode::UNAUTHORIZED);
    room.office.place(&room.owner, &room.subject, Role::Owner).await;
    assert_eq!(room.look(&room.subject, &key).await.0, StatusCode::OK);
    room.later(30);
    let (status, said, _) = room.look(&room.subject, &key).await;
    assert!(status == StatusCode::UNAUTHORIZED && said.contains("invalid_token"), "it ended");
}

#[tokio::test]
async fn a_revoked_key_opens_nothing_and_nobody_else_revokes_it() {
    let room = Room::new().await;
    let key = room.key(&["profile:read"]).await;
    let id = room.office.app().store.tokens(&room.subject).await.unwrap()[0].id.clone();
    let other = room.office.site.organization(TAMPA).await.id;
    let elsewhere = room.office.person("else@example.org", true).await;
    room.office.place(&elsewhere, &other, Role::Owner).await;
    room.office.post(Some(&elsewhere), &format!("/manage/{other}/keys/revoke"), &[("key", &id)]).await;
    assert_eq!(room.look(&room.subject, &key).await.0, StatusCode::OK, "another organization's owner");
    room.office.post(Some(&room.owner), &room.page("/revoke"), &[("key", &id)]).await;
    assert_eq!(room.look(&room.subject, &key).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_program_changes_what_is_no_risk_and_the_rest_waits() {
    let room = Room::new().await;
    let key = room.key(&["profile:read", "profile:write"]).await;
    let (_, _, now) = room.look(&room.subject, &key).await;
    let mut listing = now["listing"].clone();
    assert_eq!(listing["portals"][0]["at"], "https://boise.example.org/mychart");
    let (status, _, said) = room.put(&key, &listing, None).await;
    assert_eq!((status, &said["nothing_changed"]), (StatusCode::OK, &json!(true)));
    listing["description"] = json!("A hospital.");
    listing["portals"][0]["at"] = json!("https://evil.example.net/login");
    let (status, _, said) = room.put(&key, &listing, None).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{said}");
    assert!(said["live"].is_number() && said["waiting"]["proposal"].is_number(), "{said}");
    let seen = room.office.site.organization(BOISE).await;
    assert_eq!(seen.portals[0].url, "https://boise.example.org/mychart", "doors wait for a second person");
    assert_eq!(seen.description.as_deref(), Some("A hospital."));
    let (_, _, now) = room.look(&room.subject, &key).await;
    assert_eq!(now["waiting"][0]["proposal"], said["waiting"]["proposal"]);
    assert_eq!(now["listing"]["description"], "A hospital.");
}

#[tokio::test]
async fn faults_are_named_and_nothing_is_changed() {
    let room = Room::new().await;
    let key = room.key(&["profile:read", "profile:write"]).await;
    let before = room.office.app().store.last_revision().await.unwrap();
    let wrong = json!({ "name": "x", "fixed_id": "y", "portals": [{ "at": "javascript:alert(1)" }] });
    let (status, _, said) = room.put(&key, &wrong, None).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let fields: Vec<_> = said["errors"].as_array().unwrap().iter().map(|error| error["field"].clone()).collect();
    assert_eq!(fields, ["fixed_id", "portals[0].at"]);
    let (_, _, now) = room.look(&room.subject, &key).await;
    let (status, _, _) = room.put(&key, &now["listing"], Some("\"another\"")).await;
    assert_eq!(status, StatusCode::PRECONDITION_FAILED);
    room.office.app().store.freeze(&room.subject, "two claims", "system").await.unwrap();
    let mut changed = now["listing"].clone();
    changed["description"] = json!("x");
    assert_eq!(room.put(&key, &changed, None).await.0, StatusCode::CONFLICT, "frozen");
    assert_eq!(room.office.app().store.last_revision().await.unwrap(), before);
}

#[tokio::test]
async fn the_other_owners_are_told_when_a_key_is_made_and_when_it_is_revoked() {
    let room = Room::new().await;
    let (other, editor) =
        (room.office.person("other@example.org", true).await, room.office.person("editor@example.org", true).await);
    room.office.place(&other, &room.subject, Role::Owner).await;
    room.office.place(&editor, &room.subject, Role::Editor).await;
    let key = room.key(&["profile:read"]).await;
    let store = &room.office.app().store;
    let id = store.tokens(&room.subject).await.unwrap()[0].id.clone();
    for _ in 0..2 {
        room.office.post(Some(&room.owner), &room.page("/revoke"), &[("key", &id)]).await;
    }
    let told = store.notices(&other.person.id, None, 0, 10).await.unwrap();
    let at = room.office.app().clock.micros();
    let of = |what| crate::model::notice::News::Access { what, at };
    assert_eq!(
        told.into_iter().map(|one| one.news).collect::<Vec<_>>(),
        [of(Access::KeyRevoked), of(Access::KeyMade)],
        "what was revoked once is told once"
    );
    for nobody in [&room.owner, &editor] {
        assert_eq!(store.notices(&nobody.person.id, None, 0, 10).await.unwrap(), []);
    }
    let mails = store.take_mails(10).await.unwrap();
    assert_eq!(mails.len(), 2);
    assert!(mails.iter().all(|mail| mail.address == "other@example.org" && mail.body.contains(&room.page(""))));
    assert!(mails.iter().all(|mail| !mail.body.contains(&key) && !mail.body.contains("owner@example.org")));
}
