//! "General provider endpoint and affiliation data" (CSV), which CMS asks EHR vendors and networks to release for the
//! National Provider Directory: one row a clinician in an organization, with the organization's FHIR endpoint.
//!
//! Rows in, one listing an organization, endpoint and address out. What holds: the columns about the clinician are not
//! read but for the number that tells a person from an organization, and nothing of a row that speaks of a person alone
//! goes in; endpoints for other things than records (scheduling) are no doors to them.

use std::collections::BTreeSet;

use super::{
    Emit, FileError, FileFacts, Outcome, Problem, Row,
    input::{Input, Record, walk_table},
    junk, kind_words,
    marks::{Owners, digest},
    shape::{ON, ignored, row},
};
use crate::model::{
    door::Door,
    identifier::Identifier,
    listing::{Body, EndpointFacts, Listing, OrganizationFacts},
    place::{Place, state_code, zip5},
    text,
};

/// What the ids of these sources begin with; the submitter's name follows.
pub const SOURCE: &str = "cms-provider-endpoints";
/// Columns by which the table is known.
pub const COLUMNS: [&str; 4] = ["submitter_name", "personal_npi", "organizational_npi", "fhir_endpoint_url"];
/// Values of `fhir_endpoint_type` that lead to records; nothing said means the first. The specification names "General"
/// and "Scheduling" as examples and closes no list.
const RECORDS: [&str; 6] = ["", "general", "fhir", "patient access", "patient", "clinical"];
/// Values of `service_address_country_code` within the United States.
const UNITED_STATES: [&str; 4] = ["", "US", "USA", "840"];

/// Reads a table; twice, so that it is known which marks one organization has alone.
pub fn read(input: Input<'_>, emit: Emit<'_>) -> Result<FileFacts, FileError> {
    let (mut owners, mut submitters) = (Owners::default(), BTreeSet::new());
    walk_table(input, 1, &mut |_, record| {
        if let Ok(record) = record {
            // Two are enough to know that there is more than one.
            if submitters.len() < 2 {
                submitters.insert(text::slugify(record.get("submitter_name")));
            }
            if let Ok(entry) = Entry::read(&record) {
                entry.marks().iter().for_each(|mark| owners.add(mark, &entry.customer()));
            }
        }
        ON
    })?;
    let rows = walk_table(input, 1, &mut |line, record| {
        emit(match record.map_err(Unusable::Ignored).and_then(|record| Entry::read(&record)) {
            Ok(entry) => entry.row(line, &owners),
            Err(Unusable::Ignored(problem)) => ignored(line, problem),
            Err(Unusable::Bad { key, problem }) => row(line, Outcome::Quarantined { key, problem }, Vec::new()),
        })
    })?;
    // Of several submitters the operator must say whose list it is.
    let only = submitters.pop_first().filter(|name| submitters.is_empty() && name != "unnamed");
    Ok(FileFacts { rows, suggested_source: only.map(|name| format!("{SOURCE}-{name}")) })
}

/// Why a row is no listing.
enum Unusable {
    Ignored(Problem),
    Bad { key: String, problem: Problem },
}

/// One row whose organization and address can be used.
struct Entry {
    name: String,
    npi: Identifier,
    door: Door,
    place: Option<Place>,
    developers: Option<Door>,
    notes: Vec<Problem>,
}

