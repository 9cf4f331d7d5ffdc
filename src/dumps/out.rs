//! A file of a night while it is written: counted, hashed, packed.

use std::{
    fs::File,
    io::{self, BufReader, BufWriter, Read, Write},
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use super::manifest::{FileEntry, Format, Plain};
use crate::model::listing::hex;

/// How hard zstd works: more costs minutes a night and saves a few percent.
const LEVEL: i32 = 5;
/// What a packed file's name ends in.
pub const PACKED: &str = ".zst";

/// What a file is, apart from its bytes.
#[derive(Debug, Clone, Copy)]
pub struct What {
    /// Its format.
    pub format: Format,
    /// What is in it.
    pub content: &'static str,
}

/// A packed file that is being written.
pub struct Packed {
    name: String,
    what: What,
    out: Counted<zstd::Encoder<'static, BufWriter<Counted<File>>>>,
    rows: u64,
}

/// A writer that counts and hashes what goes through it.
struct Counted<W> {
    inner: W,
    digest: Sha256,
    bytes: u64,
}

impl<W> Counted<W> {
    fn new(inner: W) -> Self {
        Self { inner, digest: Sha256::new(), bytes: 0 }
    }

    fn sum(self) -> (W, String, u64) {
        (self.inner, hex(&self.digest.finalize()), self.bytes)
    }
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.digest.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl Packed {
    /// Begins a file in a folder. `name` is the one it has when it is unpacked.
    pub fn create(folder: &Path, name: &str, what: What) -> io::Result<Self> {
        let file = File::create(folder.join(format!("{name}{PACKED}")))?;
        let packer = zstd::Encoder::new(BufWriter::with_capacity(1 << 17, Counted::new(file)), LEVEL)?;
        Ok(Self { name: name.to_owned(), what, out: Counted::new(packer), rows: 0 })
    }

    /// Adds a line, with its end.
    pub fn line(&mut self, line: &[u8]) -> io::Result<()> {
        self.out.write_all(line)?;
        self.out.write_all(b"\n")?;
        self.rows += 1;
        Ok(())
    }

    /// What was written is so many rows.
    #[must_use]
    pub fn counting(self, rows: u64) -> Self {
        Self { rows, ..self }
    }

    /// Ends the file and makes it lasting.
    pub fn finish(self) -> io::Result<FileEntry> {
        let (packer, plain_hash, plain_bytes) = self.out.sum();
        let out = packer.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?;
        let (file, sha256, bytes) = out.sum();
        file.sync_all()?;
        let media_type = media_type(self.what.format).to_owned();
        let plain =
            Plain { name: self.name.clone(), path: String::new(), media_type, bytes: plain_bytes, sha256: plain_hash };
        Ok(FileEntry {
            name: format!("{}{PACKED}", self.name),
            path: String::new(),
            format: self.what.format,
            content: self.what.content.to_owned(),
            media_type: "application/zstd".to_owned(),
            rows: self.rows,
            bytes,
            sha256,
            plain: Some(plain),
        })
    }
}

impl Write for Packed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        // Packed in larger pieces than a table's writer flushes.
        Ok(())
    }
}

/// Packs a whole file that stands in the folder; the plain one goes.
pub fn pack(folder: &Path, name: &str, what: What, rows: u64) -> io::Result<FileEntry> {
    let plain = folder.join(name);
    let mut packed = Packed::create(folder, name, what)?.counting(rows);
    io::copy(&mut File::open(&plain)?, &mut packed)?;
    let entry = packed.finish()?;
    std::fs::remove_file(plain)?;
    Ok(entry)
}

/// The entry of a file that is not packed.
pub fn entry(folder: &Path, name: &str, what: What, rows: u64) -> io::Result<FileEntry> {
    let (sha256, bytes) = sum(&mut File::open(folder.join(name))?)?;
    Ok(FileEntry {
        name: name.to_owned(),
        path: String::new(),
        format: what.format,
        content: what.content.to_owned(),
        media_type: media_type(what.format).to_owned(),
        rows,
        bytes,
        sha256,
        plain: None,
    })
}

/// SHA-256 in hex and size of what can be read.
pub fn sum(from: &mut impl Read) -> io::Result<(String, u64)> {
    let mut counted = Counted::new(io::sink());
    io::copy(&mut BufReader::with_capacity(1 << 17, from), &mut counted)?;
    let (_, sha256, bytes) = counted.sum();
    Ok((sha256, bytes))
}

/// Opens a packed file to read what is in it.
pub fn unpack(file: &Path) -> io::Result<zstd::Decoder<'static, BufReader<File>>> {
    zstd::Decoder::new(File::open(file)?)
}

/// The lines of a packed file, one after the other, without their ends; nothing once it is over.
pub struct Lines {
    from: BufReader<zstd::Decoder<'static, BufReader<File>>>,
    line: Vec<u8>,
    path: PathBuf,
}

impl Lines {
    /// Opens a packed file.
    pub fn open(path: &Path) -> io::Result<Self> {
        let from = BufReader::with_capacity(1 << 17, unpack(path).map_err(|error| naming(path, &error))?);
        Ok(Self { from, line: Vec::new(), path: path.to_owned() })
    }

    /// The next line.
    pub fn next(&mut self) -> io::Result<Option<&[u8]>> {
        use std::io::BufRead as _;
        self.line.clear();
        let read = self.from.read_until(b'\n', &mut self.line).map_err(|error| naming(&self.path, &error))?;
        if self.line.last() == Some(&b'\n') {
            self.line.pop();
        }
        Ok((read > 0).then_some(self.line.as_slice()))
    }
}

fn naming(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

fn media_type(format: Format) -> &'static str {
    match format {
        Format::Ndjson | Format::Changes => "application/x-ndjson",
        Format::Csv => "text/csv; charset=utf-8; header=present",
        Format::Parquet => "application/vnd.apache.parquet",
        Format::Sqlite => "application/vnd.sqlite3",
        Format::FhirNdjson => "application/fhir+ndjson",
        Format::FhirBundle | Format::Brands => "application/fhir+json",
    }
}
