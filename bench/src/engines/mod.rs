//! Other search engines, asked the same about the same organizations, in this process.
//!
//! Each is set up as its own documentation shows, by somebody who read it once: no vocabulary, no ranking of their own.

mod plain;
mod storm;

use std::{
    fs, io,
    path::{Path, PathBuf},
    process,
    time::Instant,
};

use crate::{
    Outcome,
    arguments::Arguments,
    corpus::{
        Corpus, Row,
        judge::is_right,
        queries::{Asker, Class, Query},
        score::Score,
    },
    machine,
};

/// Questions that are asked before anything counts: files come into memory.
const WARM: usize = 200;

/// A search engine that has read a corpus.
trait Engine: Sized {
    /// Its name and how it is set up, for people.
    const NAME: &str;

    /// Reads all organizations into a new index in a folder.
    ///
    /// # Errors
    /// In its own words.
    fn build(folder: &Path, rows: &[Row]) -> Outcome<Self>;

    /// The numbers of the best ten.
    ///
    /// # Errors
    /// In its own words.
    fn search(&self, text: &str) -> Outcome<Vec<usize>>;
}

/// `connector-bench engines`.
pub fn run(given: &Arguments) -> Outcome<()> {
    let (size, seed, only) = (given.need("size")?, given.or("seed", 1)?, given.or("only", String::new())?);
    let corpus = Corpus::made(size, seed);
    let questions = Asker::new(&corpus);
    let each = given.or("queries", 3_800_usize)?.div_ceil(Class::ALL.len());
    let (asked, warm) = (questions.queries(each, seed), questions.queries(WARM.div_ceil(Class::ALL.len()), seed + 1));
    drop(questions);
    if only.is_empty() || only == "tantivy" {
        measure::<plain::Plain>(&corpus, &warm, &asked)?;
    }
    if only.is_empty() || only == "seekstorm" {
        measure::<storm::Storm>(&corpus, &warm, &asked)?;
    }
    Ok(())
}

fn measure<E: Engine>(corpus: &Corpus, warm: &[Query], asked: &[Query]) -> Outcome<()> {
    let room = Room::new().map_err(|why| format!("a temporary folder: {why}"))?;
    let (before, begun) = (machine::resident_mb(), Instant::now());
    let engine = E::build(&room.0, &corpus.rows)?;
    let built = begun.elapsed().as_secs_f64();
    for query in warm {
        engine.search(&query.text)?;
    }
    let mut score = Score::default();
    for query in asked {
        let begun = Instant::now();
        let found = engine.search(&query.text)?;
        let took = begun.elapsed();
        let rank = found.iter().position(|number| corpus.rows.get(*number).is_some_and(|row| is_right(query, row)));
        score.add(query.class, rank, took);
    }
    println!("{}, {} organizations", E::NAME, corpus.rows.len());
    println!(
        "built in {built:.1} s; {:.0} MB more memory than before it (the corpus itself takes {before:.0} MB); {:.0} MB on disk\n",
        machine::resident_mb() - before,
        bytes(&room.0) as f64 / 1e6,
    );
    println!("{}", score.table());
    Ok(())
}

/// The size of everything in a folder.
fn bytes(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let size = |entry: fs::DirEntry| match entry.metadata() {
        Ok(data) if data.is_dir() => bytes(&entry.path()),
        Ok(data) => data.len(),
        Err(_) => 0,
    };
    entries.map(size).sum()
}

/// A folder that goes with the value.
struct Room(PathBuf);

impl Room {
    fn new() -> io::Result<Self> {
        let folder = std::env::temp_dir().join(format!("connector-bench-{}", process::id()));
        fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        // What cannot be removed lies in the folder for temporary things.
        let _ = fs::remove_dir_all(&self.0);
    }
}
