//! The store's contract: every story runs on SQLite, and on PostgreSQL when its programs are there.

use connector::{
    model::{
        id::Id,
        identifier::{Identifier, System},
        listing::AppFacts,
        organization::{DoorState, Organization, Status},
        revision::Event,
        source::Mode,
    },
    store::{
        Found, Store, Verdict,
        intake::{LoadHead, Opening},
    },
};

use crate::changes::{the_log_is_followed_with_what_was_before, webhooks_are_kept_leased_and_told_by_one};
use crate::decided::{
    a_motion_is_confirmed_by_another_and_a_host_let_off, a_redacted_text_goes_from_all_that_people_left,
    everything_that_waits_stands_in_the_queue, what_is_approved_for_a_day_is_said_on_it,
};
use crate::doors::{
    a_first_door_of_an_app_that_looks_like_another_waits, a_moved_address_under_a_new_key_waits,
    a_page_to_make_an_account_is_a_door, a_recalled_host_is_nowhere_in_a_document,
    a_second_row_with_the_mark_of_one_that_went_waits, doors_behind_a_better_source_count,
    doors_of_apps_do_not_swap_in_two_steps, many_moved_addresses_under_new_keys_make_a_load_wait,
    many_pages_to_make_an_account_make_a_load_wait, no_way_to_tell_rows_apart_swaps_a_door,
    others_of_one_name_are_not_taken_for_one_that_went,
};
use crate::guarding::{
    a_column_that_went_makes_a_load_wait, a_load_that_moves_a_fifth_waits_and_can_be_accepted,
    a_refused_load_never_goes_in_and_its_files_wait_again, additions_are_measured_by_what_they_change,
    additions_are_undone_though_older_rows_are_forgotten, additions_that_flood_their_source_wait,
    an_undone_load_leaves_no_trace_in_the_export, closings_are_kept_undone_and_repeated,
    new_keys_alone_make_nobody_wait, old_snapshots_are_forgotten_but_the_accepted_one, only_the_last_load_is_undone,
    slow_erosion_counts, the_first_load_can_be_undone_and_repeated, undone_additions_leave_no_trace_in_the_export,
};
use crate::managed::{
    a_claim_is_shown_lost_and_found_again, a_key_opens_while_its_maker_owns, a_profile_is_kept_in_step_until_it_is_not,
    an_account_is_another_address_and_other_sessions, an_invitation_is_taken_once_and_the_last_owner_stays,
    days_are_counted_in_tens_and_small_ones_go, news_is_told_once_and_by_one_mail_a_day,
    webhooks_of_owners_are_counted_apart,
};
use crate::people::{
    a_backup_comes_back_elsewhere, a_backup_from_elsewhere_comes_in, a_mail_is_one_senders_and_leaves_nothing,
    a_proposal_is_decided_once_and_said, a_redacted_text_goes_from_what_was_proposed, a_ticket_is_good_once,
    places_end_and_freezes_hold, somebody_signs_in_and_out,
};
use crate::submissions::{
    a_redacted_text_goes_from_reports, a_report_waits_and_is_decided_once,
    counts_of_searched_words_add_up_and_small_ones_go,
};
use crate::support::{app_listing, clock, endpoint, hospital, listing, load, npi, open, place, portal, source, sqlite};

/// Each story once more on SQLite, by name; PostgreSQL runs them all in one server.
/// Stories `with_time` move the clock.
macro_rules! contract {
    ($($story:ident),* $(,)?; with_time: $($timed:ident),* $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $story() {
                let folder = tempfile::tempdir().unwrap();
                super::$story(super::sqlite(folder.path()).await).await;
            })*
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $timed() {
                let (folder, clock) = (tempfile::tempdir().unwrap(), super::clock());
                let store = super::Store::open(folder.path(), None, clock.clone()).await.unwrap();
                super::$timed(store, clock).await;
            })*
        }

        #[tokio::test(flavor = "multi_thread")]
        async fn on_postgresql() {
            let Some(programs) = crate::postgres::programs() else {
                println!("SKIPPED: PostgreSQL's programs (initdb, postgres) are not on this machine");
                return;
            };
            let server = crate::postgres::Postgres::start(&programs);
            $({
                println!("PostgreSQL: {}", stringify!($story));
                let address = server.database(stringify!($story)).await;
                let folder = tempfile::tempdir().unwrap();
                // In a box: the stories together are too much for one stack.
                Box::pin($story(Store::open(folder.path(), Some(&address), clock()).await.unwrap())).await;
            })*
            $({
                println!("PostgreSQL: {}", stringify!($timed));
                let address = server.database(stringify!($timed)).await;
                let (folder, clock) = (tempfile::tempdir().unwrap(), clock());
                let store = Store::open(folder.path(), Some(&address), clock.clone()).await.unwrap();
                Box::pin($timed(store, clock)).await;
            })*
        }
    };
}

