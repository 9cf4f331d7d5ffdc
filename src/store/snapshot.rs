//! A load as it is kept: its stripped rows and its quarantine, compressed, and the marks of its rows.
//!
//! Flows in: listings as they are taken. Flows out: two blobs. What holds: of a row, 16 bytes stay in memory; the
//! rows are compressed in a thread of their own, and a slow disk slows the load instead of filling the memory.

use std::{
    collections::HashSet,
    fs::File,
    io::{self, BufRead, BufReader, Read, Write},
};

use serde::{Deserialize, Serialize};
use tokio::{sync::mpsc, task::JoinHandle};

use super::{
    StoreError,
    blobs::{Blobs, Draft},
    db::parse,
    intake::Quarantined,
};
use crate::model::{
    guard::{Mark, Shape, body_mark, key_mark},
    listing::{Body, Listing},
    redact::{self, Spellings},
};

/// Bytes of rows that travel together to the thread that compresses.
const PORTION: usize = 1 << 18;
/// zstd's own default: faster levels save little time here, slower ones little room.
const LEVEL: i32 = 3;

/// One line of a snapshot: a row with key and body, what was quarantined, or a key that is no more.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
struct Line {
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    /// Was the row not there before this load?
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    new: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    strong: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<Body>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quarantined: Option<Quarantined>,
    #[serde(skip_serializing_if = "Option::is_none")]
    closed: Option<String>,
}

/// A row as it is taken.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'a> {
    pub key: &'a str,
    /// It was not there before this load, which is not the first of its source.
    pub new: bool,
    /// Empty: none.
    pub group: &'a str,
    /// What survives a change of key, one a line.
    pub strong: &'a str,
    pub body: &'a Body,
    /// The body as it is stored.
    pub json: &'a str,
    /// SHA-256 of that, in hex.
    pub hash: &'a str,
}

/// What a snapshot holds, line by line.
#[derive(Debug)]
pub(super) enum Entry {
    /// A row as it was taken.
    Row(Box<Listing>),
    /// A row, or a part of one, that must not be published.
    Quarantined(Box<Quarantined>),
    /// The key of a listing that is no more.
    Closed(String),
}

/// Writes a snapshot while rows are taken. Dropping it leaves nothing.
pub(super) struct Writer {
    blobs: Blobs,
    buffer: Vec<u8>,
    thread: Option<Thread>,
    marks: Vec<Mark>,
    shape: Shape,
}

struct Thread {
    sender: mpsc::Sender<Vec<u8>>,
    done: JoinHandle<io::Result<Draft>>,
}

/// A snapshot whose rows are all written: it needs only its place.
pub(super) struct Sealed {
    rows: Draft,
    /// Marks in the order of keys.
    pub marks: Vec<Mark>,
    /// What the rows use.
    pub shape: Shape,
    blobs: Blobs,
}

/// Where a snapshot lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Placed {
    /// Blob of the rows.
    pub snapshot: String,
    /// Blob of the marks.
    pub marks: String,
}

impl Writer {
    pub fn new(blobs: Blobs) -> Self {
        Self { blobs, buffer: Vec::new(), thread: None, marks: Vec::new(), shape: Shape::default() }
    }

    /// Adds a row.
    pub fn row(&mut self, row: &Row<'_>) {
        self.marks.push((key_mark(row.key), body_mark(row.json, row.hash)));
        self.shape.count(row.body);
        let buffer = &mut self.buffer;
        buffer.extend(b"{\"key\":");
        let _ = serde_json::to_writer(&mut *buffer, row.key);
        if row.new {
            buffer.extend(b",\"new\":true");
        }
        if !row.group.is_empty() {
            buffer.extend(b",\"group\":");
            let _ = serde_json::to_writer(&mut *buffer, row.group);
        }
        if !row.strong.is_empty() {
            buffer.extend(b",\"strong\":");
            let strong: Vec<&str> = row.strong.split('\n').collect();
            let _ = serde_json::to_writer(&mut *buffer, &strong);
        }
        buffer.extend(b",\"body\":");
        buffer.extend(row.json.as_bytes());
        buffer.extend(b"}\n");
    }

    /// Adds what must not be published.
    pub fn quarantined(&mut self, rows: &[Quarantined]) {
        for row in rows {
            let line = Line { quarantined: Some(row.clone()), ..Line::default() };
            let _ = serde_json::to_writer(&mut self.buffer, &line);
            self.buffer.push(b'\n');
        }
    }

    /// Adds keys of listings that are no more.
    pub fn closed(&mut self, keys: &[String]) {
        for key in keys {
            let line = Line { closed: Some(key.clone()), ..Line::default() };
            let _ = serde_json::to_writer(&mut self.buffer, &line);
            self.buffer.push(b'\n');
        }
    }

