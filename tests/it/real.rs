//! One import of the whole folder of real lists, looked at from every side.
//!
//! The folder is named by `CONNECTOR_REAL_DATA`; what is expected is worked out here from its raw files.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    path::{Path, PathBuf},
};

use connector::{
    clock::Clock,
    model::{
        id::ThingKind,
        organization::Organization,
        revision::{Event, Revision},
    },
    store::Store,
};
use serde_json::Value;

use crate::{
    lists::word,
    program::{Server, check, organizations, ran},
};

const ORACLE: &str = "oracle-millennium-patient-r4";
const ORACLE_FILES: [&str; 2] =
    ["oracle/millennium-patient-r4-2025-11.json", "oracle/millennium-patient-r4-2026-02.json"];
/// The EIN's OID (HL7 OID registry).
const EIN: &str = "urn:oid:2.16.840.1.113883.4.4";

/// The folder, the data made of it, and what was said of it.
struct Real {
    folder: PathBuf,
    data: tempfile::TempDir,
    report: Value,
    revisions: Vec<Revision>,
    /// The export as it is written, and its lines.
    written: String,
    export: Vec<Value>,
}

impl Real {
    fn json(&self, file: &str) -> Value {
        json(&self.folder, file)
    }

    fn organizations(&self) -> Vec<&Value> {
        organizations(&self.export)
    }

    /// The organizations whose name this source says.
    fn of(&self, source: &str) -> Vec<&Value> {
        let all = self.organizations().into_iter();
        all.filter(|o| o["provenance"]["name"]["source"] == source).collect()
    }
}

