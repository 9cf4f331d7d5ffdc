//! What publishers, networks and disks do wrong: it is told in words, in bounded time and memory, and nothing is half in.

use std::{
    fmt::Write as _,
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Mutex,
    time::{Duration, Instant},
};

use connector::{
    fetch::{Client, Settings},
    sources::{
        FileError, Outcome, Problem, limits,
        registry::Registry,
        report::{FileStatus, Report},
        run::{Importer, Progress, Request},
        shape,
    },
};
use serde_json::{Value, json};

use crate::{
    lists::{bundle, day, row, word, write},
    program::{check, connector, export, organizations, ran, revisions, run},
    support,
};

/// A server that answers each path in its own bad way; it ends with the test's process.
fn publisher(stalls_for: Duration) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            std::thread::spawn(move || answer(stream, stalls_for));
        }
    });
    address
}

fn answer(mut stream: TcpStream, stalls_for: Duration) {
    let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
    let mut head = Vec::new();
    let mut byte = [0_u8; 1];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|n| n > 0) {
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let path = head.split(' ').nth(1).unwrap_or_default();
    let list = bundle(6, 0);
    let half = &list[..list.len() / 2];
    let (status, length, body) = match path {
        "/good.json" => ("200 OK", list.len(), list.as_str()),
        "/cut.json" | "/stalls.json" => ("200 OK", list.len(), half),
        "/html.json" => ("200 OK", 54, "<!DOCTYPE html><html><body>We have moved.</body></html>"),
        _ => ("404 Not Found", 0, ""),
    };
    let _ = write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}");
    let _ = stream.flush();
    if path == "/stalls.json" {
        std::thread::sleep(stalls_for);
    }
}

struct Quiet;
impl Progress for Quiet {
    fn rows(&self, _: &str, _: u64) {}
    fn writing(&self, _: u64, _: u64) {}
    fn line(&self, _: &str) {}
}

/// An import of addresses into a new store, by a client that waits half a second at most.
async fn import_addresses(room: &Path, address: SocketAddr, paths: &[&str]) -> (connector::store::Store, Report) {
    let store = support::sqlite(room).await;
    let settings =
        Settings { allow: vec![address.to_string()], idle_timeout: Duration::from_millis(500), ..Settings::default() };
    let scratch = room.join("scratch");
    std::fs::create_dir_all(&scratch).unwrap();
    let importer = Importer {
        store: &store,
        registry: &Registry::shipped(),
        client: &Client::new(settings).unwrap(),
        clock: &support::clock(),
        scratch: &scratch,
        progress: &Quiet,
    };
    let inputs = paths.iter().map(|path| format!("http://{address}/{path}")).collect();
    let report = importer.run(&Request { inputs, ..Request::default() }).await.unwrap();
    assert_eq!(std::fs::read_dir(&scratch).unwrap().count(), 0, "what was fetched is cleaned away");
    (store, report)
}

#[tokio::test]
async fn one_bad_address_among_many_keeps_no_other_list_out() {
    let room = tempfile::tempdir().unwrap();
    let address = publisher(Duration::from_secs(8));
    let started = Instant::now();
    let bad = ["gone.json", "stalls.json", "cut.json", "html.json"];
    let (_store, report) =
        import_addresses(room.path(), address, &["gone.json", "stalls.json", "good.json", "cut.json", "html.json"])
            .await;
    assert!(started.elapsed() < Duration::from_secs(7), "silence is not waited out");
    assert_eq!(report.files.len(), 5);
    for name in bad {
        let file = report.files.iter().find(|file| file.file.ends_with(name)).unwrap();
        assert_eq!(file.status, FileStatus::Refused, "{file:?}");
        let why = file.message.as_deref().unwrap();
        assert!(why.len() > 30 && !why.contains('\n'), "{name}: {why}");
    }
    let said =
        |name: &str| report.files.iter().find(|f| f.file.ends_with(name)).and_then(|f| f.message.clone()).unwrap();
    assert!(said("gone.json").contains("404"), "{}", said("gone.json"));
    assert!(said("html.json").contains("web page"), "{}", said("html.json"));
    let good = report.files.iter().find(|file| file.file.ends_with("good.json")).unwrap();
    assert_eq!((good.status, good.counts.new), (FileStatus::Committed, 6));
    assert_eq!(report.total.new, 6);
    assert!(!report.failed());
}

