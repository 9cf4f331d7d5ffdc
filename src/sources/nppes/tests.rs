//! Rows written for every rule, and the real sample.

use std::{collections::BTreeMap, ops::ControlFlow, path::Path};

use super::*;
use crate::{
    model::{identifier::System, kind::Kind as Of},
    sources::{
        FileFacts,
        archive::tests::packed,
        input::tests::{facts, file, listing, real, rows, rows_at, tally},
        set,
    },
};

/// Columns that must never be read, each with a mark that must never come out.
const PRIVATE: &[&str] = &[
    "Employer Identification Number (EIN)",
    "Provider First Line Business Mailing Address",
    "Provider Business Mailing Address Telephone Number",
    "Provider Business Practice Location Address Fax Number",
    "Authorized Official Last Name",
    "Authorized Official First Name",
    "Authorized Official Middle Name",
    "Authorized Official Title or Position",
    "Authorized Official Telephone Number",
    "Authorized Official Credential Text",
    "Provider License Number_1",
    "Other Provider Identifier_1",
    "Parent Organization TIN",
];
const TAXONOMIES: &[&str] = &[
    "Healthcare Provider Taxonomy Code_1",
    "Healthcare Provider Primary Taxonomy Switch_1",
    "Healthcare Provider Taxonomy Code_2",
    "Healthcare Provider Primary Taxonomy Switch_2",
];

fn line<'t>(fields: impl Iterator<Item = &'t str>) -> String {
    let quoted: Vec<String> = fields.map(|field| format!("\"{field}\"")).collect();
    quoted.join(",") + "\r\n"
}

fn columns() -> impl Iterator<Item = &'static str> {
    MAIN.iter().map(|(_, column, _)| *column).chain(TAXONOMIES.iter().copied()).chain(PRIVATE.iter().copied())
}

/// A main file of these rows, each given by short names of columns; what is not given is what a plain practice has.
fn main_file(rows: &[&[(&str, &str)]]) -> String {
    let mut text = line(columns());
    for row in rows {
        let plain = [
            ("npi", "1234567893"),
            ("entity", "2"),
            ("name", "ACME CLINIC, P.C."),
            ("line1", "1 MAIN ST"),
            ("city", "AUSTIN"),
            ("state", "TX"),
            ("zip", "787010001"),
            ("country", "US"),
            ("phone", "5125550100"),
            ("code1", "261QP2300X"),
            ("switch1", "Y"),
        ];
        let mut given: BTreeMap<&str, &str> = plain.into_iter().chain(row.iter().copied()).collect();
        let shorts = MAIN.iter().map(|(short, _, _)| *short).chain(["code1", "switch1", "code2", "switch2"]);
        let fields: Vec<&str> = shorts.map(|short| given.remove(short).unwrap_or_default()).collect();
        assert!(given.is_empty(), "{given:?}");
        text += &line(fields.into_iter().chain(PRIVATE.iter().map(|_| "ZZPRIVATE")));
    }
    text
}

fn one(row: &[(&str, &str)]) -> Row {
    let (found, mut rows) = rows(main_file(&[row])).unwrap();
    assert_eq!((found.rows, found.suggested_source.as_deref(), rows.len()), (1, Some("nppes"), 1));
    rows.remove(0)
}

/// Rows of several files of one load, by file.
fn together(files: &[&str]) -> Result<(Vec<FileFacts>, Vec<Vec<Row>>), (usize, FileError)> {
    let files: Vec<_> = files.iter().map(file).collect();
    let paths: Vec<&Path> = files.iter().map(|file| file.path()).collect();
    let mut rows = vec![Vec::new(); files.len()];
    let facts = set::read(&paths, &mut |file, row| {
        rows[file].push(row);
        ControlFlow::Continue(())
    })?;
    Ok((facts, rows))
}