    /// Hands over what has gathered; waits while the disk is behind.
    pub async fn flush(&mut self) -> Result<(), StoreError> {
        if self.buffer.len() < PORTION {
            return Ok(());
        }
        self.send().await
    }

    async fn send(&mut self) -> Result<(), StoreError> {
        let portion = std::mem::take(&mut self.buffer);
        let thread = match &mut self.thread {
            Some(thread) => thread,
            none => none.insert(start(&self.blobs)),
        };
        if thread.sender.send(portion).await.is_ok() {
            return Ok(());
        }
        // The thread has ended early: it says why.
        match self.thread.take() {
            Some(thread) => drop(ended(thread).await?),
            None => return Ok(()),
        }
        Err(blob_error("the snapshot of the load", io::Error::other("it ended too early")))
    }

    /// Ends the rows.
    pub async fn seal(mut self) -> Result<Sealed, StoreError> {
        self.send().await?;
        let Some(thread) = self.thread.take() else {
            return Err(blob_error("the snapshot of the load", io::Error::other("it was never begun")));
        };
        let rows = ended(thread).await?;
        self.marks.sort_unstable();
        Ok(Sealed { rows, marks: self.marks, shape: self.shape, blobs: self.blobs })
    }
}

impl Sealed {
    /// Makes the snapshot lasting. The caller holds the transaction that will name the two blobs.
    pub async fn place(self) -> Result<Placed, StoreError> {
        let Self { rows, marks, blobs, .. } = self;
        joined(tokio::task::spawn_blocking(move || place(rows, &marks, &blobs)).await)
    }
}

fn start(blobs: &Blobs) -> Thread {
    let (sender, mut portions) = mpsc::channel::<Vec<u8>>(4);
    let blobs = blobs.clone();
    let done = tokio::task::spawn_blocking(move || {
        let mut packed = zstd::Encoder::new(blobs.put()?, LEVEL)?;
        while let Some(portion) = portions.blocking_recv() {
            packed.write_all(&portion)?;
        }
        packed.finish()
    });
    Thread { sender, done }
}

async fn ended(thread: Thread) -> Result<Draft, StoreError> {
    drop(thread.sender);
    joined(thread.done.await)
}

fn joined<T>(done: Result<io::Result<T>, tokio::task::JoinError>) -> Result<T, StoreError> {
    done.map_err(io::Error::other).and_then(|done| done).map_err(|error| blob_error("the snapshot of the load", error))
}

/// What went wrong with a file beside the database.
pub(super) fn blob_error(what: &str, error: io::Error) -> StoreError {
    if error.kind() == io::ErrorKind::StorageFull {
        return StoreError::DiskFull(format!("{what}: {error}"));
    }
    StoreError::Blob { what: what.to_owned(), error }
}

/// The rows of a snapshot, in the order they were taken.
pub(super) struct Reader {
    name: String,
    lines: BufReader<zstd::Decoder<'static, BufReader<File>>>,
    line: String,
}

impl Reader {
    pub fn open(blobs: &Blobs, hash: &str) -> Result<Self, StoreError> {
        let packed = blobs.open(hash).and_then(zstd::Decoder::new);
        let packed = packed.map_err(|error| blob_error(&format!("snapshot {hash}"), error))?;
        Ok(Self { name: hash.to_owned(), lines: BufReader::with_capacity(PORTION, packed), line: String::new() })
    }

    /// Reads the next line as it stands; `false` at the end.
    fn next_line(&mut self) -> Result<bool, StoreError> {
        self.line.clear();
        let bytes = self.lines.read_line(&mut self.line);
        Ok(bytes.map_err(|error| blob_error(&format!("snapshot {}", self.name), error))? > 0)
    }

    /// Only the rows with these key marks; the other lines are not taken apart.
    pub fn only(mut self, wanted: HashSet<u64>) -> impl Iterator<Item = Result<Listing, StoreError>> {
        let mut left = wanted.len();
        std::iter::from_fn(move || {
            loop {
                match (left > 0).then(|| self.next_line())? {
                    Err(error) => return Some(Err(error)),
                    Ok(false) => return None,
                    Ok(true) => {}
                }
                if self.key().is_some_and(|key| wanted.contains(&key_mark(&key))) {
                    left -= 1;
                    match self.entry() {
                        Ok(Entry::Row(row)) => return Some(Ok(*row)),
                        Ok(_) => {}
                        Err(error) => return Some(Err(error)),
                    }
                }
            }
        })
    }

    /// The key of the row that the line holds: it stands first.
    fn key(&self) -> Option<String> {
        let rest = self.line.strip_prefix("{\"key\":")?;
        serde_json::Deserializer::from_str(rest).into_iter().next()?.ok()
    }

