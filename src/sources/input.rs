//! The bytes of one file: opened, unpacked, and walked row by row.
//!
//! A path in; JSON values or table records out, one at a time. What holds: memory never grows with the file, one
//! malformed row is that row's problem, and a file that does not end as it should is a [`FileError`].

use std::{
    cell::Cell,
    fs::File,
    io::{self, BufRead, BufReader, Cursor, Read},
    ops::ControlFlow,
    path::Path,
    rc::Rc,
};

use flate2::bufread::MultiGzDecoder;
use serde::de::DeserializeOwned;
use serde_json::{Value, value::RawValue};

use super::{
    FileError, Problem,
    archive::Member,
    elements::{Broken, Scanner},
    limits::{Meter, Metered, PARTS, ROWS},
};

/// How much of a file is looked at to find its shape.
pub const HEAD: usize = 64 * 1024;
/// The byte order mark of UTF-8, which some programs put in front of a file.
const BOM: &[u8] = b"\xef\xbb\xbf";
/// The first bytes of a gzip file (RFC 1952).
const GZIP: &[u8] = b"\x1f\x8b";
/// The first bytes of a Zstandard file (RFC 8878).
const ZSTD: &[u8] = b"\x28\xb5\x2f\xfd";

/// An open file: buffered last, so that a parser may ask for byte after byte.
pub type Opened = BufReader<Box<dyn Read>>;

/// A file, or a file inside a ZIP file, that can be read more than once.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    path: &'a Path,
    member: Option<Member>,
}

impl<'a> Input<'a> {
    /// The file at a path; nothing is opened yet.
    pub fn new(path: &'a Path) -> Self {
        Self { path, member: None }
    }

    /// A file inside the ZIP file at a path.
    pub fn member(path: &'a Path, member: Member) -> Self {
        Self { path, member: Some(member) }
    }

    /// Opens it at its beginning: gzip and Zstandard are unpacked on the way, a byte order mark is skipped.
    pub fn open(&self) -> Result<Opened, FileError> {
        let raw: io::Result<Box<dyn Read>> = match self.member {
            Some(member) => member.open(self.path),
            None => File::open(self.path).map(|file| Box::new(file) as Box<dyn Read>),
        };
        let mut file = BufReader::with_capacity(HEAD, raw.map_err(|e| io_error(&e))?);
        let head = file.fill_buf().map_err(|e| io_error(&e))?;
        let mut plain: Box<dyn Read> = if head.starts_with(GZIP) {
            Box::new(MultiGzDecoder::new(file))
        } else if head.starts_with(ZSTD) {
            Box::new(zstd::Decoder::with_buffer(file).map_err(|e| io_error(&e))?)
        } else {
            Box::new(file)
        };
        let mut first = Vec::with_capacity(BOM.len());
        plain.by_ref().take(BOM.len() as u64).read_to_end(&mut first).map_err(|e| io_error(&e))?;
        if first == BOM {
            first.clear();
        }
        Ok(BufReader::with_capacity(HEAD, Box::new(Cursor::new(first).chain(plain))))
    }

    /// Its first bytes, at most [`HEAD`].
    pub fn head(&self) -> Result<Vec<u8>, FileError> {
        let mut head = Vec::with_capacity(HEAD);
        self.open()?.take(HEAD as u64).read_to_end(&mut head).map_err(|e| io_error(&e))?;
        Ok(head)
    }
}

/// A packed file that ends early is broken (Zstandard calls all its errors `Other`); everything else is the machine's
/// business.
pub(super) fn io_error(error: &io::Error) -> FileError {
    match error.kind() {
        io::ErrorKind::UnexpectedEof
        | io::ErrorKind::InvalidData
        | io::ErrorKind::InvalidInput
        | io::ErrorKind::Other => FileError::Broken { at: "an unknown place".to_owned(), what: error.to_string() },
        io::ErrorKind::FileTooLarge => FileError::TooBig(error.to_string()),
        _ => FileError::Io(error.to_string()),
    }
}

/// What a walk over a JSON list calls for each element: its position from 1, and its value or why it has none.
pub type EachValue<'a> = Each<'a, Value>;

/// The same for elements that are read as something else than a value.
pub type Each<'a, T> = &'a mut dyn FnMut(u64, Result<T, Problem>) -> ControlFlow<()>;

