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

#[tokio::test(flavor = "multi_thread")]
async fn what_a_later_load_gives_one_of_two_is_judged_and_waits() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let store = sqlite(data).await;
    let kagan = |number: bool| {
        let mut facts = hospital("Kagan Hospital");
        facts.identifiers.extend(number.then(|| npi("1234567893")));
        facts.places.extend(Place::new(&[], "", "ID", if number { "83702" } else { "" }));
        facts
    };
    let others = || (0..20).map(|n| listing(&format!("n{n}"), hospital(&format!("House {n}"))));
    let rows = |number| std::iter::once(listing("k", kagan(number))).chain(others()).collect::<Vec<_>>();
    load(&store, &source("one", 5), "2026-11-01", vec![listing("1", kagan(true))]).await;
    let two = source("two", 5);
    let (_, finished) = load(&store, &two, "2026-11-01", rows(false)).await;
    assert_eq!((finished.joined, finished.reviewed), (0, 0), "a name and a state alone are nothing");
    let (_, finished) = load(&store, &two, "2026-11-02", rows(true)).await;
    assert_eq!((finished.joined, finished.reviewed), (0, 1), "{finished:?}");
    let waiting = ran(data, &["review", "--json"]).ok().json();
    assert!(waiting[0]["reasons"].as_str().unwrap().starts_with("both carry the NPI 1234567893"), "{waiting}");
    let pair = [&waiting[0]["a"], &waiting[0]["b"]].map(|id| id.as_str().unwrap().to_owned());
    assert!(pair[0] > pair[1], "the newer first");
    // The load undone takes its question back; the same again asks it again, once.
    let n = store.loads(None).await.unwrap()[0].n;
    store.undo_load(n, "Ana").await.unwrap();
    assert_eq!(store.review_pairs(9).await.unwrap().1, 0);
    let again = store.repeat_load(n, "Ana").await.unwrap().finished;
    assert_eq!((again.joined, again.reviewed), (0, 1));
    load(&store, &two, "2026-11-03", rows(true)).await;
    assert_eq!(store.review_pairs(9).await.unwrap().1, 1);

    // The answer lasts, whatever the next load brings.
    ran(data, &["review", "different", &pair[0], &pair[1]]).ok();
    let mut more = rows(true);
    if let connector::model::listing::Body::Organization(facts) = &mut more[0].body {
        facts.phone = Some("(208) 555-0100".into());
        facts.places = vec![place("Boise", "ID", "83702")];
    }
    let (_, finished) = load(&store, &two, "2026-11-04", more).await;
    assert_eq!((finished.joined, finished.reviewed), (0, 0), "{finished:?}");
    assert_eq!((store.review_again("two").await.unwrap(), store.review_again("one").await.unwrap()), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_was_there_before_counts_when_a_new_one_claims_a_place() {
    let folder = tempfile::tempdir().unwrap();
    let store = sqlite(folder.path()).await;
    let kagan = |name: &str, number: bool| {
        let mut facts = hospital(name);
        facts.identifiers.extend(number.then(|| npi("1234567893")));
        facts.places.push(place("Boise", "ID", "83702"));
        facts
    };
    load(&store, &source("one", 5), "2026-11-01", vec![listing("1", kagan("Kagan Hospital", true))]).await;
    let others = || (0..20).map(|n| listing(&format!("n{n}"), hospital(&format!("House {n}"))));
    let two = source("two", 5);
    let first = std::iter::once(listing("a", kagan("Kagan Hospital of Boise", false))).chain(others()).collect();
    load(&store, &two, "2026-11-01", first).await;
    let rows = [listing("a", kagan("Kagan Hospital of Boise", true)), listing("b", kagan("Kagan Hospital", true))];
    let (_, finished) = load(&store, &two, "2026-11-02", rows.into_iter().chain(others()).collect()).await;
    assert_eq!(finished.joined, 0, "two of one list claim it: {finished:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_is_judged_again_when_somebody_asks() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let store = sqlite(data).await;
    let kagan = |number: bool| {
        let mut facts = hospital("Kagan Hospital");
        facts.identifiers.extend(number.then(|| npi("1234567893")));
        facts.places.push(place("Boise", "ID", "83702"));
        facts
    };
    // The second one has a listing of the first's source until both carry the number: nobody was asked.
    let (one, two) = (source("one", 5), source("two", 5));
    let others = || (0..20).map(|n| listing(&format!("n{n}"), hospital(&format!("House {n}"))));
    load(&store, &two, "2026-11-01", vec![listing("2", kagan(true))]).await;
    let mut both = kagan(true);
    both.fixed_id = Some(id(&store, "kagan-hospital-boise-id").await.to_string());
    let first = [listing("1", kagan(true)), listing("too", both)];
    let (_, finished) = load(&store, &one, "2026-11-01", first.into_iter().chain(others()).collect()).await;
    assert_eq!((finished.joined, finished.reviewed), (0, 0), "{finished:?}");
    let rest = std::iter::once(listing("1", kagan(true))).chain(others()).collect();
    let (_, finished) = load(&store, &one, "2026-11-02", rest).await;
    assert_eq!((finished.joined, finished.reviewed), (0, 0), "{finished:?}");

    let said = ran(data, &["review", "--again", "one"]).ok();
    assert!(said.err.contains("1 pairs were found") && said.out.contains("both carry the NPI"), "{said:?}");
    assert!(said.out.contains("1 pair waits."), "{said:?}");
    for source in ["one", "two"] {
        assert!(ran(data, &["review", "--again", source]).ok().err.contains("0 pairs"), "asked once");
    }
    let wrong = ran(data, &["review", "--again", "three"]);
    assert!(wrong.code == Some(1) && wrong.err.contains("there is no source"), "{wrong:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_redacted_stands_in_no_reason() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let store = sqlite(data).await;
    let with_phone = |name: &str| {
        let mut facts = hospital(name);
        facts.phone = Some("(208) 555-0100".into());
        facts.places.push(place("Boise", "ID", "83702"));
        facts
    };
    load(&store, &source("one", 5), "2026-11-01", vec![listing("1", with_phone("Kagan Hospital"))]).await;
    let two = vec![listing("a", with_phone("Kagan Hospital")), listing("b", with_phone("Kagan Hospital, Inc."))];
    let (_, finished) = load(&store, &source("two", 5), "2026-11-01", two).await;
    assert_eq!(finished.reviewed, 2);
    load(&store, &source("three", 5), "2026-11-01", vec![listing("z", with_phone("Sollus Hospital"))]).await;
    let (_, finished) =
        load(&store, &source("four", 5), "2026-11-01", vec![listing("z", with_phone("Sollus Hospital"))]).await;
    assert_eq!(finished.joined, 1);
    let sollus = id(&store, "sollus-hospital-boise-id").await;
    let said = || {
        let of = |words: &[&str]| ran(data, words).ok().out;
        of(&["review", "--json"]) + &of(&["explain", "--json", sollus.as_str()])
    };
    assert_eq!(said().matches("both have the phone 2085550100").count(), 3, "{}", said());
    ran(data, &["redact", "--text", "(208) 555-0100"]).ok();
    assert_eq!(said().matches("both have the phone").count(), 3);
    assert!(!said().contains("2085550100"), "{}", said());
}
