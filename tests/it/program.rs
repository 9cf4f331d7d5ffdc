//! The real program, run as people run it: a process, its exit code, its words, and HTTP over loopback.
//!
//! What holds: nothing waits for ever, and nothing is left running when a story ends, however it ends.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    io::{BufRead as _, BufReader, Read, Write as _},
    net::{SocketAddr, TcpStream},
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex, mpsc},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use serde_json::Value;

/// The longest any single command may take (a debug build on a busy machine).
const PATIENCE: Duration = Duration::from_secs(170);

/// A command of the program on this data folder, with nothing of this machine's own settings.
pub fn connector(data: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_connector"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CONNECTOR_") {
            command.env_remove(name);
        }
    }
    command
        .env_remove("RUST_LOG")
        .env("CONNECTOR_DATA", data)
        .current_dir(std::env::temp_dir())
        .stdin(Stdio::null())
        .args(words);
    command
}

/// What a command said and how it ended.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ran {
    pub fn ok(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:?}");
        self
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// Runs a command to its end.
pub fn run(command: &mut Command) -> Ran {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let out = collect(child.stdout.take().unwrap());
    let err = collect(child.stderr.take().unwrap());
    let status = wait(&mut child, PATIENCE).unwrap_or_else(|| {
        let _ = child.kill();
        let _ = child.wait();
        panic!("not done within {PATIENCE:?}: {command:?}")
    });
    Ran { code: status.code(), out: out.join().unwrap(), err: err.join().unwrap() }
}

/// The same in one line.
pub fn ran(data: &Path, words: &[&str]) -> Ran {
    run(&mut connector(data, words))
}

