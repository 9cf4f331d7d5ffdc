//! An honest SMTP server for tests: it speaks what RFC 5321 asks of a small one, and keeps what it took.

use std::{
    collections::VecDeque,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener},
    sync::{Arc, Mutex},
};

/// A mail that it took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// As which user, when somebody signed in: the line of `AUTH PLAIN`.
    pub user: Option<String>,
    /// From whom.
    pub from: String,
    /// To whom.
    pub to: Vec<String>,
    /// Header and body, as they came.
    pub data: String,
}

/// The server.
#[derive(Clone)]
pub struct Receiver {
    /// Where it listens.
    pub at: SocketAddr,
    taken: Arc<Mutex<Vec<Taken>>>,
    /// What it says to the next recipients instead of taking them.
    refusals: Arc<Mutex<VecDeque<&'static str>>>,
    /// What it says to whoever signs in.
    sign_in: Arc<Mutex<&'static str>>,
    /// Does it hang up after it took a mail, without a word?
    mute: Arc<Mutex<bool>>,
}

impl Receiver {
    /// Listens on a free port of loopback.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let receiver = Self::at(listener.local_addr().unwrap());
        let server = receiver.clone();
        std::thread::spawn(move || {
            for socket in listener.incoming().flatten() {
                let server = server.clone();
                std::thread::spawn(move || server.talk(socket));
            }
        });
        receiver
    }

    fn at(at: SocketAddr) -> Self {
        let (taken, refusals, mute) = (Arc::default(), Arc::default(), Arc::default());
        Self { at, taken, refusals, sign_in: Arc::new(Mutex::new("235 2.7.0 welcome")), mute }
    }

    /// Everything it took.
    pub fn taken(&self) -> Vec<Taken> {
        self.taken.lock().unwrap().clone()
    }

    /// The next recipients get these answers.
    pub fn refuse(&self, answers: &[&'static str]) {
        self.refusals.lock().unwrap().extend(answers);
    }

    /// Whoever signs in gets this answer.
    pub fn answer_sign_in(&self, answer: &'static str) {
        *self.sign_in.lock().unwrap() = answer;
    }

    /// It takes mails and does not say so.
    pub fn fall_silent(&self, mute: bool) {
        *self.mute.lock().unwrap() = mute;
    }

    /// One connection.
    pub fn talk(&self, stream: impl Read + Write) {
        let mut stream = BufReader::new(stream);
        let mut mail = Taken { user: None, from: String::new(), to: Vec::new(), data: String::new() };
        let mut answer = "220 test.example.org ESMTP".to_owned();
        loop {
            if say(&mut stream, &answer).is_err() {
                return;
            }
            let Some(line) = line(&mut stream) else { return };
            let word = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
            answer = match word.as_str() {
                "EHLO" => "250-test.example.org\r\n250-8BITMIME\r\n250 AUTH PLAIN".to_owned(),
                "AUTH" => {
                    mail.user = line.split(' ').nth(2).map(str::to_owned);
                    (*self.sign_in.lock().unwrap()).to_owned()
                }
                "MAIL" => {
                    line.clone_into(&mut mail.from);
                    "250 ok".to_owned()
                }
                "RCPT" => {
                    if let Some(refusal) = self.refusals.lock().unwrap().pop_front() {
                        refusal.to_owned()
                    } else {
                        mail.to.push(line);
                        "250 ok".to_owned()
                    }
                }
                "DATA" => {
                    let _ = say(&mut stream, "354 go on");
                    mail.data = data(&mut stream);
                    self.taken.lock().unwrap().push(mail.clone());
                    if *self.mute.lock().unwrap() {
                        return;
                    }
                    "250 taken".to_owned()
                }
                "QUIT" => return,
                _ => "500 what?".to_owned(),
            };
        }
    }
}

fn say(stream: &mut BufReader<impl Read + Write>, answer: &str) -> std::io::Result<()> {
    stream.get_mut().write_all(format!("{answer}\r\n").as_bytes())?;
    stream.get_mut().flush()
}

fn line(stream: &mut impl BufRead) -> Option<String> {
    let mut line = String::new();
    let read = stream.read_line(&mut line).ok()?;
    (read > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned())
}

/// Up to the line with a dot alone.
fn data(stream: &mut impl BufRead) -> String {
    let mut all = String::new();
    while let Some(line) = line(stream) {
        match line.strip_prefix('.') {
            Some("") => break,
            Some(rest) => all += rest,
            None => all += &line,
        }
        all += "\n";
    }
    all
}
