//! docs/threats.md names a test for every attack: each of them is there.

use std::{collections::BTreeSet, fs, path::Path};

/// Every file of Rust below a folder.
fn sources(folder: &Path, into: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|end| end == "rs") {
            into.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn every_attack_has_tests_and_they_are_there() {
    let page = fs::read_to_string("docs/threats.md").unwrap();
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| attack")).collect();
    assert!(rows.len() > 20, "the tables are read");
    let (mut all, mut missing) = (String::new(), BTreeSet::new());
    for folder in ["src", "tests"] {
        sources(Path::new(folder), &mut all);
    }
    for row in rows {
        let cell = row.rsplit('|').nth(1).unwrap();
        let tests: Vec<&str> = cell.split('`').skip(1).step_by(2).collect();
        assert!(!tests.is_empty(), "no test is named: {row}");
        missing.extend(tests.into_iter().filter(|test| !all.contains(&format!("fn {test}("))));
    }
    assert!(missing.is_empty(), "docs/threats.md names tests that are not there: {missing:?}");
}