fn json(folder: &Path, file: &str) -> Value {
    serde_json::from_slice(&std::fs::read(folder.join(file)).unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn real_lists_come_in_whole() {
    let Some(folder) = std::env::var_os("CONNECTOR_REAL_DATA").map(PathBuf::from) else {
        println!("SKIPPED: CONNECTOR_REAL_DATA is not set, so the folder of real lists is not imported");
        eprintln!("SKIPPED: CONNECTOR_REAL_DATA is not set, so the folder of real lists is not imported");
        return;
    };
    let data = tempfile::tempdir().unwrap();
    let words = ["import", "--json", word(&folder)];
    let report = ran(data.path(), &words).ok().json();
    every_row_is_accounted_for(&folder, &report);
    let store = Store::open(data.path(), None, Clock::Machine).await.unwrap();
    let mut revisions = Vec::new();
    loop {
        let more = store.revisions_after(revisions.len() as i64, 10_000).await.unwrap();
        if more.is_empty() {
            break;
        }
        revisions.extend(more);
    }
    assert_eq!(check(data.path())["revisions"], revisions.len());
    the_same_again_changes_nothing(data.path(), &words, revisions.len());
    // The server indexes while the export is looked at.
    let server = Server::start(data.path(), &[]);
    let written = ran(data.path(), &["export"]).ok().out;
    let export = written.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let real = Real { folder, data, report, revisions, written, export };
    the_two_oracle_loads_differ_as_their_files_do(&real);
    brands_are_complete(&real);
    the_register_of_organizations_is_in(&real);
    nothing_private_is_published(&real);
    old_addresses_lead_to_their_pages(&real, &server);
    two_of_one_name_are_two_pages(&real, &server);
    let server = server.ready();
    answers_carry_nothing_private(&real, &server);
    drop(server);
    let found = check(real.data.path());
    let stands = format!("with {} organizations", real.organizations().len());
    assert!(found["index"].as_str().unwrap().contains(&stands), "{found}: {stands}");
}

fn count(of: &Value, what: &str) -> u64 {
    of[what].as_u64().unwrap_or_else(|| panic!("no {what} in {of}"))
}

fn every_row_is_accounted_for(folder: &Path, report: &Value) {
    let plan: toml::Value = toml::from_str(&std::fs::read_to_string(folder.join("import.toml")).unwrap()).unwrap();
    let planned: Vec<(String, String)> = plan["load"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|load| load["files"].as_array().unwrap().iter().map(move |file| (load, file)))
        .map(|(load, file)| (load["source"].as_str().unwrap().into(), file.as_str().unwrap().into()))
        .collect();
    let files = report["files"].as_array().unwrap();
    let told: Vec<(String, String)> = files
        .iter()
        .map(|file| (file["source"].as_str().unwrap().into(), file["file"].as_str().unwrap().into()))
        .collect();
    assert_eq!(told, planned, "every file of import.toml, in its order");
    let mut total = BTreeMap::new();
    for file in files {
        let name = file["file"].as_str().unwrap();
        let parts = ["new", "changed", "unchanged", "quarantined", "ignored"];
        let sum: u64 = parts.iter().map(|part| count(file, part)).sum();
        assert_eq!(count(file, "read"), sum, "{name}");
        let (rows, read) = counted(&folder.join(name));
        assert_eq!((count(file, "rows"), count(file, "read")), (rows, read), "{name}");
        println!(
            "{name}: {rows} rows, {read} listings, {} new, {} quarantined, {} ignored",
            file["new"], file["quarantined"], file["ignored"]
        );
        for part in parts.iter().chain(&["read", "withdrawn"]) {
            *total.entry(*part).or_insert(0) += count(file, part);
        }
        // What did not go in is told by reason, and the reasons add up.
        let why = |what: &str| -> u64 {
            let reasons = file["reasons"].as_object().unwrap().iter();
            reasons.filter(|(reason, _)| reason.starts_with(what)).map(|(_, n)| n.as_u64().unwrap()).sum()
        };
        assert_eq!(why("quarantined: "), count(file, "quarantined"), "{name}");
        if file["status"] == "committed" {
            assert_eq!(why("ignored: "), count(file, "ignored"), "{name}");
        }
        let expected = match name {
            "lantern/empty.json" => "refused",
            _ if listed(files, file) == 0 => "nothing_to_list",
            _ => "committed",
        };
        assert_eq!(file["status"], expected, "{name}");
    }
    for (part, sum) in total {
        assert_eq!(count(&report["total"], part), sum, "{part}");
    }
    let left_alone: BTreeSet<&str> =
        report["not_named"].as_array().unwrap().iter().map(|f| f.as_str().unwrap()).collect();
    let probes: BTreeSet<String> = std::fs::read_dir(folder.join("capability"))
        .unwrap()
        .map(|file| file.unwrap().path().display().to_string())
        .collect();
    assert_eq!(left_alone, probes.iter().map(String::as_str).collect(), "files import.toml does not name are told");
}

/// Listings of the load that a file belongs to.
fn listed(files: &[Value], file: &Value) -> u64 {
    let of_load = files.iter().filter(|f| f["source"] == file["source"] && f["date"] == file["date"]);
    of_load.map(|f| count(f, "new") + count(f, "changed") + count(f, "unchanged")).sum()
}

/// Rows of a raw file, and how many of them are listings or could be. (In the sample of the NPPES endpoint file no row
/// belongs to an organization of the main file, so each of them is told.)
fn counted(file: &Path) -> (u64, u64) {
    let text = std::fs::read_to_string(file).unwrap();
    if text.is_empty() {
        return (0, 0);
    }
    if file.extension().is_some_and(|end| end == "csv") {
        let headers = if file.ends_with("medicaid/state-medicaid-endpoints.csv") { 2 } else { 1 };
        let rows = records(&text) - headers;
        return (rows, rows);
    }
    let value: Value = serde_json::from_str(&text).unwrap();
    let list = |name: &str| value.get(name).and_then(Value::as_array);
    if let Some(rows) = value.as_array().or(list("Endpoints")).or(list("endpoints")) {
        return (rows.len() as u64, rows.len() as u64);
    }
    // A Bundle: organizations, and endpoints no organization refers to.
    let entries = list("entry").unwrap();
    let all = Value::from(entries.clone());
    let mut referred = BTreeSet::new();
    for organization in resources(&all, "Organization") {
        for endpoint in organization["endpoint"].as_array().into_iter().flatten() {
            referred.insert(last(endpoint["reference"].as_str().unwrap()).to_owned());
        }
    }
    let alone =
        resources(&all, "Endpoint").filter(|e| !referred.contains(e["id"].as_str().unwrap_or_default())).count();
    (entries.len() as u64, (resources(&all, "Organization").count() + alone) as u64)
}

/// Records of a table: line ends outside quotes.
fn records(text: &str) -> u64 {
    let (mut quoted, mut records, mut something) = (false, 0, false);
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            '\n' if !quoted => {
                records += u64::from(something);
                something = false;
                continue;
            }
            '\r' => continue,
            _ => {}
        }
        something = true;
    }
    records + u64::from(something)
}

