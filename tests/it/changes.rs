//! The log for followers and webhooks: the same on both databases; and the program that tells, killed in the middle.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    process::Command,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use connector::{
    model::{
        id::{Id, ThingKind},
        revision::Event,
    },
    store::{Attempt, Store, WebhookState},
};
use serde_json::Value;

use crate::{
    lists::{bundle, word, write},
    program::{Server, check, connect, connector, ran, run, until},
    support::{hospital, listing, load, place, portal, source, sqlite},
};

fn one(key: &str, door: &str) -> connector::model::listing::Listing {
    let mut facts = hospital(&format!("Hospital {key}"));
    facts.places.push(place("Town", "ID", "83702"));
    facts.portals.push(portal(door));
    listing(key, facts)
}

/// Everything of the log, in steps.
async fn all(store: &Store, things: &[ThingKind], events: &[Event], step: usize) -> Vec<i64> {
    let last = store.last_revision().await.unwrap();
    let (mut at, mut numbers) = (0, Vec::new());
    while at < last {
        let (logged, more) = store.logged((at, last), things, events, step).await.unwrap();
        at = logged.last().filter(|_| more).map_or(last, |logged| logged.revision.n);
        numbers.extend(logged.iter().map(|logged| logged.revision.n));
    }
    numbers
}

pub async fn the_log_is_followed_with_what_was_before(store: Store) {
    let vendor = source("vendor", 3);
    let first = vec![one("a", "https://a.example.org/"), one("b", "https://b.example.org/")];
    load(&store, &vendor, "2026-11-01", first).await;
    load(
        &store,
        &vendor,
        "2026-11-02",
        vec![one("a", "https://a.example.org/new"), one("b", "https://b.example.org/")],
    )
    .await;
    let last = store.last_revision().await.unwrap();
    for step in [1, 3, 500] {
        assert_eq!(all(&store, &[], &[], step).await, (1..=last).collect::<Vec<_>>());
    }
    let updated = all(&store, &[ThingKind::Organization], &[Event::Updated], 2).await;
    let (logged, _) = store.logged_at(&updated).await.unwrap();
    let [moved] = logged.as_slice() else { panic!("one hospital changed: {logged:?}") };
    assert_eq!(moved.source.as_deref(), Some("vendor"));
    assert!(moved.before.as_ref().unwrap().contains("https://a.example.org/\""));
    assert!(moved.revision.after.as_ref().unwrap().contains("https://a.example.org/new"));
    let id = moved.revision.id.clone();
    let (own, more) = store.logged_of(&id, 0, 100).await.unwrap();
    assert!(!more && own.iter().all(|logged| logged.revision.id == id || logged.owner.as_ref() == Some(&id)));
    assert!(own.iter().any(|logged| logged.revision.thing == ThingKind::Location), "its places too");
    assert_eq!(store.newest_revisions_of(&id, i64::MAX, 1).await.unwrap(), updated);
    assert_eq!(store.newest_revisions(i64::MAX, 1).await.unwrap(), updated);
    assert!(store.newest_revisions(1, 9).await.unwrap().is_empty());
    assert_eq!(store.logged_of(&Id::parse(&format!("org-{}", "0".repeat(32))).unwrap(), 0, 9).await.unwrap().0, []);
    store.recall_host("a.example.org", "operator").await.unwrap();
    let recalls = store.recalls().await.unwrap();
    assert!(recalls.hosts.contains("a.example.org") && recalls.since > 0);
}

