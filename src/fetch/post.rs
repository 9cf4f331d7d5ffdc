//! A few words sent to an address that the operator named, or a short answer asked of it.
//!
//! An address, headers and perhaps a body in, status and the beginning of the answer out. What must hold: the guard and the
//! resolver's check stand before it as before every request; a redirect is an answer like any other and is not followed;
//! neither a slow receiver nor a long answer takes more than was allowed.

use std::time::Duration;

use futures_util::StreamExt as _;
use reqwest::header::{self, HeaderMap};
use tokio::time::timeout;
use url::Url;

use super::{
    FetchError,
    answer::kept,
    client::{Client, network},
    guard,
};

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    /// The HTTP status.
    pub status: u16,
    /// The first bytes of the answer.
    pub body: Vec<u8>,
    /// What the answer says it is (`Content-Type`).
    pub content_type: Option<String>,
    /// Seconds to wait before the next try, when the receiver said so (`Retry-After` in seconds).
    pub retry_after: Option<u64>,
}

impl Client {
    /// Sends `body` to `url`, within `deadline` in all; of the answer at most `most` bytes are read.
    ///
    /// # Errors
    /// [`FetchError`] when nothing was sent, or no answer came in time. Any status is an answer.
    pub async fn post(
        &self,
        url: &str,
        headers: HeaderMap,
        body: Vec<u8>,
        bounds: (Duration, usize),
    ) -> Result<Posted, FetchError> {
        self.answered(url, bounds, |client, at| client.post(at).headers(headers).body(body)).await
    }

    /// Asks `url` once, within `deadline` in all; of the answer at most `most` bytes are read.
    ///
    /// # Errors
    /// [`FetchError`] when no answer came in time. Any status is an answer.
    pub async fn ask_once(
        &self,
        url: &str,
        headers: HeaderMap,
        bounds: (Duration, usize),
    ) -> Result<Posted, FetchError> {
        self.answered(url, bounds, |client, at| client.get(at).headers(headers)).await
    }

    async fn answered(
        &self,
        url: &str,
        (deadline, most): (Duration, usize),
        request: impl FnOnce(&reqwest::Client, Url) -> reqwest::RequestBuilder,
    ) -> Result<Posted, FetchError> {
        let too_slow = |_| FetchError::TooSlow { url: guard::shown(url), limit: deadline };
        timeout(deadline, self.answer_of(url, most, request)).await.map_err(too_slow)?
    }

    async fn answer_of(
        &self,
        url: &str,
        most: usize,
        request: impl FnOnce(&reqwest::Client, Url) -> reqwest::RequestBuilder,
    ) -> Result<Posted, FetchError> {
        let (at, way) = self.judge(url)?;
        let response = self.send(&at, way, |client| request(client, at.clone())).await?;
        let retry_after = kept(response.headers(), &header::RETRY_AFTER).and_then(|text| text.trim().parse().ok());
        let content_type = kept(response.headers(), &header::CONTENT_TYPE);
        let status = response.status().as_u16();
        let mut answer = Vec::new();
        let mut pieces = response.bytes_stream();
        while answer.len() < most {
            let Some(piece) = pieces.next().await.transpose().map_err(|why| network(&at, &why))? else { break };
            answer.extend(&piece[..piece.len().min(most - answer.len())]);
        }
        Ok(Posted { status, body: answer, content_type, retry_after })
    }
}

#[cfg(test)]
mod tests {
    use std::{
        net::SocketAddr,
        sync::{
            Arc,
            atomic::{AtomicUsize, Ordering},
        },
    };

    use axum::{
        Router,
        body::Body,
        http::StatusCode,
        response::Redirect,
        routing::{get, post},
    };
    use futures_util::stream;

    use super::{
        super::{
            Settings,
            address::Use,
            guard::Refusal,
            resolve::ResolveError,
            tests::{NameServer, tls_server},
        },
        *,
    };

    const BOUNDS: (Duration, usize) = (Duration::from_secs(2), 10);