contract!(
    somebody_signs_in_and_out,
    a_ticket_is_good_once,
    places_end_and_freezes_hold,
    a_proposal_is_decided_once_and_said,
    a_redacted_text_goes_from_what_was_proposed,
    a_mail_is_one_senders_and_leaves_nothing,
    a_backup_comes_back_elsewhere,
    a_backup_from_elsewhere_comes_in,
    an_organization_comes_in_and_is_found,
    the_same_load_again_changes_nothing,
    two_of_the_same_name_stay_two_pages,
    readable_addresses_never_meet_across_batches,
    an_older_load_is_skipped,
    a_dry_run_leaves_everything_as_it_was,
    a_full_load_withdraws_what_is_absent_and_a_delta_does_not,
    a_rename_keeps_id_and_old_address,
    a_better_source_wins_field_by_field,
    what_a_better_source_withdrew_does_not_come_back,
    a_live_door_never_changes_its_domain_by_import,
    a_live_endpoint_never_changes_its_domain_by_import,
    a_load_that_moves_many_doors_waits_whole,
    a_public_number_alone_never_joins,
    a_vanished_key_with_a_strong_mark_keeps_its_organization,
    a_merge_redirects_and_a_split_gives_back,
    a_split_after_a_chain_of_merges_gives_back_what_was_its_own,
    a_split_leaves_the_other_as_it_was,
    a_fixed_id_follows_a_merge,
    a_listing_taken_out_stays_out,
    a_hostile_host_is_gone_everywhere,
    legacy_doors_are_text_and_eins_stay_inside,
    shared_portals_and_endpoints_are_one_thing,
    parts_know_their_parent,
    apps_pass_through_the_same_walk,
    the_log_has_no_gaps_and_redaction_keeps_its_numbers,
    a_redacted_text_stands_in_no_key_and_no_merged_document,
    a_load_that_moves_a_fifth_waits_and_can_be_accepted,
    a_refused_load_never_goes_in_and_its_files_wait_again,
    new_keys_alone_make_nobody_wait,
    slow_erosion_counts,
    a_column_that_went_makes_a_load_wait,
    additions_are_measured_by_what_they_change,
    closings_are_kept_undone_and_repeated,
    an_undone_load_leaves_no_trace_in_the_export,
    undone_additions_leave_no_trace_in_the_export,
    the_first_load_can_be_undone_and_repeated,
    only_the_last_load_is_undone,
    old_snapshots_are_forgotten_but_the_accepted_one,
    a_moved_address_under_a_new_key_waits,
    many_moved_addresses_under_new_keys_make_a_load_wait,
    no_way_to_tell_rows_apart_swaps_a_door,
    others_of_one_name_are_not_taken_for_one_that_went,
    a_second_row_with_the_mark_of_one_that_went_waits,
    a_page_to_make_an_account_is_a_door,
    many_pages_to_make_an_account_make_a_load_wait,
    a_recalled_host_is_nowhere_in_a_document,
    doors_of_apps_do_not_swap_in_two_steps,
    a_first_door_of_an_app_that_looks_like_another_waits,
    doors_behind_a_better_source_count,
    additions_that_flood_their_source_wait,
    additions_are_undone_though_older_rows_are_forgotten,
    a_report_waits_and_is_decided_once,
    a_redacted_text_goes_from_reports,
    counts_of_searched_words_add_up_and_small_ones_go,
    the_log_is_followed_with_what_was_before,
    webhooks_are_kept_leased_and_told_by_one,
    an_account_is_another_address_and_other_sessions,
    an_invitation_is_taken_once_and_the_last_owner_stays,
    a_profile_is_kept_in_step_until_it_is_not,
    webhooks_of_owners_are_counted_apart,
    days_are_counted_in_tens_and_small_ones_go,
    a_motion_is_confirmed_by_another_and_a_host_let_off,
    everything_that_waits_stands_in_the_queue,
    a_redacted_text_goes_from_all_that_people_left;
    with_time:
    a_claim_is_shown_lost_and_found_again,
    a_key_opens_while_its_maker_owns,
    news_is_told_once_and_by_one_mail_a_day,
    what_is_approved_for_a_day_is_said_on_it,
);

async fn page(store: &Store, slug: &str) -> Organization {
    match store.organization_by_slug(slug).await.unwrap() {
        Found::Here(organization) => *organization,
        other => panic!("{slug}: {other:?}"),
    }
}

async fn agrees(store: &Store) {
    assert_eq!(store.check().await.unwrap(), vec![]);
}

async fn an_organization_comes_in_and_is_found(store: Store) {
    let mut facts = hospital("St. Mary's Hospital");
    facts.places.push(place("Boise", "ID", "83702"));
    facts.portals.push(portal("https://mychart.example.org/"));
    facts.identifiers.push(npi("1234567893"));
    let (taken, finished) = load(&store, &source("vendor", 3), "2026-11-01", vec![listing("a", facts)]).await;
    assert_eq!((taken.new, finished.published.created), (1, 1));
    let found = page(&store, "st-marys-hospital-boise-id").await;
    assert_eq!(found.version, 1);
    assert_eq!(found.portals[0].state, DoorState::Live);
    assert_eq!(found.portals[0].domain, "example.org");
    let said = found.said("name").unwrap();
    assert_eq!((said.source.as_str(), said.load_date.to_string().as_str()), ("vendor", "2026-11-01"));
    assert!(found.is_listed());
    assert_eq!(store.organization(&found.id).await.unwrap(), Found::Here(Box::new(found)));
    agrees(&store).await;
}

