//! The whole site over a real store and index: addresses in, statuses, headers and pages out.

use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode, header},
    routing::get,
};
use jiff::civil::date;
use tempfile::TempDir;
use tower::ServiceExt;

use super::{CachePolicy, routes, samples};
use crate::{
    app::App,
    clock::Clock,
    model::{
        door::Door,
        kind::Kind,
        listing::{self, AppFacts, Listing, OrganizationFacts, PortalFacts},
        organization::Organization,
        place::Place,
        source::{Source, Tier},
    },
    search::index::Index,
    store::{Found, Store, testing},
};

/// A running site on a folder of its own.
pub struct Site {
    pub app: App,
    pages: axum::Router,
    folder: TempDir,
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: header::HeaderName) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }
}

impl Site {
    /// With two hospitals of one name and an app.
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::standing("2026-11-22T12:00:00Z".parse().unwrap());
        let store = Store::open(folder.path(), None, clock.clone()).await.unwrap();
        let index = Index::open(&folder.path().join("index")).unwrap();
        let running = App::new(store, index, clock, samples::config());
        let site = Self { pages: routes::router(running.clone()), app: running, folder };
        let listings = vec![hospital("a", "Boise", "ID", "83702"), hospital("b", "Tampa", "FL", "33607"), app()];
        site.load(listings).await;
        site
    }

    /// Takes in a list of the one source there is, whole.
    pub async fn load(&self, listings: Vec<Listing>) {
        let source = Source { name: "Example Vendor".into(), ..testing::source("vendor", Tier::VENDOR) };
        testing::take_in(&self.app.store, source, date(2026, 11, 3), listings).await;
        crate::app::catch_up(&self.app.store, &self.app.index).await.unwrap();
    }

    /// Where everything of it lies.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    pub async fn ask(&self, request: Request<Body>) -> Answer {
        let answer = self.pages.clone().oneshot(request).await.unwrap();
        read(answer).await
    }

    pub async fn get(&self, address: &str) -> Answer {
        self.ask(Request::get(address).body(Body::empty()).unwrap()).await
    }

    pub async fn organization(&self, slug: &str) -> Organization {
        match self.app.store.organization_by_slug(slug).await.unwrap() {
            Found::Here(org) => *org,
            other => panic!("{slug}: {other:?}"),
        }
    }
}

async fn read(answer: axum::response::Response) -> Answer {
    let (parts, body) = answer.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    Answer { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&body).into_owned() }
}

/// A hospital with a portal of its own.
pub fn hospital(key: &str, city: &str, state: &str, zip: &str) -> Listing {
    let door = Door::parse(&format!("https://{}.example.org/mychart", city.to_lowercase())).unwrap();
    let facts = OrganizationFacts {
        name: "St. Joseph’s Hospital".into(),
        kinds: vec![Kind::Hospital],
        places: Place::new(&[], city, state, zip).into_iter().collect(),
        portals: vec![PortalFacts { name: Some("MyChart".into()), ..PortalFacts::at(door) }],
        old_slugs: vec![format!("st-joseph-amp-co-{key}")],
        ..OrganizationFacts::default()
    };
    Listing { key: key.into(), group: None, strong: Vec::new(), body: listing::Body::Organization(Box::new(facts)) }
}

/// An app.
pub fn app() -> Listing {
    let facts = AppFacts {
        name: "Example Health".into(),
        ingests: vec!["FHIR R4".into()],
        old_slugs: vec!["old-example".into()],
        ..AppFacts::default()
    };
    Listing { key: "app".into(), group: None, strong: Vec::new(), body: listing::Body::App(Box::new(facts)) }
}

pub const BOISE: &str = "st-josephs-hospital-boise-id";
pub const TAMPA: &str = "st-josephs-hospital-tampa-fl";

