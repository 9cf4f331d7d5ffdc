//! One address fetched into one file.
//!
//! An address and a folder in, a [`Fetched`] file or a [`FetchError`] out. What must hold: every hop passes the guard
//! and the resolver's check; the file holds the whole body as the publisher meant it (decompressed), never more than
//! [`Settings::max_bytes`]. When anything fails or the caller stops waiting the file is gone, or, with
//! [`Client::get_if_new`], kept aside for the next try if that can go on where this one was cut.
//!
//! Certificates are judged against the machine's own store (package `ca-certificates`; `SSL_CERT_FILE` names another).

use std::{
    error::Error,
    fmt::Write as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use futures_util::StreamExt;
use reqwest::{
    Response, StatusCode,
    header::{self, HeaderMap},
    tls::TlsInfo,
};
use sha2::{Digest, Sha256};
use tokio::time::{Instant, timeout_at};
use url::Url;

use super::{
    FetchError, address,
    answer::{self, HEAD, Validators, headers, is_the_rest, kept},
    guard::{self, AllowList, REDIRECT_LIMIT, Way},
    partial::{Growing, Part, Place},
    resolve::{Dns, Guarded, ResolveError},
    settings::{Limits, Settings, user_agent},
};
use crate::model::{door, listing::hex};

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
    /// SHA-256 of the certificate (DER) that the last host showed, in lower-case hex; none over plain http.
    pub certificate: Option<String>,
    /// How many of its bytes an earlier try had brought.
    pub resumed_from: u64,
}

impl Fetched {
    /// By what its server tells this version from the next.
    pub fn validators(&self) -> Validators {
        Validators { etag: self.etag.clone(), last_modified: self.last_modified.clone() }
    }
}

/// What came of asking for what is new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The file, whole.
    New(Box<Fetched>),
    /// The server says that it is the version we named (304).
    NotModified,
}

/// One question and what it may lean on.
struct Question<'q> {
    url: &'q str,
    dir: &'q Path,
    /// The version that we have.
    known: &'q Validators,
    /// Where a part is kept; without it nothing is kept and nothing gone on with.
    place: Option<Place>,
}