async fn the_same_load_again_changes_nothing(store: Store) {
    let vendor = source("vendor", 3);
    let rows = || {
        let mut a = hospital("A");
        a.endpoints.push(endpoint("https://fhir.example.org/r4"));
        vec![listing("a", a), listing("b", hospital("B"))]
    };
    load(&store, &vendor, "2026-11-01", rows()).await;
    let before = store.last_revision().await.unwrap();
    let (taken, finished) = load(&store, &vendor, "2026-11-01", rows()).await;
    assert_eq!((taken.new, taken.changed, taken.unchanged, finished.withdrawn), (0, 0, 2, 0));
    assert_eq!(store.last_revision().await.unwrap(), before);
    let mut twice = rows();
    twice.extend(rows());
    let (taken, _) = load(&store, &vendor, "2026-11-02", twice).await;
    assert_eq!((taken.unchanged, taken.repeated), (2, 2), "the same row twice in one file is one listing");
    agrees(&store).await;
}

async fn two_of_the_same_name_stay_two_pages(store: Store) {
    let mut tampa = hospital("St. Joseph's Hospital");
    tampa.places.push(place("Tampa", "FL", "33607"));
    let vague = hospital("St. Joseph's Hospital");
    let mut other = vague.clone();
    other.portals.push(portal("https://portal.example.com/"));
    let rows = vec![listing("a", tampa), listing("b", vague), listing("c", other)];
    load(&store, &source("vendor", 3), "2026-11-01", rows).await;
    let slugs = ["st-josephs-hospital-tampa-fl", "st-josephs-hospital", "st-josephs-hospital-2"];
    let mut ids = Vec::new();
    for slug in slugs {
        ids.push(page(&store, slug).await.id);
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 3);
    agrees(&store).await;
}

async fn readable_addresses_never_meet_across_batches(store: Store) {
    // More than two batches of names that run into each other's counters: the second "Clinic" asks for `clinic-2`.
    let rows = |from: usize, to: usize| {
        (from..to)
            .map(|n| listing(&format!("key-{n:05}"), hospital(["Clinic", "Clinic 2", "Clinic-2-2"][n % 3])))
            .collect()
    };
    load(&store, &source("vendor", 3), "2026-11-01", rows(0, 1_300)).await;
    load(&store, &source("other", 5), "2026-11-02", rows(0, 40)).await;
    load(&store, &source("vendor", 3), "2026-11-03", rows(0, 1_400)).await;
    agrees(&store).await;
    let mut slugs = std::collections::BTreeSet::new();
    let mut after = None;
    loop {
        let page = store.organizations(after.as_ref(), 500).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.id.clone());
        slugs.extend(page.into_iter().map(|organization| organization.slug));
    }
    assert_eq!(slugs.len(), 1_440, "each its own");
}

async fn an_older_load_is_skipped(store: Store) {
    let vendor = source("vendor", 3);
    load(&store, &vendor, "2026-11-01", vec![listing("a", hospital("A"))]).await;
    let head = LoadHead { source: vendor, date: "2026-10-01".parse().unwrap(), mode: Mode::Full, files: Vec::new() };
    match store.begin_load(head).await.unwrap() {
        Opening::Older(last) => assert_eq!(last.to_string(), "2026-11-01"),
        Opening::Open(_) => panic!("an older load was opened"),
    }
}

async fn a_dry_run_leaves_everything_as_it_was(store: Store) {
    let vendor = source("vendor", 3);
    let mut intake = open(&store, &vendor, "2026-11-01").await;
    intake.take(vec![listing("a", hospital("A"))]).await.unwrap();
    let finished = intake.finish(true, &|_, _| {}).await.unwrap();
    assert_eq!(finished.published.created, 1, "it says what would change");
    assert_eq!(store.last_revision().await.unwrap(), 0);
    assert!(store.sources().await.unwrap().is_empty());
}

async fn a_full_load_withdraws_what_is_absent_and_a_delta_does_not(store: Store) {
    let mut vendor = source("vendor", 3);
    let both = vec![listing("a", hospital("Alpha")), listing("b", hospital("Beta"))];
    load(&store, &vendor, "2026-11-01", both).await;
    vendor.mode = Mode::Delta;
    let (_, finished) = load(&store, &vendor, "2026-11-02", vec![listing("a", hospital("Alpha"))]).await;
    assert_eq!(finished.withdrawn, 0);
    vendor.mode = Mode::Full;
    let (_, finished) = load(&store, &vendor, "2026-11-03", vec![listing("a", hospital("Alpha"))]).await;
    assert_eq!((finished.withdrawn, finished.published.withdrawn), (1, 1));
    assert_eq!(page(&store, "beta").await.status, Status::Withdrawn);
    let both = vec![listing("a", hospital("Alpha")), listing("b", hospital("Beta"))];
    let (taken, finished) = load(&store, &vendor, "2026-11-04", both).await;
    assert_eq!((taken.new, taken.unchanged, finished.published.restored), (1, 1, 1));
    assert_eq!(page(&store, "beta").await.status, Status::Active);
    // An empty load is a broken list, not the end of the world.
    let (_, finished) = load(&store, &vendor, "2026-11-05", vec![]).await;
    assert_eq!(finished.withdrawn, 0);
    agrees(&store).await;
}

async fn a_rename_keeps_id_and_old_address(store: Store) {
    let vendor = source("vendor", 3);
    load(&store, &vendor, "2026-11-01", vec![listing("a", hospital("Old Name"))]).await;
    let before = page(&store, "old-name").await;
    let mut renamed = hospital("New Name");
    renamed.old_slugs.push("the-originals-amp-slug".into());
    load(&store, &vendor, "2026-11-02", vec![listing("a", renamed)]).await;
    let after = page(&store, "new-name").await;
    assert_eq!((after.id, after.version), (before.id, 2));
    for old in ["old-name", "the-originals-amp-slug"] {
        assert_eq!(store.organization_by_slug(old).await.unwrap(), Found::Renamed("new-name".into()));
    }
    agrees(&store).await;
}

