//! A health plan's well-known index (JSON): who the payer is, and where apps of its members connect. Three shapes are
//! about: Da Vinci HRex's `endpoints`, CMS's with one payer at the root, and CMS's with several payers among the
//! identifiers (Federated Payer Identifier specification, sections 3-8).
//!
//! One file in, one listing a payer out. What holds: only the endpoints for members' own records are read, and a payer
//! without them is known all the same; an address of a test is none of ours.

use std::io::Read as _;

use serde_json::Value;

use super::{
    Emit, FileError, FileFacts, Outcome, Problem, Row,
    input::{Input, text as field},
    junk,
    limits::PARTS,
    marks::digest,
    medicaid, private,
    shape::{ignored, row},
};
use crate::model::{
    door::Door,
    identifier::{Identifier, System},
    kind::Kind,
    listing::{Body, DoorFacts, EndpointFacts, Listing, OrganizationFacts},
    text,
};

/// The source of every index.
pub const SOURCE: &str = "payer-index";
/// How the resource types of the shapes end.
pub const RESOURCE_TYPES: [&str; 2] = ["NDHPayerWellknownDefinition", "HRexWellknownDefinition"];
/// Families of endpoints that give members their own records: the part of the key before `#`.
const MEMBERS: [&str; 3] =
    ["carin_bluebutton_endpoint", "davinci_pdex_patient_endpoint", "davinci_patient_payer_access_endpoint"];
/// The last segment of the identifier system of payers.
const FPI: &str = "fpi";
/// The largest index that is read, in bytes. The largest known one is under a megabyte.
const SIZE_LIMIT: u64 = 16 << 20;
/// The most identifiers of an index, and the most plans: every payer is held against all of them.
const NUMBERS: usize = 50_000;
/// The longest number that is kept.
const NUMBER_LIMIT: usize = 200;
/// Other names that are kept of a payer; some lists have every plan among them.
const ALIASES: usize = 30;

/// Reads an index.
pub fn read(input: Input<'_>, emit: Emit<'_>) -> Result<FileFacts, FileError> {
    let index: Value = parse(input)?;
    let payers = payers(&index);
    let plans = list(&index, "plan_groups").map(|group| 1 + list(group, "plan_identifiers").count()).sum::<usize>();
    let numbers = list(&index, "identifier").count();
    if payers.len() > PARTS || plans > NUMBERS || numbers > NUMBERS {
        let what = format!("an index of {} payers with {numbers} numbers and {plans} plans", payers.len());
        return Err(FileError::TooBig(format!("{what}; at most {PARTS}, {NUMBERS} and {NUMBERS} are read")));
    }
    let rows = payers.len() as u64;
    for (number, payer) in (1..).zip(payers) {
        if emit(payer.row(number, &index, rows == 1)).is_break() {
            break;
        }
    }
    Ok(FileFacts { rows, suggested_source: Some(SOURCE.to_owned()) })
}

fn parse(input: Input<'_>) -> Result<Value, FileError> {
    let mut json = Vec::new();
    let read = input.open()?.take(SIZE_LIMIT + 1).read_to_end(&mut json);
    read.map_err(|error| FileError::Broken { at: "an unknown place".to_owned(), what: error.to_string() })?;
    if json.len() as u64 > SIZE_LIMIT {
        return Err(FileError::UnknownShape(format!("a payer index of more than {} MiB", SIZE_LIMIT >> 20)));
    }
    serde_json::from_slice(&json).map_err(|error| FileError::Broken {
        at: format!("line {} column {}", error.line(), error.column()),
        what: error.to_string(),
    })
}

/// One payer of an index.
struct Payer<'a> {
    /// Its identifier within the index; empty where the old shape gives none.
    id: String,
    /// The object with its name and web site: the root, or its own identifier entry.
    said: &'a Value,
}