fn resources<'a>(entries: &'a Value, kind: &'static str) -> impl Iterator<Item = &'a Value> {
    let entries = entries.as_array().unwrap().iter().map(|entry| &entry["resource"]);
    entries.filter(move |resource| resource["resourceType"] == kind)
}

fn last(reference: &str) -> &str {
    reference.rsplit('/').next().unwrap()
}

fn the_same_again_changes_nothing(data: &Path, words: &[&str], revisions: usize) {
    let again = ran(data, words).ok().json();
    for what in ["new", "changed", "withdrawn"] {
        assert_eq!(again["total"][what], 0, "{what}");
    }
    for what in ["created", "updated", "withdrawn", "restored", "revisions", "held_doors"] {
        assert_eq!(again["directory"][what], 0, "{what}");
    }
    assert_eq!(check(data)["revisions"], revisions);
    let older = again["files"].as_array().unwrap().iter().find(|file| file["file"] == ORACLE_FILES[0]).unwrap();
    assert_eq!(older["status"], "older_load", "the first Oracle load is older than the second");
}

/// Organizations of a Bundle by fullUrl, as far as they may be published.
fn published_resources(bundle: &Value) -> BTreeMap<String, Value> {
    let entries = bundle["entry"].as_array().unwrap().iter();
    entries
        .filter(|entry| entry["resource"]["resourceType"] == "Organization")
        .map(|entry| {
            let mut resource = entry["resource"].clone();
            if let Some(identifiers) = resource["identifier"].as_array_mut() {
                identifiers.retain(|identifier| identifier["system"] != EIN);
            }
            (entry["fullUrl"].as_str().unwrap().to_owned(), resource)
        })
        .collect()
}

/// What one load did: revisions with their bodies.
type Changes<'a> = HashMap<Event, Vec<(&'a Revision, Value)>>;

