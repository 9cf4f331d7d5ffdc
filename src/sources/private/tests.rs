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
