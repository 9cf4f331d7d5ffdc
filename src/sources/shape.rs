//! Which reader a file belongs to, told from its content and never from its name.
//!
//! The first bytes in, a [`Shape`] out; [`read`] opens, looks, and hands over. What holds: a file of no known shape
//! changes nothing and says what it looks like; the keys of the listings of one file are all different; no row carries
//! what is private (`private`), whichever reader made it.

use std::{collections::BTreeMap, ops::ControlFlow, path::Path};

use super::{
    Emit, FileError, FileFacts, Outcome, Problem, Row, bundle, cerner_2020,
    input::{Input, walk_table},
    lantern,
    marks::Seen,
    medicaid, original, private,
};

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Organizations of the original Blue Button Connector, JSON.
    OriginalOrganizationsJson,
    /// Apps of the original Blue Button Connector, JSON.
    OriginalAppsJson,
    /// Organizations of the original Blue Button Connector, CSV.
    OriginalOrganizationsCsv,
    /// Apps of the original Blue Button Connector, CSV.
    OriginalAppsCsv,
    /// An endpoint list as ONC's Lantern keeps them.
    Lantern,
    /// A FHIR Bundle of Organization and Endpoint.
    Bundle,
    /// The endpoint list Cerner published until 2020.
    CernerEndpoints,
    /// CMS's table of state Medicaid agencies.
    StateMedicaid,
    /// A table that is known by its header and not read yet.
    RecognisedOnly(Table),
}

/// A table that is known and not read yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Table {
    /// What it is, for people.
    pub name: &'static str,
    /// Rows above the data.
    pub header_rows: usize,
    /// The source it belongs to.
    pub source: &'static str,
}

/// NPPES, the main file.
const NPPES: Table = Table { name: "the NPPES provider file", header_rows: 1, source: "nppes" };
/// NPPES, endpoints.
const NPPES_ENDPOINTS: Table = Table { name: "the NPPES endpoint file", header_rows: 1, source: "nppes" };

/// The shape of a file that begins with these bytes.
pub fn sniff(head: &[u8]) -> Result<Shape, FileError> {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
        return unknown("text in UTF-16; save it as UTF-8");
    }
    let head = head.trim_ascii_start();
    match head.first() {
        None => Err(FileError::Empty),
        Some(b'{' | b'[') => sniff_json(&outline(head)),
        Some(b'<') => sniff_markup(head),
        Some(_) if head.contains(&0) => unknown("binary data"),
        Some(_) => sniff_table(head),
    }
}

/// Opens a file, finds its shape, and reads it row by row. Rows are passed on while the file is read: when this
/// ends in an error, none of them may be kept.
pub fn read(path: &Path, emit: Emit<'_>) -> Result<FileFacts, FileError> {
    let input = Input::new(path);
    let shape = sniff(&input.head()?)?;
    let mut seen = Seen::default();
    let mut one_by_one = |row: Row| emit(seen.check(private::without(row)));
    let emit: Emit<'_> = &mut one_by_one;
    match shape {
        Shape::OriginalOrganizationsJson => original::organizations_json(input, emit),
        Shape::OriginalAppsJson => original::apps_json(input, emit),
        Shape::OriginalOrganizationsCsv => original::organizations_csv(input, emit),
        Shape::OriginalAppsCsv => original::apps_csv(input, emit),
        Shape::Lantern => lantern::read(input, emit),
        Shape::Bundle => bundle::read(input, emit),
        Shape::CernerEndpoints => cerner_2020::read(input, emit),
        Shape::StateMedicaid => medicaid::read(input, emit),
        Shape::RecognisedOnly(table) => recognised_only(input, table, emit),
    }
}

fn recognised_only(input: Input<'_>, table: Table, emit: Emit<'_>) -> Result<FileFacts, FileError> {
    let rows = walk_table(input, table.header_rows, &mut |number, _| {
        emit(Row {
            number,
            outcome: Outcome::Ignored(Problem::new(
                "",
                "format_not_read_yet",
                format!("this is {}, which this version does not read yet", table.name),
            )),
            notes: Vec::new(),
        })
    })?;
    Ok(FileFacts { rows, suggested_source: Some(table.source.to_owned()) })
}

fn unknown(what: &str) -> Result<Shape, FileError> {
    Err(FileError::UnknownShape(what.to_owned()))
}

