//! Each refusal against real servers on loopback: an HTTP server, a name server, a would-be proxy.

use std::{
    collections::HashMap,
    io::Write as _,
    net::{IpAddr, SocketAddr},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use flate2::{Compression, write::GzEncoder};
use futures_util::stream;
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, UdpSocket},
};

use super::{Client, FetchError, Fetched, Settings, address::Use, guard::Refusal, resolve::ResolveError};

/// A web server on a free port of loopback that counts its requests.
struct Server {
    at: SocketAddr,
    hits: Arc<AtomicUsize>,
}

impl Server {
    async fn start(routes: impl FnOnce(SocketAddr) -> Router) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let hits = Arc::new(AtomicUsize::new(0));
        let counter = hits.clone();
        let app = routes(at).layer(axum::middleware::map_request(move |request: axum::extract::Request| {
            counter.fetch_add(1, Ordering::SeqCst);
            async { request }
        }));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { at, hits }
    }

    /// Answers `ok` everywhere.
    async fn plain() -> Self {
        Self::start(|_| Router::new().fallback(|| async { "ok" })).await
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.at)
    }

    fn hits(&self) -> usize {
        self.hits.load(Ordering::SeqCst)
    }
}

/// A name server on loopback: 60 lines of RFC 1035, enough to answer A and AAAA from a table.
pub(crate) struct NameServer {
    pub at: SocketAddr,
    asked: Arc<AtomicUsize>,
    texts: Texts,
}

type Texts = Arc<std::sync::Mutex<HashMap<String, Vec<String>>>>;

impl NameServer {
    pub async fn start(names: &[(&str, &[&str])]) -> Self {
        let table: HashMap<String, Vec<IpAddr>> = names
            .iter()
            .map(|(name, ips)| ((*name).to_owned(), ips.iter().map(|ip| ip.parse().unwrap()).collect()))
            .collect();
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let at = socket.local_addr().unwrap();
        let asked = Arc::new(AtomicUsize::new(0));
        let counter = asked.clone();
        let texts = Texts::default();
        let said = texts.clone();
        tokio::spawn(async move {
            let mut question = [0_u8; 1500];
            while let Ok((length, from)) = socket.recv_from(&mut question).await {
                let answer = answer(&question[..length], &table, &said.lock().unwrap());
                if let Some(answer) = answer {
                    counter.fetch_add(1, Ordering::SeqCst);
                    let _ = socket.send_to(&answer, from).await;
                }
            }
        });
        Self { at, asked, texts }
    }

    /// Says these texts at a name from now on.
    pub fn say(&self, name: &str, texts: &[&str]) {
        let texts = texts.iter().map(|text| (*text).to_owned()).collect();
        self.texts.lock().unwrap().insert(name.to_owned(), texts);
    }
}

/// A text as it goes over the wire, in pieces of at most 255 bytes.
fn pieces(text: &str) -> Vec<u8> {
    text.as_bytes().chunks(255).flat_map(|piece| [vec![piece.len() as u8], piece.to_vec()].concat()).collect()
}

fn answer(
    question: &[u8],
    table: &HashMap<String, Vec<IpAddr>>,
    texts: &HashMap<String, Vec<String>>,
) -> Option<Vec<u8>> {
    let (mut name, mut at) = (String::new(), 12);
    loop {
        let length = usize::from(*question.get(at)?);
        at += 1;
        if length == 0 {
            break;
        }
        name += &String::from_utf8_lossy(question.get(at..at + length)?).to_lowercase();
        name.push('.');
        at += length;
    }
    let kind = u16::from_be_bytes([*question.get(at)?, *question.get(at + 1)?]);
    let known = table.get(name.trim_end_matches('.'));
    let said = texts.get(name.trim_end_matches('.'));
    let numbers = known.into_iter().flatten().filter_map(|ip| match (ip, kind) {
        (IpAddr::V4(ip), 1) => Some(ip.octets().to_vec()),
        (IpAddr::V6(ip), 28) => Some(ip.octets().to_vec()),
        _ => None,
    });
    let words = said.into_iter().flatten().filter(|_| kind == 16).map(|text| pieces(text));
    let found: Vec<Vec<u8>> = numbers.chain(words).collect();
    let mut out = question[..2].to_vec();
    // A response that is authoritative, with recursion; code 3 (no such name) for names out of the table.
    out.extend([0x85, if known.is_some() || said.is_some() { 0x80 } else { 0x83 }]);
    out.extend([0, 1, 0, found.len() as u8, 0, 0, 0, 0]);
    out.extend(&question[12..at + 4]);
    for data in found {
        out.extend([0xc0, 12]);
        out.extend(kind.to_be_bytes());
        // Class IN, to be remembered for 0 seconds.
        out.extend([0, 1, 0, 0, 0, 0]);
        out.extend((data.len() as u16).to_be_bytes());
        out.extend(data);
    }
    Some(out)
}

