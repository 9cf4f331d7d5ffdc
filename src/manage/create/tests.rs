//! New organizations and apps over a running site: filled in from servers on loopback, poisoned, and not public.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use axum::{
    Router,
    http::{StatusCode, Uri, header},
};
use futures_util::future::join_all;
use jiff::civil::date;
use serde_json::{Value, json};

use crate::{
    accounts::testing::{Answer, Office, Visitor},
    fetch::{Client, Settings, tests::NameServer},
    manage,
    model::{
        door::Door,
        listing::{Body, Listing, OrganizationFacts},
        proposal::Proposal,
        source::Tier,
    },
    store::{Found, ProposalFilter, testing},
};

const PORTAL: &str = "http://hl7.org/fhir/StructureDefinition/organization-portal";
const EVIL: &str = "<script>alert(1)</script>\"'>";
const HOST: &str = "fhir.lakeside-hospital.org";

/// Somebody who adds what is not listed, and the servers of an organization.
struct Run {
    office: Office,
    ann: Visitor,
    /// Path -> what stands there.
    pages: Arc<Mutex<std::collections::HashMap<String, String>>>,
    /// Their address, as everybody knows it.
    base: String,
    _names: NameServer,
}

impl Run {
    async fn new() -> Self {
        let office = Office::new(manage::pages()).await;
        let pages = Arc::new(Mutex::new(std::collections::HashMap::<String, String>::new()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let known = pages.clone();
        let answer = async move |uri: Uri| match known.lock().unwrap().get(uri.path()) {
            Some(body) => (StatusCode::OK, [(header::CONTENT_TYPE, "application/json")], body.clone()),
            None => (StatusCode::NOT_FOUND, [(header::CONTENT_TYPE, "application/json")], "{}".to_owned()),
        };
        tokio::spawn(async move { axum::serve(listener, Router::new().fallback(answer)).await });
        let names = NameServer::start(&[(HOST, &["127.0.0.1"]), ("inside.example.org", &["10.0.0.7"])]).await;
        let allow = vec![format!("{HOST}:{}", at.port())];
        let settings = Settings { allow, name_servers: vec![names.at], ..Settings::default() };
        assert!(office.app().way_out.set(Client::new(settings).unwrap()).is_ok());
        std::fs::create_dir_all(office.app().config.data.join("blobs")).unwrap();
        let ann = office.person("ann@lakeside-hospital.org", false).await;
        Self { ann, pages, base: format!("http://{HOST}:{}", at.port()), office, _names: names }
    }

    fn puts(&self, path: &str, body: impl Into<String>) {
        self.pages.lock().unwrap().insert(path.into(), body.into());
    }

    fn lists(&self, entries: &[Value]) {
        let bundle = json!({ "resourceType": "Bundle", "type": "collection", "entry": entries });
        self.puts("/brands.json", bundle.to_string());
    }

    async fn fill(&self, endpoint: &str, list: &str) -> Answer {
        let fields = [("endpoint", endpoint), ("list", list)];
        let page = self.office.post(Some(&self.ann), "/manage/create/fill", &fields).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        assert!(!page.body.contains("<script>alert"), "text of others is text");
        page
    }

    async fn fill_from_list(&self) -> Answer {
        self.fill("", &format!("{}/brands.json", self.base)).await
    }

    /// Sends the form of a page as it stands, with more.
    async fn send(&self, page: &Answer, more: &[(&str, &str)]) -> Answer {
        let dom = page.dom();
        let form = "form[action='/manage/create']";
        let mut fields: Vec<(String, String)> = Vec::new();
        let names = dom.attributes(&format!("{form} input:not([type=checkbox])"), "name");
        let values = names.iter().map(|name| dom.attributes(&format!("{form} input[name={name}]"), "value").concat());
        fields.extend(names.iter().cloned().zip(values).filter(|(name, _)| name != "csrf"));
        for name in ["kind", "state"] {
            let chosen = dom.attributes(&format!("{form} select[name={name}] option[selected]"), "value").concat();
            fields.push((name.into(), chosen));
        }
        fields.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
        fields.extend(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
        self.office.post(Some(&self.ann), "/manage/create", &fields).await
    }

    async fn sent(&self) -> Vec<Proposal> {
        self.office.app().store.proposals(&ProposalFilter::default(), 0, 50).await.unwrap()
    }

    async fn sent_facts(&self) -> OrganizationFacts {
        match self.sent().await.remove(0).after {
            Body::Organization(facts) => *facts,
            Body::App(_) => panic!("an organization"),
        }
    }

    async fn list(&self, name: &str, tier: Tier, website: &str) {
        let website = Some(Door::parse(website).unwrap().into());
        let facts = OrganizationFacts { name: name.into(), website, ..OrganizationFacts::default() };
        let body = Body::Organization(Box::new(facts));
        let listing = Listing { key: name.into(), group: None, strong: Vec::new(), body };
        let app = self.office.app();
        testing::take_in(&app.store, testing::source(name, tier), date(2026, 11, 4), vec![listing]).await;
        crate::app::catch_up(&app.store, &app.index).await.unwrap();
    }
}

#[expect(clippy::needless_pass_by_value, reason = "made on the spot")]
fn brand(n: u32, name: &str, more: Value) -> Value {
    let key = format!("https://{HOST}/r4/Organization/{n}");
    let mut resource = json!({
        "resourceType": "Organization", "id": n.to_string(), "active": true, "name": name,
        "type": [{ "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/organization-type", "code": "prov" }] }],
        "address": [
            { "line": ["1 Main St"], "city": "Boise", "state": "ID", "postalCode": "83702" },
            { "line": ["2 Elm St"], "city": "Boise", "state": "ID", "postalCode": "83703" },
        ],
    });
    for (name, value) in more.as_object().unwrap() {
        resource[name] = value.clone();
    }
    json!({ "fullUrl": key, "resource": resource })
}

fn portals(urls: &[&str]) -> Value {
    let portal = |url: &&str| {
        json!({ "url": PORTAL, "extension": [
            { "url": "portalName", "valueString": "MyChart" }, { "url": "portalUrl", "valueUrl": url } ] })
    };
    urls.iter().map(portal).collect()
}

fn endpoint() -> Value {
    json!({ "fullUrl": format!("https://{HOST}/r4/Endpoint/e"), "resource": {
        "resourceType": "Endpoint", "id": "e", "status": "active", "address": "https://fhir.lakeside-hospital.org/r4",
        "connectionType": { "code": "hl7-fhir-rest" } } })
}

fn lakeside(n: u32) -> Value {
    brand(
        n,
        "Lakeside Hospital",
        json!({
            "alias": ["Lakeside Medical Center"],
            "identifier": [{ "system": "http://hl7.org/fhir/sid/us-npi", "value": "1234567893" }],
            "telecom": [{ "system": "url", "value": "https://www.lakeside-hospital.org" }],
            "extension": portals(&["https://mychart.lakeside-hospital.org/", "https://kids.lakeside-hospital.org/"]),
            "endpoint": [{ "reference": "Endpoint/e" }],
        }),
    )
}

const WHY: (&str, &str) = ("why", "I run the office");

#[tokio::test]
async fn an_endpoint_names_the_list_and_the_brand_that_fill_the_form() {
    let run = Run::new().await;
    let identifier = json!({ "system": "http://hl7.org/fhir/sid/us-npi", "value": "1234567893" });
    let smart = json!({ "user_access_brand_bundle": "/brands.json", "user_access_brand_identifier": identifier });
    run.puts("/r4/.well-known/smart-configuration", smart.to_string());
    run.puts("/r4/metadata", json!({ "resourceType": "CapabilityStatement", "fhirVersion": "4.0.1" }).to_string());
    run.lists(&[brand(2, "Other Clinic", json!({})), lakeside(1), endpoint()]);
    let page = run.fill(&format!("{}/r4/", run.base), "").await;
    let value = |name: &str| page.dom().attributes(&format!("[name={name}]"), "value").concat();
    assert_eq!(value("name"), "Lakeside Hospital", "{}", page.dom().text("main"));
    assert_eq!((value("zip").as_str(), value("npi").as_str()), ("83702", "1234567893"));
    assert_eq!(value("portal"), "https://mychart.lakeside-hospital.org/");
    let along = page.dom().text("section[aria-labelledby=along-heading]");
    for words in ["Lakeside Medical Center", "2 Elm St", "kids.lakeside-hospital.org", "fhir.lakeside-hospital.org/r4"]
    {
        assert!(along.contains(words), "{words}: {along}");
    }
    let before = run.office.app().store.last_revision().await.unwrap();
    let sent = run.send(&page, &[WHY, ("kind", "hospital")]).await;
    assert_eq!((sent.status, sent.location()), (StatusCode::SEE_OTHER, "/manage"), "{}", sent.dom().text("main"));
    let facts = run.sent_facts().await;
    assert_eq!((facts.aliases.len(), facts.places.len(), facts.portals.len()), (1, 2, 2));
    assert_eq!(facts.portals[0].name.as_deref(), Some("MyChart"));
    assert_eq!(facts.endpoints[0].at.url, "https://fhir.lakeside-hospital.org/r4");
    // Its own doors are risks like typed ones, and nothing of it is public.
    assert!(run.sent().await[0].risks.iter().any(|risk| matches!(risk, crate::model::change::Risk::Door { .. })));
    assert_eq!(run.office.app().store.last_revision().await.unwrap(), before);
    assert!(matches!(run.office.app().store.organization_by_slug("lakeside-hospital").await.unwrap(), Found::Nothing));
    // Whoever wants none of it leaves it out.
    run.send(&page, &[WHY, ("kind", "hospital"), ("without", "yes")]).await;
    let facts = run.sent_facts().await;
    assert_eq!((facts.aliases.len(), facts.places.len(), facts.portals.len(), facts.endpoints.len()), (0, 1, 1, 0));
}

#[tokio::test]
async fn of_several_organizations_somebody_chooses_theirs() {
    let run = Run::new().await;
    run.lists(&[brand(2, "Other Clinic", json!({})), lakeside(1), endpoint()]);
    let page = run.fill_from_list().await;
    let names = page.dom().texts("form[action='/manage/create/take'] strong");
    assert_eq!(names, ["Other Clinic", "Lakeside Hospital"]);
    let facts = page.dom().attributes("form[action='/manage/create/take'] [name=facts]", "value");
    let taken = run.office.post(Some(&run.ann), "/manage/create/take", &[("facts", &facts[1])]).await;
    assert_eq!(taken.dom().attributes("[name=name]", "value"), ["Lakeside Hospital"]);
    let broken = run.office.post(Some(&run.ann), "/manage/create/take", &[("facts", "{")]).await;
    assert!(broken.dom().text(".warning").contains("could not read"));
}

#[tokio::test]
async fn an_endpoint_without_a_list_is_only_asked_for_itself() {
    let run = Run::new().await;
    run.puts("/r4/.well-known/smart-configuration", json!({ "capabilities": ["launch-standalone"] }).to_string());
    let page = run.fill(&format!("{}/r4", run.base), "").await;
    assert!(page.dom().texts(".warning").is_empty(), "{}", page.dom().text("main"));
    assert_eq!(page.dom().attributes("[name=name]", "value"), [""]);
}

#[tokio::test]
async fn a_poisoned_list_brings_nothing_that_could_not_be_typed() {
    let run = Run::new().await;
    let poisoned = json!({
        "alias": [EVIL], "description": "x",
        "telecom": [{ "system": "url", "value": "javascript:alert(1)" }],
        "extension": portals(&["javascript:alert(1)", "https://bit.ly/x", "http://plain.example.org/", "https://10.0.0.7/"]),
    });
    run.lists(&[brand(1, &format!("Lakeside {EVIL}"), poisoned)]);
    let page = run.fill_from_list().await;
    let value = |name: &str| page.dom().attributes(&format!("[name={name}]"), "value").concat();
    assert!(value("name").contains("Lakeside <script>"), "as text: {}", value("name"));
    assert_eq!((value("portal"), value("website")), (String::new(), String::new()));
    let sent = run.send(&page, &[WHY, ("kind", "hospital")]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.dom().text("main"));
    let facts = run.sent_facts().await;
    assert_eq!((facts.website, facts.portals, facts.endpoints), (None, Vec::new(), Vec::new()));
    // What a form forges in the place of a list is judged too.
    let forged = json!({ "name": "x", "fixed_id": "org-1", "old_slugs": ["mercy"], "status": "closed",
        "portals": [{ "at": { "url": "https://good.example.org/", "domain": "good.example.org" } },
                    { "at": { "url": "javascript:alert(1)", "domain": "mychart.org" } }] })
    .to_string();
    run.send(&page, &[WHY, ("kind", "hospital"), ("name", "Another One"), ("along", &forged)]).await;
    let facts = run.sent_facts().await;
    assert_eq!((facts.name.as_str(), facts.fixed_id, facts.status), ("Another One", None, None));
    assert!(facts.portals.is_empty() && facts.old_slugs.is_empty());
}

#[tokio::test]
async fn a_list_that_is_too_large_or_broken_is_said_in_words() {
    let run = Run::new().await;
    let many: Vec<Value> = (0..10_000).map(|n| brand(n, &format!("Clinic {n}"), json!({}))).collect();
    let deep = format!("{{\"resourceType\":\"Bundle\",\"entry\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    for (list, words) in [
        (json!({ "resourceType": "Bundle", "type": "collection", "entry": many }).to_string(), "larger than 5 MB"),
        // What is nested too deeply is no organization, and breaks nothing.
        (deep, "no organization"),
        ("{\"resourceType\":\"Bundle\",\"entry\":[".into(), "could not read"),
        ("[1,2,3]".into(), "could not read"),
        (json!({ "resourceType": "Bundle", "type": "collection", "entry": [] }).to_string(), "no organization"),
    ] {
        run.puts("/brands.json", list);
        let page = run.fill_from_list().await;
        assert!(page.dom().text(".warning").contains(words), "{words}: {}", page.dom().text("main"));
    }
    assert!(run.fill("", "").await.dom().text(".warning").contains("address first"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_learns_what_answers_inside_a_network() {
    let run = Run::new().await;
    let gone = format!("{}/nothing", run.base);
    let addresses = [
        "https://10.0.0.7/r4",
        "http://127.0.0.1:22/",
        "https://169.254.169.254/latest",
        "https://inside.example.org/r4",
        "https://nobody.example.org/r4",
        "file:///etc/passwd",
        gone.as_str(),
    ];
    let asked = async |address: &str| {
        let began = Instant::now();
        let page = run.fill(address, "").await;
        (page.dom().text(".warning"), began.elapsed())
    };
    let all = join_all(addresses.map(asked)).await;
    for (address, (words, took)) in addresses.iter().zip(&all) {
        assert_eq!(*words, all[0].0, "{address}");
        assert!(*took > Duration::from_secs(11), "{address} was told apart by time: {took:?}");
    }
    // The list is asked by the same rules; and then it is enough.
    let list = run.fill("", "https://10.0.0.7/brands.json").await;
    assert_eq!(list.dom().text(".warning"), all[0].0);
    run.lists(&[lakeside(1), endpoint()]);
    for _ in 0..2 {
        run.fill_from_list().await;
    }
    assert!(run.fill_from_list().await.dom().text(".warning").contains("10 minutes"));
}

#[tokio::test]
async fn whoever_types_a_domain_like_a_listed_one_is_shown_it() {
    let run = Run::new().await;
    run.list("Lakeside Hospital", Tier::GOVERNMENT, "https://www.lakeside-hospital.org/").await;
    run.list("Riverbend Hospital", Tier::SUGGESTION, "https://www.riverbend-hospital.org/").await;
    let form = |website: &'static str| {
        [
            ("name", "Completely Different"),
            ("kind", "clinic"),
            ("city", "Tampa"),
            ("state", "FL"),
            ("website", website),
            WHY,
        ]
    };
    for website in ["lakeside-hospita1.org", "lakesidehospital.org", "mylakeside-hospital.com", "lakeside-hopsital.net"]
    {
        let page = run.office.post(Some(&run.ann), "/manage/create", &form(website)).await;
        let known = page.dom().text("#create-known + ul");
        assert!(known.contains("lakeside-hospital.org, can be mistaken"), "{website}: {known}");
    }
    assert!(run.sent().await.is_empty());
    // What only somebody's suggestion lists makes nobody odd.
    let page = run.office.post(Some(&run.ann), "/manage/create", &form("riverbend-hospita1.org")).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.dom().text("main"));
}

const APP: [(&str, &str); 8] = [
    ("name", "Record Keeper"),
    ("publisher", "Keeper Inc."),
    ("description", "Keeps your records on your phone."),
    ("ingests", "FHIR R4\nC-CDA"),
    ("platforms", "ios"),
    ("website", "https://recordkeeper.example.org/"),
    ("privacy_policy", "https://recordkeeper.example.org/privacy"),
    WHY,
];

fn with<'f>(changes: &[(&'f str, &'f str)]) -> Vec<(&'f str, &'f str)> {
    let kept = APP.iter().filter(|(name, _)| !changes.iter().any(|(other, _)| other == name));
    kept.chain(changes).copied().collect()
}

#[tokio::test]
async fn an_app_waits_and_then_is_public_and_its_makers() {
    let run = Run::new().await;
    let store = &run.office.app().store;
    let page = run.office.get(Some(&run.ann), "/es/manage/create/app").await;
    assert_eq!(page.status, StatusCode::OK);
    let before = store.last_revision().await.unwrap();
    let sent = run.office.post(Some(&run.ann), "/manage/create/app", &APP).await;
    assert_eq!((sent.status, sent.location()), (StatusCode::SEE_OTHER, "/manage"), "{}", sent.dom().text("main"));
    assert_eq!(store.last_revision().await.unwrap(), before, "nothing was published");
    assert_eq!(run.office.site.get("/apps/record-keeper").await.status, StatusCode::NOT_FOUND);
    assert!(!run.office.site.get("/apps").await.body.contains("Record Keeper"));
    let home = run.office.get(Some(&run.ann), "/manage").await.dom();
    assert!(home.text("main").contains("Record Keeper: waits for a person"));
    let proposal = run.sent().await.remove(0);
    assert!(store.memberships(&run.ann.person.id).await.unwrap().is_empty());
    let approval = crate::store::Approval { hash: &proposal.hash, seen: 0, finals: &[], answer: "" };
    let done = store.approve(proposal.n, &approval, "moderator:per-x").await.unwrap();
    let id = done.subject.unwrap();
    let member = store.member(&id, &run.ann.person.id).await.unwrap().unwrap();
    assert_eq!((member.role, member.proof), (crate::model::account::Role::Owner, 0), "no second person for anybody");
    // In a new sitting, so that nothing that was kept a moment is read.
    let page = run.office.site.get("/apps/record-keeper").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("https://recordkeeper.example.org/privacy"), "its doors are open: {}", page.body);
    assert!(run.office.site.get("/apps").await.body.contains("Record Keeper"));
    let found = run.office.get(Some(&run.ann), "/manage/find?q=record+keeper").await;
    assert!(found.dom().attributes("main a", "href").contains(&"/apps/record-keeper".to_owned()));
    let form = run.office.get(Some(&run.ann), &format!("/manage/{id}/edit/app")).await;
    assert_eq!(form.dom().attributes("[name=publisher]", "value"), ["Keeper Inc."]);
}

