//! Lists going in, through the real program: what is refused, what is told, what is never published.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};

use crate::{
    lists::{bundle, day, edition, lantern, row, word, write},
    program::{Ran, Server, check, connector, export, organizations, ran, revisions, run, until},
};

/// A data folder with five clinics in it, and beside it a folder for lists.
struct Room {
    folder: tempfile::TempDir,
}

impl Room {
    fn new() -> Self {
        let room = Self { folder: tempfile::tempdir().unwrap() };
        room.import(&bundle(5, 0), &["--source", "base", "--date", &day(0)]).ok();
        room
    }

    fn data(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }

    fn file(&self, content: impl AsRef<[u8]>) -> std::path::PathBuf {
        write(self.folder.path(), "lists/list.json", content)
    }

    /// Imports a list with this content.
    fn import(&self, content: &str, words: &[&str]) -> Ran {
        let path = self.file(content);
        let mut all = vec!["import", "--no-starter", "--json"];
        all.extend(words);
        all.push(word(&path));
        ran(&self.data(), &all)
    }

    fn names(&self) -> Vec<String> {
        names(&self.data())
    }
}

fn names(data: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        organizations(&export(data)).iter().map(|o| o["name"].as_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

fn count(of: &Value, what: &str) -> u64 {
    of[what].as_u64().unwrap_or_else(|| panic!("no {what} in {of}"))
}

/// read = new + changed + unchanged + quarantined + ignored, in every file and in all.
fn adds_up(report: &Value) {
    let parts = ["new", "changed", "unchanged", "quarantined", "ignored"];
    let files = report["files"].as_array().unwrap();
    for counts in files.iter().chain([&report["total"]]) {
        let sum: u64 = parts.iter().map(|part| count(counts, part)).sum();
        assert_eq!(count(counts, "read"), sum, "{counts}");
    }
    for part in parts.iter().chain(&["read", "withdrawn"]) {
        let sum: u64 = files.iter().map(|file| count(file, part)).sum();
        assert_eq!(count(&report["total"], part), sum, "{part}");
    }
}

#[test]
fn a_file_that_is_no_list_changes_nothing_and_says_why_in_one_line() {
    let room = Room::new();
    let before = (revisions(&room.data()), export(&room.data()));
    let whole = bundle(40, 1);
    let truncated = &whole[..whole.len() * 2 / 3];
    for (content, why) in [
        ("", "empty"),
        (" \n\t\n", "empty"),
        ("<!DOCTYPE html><html><body>Please sign in</body></html>", "HTML"),
        (truncated, "ends too early or is broken"),
        (r#"{"hello":"world"}"#, "no known shape"),
        ("[1,2,3]", "no known shape"),
        (r#"{"resourceType":"Patient"}"#, "no known shape"),
        ("a,b,c\n1,2,3\n", "no known shape"),
        ("just words", "no known shape"),
        ("\u{0}\u{1}\u{2}binary", "no known shape"),
    ] {
        let ran = room.import(content, &["--source", "base", "--date", &day(1)]);
        assert_eq!(ran.code, Some(1), "{why}: {ran:?}");
        let report = ran.json();
        adds_up(&report);
        let file = &report["files"][0];
        assert_eq!(file["status"], "refused", "{report}");
        let message = file["message"].as_str().unwrap();
        assert!(message.contains(why) && !message.contains('\n'), "{why}: {message}");
        assert_eq!(report["directory"]["revisions"], 0);
        // The same for people: the file is named once, and one line says why.
        let path = room.file(content);
        let said = crate::program::ran(&room.data(), &["import", "--no-starter", "--source", "base", word(&path)]);
        assert_eq!(said.code, Some(1));
        let lines: Vec<&str> = said.out.lines().filter(|line| line.contains(why)).collect();
        assert_eq!(lines.len(), 1, "{}", said.out);
    }
    assert_eq!((revisions(&room.data()), export(&room.data())), before);
}

#[test]
fn the_table_people_fill_in_goes_in_and_comes_out_again() {
    let room = Room::new();
    let empty = ran(&room.data(), &["template"]).ok().out;
    let report = room.import(&empty, &["--source", "ours"]).ok().json();
    assert_eq!(count(&report["total"], "ignored"), 4, "the examples are nobody: {report}");
    let report = room.import(&empty.replace("example-clinic", "'=efc"), &["--source", "ours"]).ok().json();
    adds_up(&report);
    assert_eq!((count(&report["total"], "new"), count(&report["total"], "quarantined")), (1, 0), "{report}");
    let exported = export(&room.data());
    let clinic = organizations(&exported).into_iter().find(|o| o["name"] == "Example Family Clinic").unwrap();
    let text = clinic.to_string();
    for said in [
        "EFC",
        "laboratory",
        "(208) 555-0100",
        "1234567893",
        "13D0000000",
        "200 West Road",
        "83642",
        "view.lab_results",
        "2027-01-31",
        "https://portal.example.org/",
        "adult patients",
        "https://fhir.example.org/r4",
        "4.0.1",
        "front desk",
        "recepci\u{f3}n",
    ] {
        assert!(text.contains(said), "{said} is missing in {text}");
    }
    let again = room.import(&empty.replace("example-clinic", "'=efc"), &["--source", "ours"]).ok().json();
    assert_eq!(count(&again["total"], "unchanged"), 1, "{again}");
}

#[test]
fn tables_made_for_cms_and_payers_indexes_go_in_without_any_person() {
    let room = Room::new();
    let providers = "submitter_name,personal_npi,personal_last_name,organizational_npi,organization_name,\
        service_address_city,service_address_state,fhir_endpoint_url,fhir_endpoint_type\n\
        Great EHR,1234567893,Zzyzxname,1083790893,Sunny Clinic,Boise,ID,https://fhir.example.org/r4/t1,General\n\
        Great EHR,1992856819,Zzyzxname,1992856819,Jane Zzyzxname,Boise,ID,https://fhir.example.org/r4/t2,General\n";
    let report = room.import(providers, &[]).ok().json();
    adds_up(&report);
    assert_eq!(report["files"][0]["source"], "cms-provider-endpoints-great-ehr");
    assert_eq!((count(&report["total"], "new"), count(&report["total"], "ignored")), (1, 1), "{report}");
    let payers = "enumeration_approach,payer_id,payer_lbn,plan_id,plan_name,fhir_url,fhir_url_vendor,fhir_url_type\n\
        EIN,12-3456789,Rainy Health Plan,,,https://api.example.org/r4,V,patient_access_api\n\
        EIN,12-3456789,Rainy Health Plan,,,https://api.example.org/dir,V,provider_directory_api\n";
    let report = room.import(payers, &[]).ok().json();
    assert_eq!((count(&report["total"], "new"), count(&report["total"], "ignored")), (1, 1), "{report}");
    let index = json!({
        "resourceType": "http://hl7.org/fhir/us/fast-ndh/StructureDefinition/NDHPayerWellknownDefinition",
        "identifier": [{ "system": "https://directory.cms.gov/payer_identification_system/fpi", "value": "f1",
                         "is_fpi": true, "payerLegalName": "Windy Health Plan" }],
        "plan_groups": [{ "plan_identifiers": [{ "value": "1", "parent_fpi": "f1" }],
                          "plan_endpoints": { "carin_bluebutton_endpoint#1.0": "https://windy.example.com/r4" } }],
    });
    let report = room.import(&index.to_string(), &[]).ok().json();
    assert_eq!((&report["files"][0]["source"], count(&report["total"], "new")), (&json!("payer-index"), 1), "{report}");
    let names = room.names();
    for name in ["Sunny Clinic", "Rainy Health Plan", "Windy Health Plan"] {
        assert!(names.iter().any(|known| known == name), "{name} is not in {names:?}");
    }
    let out: String = export(&room.data()).iter().map(Value::to_string).collect();
    assert!(!out.contains("123456789") && !out.contains("12-3456789"), "a tax number is for matching only");
    for entry in std::fs::read_dir(room.data()).unwrap().map(|entry| entry.unwrap().path()) {
        let Ok(bytes) = std::fs::read(&entry) else { continue };
        let told = bytes.windows(9).any(|window| window == b"Zzyzxname");
        assert!(!told, "{} names a clinician", entry.display());
    }
}

#[test]
fn a_list_of_developers_lists_is_shown_and_lists_nobody() {
    let room = Room::new();
    let products = json!({ "results": [
        { "chplProductNumber": "1", "developer": { "name": "Great EHR" }, "product": { "name": "Great" },
          "serviceBaseUrlList": { "value": "https://lists.example.org/great.json" } },
    ] });
    let path = room.file(products.to_string());
    let shown = ran(&room.data(), &["sources", "chpl", word(&path)]).ok().out;
    assert!(shown.contains("https://lists.example.org/great.json") && shown.contains("Great EHR: Great"), "{shown}");
    let proposed = ran(&room.data(), &["sources", "chpl", "--toml", word(&path)]).ok().out;
    write(&room.data(), "sources.toml", &proposed);
    let shown = ran(&room.data(), &["sources", "chpl", word(&path)]).ok().out;
    assert!(!shown.contains("great.json") && shown.contains("has 1 of them"), "{shown}");
    let before = export(&room.data());
    let report = room.import(&products.to_string(), &[]).ok().json();
    assert_eq!((count(&report["total"], "read"), count(&report["total"], "ignored")), (1, 1), "{report}");
    assert_eq!(export(&room.data()), before);
}

#[test]
fn what_is_private_is_cut_out_counted_and_nowhere_kept() {
    let room = Room::new();
    let table = "row,key,name,description,street,city,state\n\
        organization,a,Good Clinic,SSN 123-45-6789 write to jo@example.org,c/o Jo 123-45-6789,Boise,ID\n";
    let report = room.import(table, &["--source", "ours"]).ok().json();
    adds_up(&report);
    let reasons = &report["files"][0]["reasons"];
    assert_eq!(reasons["removed: social_security_number"], 2, "{report}");
    assert_eq!(reasons["removed: email_address"], 1, "{report}");
    assert!(export(&room.data()).iter().any(|line| line.to_string().contains("[removed]")));
    for entry in std::fs::read_dir(room.data()).unwrap().map(|entry| entry.unwrap().path()) {
        let Ok(bytes) = std::fs::read(&entry) else { continue };
        for secret in [&b"123-45-6789"[..], b"jo@example.org"] {
            assert!(!bytes.windows(secret.len()).any(|window| window == secret), "{}", entry.display());
        }
    }
}

#[test]
fn one_bad_file_of_a_load_leaves_the_whole_load_out() {
    let room = Room::new();
    let folder = room.folder.path().join("two");
    write(&folder, "a.json", bundle(3, 1));
    write(&folder, "b.json", "{\"entry\":[");
    let ran = ran(&room.data(), &["import", "--no-starter", "--json", "--source", "two", word(&folder)]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    let report = ran.json();
    adds_up(&report);
    assert!(report["files"][0]["message"].as_str().unwrap().contains("b.json"), "{report}");
    assert_eq!(room.names().len(), 5);
}

#[test]
fn what_is_not_there_or_not_meant_is_one_clear_line() {
    let room = Room::new();
    let missing = ran(&room.data(), &["import", "--no-starter", "/no/such/file.json"]);
    assert_eq!((missing.code, missing.out.as_str(), missing.err.lines().count()), (Some(1), "", 1), "{missing:?}");
    assert!(missing.err.contains("/no/such/file.json"));
    let bad = room.import(&bundle(1, 0), &["--source", "Not An Id"]);
    assert_eq!((bad.code, bad.err.lines().count()), (Some(1), 1), "{bad:?}");
    let folder = room.folder.path().join("planned");
    write(&folder, "import.toml", "[[load]]\nsource = \"a\"\ndate = \"2026-01-01\"\nfiles = [\"gone.json\"]\n");
    let gone = ran(&room.data(), &["import", "--no-starter", word(&folder)]);
    assert_eq!(
        (gone.code, gone.err.trim().lines().last().is_some_and(|l| l.contains("gone.json"))),
        (Some(1), true),
        "{gone:?}"
    );
    write(&folder, "import.toml", "[[load]]\nsource = \"a\"\n");
    let broken = ran(&room.data(), &["import", "--no-starter", word(&folder)]);
    assert_eq!(broken.code, Some(1));
    assert!(broken.err.contains("import.toml"), "{broken:?}");
    assert_eq!(room.names().len(), 5);
}

#[test]
fn a_bad_row_is_told_and_the_rest_goes_in() {
    let room = Room::new();
    let rows = [
        row("Alder Family Practice", "https://fhir.example.com/alder", "83702"),
        json!("not an object"),
        row("", "https://fhir.example.com/nameless", ""),
        row("Cedar Clinic", "/relative/metadata", ""),
        row("Dogwood Clinic", "https://fhir.example.com/dogwood", "not a zip"),
    ];
    let ran = room.import(&lantern(&rows), &["--source", "mine", "--date", "2026-03-01"]);
    let report = ran.ok().json();
    adds_up(&report);
    let file = &report["files"][0];
    let counts: Vec<u64> = ["rows", "read", "new", "quarantined", "ignored"].iter().map(|c| count(file, c)).collect();
    assert_eq!(counts, [5, 5, 2, 1, 2], "{file}");
    assert_eq!(
        (&file["source"], &file["source_from"], &file["date"]),
        (&json!("mine"), &json!("named"), &json!("2026-03-01"))
    );
    let problems = file["problems"].as_array().unwrap();
    let told = |row: u64| problems.iter().find(|p| p["row"] == row).unwrap_or_else(|| panic!("row {row} in {file}"));
    for (number, field, code, what) in [
        (2, "", "malformed_row", "ignored"),
        (3, "OrganizationName", "no_name", "ignored"),
        (4, "URL", "relative_address", "quarantined"),
        (5, "OrganizationZipCode", "bad_zip", "left_out"),
    ] {
        let problem = told(number);
        assert_eq!((problem["code"].as_str(), problem["what"].as_str()), (Some(code), Some(what)), "{problem}");
        assert!(field.is_empty() || problem["field"] == field, "{problem}");
        assert!(problem["reason"].as_str().unwrap().len() > 10, "{problem}");
    }
    assert_eq!(room.names().len(), 7);
    // For people: the row, the field and the reason.
    let path = room.file(lantern(&rows));
    let said = crate::program::ran(&room.data(), &["import", "--no-starter", "--source", "mine", word(&path)]).ok().out;
    assert!(said.contains("row 4, URL: the address is relative"), "{said}");
}

#[test]
fn what_must_not_be_published_is_published_nowhere() {
    let room = Room::new();
    let bad = [
        ("Relative Quagmire", "fhir/r4", "relative_address"),
        ("Private Quagmire", "https://10.1.2.3/fhir", "private_network"),
        ("Mapped Quagmire", "https://[::ffff:192.168.1.1]/fhir", ""),
        ("Decimal Quagmire", "https://2130706433/fhir", "private_network"),
        ("Local Quagmire", "https://localhost/fhir", ""),
        ("Intranet Quagmire", "https://ehrserver/fhir", "private_network"),
        ("Script Quagmire", "javascript:alert(1)", "not_http"),
        ("Userinfo Quagmire", "https://user:secret@quagmire.example.com/fhir", "user_info"),
        ("Quagmire Test Hospital", "https://fhir.example.com/quagmire", "test_organization"),
        ("Quagmire Clinic - DO NOT USE", "https://fhir.example.com/quagmire2", "marked_dead"),
    ];
    let mut rows: Vec<Value> = bad.iter().map(|(name, url, _)| row(name, url, "83702")).collect();
    rows.push(row("Fine Family Practice", "https://fhir.example.com/fine", "83702"));
    let report = room.import(&lantern(&rows), &["--source", "mine"]).ok().json();
    adds_up(&report);
    let file = &report["files"][0];
    assert_eq!((count(file, "quarantined"), count(file, "new")), (10, 1), "{file}");
    for (number, (name, _, code)) in (1..).zip(bad) {
        let problem = file["problems"].as_array().unwrap().iter().find(|p| p["row"] == number);
        let problem = problem.unwrap_or_else(|| panic!("{name} is not told: {file}"));
        assert_eq!(problem["what"], "quarantined", "{problem}");
        assert!(code.is_empty() || problem["code"] == code, "{name}: {problem}");
    }
    assert_eq!(room.names().len(), 6);
    let all: String = export(&room.data()).iter().map(ToString::to_string).collect();
    let server = Server::start(&room.data(), &["--no-starter"]).ready();
    let answers = [
        "/api/v1/organizations",
        "/api/v1/search?q=quagmire",
        "/api/v1/suggest?q=quagm",
        "/api/v1/search?q=10.1.2.3",
        "/organizations/quagmire-test-hospital",
    ]
    .map(|path| server.get(path).body);
    for published in answers.iter().chain([&all]) {
        for mark in ["Quagmire", "quagmire.example", "10.1.2.3", "192.168", "javascript:", "secret@"] {
            assert!(!published.contains(mark), "{mark}: {published}");
        }
    }
}

#[test]
fn a_dry_run_says_what_would_change_and_changes_nothing() {
    let room = Room::new();
    let before = (revisions(&room.data()), export(&room.data()));
    let words = ["--source", "base", "--date", &day(1), "--accept", "--dry-run"];
    let report = room.import(&bundle(3, 1), &words).ok().json();
    adds_up(&report);
    let file = &report["files"][0];
    assert_eq!(file["status"], "dry_run");
    assert_eq!((count(file, "changed"), count(file, "withdrawn")), (3, 2), "{file}");
    assert_eq!((count(&report["directory"], "updated"), count(&report["directory"], "withdrawn")), (3, 2), "{report}");
    assert_eq!((revisions(&room.data()), export(&room.data())), before);
    // Really done, it is what was said.
    let really = room.import(&bundle(3, 1), &words[..5]).ok().json();
    assert_eq!(really["total"], report["total"]);
    assert_eq!(room.names().len(), 3);
    // On a fresh folder it does not even put the starter directory in.
    let fresh = room.folder.path().join("fresh");
    let path = room.file(bundle(3, 1));
    ran(&fresh, &["import", "--dry-run", "--source", "x", word(&path)]).ok();
    assert_eq!(revisions(&fresh), 0);
}

#[test]
fn the_same_again_changes_nothing_and_an_older_load_is_skipped() {
    let room = Room::new();
    let second = room.import(&bundle(5, 1), &["--source", "base", "--date", &day(5), "--accept"]).ok().json();
    assert_eq!(count(&second["total"], "changed"), 5);
    let before = (revisions(&room.data()), export(&room.data()));
    let again = room.import(&bundle(5, 1), &["--source", "base", "--date", &day(5)]).ok().json();
    adds_up(&again);
    assert_eq!((count(&again["total"], "unchanged"), &again["directory"]["revisions"]), (5, &json!(0)));
    let older = room.import(&bundle(5, 2), &["--source", "base", "--date", &day(3)]).ok().json();
    adds_up(&older);
    let file = &older["files"][0];
    assert_eq!((&file["status"], count(file, "ignored")), (&json!("older_load"), 5));
    assert!(file["message"].as_str().unwrap().contains(&day(5)), "it says which is newer: {file}");
    assert_eq!((revisions(&room.data()), export(&room.data())), before);
    for listing in organizations(&before.1) {
        assert_eq!(listing["provenance"]["name"]["load_date"], day(5));
        assert!(listing["name"].as_str().unwrap().contains(&edition(1)));
    }
}

#[test]
fn a_folder_without_a_plan_is_read_file_by_file() {
    let room = Room::new();
    let folder = room.folder.path().join("loose");
    write(&folder, "deep/a.json", lantern(&[row("Alder Practice", "https://fhir.alder.example.com/r4", "83702")]));
    write(&folder, "b.txt", bundle(2, 3));
    write(&folder, "c.json", "{\"unknown\":1}");
    write(&folder, "README.md", "for people");
    write(&folder, ".hidden.json", "for nobody");
    let report = ran(&room.data(), &["import", "--no-starter", "--json", word(&folder)]).ok().json();
    adds_up(&report);
    let files = report["files"].as_array().unwrap();
    let mut seen: Vec<(&str, &str)> = files
        .iter()
        .map(|f| (f["file"].as_str().unwrap().rsplit('/').next().unwrap(), f["status"].as_str().unwrap()))
        .collect();
    seen.sort_unstable();
    assert_eq!(seen, [("a.json", "committed"), ("b.txt", "committed"), ("c.json", "refused")]);
    for file in files.iter().filter(|f| f["status"] == "committed") {
        assert_eq!(file["source_from"], "content", "{file}");
        assert!(!file["source"].as_str().unwrap().is_empty(), "its source is worked out: {file}");
    }
    assert_eq!(room.names().len(), 5 + 1 + 2);
}

/// A web server of one file that counts who asks.
fn publisher(body: String) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (address, asked) = (listener.local_addr().unwrap(), Arc::new(AtomicUsize::new(0)));
    let counter = asked.clone();
    // It ends with the test's process.
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            counter.fetch_add(1, Ordering::SeqCst);
            let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
            let mut head = Vec::new();
            let mut buffer = [0_u8; 1024];
            while !head.windows(4).any(|four| four == b"\r\n\r\n") {
                match stream.read(&mut buffer) {
                    Ok(n) if n > 0 => head.extend_from_slice(&buffer[..n]),
                    _ => break,
                }
            }
            let (status, body) = if head.starts_with(b"GET /list.json ") {
                ("200 OK", body.as_str())
            } else {
                ("404 Not Found", "nothing")
            };
            let _ = write!(
                stream,
                "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            );
        }
    });
    (address, asked)
}

#[test]
fn a_list_by_address_comes_in_where_the_operator_allows_it_and_nowhere_else() {
    let room = Room::new();
    let (address, asked) = publisher(bundle(4, 2));
    let url = format!("http://{address}/list.json");
    let words = ["import", "--no-starter", "--json", "--source", "fetched", url.as_str()];
    let before = revisions(&room.data());
    let refused = ran(&room.data(), &words);
    assert_eq!((refused.code, refused.out.as_str()), (Some(1), ""), "{refused:?}");
    let why = refused.err.lines().last().unwrap();
    assert!(why.starts_with("connector: ") && why.contains(&url), "{refused:?}");
    assert_eq!((asked.load(Ordering::SeqCst), revisions(&room.data())), (0, before), "nobody was even asked");
    // An address it may ask, that has nothing.
    let allow = address.to_string();
    let nothing = run(connector(&room.data(), &["import", "--no-starter", &format!("http://{address}/gone.json")])
        .env("CONNECTOR_FETCH_ALLOW", &allow));
    assert_eq!(nothing.code, Some(1));
    assert!(nothing.err.contains("404"), "{nothing:?}");
    let report = run(connector(&room.data(), &words).env("CONNECTOR_FETCH_ALLOW", &allow)).ok().json();
    adds_up(&report);
    assert_eq!((count(&report["total"], "new"), &report["files"][0]["file"]), (4, &json!(url)), "{report}");
    assert_eq!(room.names().len(), 9);
    let left = std::fs::read_dir(room.data().join("blobs")).unwrap().map(Result::unwrap);
    let left: Vec<_> = left.filter(|entry| entry.path().is_file()).collect();
    assert!(left.is_empty(), "what was fetched is cleaned away: {left:?}");
}

#[test]
fn an_import_beside_the_running_server_is_found_within_seconds() {
    let room = Room::new();
    let server = Server::start(&room.data(), &["--no-starter"]).ready();
    let search = |word: &str| server.json(&format!("/api/v1/search?q={word}"))["total"].as_u64().unwrap();
    assert_eq!((search("Marigold"), search(&edition(0))), (0, 5));
    let rows = [row("Marigold Health", "https://fhir.marigold.example.com/r4", "83702")];
    room.import(&lantern(&rows), &["--source", "mine"]).ok();
    until("the new organization is found", Duration::from_secs(10), || (search("Marigold") == 1).then_some(()));
    // Renamed and withdrawn ones follow as well.
    room.import(&bundle(2, 1), &["--source", "base", "--date", &day(1), "--accept"]).ok();
    until("the renamed are found", Duration::from_secs(10), || (search(&edition(1)) == 2).then_some(()));
    assert_eq!(search(&edition(0)), 0, "neither the old names nor the withdrawn");
    drop(server);
    check(&room.data());
}