/// Every payer of an index, in the order of the file.
fn payers(index: &Value) -> Vec<Payer<'_>> {
    let own: Vec<Payer<'_>> = list(index, "identifier")
        .filter(|entry| entry.get("is_fpi") == Some(&Value::Bool(true)))
        .map(|entry| Payer { id: field(entry, "value"), said: entry })
        .collect();
    if !own.is_empty() {
        return own;
    }
    let fpi = list(index, "identifier").find(|entry| is_fpi(entry)).map(|entry| field(entry, "value"));
    vec![Payer { id: fpi.unwrap_or_else(|| field(index, "payer_uuid")), said: index }]
}

fn is_fpi(entry: &Value) -> bool {
    let system = field(entry, "system");
    let last = system.rsplit('/').next().unwrap_or_default();
    last == FPI || last == "FederatedPayerIdentifier"
}

fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn texts<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = String> + use<'a> {
    list(value, key).filter_map(Value::as_str).map(text::clean_name).filter(|name| !name.is_empty())
}

impl Payer<'_> {
    fn row(&self, number: u64, index: &Value, alone: bool) -> Row {
        let mut names = texts(self.said, "string_search_match").chain(texts(self.said, SEARCH));
        let legal = text::clean_name(&field(self.said, "payerLegalName"));
        let Some(name) = Some(legal).filter(|name| !name.is_empty()).or_else(|| names.next()) else {
            return ignored(number, Problem::new("payerLegalName", "no_name", "the index names no payer"));
        };
        let key = if self.id.is_empty() { digest(&["payer", &text::match_form(&name)]) } else { self.id.clone() };
        if let Some(problem) = junk::problem("payerLegalName", &name, "") {
            return row(number, Outcome::Quarantined { key, problem }, Vec::new());
        }
        let mut notes = Vec::new();
        let groups: Vec<&Value> = self.groups(index, alone);
        let website = groups.iter().find_map(|group| address(group, "payer_homepage"));
        let website = website.or_else(|| Some(field(self.said, "payerContactWebsite")).filter(|url| !url.is_empty()));
        let mut aliases: Vec<String> = Vec::new();
        for alias in texts(self.said, SEARCH).take(ALIASES) {
            let form = text::match_form(&alias);
            if form != text::match_form(&name) && !aliases.iter().any(|known| text::match_form(known) == form) {
                aliases.push(alias);
            }
        }
        let facts = OrganizationFacts {
            aliases,
            kinds: vec![Kind::Insurer],
            website: website.and_then(|url| door("payerContactWebsite", &url, &mut notes)),
            identifiers: self.identifiers(index, alone),
            endpoints: endpoints(&groups, &mut notes),
            name,
            ..OrganizationFacts::default()
        };
        let listing = Listing { key, group: None, strong: Vec::new(), body: Body::Organization(Box::new(facts)) };
        row(number, Outcome::Listing(Box::new(listing)), notes)
    }

    /// Its plan groups; in the old shape the index itself stands for the one there is.
    fn groups<'i>(&self, index: &'i Value, alone: bool) -> Vec<&'i Value> {
        if index.get("endpoints").is_some_and(Value::is_object) && alone {
            return vec![index];
        }
        let of_payer = |group: &&Value| {
            let owners = list(group, "plan_identifiers").map(owner);
            let mut owners = owners.filter(|owner| !owner.is_empty()).peekable();
            if owners.peek().is_none() { alone } else { owners.any(|owner| owner == self.id) || alone }
        };
        list(index, "plan_groups").filter(of_payer).collect()
    }

    /// Numbers of the payer in systems of its own.
    fn identifiers(&self, index: &Value, alone: bool) -> Vec<Identifier> {
        let entries = list(index, "identifier").chain(index.get("identifier").filter(|one| one.is_object()));
        let own = |entry: &&Value| alone || field(entry, "value") == self.id || owner(entry) == self.id;
        let current = |entry: &&Value| matches!(field(entry, "expiration").as_str(), "" | "current");
        let mut found: Vec<Identifier> = Vec::new();
        for number in entries.filter(own).filter(current).filter_map(identifier) {
            if !found.contains(&number) {
                found.push(number);
            }
        }
        found
    }
}

