//! A list that would swap doors, in all the ways a thief would try: stories of the store's contract (`store.rs` runs them).

use connector::{
    model::{
        door::Door,
        identifier::{Identifier, System},
        listing::{AppFacts, Body, DoorFacts, Listing, LogoFacts, OrganizationFacts},
        organization::{App, Organization},
        source::Mode,
    },
    store::{Found, Store, Verdict},
};

use crate::support::{app_listing, endpoint, hospital, listing, load, place, portal, source};

const GOOD: &str = "https://portal.example.org/";

async fn page(store: &Store, slug: &str) -> Organization {
    match store.organization_by_slug(slug).await.unwrap() {
        Found::Here(organization) => *organization,
        other => panic!("{slug}: {other:?}"),
    }
}

async fn app_page(store: &Store, slug: &str) -> App {
    match store.app_by_slug(slug).await.unwrap() {
        Found::Here(app) => *app,
        other => panic!("{slug}: {other:?}"),
    }
}

async fn nobody(store: &Store, slug: &str) {
    assert!(matches!(store.organization_by_slug(slug).await.unwrap(), Found::Nothing), "{slug}");
}

fn addresses(of: &Organization) -> Vec<&str> {
    of.endpoints.iter().map(|endpoint| endpoint.address.as_str()).collect()
}

async fn agrees(store: &Store) {
    assert_eq!(store.check().await.unwrap(), vec![]);
}

/// A row whose key, like those of endpoint lists, is made of its address.
fn at(address: &str, mut facts: OrganizationFacts) -> Listing {
    facts.endpoints.push(endpoint(address));
    listing(&format!("{}|{address}", facts.name), facts)
}

fn in_boise(name: &str) -> OrganizationFacts {
    let mut facts = hospital(name);
    facts.places.push(place("Boise", "ID", "83702"));
    facts
}

/// 600 hospitals, each at its own host; the first ones as they are told.
fn hosts(first: Vec<Listing>) -> Vec<Listing> {
    let from = 20;
    let rest =
        (from..620).map(|n| at(&format!("https://fhir.h{n}.example.org/r4"), in_boise(&format!("Hospital {n}"))));
    first.into_iter().chain(rest).collect()
}

pub async fn a_moved_address_under_a_new_key_waits(store: Store) {
    let vendor = source("vendor", 3);
    let (good, evil) = ("https://fhir.good.example.org/r4", "https://fhir.evil.example.com/r4");
    load(&store, &vendor, "2026-11-01", hosts(vec![at(good, in_boise("Mercy"))])).await;
    let before = page(&store, "mercy-boise-id").await;
    let (taken, finished) = load(&store, &vendor, "2026-11-02", hosts(vec![at(evil, in_boise("Mercy"))])).await;
    assert_eq!((taken.new, finished.withdrawn, finished.held_doors, finished.held), (1, 1, 1, None));
    let after = page(&store, "mercy-boise-id").await;
    assert_eq!((after.id, addresses(&before)), (before.id.clone(), vec![good]), "the old door stays");
    nobody(&store, "mercy-boise-id-2").await;
    let waiting = store.held_doors().await.unwrap();
    assert_eq!((waiting.len(), waiting[0].domain.as_str()), (1, "example.com"));
    store.decide_door(&waiting[0], Verdict::Confirm, "Ana").await.unwrap();
    assert_eq!(addresses(&page(&store, "mercy-boise-id").await), [evil]);
    agrees(&store).await;
}

pub async fn many_moved_addresses_under_new_keys_make_a_load_wait(store: Store) {
    let vendor = source("vendor", 5);
    let rows = |moved: usize| {
        (0..300)
            .map(|n| {
                let host = if n < moved { format!("evil-host{n}.com") } else { format!("host{n}.example.org") };
                at(&format!("https://{host}/r4"), hospital(&format!("Hospital {n}")))
            })
            .collect::<Vec<_>>()
    };
    load(&store, &vendor, "2026-11-01", rows(0)).await;
    let before = store.last_revision().await.unwrap();
    let (_, finished) = load(&store, &vendor, "2026-11-02", rows(10)).await;
    assert!(finished.held.unwrap().starts_with("10 of its 300 doors would change their domain"));
    assert_eq!(store.last_revision().await.unwrap(), before);
    // A Bundle whose rows got new ids and portals is the same trick.
    let bundle = source("bundle", 3);
    let rows = |moved: usize| {
        (0..300)
            .map(|n| {
                let mut facts = in_boise(&format!("Clinic {n}"));
                let domain = if n < moved { "evil.example.net" } else { "example.org" };
                facts.portals.push(portal(&format!("https://clinic{n}.{domain}/")));
                listing(&format!("urn:uuid:{}{n}", if n < moved { "new" } else { "old" }), facts)
            })
            .collect::<Vec<_>>()
    };
    load(&store, &bundle, "2026-11-01", rows(0)).await;
    let before = store.last_revision().await.unwrap();
    let (_, finished) = load(&store, &bundle, "2026-11-02", rows(10)).await;
    assert!(finished.held.unwrap().starts_with("10 of its 300 doors would change their domain"));
    assert_eq!(store.last_revision().await.unwrap(), before);
    agrees(&store).await;
}

