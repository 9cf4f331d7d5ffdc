//! A list at the organization's own address, and lists that somebody poisoned.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, atomic::Ordering},
};

use axum::{
    Router,
    body::Body as Bytes,
    http::{Request, StatusCode, header},
    routing::get,
};
use serde_json::{Value, json};

use super::*;
use crate::{
    accounts::{
        access::token,
        cookie,
        testing::{Answer, Office, Visitor},
    },
    clock::Clock,
    fetch::{Client, Settings},
    manage::bulk,
    model::id::Id,
    site::served::BOISE,
    store::ProposalFilter,
};

const PORTAL: &str = "http://hl7.org/fhir/StructureDefinition/organization-portal";
const KEY: &str = "https://boise.example.org/fhir/Organization/1";

/// A server of the organization's own, whose list can be changed.
#[derive(Clone, Default)]
struct Publisher {
    list: Arc<Mutex<Vec<u8>>>,
}

impl Publisher {
    async fn start() -> (Self, SocketAddr) {
        let publisher = Self::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let list = publisher.list.clone();
        let answer = move || {
            let list = list.clone();
            async move { ([(header::CONTENT_TYPE, "application/json")], list.lock().unwrap().clone()) }
        };
        let pages = Router::new().route("/brands.json", get(answer));
        tokio::spawn(async move { axum::serve(listener, pages).await });
        (publisher, at)
    }

    fn says(&self, entries: &[Value]) {
        let bundle = json!({ "resourceType": "Bundle", "type": "collection", "entry": entries });
        *self.list.lock().unwrap() = bundle.to_string().into_bytes();
    }
}

#[expect(clippy::needless_pass_by_value, reason = "made on the spot")]
fn brand(key: &str, name: &str, portal: &str, more: Value) -> Value {
    let mut resource = json!({
        "resourceType": "Organization", "id": key.rsplit('/').next().unwrap(), "active": true, "name": name,
        "address": [{ "city": "Boise", "state": "ID", "postalCode": "83702" }],
        "extension": [{ "url": PORTAL, "extension": [
            { "url": "portalName", "valueString": "MyChart" }, { "url": "portalUrl", "valueUrl": portal },
        ] }],
    });
    for (name, value) in more.as_object().unwrap() {
        resource[name] = value.clone();
    }
    json!({ "fullUrl": key, "resource": resource })
}

fn own(portal: &str, more: Value) -> Value {
    brand(KEY, "St. Joseph’s Hospital", portal, more)
}

const DOOR: &str = "https://boise.example.org/mychart";

struct Run {
    office: Office,
    owner: Visitor,
    id: Id,
    publisher: Publisher,
    at: SocketAddr,
}

impl Run {
    async fn new() -> Self {
        let pages = bulk::pages().into_iter().chain(pages()).collect();
        let office = Office::new(pages).await;
        let owner = office.person("o@example.org", false).await;
        let id = office.site.organization(BOISE).await.id;
        office.place(&owner, &id, Role::Owner).await;
        let (publisher, at) = Publisher::start().await;
        let client = Client::new(Settings { allow: vec![at.to_string()], ..Settings::default() }).unwrap();
        let app = office.app();
        assert!(app.way_out.set(client).is_ok());
        // What comes lies beside the test's own data.
        std::fs::create_dir_all(app.config.data.join("blobs")).unwrap();
        Self { office, owner, id, publisher, at }
    }

    fn url(&self) -> String {
        format!("http://{}/brands.json", self.at)
    }

    async fn keep(&self, key: &str) {
        let list = InStep {
            subject: self.id.clone(),
            url: self.url(),
            brand: key.into(),
            person: self.owner.person.id.clone(),
            hash: String::new(),
            checked_at: 0,
            error: String::new(),
        };
        self.office.app().store.set_in_step(&list, "test").await.unwrap();
    }

    async fn look(&self) -> InStep {
        let Clock::Standing(at) = &self.office.app().clock else { panic!("a clock that is set") };
        at.fetch_add(86_400_000_000, Ordering::Relaxed);
        look_at_due(self.office.app()).await.unwrap();
        self.office.app().store.in_step(&self.id).await.unwrap().unwrap()
    }

    async fn proposals(&self) -> Vec<crate::model::proposal::Proposal> {
        self.office.app().store.proposals(&ProposalFilter::default(), 0, 50).await.unwrap()
    }

