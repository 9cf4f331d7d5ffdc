//! Headers of questions and answers: which version, which part, whether it is data at all. Pure.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};

use super::partial::Part;

/// The longest header value that is kept, in bytes.
const HEADER_LIMIT: usize = 1_000;

/// How many bytes of a file are looked at to see whether it is a web page.
pub const HEAD: usize = 512;

/// By what a server tells one version of a file from the next, as it said it (RFC 9110 section 8.8).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Validators {
    /// `ETag`, quotes and weakness mark included.
    pub etag: Option<String>,
    /// `Last-Modified`.
    pub last_modified: Option<String>,
}

/// The part of a file that a 206 brings (RFC 9110 section 14.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContentRange {
    /// Its first byte.
    pub first: u64,
    /// Its last byte.
    pub last: u64,
    /// Bytes of the whole, when the server says.
    pub total: Option<u64>,
}

impl ContentRange {
    /// Reads `bytes 100-199/200` and `bytes 100-199/*`.
    pub fn parse(text: &str) -> Option<Self> {
        let (range, total) = text.trim().strip_prefix("bytes ")?.trim().split_once('/')?;
        let (first, last) = range.split_once('-')?;
        let (first, last) = (first.parse().ok()?, last.parse().ok()?);
        let total = if total == "*" { None } else { Some(total.parse().ok()?) };
        (first <= last && total.is_none_or(|total| last < total)).then_some(Self { first, last, total })
    }

    /// Is this the rest of a part of which `have` bytes are there, up to the very end?
    pub fn is_the_rest(&self, part: &Part, have: u64) -> bool {
        self.first == have && self.last + 1 == part.total && self.total.is_none_or(|total| total == part.total)
    }
}

/// What to remember of an answer so that a cut download can go on; nothing when it cannot.
///
/// It can when the bytes are sent as they are (an encoding that was undone takes `Content-Length` away), their number
/// is known, the server does not refuse ranges, and the version has a strong mark.
pub fn part(headers: &HeaderMap) -> Option<Part> {
    let said = |name| kept(headers, &name);
    let total: u64 = said(header::CONTENT_LENGTH)?.parse().ok()?;
    if said(header::ACCEPT_RANGES).is_some_and(|ranges| ranges.eq_ignore_ascii_case("none")) || total == 0 {
        return None;
    }
    let (etag, last_modified) = (said(header::ETAG), said(header::LAST_MODIFIED));
    let validator = strong(etag.as_deref(), last_modified.as_deref(), said(header::DATE).as_deref())?;
    Some(Part { validator, etag, last_modified, content_type: said(header::CONTENT_TYPE), total })
}

/// The validator that two equal answers prove equal bytes by: a strong `ETag`; without any, a `Last-Modified` at
/// least a second older than the answer (RFC 9110 sections 8.8.1 and 8.8.2.2).
fn strong(etag: Option<&str>, last_modified: Option<&str>, date: Option<&str>) -> Option<String> {
    match (etag, last_modified, date) {
        (Some(etag), _, _) => (etag.len() > 2 && etag.starts_with('"')).then(|| etag.to_owned()),
        (None, Some(modified), Some(date)) => {
            let age = http_date(date)?.duration_since(http_date(modified)?);
            (age >= Duration::from_secs(1).try_into().ok()?).then(|| modified.to_owned())
        }
        _ => None,
    }
}

fn http_date(text: &str) -> Option<Timestamp> {
    jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()
}

/// The headers of a question: not what we have (RFC 9110 section 13.1), and only the rest of what we have a part of.
pub fn headers(known: &Validators, part: Option<(&Part, u64)>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    // A value that no header can hold was none of a server's.
    let mut put = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    if let Some(etag) = &known.etag {
        put(header::IF_NONE_MATCH, etag);
    }
    if let Some(last_modified) = &known.last_modified {
        put(header::IF_MODIFIED_SINCE, last_modified);
    }
    if let Some((part, have)) = part {
        put(header::RANGE, &format!("bytes={have}-"));
        put(header::IF_RANGE, &part.validator);
        // Bytes of a compressed body are not bytes of the file.
        put(header::ACCEPT_ENCODING, "identity");
    }
    headers
}