/// Walks the list of a JSON file element by element: the root itself, or the value of one key of the root object.
/// Answers how many elements it saw.
pub fn walk_list(input: Input<'_>, list: Option<&str>, each: EachValue<'_>) -> Result<u64, FileError> {
    walk_at_most(ROWS, input, list, each)
}

/// The same for readers that keep a table: more than `rows` elements are too many.
pub fn walk_at_most(rows: u64, input: Input<'_>, list: Option<&str>, each: EachValue<'_>) -> Result<u64, FileError> {
    walk_as(rows, input, list, each)
}

/// The same, each element read as a `T`: a reader that needs little of them need not make values of the rest.
pub fn walk_as<T: DeserializeOwned>(
    rows: u64,
    input: Input<'_>,
    list: Option<&str>,
    each: Each<'_, T>,
) -> Result<u64, FileError> {
    let meter = Meter::new(rows);
    let json = Scanner::new(BufReader::with_capacity(HEAD, Metered::new(input.open()?, meter.clone())));
    let mut walk = Walk { json, count: 0, meter, each };
    match walk.root(list) {
        Ok(()) | Err(Ended::Told) => Ok(walk.count),
        Err(Ended::Broken(Broken::Io(error))) => Err(io_error(&error)),
        Err(Ended::Broken(Broken::Expected(what))) => {
            let (line, column) = walk.json.place();
            Err(FileError::Broken { at: format!("line {line} column {column}"), what: format!("expected {what}") })
        }
        Err(Ended::NotJson(error)) => {
            // The value that cannot be read ends here; where in it, the parser says.
            let (line, column) = walk.json.place();
            Err(FileError::Broken { at: format!("line {line} column {column}"), what: error.to_string() })
        }
    }
}

/// Why a walk ends before the file does.
enum Ended {
    /// Whoever reads it has enough.
    Told,
    /// It is no list.
    Broken(Broken),
    /// A value in it is not JSON.
    NotJson(serde_json::Error),
}

impl From<Broken> for Ended {
    fn from(broken: Broken) -> Self {
        Self::Broken(broken)
    }
}

impl From<io::Error> for Ended {
    fn from(error: io::Error) -> Self {
        Self::Broken(Broken::Io(error))
    }
}

struct Walk<'e, R, T> {
    json: Scanner<R>,
    count: u64,
    meter: Meter,
    each: Each<'e, T>,
}

impl<R: BufRead, T: DeserializeOwned> Walk<'_, R, T> {
    /// Walks the root, to the end of the file.
    fn root(&mut self, list: Option<&str>) -> Result<(), Ended> {
        match list {
            None => self.list()?,
            Some(list) => self.object(list)?,
        }
        match self.json.peek()? {
            None => Ok(()),
            Some(_) => Err(Broken::Expected("nothing more").into()),
        }
    }

    /// Walks an object in which one key holds the list.
    fn object(&mut self, list: &str) -> Result<(), Ended> {
        self.json.expect(b'{', "an object")?;
        if self.json.take(b'}')? {
            return Ok(());
        }
        loop {
            self.json.read()?;
            let key: String = serde_json::from_slice(self.json.value()).map_err(Ended::NotJson)?;
            self.json.expect(b':', "`:`")?;
            if key == list && self.json.peek()? == Some(b'[') {
                self.list()?;
            } else {
                self.json.read()?;
                let _: &RawValue = serde_json::from_slice(self.json.value()).map_err(Ended::NotJson)?;
                if key == list && self.json.value() != b"null" {
                    return Err(Broken::Expected("a list").into());
                }
            }
            if self.json.take(b'}')? {
                return Ok(());
            }
            self.json.expect(b',', "`,` or `}`")?;
        }
    }

    fn list(&mut self) -> Result<(), Ended> {
        self.json.expect(b'[', "a list")?;
        if self.json.take(b']')? {
            return Ok(());
        }
        loop {
            self.json.read()?;
            self.count += 1;
            self.meter.row();
            let value = element(self.json.value())?;
            if (self.each)(self.count, value).is_break() {
                return Err(Ended::Told);
            }
            if self.json.take(b']')? {
                return Ok(());
            }
            self.json.expect(b',', "`,` or `]`")?;
        }
    }
}