impl Entry {
    fn read(record: &Record<'_>) -> Result<Self, Unusable> {
        let ignored = |field: &str, code: &str, reason: &str| Unusable::Ignored(Problem::new(field, code, reason));
        let get = |column: &str| record.get(column).trim();
        let (number, person) = (get("organizational_npi"), get("personal_npi"));
        if number.is_empty() || number == person {
            return Err(ignored("organizational_npi", "person_only", "the row names a person and no organization"));
        }
        let name = text::clean_name(get("organization_name"));
        if !name.chars().any(char::is_alphabetic) {
            return Err(ignored("organization_name", "no_name", "the row names no organization"));
        }
        let kind = get("fhir_endpoint_type").to_lowercase().replace(['_', '-'], " ");
        if !RECORDS.contains(&kind.as_str()) {
            let reason = "the address is for something else than records (scheduling and the like)";
            return Err(ignored("fhir_endpoint_type", "not_for_records", reason));
        }
        let url = get("fhir_endpoint_url");
        let bad = |field: &str, code: &str, reason: String| Unusable::Bad {
            key: digest(&[number, &text::match_form(&name), url]),
            problem: Problem::new(field, code, reason),
        };
        let npi = Identifier::npi(number).ok_or_else(|| {
            bad("organizational_npi", "bad_npi", "not a valid NPI: it needs 10 digits and a right check digit".into())
        })?;
        let door = Door::parse_endpoint(url)
            .map_err(|refusal| bad("fhir_endpoint_url", refusal.code(), refusal.to_string()))?;
        let mut notes = Vec::new();
        let place = place(record, &mut notes);
        let developers = Door::parse(get("fhir_endpoint_developer_documentation_url")).ok();
        Ok(Self { name, npi, door, place, developers, notes })
    }

    fn marks(&self) -> [String; 2] {
        [format!("npi:{}", self.npi.value), format!("end:{}", self.door.key())]
    }

    /// What rows of one organization have in common, at whichever address.
    fn customer(&self) -> String {
        digest(&[&self.npi.value, &text::match_form(&self.name)])
    }

    fn row(self, line: u64, owners: &Owners) -> Row {
        let place = self.place.as_ref().map(Place::key).unwrap_or_default();
        let key = digest(&[&self.npi.value, &text::match_form(&self.name), &self.door.key(), &place]);
        if let Some(problem) = junk::problem("organization_name", &self.name, self.door.host()) {
            return row(line, Outcome::Quarantined { key, problem }, self.notes);
        }
        let (group, strong) = (Some(self.customer()), self.marks().into_iter().filter(|mark| owners.only_one(mark)));
        let strong = strong.collect();
        let facts = OrganizationFacts {
            kinds: kind_words::kind(&self.name).into_iter().collect(),
            identifiers: vec![self.npi],
            places: self.place.into_iter().collect(),
            endpoints: vec![EndpointFacts {
                at: self.door,
                fhir_versions: Vec::new(),
                name: None,
                developers: self.developers,
                through: None,
            }],
            name: self.name,
            ..OrganizationFacts::default()
        };
        let listing = Listing { key, group, strong, body: Body::Organization(Box::new(facts)) };
        row(line, Outcome::Listing(Box::new(listing)), self.notes)
    }
}

fn place(record: &Record<'_>, notes: &mut Vec<Problem>) -> Option<Place> {
    let get = |column: &str| record.get(column).trim();
    let country = get("service_address_country_code").to_ascii_uppercase();
    if !UNITED_STATES.contains(&country.as_str()) {
        notes.push(Problem::new(
            "service_address_country_code",
            "not_us",
            "an address outside the United States; left out",
        ));
        return None;
    }
    let (state, zip) = (get("service_address_state"), get("service_address_zip_code"));
    if !state.is_empty() && state_code(state).is_none() {
        notes.push(Problem::new("service_address_state", "bad_state", "not a state of the United States; left out"));
    }
    if !zip.is_empty() && zip5(zip).is_none() {
        notes.push(Problem::new("service_address_zip_code", "bad_zip", "not a US ZIP code; left out"));
    }
    let lines = [get("service_address_line1"), get("service_address_line2")];
    Place::new(&lines, get("service_address_city"), state, zip)
}

#[cfg(test)]
mod tests {
    use crate::sources::input::tests::{facts, listing, rows, tally};

    const HEADER: &str = "submitter_name,submitting_for_name,personal_npi,personal_last_name,organizational_npi,\
        organization_name,service_address_line1,service_address_line2,service_address_city,service_address_state,\
        service_address_zip_code,service_address_country_code,is_currently_practicing,fhir_endpoint_url,\
        fhir_endpoint_type,fhir_endpoint_smart_capabilities_url,fhir_endpoint_developer_documentation_url,\
        fhir_endpoint_developer_signup_url,fhir_endpoint_swagger_url,fhir_endpoint_openapi_url,\
        fhir_general_sandbox_url,fhir_specific_sandbox_endpoint_url";

