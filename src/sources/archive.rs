//! Lists inside a ZIP file, each opened as if it stood alone.
//!
//! A ZIP in, its files as [`Member`]s out; nothing is unpacked to disk. What holds: what the archive claims of itself is
//! checked while it is read (size, checksum), names are for people only, and bombs are refused: too many files, files that
//! share their bytes, more than [`RATIO`] times their packed size.

use std::{
    fs::File,
    io::{self, BufReader, Read, Seek, SeekFrom},
    path::Path,
};

use flate2::{Crc, bufread::DeflateDecoder};
use zip::{CompressionMethod, ZipArchive, result::ZipError};

use super::FileError;

/// The first bytes of a ZIP file (APPNOTE 4.3.7).
pub const MAGIC: &[u8] = b"PK\x03\x04";
/// Files in one archive. The payers' indexes that CMS gathers are some 1,300.
const FILES: usize = 10_000;
/// How many times its packed size a file may have; tables of text have 10 to 20.
const RATIO: u64 = 200;
/// Below this many bytes the ratio says nothing.
const RATIO_FROM: u64 = 16 << 20;
/// The largest file that is unpacked; the main file of NPPES has about 10 GB.
const UNPACKED: u64 = 64 << 30;

/// One file of an archive: where its bytes lie and what they must come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    at: u64,
    packed: u64,
    size: u64,
    crc: u32,
    deflated: bool,
}

/// A file of an archive with its name, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The name as the archive has it.
    pub name: String,
    /// The file.
    pub member: Member,
}

impl Entry {
    /// Does its name say that it is an example? Publishers put one beside what they publish, in the same shape.
    pub fn is_an_example(&self) -> bool {
        let name = self.name.rsplit(['/', '\\']).next().unwrap_or_default();
        name.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("example"))
    }
}

/// The files of an archive that can be opened; folders and links are left out.
pub fn entries(path: &Path) -> Result<Vec<Entry>, FileError> {
    let file = File::open(path).map_err(|error| FileError::Io(error.to_string()))?;
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|error| broken(&error))?;
    if archive.len() > FILES {
        return Err(FileError::TooBig(format!("the ZIP has {} files; at most {FILES} are read", archive.len())));
    }
    if archive.has_overlapping_files().map_err(|error| broken(&error))? {
        return Err(FileError::TooBig("files of the ZIP share their bytes, as bombs do".to_owned()));
    }
    let mut entries = Vec::new();
    for n in 0..archive.len() {
        let file = archive.by_index_raw(n).map_err(|error| broken(&error))?;
        if !file.is_file() {
            continue;
        }
        let name = String::from_utf8_lossy(file.name_raw()).into_owned();
        let deflated = match file.compression() {
            CompressionMethod::Stored => false,
            CompressionMethod::Deflated => true,
            other => return unreadable(&name, &format!("it is packed as {other}; pack it with deflate")),
        };
        if file.encrypted() {
            return unreadable(&name, "it is encrypted");
        }
        if file.size() > UNPACKED {
            return Err(FileError::TooBig(format!("{name:?} in the ZIP says it has {} bytes", file.size())));
        }
        let Some(at) = file.data_start() else { continue };
        let member = Member { at, packed: file.compressed_size(), size: file.size(), crc: file.crc32(), deflated };
        entries.push(Entry { name, member });
    }
    Ok(entries)
}

impl Member {
    /// Opens it inside its archive.
    pub fn open(&self, archive: &Path) -> io::Result<Box<dyn Read>> {
        let mut file = File::open(archive)?;
        file.seek(SeekFrom::Start(self.at))?;
        let packed = BufReader::with_capacity(1 << 16, file.take(self.packed));
        let plain: Box<dyn Read> = if self.deflated { Box::new(DeflateDecoder::new(packed)) } else { Box::new(packed) };
        Ok(Box::new(Checked { plain, member: *self, crc: Crc::new(), size: 0 }))
    }
}

/// Bytes that are counted and summed on their way.
struct Checked {
    plain: Box<dyn Read>,
    member: Member,
    crc: Crc,
    size: u64,
}

impl Read for Checked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.plain.read(buffer)?;
        let bad = |what: &str| Err(io::Error::new(io::ErrorKind::InvalidData, what.to_owned()));
        if n == 0 && !buffer.is_empty() {
            return match (self.size == self.member.size, self.crc.sum() == self.member.crc) {
                (true, true) => Ok(0),
                (false, _) => Err(io::Error::new(io::ErrorKind::UnexpectedEof, "a file of the ZIP is cut off")),
                (true, false) => bad("the checksum of a file of the ZIP is wrong"),
            };
        }
        self.crc.update(&buffer[..n]);
        self.size += n as u64;
        if self.size > self.member.size {
            return bad("a file of the ZIP has more bytes than the ZIP says");
        }
        if self.size > RATIO_FROM && self.size / RATIO > self.member.packed {
            let what = format!("a file of the ZIP unpacks to more than {RATIO} times its size, as bombs do");
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, what));
        }
        Ok(n)
    }
}

