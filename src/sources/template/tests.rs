use super::*;
use crate::{
    model::{features::Answer, kind::Kind, listing::Listing},
    sources::input::tests::{facts, listing, rows, tally},
};

/// A table with these columns and lines.
fn table(columns: &str, lines: &[&str]) -> Vec<Row> {
    rows(format!("{columns}\n{}\n", lines.join("\n"))).unwrap().1
}

#[test]
fn the_file_people_fill_in_is_read_and_its_examples_are_nobody() {
    let (file, rows) = rows(text()).unwrap();
    assert_eq!((file.rows, rows.len(), file.suggested_source), (4, 4, None));
    assert_eq!(tally(&rows)["ignored example"], 4);
}

#[test]
fn every_column_of_the_example_is_read_when_it_is_no_example() {
    let (_, rows) = rows(text().replace("example-clinic", "efc")).unwrap();
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!(rows[0].notes, []);
    let (listing, facts) = listing(&rows[0]);
    assert_eq!((listing.key.as_str(), facts.name.as_str()), ("efc", "Example Family Clinic"));
    assert_eq!(facts.aliases, ["Example Clinic", "EFC"]);
    assert_eq!(facts.kinds, [Kind::Clinic, Kind::Laboratory]);
    assert_eq!(facts.identifiers.len(), 3);
    assert_eq!(listing.strong, ["npi:1234567893", "end:fhir.example.org/r4"]);
    assert_eq!(facts.places.len(), 2);
    assert_eq!(facts.places[0].lines, ["1 Main Street", "Suite 3"]);
    assert_eq!(facts.places[1].name.as_deref(), Some("Example Family Clinic West"));
    assert_eq!(facts.places[1].phone.as_deref(), Some("(208) 555-0101"));
    assert_eq!(facts.areas, ["ID", "OR"]);
    assert_eq!(facts.features.len(), 3);
    assert!(facts.features.values().any(|a| *a == Answer::Planned(Some(jiff::civil::date(2027, 1, 31)))));
    assert!(facts.how_to_ask.is_some() && facts.website.is_some() && facts.description.is_some());
    let portal = &facts.portals[0];
    assert_eq!((portal.name.as_deref(), portal.audience.as_deref()), (Some("MyExample"), Some("adult patients")));
    assert_eq!(portal.endpoints, ["https://fhir.example.org/r4"]);
    assert_eq!(portal.valid, Some((Some(jiff::civil::date(2026, 1, 31)), None)));
    assert!(portal.sign_up.is_some() && portal.description.is_some());
    let endpoint = &facts.endpoints[0];
    assert_eq!(endpoint.fhir_versions, ["4.0.1"]);
    assert!(endpoint.developers.is_some() && endpoint.name.is_some());
}

