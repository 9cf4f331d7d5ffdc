//! Asking again: only for what is new, and only for what is missing; against a server that says word for word what a
//! test gives it.

use std::{
    net::SocketAddr,
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use flate2::{Compression, write::GzEncoder};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use super::{Answer, Client, FetchError, Fetched, Settings, Validators};
use crate::model::listing::hex;

/// Answers the first connection with the first answer and so on, each connection once; remembers what was asked.
struct Scripted {
    at: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

/// An answer, and whether the connection stays open and silent after it.
struct Say(Vec<u8>, bool);

fn say(status: &str, headers: &[&str], body: &[u8]) -> Say {
    let mut text = format!("HTTP/1.1 {status}\r\nconnection: close\r\n");
    for header in headers {
        text += header;
        text += "\r\n";
    }
    Say([text.as_bytes(), b"\r\n", body].concat(), false)
}

/// As [`say`], and then not another byte.
fn stall(status: &str, headers: &[&str], body: &[u8]) -> Say {
    let text = say(status, headers, body).0;
    Say(text, true)
}

impl Scripted {
    async fn start(answers: Vec<Say>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let heads = asked.clone();
        tokio::spawn(async move {
            let mut silent = Vec::new();
            for Say(answer, stalls) in answers {
                let (mut socket, _) = listener.accept().await.unwrap();
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    head.push(socket.read_u8().await.unwrap());
                }
                heads.lock().unwrap().push(String::from_utf8(head).unwrap().to_lowercase());
                // Who has heard enough hangs up before the end.
                let _ = socket.write_all(&answer).await;
                let _ = socket.flush().await;
                if stalls {
                    silent.push(socket);
                }
            }
            // Unfinished answers stay so until the test ends.
            std::future::pending::<()>().await;
        });
        Self { at, asked }
    }

    fn client(&self) -> Client {
        self.client_with(Settings { deadline: Duration::from_secs(20), ..Settings::default() })
    }

    fn client_with(&self, settings: Settings) -> Client {
        Client::new(Settings { allow: vec![self.at.to_string()], ..settings }).unwrap()
    }

    fn url(&self) -> String {
        format!("http://{}/list?key=secret", self.at)
    }

    /// What the `n`-th question said, from 0.
    fn asked(&self, n: usize) -> String {
        self.asked.lock().unwrap()[n].clone()
    }

    fn questions(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

async fn ask(client: &Client, server: &Scripted, dir: &Path) -> Result<Answer, FetchError> {
    client.get_if_new(&server.url(), &Validators::default(), dir).await
}

/// Asks, and must get a file.
async fn file(client: &Client, server: &Scripted, dir: &Path) -> Fetched {
    match ask(client, server, dir).await.unwrap() {
        Answer::New(fetched) => *fetched,
        Answer::NotModified => panic!("nothing was known"),
    }
}

/// How many files lie in the folder of parts.
fn parts(dir: &Path) -> usize {
    std::fs::read_dir(dir.join("partial")).unwrap().count()
}

/// How many files lie beside it.
fn files(dir: &Path) -> usize {
    std::fs::read_dir(dir).unwrap().filter(|entry| entry.as_ref().unwrap().path().is_file()).count()
}

/// A thousand bytes, no two pieces of them alike.
fn list() -> Vec<u8> {
    (0..250_u32).flat_map(|n| format!("{n:04}").into_bytes()).collect()
}

const WHOLE: &[&str] = &["content-length: 1000", "etag: \"v1\"", "content-type: text/csv"];

/// A whole answer that breaks off after `sent` bytes.
fn cut(sent: usize) -> Say {
    say("200 OK", WHOLE, &list()[..sent])
}

/// What is missing after 400 bytes.
fn rest() -> Say {
    say("206 Partial Content", &["content-length: 600", "content-range: bytes 400-999/1000"], &list()[400..])
}

fn is_the_list(fetched: &Fetched) {
    assert_eq!(std::fs::read(&fetched.path).unwrap(), list());
    assert_eq!(fetched.sha256, hex(&Sha256::digest(list())));
    assert_eq!(fetched.bytes, 1000);
}

#[tokio::test]
async fn what_was_cut_goes_on_where_it_was_cut() {
    let server = Scripted::start(vec![cut(400), rest()]).await;
    let (client, dir) = (server.client(), TempDir::new().unwrap());
    let why = ask(&client, &server, dir.path()).await.unwrap_err();
    assert!(matches!(why, FetchError::Network { .. }) && why.may_pass(), "{why}");
    assert_eq!((files(dir.path()), parts(dir.path())), (0, 2), "the bytes and what is known of them");
    // Another process, later.
    let fetched = file(&server.client(), &server, dir.path()).await;
    is_the_list(&fetched);
    assert_eq!((fetched.resumed_from, fetched.etag.as_deref()), (400, Some("\"v1\"")));
    assert_eq!(fetched.content_type.as_deref(), Some("text/csv"));
    assert_eq!((files(dir.path()), parts(dir.path())), (1, 0));
    assert!(!server.asked(0).contains("range:"), "{}", server.asked(0));
    for header in ["range: bytes=400-\r\n", "if-range: \"v1\"\r\n", "accept-encoding: identity\r\n"] {
        assert!(server.asked(1).contains(header), "{header}: {}", server.asked(1));
    }
}

#[tokio::test]
async fn a_cut_rest_goes_on_too() {
    let part = |first: usize, last: usize| {
        let range = format!("content-range: bytes {first}-999/1000");
        let length = format!("content-length: {}", 1000 - first);
        say("206 Partial Content", &[&length, &range, "etag: \"v1\""], &list()[first..last])
    };
    let server = Scripted::start(vec![cut(400), part(400, 700), part(700, 1000)]).await;
    let (client, dir) = (server.client(), TempDir::new().unwrap());
    for _ in 0..2 {
        ask(&client, &server, dir.path()).await.unwrap_err();
    }
    let fetched = file(&client, &server, dir.path()).await;
    is_the_list(&fetched);
    assert_eq!(fetched.resumed_from, 700);
}

#[tokio::test]
async fn a_version_that_changed_in_between_is_fetched_whole() {
    let changed = b"another list, shorter";
    let newer = say("200 OK", &["content-length: 21", "etag: \"v2\""], changed);
    let server = Scripted::start(vec![cut(400), newer]).await;
    let (client, dir) = (server.client(), TempDir::new().unwrap());
    ask(&client, &server, dir.path()).await.unwrap_err();
    let fetched = file(&client, &server, dir.path()).await;
    assert_eq!(std::fs::read(&fetched.path).unwrap(), changed);
    assert_eq!((fetched.resumed_from, fetched.etag.as_deref()), (0, Some("\"v2\"")));
    assert_eq!(parts(dir.path()), 0);
}

#[tokio::test]
async fn a_part_that_does_not_fit_is_thrown_away_and_the_whole_asked_for() {
    for (status, headers) in [
        ("416 Range Not Satisfiable", vec!["content-length: 600", "content-range: bytes */300"]),
        ("206 Partial Content", vec!["content-length: 600"]),
        ("206 Partial Content", vec!["content-length: 600", "content-range: bytes 0-599/1000"]),
        ("206 Partial Content", vec!["content-length: 600", "content-range: bytes 400-999/2000"]),
        ("206 Partial Content", vec!["content-length: 600", "content-range: bytes 400-998/1000"]),
        ("206 Partial Content", vec!["content-length: 600", "content-range: bytes 400-999/1000", "etag: \"v2\""]),
        ("206 Partial Content", vec!["content-range: bytes 400-999/1000"]),
    ] {
        let answers = vec![cut(400), say(status, &headers, &list()[400..]), say("200 OK", WHOLE, &list())];
        let server = Scripted::start(answers).await;
        let (client, dir) = (server.client(), TempDir::new().unwrap());
        ask(&client, &server, dir.path()).await.unwrap_err();
        let fetched = file(&client, &server, dir.path()).await;
        is_the_list(&fetched);
        assert_eq!((fetched.resumed_from, server.questions()), (0, 3), "{status} {headers:?}");
        assert!(!server.asked(2).contains("range:"), "{}", server.asked(2));
    }
}

#[tokio::test]
async fn without_proof_of_the_version_no_part_is_kept() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    std::io::Write::write_all(&mut encoder, &list()).unwrap();
    let packed = encoder.finish().unwrap();
    let length = format!("content-length: {}", packed.len());
    for (headers, body) in [
        (vec!["content-length: 1000", "etag: W/\"v1\""], &list()[..400]),
        (vec!["content-length: 1000"], &list()[..400]),
        (vec!["content-length: 1000", "etag: \"v1\"", "accept-ranges: none"], &list()[..400]),
        (vec![length.as_str(), "etag: \"v1\"", "content-encoding: gzip"], &packed[..packed.len() / 2]),
        (vec!["transfer-encoding: chunked", "etag: \"v1\""], b"0a\r\n0123456789\r\n".as_slice()),
    ] {
        let server = Scripted::start(vec![say("200 OK", &headers, body), say("200 OK", WHOLE, &list())]).await;
        let (client, dir) = (server.client(), TempDir::new().unwrap());
        ask(&client, &server, dir.path()).await.unwrap_err();
        assert_eq!((files(dir.path()), parts(dir.path())), (0, 0), "{headers:?}");
        is_the_list(&file(&client, &server, dir.path()).await);
        assert!(!server.asked(1).contains("range:"), "{}", server.asked(1));
    }
}

#[tokio::test]
async fn what_is_known_already_is_not_sent_again() {
    let known = Validators {
        etag: Some("W/\"v1\"".to_owned()),
        last_modified: Some("Mon, 23 Nov 2026 10:00:00 GMT".to_owned()),
    };
    let server = Scripted::start(vec![say("304 Not Modified", &["etag: W/\"v1\""], b"")]).await;
    let (client, dir) = (server.client(), TempDir::new().unwrap());
    assert_eq!(client.get_if_new(&server.url(), &known, dir.path()).await.unwrap(), Answer::NotModified);
    assert_eq!((files(dir.path()), parts(dir.path())), (0, 0));
    for header in ["if-none-match: w/\"v1\"\r\n", "if-modified-since: mon, 23 nov 2026 10:00:00 gmt\r\n"] {
        assert!(server.asked(0).contains(header), "{}", server.asked(0));
    }
    // Nobody asked whether it is modified.
    let server = Scripted::start(vec![say("304 Not Modified", &[], b"")]).await;
    let why = ask(&server.client(), &server, dir.path()).await.unwrap_err();
    assert!(matches!(why, FetchError::Status { code: 304, .. }), "{why}");
}

#[tokio::test]
async fn a_web_page_in_place_of_data_is_said_in_words() {
    let page = b"<!DOCTYPE html>\n<title>Sign in</title>";
    let server = Scripted::start(vec![say("200 OK", &["content-length: 38", "etag: \"p\""], page)]).await;
    let (client, dir) = (server.client(), TempDir::new().unwrap());
    let why = ask(&client, &server, dir.path()).await.unwrap_err();
    assert!(matches!(why, FetchError::WebPage { .. }) && !why.may_pass(), "{why}");
    assert!(why.to_string().contains("answered with a web page") && !why.to_string().contains("secret"), "{why}");
    assert_eq!((files(dir.path()), parts(dir.path())), (0, 0));
}

#[tokio::test]
async fn silence_ends_the_try_and_keeps_the_part() {
    let server = Scripted::start(vec![stall("200 OK", WHOLE, &list()[..400]), rest()]).await;
    let hasty = Settings { idle_timeout: Duration::from_millis(200), ..Settings::default() };
    let (client, dir) = (server.client_with(hasty), TempDir::new().unwrap());
    let why = ask(&client, &server, dir.path()).await.unwrap_err();
    assert!(why.to_string().contains("took too long"), "{why}");
    let fetched = file(&server.client(), &server, dir.path()).await;
    is_the_list(&fetched);
    assert_eq!(fetched.resumed_from, 400);
}

#[tokio::test]
async fn who_is_too_slow_leaves_the_part() {
    let server = Scripted::start(vec![stall("200 OK", WHOLE, &list()[..400]), rest()]).await;
    let hasty = Settings { deadline: Duration::from_millis(400), ..Settings::default() };
    let (client, dir) = (server.client_with(hasty), TempDir::new().unwrap());
    let why = ask(&client, &server, dir.path()).await.unwrap_err();
    assert!(matches!(why, FetchError::TooSlow { .. }) && why.may_pass(), "{why}");
    is_the_list(&file(&server.client(), &server, dir.path()).await);
}

#[tokio::test]
async fn a_length_that_lies_cuts_and_never_grows() {
    // More announced than comes: an error. Less: what was announced, and what stands behind it is not ours.
    let server = Scripted::start(vec![
        say("200 OK", &["content-length: 2000"], &list()),
        say("200 OK", &["content-length: 900"], &list()),
    ])
    .await;
    let (client, dir) = (server.client(), TempDir::new().unwrap());
    ask(&client, &server, dir.path()).await.unwrap_err();
    let fetched = file(&client, &server, dir.path()).await;
    assert_eq!(std::fs::read(&fetched.path).unwrap(), &list()[..900]);
}

#[tokio::test]
async fn the_cap_counts_what_was_there_before_too() {
    let server = Scripted::start(vec![cut(400), rest()]).await;
    let dir = TempDir::new().unwrap();
    ask(&server.client(), &server, dir.path()).await.unwrap_err();
    let narrow = server.client_with(Settings { max_bytes: 999, ..Settings::default() });
    let why = ask(&narrow, &server, dir.path()).await.unwrap_err();
    assert!(matches!(why, FetchError::TooLarge { limit: 999, .. }) && !why.may_pass(), "{why}");
    assert_eq!((files(dir.path()), parts(dir.path())), (0, 0));
}

#[tokio::test]
async fn a_part_killed_just_before_its_end_is_finished() {
    let last = say("206 Partial Content", &["content-length: 1", "content-range: bytes 999-999/1000"], &list()[999..]);
    let server = Scripted::start(vec![cut(400), last]).await;
    let (client, dir) = (server.client(), TempDir::new().unwrap());
    ask(&client, &server, dir.path()).await.unwrap_err();
    let folder = std::fs::read_dir(dir.path().join("partial")).unwrap();
    let bytes = folder.map(|entry| entry.unwrap().path()).find(|path| path.extension().unwrap() == "part").unwrap();
    assert!(!bytes.to_string_lossy().contains("secret"));
    std::fs::write(bytes, list()).unwrap();
    let fetched = file(&client, &server, dir.path()).await;
    is_the_list(&fetched);
    assert_eq!(fetched.resumed_from, 999);
}