#[tokio::test]
async fn a_help_page_with_an_address_of_its_own_has_one_address() {
    let site = Site::new().await;
    assert!(super::help::addresses().count() > 3);
    for path in super::help::addresses() {
        for prefix in ["", "/es"] {
            assert_eq!(site.get(&format!("{prefix}{path}")).await.status, StatusCode::OK, "{prefix}{path}");
        }
    }
    for prefix in ["", "/es"] {
        let page = site.get(&format!("{prefix}/help/developers")).await;
        assert_eq!(page.status, StatusCode::PERMANENT_REDIRECT);
        assert_eq!(page.headers[header::LOCATION], format!("{prefix}/developers"));
    }
}

#[tokio::test]
async fn every_page_answers_in_both_languages_with_its_policy() {
    let site = Site::new().await;
    for prefix in ["", "/es"] {
        let home = if prefix.is_empty() { "/" } else { prefix };
        for (address, policy) in [
            (home.to_owned(), CachePolicy::Page),
            (format!("{prefix}/find"), CachePolicy::Search),
            (format!("{prefix}/find?q=joseph&near=83702&kind=hospital&state=ID"), CachePolicy::Search),
            (format!("{prefix}/organizations/{BOISE}"), CachePolicy::Doors),
            (format!("{prefix}/apps"), CachePolicy::Doors),
            (format!("{prefix}/apps/example-health"), CachePolicy::Doors),
            (format!("{prefix}/sources"), CachePolicy::Page),
            (format!("{prefix}/data"), CachePolicy::Page),
            (format!("{prefix}/help"), CachePolicy::Page),
            (format!("{prefix}/developers"), CachePolicy::Page),
            // Nobody has read the register yet.
            (format!("{prefix}/developers/complete"), CachePolicy::Never),
            (format!("{prefix}/developers/api"), CachePolicy::Page),
            (format!("{prefix}/browse"), CachePolicy::Page),
            (format!("{prefix}/browse/states/ID"), CachePolicy::Page),
            (format!("{prefix}/browse/states/ID/hospital"), CachePolicy::Page),
            (format!("{prefix}/browse/kinds/hospital"), CachePolicy::Page),
            (format!("{prefix}/browse/vendors"), CachePolicy::Page),
            (format!("{prefix}/browse/vendors/mychart?state=ID"), CachePolicy::Page),
            (format!("{prefix}/available?kind=hospital&feature=see"), CachePolicy::Page),
            (format!("{prefix}/available/ID"), CachePolicy::Page),
            (format!("{prefix}/help/faq"), CachePolicy::Page),
            (format!("{prefix}/help/rights"), CachePolicy::Page),
            (format!("{prefix}/help/template"), CachePolicy::Page),
        ] {
            let page = site.get(&address).await;
            assert_eq!(page.status, StatusCode::OK, "{address}");
            assert_eq!(page.headers[header::CACHE_CONTROL], policy.header(), "{address}");
            let lang = if prefix.is_empty() { "<html lang=\"en\">" } else { "<html lang=\"es\">" };
            assert!(page.body.contains(lang), "{address}");
        }
    }
}

#[tokio::test]
async fn the_empty_table_is_a_file_to_take_home() {
    let site = Site::new().await;
    let file = site.get("/data/template.csv").await;
    assert_eq!(file.status, StatusCode::OK);
    assert!(file.header(header::CONTENT_TYPE).starts_with("text/csv"));
    assert!(file.header(header::CONTENT_DISPOSITION).starts_with("attachment"));
    assert_eq!(file.body, crate::sources::template::text());
}