#[test]
fn a_row_is_an_organization() {
    let row = one(&[("other_name", "ACME FAMILY CARE"), ("other_type", "3"), ("parent", "ACME HEALTH SYSTEM INC")]);
    let (listing, facts) = listing(&row);
    assert_eq!((listing.key.as_str(), &listing.group), ("npi:1234567893", &None));
    assert_eq!(facts.name, "Acme Clinic, P.C.");
    assert_eq!(facts.aliases, ["Acme Family Care"]);
    assert_eq!(facts.kinds, [Of::Clinic]);
    assert_eq!(facts.phone.as_deref(), Some("(512) 555-0100"));
    assert_eq!((facts.identifiers[0].system, facts.identifiers[0].value.as_str()), (System::Npi, "1234567893"));
    let place = &facts.places[0];
    assert_eq!((place.lines.as_slice(), place.city.as_deref()), (["1 Main St".to_owned()].as_slice(), Some("Austin")));
    assert_eq!((place.state.as_deref(), place.zip.as_deref()), (Some("TX"), Some("78701")));
    assert_eq!(facts.part_of_name.as_deref(), Some("Acme Health System Inc"));
    assert!(facts.part_of.is_none() && row.notes.is_empty());
}

#[test]
fn what_is_private_never_leaves_its_row() {
    let said = format!("{:?}", one(&[]));
    assert!(!said.contains("ZZPRIVATE"), "{said}");
    let said = format!("{:?}", one(&[("parent", "<UNAVAIL>"), ("other_name", "<UNAVAIL>")]));
    assert!(!said.contains("UNAVAIL"), "{said}");
}

#[test]
fn persons_are_counted_and_not_looked_at() {
    let person: &[(&str, &str)] = &[("entity", "1"), ("name", "ZZPERSON"), ("npi", "not even a number")];
    let (found, rows) = rows(main_file(&[person, &[], person])).unwrap();
    assert_eq!((found.rows, rows.len()), (3, 2));
    assert_eq!(tally(&rows)["ignored a_person"], 2);
    assert!(!format!("{rows:?}").contains("ZZPERSON"));
}

#[test]
fn the_primary_taxonomy_is_the_one_whose_switch_says_so() {
    let row = one(&[("switch1", "N"), ("code2", "291U00000X"), ("switch2", "Y")]);
    assert_eq!(facts(&row).kinds, [Of::Laboratory, Of::Clinic]);
    let row = one(&[("switch1", "X"), ("code2", "291U00000X"), ("switch2", "X")]);
    assert_eq!(facts(&row).kinds, [Of::Clinic, Of::Laboratory]);
    let row = one(&[("code1", "nonsense")]);
    assert_eq!(facts(&row).kinds, [Of::Clinic], "its name says so");
}

#[test]
fn deactivated_numbers_close_their_listing() {
    let key = |row: &Row| match &row.outcome {
        Outcome::Closed { key } => Some(key.clone()),
        _ => None,
    };
    let blank: &[(&str, &str)] = &[("entity", ""), ("name", ""), ("deactivated", "05/23/2005")];
    assert_eq!(key(&one(blank)).as_deref(), Some("npi:1234567893"));
    let given_back = one(&[("deactivated", "05/23/2005"), ("reactivated", "06/01/2005")]);
    assert_eq!(facts(&given_back).name, "Acme Clinic, P.C.");
    let again = one(&[("deactivated", "05/23/2010"), ("reactivated", "06/01/2005")]);
    assert!(key(&again).is_some());
    for report in [
        "NPI,NPPES Deactivation Date\n1234567893,05/23/2005\n",
        "NPPES Deactivated NPI Report as of Nov 10 2026,\nNPI,NPPES Deactivation Date\n1234567893,05/23/2005\n",
    ] {
        let (found, rows) = rows(report).unwrap();
        assert_eq!((found.rows, key(&rows[0]).as_deref()), (1, Some("npi:1234567893")), "{report}");
    }
}

#[test]
fn what_cannot_be_listed_says_why() {
    for (row, code) in [
        (&[("npi", "1234567890")][..], "quarantined bad_npi"),
        (&[("npi", "")], "quarantined bad_npi"),
        (&[("name", "")], "ignored no_name"),
        (&[("name", "TEST CLINIC")], "quarantined test_organization"),
        (&[("entity", "")], "ignored no_entity_type"),
        (&[("entity", "3")], "ignored no_entity_type"),
    ] {
        let row = one(row);
        assert_eq!(tally(std::slice::from_ref(&row)).keys().next().map(String::as_str), Some(code), "{row:?}");
    }
    let (_, rows) = rows(main_file(&[&[], &[("name", "ANOTHER")]])).unwrap();
    assert_eq!(tally(&rows)["ignored duplicate_row"], 1);
}