fn also_called(mut row: Listing, alias: &str) -> Listing {
    if let Body::Organization(facts) = &mut row.body {
        facts.aliases.push(alias.into());
    }
    row
}

pub async fn no_way_to_tell_rows_apart_swaps_a_door(store: Store) {
    let vendor = source("vendor", 5);
    let zip = |name: &str, zip: &str| {
        let mut facts = hospital(name);
        facts.places.extend(connector::model::place::Place::new(&[], "", "", zip));
        facts
    };
    let row = |who: &str, name: &str, code: &str| at(&format!("https://fhir.{who}.com/r4"), zip(name, code));
    let old = || {
        vec![
            row("good1", "Alpha", "83702"),
            row("good2", "Beta", "83702"),
            row("good3", "Gamma, LLC", "83702"),
            row("good4a", "Delta", "83702"),
            row("good4b", "Delta", "83702"),
            row("good5", "Epsilon", "83702"),
        ]
    };
    load(&store, &vendor, "2026-11-01", hosts(old())).await;
    for (what, rows) in [
        ("twice in the list", vec![row("evil1a", "Alpha", "83702"), row("evil1b", "Alpha", "83702")]),
        ("another ZIP code of the state", vec![row("evil2", "Beta", "83706")]),
        ("no ZIP code", vec![row("evil2", "Beta", "")]),
        ("written in another way", vec![row("evil3", "The Gamma", "83702")]),
        (
            "under another name, with this one beside it",
            vec![also_called(row("evil2", "Beta of Boise", "83702"), "Beta")],
        ),
        ("behind another row of its group", {
            let mut rows = vec![row("evil2a", "Aaa", "83702"), row("evil2b", "Beta", "83706")];
            for row in &mut rows {
                row.group = Some("one customer".into());
            }
            rows
        }),
        ("two that went and one that came", vec![row("evil4", "Delta", "83702")]),
    ] {
        let (_, finished) = load(&store, &vendor, "2026-11-02", hosts(rows)).await;
        assert!(finished.held.is_some() || finished.held_doors > 0, "{what}: {finished:?}");
        let all = store.organizations(None, 1_000).await.unwrap();
        let evil = all.iter().find(|one| addresses(one).iter().any(|address| address.contains("evil")));
        assert!(evil.is_none(), "{what}: {evil:?}");
        load(&store, &vendor, "2026-11-02", hosts(old())).await;
    }
    // First it goes, and with another load it is back at another address.
    let mut without = old();
    without.pop();
    load(&store, &vendor, "2026-11-03", hosts(without)).await;
    let mut back = old();
    back[5] = row("evil5", "Epsilon", "83702");
    load(&store, &vendor, "2026-11-04", hosts(back)).await;
    assert!(page(&store, "epsilon-2").await.endpoints.is_empty());
    // Where it was before it may be at once.
    let mut home = old();
    home[5] = at("https://fhir.good5.com/r4/new", zip("Epsilon", "83702"));
    load(&store, &vendor, "2026-11-05", hosts(home)).await;
    let all = store.organizations(None, 1_000).await.unwrap();
    assert!(all.iter().any(|one| addresses(one) == ["https://fhir.good5.com/r4/new"]));
    agrees(&store).await;
}

pub async fn others_of_one_name_are_not_taken_for_one_that_went(store: Store) {
    let vendor = source("vendor", 5);
    let in_state = |state: &str| {
        let mut facts = hospital("Family Clinic");
        facts.places.push(place("", state, ""));
        facts
    };
    load(&store, &vendor, "2026-11-01", hosts(vec![at("https://fhir.one.com/r4", in_state("TX"))])).await;
    let (_, finished) =
        load(&store, &vendor, "2026-11-02", hosts(vec![at("https://fhir.two.com/r4", in_state("OH"))])).await;
    assert_eq!((finished.published.created, finished.held_doors), (1, 0), "another state");
    // Beside one that stays, another of its name is somebody else.
    let both = vec![at("https://fhir.two.com/r4", in_state("OH")), at("https://fhir.three.com/r4", in_state("OH"))];
    let (_, finished) = load(&store, &vendor, "2026-11-03", hosts(both)).await;
    assert_eq!((finished.published.created, finished.held_doors), (1, 0));
    agrees(&store).await;
}