async fn a_better_source_wins_field_by_field(store: Store) {
    let same = |name: &str, phone: Option<&str>| {
        let mut facts = hospital(name);
        facts.identifiers.push(npi("1234567893"));
        facts.places.push(place("Boise", "ID", "83702"));
        facts.phone = phone.map(Into::into);
        facts
    };
    load(
        &store,
        &source("gov", 4),
        "2026-11-01",
        vec![listing("g", same("ST MARYS OF BOISE", Some("(208) 555-0100")))],
    )
    .await;
    let mut vendor = same("St. Mary's", None);
    vendor.portals.push(portal("https://mychart.example.org/"));
    load(&store, &source("vendor", 3), "2026-11-02", vec![listing("v", vendor)]).await;
    assert_eq!(store.organizations(None, 10).await.unwrap().len(), 1, "a valid NPI and the ZIP agree");
    let merged = page(&store, "st-marys-boise-id").await;
    assert_eq!((merged.name.as_str(), merged.phone.as_deref()), ("St. Mary's", Some("(208) 555-0100")));
    assert_eq!(merged.aliases, ["ST MARYS OF BOISE"]);
    assert_eq!(merged.said("name").unwrap().source, "vendor");
    assert_eq!(merged.said("phone").unwrap().source, "gov");
    agrees(&store).await;
}

async fn what_a_better_source_withdrew_does_not_come_back(store: Store) {
    let facts = |with: bool| {
        let mut facts = hospital("A");
        facts.identifiers.push(npi("1234567893"));
        if with {
            facts.endpoints.push(endpoint("https://fhir.example.org/r4"));
            facts.portals.push(portal("https://mychart.example.org/"));
        }
        facts
    };
    let (vendor, list) = (source("vendor", 3), source("list", 5));
    load(&store, &vendor, "2026-11-01", vec![listing("v", facts(true))]).await;
    load(&store, &list, "2026-11-01", vec![listing("l", facts(true))]).await;
    load(&store, &vendor, "2026-11-02", vec![listing("v", facts(false))]).await;
    let found = page(&store, "a").await;
    assert_eq!((found.endpoints.len(), found.portals.len()), (0, 0));
    load(
        &store,
        &list,
        "2026-11-03",
        vec![listing("l", {
            let mut f = facts(true);
            f.phone = Some("(208) 555-0100".into());
            f
        })],
    )
    .await;
    let found = page(&store, "a").await;
    assert_eq!((found.endpoints.len(), found.portals.len(), found.phone.is_some()), (0, 0, true));
    load(&store, &vendor, "2026-11-04", vec![listing("v", facts(true))]).await;
    let found = page(&store, "a").await;
    assert_eq!((found.endpoints.len(), found.portals.len()), (1, 1), "its own source brings it back");
    agrees(&store).await;
}

/// A list of many doors, so that one change is below the share that holds the whole load.
fn many(first: &str) -> Vec<connector::model::listing::Listing> {
    (0..400)
        .map(|n| {
            let mut facts = hospital(&format!("Hospital {n}"));
            let door = if n == 0 { first.to_owned() } else { format!("https://portal.example.org/{n}") };
            facts.portals.push(portal(&door));
            listing(&format!("k{n}"), facts)
        })
        .collect()
}

async fn a_live_door_never_changes_its_domain_by_import(store: Store) {
    let vendor = source("vendor", 3);
    load(&store, &vendor, "2026-11-01", many("https://mychart.example.org/")).await;
    let (taken, finished) = load(&store, &vendor, "2026-11-02", many("https://mychart.examp1e.com/")).await;
    assert_eq!((taken.changed, finished.held_doors, finished.held), (1, 1, None));
    let doors = |found: &Organization| found.portals.iter().map(|p| p.url.clone()).collect::<Vec<_>>();
    assert_eq!(doors(&page(&store, "hospital-0").await), ["https://mychart.example.org/"]);
    // Taking the door away first and bringing the new one later is the same trick.
    let mut without = many("https://mychart.example.org/");
    without[0] = listing("k0", hospital("Hospital 0"));
    load(&store, &vendor, "2026-11-03", without).await;
    assert!(page(&store, "hospital-0").await.portals.is_empty());
    load(&store, &vendor, "2026-11-04", many("https://mychart.examp1e.com/")).await;
    assert!(page(&store, "hospital-0").await.portals.is_empty());
    let waiting = store.held_doors().await.unwrap();
    assert_eq!((waiting.len(), waiting[0].domain.as_str()), (1, "examp1e.com"));
    store.decide_door(&waiting[0], Verdict::Confirm, "moderator:ann").await.unwrap();
    assert_eq!(doors(&page(&store, "hospital-0").await), ["https://mychart.examp1e.com/"]);
    assert!(store.held_doors().await.unwrap().is_empty());
    assert!(store.decide_door(&waiting[0], Verdict::Refuse, "moderator:ann").await.is_err());
    agrees(&store).await;
}

