//! Endpoint lists as ONC's Lantern keeps them: `{"Endpoints":[{URL,OrganizationName,NPIID,OrganizationZipCode}]}`.
//!
//! One row an address in, listings out. What holds: rows of one customer under two addresses carry one group, and
//! only what one name has alone is a strong mark.

use std::{collections::HashMap, ops::ControlFlow};

use serde_json::Value;

use super::{
    Emit, FileError, FileFacts, Outcome, Problem, Row,
    input::{Input, text as field, walk_list},
    junk, kind_words,
    marks::{Owners, digest},
    shape::{ON, ignored, row},
};
use crate::model::{
    door::{Door, registrable_domain},
    identifier::Identifier,
    listing::{Body, EndpointFacts, Listing, OrganizationFacts},
    matching::tenant::installation,
    place::{Place, state_code, zip5},
    text,
};

/// The list in the root object.
const LIST: &str = "Endpoints";
/// Domains that are counted to find the publisher's.
const DOMAINS: usize = 100_000;
/// Words that lists of installations leave behind a name: "Albany Medical Center - PROD".
const STAGES: &[&str] = &["prod", "production", "live"];

/// Reads a list; twice, so that it is known which marks one name has alone.
pub fn read(input: Input<'_>, emit: Emit<'_>) -> Result<FileFacts, FileError> {
    let mut owners = Owners::default();
    let mut publisher = Majority::default();
    walk_list(input, Some(LIST), &mut |_, value| {
        if let Ok(Ok(entry)) = value.map(|value| Entry::read(&value)) {
            publisher.add(&entry.door);
            let owner = text::match_form(&entry.name);
            entry.marks().iter().for_each(|mark| owners.add(mark, &owner));
        }
        ON
    })?;
    let rows =
        walk_list(input, Some(LIST), &mut |number, value| -> ControlFlow<()> { emit(one(number, value, &owners)) })?;
    Ok(FileFacts { rows, suggested_source: publisher.label().map(|label| format!("lantern-{label}")) })
}

fn one(number: u64, value: Result<Value, Problem>, owners: &Owners) -> Row {
    match value.map_err(Unusable::SaysNothing).and_then(|value| Entry::read(&value)) {
        Ok(entry) => entry.row(number, owners),
        Err(Unusable::SaysNothing(problem)) => ignored(number, problem),
        Err(Unusable::BadAddress { key, problem }) => row(number, Outcome::Quarantined { key, problem }, Vec::new()),
    }
}

/// Why a row is no listing.
enum Unusable {
    SaysNothing(Problem),
    BadAddress { key: String, problem: Problem },
}

/// Is what stands for a name only the number of a customer, or the address again?
pub(super) fn names_nothing(name: &str, url: &str) -> bool {
    let last = url.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    !name.chars().any(char::is_alphabetic)
        || name.starts_with("http://")
        || name.starts_with("https://")
        || (name == last && name.chars().any(|c| c.is_ascii_digit()))
}

/// One row whose name and address can be used.
struct Entry {
    /// The name without prefix and stage.
    name: String,
    /// The name as the list gives it, when it is another.
    as_listed: Option<String>,
    state: Option<&'static str>,
    door: Door,
    npi: Option<Identifier>,
    zip: Option<String>,
    notes: Vec<Problem>,
}

impl Entry {
    fn read(value: &Value) -> Result<Self, Unusable> {
        if !value.is_object() {
            return Err(Unusable::SaysNothing(Problem::malformed("it is not an object")));
        }
        let url = field(value, "URL");
        let listed = text::clean_name(&field(value, "OrganizationName"));
        if names_nothing(&listed, &url) {
            return Err(Unusable::SaysNothing(Problem::new(
                "OrganizationName",
                "no_name",
                "the row names no organization",
            )));
        }
        let code = field(value, "OrganizationZipCode");
        let door = Door::parse_endpoint(&url).map_err(|refusal| Unusable::BadAddress {
            key: digest(&[&text::match_form(&listed), code.trim(), url.trim()]),
            problem: Problem::new("URL", refusal.code(), refusal.to_string()),
        })?;
        let mut notes = Vec::new();
        let number = field(value, "NPIID");
        let npi = Identifier::npi(&number);
        if npi.is_none() && !number.trim().is_empty() {
            notes.push(Problem::new(
                "NPIID",
                "bad_npi",
                "not a valid NPI: it needs 10 digits and a right check digit; left out",
            ));
        }
        let zip = zip5(&code);
        if zip.is_none() && !code.trim().is_empty() {
            notes.push(Problem::new("OrganizationZipCode", "bad_zip", "not a US ZIP code; left out"));
        }
        let (state, name) = state_prefix(without_stage(&listed));
        Ok(Self {
            as_listed: (name != listed).then(|| listed.clone()),
            name: name.to_owned(),
            state,
            door,
            npi,
            zip,
            notes,
        })
    }

