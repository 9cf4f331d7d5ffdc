//! What the operator decides about fetching.

use std::{net::SocketAddr, time::Duration};

/// What the operator decides about fetching.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The address of this installation, told to every server that is asked: `CONNECTOR_PUBLIC_URL`.
    pub public_url: String,
    /// `host:port` entries that may be inside a private network and speak plain http: `CONNECTOR_FETCH_ALLOW`.
    pub allow: Vec<String>,
    /// Name servers to ask; none = the machine's own.
    pub name_servers: Vec<SocketAddr>,
    /// Certificate authorities (DER) believed besides the machine's, for inside hosts that the operator allows.
    pub authorities: Vec<Vec<u8>>,
    /// Until a connection stands, name, TCP and TLS together.
    pub connect_timeout: Duration,
    /// The longest silence between two pieces of an answer.
    pub idle_timeout: Duration,
    /// Until the last byte of the file is there, all redirects included.
    pub deadline: Duration,
    /// The largest file, after decompression.
    pub max_bytes: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            public_url: String::new(),
            allow: Vec::new(),
            name_servers: Vec::new(),
            authorities: Vec::new(),
            connect_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_mins(1),
            deadline: Duration::from_mins(30),
            max_bytes: 2 << 30,
        }
    }
}

/// What holds for the files of one source beside the operator's settings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Limits {
    /// The largest file, when that is not [`Settings::max_bytes`]. The deadline grows with it.
    pub max_bytes: Option<u64>,
    /// The only hosts that may be asked, redirects included; without it, any that the guard lets pass.
    pub hosts: Option<Vec<String>>,
}

/// How the program calls itself, with the address of its installation.
pub(super) fn user_agent(public_url: &str) -> String {
    let version = concat!(env!("CARGO_PKG_VERSION_MAJOR"), ".", env!("CARGO_PKG_VERSION_MINOR"));
    let visible = |c: &char| c.is_ascii_graphic() && !matches!(c, '(' | ')');
    let public_url: String = public_url.chars().filter(visible).collect();
    if public_url.is_empty() { format!("Connector/{version}") } else { format!("Connector/{version} (+{public_url})") }
}