pub async fn a_second_row_with_the_mark_of_one_that_went_waits(store: Store) {
    let vendor = source("vendor", 5);
    let marked = |address: &str, name: &str| {
        let mut row = at(address, in_boise(name));
        row.strong = vec!["npi:1234567893".into()];
        row
    };
    load(&store, &vendor, "2026-11-01", hosts(vec![marked("https://fhir.good.com/r4", "Mercy")])).await;
    let twice = vec![marked("https://fhir.evil1.com/r4", "Mercy"), marked("https://fhir.evil2.com/r4", "Mercy West")];
    let (_, finished) = load(&store, &vendor, "2026-11-02", hosts(twice)).await;
    assert_eq!((finished.held_doors, finished.held), (2, None));
    // With a later load and under another name, too.
    load(&store, &vendor, "2026-11-03", hosts(vec![])).await;
    let (_, finished) =
        load(&store, &vendor, "2026-11-04", hosts(vec![marked("https://fhir.evil3.com/r4", "Mercy East")])).await;
    assert_eq!(finished.held_doors, 1);
    let all = store.organizations(None, 1_000).await.unwrap();
    assert!(all.iter().all(|one| addresses(one).iter().all(|address| !address.contains("evil"))));
    agrees(&store).await;
}

/// 700 hospitals with portals; the first has this one and this page to make an account.
fn with_sign_up(url: &str, sign_up: Option<&str>) -> Vec<Listing> {
    (0..700)
        .map(|n| {
            let mut facts = in_boise(&format!("Hospital {n}"));
            let mut door = portal(if n == 0 { url } else { GOOD });
            door.sign_up = sign_up.filter(|_| n == 0).map(|url| Door::parse(url).unwrap());
            facts.portals.push(door);
            listing(&format!("k{n}"), facts)
        })
        .collect()
}

pub async fn a_page_to_make_an_account_is_a_door(store: Store) {
    let vendor = source("vendor", 3);
    let (good, evil) = ("https://sign.example.org/up", "https://sign.evil.example.com/up");
    let shown = async || page(&store, "hospital-0-boise-id").await.portals.remove(0).sign_up;
    load(&store, &vendor, "2026-11-01", with_sign_up(GOOD, Some(good))).await;
    assert_eq!(shown().await.as_deref(), Some(good));
    for (date, url, sign_up, expected) in [
        ("2026-11-02", GOOD, Some(evil), Some(good)),
        ("2026-11-03", GOOD, None, None),
        ("2026-11-04", GOOD, Some(evil), None),
        ("2026-11-05", "https://portal.example.org/new", Some(evil), None),
        ("2026-11-06", GOOD, Some("https://portal.example.org/up"), Some("https://portal.example.org/up")),
    ] {
        load(&store, &vendor, date, with_sign_up(url, sign_up)).await;
        assert_eq!(shown().await.as_deref(), expected, "{date}");
    }
    let waiting = store.held_doors().await.unwrap();
    assert_eq!((waiting.len(), waiting[0].url.as_str()), (1, evil));
    load(&store, &vendor, "2026-11-07", with_sign_up(GOOD, Some(evil))).await;
    store.decide_door(&waiting[0], Verdict::Confirm, "Ana").await.unwrap();
    assert_eq!(shown().await.as_deref(), Some(evil));
    assert_eq!(store.recall_host("evil.example.com", "Ana").await.unwrap(), 1, "it is found there");
    assert_eq!(shown().await, None);
    agrees(&store).await;
}

pub async fn many_pages_to_make_an_account_make_a_load_wait(store: Store) {
    let vendor = source("vendor", 3);
    let rows = |moved: usize| {
        let mut rows = with_sign_up(GOOD, None);
        for (n, row) in rows.iter_mut().enumerate() {
            let Body::Organization(facts) = &mut row.body else { panic!() };
            let host = if n < moved { "evil.example.com" } else { "sign.example.org" };
            facts.portals[0].sign_up = Some(Door::parse(&format!("https://{host}/up")).unwrap());
        }
        rows
    };
    load(&store, &vendor, "2026-11-01", rows(0)).await;
    let before = store.last_revision().await.unwrap();
    let (_, finished) = load(&store, &vendor, "2026-11-02", rows(50)).await;
    assert!(finished.held.unwrap().starts_with("50 of its 1400 doors would change their domain"));
    assert_eq!(store.last_revision().await.unwrap(), before);
}