/// Settings that allow these servers and no other.
fn settings(allowed: &[&Server]) -> Settings {
    Settings {
        allow: allowed.iter().map(|server| server.at.to_string()).collect(),
        deadline: Duration::from_secs(20),
        ..Settings::default()
    }
}

/// Fetches, and on error proves that no file was left.
async fn fetch(settings: Settings, url: &str) -> (Result<Fetched, FetchError>, TempDir) {
    let dir = TempDir::new().unwrap();
    let result = Client::new(settings).unwrap().get_to_file(url, dir.path()).await;
    if result.is_err() {
        assert_eq!(files(dir.path()), 0, "a file was left after {result:?}");
    }
    (result, dir)
}

async fn failure(settings: Settings, url: &str) -> FetchError {
    fetch(settings, url).await.0.expect_err(url)
}

async fn refusal(settings: Settings, url: &str) -> Refusal {
    match failure(settings, url).await {
        FetchError::Refused { why, .. } => why,
        other => panic!("{url}: {other}"),
    }
}

fn files(dir: &Path) -> usize {
    std::fs::read_dir(dir).unwrap().count()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn a_file_comes_whole_with_all_that_was_said_of_it() {
    let server = Server::start(|_| {
        Router::new().route(
            "/list",
            get(async |headers: HeaderMap| {
                let agent = headers[header::USER_AGENT].to_str().unwrap().to_owned();
                let said = [
                    (header::CONTENT_TYPE, "application/fhir+json"),
                    (header::ETAG, "\"v1\""),
                    (header::LAST_MODIFIED, "Sun, 22 Nov 2026 10:00:00 GMT"),
                ];
                (said, agent)
            }),
        )
    })
    .await;
    let with_address = Settings { public_url: "https://connector.example.org".to_owned(), ..settings(&[&server]) };
    let (result, dir) = fetch(with_address, &server.url("/list?page=1#part")).await;
    let fetched = result.unwrap();
    let body = std::fs::read_to_string(&fetched.path).unwrap();
    assert_eq!(body, "Connector/0.1 (+https://connector.example.org)");
    assert_eq!(fetched.bytes, body.len() as u64);
    assert_eq!(fetched.sha256, "59a096757bf24cf67345e55f469382943319aabb9f0b1c3d22cb22b39ac615e9");
    assert_eq!(fetched.content_type.as_deref(), Some("application/fhir+json"));
    assert_eq!(fetched.etag.as_deref(), Some("\"v1\""));
    assert_eq!(fetched.last_modified.as_deref(), Some("Sun, 22 Nov 2026 10:00:00 GMT"));
    assert_eq!(fetched.final_url.as_str(), server.url("/list?page=1"));
    assert!(fetched.path.starts_with(dir.path()) && fetched.path.extension().is_none(), "{:?}", fetched.path);
    assert_eq!(files(dir.path()), 1);
}

#[tokio::test]
async fn private_hosts_are_refused_before_anything_is_sent() {
    let server = Server::plain().await;
    let port = server.at.port();
    for url in [
        format!("http://127.0.0.1:{port}/"),
        format!("https://127.0.0.1:{port}/"),
        format!("http://2130706433:{port}/"),
        format!("http://0x7f.1:{port}/"),
        format!("http://[::ffff:127.0.0.1]:{port}/"),
    ] {
        assert!(matches!(refusal(Settings::default(), &url).await, Refusal::Address(_)), "{url}");
    }
    let url = format!("http://localhost:{port}/");
    assert!(matches!(refusal(Settings::default(), &url).await, Refusal::NotPublicName(_)));
    // The operator allows one port, not its neighbours.
    let other = Server::plain().await;
    assert!(matches!(refusal(settings(&[&other]), &server.url("/")).await, Refusal::Address(_)));
    assert_eq!(server.hits(), 0, "no request may arrive");
}

#[tokio::test]
async fn plain_http_userinfo_odd_ports_and_other_schemes_are_refused() {
    let refused = async |url: &str| refusal(Settings::default(), url).await;
    assert!(matches!(refused("http://lists.example.com/").await, Refusal::PlainHttp(_)));
    assert_eq!(refused("https://lists.example.com:8443/").await, Refusal::OddPort(8443));
    assert!(matches!(refused("file:///etc/passwd").await, Refusal::Scheme(_)));
    let server = Server::plain().await;
    let url = format!("http://user:secret@{}/", server.at);
    let why = failure(settings(&[&server]), &url).await;
    assert!(matches!(why, FetchError::Refused { why: Refusal::UserInfo, .. }));
    assert!(!why.to_string().contains("secret"), "{why}");
    assert_eq!(server.hits(), 0);
}

/// A server that redirects `/N` to `/N-1`, `/0` is the file; `/to?ADDRESS` redirects anywhere.
async fn redirecting() -> Server {
    Server::start(|at| {
        let anywhere = async |uri: axum::http::Uri| {
            (StatusCode::FOUND, [(header::LOCATION, uri.query().unwrap_or_default().to_owned())])
        };
        let down = async |axum::extract::Path(n): axum::extract::Path<u32>| match n {
            0 => "the file".into_response(),
            n => Redirect::permanent(&format!("/down/{}", n - 1)).into_response(),
        };
        let absolute = format!("http://{at}/down/0");
        Router::new()
            .route("/to", get(anywhere))
            .route("/down/{n}", get(down))
            .route("/absolute", get(async move || Redirect::temporary(&absolute)))
            .route("/ping", get(async || Redirect::temporary("/pong")))
            .route("/pong", get(async || Redirect::temporary("/ping")))
            .route("/self", get(async || Redirect::temporary("/self")))
            .route("/nowhere", get(async || StatusCode::FOUND))
    })
    .await
}

#[tokio::test]
async fn five_redirects_are_followed_and_not_six() {
    let server = redirecting().await;
    for path in ["/down/5", "/absolute"] {
        let fetched = fetch(settings(&[&server]), &server.url(path)).await.0.unwrap();
        assert_eq!(fetched.final_url.as_str(), server.url("/down/0"), "{path}");
        assert_eq!(fetched.bytes, 8);
    }
    let before = server.hits();
    let why = failure(settings(&[&server]), &server.url("/down/6")).await;
    assert!(matches!(why, FetchError::TooManyRedirects { .. }), "{why}");
    assert_eq!(server.hits() - before, 6, "the first request and five redirects");
}

#[tokio::test]
async fn redirect_loops_end_at_once() {
    let server = redirecting().await;
    for path in ["/ping", "/self"] {
        let before = server.hits();
        let why = failure(settings(&[&server]), &server.url(path)).await;
        assert!(matches!(why, FetchError::RedirectLoop { .. }), "{why}");
        assert!(server.hits() - before <= 2);
    }
    let why = failure(settings(&[&server]), &server.url("/nowhere")).await;
    assert!(matches!(why, FetchError::NoLocation { .. }), "{why}");
}

#[tokio::test]
async fn each_redirect_is_judged_like_a_first_address() {
    let server = redirecting().await;
    let inside = Server::plain().await;
    let to = async |place: &str| refusal(settings(&[&server]), &server.url(&format!("/to?{place}"))).await;
    let used_for = |why: Refusal| match why {
        Refusal::Address(refused) => refused.used_for,
        other => panic!("{other}"),
    };
    assert_eq!(used_for(to("http://10.0.0.1/").await), Use::Private);
    assert_eq!(used_for(to(&inside.url("/")).await), Use::Loopback);
    assert_eq!(used_for(to(&format!("//{}/", inside.at)).await), Use::Loopback);
    assert_eq!(used_for(to("http://169.254.169.254/latest/meta-data/iam/").await), Use::Metadata);
    assert_eq!(used_for(to("http://[fd00:ec2::254]/").await), Use::Metadata);
    assert_eq!(used_for(to("http://0xa9fea9fe/").await), Use::Metadata);
    assert!(matches!(to("http://metadata.google.internal/").await, Refusal::NotPublicName(_)));
    assert!(matches!(to("file:///etc/passwd").await, Refusal::Scheme(_)));
    assert!(matches!(to("http://lists.example.com/").await, Refusal::PlainHttp(_)));
    assert_eq!(to("https://lists.example.com:22/").await, Refusal::OddPort(22));
    assert_eq!(to("https://u:p@lists.example.com/").await, Refusal::UserInfo);
    assert_eq!(inside.hits(), 0, "no request may arrive inside");
}

#[tokio::test]
async fn names_that_lead_inside_are_refused() {
    let server = redirecting().await;
    let names = NameServer::start(&[
        ("home.example.com", &["127.0.0.1"]),
        ("ten.example.com", &["10.1.2.3"]),
        ("cloud.example.com", &["169.254.169.254"]),
        ("six.example.com", &["::1"]),
        ("mapped.example.com", &["::ffff:10.1.2.3"]),
        ("nat64.example.com", &["64:ff9b::a9fe:a9fe"]),
        // One public and one private number, in either family and order.
        ("both.example.com", &["93.184.215.14", "192.168.1.1"]),
        ("both-first.example.com", &["192.168.1.1", "93.184.215.14"]),
        ("families.example.com", &["93.184.215.14", "fd12::1"]),
    ])
    .await;
    let asking = || Settings { name_servers: vec![names.at], ..settings(&[&server]) };
    for (host, used_for) in [
        ("home", Use::Loopback),
        ("ten", Use::Private),
        ("cloud", Use::Metadata),
        ("six", Use::Loopback),
        ("mapped", Use::Translated),
        ("nat64", Use::Translated),
        ("both", Use::Private),
        ("both-first", Use::Private),
        ("families", Use::Private),
    ] {
        // As a first address, and behind a redirect.
        let address = format!("https://{host}.example.com/");
        for url in [address.clone(), server.url(&format!("/to?{address}"))] {
            match failure(asking(), &url).await {
                FetchError::Name { why: ResolveError::NotPublic(refused), url: at } => {
                    assert_eq!(refused.used_for, used_for, "{url}");
                    assert_eq!(at, address, "the hop that was refused is named");
                }
                other => panic!("{url}: {other}"),
            }
        }
    }
    let unknown = failure(asking(), "https://nobody.example.com/").await;
    assert!(matches!(unknown, FetchError::Name { why: ResolveError::NoAddress(_), .. }), "{unknown}");
}

#[tokio::test]
async fn what_was_looked_up_once_is_what_is_dialled() {
    let server = Server::plain().await;
    let names = NameServer::start(&[("lists.example.com", &["127.0.0.1"])]).await;
    let entry = format!("lists.example.com:{}", server.at.port());
    let url = format!("http://{entry}/");
    let asking = Settings { name_servers: vec![names.at], allow: vec![entry], ..Settings::default() };
    let fetched = fetch(asking, &url).await.0.unwrap();
    assert_eq!(fetched.bytes, 2);
    assert_eq!(names.asked.load(Ordering::SeqCst), 2, "one question for A, one for AAAA, none when connecting");
}

#[tokio::test]
async fn gzip_is_undone_and_counted_after_that() {
    const LIMIT: u64 = 1_000_000;
    let bomb = Bytes::from(gzip(&vec![0; 64_000_000]));
    assert!((bomb.len() as u64) < LIMIT, "the bomb is small on the wire: {}", bomb.len());
    let small = Bytes::from(gzip(b"{\"resourceType\":\"Bundle\"}"));
    let packed = |body: Bytes| get(async move || ([(header::CONTENT_ENCODING, "gzip")], body));
    let server = Server::start(|_| {
        Router::new()
            .route("/bomb", packed(bomb))
            .route("/small", packed(small))
            .route("/brotli", get(async || ([(header::CONTENT_ENCODING, "br")], "x")))
    })
    .await;
    let limited = || Settings { max_bytes: LIMIT, ..settings(&[&server]) };
    let why = failure(limited(), &server.url("/bomb")).await;
    assert!(matches!(why, FetchError::TooLarge { limit: LIMIT, .. }), "{why}");
    let (result, _dir) = fetch(limited(), &server.url("/small")).await;
    assert_eq!(std::fs::read(result.unwrap().path).unwrap(), b"{\"resourceType\":\"Bundle\"}");
    let why = failure(limited(), &server.url("/brotli")).await;
    assert!(matches!(why, FetchError::Encoding { .. }), "{why}");
}

/// Sends pieces for ever, one each `pause`.
fn endless(size: usize, pause: Duration) -> Response {
    let piece = Bytes::from(vec![b'x'; size]);
    let pieces = stream::unfold((), move |()| {
        let piece = piece.clone();
        async move {
            tokio::time::sleep(pause).await;
            Some((Ok::<_, std::io::Error>(piece), ()))
        }
    });
    Body::from_stream(pieces).into_response()
}

#[tokio::test]
async fn the_size_limit_cuts_what_is_announced_and_what_never_ends() {
    let server = Server::start(|_| {
        Router::new()
            .route(
                "/announced",
                get(async || {
                    // Says a size and sends nothing: only the header can tell.
                    let silence = stream::pending::<Result<Bytes, std::io::Error>>();
                    ([(header::CONTENT_LENGTH, "1000001")], Body::from_stream(silence))
                }),
            )
            .route("/endless", get(async || endless(10_000, Duration::ZERO)))
            .route("/exact", get(async || vec![b'x'; 1_000_000]))
    })
    .await;
    let limited = || Settings { max_bytes: 1_000_000, ..settings(&[&server]) };
    for path in ["/announced", "/endless"] {
        let why = failure(limited(), &server.url(path)).await;
        assert!(matches!(why, FetchError::TooLarge { limit: 1_000_000, .. }), "{path}: {why}");
    }
    let (result, _dir) = fetch(limited(), &server.url("/exact")).await;
    assert_eq!(result.unwrap().bytes, 1_000_000, "the limit itself is allowed");
}

#[tokio::test]
async fn the_deadline_cuts_slow_bodies_and_silent_servers() {
    let server = Server::start(|_| {
        Router::new()
            .route("/slow", get(async || endless(1, Duration::from_millis(20))))
            .route("/silent", get(async || std::future::pending::<()>().await))
    })
    .await;
    let hasty = || Settings { deadline: Duration::from_millis(400), ..settings(&[&server]) };
    for path in ["/slow", "/silent"] {
        let begun = std::time::Instant::now();
        let why = failure(hasty(), &server.url(path)).await;
        assert!(matches!(why, FetchError::TooSlow { .. }), "{path}: {why}");
        assert!(begun.elapsed() < Duration::from_secs(5), "{path}: {:?}", begun.elapsed());
    }
    let idle = Settings { idle_timeout: Duration::from_millis(200), ..settings(&[&server]) };
    let why = failure(idle, &server.url("/silent")).await;
    assert!(matches!(why, FetchError::Network { .. }), "{why}");
    assert!(why.to_string().contains("took too long"), "{why}");
}

#[tokio::test]
async fn a_caller_who_stops_waiting_leaves_no_file() {
    let server =
        Server::start(|_| Router::new().route("/", get(async || endless(1000, Duration::from_millis(5))))).await;
    let dir = TempDir::new().unwrap();
    let client = Client::new(settings(&[&server])).unwrap();
    let (url, path) = (server.url("/"), dir.path().to_owned());
    let task = tokio::spawn(async move { client.get_to_file(&url, &path).await });
    while files(dir.path()) == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let name = std::fs::read_dir(dir.path()).unwrap().next().unwrap().unwrap().file_name();
    assert!(name.to_string_lossy().ends_with(".part"), "{name:?}: unfinished files show it");
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    assert_eq!(files(dir.path()), 0);
}

#[tokio::test]
async fn a_body_that_breaks_off_is_an_error_and_no_file() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let _ = socket.read(&mut [0; 2000]).await;
            let _ = socket.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nonly this").await;
        }
    });
    let allowed = Settings { allow: vec![at.to_string()], ..Settings::default() };
    let why = failure(allowed, &format!("http://{at}/")).await;
    assert!(matches!(why, FetchError::Network { .. }), "{why}");
}

