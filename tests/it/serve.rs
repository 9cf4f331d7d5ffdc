//! The running server: readiness, signals, and what programs may rely on.

use std::{
    collections::BTreeSet,
    io::Write as _,
    net::{TcpListener, TcpStream},
    time::Duration,
};

use serde_json::Value;

use crate::{
    lists::{bundle, edition, word, write},
    program::{
        Answer, Server, check, connect, connector, export, get, organizations, ran, read_answer, request, revisions,
    },
};

/// A data folder with a list of our own in it.
fn filled(count: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let list = write(folder.path(), "list.json", bundle(count, 0));
    ran(folder.path(), &["import", "--no-starter", "--source", "mine", word(&list)]).ok();
    folder
}

#[test]
fn it_is_ready_once_the_index_has_caught_up() {
    let data = filled(1_500);
    let server = Server::start(data.path(), &["--no-starter"]);
    let first = server.get("/readyz");
    assert_eq!(first.status, 503, "nothing is indexed yet: {first:?}");
    assert_eq!(first.header("cache-control"), "no-store");
    let alive = server.get("/healthz");
    assert_eq!((alive.status, alive.body.trim()), (200, "ok"), "it is alive before it is ready");
    let server = server.ready();
    assert_eq!(server.json("/api/v1/search?q=clinic&limit=1")["total"], 1_500);
    let found = check(data.path());
    assert!(found["index"].as_str().unwrap().contains("with 1500 organizations"), "{found}");
}

#[test]
fn a_taken_port_is_one_clear_line_and_touches_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let ran = ran(&data, &["serve", "--listen", &address]);
    assert_eq!((ran.code, ran.out.as_str(), ran.err.lines().count()), (Some(1), "", 1), "{ran:?}");
    assert!(ran.err.contains(&address) && ran.err.contains("--listen"), "{}", ran.err);
    assert!(!data.exists(), "the data is not touched");
}

#[test]
fn a_request_in_flight_is_finished_after_sigterm() {
    let data = filled(20);
    let server = Server::start(data.path(), &["--no-starter"]).ready();
    // A slow client: half of its request is here when the signal comes.
    let mut slow = connect(server.address);
    write!(slow, "GET /api/v1/search?q=clinic HTTP/1.1\r\nHost: x\r\n").unwrap();
    std::thread::sleep(Duration::from_millis(300));
    server.terminate();
    crate::program::until("new connections are refused", Duration::from_secs(10), || {
        TcpStream::connect_timeout(&server.address, Duration::from_secs(1)).is_err().then_some(())
    });
    write!(slow, "Accept: application/json\r\n\r\n").unwrap();
    let answer = read_answer(&mut slow);
    assert_eq!((answer.status, answer.json()["total"].as_u64()), (200, Some(20)));
    let (code, log) = server.ended(Duration::from_secs(20));
    assert_eq!(code, Some(0), "{log}");
    check(data.path());
}