pub async fn webhooks_are_kept_leased_and_told_by_one(store: Store) {
    let n = store.add_webhook("https://a.example.org/hook", "{}", "whsec_a", 0).await.unwrap();
    let other = store.add_webhook("https://b.example.org/hook", "{}", "whsec_b", 3).await.unwrap();
    assert_eq!(store.webhooks().await.unwrap().iter().map(|hook| hook.n).collect::<Vec<_>>(), [n, other]);
    let until = clock_now(&store) + 1_000_000;
    assert!(store.lease_webhook(n, "one", until).await.unwrap());
    assert!(store.lease_webhook(n, "one", until).await.unwrap(), "who holds it may hold it longer");
    assert!(!store.lease_webhook(n, "two", until).await.unwrap());
    assert!(store.lease_webhook(n, "one", 0).await.unwrap());
    assert!(store.lease_webhook(n, "two", until).await.unwrap(), "it was given back");
    store.webhook_failed(n, "no", 5, false).await.unwrap();
    store.webhook_failed(n, "no", 6, true).await.unwrap();
    let hook = store.webhook(n).await.unwrap();
    assert_eq!((hook.failures, hook.next_at, hook.state), (2, 6, WebhookState::Off));
    store.pause_webhook(n, false).await.unwrap();
    assert_eq!(store.webhook(n).await.unwrap().state, WebhookState::New, "it never answered");
    store.webhook_answered(n).await.unwrap();
    store.webhook_got(n, (0, 7), true).await.unwrap();
    store.replay_webhook(n, 2).await.unwrap();
    // Written late: the operator wanted something told again meanwhile.
    store.webhook_got(n, (7, 9), true).await.unwrap();
    let hook = store.webhook(n).await.unwrap();
    assert_eq!((hook.acknowledged, hook.state, hook.failures), (2, WebhookState::On, 0));
    store.rotate_webhook(n, "whsec_new", 99).await.unwrap();
    let hook = store.webhook(n).await.unwrap();
    assert_eq!((hook.secret.as_str(), hook.old_secret), ("whsec_new", Some(("whsec_a".to_owned(), 99))));
    let attempt = Attempt {
        n: 0,
        at: 1,
        what: "ping".into(),
        after: 0,
        upto: 0,
        changes: 0,
        status: 200,
        took_ms: 3,
        error: String::new(),
    };
    for _ in 0..510 {
        store.note_attempt(n, &attempt).await.unwrap();
    }
    let attempts = store.attempts(n, 1_000).await.unwrap();
    assert_eq!((attempts.len(), attempts[0].n), (500, 510), "the oldest are forgotten");
    store.remove_webhook(n).await.unwrap();
    assert!(store.remove_webhook(n).await.is_err() && store.pause_webhook(n, true).await.is_err());
    assert!(store.attempts(n, 9).await.unwrap().is_empty());
    assert_eq!(store.webhooks().await.unwrap().len(), 1);
}

/// The clock of these stories stands.
fn clock_now(_: &Store) -> i64 {
    crate::support::clock().micros()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_organization_is_found_without_a_look_through_the_log() {
    let folder = tempfile::tempdir().unwrap();
    drop(sqlite(folder.path()).await);
    let pool = sqlx::SqlitePool::connect(&format!("sqlite://{}", folder.path().join("connector.db").display())).await;
    let pool = pool.unwrap();
    for sql in [
        "SELECT r.n FROM revision r WHERE r.id IN (SELECT CAST('x' AS TEXT) UNION ALL \
         SELECT l.id FROM location l WHERE l.organization_id = 'x') AND r.n > 5 ORDER BY r.n LIMIT 9",
        "SELECT n FROM revision WHERE id = 'x' AND n < 9 ORDER BY n DESC LIMIT 9",
    ] {
        let plan = format!("EXPLAIN QUERY PLAN {sql}");
        let rows: Vec<(i64, i64, i64, String)> =
            sqlx::query_as(sqlx::AssertSqlSafe(plan)).fetch_all(&pool).await.unwrap();
        let steps: Vec<String> = rows.into_iter().map(|row| row.3).collect();
        assert!(steps.iter().any(|step| step.contains("revision_id (id=? AND n")), "{steps:?}");
        assert!(!steps.iter().any(|step| step.starts_with("SCAN r") || step.contains("SCAN l")), "{steps:?}");
    }
}

/// A receiver of webhooks that answers challenges and takes everything, slowly.
struct Receiver {
    address: SocketAddr,
    bodies: Arc<Mutex<Vec<Value>>>,
    slow: Arc<AtomicU64>,
}

impl Receiver {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (bodies, slow) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicU64::new(0)));
        let receiver = Self { address: listener.local_addr().unwrap(), bodies: bodies.clone(), slow: slow.clone() };
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (bodies, slow) = (bodies.clone(), slow.clone());
                std::thread::spawn(move || answer(stream, &bodies, &slow));
            }
        });
        receiver
    }

    fn numbers(&self) -> Vec<i64> {
        let bodies = self.bodies.lock().unwrap();
        let changes = bodies.iter().filter_map(|body| body["changes"].as_array());
        changes.flatten().map(|change| change["n"].as_i64().unwrap()).collect()
    }
}

fn answer(mut stream: TcpStream, bodies: &Mutex<Vec<Value>>, slow: &AtomicU64) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        if let Some(said) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = said.trim().parse().unwrap();
        }
        if line == "\r\n" {
            break;
        }
    }
    let mut body = vec![0; length];
    if reader.read_exact(&mut body).is_err() {
        return;
    }
    let body: Value = serde_json::from_slice(&body).unwrap();
    let said = body["challenge"].as_str().unwrap_or("taken").to_owned();
    bodies.lock().unwrap().push(body);
    std::thread::sleep(Duration::from_millis(slow.load(Ordering::SeqCst)));
    let _ = write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{said}", said.len());
}

