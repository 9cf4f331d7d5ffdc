//! What a folder of files is: `import.toml` says the source, date and mode of each load.
//!
//! Text in, [`LoadPlan`]s in the file's order out. What holds: no plan reaches outside its folder.

use std::path::{Component, PathBuf};

use jiff::civil::Date;
use serde::Deserialize;

use crate::model::source::Mode;

/// One load of a folder: a dated set of files of one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadPlan {
    /// Id of the source.
    pub source: String,
    /// The day its publisher gave it out.
    pub date: Date,
    /// Full or delta; without it, as the source is registered.
    pub mode: Option<Mode>,
    /// Its files, relative to the folder; never empty.
    pub files: Vec<PathBuf>,
}

/// What is wrong with an `import.toml`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// It is no TOML, or has keys the program does not know.
    #[error("import.toml cannot be read: {0}")]
    Unreadable(String),
    /// One `[[load]]` is wrong.
    #[error("import.toml, load {number} ({source_id}): {what}")]
    Load {
        /// Which `[[load]]`, counted from 1.
        number: usize,
        /// Its source.
        source_id: String,
        /// What is wrong and how to mend it.
        what: String,
    },
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    load: Vec<Load>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Load {
    source: String,
    date: toml::Value,
    mode: Option<Mode>,
    files: Vec<String>,
}

/// Reads an `import.toml`.
pub fn parse(text: &str) -> Result<Vec<LoadPlan>, PlanError> {
    let file: File = toml::from_str(text).map_err(|e| PlanError::Unreadable(e.to_string()))?;
    if file.load.is_empty() {
        return Err(PlanError::Unreadable("it has no [[load]]; each needs source, date and files".to_owned()));
    }
    file.load
        .into_iter()
        .enumerate()
        .map(|(n, load)| {
            let source_id = load.source.clone();
            plan(load).map_err(|what| PlanError::Load { number: n + 1, source_id, what })
        })
        .collect()
}

fn plan(load: Load) -> Result<LoadPlan, String> {
    if !is_source_id(&load.source) {
        return Err("a source is named by lower-case letters, digits and dashes".to_owned());
    }
    let date = date(&load.date).ok_or_else(|| format!("{} is no date; write date = \"2026-11-22\"", load.date))?;
    if load.files.is_empty() {
        return Err("it has no files; write files = [\"list.json\"]".to_owned());
    }
    let files = load.files.iter().map(|file| inside(file)).collect::<Result<_, _>>()?;
    Ok(LoadPlan { source: load.source, date, mode: load.mode, files })
}

/// May this be the id of a source?
pub fn is_source_id(id: &str) -> bool {
    !id.is_empty()
        && id.len() <= 80
        && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.' | b'_'))
}

/// A date written as text or as TOML's own date.
pub(super) fn date(value: &toml::Value) -> Option<Date> {
    match value {
        toml::Value::String(text) => text.parse().ok(),
        toml::Value::Datetime(date) => date.to_string().parse().ok(),
        _ => None,
    }
}

fn inside(file: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(file);
    let plain = !file.is_empty() && path.components().all(|part| matches!(part, Component::Normal(_)));
    if plain {
        Ok(path)
    } else {
        Err(format!("{file:?} is not a file inside the folder; give a path without / in front and without .."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::input::tests::real;

    #[test]
    fn loads_in_their_order() {
        let plans = parse(
            "[[load]]\nsource = \"a\"\ndate = \"2025-11-21\"\nmode = \"full\"\nfiles = [\"x/1.json\", \"x/2.json\"]\n\
             [[load]]\nsource = \"b\"\ndate = 2026-02-20\nfiles = [\"y.json\"]\n",
        )
        .unwrap();
        assert_eq!(plans.len(), 2);
        assert_eq!((plans[0].mode, plans[0].files.len()), (Some(Mode::Full), 2));
        assert_eq!((plans[1].mode, plans[1].date), (None, jiff::civil::date(2026, 2, 20)));
    }

    #[test]
    fn what_is_wrong_is_said() {
        let load = |rest: &str| format!("[[load]]\nsource = \"a\"\n{rest}");
        for (text, words) in [
            (String::new(), "no [[load]]"),
            ("not toml".to_owned(), "cannot be read"),
            (load("date = \"2026-01-01\"\nfiles = [\"a\"]\nmod = 1"), "unknown field"),
            (load("date = \"yesterday\"\nfiles = [\"a\"]"), "is no date"),
            (load("date = \"2026-01-01\"\nfiles = []"), "no files"),
            (load("date = \"2026-01-01\"\nfiles = [\"/etc/passwd\"]"), "inside the folder"),
            (load("date = \"2026-01-01\"\nfiles = [\"../x\"]"), "inside the folder"),
            (load("date = \"2026-01-01\"\nmode = \"half\"\nfiles = [\"a\"]"), "unknown variant"),
            ("[[load]]\nsource = \"A B\"\ndate = \"2026-01-01\"\nfiles = [\"a\"]".to_owned(), "lower-case"),
        ] {
            let error = parse(&text).unwrap_err().to_string();
            assert!(error.contains(words), "{text}: {error}");
        }
    }

    #[test]
    fn real_folder() {
        let Some(path) = real("import.toml") else { return };
        let plans = parse(&std::fs::read_to_string(&path).unwrap()).unwrap();
        assert_eq!(plans.len(), 26);
        for file in plans.iter().flat_map(|plan| &plan.files) {
            assert!(path.with_file_name(file).exists(), "{file:?}");
        }
    }
}
