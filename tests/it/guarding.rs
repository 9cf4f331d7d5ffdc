//! Loads that wait for a person, and loads that are undone: stories of the store's contract (`store.rs` runs them).

use connector::{
    model::{
        guard::Reason,
        listing::{Listing, OrganizationFacts},
        source::{Mode, Source},
    },
    store::{
        Found, LoadState, Store,
        intake::{Finished, LoadFile, LoadHead, Opening},
    },
};
use serde_json::Value;

use crate::support::{endpoint, hospital, listing, load, npi, open, place, portal, source};

/// A list of so many hospitals, each changed by `change`, which answers whether it stays.
fn list(count: usize, change: impl Fn(usize, &mut OrganizationFacts) -> bool) -> Vec<Listing> {
    let rows = (0..count).filter_map(|n| {
        let mut facts = hospital(&format!("Hospital {n}"));
        facts.places.push(place("Boise", "ID", "83702"));
        change(n, &mut facts).then(|| listing(&format!("k{n}"), facts))
    });
    rows.collect()
}

/// The first `many` of `count` have a phone.
fn phones(count: usize, many: usize) -> Vec<Listing> {
    list(count, |n, facts| {
        facts.phone = (n < many).then(|| "(208) 555-0100".into());
        true
    })
}

async fn only_held(store: &Store) -> LoadState {
    let mut held: Vec<LoadState> =
        store.loads(None).await.unwrap().into_iter().filter(|load| load.state == "held").collect();
    assert_eq!(held.len(), 1, "{held:?}");
    held.remove(0)
}

async fn agrees(store: &Store) {
    assert_eq!(store.check().await.unwrap(), vec![]);
}

/// Everything that is exported, but for what counts changes.
async fn exported(store: &Store) -> Vec<Value> {
    let mut lines = Vec::new();
    let done = store.export(|line| {
        let mut line = serde_json::to_value(&line)?;
        line.as_object_mut().unwrap().remove("version");
        // How a source gives its lists is said anew by each load.
        line.as_object_mut().unwrap().remove("mode");
        lines.push(line);
        Ok(())
    });
    done.await.unwrap().unwrap();
    lines.sort_by_key(ToString::to_string);
    lines
}

fn same(before: &[Value], after: &[Value]) {
    for (old, new) in before.iter().zip(after) {
        assert_eq!(old, new);
    }
    assert_eq!(before.len(), after.len());
}

pub async fn a_load_that_moves_a_fifth_waits_and_can_be_accepted(store: Store) {
    let vendor = source("vendor", 3);
    load(&store, &vendor, "2026-11-01", phones(20, 0)).await;
    let (_, finished) = load(&store, &vendor, "2026-11-02", phones(20, 4)).await;
    assert_eq!(finished.held, None, "a fifth goes in");
    let before = (store.last_revision().await.unwrap(), exported(&store).await);

    let mut rows = phones(20, 3);
    rows.pop();
    rows.push(listing("new", hospital("Brand New")));
    let (_, finished) = load(&store, &vendor, "2026-11-03", rows.clone()).await;
    let why = finished.held.unwrap();
    assert!(why.starts_with("5 rows are new, gone or different, of 20"), "{why}");
    assert_eq!((store.last_revision().await.unwrap(), exported(&store).await), before, "nothing moved meanwhile");
    let held = only_held(&store).await;
    let diff = held.diff.clone().unwrap();
    assert_eq!(diff.reasons, [Reason::Rows { moved: 5, of: 20 }]);
    assert_eq!((diff.reference, diff.added, diff.removed, diff.changed), (Some(1), 1, 1, 3));
    assert_eq!((diff.added_rows[0].name.as_str(), diff.removed_rows[0].key.as_str()), ("Brand New", "k19"));
    assert_eq!(diff.changed_rows.len(), 3);
    assert!(diff.changed_rows.iter().all(|row| row.fields == ["phone"]), "{diff:?}");
    // The same rows again do not wait twice.
    let (_, finished) = load(&store, &vendor, "2026-11-04", rows.clone()).await;
    assert!(finished.held.unwrap().contains(&format!("load {} of the same rows waits already", held.n)));
    only_held(&store).await;
    agrees(&store).await;

    let applied = store.accept_held(held.n, "Ana").await.unwrap();
    let done = &applied.finished.published;
    assert_eq!((done.created, done.withdrawn, applied.finished.withdrawn), (1, 1, 1));
    assert!(matches!(store.organization_by_slug("brand-new").await.unwrap(), Found::Here(_)));
    let loads = store.loads(Some("vendor")).await.unwrap();
    let of = |n: i64| loads.iter().find(|load| load.n == n).unwrap();
    assert_eq!(of(held.n).state, "applied");
    let made = of(applied.n);
    assert_eq!((made.state.as_str(), made.accepted.as_deref(), made.rows), ("committed", Some("Ana"), Some(20)));
    assert_eq!(made.purpose, Some(("accept".into(), held.n)));
    assert!(store.accept_held(held.n, "Ana").await.is_err(), "it is decided");
    let last = store.revisions_after(before.0, 100).await.unwrap();
    assert!(last.iter().all(|revision| revision.actor == "Ana" && revision.load == Some(applied.n)));
    // Now this one is what later ones are measured by: the same again is no news.
    let (taken, finished) = load(&store, &vendor, "2026-11-05", rows).await;
    assert_eq!((taken.unchanged, finished.held), (20, None));
    agrees(&store).await;
}