fn sniff_markup(head: &[u8]) -> Result<Shape, FileError> {
    let start = String::from_utf8_lossy(&head[..head.len().min(4096)]).to_ascii_lowercase();
    if start.contains("<html") || start.contains("<!doctype html") || start.contains("<head") || start.contains("<body")
    {
        Err(FileError::Html)
    } else {
        unknown("XML or other markup; ask the publisher for JSON")
    }
}

fn sniff_table(head: &[u8]) -> Result<Shape, FileError> {
    let mut csv = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(head);
    let mut record = csv::ByteRecord::new();
    if !csv.read_byte_record(&mut record).unwrap_or(false) {
        return unknown("text");
    }
    let columns: Vec<String> = record.iter().map(|name| String::from_utf8_lossy(name).trim().to_lowercase()).collect();
    let has = |names: &[&str]| names.iter().all(|name| columns.iter().any(|column| column == name));
    if has(&["organization", "category", "url"]) {
        Ok(Shape::OriginalOrganizationsCsv)
    } else if has(&["name", "organization", "url", "description"]) {
        Ok(Shape::OriginalAppsCsv)
    } else if has(&["npi", "endpoint type", "endpoint"]) {
        Ok(Shape::RecognisedOnly(NPPES_ENDPOINTS))
    } else if has(&["npi", "entity type code"]) {
        Ok(Shape::RecognisedOnly(NPPES))
    } else if columns[0].starts_with("state medicaid agency") {
        Ok(Shape::StateMedicaid)
    } else if columns.len() > 1 {
        unknown(&format!("a table of {} columns, none of whose names is known", columns.len()))
    } else {
        unknown("text")
    }
}

fn sniff_json(outline: &Outline) -> Result<Shape, FileError> {
    let list_has = |list: &str, names: &[&str]| {
        outline.lists.get(list).is_some_and(|keys| names.iter().all(|name| keys.iter().any(|key| key == name)))
    };
    let has = |key: &str| outline.keys.contains_key(key);
    if !outline.object {
        return if list_has("", &["organization", "category"]) {
            Ok(Shape::OriginalOrganizationsJson)
        } else if list_has("", &["organization", "name"]) {
            Ok(Shape::OriginalAppsJson)
        } else if outline.lists.contains_key("") {
            unknown("a JSON list of objects whose keys are not known")
        } else {
            unknown("a JSON list without objects")
        };
    }
    match outline.keys.get("resourceType").map(String::as_str) {
        Some("Bundle") => return Ok(Shape::Bundle),
        Some(other) => return unknown(&format!("one FHIR resource {other:?}, not a Bundle")),
        None => {}
    }
    // The key `resourceType` may stand behind a long list of entries.
    if list_has("entry", &["resource"]) || list_has("entry", &["fullUrl"]) {
        Ok(Shape::Bundle)
    } else if has("Endpoints") {
        Ok(Shape::Lantern)
    } else if list_has("endpoints", &["name", "baseUrl"]) {
        Ok(Shape::CernerEndpoints)
    } else {
        let keys: Vec<&str> = outline.keys.keys().map(String::as_str).take(6).collect();
        unknown(&format!("a JSON object with the keys {}", keys.join(", ")))
    }
}

/// The outline of a JSON text that may be cut off anywhere.
#[derive(Debug, Default, PartialEq, Eq)]
struct Outline {
    /// Is the root an object (else a list)?
    object: bool,
    /// Keys of the root object, with their value where it is text.
    keys: BTreeMap<String, String>,
    /// Keys of the first object in each list that is the root (named by the empty text) or a value of the root.
    lists: BTreeMap<String, Vec<String>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    /// In an object; is the next string a key?
    Object {
        key_next: bool,
    },
    List,
}