    fn read(&mut self) -> Result<Option<Entry>, StoreError> {
        if !self.next_line()? {
            return Ok(None);
        }
        self.entry().map(Some)
    }

    /// What the line says.
    fn entry(&self) -> Result<Entry, StoreError> {
        let name = &self.name;
        let unreadable = |why: String| StoreError::Unreadable { what: format!("snapshot {name}"), why };
        let line: Line = serde_json::from_str(&self.line).map_err(|error| unreadable(error.to_string()))?;
        Ok(match (line.quarantined, line.key, line.body) {
            _ if line.closed.is_some() => Entry::Closed(line.closed.unwrap_or_default()),
            (Some(quarantined), ..) => Entry::Quarantined(Box::new(quarantined)),
            (None, Some(key), Some(body)) => {
                Entry::Row(Box::new(Listing { key, group: line.group, strong: line.strong, body }))
            }
            _ => return Err(unreadable("a line is neither a row nor a quarantined one".into())),
        })
    }
}

impl Iterator for Reader {
    type Item = Result<Entry, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

/// Marks of the keys of a snapshot whose rows were not there before it. Snapshots from before this was noted have none.
pub(super) fn brought(blobs: &Blobs, hash: &str) -> Result<HashSet<u64>, StoreError> {
    #[derive(Deserialize)]
    struct Head {
        key: Option<String>,
        #[serde(default)]
        new: bool,
    }
    let mut lines = Reader::open(blobs, hash)?;
    let mut all = HashSet::new();
    while lines.next_line()? {
        // Quotes within texts are escaped: nearly every line without it is not read.
        if lines.line.contains("\"new\":true") {
            let head: Head = parse(&format!("snapshot {hash}"), &lines.line)?;
            all.extend(head.key.filter(|_| head.new).map(|key| key_mark(&key)));
        }
    }
    Ok(all)
}

/// Writes a snapshot again without a text, whose keys do not spell it either; nothing when there is nothing of it. The
/// caller holds the transaction that will name the two blobs.
pub(super) fn rewrite(blobs: &Blobs, hash: &str, said: &Spellings) -> Result<Option<Placed>, StoreError> {
    let failed = |error| blob_error(&format!("snapshot {hash}"), error);
    let written: Vec<String> = said.all().iter().map(|spelling| redact::in_json(spelling)).collect();
    let mut old = Reader::open(blobs, hash)?;
    let mut holds = false;
    while !holds && old.next_line()? {
        holds = written.iter().any(|spelling| old.line.contains(spelling));
    }
    if !holds {
        return Ok(None);
    }
    let mut rows = zstd::Encoder::new(blobs.put().map_err(failed)?, LEVEL).map_err(failed)?;
    let (mut marks, mut cut) = (Vec::new(), false);
    let mut old = Reader::open(blobs, hash)?;
    while old.next_line()? {
        let line: Line = parse(&format!("snapshot {hash}"), &old.line)?;
        let line = match written.iter().any(|spelling| old.line.contains(spelling)).then(|| without(&line, said)) {
            None | Some(Cut::Nothing) => line,
            Some(Cut::Part(left)) => {
                cut = true;
                *left
            }
            Some(Cut::Whole) => {
                cut = true;
                continue;
            }
        };
        if let (Some(key), Some(body)) = (&line.key, &line.body) {
            let (json, hash) = body.written();
            marks.push((key_mark(key), body_mark(&json, &hash)));
        }
        let mut json = serde_json::to_vec(&line).map_err(io::Error::from).map_err(failed)?;
        json.push(b'\n');
        rows.write_all(&json).map_err(failed)?;
    }
    if !cut {
        return Ok(None);
    }
    marks.sort_unstable();
    let rows = rows.finish().map_err(failed)?;
    place(rows, &marks, blobs).map(Some).map_err(failed)
}

/// What is cut out of a line.
enum Cut {
    Nothing,
    /// This is left.
    Part(Box<Line>),
    Whole,
}

fn without(line: &Line, said: &Spellings) -> Cut {
    let text = said.all().first().map(String::as_str).unwrap_or_default();
    if let Some(row) = &line.quarantined {
        let holds = said.stand_in(&row.key) || row.field.contains(text) || row.reason.contains(text);
        return if holds { Cut::Whole } else { Cut::Nothing };
    }
    let mut left = line.clone();
    for key in left.key.iter_mut().chain(&mut left.group).chain(&mut left.closed) {
        if let Some(digest) = said.key(key) {
            *key = digest;
        }
    }
    left.strong.retain(|mark| !mark.contains(text));
    if let Some(body) = &mut left.body {
        if let Some(other) = said.body(body) {
            *body = other;
        }
        if body.written().0.contains(&redact::in_json(text)) {
            *body = redact::without(body, text);
        }
    }
    if left == *line { Cut::Nothing } else { Cut::Part(Box::new(left)) }
}

/// Makes a snapshot and its marks lasting.
fn place(rows: Draft, marks: &[Mark], blobs: &Blobs) -> io::Result<Placed> {
    let mut draft = blobs.put()?;
    let mut bytes = Vec::with_capacity(PORTION);
    for (key, body) in marks {
        bytes.extend(key.to_le_bytes());
        bytes.extend(body.to_le_bytes());
        if bytes.len() >= PORTION {
            draft.write_all(&bytes)?;
            bytes.clear();
        }
    }
    draft.write_all(&bytes)?;
    Ok(Placed { snapshot: rows.place()?.0, marks: draft.place()?.0 })
}

/// The marks of a load in the order of keys, read as they are asked for. A file that ends early ends the marks.
pub(super) fn marks(blobs: &Blobs, hash: &str) -> Result<impl Iterator<Item = Mark> + use<>, StoreError> {
    let file = blobs.open(hash).map_err(|error| blob_error(&format!("marks {hash}"), error))?;
    let mut bytes = BufReader::with_capacity(PORTION, file);
    Ok(std::iter::from_fn(move || {
        let mut pair = [0_u8; 16];
        bytes.read_exact(&mut pair).ok()?;
        let (key, body) = pair.split_at(8);
        Some((u64::from_le_bytes(key.try_into().ok()?), u64::from_le_bytes(body.try_into().ok()?)))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::listing::OrganizationFacts;

    fn row(n: usize) -> Listing {
        let facts = OrganizationFacts { name: format!("Clinic {n}"), ..OrganizationFacts::default() };
        let (group, strong) =
            if n.is_multiple_of(2) { (None, vec![]) } else { (Some("g".into()), vec![format!("npi:{n}")]) };
        Listing { key: format!("key {n}"), group, strong, body: Body::Organization(Box::new(facts)) }
    }

    fn write(writer: &mut Writer, listing: &Listing) {
        let (json, hash) = listing.body.written();
        let strong = listing.strong.join("\n");
        let group = listing.group.as_deref().unwrap_or_default();
        let (key, body) = (&listing.key, &listing.body);
        let new = listing.group.is_some();
        writer.row(&Row { key, new, group, strong: &strong, body, json: &json, hash: &hash });
    }

    #[tokio::test]
    async fn what_is_written_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::of(folder.path());
        let mut writer = Writer::new(blobs.clone());
        for n in 0..3_000 {
            let listing = row(n);
            write(&mut writer, &listing);
            writer.flush().await.unwrap();
        }
        let bad = Quarantined {
            file: "list.json".into(),
            line: 7,
            key: "k".into(),
            field: "address".into(),
            code: "empty".into(),
            reason: "the address is empty".into(),
        };
        writer.quarantined(std::slice::from_ref(&bad));
        writer.closed(&["gone".to_owned()]);
        let sealed = writer.seal().await.unwrap();
        assert_eq!((sealed.shape.rows, sealed.marks.len()), (3_000, 3_000));
        let kept = sealed.marks.clone();
        let placed = sealed.place().await.unwrap();
        assert!(kept.is_sorted());
        assert_eq!(marks(&blobs, &placed.marks).unwrap().collect::<Vec<_>>(), kept);
        let (mut rows, mut others) = (Vec::new(), Vec::new());
        for entry in Reader::open(&blobs, &placed.snapshot).unwrap() {
            match entry.unwrap() {
                Entry::Row(listing) => rows.push(*listing),
                Entry::Quarantined(quarantined) => others.push(*quarantined),
                Entry::Closed(key) => assert_eq!(key, "gone"),
            }
        }
        assert_eq!(rows, (0..3_000).map(row).collect::<Vec<_>>());
        let wanted = ["key 7", "key 2999", "never there"].map(key_mark).into();
        let some = Reader::open(&blobs, &placed.snapshot).unwrap().only(wanted);
        assert_eq!(some.collect::<Result<Vec<_>, _>>().unwrap(), [row(7), row(2_999)]);
        assert_eq!(others, [bad]);
        let new: HashSet<u64> = (0..3_000).filter(|n| n % 2 == 1).map(|n| key_mark(&format!("key {n}"))).collect();
        assert_eq!(brought(&blobs, &placed.snapshot).unwrap(), new);
    }

    #[tokio::test]
    async fn a_writer_that_is_dropped_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::of(folder.path());
        let mut writer = Writer::new(blobs.clone());
        let listing = row(1);
        write(&mut writer, &listing);
        drop(writer.seal().await.unwrap());
        let left = std::fs::read_dir(folder.path().join("blobs/new")).unwrap().count();
        assert_eq!(left, 0);
    }
}
