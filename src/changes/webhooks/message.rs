//! What is sent to a webhook, and how it is signed. Pure.

use axum::http::{HeaderMap, HeaderName, header};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Serialize;
use serde_json::value::RawValue;
use sha2::Sha256;

use crate::{changes::reader::Page, clock::moment, model::listing::hex, store::Webhook, web::put};

/// The signature: `t=SECONDS,v1=HEX`, a second `v1` while an old secret signs too.
pub const SIGNATURE: HeaderName = HeaderName::from_static("connector-signature");
/// Which delivery it is: the same for every try of the same changes.
pub const DELIVERY: HeaderName = HeaderName::from_static("connector-delivery");
/// Which webhook it is for.
pub const WEBHOOK: HeaderName = HeaderName::from_static("connector-webhook");
/// What it is: [`What::word`].
pub const EVENT: HeaderName = HeaderName::from_static("connector-event");

/// What a request to a webhook is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// Say these random letters again.
    Challenge,
    /// Are you there?
    Ping,
    /// Something changed.
    Changes,
}

impl What {
    /// The word in the header, the body and the list of requests.
    pub fn word(self) -> &'static str {
        match self {
            Self::Challenge => "challenge",
            Self::Ping => "ping",
            Self::Changes => "changes",
        }
    }
}

#[derive(Serialize)]
struct Body<'a> {
    #[serde(rename = "type")]
    what: &'a str,
    id: &'a str,
    webhook: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    challenge: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_after: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<Vec<&'a RawValue>>,
}

/// One message, before it is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// What it is about.
    pub what: What,
    /// Which delivery it is.
    pub id: String,
    /// Changes after this number …
    pub after: i64,
    /// … and up to this one.
    pub upto: i64,
    /// How many changes.
    pub changes: usize,
    /// What is sent.
    pub body: Vec<u8>,
}

impl Message {
    /// The question to repeat `challenge`.
    pub fn challenge(hook: &Webhook, challenge: &str) -> Self {
        Self::without_changes(What::Challenge, hook, challenge, Some(challenge))
    }

    /// A question whether somebody is there; `id` is any word.
    pub fn ping(hook: &Webhook, id: &str) -> Self {
        Self::without_changes(What::Ping, hook, id, None)
    }

    fn without_changes(what: What, hook: &Webhook, id: &str, challenge: Option<&str>) -> Self {
        let body =
            Body { what: what.word(), id, webhook: hook.n, challenge, after: None, next_after: None, changes: None };
        Self {
            what,
            id: id.to_owned(),
            after: 0,
            upto: 0,
            changes: 0,
            body: serde_json::to_vec(&body).unwrap_or_default(),
        }
    }

    /// Changes after what the webhook has.
    pub fn changes(hook: &Webhook, page: &Page) -> Self {
        let (after, upto) = (hook.acknowledged, page.next_after);
        let id = format!("{}-{after}-{upto}", hook.n);
        let body = Body {
            what: What::Changes.word(),
            id: &id,
            webhook: hook.n,
            challenge: None,
            after: Some(after),
            next_after: Some(upto),
            changes: Some(page.changes.iter().map(|entry| &*entry.json).collect()),
        };
        let body = serde_json::to_vec(&body).unwrap_or_default();
        Self { what: What::Changes, changes: page.changes.len(), body, id, after, upto }
    }

    /// The headers it goes with at a moment, in microseconds since 1970 UTC.
    pub fn headers(&self, hook: &Webhook, at: i64) -> HeaderMap {
        let old = hook.old_secret.as_ref().filter(|(_, until)| at < *until).map(|(secret, _)| secret.as_str());
        let seconds = moment(at).as_second();
        let mut headers = HeaderMap::new();
        put(&mut headers, header::CONTENT_TYPE, "application/json");
        put(&mut headers, SIGNATURE, &signature(&hook.secret, old, seconds, &self.body));
        put(&mut headers, DELIVERY, &self.id);
        put(&mut headers, WEBHOOK, &hook.n.to_string());
        put(&mut headers, EVENT, self.what.word());
        headers
    }
}

/// Signs a body at a moment, in seconds since 1970 UTC: HMAC-SHA256 (RFC 2104) over the seconds, a dot and the body.
pub fn signature(secret: &str, old: Option<&str>, seconds: i64, body: &[u8]) -> String {
    let signed = [Some(secret), old].into_iter().flatten().filter_map(|secret| {
        // A key of any length is taken.
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
        mac.update(seconds.to_string().as_bytes());
        mac.update(b".");
        mac.update(body);
        Some(format!(",v1={}", hex(&mac.finalize().into_bytes())))
    });
    format!("t={seconds}{}", signed.collect::<String>())
}

/// Does an answer repeat the challenge: alone, or as `{"challenge": "…"}`?
pub fn repeats(answer: &[u8], challenge: &str) -> bool {
    let text = String::from_utf8_lossy(answer);
    let said = serde_json::from_str::<serde_json::Value>(&text).ok();
    let said = said.as_ref().and_then(|json| json.get("challenge").or(Some(json)).and_then(serde_json::Value::as_str));
    text.trim() == challenge || said == Some(challenge)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_what_other_tools_compute() {
        // printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac whsec_test
        let signed = signature("whsec_test", None, 1_700_000_000, b"{\"a\":1}");
        assert_eq!(signed, "t=1700000000,v1=38877139021993b830af32feea6e18a8da83eb2f6e49ee50bd9e4cf4ca4d3789");
        let both = signature("new", Some("whsec_test"), 1_700_000_000, b"{\"a\":1}");
        assert_eq!(both.matches(",v1=").count(), 2);
        assert!(both.ends_with(signed.split_once(',').unwrap().1), "the old secret still signs: {both}");
    }

    #[test]
    fn only_the_challenge_itself_is_an_answer() {
        for good in ["abc123", " abc123\n", "\"abc123\"", "{\"challenge\":\"abc123\"}"] {
            assert!(repeats(good.as_bytes(), "abc123"), "{good}");
        }
        for bad in ["", "ok", "abc1234", "{\"challenge\":\"x\"}", "{\"other\":\"abc123\"}", "[\"abc123\"]"] {
            assert!(!repeats(bad.as_bytes(), "abc123"), "{bad}");
        }
    }
}
