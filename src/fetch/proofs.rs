//! A few words at a name or an address that shows whose it is: a TXT record, or a short file at a fixed place.
//!
//! What must hold: what is looked for is found at exactly that name (no redirect is followed, no answer is taken from a
//! cache), and nothing of what was found leaves the caller.

use std::time::Duration;

use futures_util::StreamExt as _;
use hickory_resolver::proto::rr::RData;
use reqwest::header::{self, HeaderMap};
use tokio::time::timeout;

use super::{
    FetchError, Validators,
    answer::{headers, kept},
    client::{Client, network},
    guard,
    resolve::{Dns, ResolveError},
};

/// How many records of one name are read, and how long one may be.
const RECORDS: usize = 50;
const LONGEST: usize = 1_000;

impl Client {
    /// The texts at a name of the DNS, as its name servers say now; none when there are none.
    ///
    /// # Errors
    /// [`ResolveError`] when they could not be asked, which is not the same as none.
    pub async fn txt(&self, name: &str) -> Result<Vec<String>, ResolveError> {
        self.dns().txt(name).await
    }

    /// A short text at an address: 200, at most so many bytes, within `deadline`, without a redirect.
    ///
    /// # Errors
    /// [`FetchError`]; a redirect is a [`FetchError::Status`].
    pub async fn short_text(&self, url: &str, deadline: Duration, most: usize) -> Result<String, FetchError> {
        let too_slow = |_| FetchError::TooSlow { url: guard::shown(url), limit: deadline };
        timeout(deadline, self.read_short(url, most)).await.map_err(too_slow)?
    }

    async fn read_short(&self, url: &str, most: usize) -> Result<String, FetchError> {
        let (at, way) = self.judge(url)?;
        let asked: HeaderMap = headers(&Validators::default(), None);
        let response = self.send(&at, way, |client| client.get(at.clone()).headers(asked)).await?;
        let shown = || guard::shown(at.as_str());
        if response.status() != reqwest::StatusCode::OK {
            return Err(FetchError::Status { url: shown(), code: response.status().as_u16() });
        }
        if let Some(encoding) = kept(response.headers(), &header::CONTENT_ENCODING)
            && !encoding.eq_ignore_ascii_case("identity")
        {
            return Err(FetchError::Encoding { url: shown(), encoding });
        }
        let mut text = Vec::new();
        let mut pieces = response.bytes_stream();
        while let Some(piece) = pieces.next().await.transpose().map_err(|why| network(&at, &why))? {
            text.extend_from_slice(&piece);
            if text.len() > most {
                return Err(FetchError::TooLarge { url: shown(), limit: most as u64 });
            }
        }
        Ok(String::from_utf8_lossy(&text).into_owned())
    }
}

impl Dns {
    async fn txt(&self, name: &str) -> Result<Vec<String>, ResolveError> {
        let resolver = self.uncached()?;
        let full = format!("{}.", name.trim_end_matches('.'));
        let answer = match resolver.txt_lookup(full).await {
            Ok(answer) => answer,
            Err(why) if why.is_no_records_found() => return Ok(Vec::new()),
            Err(why) => return Err(ResolveError::NoAddress(why.to_string())),
        };
        let text = |data: &RData| match data {
            // One text may come in pieces of 255 bytes.
            RData::TXT(text) => Some(String::from_utf8_lossy(&text.txt_data.concat()).into_owned()),
            _ => None,
        };
        let texts = answer.answers().iter().filter_map(|record| text(&record.data));
        Ok(texts.filter(|text| text.len() <= LONGEST).take(RECORDS).collect())
    }
}

#[cfg(test)]
mod tests {
    use axum::{Router, response::Redirect, routing::get};

    use super::{
        super::{Settings, tests::NameServer},
        *,
    };

    const BOUNDS: (Duration, usize) = (Duration::from_secs(5), 100);

    #[tokio::test]
    async fn texts_are_read_as_they_are_now_and_none_is_not_an_error() {
        let servers = NameServer::start(&[("_x.example.org", &[])]).await;
        let client = Client::new(Settings { name_servers: vec![servers.at], ..Settings::default() }).unwrap();
        assert_eq!(client.txt("_x.example.org").await.unwrap(), Vec::<String>::new());
        assert_eq!(client.txt("_y.example.org").await.unwrap(), Vec::<String>::new(), "no such name");
        servers.say("_x.example.org", &["one", &"l".repeat(300)]);
        assert_eq!(client.txt("_x.example.org").await.unwrap(), ["one".to_owned(), "l".repeat(300)]);
        servers.say("_x.example.org", &["two"]);
        assert_eq!(client.txt("_x.example.org").await.unwrap(), ["two"], "nothing is taken from a cache");
        let nobody = Settings { name_servers: vec!["127.0.0.1:9".parse().unwrap()], ..Settings::default() };
        assert!(Client::new(nobody).unwrap().txt("_x.example.org").await.is_err());
    }

    #[tokio::test]
    async fn a_short_text_is_read_where_it_is_and_nowhere_else() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let pages = Router::new()
            .route("/text", get(async || "the text\n"))
            .route("/long", get(async || "x".repeat(101)))
            .route("/moved", get(async || Redirect::temporary("/text")));
        tokio::spawn(async move { axum::serve(listener, pages).await });
        let client = Client::new(Settings { allow: vec![at.to_string()], ..Settings::default() }).unwrap();
        let read = async |path: &str| client.short_text(&format!("http://{at}{path}"), BOUNDS.0, BOUNDS.1).await;
        assert_eq!(read("/text").await.unwrap(), "the text\n");
        assert!(matches!(read("/long").await, Err(FetchError::TooLarge { .. })));
        assert!(matches!(read("/moved").await, Err(FetchError::Status { code: 307, .. })));
        assert!(matches!(read("/none").await, Err(FetchError::Status { code: 404, .. })));
        let nobody = Client::new(Settings::default()).unwrap();
        assert!(matches!(
            nobody.short_text(&format!("http://{at}/text"), BOUNDS.0, BOUNDS.1).await,
            Err(FetchError::Refused { .. })
        ));
    }
}
