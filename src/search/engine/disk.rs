//! The files of an index in their folder: a list of segments, replaced as a whole; segments and their entries, which
//! never change; who has gone since. What the list does not name is rubbish of a killed process.

use std::{
    collections::HashSet,
    fs::{self, File},
    io::{self, BufReader, BufWriter},
    path::{Path, PathBuf},
    sync::Arc,
};

use serde::{Deserialize, Serialize};

use super::{
    bits::Bits,
    codec::{Reader, Writer},
    segment::Segment,
    set::{Part, Set},
};

/// A folder with an index.
#[derive(Debug, Clone)]
pub struct Disk(PathBuf);

/// What `segments.json` says.
#[derive(Debug, Default, Serialize, Deserialize)]
struct List {
    /// Number of the last revision.
    at: i64,
    segments: Vec<Listed>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Listed {
    name: u64,
    /// The file that says who has gone; 0 = nobody.
    dead: u64,
}

fn broken(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

impl Disk {
    /// The index in a folder.
    pub fn new(folder: &Path) -> Self {
        Self(folder.to_owned())
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.0
    }

    /// The file of the entries of a segment.
    pub fn entries(&self, name: u64) -> PathBuf {
        self.0.join(format!("{name}.entries"))
    }

    fn segment(&self, name: u64) -> PathBuf {
        self.0.join(format!("{name}.segment"))
    }

    fn dead(&self, name: u64) -> PathBuf {
        self.0.join(format!("{name}.gone"))
    }

    fn list(&self) -> PathBuf {
        self.0.join("segments.json")
    }

    /// Has an index been written here?
    pub fn is_there(&self) -> bool {
        self.list().exists()
    }

    /// Reads the index. With `thorough`, every entry too.
    ///
    /// # Errors
    /// When there is none, or a file is not what was written.
    pub fn read(&self, thorough: bool) -> io::Result<Set> {
        let list: List = serde_json::from_slice(&fs::read(self.list())?).map_err(io::Error::other)?;
        let mut set = Set { parts: Vec::new(), at: list.at };
        for Listed { name, dead } in list.segments {
            let segment = Segment::open(&self.segment(name), &self.entries(name), thorough)?;
            let mut part = Part::whole(name, segment);
            if dead != 0 {
                part.gone(dead, self.read_dead(dead, part.segment.count())?);
            }
            set.parts.push(part);
        }
        Ok(set)
    }

    fn read_dead(&self, name: u64, count: u32) -> io::Result<Bits> {
        let file = File::open(self.dead(name))?;
        let length = file.metadata()?.len();
        let mut from = Reader::new(BufReader::new(file), length)?;
        let bits = Bits::read(&mut from)?;
        from.finish()?;
        if bits.fits(count) { Ok(bits) } else { Err(broken("it says of others who has gone")) }
    }

    /// Writes a segment, whose entries are there already.
    ///
    /// # Errors
    /// When the disk does not work.
    pub fn write_segment(&self, name: u64, segment: &Segment) -> io::Result<()> {
        segment.save(&self.segment(name))
    }

    /// Writes who has gone from a segment.
    ///
    /// # Errors
    /// When the disk does not work.
    pub fn write_dead(&self, name: u64, dead: &Arc<Bits>) -> io::Result<()> {
        let mut to = Writer::new(BufWriter::new(File::create(self.dead(name))?))?;
        dead.write(&mut to)?;
        to.finish()?;
        Ok(())
    }

    /// From now on the index is this set; files of others go.
    ///
    /// # Errors
    /// When the disk does not work; then it is what it was.
    pub fn publish(&self, set: &Set) -> io::Result<()> {
        let segments = set.parts.iter().map(|part| Listed { name: part.name, dead: part.dead_name }).collect();
        let list = serde_json::to_vec(&List { at: set.at, segments })?;
        let new = self.0.join("segments.json.new");
        fs::write(&new, list)?;
        fs::rename(new, self.list())
    }

    /// Removes every file that belongs neither to this set nor to one of `others` (segments that are being made).
    pub fn tidy(&self, set: &Set, others: &[u64]) {
        let mut kept: HashSet<PathBuf> = [self.list(), self.0.join(LOCK), self.0.join(RENEW)].into();
        for part in &set.parts {
            kept.extend([self.segment(part.name), self.entries(part.name), self.dead(part.dead_name)]);
        }
        for name in others {
            kept.extend([self.segment(*name), self.entries(*name), self.dead(*name)]);
        }
        let Ok(files) = fs::read_dir(&self.0) else { return };
        for path in files.flatten().map(|file| file.path()).filter(|path| !kept.contains(path)) {
            if let Err(why) = fs::remove_file(&path) {
                tracing::warn!(file = %path.display(), %why, "an old file of the search index cannot be removed");
            }
        }
    }

    /// The greatest number that names a file here.
    pub fn last_name(&self) -> u64 {
        let Ok(files) = fs::read_dir(&self.0) else { return 0 };
        let number = |path: PathBuf| path.file_stem()?.to_str()?.parse::<u64>().ok();
        files.flatten().filter_map(|file| number(file.path())).max().unwrap_or(0)
    }

    /// The mark by which another process asks the writer to make the index anew.
    pub fn renew_mark(&self) -> PathBuf {
        self.0.join(RENEW)
    }

    /// Takes the writer's lock; nothing when another process has it.
    ///
    /// # Errors
    /// When the disk does not work.
    pub fn lock(&self) -> io::Result<Option<File>> {
        let file = File::options().create(true).append(true).open(self.0.join(LOCK))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(fs::TryLockError::WouldBlock) => Ok(None),
            Err(fs::TryLockError::Error(why)) => Err(why),
        }
    }
}

const LOCK: &str = "lock";
const RENEW: &str = "renew";
