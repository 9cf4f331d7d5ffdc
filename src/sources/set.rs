//! The files of one load, read together: some formats spread one organization over several files.
//!
//! Paths in, rows with the number of their file out. What holds: a ZIP file is its members; files that belong together
//! are handed to their reader at once, in whatever order they stand; all others are read one after the other.

use std::{ops::ControlFlow, path::Path};

use super::{
    FileError, FileFacts, Row,
    archive::{self, MAGIC},
    input::Input,
    nppes, private,
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
    let mut nppes = Vec::new();
    for (file, path) in paths.iter().enumerate() {
        for (input, shape) in members(path).map_err(|error| (file, error))? {
            if let Shape::Nppes(kind) = shape {
                nppes.push(Part { file, kind, input });
                continue;
            }
            let found = shape::read_one(input, shape, &mut |row| emit(file, row)).map_err(|error| (file, error))?;
            facts[file].rows += found.rows;
            facts[file].suggested_source = facts[file].suggested_source.take().or(found.suggested_source);
        }
    }
    if !nppes.is_empty() {
        let rows = nppes::read(&nppes, &mut |file, row| emit(file, private::without(row)))?;
        for (part, rows) in nppes.iter().zip(rows) {
            facts[part.file].rows += rows;
            facts[part.file].suggested_source.get_or_insert_with(|| nppes::SOURCE.to_owned());
        }
    }
    Ok(facts)
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
    for entry in archive::entries(path)? {
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
