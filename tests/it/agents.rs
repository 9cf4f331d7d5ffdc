//! Agents and programs of 2015 at the real program: standard streams, HTTP, and the original's own exports.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Stdio},
    time::Duration,
};

use serde_json::{Value, json};

use crate::{
    lists::{bundle, word, write},
    program::{Answer, Server, connect, connector, get, ran, read_answer, until, wait},
};

/// An agent's side of `connector mcp`.
struct Agent {
    child: Child,
    /// Nothing once it is closed.
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    asked: u64,
}

impl Agent {
    fn start(data: &Path) -> Self {
        let mut command = connector(data, &["mcp"]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (input, output) = (child.stdin.take(), BufReader::new(child.stdout.take().unwrap()));
        let mut agent = Self { child, input, output, asked: 0 };
        let client = json!({ "name": "a test", "version": "1" });
        let hello = json!({ "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": client });
        assert_eq!(agent.ask("initialize", &hello)["serverInfo"]["name"], "connector");
        agent.say(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
        agent
    }

    fn say(&mut self, message: &Value) {
        let input = self.input.as_mut().unwrap();
        writeln!(input, "{message}").unwrap();
        input.flush().unwrap();
    }

    fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.asked += 1;
        self.say(&json!({ "jsonrpc": "2.0", "id": self.asked, "method": method, "params": params }));
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        let answer: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert_eq!(answer["id"], self.asked, "{answer}");
        answer["result"].clone()
    }

    fn total(&mut self, query: &str) -> u64 {
        let found = self.ask("tools/call", &json!({ "name": "search_organizations", "arguments": { "query": query } }));
        found["structuredContent"]["total"].as_u64().unwrap_or_else(|| panic!("{found}"))
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn filled(count: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    import(folder.path(), count, "2026-11-01");
    folder
}

fn import(data: &Path, count: usize, day: &str) {
    let list = write(data, "list.json", bundle(count, 0));
    ran(data, &["import", "--no-starter", "--source", "mine", "--date", day, word(&list)]).ok();
}

#[test]
fn an_agent_beside_a_server_sees_what_came_since() {
    let data = filled(20);
    let server = Server::start(data.path(), &["--no-starter"]).ready();
    let mut agent = Agent::start(data.path());
    assert_eq!(agent.ask("tools/list", &json!({}))["tools"].as_array().unwrap().len(), 6);
    assert_eq!(agent.total("clinic"), 20);
    import(data.path(), 23, "2026-11-02");
    until("the agent sees it", Duration::from_mins(1), || (agent.total("clinic") == 23).then_some(()));
    drop(server);
    assert_eq!(agent.total("clinic"), 23, "without a server too");
    // The other side closes its end: so does the program.
    agent.input = None;
    assert!(wait(&mut agent.child, Duration::from_secs(20)).is_some_and(|status| status.success()));
}

#[test]
fn without_a_data_folder_the_way_to_one_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("nothing");
    let told = ran(&data, &["mcp"]);
    assert_eq!((told.code, told.out.as_str()), (Some(1), ""), "{told:?}");
    assert!(told.err.contains("--data") && !data.exists(), "{told:?}");
    std::fs::create_dir(&data).unwrap();
    let told = ran(&data, &["mcp"]);
    assert!(told.code == Some(1) && told.err.contains("rebuild-index"), "{told:?}");
}

fn post(server: &Server, body: &Value) -> Answer {
    let mut stream = connect(server.address);
    let body = body.to_string();
    let head = "POST /mcp HTTP/1.1\r\nHost: directory.example\r\nContent-Type: application/json\r\n\
         Accept: application/json, text/event-stream\r\nConnection: close";
    write!(stream, "{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).unwrap();
    read_answer(&mut stream)
}

#[test]
fn over_http_no_session_is_needed_and_nothing_asked_is_logged() {
    let data = filled(20);
    let server = Server::start(data.path(), &["--no-starter"]).ready();
    let client = json!({ "name": "curious-client", "version": "1" });
    let hello = json!({ "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": client });
    let hello = post(&server, &json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello }));
    assert_eq!((hello.status, hello.header("mcp-session-id")), (200, ""));
    let arguments = json!({ "query": "clinic secretword" });
    let call = json!({ "name": "search_organizations", "arguments": arguments });
    let found = post(&server, &json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": call }));
    assert_eq!((found.status, found.header("content-type")), (200, "application/json"), "{found:?}");
    assert!(found.header("ratelimit").contains("r="), "it is counted: {found:?}");
    assert!(found.json()["result"]["structuredContent"]["total"].is_u64(), "{found:?}");
    let nonsense = post(&server, &json!({ "jsonrpc": "2.0", "id": 3, "method": "secretmethod" }));
    assert!(nonsense.status < 500, "{nonsense:?}");
    let log = server.log();
    for trace in ["secretword", "curious-client", "secretmethod", "directory.example"] {
        assert!(!log.contains(trace), "{log}");
    }
}

#[test]
fn everything_that_programs_are_told_of_is_there() {
    let data = filled(5);
    let server = Server::start(data.path(), &["--no-starter"]).ready();
    let told = server.get("/llms.txt").body;
    let root = format!("http://{}", server.address);
    let root = if told.contains(&root) { root } else { "http://127.0.0.1:0".to_owned() };
    let links: Vec<&str> = told.split("](").skip(1).map(|part| part.split(')').next().unwrap()).collect();
    assert!(links.len() > 25, "{told}");
    for link in links {
        let address = link.strip_prefix(&root).unwrap_or_else(|| panic!("{link} is not below {root}"));
        // Some is made in the background after the start; an agent's tools are only sent to.
        until(address, Duration::from_mins(1), || {
            let status = server.get(address).status;
            assert!(status == 503 || status == 200 || (status, address) == (405, "/mcp"), "{address}: {status}");
            (status != 503).then_some(())
        });
    }
}

/// A client as the original's own site was one: the root before `next` until there is none.
fn everything(server: &Server, host: &str, first: &str) -> Vec<Value> {
    let mut all = Vec::new();
    let mut next = Some(first.to_owned());
    while let Some(path) = next {
        let page = get(server.address, &path, &[("Host", host)]).json();
        all.extend(page["results"].as_array().unwrap().clone());
        next = page["meta"]["next"].as_str().map(str::to_owned);
        if next.is_none() {
            assert_eq!(page["meta"]["total_results"], all.len());
        }
    }
    all
}

#[test]
fn the_originals_own_export_comes_back_from_its_own_host() {
    let Some(real) = std::env::var_os("CONNECTOR_REAL_DATA") else {
        println!("CONNECTOR_REAL_DATA is not set: the original's export is not here");
        return;
    };
    let folder = Path::new(&real).join("connector");
    let data = tempfile::tempdir().unwrap();
    let (organizations, apps) = (folder.join("organizations.json"), folder.join("apps.json"));
    let load = ["import", "--no-starter", "--source", "original-connector", "--date", "2015-09-25"];
    ran(data.path(), &[&load[..], &[word(&organizations), word(&apps)]].concat()).ok();
    let mut command = connector(data.path(), &["serve", "--listen", "127.0.0.1:0"]);
    command.env("CONNECTOR_LEGACY_HOST", "api.bluebutton.example").env("CONNECTOR_RATE_LIMIT", "off");
    let server = Server::of(&mut command, &["--no-starter"]).ready();
    let host = "api.bluebutton.example";
    let old: Vec<Value> = serde_json::from_slice(&std::fs::read(folder.join("organizations.json")).unwrap()).unwrap();
    let now = everything(&server, host, "/organizations?limit=100");
    let file = get(server.address, "/data/organizations.json", &[("Host", host)]).json();
    assert_eq!(file, json!(now), "the file has what the list has");
    let ids: std::collections::BTreeSet<&str> = now.iter().map(|record| record["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), now.len(), "no id stands twice");
    let mut gone = Vec::new();
    for record in old.iter().step_by(7) {
        let id = record["id"].as_str().unwrap();
        let answer = get(server.address, &format!("/organizations/{id}"), &[("Host", host)]);
        if answer.status != 200 {
            gone.push(id);
            continue;
        }
        let answer = answer.json();
        for field in
            ["category", "description", "download", "organization", "phone", "states", "transmit", "view", "id"]
        {
            assert!(answer.get(field).is_some(), "{field} of {id}");
        }
        assert_eq!(answer["url"], "", "{id}: an address nobody checked is no door");
    }
    println!("{} of {} records; not answered of every seventh: {gone:?}", now.len(), old.len());
    assert!(gone.len() * 100 <= old.len() / 7, "more than one in a hundred is gone: {gone:?}");
    let apps = everything(&server, host, "/apps?limit=10");
    assert_eq!(apps.len(), 36);
    assert!(apps.iter().any(|app| app["id"] == "caresync"));
}