fn the_two_oracle_loads_differ_as_their_files_do(real: &Real) {
    let [old, new] = ORACLE_FILES.map(|file| published_resources(&real.json(file)));
    let keys = |of: &BTreeMap<String, Value>| of.keys().cloned().collect::<BTreeSet<String>>();
    let added: BTreeSet<String> = keys(&new).difference(&keys(&old)).cloned().collect();
    let gone: BTreeSet<String> = keys(&old).difference(&keys(&new)).cloned().collect();
    let different: BTreeSet<String> =
        keys(&old).into_iter().filter(|k| new.get(k).is_some_and(|n| *n != old[k])).collect();
    let renamed: Vec<&String> = different.iter().filter(|k| old[*k]["name"] != new[*k]["name"]).collect();
    assert!(!added.is_empty() && !gone.is_empty() && !renamed.is_empty(), "the files say nothing");

    // The log: what each of the two loads did to organizations this source speaks of.
    let mut key_of: BTreeMap<String, String> = BTreeMap::new();
    let mut loads: BTreeMap<i64, Changes<'_>> = BTreeMap::new();
    for revision in real.revisions.iter().filter(|r| r.thing == ThingKind::Organization) {
        let text = revision.after.as_ref().unwrap();
        if !text.contains(ORACLE) && !key_of.contains_key(revision.id.as_str()) {
            continue;
        }
        // The log keeps each voice once; as an organization it reads as in the API.
        let body: Organization = serde_json::from_str(text).unwrap();
        let body = serde_json::to_value(body).unwrap();
        let said = &body["provenance"]["name"];
        let known = key_of.contains_key(revision.id.as_str());
        if said["source"] == ORACLE {
            key_of.insert(revision.id.to_string(), said["key"].as_str().unwrap().to_owned());
        } else if !known {
            continue;
        }
        let load = loads.entry(revision.load.unwrap()).or_default();
        load.entry(revision.event).or_default().push((revision, body));
    }
    // Lists that come later join some of these organizations.
    assert!(loads.len() >= 2, "two loads changed these organizations");
    let first = loads.pop_first().unwrap().1;
    let second = loads.pop_first().unwrap().1;
    let touched = |of: &Changes<'_>, event: Event| -> BTreeSet<String> {
        let these = of.get(&event).into_iter().flatten();
        these.map(|(revision, _)| key_of[revision.id.as_str()].clone()).collect()
    };
    let all = |of: &Changes<'_>| -> BTreeSet<String> { of.keys().flat_map(|event| touched(of, *event)).collect() };
    // What the starter directory knew already is updated instead of created.
    assert_eq!(all(&first), keys(&old));
    assert!(first.keys().all(|event| matches!(event, Event::Created | Event::Updated)), "{:?}", first.keys());
    assert!(touched(&first, Event::Created).len() > keys(&old).len() / 2);
    let moved: BTreeSet<String> = added.iter().chain(&gone).chain(&different).cloned().collect();
    assert_eq!(all(&second), moved, "nothing else happened");
    assert!(touched(&second, Event::Created).is_subset(&added));
    assert!(touched(&second, Event::Withdrawn).is_subset(&gone));
    assert!(touched(&second, Event::Updated).is_superset(&different));

    // Renames keep their ids, and their old addresses lead to the new ones; nobody's other record moved.
    let now: BTreeMap<&str, &Value> =
        real.of(ORACLE).into_iter().map(|o| (o["provenance"]["name"]["key"].as_str().unwrap(), o)).collect();
    assert_eq!(
        now.keys().map(|k| (*k).to_owned()).collect::<BTreeSet<_>>(),
        keys(&new),
        "the export is the second list"
    );
    for (revision, body) in &first[&Event::Created] {
        let key = &key_of[revision.id.as_str()];
        let Some(listing) = now.get(key.as_str()) else { continue };
        assert_eq!(listing["id"], revision.id.as_str(), "{key} kept its id");
        if !different.contains(key) {
            assert_eq!(&listing["name"], &body["name"], "{key}");
        }
    }
    for key in renamed {
        let name = new[key]["name"].as_str().unwrap();
        assert_eq!(now[key.as_str()]["name"], name, "{key}");
        assert!(now[key.as_str()]["version"].as_i64().unwrap() >= 2, "{key}");
    }
    let directory = &real.report["directory"];
    assert!(count(directory, "withdrawn") <= gone.len() as u64, "what another list still says stays");
    // Every agency of the state Medicaid table is a programme that the starter directory knew already; lists that name
    // an organization of the national register by its number update that one too.
    let (updated, known) = (count(directory, "updated"), different.len() as u64 + listed_agencies(real));
    assert!(updated >= known, "{updated} updated, of which {known} are known");
    println!("Oracle: {} added, {} different, {} withdrawn", added.len(), different.len(), gone.len());
}