/// A load with a file of this hash.
async fn load_file(store: &Store, source: &Source, date: &str, sha256: &str, rows: Vec<Listing>) -> Finished {
    let files = vec![LoadFile { name: "list.json".into(), sha256: sha256.into() }];
    let head = LoadHead { source: source.clone(), date: date.parse().unwrap(), mode: source.mode, files };
    let Opening::Open(mut intake) = store.begin_load(head).await.unwrap() else { panic!("older") };
    intake.take(rows).await.unwrap();
    intake.finish(false, &|_, _| {}).await.unwrap()
}

pub async fn a_refused_load_never_goes_in_and_its_files_wait_again(store: Store) {
    let vendor = source("vendor", 3);
    load_file(&store, &vendor, "2026-11-01", "aa", phones(20, 0)).await;
    assert!(load_file(&store, &vendor, "2026-11-02", "bb", phones(20, 10)).await.held.is_some());
    let held = only_held(&store).await;
    store.refuse_held(held.n, "Ana").await.unwrap();
    assert!(store.accept_held(held.n, "Ana").await.is_err() && store.refuse_held(held.n, "Ana").await.is_err());
    // A load that goes in and is undone: its files wait, whatever their rows.
    assert_eq!(load_file(&store, &vendor, "2026-11-03", "cc", phones(20, 1)).await.held, None);
    let last = store.loads(None).await.unwrap()[0].n;
    store.undo_load(last, "Ana").await.unwrap();
    let why = load_file(&store, &vendor, "2026-11-03", "cc", phones(20, 1)).await.held.unwrap();
    assert!(why.contains(&format!("a person undid or refused these same files before (load {last})")), "{why}");
    let held = only_held(&store).await;
    // A whole list that goes in later says all that the waiting one could say.
    assert_eq!(load_file(&store, &vendor, "2026-11-04", "dd", phones(20, 2)).await.held, None);
    let loads = store.loads(None).await.unwrap();
    assert_eq!(loads.iter().find(|load| load.n == held.n).unwrap().state, "passed");
    agrees(&store).await;
}

pub async fn new_keys_alone_make_nobody_wait(store: Store) {
    let vendor = source("vendor", 3);
    let rows = |prefix: &str, parent: &str| -> Vec<Listing> {
        (0..20)
            .map(|n| {
                let mut facts = hospital(&format!("Hospital {n}"));
                facts.identifiers.push(npi("1234567893"));
                facts.part_of = (n > 0).then(|| format!("{parent}0"));
                let mut row = listing(&format!("{prefix}{n}"), facts);
                row.strong = vec![format!("number:{n}")];
                row
            })
            .collect()
    };
    load(&store, &vendor, "2026-11-01", rows("a", "a")).await;
    let before = store.last_revision().await.unwrap();
    let (taken, finished) = load(&store, &vendor, "2026-11-02", rows("b", "b")).await;
    assert_eq!((taken.new, finished.withdrawn, finished.held), (20, 20, None));
    let made = store.revisions_after(before, 100).await.unwrap();
    assert!(made.iter().all(|revision| revision.event.word() == "updated"), "each kept its organization");
    agrees(&store).await;
}

pub async fn slow_erosion_counts(store: Store) {
    let vendor = source("vendor", 3);
    for (day, rows, held) in [(1, 20, false), (2, 18, false), (3, 16, false), (4, 14, true), (5, 16, false)] {
        let (_, finished) = load(&store, &vendor, &format!("2026-11-0{day}"), phones(rows, 0)).await;
        assert_eq!(finished.held.is_some(), held, "day {day}: {finished:?}");
    }
    // Once a person has said that the short list is right, it may go on from there.
    let last = store.loads(Some("vendor")).await.unwrap()[0].n;
    store.accept_applied(last, "Ana").await.unwrap();
    assert_eq!(load(&store, &vendor, "2026-11-06", phones(14, 0)).await.1.held, None);
    agrees(&store).await;
}