pub async fn a_recalled_host_is_nowhere_in_a_document(store: Store) {
    let vendor = source("vendor", 3);
    let rows = |other: bool| {
        let mut rows = with_sign_up(GOOD, None);
        let mut facts = in_boise("Hospital 0");
        let site = if other { "https://other.example.net/" } else { "https://www.evil.example.com./" };
        facts.website = Some(DoorFacts { door: Door::parse(site).unwrap(), evidence: None });
        facts.portals.push(portal(site));
        let mut end = endpoint(if other { "https://fhir.example.net/r4" } else { "https://fhir.example.org/r4" });
        end.developers = Some(Door::parse("https://dev.evil.example.com/").unwrap());
        facts.endpoints.push(end);
        let logo = |url: &str| LogoFacts { url: url.into(), licence: None };
        facts.logos = vec![logo("https://evil.example.com/logo.svg"), logo("https://example.org/logo.svg")];
        rows[0] = listing("k0", facts);
        rows
    };
    load(&store, &vendor, "2026-11-01", rows(false)).await;
    // What is held keeps the doors of before: these must go too.
    load(&store, &vendor, "2026-11-02", rows(true)).await;
    assert_eq!(store.held_doors().await.unwrap().len(), 3);
    let found = page(&store, "hospital-0-boise-id").await;
    assert!(serde_json::to_string(&found).unwrap().contains("evil.example.com"));
    store.recall_host("evil.example.com", "Ana").await.unwrap();
    let found = page(&store, "hospital-0-boise-id").await;
    let text = serde_json::to_string(&found).unwrap();
    assert!(!text.contains("evil.example.com"), "{text}");
    assert_eq!((found.logos.len(), found.endpoints.len()), (1, 1));
    agrees(&store).await;
}

pub async fn doors_behind_a_better_source_count(store: Store) {
    let (better, worse) = (source("better", 3), source("worse", 5));
    let rows = |host: &str, moved: usize| {
        let rows = (0..300).map(|n| {
            let mut facts = in_boise(&format!("Sollus Hospital {n}"));
            facts.identifiers.push(Identifier { system: System::Oid, value: format!("1.2.840.{n}") });
            let host = if n < moved { format!("evil{n}.example.net") } else { format!("h{n}.{host}") };
            facts.portals.push(portal(&format!("https://{host}/")));
            listing(&format!("k{n}"), facts)
        });
        rows.collect::<Vec<_>>()
    };
    load(&store, &better, "2026-11-01", rows("example.org", 0)).await;
    load(&store, &worse, "2026-11-01", rows("example.com", 0)).await;
    let first = page(&store, "sollus-hospital-0-boise-id").await;
    assert_eq!((first.portals.len(), first.also_listed.len()), (1, 1), "one organization: {first:?}");
    let before = store.last_revision().await.unwrap();
    let (_, finished) = load(&store, &worse, "2026-11-02", rows("example.com", 50)).await;
    let why = finished.held.unwrap();
    assert!(why.contains("50 of its 300 doors would change their domain"), "{why}");
    assert_eq!(store.last_revision().await.unwrap(), before);
    let held = store.loads(Some("worse")).await.unwrap().remove(0);
    let doors = held.diff.unwrap().doors;
    assert_eq!((doors.len(), doors[0].from.as_slice()), (50, ["example.com".to_owned()].as_slice()));
    store.refuse_held(held.n, "Ana").await.unwrap();
    // One after another is no other thing; one alone goes in, and one that the better source gives too is no news.
    assert_eq!(load(&store, &worse, "2026-11-03", rows("example.com", 1)).await.1.held, None);
    assert!(load(&store, &worse, "2026-11-04", rows("example.com", 2)).await.1.held.is_some());
    let mut agreed = rows("example.com", 1);
    let better = rows("example.org", 0);
    agreed[100..140].clone_from_slice(&better[100..140]);
    assert_eq!(load(&store, &worse, "2026-11-05", agreed).await.1.held, None);
    // Other keys hide nothing; one of these moved before.
    let mut renumbered = rows("example.com", 20);
    renumbered.iter_mut().take(20).for_each(|row| row.key = format!("new {}", row.key));
    let why = load(&store, &worse, "2026-11-05", renumbered).await.1.held.unwrap();
    assert!(why.contains("19 of its 300 doors would change their domain"), "{why}");
    // Additions are compared with what stood there.
    let mut additions = worse;
    additions.mode = Mode::Delta;
    let some = rows("example.com", 60).split_off(20).into_iter().take(40).collect::<Vec<_>>();
    let why = load(&store, &additions, "2026-11-06", some).await.1.held.unwrap();
    assert!(why.contains("40 of its 300 doors would change their domain"), "{why}");
    agrees(&store).await;
}