async fn a_live_endpoint_never_changes_its_domain_by_import(store: Store) {
    let vendor = source("vendor", 3);
    let load_with = async |date: &str, endpoints: &[&str]| {
        let mut rows = many("https://mychart.example.org/");
        let mut first = hospital("Hospital 0");
        first.endpoints = endpoints.iter().map(|url| endpoint(url)).collect();
        rows[0] = listing("k0", first);
        load(&store, &vendor, date, rows).await.1
    };
    let shown =
        async || -> Vec<String> { page(&store, "hospital-0").await.endpoints.into_iter().map(|e| e.address).collect() };
    let (good, evil) = ("https://fhir.example.org/r4", "https://fhir.examp1e.com/r4");
    load_with("2026-11-01", &[good]).await;
    assert_eq!(load_with("2026-11-02", &[evil]).await.held_doors, 1);
    assert_eq!(shown().await, [good], "swapped");
    load_with("2026-11-03", &[good, evil]).await;
    assert_eq!(shown().await, [good], "added first, so that the good one can go later");
    load_with("2026-11-04", &[]).await;
    assert!(shown().await.is_empty());
    load_with("2026-11-05", &[evil]).await;
    assert!(shown().await.is_empty(), "taken away first, so that the evil one looks new");
    load_with("2026-11-06", &["https://fhir.example.org/stu3", good]).await;
    assert_eq!(shown().await.len(), 2, "the same domain may grow");
    agrees(&store).await;
}

async fn a_load_that_moves_many_doors_waits_whole(store: Store) {
    let vendor = source("vendor", 3);
    load(&store, &vendor, "2026-11-01", many("https://mychart.example.org/")).await;
    let before = store.last_revision().await.unwrap();
    let moved = many("https://other.example.net/").into_iter().map(|mut row| {
        if let connector::model::listing::Body::Organization(facts) = &mut row.body {
            facts.portals = vec![portal("https://portal.example.net/")];
        }
        row
    });
    let (_, finished) = load(&store, &vendor, "2026-11-02", moved.collect()).await;
    assert!(finished.held.is_some());
    assert_eq!(store.last_revision().await.unwrap(), before);
    assert_eq!(page(&store, "hospital-7").await.portals[0].domain, "example.org");
    agrees(&store).await;
}

async fn a_public_number_alone_never_joins(store: Store) {
    let facts = |name: &str, city: &str, zip: &str| {
        let mut facts = hospital(name);
        facts.identifiers.push(npi("1234567893"));
        facts.places.push(place(city, "TX", zip));
        facts
    };
    load(&store, &source("one", 5), "2026-11-01", vec![listing("a", facts("Alpha", "Austin", "78701"))]).await;
    load(&store, &source("two", 5), "2026-11-01", vec![listing("b", facts("Beta", "Dallas", "75201"))]).await;
    assert_eq!(store.organizations(None, 10).await.unwrap().len(), 2, "one NPI, two hospitals");
    load(&store, &source("three", 5), "2026-11-01", vec![listing("c", facts("ALPHA", "Waco", "76701"))]).await;
    assert_eq!(store.organizations(None, 10).await.unwrap().len(), 2, "number and name agree");
    agrees(&store).await;
}

async fn a_vanished_key_with_a_strong_mark_keeps_its_organization(store: Store) {
    let vendor = source("vendor", 5);
    let facts = |name: &str| {
        let mut facts = hospital(name);
        facts.identifiers.push(npi("1234567893"));
        facts
    };
    load(&store, &vendor, "2026-11-01", vec![listing("old", facts("Old")), listing("x", hospital("X"))]).await;
    let before = page(&store, "old").await;
    load(&store, &vendor, "2026-11-02", vec![listing("new", facts("New")), listing("x", hospital("X"))]).await;
    let after = page(&store, "new").await;
    assert_eq!(after.id, before.id);
    assert_eq!(store.organizations(None, 10).await.unwrap().len(), 2);
    agrees(&store).await;
}

async fn a_merge_redirects_and_a_split_gives_back(store: Store) {
    let vendor = source("vendor", 3);
    let mut beta = hospital("Beta");
    beta.phone = Some("(208) 555-0100".into());
    load(&store, &vendor, "2026-11-01", vec![listing("a", hospital("Alpha")), listing("b", beta)]).await;
    let (alpha, beta) = (page(&store, "alpha").await, page(&store, "beta").await);
    store.merge_organizations(&beta.id, &alpha.id, "moderator:ann").await.unwrap();
    assert_eq!(store.organization(&beta.id).await.unwrap(), Found::Merged("alpha".into()));
    assert_eq!(store.organization_by_slug("beta").await.unwrap(), Found::Merged("alpha".into()));
    let merged = page(&store, "alpha").await;
    assert_eq!((merged.aliases.as_slice(), merged.phone.is_some()), (["Beta".to_owned()].as_slice(), true));
    agrees(&store).await;
    store.split_organization(&beta.id, "moderator:ann").await.unwrap();
    assert_eq!(page(&store, "beta").await.phone.as_deref(), Some("(208) 555-0100"));
    assert!(page(&store, "alpha").await.aliases.is_empty());
    let events: Vec<Event> = store.revisions_after(0, 100).await.unwrap().iter().map(|r| r.event).collect();
    assert!(events.contains(&Event::Merged) && events.contains(&Event::Split));
    assert!(store.merge_organizations(&alpha.id, &alpha.id, "x").await.is_err());
    agrees(&store).await;
}