#[tokio::test]
async fn everything_that_is_missing_of_an_app_is_said_at_once() {
    let run = Run::new().await;
    let page = run.office.post(Some(&run.ann), "/manage/create/app", &[]).await.dom();
    assert_eq!(page.texts(".error-summary li").len(), 8, "{:?}", page.texts(".error-summary li"));
    for at in page.attributes(".error-summary a", "href") {
        assert_eq!(page.attributes(&at, "id"), [at.trim_start_matches('#')], "each leads to its field");
    }
    for (field, value) in [
        ("website", "javascript:alert(1)"),
        ("website", "http://recordkeeper.example.org/"),
        ("privacy_policy", "https://bit.ly/x"),
        ("google_play", "https://10.0.0.7/"),
        ("name", "!!!"),
        ("platforms", "toaster"),
    ] {
        let page = run.office.post(Some(&run.ann), "/manage/create/app", &with(&[(field, value)])).await.dom();
        assert_eq!(page.texts(".error-summary li").len(), 1, "{field} {value}");
    }
    assert!(run.sent().await.is_empty());
}

#[tokio::test]
async fn what_makers_type_is_text_and_nobody_chooses_an_address_or_an_owner() {
    let run = Run::new().await;
    let store = &run.office.app().store;
    let evil = ["name", "publisher", "description", "description_es", "ingests", "why"].map(|field| (field, EVIL));
    let known =
        [("slug", "example-health"), ("fixed_id", "app-1"), ("old_slugs", "example-health"), ("subject", "app-1")];
    let fields = with(&evil).into_iter().chain(known).collect::<Vec<_>>();
    // Its form again, with something to be mended.
    let again: Vec<_> = fields.iter().copied().chain([("google_play", EVIL)]).collect();
    let page = run.office.post(Some(&run.ann), "/manage/create/app", &again).await;
    assert!(!page.body.contains("<script>alert") && !page.dom().texts(".error-summary li").is_empty());
    let sent = run.office.post(Some(&run.ann), "/manage/create/app", &fields).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.dom().text("main"));
    let home = run.office.get(Some(&run.ann), "/manage").await;
    assert!(!home.body.contains("<script>alert"));
    let proposal = run.sent().await.remove(0);
    let Body::App(facts) = &proposal.after else { panic!("an app") };
    assert_eq!((facts.fixed_id.as_ref(), facts.old_slugs.len(), proposal.subject.as_ref()), (None, 0, None));
    let approval = crate::store::Approval { hash: &proposal.hash, seen: 0, finals: &[], answer: "" };
    store.approve(proposal.n, &approval, "moderator:per-x").await.unwrap();
    for address in ["/apps", "/es/apps", "/apps/script-alert-1-script"] {
        let page = run.office.site.get(address).await;
        assert_eq!(page.status, StatusCode::OK, "{address}");
        assert!(!page.body.contains("<script>alert"), "{address}");
    }
}

