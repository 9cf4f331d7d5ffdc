//! The elements of a JSON list in a stream of bytes, one after another, as they are written.
//!
//! Bytes in, the bytes of one value at a time out. What holds: only brackets and quotes are looked at here, so that it is
//! quick; whether a value is JSON is for whoever reads its bytes. Memory grows by one value at most.

use std::io::{self, BufRead};

/// Why the stream is no list of values.
#[derive(Debug)]
pub enum Broken {
    /// It could not be read.
    Io(io::Error),
    /// Something else stood where this was expected.
    Expected(&'static str),
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Where a reader is in a stream of JSON.
pub struct Scanner<R> {
    input: R,
    /// Lines and bytes of the last line before the next byte.
    line: u64,
    column: u64,
    /// The last value that was read, as it is written.
    value: Vec<u8>,
}

impl<R: BufRead> Scanner<R> {
    /// At the beginning of a stream.
    pub fn new(input: R) -> Self {
        Self { input, line: 1, column: 0, value: Vec::new() }
    }

    /// Line and column (both from 1) of the next byte.
    pub fn place(&self) -> (u64, u64) {
        (self.line, self.column + 1)
    }

    /// The last value that was read.
    pub fn value(&self) -> &[u8] {
        &self.value
    }

    /// The next byte that is no white space (RFC 8259, section 2), without taking it; nothing at the end.
    pub fn peek(&mut self) -> io::Result<Option<u8>> {
        loop {
            let buffer = self.input.fill_buf()?;
            if buffer.is_empty() {
                return Ok(None);
            }
            let blank = buffer.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
            let next = buffer.get(blank).copied();
            self.consume(blank);
            if next.is_some() {
                return Ok(next);
            }
        }
    }

    /// Takes this byte if it comes next.
    pub fn take(&mut self, byte: u8) -> io::Result<bool> {
        let there = self.peek()? == Some(byte);
        if there {
            self.consume(1);
        }
        Ok(there)
    }

    /// Takes this byte, which must come next.
    pub fn expect(&mut self, byte: u8, what: &'static str) -> Result<(), Broken> {
        if self.take(byte)? { Ok(()) } else { Err(Broken::Expected(what)) }
    }

    /// Reads the next value to its end; its bytes are [`Scanner::value`].
    pub fn read(&mut self) -> Result<(), Broken> {
        self.value.clear();
        match self.peek()? {
            Some(b'{' | b'[' | b'"') => self.read_bracketed(),
            Some(b'}' | b']' | b',' | b':') | None => Err(Broken::Expected("a value")),
            Some(_) => self.read_plain(),
        }
    }

    /// A number or a word: up to what may follow a value.
    fn read_plain(&mut self) -> Result<(), Broken> {
        loop {
            let buffer = self.input.fill_buf()?;
            let ends = |byte: &u8| matches!(byte, b',' | b']' | b'}' | b' ' | b'\t' | b'\n' | b'\r');
            let (end, whole) = match buffer.iter().position(ends) {
                Some(end) => (end, true),
                None => (buffer.len(), buffer.is_empty()),
            };
            self.value.extend_from_slice(&buffer[..end]);
            self.consume(end);
            if whole {
                return Ok(());
            }
        }
    }

    /// A text, a list or an object: up to the quote or bracket that closes it.
    fn read_bracketed(&mut self) -> Result<(), Broken> {
        let mut state = Nesting::default();
        loop {
            let buffer = self.input.fill_buf()?;
            if buffer.is_empty() {
                return Err(Broken::Expected("the end of a value, but the file ends"));
            }
            let (end, closed) = state.walk(buffer);
            self.value.extend_from_slice(&buffer[..end]);
            self.consume(end);
            if closed {
                return Ok(());
            }
        }
    }

    fn consume(&mut self, bytes: usize) {
        if let Ok(buffer) = self.input.fill_buf() {
            let done = &buffer[..bytes];
            match memchr::memrchr(b'\n', done) {
                Some(last) => {
                    self.line += memchr::memchr_iter(b'\n', done).count() as u64;
                    self.column = (bytes - last - 1) as u64;
                }
                None => self.column += bytes as u64,
            }
        }
        self.input.consume(bytes);
    }
}

/// How deep in brackets and texts the reader is.
#[derive(Default)]
struct Nesting {
    depth: u64,
    text: bool,
    escaped: bool,
}

impl Nesting {
    /// Walks on; how many bytes belong to the value, and is it closed?
    fn walk(&mut self, bytes: &[u8]) -> (usize, bool) {
        let mut at = 0;
        while at < bytes.len() {
            if self.escaped {
                self.escaped = false;
                at += 1;
            } else if self.text {
                let Some(next) = memchr::memchr2(b'"', b'\\', &bytes[at..]) else { return (bytes.len(), false) };
                at += next + 1;
                if bytes[at - 1] == b'\\' {
                    self.escaped = true;
                } else {
                    self.text = false;
                    if self.depth == 0 {
                        return (at, true);
                    }
                }
            } else {
                match bytes[at] {
                    b'"' => self.text = true,
                    b'{' | b'[' => self.depth += 1,
                    b'}' | b']' => {
                        self.depth -= 1;
                        if self.depth == 0 {
                            return (at + 1, true);
                        }
                    }
                    _ => {}
                }
                at += 1;
            }
        }
        (at, false)
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn values_end_where_they_end() {
        let text = "  {\"a\":\"}\\\"]\"} [1,[2]]\n\"x\\\\\" 12 true";
        for size in 1..text.len() {
            let mut scanner = Scanner::new(BufReader::with_capacity(size, text.as_bytes()));
            let mut seen = Vec::new();
            while scanner.peek().unwrap().is_some() {
                scanner.read().unwrap();
                seen.push(String::from_utf8(scanner.value().to_vec()).unwrap());
            }
            assert_eq!(seen, ["{\"a\":\"}\\\"]\"}", "[1,[2]]", "\"x\\\\\"", "12", "true"], "{size}");
            assert_eq!(scanner.place(), (2, 14), "{size}");
        }
    }

    #[test]
    fn what_is_cut_off_or_no_value_is_told() {
        for text in ["{\"a\":1", "[", "\"x", "]", ",", ""] {
            assert!(matches!(Scanner::new(text.as_bytes()).read(), Err(Broken::Expected(_))), "{text}");
        }
    }

    fn json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            ".{0,12}".prop_map(Into::into),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
                prop::collection::btree_map(".{0,6}", inner, 0..6)
                    .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_json_is_read_to_its_end(value in json(), size in 1_usize..50) {
            let whole = value.to_string();
            let text = format!("{whole} ,");
            let mut scanner = Scanner::new(BufReader::with_capacity(size, text.as_bytes()));
            scanner.read().unwrap();
            prop_assert_eq!(scanner.value(), whole.as_bytes());
            prop_assert!(scanner.take(b',').unwrap() && scanner.peek().unwrap().is_none());
        }
    }
}