async fn a_split_after_a_chain_of_merges_gives_back_what_was_its_own(store: Store) {
    let vendor = source("vendor", 3);
    let rows = || ["X", "A", "B", "C"].map(|name| listing(name, hospital(&format!("Hospital {name}")))).to_vec();
    load(&store, &vendor, "2026-11-01", rows()).await;
    let of = async |name: &str| page(&store, &format!("hospital-{name}")).await.id;
    let (x, a, b, c) = (of("x").await, of("a").await, of("b").await, of("c").await);
    for (from, into) in [(&x, &a), (&a, &b), (&b, &c)] {
        store.merge_organizations(from, into, "ann").await.unwrap();
    }
    let keys = async |id: &Id| -> Vec<String> {
        store.listings_of(id).await.unwrap().into_iter().map(|listing| listing.key).collect()
    };
    assert_eq!(keys(&c).await, ["A", "B", "C", "X"]);
    // The one in the middle: its own, and what was merged into it before.
    assert_eq!(store.split_organization(&a, "ann").await.unwrap(), 2);
    assert_eq!((keys(&a).await, keys(&c).await), (vec!["A".into(), "X".into()], vec!["B".into(), "C".into()]));
    let here = async |id: &Id| match store.organization(id).await.unwrap() {
        Found::Here(found) => (found.name, found.aliases),
        other => panic!("{id}: {other:?}"),
    };
    assert_eq!(here(&a).await, ("Hospital A".into(), vec!["Hospital X".into()]));
    assert_eq!(here(&c).await, ("Hospital B".into(), vec!["Hospital C".into()]), "who held them is published");
    assert!(matches!(store.organization(&b).await.unwrap(), Found::Merged(_)));
    agrees(&store).await;
    store.split_organization(&x, "ann").await.unwrap();
    store.split_organization(&b, "ann").await.unwrap();
    for (id, key) in [(&x, "X"), (&a, "A"), (&b, "B"), (&c, "C")] {
        assert_eq!(keys(id).await, [key]);
    }
    assert!(store.split_organization(&b, "ann").await.is_err());
    let (taken, _) = load(&store, &vendor, "2026-11-02", rows()).await;
    assert_eq!((taken.unchanged, store.organizations(None, 10).await.unwrap().len()), (4, 4));
    agrees(&store).await;
}

async fn a_split_leaves_the_other_as_it_was(store: Store) {
    let mut alpha = hospital("Alpha");
    alpha.endpoints.push(endpoint("https://fhir.example.org/r4"));
    alpha.portals.push(portal("https://portal.alpha.org/"));
    let mut beta = alpha.clone();
    beta.name = "Beta".into();
    beta.portals.push(portal("https://portal.beta.org/"));
    load(&store, &source("list", 5), "2026-11-01", vec![listing("a", alpha.clone())]).await;
    load(&store, &source("vendor", 3), "2026-11-01", vec![listing("b", beta)]).await;
    let (was, beta) = (page(&store, "alpha").await, page(&store, "beta").await);
    store.merge_organizations(&beta.id, &was.id, "ann").await.unwrap();
    store.split_organization(&beta.id, "ann").await.unwrap();
    let now = page(&store, "alpha").await;
    assert_eq!((&now.endpoints, &now.portals, &now.aliases), (&was.endpoints, &was.portals, &was.aliases));
    // What the other one brought is not trusted here any more.
    alpha.portals = vec![portal("https://portal.beta.org/")];
    let mut rows = many("https://mychart.example.org/");
    rows.push(listing("a", alpha));
    load(&store, &source("list", 5), "2026-11-02", rows).await;
    assert_eq!(page(&store, "alpha").await.portals[0].domain, "alpha.org");
    agrees(&store).await;
}

async fn a_fixed_id_follows_a_merge(store: Store) {
    let fixed = Id::parse("org-01a2051615f77f31bb8f238d28b37fc5").unwrap();
    let row = |name: &str| {
        let mut facts = hospital(name);
        facts.fixed_id = Some(fixed.to_string());
        facts
    };
    load(&store, &source("starter", 7), "2026-11-01", vec![listing("tx", row("Texas Medicaid"))]).await;
    load(&store, &source("other", 5), "2026-11-01", vec![listing("x", hospital("Health of Texas"))]).await;
    let other = page(&store, "health-of-texas").await.id;
    store.merge_organizations(&fixed, &other, "ann").await.unwrap();
    let again = || vec![listing("TX", row("Texas Medicaid (STAR)"))];
    load(&store, &source("state-medicaid", 4), "2026-11-02", again()).await;
    assert_eq!(store.organization(&fixed).await.unwrap(), Found::Merged("texas-medicaid-star".into()));
    assert_eq!(store.organizations(None, 10).await.unwrap().len(), 1, "a person said that they are one");
    assert_eq!(store.listings_of(&other).await.unwrap().len(), 3);
    agrees(&store).await;
    // The split gives it back with the others: its id says whose it is.
    assert_eq!(store.split_organization(&fixed, "ann").await.unwrap(), 2);
    assert_eq!(store.listings_of(&other).await.unwrap().len(), 1);
    load(&store, &source("state-medicaid", 4), "2026-11-03", again()).await;
    assert_eq!(store.organizations(None, 10).await.unwrap().len(), 2);
    agrees(&store).await;
}

