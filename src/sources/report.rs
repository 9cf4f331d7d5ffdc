//! What an import did, for people and for machines.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Serialize;

use crate::model::text;

/// Rows and parts of rows told in full for each file; the others are counted.
pub const TOLD_ROWS: usize = 200;
/// Different reasons that are counted apart for each file.
const REASONS: usize = 200;
/// Where further ones are counted.
const FURTHER: &str = "further reasons";
/// The longest field or code, and the longest reason, in characters.
const WORD_LIMIT: usize = 80;
const REASON_LIMIT: usize = 500;
/// Examples a person is shown for each reason.
const EXAMPLES: usize = 3;

/// What became of one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FileStatus {
    /// Its rows went in.
    #[default]
    Committed,
    /// It was read to see what would change.
    DryRun,
    /// It, or another file of its load, cannot be used; nothing of the load went in.
    Refused,
    /// A newer load of its source was applied already.
    OlderLoad,
    /// Too much would change at once: it waits for a person, and nothing was changed.
    Held,
    /// No row of it can be listed (nameless, or a format this version only recognises).
    NothingToList,
}

/// Counts in listings: read = new + changed + unchanged + quarantined + ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Counts {
    /// Rows that are listings or could have been.
    pub read: u64,
    /// Not there before, or back again.
    pub new: u64,
    /// Say something else now.
    pub changed: u64,
    /// Say the same.
    pub unchanged: u64,
    /// No longer in a full load.
    pub withdrawn: u64,
    /// Must not be published.
    pub quarantined: u64,
    /// Say nothing we keep.
    pub ignored: u64,
}

impl Counts {
    /// Adds another count.
    pub fn add(&mut self, other: &Self) {
        self.read += other.read;
        self.new += other.new;
        self.changed += other.changed;
        self.unchanged += other.unchanged;
        self.withdrawn += other.withdrawn;
        self.quarantined += other.quarantined;
        self.ignored += other.ignored;
    }

    /// Nothing of what was read is taken: every row counts as ignored.
    #[must_use]
    pub fn all_ignored(&self) -> Self {
        Self { read: self.read, ignored: self.read, ..Self::default() }
    }
}

/// A row, or a part of one, with what is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RowProblem {
    /// Which row, from 1.
    pub row: u64,
    /// The field.
    pub field: String,
    /// A short stable code.
    pub code: String,
    /// What is wrong and how to mend it.
    pub reason: String,
    /// `quarantined`, `ignored`; of a row that went in: `left_out` for a part that cannot be used, `removed` for
    /// something private that was cut out.
    pub what: &'static str,
}

/// The report of one file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct FileReport {
    /// The file as it was named.
    pub file: String,
    /// Its source.
    pub source: String,
    /// How the source is known: `named`, `import.toml` or `content`.
    pub source_from: &'static str,
    /// The date of its load.
    pub date: String,
    /// What became of it.
    pub status: FileStatus,
    /// Why, when it is not committed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Entries in the file, listings or not.
    pub rows: u64,
    /// The counts.
    #[serde(flatten)]
    pub counts: Counts,
    /// How often each problem occurred.
    pub reasons: BTreeMap<String, u64>,
    /// The first problems in full.
    pub problems: Vec<RowProblem>,
}

impl FileReport {
    /// Notes a problem. Whatever a file brought into its words, no terminal is told to do anything by them, and different
    /// ones do not grow without end.
    pub fn note(&mut self, mut problem: RowProblem) {
        for (words, limit) in
            [(&mut problem.field, WORD_LIMIT), (&mut problem.code, WORD_LIMIT), (&mut problem.reason, REASON_LIMIT)]
        {
            *words = text::clean(words, limit);
        }
        let mut reason = format!("{}: {}", problem.what, problem.code);
        if self.reasons.len() >= REASONS && !self.reasons.contains_key(&reason) {
            FURTHER.clone_into(&mut reason);
        }
        *self.reasons.entry(reason).or_default() += 1;
        if self.problems.len() < TOLD_ROWS {
            self.problems.push(problem);
        }
    }
}

/// The report of an import.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Report {
    /// Each file, in the order of the loads.
    pub files: Vec<FileReport>,
    /// All files together.
    pub total: Counts,
    /// What changed in the directory.
    pub directory: crate::store::Published,
    /// New organizations that turned out to be known ones.
    pub joined: u64,
    /// Pairs that may be one organization: a person decides (`connector review`).
    pub reviewed: u64,
    /// Files of a folder that its `import.toml` does not name: left alone.
    pub not_named: Vec<String>,
}

