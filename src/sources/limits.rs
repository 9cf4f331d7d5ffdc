//! How much of a file the readers take: caps that no real list comes near, so that a bomb or a broken file ends in an
//! error in words instead of in all memory or in no end.
//!
//! A reader in, the same bytes out, counted. What holds: whatever a file has in it, a reader keeps at most one row of
//! [`ROW`] bytes and [`PARTS`] parts in memory besides its tables, which grow by rows and those are counted too. Nesting
//! is bounded by the JSON parser (128 levels; deeper is that row's problem). ZIP files have caps of their own.

use std::{
    cell::Cell,
    fmt::Display,
    io::{self, Read},
    rc::Rc,
};

/// The most bytes of one row, and of what stands between two rows. The longest seen in a published list has 60 kB.
pub const ROW: u64 = 16 << 20;
/// The most bytes of a whole file, unpacked. The main file of NPPES has about 10 GB.
pub const UNPACKED: u64 = 64 << 30;
/// The most rows of a list. Its reader keeps some ten bytes of each, to know a row that is said twice; the largest known
/// vendor's list has 125,000.
pub const ROWS: u64 = 10_000_000;
/// The most rows of a file of a national register, which is read line by line. NPPES has about 9.4 million, the roles of
/// persons in CMS's directory 16.5 million.
pub const REGISTER_ROWS: u64 = 50_000_000;
/// The most rows that are kept of a file beside the main one of a register, in a table of some ten bytes and the text of
/// each. CMS's directory has 2.5 million places.
pub const BESIDE_ROWS: usize = 20_000_000;
/// The most bytes of text in such a table. The places of CMS's directory come to about 200 MB.
pub const BESIDE_TEXT: usize = 1 << 30;
/// The most rows of a file whose reader must know all of them before it can use one (a Bundle's references may point
/// forward): its table has some hundred bytes for each. The largest known vendor's list has 125,000.
pub const TABLE_ROWS: u64 = 5_000_000;
/// The most identifiers, places, aliases, portals, endpoints of one row. The most seen in a published list is 116.
pub const PARTS: usize = 1_000;
/// The most portals, and the most endpoints, that a part of an organization has through it.
pub const INHERITED: usize = 50;

/// What is counted while a file is read; clones count the same file.
#[derive(Debug, Clone)]
pub struct Meter {
    counts: Rc<Counts>,
    rows: u64,
}

#[derive(Debug, Default)]
struct Counts {
    bytes: Cell<u64>,
    /// Bytes read when the present row began, as far as the reader is ahead of the parser.
    row_from: Cell<u64>,
    rows: Cell<u64>,
}

impl Meter {
    /// Nothing counted yet; at most so many rows.
    pub fn new(rows: u64) -> Self {
        Self { counts: Rc::default(), rows }
    }

    /// A row is done, the next one begins.
    pub fn row(&self) {
        self.counts.row_from.set(self.counts.bytes.get());
        self.counts.rows.set(self.counts.rows.get() + 1);
    }

    fn check(&self) -> io::Result<()> {
        let rows = self.counts.rows.get();
        let bytes = self.counts.bytes.get();
        if rows > self.rows {
            return Err(too_big(format_args!("it has more than {} rows, more than any list of its kind", self.rows)));
        }
        if bytes - self.counts.row_from.get() > ROW {
            return Err(too_big(format_args!(
                "row {} has more than {} MB; a quote or bracket may be missing there",
                rows + 1,
                ROW >> 20
            )));
        }
        if bytes > UNPACKED {
            return Err(too_big(format_args!("unpacked it has more than {} GB", UNPACKED >> 30)));
        }
        Ok(())
    }
}

fn too_big(what: impl Display) -> io::Error {
    io::Error::new(io::ErrorKind::FileTooLarge, what.to_string())
}

/// A reader whose bytes are counted and that ends in an error of kind [`io::ErrorKind::FileTooLarge`] at a cap.
#[derive(Debug)]
pub struct Metered<R> {
    inner: R,
    meter: Meter,
}

impl<R> Metered<R> {
    /// Counts what is read from `inner`.
    pub fn new(inner: R, meter: Meter) -> Self {
        Self { inner, meter }
    }
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.meter.check()?;
        let n = self.inner.read(buffer)?;
        self.meter.counts.bytes.set(self.meter.counts.bytes.get() + n as u64);
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads until the end or an error; how many bytes, and its words.
    fn drained(mut from: impl Read) -> (u64, Option<String>) {
        let mut buffer = vec![0; 64 * 1024];
        let mut read = 0;
        loop {
            match from.read(&mut buffer) {
                Ok(0) => return (read, None),
                Ok(n) => read += n as u64,
                Err(error) => return (read, Some(error.to_string())),
            }
        }
    }

    #[test]
    fn a_row_without_an_end_is_cut_off_and_said() {
        let meter = Meter::new(ROWS);
        meter.row();
        let (read, why) = drained(Metered::new(io::repeat(b' '), meter));
        assert!(read <= ROW + 128 * 1024, "{read}");
        assert!(why.is_some_and(|why| why.contains("row 2") && why.contains("16 MB")));
    }

    #[test]
    fn rows_that_end_go_on_and_are_counted() {
        let meter = Meter::new(3);
        let mut from = Metered::new(io::repeat(b'x'), meter.clone());
        let mut piece = vec![0; (ROW - 10) as usize];
        for _ in 0..3 {
            from.read_exact(&mut piece).unwrap();
            meter.row();
        }
        from.read_exact(&mut piece).unwrap();
        meter.row();
        let error = from.read_exact(&mut piece).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
        assert!(error.to_string().contains("more than 3 rows"), "{error}");
    }
}