    fn marks(&self) -> Vec<String> {
        self.npi.iter().map(|npi| format!("npi:{}", npi.value)).chain([format!("end:{}", self.door.key())]).collect()
    }

    /// NPI and address, else name, ZIP and address as listed: what the program itself makes of a name (kind, state)
    /// may change with its tables and must not change a key.
    fn key(&self) -> String {
        let address = self.door.key();
        match &self.npi {
            Some(npi) => format!("npi:{}|{address}", npi.value),
            None => digest(&[
                "organization",
                &text::match_form(self.listed()),
                self.zip.as_deref().unwrap_or_default(),
                &address,
            ]),
        }
    }

    /// The name as the list gives it.
    fn listed(&self) -> &str {
        self.as_listed.as_deref().unwrap_or(&self.name)
    }

    /// The name as it is compared, with its state: "TX - Family Care" is not "CA - Family Care".
    fn match_form(&self) -> String {
        let name = text::match_form(&self.name);
        self.state.map_or_else(|| name.clone(), |state| format!("{state} {name}"))
    }

    fn row(self, number: u64, owners: &Owners) -> Row {
        let key = self.key();
        if let Some(problem) = junk::problem("OrganizationName", self.listed(), self.door.host()) {
            return row(number, Outcome::Quarantined { key, problem }, self.notes);
        }
        let zip = self.zip.clone().unwrap_or_default();
        let group = digest(&[&self.match_form(), &zip, &installation(&self.door)]);
        let strong = self.marks().into_iter().filter(|mark| owners.only_one(mark)).collect();
        let facts = OrganizationFacts {
            kinds: kind_words::kind(&self.name).into_iter().collect(),
            identifiers: self.npi.into_iter().collect(),
            places: Place::new(&[], "", self.state.unwrap_or_default(), &zip).into_iter().collect(),
            areas: self.state.map(str::to_owned).into_iter().collect(),
            endpoints: vec![EndpointFacts {
                at: self.door,
                fhir_versions: Vec::new(),
                name: None,
                developers: None,
                through: None,
            }],
            aliases: self.as_listed.into_iter().collect(),
            name: self.name,
            ..OrganizationFacts::default()
        };
        let listing = Listing { key, group: Some(group), strong, body: Body::Organization(Box::new(facts)) };
        row(number, Outcome::Listing(Box::new(listing)), self.notes)
    }
}

/// "TX - Trophy Club Pediatrics" says the state in front of the name.
fn state_prefix(name: &str) -> (Option<&'static str>, &str) {
    let split = [" - ", " – "].iter().find_map(|dash| name.split_once(dash));
    if let Some((prefix, rest)) = split
        && prefix.len() == 2
        && prefix.bytes().all(|b| b.is_ascii_uppercase())
        && !rest.trim().is_empty()
        && let Some(state) = state_code(prefix)
    {
        return (Some(state), rest.trim());
    }
    (None, name)
}

/// "Albany Medical Center - PROD" and "Albany Medical Center - AM01" are Albany Medical Center.
fn without_stage(name: &str) -> &str {
    let after_dash = name.rsplit_once(" - ").filter(|(_, last)| is_stage(last) || is_site_code(last));
    let after_mark = || name.rsplit_once(['-', '(']).filter(|(_, last)| is_stage(last));
    let bare = || name.rsplit_once(' ').filter(|(_, last)| is_stage(last) && !last.eq_ignore_ascii_case("live"));
    match after_dash.or_else(after_mark).or_else(bare) {
        Some((front, _)) if !front.trim().is_empty() => front.trim(),
        _ => name,
    }
}

fn is_stage(word: &str) -> bool {
    let word = word.trim().trim_end_matches(')').trim_end_matches(|c: char| c.is_ascii_digit());
    STAGES.iter().any(|stage| word.eq_ignore_ascii_case(stage))
}

/// A code of somebody's installation: `AG01`, `NSF_PROD`.
fn is_site_code(word: &str) -> bool {
    let word = word.trim();
    let of_letters_and_digits = word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    let has = |test: fn(&u8) -> bool| word.as_bytes().iter().any(test);
    of_letters_and_digits
        && has(u8::is_ascii_uppercase)
        && (has(u8::is_ascii_digit) || word.ends_with("_PROD") || word.ends_with("_PRODUCTION"))
}

/// The registrable domain that more than half of the addresses are on. Two lists under one source's name would
/// withdraw each other's rows, so less than that says nothing.
#[derive(Debug, Default)]
pub(super) struct Majority {
    domains: HashMap<String, u64>,
    all: u64,
}

