//! CMS's table of state Medicaid agencies and where apps of their members connect (State Medicaid Agency Endpoint
//! Directory): two header rows, cells of several lines, addresses of resources where base addresses are meant.
//!
//! One row a state in, one listing an agency that has addresses out. What holds: a state has one Medicaid agency (42 CFR
//! 431.10), so a row speaks of the programme that the starter directory knows for this state; phone numbers and e-mail
//! addresses are not read (several are a person's own, though the column says "member support"), nor are addresses of
//! tests, provider directories and drug lists, which are no doors to anybody's records.

use std::collections::BTreeMap;

use super::{
    Emit, FileError, FileFacts, Outcome, Problem, Row,
    input::{Input, Record, walk_table},
    shape::{ignored, row},
    starter,
};
use crate::model::{
    door::Door,
    kind::Kind,
    listing::{Body, EndpointFacts, Listing, OrganizationFacts},
    place::{state_code, state_name},
};

/// The first header row groups the columns, the second names them.
const HEADER_ROWS: usize = 2;
/// Columns whose addresses lead members' apps to members' records.
const ADDRESSES: [&str; 2] = [
    "production base url for claims data (carin bb)",
    "production base url for member health data (pdex), if different then claims url",
];
/// Where the first of them describes itself: `[base]/metadata`.
const CAPABILITY: &str = "fhir capability statement link";
/// Words in addresses of directories of doctors, lists of drugs, and doors between payers and doctors, without dashes.
const NOT_FOR_MEMBERS: [&str; 6] = ["directory", "plannet", "formulary", "payertopayer", "provideraccess", "priorauth"];
/// Ends of addresses that name something below the base address, in lower case.
const BELOW_BASE: [&str; 6] =
    ["explanationofbenefit", "explanationofbenefits", "patient", "coverage", "metadata", "openapi.json"];

/// Reads the table.
pub fn read(input: Input<'_>, emit: Emit<'_>) -> Result<FileFacts, FileError> {
    let programmes = programmes();
    let rows = walk_table(input, HEADER_ROWS, &mut |number, record| {
        emit(match record {
            Ok(record) => agency(number, &record, &programmes),
            Err(problem) => ignored(number, problem),
        })
    })?;
    Ok(FileFacts { rows, suggested_source: Some("state-medicaid".to_owned()) })
}

/// Id and name of each state's programme in the starter directory, by state.
fn programmes() -> BTreeMap<String, (String, String)> {
    let listings = starter::listings().unwrap_or_default();
    let of_a_state = listings.into_iter().filter_map(|listing| match listing.body {
        Body::Organization(facts) => {
            let is_medicaid = facts.kinds.contains(&Kind::Insurer)
                && facts.kinds.contains(&Kind::Government)
                && std::iter::once(&facts.name).chain(&facts.aliases).any(|name| name.contains("Medicaid"));
            let state =
                facts.areas.first().filter(|area| facts.areas.len() == 1 && state_name(area).is_some())?.clone();
            is_medicaid.then_some((state, (facts.fixed_id?, facts.name)))
        }
        Body::App(_) => None,
    });
    of_a_state.collect()
}

fn agency(number: u64, record: &Record<'_>, programmes: &BTreeMap<String, (String, String)>) -> Row {
    let said = record.get("state").trim();
    let Some(state) = state(said) else {
        return ignored(number, Problem::new("State", "no_state", "the row names no state"));
    };
    let status = record.get("status\n(drop-down list)").trim();
    if !status.eq_ignore_ascii_case("active") {
        return ignored(number, Problem::new("Status", "not_active", "the state gives no address in use yet"));
    }
    let mut notes = Vec::new();
    let endpoints = endpoints(record, &mut notes);
    if endpoints.is_empty() {
        let problem = Problem::new("Production Base URL", "no_address", "no address of the row can be used");
        return row(number, Outcome::Ignored(problem), notes);
    }
    let known = programmes.get(state);
    let facts = OrganizationFacts {
        name: known
            .map_or_else(|| format!("{} Medicaid", state_name(state).unwrap_or(state)), |(_, name)| name.clone()),
        kinds: vec![Kind::Insurer, Kind::Government],
        areas: vec![state.to_owned()],
        endpoints,
        fixed_id: known.map(|(id, _)| id.clone()),
        ..OrganizationFacts::default()
    };
    let body = Body::Organization(Box::new(facts));
    let listing = Listing { key: state.to_owned(), group: None, strong: Vec::new(), body };
    row(number, Outcome::Listing(Box::new(listing)), notes)
}

