//! "Payer FHIR endpoint data" (CSV), which CMS asks health plans to release for the National Provider Directory: one row
//! an endpoint of a payer.
//!
//! Rows in, listings out; rows of one payer are one organization. What holds: only the patient access API leads members
//! to their own records; directories of doctors, lists of drugs and the doors between payers and doctors are no doors
//! for members.

use std::collections::BTreeSet;

use super::{
    Emit, FileError, FileFacts, Outcome, Problem, Row,
    input::{Input, Record, walk_table},
    junk,
    marks::digest,
    medicaid, private,
    shape::{ON, ignored, row},
};
use crate::model::{
    door::Door,
    identifier::{Identifier, System},
    kind::Kind,
    listing::{Body, EndpointFacts, Listing, OrganizationFacts},
    text,
};

/// The source of a table of many payers; of one payer's own table the payer's name follows.
pub const SOURCE: &str = "cms-payer-endpoints";
/// Columns by which the table is known.
pub const COLUMNS: [&str; 4] = ["payer_id", "payer_lbn", "fhir_url", "fhir_url_type"];
/// The kind of endpoint that gives members their own records (CMS-9115-F, 42 CFR 422.119).
const MEMBERS: &str = "patient_access_api";
/// The other kinds of the specification.
const OTHERS: [&str; 5] =
    ["provider_directory_api", "payer_to_payer_api", "provider_access_api", "prior_authorization_api", "formulary_api"];

/// Reads a table.
pub fn read(input: Input<'_>, emit: Emit<'_>) -> Result<FileFacts, FileError> {
    let mut payers = BTreeSet::new();
    let rows = walk_table(input, 1, &mut |line, record| match record {
        Ok(record) => {
            // Two are enough to know that there is more than one.
            if payers.len() < 2 {
                payers.insert(text::slugify(record.get("payer_lbn")));
            }
            emit(one(line, &record))
        }
        Err(problem) => {
            emit(ignored(line, problem))?;
            ON
        }
    })?;
    let only = payers.pop_first().filter(|name| payers.is_empty() && name != "unnamed");
    let source = only.map_or_else(|| SOURCE.to_owned(), |name| format!("{SOURCE}-{name}"));
    Ok(FileFacts { rows, suggested_source: Some(source) })
}

fn one(line: u64, record: &Record<'_>) -> Row {
    let get = |column: &str| record.get(column).trim();
    let kind = get("fhir_url_type").to_lowercase();
    if OTHERS.contains(&kind.as_str()) {
        return ignored(line, Problem::new("fhir_url_type", "not_for_members", "an address that is not for members"));
    }
    if kind != MEMBERS {
        let reason = format!("not a type of the specification; allowed: {MEMBERS}, {}", OTHERS.join(", "));
        return ignored(line, Problem::new("fhir_url_type", "unknown_type", reason));
    }
    let name = text::clean_name(get("payer_lbn"));
    if !name.chars().any(char::is_alphabetic) {
        return ignored(line, Problem::new("payer_lbn", "no_name", "the row names no payer"));
    }
    let (approach, id) = (get("enumeration_approach").to_lowercase(), get("payer_id"));
    // The id may be a tax number: keys carry only its digest.
    let payer = if id.is_empty() { digest(&[&text::match_form(&name)]) } else { digest(&[&approach, id]) };
    let url = medicaid::base(get("fhir_url"));
    let key = |address: &str| digest(&[&payer, get("plan_id"), address]);
    let bad = |key: String, problem: Problem| row(line, Outcome::Quarantined { key, problem }, Vec::new());
    if !medicaid::is_for_members(&url) {
        let reason = "the address names a directory or a list of drugs, though the row says patient access";
        return bad(key(&url), Problem::new("fhir_url", "not_for_members", reason));
    }
    let at = match Door::parse_endpoint(&url) {
        Ok(at) => at,
        Err(refusal) => return bad(key(&url), Problem::new("fhir_url", refusal.code(), refusal.to_string())),
    };
    let key = key(&at.key());
    if let Some(problem) = junk::problem("payer_lbn", &name, at.host()) {
        return bad(key, problem);
    }
    let plan = text::clean_name(get("plan_name"));
    let facts = OrganizationFacts {
        kinds: vec![Kind::Insurer],
        identifiers: number(&approach, id).into_iter().collect(),
        endpoints: vec![EndpointFacts {
            at,
            fhir_versions: Vec::new(),
            name: (!plan.is_empty()).then_some(plan),
            developers: Door::parse(get("documentation_url")).ok(),
            through: None,
        }],
        name,
        ..OrganizationFacts::default()
    };
    let listing = Listing { key, group: Some(payer), strong: Vec::new(), body: Body::Organization(Box::new(facts)) };
    row(line, Outcome::Listing(Box::new(listing)), Vec::new())
}

