//! Records of a table as wide as NPPES: found fast, taken apart only when somebody asks.
//!
//! Bytes in, one [`Records`] row at a time out. Ten million rows of 330 columns go by here and three of four are
//! persons, so a row is only looked at as far as needed: [`Records::leading`] reads its first fields. What holds: a
//! row is never longer than [`ROW_LIMIT`], a quote left open ends with its row, rows and unpacked bytes are counted
//! (`limits`), and a file that was cut off is broken.

use std::{
    borrow::Cow,
    io::{BufRead, BufReader, Read},
};

use crate::sources::{
    FileError, Problem,
    input::{self, HEAD, Opened},
    limits::{Meter, Metered, REGISTER_ROWS},
};

/// The longest row that is read, in bytes; NPPES rows have about a thousand.
const ROW_LIMIT: usize = 1 << 20;
/// A row of NPPES begins with its NPI: a quote or none, ten digits, a quote or a comma.
const NPI_DIGITS: usize = 10;

/// The rows of an open table.
pub struct Records {
    input: BufReader<Metered<Opened>>,
    meter: Meter,
    columns: Vec<String>,
    record: Vec<u8>,
    /// A line that was read already and begins the next row.
    pending: Vec<u8>,
    fields: Vec<(u32, u32)>,
    /// Line of the record, from 1, and lines read so far.
    at: u64,
    lines: u64,
}

impl Records {
    /// A table whose first row names the columns.
    pub fn open(input: Opened) -> Result<Self, FileError> {
        Self::at_most(REGISTER_ROWS, input)
    }

    /// The same; more lines than `rows`, blank ones too, are too many.
    fn at_most(rows: u64, input: Opened) -> Result<Self, FileError> {
        let meter = Meter::new(rows);
        let table = Self {
            input: BufReader::with_capacity(HEAD, Metered::new(input, meter.clone())),
            meter,
            columns: Vec::new(),
            record: Vec::new(),
            pending: Vec::new(),
            fields: Vec::new(),
            at: 0,
            lines: 0,
        };
        table.below_title()
    }

    /// The table below a line of its title: the next row names the columns.
    pub fn below_title(mut self) -> Result<Self, FileError> {
        if self.advance()? {
            split(&self.record, usize::MAX, &mut self.fields);
            self.columns = (0..self.fields.len()).map(|at| plain(&self.field(at))).collect();
        }
        Ok(self)
    }

    /// Where the column with this name stands; spaces, hyphens and case of the name do not count.
    pub fn column(&self, name: &str) -> Option<usize> {
        let name = plain(name);
        self.columns.iter().position(|column| *column == name)
    }

    /// Goes to the next row; `false` at the end of the file.
    pub fn advance(&mut self) -> Result<bool, FileError> {
        loop {
            if !self.read_record()? {
                return Ok(false);
            }
            if !self.record.iter().all(u8::is_ascii_whitespace) {
                return Ok(true);
            }
        }
    }

    /// Line of the row in the file, from 1.
    pub fn line(&self) -> u64 {
        self.at
    }

    /// Takes only the first `count` fields apart.
    pub fn leading(&mut self, count: usize) {
        split(&self.record, count, &mut self.fields);
    }

    /// Takes the whole row apart. A row with more or fewer fields than columns cannot be read.
    pub fn whole(&mut self) -> Result<(), Problem> {
        split(&self.record, usize::MAX, &mut self.fields);
        let (fields, columns) = (self.fields.len(), self.columns.len());
        if fields == columns {
            Ok(())
        } else {
            Err(Problem::malformed(&format!("{fields} fields under {columns} columns")))
        }
    }

    /// The bytes of a field that was taken apart, without the quotes around them; empty when there is none.
    pub fn bytes(&self, at: usize) -> &[u8] {
        self.fields.get(at).map_or(&[], |(from, to)| &self.record[*from as usize..*to as usize])
    }