#[tokio::test]
async fn nobody_takes_a_listed_apps_name_unseen_or_its_address_at_all() {
    let run = Run::new().await;
    let store = &run.office.app().store;
    for name in ["Example Health", "examp1e  health", "EXAMPLE-HEALTHS"] {
        let page = run.office.post(Some(&run.ann), "/manage/create/app", &with(&[("name", name)])).await;
        assert!(page.dom().text("#create-known + ul").contains("a name like it"), "{name}");
        let claims = page.dom().attributes("#create-known + ul a", "href");
        assert!(claims.iter().all(|href| href.starts_with("/manage/claim/app-")), "{claims:?}");
    }
    run.list("Lakeside Hospital", Tier::GOVERNMENT, "https://www.lakeside-hospital.org/").await;
    let site = with(&[("website", "https://lakeside-hospita1.org/")]);
    let page = run.office.post(Some(&run.ann), "/manage/create/app", &site).await;
    assert!(page.dom().text("#create-known + ul").contains("lakeside-hospital.org, can be mistaken"));
    assert!(run.sent().await.is_empty());
    let sent = with(&[("name", "Example Health"), ("another", "yes")]);
    run.office.post(Some(&run.ann), "/manage/create/app", &sent).await;
    let proposal = run.sent().await.remove(0);
    let approval = crate::store::Approval { hash: &proposal.hash, seen: 0, finals: &[], answer: "" };
    let id = store.approve(proposal.n, &approval, "moderator:per-x").await.unwrap().subject.unwrap();
    let apps = store.apps().await.unwrap();
    let (squatter, others): (Vec<_>, Vec<_>) = apps.iter().partition(|app| app.id == id);
    assert!(others.iter().any(|app| app.slug == "example-health"), "the listed one keeps its address");
    assert_ne!(squatter[0].slug, "example-health");
}