#[tokio::test]
async fn answers_that_are_no_file_are_errors() {
    let server = Server::start(|_| {
        Router::new()
            .route("/partial", get(async || (StatusCode::PARTIAL_CONTENT, "half")))
            .route("/error", get(async || (StatusCode::INTERNAL_SERVER_ERROR, "no")))
            .route("/choices", get(async || (StatusCode::MULTIPLE_CHOICES, [(header::LOCATION, "/error")])))
    })
    .await;
    for (path, expected) in [("/partial", 206), ("/error", 500), ("/choices", 300), ("/absent", 404)] {
        match failure(settings(&[&server]), &server.url(path)).await {
            FetchError::Status { code, .. } => assert_eq!(code, expected),
            other => panic!("{path}: {other}"),
        }
    }
    let gone = { TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap() };
    let allowed = Settings { allow: vec![gone.to_string()], ..Settings::default() };
    let why = failure(allowed, &format!("http://{gone}/list?token=secret")).await;
    assert!(matches!(why, FetchError::Network { .. }), "{why}");
    assert!(!why.to_string().contains("secret"), "{why}");
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_named() {
    let server = Server::plain().await;
    let client = Client::new(settings(&[&server])).unwrap();
    let why = client.get_to_file(&server.url("/"), Path::new("/nowhere/at/all")).await.unwrap_err();
    assert!(why.to_string().contains("/nowhere/at/all"), "{why}");
}

#[test]
fn a_wrong_allow_list_is_an_error_of_settings() {
    let wrong = Settings { allow: vec!["intranet".to_owned()], ..Settings::default() };
    assert!(matches!(Client::new(wrong), Err(FetchError::AllowList(_))));
}

/// A server that speaks TLS with a certificate nobody signed, and answers everything with `answer`.
pub(super) fn tls_server(answer: &'static str) -> SocketAddr {
    tls_talk(move |stream| {
        // Who does not trust us hangs up here; the next one is served all the same.
        if matches!(std::io::Read::read(stream, &mut [0; 4000]), Ok(length) if length > 0) {
            let _ = stream.write_all(answer.as_bytes());
            stream.conn.send_close_notify();
            let _ = stream.flush();
        }
    })
}

/// A server with the certificate of the fixtures that says what it likes, to one after another.
pub(crate) fn tls_talk<T>(talk: T) -> SocketAddr
where
    T: Fn(&mut rustls::StreamOwned<rustls::ServerConnection, std::net::TcpStream>) + Send + 'static,
{
    let certificate = include_bytes!("fixtures/loopback.cert.der").to_vec();
    let key = include_bytes!("fixtures/loopback.key.der").to_vec();
    let key = rustls::pki_types::PrivateKeyDer::try_from(key).unwrap();
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.into()], key)
        .unwrap();
    let config = Arc::new(config);
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for socket in listener.incoming().flatten() {
            let connection = rustls::ServerConnection::new(config.clone()).unwrap();
            let mut stream = rustls::StreamOwned::new(connection, socket);
            talk(&mut stream);
        }
    });
    at
}

