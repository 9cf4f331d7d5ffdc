//! Which reader a file belongs to, told from its content and never from its name.
//!
//! The first bytes in, a [`Shape`] out; [`read`] opens, looks, and hands over. What holds: a file of no known shape
//! changes nothing and says what it looks like; the keys of the listings of one file are all different; no row carries
//! what is private (`private`), whichever reader made it.

use std::{collections::BTreeMap, ops::ControlFlow, path::Path};

use super::{
    Emit, FileError, FileFacts, Outcome, Problem, Row, bundle, cerner_2020, chpl, cms_payers, cms_providers,
    input::Input, lantern, marks::Seen, medicaid, npd, nppes, original, payer_index, private, set, template,
};
use crate::model::text;

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
    /// What CMS asks EHR vendors and networks to release: clinicians, organizations, endpoints.
    CmsProviders,
    /// What CMS asks health plans to release: endpoints.
    CmsPayers,
    /// The Certified Health IT Product List: a list of developers' lists.
    Chpl,
    /// A health plan's well-known index.
    PayerIndex,
    /// The Connector's own table.
    Template,
    /// One of the files of NPPES.
    Nppes(nppes::Kind),
    /// NDJSON of FHIR resources, as CMS's National Provider Directory is given out.
    Ndjson(npd::Told),
    /// The manifest of a release of that directory.
    NpdManifest,
}

impl Shape {
    /// The source whose files have this shape, when several files make one load of it.
    pub fn family(self) -> Option<&'static str> {
        match self {
            Self::Nppes(_) => Some(nppes::SOURCE),
            Self::Ndjson(npd::Told { of_cms: true, .. }) | Self::NpdManifest => Some(npd::SOURCE),
            _ => None,
        }
    }
}

/// The shape of a file that begins with these bytes.
pub fn sniff(head: &[u8]) -> Result<Shape, FileError> {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
        return unknown("text in UTF-16; save it as UTF-8");
    }
    let head = head.trim_ascii_start();
    match head.first() {
        None => Err(FileError::Empty),
        Some(b'{' | b'[') => match npd::sniff(head) {
            Some(told) => Ok(Shape::Ndjson(told)),
            None => sniff_json(&outline(head)),
        },
        Some(b'<') => sniff_markup(head),
        Some(_) if head.contains(&0) => unknown("binary data"),
        Some(_) => sniff_table(head),
    }
}

/// Opens a file, finds its shape, and reads it row by row. Rows are passed on while the file is read: when this
/// ends in an error, none of them may be kept. Files that belong together are read by [`set::read`].
pub fn read(path: &Path, emit: Emit<'_>) -> Result<FileFacts, FileError> {
    match set::read(&[path], &mut |_, row| emit(row)) {
        Ok(mut facts) => Ok(facts.remove(0)),
        Err((_, error)) => Err(error),
    }
}

/// Reads one list of a known shape.
pub(super) fn read_one(input: Input<'_>, shape: Shape, emit: Emit<'_>) -> Result<FileFacts, FileError> {
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
        Shape::CmsProviders => cms_providers::read(input, emit),
        Shape::CmsPayers => cms_payers::read(input, emit),
        Shape::Chpl => chpl::read(input, emit),
        Shape::PayerIndex => payer_index::read(input, emit),
        Shape::Template => template::read(input, emit),
        Shape::Nppes(_) | Shape::Ndjson(_) | Shape::NpdManifest => {
            Err(FileError::UnknownShape("a part of a set of files, read on its own".to_owned()))
        }
    }
}