fn outline(head: &[u8]) -> Outline {
    let mut found = Outline { object: head.first() == Some(&b'{'), ..Outline::default() };
    let mut levels: Vec<Level> = Vec::new();
    // The key of the root we are below, and the list whose first object we are in.
    let mut root_key = String::new();
    let mut first_of: Option<(usize, String)> = None;
    let mut bytes = head.iter().copied();
    while let Some(byte) = bytes.next() {
        match byte {
            b'{' => {
                let below_list = match levels.as_slice() {
                    [Level::List] => Some(String::new()),
                    [Level::Object { .. }, Level::List] => Some(root_key.clone()),
                    _ => None,
                };
                levels.push(Level::Object { key_next: true });
                if let Some(list) = below_list.filter(|list| !found.lists.contains_key(list)) {
                    found.lists.insert(list.clone(), Vec::new());
                    first_of = Some((levels.len(), list));
                }
            }
            b'[' => levels.push(Level::List),
            b'}' | b']' => {
                if first_of.as_ref().is_some_and(|(depth, _)| *depth == levels.len()) {
                    first_of = None;
                }
                levels.pop();
            }
            b',' => set_key_next(&mut levels, true),
            b':' => set_key_next(&mut levels, false),
            b'"' => {
                let Some(text) = string(&mut bytes) else { break };
                let is_key = levels.last() == Some(&Level::Object { key_next: true });
                match (levels.len(), is_key, &first_of) {
                    (1, true, _) => {
                        found.keys.insert(text.clone(), String::new());
                        root_key = text;
                    }
                    (1, false, _) if found.object => {
                        found.keys.insert(root_key.clone(), text);
                    }
                    (depth, true, Some((first, list))) if depth == *first => {
                        found.lists.entry(list.clone()).or_default().push(text);
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }
    found
}

fn set_key_next(levels: &mut [Level], next: bool) {
    if let Some(Level::Object { key_next }) = levels.last_mut() {
        *key_next = next;
    }
}

/// The rest of a string whose first quote was read; nothing when it is cut off. Escapes are kept as they are, for
/// the keys looked for have none.
fn string(bytes: &mut impl Iterator<Item = u8>) -> Option<String> {
    let mut text = Vec::new();
    loop {
        match bytes.next()? {
            b'"' => return Some(String::from_utf8_lossy(&text).into_owned()),
            b'\\' => {
                text.push(b'\\');
                text.push(bytes.next()?);
            }
            byte => text.push(byte),
        }
    }
}

/// Passes a row on: the number, what became of it, and the parts left out.
pub(super) fn row(number: u64, outcome: Outcome, notes: Vec<Problem>) -> Row {
    Row { number, outcome, notes }
}

/// A row that says nothing we keep.
pub(super) fn ignored(number: u64, problem: Problem) -> Row {
    row(number, Outcome::Ignored(problem), Vec::new())
}

/// Goes on; a short name for the one answer readers give most.
pub(super) const ON: ControlFlow<()> = ControlFlow::Continue(());

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::input::tests::{real, rows, rows_at, tally};

    #[test]
    fn shapes_are_told_by_content() {
        for (head, shape) in [
            (r#"[{"category":"lab","organization":"A"}]"#, Shape::OriginalOrganizationsJson),
            (r#" [ {"name":"A","organization":"B","url":""}]"#, Shape::OriginalAppsJson),
            ("\u{feff}\"organization\",\"category\",\"description\",\"url\"\r\n", Shape::OriginalOrganizationsCsv),
            ("name,organization,url,description\n", Shape::OriginalAppsCsv),
            (r#"{"Endpoints":[]}"#, Shape::Lantern),
            (r#"{"endpoints":[{"name":"A","baseUrl":"x"}]}"#, Shape::CernerEndpoints),
            (r#"{"resourceType" : "Bundle"}"#, Shape::Bundle),
            (r#"{"link":[{"relation":"self"}],"entry":[{"resource":{"id":"1"#, Shape::Bundle),
            ("\"NPI\",\"Entity Type Code\",\"Replacement NPI\"\n", Shape::RecognisedOnly(NPPES)),
            ("\"NPI\",\"Endpoint Type\",\"x\",\"Endpoint\"\n", Shape::RecognisedOnly(NPPES_ENDPOINTS)),
            ("\u{feff}State Medicaid Agency Interoperability and\n", Shape::StateMedicaid),
        ] {
            assert_eq!(sniff(head.as_bytes()), Ok(shape), "{head}");
        }
    }

    #[test]
    fn files_that_are_no_list_say_what_they_look_like() {
        assert_eq!(sniff(b""), Err(FileError::Empty));
        assert_eq!(sniff(b" \r\n\t"), Err(FileError::Empty));
        for (head, words) in [
            ("[]", "list without objects"),
            ("[1,2]", "list without objects"),
            (r#"[{"x":1}]"#, "keys are not known"),
            (r#"{"resourceType":"CapabilityStatement"}"#, "CapabilityStatement"),
            (r#"{"authorization_endpoint":"x"}"#, "authorization_endpoint"),
            ("<?xml version='1.0'?><Bundle/>", "XML"),
            ("Hello", "text"),
            ("a,b,c\n1,2,3", "3 columns"),
        ] {
            match sniff(head.as_bytes()) {
                Err(FileError::UnknownShape(what)) => assert!(what.contains(words), "{head}: {what}"),
                other => panic!("{head}: {other:?}"),
            }
        }
        assert!(matches!(sniff(b"\xff\xfe[\0"), Err(FileError::UnknownShape(_))));
    }

    #[test]
    fn trap_10_a_web_page_where_data_was_expected() {
        for page in ["<!DOCTYPE html><html>", "\n<HTML><head>", "<!-- x --><html lang='en'>"] {
            assert_eq!(sniff(page.as_bytes()), Err(FileError::Html));
            assert_eq!(rows(page).unwrap_err(), FileError::Html);
        }
    }

    #[test]
    fn tables_not_read_yet_are_counted_row_by_row() {
        let (facts, rows) = rows("\"NPI\",\"Entity Type Code\"\n1,2\n\"3\n4\",2\n").unwrap();
        assert_eq!((facts.rows, rows.len()), (2, 2));
        assert_eq!(tally(&rows)["ignored format_not_read_yet"], 2);
        assert_eq!(rows[1].number, 3);
    }

    /// One small file of every shape that is read.
    const SAMPLES: &[&str] = &[
        r#"[{"category":"lab","organization":"A","url":"https://a.org/","states":["TX"],"id":"a"}]"#,
        r#"[{"name":"A","organization":"B","url":"https://a.org/"}]"#,
        r#"{"Endpoints":[{"URL":"https://a.org/r4","OrganizationName":"A","NPIID":"","OrganizationZipCode":""}]}"#,
        r#"{"endpoints":[{"name":"A","baseUrl":"https://a.org/r4","type":"prod"}]}"#,
        r#"{"resourceType":"Bundle","entry":[{"fullUrl":"https://a.org/Organization/1","resource":
            {"resourceType":"Organization","id":"1","name":"A","partOf":{"reference":"Organization/1"}}}]}"#,
        "organization,category,description,url,states,view\nA,lab,,https://a.org/,TX,y\n",
        "State Medicaid Agency,,\nState,Production Base URL for Claims Data (CARIN BB),\"Status\n(drop-down list)\"\n\
            TX,https://a.org/r4,Active\n",
    ];

    #[test]
    fn a_file_cut_anywhere_never_passes_for_a_whole_one() {
        for sample in SAMPLES {
            assert!(rows(sample).is_ok_and(|(_, rows)| rows.len() == 1), "{sample}");
            let json = sample.starts_with(['{', '[']);
            for at in 0..sample.len() {
                let cut = rows(&sample[..at]);
                assert!(!json || cut.is_err(), "{}", &sample[..at]);
            }
        }
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(300))]
        #[test]
        fn no_content_brings_a_reader_down(
            sample in 0..SAMPLES.len(),
            changes in proptest::collection::vec((0_usize..400, proptest::prelude::any::<u8>()), 1..6),
        ) {
            let mut bytes = SAMPLES[sample].as_bytes().to_vec();
            for (at, byte) in changes {
                let at = at % bytes.len();
                bytes[at] = byte;
            }
            // Any answer will do but a panic.
            let _ = rows(bytes);
        }
    }

    #[test]
    fn real_tables_that_are_not_read_yet() {
        for (file, count) in [("nppes/npidata_pfile_sample.csv", 998), ("nppes/endpoint_pfile_sample.csv", 74)] {
            let Some(path) = real(file) else { return };
            let (facts, rows) = rows_at(&path).unwrap();
            assert_eq!(facts.rows, count, "{file}");
            assert_eq!(tally(&rows)["ignored format_not_read_yet"] as u64, count);
        }
    }

    #[test]
    fn real_empty_file_and_real_files_of_other_kinds() {
        let Some(path) = real("lantern/empty.json") else { return };
        assert_eq!(rows_at(&path).unwrap_err(), FileError::Empty);
        for file in ["capability/epic_capability_dstu2.json", "capability/fhir_sandbox_smart_response.json"] {
            assert!(matches!(rows_at(&real(file).unwrap()), Err(FileError::UnknownShape(_))));
        }
    }
}
