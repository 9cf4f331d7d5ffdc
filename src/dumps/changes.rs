//! What became different between two nights: the older one and these lines make the newer one.
//!
//! Each file of lines is in the order of its ids, so the two are read side by side, a line of each in memory.

use std::{cmp::Ordering, io, path::Path};

use serde::Deserialize;

use super::{
    files,
    manifest::{FileEntry, Format},
    out::{Lines, Packed, What},
    rules::Rules,
};

/// How a line begins that puts a thing in the place of what was there.
const UPSERT: &[u8] = br#"{"op":"upsert","#;

/// What a line is about.
#[derive(Debug, Clone, Deserialize)]
pub struct Key {
    /// What kind of thing.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its id.
    pub id: String,
    /// Its version, when it has one.
    #[serde(default)]
    pub version: i64,
}

/// Writes what is different between the nights in two folders, into the second.
pub fn write(before: &Path, after: &Path) -> io::Result<FileEntry> {
    let mut out = create(after)?;
    for name in files::WHOLE {
        let (mut old, mut new) = (Side::open(&before.join(name))?, Side::open(&after.join(name))?);
        loop {
            let order = match (&old.key, &new.key) {
                (None, None) => break,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(old), Some(new)) => old.id.cmp(&new.id),
            };
            if order == Ordering::Less {
                out.line(&removal(old.key.as_ref()))?;
            } else if order == Ordering::Greater || old.line != new.line {
                out.line(&[UPSERT, &new.line[1..]].concat())?;
            }
            if order.is_le() {
                old.step()?;
            }
            if order.is_ge() {
                new.step()?;
            }
        }
    }
    out.finish()
}

/// Makes of a line what may be shown of it.
type Cleaned = fn(&[u8], &Rules) -> io::Result<Option<Vec<u8>>>;

/// Writes the lines of a kept night again, without what must not be shown: a thing that may not be shown at all is removed.
pub fn clean(from: &Path, to: &Path, rules: &Rules, cleaned: Cleaned) -> io::Result<FileEntry> {
    let mut out = create(to)?;
    let mut lines = Lines::open(&from.join(files::CHANGES))?;
    while let Some(line) = lines.next()? {
        if let Some(rest) = line.strip_prefix(UPSERT) {
            let line = [b"{", rest].concat();
            match cleaned(&line, rules)? {
                Some(line) => out.line(&[UPSERT, &line[1..]].concat())?,
                None => out.line(&removal(Some(&serde_json::from_slice(&line)?)))?,
            }
        } else {
            out.line(line)?;
        }
    }
    out.finish()
}

fn create(folder: &Path) -> io::Result<Packed> {
    let name = files::CHANGES.trim_end_matches(super::out::PACKED);
    Packed::create(folder, name, What { format: Format::Changes, content: "everything" })
}

fn removal(key: Option<&Key>) -> Vec<u8> {
    let (kind, id) = key.map(|key| (key.kind.as_str(), key.id.as_str())).unwrap_or_default();
    serde_json::json!({ "op": "remove", "type": kind, "id": id }).to_string().into_bytes()
}

/// One of the two nights: its next line, and what that is about.
struct Side {
    lines: Lines,
    line: Vec<u8>,
    key: Option<Key>,
}

impl Side {
    fn open(file: &Path) -> io::Result<Self> {
        let mut side = Self { lines: Lines::open(file)?, line: Vec::new(), key: None };
        side.step()?;
        Ok(side)
    }

    fn step(&mut self) -> io::Result<()> {
        self.line.clear();
        self.key = None;
        if let Some(line) = self.lines.next()? {
            self.line.extend_from_slice(line);
            self.key = Some(serde_json::from_slice(line)?);
        }
        Ok(())
    }
}