/// An element's value. Only broken JSON ends the file: an element that cannot be a value (a number out of range, nesting
/// without end) is that element's problem.
fn element<T: DeserializeOwned>(bytes: &[u8]) -> Result<Result<T, Problem>, Ended> {
    let error = match serde_json::from_slice(bytes) {
        Ok(value) => return Ok(Ok(value)),
        Err(error) => error,
    };
    let _: &RawValue = serde_json::from_slice(bytes).map_err(Ended::NotJson)?;
    Ok(Err(Problem::malformed(&error.to_string())))
}

/// The text of a field of a JSON object; numbers are taken as text, everything else is empty.
pub fn text(value: &Value, field: &str) -> String {
    match value.get(field) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// The record of a table, its fields found by the name of their column.
#[derive(Debug)]
pub struct Record<'a> {
    columns: &'a [String],
    fields: Vec<String>,
}

impl Record<'_> {
    /// The field of a column, empty when there is none.
    pub fn get(&self, column: &str) -> &str {
        self.columns
            .iter()
            .position(|known| known == column)
            .and_then(|at| self.fields.get(at))
            .map_or("", String::as_str)
    }

    /// The names of the columns, in lower case.
    pub fn columns(&self) -> &[String] {
        self.columns
    }

    /// Is there nothing in it, as in the lines a spreadsheet leaves at its end?
    pub fn is_blank(&self) -> bool {
        self.fields.iter().all(|field| field.trim().is_empty())
    }
}

/// What a walk over a table calls for each record: its line, and the record or why it cannot be read.
pub type EachRecord<'a> = &'a mut dyn FnMut(u64, Result<Record<'_>, Problem>) -> ControlFlow<()>;

/// Walks a comma-separated table (RFC 4180) below its header rows; the last header row names the columns (taken in
/// lower case). Answers how many records it saw.
pub fn walk_table(input: Input<'_>, header_rows: usize, each: EachRecord<'_>) -> Result<u64, FileError> {
    let (tail, meter) = (Rc::new(Tail::default()), Meter::new(ROWS));
    let mut csv = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(Watched { inner: Metered::new(input.open()?, meter.clone()), tail: Rc::clone(&tail) });
    let mut columns: Vec<String> = Vec::new();
    let mut record = csv::ByteRecord::new();
    let (mut seen, mut count, mut whole) = (0_usize, 0, true);
    while csv.read_byte_record(&mut record).map_err(|e| csv_error(&e))? {
        seen += 1;
        meter.row();
        let fields: Vec<String> = record.iter().map(decode).collect();
        if seen <= header_rows {
            columns = fields.iter().map(|name| name.trim().to_lowercase()).collect();
            continue;
        }
        count += 1;
        let line = record.position().map_or(0, csv::Position::line);
        whole = fields.len() == columns.len();
        let read = if whole {
            Ok(Record { columns: &columns, fields })
        } else {
            Err(Problem::malformed(&format!("{} fields under {} columns", fields.len(), columns.len())))
        };
        if each(line, read).is_break() {
            return Ok(count);
        }
    }
    if tail.cut_off(whole) {
        return Err(FileError::Broken { at: format!("record {count}"), what: "the last record is cut off".to_owned() });
    }
    Ok(count)
}

/// What the end of a table tells: a file that was cut off has no line end, and an open quote or a short record.
#[derive(Debug, Default)]
struct Tail {
    quotes: Cell<u64>,
    last: Cell<u8>,
}

impl Tail {
    fn cut_off(&self, last_record_whole: bool) -> bool {
        let open_quote = !self.quotes.get().is_multiple_of(2);
        self.last.get() != b'\n' && (open_quote || !last_record_whole)
    }
}

struct Watched<R> {
    inner: R,
    tail: Rc<Tail>,
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        let quotes = buffer[..n].iter().map(|b| u64::from(*b == b'"')).sum::<u64>();
        self.tail.quotes.set(self.tail.quotes.get() + quotes);
        if let Some(last) = buffer[..n].last() {
            self.tail.last.set(*last);
        }
        Ok(n)
    }
}

fn csv_error(error: &csv::Error) -> FileError {
    match error.kind() {
        csv::ErrorKind::Io(io) => io_error(io),
        _ => FileError::Broken {
            at: error
                .position()
                .map_or_else(|| "an unknown place".to_owned(), |position| format!("line {}", position.line())),
            what: error.to_string(),
        },
    }
}