    async fn server(routes: Router) -> SocketAddr {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, routes).await });
        at
    }

    fn client(allow: &[SocketAddr], names: &[SocketAddr]) -> Client {
        let allow = allow.iter().map(ToString::to_string).collect();
        Client::new(Settings { allow, name_servers: names.to_vec(), ..Settings::default() }).unwrap()
    }

    async fn sent(client: &Client, url: &str) -> Result<Posted, FetchError> {
        client.post(url, HeaderMap::new(), b"hello".to_vec(), BOUNDS).await
    }

    #[tokio::test]
    async fn words_go_out_and_the_beginning_of_the_answer_comes_back() {
        let endless = || Body::from_stream(stream::repeat_with(|| Ok::<_, std::io::Error>("0123456789abcdef")));
        let routes = Router::new()
            .route("/echo", post(async |body: String| body))
            .route("/endless", post(async move || endless()))
            .route("/busy", post(async || (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "7")], "later")));
        let at = server(routes).await;
        let client = client(&[at], &[]);
        let answer = sent(&client, &format!("http://{at}/echo")).await.unwrap();
        let content_type = Some("text/plain; charset=utf-8".to_owned());
        assert_eq!(answer, Posted { status: 200, body: b"hello".to_vec(), content_type, retry_after: None });
        assert_eq!(sent(&client, &format!("http://{at}/endless")).await.unwrap().body, b"0123456789");
        let busy = sent(&client, &format!("http://{at}/busy")).await.unwrap();
        assert_eq!((busy.status, busy.retry_after), (503, Some(7)));
    }

    #[tokio::test]
    async fn redirects_are_answers_and_nothing_goes_where_they_lead() {
        let inside = Arc::new(AtomicUsize::new(0));
        let hits = inside.clone();
        let target = server(Router::new().fallback(move || {
            hits.fetch_add(1, Ordering::SeqCst);
            async { "inside" }
        }))
        .await;
        let to = format!("http://{target}/");
        let at = server(Router::new().route("/", post(async move || Redirect::temporary(&to)))).await;
        let answer = sent(&client(&[at, target], &[]), &format!("http://{at}/")).await.unwrap();
        assert_eq!((answer.status, inside.load(Ordering::SeqCst)), (307, 0));
    }

    #[tokio::test]
    async fn a_short_answer_is_asked_for_within_the_same_bounds() {
        let routes = Router::new()
            .route("/", get(async |headers: HeaderMap| format!("{:?}", headers.get("accept"))))
            .route("/away", get(async || Redirect::temporary("/")));
        let at = server(routes).await;
        let asked = async |client: Client, path: &str| {
            let accept = HeaderMap::from_iter([(header::ACCEPT, header::HeaderValue::from_static("x/y"))]);
            client.ask_once(&format!("http://{at}{path}"), accept, (Duration::from_secs(2), 1_000)).await
        };
        assert_eq!(asked(client(&[at], &[]), "/").await.unwrap().body, b"Some(\"x/y\")");
        assert_eq!(asked(client(&[at], &[]), "/away").await.unwrap().status, 307);
        let why = asked(client(&[], &[]), "/").await.unwrap_err();
        assert!(matches!(why, FetchError::Refused { why: Refusal::Address(_), .. }), "{why}");
    }

    #[tokio::test]
    async fn private_networks_are_refused_as_numbers_and_behind_names() {
        let at = server(Router::new().fallback(async || "inside")).await;
        let names = NameServer::start(&[("hooks.example.com", &["93.184.215.14", "10.1.2.3"])]).await;
        let client = client(&[], &[names.at]);
        for url in [format!("http://{at}/"), "https://169.254.169.254/".into(), "https://[::1]/".into()] {
            assert!(
                matches!(sent(&client, &url).await, Err(FetchError::Refused { why: Refusal::Address(_), .. })),
                "{url}"
            );
        }
        let why = sent(&client, "https://hooks.example.com/").await.unwrap_err();
        let private = matches!(&why, FetchError::Name { why: ResolveError::NotPublic(refused), .. } if refused.used_for == Use::Private);
        assert!(private, "{why}");
    }

    #[tokio::test]
    async fn certificates_of_receivers_are_judged() {
        let at = tls_server("HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok");
        let url = format!("https://{at}/");
        let why = sent(&client(&[at], &[]), &url).await.unwrap_err();
        assert!(why.to_string().contains("certificate"), "{why}");
        let authorities = vec![include_bytes!("fixtures/loopback.cert.der").to_vec()];
        let trusting = Settings { allow: vec![at.to_string()], authorities, ..Settings::default() };
        let answer = sent(&Client::new(trusting).unwrap(), &url).await.unwrap();
        assert_eq!((answer.status, answer.body.as_slice()), (200, &b"ok"[..]));
    }

    #[tokio::test]
    async fn a_slow_receiver_is_left() {
        let at = server(Router::new().fallback(async || std::future::pending::<()>().await)).await;
        let bounds = (Duration::from_millis(200), 10);
        let why = client(&[at], &[]).post(&format!("http://{at}/"), HeaderMap::new(), Vec::new(), bounds).await;
        assert!(matches!(why, Err(FetchError::TooSlow { .. })), "{why:?}");
    }
}
