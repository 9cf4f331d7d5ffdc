use super::*;
use crate::sources::input::tests::{listing, rows};

fn cut_out(text: &str) -> String {
    cut(text).map_or_else(|| text.to_owned(), |(text, _)| text)
}

#[test]
fn social_security_numbers_are_cut_out() {
    for (text, left) in [
        ("SSN 123-45-6789.", "SSN [removed]."),
        ("a 123 45 6789 b", "a [removed] b"),
        ("a 123\u{2011}45\u{2013}6789 b", "a [removed] b"),
        ("born 1970 123-45-6789 7 May", "born 1970 [removed] 7 May"),
        ("Social Security: 123456789", "Social Security: [removed]"),
        ("123456789 (ssn)", "[removed] (ssn)"),
        ("número de seguro social 123456789", "número de seguro social [removed]"),
        ("219-09-9999 and 078-05-1120", "[removed] and [removed]"),
    ] {
        assert_eq!(cut_out(text), left);
        assert!(cut(text).is_some_and(|(_, found)| found.iter().all(|what| *what == Private::SocialSecurity)));
    }
    assert!(is_social_security_number(" 123-45-6789 ") && !is_social_security_number("x 123-45-6789"));
}

#[test]
fn other_numbers_stay() {
    for text in [
        "000-12-3456",
        "666-12-3456",
        "900-12-3456",
        "123-00-4567",
        "123-45-0000",
        "208-555-0100",
        "(208) 555-0100 ext. 123",
        "1 800 55 1234",
        "1-123-45-6789",
        "123-45-6789-0",
        "1123-45-6789",
        "123-45-67890",
        "NPI 1234567893",
        "83702-123456789",
        "123456789",
        "the ssn of nobody; far behind in the text stands 123456789",
        "12-34567890",
        "Suite 12-345",
    ] {
        assert_eq!(cut(text), None, "{text}");
    }
}

#[test]
fn tax_numbers_and_e_mail_addresses_are_cut_out() {
    assert_eq!(cut_out("EIN 12-3456789, call"), "EIN [removed], call");
    assert_eq!(cut_out("write to mailto:jo.do+x@mail.example.org."), "write to [removed].");
    assert_eq!(cut_out("Niño@exámple.org or a@b.co"), "[removed] or [removed]");
    for text in ["Care @ Home", "user@localhost", "@example.org", "a@b.c", "a@1.2"] {
        assert_eq!(cut(text), None, "{text}");
    }
}

#[test]
fn bare_numbers_beside_words_for_taxes_are_cut_out() {
    assert_eq!(cut_out("Good Clinic (EIN 553434333)"), "Good Clinic (EIN [removed])");
    assert_eq!(cut_out("Tax ID: 000000001."), "Tax ID: [removed].");
    for text in ["Protein lab 553434333", "taxi 553434333", "NPI 1234567893, tax free"] {
        assert_eq!(cut(text), None, "{text}");
    }
}

#[test]
fn systems_of_tax_numbers_are_told_by_words_of_their_path() {
    for system in [
        "https://vendor.com/tax-id",
        "https://vendor.com/ids/EIN",
        "https://directory.cms.gov/payer_identification_system/ein",
        "http://hl7.org/fhir/sid/us-ein",
        "https://vendor.com/taxId/",
        "https://vendor.com/employerEIN",
        "urn:us:tin",
        "Tax ID number",
    ] {
        assert!(is_of_taxes(system), "{system}");
    }
    for system in [
        "https://tin.example.org/ids",
        "https://ein.org",
        "https://vendor.com/protein",
        "https://nucc.org/taxonomy",
        "",
    ] {
        assert!(!is_of_taxes(system), "{system}");
    }
}

fn bundle(id: &str, identifiers: &serde_json::Value) -> String {
    serde_json::json!({ "resourceType": "Bundle", "type": "collection", "entry": [{
        "fullUrl": format!("https://a.org/Organization/{id}"),
        "resource": { "resourceType": "Organization", "id": id, "name": "Good Clinic", "identifier": identifiers } }] })
    .to_string()
}

#[test]
fn tax_numbers_are_known_by_any_coding_and_by_their_system() {
    let identifiers = serde_json::json!([
        { "type": { "coding": [{ "code": "XX" }, { "code": "TAX" }] }, "value": "555443331" },
        { "system": "https://vendor.com/tax-id", "value": "555443332" },
        { "system": "https://vendor.com/x", "type": { "text": "Tax ID number" }, "value": "55-5443333" },
        { "type": { "coding": [{ "code": "XX", "display": "EIN" }] }, "value": "555443334" },
        { "type": { "coding": [{ "code": "XX" }, { "code": "NPI" }] }, "value": "1234567893" },
        { "type": { "coding": [{ "code": "XX" }, { "code": "SS" }] }, "value": "555443335" },
        { "system": "http://hl7.org/fhir/sid/us-npi", "type": { "coding": [{ "code": "TAX" }] }, "value": "1992856819" },
        { "system": "https://vendor.com/ids", "value": "17" },
    ]);
    let (_, rows) = rows(bundle("1", &identifiers)).unwrap();
    let facts = listing(&rows[0]).1;
    let public: Vec<&str> = facts.identifiers.iter().filter(|i| i.is_public()).map(|i| i.value.as_str()).collect();
    assert_eq!(public, ["1234567893", "1992856819", "https://vendor.com/ids|17"]);
    let kept: Vec<&str> = facts.identifiers.iter().filter(|i| !i.is_public()).map(|i| i.value.as_str()).collect();
    assert_eq!(kept, ["555443331", "555443332", "555443333", "555443334"], "for matching");
}