    /// A field as text: UTF-8 or else Latin-1, trimmed, double quotes undone.
    pub fn field(&self, at: usize) -> Cow<'_, str> {
        let bytes = self.bytes(at).trim_ascii();
        if bytes.is_empty() {
            return Cow::Borrowed("");
        }
        let odd = |b: &u8| matches!(b, b'"' | b'\'') || !b.is_ascii();
        match std::str::from_utf8(bytes) {
            Ok(text) if !bytes.iter().any(odd) => Cow::Borrowed(text),
            _ => Cow::Owned(input::decode(bytes).replace("\"\"", "\"")),
        }
    }

    fn read_record(&mut self) -> Result<bool, FileError> {
        self.record.clear();
        std::mem::swap(&mut self.record, &mut self.pending);
        self.at = self.lines + u64::from(self.record.is_empty());
        if self.record.is_empty() && !self.read_line()? {
            return Ok(false);
        }
        let mut open = !quotes(&self.record).is_multiple_of(2);
        while open {
            let end = self.record.len();
            if !self.read_line()? {
                return if self.record.ends_with(b"\n") { Ok(true) } else { Err(self.cut_off()) };
            }
            let line = &self.record[end..];
            if begins_row(line) {
                // The quote was never closed: the row ends with its line, and this line is the next one.
                self.pending.extend_from_slice(line);
                self.record.truncate(end);
                return Ok(true);
            }
            open = quotes(line).is_multiple_of(2);
        }
        if !self.record.ends_with(b"\n") {
            // The last row of a file without a line end may be half a row.
            split(&self.record, usize::MAX, &mut self.fields);
            if !self.columns.is_empty() && self.fields.len() < self.columns.len() {
                return Err(self.cut_off());
            }
        }
        Ok(true)
    }

    /// Appends the next line to the record.
    fn read_line(&mut self) -> Result<bool, FileError> {
        let left = (ROW_LIMIT + 1).saturating_sub(self.record.len()) as u64;
        let read = self.input.by_ref().take(left).read_until(b'\n', &mut self.record);
        let read = read.map_err(|error| input::io_error(&error))?;
        if self.record.len() > ROW_LIMIT {
            let what = format!("a row is longer than {ROW_LIMIT} bytes");
            return Err(FileError::Broken { at: format!("line {}", self.lines + 1), what });
        }
        self.meter.row();
        self.lines += u64::from(read > 0);
        Ok(read > 0)
    }

    fn cut_off(&self) -> FileError {
        FileError::Broken { at: format!("line {}", self.at), what: "the last row is cut off".to_owned() }
    }
}