#[test]
fn bad_parts_of_a_good_row_are_left_out_and_told() {
    let row = one(&[("phone", "555"), ("state", "ZZ"), ("zip", "ABC"), ("replacement", "1992856819")]);
    let codes: Vec<&str> = row.notes.iter().map(|note| note.code.as_str()).collect();
    assert_eq!(codes, ["replaced", "bad_phone", "bad_state", "bad_zip"]);
    let row = one(&[("country", "CA"), ("state", "ONTARIO"), ("zip", "M5V 2T6")]);
    assert_eq!(facts(&row).places[0].state, None);
    assert!(row.notes.is_empty(), "{:?}", row.notes);
    let row = one(&[("other_name", "JANE ROE"), ("other_type", "1")]);
    assert!(facts(&row).aliases.is_empty(), "a person's former name");
}

#[test]
fn a_missing_column_is_named() {
    let text = main_file(&[&[]]).replace("NPI Deactivation Date", "Deactivated");
    let error = rows(text).unwrap_err().to_string();
    assert!(error.contains("NPI Deactivation Date"), "{error}");
    let error = rows("NPI,Endpoint Type,Endpoint\n").unwrap();
    assert_eq!(error.0.rows, 0);
}

#[test]
fn dirt_is_survived() {
    let good = main_file(&[&[]]);
    let (header, row) = good.split_once("\r\n").unwrap();
    let broken = row.replace("ACME CLINIC, P.C.", "ACME \"5\" CLINIC");
    let lines = row.replace("1 MAIN ST", "1 MAIN ST\r\nSUITE 2").replace("1234567893", "1992856819");
    let mut bytes = format!("\u{feff}{header}\r\n{broken}{lines}1,2,3\r\n").into_bytes();
    // One more row, in Latin-1.
    let last = row.replace("ACME CLINIC", "CL#NICA NI#OS").replace("1234567893", "1245319599");
    bytes.extend(last.bytes().map(|b| if b == b'#' { 0xd1 } else { b }));
    let (found, rows) = rows(bytes).unwrap();
    assert_eq!(found.rows, 4);
    assert_eq!(facts(&rows[0]).name, "Acme \"5\" Clinic");
    assert_eq!(facts(&rows[1]).places[0].lines, ["1 Main St Suite 2"]);
    assert_eq!(tally(&rows)["ignored malformed_row"], 1);
    assert_eq!(facts(&rows[3]).name, "Clñnica Niños, P.C.");
}

const NAMES: &str = "\"NPI\",\"Provider Other Organization Name\",\"Provider Other Organization Name Type Code\"\n\
    \"1234567893\",\"ACME OLD NAME\",\"4\"\n\"1234567893\",\"ACME CLINIC PC\",\"5\"\n\"1992856819\",\"JANE ROE\",\"2\"\n\
    \"1992856819\",\"OF NOBODY\",\"3\"\n";
const PLACES_FILE: &str = "\"NPI\",\"Provider Secondary Practice Location Address- Address Line 1\",\
    \"Provider Secondary Practice Location Address-  Address Line 2\",\
    \"Provider Secondary Practice Location Address - City Name\",\
    \"Provider Secondary Practice Location Address - State Name\",\
    \"Provider Secondary Practice Location Address - Postal Code\",\
    \"Provider Secondary Practice Location Address - Country Code (If outside U.S.)\",\
    \"Provider Secondary Practice Location Address - Telephone Number\",\
    \"Provider Secondary Practice Location Address - Telephone Extension\",\
    \"Provider Practice Location Address - Fax Number\"\n\
    \"1234567893\",\"2 OAK CT\",\"STE 4\",\"WACO\",\"TX\",\"767010001\",\"US\",\"2545550100\",\"12\",\"2545550199\"\n\
    \"1234567893\",\"1 MAIN ST\",\"\",\"AUSTIN\",\"TX\",\"78701\",\"US\",\"\",\"\",\"\"\n\
    \"1234567893\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\"\n";