/// A field as text: UTF-8, else Latin-1 as older spreadsheets write it; the escape that keeps spreadsheets from
/// running a field as a formula is undone.
pub(super) fn decode(field: &[u8]) -> String {
    let text = match std::str::from_utf8(field) {
        Ok(text) => text.to_owned(),
        Err(_) => field.iter().map(|b| char::from(*b)).collect(),
    };
    unescape_formula(text)
}

/// `'=1+1` was written for `=1+1`, `''=` for `'=` (CONTRACT section 7: a leading `= + - @ tab CR` is escaped reversibly).
pub fn unescape_formula(text: String) -> String {
    let rest = text.trim_start_matches('\'');
    let escaped = rest.len() < text.len() && rest.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if escaped { text[1..].to_owned() } else { text }
}

/// What stands between the parts of a value that has several, in every table we write.
pub const BETWEEN: &str = " | ";

/// A field that a spreadsheet would run as a formula with a `'` before it, as every table we write has it; what begins
/// with such a mark of its own gets one more.
pub fn escape_formula(text: &str) -> String {
    let dangerous = text.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r']);
    if dangerous { format!("'{text}") } else { text.to_owned() }
}

impl Problem {
    /// A row that cannot be read as a row at all.
    pub fn malformed(why: &str) -> Self {
        Self::new("", "malformed_row", format!("the row cannot be read: {why}"))
    }

    /// A field with more parts than are kept.
    pub fn too_many(field: &str) -> Self {
        Self::new(field, "too_many", format!("a list in it has more than {PARTS} parts; only the first are kept"))
    }

    /// A problem of a field.
    pub fn new(field: &str, code: &str, reason: impl Into<String>) -> Self {
        Self { field: field.to_owned(), code: code.to_owned(), reason: reason.into() }
    }
}

#[cfg(test)]
pub(in crate::sources) mod tests {
    use std::io::Write;

    use super::*;
    use crate::{
        model::listing::{Body, Listing, OrganizationFacts},
        sources::{FileFacts, Outcome, Row, shape},
    };

