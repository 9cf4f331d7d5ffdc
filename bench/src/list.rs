//! Writes organizations as tables of the Connector's own (`connector template`), and who says so as `sources.toml`.

use std::{fs, path::Path};

use crate::{
    Outcome,
    arguments::Arguments,
    corpus::{Corpus, Row},
};

/// Organizations in one table: with a row for each portal it stays below the million lines a table may have.
const PART: usize = 500_000;
/// The columns that are filled.
const COLUMNS: [&str; 12] =
    ["row", "key", "name", "aliases", "kinds", "website", "phone", "npi", "city", "state", "zip", "url"];
/// Who says all of it: not the least of sources, so that its doors are shown as those of a real list are.
const SOURCES: &str = r#"[[source]]
id = "bench"
name = "Organizations made up"
publisher = "connector-bench"
tier = 4
mode = "delta"
licence = "CC0"
"#;

/// `connector-bench corpus`.
pub fn run(given: &Arguments) -> Outcome<()> {
    let (first, size, out) = (given.or("first", 0)?, given.need("size")?, given.need::<String>("out")?);
    let corpus = Corpus::more(first, size, given.or("seed", 1)?);
    let out = Path::new(&out);
    fs::create_dir_all(out).map_err(|why| format!("{}: {why}", out.display()))?;
    let mut portals = 0;
    for (number, rows) in corpus.rows.chunks(PART).enumerate() {
        let path = out.join(format!("organizations-{first}-{number}.csv"));
        portals += write(&path, first + number * PART, rows).map_err(|why| format!("{}: {why}", path.display()))?;
    }
    let path = out.join("sources.toml");
    fs::write(&path, SOURCES).map_err(|why| format!("{}: {why}", path.display()))?;
    let aliases: usize = corpus.rows.iter().map(|row| row.aliases.len()).sum();
    println!("{size} organizations, {aliases} other names, {portals} portals in {}", out.display());
    Ok(())
}

/// Writes one table; how many portals are in it.
fn write(path: &Path, first: usize, rows: &[Row]) -> csv::Result<usize> {
    let mut table = csv::Writer::from_path(path)?;
    table.write_record(COLUMNS)?;
    let mut portals = 0;
    for (number, row) in rows.iter().enumerate() {
        let key = format!("made-{}", first + number);
        let (website, phone, npi) = (row.website().unwrap_or_default(), row.phone.to_string(), row.npi.to_string());
        let (aliases, place) = (row.aliases.join("; "), row.place);
        table.write_record([
            "organization",
            &key,
            &row.name,
            &aliases,
            row.kind,
            &website,
            &phone,
            &npi,
            place.city,
            place.state,
            place.zip,
            "",
        ])?;
        if let Some(url) = row.portal_address() {
            portals += 1;
            table.write_record(["portal", &key, "Patient Portal", "", "", "", "", "", "", "", "", &url])?;
        }
    }
    table.flush()?;
    Ok(portals)
}