/// The guarded client. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    settings: Arc<Settings>,
    allow: Arc<AllowList>,
    hosts: Option<Arc<Vec<String>>>,
    public: reqwest::Client,
    allowed: reqwest::Client,
    dns: Dns,
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
        let allowed = if allow.is_empty() { public.clone() } else { build(&settings, dns.clone(), Way::Allowed)? };
        Ok(Self { settings: Arc::new(settings), allow: Arc::new(allow), hosts: None, public, allowed, dns })
    }

    /// The same client within other limits.
    #[must_use]
    pub fn within(&self, limits: Limits) -> Self {
        let mut settings = Settings::clone(&self.settings);
        if let Some(max_bytes) = limits.max_bytes {
            let times = u32::try_from(max_bytes.div_ceil(settings.max_bytes.max(1))).unwrap_or(u32::MAX);
            settings.deadline = settings.deadline.saturating_mul(times.max(1));
            settings.max_bytes = max_bytes;
        }
        Self { settings: Arc::new(settings), hosts: limits.hosts.map(Arc::new), ..self.clone() }
    }

    /// Judges an address somebody typed, before anything is opened.
    ///
    /// # Errors
    /// [`FetchError::Refused`].
    pub fn judge(&self, url: &str) -> Result<(Url, Way), FetchError> {
        guard::first(url, &self.allow).map_err(|why| FetchError::Refused { url: guard::shown(url), why })
    }

    /// May this host be asked?
    fn may_ask(&self, at: &Url) -> Result<(), FetchError> {
        let host = at.host_str().unwrap_or_default();
        match &self.hosts {
            Some(hosts) if !hosts.iter().any(|known| known.eq_ignore_ascii_case(host)) => Err(FetchError::Refused {
                url: guard::shown(at.as_str()),
                why: guard::Refusal::OtherHost(host.to_owned()),
            }),
            _ => Ok(()),
        }
    }

    /// Whoever is asked for names.
    pub(super) fn dns(&self) -> &Dns {
        &self.dns
    }

    /// The name servers of the domain that a host belongs to, in order; none when they cannot be told.
    pub async fn name_servers(&self, host: &str) -> Vec<String> {
        match door::registrable_domain(host) {
            Some(domain) => self.dns.name_servers(domain).await,
            None => Vec::new(),
        }
    }

    /// Fetches `url` into a new file in `dir`.
    ///
    /// # Errors
    /// [`FetchError`]; then no file is left.
    pub async fn get_to_file(&self, url: &str, dir: &Path) -> Result<Fetched, FetchError> {
        let question = Question { url, dir, known: &Validators::default(), place: None };
        match self.in_time(&question).await? {
            Answer::New(fetched) => Ok(*fetched),
            // Nobody asked for that.
            Answer::NotModified => Err(FetchError::Status { url: guard::shown(url), code: 304 }),
        }
    }

    /// Fetches `url` into a new file in `dir`, unless its server says that it is still the version `known`. What an
    /// earlier try left in `dir/partial` is gone on with when its server proves that it is of the same version.
    ///
    /// # Errors
    /// [`FetchError`]; then at most a part is left in `dir/partial`.
    pub async fn get_if_new(&self, url: &str, known: &Validators, dir: &Path) -> Result<Answer, FetchError> {
        let question = Question { url, dir, known, place: Some(Place::of(dir, url)?) };
        self.in_time(&question).await
    }

    async fn in_time(&self, question: &Question<'_>) -> Result<Answer, FetchError> {
        let until = Instant::now() + self.settings.deadline;
        let too_slow = |_| FetchError::TooSlow { url: guard::shown(question.url), limit: self.settings.deadline };
        timeout_at(until, self.get(question)).await.map_err(too_slow)?
    }

    /// Goes on with a part if there is one and it fits, else asks for the whole.
    async fn get(&self, question: &Question<'_>) -> Result<Answer, FetchError> {
        if let Some(place) = &question.place
            && let Some((part, have)) = place.found()
        {
            let (response, at) = self.follow(question.url, &headers(question.known, Some((&part, have)))).await?;
            match response.status() {
                StatusCode::NOT_MODIFIED => return Self::not_modified(question, &at),
                StatusCode::OK => return self.whole(question, response, at).await,
                StatusCode::PARTIAL_CONTENT if is_the_rest(response.headers(), &part, have) => {
                    return self.rest(question, (&part, have), response, at).await;
                }
                // A part of something else (206), or nothing there (416): the whole is asked for.
                StatusCode::PARTIAL_CONTENT | StatusCode::RANGE_NOT_SATISFIABLE => place.clear(),
                status => return Err(FetchError::Status { url: guard::shown(at.as_str()), code: status.as_u16() }),
            }
        }
        let (response, at) = self.follow(question.url, &headers(question.known, None)).await?;
        match response.status() {
            StatusCode::NOT_MODIFIED => Self::not_modified(question, &at),
            _ => self.whole(question, response, at).await,
        }
    }

    fn not_modified(question: &Question<'_>, at: &Url) -> Result<Answer, FetchError> {
        if *question.known == Validators::default() {
            return Err(FetchError::Status { url: guard::shown(at.as_str()), code: 304 });
        }
        if let Some(place) = &question.place {
            place.clear();
        }
        Ok(Answer::NotModified)
    }

    /// The whole body, from its first byte.
    async fn whole(&self, question: &Question<'_>, response: Response, at: Url) -> Result<Answer, FetchError> {
        self.check_answer(&response, &at)?;
        let part = answer::part(response.headers());
        let growing = match (&question.place, &part) {
            (Some(place), Some(part)) => Growing::create_kept(question.dir, place, part)?,
            (place, _) => {
                if let Some(place) = place {
                    place.clear();
                }
                Growing::create(question.dir)?
            }
        };
        let said = |name| kept(response.headers(), &name);
        let fetched = Fetched {
            path: PathBuf::new(),
            final_url: at,
            content_type: said(header::CONTENT_TYPE),
            bytes: 0,
            sha256: String::new(),
            etag: said(header::ETAG),
            last_modified: said(header::LAST_MODIFIED),
            certificate: certificate(&response),
            resumed_from: 0,
        };
        let begun = Begun { hash: Sha256::new(), head: Vec::new(), total: part.map(|part| part.total) };
        self.copy(response, growing, fetched, begun).await
    }

    /// The rest of a part.
    async fn rest(
        &self,
        question: &Question<'_>,
        (part, have): (&Part, u64),
        response: Response,
        at: Url,
    ) -> Result<Answer, FetchError> {
        let Some(place) = &question.place else { return self.whole(question, response, at).await };
        let (growing, hash, head) = Growing::go_on(question.dir, place, have, HEAD)?;
        let fetched = Fetched {
            path: PathBuf::new(),
            final_url: at,
            content_type: part.content_type.clone(),
            bytes: have,
            sha256: String::new(),
            etag: part.etag.clone(),
            last_modified: part.last_modified.clone(),
            certificate: certificate(&response),
            resumed_from: have,
        };
        self.copy(response, growing, fetched, Begun { hash, head, total: Some(part.total) }).await
    }

    /// Writes the body, and names the file when it is whole.
    async fn copy(
        &self,
        response: Response,
        mut growing: Growing,
        mut fetched: Fetched,
        mut begun: Begun,
    ) -> Result<Answer, FetchError> {
        match self.pour(response, &mut growing, &mut fetched, &mut begun).await {
            Ok(()) => {
                fetched.path = growing.keep().await?;
                fetched.sha256 = hex(&begun.hash.finalize());
                Ok(Answer::New(Box::new(fetched)))
            }
            Err(why) => {
                growing.give_up(why.leaves_a_part()).await;
                Err(why)
            }
        }
    }

    async fn pour(
        &self,
        response: Response,
        growing: &mut Growing,
        fetched: &mut Fetched,
        begun: &mut Begun,
    ) -> Result<(), FetchError> {
        let at = fetched.final_url.clone();
        let shown = || guard::shown(at.as_str());
        let mut body = response.bytes_stream();
        let mut looked = false;
        loop {
            let piece = body.next().await.transpose().map_err(|why| network(&at, &why))?;
            if let Some(piece) = &piece {
                fetched.bytes += piece.len() as u64;
                if fetched.bytes > self.settings.max_bytes {
                    return Err(self.too_large(&at));
                }
                begun.take(piece);
            }
            // Looked at once: when there is enough to see, or all there is.
            if !looked && (piece.is_none() || begun.head.len() == HEAD) {
                looked = true;
                if answer::is_web_page(fetched.content_type.as_deref(), &begun.head) {
                    return Err(FetchError::WebPage { url: shown() });
                }
            }
            let Some(piece) = piece else { break };
            growing.write(&piece).await?;
        }
        match begun.total {
            Some(total) if total != fetched.bytes => {
                let why = format!("{total} bytes were announced, {} came", fetched.bytes);
                Err(FetchError::Cut { url: shown(), why })
            }
            _ => Ok(()),
        }
    }

    /// Asks hop by hop until an answer is no redirect.
    async fn follow(&self, url: &str, headers: &HeaderMap) -> Result<(Response, Url), FetchError> {
        let refused = |url: &str| {
            let url = guard::shown(url);
            move |why| FetchError::Refused { url, why }
        };
        let (mut at, mut way) = self.judge(url)?;
        let mut seen = vec![at.clone()];
        loop {
            self.may_ask(&at)?;
            let response = self.ask(&at, way, headers).await?;
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

    async fn ask(&self, at: &Url, way: Way, headers: &HeaderMap) -> Result<Response, FetchError> {
        self.send(at, way, |client| client.get(at.clone()).headers(headers.clone())).await
    }

    /// Sends one request to an address that the guard let pass.
    pub(super) async fn send(
        &self,
        at: &Url,
        way: Way,
        request: impl FnOnce(&reqwest::Client) -> reqwest::RequestBuilder,
    ) -> Result<Response, FetchError> {
        let client = match way {
            Way::Public => &self.public,
            Way::Allowed => &self.allowed,
        };
        let response = request(client).send().await.map_err(|why| network(at, &why))?;
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
        .tls_info(true)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .https_only(way == Way::Public)
        .connect_timeout(settings.connect_timeout)
        .read_timeout(settings.idle_timeout)
        .build()
        .map_err(|why| FetchError::Roots(causes("TLS", &why)))
}

/// What of a body is known before its next piece.
struct Begun {
    hash: Sha256,
    /// Its first bytes, at most [`HEAD`].
    head: Vec<u8>,
    /// How many there will be, when that was said.
    total: Option<u64>,
}

impl Begun {
    fn take(&mut self, piece: &[u8]) {
        self.hash.update(piece);
        self.head.extend(&piece[..piece.len().min(HEAD - self.head.len())]);
    }
}

fn certificate(response: &Response) -> Option<String> {
    let info = response.extensions().get::<TlsInfo>()?;
    info.peer_certificate().map(|der| hex(&Sha256::digest(der)))
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// A refusal of our own resolver comes back wrapped in the connector's errors; everything else is the network's.
pub(super) fn network(at: &Url, error: &reqwest::Error) -> FetchError {
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