/// Strings on a member's card that name the payer as a whole.
const SEARCH: &str = "payer_level_string_search_matches";

/// The payer that an identifier or a plan belongs to.
fn owner(entry: &Value) -> String {
    let parent = field(entry, "parent_fpi");
    if parent.is_empty() { field(entry, "fpi") } else { parent }
}

fn identifier(entry: &Value) -> Option<Identifier> {
    let (system, value) = (field(entry, "system"), field(entry, "value"));
    let (system, value) = (system.trim(), value.trim());
    if system.is_empty() || value.is_empty() || system.len() + value.len() > NUMBER_LIMIT {
        return None;
    }
    let last = system.rsplit('/').next().unwrap_or_default().to_lowercase();
    let five = value.len() == 5 && value.bytes().all(|b| b.is_ascii_digit());
    Some(if private::is_of_taxes(system) {
        Identifier { system: System::Ein, value: value.chars().filter(char::is_ascii_digit).collect() }
    } else if last == "naic_id" && five {
        Identifier { system: System::Naic, value: value.to_owned() }
    } else {
        Identifier { system: System::Other, value: format!("{system}|{value}") }
    })
}

/// The endpoints object of a group.
fn of_group(group: &Value) -> Option<&serde_json::Map<String, Value>> {
    group.get("plan_endpoints").or_else(|| group.get("endpoints"))?.as_object()
}

/// The address under a key, in any case: the old shape writes `Payer_homepage`.
fn address(group: &Value, key: &str) -> Option<String> {
    let (_, url) = of_group(group)?.iter().find(|(name, _)| name.eq_ignore_ascii_case(key))?;
    url.as_str().map(str::to_owned).filter(|url| !url.trim().is_empty())
}

/// Endpoints for members, each address once.
fn endpoints(groups: &[&Value], notes: &mut Vec<Problem>) -> Vec<EndpointFacts> {
    let mut found: Vec<EndpointFacts> = Vec::new();
    for group in groups {
        let developers = address(group, "ndh_meta_documentation_url").and_then(|url| Door::parse(&url).ok());
        for (key, url) in of_group(group).into_iter().flatten() {
            let family = key.split('#').next().unwrap_or_default();
            let Some(url) = url.as_str().filter(|url| MEMBERS.contains(&family) && !url.trim().is_empty()) else {
                continue;
            };
            // What stands behind the family in a key is the publisher's own and says nothing to others.
            if found.len() + notes.len() >= PARTS {
                notes.push(Problem::too_many("plan_endpoints"));
                return found;
            }
            let url = medicaid::base(url.trim());
            if !medicaid::is_for_members(&url) {
                let reason = "the address names a directory or a list of drugs; left out";
                notes.push(Problem::new(family, "not_for_members", reason));
                continue;
            }
            match Door::parse_endpoint(&url) {
                Ok(at) if found.iter().any(|known| known.at.key() == at.key()) => {}
                Ok(at) => found.push(EndpointFacts {
                    at,
                    fhir_versions: Vec::new(),
                    name: plan(group, groups.len()),
                    developers: developers.clone(),
                    through: None,
                }),
                Err(refusal) => notes.push(Problem::new(family, refusal.code(), format!("{refusal}; left out"))),
            }
        }
    }
    found
}

/// The plan that a group of one plan is for, where a payer has several groups.
fn plan(group: &Value, groups: usize) -> Option<String> {
    let mut plans = list(group, "plan_identifiers").map(|plan| text::clean_name(&field(plan, "plan_name")));
    let first = plans.next().filter(|name| !name.is_empty())?;
    (groups > 1 && plans.next().is_none()).then_some(first)
}

