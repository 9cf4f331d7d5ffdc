//! What a night consists of, for programs: `manifest.json`.

use std::{io, path::Path};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Name of the manifest in the folder of a night.
pub const MANIFEST: &str = "manifest.json";
/// Version of the layout of files and columns (docs/data.md). New files and columns may come without a new one; what
/// goes or changes its meaning makes one.
pub const SCHEMA: u32 = 1;

/// What one night consists of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the layout, [`SCHEMA`].
    pub schema: u32,
    /// The day it is called by, UTC.
    pub date: Date,
    /// When it was begun, UTC.
    pub made_at: String,
    /// Number of the last revision that is in it: the change feed goes on from here.
    pub revision: i64,
    /// The program that wrote it.
    pub software: String,
    /// Whose rules the data is under.
    pub licence: Licence,
    /// How many of each are in it.
    pub counts: Counts,
    /// The night whose difference to this one is in `changes.ndjson.zst`; nothing when there was none before.
    pub previous: Option<Date>,
    /// Its files, in the order of their names.
    pub files: Vec<FileEntry>,
    /// What was changed in it after it was published, the oldest first.
    #[serde(default)]
    pub notices: Vec<Notice>,
}

/// How many things a night shows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Organizations in being: active, moved or closed.
    pub organizations: u64,
    /// Of them: those that offer a door or a feature.
    pub listed: u64,
    /// Places of organizations.
    pub locations: u64,
    /// Portals, once for each organization that offers one.
    pub portals: u64,
    /// Endpoints, once for each organization that offers one.
    pub endpoints: u64,
    /// Apps.
    pub apps: u64,
    /// Sources.
    pub sources: u64,
    /// Ids and readable addresses that lead elsewhere or to nothing any more.
    pub retired: u64,
}

/// Whose rules the data is under.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Licence {
    /// SPDX identifier of the licence of what is ours: the choice, the matching, the ids, the layout.
    pub ours: String,
    /// Its address.
    pub url: String,
    /// What it does not cover, in a sentence.
    pub note: String,
    /// The terms under which each source publishes what is taken from it.
    pub sources: Vec<Terms>,
}

/// The terms of one source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// Id of the source, as `source` in the data has it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Who publishes it.
    pub publisher: String,
    /// Its licence, in its publisher's words.
    pub licence: String,
    /// Where it is published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Its name in the folder of the night.
    pub name: String,
    /// Its address on the host of the manifest.
    pub path: String,
    /// What it is.
    pub format: Format,
    /// What is in it: `organizations`, `locations`, `Endpoint`, ...
    pub content: String,
    /// Its media type.
    pub media_type: String,
    /// Rows, lines or resources in it.
    pub rows: u64,
    /// Its size in bytes.
    pub bytes: u64,
    /// SHA-256 of it, in hex.
    pub sha256: String,
    /// What is in it when it is unpacked; nothing for files that are not packed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plain: Option<Plain>,
}

/// The content of a packed file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plain {
    /// Its name.
    pub name: String,
    /// The address that gives it unpacked, on the host of the manifest.
    pub path: String,
    /// Its media type.
    pub media_type: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// SHA-256 of it, in hex.
    pub sha256: String,
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// One JSON object a line.
    Ndjson,
    /// What became different since the night before, one JSON object a line.
    Changes,
    /// A table with a line of names; what a spreadsheet would run as a formula has a `'` before it.
    Csv,
    /// Apache Parquet.
    Parquet,
    /// An SQLite database.
    Sqlite,
    /// FHIR R4 resources of one type, one a line (Bulk Data Access).
    FhirNdjson,
    /// FHIR R4 resources of every type as one Bundle (a collection).
    FhirBundle,
    /// SMART User-access Brands as one Bundle (a collection).
    Brands,
}

/// A change of a night after it was published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// When, UTC.
    pub at: String,
    /// Name of the file.
    pub file: String,
    /// SHA-256 it had until then.
    pub old_sha256: String,
    /// SHA-256 it has now.
    pub new_sha256: String,
    /// Why.
    pub reason: String,
}

impl Manifest {
    /// Reads the manifest of the night in a folder.
    pub fn read(folder: &Path) -> io::Result<Self> {
        serde_json::from_slice(&std::fs::read(folder.join(MANIFEST))?).map_err(io::Error::from)
    }

    /// The file of a name, packed or plain.
    pub fn file(&self, name: &str) -> Option<&FileEntry> {
        self.files.iter().find(|file| file.name == name || file.plain.as_ref().is_some_and(|plain| plain.name == name))
    }

    /// The files of a format.
    pub fn of(&self, format: Format) -> impl Iterator<Item = &FileEntry> {
        self.files.iter().filter(move |file| file.format == format)
    }
}
