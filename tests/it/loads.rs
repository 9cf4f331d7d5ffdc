//! Loads that wait, are repeated, undone or redacted, with the real program and its data folder.

use std::{
    io::Read,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use crate::{
    lists::{bundle, day, lantern, row, word, write},
    program::{check, export, organizations, ran},
};

struct Room {
    folder: tempfile::TempDir,
}

impl Room {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn import(&self, content: &str, date: usize, more: &[&str]) -> Value {
        let list = write(self.folder.path(), "list.json", content);
        let date = day(date);
        let mut words = vec!["import", "--no-starter", "--json", "--source", "list", "--date", date.as_str()];
        words.extend(more);
        words.push(word(&list));
        ran(&self.data(), &words).ok().json()
    }

    fn said(&self, words: &[&str]) -> String {
        ran(&self.data(), words).ok().out
    }

    fn refused(&self, words: &[&str]) -> String {
        let ran = ran(&self.data(), words);
        assert_eq!(ran.code, Some(1), "{ran:?}");
        ran.err
    }

    /// The state of each load, newest first.
    fn states(&self) -> Vec<String> {
        let loads = ran(&self.data(), &["loads", "--json"]).ok().json();
        let state = |load: &Value| load["state"].as_str().unwrap().to_owned();
        loads.as_array().unwrap().iter().map(state).collect()
    }
}

#[test]
fn a_table_that_lost_a_column_waits_cannot_be_accepted_and_is_taken_off() {
    let room = Room::new();
    let odd = "NPI,Entity Type Code,Provider Organization Name (Legal Business Name)\n1234567893,2,ELM STREET CLINIC\n";
    let list = write(room.folder.path(), "odd.csv", odd);
    let import = ["import", "--no-starter", "--source", "list", word(&list)];
    room.refused(&import);
    assert!(room.states().is_empty(), "of a source that never said anything it is only refused");
    room.import(&bundle(5, 0), 0, &[]);
    let before = export(&room.data());
    let wrong = write(room.folder.path(), "wrong.json", r#"{"hello":"world"}"#);
    room.refused(&["import", "--no-starter", "--source", "list", word(&wrong)]);
    assert_eq!(room.states(), ["committed"], "the wrong file given by hand is no change of its publisher's");
    let said = room.said(&import);
    assert!(said.contains("Held, nothing was changed") && said.contains("connector held"), "{said}");
    assert_eq!((room.states(), export(&room.data())), (vec!["held".to_owned(), "committed".to_owned()], before));
    assert!(room.said(&["held"]).contains("has no column \"Provider First Line Business Practice Location Address\""));
    let shown = room.said(&["held", "load", "2"]);
    assert!(shown.contains("It cannot be accepted") && !shown.contains("accept-load"), "{shown}");
    assert!(room.refused(&["held", "accept-load", "2"]).contains("cannot be accepted"));
    room.said(&["held", "refuse-load", "2", "--as", "Ana"]);
    assert!(room.said(&["held"]).contains("No load waits"));
    check(&room.data());
}

#[test]
fn a_load_waits_is_looked_at_accepted_and_undone() {
    let room = Room::new();
    room.import(&bundle(5, 0), 0, &[]);
    let before = export(&room.data());
    let held = room.import(&bundle(5, 1), 1, &[]);
    let file = &held["files"][0];
    assert_eq!(file["status"], "held", "{held}");
    assert!(file["message"].as_str().unwrap().contains("connector held"), "{held}");
    assert_eq!(export(&room.data()), before);

    let list = room.said(&["held"]);
    for part in ["5 rows are new, gone or different, of 5", "connector held load 2", "No door waits"] {
        assert!(list.contains(part), "{part}: {list}");
    }
    let shown = room.said(&["held", "load", "2"]);
    for part in ["Against load 1: 0 new, 0 gone, 5 different", "~ Clinic 0", "name", "endpoints", "accept-load 2"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert!(room.refused(&["held", "accept-load", "7"]).contains("there is no load 7"));
    assert!(room.refused(&["loads", "undo", "2"]).contains("load 2 is held"));
    // The file is not needed any more.
    std::fs::remove_file(room.folder.path().join("list.json")).unwrap();
    let said = room.said(&["held", "accept-load", "2", "--as", "Ana"]);
    assert!(said.contains("load 2 is in as load 3") && said.contains("5 changed"), "{said}");
    assert_eq!(room.states(), ["committed", "applied", "committed"]);
    assert!(room.said(&["loads"]).contains("(accepted by Ana)"));
    let accepted = export(&room.data());
    assert_ne!(names_of(&accepted), names_of(&before));

    let said = room.said(&["loads", "undo", "3", "--as", "Ana"]);
    assert!(said.contains("load 3 is taken back by load 4"), "{said}");
    assert_eq!(names_of(&export(&room.data())), names_of(&before));
    room.said(&["loads", "repeat", "3"]);
    assert_eq!(names_of(&export(&room.data())), names_of(&accepted));
    assert!(room.refused(&["loads", "repeat", "2"]).contains("load 2 is applied"));
    check(&room.data());

    room.import(&bundle(5, 2), 2, &[]);
    room.said(&["held", "refuse-load", "6"]);
    assert!(room.said(&["held"]).contains("No load waits"));
    // Who looked before says so at once.
    let done = room.import(&bundle(5, 3), 3, &["--accept", "--as", "Ana"]);
    assert_eq!(done["files"][0]["status"], "committed", "{done}");
    check(&room.data());
}

fn names_of(export: &[Value]) -> Vec<String> {
    let mut names: Vec<String> =
        organizations(export).iter().map(|thing| thing["name"].as_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

/// Every file below a folder whose bytes, unpacked, hold a text.
fn holding(folder: &Path, text: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(holding(&path, text));
            continue;
        }
        let raw = std::fs::read(&path).unwrap();
        let mut unpacked = Vec::new();
        if let Ok(mut packed) = zstd::Decoder::new(raw.as_slice()) {
            let _ = packed.read_to_end(&mut unpacked);
        }
        let holds = |bytes: &[u8]| bytes.windows(text.len()).any(|part| part == text.as_bytes());
        if holds(&raw) || holds(&unpacked) {
            found.push(path);
        }
    }
    found
}

#[test]
fn a_text_is_forgotten_everywhere_and_does_not_come_back() {
    let room = Room::new();
    let secret = "Zebulon Quill";
    let rows = |name: &str, phone: usize| {
        let mut rows: Vec<Value> = (0..20)
            .map(|n| row(&format!("Clinic {n}"), &format!("https://fhir.example.org/r4/c{n}"), "83702"))
            .collect();
        rows[3] = row(name, "https://fhir.example.org/r4/c3", "83702");
        rows[4] = row(&format!("Clinic 4 of {phone}"), "https://fhir.example.org/r4/c4", "83702");
        lantern(&rows)
    };
    let said = format!("Office of {secret}");
    room.import(&rows(&said, 0), 0, &[]);
    room.import(&rows(&said, 1), 1, &[]);
    room.import(&rows("Clinic 3", 1), 2, &[]);
    room.import(&rows(&format!("{said} and Partner"), 1), 3, &[]);
    write(
        &room.data(),
        "dumps/all.ndjson.zst",
        zstd::encode_all(format!("{{\"name\":\"{said}\"}}").as_bytes(), 3).unwrap(),
    );
    write(&room.data(), "dumps/other.ndjson", "{}");
    assert!(holding(&room.data(), secret).len() >= 4, "database, snapshots, dump");

    assert!(room.refused(&["redact", "--text", "Zeb"]).contains("at least 4"));
    let done = room.said(&["redact", "--text", secret, "--as", "Ana"]);
    assert!(done.contains(" 3 snapshots, 1 dumps") && done.contains("1 organizations and apps"), "{done}");
    assert_eq!(holding(&room.data(), secret), Vec::<PathBuf>::new());
    assert!(room.data().join("dumps/other.ndjson").exists());
    let names = names_of(&export(&room.data()));
    assert!(names.contains(&"Office of and Partner".to_owned()), "{names:?}");
    check(&room.data());

    // The publisher still says it: here it does not come back, and it is no news.
    let again = room.import(&rows(&format!("{said} and Partner"), 1), 4, &[]);
    assert_eq!(again["total"]["unchanged"], 20, "{again}");
    room.import(&rows(&format!("{secret}, {secret}"), 1), 5, &[]);
    assert_eq!(holding(&room.data(), secret), Vec::<PathBuf>::new());
    // Loads from before are repeated without it.
    room.said(&["loads", "repeat", "1"]);
    assert_eq!(holding(&room.data(), secret), Vec::<PathBuf>::new());
    check(&room.data());
}

#[test]
fn a_key_that_spells_the_text_is_a_digest_everywhere() {
    let room = Room::new();
    let (secret, spelled) = ("Zebulon Quill", "zebulon quill");
    // Endpoints that bring their own organization: the key of such a row is made of its name.
    let list = |first: &str, version: usize| {
        let entry = |n: usize, name: &str| {
            let organization = json!({ "resourceType": "Organization", "id": "1", "name": name,
                "address": [{ "line": [format!("{n} Main Street")], "city": "Boise", "state": "ID",
                              "postalCode": "83702" }] });
            json!({ "fullUrl": format!("https://fhir.example.org/Endpoint/e{n}"), "resource": {
                "resourceType": "Endpoint", "id": format!("e{n}"), "status": "active", "contained": [organization],
                "managingOrganization": { "reference": "#1" }, "connectionType": { "code": "hl7-fhir-rest" },
                "name": format!("Door {version}"),
                "address": format!("https://fhir.example.org/r4/c{n}") } })
        };
        let mut all = vec![entry(1, first)];
        all.extend((2..22).map(|n| entry(n, &format!("Clinic {n}"))));
        all[1]["resource"]["name"] = json!(format!("Door {version}"));
        json!({ "resourceType": "Bundle", "type": "collection", "entry": all }).to_string()
    };
    let said = format!("{secret} Clinic");
    room.import(&list(&said, 0), 0, &[]);
    // Another list has a name like it: a pair waits, and its reasons name the street.
    let street = format!("12 {secret} Street");
    let other = |folder: &str| {
        let mut value: Value = serde_json::from_str(&list(&said, 0)).unwrap();
        let entries = value["entry"].as_array_mut().unwrap();
        entries.truncate(1);
        let organization = &mut entries[0]["resource"]["contained"][0];
        organization["address"][0]["line"] = json!([street]);
        entries[0]["resource"]["address"] = json!(format!("https://{folder}.example.net/r4"));
        write(room.folder.path(), &format!("{folder}.json"), value.to_string())
    };
    for source in ["three", "four"] {
        let file = other(source);
        let words = ["import", "--no-starter", "--json", "--source", source, "--date", "2026-01-01", word(&file)];
        ran(&room.data(), &words).ok();
    }
    let text = |export: &[Value]| export.iter().map(ToString::to_string).collect::<String>();
    assert!(text(&export(&room.data())).contains(&format!("#{spelled} clinic")), "the key spells it");

    room.said(&["redact", "--text", secret, "--as", "Ana"]);
    assert_eq!(holding(&room.data(), secret), Vec::<PathBuf>::new());
    assert_eq!(holding(&room.data(), spelled), Vec::<PathBuf>::new());
    let left = text(&export(&room.data())).to_lowercase();
    assert!(!left.contains("zebulon"), "{left}");
    for words in [&["review"][..], &["review", "--json"], &["loads", "--json"]] {
        assert!(!room.said(words).to_lowercase().contains("zebulon"), "{words:?}");
    }
    check(&room.data());

    // The publisher still says it: the row is known again by the digest of its key.
    let again = room.import(&list(&said, 0), 1, &[]);
    assert_eq!(again["total"]["unchanged"], 21, "{again}");
    room.said(&["loads", "repeat", "1"]);
    // What is withdrawn keeps its document; nothing of a text is left in that either.
    let mut gone: Value = serde_json::from_str(&list(&said, 0)).unwrap();
    gone["entry"].as_array_mut().unwrap().remove(5);
    room.import(&gone.to_string(), 2, &[]);
    room.said(&["redact", "--text", "Clinic 6", "--as", "Ana"]);
    for spelling in ["Clinic 6", "clinic 6", spelled] {
        assert_eq!(holding(&room.data(), spelling), Vec::<PathBuf>::new(), "{spelling}");
    }
    check(&room.data());
}
