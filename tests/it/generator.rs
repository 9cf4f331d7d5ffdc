//! Lists made up at the size of a country: the same seed gives the same bytes, and the program reads every one.

use std::{collections::BTreeMap, path::Path, process::Command};

use serde_json::Value;

use crate::program::{check, ran};

/// Makes lists into a folder; what the generator says of them.
fn made(out: &Path, words: &[&str]) -> Value {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("script/generate-lists.mjs");
    let ran =
        Command::new("node").arg(script).arg(out).args(words).output().expect("node runs: it builds the pages too");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    serde_json::from_slice(&ran.stdout).unwrap()
}

/// Every file below a folder, by name.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    ["first", "changed", "nppes", "."]
        .iter()
        .flat_map(|part| std::fs::read_dir(folder.join(part)).unwrap().map(Result::unwrap))
        .filter(|entry| entry.path().is_file())
        .map(|entry| {
            (entry.path().strip_prefix(folder).unwrap().display().to_string(), std::fs::read(entry.path()).unwrap())
        })
        .collect()
}

#[test]
fn the_same_seed_makes_the_same_lists_and_another_seed_others() {
    let room = tempfile::tempdir().unwrap();
    let small = |name: &str, seed: &str| {
        let out = room.path().join(name);
        made(&out, &["--scale", "0.002", "--nppes", "300", "--seed", seed]);
        files(&out)
    };
    let (one, same, other) = (small("one", "7"), small("same", "7"), small("other", "8"));
    assert_eq!(one.len(), 20, "{:?}", one.keys());
    assert!(one == same, "the same seed gives other bytes");
    for name in
        ["first/brands.json", "first/service.json", "first/vendor-0.json", "nppes/npidata_pfile.csv", "truth.csv"]
    {
        assert!(one[name] != other[name], "{name} does not follow the seed");
    }
}

#[test]
fn every_list_that_is_made_up_goes_in_and_once_more_changes_nothing() {
    let room = tempfile::tempdir().unwrap();
    let (lists, data) = (room.path().join("lists"), room.path().join("data"));
    let made = made(&lists, &["--scale", "0.01", "--nppes", "500"]);
    std::fs::create_dir(&data).unwrap();
    std::fs::copy(lists.join("sources.toml"), data.join("sources.toml")).unwrap();
    let import = |part: &str| {
        let folder = lists.join(part);
        ran(&data, &["import", "--no-starter", "--json", crate::lists::word(&folder)]).ok().json()
    };
    let first = import("first");
    for file in first["files"].as_array().unwrap() {
        assert_eq!(file["status"], "committed", "{file}");
    }
    // Places that stand in one list twice, rows without a name or with a bad address: few.
    let count = |report: &Value, what: &str| report["total"][what].as_u64().unwrap();
    let (new, read) = (count(&first, "new"), count(&first, "read"));
    assert!(new * 100 > read * 98, "{}", first["total"]);
    assert!(read >= made["truth"]["organizations"].as_u64().unwrap(), "{}", first["total"]);
    let again = import("first");
    assert_eq!((count(&again, "new"), count(&again, "changed"), count(&again, "unchanged")), (0, 0, new));
    check(&data);
}

#[test]
fn the_numbers_of_the_made_up_nppes_file_are_valid_and_officials_are_marks() {
    let room = tempfile::tempdir().unwrap();
    let made = made(room.path(), &["--scale", "0.002", "--nppes", "400"]);
    let mut table = csv::Reader::from_path(room.path().join("nppes/npidata_pfile.csv")).unwrap();
    let header = table.headers().unwrap().clone();
    assert_eq!(header.len(), 330);
    let at = |name: &str| header.iter().position(|column| column == name).unwrap_or_else(|| panic!("no {name}"));
    let (npi, entity) = (at("NPI"), at("Entity Type Code"));
    let (official, primary) =
        (at("Authorized Official Last Name"), at("Healthcare Provider Primary Taxonomy Switch_1"));
    let (mut organizations, mut first_is_primary) = (0, 0);
    for row in table.records() {
        let row = row.unwrap();
        assert!(connector::model::identifier::Identifier::npi(&row[npi]).is_some(), "{}", &row[npi]);
        if &row[entity] == "2" {
            organizations += 1;
            first_is_primary += i32::from(&row[primary] == "Y");
            assert_eq!(&row[official], "ZZOFFICIALLAST");
        }
    }
    assert_eq!(made["nppes"]["organizations"], organizations);
    assert!(first_is_primary < organizations, "the primary taxonomy is not always the first");
}