async fn a_listing_taken_out_stays_out(store: Store) {
    let one = |name: &str| {
        let mut facts = hospital(name);
        facts.identifiers.push(npi("1234567893"));
        facts.places.push(place("Boise", "ID", "83702"));
        facts
    };
    let mine = {
        let mut facts = one("Mercy Hospital");
        facts.portals.push(portal("https://portal.mercy.org/"));
        facts
    };
    let theirs = |key: &str| {
        let mut facts = one("Mercy Hospital");
        facts.old_slugs.push("the-old-mercy".into());
        facts.portals.push(portal("https://portal.other.org/"));
        let mut rows = vec![listing(key, facts.clone()), listing("same group", facts)];
        for row in &mut rows {
            (row.group, row.strong) = (Some("g".into()), Vec::new());
        }
        rows.push(listing("z", hospital("Another")));
        rows.extend((0..20).map(|n| listing(&format!("n{n}"), hospital(&format!("House {n}")))));
        rows
    };
    load(&store, &source("vendor", 3), "2026-11-01", vec![listing("v", mine)]).await;
    let list = source("list", 8);
    assert_eq!(load(&store, &list, "2026-11-01", theirs("l")).await.1.joined, 1);
    let was = page(&store, "mercy-hospital-boise-id").await;
    assert_eq!(was.also_listed.len() + was.portals.len(), 2, "{was:?}");
    let refused = [("vendor", "l"), ("list", "z"), ("list", "nothing")];
    for (source, key) in refused {
        assert!(store.split_listing(&was.id, source, key, "ann").await.is_err(), "{source} {key}");
    }

    let before = store.last_revision().await.unwrap();
    let (new, listings) = store.split_listing(&was.id, "list", "l", "ann").await.unwrap();
    assert_eq!(listings, 2, "with its group");
    let now = page(&store, "mercy-hospital-boise-id").await;
    assert_eq!((&now.id, now.also_listed.len() + now.portals.len()), (&was.id, 1));
    let out = page(&store, "mercy-hospital-boise-id-2").await;
    assert_eq!((&out.id, out.version), (&new, 1));
    assert_eq!(store.organization_by_slug("the-old-mercy").await.unwrap(), Found::Renamed(out.slug.clone()));
    let log = store.revisions_after(before, 100).await.unwrap();
    let said = |id: &Id| log.iter().filter(|r| r.id == *id).map(|r| r.event).collect::<Vec<_>>();
    assert_eq!((said(&new), said(&was.id)), (vec![Event::Created], vec![Event::Split]));
    assert!(log.iter().all(|revision| revision.actor == "ann"));
    assert!(store.split_listing(&new, "list", "l", "ann").await.is_err(), "nothing would be left");
    agrees(&store).await;

    // Neither the same rows nor the same under another key come back to it.
    for (day, key) in [("2026-11-02", "l"), ("2026-11-03", "another key")] {
        let mut rows = theirs(key);
        if day == "2026-11-03" {
            rows.remove(1);
            rows[0].group = None;
        }
        let (_, finished) = load(&store, &list, day, rows).await;
        assert_eq!((finished.joined, finished.reviewed, finished.held), (0, 0, None), "{day}");
    }
    assert_eq!(store.listings_of(&was.id).await.unwrap().len(), 1);
    agrees(&store).await;
    // One that its source no longer gives could not stand alone.
    let gone = store.listings_of(&new).await.unwrap().into_iter().find(|l| !l.present).unwrap();
    store.merge_organizations(&new, &was.id, "ann").await.unwrap();
    let refused = store.split_listing(&was.id, "list", &gone.key, "ann").await.unwrap_err().to_string();
    assert!(refused.contains("any more"), "{refused}");
}

async fn a_hostile_host_is_gone_everywhere(store: Store) {
    let mut bad = hospital("A");
    bad.portals.push(portal("https://login.evil.example.com/"));
    bad.endpoints.push(endpoint("https://fhir.example.org/r4"));
    load(&store, &source("vendor", 3), "2026-11-01", vec![listing("a", bad)]).await;
    assert_eq!(store.recall_host("evil.example.com", "operator").await.unwrap(), 1);
    let found = page(&store, "a").await;
    assert_eq!((found.portals.len(), found.endpoints.len()), (0, 1));
    let last = store.revisions_after(0, 100).await.unwrap().pop().unwrap();
    assert_eq!((last.event, last.id), (Event::Recalled, found.id));
    agrees(&store).await;
}

async fn legacy_doors_are_text_and_eins_stay_inside(store: Store) {
    let mut facts = hospital("A");
    facts.portals.push(portal("https://old.example.org/"));
    facts.identifiers.push(Identifier { system: System::Ein, value: "123456789".into() });
    load(&store, &source("legacy", 8), "2015-12-21", vec![listing("a", facts)]).await;
    let found = page(&store, "a").await;
    assert_eq!(found.portals[0].state, DoorState::OldAddress);
    assert!(!found.is_listed());
    let mut lines = String::new();
    store
        .export(|line| {
            lines.push_str(&serde_json::to_string(&line)?);
            Ok(())
        })
        .await
        .unwrap()
        .unwrap();
    let log: String = store.revisions_after(0, 100).await.unwrap().into_iter().filter_map(|r| r.after).collect();
    assert!(lines.contains("old.example.org") && !lines.contains("123456789") && !log.contains("123456789"));
}

async fn shared_portals_and_endpoints_are_one_thing(store: Store) {
    let with = |name: &str| {
        let mut facts = hospital(name);
        facts.portals.push(portal("https://mychart.example.org/"));
        facts.endpoints.push(endpoint("https://fhir.example.org/r4/"));
        facts
    };
    let rows = vec![listing("a", with("Alpha")), listing("b", with("Beta"))];
    load(&store, &source("vendor", 3), "2026-11-01", rows).await;
    let (alpha, beta) = (page(&store, "alpha").await, page(&store, "beta").await);
    assert_eq!(alpha.portals[0].id, beta.portals[0].id);
    assert_eq!(alpha.endpoints[0].id, beta.endpoints[0].id);
    let created = store.revisions_after(0, 100).await.unwrap();
    assert_eq!(created.iter().filter(|r| r.id == alpha.portals[0].id).count(), 1);
}