pub async fn a_column_that_went_makes_a_load_wait(store: Store) {
    let vendor = source("vendor", 3);
    load(&store, &vendor, "2026-11-01", phones(20, 3)).await;
    assert_eq!(load(&store, &vendor, "2026-11-02", phones(20, 1)).await.1.held, None);
    let why = load(&store, &vendor, "2026-11-03", phones(20, 0)).await.1.held.unwrap();
    assert_eq!(why, "no row has phone any more; 3 of 20 had it");
}

pub async fn additions_are_measured_by_what_they_change(store: Store) {
    let mut feed = source("feed", 3);
    feed.mode = Mode::Delta;
    load(&store, &feed, "2026-11-01", phones(20, 0)).await;
    // New ones are no change, and the same again is none either.
    let many = (100..150).map(|n| listing(&format!("n{n}"), hospital(&format!("New {n}")))).collect();
    assert_eq!(load(&store, &feed, "2026-11-02", many).await.1.held, None);
    assert_eq!(load(&store, &feed, "2026-11-03", phones(20, 0)).await.1.held, None);
    // 10 of 70 are less than a fifth; 10 more are not, and nobody accepted the first ten.
    let only = |from: usize, to: usize| phones(20, to).split_off(from).into_iter().take(to - from).collect::<Vec<_>>();
    assert_eq!(load(&store, &feed, "2026-11-04", only(0, 10)).await.1.held, None);
    let why = load(&store, &feed, "2026-11-05", only(10, 20)).await.1.held.unwrap();
    assert!(why.starts_with("20 rows"), "{why}");
    agrees(&store).await;
}

pub async fn additions_that_flood_their_source_wait(store: Store) {
    let mut feed = source("feed", 3);
    feed.mode = Mode::Delta;
    // However many come first: somebody took them in.
    assert_eq!(load(&store, &feed, "2026-11-01", phones(1_100, 0)).await.1.held, None);
    let flood = |from: usize, to: usize| (from..to).map(|n| listing(&format!("n{n}"), hospital(&format!("New {n}"))));
    let before = store.last_revision().await.unwrap();
    let why = load(&store, &feed, "2026-11-02", flood(0, 1_101).collect()).await.1.held.unwrap();
    assert!(why.starts_with("1101 rows are new where there were 1100"), "{why}");
    assert_eq!(store.last_revision().await.unwrap(), before);
    let held = only_held(&store).await;
    assert_eq!(held.diff.unwrap().reasons, [Reason::Added { new: 1_101, of: 1_100 }]);
    store.accept_held(held.n, "Ana").await.unwrap();
    assert_eq!(
        load(&store, &feed, "2026-11-03", flood(2_000, 4_000).collect()).await.1.held,
        None,
        "no more than is there"
    );
    agrees(&store).await;
}

/// What two loads of one source say: the second renames, moves, adds and takes away.
fn first_and_second(count: usize) -> (Vec<Listing>, Vec<Listing>) {
    let first = list(count, |n, facts| {
        facts.portals.push(portal(&format!("https://portal.example.org/{n}")));
        facts.identifiers.extend((n == 1).then(|| npi("1234567893")));
        if n == 4 {
            facts.portals.clear();
        }
        true
    });
    let mut second = first.clone();
    let mut change = |n: usize, change: &dyn Fn(&mut OrganizationFacts)| {
        if let connector::model::listing::Body::Organization(facts) = &mut second[n].body {
            change(facts);
        }
    };
    change(0, &|facts| facts.name = "Another Name".into());
    change(1, &|facts| facts.aliases.push("Mercy".into()));
    change(2, &|facts| facts.portals[0] = portal("https://portal.example.org/moved"));
    change(4, &|facts| {
        facts.portals.push(portal("https://first.example.net/"));
        facts.endpoints.push(endpoint("https://fhir.example.net/r4"));
    });
    second.remove(3);
    second.push(listing("new", {
        let mut facts = hospital("Brand New");
        facts.endpoints.push(endpoint("https://fhir.example.com/r4"));
        facts
    }));
    (first, second)
}

