//! Lists of known sources whose shape changed, so that they cannot be read: they are held for a person to see, where a
//! list nobody knows is only refused.
//!
//! A report of an import in, the same report with such files held out. What holds: nothing of them goes in.

use super::{
    FileError,
    report::{FileReport, FileStatus, Report},
    run::Importer,
};
use crate::store::{
    StoreError,
    intake::{LoadFile, LoadHead},
};

impl Importer<'_> {
    /// Holds what was refused because its shape changed, and ends the waiting of what was held so where a list went in.
    /// `fetched` are the files when they were fetched: then whatever has no known shape is the publisher's doing; given by
    /// hand it may be the wrong file, and only a table that lost a column is held.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn hold_what_changed(&self, report: &mut Report, fetched: Option<&[LoadFile]>) -> Result<(), StoreError> {
        let words = if fetched.is_some() { &FileError::SHAPE_CHANGED[..] } else { &FileError::SHAPE_CHANGED[..1] };
        let changed: Vec<FileReport> = report.files.iter().filter(|file| says(file, words)).cloned().collect();
        for bad in &changed {
            let of_load = |file: &&mut FileReport| {
                file.status == FileStatus::Refused && file.source == bad.source && file.date == bad.date
            };
            let (Some(why), Ok(date)) = (&bad.message, bad.date.parse()) else { continue };
            let source = self.registry.find(&bad.source);
            let hash =
                fetched.into_iter().flatten().find(|known| known.name == bad.file).map(|known| known.sha256.clone());
            let file = LoadFile { name: bad.file.clone(), sha256: hash.unwrap_or_default() };
            let why = why.trim_start_matches("Refused, nothing was changed: ").trim_end_matches('.');
            let head = LoadHead { mode: source.mode, source, date, files: vec![file] };
            if self.store.hold_unreadable(&head, why).await? {
                for file in report.files.iter_mut().filter(of_load) {
                    file.status = FileStatus::Held;
                    file.message = Some(format!(
                        "Held, nothing was changed: {why}. A person must look at it: see `connector held`."
                    ));
                }
            }
        }
        for good in report.files.iter().filter(|file| file.status == FileStatus::Committed) {
            self.store.pass_unreadable(&good.source).await?;
        }
        Ok(())
    }
}

/// Was it refused in one of these words? What was cut off or is no data only waits for a better fetch.
fn says(file: &FileReport, words: &[&str]) -> bool {
    let says = |message: &String| words.iter().any(|words| message.contains(words));
    file.status == FileStatus::Refused && !file.source.is_empty() && file.message.as_ref().is_some_and(says)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_changed_shape_is_held() {
        let refused = |error: &FileError| FileReport {
            source: "a".into(),
            status: FileStatus::Refused,
            message: Some(format!("Refused, nothing was changed: {error}.")),
            ..FileReport::default()
        };
        let lost = FileError::MissingColumn { table: "the main file of NPPES", column: "NPI" };
        let unknown = FileError::UnknownShape("a table of 4 columns, none of whose names is known".into());
        for (error, words) in [(lost, FileError::SHAPE_CHANGED[0]), (unknown, FileError::SHAPE_CHANGED[1])] {
            assert!(says(&refused(&error), &[words]), "{error}");
        }
        let cut = FileError::Broken { at: "line 3".into(), what: "cut off".into() };
        for error in [FileError::Empty, FileError::Html, cut, FileError::TooBig("x".into())] {
            assert!(!says(&refused(&error), &FileError::SHAPE_CHANGED), "{error}");
        }
    }
}
