//! The file that entries are written to, one behind the other; what was written is never changed.
//!
//! Bundles are stretches of it, read where they lie, so a list of hundreds of megabytes needs no memory. Whoever reads has
//! the file open: it may be thrown away meanwhile.

use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
};

/// Entries that are gathered before they are written, in bytes.
const GATHERED: usize = 1 << 20;

/// A stretch of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// Its first byte.
    pub from: u64,
    /// Its length.
    pub len: u32,
}

/// The file as readers have it.
#[derive(Debug)]
pub struct Pages(File);

impl Pages {
    /// Reads a stretch; it may be longer than a [`Span`].
    pub fn read(&self, from: u64, len: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; len];
        self.0.read_exact_at(&mut bytes, from)?;
        Ok(bytes)
    }
}

/// The file as its one writer has it.
#[derive(Debug)]
pub struct Writer {
    file: File,
    path: PathBuf,
    /// Bytes of the file, and those that wait to be written.
    len: u64,
    waiting: Vec<u8>,
}

/// What stands between two entries.
pub const BETWEEN: &[u8] = b",\n";

impl Writer {
    /// A new file in a folder, which is made; whatever else lies there of this kind goes.
    pub fn create(folder: &Path, number: u64) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let path = folder.join(format!("{number}.entries"));
        for old in fs::read_dir(folder)? {
            let old = old?.path();
            if old.extension().is_some_and(|end| end == "entries") {
                fs::remove_file(old)?;
            }
        }
        let file = OpenOptions::new().create(true).truncate(true).read(true).write(true).open(&path)?;
        Ok(Self { file, path, len: 0, waiting: Vec::with_capacity(GATHERED) })
    }

    /// The same file for readers.
    pub fn pages(&self) -> io::Result<Pages> {
        self.file.try_clone().map(Pages)
    }

    /// Adds an entry. It can be read after [`Self::flush`].
    pub fn add(&mut self, entry: &[u8]) -> io::Result<Span> {
        let whole = BETWEEN.len() + entry.len();
        if self.waiting.len() + whole > GATHERED {
            self.flush()?;
        }
        let span = Span { from: self.len, len: u32::try_from(whole).map_err(io::Error::other)? };
        self.waiting.extend_from_slice(BETWEEN);
        self.waiting.extend_from_slice(entry);
        self.len += whole as u64;
        Ok(span)
    }

    /// Writes what waits.
    pub fn flush(&mut self) -> io::Result<()> {
        self.file.write_all_at(&self.waiting, self.len - self.waiting.len() as u64)?;
        self.waiting.clear();
        Ok(())
    }

    /// Bytes of the file.
    pub fn len(&self) -> u64 {
        self.len
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // Readers have it open. What is left behind by a killed program goes with the next one's first file.
        let _ = fs::remove_file(&self.path);
    }
}

/// Spans in the order of the file, those that touch made one; each once.
pub fn joined(mut spans: Vec<Span>) -> Vec<(u64, u64)> {
    spans.sort_unstable();
    spans.dedup();
    let mut all: Vec<(u64, u64)> = Vec::new();
    for Span { from, len } in spans {
        match all.last_mut() {
            Some((start, known)) if *start + *known == from => *known += u64::from(len),
            _ => all.push((from, u64::from(len))),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_added_is_read_where_it_lies() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("7.entries"), "old").unwrap();
        let mut writer = Writer::create(folder.path(), 8).unwrap();
        let pages = writer.pages().unwrap();
        let big = vec![b'x'; GATHERED];
        let spans: Vec<Span> = [b"one".as_slice(), &big, b"three"].map(|entry| writer.add(entry).unwrap()).into();
        writer.flush().unwrap();
        assert_eq!(pages.read(spans[2].from, 7).unwrap(), b",\nthree");
        assert_eq!(pages.read(spans[0].from, 5).unwrap(), b",\none");
        let all = joined(vec![spans[2], spans[0], spans[1], spans[0]]);
        assert_eq!(all, [(0, writer.len())]);
        assert_eq!(joined(vec![spans[0], spans[2]]).len(), 2);
        drop(writer);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "no file is left");
        assert_eq!(pages.read(0, 2).unwrap(), b",\n", "whoever reads goes on");
    }
}
