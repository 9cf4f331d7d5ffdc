//! Other people's lists: bytes in, [`Row`]s out, one file of code a format.
//!
//! What holds: a reader never fails on a bad row (it is a [`Outcome::Quarantined`] or [`Outcome::Ignored`] row with
//! its reason), and never passes on a file it could not read to its end (that is a [`FileError`], and nothing of the
//! file goes in).

pub mod archive;
pub mod bundle;
pub mod capitals;
pub mod cerner_2020;
pub mod changed;
pub mod chpl;
pub mod cms_payers;
pub mod cms_providers;
pub mod elements;
pub mod input;
pub mod junk;
pub mod kind_words;
pub mod lantern;
pub mod limits;
pub mod lines;
pub mod marks;
pub mod medicaid;
pub mod npd;
pub mod nppes;
pub mod original;
pub mod payer_index;
pub mod plan;
pub mod private;
pub mod registry;
pub mod report;
pub mod run;
pub mod set;
pub mod shape;
pub mod starter;
pub mod sync;
pub mod template;
pub mod well_known;

use std::ops::ControlFlow;

use crate::model::listing::Listing;

/// One row of a file, with what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Which row: the line of a CSV, the position in a JSON list; counted from 1.
    pub number: u64,
    /// What became of it.
    pub outcome: Outcome,
    /// Parts of a good row that were left out, each with its reason.
    pub notes: Vec<Problem>,
}

/// What became of one row.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It says something of an organization or app.
    Listing(Box<Listing>),
    /// It must not be published: a bad address, a test organization. Kept by key and reason for a person to look at.
    Quarantined {
        /// The key it would have had.
        key: String,
        /// Why.
        problem: Problem,
    },
    /// It says nothing we keep: a row without a name or address, an inactive resource.
    Ignored(Problem),
    /// Several rows that say nothing we keep for one and the same reason, told at once: millions of persons in a
    /// register of organizations are not worth a row each.
    ManyIgnored {
        /// Why.
        problem: Problem,
        /// How many rows.
        rows: u64,
    },
    /// The publisher says that what it listed under this key is no more (a deactivated number).
    Closed {
        /// The key of the listing.
        key: String,
    },
}

/// What is wrong with a row or a part of it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Problem {
    /// The field, named as the file names it.
    pub field: String,
    /// A short stable code: `relative_address`, `test_organization`, `no_name` …
    pub code: String,
    /// What is wrong and how to mend it, in plain words, without the row's private content.
    pub reason: String,
}

/// A file that changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// No bytes, or white space only.
    #[error("the file is empty; fetch it again")]
    Empty,
    /// A web page where data was expected.
    #[error("the file is a web page (HTML), not data; the publisher may have moved it or asks to sign in")]
    Html,
    /// Cut off, or broken in the middle.
    #[error("the file ends too early or is broken at {at}: {what}; fetch it again")]
    Broken {
        /// Line and column, or byte.
        at: String,
        /// The parser's words.
        what: String,
    },
    /// None of the shapes the program reads.
    #[error("the file has no known shape ({0}); see `connector import --help` for those that are read")]
    UnknownShape(String),
    /// A table without a column it must have.
    #[error("the file looks like {table}, but has no column {column:?}; was it changed, or is it a new edition?")]
    MissingColumn {
        /// What the file looks like.
        table: &'static str,
        /// The column, as the publisher names it.
        column: &'static str,
    },
    /// More than any list of this kind can be: a bomb, or something else under a list's name.
    #[error("the file is not taken in: {0}")]
    TooBig(String),
    /// The file could not be opened or read.
    #[error("the file cannot be read: {0}")]
    Io(String),
}

impl FileError {
    /// Words of the errors that say that a list is written in another way than before: a column went, or nothing of it is
    /// known again.
    pub const SHAPE_CHANGED: [&str; 2] = ["but has no column", "has no known shape"];
}

/// What a reader learned of the whole file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FileFacts {
    /// Rows in the file, whatever became of them.
    pub rows: u64,
    /// The source the content points to, for a file nobody named a source for.
    pub suggested_source: Option<String>,
}

/// Takes rows one by one; answers `Break` to stop the reader.
pub type Emit<'a> = &'a mut dyn FnMut(Row) -> ControlFlow<()>;
