//! Lines of a text file, one at a time: NDJSON and other formats with one record a line.
//!
//! An open file in, lines out. What holds: no line is longer than [`LINE_LIMIT`], blank ones are passed over, lines and
//! unpacked bytes are counted (`limits`), and a last JSON text that was cut off makes the file a broken one.

use std::io::{BufRead, BufReader, Read};

use serde::de::IgnoredAny;

use super::{
    FileError,
    input::{self, HEAD, Input, Opened},
    limits::{Meter, Metered, REGISTER_ROWS},
};

/// The longest line that is read, in bytes.
const LINE_LIMIT: usize = 4 << 20;

/// The lines of a file of JSON texts.
pub struct Lines {
    input: BufReader<Metered<Opened>>,
    meter: Meter,
    line: Vec<u8>,
    number: u64,
}

impl Lines {
    /// The lines of a file.
    pub fn open(input: Input<'_>) -> Result<Self, FileError> {
        Self::at_most(REGISTER_ROWS, input)
    }

    /// The lines of a file whose reader keeps a table of them: more than `rows`, blank ones too, are too many.
    pub fn at_most(rows: u64, input: Input<'_>) -> Result<Self, FileError> {
        let meter = Meter::new(rows);
        let input = BufReader::with_capacity(HEAD, Metered::new(input.open()?, meter.clone()));
        Ok(Self { input, meter, line: Vec::new(), number: 0 })
    }

    /// The next line that is not blank, with its number from 1.
    pub fn advance(&mut self) -> Result<Option<(u64, &[u8])>, FileError> {
        loop {
            self.line.clear();
            let limited = self.input.by_ref().take(LINE_LIMIT as u64 + 1).read_until(b'\n', &mut self.line);
            if limited.map_err(|error| input::io_error(&error))? == 0 {
                return Ok(None);
            }
            self.number += 1;
            self.meter.row();
            if self.line.len() > LINE_LIMIT {
                return Err(self.broken(&format!("a line is longer than {LINE_LIMIT} bytes")));
            }
            if self.line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            let whole = self.line.ends_with(b"\n") || serde_json::from_slice::<IgnoredAny>(&self.line).is_ok();
            if !whole {
                return Err(self.broken("the last line is cut off"));
            }
            break;
        }
        Ok(Some((self.number, self.line.trim_ascii())))
    }

    fn broken(&self, what: &str) -> FileError {
        FileError::Broken { at: format!("line {}", self.number), what: what.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::input::tests::file;

    fn read(content: impl AsRef<[u8]>) -> Result<Vec<(u64, String)>, FileError> {
        let file = file(content);
        let mut lines = Lines::open(Input::new(file.path()))?;
        let mut all = Vec::new();
        while let Some((number, line)) = lines.advance()? {
            all.push((number, String::from_utf8_lossy(line).into_owned()));
        }
        Ok(all)
    }

    #[test]
    fn lines_are_counted_and_blank_ones_passed_over() {
        let expected = vec![(1, "{\"a\":1}".to_owned()), (3, "{}".to_owned())];
        assert_eq!(read("{\"a\":1}\r\n \n{}"), Ok(expected));
        assert_eq!(read(""), Ok(Vec::new()));
        let packed = zstd::encode_all(&b"{}\n{}\n"[..], 3).unwrap();
        assert_eq!(read(&packed).unwrap().len(), 2);
        assert!(read(&packed[..packed.len() - 3]).is_err(), "a Zstandard file that is cut off");
    }

    #[test]
    fn lines_without_number_are_cut_off() {
        // Two lines fit into what is read at once, so the file goes on behind the first [`HEAD`] bytes.
        let many = file(zstd::encode_all(&b"\n".repeat(4 * HEAD)[..], 3).unwrap());
        let mut lines = Lines::at_most(1_000, Input::new(many.path())).unwrap();
        let error = lines.advance().unwrap_err();
        assert!(matches!(&error, FileError::TooBig(why) if why.contains("more than 1000 rows")), "{error}");
    }

    #[test]
    fn cut_off_and_endless_lines_are_broken() {
        assert!(matches!(read("{}\n{\"a\":"), Err(FileError::Broken { at, .. }) if at == "line 2"));
        let spaces = vec![b' '; LINE_LIMIT + 10];
        assert!(matches!(read(spaces), Err(FileError::Broken { what, .. }) if what.contains("longer")));
    }
}