const ENDPOINTS_FILE: &str = "\"NPI\",\"Endpoint Type\",\"Endpoint Type Description\",\"Endpoint\",\"Affiliation\",\
    \"Endpoint Description\",\"Affiliation Legal Business Name\",\"Use Description\"\n\
    \"1234567893\",\"FHIR\",\"FHIR URL\",\"https://fhir.acme.org/r4/metadata\",\"N\",\"JANE ROE'S CELL\",\"\",\"\"\n\
    \"1234567893\",\"FHIR\",\"FHIR URL\",\"https://fhir.acme.org/r4/\",\"\",\"\",\"\",\"\"\n\
    \"1234567893\",\"FHIR\",\"FHIR URL\",\"https://fhir.other.org/r4\",\"Y\",\"\",\"OTHER INC\",\"\"\n\
    \"1234567893\",\"FHIR\",\"FHIR URL\",\"http://fhir.acme.org/plain\",\"N\",\"\",\"\",\"\"\n\
    \"1234567893\",\"FHIR\",\"FHIR URL\",\"fhir.acme.org\",\"N\",\"\",\"\",\"\"\n\
    \"1234567893\",\"FHIR\",\"FHIR URL\",\"jane.roe@direct.acme.org\",\"N\",\"\",\"\",\"\"\n\
    \"1234567893\",\"DIRECT\",\"Direct Messaging Address\",\"jane.roe@direct.acme.org\",\"N\",\"\",\"\",\"\"\n\
    \"1992856819\",\"FHIR\",\"FHIR URL\",\"https://fhir.person.org/r4\",\"N\",\"\",\"\",\"\"\n";

#[test]
fn files_beside_the_main_file_say_more_of_its_rows() {
    let main = main_file(&[&[], &[("npi", "1992856819"), ("entity", "1")]]);
    // In whatever order they stand.
    let (found, rows) = together(&[ENDPOINTS_FILE, &main, NAMES, PLACES_FILE]).unwrap();
    assert_eq!(found.iter().map(|facts| facts.rows).collect::<Vec<_>>(), [8, 2, 4, 3]);
    let acme = facts(&rows[1][0]);
    assert_eq!(acme.aliases, ["Acme Old Name"], "the other one is the name itself");
    let doors: Vec<&str> = acme.endpoints.iter().map(|endpoint| endpoint.at.url.as_str()).collect();
    assert_eq!(doors, ["https://fhir.acme.org/r4"]);
    assert_eq!(acme.places.len(), 2);
    assert_eq!(acme.places[1].lines, ["2 Oak Ct", "Ste 4"]);
    assert_eq!(acme.places[1].phone.as_deref(), Some("(254) 555-0100 ext. 12"));
    let told = tally(&rows[0]);
    for code in
        ["affiliated_endpoint", "not_https", "relative_address", "private_address", "not_fhir", "not_in_main_file"]
    {
        assert_eq!(told.get(&format!("ignored {code}")), Some(&1), "{code} in {told:?}");
    }
    assert_eq!(
        tally(&rows[2]),
        BTreeMap::from([("ignored a_persons_name".to_owned(), 1), ("ignored not_in_main_file".to_owned(), 1),])
    );
    assert_eq!(tally(&rows[3]), BTreeMap::from([("ignored empty_address".to_owned(), 1)]));
    let said = format!("{rows:?}").to_lowercase();
    for private in ["jane", "2545550199", "other inc"] {
        assert!(!said.contains(private), "{private} in {said}");
    }
}

#[test]
fn control_characters_do_not_shift_what_is_packed() {
    let places = PLACES_FILE.replace("2 OAK CT", "2 \u{1f}OAK\u{1f} CT").replace("\"WACO\"", "\"WA\u{1f}CO\"");
    let (_, rows) = together(&[&main_file(&[&[]]), &places]).unwrap();
    let place = &facts(&rows[0][0]).places[1];
    assert_eq!((place.lines[0].as_str(), place.city.as_deref()), ("2 Oak Ct", Some("Waco")));
    assert_eq!(place.phone.as_deref(), Some("(254) 555-0100 ext. 12"));
}

#[test]
fn a_file_beside_needs_its_main_file() {
    for (content, count) in [(NAMES, 4), (PLACES_FILE, 3), (ENDPOINTS_FILE, 8)] {
        let (found, rows) = rows(content).unwrap();
        assert_eq!((found.rows, found.suggested_source.as_deref()), (count, Some("nppes")));
        assert_eq!(tally(&rows), BTreeMap::from([("ignored needs_main_file".to_owned(), count as usize)]));
    }
}

