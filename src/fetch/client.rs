//! One address fetched into one file.
//!
//! An address and a folder in, a [`Fetched`] file or a [`FetchError`] out. What must hold: every hop passes the guard
//! and the resolver's check; the file holds the whole body as the publisher meant it (decompressed), never more than
//! [`Settings::max_bytes`], and is gone when anything fails or the caller stops waiting.
//!
//! Certificates are judged against the machine's own store (package `ca-certificates`; `SSL_CERT_FILE` names another).

use std::{
    error::Error,
    fmt::Write as _,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use futures_util::StreamExt;
use reqwest::{
    Response, StatusCode,
    header::{self, HeaderMap, HeaderName},
};
use sha2::{Digest, Sha256};
use tokio::{
    fs::File,
    io::AsyncWriteExt,
    time::{Instant, timeout_at},
};
use url::Url;

use super::{
    address,
    guard::{self, AllowList, REDIRECT_LIMIT, Refusal, Way},
    resolve::{Dns, Guarded, ResolveError},
};

/// The longest header value that is kept, in bytes.
const HEADER_LIMIT: usize = 1_000;

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

/// Why nothing was fetched. Addresses are shown without user, password and query.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The client cannot be built from these settings.
    #[error("the allow-list is wrong: {0}")]
    AllowList(String),
    /// TLS has nothing to judge certificates by.
    #[error(
        "no client can be made: {0}; install the package ca-certificates, or name a file of certificates in SSL_CERT_FILE"
    )]
    Roots(String),
    /// The guard said no.
    #[error("{url} is not opened: {why}")]
    Refused {
        /// The address, possibly one a redirect led to.
        url: String,
        /// Why.
        why: Refusal,
    },
    /// The name has no number, or one that is not public.
    #[error("{url} is not opened: {why}")]
    Name {
        /// The address.
        url: String,
        /// Why.
        why: ResolveError,
    },
    /// The server cannot be reached or does not speak properly.
    #[error("{url} cannot be fetched: {why}; try again later, or look at the address in a browser")]
    Network {
        /// The address.
        url: String,
        /// Every cause, outermost first.
        why: String,
    },
    /// An answer that is not the file.
    #[error("{url} answered {code}; look at the address in a browser, the publisher may have moved the file")]
    Status {
        /// The address.
        url: String,
        /// The HTTP status.
        code: u16,
    },
    /// A redirect without a place to go.
    #[error("{url} answered with a redirect that leads nowhere; ask its publisher")]
    NoLocation {
        /// The address.
        url: String,
    },
    /// Round and round.
    #[error("{url} leads back to itself; ask its publisher for the right address")]
    RedirectLoop {
        /// The address that came up twice.
        url: String,
    },
    /// Too many hops.
    #[error("more than {REDIRECT_LIMIT} redirects, the last to {url}; use the final address")]
    TooManyRedirects {
        /// The hop that was not made.
        url: String,
    },
    /// A compression that was not asked for.
    #[error("{url} answers compressed as `{encoding}`, which was not asked for; ask its publisher")]
    Encoding {
        /// The address.
        url: String,
        /// What the server called it.
        encoding: String,
    },
    /// Larger than allowed, said so or found out.
    #[error("{url} is larger than {limit} bytes; raise the limit if that is right")]
    TooLarge {
        /// The address.
        url: String,
        /// [`Settings::max_bytes`].
        limit: u64,
    },
    /// Slower than allowed.
    #[error("{url} was not complete after {} seconds; try again later", limit.as_secs_f32())]
    TooSlow {
        /// The address asked for first.
        url: String,
        /// [`Settings::deadline`].
        limit: Duration,
    },
    /// Our own disk.
    #[error("{} cannot be written: {why}; look at space and permissions", path.display())]
    Disk {
        /// The file.
        path: PathBuf,
        /// The system's words.
        why: std::io::Error,
    },
}

/// A file that came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// Where it lies; the caller removes it.
    pub path: PathBuf,
    /// The address it came from in the end, after all redirects.
    pub final_url: Url,
    /// `Content-Type`, as the server said it.
    pub content_type: Option<String>,
    /// Its size, decompressed.
    pub bytes: u64,
    /// SHA-256 of the file in lower-case hex.
    pub sha256: String,
    /// `ETag`, as the server said it.
    pub etag: Option<String>,
    /// `Last-Modified`, as the server said it.
    pub last_modified: Option<String>,
}

/// The guarded client. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    settings: Arc<Settings>,
    allow: Arc<AllowList>,
    public: reqwest::Client,
    allowed: reqwest::Client,
}