    async fn upload(&self, name: &str, value: &str) -> Answer {
        let part = |name: &str, value: &str| {
            format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let body = format!("{}{}--b--\r\n", part("csrf", &token(&self.owner.secret)), part(name, value));
        let request = Request::post(format!("/manage/{}/import", self.id))
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b")
            .header("sec-fetch-site", "same-origin")
            .header(header::COOKIE, format!("{}={}", cookie::NAME, self.owner.secret));
        self.office.ask(request.body(Bytes::from(body)).unwrap()).await
    }

    /// Sends the form under a difference.
    async fn send(&self, shown: &Answer, keep: bool) -> Answer {
        let dom = shown.dom();
        let value = |name: &str| {
            dom.attributes(&format!("form[action$='/import/send'] [name={name}]"), "value").pop().unwrap_or_default()
        };
        let (version, url, key, facts) = (value("version"), value("url"), value("key"), value("facts"));
        let mut fields = vec![("version", &*version), ("url", &*url), ("key", &*key), ("facts", &*facts)];
        fields.extend(keep.then_some(("keep", "yes")));
        self.office.post(Some(&self.owner), &format!("/manage/{}/import/send", self.id), &fields).await
    }
}

#[tokio::test]
async fn a_profile_is_filled_in_from_a_list_and_kept_in_step() {
    let run = Run::new().await;
    run.publisher.says(&[
        own(DOOR, json!({ "alias": ["St. Joe"] })),
        brand("https://x.org/Organization/2", "Other", "https://x.org/", json!({})),
    ]);
    let shown = run.upload("url", &run.url()).await;
    assert_eq!(shown.status, StatusCode::OK);
    assert!(shown.body.contains("St. Joe") && shown.body.contains("Other"), "{}", shown.body);
    let sent = run.send(&shown, true).await;
    // A list says on purpose what people see already; a new name waits.
    assert_eq!(sent.location(), format!("/manage/{}/import?done=both", run.id), "{}", sent.body);
    let list = run.office.app().store.in_step(&run.id).await.unwrap().unwrap();
    assert_eq!((list.brand.as_str(), list.url), (KEY, run.url()));
    // The list says it opens Sundays: live without anybody typing.
    run.publisher.says(&[own(
        DOOR,
        json!({ "description": "x", "extension": [
        { "url": PORTAL, "extension": [
            { "url": "portalName", "valueString": "MyChart" }, { "url": "portalUrl", "valueUrl": DOOR },
            { "url": "portalDescription", "valueMarkdown": "Results and messages" },
        ] },
    ] }),
    )]);
    let looked = run.look().await;
    assert_eq!(looked.error, "");
    let org = run.office.site.organization(BOISE).await;
    assert_eq!(org.portals[0].description.as_deref(), Some("Results and messages"));
    assert_eq!(org.said("name").unwrap().source, "owners");
    let live = run.proposals().await;
    assert_eq!((live[0].kind, live[0].author.as_ref()), (ProposalKind::InStep, Some(&run.owner.person.id)));
    // The same again is nothing.
    let version = org.version;
    assert_eq!(run.look().await.hash, looked.hash);
    assert_eq!(run.office.site.organization(BOISE).await.version, version);
    assert_eq!(run.proposals().await.len(), live.len());
    // And it ends when somebody says so.
    let owner = run.office.person("o@example.org", false).await;
    let ended = run.office.post(Some(&owner), &format!("/manage/{}/in-step/end", run.id), &[]).await;
    assert!(ended.location().ends_with("done=ended"));
    assert_eq!(run.office.app().store.in_step(&run.id).await.unwrap(), None);
}

#[tokio::test]
async fn a_poisoned_list_leads_nobody_elsewhere() {
    let run = Run::new().await;
    run.keep(KEY).await;
    let before = run.office.site.organization(BOISE).await;
    // Another domain waits for a second person, like one that was typed.
    run.publisher.says(&[own("https://mychart-login.example.net/", json!({}))]);
    assert_eq!(run.look().await.error, "");
    let now = run.office.site.organization(BOISE).await;
    assert_eq!(now.portals, before.portals, "the old door stays");
    let waiting = run.proposals().await;
    // Beside it stands what the list says as people see it already: its name and its place.
    assert_eq!((waiting.len(), waiting[0].kind), (2, ProposalKind::InStep));
    assert_eq!(now.said("name").unwrap().source, "owners");
    assert!(waiting[0].risks.iter().any(|risk| matches!(risk, crate::model::change::Risk::Door { .. })));
    // Another date in the list, or another row of it, does not send it once more.
    let other = brand("https://x.org/Organization/3", "Other", "https://x.org/", json!({}));
    run.publisher.says(&[other, own("https://mychart-login.example.net/", json!({}))]);
    assert_eq!(run.look().await.error, "");
    assert_eq!(run.proposals().await.len(), 2);
    // A host that was recalled is left out, and with it the row says nothing of doors.
    run.office.app().store.recall_host("evil.example.com", "test").await.unwrap();
    run.publisher.says(&[own("https://login.evil.example.com/", json!({}))]);
    assert_eq!(run.look().await.error, "");
    assert_eq!(run.proposals().await.len(), 2, "nothing new to decide");
    assert_eq!(run.office.site.organization(BOISE).await.portals, before.portals);
    // The row is another organization now: with another number, name and door.
    let npi = json!({ "identifier": [{ "system": "http://hl7.org/fhir/sid/us-npi", "value": "1234567893" }] });
    run.publisher.says(&[brand(KEY, "Mayo Clinic", "https://mayo.example.com/", npi)]);
    assert_eq!(run.look().await.error, "other_organization");
    // Or it is gone; nobody else's row is taken for it.
    run.publisher.says(&[brand("https://x.org/Organization/9", "St. Joseph’s Hospital", DOOR, json!({}))]);
    assert_eq!(run.look().await.error, "no_row");
    // 50 MB.
    *run.publisher.list.lock().unwrap() = vec![b' '; 50 << 20];
    assert_eq!(run.look().await.error, "too_large");
    *run.publisher.list.lock().unwrap() = b"<!doctype html><html><body>moved</body></html>".to_vec();
    assert_eq!(run.look().await.error, "not_fetched");
    *run.publisher.list.lock().unwrap() = b"{\"resourceType\":\"Bundle\",\"entry\":[".to_vec();
    assert_eq!(run.look().await.error, "unreadable");
    // A small packed file that would be an endless one.
    *run.publisher.list.lock().unwrap() = b"\x1f\x8b\x08\x00\x00\x00".to_vec();
    assert_eq!(run.look().await.error, "unreadable");
    let now = run.office.site.organization(BOISE).await;
    assert_eq!((now.portals, now.name), (before.portals, before.name), "after all of that");
}

#[tokio::test]
async fn trouble_is_told_once_and_whoever_left_sends_nothing_more() {
    let run = Run::new().await;
    run.keep(KEY).await;
    let store = run.office.app().store.clone();
    *run.publisher.list.lock().unwrap() = b"nonsense".to_vec();
    for _ in 0..3 {
        assert_eq!(run.look().await.error, "unreadable");
    }
    let told = store.notices(&run.owner.person.id, None, 0, 10).await.unwrap();
    assert_eq!(told.len(), 1, "{told:?}");
    // Whoever set it up is no editor any more.
    let other = run.office.person("p@example.org", false).await;
    run.office.place(&other, &run.id, Role::Owner).await;
    run.office.place(&run.owner, &run.id, Role::Viewer).await;
    run.publisher.says(&[own("https://boise.example.org/new", json!({}))]);
    assert_eq!(run.look().await.error, "no_editor");
    assert_eq!(store.notices(&other.person.id, None, 0, 10).await.unwrap().len(), 1);
    assert!(run.proposals().await.is_empty());
    // And while it is frozen nothing is taken.
    run.office.place(&run.owner, &run.id, Role::Owner).await;
    store.freeze(&run.id, "two_claims", "test").await.unwrap();
    assert_eq!(run.look().await.error, "frozen");
    assert!(run.proposals().await.is_empty());
}

#[tokio::test]
async fn addresses_inside_are_not_opened_and_forged_rows_are_judged_like_typed_ones() {
    let run = Run::new().await;
    for inside in
        ["https://127.0.0.1:1/", "https://169.254.169.254/latest", "https://localhost/x", "file:///etc/passwd"]
    {
        let shown = run.upload("url", inside).await;
        assert_eq!(shown.status, StatusCode::OK, "{inside}");
        assert!(shown.dom().texts("form[action$='/import/send']").is_empty(), "{inside}");
    }
    // A form with a door of somebody's choice, under a domain it claims to open: it is read anew, and waits.
    let facts = json!({ "name": "St. Joseph’s Hospital", "portals": [{ "at": {
        "url": "https://evil.example.net/", "domain": "boise.example.org" } }],
        "fixed_id": "org-019ab0c4d0007abc8123456700000001", "old_slugs": ["stolen"], "at_best": 0 });
    let version = run.office.site.organization(BOISE).await.version.to_string();
    let facts = facts.to_string();
    let fields = [("facts", facts.as_str()), ("key", "x"), ("version", version.as_str())];
    let sent = run.office.post(Some(&run.owner), &format!("/manage/{}/import/send", run.id), &fields).await;
    assert!(sent.location().ends_with("done=both"), "{} {}", sent.status, sent.body);
    let waiting = run.proposals().await;
    let crate::model::listing::Body::Organization(after) = &waiting[0].after else { panic!("an organization") };
    assert_eq!(after.portals[0].at.door.domain, "example.net");
    assert!(after.old_slugs.is_empty() && after.fixed_id.is_none() && after.at_best.is_none());
    // What is no organization of ours at all.
    let stranger = json!({ "name": "Mayo Clinic", "portals": [] }).to_string();
    let fields = [("facts", stranger.as_str()), ("key", "x"), ("version", version.as_str())];
    let sent = run.office.post(Some(&run.owner), &format!("/manage/{}/import/send", run.id), &fields).await;
    assert!(sent.location().is_empty(), "{}", sent.location());
}