/// "Texas", or "Guam (GU)".
fn state(said: &str) -> Option<&'static str> {
    let (name, rest) = said.split_once('(').unwrap_or((said, ""));
    state_code(rest.trim_end().trim_end_matches(')')).or_else(|| state_code(name))
}

/// The base addresses of the row; what is no address, or a refused one, is told.
fn endpoints(record: &Record<'_>, notes: &mut Vec<Problem>) -> Vec<EndpointFacts> {
    // Directories of doctors and lists of drugs stand beside members' addresses in the same cell.
    let described: Vec<String> = urls(record.get(CAPABILITY)).map(base).filter(|url| is_for_members(url)).collect();
    let mut endpoints: Vec<EndpointFacts> = Vec::new();
    for url in ADDRESSES.iter().flat_map(|column| urls(record.get(column))) {
        for url in bases(&base(url), &described) {
            match Door::parse_endpoint(&url) {
                Ok(at) if endpoints.iter().any(|known| known.at.key() == at.key()) => {}
                Ok(at) => endpoints.push(EndpointFacts {
                    at,
                    // The table's version is typed by hand for several addresses at once; `/metadata` tells it better.
                    fhir_versions: Vec::new(),
                    name: None,
                    developers: None,
                    through: None,
                }),
                Err(refusal) => notes.push(Problem::new("Production Base URL", refusal.code(), refusal.to_string())),
            }
        }
    }
    endpoints
}

/// "https://api.example.org" where the capability statement is at "https://api.example.org/r4/metadata". A bare host may
/// have several: one for claims, one for health data.
fn bases(url: &str, described: &[String]) -> Vec<String> {
    let below = format!("{url}/");
    let bare = url.split("://").nth(1).is_some_and(|rest| !rest.contains('/'));
    let deeper: Vec<String> = described
        .iter()
        .filter(|deeper| deeper.starts_with(&below))
        .take(if bare { usize::MAX } else { 1 })
        .cloned()
        .collect();
    if deeper.is_empty() { vec![url.to_owned()] } else { deeper }
}

/// Addresses in a cell, between words and line ends.
fn urls(cell: &str) -> impl Iterator<Item = &str> {
    let split = |c: char| c.is_whitespace() || c == '\u{a0}' || matches!(c, ',' | ';');
    cell.split(split).filter(|word| word.starts_with("https://") || word.starts_with("http://"))
}

/// Could members' records be there? A directory of doctors or a list of drugs says so in its address.
pub(super) fn is_for_members(url: &str) -> bool {
    let url: String = url.to_lowercase().chars().filter(|c| !matches!(c, '-' | '_')).collect();
    !NOT_FOR_MEMBERS.iter().any(|word| url.contains(word))
}