/// The payer's number under the way of numbering that the row names.
fn number(approach: &str, id: &str) -> Option<Identifier> {
    let digits: String = id.chars().filter(char::is_ascii_digit).collect();
    let words: Vec<&str> = approach.split(|c: char| !c.is_alphanumeric()).collect();
    let says = |known: &[&str]| words.iter().any(|word| known.contains(word));
    if id.is_empty() || id.len() > 100 {
        None
    } else if private::is_of_taxes(approach) {
        (digits.len() == 9).then_some(Identifier { system: System::Ein, value: digits })
    } else if says(&["naic"]) {
        (digits.len() == 5).then_some(Identifier { system: System::Naic, value: digits })
    } else {
        Some(Identifier { system: System::Other, value: format!("{approach}|{id}") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::input::tests::{listing, rows, tally};

    const HEADER: &str = "enumeration_approach,payer_id,payer_lbn,plan_id,plan_name,fhir_url,fhir_url_vendor,\
        fhir_url_type,sandbox_fhir_url,documentation_url,swagger_url,open_api_url,well_known_url";

    fn table(lines: &[&str]) -> String {
        format!("{HEADER}\n{}\n", lines.join("\n"))
    }

    #[test]
    fn endpoints_for_members_of_one_payer_are_one_payer() {
        let (file, rows) = rows(table(&[
            "HIOS,12345,Good Health Plan,A,Gold,https://fhir.good.com/r4/Patient,V,patient_access_api,https://s.good.com/,https://dev.good.com/,,,",
            "HIOS,12345,Good Health Plan,B,Silver,https://fhir.good.com/silver/r4,V,Patient_Access_API,,,,,",
            "HIOS,12345,Good Health Plan,,,https://fhir.good.com/dir,V,provider_directory_api,,,,,",
            "HIOS,12345,Good Health Plan,,,https://fhir.good.com/p2p,V,payer_to_payer_api,,,,,",
            "HIOS,12345,Good Health Plan,,,https://fhir.good.com/pa,V,provider_access_api,,,,,",
            "HIOS,12345,Good Health Plan,,,https://fhir.good.com/auth,V,prior_authorization_api,,,,,",
            "HIOS,12345,Good Health Plan,,,https://fhir.good.com/drugs,V,formulary_api,,,,,",
        ]))
        .unwrap();
        assert_eq!((file.rows, file.suggested_source.as_deref()), (7, Some("cms-payer-endpoints-good-health-plan")));
        let tally = tally(&rows);
        assert_eq!((tally["listing"], tally["ignored not_for_members"]), (2, 5));
        let ((gold, facts), (silver, _)) = (listing(&rows[0]), listing(&rows[1]));
        assert_eq!(gold.group, silver.group);
        assert_eq!((facts.name.as_str(), facts.kinds.as_slice()), ("Good Health Plan", [Kind::Insurer].as_slice()));
        assert_eq!(facts.endpoints[0].at.url, "https://fhir.good.com/r4", "without the name of a resource");
        assert_eq!(facts.endpoints[0].name.as_deref(), Some("Gold"));
        assert_eq!(facts.identifiers[0].value, "hios|12345");
        assert!(!format!("{rows:?}").contains("s.good.com"), "sandboxes are nobody's records");
    }

    #[test]
    fn what_cannot_be_used_has_a_reason_and_tax_numbers_stay_private() {
        let (file, rows) = rows(table(&[
            "EIN,12-3456789,One Plan,,,https://one.com/r4,V,patient_access_api,,,,,",
            "NAIC,54321,Two Plan,,,https://two.com/r4,V,patient_access_api,,,,,",
            "UUID,u,Three Plan,,,ftp://three.com/r4,V,patient_access_api,,,,,",
            "UUID,u,Four Plan,,,https://four.com/r4,V,members,,,,,",
            "UUID,u,,,,https://five.com/r4,V,patient_access_api,,,,,",
            "UUID,u,Six Plan,,,https://six.com/provider-directory/r4,V,patient_access_api,,,,,",
            "UUID,u,Seven Plan Test,,,https://seven.com/r4,V,patient_access_api,,,,,",
        ]))
        .unwrap();
        assert_eq!(file.suggested_source.as_deref(), Some("cms-payer-endpoints"));
        let (one, facts) = listing(&rows[0]);
        assert_eq!((facts.identifiers[0].system, facts.identifiers[0].value.as_str()), (System::Ein, "123456789"));
        assert!(!one.key.contains("3456789") && one.group.as_ref().is_some_and(|group| !group.contains("3456789")));
        assert_eq!(listing(&rows[1]).1.identifiers[0].system, System::Naic);
        let tally = tally(&rows);
        for (what, count) in [
            ("quarantined not_http", 1),
            ("ignored unknown_type", 1),
            ("ignored no_name", 1),
            ("quarantined not_for_members", 1),
            ("quarantined test_organization", 1),
        ] {
            assert_eq!(tally.get(what), Some(&count), "{what}: {tally:?}");
        }
    }
}