impl Majority {
    pub(super) fn add(&mut self, door: &Door) {
        let host = door.host();
        let domain = registrable_domain(host).unwrap_or(host);
        self.all += 1;
        let full = self.domains.len() >= DOMAINS;
        match self.domains.get_mut(domain) {
            Some(count) => *count += 1,
            // Of so many none is on most addresses, unless it was among the first.
            None if full => {}
            None => {
                self.domains.insert(domain.to_owned(), 1);
            }
        }
    }

    /// The whole domain.
    pub(super) fn domain(&self) -> Option<&str> {
        let (domain, count) = self.domains.iter().max_by_key(|(_, count)| **count)?;
        (count * 2 > self.all).then_some(domain.as_str())
    }

    /// Its first label: `athenahealth`.
    fn label(&self) -> Option<&str> {
        self.domain()?.split('.').next()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::kind::Kind,
        sources::input::tests::{listing, real, rows, rows_at, tally},
    };

    fn list(entries: &[(&str, &str, &str, &str)]) -> String {
        let entries: Vec<Value> = entries
            .iter()
            .map(|(url, name, npi, zip)| {
                serde_json::json!({"URL": url, "OrganizationName": name, "NPIID": npi, "OrganizationZipCode": zip})
            })
            .collect();
        serde_json::json!({"Endpoints": entries}).to_string()
    }

    #[test]
    fn a_row_becomes_a_listing() {
        let content = list(&[(
            "https://fhir.vendor.com/tenant/0ddc7794-d4a3-4d17-a674-9187af28aea6/metadata",
            "Antelope Valley &amp; Sons Hospital",
            "1083790893",
            "93534-1234",
        )]);
        let (file, rows) = rows(content).unwrap();
        assert_eq!(file.suggested_source.as_deref(), Some("lantern-vendor"));
        let (listing, facts) = listing(&rows[0]);
        assert_eq!(facts.name, "Antelope Valley & Sons Hospital");
        assert_eq!(facts.kinds, [Kind::Hospital]);
        assert_eq!(facts.places[0].zip.as_deref(), Some("93534"));
        assert_eq!(facts.identifiers[0].value, "1083790893");
        assert_eq!(facts.endpoints[0].at.url, "https://fhir.vendor.com/tenant/0ddc7794-d4a3-4d17-a674-9187af28aea6");
        assert!(facts.endpoints[0].fhir_versions.is_empty());
        let address = "fhir.vendor.com/tenant/0ddc7794-d4a3-4d17-a674-9187af28aea6";
        assert_eq!(listing.key, format!("npi:1083790893|{address}"));
        assert_eq!(listing.strong, ["npi:1083790893".to_owned(), format!("end:{address}")]);
    }

    #[test]
    fn what_cannot_be_used_has_a_reason() {
        let base = "https://fhir.vendor.com/1";
        let (_, rows) = rows(list(&[
            (base, "", "", ""),
            ("https://fhir.vendor.com/10066006", "10066006", "", ""),
            ("https://fhir.vendor.com/X1", "X1", "", ""),
            (base, "https://fhir.vendor.com", "", ""),
            ("api/eyesite/R4", "Howling Vision", "", ""),
            ("https://10.1.2.3/fhir", "Inside", "", ""),
            (": https://fhir.vendor.com:9443/x", "Astronaut", "", ""),
            (base, "Acme Test Clinic", "", ""),
            (base, "Acme", "1234567890", "ABCDE"),
        ]))
        .unwrap();
        let tally = tally(&rows);
        assert_eq!(tally["ignored no_name"], 4);
        assert_eq!(tally["quarantined relative_address"], 1);
        assert_eq!(tally["quarantined private_network"], 1);
        assert_eq!(tally["quarantined unreadable_address"], 1);
        assert_eq!(tally["quarantined test_organization"], 1);
        let codes: Vec<&str> = rows[8].notes.iter().map(|n| n.code.as_str()).collect();
        assert_eq!(codes, ["bad_npi", "bad_zip"]);
        assert!(listing(&rows[8]).1.identifiers.is_empty());
    }

