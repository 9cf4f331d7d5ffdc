//! Matching at work: what an import joins, what it asks a person, and that it remembers the answer.

use connector::{
    model::{id::Id, listing::OrganizationFacts, place::Place},
    store::{Found, Store},
};

use crate::{
    program::ran,
    support::{endpoint, hospital, listing, load, npi, place, portal, source, sqlite},
};

const CUSTOMER: &str = "https://fhir.healow.com/FHIRServer/fhir/EHEDBD";
const SAME_CUSTOMER: &str = "https://fhir4.eclinicalworks.com/fhir/r4/EHEDBD";

fn clinic(name: &str, zip: &str, server: &str) -> OrganizationFacts {
    let mut facts = OrganizationFacts { name: name.into(), ..OrganizationFacts::default() };
    facts.places.extend(Place::new(&[], "", "", zip));
    if !server.is_empty() {
        facts.endpoints.push(endpoint(server));
    }
    facts
}

async fn names(store: &Store) -> Vec<String> {
    let mut names: Vec<String> =
        store.organizations(None, 100).await.unwrap().into_iter().map(|organization| organization.name).collect();
    names.sort();
    names
}

async fn id(store: &Store, slug: &str) -> Id {
    match store.organization_by_slug(slug).await.unwrap() {
        Found::Here(found) => found.id,
        other => panic!("{slug}: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_customer_of_a_maker_in_two_lists_is_one_and_explain_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let store = sqlite(folder.path()).await;
    let first = vec![
        listing("1", clinic("Kagan Clinic", "59101", CUSTOMER)),
        listing("2", clinic("Sollus Pediatrics", "10001", "")),
    ];
    load(&store, &source("one", 5), "2026-11-01", first).await;
    // Two rows of one group are one organization; the second alone would not be found.
    let mut rows = vec![
        listing("a", clinic("Kagan Clinic PLLC", "59101", SAME_CUSTOMER)),
        listing("b", clinic("Kagan Clinic PLLC", "", "https://kagan.example.org/fhir")),
    ];
    for row in &mut rows {
        row.group = Some("kagan".into());
    }
    rows.push(listing("c", clinic("Sollus Pediatrics", "94101", "")));
    let (_, finished) = load(&store, &source("two", 5), "2026-11-01", rows).await;
    assert_eq!((finished.joined, finished.reviewed), (1, 0), "{finished:?}");
    assert_eq!(names(&store).await, ["Kagan Clinic", "Sollus Pediatrics", "Sollus Pediatrics"]);
    let one = id(&store, "kagan-clinic").await;
    let words = ran(folder.path(), &["explain", one.as_str()]).ok().out;
    for part in ["3 listings", "matched: both are the customer ehedbd of eclinicalworks", "the same ZIP code"] {
        assert!(words.contains(part), "{part}: {words}");
    }
    // The same lists again change nothing.
    let before = store.last_revision().await.unwrap();
    let again = vec![
        listing("1", clinic("Kagan Clinic", "59101", CUSTOMER)),
        listing("2", clinic("Sollus Pediatrics", "10001", "")),
    ];
    load(&store, &source("one", 5), "2026-11-01", again).await;
    assert_eq!(store.last_revision().await.unwrap(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_doubt_waits_and_the_answer_lasts() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let store = sqlite(data).await;
    assert!(ran(data, &["review"]).ok().out.contains("No pair waits"));
    let known =
        vec![listing("1", clinic("Kagan Clinic", "59101", "")), listing("2", clinic("Sadel Clinic", "94101", ""))];
    load(&store, &source("one", 5), "2026-11-01", known).await;
    let other = |key: &str| {
        vec![listing(key, clinic("Kagan Clinic", "59101", "")), listing("y", clinic("Sadel Clinic", "94101", ""))]
    };
    let two = source("two", 5);
    let (_, finished) = load(&store, &two, "2026-11-01", other("x")).await;
    assert_eq!((finished.joined, finished.reviewed), (0, 2), "name and ZIP code prove nothing");

    let waiting = ran(data, &["review", "--json"]).ok().json();
    let pair = |name: &str| {
        let all = waiting.as_array().unwrap();
        let pair = all.iter().find(|pair| pair["a_name"] == name).unwrap();
        [pair["a"].as_str().unwrap().to_owned(), pair["b"].as_str().unwrap().to_owned()]
    };
    let ([kagan, kagan_too], [sadel, sadel_too]) = (pair("Kagan Clinic"), pair("Sadel Clinic"));
    ran(data, &["review", "different", &kagan_too, &kagan]).ok();
    ran(data, &["review", "same", &sadel, &sadel_too, "--as", "Ana"]).ok();
    assert!(ran(data, &["review"]).ok().out.contains("No pair waits"));
    assert_eq!(ran(data, &["review", "same", &kagan, &kagan_too]).code, Some(1), "it was decided");
    assert_eq!(names(&store).await, ["Kagan Clinic", "Kagan Clinic", "Sadel Clinic"]);

    // The next load of the list gives the row another key, and even an identifier: a person said that they are two.
    let (_, finished) = load(&store, &two, "2026-11-02", other("x2")).await;
    assert_eq!((finished.joined, finished.reviewed), (0, 0), "{finished:?}");
    assert_eq!(names(&store).await, ["Kagan Clinic", "Kagan Clinic", "Sadel Clinic"]);
    assert!(ran(data, &["review"]).ok().out.contains("No pair waits"));

    // A split says so too.
    ran(data, &["split", &sadel]).ok();
    load(&store, &two, "2026-11-03", other("x2")).await;
    assert_eq!(names(&store).await.len(), 4);
    assert!(ran(data, &["review"]).ok().out.contains("No pair waits"));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_that_claim_one_and_one_that_fits_two_are_for_a_person() {
    let folder = tempfile::tempdir().unwrap();
    let store = sqlite(folder.path()).await;
    let number = |name: &str| {
        let mut facts = hospital(name);
        facts.identifiers.push(npi("1234567893"));
        facts.places.push(place("Boise", "ID", "83702"));
        facts
    };
    load(&store, &source("one", 5), "2026-11-01", vec![listing("1", number("Kagan Hospital"))]).await;
    let two = vec![listing("a", number("Kagan Hospital")), listing("b", number("Kagan Hospital, Inc."))];
    let (_, finished) = load(&store, &source("two", 5), "2026-11-01", two).await;
    assert_eq!((finished.joined, finished.reviewed), (0, 2), "{finished:?}");
    let (_, finished) =
        load(&store, &source("three", 5), "2026-11-01", vec![listing("z", number("Kagan Hospital"))]).await;
    assert_eq!((finished.joined, finished.reviewed), (0, 3), "{finished:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_more_than_twenty_carry_joins_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let store = sqlite(folder.path()).await;
    let many = |list: &'static str| {
        (0..25).map(move |n| {
            let mut facts = hospital(&format!("Kagan House {n}"));
            facts.portals.push(portal("https://portal.kagan.org/"));
            facts.places.extend(Place::new(&[], "", "ID", ""));
            listing(&format!("{list}{n}"), facts)
        })
    };
    load(&store, &source("one", 5), "2026-11-01", many("a").collect()).await;
    let (_, finished) = load(&store, &source("two", 5), "2026-11-01", many("b").collect()).await;
    assert_eq!((finished.joined, finished.reviewed), (0, 0), "{finished:?}");
}