#[test]
fn no_key_is_a_tax_number() {
    for id in ["12-3456789", "x.12-3456789", "ein-12-3456789"] {
        let (_, rows) = rows(bundle(id, &serde_json::json!([]))).unwrap();
        let key = &listing(&rows[0]).0.key;
        assert!(!key.contains("3456789") && !format!("{rows:?}").contains("3456789"), "{key}");
    }
    for key in [
        "urn:uuid:0ddc7794-d4a3-4d17-af12-3456789abcde",
        "https://a.org/Organization/Odc96a33f-fb3c-4ad3-8d24-0941136c69c8",
        "npi:1083790893|a.org/17",
        "O-1234567",
    ] {
        let mut same = key.to_owned();
        hide(&mut same);
        assert_eq!(same, key);
    }
    for key in ["npi:1083790893|a.org/12-3456789/r4".to_owned(), "a\u{1b}[2J".to_owned(), "k".repeat(600)] {
        let mut hidden = key.clone();
        hide(&mut hidden);
        assert!(hidden.len() == 32 && hidden != key, "{hidden}");
    }
}

#[test]
fn a_number_under_a_system_for_taxes_passes_no_reader() {
    let other = |value: &str| Identifier { system: System::Other, value: value.to_owned() };
    assert_eq!(secret(&other("https://a.org/tax|123456789")), Some(Private::Tax));
    assert_eq!(secret(&other("employer tin|123456789")), Some(Private::Tax));
    assert_eq!(secret(&other("https://a.org/ids|123456789")), None);
    assert_eq!(secret(&other("https://a.org/ids|dc96a33f-fb3c-4ad3-8d24-0941136c69c8")), None, "a UUID is none");
    assert_eq!(secret(&Identifier { system: System::Ccn, value: "12-3456789".to_owned() }), Some(Private::Tax));
    assert_eq!(secret(&Identifier { system: System::Ein, value: "123456789".to_owned() }), None, "for matching");
}

proptest::proptest! {
    #[test]
    fn what_was_cut_needs_no_second_cut(text in "[a-z@. 0-9-]{0,60}") {
        let once = cut_out(&text);
        proptest::prop_assert_eq!(cut(&once).map(|(_, found)| found), None, "{}", once);
    }
}

const BUNDLE: &str = r#"{"resourceType":"Bundle","type":"collection","entry":[
  {"fullUrl":"https://a.org/Organization/123-45-6789","resource":{"resourceType":"Organization","id":"123-45-6789",
   "name":"Good Clinic","alias":["Jo 123-45-6789"],
   "identifier":[{"system":"https://a.org/ids","value":"123-45-6789"},{"system":"https://a.org/ids","value":"17"},
    {"system":"https://a.org/ssn","value":"123456789"},{"system":"https://a.org/x","value":"12-3456789"},
    {"type":{"coding":[{"code":"TAX"}]},"value":"321-45-9876"},{"type":{"coding":[{"code":"TAX"}]},"value":"12-3456780"}],
   "telecom":[{"system":"email","value":"jo@a.org"}],
   "address":[{"line":["c/o jo@a.org, SSN 123456789"],"city":"Boise","state":"ID"}]}},
  {"fullUrl":"https://a.org/Organization/2","resource":{"resourceType":"Organization","id":"2","name":"jo@a.org"}}]}"#;

#[test]
fn no_reader_passes_on_what_is_private() {
    let (_, rows) = rows(BUNDLE).unwrap();
    let (listing, facts) = listing(&rows[0]);
    assert_eq!(facts.name, "Good Clinic");
    assert_eq!(facts.aliases, ["Jo [removed]"]);
    assert_eq!(facts.places[0].lines, ["c/o [removed], SSN [removed]"]);
    assert_eq!(facts.places[0].city.as_deref(), Some("Boise"));
    let kept: Vec<&str> = facts.identifiers.iter().map(|i| i.value.as_str()).collect();
    assert_eq!(kept, ["https://a.org/ids|17", "123456780"], "an EIN stays, for matching");
    assert!(!listing.key.contains("6789"), "{}", listing.key);
    let codes: Vec<&str> = rows[0].notes.iter().map(|note| note.code.as_str()).collect();
    for code in ["social_security_number", "tax_number", "email_address"] {
        assert!(codes.contains(&code), "{codes:?}");
    }
    assert!(matches!(&rows[1].outcome, Outcome::Quarantined { problem, .. } if problem.code == "private_name"));
    let all = format!("{rows:?}");
    for secret in ["123-45", "123456789", "321459876", "321-45", "12-345", "jo@"] {
        assert!(!all.contains(secret), "{secret}: {all}");
    }
}

#[test]
fn real_lists_lose_next_to_nothing() {
    use crate::sources::{input::tests::real, shape};
    let Some(folder) = real("") else { return };
    let (mut read, mut lost) = (0_u64, 0_u64);
    for part in ["lantern", "brands", "oracle", "connector", "medicaid"] {
        for file in std::fs::read_dir(folder.join(part)).unwrap().map(|entry| entry.unwrap().path()) {
            let _ = shape::read(&file, &mut |row| {
                read += 1;
                for note in row.notes.iter().filter(|note| Private::is_code(&note.code)) {
                    lost += 1;
                    println!("{} row {}: {} {}", file.display(), row.number, note.field, note.code);
                }
                if let Outcome::Quarantined { problem, .. } = &row.outcome
                    && problem.code == "private_name"
                {
                    println!("{} row {}: no name left", file.display(), row.number);
                }
                std::ops::ControlFlow::Continue(())
            });
        }
    }
    println!("{lost} of {read} rows");
    assert!(read > 50_000 && lost * 1_000 < read, "{lost} of {read}");
}