#[test]
fn a_load_of_several_addresses_is_whole_or_not_at_all() {
    let room = tempfile::tempdir().unwrap();
    let address = publisher(Duration::ZERO);
    let (good, gone) = (format!("http://{address}/good.json"), format!("http://{address}/gone.json"));
    let ran = run(connector(room.path(), &["import", "--no-starter", "--source", "mine", &good, &gone])
        .env("CONNECTOR_FETCH_ALLOW", address.to_string()));
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.err.contains("404"), "{ran:?}");
    assert_eq!(revisions(room.path()), 0);
}

/// The most memory this process held so far, in bytes.
fn most_memory() -> u64 {
    most_memory_of("self").unwrap()
}

/// The most memory that a process which still runs held so far, in bytes.
fn most_memory_of(process: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? * 1024)
}

/// One measurement of memory at a time.
static MEASURING: Mutex<()> = Mutex::new(());

/// Reads a file through its reader; what became of the rows, and how much more memory than before it took.
fn read(path: &Path) -> (Result<Tally, FileError>, u64) {
    let _alone = MEASURING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let before = most_memory();
    let mut tally = Tally::default();
    let read = shape::read(path, &mut |row| {
        let problem = match &row.outcome {
            Outcome::Listing(_) | Outcome::Closed { .. } => None,
            Outcome::Quarantined { problem, .. } | Outcome::Ignored(problem) | Outcome::ManyIgnored { problem, .. } => {
                Some(problem)
            }
        };
        tally.listings += u64::from(problem.is_none());
        tally.problems.extend(row.notes.iter().chain(problem).take(3).cloned());
        tally.problems.truncate(100);
        std::ops::ControlFlow::Continue(())
    });
    (read.map(|_| tally), most_memory() - before)
}

#[derive(Debug, Default)]
struct Tally {
    listings: u64,
    problems: Vec<Problem>,
}

impl Tally {
    fn told(&self, code: &str) -> bool {
        self.problems.iter().any(|problem| problem.code == code)
    }
}

/// A gzip file of a head, so many megabytes of one piece repeated, and a tail; it is small on disk.
fn packed(path: &Path, head: &str, piece: &[u8], megabytes: u64, tail: &str) {
    let mut file = flate2::write::GzEncoder::new(std::fs::File::create(path).unwrap(), flate2::Compression::fast());
    file.write_all(head.as_bytes()).unwrap();
    let million: Vec<u8> = piece.iter().copied().cycle().take(1 << 20).collect();
    for _ in 0..megabytes {
        file.write_all(&million).unwrap();
    }
    file.write_all(tail.as_bytes()).unwrap();
    file.finish().unwrap();
}

const MEGABYTE: u64 = 1 << 20;
const BUNDLE: &str = r#"{"resourceType":"Bundle","type":"collection","entry":["#;