    fn line(person: &str, last: &str, group: &str, name: &str, street: &str, url: &str, kind: &str) -> String {
        format!(
            "Great EHR Inc.,Good Health,{person},{last},{group},{name},{street},,Boise,ID,837021234,,1,{url},{kind},,\
             https://dev.great.com/,,,,,https://sandbox.great.com/r4"
        )
    }

    fn table(lines: &[String]) -> String {
        format!("{HEADER}\n{}\n", lines.join("\n"))
    }

    const GROUP: &str = "1083790893";
    const PERSON: &str = "1234567893";
    const URL: &str = "https://fhir.great.com/r4/t1/metadata";

    #[test]
    fn clinicians_of_one_clinic_are_one_clinic_and_nobody_is_named() {
        let (file, rows) = rows(table(&[
            line(PERSON, "Doe", GROUP, "Good Clinic", "1 Main St", URL, "General"),
            line("1992856819", "Roe", GROUP, "Good Clinic", "1 Main St", URL, ""),
            line("1992856819", "Roe", GROUP, "Good Clinic", "2 West Rd", URL, ""),
        ]))
        .unwrap();
        assert_eq!((file.rows, file.suggested_source.as_deref()), (3, Some("cms-provider-endpoints-great-ehr-inc")));
        let tally = tally(&rows);
        assert_eq!((tally["listing"], tally["ignored duplicate_row"]), (2, 1));
        let (first, facts) = listing(&rows[0]);
        assert_eq!(first.group, listing(&rows[2]).0.group, "two addresses of one organization");
        assert_ne!(first.key, listing(&rows[2]).0.key);
        assert_eq!(first.strong, [format!("npi:{GROUP}"), "end:fhir.great.com/r4/t1".to_owned()]);
        assert_eq!(facts.endpoints[0].at.url, "https://fhir.great.com/r4/t1");
        assert!(facts.endpoints[0].developers.is_some());
        assert_eq!(facts.places[0].zip.as_deref(), Some("83702"));
        let all = format!("{rows:?}");
        for secret in ["Doe", "Roe", PERSON, "1992856819", "sandbox"] {
            assert!(!all.contains(secret), "{secret}: {all}");
        }
    }

    #[test]
    fn rows_of_persons_and_of_other_services_do_not_go_in() {
        let (_, rows) = rows(table(&[
            line(PERSON, "Doe", PERSON, "Jane Doe", "1 Main St", URL, ""),
            line(PERSON, "Doe", "", "Jane Doe", "1 Main St", URL, ""),
            line(PERSON, "Doe", GROUP, "Good Clinic", "1 Main St", URL, "Scheduling"),
            line(PERSON, "Doe", GROUP, "", "1 Main St", URL, ""),
            line(PERSON, "Doe", "1083790894", "Good Clinic", "1 Main St", URL, ""),
            line(PERSON, "Doe", GROUP, "Good Clinic", "1 Main St", "/r4", ""),
            line(PERSON, "Doe", GROUP, "Test Clinic", "1 Main St", URL, ""),
        ]))
        .unwrap();
        let tally = tally(&rows);
        assert_eq!(tally["ignored person_only"], 2);
        assert_eq!(tally["ignored not_for_records"], 1);
        assert_eq!(tally["ignored no_name"], 1);
        assert_eq!(tally["quarantined bad_npi"], 1);
        assert_eq!(tally["quarantined relative_address"], 1);
        assert_eq!(tally["quarantined test_organization"], 1);
        assert!(!format!("{rows:?}").contains("Doe"));
    }

    #[test]
    fn a_shared_endpoint_marks_nobody_and_two_submitters_are_no_source() {
        let other = line(PERSON, "Doe", "1992856819", "Other Clinic", "9 Far St", URL, "");
        let (file, rows) = rows(table(&[
            line(PERSON, "Doe", GROUP, "Good Clinic", "1 Main St", URL, "General"),
            other.replace("Great EHR Inc.", "Small EHR"),
        ]))
        .unwrap();
        assert_eq!(file.suggested_source, None);
        assert_eq!(listing(&rows[0]).0.strong, [format!("npi:{GROUP}")]);
        assert_eq!(facts(&rows[1]).name, "Other Clinic");
    }
}
