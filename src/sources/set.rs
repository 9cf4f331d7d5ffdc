//! The files of one load, read together: some formats spread one organization over several files.
//!
//! Paths in, rows with the number of their file out. What holds: a ZIP file is its members; files that belong together
//! are handed to their reader at once, in whatever order they stand; all others are read one after the other.

use std::{ops::ControlFlow, path::Path};

use jiff::civil::Date;

use super::{
    FileError, FileFacts, Row,
    archive::{self, MAGIC},
    input::Input,
    npd, nppes, private,
    shape::{self, Shape},
};

/// Takes rows one by one, each with the number of its file; answers `Break` to stop the reader.
pub type EmitOf<'a> = &'a mut dyn FnMut(usize, Row) -> ControlFlow<()>;

/// A file, or a member of one, of a format that spreads over several.
#[derive(Debug, Clone, Copy)]
pub struct Part<'a, K> {
    /// The number of the file.
    pub file: usize,
    /// Which of the format's files it is.
    pub kind: K,
    /// Its bytes.
    pub input: Input<'a>,
}

/// Reads the files of one load row by row. Answers what was learned of each, or which of them is bad and why; then none
/// of the rows may be kept.
pub fn read(paths: &[&Path], emit: EmitOf<'_>) -> Result<Vec<FileFacts>, (usize, FileError)> {
    let mut facts = vec![FileFacts::default(); paths.len()];
    let (mut nppes, mut npd, mut of_cms) = (Vec::new(), Vec::new(), false);
    for (file, path) in paths.iter().enumerate() {
        let bad = |error| (file, error);
        for (input, shape) in members(path).map_err(bad)? {
            of_cms |= shape.family() == Some(npd::SOURCE);
            match shape {
                Shape::Nppes(kind) => nppes.push(Part { file, kind, input }),
                Shape::Ndjson(told) => npd.push(Part { file, kind: told.kind, input }),
                Shape::NpdManifest => {
                    check_sizes(input, paths)?;
                    facts[file].suggested_source = Some(npd::SOURCE.to_owned());
                }
                shape => {
                    let found = shape::read_one(input, shape, &mut |row| emit(file, row)).map_err(bad)?;
                    facts[file].rows += found.rows;
                    facts[file].suggested_source = facts[file].suggested_source.take().or(found.suggested_source);
                }
            }
        }
    }
    // Every other reader's rows are cleaned where they are told apart (`shape::read_one`).
    let mut emit = |file: usize, row: Row| emit(file, private::without(row));
    if !nppes.is_empty() {
        let rows = nppes::read(&nppes, &mut emit)?;
        add(&mut facts, nppes.iter().map(|part| part.file).zip(rows), Some(nppes::SOURCE));
    }
    if !npd.is_empty() {
        let rows = npd::read(&npd, &mut emit)?;
        add(&mut facts, npd.iter().map(|part| part.file).zip(rows), of_cms.then_some(npd::SOURCE));
    }
    Ok(facts)
}

fn add(facts: &mut [FileFacts], rows: impl Iterator<Item = (usize, u64)>, source: Option<&str>) {
    for (file, rows) in rows {
        facts[file].rows += rows;
        facts[file].suggested_source = facts[file].suggested_source.take().or_else(|| source.map(str::to_owned));
    }
}

/// Files that a manifest names must be as large as it says.
fn check_sizes(manifest: Input<'_>, paths: &[&Path]) -> Result<(), (usize, FileError)> {
    let Ok(manifest) = npd::manifest::read(manifest) else { return Ok(()) };
    for (file, path) in paths.iter().enumerate() {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let Some(listed) = manifest.files.iter().find(|listed| listed.is_named(name)) else { continue };
        let bytes = path.metadata().map_or(0, |found| found.len());
        if !listed.fits(name, bytes) {
            let what = format!("it has {bytes} bytes, and the manifest says otherwise");
            return Err((file, FileError::Broken { at: "its end".to_owned(), what }));
        }
    }
    Ok(())
}

/// The day of a release, when one of the files is its manifest.
pub fn date(paths: &[&Path]) -> Option<Date> {
    paths.iter().find_map(|path| match members(path).ok()?.as_slice() {
        [(input, Shape::NpdManifest)] => npd::manifest::read(*input).ok()?.date,
        _ => None,
    })
}

/// The source whose files these are, when their shape alone says it. Files with the same answer belong together.
pub fn family(path: &Path) -> Option<&'static str> {
    members(path).ok()?.into_iter().find_map(|(_, shape)| shape.family())
}

/// The lists in a file: itself, or those inside when it is a ZIP file.
fn members(path: &Path) -> Result<Vec<(Input<'_>, Shape)>, FileError> {
    let whole = Input::new(path);
    let head = whole.head()?;
    if !head.starts_with(MAGIC) && !head.starts_with(b"PK\x05\x06") {
        return Ok(vec![(whole, shape::sniff(&head)?)]);
    }
    let (mut lists, mut book) = (Vec::new(), false);
    let mut entries = archive::entries(path)?;
    if entries.len() > 1 {
        entries.retain(|entry| !entry.is_an_example());
    }
    for entry in entries {
        book |= entry.name == "[Content_Types].xml";
        let input = Input::member(path, entry.member);
        match input.head().and_then(|head| shape::sniff(&head)) {
            Ok(shape) => lists.push((input, shape)),
            // A readme beside the lists.
            Err(FileError::UnknownShape(_) | FileError::Empty | FileError::Html) => {}
            Err(error) => return Err(error),
        }
    }
    match lists.is_empty() {
        false => Ok(lists),
        true if book => Err(FileError::UnknownShape("a workbook of a spreadsheet; save it as CSV".to_owned())),
        true => Err(FileError::UnknownShape("a ZIP file without any list".to_owned())),
    }
}