#[test]
fn kill_the_server_that_tells_and_nothing_is_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let file = write(folder.path(), "list.json", bundle(200, 0));
    ran(&data, &["import", "--no-starter", "--source", "mine", word(&file)]).ok();
    let last = check(&data)["revisions"].as_i64().unwrap();
    let receiver = Receiver::start();
    let url = format!("http://{}/hook?token=hushhush", receiver.address);
    let allowed = |command: &mut Command| {
        command.env("CONNECTOR_FETCH_ALLOW", receiver.address.to_string());
    };
    let refused = ran(&data, &["webhooks", "add", &url]);
    assert!(refused.code == Some(1) && refused.err.contains("127.0.0.1"), "{refused:?}");
    let mut add = connector(&data, &["webhooks", "add", &url, "--after", "0"]);
    allowed(&mut add);
    let added = run(&mut add).ok();
    assert!(added.out.contains("whsec_") && !added.out.contains("hushhush"), "{added:?}");

    receiver.slow.store(100, Ordering::SeqCst);
    let mut serve = connector(&data, &["serve", "--listen", "127.0.0.1:0"]);
    allowed(&mut serve);
    let server = Server::of(&mut serve, &["--no-starter"]);
    until("some of it was told", Duration::from_mins(1), || (receiver.numbers().len() > 150).then_some(()));
    server.kill();
    assert!((receiver.numbers().len() as i64) < last, "it was killed before the end");

    receiver.slow.store(0, Ordering::SeqCst);
    let mut serve = connector(&data, &["serve", "--listen", "127.0.0.1:0"]);
    allowed(&mut serve);
    let server = Server::of(&mut serve, &["--no-starter"]);
    until("all was told", Duration::from_mins(1), || (receiver.numbers().last() == Some(&last)).then_some(()));
    let mut highest = 0;
    for number in receiver.numbers() {
        assert!(number <= highest + 1, "{number} came after {highest}");
        highest = highest.max(number);
    }
    assert_eq!(highest, last);
    let state = || {
        let all = ran(&data, &["webhooks", "--json"]).ok();
        assert!(!all.out.contains("whsec_") && !all.out.contains("hushhush"), "{}", all.out);
        all.json()["webhooks"][0].clone()
    };
    until("it is written", Duration::from_secs(20), || (state()["acknowledged"] == last).then_some(()));
    assert_eq!(state()["state"], "on");

    let told_before = receiver.numbers().len();
    ran(&data, &["webhooks", "replay", "1", "--after", &(last - 2).to_string()]).ok();
    until("the end was told again", Duration::from_secs(20), || {
        (receiver.numbers().len() == told_before + 2).then_some(())
    });
    let mut test = connector(&data, &["webhooks", "test", "1"]);
    allowed(&mut test);
    assert!(run(&mut test).ok().out.contains("ping: answered 200"));
    let log = ran(&data, &["webhooks", "log", "1", "--json"]).ok().json();
    assert_eq!(log[0]["what"], "ping");
    server.terminate();
    assert_eq!(server.ended(Duration::from_secs(20)).0, Some(0));
    check(&data);
}

#[test]
fn a_server_with_open_streams_and_waits_stops_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = write(folder.path(), "list.json", bundle(5, 0));
    ran(folder.path(), &["import", "--no-starter", "--source", "mine", word(&file)]).ok();
    let server = Server::start(folder.path(), &["--no-starter"]).ready();
    let last = server.json("/api/v1/changes?limit=1")["last"].as_i64().unwrap();
    let ask = |path: &str| {
        let mut stream = connect(server.address);
        write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        stream
    };
    let mut streaming = ask("/api/v1/changes/stream");
    let mut waiting = ask(&format!("/api/v1/changes?after={last}&wait=30"));
    let mut first = [0; 300];
    assert!(streaming.read(&mut first).unwrap() > 0, "the stream has begun");
    std::thread::sleep(Duration::from_millis(300));
    let began = Instant::now();
    server.terminate();
    assert_eq!(server.ended(Duration::from_secs(20)).0, Some(0));
    assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
    let mut said = String::new();
    waiting.read_to_string(&mut said).unwrap();
    assert!(said.starts_with("HTTP/1.1 200") && said.contains("\"results\":[]"), "who waits is answered: {said}");
}