/// The address without query, `/metadata` and names of resources.
pub(super) fn base(url: &str) -> String {
    let url = url.split(['?', '#', '{', '[']).next().unwrap_or_default().trim_end_matches('/');
    let end = url.rsplit('/').next().unwrap_or_default();
    let below = BELOW_BASE.contains(&end.to_lowercase().as_str());
    if below { url[..url.len() - end.len()].trim_end_matches('/') } else { url }.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::input::tests::{facts, real, rows, rows_at, tally};

    const HEADER: &str = "State Medicaid Agency Endpoint Directory,,,,,\nState,Member support contact email,\
        Production Base URL for Claims Data (CARIN BB),\"Production Base URL for Member Health Data (PDex), if different \
        then claims URL\",\"Status\n(drop-down list)\",FHIR Capability Statement Link\n";

    fn addresses(row: &Row) -> Vec<&str> {
        facts(row).endpoints.iter().map(|e| e.at.url.as_str()).collect()
    }

    #[test]
    fn a_row_is_the_programme_of_its_state() {
        let table = format!(
            "{HEADER}Texas,jo.do@example.org,https://fhir.example.org/r4/ExplanationOfBenefit?patient=[id],same,Active,\n\
             Guam (GU),,\"https://a.example.org/ \n\nhttps://b.example.org/pdex\",N/A,active,\
             https://a.example.org/provider-directory/metadata https://a.example.org/r4/metadata\n"
        );
        let (found, rows) = rows(table).unwrap();
        assert_eq!((found.rows, found.suggested_source.as_deref()), (2, Some("state-medicaid")));
        let texas = facts(&rows[0]);
        assert_eq!((texas.areas.as_slice(), texas.kinds[0]), ([String::from("TX")].as_slice(), Kind::Insurer));
        assert!(texas.fixed_id.as_deref().is_some_and(|id| id.starts_with("org-")), "{texas:?}");
        assert_eq!(addresses(&rows[0]), ["https://fhir.example.org/r4"]);
        assert_eq!(addresses(&rows[1]), ["https://a.example.org/r4", "https://b.example.org/pdex"]);
        assert!(!format!("{rows:?}").contains("jo.do"), "no e-mail address is read");
    }

    #[test]
    fn a_bare_host_stands_for_every_base_that_is_described_below_it() {
        let table = format!(
            "{HEADER}Pennsylvania,,https://f.example.org/,N/A,Active,\"https://f.example.org/carin-bb/metadata\n\
             https://f.example.org/pdex/metadata https://f.example.org/provider-directory/metadata\n\
             https://f.example.org/payer-to-payer/metadata\"\n"
        );
        let (_, rows) = rows(table).unwrap();
        assert_eq!(addresses(&rows[0]), ["https://f.example.org/carin-bb", "https://f.example.org/pdex"]);
    }

    #[test]
    fn what_is_not_in_use_or_no_address_says_nothing() {
        let table = format!(
            "{HEADER}Ohio,,https://fhir.example.org/r4,,In Development,\nUtah,,TBD,N/A,Active,\nAtlantis,,,,Active,\n\
             Iowa,,https://10.0.0.1/fhir,,Active,\n"
        );
        let (_, rows) = rows(table).unwrap();
        let tally = tally(&rows);
        assert_eq!((tally["ignored not_active"], tally["ignored no_address"], tally["ignored no_state"]), (1, 2, 1));
        assert_eq!(rows[3].notes.len(), 1, "{:?}", rows[3]);
    }

    #[test]
    fn every_state_has_one_programme_in_the_starter_directory() {
        let programmes = programmes();
        for (state, name) in crate::model::place::STATES {
            assert!(programmes.contains_key(*state), "{name}");
        }
    }

    #[test]
    fn the_real_table_gives_bases_and_no_resources() {
        let Some(path) = real("medicaid/state-medicaid-endpoints.csv") else { return };
        let (found, rows) = rows_at(&path).unwrap();
        let listed: Vec<&Row> = rows.iter().filter(|row| matches!(row.outcome, Outcome::Listing(_))).collect();
        println!("{:?}", tally(&rows));
        assert_eq!((found.rows, rows.len()), (56, 56));
        for row in &listed {
            println!("{} {:?}", facts(row).name, addresses(row));
            for address in addresses(row) {
                let end = address.rsplit('/').next().unwrap().to_lowercase();
                assert!(!BELOW_BASE.contains(&end.as_str()) && !address.contains(['?', '{', '[', '@']), "{address}");
            }
        }
        assert!(listed.len() > 30, "{}", listed.len());
    }
}
