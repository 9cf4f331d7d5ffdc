//! Is the text there? One look at the DNS or at the file, and a verdict.
//!
//! What holds: the verdict is one of a few words; nothing of what was read, and not how long it took, goes any further. The
//! DNS is asked twice, and both answers must say the same: name servers that answer one thing now and another a moment later
//! prove nothing.

use std::time::Duration;

use crate::{
    fetch::{Client, FetchError},
    model::claim::{Claim, ClaimMethod, DNS_LABEL, FILE_PATH},
};

/// Between the two questions to the DNS.
const PAUSE: Duration = Duration::from_millis(400);
/// How long a file is waited for, and how large it may be.
const FILE: (Duration, usize) = (Duration::from_secs(10), 2_000);

/// What a look saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// The text, exactly.
    Found,
    /// Nothing there.
    Nothing,
    /// Something, and not this text.
    Other,
    /// One thing now and another a moment later.
    Unsteady,
    /// It leads elsewhere, which proves nothing of this domain.
    Redirect,
    /// Whoever should answer did not.
    Unreachable,
}

/// The name at which the text of a domain stands in the DNS.
pub fn dns_name(domain: &str) -> String {
    format!("{DNS_LABEL}.{domain}")
}

/// The address of the file of a domain.
pub fn file_address(domain: &str) -> String {
    format!("https://{domain}{FILE_PATH}")
}

/// Looks for the text of a claim.
pub async fn look(client: &Client, claim: &Claim, method: ClaimMethod) -> Sight {
    match method {
        ClaimMethod::Dns => dns(client, &dns_name(&claim.domain), &claim.value).await,
        ClaimMethod::File => file(client, &file_address(&claim.domain), &claim.value).await,
        ClaimMethod::Email | ClaimMethod::Documents | ClaimMethod::Invited => Sight::Nothing,
    }
}

async fn dns(client: &Client, name: &str, value: &str) -> Sight {
    let first = dns_once(client, name, value).await;
    if first != Sight::Found {
        return first;
    }
    tokio::time::sleep(PAUSE).await;
    match dns_once(client, name, value).await {
        Sight::Found => Sight::Found,
        _ => Sight::Unsteady,
    }
}

async fn dns_once(client: &Client, name: &str, value: &str) -> Sight {
    match client.txt(name).await {
        Ok(texts) => compared(texts.iter().map(|text| text.trim()), value),
        Err(_) => Sight::Unreachable,
    }
}

async fn file(client: &Client, address: &str, value: &str) -> Sight {
    match client.short_text(address, FILE.0, FILE.1).await {
        Ok(text) => compared(text.lines().map(|line| line.trim().trim_start_matches('\u{feff}')), value),
        Err(FetchError::Status { code: 300..=399, .. }) => Sight::Redirect,
        Err(FetchError::Status { code: 404 | 410, .. }) => Sight::Nothing,
        Err(FetchError::Status { .. } | FetchError::TooLarge { .. } | FetchError::Encoding { .. }) => Sight::Other,
        Err(_) => Sight::Unreachable,
    }
}

/// Is one of the texts this value? Several people may show theirs at one place.
fn compared<'a>(texts: impl Iterator<Item = &'a str>, value: &str) -> Sight {
    let mut sight = Sight::Nothing;
    for text in texts.filter(|text| !text.is_empty()) {
        if text == value && !value.is_empty() {
            return Sight::Found;
        }
        sight = Sight::Other;
    }
    sight
}

#[cfg(test)]
mod tests {
    use axum::{Router, response::Redirect, routing::get};

    use super::*;
    use crate::fetch::{Settings, tests::NameServer};

    const MINE: &str = "connector-verification=mine";

    #[tokio::test]
    async fn the_dns_is_asked_twice_and_must_say_the_same() {
        let servers = NameServer::start(&[]).await;
        let client = Client::new(Settings { name_servers: vec![servers.at], ..Settings::default() }).unwrap();
        let name = dns_name("mercy.org");
        assert_eq!(name, "_connector-challenge.mercy.org");
        assert_eq!(dns(&client, &name, MINE).await, Sight::Nothing);
        servers.say(&name, &["connector-verification=theirs"]);
        assert_eq!(dns(&client, &name, MINE).await, Sight::Other, "somebody else's value");
        servers.say(&name, &["v=spf1", "connector-verification=theirs", MINE]);
        assert_eq!(dns(&client, &name, MINE).await, Sight::Found);
        let (asked, changed) = (dns(&client, &name, MINE), async {
            tokio::time::sleep(PAUSE / 2).await;
            servers.say(&name, &["gone"]);
        });
        assert_eq!(tokio::join!(asked, changed).0, Sight::Unsteady, "it was there for a moment");
        assert_eq!(dns(&client, "_connector-challenge.org", "").await, Sight::Nothing, "no value is no proof");
    }

    #[tokio::test]
    async fn a_file_counts_where_it_is_and_not_where_it_leads() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let pages = Router::new()
            .route("/right", get(async || format!("{MINE}\r\n")))
            .route("/other", get(async || "<html>not found</html>"))
            .route("/long", get(async || "x\n".repeat(5_000)))
            .route("/moved", get(async || Redirect::permanent("/right")));
        tokio::spawn(async move { axum::serve(listener, pages).await });
        let client = Client::new(Settings { allow: vec![at.to_string()], ..Settings::default() }).unwrap();
        for (path, sight) in [
            ("/right", Sight::Found),
            ("/other", Sight::Other),
            ("/long", Sight::Other),
            ("/moved", Sight::Redirect),
            ("/none", Sight::Nothing),
        ] {
            assert_eq!(file(&client, &format!("http://{at}{path}"), MINE).await, sight, "{path}");
        }
        assert_eq!(file_address("mercy.org"), "https://mercy.org/.well-known/connector-verification.txt");
        let inside = file(&Client::new(Settings::default()).unwrap(), &format!("http://{at}/right"), MINE).await;
        assert_eq!(inside, Sight::Unreachable, "nothing inside is opened");
    }
}