fn broken(error: &ZipError) -> FileError {
    match error {
        ZipError::Io(error) if error.kind() != io::ErrorKind::UnexpectedEof => FileError::Io(error.to_string()),
        other => FileError::Broken { at: "the table of contents of the ZIP".to_owned(), what: other.to_string() },
    }
}

fn unreadable<T>(name: &str, why: &str) -> Result<T, FileError> {
    let name: String = name.chars().filter(|c| !c.is_control()).take(100).collect();
    Err(FileError::UnknownShape(format!("{name:?} in the ZIP cannot be read: {why}")))
}

#[cfg(test)]
pub(in crate::sources) mod tests {
    use std::io::{Cursor, Write as _};

    use zip::{ZipWriter, write::SimpleFileOptions};

    use super::*;
    use crate::sources::input::tests::{file, rows};

    /// A ZIP of these files.
    pub fn packed(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in files {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(content).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    const LIST: &[u8] =
        br#"{"Endpoints":[{"URL":"https://a.org/r4","OrganizationName":"A Clinic","NPIID":"","OrganizationZipCode":""}]}"#;

    #[test]
    fn lists_inside_are_read_whatever_they_are_called() {
        let (facts, rows) = rows(packed(&[("../../etc/passwd", LIST), ("Readme.pdf", b"%PDF-1.4\0\0")])).unwrap();
        assert_eq!((facts.rows, rows.len()), (1, 1));
    }

    #[test]
    fn an_example_beside_the_lists_is_nobody_s() {
        let example = String::from_utf8_lossy(LIST).replace("A Clinic", "Example Clinic");
        let (_, rows) = rows(packed(&[("a/Example_list.json", example.as_bytes()), ("b/list.json", LIST)])).unwrap();
        assert_eq!(rows.len(), 1);
        assert!(!format!("{rows:?}").contains("Example Clinic"));
        assert!(self::rows_of_one(LIST, "example.json").is_ok_and(|rows| rows == 1), "alone it is what was given");
    }

    fn rows_of_one(list: &[u8], name: &str) -> Result<usize, FileError> {
        rows(packed(&[(name, list)])).map(|(_, rows)| rows.len())
    }

    #[test]
    fn a_zip_without_a_list_says_so() {
        for zip in [packed(&[]), packed(&[("Readme.pdf", b"%PDF-1.4\0\0")])] {
            assert!(matches!(rows(zip), Err(FileError::UnknownShape(what)) if what.contains("ZIP")));
        }
        let book = packed(&[("[Content_Types].xml", b"<?xml version='1.0'?><Types/>")]);
        assert!(matches!(rows(book), Err(FileError::UnknownShape(what)) if what.contains("CSV")));
    }

    #[test]
    fn what_the_archive_claims_is_checked() {
        let whole = packed(&[("list.json", LIST)]);
        for at in [10, whole.len() / 2, whole.len() - 1] {
            assert!(rows(&whole[..at]).is_err(), "cut at {at}");
        }
        let data = entries(file(&whole).path()).unwrap()[0].member;
        let mut other = whole.clone();
        other[data.at as usize + 3] ^= 0x55;
        assert!(rows(&other).is_err(), "other bytes");
        let lie = Member { size: data.size - 1, ..data };
        let archive = file(&whole);
        assert!(io::read_to_string(lie.open(archive.path()).unwrap()).is_err(), "more than it says");
        let lie = Member { crc: !data.crc, ..data };
        assert!(io::read_to_string(lie.open(archive.path()).unwrap()).is_err(), "another checksum");
        assert!(io::read_to_string(data.open(archive.path()).unwrap()).is_ok());
    }

    #[test]
    fn bombs_are_refused() {
        let mut spaces = vec![b' '; 40 << 20];
        spaces[..14].copy_from_slice(br#"{"Endpoints":["#);
        let error = rows(packed(&[("list.json", &spaces)])).unwrap_err();
        assert!(matches!(&error, FileError::TooBig(what) if what.contains("bombs")), "{error}");
        let many: Vec<(String, &[u8])> = (0..=FILES).map(|n| (n.to_string(), &b""[..])).collect();
        let many: Vec<(&str, &[u8])> = many.iter().map(|(name, content)| (name.as_str(), *content)).collect();
        assert!(matches!(rows(packed(&many)), Err(FileError::TooBig(_))));
    }
}