    /// A file with this content.
    pub fn file(content: impl AsRef<[u8]>) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(content.as_ref()).unwrap();
        file.flush().unwrap();
        file
    }

    /// Every row of a file with this content.
    pub fn rows(content: impl AsRef<[u8]>) -> Result<(FileFacts, Vec<Row>), FileError> {
        rows_at(file(content).path())
    }

    /// Every row of the file at a path.
    pub fn rows_at(path: &Path) -> Result<(FileFacts, Vec<Row>), FileError> {
        let mut rows = Vec::new();
        let facts = shape::read(path, &mut |row| {
            rows.push(row);
            ControlFlow::Continue(())
        })?;
        Ok((facts, rows))
    }

    /// The folder of real input, or nothing (said aloud) when there is none.
    pub fn real(file: &str) -> Option<std::path::PathBuf> {
        let folder = std::env::var_os("CONNECTOR_REAL_DATA");
        if folder.is_none() {
            eprintln!("skipped: CONNECTOR_REAL_DATA is not set, so {file} is not read");
        }
        folder.map(|folder| Path::new(&folder).join(file))
    }

    /// The listing of a row about an organization, and what it says.
    pub fn listing(row: &Row) -> (&Listing, &OrganizationFacts) {
        match &row.outcome {
            Outcome::Listing(listing) => match &listing.body {
                Body::Organization(facts) => (listing, facts),
                Body::App(_) => panic!("an app"),
            },
            other => panic!("{other:?}"),
        }
    }

    /// What a row says of an organization.
    pub fn facts(row: &Row) -> &OrganizationFacts {
        listing(row).1
    }

    /// How many rows became what: listings, quarantined and ignored by code.
    pub fn tally(rows: &[Row]) -> std::collections::BTreeMap<String, usize> {
        let mut tally = std::collections::BTreeMap::new();
        for row in rows {
            let what = match &row.outcome {
                Outcome::Listing(_) => "listing".to_owned(),
                Outcome::Quarantined { problem, .. } => format!("quarantined {}", problem.code),
                Outcome::Ignored(problem) | Outcome::ManyIgnored { problem, .. } => {
                    format!("ignored {}", problem.code)
                }
                Outcome::Closed { .. } => "closed".to_owned(),
            };
            *tally.entry(what).or_default() += match &row.outcome {
                Outcome::ManyIgnored { rows, .. } => *rows as usize,
                _ => 1,
            };
        }
        tally
    }

    fn walk(content: &str, list: Option<&str>) -> Result<(u64, Vec<Result<Value, Problem>>), FileError> {
        let file = file(content);
        let mut seen = Vec::new();
        let count = walk_list(Input::new(file.path()), list, &mut |_, value| {
            seen.push(value);
            ControlFlow::Continue(())
        })?;
        Ok((count, seen))
    }

    #[test]
    fn a_list_is_walked_wherever_it_stands() {
        assert_eq!(walk("[1,2]", None).unwrap().0, 2);
        assert_eq!(walk(r#"{"a":{"list":[1]},"list":[1,2,3]}"#, Some("list")).unwrap().0, 3);
        assert_eq!(walk(r#"{"list":null}"#, Some("list")).unwrap().0, 0);
    }

    #[test]
    fn one_bad_element_is_not_the_end_of_the_file() {
        let deep = format!("{}{}", "[".repeat(400), "]".repeat(400));
        let (count, seen) = walk(&format!(r#"[{{"a":1}},1e999,{deep},{{"a":2}}]"#), None).unwrap();
        assert_eq!(count, 4);
        assert_eq!(seen.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, false, true]);
    }

    #[test]
    fn broken_json_says_where() {
        for broken in [r#"[{"a":1},{"a"#, r#"[{"a":1} {"a":2}]"#, r#"[{"a":1}] more"#] {
            assert!(
                matches!(walk(broken, None), Err(FileError::Broken { at, .. }) if at.starts_with("line 1")),
                "{broken}"
            );
        }
    }

    #[test]
    fn a_walk_stops_when_told() {
        let file = file("[1,2,3");
        let mut seen = 0;
        let read = walk_list(Input::new(file.path()), None, &mut |_, _| {
            seen += 1;
            ControlFlow::Break(())
        });
        assert_eq!((read, seen), (Ok(1), 1));
    }

    #[test]
    fn gzip_and_byte_order_mark_are_taken_off() {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(b"\xef\xbb\xbf[1,2]").unwrap();
        let packed = packed.finish().unwrap();
        let whole = file(&packed);
        assert_eq!(Input::new(whole.path()).head().unwrap(), b"[1,2]");
        let cut = file(&packed[..packed.len() - 9]);
        assert!(matches!(
            walk_list(Input::new(cut.path()), None, &mut |_, _| ControlFlow::Continue(())),
            Err(FileError::Broken { .. })
        ));
    }

    fn table(content: &[u8]) -> Result<Vec<Result<String, Problem>>, FileError> {
        let file = file(content);
        let mut seen = Vec::new();
        walk_table(Input::new(file.path()), 1, &mut |_, record| {
            seen.push(record.map(|r| r.get("b").to_owned()));
            ControlFlow::Continue(())
        })?;
        Ok(seen)
    }

    #[test]
    fn tables_with_quotes_line_ends_and_old_encodings() {
        let seen = table(b"A,B\r\n1,\"two\r\nlines\"\r\n2,Ni\xf1os\r\n3,'=SUM(A1)\r\n4\r\n").unwrap();
        assert_eq!(seen[0].as_deref(), Ok("two\r\nlines"));
        assert_eq!(seen[1].as_deref(), Ok("Niños"));
        assert_eq!(seen[2].as_deref(), Ok("=SUM(A1)"));
        assert_eq!(seen[3].as_ref().map_err(|p| p.code.as_str()), Err("malformed_row"));
    }

    #[test]
    fn a_table_that_was_cut_off_is_broken() {
        assert!(table(b"a,b\n1,2").is_ok());
        for cut in [&b"a,b\n1,2\n3"[..], b"a,b\n1,2\n3,\"fo"] {
            assert!(matches!(table(cut), Err(FileError::Broken { .. })), "{cut:?}");
        }
    }

    #[test]
    fn only_our_own_escape_is_undone() {
        for (from, to) in [("'=x", "=x"), ("''=x", "'=x"), ("'s Hertogenbosch", "'s Hertogenbosch"), ("=x", "=x")] {
            assert_eq!(unescape_formula(from.to_owned()), to);
            assert_eq!(unescape_formula(escape_formula(from)), from);
        }
    }
}