fn brands_are_complete(real: &Real) {
    let mut children = 0;
    for n in 1..=4 {
        let bundle = real.json(&format!("brands/smart-app-launch-2.2.0_Bundle-example{n}.json"));
        let found = real.of(&format!("smart-example-{n}"));
        let entries = &bundle["entry"];
        assert_eq!(found.len(), resources(entries, "Organization").count(), "example {n}");
        for resource in resources(entries, "Organization") {
            let name = resource["name"].as_str().unwrap();
            let brand = *found.iter().find(|o| o["name"] == name).unwrap_or_else(|| panic!("{name} is not there"));
            let parent = resource["partOf"]["reference"]
                .as_str()
                .map(|reference| resources(entries, "Organization").find(|o| o["id"] == last(reference)).unwrap());
            // A brand without doors of its own goes through its parent's (SMART App Launch 2.2.0, section 8.2).
            let from = parent.unwrap_or(resource);
            assert_eq!(portals(brand), portals_of(from), "portals of {name}");
            assert_eq!(endpoints(brand), endpoints_of(from, entries), "endpoints of {name}");
            assert!(!portals(brand).is_empty() && !endpoints(brand).is_empty());
            for alias in resource["alias"].as_array().unwrap().iter().filter(|a| !a.as_str().unwrap().contains("...")) {
                assert!(brand["aliases"].as_array().unwrap().contains(alias), "{alias} of {name}");
            }
            if let Some(parent) = parent {
                children += 1;
                let parent = found.iter().find(|o| o["name"] == parent["name"]).unwrap();
                assert_eq!((&brand["part_of"]["id"], &brand["part_of"]["name"]), (&parent["id"], &parent["name"]));
                assert_eq!(brand["portals"][0]["id"], parent["portals"][0]["id"], "{name} reaches its parent's portal");
                assert_eq!(brand["portals"][0]["through_parent"], true);
            }
            assert!(brand["portals"].as_array().unwrap().iter().all(|p| p["state"] == "live"), "{name}");
        }
    }
    assert_eq!(children, 2);
    let kind = |source: &str| real.of(source)[0]["kinds"][0].clone();
    assert_eq!((kind("smart-example-1"), kind("smart-example-4")), ("laboratory".into(), "insurer".into()));
    let both = real.of("smart-example-4");
    assert_eq!(both[0]["endpoints"][0]["id"], both[1]["endpoints"][0]["id"], "the shared endpoint is one thing");
}

type Names = BTreeSet<(String, String)>;

fn plain(url: &Value) -> String {
    url.as_str().unwrap().trim_end_matches('/').to_owned()
}

fn portals(brand: &Value) -> Names {
    let portals = brand["portals"].as_array().unwrap().iter();
    portals.map(|portal| (portal["name"].as_str().unwrap().to_owned(), plain(&portal["url"]))).collect()
}

fn portals_of(resource: &Value) -> Names {
    let extensions = resource["extension"].as_array().unwrap().iter();
    let portals = extensions.filter(|e| e["url"].as_str().unwrap().ends_with("/organization-portal"));
    portals
        .map(|portal| {
            let part = |name: &str| portal["extension"].as_array().unwrap().iter().find(|e| e["url"] == name).unwrap();
            (part("portalName")["valueString"].as_str().unwrap().to_owned(), plain(&part("portalUrl")["valueUrl"]))
        })
        .collect()
}

fn endpoints(brand: &Value) -> Names {
    let endpoints = brand["endpoints"].as_array().unwrap().iter();
    endpoints.map(|endpoint| (plain(&endpoint["address"]), endpoint["fhir_versions"].to_string())).collect()
}

fn endpoints_of(resource: &Value, entries: &Value) -> Names {
    let references = resource["endpoint"].as_array().unwrap().iter();
    references
        .map(|reference| {
            let id = last(reference["reference"].as_str().unwrap());
            let endpoint = resources(entries, "Endpoint").find(|e| e["id"] == id).unwrap();
            (plain(&endpoint["address"]), Value::from(vec![endpoint["extension"][0]["valueCode"].clone()]).to_string())
        })
        .collect()
}

/// What must stand nowhere: EINs of the Oracle lists, marks of officials, e-mail addresses.
struct Secrets {
    eins: HashSet<String>,
}