pub async fn an_undone_load_leaves_no_trace_in_the_export(store: Store) {
    let (vendor, other) = (source("vendor", 3), source("other", 5));
    let (first, second) = first_and_second(30);
    load(&store, &vendor, "2026-10-01", first.clone()).await;
    // Said differently by nobody since: pages go on showing the day of the first load.
    load(&store, &vendor, "2026-11-01", first.clone()).await;
    let mut also = hospital("Hospital 1");
    also.identifiers.push(npi("1234567893"));
    also.places.push(place("Boise", "ID", "83702"));
    also.aliases.push("Mercy".into());
    load(&store, &other, "2026-11-01", vec![listing("x", also)]).await;
    let before = exported(&store).await;
    let (_, finished) = load(&store, &vendor, "2026-11-02", second).await;
    assert_eq!((finished.held, finished.withdrawn), (None, 1));
    assert_ne!(exported(&store).await, before);
    let n = store.loads(Some("vendor")).await.unwrap()[0].n;
    let revision = store.last_revision().await.unwrap();

    let applied = store.undo_load(n, "Ana").await.unwrap();
    same(&before, &exported(&store).await);
    agrees(&store).await;
    let said = store.revisions_after(revision, 1_000).await.unwrap();
    assert!(said.iter().all(|revision| revision.actor == "Ana" && revision.load == Some(applied.n)), "{said:?}");
    for event in ["withdrawn", "restored", "updated"] {
        assert!(said.iter().any(|revision| revision.event.word() == event), "{event}: {said:?}");
    }
    let loads = store.loads(Some("vendor")).await.unwrap();
    assert_eq!((loads[0].purpose.clone(), loads[0].date.as_str()), (Some(("undo".into(), n)), "2026-11-01"));
    assert_eq!((loads[1].n, loads[1].state.as_str()), (n, "undone"));
    assert!(store.undo_load(n, "Ana").await.is_err() && store.undo_load(loads[0].n, "Ana").await.is_err());

    // The doors it made trusted are not: other first doors of these organizations are live at once.
    let mut third = first;
    if let connector::model::listing::Body::Organization(facts) = &mut third[4].body {
        facts.portals.push(portal("https://right.example.com/"));
        facts.endpoints.push(endpoint("https://fhir.example.com/right"));
    }
    let (_, finished) = load(&store, &vendor, "2026-11-03", third).await;
    assert_eq!((finished.held, finished.held_doors), (None, 0));
    let Found::Here(found) = store.organization_by_slug("hospital-4-boise-id").await.unwrap() else { panic!() };
    assert_eq!((found.portals[0].domain.as_str(), found.endpoints.len()), ("example.com", 1));
    agrees(&store).await;
}

pub async fn undone_additions_leave_no_trace_in_the_export(store: Store) {
    let mut feed = source("feed", 3);
    let (first, second) = first_and_second(60);
    load(&store, &feed, "2026-10-01", first).await;
    feed.mode = Mode::Delta;
    let mut some = phones(6, 6);
    some.remove(0);
    load(&store, &feed, "2026-11-01", some).await;
    let before = exported(&store).await;
    let changed: Vec<Listing> =
        second.into_iter().filter(|row| ["k0", "k2", "new"].contains(&row.key.as_str())).collect();
    assert_eq!(load(&store, &feed, "2026-11-02", changed).await.1.held, None);
    assert_ne!(exported(&store).await, before);
    let n = store.loads(None).await.unwrap()[0].n;
    store.undo_load(n, "Ana").await.unwrap();
    same(&before, &exported(&store).await);
    agrees(&store).await;
}

pub async fn the_first_load_can_be_undone_and_repeated(store: Store) {
    let vendor = source("vendor", 3);
    load(&store, &vendor, "2030-01-01", phones(20, 3)).await;
    let before = exported(&store).await;
    let undone = store.undo_load(1, "Ana").await.unwrap();
    assert_eq!(undone.finished.withdrawn, 20);
    assert!(exported(&store).await.iter().all(|line| line["type"] == "source"));
    // The wrong day it carried keeps nothing out.
    let (taken, finished) = load(&store, &vendor, "2026-11-01", phones(2, 0)).await;
    assert_eq!((taken.new, finished.held), (2, None));
    let last = store.loads(None).await.unwrap()[0].n;
    store.undo_load(last, "Ana").await.unwrap();
    let again = store.repeat_load(1, "Ana").await.unwrap();
    assert_eq!(again.finished.published.restored, 20);
    same(&before, &exported(&store).await);
    agrees(&store).await;
}