/// Letters and digits in lower case, words apart by one space: the publisher's header has changed its spaces and hyphens
/// from edition to edition.
fn plain(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        if c.is_alphanumeric() {
            out.extend(c.to_lowercase());
        } else if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

fn quotes(line: &[u8]) -> usize {
    // Counted in pieces that fit a byte, which the compiler turns into wide instructions.
    line.chunks(128).map(|piece| usize::from(piece.iter().map(|b| u8::from(*b == b'"')).sum::<u8>())).sum()
}

fn begins_row(line: &[u8]) -> bool {
    let digits = line.strip_prefix(b"\"").unwrap_or(line);
    digits.len() > NPI_DIGITS
        && digits[..NPI_DIGITS].iter().all(u8::is_ascii_digit)
        && matches!(digits[NPI_DIGITS], b'"' | b',')
}

/// Where the first `limit` fields of a row stand (RFC 4180). A quote inside a quoted field that is neither doubled nor
/// before a comma is part of the text: publishers forget to escape it.
fn split(record: &[u8], limit: usize, fields: &mut Vec<(u32, u32)>) {
    fields.clear();
    let record = record.strip_suffix(b"\n").unwrap_or(record);
    let record = record.strip_suffix(b"\r").unwrap_or(record);
    let mut at = 0;
    while fields.len() < limit {
        let (from, to, next) = if record.get(at) == Some(&b'"') {
            quoted(record, at + 1)
        } else {
            let to = find(record, at, b',');
            (at, to, to)
        };
        fields.push((from as u32, to as u32));
        if next >= record.len() {
            return;
        }
        at = next + 1;
    }
}

/// A field behind its first quote: from, to, and where its comma stands.
fn quoted(record: &[u8], from: usize) -> (usize, usize, usize) {
    let mut at = from;
    loop {
        at = find(record, at, b'"');
        match record.get(at + 1) {
            _ if at >= record.len() => return (from, record.len(), record.len()),
            None | Some(b',') => return (from, at, at + 1),
            Some(b'"') => at += 2,
            Some(_) => at += 1,
        }
    }
}

fn find(record: &[u8], from: usize, what: u8) -> usize {
    let rest = record.get(from..).unwrap_or_default();
    rest.iter().position(|b| *b == what).map_or(record.len(), |n| from + n)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::input::{Input, tests::file};

    type Rows = Vec<(u64, Vec<String>)>;

    fn read(content: impl AsRef<[u8]>) -> Result<Rows, FileError> {
        let file = file(content);
        let mut table = Records::open(Input::new(file.path()).open()?)?;
        let mut rows = Vec::new();
        while table.advance()? {
            let fields = match table.whole() {
                Ok(()) => (0..table.columns.len()).map(|at| table.field(at).into_owned()).collect(),
                Err(problem) => vec![problem.code],
            };
            rows.push((table.line(), fields));
        }
        Ok(rows)
    }

    fn fields(content: &str) -> Vec<Vec<String>> {
        read(content).unwrap().into_iter().map(|(_, fields)| fields).collect()
    }

    #[test]
    fn quotes_lines_and_old_encodings() {
        let table = b"\xef\xbb\xbf\"NPI\",\"A\"\r\n\"1\",\"two\r\nlines\"\r\n\r\n2,plain\r\n\"3\",\"Ni\xf1os \"\"x\"\"\"\r\n4\r\n\"5\",\"a \"b\" c\"\n6,";
        let rows = read(table).unwrap();
        let expected: Vec<(u64, Vec<&str>)> = vec![
            (2, vec!["1", "two\r\nlines"]),
            (5, vec!["2", "plain"]),
            (6, vec!["3", "Niños \"x\""]),
            (7, vec!["malformed_row"]),
            (8, vec!["5", "a \"b\" c"]),
            (9, vec!["6", ""]),
        ];
        assert_eq!(rows.len(), expected.len(), "{rows:?}");
        for ((line, fields), (at, texts)) in rows.iter().zip(expected) {
            assert_eq!((*line, fields.iter().map(String::as_str).collect::<Vec<_>>()), (at, texts));
        }
    }

    #[test]
    fn an_open_quote_costs_one_row_and_not_the_next() {
        let rows = read("NPI,A\n\"1234567893\",\"5\" pipe\n\"1234567894\",\"b\"\n1234567895,c\n").unwrap();
        assert_eq!(rows.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 3, 4]);
        assert_eq!(rows[1].1, ["1234567894", "b"]);
        assert_eq!(rows[2].1, ["1234567895", "c"]);
    }

    #[test]
    fn columns_are_found_in_any_spelling() {
        let file = file("\"NPI\",\"Provider Secondary Practice Location Address-  Address Line 1\"\n");
        let table = Records::open(Input::new(file.path()).open().unwrap()).unwrap();
        assert_eq!(table.column("provider secondary practice location address - address line 1"), Some(1));
        assert_eq!(table.column("NPI "), Some(0));
        assert_eq!(table.column("NP"), None);
    }

    #[test]
    fn a_table_that_was_cut_off_is_broken() {
        assert_eq!(fields("a,b\n1,2"), [["1", "2"]]);
        for cut in ["a,b\n1,2\n3", "a,b\n1,2\n3,\"fo", "a,b\n\"1"] {
            assert!(matches!(read(cut), Err(FileError::Broken { .. })), "{cut:?}");
        }
    }

    #[test]
    fn a_row_without_end_is_refused_early() {
        let long = format!("a,b\n{}", " ".repeat(3 * ROW_LIMIT));
        assert!(matches!(read(long), Err(FileError::Broken { what, .. }) if what.contains("longer")));
    }

    #[test]
    fn rows_without_number_are_cut_off() {
        let many = file(zstd::encode_all(&[b"a,b\n".as_slice(), &b"\n".repeat(4 * HEAD)].concat()[..], 3).unwrap());
        let mut table = Records::at_most(1_000, Input::new(many.path()).open().unwrap()).unwrap();
        let error = table.advance().unwrap_err();
        assert!(matches!(&error, FileError::TooBig(why) if why.contains("more than 1000 rows")), "{error}");
    }

    proptest::proptest! {
        #[test]
        fn well_formed_tables_are_read_as_the_csv_crate_reads_them(
            rows in proptest::collection::vec(proptest::collection::vec("[a-z,\"\n ]{0,6}", 3), 1..6)
        ) {
            let mut writer = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
            writer.write_record(["x", "y", "z"]).unwrap();
            for row in &rows {
                writer.write_record(row).unwrap();
            }
            let read = read(writer.into_inner().unwrap()).unwrap();
            let read: Vec<Vec<String>> = read.into_iter().map(|(_, fields)| fields).collect();
            let plain: Vec<Vec<String>> =
                rows.iter().map(|row| row.iter().map(|f| f.trim().to_owned()).collect()).collect();
            proptest::prop_assert_eq!(read, plain);
        }

        #[test]
        fn no_bytes_bring_it_down(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
            let _ = read(bytes);
        }
    }
}