#[test]
fn an_idle_server_ends_at_once() {
    let data = filled(1);
    let server = Server::start(data.path(), &["--no-starter"]).ready();
    // A browser keeps its connection open after an answer.
    let mut idle = connect(server.address);
    write!(idle, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    std::thread::sleep(Duration::from_millis(300));
    server.terminate();
    let (code, log) = server.ended(Duration::from_secs(10));
    assert_eq!(code, Some(0), "{log}");
    assert_eq!(read_answer(&mut idle).status, 200);
}

#[test]
fn the_starter_directory_is_there_once_and_only_when_wanted() {
    let folder = tempfile::tempdir().unwrap();
    let (with, without) = (folder.path().join("with"), folder.path().join("without"));
    let server = Server::start(&without, &["--no-starter"]).ready();
    assert_eq!(server.json("/api/v1/organizations")["results"], serde_json::json!([]));
    assert_eq!(server.json("/api/v1/search?q=quest")["total"], 0);
    drop(server);
    let server = Server::start(&with, &[]).ready();
    let found = server.json("/api/v1/search?q=quest");
    assert!(found["total"].as_u64().unwrap() > 0, "{found}");
    assert!(found["results"][0]["portal_url"].is_string(), "a door: {found}");
    drop(server);
    let (before, first) = (revisions(&with), export(&with));
    assert!(organizations(&first).len() > 200, "{}", organizations(&first).len());
    drop(Server::start(&with, &[]).ready());
    assert_eq!((revisions(&with), export(&with)), (before, first), "the second start changed something");
}

/// Every key that programs may rely on.
fn has_keys(value: &Value, keys: &[&str]) {
    for key in keys {
        assert!(value.get(key).is_some(), "{key} is missing in {value}");
    }
}

#[test]
fn answers_keep_their_keys() {
    let data = filled(30);
    let server = Server::start(data.path(), &["--no-starter"]).ready();
    let card = [
        "id",
        "slug",
        "name",
        "kind",
        "city",
        "state",
        "zip",
        "portal_url",
        "listed",
        "app_access",
        "source_name",
        "load_date",
    ];
    for path in [
        "/api/v1/search?q=clinic&near=83702&kind=clinic,hospital&state=ID&limit=5",
        "/api/v1/search",
        "/api/v1/suggest?q=cli",
    ] {
        let found = server.json(path);
        has_keys(&found, &["results", "total"]);
        let results = found["results"].as_array().unwrap();
        assert!(!results.is_empty(), "{path}: {found}");
        for result in results {
            has_keys(result, &card);
        }
        assert!(found["total"].as_u64().unwrap() >= results.len() as u64, "{path}: {found}");
    }
    assert_eq!(server.json("/api/v1/search?q=clinic&limit=5")["results"].as_array().unwrap().len(), 5);
    let page = server.json("/api/v1/organizations?limit=3");
    has_keys(&page, &["results", "next_after"]);
    let id = page["results"][0]["id"].as_str().unwrap().to_owned();
    let bare = server.json(&format!("/api/v1/organizations/{id}"));
    assert_eq!(&bare, &page["results"][0]);
    assert!(bare.get("provenance").is_none(), "only who asks for it gets it: {bare}");
    let one = server.json(&format!("/api/v1/organizations/{id}?include=provenance"));
    has_keys(&one, &["id", "slug", "version", "status", "name", "kinds", "locations", "endpoints", "provenance"]);
    has_keys(&one["endpoints"][0], &["id", "address", "domain", "state"]);
    has_keys(&one["locations"][0], &["id", "city", "state", "zip"]);
    has_keys(&one["provenance"]["name"], &["source", "source_name", "tier", "key", "load_date", "label"]);
    let redirect = server.get(&format!("/o/{id}"));
    let slug = one["slug"].as_str().unwrap();
    assert!((300..400).contains(&redirect.status) && redirect.header("location").ends_with(slug), "{redirect:?}");
    assert_eq!(server.get(&format!("/organizations/{slug}")).status, 200);
}

fn is_problem(answer: &Answer, status: u16) -> String {
    assert_eq!(answer.status, status, "{answer:?}");
    assert_eq!(answer.header("content-type"), "application/problem+json", "{answer:?}");
    let problem = answer.json();
    has_keys(&problem, &["type", "title", "status", "detail"]);
    assert_eq!(problem["status"], status);
    problem["detail"].as_str().unwrap().to_owned()
}

#[test]
fn wrong_questions_get_problems_and_every_page_may_read_them() {
    let data = filled(3);
    let server = Server::start(data.path(), &["--no-starter"]).ready();
    for (path, known) in [
        (
            "/api/v1/search?colour=blue",
            vec!["q", "near", "within", "kind", "state", "feature", "tier", "limit", "explain"],
        ),
        ("/api/v1/suggest?near=83702", vec!["q", "limit"]),
        ("/api/v1/organizations?offset=3", vec!["limit", "after"]),
    ] {
        let detail = is_problem(&server.get(path), 400);
        assert!(known.iter().all(|name| detail.contains(name)), "{path}: {detail}");
    }
    for path in [
        "/api/v1/search?near=12",
        "/api/v1/search?near=83702&within=501",
        "/api/v1/search?feature=teleport",
        "/api/v1/search?tier=9",
        "/api/v1/search?counts=maybe",
        "/api/v1/search?kind=castle",
        "/api/v1/search?state=Ontario",
        "/api/v1/search?limit=0",
        "/api/v1/search?limit=1000",
        "/api/v1/organizations?after=yesterday",
    ] {
        is_problem(&server.get(path), 400);
    }
    for path in [
        "/api",
        "/api/v1",
        "/api/v2/search",
        "/api/v1/organizations/org-nobody",
        "/api/v1/organizations/org-00000000000070008000000000000000",
        "/api/v1/organizations/%FF",
    ] {
        is_problem(&server.get(path), 404);
    }
    for method in ["POST", "PUT", "DELETE"] {
        let refused = request(server.address, method, "/api/v1/search", &[]);
        is_problem(&refused, 405);
        assert_eq!(refused.header("access-control-allow-origin"), "*", "{refused:?}");
    }
    for path in [
        "/api/v1/search?q=clinic",
        "/api/v1/suggest?q=cl",
        "/api/v1/organizations",
        "/api/v1/search?x=1",
        "/api/nowhere",
    ] {
        for headers in [vec![], vec![("Origin", "https://elsewhere.example")]] {
            let answer = get(server.address, path, &headers);
            assert_eq!(answer.header("access-control-allow-origin"), "*", "{path} {headers:?}: {answer:?}");
        }
    }
    let asked = request(
        server.address,
        "OPTIONS",
        "/api/v1/search",
        &[("Origin", "https://elsewhere.example"), ("Access-Control-Request-Method", "GET")],
    );
    assert_eq!((asked.status, asked.header("access-control-allow-origin")), (200, "*"), "{asked:?}");
}

#[test]
fn the_command_line_searches_beside_a_running_server() {
    let data = filled(30);
    let none = ran(data.path(), &["search", "clinic"]);
    assert_eq!((none.code, none.out.as_str()), (Some(1), ""), "{none:?}");
    assert!(none.err.contains("start the server once") && none.err.contains("rebuild-index"), "{}", none.err);
    let server = Server::start(data.path(), &["--no-starter"]).ready();
    let by_api = server.json("/api/v1/search?q=clinic&limit=4");
    let by_hand = ran(data.path(), &["search", "clinic", "--limit", "4", "--json"]).ok().json();
    assert_eq!((&by_hand["results"], &by_hand["total"]), (&by_api["results"], &by_api["total"]));
    let said = ran(data.path(), &["search", "clinic", "--limit", "4", "--explain"]).ok().out;
    let name = by_api["results"][0]["name"].as_str().unwrap();
    assert!(said.contains("30 places; results shown: 4.") && said.contains(&format!("1. {name}")), "{said}");
    assert_eq!(ran(data.path(), &["search"]).code, Some(2));
}

#[test]
fn paging_visits_every_organization_once() {
    let data = filled(53);
    let server = Server::start(data.path(), &["--no-starter"]).ready();
    let (mut seen, mut visits, mut pages) = (BTreeSet::new(), 0, 0);
    let mut path = "/api/v1/organizations?limit=10".to_owned();
    loop {
        let page = server.json(&path);
        for result in page["results"].as_array().unwrap() {
            seen.insert(result["id"].as_str().unwrap().to_owned());
            visits += 1;
        }
        pages += 1;
        assert!(pages < 20, "it never ends");
        let Some(after) = page["next_after"].as_str() else {
            break;
        };
        path = format!("/api/v1/organizations?limit=10&after={after}");
    }
    let all: BTreeSet<String> =
        organizations(&export(data.path())).iter().map(|o| o["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!((visits, pages, all.len()), (53, 6, 53));
    assert_eq!(seen, all);
}

#[test]
fn nothing_a_visitor_sends_comes_back_or_is_kept() {
    let data = filled(3);
    let mut command = connector(data.path(), &["serve", "--listen", "127.0.0.1:0", "--no-starter"]);
    let server = Server::of(command.env("RUST_LOG", "debug"), &[]).ready();
    let page = server.json("/api/v1/organizations?limit=1");
    let (id, slug) = (page["results"][0]["id"].as_str().unwrap(), page["results"][0]["slug"].as_str().unwrap());
    let paths = [
        "/".to_owned(),
        "/es".to_owned(),
        "/find?q=clinic+xylophonist".to_owned(),
        "/es/find?q=xylophonist&near=83702".to_owned(),
        format!("/organizations/{slug}"),
        format!("/es/organizations/{slug}"),
        format!("/organizations/{slug}/"),
        format!("/o/{id}"),
        "/apps".to_owned(),
        "/help/privacy".to_owned(),
        "/robots.txt".to_owned(),
        "/.well-known/security.txt".to_owned(),
        "/no/such/page".to_owned(),
        "/no/such/page/".to_owned(),
        "/api/v1/search?q=xylophonist".to_owned(),
        "/api/v1/suggest?q=xylophonist".to_owned(),
        "/api/v1/search?xylophonist=1".to_owned(),
        format!("/api/v1/organizations/{id}"),
        "/api/nowhere".to_owned(),
        "/healthz".to_owned(),
    ];
    for path in &paths {
        let headers = [
            ("Host", "evil.example"),
            ("X-Forwarded-Host", "evil.example"),
            ("Forwarded", "host=evil.example"),
            ("X-Forwarded-Proto", "gopher"),
            ("Cookie", "a=b"),
        ];
        let answer = get(server.address, path, &headers);
        assert!(answer.status < 500, "{path}: {answer:?}");
        let all = format!("{:?} {}", answer.headers, answer.body);
        assert!(!all.contains("evil.example") && !all.contains("gopher:"), "{path} repeats the Host header: {all}");
        assert!(!answer.headers.contains_key("set-cookie"), "{path}: {all}");
    }
    let absolute = get(server.address, "http://evil.example/find?q=xylophonist", &[("Host", "evil.example")]);
    assert!(!format!("{:?} {}", absolute.headers, absolute.body).contains("evil.example"), "{absolute:?}");
    server.terminate();
    let (code, log) = server.ended(Duration::from_secs(20));
    assert_eq!(code, Some(0));
    assert!(log.contains("answering"), "the log is there: {log}");
    assert!(!log.contains("xylophonist"), "what was searched for is in the log: {log}");
}

#[test]
fn a_name_of_the_list_is_found_and_a_word_of_no_name_is_not() {
    let data = filled(5);
    let server = Server::start(data.path(), &["--no-starter"]).ready();
    let found = server.json(&format!("/api/v1/search?q=clinic+3+{}", edition(0)));
    assert!(found["results"][0]["name"].as_str().unwrap().starts_with("Clinic 3 "), "{found}");
    assert_eq!(server.json("/api/v1/search?q=zzyzxqwv")["total"], 0);
}