impl Secrets {
    fn of(folder: &Path) -> Self {
        let mut eins = HashSet::new();
        for file in ORACLE_FILES {
            for organization in resources(&json(folder, file)["entry"], "Organization") {
                let identifiers = organization["identifier"].as_array().into_iter().flatten();
                for identifier in identifiers.filter(|i| i["system"] == EIN) {
                    eins.insert(identifier["value"].as_str().unwrap().to_owned());
                }
            }
        }
        assert!(eins.len() > 100, "the files have {} EINs", eins.len());
        let secrets = Self { eins };
        let one = secrets.eins.iter().find(|ein| ein.len() == 9).unwrap();
        for text in [format!("{{\"value\":\"{one}\"}}"), format!("EIN {}-{}.", &one[..2], &one[2..])] {
            assert_eq!(secrets.found(&text).as_ref(), Some(one), "{text}");
        }
        secrets
    }

    /// The first that stands in a text.
    fn found(&self, text: &str) -> Option<String> {
        for mark in [
            "ZZOFFICIAL",
            "ZZTITLE",
            "Zzofficial",
            "Zztitle",
            "5550100000",
            "(555) 010-0000",
            "2.16.840.1.113883.4.4\"",
            "submitter",
        ] {
            if text.contains(mark) {
                return Some(mark.to_owned());
            }
        }
        // As a word of its own: ids are full of digits.
        let mut words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
        words
            .find_map(|word| {
                let number = if word.len() == 10 && word.as_bytes()[2] == b'-' {
                    word.replacen('-', "", 1)
                } else {
                    word.to_owned()
                };
                self.eins.contains(&number).then_some(number)
            })
            .or_else(|| e_mail(text))
    }
}

/// The first `name@host.tld`.
fn e_mail(text: &str) -> Option<String> {
    text.match_indices('@').find_map(|(at, _)| {
        let part = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '+');
        let before: String = text[..at].chars().rev().take_while(part).collect::<Vec<_>>().into_iter().rev().collect();
        let after: String = text[at + 1..].chars().take_while(part).collect();
        let host = after.trim_end_matches('.');
        (!before.is_empty() && host.contains('.')).then(|| format!("{before}@{host}"))
    })
}

/// Rows of the state Medicaid table with an address in use: the first column called Status says "Active".
fn listed_agencies(real: &Real) -> u64 {
    let path = real.folder.join("medicaid/state-medicaid-endpoints.csv");
    let mut table = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_path(path).unwrap();
    let rows: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
    let status = rows[1].iter().position(|name| name.trim().starts_with("Status")).unwrap();
    rows[2..].iter().filter(|row| row[status].trim() == "Active").count() as u64
}

/// Every row of the NPPES sample is an organization of its own: its NPI stands in the export once, with its state.
fn the_register_of_organizations_is_in(real: &Real) {
    let mut table = csv::Reader::from_path(real.folder.join("nppes/npidata_pfile_sample.csv")).unwrap();
    let columns = table.headers().unwrap().clone();
    let at = |name: &str| columns.iter().position(|column| column == name).unwrap();
    let (npi, state) = (at("NPI"), at("Provider Business Practice Location Address State Name"));
    let mut of: HashMap<&str, Vec<&Value>> = HashMap::new();
    for organization in real.organizations() {
        let identifiers = organization["identifiers"].as_array().into_iter().flatten();
        for number in identifiers.filter(|i| i["system"] == "npi").filter_map(|i| i["value"].as_str()) {
            of.entry(number).or_default().push(organization);
        }
    }
    let mut rows = 0;
    for row in table.byte_records().map(Result::unwrap) {
        let text = |at: usize| std::str::from_utf8(&row[at]).unwrap();
        let with_it = of.get(text(npi)).map_or(&[][..], Vec::as_slice);
        let there = with_it.iter().any(|o| o["locations"].to_string().contains(&format!("\"{}\"", text(state))));
        assert!(there, "{} of {}: {with_it:?}", text(npi), text(state));
        rows += 1;
    }
    assert_eq!(rows, 998);
}

fn nothing_private_is_published(real: &Real) {
    assert_eq!(e_mail("x (ann.b@mail.example.org)").as_deref(), Some("ann.b@mail.example.org"));
    assert_eq!(e_mail("Care@Home, a@b"), None);
    let secrets = Secrets::of(&real.folder);
    for line in real.written.lines() {
        assert_eq!(secrets.found(line), None, "in the export: {line}");
    }
    for revision in &real.revisions {
        let body = revision.after.as_deref().unwrap();
        assert_eq!(secrets.found(body), None, "in revision {}: {body}", revision.n);
    }
}

