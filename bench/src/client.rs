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
    /// Its entity tag, as it was sent; empty without one.
    pub tag: &'a str,
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
        self.send_unless(path, None)
    }

    /// The same, unless it still has this entity tag (`If-None-Match`, RFC 9110 section 13.1.2).
    ///
    /// # Errors
    /// When the connection breaks.
    pub fn send_unless(&mut self, path: &str, tag: Option<&str>) -> io::Result<()> {
        self.request.clear();
        write!(self.request, "GET {path} HTTP/1.1\r\nHost: {}\r\n", self.host)?;
        if let Some(tag) = tag {
            write!(self.request, "If-None-Match: {tag}\r\n")?;
        }
        self.request.extend_from_slice(b"\r\n");
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
        let length = match status {
            // It has no body, and need not say so (RFC 9110 section 15.4.5).
            304 => 0,
            _ => header(told, "content-length")
                .and_then(|length| length.parse().ok())
                .ok_or_else(|| wrong("an answer without a length"))?,
        };
        let end = head + length;
        while self.filled < end {
            self.read_more()?;
        }
        let told = std::str::from_utf8(&self.buffer[..head]).unwrap_or_default();
        Ok(Answer { status, body: &self.buffer[head..end], tag: header(told, "etag").unwrap_or_default() })
    }

    /// Asks for a path and reads the answer to its end without keeping it, as it came: how many bytes, and the status. The
    /// connection is good for nothing after it.
    ///
    /// # Errors
    /// When the connection breaks, or what comes is no HTTP.
    pub fn drain(mut self, path: &str) -> io::Result<(u16, usize)> {
        write!(self.stream, "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.host)?;
        let mut room = vec![0; 1 << 20];
        let (mut bytes, mut status) = (0, 0);
        loop {
            match self.stream.read(&mut room)? {
                0 => return Ok((status, bytes)),
                read => {
                    if bytes == 0 {
                        let told = room.get(9..12).and_then(|word| std::str::from_utf8(word).ok());
                        status = told.and_then(|word| word.parse().ok()).ok_or_else(|| wrong("no HTTP status"))?;
                    }
                    bytes += read;
                }
            }
        }
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

/// The value of a header in the head of an answer.
fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| {
        let (known, value) = line.split_once(':')?;
        known.eq_ignore_ascii_case(name).then(|| value.trim())
    })
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