/// What a file looks like may be told in words of the file itself: they are cleaned.
fn unknown(what: &str) -> Result<Shape, FileError> {
    Err(FileError::UnknownShape(text::clean(what, 300)))
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
    if has(&["row", "key", "name"]) {
        Ok(Shape::Template)
    } else if has(&cms_providers::COLUMNS) {
        Ok(Shape::CmsProviders)
    } else if has(&cms_payers::COLUMNS) {
        Ok(Shape::CmsPayers)
    } else if has(&["organization", "category", "url"]) {
        Ok(Shape::OriginalOrganizationsCsv)
    } else if has(&["name", "organization", "url", "description"]) {
        Ok(Shape::OriginalAppsCsv)
    } else if let Some(kind) = nppes::Kind::of_columns(&columns) {
        Ok(Shape::Nppes(kind))
    } else if columns[0].starts_with("nppes deactivated npi report") {
        Ok(Shape::Nppes(nppes::Kind::Deactivated))
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
        Some(other) if payer_index::RESOURCE_TYPES.iter().any(|known| other.ends_with(known)) => {
            return Ok(Shape::PayerIndex);
        }
        Some(other) => return unknown(&format!("one FHIR resource {other:?}, not a Bundle")),
        None => {}
    }
    // The key `resourceType` may stand behind a long list of entries.
    if list_has("entry", &["resource"]) || list_has("entry", &["fullUrl"]) {
        Ok(Shape::Bundle)
    } else if list_has("results", &[chpl::KEY]) {
        Ok(Shape::Chpl)
    } else if has("files") && has("compression_algorithm") {
        Ok(Shape::NpdManifest)
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
    use crate::sources::input::tests::{real, rows, rows_at};

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
            ("\"NPI\",\"Entity Type Code\",\"Replacement NPI\"\n", Shape::Nppes(nppes::Kind::Main)),
            ("\"NPI\",\"Endpoint Type\",\"x\",\"Endpoint\"\n", Shape::Nppes(nppes::Kind::Endpoints)),
            (
                "NPI,Provider Other Organization Name,Provider Other Organization Name Type Code\n",
                Shape::Nppes(nppes::Kind::OtherNames),
            ),
            ("NPI,Provider Secondary Practice Location Address- Address Line 1\n", Shape::Nppes(nppes::Kind::Places)),
            ("NPI,NPPES Deactivation Date\n", Shape::Nppes(nppes::Kind::Deactivated)),
            ("NPPES Deactivated NPI Report as of Nov 10 2026,\n", Shape::Nppes(nppes::Kind::Deactivated)),
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
    fn what_a_file_looks_like_is_told_in_clean_words() {
        let keys = format!("{{\"\u{1b}[31m{}\":1}}", "x".repeat(9_000));
        let Err(FileError::UnknownShape(what)) = sniff(keys.as_bytes()) else { panic!("no list") };
        assert!(what.len() < 400 && !what.chars().any(char::is_control), "{what:?}");
    }

    #[test]
    fn trap_10_a_web_page_where_data_was_expected() {
        for page in ["<!DOCTYPE html><html>", "\n<HTML><head>", "<!-- x --><html lang='en'>"] {
            assert_eq!(sniff(page.as_bytes()), Err(FileError::Html));
            assert_eq!(rows(page).unwrap_err(), FileError::Html);
        }
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
        "submitter_name,personal_npi,organizational_npi,organization_name,fhir_endpoint_url\n\
            V,1234567893,1083790893,A,https://a.org/r4\n",
        "payer_id,payer_lbn,fhir_url,fhir_url_type\n1,A,https://a.org/r4,patient_access_api\n",
        r#"{"resourceType":"http://a.org/NDHPayerWellknownDefinition","payerLegalName":"A","plan_groups":[
            {"plan_endpoints":{"carin_bluebutton_endpoint#1.0":"https://a.org/r4"}}]}"#,
        "row,key,name,url\norganization,a,A,\nportal,,MyA,https://a.org/\n",
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
    fn real_empty_file_and_real_files_of_other_kinds() {
        let Some(path) = real("lantern/empty.json") else { return };
        assert_eq!(rows_at(&path).unwrap_err(), FileError::Empty);
        for file in ["capability/epic_capability_dstu2.json", "capability/fhir_sandbox_smart_response.json"] {
            assert!(matches!(rows_at(&real(file).unwrap()), Err(FileError::UnknownShape(_))));
        }
    }
}