/// What may stand where a row should and never end.
const ENDLESS: [(&str, &str, &[u8]); 5] = [
    ("spaces", BUNDLE, b" "),
    ("line ends", r#"{"Endpoints":["#, b"\r\n"),
    ("one name", r#"{"Endpoints":[{"URL":"https://a.example.org","OrganizationName":""#, b"x"),
    ("brackets", BUNDLE, b"["),
    ("an open quote", "organization,category,description,url\n\"A", b"b,"),
];

#[test]
fn what_never_ends_is_cut_off_in_little_memory() {
    let room = tempfile::tempdir().unwrap();
    for (name, head, piece) in ENDLESS {
        let path = room.path().join("endless.gz");
        packed(&path, head, piece, 40, "");
        let started = Instant::now();
        let (read, memory) = read(&path);
        let Err(FileError::TooBig(why)) = read else { panic!("{name}: {read:?}") };
        assert!(why.contains("16 MB"), "{name}: {why}");
        assert!(memory < 100 * MEGABYTE, "{name}: {} MB", memory / MEGABYTE);
        assert!(started.elapsed() < Duration::from_secs(20), "{name}: {:?}", started.elapsed());
    }
}

#[test]
#[ignore = "packs and reads ten gigabytes"]
fn full_ten_gigabytes_of_spaces_change_nothing() {
    let room = tempfile::tempdir().unwrap();
    let path = room.path().join("spaces.json.gz");
    packed(&path, BUNDLE, b" ", 10 * 1024, "]}");
    let data = room.path().join("data");
    let started = Instant::now();
    let ran = ran(&data, &["import", "--no-starter", "--json", "--source", "mine", word(&path)]);
    assert!(started.elapsed() < Duration::from_secs(30), "{:?}", started.elapsed());
    assert_eq!(ran.code, Some(1), "{ran:?}");
    let message = ran.json()["files"][0]["message"].as_str().unwrap().to_owned();
    assert!(message.contains("16 MB"), "{message}");
    assert_eq!(revisions(&data), 0);
}

/// An Organization of a Bundle, part of another one or not.
fn part(id: &str, name: &str, of: Option<&str>) -> Value {
    let mut resource = json!({ "resourceType": "Organization", "id": id, "name": name,
        "address": [{ "city": "Boise", "state": "ID", "postalCode": "83702" }] });
    if let Some(of) = of {
        resource["partOf"] = json!({ "reference": format!("Organization/{of}") });
    }
    json!({ "fullUrl": format!("https://ehr.example.org/Organization/{id}"), "resource": resource })
}

fn of_entries(entries: &[Value]) -> String {
    json!({ "resourceType": "Bundle", "type": "collection", "entry": entries }).to_string()
}

#[test]
fn circles_third_steps_and_ids_said_twice_stand_alone_and_are_told() {
    let room = tempfile::tempdir().unwrap();
    let list = of_entries(&[
        part("self", "Ouroboros Clinic", Some("self")),
        part("a", "Alder Clinic", Some("b")),
        part("b", "Birch Clinic", Some("c")),
        part("c", "Cedar Clinic", Some("a")),
        part("into", "Into The Circle Clinic", Some("a")),
        part("top", "Topmost Health", None),
        part("place", "Second Step Clinic", Some("top")),
        part("desk", "Third Step Clinic", Some("place")),
        part("twice", "Twice Said Clinic", None),
        part("twice", "Another Under The Same Id", None),
        part("lost", "Part Of Nobody Clinic", Some("nobody")),
    ]);
    let path = write(room.path(), "list.json", list);
    let data = room.path().join("data");
    let report = ran(&data, &["import", "--no-starter", "--json", "--source", "mine", word(&path)]).ok().json();
    assert_eq!(report["total"]["new"], 11, "{report}");
    let file = &report["files"][0];
    for (code, times) in [("circle", 4), ("too_deep", 2), ("unresolved_reference", 1)] {
        assert_eq!(file["reasons"][format!("left_out: {code}")], times, "{code}: {file}");
    }
    let lines = export(&data);
    let all = organizations(&lines);
    let parts: Vec<&str> =
        all.iter().filter(|o| !o["part_of"].is_null()).map(|o| o["name"].as_str().unwrap()).collect();
    assert_eq!((all.len(), parts), (11, vec!["Second Step Clinic"]));
    check(&data);
}

/// What this thread worked so far; other programs on the machine do not count.
fn worked() -> Duration {
    let times = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(times.split(' ').next().unwrap().parse().unwrap())
}

/// What the programs that this process started and saw end worked, to a hundredth of a second.
fn children_worked() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let after_name: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    // cutime and cstime, fields 16 and 17 of proc(5).
    Duration::from_millis(10 * after_name[13..15].iter().map(|ticks| ticks.parse::<u64>().unwrap()).sum::<u64>())
}

/// How much work it is to read a list with so many rows.
fn work(of: impl Fn(usize) -> String, rows: usize) -> (Duration, Tally) {
    let room = tempfile::tempdir().unwrap();
    let path = write(room.path(), "list.json", of(rows));
    let before = worked();
    let (read, _) = read(&path);
    (worked().saturating_sub(before), read.unwrap())
}

/// Four times the rows are no more than nine times the work: a square would be sixteen times.
fn grows_with_its_rows(what: &str, of: impl Fn(usize) -> String, rows: usize) -> Tally {
    let (small, _) = work(&of, rows);
    let (large, tally) = work(&of, rows * 4);
    assert!(large < small.max(Duration::from_millis(20)) * 9, "{what}: {small:?} for {rows}, {large:?} for four times");
    tally
}

/// A chain in which everybody is part of the next one; at its end nobody, or the first again.
fn chain(rows: usize, closed: bool) -> String {
    let entries: Vec<Value> = (0..rows)
        .map(|n| {
            let last = n + 1 == rows;
            let next = if last { "o0".to_owned() } else { format!("o{}", n + 1) };
            part(&format!("o{n}"), "Link Clinic", (!last || closed).then_some(next.as_str()))
        })
        .collect();
    of_entries(&entries)
}

/// One Organization that names so many Endpoints, or is named by them.
fn many_doors(rows: usize, named: bool) -> String {
    let mut organization = part("o", "Thousand Doors Clinic", None);
    if named {
        let all: Vec<Value> = (0..rows).map(|n| json!({ "reference": format!("Endpoint/e{n}") })).collect();
        organization["resource"]["endpoint"] = json!(all);
    }
    let endpoints = (0..rows).map(|n| {
        let mut resource = json!({ "resourceType": "Endpoint", "id": format!("e{n}"), "status": "active",
            "connectionType": { "code": "hl7-fhir-rest" }, "address": format!("https://ehr.example.org/r4/{n}") });
        if !named {
            resource["managingOrganization"] = json!({ "reference": "Organization/o" });
        }
        json!({ "fullUrl": format!("https://ehr.example.org/Endpoint/e{n}"), "resource": resource })
    });
    of_entries(&std::iter::once(organization).chain(endpoints).collect::<Vec<_>>())
}

#[test]
fn long_chains_and_rows_with_thousands_of_parts_take_no_square_of_time() {
    let open = grows_with_its_rows("an open chain", |rows| chain(rows, false), 3_000);
    assert!(open.told("too_deep") && !open.told("circle"));
    let closed = grows_with_its_rows("a closed chain", |rows| chain(rows, true), 3_000);
    assert!(closed.told("circle"));
    for named in [true, false] {
        let doors = grows_with_its_rows("doors of one organization", |rows| many_doors(rows, named), 2_000);
        assert!(doors.told("too_many"), "{named}");
    }
}

#[test]
fn deep_nesting_is_one_row_s_problem() {
    let room = tempfile::tempdir().unwrap();
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let fine = part("o", "Shallow Clinic", None);
    let list =
        format!(r#"{BUNDLE}{{"resource":{{"resourceType":"Organization","name":"Deep","x":{deep}}}}},{fine}]}}"#);
    let (read, _) = read(&write(room.path(), "list.json", list));
    let tally = read.unwrap();
    assert_eq!(tally.listings, 1);
    assert!(tally.told("malformed_row"), "{tally:?}");
    // Deeper than any row may be long: the file.
    let bottomless = write(room.path(), "deep.json", format!("{BUNDLE}{}", "[".repeat(17 << 20)));
    assert!(matches!(self::read(&bottomless).0, Err(FileError::TooBig(_))));
}

#[test]
fn parts_have_at_most_fifty_doors_through_their_brand() {
    let mut list: Value = serde_json::from_str(&many_doors(200, true)).unwrap();
    list["entry"].as_array_mut().unwrap().push(part("p", "Part Clinic", Some("o")));
    let room = tempfile::tempdir().unwrap();
    let path = write(room.path(), "list.json", list.to_string());
    let mut doors = Vec::new();
    shape::read(&path, &mut |row| {
        if let Outcome::Listing(listing) = row.outcome
            && let connector::model::listing::Body::Organization(facts) = listing.body
        {
            doors.push((facts.name, facts.endpoints.len()));
        }
        std::ops::ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!(doors, [("Thousand Doors Clinic".to_owned(), 200), ("Part Clinic".to_owned(), limits::INHERITED)]);
}

/// So many rows of different organizations on one address.
fn one_address(rows: usize, name: impl Fn(usize) -> String) -> String {
    let mut list = String::from(r#"{"Endpoints":["#);
    for n in 0..rows {
        let comma = if n == 0 { "" } else { "," };
        let row = row(&name(n), "https://fhir.bench-one-address.org/r4", &format!("{:05}", 10_001 + n % 80_000));
        write!(list, "{comma}{row}").unwrap();
    }
    list.push_str("]}");
    list
}

#[test]
fn rows_on_one_address_take_no_square_of_time_to_merge() {
    let room = tempfile::tempdir().unwrap();
    let import = |name: &str, rows: usize, named: &dyn Fn(usize) -> String| {
        let path = write(room.path(), name, one_address(rows, named));
        let data = room.path().join(format!("{name}.data"));
        let before = children_worked();
        let report = ran(&data, &["import", "--no-starter", "--json", "--source", "mine", word(&path)]).ok().json();
        assert_eq!(report["total"]["new"], rows, "{}", report["total"]);
        children_worked().saturating_sub(before)
    };
    let own_name = |n: usize| format!("Practice {n} of Boise");
    let one_name = |_: usize| "Clinical Associates".to_owned();
    for (what, named) in [("own", &own_name as &dyn Fn(usize) -> String), ("same", &one_name)] {
        let small = import(&format!("{what}-small.json"), 1_000, named).max(Duration::from_millis(300));
        let large = import(&format!("{what}-large.json"), 4_000, named);
        assert!(large < small * 9, "{what} names: {small:?} for 1,000, {large:?} for four times as many");
    }
}

#[test]
#[ignore = "a million rows"]
fn full_a_million_rows_on_one_address_in_bounded_memory() {
    let room = tempfile::tempdir().unwrap();
    let path = write(room.path(), "list.json", one_address(1_000_000, |n| format!("Practice {n} of Boise")));
    let (read, memory) = read(&path);
    assert_eq!(read.unwrap().listings, 1_000_000);
    // Two tables of 16 bytes a row, doubled while they grow.
    assert!(memory < 200 * MEGABYTE, "{} MB", memory / MEGABYTE);
}

/// Runs the program to its end; what it printed, the most memory it held, and how long it took.
fn watched(data: &Path, words: &[&str]) -> (Value, u64, Duration) {
    let (started, mut most) = (Instant::now(), 0);
    let out = tempfile::NamedTempFile::new().unwrap();
    let mut child = connector(data, words).stdout(out.reopen().unwrap()).stderr(Stdio::null()).spawn().unwrap();
    let status = loop {
        // VmHWM is the most so far, so that nothing is missed between two looks but the last moment.
        most = most.max(most_memory_of(&child.id().to_string()).unwrap_or_default());
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    assert!(status.success(), "{status} {words:?}");
    let said = std::fs::read_to_string(out.path()).unwrap();
    (serde_json::from_str(&said).unwrap(), most, started.elapsed())
}

/// Two hundred thousand organizations whose only door is one and the same: each comes in as one of its own, and a second
/// list of some of them is matched without holding everybody against everybody.
#[test]
#[ignore = "imports 270,000 rows"]
fn full_two_hundred_thousand_rows_on_one_address_go_into_the_store() {
    const ROWS: usize = 200_000;
    let room = tempfile::tempdir().unwrap();
    let data = room.path().join("data");
    let own_name = |n: usize| format!("Practice {n} of Boise");
    let path = write(room.path(), "list.json", one_address(ROWS, own_name));
    let again = write(room.path(), "again.json", one_address(ROWS / 4, own_name));
    // Of the same address and of few names: every row is like a thousand others in name and like all in address.
    let alike = write(room.path(), "alike.json", one_address(ROWS / 10, |n| format!("Practice {} of Boise", n % 20)));
    for (source, path, rows) in [("first", &path, ROWS), ("alike", &alike, ROWS / 10), ("again", &again, ROWS / 4)] {
        let words = ["import", "--no-starter", "--json", "--source", source, word(path)];
        let (report, memory, took) = watched(&data, &words);
        println!("{source}: {rows} rows, {took:?}, {} MB, {}", memory / MEGABYTE, report["total"]);
        println!("  joined {}, reviewed {}", report["joined"], report["reviewed"]);
        assert_eq!(report["total"]["new"], rows, "{source}: {}", report["total"]);
        assert!(memory < 1_500 * MEGABYTE, "{source}: {} MB", memory / MEGABYTE);
        // Whoever may be one of two is asked about once, not with all the others at the address.
        assert!(report["joined"].as_u64() <= Some(rows as u64), "{source}: {}", report["joined"]);
        assert!(report["reviewed"].as_u64() <= Some(rows as u64 + 1_000), "{source}: {}", report["reviewed"]);
        // A square of 200,000 would be days.
        assert!(took < Duration::from_mins(5), "{source}: {took:?}");
    }
    check(&data);
}

/// Runs words of a shell with a tiny disk at `$1`; nothing, said aloud, when this machine lets nobody make one
/// (`script/test` counts that as not run).
pub fn on_tiny_disk(room: &Path, megabytes: u32, words: &str) -> Option<std::process::Output> {
    let disk = room.join("disk");
    std::fs::create_dir_all(&disk).unwrap();
    let mount = format!("mount -t tmpfs -o size={megabytes}m none \"$1\" || exit 99\n{words}");
    let connector = PathBuf::from(env!("CARGO_BIN_EXE_connector"));
    let output = Command::new("unshare")
        .args([
            "--user",
            "--map-root-user",
            "--mount",
            "sh",
            "-c",
            &mount,
            "sh",
            word(&disk),
            word(&connector),
            word(room),
        ])
        .env_remove("CONNECTOR_DATA")
        .output();
    match output {
        Ok(output) if output.status.code() != Some(99) && !output.status.success() && output.stdout.is_empty() => {
            println!("SKIPPED: no tiny disk: {}", String::from_utf8_lossy(&output.stderr));
            None
        }
        Ok(output) if output.status.code() == Some(99) => {
            println!("SKIPPED: no tiny disk can be made here: {}", String::from_utf8_lossy(&output.stderr));
            None
        }
        Ok(output) => Some(output),
        Err(error) => {
            println!("SKIPPED: no tiny disk: there is no unshare here: {error}");
            None
        }
    }
}

#[test]
fn a_full_disk_is_told_and_nothing_is_half_in() {
    let room = tempfile::tempdir().unwrap();
    write(room.path(), "small.json", bundle(20, 0));
    write(room.path(), "large.json", bundle(6_000, 1));
    let words = format!(
        r#"
        export CONNECTOR_DATA="$1/data"
        import() {{ "$2" import --no-starter --source list "$@"; }}
        c=$2; room=$3
        import() {{ "$c" import --no-starter --accept --json --source list --date "$2" "$room/$1" >/dev/null; }}
        import small.json {} || exit 1
        "$c" export > "$room/before"
        import large.json {} 2> "$room/said"
        echo "code $?"
        "$c" check || exit 2
        "$c" export > "$room/after"
        "#,
        day(0),
        day(1)
    );
    let Some(output) = on_tiny_disk(room.path(), 8, &words) else { return };
    let out = String::from_utf8_lossy(&output.stdout);
    let said = std::fs::read_to_string(room.path().join("said")).unwrap_or_default();
    assert!(output.status.success(), "{out}\n{}\n{said}", String::from_utf8_lossy(&output.stderr));
    assert!(out.contains("code 1"), "the large import fits on the disk: make it larger\n{out}");
    let last = said.trim().lines().last().unwrap_or_default();
    assert!(last.contains("disk") && last.contains("full") && last.contains("Make room"), "{said}");
    let read = |name: &str| std::fs::read_to_string(room.path().join(name)).unwrap();
    assert_eq!(read("before"), read("after"), "something of the large import is in");
}