impl Report {
    /// Did every file fail? Then the import as a whole did.
    pub fn failed(&self) -> bool {
        !self.files.is_empty() && self.files.iter().all(|file| file.status == FileStatus::Refused)
    }

    /// The report in words: a line a file, its problems, a summary.
    pub fn words(&self) -> String {
        let mut out = String::new();
        for file in &self.files {
            file.words(&mut out);
        }
        for name in &self.not_named {
            let _ = writeln!(out, "{name}: not named in import.toml, left alone");
        }
        let (t, d) = (&self.total, &self.directory);
        let _ = writeln!(
            out,
            "Listings: {} read = {} new + {} changed + {} unchanged + {} quarantined + {} ignored; {} withdrawn.",
            t.read, t.new, t.changed, t.unchanged, t.quarantined, t.ignored, t.withdrawn
        );
        let _ = writeln!(
            out,
            "Directory: {} created, {} updated, {} withdrawn, {} restored; {} doors wait for a person.",
            d.created, d.updated, d.withdrawn, d.restored, d.held_doors
        );
        if self.joined + self.reviewed > 0 {
            let _ = writeln!(
                out,
                "Matching: {} new organizations are known ones; {} pairs may be one and wait (`connector review`).",
                self.joined, self.reviewed
            );
        }
        out
    }
}

impl FileReport {
    fn words(&self, out: &mut String) {
        let c = &self.counts;
        let _ = writeln!(out, "{} ({}, {})", self.file, self.source, self.date);
        let _ = writeln!(
            out,
            "  {} read: {} new, {} changed, {} unchanged, {} quarantined, {} ignored; {} withdrawn",
            c.read, c.new, c.changed, c.unchanged, c.quarantined, c.ignored, c.withdrawn
        );
        if let Some(message) = &self.message {
            let _ = writeln!(out, "  {message}");
        }
        for (reason, count) in &self.reasons {
            let _ = writeln!(out, "  {reason}: {count}");
            let same = |p: &&RowProblem| format!("{}: {}", p.what, p.code) == *reason;
            for problem in self.problems.iter().filter(same).take(EXAMPLES) {
                let _ = writeln!(out, "    row {}, {}: {}", problem.row, problem.field, problem.reason);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_import_failed_when_nothing_of_it_could_be_used() {
        let file = |status| FileReport { status, ..FileReport::default() };
        let report = |statuses: &[FileStatus]| Report {
            files: statuses.iter().map(|s| file(*s)).collect(),
            ..Report::default()
        };
        assert!(report(&[FileStatus::Refused]).failed());
        assert!(!report(&[FileStatus::Refused, FileStatus::Committed]).failed());
        assert!(!report(&[]).failed());
    }

    #[test]
    fn words_of_a_file_do_nothing_to_a_terminal_and_do_not_grow_without_end() {
        let mut file = FileReport::default();
        for n in 0..5_000 {
            file.note(RowProblem {
                row: n,
                field: "a\u{1b}[2J".repeat(100),
                code: format!("code_{n}\u{1b}]0;x\u{7}"),
                reason: "b\r\u{9b}31m".repeat(1_000),
                what: "left_out",
            });
        }
        assert!(file.reasons.len() <= REASONS + 1, "{}", file.reasons.len());
        assert_eq!(file.reasons.values().sum::<u64>(), 5_000, "none is lost");
        assert!(file.reasons[FURTHER] > 4_000);
        let words = Report { files: vec![file], ..Report::default() }.words();
        assert!(!words.chars().any(|c| c.is_control() && c != '\n'), "{words:?}");
        assert!(words.lines().all(|line| line.chars().count() < 700), "{words}");
    }

    #[test]
    fn problems_are_told_with_row_field_and_reason() {
        let mut file = FileReport { file: "list.json".into(), ..FileReport::default() };
        for row in 1..=5 {
            file.note(RowProblem {
                row,
                field: "URL".into(),
                code: "relative_address".into(),
                reason: "the address is relative".into(),
                what: "quarantined",
            });
        }
        let words = Report { files: vec![file], ..Report::default() }.words();
        assert!(words.contains("quarantined: relative_address: 5"), "{words}");
        assert!(words.contains("row 3, URL: the address is relative") && !words.contains("row 4"), "{words}");
    }
}
