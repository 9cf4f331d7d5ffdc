//! Is a night as its manifest says? Sums, sizes and counts of every file.

use std::{fs::File, io, path::Path};

use super::{
    manifest::{FileEntry, Format, Manifest, Plain, SCHEMA},
    out::{Lines, sum, unpack},
};

/// Compares every file of the night in a folder with its manifest; answers what does not agree, in words.
pub fn verify(folder: &Path, mut progress: impl FnMut(&str)) -> io::Result<(Manifest, Vec<String>)> {
    let manifest = Manifest::read(folder)?;
    let mut wrong = Vec::new();
    if manifest.schema > SCHEMA {
        wrong.push(format!(
            "manifest.json: schema {} is newer than this program, which knows {SCHEMA}",
            manifest.schema
        ));
    }
    for file in &manifest.files {
        progress(&file.name);
        // A name from outside: never out of the folder.
        if file.name.contains(['/', '\\']) || file.name.starts_with('.') {
            wrong.push(format!("{}: not a name of a file in this folder", file.name));
            continue;
        }
        match one(folder, file) {
            Ok(found) => wrong.extend(found.into_iter().map(|what| format!("{}: {what}", file.name))),
            Err(error) => wrong.push(format!("{}: {error}", file.name)),
        }
    }
    Ok((manifest, wrong))
}

fn one(folder: &Path, file: &FileEntry) -> io::Result<Vec<String>> {
    let path = folder.join(&file.name);
    let mut wrong = Vec::new();
    let found = sum(&mut File::open(&path)?)?;
    if found != (file.sha256.clone(), file.bytes) {
        wrong.push(differs(&found, &file.sha256, file.bytes));
        return Ok(wrong);
    }
    let Some(Plain { sha256, bytes, .. }) = &file.plain else { return Ok(wrong) };
    let found = sum(&mut unpack(&path)?)?;
    if found != (sha256.clone(), *bytes) {
        wrong.push(format!("unpacked, {}", differs(&found, sha256, *bytes)));
    }
    let rows = match file.format {
        Format::Ndjson | Format::Changes | Format::FhirNdjson => count_lines(&path)?,
        Format::Csv => csv::Reader::from_reader(unpack(&path)?).byte_records().count() as u64,
        Format::Parquet | Format::Sqlite | Format::FhirBundle | Format::Brands => file.rows,
    };
    if rows != file.rows {
        wrong.push(format!("{rows} rows, and the manifest says {}", file.rows));
    }
    Ok(wrong)
}

fn differs((sha256, bytes): &(String, u64), said: &str, size: u64) -> String {
    format!("{bytes} bytes with SHA-256 {sha256}, and the manifest says {size} bytes with {said}")
}

fn count_lines(path: &Path) -> io::Result<u64> {
    let mut lines = Lines::open(path)?;
    let mut rows = 0;
    while lines.next()?.is_some() {
        rows += 1;
    }
    Ok(rows)
}