#[tokio::test]
async fn headers_are_on_every_answer_and_no_cookie() {
    let site = Site::new().await;
    for address in ["/", "/es/find?q=x", "/nowhere", "/robots.txt", "/.well-known/security.txt", "/o/x"] {
        let page = site.get(address).await;
        assert_eq!(page.header(header::CONTENT_SECURITY_POLICY), super::headers::CONTENT_SECURITY_POLICY, "{address}");
        assert_eq!(page.header(header::REFERRER_POLICY), "no-referrer", "{address}");
        assert_eq!(page.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff", "{address}");
        assert!(page.headers.contains_key("permissions-policy"), "{address}");
        assert!(!page.headers.contains_key(header::SET_COOKIE), "{address}");
        // The configured address is https.
        assert!(page.headers.contains_key(header::STRICT_TRANSPORT_SECURITY), "{address}");
    }
}

#[tokio::test]
async fn only_the_compression_is_negotiated() {
    let site = Site::new().await;
    let ask = |language: &'static str| {
        Request::get("/").header(header::ACCEPT_ENCODING, "gzip").header(header::ACCEPT_LANGUAGE, language)
    };
    let page = site.ask(ask("es").body(Body::empty()).unwrap()).await;
    assert_eq!(page.header(header::CONTENT_ENCODING), "gzip");
    assert_eq!(page.header(header::VARY), "accept-encoding");
    let plain = site.ask(Request::get("/").header(header::ACCEPT_LANGUAGE, "es").body(Body::empty()).unwrap()).await;
    assert!(plain.body.contains("<html lang=\"en\">"), "the address decides on the language, nothing else");
}

#[tokio::test]
async fn two_hospitals_of_one_name_are_two_pages_that_know_each_other() {
    let site = Site::new().await;
    let page = site.get(&format!("/organizations/{BOISE}")).await.body;
    assert!(
        page.contains("https://boise.example.org/mychart") && !page.contains("https://tampa.example.org"),
        "{page}"
    );
    assert!(page.contains(&format!("/organizations/{TAMPA}")), "the other one is a link");
    let found = site.get("/find?q=st+josephs+hospital").await.body;
    assert!(found.contains(BOISE) && found.contains(TAMPA) && found.contains("2 places"), "{found}");
}

#[tokio::test]
async fn old_names_lead_on_for_ever_and_merges_for_now() {
    let site = Site::new().await;
    for prefix in ["", "/es"] {
        let old = site.get(&format!("{prefix}/organizations/st-joseph-amp-co-a")).await;
        assert_eq!(old.status, StatusCode::PERMANENT_REDIRECT);
        assert_eq!(old.header(header::LOCATION), format!("{prefix}/organizations/{BOISE}"));
        let app = site.get(&format!("{prefix}/apps/old-example")).await;
        assert_eq!(
            (app.status, app.header(header::LOCATION)),
            (StatusCode::PERMANENT_REDIRECT, &*format!("{prefix}/apps/example-health"))
        );
    }
    let (boise, tampa) = (site.organization(BOISE).await, site.organization(TAMPA).await);
    let by_id = site.get(&format!("/es/o/{}", boise.id)).await;
    assert_eq!(
        (by_id.status, by_id.header(header::LOCATION)),
        (StatusCode::TEMPORARY_REDIRECT, &*format!("/es/organizations/{BOISE}"))
    );
    site.app.store.merge_organizations(&boise.id, &tampa.id, "moderator:test").await.unwrap();
    for address in [format!("/organizations/{BOISE}"), format!("/o/{}", boise.id)] {
        let merged = site.get(&address).await;
        assert_eq!(merged.status, StatusCode::TEMPORARY_REDIRECT, "{address}");
        assert_eq!(merged.header(header::LOCATION), format!("/organizations/{TAMPA}"), "{address}");
        assert_eq!(merged.header(header::CACHE_CONTROL), "no-cache", "it may be undone");
    }
}

#[tokio::test]
async fn an_app_is_found_by_its_id() {
    let site = Site::new().await;
    let app = site.app.store.apps().await.unwrap().remove(0);
    assert_eq!(site.get(&format!("/o/{}", app.id)).await.header(header::LOCATION), "/apps/example-health");
}