/// A page of the API, as far as it matters here.
#[derive(serde::Deserialize)]
struct Page {
    results: Vec<serde::de::IgnoredAny>,
    next_after: Option<String>,
}

fn answers_carry_nothing_private(real: &Real, server: &Server) {
    let secrets = Secrets::of(&real.folder);
    let mut path = "/api/v1/organizations?limit=100".to_owned();
    let mut visited = 0;
    loop {
        let page = server.get(&path).body;
        assert_eq!(secrets.found(&page), None, "in the API: {page}");
        let page: Page = serde_json::from_str(&page).unwrap();
        visited += page.results.len();
        let Some(after) = page.next_after else { break };
        path = format!("/api/v1/organizations?limit=100&after={after}");
    }
    assert_eq!(visited, real.organizations().len(), "paging visits every organization");
    // An EIN is not even findable; pages say no more than the API.
    for listing in real.of(ORACLE).iter().step_by(150) {
        let slug = listing["slug"].as_str().unwrap();
        let page = server.get(&format!("/organizations/{slug}"));
        assert_eq!(page.status, 200, "{slug}");
        assert_eq!(secrets.found(&page.body), None, "on {slug}");
    }
    for ein in secrets.eins.iter().step_by(20) {
        let found = server.json(&format!("/api/v1/search?q={ein}&limit=5"));
        let oracle = found["results"].as_array().unwrap().iter().any(|r| r["source_name"] == "Oracle Health");
        assert!(!oracle, "an EIN leads to its organization: {found}");
    }
}

fn old_addresses_lead_to_their_pages(real: &Real, server: &Server) {
    let all = real.organizations().into_iter();
    let by_slug: HashMap<&str, &Value> = all.map(|o| (o["slug"].as_str().unwrap(), o)).collect();
    let old = real.json("connector/organizations.json");
    let escaped: Vec<&Value> =
        old.as_array().unwrap().iter().filter(|o| o["id"].as_str().unwrap().contains("-amp-")).collect();
    assert!(escaped.len() > 50, "only {} old addresses with -amp-", escaped.len());
    for row in escaped {
        let id = row["id"].as_str().unwrap();
        let moved = server.get(&format!("/organizations/{id}"));
        assert_eq!(moved.status, 308, "{id}: {moved:?}");
        let to = moved.header("location");
        assert!(to.starts_with("/organizations/") && !to.contains("-amp-"), "{id} -> {to}");
        let there = server.get(to);
        let name = row["organization"].as_str().unwrap().replace("&amp;", "&");
        let listing = by_slug[&to["/organizations/".len()..]];
        assert_eq!((there.status, listing["name"].as_str()), (200, Some(name.as_str())), "{id} -> {to}");
    }
}

fn two_of_one_name_are_two_pages(real: &Real, server: &Server) {
    let name = "St. Joseph's Hospital";
    let old = real.json("connector/organizations.json");
    let rows = old.as_array().unwrap().iter().filter(|o| o["organization"] == name).count();
    assert_eq!(rows, 2);
    // The export of 2017 says each of them again.
    let said = |o: &&Value| o["provenance"]["name"]["source"].as_str().unwrap().starts_with("original-connector");
    let all = real.organizations().into_iter().filter(|o| o["name"] == name);
    let found: Vec<&Value> = all.filter(said).collect();
    let slugs: BTreeSet<&str> = found.iter().map(|o| o["slug"].as_str().unwrap()).collect();
    assert_eq!((found.len(), slugs.len()), (2, 2), "{slugs:?}");
    for slug in slugs {
        let page = server.get(&format!("/organizations/{slug}"));
        assert_eq!(page.status, 200, "{slug}");
        assert!(page.body.contains("Joseph"), "{slug}");
    }
}
