//! Decisions of people, made with the real program: doors that wait, two that are one, hosts nobody is sent to.

use connector::store::Found;

use crate::{
    program::ran,
    support::{hospital, listing, load, npi, place, portal, source, sqlite},
};

/// A list of 400 hospitals, the first two with these doors.
fn list(first: &str, second: &str) -> Vec<connector::model::listing::Listing> {
    (0..400)
        .map(|n| {
            let mut facts = hospital(&format!("Hospital {n}"));
            facts.places.push(place("Boise", "ID", "83702"));
            facts.portals.push(portal(match n {
                0 => first,
                1 => second,
                _ => "https://portal.example.org/all",
            }));
            listing(&format!("k{n}"), facts)
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_sees_what_waits_and_decides_it() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let vendor = source("vendor", 3);
    let store = sqlite(data).await;
    assert!(ran(data, &["held"]).ok().out.contains("No door waits"));
    load(&store, &vendor, "2026-11-01", list("https://a.example.org/", "https://b.example.org/")).await;
    load(&store, &vendor, "2026-11-02", list("https://a.example.net/", "https://b.example.com/")).await;

    let words = ran(data, &["held"]).ok().out;
    for part in ["Hospital 0", "shown now: example.org", "vendor wants example.net", "2 doors wait."] {
        assert!(words.contains(part), "{part}: {words}");
    }
    let waiting = ran(data, &["held", "--json"]).ok().json();
    let of = |name: &str| {
        let all = waiting["doors"].as_array().unwrap();
        all.iter().find(|door| door["name"] == name).unwrap()["subject"].as_str().unwrap().to_owned()
    };
    let (first, second) = (of("Hospital 0"), of("Hospital 1"));

    // A domain that does not wait there is not let in, whatever is typed.
    for wrong in [["held", "confirm", &first, "evil.example"], ["held", "confirm", "org-1", "example.net"]] {
        let refused = ran(data, &wrong);
        assert_eq!(refused.code, Some(1), "{refused:?}");
    }
    ran(data, &["held", "confirm", &first, "example.net", "--as", "Ana"]).ok();
    ran(data, &["held", "refuse", &second, "example.com"]).ok();
    assert_eq!(ran(data, &["held", "confirm", &second, "example.com"]).code, Some(1), "it was decided");
    let doors = async |slug: &str| match store.organization_by_slug(slug).await.unwrap() {
        Found::Here(found) => found.portals.iter().map(|p| p.url.clone()).collect::<Vec<_>>(),
        other => panic!("{slug}: {other:?}"),
    };
    assert_eq!(doors("hospital-0-boise-id").await, ["https://a.example.net/"]);
    assert_eq!(doors("hospital-1-boise-id").await, ["https://b.example.org/"]);
    let last = store.revisions_after(store.last_revision().await.unwrap() - 1, 1).await.unwrap();
    assert_eq!(last[0].actor, "Ana");

    // What was refused is not asked about again.
    load(&store, &vendor, "2026-11-03", list("https://a.example.net/", "https://b.example.com/")).await;
    assert!(ran(data, &["held"]).ok().out.contains("No door waits"));
    assert_eq!(doors("hospital-1-boise-id").await, ["https://b.example.org/"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_are_made_one_and_two_again_and_a_host_is_recalled() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let store = sqlite(data).await;
    for (list, url) in [("one", "https://one.example.org/"), ("two", "https://two.example.net/")] {
        let mut facts = hospital("Mercy Hospital");
        facts.places.push(place("Boise", "ID", "83702"));
        facts.portals.push(portal(url));
        load(&store, &source(list, 3), "2026-11-01", vec![listing("k", facts)]).await;
    }
    let found = async |slug: &str| match store.organization_by_slug(slug).await.unwrap() {
        Found::Here(found) => *found,
        other => panic!("{slug}: {other:?}"),
    };
    let (one, two) = (found("mercy-hospital-boise-id").await, found("mercy-hospital-boise-id-2").await);
    let (from, into) = (two.id.to_string(), one.id.to_string());

    let merged = ran(data, &["merge", &from, "--into", &into]).ok().out;
    assert!(merged.contains(&format!("connector split {from}")), "{merged}");
    assert_eq!(store.organization(&two.id).await.unwrap(), Found::Merged(one.slug.clone()));
    let words = ran(data, &["explain", &into]).ok().out;
    for part in ["one says of \"Mercy Hospital\" since 2026-11-01", "first put at", "2 listings"] {
        assert!(words.contains(part), "{part}: {words}");
    }
    // The next import leaves a person's decision alone.
    let mut facts = hospital("Mercy Hospital");
    facts.places.push(place("Boise", "ID", "83702"));
    facts.phone = Some("(208) 555-0100".into());
    facts.portals.push(portal("https://two.example.net/"));
    load(&store, &source("two", 3), "2026-11-02", vec![listing("k", facts)]).await;
    assert_eq!(ran(data, &["explain", "--json", &into]).ok().json().as_array().unwrap().len(), 2);
    ran(data, &["split", &from]).ok();
    assert_eq!(found("mercy-hospital-boise-id-2").await.id, two.id);
    assert_eq!(ran(data, &["explain", "--json", &into]).ok().json().as_array().unwrap().len(), 1);

    for wrong in [["recall", "org"], ["recall", "https://one.example.org/x"]] {
        assert_eq!(ran(data, &wrong).code, Some(1), "{wrong:?}");
    }
    let recalled = ran(data, &["recall", "one.example.org"]).ok().out;
    assert!(recalled.contains("1 organizations and apps changed"), "{recalled}");
    assert!(found("mercy-hospital-boise-id").await.portals.is_empty());
    assert_eq!(ran(data, &["split", &from]).code, Some(1), "it is not merged any more");
    assert_eq!(ran(data, &["explain", "org-0"]).code, Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn explain_prints_the_command_that_takes_a_wrong_listing_out() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let store = sqlite(data).await;
    let facts = || {
        let mut facts = hospital("Kagan Hospital");
        facts.identifiers.push(npi("1234567893"));
        facts.places.push(place("Boise", "ID", "83702"));
        facts
    };
    load(&store, &source("one", 3), "2026-11-01", vec![listing("first", facts())]).await;
    load(&store, &source("two", 5), "2026-11-01", vec![listing("it's #1", facts())]).await;
    let Found::Here(found) = store.organization_by_slug("kagan-hospital-boise-id").await.unwrap() else { panic!() };
    let id = found.id.to_string();
    let words = ran(data, &["explain", &id]).ok().out;
    let command = format!(r"connector split {id} --listing two 'it'\''s #1'");
    assert!(words.contains("matched:") && words.contains(&command), "{words}");
    let merged = ran(data, &["split", &id]);
    assert!(merged.code == Some(1) && merged.err.contains("connector explain"), "{merged:?}");
    let done = ran(data, &["split", &id, "--listing", "two", "it's #1", "--as", "Ana"]).ok().out;
    let new = done.split_whitespace().find(|word| word.starts_with("org-") && *word != id).unwrap();
    assert!(done.contains("with 1 listing that"), "{done}");
    assert_eq!(ran(data, &["explain", "--json", new]).ok().json()[0]["key"], "it's #1");
    assert!(!ran(data, &["explain", &id]).ok().out.contains("--listing"), "one listing is all it is made of");
    assert!(ran(data, &["review"]).ok().out.contains("No pair waits"));
    assert_eq!(ran(data, &["split", &id, "--listing", "two"]).code, Some(2));
}
