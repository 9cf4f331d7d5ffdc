//! A national register coming in through the real program: its files together, and numbers that are closed.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::{
    lists::{lantern, word, write},
    program::{export, organizations, ran},
};

const HEADER: &str = "\"NPI\",\"Entity Type Code\",\"Provider Organization Name (Legal Business Name)\",\
    \"Provider First Line Business Practice Location Address\",\"Provider Business Practice Location Address City Name\",\
    \"Provider Business Practice Location Address State Name\",\
    \"Provider Business Practice Location Address Postal Code\",\"NPI Deactivation Date\"\n";
const NAMES: &str = "\"NPI\",\"Provider Other Organization Name\",\"Provider Other Organization Name Type Code\"\n\
    \"1234567893\",\"ALDER WALK IN\",\"3\"\n";

struct Room {
    folder: tempfile::TempDir,
}

impl Room {
    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Imports files, the names ending in what they hold.
    fn import(&self, day: &str, files: &[(&str, String)]) -> Value {
        let paths: Vec<PathBuf> =
            files.iter().map(|(name, content)| write(self.folder.path(), &format!("{day}/{name}"), content)).collect();
        let mut words = vec!["import", "--no-starter", "--json", "--date", day];
        words.extend(paths.iter().map(|path| word(path)));
        ran(&self.data(), &words).ok().json()
    }

    fn named(&self, name: &str) -> Value {
        organization(&self.data(), name)
    }
}

fn organization(data: &Path, name: &str) -> Value {
    let lines = export(data);
    let found = organizations(&lines).into_iter().find(|o| o["name"] == name);
    found.unwrap_or_else(|| panic!("no {name} in {lines:?}")).clone()
}

fn row(npi: &str, kind: &str, name: &str, deactivated: &str) -> String {
    format!("\"{npi}\",\"{kind}\",\"{name}\",\"1 MAIN ST\",\"BOISE\",\"ID\",\"83702\",\"{deactivated}\"\n")
}

#[test]
fn a_register_comes_in_and_closes_what_it_deactivates() {
    let room = Room { folder: tempfile::tempdir().unwrap() };
    let main = [
        HEADER.to_owned(),
        row("1234567893", "2", "ALDER CLINIC", ""),
        row("1992856819", "1", "A PERSON", ""),
        row("1245319599", "2", "BIRCH CLINIC", ""),
    ];
    // Two loose files of one register are one load.
    let report = room.import("2026-01-01", &[("names.csv", NAMES.into()), ("main.csv", main.concat())]);
    let files = report["files"].as_array().unwrap();
    assert_eq!(files.iter().map(|f| &f["source"]).collect::<Vec<_>>(), ["nppes", "nppes"]);
    assert_eq!((&files[1]["new"], &files[1]["ignored"], &files[1]["read"]), (&json!(2), &json!(1), &json!(3)));
    assert_eq!(files[1]["reasons"]["ignored: a_person"], 1);
    assert_eq!(room.named("Alder Clinic")["aliases"], json!(["Alder Walk In"]));

    // Another list knows Birch Clinic too, by number and name.
    let vendor = json!({ "URL": "https://fhir.birch.example.com/r4", "OrganizationName": "Birch Clinic",
                         "NPIID": "1245319599", "OrganizationZipCode": "83702" });
    room.import("2026-01-02", &[("vendor.json", lantern(&[vendor]))]);
    assert_eq!(room.named("Birch Clinic")["endpoints"].as_array().map(Vec::len), Some(1));

    // The week's file deactivates both, and one nobody listed.
    let week = [
        HEADER.to_owned(),
        row("1234567893", "", "", "01/03/2026"),
        row("1245319599", "", "", "01/03/2026"),
        row("1003000100", "", "", "01/03/2026"),
    ];
    let report = room.import("2026-01-04", &[("week.csv", week.concat())]);
    let file = &report["files"][0];
    assert_eq!((&file["changed"], &file["ignored"], &file["withdrawn"]), (&json!(2), &json!(1), &json!(2)), "{file}");
    assert_eq!(file["reasons"]["ignored: not_listed"], 1);
    let lines = export(&room.data());
    let names: Vec<&Value> = organizations(&lines).into_iter().map(|o| &o["name"]).collect();
    assert_eq!(names, ["Birch Clinic"], "nobody lists the other one any more");
    let birch = room.named("Birch Clinic");
    assert_eq!(birch["status"], "active", "the other list still has it");
    assert_eq!(birch["endpoints"].as_array().map(Vec::len), Some(1));

    // What was closed comes back when the load is undone, and goes again when it is repeated.
    ran(&room.data(), &["loads", "undo", "3"]).ok();
    assert_eq!(room.named("Alder Clinic")["status"], "active");
    ran(&room.data(), &["loads", "repeat", "3"]).ok();
    assert_eq!(organizations(&export(&room.data())).len(), 1);

    // The same again changes nothing; a number that was given back is there again.
    let report = room.import("2026-01-05", &[("again.csv", week.concat())]);
    assert_eq!(report["directory"]["revisions"], 0);
    let back = [HEADER.to_owned(), row("1234567893", "2", "ALDER CLINIC", "")];
    room.import("2026-01-06", &[("back.csv", back.concat())]);
    assert_eq!(room.named("Alder Clinic")["status"], "active");
}

#[test]
fn a_file_that_closes_much_of_a_register_waits_for_a_person() {
    let room = Room { folder: tempfile::tempdir().unwrap() };
    let numbers = ["1234567893", "1992856819", "1245319599", "1003000126", "1003000134"];
    let rows = |deactivated: &str| {
        let kind = if deactivated.is_empty() { "2" } else { "" };
        let row = |(n, npi): (usize, &&str)| row(npi, kind, &format!("ALDER CLINIC {n}"), deactivated);
        std::iter::once(HEADER.to_owned()).chain(numbers.iter().enumerate().map(row)).collect::<String>()
    };
    room.import("2026-01-01", &[("main.csv", rows(""))]);
    let before = organizations(&export(&room.data())).len();
    assert_eq!(before, 5);
    let report = room.import("2026-01-08", &[("week.csv", rows("01/03/2026"))]);
    assert_eq!(report["files"][0]["status"], "held", "{report}");
    assert_eq!(organizations(&export(&room.data())).len(), before, "nothing is closed meanwhile");
    ran(&room.data(), &["held", "accept-load", "2"]).ok();
    assert_eq!(organizations(&export(&room.data())).len(), 0);
}