pub async fn only_the_last_load_is_undone(store: Store) {
    let vendor = source("vendor", 3);
    load(&store, &vendor, "2026-11-01", phones(20, 0)).await;
    let before = exported(&store).await;
    load(&store, &vendor, "2026-11-02", phones(20, 1)).await;
    load(&store, &vendor, "2026-11-03", phones(20, 2)).await;
    let why = store.undo_load(2, "Ana").await.unwrap_err().to_string();
    assert!(why.contains("load 3 of the same source came after it"), "{why}");
    store.undo_load(3, "Ana").await.unwrap();
    store.undo_load(2, "Ana").await.unwrap();
    same(&before, &exported(&store).await);
    let why = store.undo_load(2, "Ana").await.unwrap_err().to_string();
    assert!(why.contains("load 2 is undone"), "{why}");
    assert!(store.repeat_load(99, "Ana").await.is_err());
    agrees(&store).await;
}

pub async fn old_snapshots_are_forgotten_but_the_accepted_one(store: Store) {
    let store = store.keeping(2);
    let vendor = source("vendor", 3);
    for day in 1..=6 {
        let mut rows = phones(20, 0);
        rows[0] = listing("k0", hospital(&format!("Hospital of day {day}")));
        load(&store, &vendor, &format!("2026-11-0{day}"), rows).await;
    }
    let kept: Vec<i64> = store.loads(None).await.unwrap().iter().filter(|load| load.kept).map(|load| load.n).collect();
    assert_eq!(kept, [6, 5, 1], "the last two, and the one that was accepted");
    assert!(store.sweep().await.unwrap() > 0, "their files go");
    let why = store.repeat_load(3, "Ana").await.unwrap_err().to_string();
    assert!(why.contains("CONNECTOR_KEEP_LOADS"), "{why}");
    agrees(&store).await;
}

pub async fn closings_are_kept_undone_and_repeated(store: Store) {
    let mut feed = source("feed", 3);
    load(&store, &feed, "2026-11-01", phones(20, 0)).await;
    feed.mode = Mode::Delta;
    let close = async |date: &str, keys: &[&str]| {
        let mut intake = open(&store, &feed, date).await;
        let keys: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
        intake.close(&keys).await.unwrap();
        intake.finish(false, &|_, _| {}).await.unwrap()
    };
    let before = exported(&store).await;
    assert_eq!(close("2026-11-02", &["k0", "k1"]).await.held, None);
    let closed = exported(&store).await;
    assert_eq!(closed.len(), before.len() - 2);
    store.undo_load(2, "Ana").await.unwrap();
    same(&before, &exported(&store).await);
    store.repeat_load(2, "Ana").await.unwrap();
    same(&closed, &exported(&store).await);
    // One that is listed again and undone is closed again.
    load(&store, &feed, "2026-11-03", phones(1, 1)).await;
    let last = store.loads(None).await.unwrap()[0].n;
    store.undo_load(last, "Ana").await.unwrap();
    same(&closed, &exported(&store).await);
    // Closing much waits like changing much.
    let why = close("2026-11-04", &["k2", "k3", "k4", "k5", "k6"]).await.held.unwrap();
    assert!(why.contains("of 18"), "{why}");
    agrees(&store).await;
}

pub async fn additions_are_undone_though_older_rows_are_forgotten(store: Store) {
    let store = store.keeping(2);
    let mut feed = source("feed", 3);
    feed.mode = Mode::Delta;
    load(&store, &feed, "2026-11-01", phones(20, 0)).await;
    let some = |day: usize, name: &str| listing(&format!("n{day}"), hospital(&format!("New {day}{name}")));
    for day in 2..=5 {
        load(&store, &feed, &format!("2026-11-0{day}"), vec![some(day, "")]).await;
    }
    let before = exported(&store).await;
    // What it changed stands in a load that is kept, and what it brought stands nowhere.
    let (taken, finished) = load(&store, &feed, "2026-11-06", vec![some(5, " again"), some(6, ""), some(7, "")]).await;
    assert_eq!((taken.new, taken.changed, finished.held), (2, 1, None));
    let undone = store.undo_load(6, "Ana").await.unwrap();
    assert_eq!(undone.finished.withdrawn, 2);
    same(&before, &exported(&store).await);
    // Brought again and undone again: it was not there in between.
    load(&store, &feed, "2026-11-07", vec![some(6, "")]).await;
    let last = store.loads(None).await.unwrap()[0].n;
    assert_eq!(store.undo_load(last, "Ana").await.unwrap().finished.withdrawn, 1);
    same(&before, &exported(&store).await);
    // What nobody knows any more is not guessed.
    load(&store, &feed, "2026-11-08", vec![some(2, " again")]).await;
    let last = store.loads(None).await.unwrap()[0].n;
    let why = store.undo_load(last, "Ana").await.unwrap_err().to_string();
    assert!(why.contains("CONNECTOR_KEEP_LOADS"), "{why}");
    agrees(&store).await;
}