#[tokio::test]
async fn what_is_not_there_is_a_page_with_a_way_on() {
    let site = Site::new().await;
    for (address, words, search) in [
        ("/organizations/st-marys-boise", "We could not find this page", "action=\"/find\""),
        ("/es/organizations/st-marys-boise", "No encontramos esta página", "action=\"/es/find\""),
        ("/es/apps/none", "No encontramos esta página", "action=\"/es/find\""),
        ("/help/none", "We could not find this page", "action=\"/find\""),
        ("/o/org-0", "We could not find this page", "action=\"/find\""),
        ("/o/org-019ab0c4d0007abc8123456789abcdef", "We could not find this page", "action=\"/find\""),
        ("/assets/none.css", "We could not find this page", "action=\"/find\""),
        ("/%ff", "We could not find this page", "action=\"/find\""),
        ("/organizations/%ff", "We could not find this page", "action=\"/find\""),
    ] {
        let page = site.get(address).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{address}");
        assert!(page.body.contains(words) && page.body.contains(search), "{address}: {}", page.body);
        assert_eq!(page.header(header::CACHE_CONTROL), "no-store", "{address}");
    }
}

#[tokio::test]
async fn a_slash_too_many_is_forgiven_and_never_leads_away() {
    let site = Site::new().await;
    let page = site.get("/es/apps/?x=1").await;
    assert_eq!((page.status, page.header(header::LOCATION)), (StatusCode::PERMANENT_REDIRECT, "/es/apps?x=1"));
    for away in ["//evil.example.org/", "/\\evil.example.org/", "//"] {
        let request = Request::get(format!("http://c.example.org{away}")).body(Body::empty());
        let Ok(request) = request else { continue };
        let page = site.ask(request).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{away}: {}", page.header(header::LOCATION));
    }
}

#[tokio::test]
async fn pages_only_answer_to_reading() {
    let site = Site::new().await;
    let page = site.ask(Request::post("/find").body(Body::empty()).unwrap()).await;
    assert_eq!((page.status, page.header(header::ALLOW)), (StatusCode::METHOD_NOT_ALLOWED, "GET,HEAD"));
    assert!(page.body.contains("action=\"/find\""), "{}", page.body);
    let head = site.ask(Request::head("/").body(Body::empty()).unwrap()).await;
    assert_eq!((head.status, head.body.as_str()), (StatusCode::OK, ""));
}