fn app_with(name: &str, doors: [Option<&str>; 4]) -> AppFacts {
    let [website, privacy_policy, app_store, google_play] =
        doors.map(|url| url.map(|url| DoorFacts { door: Door::parse(url).unwrap(), evidence: None }));
    let ingests = vec!["FHIR R4".into()];
    AppFacts { name: name.into(), ingests, website, privacy_policy, app_store, google_play, ..AppFacts::default() }
}

fn shown(app: &App) -> [Option<&str>; 4] {
    [&app.website, &app.privacy_policy, &app.app_store, &app.google_play].map(|w| w.as_ref().map(|w| w.url.as_str()))
}

/// Apps among so many others that one of them is no reason to wait.
fn apps(first: Listing) -> Vec<Listing> {
    let others = (0..300).map(|n| {
        let site = format!("https://app{n}.example.org/");
        app_listing(
            &format!("a{n}"),
            app_with(&format!("App {n}"), [Some(site.as_str()), Some(site.as_str()), None, None]),
        )
    });
    std::iter::once(first).chain(others).collect()
}

pub async fn doors_of_apps_do_not_swap_in_two_steps(store: Store) {
    let list = source("apps", 5);
    let apple = "https://apps.apple.com/us/app/records/id1";
    let google = "https://play.google.com/store/apps/details?id=records";
    let good = [Some("https://records.example.org/"), Some("https://records.example.org/privacy"), Some(apple), None];
    let evil =
        [Some("https://evil-app.com/"), Some("https://evil-app.com/privacy"), Some("https://evil-app.com/get"), None];
    let app = |key: &str, doors| apps(app_listing(key, app_with("Records", doors)));
    let seen = async |slug: &str, expected: [Option<&str>; 4], what: &str| {
        assert_eq!(shown(&app_page(&store, slug).await), expected, "{what}");
    };
    load(&store, &list, "2026-11-01", app("r", good)).await;
    load(&store, &list, "2026-11-02", app("r", evil)).await;
    seen("records", good, "swapped").await;
    load(&store, &list, "2026-11-03", app("r", [None; 4])).await;
    load(&store, &list, "2026-11-04", app("r", evil)).await;
    seen("records", [None; 4], "taken away first").await;
    load(&store, &list, "2026-11-05", app("r", [None, None, None, Some("https://evil-app.com/get")])).await;
    seen("records", [None; 4], "as a page in the other shop").await;
    load(&store, &list, "2026-11-06", apps(app_listing("other", app_with("Other", [None; 4])))).await;
    load(&store, &list, "2026-11-07", app("r", evil)).await;
    seen("records", [None; 4], "the whole row taken away first").await;
    // The same under a new key, at once.
    load(&store, &list, "2026-11-08", app("r", good)).await;
    load(&store, &list, "2026-11-09", app("new key", evil)).await;
    seen("records", good, "under a new key").await;
    let both = [good[0], good[1], good[2], Some(google)];
    load(&store, &list, "2026-11-10", app("new key", both)).await;
    seen("records", both, "its first page in another shop").await;
    agrees(&store).await;
}

pub async fn a_first_door_of_an_app_that_looks_like_another_waits(store: Store) {
    let list = source("apps", 5);
    let rnychart = "https://rnychart.org/";
    load(&store, &list, "2026-11-01", apps(app_listing("r", app_with("Records", [Some(rnychart), None, None, None]))))
        .await;
    assert_eq!(shown(&app_page(&store, "records").await), [None; 4]);
    let waiting = store.held_doors().await.unwrap();
    assert_eq!((waiting.len(), waiting[0].url.as_str()), (1, rnychart));
    store.decide_door(&waiting[0], Verdict::Confirm, "Ana").await.unwrap();
    assert_eq!(shown(&app_page(&store, "records").await)[0], Some(rnychart));
    agrees(&store).await;
}
