//! One connection to a server: HTTP/1.1, kept open, one question after the other (RFC 9112).

use std::{
    io::{self, Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_mins(1);
/// Room for an answer before it grows: a page with its head fits.
const ROOM: usize = 32 * 1024;

/// A connection.
pub struct Client {
    stream: TcpStream,
    host: String,
    /// What was read, and room behind it.
    buffer: Vec<u8>,
    /// How much of it was read.
    filled: usize,
    /// What is sent.
    request: Vec<u8>,
}

/// An answer.
pub struct Answer<'a> {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: &'a [u8],
}

impl Client {
    /// Connects to `http://HOST:PORT`.
    ///
    /// # Errors
    /// When nobody answers there.
    pub fn connect(base: &str) -> io::Result<Self> {
        let host = base.trim_start_matches("http://").trim_end_matches('/').to_owned();
        let stream = TcpStream::connect(&host)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self { stream, host, buffer: vec![0; ROOM], filled: 0, request: Vec::new() })
    }

    /// Searches, ten results at most.
    ///
    /// # Errors
    /// When the connection breaks, or what comes is no HTTP.
    pub fn search(&mut self, text: &str) -> io::Result<Answer<'_>> {
        self.get(&format!("/api/v1/search?limit=10&q={}", encoded(text)))
    }

    /// Asks for a path and waits for the answer.
    ///
    /// # Errors
    /// When the connection breaks, or what comes is no HTTP.
    pub fn get(&mut self, path: &str) -> io::Result<Answer<'_>> {
        self.send(path)?;
        self.answer()
    }

    /// Asks for a path; [`Client::answer`] waits for the answer.
    ///
    /// # Errors
    /// When the connection breaks.
    pub fn send(&mut self, path: &str) -> io::Result<()> {
        self.request.clear();
        write!(self.request, "GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", self.host)?;
        self.stream.write_all(&self.request)
    }

    /// The answer to what was asked.
    ///
    /// # Errors
    /// When the connection breaks, or what comes is no HTTP.
    pub fn answer(&mut self) -> io::Result<Answer<'_>> {
        self.filled = 0;
        let head = loop {
            if let Some(end) = find(&self.buffer[..self.filled], b"\r\n\r\n") {
                break end + 4;
            }
            self.read_more()?;
        };
        let told = std::str::from_utf8(&self.buffer[..head]).map_err(|_| wrong("the head of an answer is no text"))?;
        let status = told.get(9..12).and_then(|status| status.parse().ok()).ok_or_else(|| wrong("no HTTP status"))?;
        let length = told.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
        });
        let end = head + length.ok_or_else(|| wrong("an answer without a length"))?;
        while self.filled < end {
            self.read_more()?;
        }
        Ok(Answer { status, body: &self.buffer[head..end] })
    }

    fn read_more(&mut self) -> io::Result<()> {
        if self.filled == self.buffer.len() {
            self.buffer.resize(2 * self.filled, 0);
        }
        match self.stream.read(&mut self.buffer[self.filled..])? {
            0 => Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the server closed the connection")),
            read => {
                self.filled += read;
                Ok(())
            }
        }
    }
}

fn wrong(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|part| part == what)
}

/// Percent-encodes what is not a plain letter or digit (RFC 3986).
pub fn encoded(text: &str) -> String {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let mut out = String::with_capacity(3 * text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            out.push(char::from(byte));
        } else {
            out.extend(['%', char::from(DIGITS[usize::from(byte >> 4)]), char::from(DIGITS[usize::from(byte & 15)])]);
        }
    }
    out
}
