//! Hostile publishers of logos, on loopback.

use std::{
    net::SocketAddr,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{Router, extract::Request, http::header, middleware, response::Redirect, routing::get};
use image::ImageFormat;
use jiff::civil::date;

use super::{
    Done, Fetcher,
    picture::{
        self,
        tests::{claimed, drawn},
    },
};
use crate::{
    clock::Clock,
    fetch::{Client, Settings},
    model::{
        kind::Kind,
        listing::{Body, Listing, LogoFacts, OrganizationFacts},
        organization::Organization,
        source::Tier,
    },
    store::{Found, Store, testing},
};

/// Answers each path in its own way; counts what it was asked.
async fn publisher() -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = asked.clone();
    let png = || ([(header::CONTENT_TYPE, "image/png")], drawn(400, 200, ImageFormat::Png));
    let pages = Router::new()
        .route("/good.png", get(async move || png()))
        .route("/svg.png", get(async || ([(header::CONTENT_TYPE, "image/png")], "<svg xmlns='x' onload='alert(1)'/>")))
        .route(
            "/page.png",
            get(async || ([(header::CONTENT_TYPE, "text/html")], "<!doctype html><html><body>moved</body></html>")),
        )
        .route("/bomb.png", get(async || claimed(60_000, 60_000, b"", &[0; 100])))
        .route("/cut.png", get(async || drawn(400, 200, ImageFormat::Png)[..300].to_vec()))
        .route("/huge.png", get(async || vec![0x89_u8; 10 << 20]))
        .route("/inside.png", get(async || Redirect::temporary("http://127.0.0.1:1/secret.png")))
        .layer(middleware::map_request(move |request: Request| {
            counter.fetch_add(1, Ordering::SeqCst);
            async { request }
        }));
    tokio::spawn(async move { axum::serve(listener, pages).await });
    (at, asked)
}

async fn load(store: &Store, names: &[(&str, Option<&str>, String)]) {
    let listing = |(name, licence, url): &(&str, Option<&str>, String)| {
        let logo = LogoFacts { url: url.clone(), licence: licence.map(str::to_owned) };
        let facts = OrganizationFacts {
            name: (*name).into(),
            kinds: vec![Kind::Clinic],
            logos: vec![logo],
            ..OrganizationFacts::default()
        };
        Listing { key: (*name).into(), group: None, strong: Vec::new(), body: Body::Organization(Box::new(facts)) }
    };
    let source = testing::source("vendor", Tier::VENDOR);
    testing::take_in(store, source, date(2026, 11, 3), names.iter().map(listing).collect()).await;
}

async fn organization(store: &Store, slug: &str) -> Organization {
    match store.organization_by_slug(slug).await.unwrap() {
        Found::Here(found) => *found,
        other => panic!("{slug}: {other:?}"),
    }
}

fn left(folder: &Path) -> usize {
    std::fs::read_dir(folder).unwrap().filter(|entry| entry.as_ref().unwrap().path().is_file()).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn only_pictures_with_a_licence_are_kept_and_each_address_is_asked_once() {
    let folder = tempfile::tempdir().unwrap();
    let scratch = tempfile::tempdir().unwrap();
    let clock = Clock::standing("2026-11-22T12:00:00Z".parse().unwrap());
    let store = Store::open(folder.path(), None, clock.clone()).await.unwrap();
    let (at, asked) = publisher().await;
    let url = |path: &str| format!("http://{at}/{path}.png");
    let licence = Some("CC-BY-4.0");
    let rows = |good: Option<&'static str>, same: &str| {
        let mut rows = vec![("Good", good, url("good")), ("Same", licence, url(same))];
        rows.extend([("No Licence", None), ("Empty Licence", Some(" "))].map(|(name, none)| (name, none, url("good"))));
        let bad = [
            ("Svg", "svg"),
            ("Page", "page"),
            ("Bomb", "bomb"),
            ("Cut", "cut"),
            ("Huge", "huge"),
            ("Inside", "inside"),
            ("Gone", "gone"),
        ];
        rows.extend(bad.map(|(name, path)| (name, licence, url(path))));
        rows
    };
    load(&store, &rows(licence, "good")).await;
    let wanted = store.wanted_logos(100).await.unwrap();
    assert_eq!(wanted.len(), 9, "those with a licence");
    assert_eq!(store.wanted_logos(2).await.unwrap().len(), 2);
    let settings = Settings { allow: vec![at.to_string()], max_bytes: picture::LARGEST, ..Settings::default() };
    let client = Client::new(settings).unwrap();
    let fetcher = Fetcher { store: &store, client: &client, scratch: scratch.path(), pause: Duration::from_millis(1) };
    let told = Mutex::new(Vec::new());
    let tell = |number: u64, all: u64, url: &str, wrong: Option<&str>| {
        assert!(number <= all && all == 8);
        told.lock().unwrap().push((url.to_owned(), wrong.map(str::to_owned)));
    };
    let done = fetcher.run(wanted, &tell).await.unwrap();
    assert_eq!(done, Done { kept: 2, failed: 7 });
    assert_eq!(asked.load(Ordering::SeqCst), 8, "an address that two share is asked once, the inside not at all");
    assert_eq!(left(scratch.path()), 0, "nothing is left of what was fetched");
    let told = told.into_inner().unwrap();
    let why = |path: &str| told.iter().find(|(at, _)| *at == url(path)).unwrap().1.clone().unwrap_or_default();
    assert_eq!(why("good"), "");
    for (path, words) in [
        ("svg", "SVG"),
        ("bomb", "larger than is unpacked"),
        ("cut", "cannot be read"),
        ("huge", "larger than 2097152 bytes"),
        ("inside", "is not opened"),
        ("gone", "404"),
    ] {
        assert!(why(path).contains(words), "{path}: {}", why(path));
    }
    assert!(why("page").contains("web page") || why("page").contains("no PNG"), "{}", why("page"));
    let hash = store.logo_of(&organization(&store, "good").await).await.unwrap().unwrap();
    assert_eq!(store.logo_of(&organization(&store, "same").await).await.unwrap().as_ref(), Some(&hash));
    for none in ["no-licence", "empty-licence", "svg", "inside"] {
        assert_eq!(store.logo_of(&organization(&store, none).await).await.unwrap(), None, "{none}");
    }
    let png = store.logo(&hash).await.unwrap().unwrap();
    assert!(png.starts_with(b"\x89PNG") && png.len() <= picture::LIGHT);
    assert_eq!(store.wanted_logos(100).await.unwrap(), vec![], "stopped or not, what was done is not done again");
    assert_eq!(store.sweep().await.unwrap(), 0, "logos are no waste");
    assert_eq!(store.check().await.unwrap(), vec![]);
    // Two weeks later those that failed are due, and who does not list a logo any more has none.
    let Clock::Standing(now) = &clock else { panic!("a clock that is set") };
    now.fetch_add(15 * 86_400_000_000, Ordering::Relaxed);
    assert_eq!(store.wanted_logos(100).await.unwrap().len(), 7);
    load(&store, &rows(None, "svg")).await;
    let due = store.wanted_logos(100).await.unwrap();
    assert_eq!(due.iter().filter(|one| one.url == url("svg")).count(), 2, "another address is due at once: {due:?}");
    assert_eq!(store.logo_of(&organization(&store, "good").await).await.unwrap(), None);
    assert_eq!(store.logo_of(&organization(&store, "same").await).await.unwrap(), None, "not from that address");
    store.forget_logos().await.unwrap();
    assert_eq!(store.logo(&hash).await.unwrap(), None);
    assert_eq!(store.sweep().await.unwrap(), 1, "its picture goes");
}