impl Client {
    /// A client with these settings.
    ///
    /// # Errors
    /// [`FetchError::AllowList`] or [`FetchError::Roots`].
    pub fn new(settings: Settings) -> Result<Self, FetchError> {
        let allow = AllowList::parse(&settings.allow).map_err(FetchError::AllowList)?;
        let dns = Dns::new(&settings.name_servers);
        let public = build(&settings, dns.clone(), Way::Public)?;
        // The second client, whose resolver passes private numbers, is for hops that the operator allowed and for no other.
        let allowed = if allow.is_empty() { public.clone() } else { build(&settings, dns, Way::Allowed)? };
        Ok(Self { settings: Arc::new(settings), allow: Arc::new(allow), public, allowed })
    }

    /// Fetches `url` into a new file in `dir`.
    ///
    /// # Errors
    /// [`FetchError`]; then no file is left.
    pub async fn get_to_file(&self, url: &str, dir: &Path) -> Result<Fetched, FetchError> {
        let until = Instant::now() + self.settings.deadline;
        let too_slow = |_| FetchError::TooSlow { url: guard::shown(url), limit: self.settings.deadline };
        timeout_at(until, self.get(url, dir)).await.map_err(too_slow)?
    }

    async fn get(&self, url: &str, dir: &Path) -> Result<Fetched, FetchError> {
        let (response, at) = self.follow(url).await?;
        self.check_answer(&response, &at)?;
        let said = |name| kept(response.headers(), &name);
        let (content_type, etag, last_modified) =
            (said(header::CONTENT_TYPE), said(header::ETAG), said(header::LAST_MODIFIED));
        let mut partial = Partial::create(dir)?;
        let (bytes, sha256) = self.copy(response, &at, &mut partial).await?;
        Ok(Fetched { path: partial.keep().await?, final_url: at, content_type, bytes, sha256, etag, last_modified })
    }

    /// Asks hop by hop until an answer is no redirect.
    async fn follow(&self, url: &str) -> Result<(Response, Url), FetchError> {
        let refused = |url: &str| {
            let url = guard::shown(url);
            move |why| FetchError::Refused { url, why }
        };
        let (mut at, mut way) = guard::first(url, &self.allow).map_err(refused(url))?;
        let mut seen = vec![at.clone()];
        loop {
            let response = self.ask(&at, way).await?;
            if !is_redirect(response.status()) {
                return Ok((response, at));
            }
            let location = kept(response.headers(), &header::LOCATION)
                .ok_or_else(|| FetchError::NoLocation { url: guard::shown(at.as_str()) })?;
            let target = at.join(&location).map_or_else(|_| location.clone(), |url| url.to_string());
            (at, way) = guard::hop(&at, way, &location, &self.allow).map_err(refused(&target))?;
            if seen.contains(&at) {
                return Err(FetchError::RedirectLoop { url: guard::shown(at.as_str()) });
            }
            if seen.len() > REDIRECT_LIMIT {
                return Err(FetchError::TooManyRedirects { url: guard::shown(at.as_str()) });
            }
            seen.push(at.clone());
        }
    }

    async fn ask(&self, at: &Url, way: Way) -> Result<Response, FetchError> {
        let client = match way {
            Way::Public => &self.public,
            Way::Allowed => &self.allowed,
        };
        let response = client.get(at.clone()).send().await.map_err(|why| network(at, &why))?;
        // Belt and braces: whom did we really reach? (Nothing is known about it on some connections.)
        if let (Way::Public, Some(peer)) = (way, response.remote_addr()) {
            let url = || guard::shown(at.as_str());
            address::is_public(peer.ip()).map_err(|why| FetchError::Refused { url: url(), why: why.into() })?;
        }
        Ok(response)
    }

    fn check_answer(&self, response: &Response, at: &Url) -> Result<(), FetchError> {
        let url = || guard::shown(at.as_str());
        // 206 and 204 are successes that bring no whole file.
        if response.status() != StatusCode::OK {
            return Err(FetchError::Status { url: url(), code: response.status().as_u16() });
        }
        // Gzip was undone and its header removed by now; what is left was not asked for.
        match kept(response.headers(), &header::CONTENT_ENCODING) {
            Some(encoding) if !encoding.eq_ignore_ascii_case("identity") => {
                return Err(FetchError::Encoding { url: url(), encoding });
            }
            _ => {}
        }
        match response.content_length() {
            Some(length) if length > self.settings.max_bytes => Err(self.too_large(at)),
            _ => Ok(()),
        }
    }

    async fn copy(&self, response: Response, at: &Url, partial: &mut Partial) -> Result<(u64, String), FetchError> {
        let mut hash = Sha256::new();
        let mut bytes = 0_u64;
        let mut body = response.bytes_stream();
        while let Some(piece) = body.next().await {
            let piece = piece.map_err(|why| network(at, &why))?;
            bytes += piece.len() as u64;
            if bytes > self.settings.max_bytes {
                return Err(self.too_large(at));
            }
            hash.update(&piece);
            partial.write(&piece).await?;
        }
        Ok((bytes, hex(&hash.finalize())))
    }