/// Is this 206 the rest of that very version?
pub fn is_the_rest(headers: &HeaderMap, part: &Part, have: u64) -> bool {
    let range = kept(headers, &header::CONTENT_RANGE).and_then(|text| ContentRange::parse(&text));
    let same = kept(headers, &header::ETAG).is_none_or(|etag| part.etag.as_ref() == Some(&etag));
    let plain = kept(headers, &header::CONTENT_ENCODING).is_none() && headers.contains_key(header::CONTENT_LENGTH);
    same && plain && range.is_some_and(|range| range.is_the_rest(part, have))
}

/// Does a file that begins so look like a page for browsers?
pub fn is_web_page(content_type: Option<&str>, head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let begins = |what: &str| head.get(..what.len()).is_some_and(|start| start.eq_ignore_ascii_case(what.as_bytes()));
    let says_so = content_type.is_some_and(|kind| kind.trim_start().to_ascii_lowercase().starts_with("text/html"));
    begins("<!doctype html") || begins("<html") || (says_so && head.first() == Some(&b'<'))
}

/// A header's value as text, when it has one of a sensible length.
pub fn kept(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    // Header values are bytes; a Location in raw UTF-8 is read like browsers read it.
    let text = String::from_utf8_lossy(headers.get(name)?.as_bytes()).into_owned();
    let limit = if *name == header::LOCATION { 8 * HEADER_LIMIT } else { HEADER_LIMIT };
    (!text.is_empty() && text.len() <= limit).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_exactly() {
        let range = |first, last, total| Some(ContentRange { first, last, total });
        for (text, expected) in [
            ("bytes 100-199/200", range(100, 199, Some(200))),
            ("bytes 0-0/*", range(0, 0, None)),
            ("bytes 100-200/200", None),
            ("bytes 9-8/200", None),
            ("bytes */200", None),
            ("items 1-2/3", None),
            ("bytes 100-199", None),
            ("bytes -1-199/200", None),
        ] {
            assert_eq!(ContentRange::parse(text), expected, "{text}");
        }
    }

    #[test]
    fn only_a_strong_mark_lets_a_download_go_on() {
        let (monday, second_later) = ("Mon, 23 Nov 2026 10:00:00 GMT", "Mon, 23 Nov 2026 10:00:01 GMT");
        for (etag, modified, date, expected) in [
            (Some("\"a\""), None, None, Some("\"a\"")),
            (Some("W/\"a\""), Some(monday), Some(second_later), None),
            (Some("\"\""), None, None, None),
            (None, Some(monday), Some(second_later), Some(monday)),
            (None, Some(monday), Some(monday), None),
            (None, Some(monday), None, None),
            (None, Some("yesterday"), Some(monday), None),
            (None, None, None, None),
        ] {
            assert_eq!(strong(etag, modified, date).as_deref(), expected, "{etag:?} {modified:?} {date:?}");
        }
    }

    #[test]
    fn web_pages_are_told_from_data() {
        for (kind, head, page) in [
            (None, "<!DOCTYPE html><title>Sign in", true),
            (Some("application/json"), "\u{feff}\n <HTML lang=en>", true),
            (Some("text/html; charset=utf-8"), "  <div>moved</div>", true),
            (Some("text/html"), "{\"resourceType\":\"Bundle\"}", false),
            (Some("text/html"), "State,Endpoint\n", false),
            (Some("application/xml"), "<?xml version=\"1.0\"?><Bundle/>", false),
            (None, "", false),
        ] {
            assert_eq!(is_web_page(kind, head.as_bytes()), page, "{kind:?} {head}");
        }
    }
}