async fn parts_know_their_parent(store: Store) {
    let mut part = hospital("Part");
    part.part_of = Some("parent".into());
    part.part_of_name = Some("Whole".into());
    let rows = vec![listing("a-part", part), listing("parent", hospital("Whole"))];
    load(&store, &source("vendor", 3), "2026-11-01", rows).await;
    let whole = page(&store, "whole").await;
    assert_eq!(page(&store, "part").await.part_of.unwrap().id, whole.id);
}

async fn apps_pass_through_the_same_walk(store: Store) {
    let current = AppFacts { name: "Records".into(), ingests: vec!["FHIR R4".into()], ..AppFacts::default() };
    let old = AppFacts { name: "Old".into(), ..AppFacts::default() };
    let list = source("apps", 5);
    load(&store, &list, "2026-11-01", vec![app_listing("r", current.clone()), app_listing("o", old)]).await;
    let apps = store.apps().await.unwrap();
    assert_eq!(
        apps.iter().map(|a| (a.slug.as_str(), a.is_current())).collect::<Vec<_>>(),
        [("old", false), ("records", true)]
    );
    load(&store, &list, "2026-11-02", vec![app_listing("r", current)]).await;
    assert_eq!(store.apps().await.unwrap().len(), 1);
    assert!(matches!(store.app_by_slug("records").await.unwrap(), Found::Here(_)));
    agrees(&store).await;
}

async fn the_log_has_no_gaps_and_redaction_keeps_its_numbers(store: Store) {
    let vendor = source("vendor", 3);
    for day in 1..5 {
        let rows =
            (0..3).map(|n| listing(&n.to_string(), hospital(&format!("H {n} {}", if n == 0 { day } else { 0 }))));
        load(&store, &vendor, &format!("2026-11-0{day}"), rows.collect()).await;
    }
    let log = store.revisions_after(0, 1000).await.unwrap();
    let numbers: Vec<i64> = log.iter().map(|r| r.n).collect();
    assert_eq!(numbers, (1..=log.len() as i64).collect::<Vec<_>>());
    let old = log.iter().find(|r| log.iter().any(|later| later.id == r.id && later.version > r.version)).unwrap();
    store.redact_revision(old.n, "Ana").await.unwrap();
    let now = store.revisions_after(0, 1000).await.unwrap();
    let (empty, last) = (&now[old.n as usize - 1], now.last().unwrap());
    assert_eq!((empty.n, &empty.after, &empty.digest), (old.n, &None, &old.digest));
    // Followers hear of it, with the document as it is; what is shown now cannot be emptied.
    assert_eq!(
        (now.len(), &last.id, last.event, last.actor.as_str()),
        (log.len() + 1, &old.id, Event::Redacted, "Ana")
    );
    assert!(last.after.is_some() && store.redact_revision(last.n, "Ana").await.is_err());
    assert!(store.redact_revision(9_999, "Ana").await.is_err());
    agrees(&store).await;
}

async fn a_redacted_text_stands_in_no_key_and_no_merged_document(store: Store) {
    let vendor = source("vendor", 3);
    let rows = || {
        let mut part = hospital("Part");
        part.part_of = Some("e1#zebulon quill clinic".into());
        part.part_of_name = Some("Clinic".into());
        vec![
            listing("e1#zebulon quill clinic", hospital("Zebulon Quill Clinic")),
            listing("e2#zebulon quill house", hospital("Zebulon Quill House")),
            listing("part", part),
            listing("other", hospital("Other")),
            listing("another", hospital("Another")),
        ]
    };
    load(&store, &vendor, "2026-11-01", rows()).await;
    let of = async |slug: &str| page(&store, slug).await.id;
    let (clinic, house) = (of("zebulon-quill-clinic").await, of("zebulon-quill-house").await);
    // One document keeps the name of what it was merged into, one its own.
    store.merge_organizations(&of("other").await, &clinic, "ann").await.unwrap();
    store.merge_organizations(&house, &of("another").await, "ann").await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    store.redact_text("Zebulon Quill", folder.path(), "ann").await.unwrap();
    let log = store.revisions_after(0, 1_000).await.unwrap();
    let said: Vec<_> = log.iter().filter_map(|revision| revision.after.as_deref()).collect();
    assert!(said.len() > 5 && said.iter().all(|after| !after.to_lowercase().contains("zebulon quill")), "{said:?}");
    for id in [&clinic, &house] {
        assert!(log.iter().any(|revision| revision.id == *id && revision.after.is_some()), "its last one stays");
    }
    let keys: Vec<String> = store.listings_of(&clinic).await.unwrap().into_iter().map(|listing| listing.key).collect();
    assert!(keys.iter().any(|key| key.len() == 32) && keys.contains(&"other".to_owned()), "{keys:?}");
    assert_eq!(page(&store, "part").await.part_of.unwrap().id, clinic);
    agrees(&store).await;
    let (taken, finished) = load(&store, &vendor, "2026-11-02", rows()).await;
    assert_eq!((taken.unchanged, finished.withdrawn), (5, 0), "{taken:?}");
    store.split_organization(&house, "ann").await.unwrap();
    agrees(&store).await;
}
