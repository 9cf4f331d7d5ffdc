//! The entries of a segment in a file, each with a checksum: they are read one by one, for what is shown.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    os::unix::fs::FileExt,
    path::Path,
};

use crate::search::entry::Entry;

/// The longest entry that is read; what says more is broken.
const LONGEST: usize = 1 << 23;
const LENGTH_BITS: u32 = 24;

/// Where an entry stands: its offset and length in one number.
pub type At = u64;

fn broken(what: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.into())
}

/// Writes entries.
pub struct Writer {
    file: BufWriter<File>,
    at: u64,
    buffer: Vec<u8>,
}

impl Writer {
    /// A new file; one that is there is replaced.
    pub fn create(path: &Path) -> io::Result<Self> {
        let file = File::options().create(true).write(true).read(true).truncate(true).open(path)?;
        Ok(Self { file: BufWriter::with_capacity(1 << 18, file), at: 0, buffer: Vec::new() })
    }

    /// Adds an entry.
    pub fn add(&mut self, entry: &Entry) -> io::Result<At> {
        self.buffer.clear();
        let buffer = std::mem::take(&mut self.buffer);
        let mut buffer = postcard::to_extend(entry, buffer).map_err(|why| broken(why.to_string()))?;
        buffer.extend(crc32fast::hash(&buffer).to_le_bytes());
        if buffer.len() > LONGEST {
            return Err(broken(format!("{} has more text than can be kept", entry.shown.id())));
        }
        self.file.write_all(&buffer)?;
        let at = self.at << LENGTH_BITS | buffer.len() as u64;
        self.at += buffer.len() as u64;
        self.buffer = buffer;
        Ok(at)
    }

    /// All are written; reads them from now on.
    pub fn finish(self) -> io::Result<Records> {
        let file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        Ok(Records(file))
    }
}

/// Reads entries.
#[derive(Debug)]
pub struct Records(File);

impl Records {
    /// Opens a file of entries.
    pub fn open(path: &Path) -> io::Result<Self> {
        File::open(path).map(Self)
    }

    /// One entry.
    pub fn get(&self, at: At) -> io::Result<Entry> {
        let mut bytes = vec![0; (at & ((1 << LENGTH_BITS) - 1)) as usize];
        self.0.read_exact_at(&mut bytes, at >> LENGTH_BITS)?;
        let (body, sum) = bytes.split_last_chunk::<4>().ok_or_else(|| broken("it is cut off"))?;
        if crc32fast::hash(body) != u32::from_le_bytes(*sum) {
            return Err(broken("its checksum is wrong"));
        }
        postcard::from_bytes(body).map_err(|why| broken(why.to_string()))
    }

    /// Is every entry what was written? Reads the whole file.
    pub fn check(&self, all: &[At]) -> io::Result<()> {
        let mut bytes = Vec::new();
        let mut sorted = all.to_vec();
        sorted.sort_unstable();
        for at in sorted {
            bytes.resize((at & ((1 << LENGTH_BITS) - 1)) as usize, 0);
            self.0.read_exact_at(&mut bytes, at >> LENGTH_BITS)?;
            let whole =
                bytes.split_last_chunk::<4>().filter(|(body, sum)| crc32fast::hash(body) == u32::from_le_bytes(**sum));
            whole.ok_or_else(|| broken("the checksum of an entry is wrong"))?;
        }
        Ok(())
    }
}
