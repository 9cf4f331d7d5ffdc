//! `connector sync` and the schedule of the server, against a web server on loopback.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{SocketAddr, TcpListener},
    path::Path,
    process::Command,
    sync::{Arc, Mutex},
    time::Duration,
};

use crate::{
    lists::{bundle, write},
    program::{Ran, Server, connector, run, until},
};

/// Answers `/list` with what it was given, 304 to who has it, and 404 to everything else; ends with the test.
struct Lists {
    at: SocketAddr,
    now: Arc<Mutex<(String, String)>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Lists {
    fn start(tag: &str, body: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = listener.local_addr().unwrap();
        let now = Arc::new(Mutex::new((tag.to_owned(), body)));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (shelf, heads) = (now.clone(), asked.clone());
        std::thread::spawn(move || {
            for mut socket in listener.incoming().flatten() {
                let mut head = String::new();
                let mut lines = BufReader::new(socket.try_clone().unwrap());
                while lines.read_line(&mut head).is_ok_and(|n| n > 2) {}
                let (tag, body) = shelf.lock().unwrap().clone();
                let answer = if !head.starts_with("GET /list ") {
                    "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_owned()
                } else if head.to_lowercase().contains(&format!("if-none-match: \"{tag}\"")) {
                    format!("HTTP/1.1 304 Not Modified\r\netag: \"{tag}\"\r\nconnection: close\r\n\r\n")
                } else {
                    let length = body.len();
                    format!(
                        "HTTP/1.1 200 OK\r\netag: \"{tag}\"\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
                    )
                };
                heads.lock().unwrap().push(head.lines().next().unwrap_or_default().to_owned());
                let _ = socket.write_all(answer.as_bytes());
            }
        });
        Self { at, now, asked }
    }

    fn put(&self, tag: &str, body: String) {
        *self.now.lock().unwrap() = (tag.to_owned(), body);
    }

    fn asked(&self) -> usize {
        self.asked.lock().unwrap().len()
    }

    /// Tells an installation of its sources: one that is there, one that is not. Nothing else is fetched.
    fn tell(&self, data: &Path) {
        let shipped = include_str!("../../sources.toml");
        let shipped_off = shipped
            .split("[[source]]")
            .skip(1)
            .filter(|entry| entry.contains("\nfetch") || entry.contains("[source.fetch]"))
            .map(|entry| {
                let of = |key: &str| {
                    entry.lines().find(|line| line.starts_with(key)).unwrap_or_else(|| panic!("{key}: {entry}"))
                };
                let lines: Vec<&str> =
                    ["id =", "name =", "publisher =", "tier =", "mode =", "licence ="].map(of).into();
                format!("[[source]]\n{}\n", lines.join("\n"))
            })
            .collect::<Vec<_>>()
            .concat();
        let own = ["gone", "list"].map(|name| {
            format!(
                "[[source]]\nid = \"own-{name}\"\nname = \"Our {name}\"\npublisher = \"P\"\ntier = 5\nmode = \"full\"\n\
                 licence = \"L\"\nevery = \"1 day\"\nfetch = [\"http://{}/{name}\"]\n",
                self.at
            )
        });
        write(data, "sources.toml", shipped_off + &own.concat());
    }

    fn command(&self, data: &Path, words: &[&str]) -> Command {
        let mut command = connector(data, words);
        command.env("CONNECTOR_FETCH_ALLOW", self.at.to_string());
        command
    }

    fn ran(&self, data: &Path, words: &[&str]) -> Ran {
        run(&mut self.command(data, words))
    }
}

#[test]
fn what_is_due_is_fetched_and_one_that_is_gone_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let lists = Lists::start("1", bundle(20, 0));
    lists.tell(data);
    let dry = lists.ran(data, &["sync", "--source", "own-list", "--dry-run", "--json"]).ok().json();
    assert_eq!((&dry[0]["end"], &dry[0]["counts"]["new"]), (&"loaded".into(), &20.into()), "{dry}");
    let first = lists.ran(data, &["sync"]);
    assert_eq!(first.code, Some(1), "{first:?}");
    assert!(first.out.contains("2 sources: 1 loaded, 0 unchanged, 0 wait for a person, 1 failed."), "{}", first.out);
    assert!(first.out.contains("own-gone (Our gone): failed: ") && first.out.contains("404"), "{}", first.out);
    let second = lists.ran(data, &["sync"]).ok();
    assert!(second.out.contains("Nothing is due."), "{}", second.out);
    lists.put("2", bundle(21, 0));
    let third = lists.ran(data, &["sync", "--source", "own-list", "--json"]).ok().json();
    assert_eq!((&third[0]["counts"]["new"], &third[0]["counts"]["unchanged"]), (&1.into(), &20.into()), "{third}");
    let fourth = lists.ran(data, &["sync", "--source", "own-list"]).ok();
    assert!(fourth.out.contains("1 unchanged"), "{}", fourth.out);
    let unknown = lists.ran(data, &["sync", "--source", "nppes-other"]);
    assert_eq!(unknown.code, Some(1));
    assert!(unknown.err.contains("own-gone, own-list"), "{}", unknown.err);
}

#[test]
fn a_server_fetches_by_itself_only_when_it_is_told_to() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let lists = Lists::start("1", bundle(20, 0));
    lists.tell(data);
    let serve = ["serve", "--listen", "127.0.0.1:0", "--no-starter"];
    let quiet = Server::of(&mut lists.command(data, &serve), &[]).ready();
    std::thread::sleep(Duration::from_secs(4));
    assert_eq!(lists.asked(), 0);
    drop(quiet);
    let server = Server::of(lists.command(data, &serve).env("CONNECTOR_SYNC", "on"), &[]).ready();
    until("the list is in", Duration::from_mins(1), || {
        (server.json("/api/v1/search?q=clinic&limit=1")["total"] == 20).then_some(())
    });
    server.terminate();
    let (code, log) = server.ended(Duration::from_secs(40));
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains("own-gone: failed: ") && log.contains("own-list: 20 read: 20 new"), "{log}");
}