fn collect(mut from: impl Read + Send + 'static) -> JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = from.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// Waits for the end of a process, at most so long.
pub fn wait(child: &mut Child, most: Duration) -> Option<ExitStatus> {
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return Some(status);
        }
        if started.elapsed() > most {
            return None;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Asks again and again until there is an answer, at most so long.
pub fn until<T>(what: &str, most: Duration, mut ask: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(started.elapsed() < most, "{what}: not within {most:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A running `connector serve` on a free port; killed when it is dropped.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
    log: Arc<Mutex<String>>,
    readers: Vec<JoinHandle<()>>,
}

impl Server {
    pub fn start(data: &Path, words: &[&str]) -> Self {
        Self::of(&mut connector(data, &["serve", "--listen", "127.0.0.1:0"]), words)
    }

    /// Starts a command that was made ready, with more words.
    pub fn of(command: &mut Command, words: &[&str]) -> Self {
        let mut child = command.args(words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let log = Arc::new(Mutex::new(String::new()));
        let (sender, said) = mpsc::channel();
        let out = lines(child.stdout.take().unwrap(), log.clone(), Some(sender));
        let err = lines(child.stderr.take().unwrap(), log.clone(), None);
        let mut server = Self { child, address: ([127, 0, 0, 1], 0).into(), log, readers: vec![out, err] };
        let started = Instant::now();
        while started.elapsed() < Duration::from_mins(1) {
            match said.recv_timeout(Duration::from_mins(1)) {
                Ok(line) => {
                    if let Some(address) = line.rsplit("http://").next().and_then(|a| a.trim().parse().ok()) {
                        server.address = address;
                        return server;
                    }
                }
                Err(_) => break,
            }
        }
        panic!("the server did not say its address: {}", server.log());
    }

    /// Waits until it may be sent people.
    pub fn ready(self) -> Self {
        let started = Instant::now();
        while self.get("/readyz").status != 200 {
            let in_time = started.elapsed() < Duration::from_secs(150);
            assert!(in_time, "not ready within 150 s; the server said: {}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
        self
    }

    pub fn get(&self, path: &str) -> Answer {
        let alive = TcpStream::connect_timeout(&self.address, Duration::from_secs(10));
        assert!(alive.is_ok(), "{path}: {alive:?}; the server said: {}", self.log());
        get(self.address, path, &[])
    }

    pub fn json(&self, path: &str) -> Value {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        answer.json()
    }

    /// Everything it wrote so far.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Asks it to stop (SIGTERM), as a service manager does.
    pub fn terminate(&self) {
        let pid = self.child.id().to_string();
        let done = Command::new("sh").args(["-c", "kill -TERM \"$0\"", &pid]).status().unwrap();
        assert!(done.success());
    }

    /// Waits for its end; its exit code and all it wrote.
    pub fn ended(mut self, most: Duration) -> (Option<i32>, String) {
        let status = wait(&mut self.child, most).unwrap_or_else(|| panic!("it runs on: {}", self.log()));
        for reader in self.readers.drain(..) {
            reader.join().unwrap();
        }
        (status.code(), self.log())
    }

    /// Stops it the hard way (SIGKILL).
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn lines(
    from: impl Read + Send + 'static,
    log: Arc<Mutex<String>>,
    tell: Option<mpsc::Sender<String>>,
) -> JoinHandle<()> {
    std::thread::spawn(move || {
        for line in BufReader::new(from).lines() {
            let Ok(line) = line else { return };
            {
                let mut log = log.lock().unwrap();
                log.push_str(&line);
                log.push('\n');
            }
            if let Some(tell) = &tell {
                let _ = tell.send(line);
            }
        }
    })
}

/// An answer over HTTP.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    /// Lower-case names; several of one name are joined by a line end.
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// One GET on a connection of its own, with headers that may replace `Host`.
pub fn get(address: SocketAddr, path: &str, headers: &[(&str, &str)]) -> Answer {
    request(address, "GET", path, headers)
}

pub fn request(address: SocketAddr, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut stream = connect(address);
    let own_host = headers.iter().any(|(name, _)| *name == "Host");
    let host = if own_host { String::new() } else { format!("Host: {address}\r\n") };
    let mut head = format!("{method} {path} HTTP/1.1\r\n{host}");
    for (name, value) in headers {
        let _ = write!(head, "{name}: {value}\r\n");
    }
    write!(stream, "{head}Connection: close\r\n\r\n").unwrap();
    read_answer(&mut stream)
}

pub fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect_timeout(&address, Duration::from_secs(10)).unwrap();
    stream.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
    stream.set_write_timeout(Some(Duration::from_secs(10))).unwrap();
    stream
}

/// Reads an answer to the end of the connection.
pub fn read_answer(stream: &mut TcpStream) -> Answer {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    answer(&bytes).unwrap_or_else(|| panic!("no answer: {:?}", String::from_utf8_lossy(&bytes)))
}

/// An answer as it came; nothing when its head is not whole.
pub fn answer(bytes: &[u8]) -> Option<Answer> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let mut headers: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        let all = headers.entry(name.to_ascii_lowercase()).or_default();
        if !all.is_empty() {
            all.push('\n');
        }
        all.push_str(value.trim());
    }
    let body = &bytes[end + 4..];
    let body = if headers.get("transfer-encoding").is_some_and(|how| how == "chunked") {
        unchunked(body)?
    } else {
        body.to_vec()
    };
    Some(Answer { status, headers, body: String::from_utf8_lossy(&body).into_owned() })
}

/// RFC 9112 section 7.1; nothing when it was cut off.
fn unchunked(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    loop {
        let line = rest.windows(2).position(|two| two == b"\r\n")?;
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..line]).ok()?.trim(), 16).ok()?;
        if size == 0 {
            return Some(whole);
        }
        whole.extend_from_slice(rest.get(line + 2..line + 2 + size)?);
        rest = rest.get(line + 4 + size..)?;
    }
}

/// Every line of `connector export`.
pub fn export(data: &Path) -> Vec<Value> {
    let out = ran(data, &["export"]).ok().out;
    out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The organizations of an export.
pub fn organizations(export: &[Value]) -> Vec<&Value> {
    export.iter().filter(|line| line["type"] == "organization").collect()
}

/// What `connector check` says, which must be that all is well.
pub fn check(data: &Path) -> Value {
    let found = ran(data, &["check", "--json"]).ok().json();
    assert_eq!(found["ok"], true, "{found}");
    assert_eq!(found["complaints"], serde_json::json!([]));
    found
}

/// The number of the last revision.
pub fn revisions(data: &Path) -> i64 {
    check(data)["revisions"].as_i64().unwrap()
}