    #[test]
    fn a_state_before_the_name_and_a_stage_behind_it() {
        let base = "https://fhir.vendor.com/";
        let (_, rows) = rows(list(&[
            (base, "TX - Trophy Pediatrics, PA", "", ""),
            (base, "VA – VA Advanced Center", "", ""),
            (base, "XY - Nowhere Clinic", "", ""),
            (base, "Albany Medical Center - PROD", "", ""),
            (base, "In-Home - IL", "", ""),
            (base, "Atlantic General Hospital - AG01", "", ""),
            (base, "Iowa Clinic Prod", "", ""),
            (base, "Sunflower Center - NSF_PROD", "", ""),
            (base, "Care Group - WEST", "", ""),
        ]))
        .unwrap();
        let facts: Vec<&OrganizationFacts> = rows.iter().map(|r| listing(r).1).collect();
        assert_eq!(facts[0].name, "Trophy Pediatrics, PA");
        assert_eq!(facts[0].aliases, ["TX - Trophy Pediatrics, PA"]);
        assert_eq!((facts[0].areas[0].as_str(), facts[0].places[0].state.as_deref()), ("TX", Some("TX")));
        assert_eq!(facts[1].name, "VA Advanced Center");
        assert_eq!((facts[2].name.as_str(), facts[2].areas.len()), ("XY - Nowhere Clinic", 0));
        assert_eq!(facts[3].name, "Albany Medical Center");
        assert_eq!((facts[4].name.as_str(), facts[4].areas.len()), ("In-Home - IL", 0));
        let rest: Vec<&str> = facts[5..].iter().map(|facts| facts.name.as_str()).collect();
        assert_eq!(rest, ["Atlantic General Hospital", "Iowa Clinic", "Sunflower Center", "Care Group - WEST"]);
    }

    #[test]
    fn one_customer_under_two_addresses_is_one_group() {
        let tenant = "118b460b-8390-4754-8e4a-1dd5ee20f599";
        let (_, rows) = rows(list(&[
            (&format!("https://api.one.com/fhir/r4/{tenant}"), "Keith, MD", "", ""),
            (&format!("https://api.two.com/fhir/dstu2/{tenant}"), "Keith MD", "", ""),
            ("https://epic.a.org/api/FHIR/DSTU2/", "Montage", "", ""),
            ("https://epic.a.org/api/FHIR/R4/", "Montage", "", ""),
            ("https://route.com/fhir/1421", "Kagan", "", ""),
            ("https://route.com/open/1422", "Kagan", "", ""),
            ("https://epic.a.org/api/FHIR/R4/", "Another", "", ""),
        ]))
        .unwrap();
        let group = |n: usize| listing(&rows[n]).0.group.clone();
        assert_eq!(group(0), group(1));
        assert_eq!(group(2), group(3));
        assert_ne!(group(4), group(5), "two customers of one name");
        assert_ne!(group(3), group(6));
        let strong = |n: usize| listing(&rows[n]).0.strong.len();
        assert_eq!((strong(2), strong(3)), (1, 0), "a shared address marks nobody");
    }

    #[test]
    fn trap_07_a_number_of_two_hospitals_marks_neither() {
        let (_, rows) = rows(list(&[
            ("https://f.org/tenant/a", "Havasu Hospital", "1083790893", ""),
            ("https://f.org/tenant/b", "Valley Hospital", "1083790893", ""),
        ]))
        .unwrap();
        for row in &rows {
            let (listing, facts) = listing(row);
            assert_eq!(listing.strong.len(), 1, "the address only: {:?}", listing.strong);
            assert_eq!(facts.identifiers.len(), 1);
        }
        assert_ne!(listing(&rows[0]).0.key, listing(&rows[1]).0.key);
    }

    #[test]
    fn a_list_that_breaks_off_is_broken() {
        let whole = list(&[("https://f.org/a", "A", "", ""), ("https://f.org/b", "B", "", "")]);
        assert!(matches!(rows(&whole[..whole.len() - 30]), Err(FileError::Broken { .. })));
    }

    #[test]
    fn real_lists_are_accounted_for_row_by_row() {
        let Some(folder) = real("lantern") else { return };
        for (name, count) in [
            ("altera", 1510),
            ("astronaut", 1),
            ("athenaclinicals", 17119),
            ("athenahealth", 17136),
            ("cerner", 3305),
            ("eclinicalworks", 2541),
            ("enable-healthcare", 219),
            ("epic", 957),
            ("first-insight", 527),
            ("medhost", 140),
            ("oneup", 6810),
            ("practice-fusion", 4754),
            ("veradigm", 3344),
        ] {
            let (file, rows) = rows_at(&folder.join(format!("{name}.json"))).unwrap();
            let listings: Vec<&Listing> = rows
                .iter()
                .filter_map(|row| match &row.outcome {
                    Outcome::Listing(listing) => Some(listing.as_ref()),
                    _ => None,
                })
                .collect();
            let groups: std::collections::BTreeSet<_> = listings.iter().map(|l| &l.group).collect();
            let keys: std::collections::BTreeSet<_> = listings.iter().map(|l| &l.key).collect();
            println!("{name} {:?} groups {} source {:?}", tally(&rows), groups.len(), file.suggested_source);
            assert_eq!((file.rows, rows.len() as u64), (count, count), "{name}");
            assert_eq!(keys.len(), listings.len(), "{name}: every key once");
        }
    }
}