#[test]
fn the_zip_of_a_month_is_one_load() {
    let main = main_file(&[&[]]);
    let (header, _) = main.split_once('\n').unwrap();
    let zip = packed(&[
        ("endpoint_pfile_20050523-20261108.csv", ENDPOINTS_FILE.as_bytes()),
        ("npidata_pfile_20050523-20261108.csv", main.as_bytes()),
        ("npidata_pfile_20050523-20261108_fileheader.csv", header.as_bytes()),
        ("othername_pfile_20050523-20261108.csv", NAMES.as_bytes()),
        ("pl_pfile_20050523-20261108.csv", PLACES_FILE.as_bytes()),
        ("NPPES_Data_Dissemination_Readme_v.2.pdf", b"%PDF-1.7\0"),
    ]);
    let (found, all) = rows(&zip).unwrap();
    assert_eq!((found.rows, found.suggested_source.as_deref()), (1 + 4 + 3 + 8, Some("nppes")));
    let acme = all.iter().find(|row| matches!(row.outcome, Outcome::Listing(_))).unwrap();
    assert_eq!((facts(acme).endpoints.len(), facts(acme).places.len(), facts(acme).aliases.len()), (1, 2, 1));
    for cut in [zip.len() / 3, zip.len() - 30] {
        assert!(rows(&zip[..cut]).is_err(), "cut at {cut}");
    }
}

#[test]
fn a_broken_file_of_a_load_is_named() {
    let main = main_file(&[&[]]);
    let (bad, error) = together(&[NAMES, &main[..main.len() - 30]]).unwrap_err();
    assert_eq!((bad, matches!(error, FileError::Broken { .. })), (1, true), "{error}");
}

#[test]
fn a_control_character_beside_the_main_file_brings_nothing_down() {
    let main = main_file(&[&[]]);
    // Whichever letter it stands for, the last one of the file too.
    for at in NAMES.find('\n').unwrap() + 1..NAMES.len() - 1 {
        let mut names = NAMES.as_bytes().to_vec();
        names[at] = 31;
        let files = [file(&main), file(&names)];
        let paths: Vec<&Path> = files.iter().map(|file| file.path()).collect();
        let _ = set::read(&paths, &mut |_, _| ControlFlow::Continue(()));
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(300))]
    #[test]
    fn no_row_brings_the_reader_down(
        changes in proptest::collection::vec((0_usize..4_000, proptest::prelude::any::<u8>()), 1..12),
        which in 0..4_usize,
    ) {
        let main = main_file(&[&[], &[("npi", "1992856819"), ("country", "CA")]]);
        let mut files = [main.as_bytes().to_vec(), NAMES.into(), PLACES_FILE.into(), ENDPOINTS_FILE.into()];
        for (at, byte) in changes {
            let at = at % files[which].len();
            files[which][at] = byte;
        }
        let files = files.map(|content| file(&content));
        let paths: Vec<&Path> = files.iter().map(|file| file.path()).collect();
        // Any answer will do but a panic.
        let _ = set::read(&paths, &mut |_, _| ControlFlow::Continue(()));
    }
}

#[test]
fn the_real_sample_gives_organizations_and_no_official() {
    let Some(main) = real("nppes/npidata_pfile_sample.csv") else { return };
    let Some(endpoints) = real("nppes/endpoint_pfile_sample.csv") else { return };
    let (found, alone) = rows_at(&main).unwrap();
    println!("{:?}", tally(&alone));
    assert_eq!((found.rows, alone.len()), (998, 998));
    let listed: Vec<&Row> = alone.iter().filter(|row| matches!(row.outcome, Outcome::Listing(_))).collect();
    assert!(listed.len() > 990, "{}", listed.len());
    for row in &listed {
        let (listing, facts) = listing(row);
        let json = serde_json::to_string(&listing.body).unwrap();
        assert!(!json.contains("ZZ") && !json.contains("UNAVAIL") && !json.contains("5550100000"), "{json}");
        assert!(!facts.kinds.is_empty() && facts.places.len() == 1 && facts.identifiers.len() == 1, "{json}");
    }
    for row in listed.iter().step_by(25) {
        let place = &facts(row).places[0];
        println!("{} | {} | {:?}", facts(row).name, place.lines.join(", "), place.city);
    }
    let mut doors = 0;
    let mut told = Vec::new();
    set::read(&[&endpoints, &main], &mut |file, row| {
        if let Outcome::Listing(listing) = &row.outcome {
            let crate::model::listing::Body::Organization(facts) = &listing.body else { panic!("an app") };
            doors += facts.endpoints.len();
        } else if file == 0 {
            told.push(row);
        }
        ControlFlow::Continue(())
    })
    .unwrap();
    println!("{doors} doors, {:?}", tally(&told));
    // Three of its numbers are in the sample of the main file.
    assert!(doors <= 3 && tally(&told).values().sum::<usize>() >= 71, "{doors}");
}
