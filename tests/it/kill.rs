//! Power cuts: the program killed (SIGKILL) anywhere in its work leaves the old state or the new one, and goes on from
//! there by itself.

use std::{
    collections::BTreeMap,
    hash::{BuildHasher as _, RandomState},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{
    lists::{bundle, day, edition, word, write},
    program::{Server, check, connector, export, organizations, ran, until},
};

/// Kills of an import at points of its time, and at points of its commit.
const KILLS: u32 = 40;
const COMMIT_KILLS: u32 = 10;
/// Kills of a server that indexes.
const SERVER_KILLS: u32 = 6;
/// Listings of the list.
const LISTINGS: usize = 1_200;

/// Numbers of one seed (SplitMix64); the seed is printed and can be given again as `CONNECTOR_TEST_SEED`.
pub struct Dice(u64);

impl Dice {
    pub fn new() -> Self {
        let given = std::env::var("CONNECTOR_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
        let seed = given.unwrap_or_else(|| RandomState::new().hash_one(std::process::id()));
        println!("CONNECTOR_TEST_SEED={seed}");
        Self(seed)
    }

    /// From 0 up to 1.
    pub fn roll(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// A data folder, and a list of which every version says something else of each organization.
struct Room {
    folder: tempfile::TempDir,
}

impl Room {
    fn new() -> Self {
        let room = Self { folder: tempfile::tempdir().unwrap() };
        room.import(0);
        room
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Where SQLite writes a commit before it goes into the database.
    fn wal(&self) -> PathBuf {
        self.data().join("connector.db-wal")
    }

    fn command(&self, version: usize) -> Command {
        let list = write(self.folder.path(), "list.json", bundle(LISTINGS, version));
        connector(
            &self.data(),
            &["import", "--no-starter", "--json", "--accept", "--source", "list", "--date", &day(version), word(&list)],
        )
    }

    /// A whole import; how long it took, and what it reports.
    fn import(&self, version: usize) -> (Duration, Value) {
        let mut command = self.command(version);
        let started = Instant::now();
        let ran = crate::program::run(&mut command).ok();
        (started.elapsed(), ran.json())
    }
}

/// Every organization's whole document by its id, and everything else of the export.
fn state(data: &Path) -> BTreeMap<String, Value> {
    let lines = export(data);
    assert_eq!(organizations(&lines).len(), LISTINGS);
    lines.into_iter().map(|line| (line["id"].as_str().unwrap().to_owned(), line)).collect()
}

/// When an import is killed.
#[derive(Debug, Clone, Copy)]
enum Point {
    /// So long after its start.
    Time(Duration),
    /// When so many bytes of its commit are on the disk: everything is written at once, at the end.
    Commit(u64),
}

/// Runs an import until its point; was it killed there?
fn killed_at(mut command: Command, wal: &Path, point: Point) -> bool {
    let mut import = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let started = Instant::now();
    while import.try_wait().unwrap().is_none() {
        let reached = match point {
            Point::Time(after) => started.elapsed() >= after,
            Point::Commit(bytes) => length(wal) >= bytes,
        };
        if reached {
            import.kill().unwrap();
            return import.wait().unwrap().code().is_none();
        }
        std::thread::sleep(Duration::from_micros(200));
    }
    false
}

fn length(file: &Path) -> u64 {
    std::fs::metadata(file).map_or(0, |file| file.len())
}

/// How long a whole import takes, and how many bytes its commit writes.
fn measured(room: &Room, version: usize) -> (Duration, u64) {
    let mut import = room.command(version).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let (started, mut most) = (Instant::now(), 0);
    while import.try_wait().unwrap().is_none() {
        most = most.max(length(&room.wal()));
        assert!(started.elapsed() < Duration::from_mins(1), "the import does not end");
        std::thread::sleep(Duration::from_millis(1));
    }
    assert!(import.wait().unwrap().success());
    (started.elapsed(), most)
}

#[test]
fn kill_an_import_anywhere_and_every_organization_is_old_or_new() {
    let mut dice = Dice::new();
    let room = Room::new();
    let (whole, written) = measured(&room, 1);
    println!("a whole import takes {whole:?}, its commit {written} bytes");
    let mut old = state(&room.data());
    let mut killed_in = [0, 0];
    for n in 0..KILLS + COMMIT_KILLS {
        let version = n as usize + 2;
        // One point in each part of the time: the ends, where files are made and removed, are not left out.
        let point = match n.checked_sub(KILLS) {
            None => Point::Time(whole.mul_f64((f64::from(n) + dice.roll()) / f64::from(KILLS))),
            Some(n) => Point::Commit((written as f64 * (f64::from(n) + dice.roll()) / f64::from(COMMIT_KILLS)) as u64),
        };
        let killed = killed_at(room.command(version), &room.wal(), point);
        killed_in[usize::from(matches!(point, Point::Commit(_)))] += u32::from(killed);
        let found = check(&room.data());
        no_snapshot_is_lost_or_left(&room);
        let between = state(&room.data());
        let (_, report) = room.import(version);
        assert_eq!(report["files"][0]["status"], "committed", "the next import finishes: {report}");
        let new = state(&room.data());
        let (is_old, is_new) = (between == old, between == new);
        println!(
            "kill {n}: {point:?}{}: {}",
            if killed { "" } else { " (it had ended)" },
            if is_new { "new" } else { "old" }
        );
        for (id, thing) in &between {
            assert!(*thing == old[id] || *thing == new[id], "{id} is neither old nor new: {thing}");
        }
        assert!(is_old || is_new, "the load is half in; revisions: {}", found["revisions"]);
        assert_ne!(old, new);
        let changed = report["total"]["changed"].as_u64().unwrap() as usize;
        assert_eq!(changed, if is_old { LISTINGS } else { 0 }, "what was not in comes in, and nothing twice");
        old = new;
    }
    check(&room.data());
    let last = loads(&room)[0]["n"].to_string();
    ran(&room.data(), &["loads", "repeat", &last]).ok();
    assert_eq!(state(&room.data()), old, "the rows that were kept are those that went in");
    println!("killed in their work: {} of {KILLS}, in their commit: {} of {COMMIT_KILLS}", killed_in[0], killed_in[1]);
    assert!(killed_in[0] >= KILLS * 2 / 3 && killed_in[1] > 0, "too few were killed before they ended: {killed_in:?}");
}

fn loads(room: &Room) -> Vec<Value> {
    ran(&room.data(), &["loads", "--json"]).ok().json().as_array().unwrap().clone()
}

/// Every load of the last ones has its rows (`check` has read them), and nothing lies there that no load names.
fn no_snapshot_is_lost_or_left(room: &Room) {
    let loads = loads(room);
    assert!(loads.iter().take(12).all(|load| load["state"] == "committed" && load["kept"] == true), "{loads:?}");
    let kept = loads.iter().filter(|load| load["kept"] == true).count();
    let (mut blobs, mut aside) = (0, 0);
    for folder in std::fs::read_dir(room.data().join("blobs")).unwrap() {
        let folder = folder.unwrap();
        let files = std::fs::read_dir(folder.path()).unwrap().count();
        *(if folder.file_name() == "new" { &mut aside } else { &mut blobs }) += files;
    }
    assert_eq!((blobs, aside), (kept * 2, 0), "rows and marks of each load, and no other file");
}

/// What a server answers when it has caught up: how many organizations carry the newest and the former word.
fn counts(server: &Server, version: usize) -> (u64, u64) {
    let total = |word: &str| server.json(&format!("/api/v1/search?q={word}&limit=1"))["total"].as_u64().unwrap();
    (total(&edition(version)), total(&edition(version - 1)))
}

#[test]
fn kill_a_server_that_indexes_and_it_catches_up() {
    let mut dice = Dice::new();
    let room = Room::new();
    // How long the index needs for one version, measured on a server that follows it to the end.
    let server = Server::start(&room.data(), &["--no-starter"]).ready();
    room.import(1);
    let started = Instant::now();
    until("the index follows", Duration::from_mins(1), || (counts(&server, 1) == (LISTINGS as u64, 0)).then_some(()));
    let whole = started.elapsed().max(Duration::from_millis(300));
    drop(server);
    println!("the index follows within {whole:?}");
    let mut unfinished = 0;
    for n in 0..SERVER_KILLS {
        let version = n as usize + 2;
        let server = Server::start(&room.data(), &["--no-starter"]).ready();
        room.import(version);
        let after = whole.mul_f64((f64::from(n) + dice.roll()) / f64::from(SERVER_KILLS));
        std::thread::sleep(after);
        server.kill();
        let found = check(&room.data());
        let index = found["index"].as_str().unwrap();
        unfinished += u32::from(index.contains("behind"));
        println!("kill {n} after {after:?}: {index}");
        // Killed once more while it catches up, then left alone.
        let again = Server::start(&room.data(), &["--no-starter"]);
        std::thread::sleep(whole.mul_f64(dice.roll() / 2.0));
        again.kill();
        let server = Server::start(&room.data(), &["--no-starter"]).ready();
        assert_eq!(counts(&server, version), (LISTINGS as u64, 0), "it catches up by itself");
        drop(server);
        let found = check(&room.data());
        let stands = format!("the index stands at revision {} with {LISTINGS} organizations", found["revisions"]);
        assert_eq!(found["index"], stands);
    }
    assert!(unfinished > 0, "no kill met an index that was behind");
    let rebuilt = ran(&room.data(), &["rebuild-index"]).ok().out;
    assert!(rebuilt.contains(&format!("{LISTINGS} organizations")), "{rebuilt}");
}