fn door(field: &str, url: &str, notes: &mut Vec<Problem>) -> Option<DoorFacts> {
    match Door::parse(url) {
        Ok(door) => Some(DoorFacts { door, evidence: None }),
        Err(refusal) => {
            notes.push(Problem::new(field, refusal.code(), format!("{refusal}; left out")));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::input::tests::{facts, listing, rows, tally};

    const OLD: &str = r#"{
      "resourceType": "http://hl7.org/fhir/us/davinci-hrex/StructureDefinition/HRexWellknownDefinition",
      "identifier": {"system": "http://good.com/ids", "value": "12345"},
      "payer_uuid": "149f9fa4-3e49-4c2c-b6e8-76f533c14221",
      "string_search_match": ["Good Health", "Good Group 500"],
      "endpoints": {
        "Payer_homepage": "https://good.com/",
        "davinci_crd_hook_endpoint#1.1": "https://api.good.com/crd",
        "ndh_meta_documentation_url": "https://dev.good.com/",
        "davinci_provider_directory_endpoint#1.1": "https://api.good.com/providers",
        "davinci_patient_payer_access_endpoint#1.1": "https://api.good.com/patients",
        "davinci_provider_payer_access_endpoint#1.1": "https://api.good.com/doctors",
        "davinci_payer_to_payer_endpoint#1.1": "https://api.good.com/payers"}}"#;

    const ONE: &str = r#"{
      "copied_from_url": null,
      "resourceType": "http://hl7.org/fhir/us/fast-ndh/StructureDefinition/NDHPayerWellknownDefinition",
      "payerLegalName": "Good Health Plan, LLC", "payerContactWebsite": "https://good.com/contact",
      "identifier": [
        {"system": "http://hl7.org/fhir/us/fast-ndh/StructureDefinition/FederatedPayerIdentifier",
         "value": "13e068e1-cd54-5baa-b7e3-79761afe7afc"},
        {"system": "https://directory.cms.gov/payer_identification_system/naic_id", "value": "12345"},
        {"system": "https://directory.cms.gov/payer_identification_system/ein", "value": "12-3456789"}],
      "payer_level_string_search_matches": ["Good Health Plan LLC", "Good Health"],
      "plan_groups": [
        {"plan_identifiers": [{"value": "H1-1", "plan_name": "Gold"}],
         "plan_endpoints": {
           "carin_bluebutton_endpoint#1.0": "https://api.good.com/v3/patientaccess/",
           "carin_bluebutton_endpoint#1.0_uscore3.1": "https://api.good.com/v2/patientaccess/",
           "davinci_pdex_patient_endpoint#2.0": "https://api.good.com/v3/patientaccess",
           "davinci_pdex_formulary_endpoint#2.0": "https://api.good.com/drugs/",
           "davinci_crd_hook_endpoint#1.2": null,
           "payer_homepage": "https://www.good.com"}},
        {"plan_identifiers": [{"value": "H1-2", "plan_name": "Silver"}],
         "plan_endpoints": {"davinci_pdex_patient_endpoint#2.0": "https://silver.good.com/r4",
           "carin_bluebutton_endpoint#1.0": "https://silver.good.com/formulary/r4",
           "davinci_pdex_patient_endpoint#1.0": "/r4"}}]}"#;

    const SEVERAL: &str = r#"{
      "copied_from_url": "https://good.com/.well-known/payer-index", "is_seeded": false,
      "resourceType": "http://hl7.org/fhir/us/fast-ndh/StructureDefinition/NDHPayerWellknownDefinition",
      "identifier": [
        {"system": "https://directory.cms.gov/payer_identification_system/fpi", "value": "fpi-a", "is_fpi": true,
         "payerLegalName": "Good Health", "payerContactWebsite": "https://good.com/contact",
         "payer_level_string_search_matches": ["Good"]},
        {"system": "https://directory.cms.gov/payer_identification_system/naic_id", "value": "12345",
         "is_fpi": false, "parent_fpi": "fpi-a", "expiration": "current"},
        {"system": "https://directory.cms.gov/payer_identification_system/cms_contract_id", "value": "H1",
         "is_fpi": false, "parent_fpi": "fpi-a", "expiration": "2020-01-01"},
        {"system": "https://directory.cms.gov/payer_identification_system/fpi", "value": "fpi-b", "is_fpi": true,
         "payerLegalName": "Good Health of Texas", "payerContactWebsite": "https://tx.good.com/"},
        {"system": "https://directory.cms.gov/payer_identification_system/fpi", "value": "fpi-c", "is_fpi": true,
         "payerLegalName": ""}],
      "plan_groups": [
        {"plan_identifiers": [{"value": "H1-1", "parent_fpi": "fpi-a", "plan_name": "Gold"}],
         "plan_endpoints": {"carin_bluebutton_endpoint#1.0": "https://api.good.com/r4"}},
        {"plan_identifiers": [{"value": "H2-1", "fpi": "fpi-b", "plan_name": "Texas Gold"}],
         "plan_endpoints": {"davinci_pdex_provider_directory_endpoint#1.1": "https://tx.good.com/providers"}}]}"#;

    fn addresses(row: &Row) -> Vec<&str> {
        facts(row).endpoints.iter().map(|endpoint| endpoint.at.url.as_str()).collect()
    }

    #[test]
    fn the_old_shape_has_one_payer_and_one_door_for_members() {
        let (file, rows) = rows(OLD).unwrap();
        assert_eq!((file.rows, file.suggested_source.as_deref()), (1, Some("payer-index")));
        let (listing, facts) = listing(&rows[0]);
        assert_eq!(listing.key, "149f9fa4-3e49-4c2c-b6e8-76f533c14221");
        assert_eq!((facts.name.as_str(), facts.kinds.as_slice()), ("Good Health", [Kind::Insurer].as_slice()));
        assert_eq!(addresses(&rows[0]), ["https://api.good.com/patients"]);
        assert_eq!(facts.website.as_ref().map(|site| site.door.url.as_str()), Some("https://good.com/"));
        assert_eq!(facts.identifiers[0].value, "http://good.com/ids|12345");
        assert!(facts.endpoints[0].developers.is_some());
    }

    #[test]
    fn one_payer_at_the_root_with_its_plans() {
        let (_, rows) = rows(ONE).unwrap();
        let (listing, facts) = listing(&rows[0]);
        assert_eq!(listing.key, "13e068e1-cd54-5baa-b7e3-79761afe7afc");
        assert_eq!(facts.aliases, ["Good Health"], "the legal name is no other name");
        let mut found = addresses(&rows[0]);
        found.sort_unstable();
        assert_eq!(
            found,
            [
                "https://api.good.com/v2/patientaccess",
                "https://api.good.com/v3/patientaccess",
                "https://silver.good.com/r4"
            ]
        );
        assert!(facts.endpoints.iter().any(|endpoint| endpoint.name.as_deref() == Some("Silver")));
        let codes: Vec<&str> = rows[0].notes.iter().map(|note| note.code.as_str()).collect();
        assert_eq!(codes, ["not_for_members", "relative_address"]);
        let systems: Vec<System> = facts.identifiers.iter().map(|number| number.system).collect();
        assert_eq!(systems, [System::Other, System::Naic, System::Ein]);
    }

    #[test]
    fn several_payers_each_with_their_own_plans_and_numbers() {
        let (file, rows) = rows(SEVERAL).unwrap();
        assert_eq!((file.rows, tally(&rows)["ignored no_name"]), (3, 1));
        assert_eq!(addresses(&rows[0]), ["https://api.good.com/r4"]);
        assert_eq!(facts(&rows[0]).aliases, ["Good"]);
        assert_eq!(facts(&rows[0]).identifiers.len(), 2, "an expired number is none");
        assert_eq!(facts(&rows[1]).name, "Good Health of Texas");
        assert!(addresses(&rows[1]).is_empty(), "known without a door for members");
        assert_eq!(facts(&rows[1]).website.as_ref().map(|site| site.door.domain.as_str()), Some("good.com"));
        assert_eq!(facts(&rows[1]).identifiers.len(), 1);
    }

    #[test]
    fn an_index_that_breaks_off_is_broken() {
        for whole in [OLD, ONE, SEVERAL] {
            assert!(matches!(rows(&whole[..whole.len() - 2]), Err(FileError::Broken { .. })));
        }
    }
}
