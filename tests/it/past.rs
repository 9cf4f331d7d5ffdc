//! Pictures of the past, and the register that follows the log.

use std::collections::BTreeSet;

use connector::{
    model::{
        id::Id,
        identifier::{Identifier, System},
        kind::Kind,
        listing::Body,
        organization::Organization,
    },
    register::{Filter, Register},
    store::{Found, Store},
};

use crate::support::{endpoint, hospital, listing, load, place, portal, source, sqlite};

/// One hospital with a name, a state and a door.
fn one(key: &str, name: &str, state: &str, door: &str) -> connector::model::listing::Listing {
    let mut facts = hospital(name);
    facts.places.push(place("Town", state, "83702"));
    facts.portals.push(portal(door));
    facts.endpoints.push(endpoint("https://fhir.example.org/r4"));
    listing(key, facts)
}

async fn named(store: &Store, slug: &str) -> Organization {
    match store.organization_by_slug(slug).await.unwrap() {
        Found::Here(found) => *found,
        other => panic!("{slug}: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_register_is_level_with_the_log_however_it_was_made() {
    let folder = tempfile::tempdir().unwrap();
    let store = sqlite(folder.path()).await;
    let register = Register::default();
    assert_eq!(register.at(), None, "nothing was read yet");
    register.follow(&store).await.unwrap();
    let vendor = source("vendor", 3);
    let (a, b) =
        (one("a", "First", "ID", "https://a.example.org/"), one("b", "Second", "OH", "https://b.example.org/"));
    load(&store, &vendor, "2026-11-01", vec![a, b]).await;
    register.follow(&store).await.unwrap();
    let in_ohio = Filter::default().areas(&["OH"]).kinds(&[Kind::Hospital]);
    let ids = |register: &Register, filter: &Filter| -> Vec<Id> {
        register.with(|table| table.rows(filter, 0).map(|row| table.id(row)).collect()).unwrap()
    };
    let second = named(&store, "second-town-oh").await.id;
    assert_eq!(ids(&register, &in_ohio), std::slice::from_ref(&second));

    // The second one is gone, the first one moves.
    let moved = one("a", "First", "OH", "https://a.example.org/");
    load(&store, &vendor, "2026-11-02", vec![moved]).await;
    register.follow(&store).await.unwrap();
    let first = named(&store, "first-town-id").await.id;
    assert_eq!(ids(&register, &in_ohio), std::slice::from_ref(&first));
    let everyone = Filter { gone: true, ..Filter::default() };
    let by_id: BTreeSet<Id> = ids(&register, &everyone).into_iter().collect();
    assert_eq!(by_id, [first.clone(), second].into());

    let anew = Register::default();
    anew.follow(&store).await.unwrap();
    assert_eq!(anew.at(), register.at());
    for filter in [&in_ohio, &everyone] {
        assert_eq!(ids(&anew, filter), ids(&register, filter));
    }
    let stamp = |register: &Register| register.with(|table| table.stamp(table.find(&first).unwrap())).unwrap();
    assert_eq!(stamp(&anew), stamp(&register));
    let last = store.last_revision_of(&first).await.unwrap().unwrap();
    assert_eq!((stamp(&anew).n, stamp(&anew).at), (last.n, last.at));
    assert_eq!(i64::from(stamp(&anew).version), named(&store, "first-town-id").await.version);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_picture_of_the_past_shows_a_recalled_door() {
    let folder = tempfile::tempdir().unwrap();
    let store = sqlite(folder.path()).await;
    let vendor = source("vendor", 3);
    let mut listed = one("https://evil.example.org/list#a", "First", "ID", "https://evil.example.org/in");
    if let Body::Organization(facts) = &mut listed.body {
        facts.identifiers.push(Identifier { system: System::Web, value: "https://evil.example.org".into() });
    }
    load(&store, &vendor, "2026-11-01", vec![listed]).await;
    let before = named(&store, "first-town-id").await;
    assert_eq!((before.portals.len(), before.endpoints.len()), (1, 1));
    store.recall_host("evil.example.org", "moderator:test").await.unwrap();
    let past = store.organization_version(&before.id, before.version).await.unwrap().unwrap();
    let cleaned = past.thing.unwrap();
    assert_eq!((cleaned.version, cleaned.portals.len(), cleaned.endpoints.len()), (before.version, 0, 1));
    let written = serde_json::to_string(&cleaned).unwrap();
    assert!(cleaned.said("name").is_some() && !written.contains("evil.example.org"), "{written}");
    let at = store.organization_at(&before.id, past.at).await.unwrap().unwrap();
    assert!(at.thing.unwrap().portals.is_empty());
    assert!(store.organization_at(&before.id, past.at - 1).await.unwrap().is_none(), "it was not there yet");
    let all = store.organizations_at(past.at, None, 10).await.unwrap();
    assert_eq!(all.len(), 1);
    let revisions = store.revisions_of(&before.id, None, 10).await.unwrap();
    assert_eq!(revisions.len(), 2, "{revisions:?}");
    for revision in revisions {
        assert!(!revision.after.unwrap_or_default().contains("evil.example.org"), "{}", revision.n);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_who_ask_at_once_get_each_their_own_document() {
    let folder = tempfile::tempdir().unwrap();
    let store = sqlite(folder.path()).await;
    let many = (0..150).map(|n| one(&format!("k{n}"), &format!("Hospital {n}"), "ID", "https://a.example.org/"));
    load(&store, &source("vendor", 3), "2026-11-01", many.collect()).await;
    let all = store.organizations(None, 200).await.unwrap();
    assert_eq!(all.len(), 150);
    let asking: Vec<_> = all
        .iter()
        .map(|one| {
            let (store, id) = (store.clone(), one.id.clone());
            tokio::spawn(async move { store.document(&id).await.unwrap().unwrap() })
        })
        .collect();
    for (asked, one) in asking.into_iter().zip(&all) {
        let document = asked.await.unwrap();
        let read: Organization = serde_json::from_str(&document.body).unwrap();
        assert_eq!((&read, document.merged_into), (one, None));
    }
    let nobody = Id::parse("org-0198f1a2b3c47d5e8f90123456789abc").unwrap();
    assert_eq!(store.document(&nobody).await.unwrap(), None);
    store.merge_organizations(&all[0].id, &all[1].id, "moderator:test").await.unwrap();
    let ids: Vec<Id> = all.iter().map(|one| one.id.clone()).chain([nobody]).collect();
    let together = store.documents(&ids).await.unwrap();
    assert_eq!(together.len(), 150);
    assert_eq!(together[&all[0].id].merged_into.as_ref(), Some(&all[1].id));
}