#[tokio::test]
async fn a_panic_is_a_page_too() {
    let site = Site::new().await;
    let pages = axum::Router::new()
        .route("/es/broken", get(async || -> &'static str { panic!("on purpose") }))
        .route("/broken", get(async || super::problem::PageError::broken("a test", &"a secret cause")));
    for (address, words) in [("/broken", "Something broke on our side"), ("/es/broken", "Algo falló de nuestro lado")]
    {
        let request = Request::get(address).body(Body::empty()).unwrap();
        let page = read(routes::around(pages.clone(), site.app.clone()).oneshot(request).await.unwrap()).await;
        assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR, "{address}");
        assert!(page.body.contains(words) && page.body.contains("/help/contact"), "{address}");
        assert!(!page.body.contains("secret") && !page.body.contains("purpose"), "the cause stays in the log");
        assert_eq!(page.header(header::CONTENT_SECURITY_POLICY), super::headers::CONTENT_SECURITY_POLICY);
    }
}

#[tokio::test]
async fn what_visitors_type_never_breaks_a_page() {
    let site = Site::new().await;
    for query in [
        "q=%00%01%ff",
        "q=%3Cscript%3Ealert(1)%3C/script%3E",
        "q=%22)%20OR%20*:*",
        "q=AND+OR+NOT+%5B%7B~%5E",
        "page=0&q=a",
        "near=99999",
        "page=999999999999999999999&q=hospital",
        "kind=x&kind=hospital&kind=hospital",
        "state=ZZ",
        "near=%F0%9F%98%80",
        "q=&near=&kind=&state=",
    ] {
        let page = site.get(&format!("/find?{query}")).await;
        assert_eq!(page.status, StatusCode::OK, "{query}");
        assert!(!page.body.contains("<script>alert"), "{query}");
    }
    let long = "a".repeat(5_000);
    assert_eq!(site.get(&format!("/find?q={long}")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn codes_in_another_case_lead_on_and_unknown_ones_are_no_page() {
    let site = Site::new().await;
    for (asked, told) in [
        ("/es/browse/states/id", "/es/browse/states/ID"),
        ("/browse/states/us/hospital?page=2", "/browse/states/US/hospital?page=2"),
        ("/available/id", "/available/ID"),
    ] {
        let page = site.get(asked).await;
        assert_eq!((page.status, page.header(header::LOCATION)), (StatusCode::PERMANENT_REDIRECT, told), "{asked}");
    }
    for none in [
        "/browse/states/ZZ",
        "/browse/states/ID/castle",
        "/browse/states/%ff/clinic",
        "/browse/kinds/castle",
        "/browse/vendors/nobody",
        "/available/ZZ",
        "/sitemaps/2.xml",
        "/sitemaps/x.xml",
        "/sitemaps/-1.xml",
        "/sitemaps/0",
    ] {
        assert_eq!(site.get(none).await.status, StatusCode::NOT_FOUND, "{none}");
    }
}

#[tokio::test]
async fn the_site_map_has_every_page_and_every_one_is_there() {
    let site = Site::new().await;
    let root = "https://connector.example.org";
    let index = site.get("/sitemap.xml").await;
    assert!(index.header(header::CONTENT_TYPE).starts_with("application/xml"));
    let addresses = |text: &str| -> Vec<String> {
        let parts = text.split("<loc>").skip(1);
        parts.map(|part| part.split("</loc>").next().unwrap().strip_prefix(root).unwrap().to_owned()).collect()
    };
    let parts = addresses(&index.body);
    assert_eq!(parts, ["/sitemaps/0.xml", "/sitemaps/1.xml"]);
    let mut all = Vec::new();
    for part in &parts {
        all.extend(addresses(&site.get(part).await.body));
    }
    let packed = Request::get(&parts[1]).header(header::ACCEPT_ENCODING, "gzip").body(Body::empty()).unwrap();
    let packed = site.ask(packed).await;
    assert_eq!((packed.status, packed.header(header::CONTENT_ENCODING)), (StatusCode::OK, "gzip"), "it ends well");
    for page in ["/", "/es", "/browse/states/ID/hospital", "/es/available", "/apps/example-health"] {
        assert!(all.contains(&page.to_owned()), "{page}");
    }
    let organizations: Vec<&String> = all.iter().filter(|page| page.starts_with("/organizations/")).collect();
    assert_eq!(organizations.len(), 2, "{organizations:?}");
    assert_eq!(all.len(), all.iter().collect::<std::collections::BTreeSet<_>>().len(), "an address stands twice");
    for page in all {
        assert_eq!(site.get(&page).await.status, StatusCode::OK, "{page}");
    }
}

#[tokio::test]
async fn texts_for_programs_name_only_what_is_there() {
    let site = Site::new().await;
    let robots = site.get("/robots.txt").await.body;
    assert!(robots.contains("Sitemap: https://connector.example.org/sitemap.xml"), "{robots}");
    let llms = site.get("/llms.txt").await.body;
    assert!(llms.starts_with("# Connector\n\n> "), "{llms}");
    let links: Vec<&str> = llms.split("](").skip(1).map(|part| part.split(')').next().unwrap()).collect();
    assert!(links.len() > 10);
    for link in links {
        let address = link.strip_prefix("https://connector.example.org").unwrap();
        // Other rooms answer these.
        let others = ["/api/", "/data/nights", "/feeds/", "/brands.json", "/fhir/", "/mcp", "/embed/", "/legacy"];
        if !others.iter().any(|other| address.starts_with(other)) {
            assert_eq!(site.get(address).await.status, StatusCode::OK, "{address}");
        }
    }
}

#[tokio::test]
async fn robots_and_security_text_are_plain() {
    let site = Site::new().await;
    let security = site.get("/.well-known/security.txt").await;
    assert!(security.header(header::CONTENT_TYPE).starts_with("text/plain"));
    assert!(
        security.body.contains("Contact: mailto:help@example.org\nExpires: 2027-05-21T00:00:00Z"),
        "{}",
        security.body
    );
    assert!(site.get("/robots.txt").await.body.contains("Disallow: /find"));
}

#[tokio::test]
async fn every_asset_a_page_names_is_there_for_ever() {
    let site = Site::new().await;
    let page = site.get("/").await.body;
    let named: Vec<&str> = page.split('"').filter(|part| part.starts_with("/assets/")).collect();
    assert!(named.len() >= 4, "{named:?}");
    for address in named {
        let asset = site.get(address).await;
        assert_eq!(asset.status, StatusCode::OK, "{address}");
        assert_eq!(asset.headers[header::CACHE_CONTROL], CachePolicy::Immutable.header(), "{address}");
        assert!(!asset.body.contains("http://") || address.contains("door"), "{address} asks nothing of others");
    }
}

#[tokio::test]
async fn a_page_is_made_once_for_each_revision() {
    let site = Site::new().await;
    let address = format!("/organizations/{BOISE}");
    let look = async || site.app.pages.looked(Some(site.app.store.last_revision().await.unwrap()));
    look().await;
    let first = site.get(&address).await;
    assert!(first.body.contains("Go to MyChart"));
    let tag = first.headers[header::ETAG].clone();
    // The door is recalled: the page is the one of before until somebody has looked at the log.
    site.app.store.recall_host("boise.example.org", "test").await.unwrap();
    assert!(site.get(&address).await.body.contains("Go to MyChart"), "kept");
    look().await;
    let after = site.get(&address).await;
    assert!(!after.body.contains("Go to MyChart"), "made anew");
    assert_ne!(after.headers[header::ETAG], tag);
    let ask = |tag| site.ask(Request::get(&address).header(header::IF_NONE_MATCH, tag).body(Body::empty()).unwrap());
    assert_eq!(ask(tag).await.status, StatusCode::OK);
    let same = ask(after.headers[header::ETAG].clone()).await;
    assert_eq!((same.status, same.body.as_str()), (StatusCode::NOT_MODIFIED, ""));
    assert_eq!(same.header(header::CONTENT_SECURITY_POLICY), after.header(header::CONTENT_SECURITY_POLICY));
    let head = site.ask(Request::head(&address).body(Body::empty()).unwrap()).await;
    assert_eq!((head.status, head.body.as_str()), (StatusCode::OK, ""));
}

#[tokio::test]
async fn nobody_gets_an_encoding_that_somebody_else_asked_for() {
    let site = Site::new().await;
    site.app.pages.looked(Some(1));
    let encoding = async |accepted: &'static str| {
        let ask = Request::get("/").header(header::ACCEPT_ENCODING, accepted).body(Body::empty()).unwrap();
        site.ask(ask).await.header(header::CONTENT_ENCODING).to_owned()
    };
    for accepted in ["*", "x-gzip", "identity", "gzip;q=0"] {
        assert_eq!(encoding(accepted).await, "", "{accepted}");
    }
    for accepted in ["gzip", "gzip;q=0.5, identity"] {
        assert_eq!(encoding(accepted).await, "gzip", "{accepted}");
    }
    assert_eq!(encoding("*").await, "", "still");
}

#[tokio::test]
async fn answers_to_what_somebody_typed_are_never_kept() {
    let site = Site::new().await;
    site.app.pages.looked(Some(1));
    for address in ["/find?q=joseph", "/organizations/nobody", "/o/x"] {
        let page = site.get(address).await;
        assert!(!page.headers.contains_key(header::ETAG), "{address}");
    }
}

#[tokio::test]
async fn an_old_address_leads_on_with_the_rest_of_the_path_and_what_was_asked() {
    let site = Site::new().await;
    for rest in ["", "/letter", "/report"] {
        let old = site.get(&format!("/es/organizations/st-joseph-amp-co-a{rest}?kind=lab&near=83702")).await;
        assert_eq!(old.status, StatusCode::PERMANENT_REDIRECT, "{rest}");
        let there = format!("/es/organizations/{BOISE}{rest}?kind=lab&near=83702");
        assert_eq!(old.headers[header::LOCATION], there);
    }
}