#[test]
fn what_is_wrong_is_told_with_line_column_and_what_is_allowed() {
    let rows = table(
        "row,key,name,kinds,status,phone,npi,state,zip,features,url,valid_from,colour",
        &[
            "portal,,Early,,,,,,,,https://a.org/,,",
            "organization,a,Clinic A,castle,gone,12,1234567890,XY,ABC,fly=yes; view=maybe,,,red",
            "portal,,MyA,,,,,,,,https://a.org/,31.1.2026,",
            "portal,b,MyA,,,,,,,,https://a.org/,,",
            "endpoint,a,,,,,,,,,10.0.0.1,,",
            "location,,,,,,,,,,,,",
            "location,,Nowhere,,,,1234567893,,83702,,,,",
            "house,,,,,,,,,,,,",
            ",,,,,,,,,,,,",
            "organization,a,Clinic A again,,,,,,,,,,",
            "portal,,MyA,,,,,,,,https://again.org/,,",
            "organization,,No Key,,,,,,,,,,",
            "organization,c,,,,,,,,,,,",
        ],
    );
    let said: Vec<(u64, &str, &str)> = rows
        .iter()
        .flat_map(|row| {
            let of_row = match &row.outcome {
                Outcome::Quarantined { problem, .. } | Outcome::Ignored(problem) => Some(problem),
                _ => None,
            };
            let all = of_row.into_iter().chain(&row.notes);
            all.map(|problem| (row.number, problem.field.as_str(), problem.code.as_str()))
        })
        .collect();
    for expected in [
        (2, "row", "no_organization"),
        (3, "kinds", "unknown_kind"),
        (3, "status", "unknown_status"),
        (3, "phone", "bad_phone"),
        (3, "npi", "bad_npi"),
        (3, "state", "bad_state"),
        (3, "zip", "bad_zip"),
        (3, "features", "unknown_feature"),
        (3, "features", "bad_answer"),
        (3, "colour", "unknown_column"),
        (4, "valid_from", "bad_date"),
        (5, "key", "other_key"),
        (6, "url", "relative_address"),
        (7, "street", "nothing_in_it"),
        (8, "npi", "not_in_this_row"),
        (9, "row", "unknown_row"),
        (11, "key", "key_twice"),
        (12, "row", "organization_left_out"),
        (13, "key", "no_key"),
        (14, "name", "no_name"),
    ] {
        assert!(said.contains(&expected), "{expected:?} is not in {said:?}");
    }
    assert_eq!(said.len(), 20, "{said:?}");
    assert_eq!(tally(&rows)["listing"], 1);
    let listed = rows.iter().find(|row| row.number == 3).unwrap();
    let (portals, endpoints) = (&facts(listed).portals, &facts(listed).endpoints);
    assert!(portals.is_empty() && endpoints.is_empty(), "nothing with a fault in it goes in: {portals:?}");
}

#[test]
fn a_line_that_cannot_be_read_gives_its_lines_to_nobody_else() {
    let rows = table(
        "row,key,name,url",
        &["organization,a,Clinic A,", "organization,b,Clinic, B,", "portal,,MyB,https://b.org/"],
    );
    let a = rows.iter().find(|row| row.number == 2).unwrap();
    assert!(facts(a).portals.is_empty());
    let tally = tally(&rows);
    assert_eq!((tally["listing"], tally["ignored malformed_row"], tally["ignored no_organization"]), (1, 1, 1));
}

#[test]
fn parts_have_the_doors_of_the_whole_one_step_deep() {
    let rows = table(
        "row,key,name,part_of,url",
        &[
            "organization,site,Site,whole,",
            "organization,deep,Deep,site,",
            "organization,lost,Lost,nobody,",
            "organization,whole,Whole,,",
            "endpoint,,,,https://fhir.whole.org/r4",
            "portal,,MyWhole,,https://my.whole.org/",
        ],
    );
    let of = |key: &str| -> (&Listing, &OrganizationFacts) {
        rows.iter().map(listing).find(|(listing, _)| listing.key == key).unwrap()
    };
    let (site, facts) = of("site");
    assert_eq!((facts.part_of.as_deref(), facts.part_of_name.as_deref()), (Some("whole"), Some("Whole")));
    assert_eq!(facts.endpoints[0].through.as_deref(), Some("whole"));
    assert_eq!(facts.portals[0].through.as_deref(), Some("whole"));
    assert!(site.strong.is_empty(), "the door is the parent's");
    assert_eq!(of("whole").0.strong, ["end:fhir.whole.org/r4"]);
    for (key, code) in [("deep", "too_deep"), ("lost", "unknown_part_of")] {
        assert_eq!(of(key).1.part_of, None);
        let row = rows.iter().find(|row| listing(row).0.key == key).unwrap();
        assert_eq!(row.notes[0].code, code);
    }
}

#[test]
fn the_escape_of_formulas_is_undone_and_junk_does_not_go_in() {
    let rows = table("row,key,name", &["organization,a,'+One Clinic", "organization,b,Test Clinic"]);
    assert_eq!(facts(&rows[0]).name, "+One Clinic");
    assert_eq!(tally(&rows)["quarantined test_organization"], 1);
}