#[tokio::test]
async fn certificates_are_judged() {
    let at = tls_server("HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok");
    let url = format!("https://{at}/");
    let allowed = || Settings { allow: vec![at.to_string()], ..Settings::default() };
    let why = failure(allowed(), &url).await;
    assert!(matches!(why, FetchError::Network { .. }), "{why}");
    assert!(why.to_string().contains("certificate"), "{why}");
    let trusted = Settings { authorities: vec![include_bytes!("fixtures/loopback.cert.der").to_vec()], ..allowed() };
    assert_eq!(fetch(trusted, &url).await.0.unwrap().bytes, 2);
}

#[tokio::test]
async fn a_redirect_from_https_down_to_http_is_refused_even_between_allowed_hosts() {
    let plain = Server::plain().await;
    let location = plain.url("/");
    let answer =
        format!("HTTP/1.1 302 Found\r\nlocation: {location}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    let at = tls_server(answer.leak());
    let trusting = Settings {
        allow: vec![at.to_string(), plain.at.to_string()],
        authorities: vec![include_bytes!("fixtures/loopback.cert.der").to_vec()],
        ..Settings::default()
    };
    assert_eq!(refusal(trusting, &format!("https://{at}/")).await, Refusal::Downgrade);
    assert_eq!(plain.hits(), 0);
}

/// The environment of a process cannot be changed safely while it runs, so the test runs itself once more with the
/// proxy variables set and fetches there.
#[tokio::test]
async fn proxies_from_the_environment_are_ignored() {
    const CHILD: &str = "CONNECTOR_TEST_FETCH_URL";
    if let Ok(url) = std::env::var(CHILD) {
        let at = url.strip_prefix("http://").unwrap().trim_end_matches('/').to_owned();
        let allowed = Settings { allow: vec![at], ..Settings::default() };
        assert_eq!(fetch(allowed, &url).await.0.unwrap().bytes, 2);
        return;
    }
    let server = Server::plain().await;
    let proxy = Server::start(|_| Router::new().fallback(async || "from the proxy")).await;
    let mut child = std::process::Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "fetch::tests::proxies_from_the_environment_are_ignored"]);
    child.env(CHILD, server.url("/")).env_remove("NO_PROXY").env_remove("no_proxy");
    for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        child.env(name, proxy.url("/"));
    }
    let output = tokio::task::spawn_blocking(move || child.output()).await.unwrap().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
    assert_eq!((server.hits(), proxy.hits()), (1, 0));
}