    fn too_large(&self, at: &Url) -> FetchError {
        FetchError::TooLarge { url: guard::shown(at.as_str()), limit: self.settings.max_bytes }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the one client, and the guard stands before it")]
fn build(settings: &Settings, dns: Dns, way: Way) -> Result<reqwest::Client, FetchError> {
    // The program's TLS is ring's. An error says that it was installed before, which is what is wanted.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let authorities: Result<Vec<_>, _> =
        settings.authorities.iter().map(|der| reqwest::Certificate::from_der(der)).collect();
    // Only where the operator allowed the host: an authority of their own has no say over the public internet.
    let authorities = match way {
        Way::Public => Vec::new(),
        Way::Allowed => authorities.map_err(|why| FetchError::Roots(causes("TLS", &why)))?,
    };
    reqwest::Client::builder()
        .tls_certs_merge(authorities)
        .user_agent(user_agent(&settings.public_url))
        .dns_resolver(Guarded { dns, way })
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .https_only(way == Way::Public)
        .connect_timeout(settings.connect_timeout)
        .read_timeout(settings.idle_timeout)
        .build()
        .map_err(|why| FetchError::Roots(causes("TLS", &why)))
}

fn user_agent(public_url: &str) -> String {
    let version = concat!(env!("CARGO_PKG_VERSION_MAJOR"), ".", env!("CARGO_PKG_VERSION_MINOR"));
    let visible = |c: &char| c.is_ascii_graphic() && !matches!(c, '(' | ')');
    let public_url: String = public_url.chars().filter(visible).collect();
    if public_url.is_empty() { format!("Connector/{version}") } else { format!("Connector/{version} (+{public_url})") }
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

fn kept(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    // Header values are bytes; a Location in raw UTF-8 is read like browsers read it.
    let text = String::from_utf8_lossy(headers.get(name)?.as_bytes()).into_owned();
    let limit = if *name == header::LOCATION { 8 * HEADER_LIMIT } else { HEADER_LIMIT };
    (!text.is_empty() && text.len() <= limit).then_some(text)
}

/// A refusal of our own resolver comes back wrapped in the connector's errors; everything else is the network's.
fn network(at: &Url, error: &reqwest::Error) -> FetchError {
    let url = guard::shown(at.as_str());
    let mut cause: Option<&(dyn Error + 'static)> = error.source();
    while let Some(inner) = cause {
        if let Some(why) = inner.downcast_ref::<ResolveError>() {
            return FetchError::Name { url, why: why.clone() };
        }
        cause = inner.source();
    }
    let what = if error.is_timeout() { "it took too long" } else { "the connection failed" };
    FetchError::Network { url, why: causes(what, error) }
}

/// What happened and all its causes, without the address (it may hold a secret).
fn causes(what: &str, error: &reqwest::Error) -> String {
    let mut said = what.to_owned();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let _ = write!(said, ": {inner}");
        cause = inner.source();
    }
    said
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A file being written: `NAME.part` until it is whole, removed when it never is.
struct Partial {
    file: Option<File>,
    path: PathBuf,
}

impl Partial {
    /// Made and renamed without waiting, so that a caller who stops waiting cannot leave a file behind.
    fn create(dir: &Path) -> Result<Self, FetchError> {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let process = std::process::id();
        loop {
            let path = dir.join(format!("fetch-{process}-{}.part", NEXT.fetch_add(1, Ordering::Relaxed)));
            match std::fs::File::create_new(&path) {
                Ok(file) => {
                    return Ok(Self { file: Some(File::from_std(file)), path });
                }
                // An earlier process with our number was killed and left it behind.
                Err(why) if why.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(why) => return Err(FetchError::Disk { path, why }),
            }
        }
    }

    async fn write(&mut self, piece: &[u8]) -> Result<(), FetchError> {
        let Some(file) = &mut self.file else { return Ok(()) };
        file.write_all(piece).await.map_err(|why| FetchError::Disk { path: self.path.clone(), why })
    }

    /// The file is whole: everything on disk, under its own name.
    async fn keep(mut self) -> Result<PathBuf, FetchError> {
        let disk = |path: &Path| {
            let path = path.to_owned();
            move |why| FetchError::Disk { path, why }
        };
        if let Some(file) = &mut self.file {
            file.flush().await.map_err(disk(&self.path))?;
        }
        let whole = self.path.with_extension("");
        std::fs::rename(&self.path, &whole).map_err(disk(&whole))?;
        self.file = None;
        Ok(whole)
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if self.file.take().is_some() {
            // Nothing to tell anybody: the error that brought us here says more, and `.part` says what it is.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}
