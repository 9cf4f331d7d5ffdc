//! "Has it changed since?" (RFC 9110 sections 8.8 and 13).

use axum::{
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
};
use jiff::{fmt::rfc2822, tz::TimeZone};

use super::put;
use crate::clock::moment;

/// Does a reader already have this? An `If-None-Match` decides; only without one does `If-Modified-Since`
/// (RFC 9110 section 13.2.2). `tag` is an entity tag with its quotes; `at` is in microseconds since 1970 UTC.
pub fn unchanged(headers: &HeaderMap, tag: &str, at: Option<i64>) -> bool {
    if headers.contains_key(header::IF_NONE_MATCH) {
        return headers
            .get_all(header::IF_NONE_MATCH)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .any(|known| names(known, tag));
    }
    let since = headers.get(header::IF_MODIFIED_SINCE).and_then(|value| value.to_str().ok());
    let since = since.and_then(|text| rfc2822::parse(text).ok()).map(|zoned| zoned.timestamp().as_second());
    // The header has whole seconds.
    since.zip(at).is_some_and(|(since, at)| at.div_euclid(1_000_000) <= since)
}

/// What `make` makes, or 304 when the reader has it; both tell what they are at. `tag` and `at` as in [`unchanged`].
pub fn answer(headers: &HeaderMap, tag: &str, at: Option<i64>, make: impl FnOnce() -> Response) -> Response {
    let mut response = if unchanged(headers, tag, at) { StatusCode::NOT_MODIFIED.into_response() } else { make() };
    tell(&mut response, tag, at);
    response
}

/// Tells what an answer is at: `ETag`, and `Last-Modified` where a moment says it too.
pub fn tell(response: &mut Response, tag: &str, at: Option<i64>) {
    put(response.headers_mut(), header::ETAG, tag);
    if let Some(at) = at {
        put(response.headers_mut(), header::LAST_MODIFIED, &http_date(at));
    }
}

/// Does a list of entity tags name this one? The comparison is the weak one (RFC 9110 section 8.8.3.2).
pub fn names(list: &str, tag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    list.split(',').any(|one| one.trim() == "*" || opaque(one) == opaque(tag))
}

/// A moment as `Last-Modified` has it (RFC 9110 section 5.6.7); microseconds since 1970 UTC.
pub fn http_date(at: i64) -> String {
    moment(at).to_zoned(TimeZone::UTC).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// Headers that say something of a body a 304 does not have (RFC 9110 section 15.4.5).
pub const OF_A_BODY: [HeaderName; 3] = [header::CONTENT_LENGTH, header::CONTENT_ENCODING, header::CONTENT_TYPE];

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    const AT: i64 = 784_111_777_000_000;

    fn asking(name: HeaderName, value: &'static str) -> HeaderMap {
        [(name, HeaderValue::from_static(value))].into_iter().collect()
    }

    #[test]
    fn tags_are_compared_weakly_and_win_over_dates() {
        for known in ["W/\"3\"", "\"3\"", "\"a\", W/\"3\"", "*"] {
            assert!(unchanged(&asking(header::IF_NONE_MATCH, known), "W/\"3\"", None), "{known}");
        }
        let mut both = asking(header::IF_NONE_MATCH, "W/\"2\"");
        both.insert(header::IF_MODIFIED_SINCE, HeaderValue::from_static("Sun, 06 Nov 2044 08:49:37 GMT"));
        assert!(!unchanged(&both, "W/\"3\"", Some(AT)));
    }

    #[test]
    fn dates_are_whole_seconds() {
        assert_eq!(http_date(AT), "Sun, 06 Nov 1994 08:49:37 GMT");
        let since = |text| unchanged(&asking(header::IF_MODIFIED_SINCE, text), "\"x\"", Some(AT + 999_999));
        assert!(
            since("Sun, 06 Nov 1994 08:49:37 GMT") && !since("Sun, 06 Nov 1994 08:49:36 GMT") && !since("yesterday")
        );
    }

    #[test]
    fn who_has_it_is_told_so_and_both_answers_say_what_they_are_at() {
        let made = || ([(header::CONTENT_TYPE, "text/plain")], "here").into_response();
        for (known, status) in [("\"x\"", StatusCode::NOT_MODIFIED), ("\"y\"", StatusCode::OK)] {
            let response = answer(&asking(header::IF_NONE_MATCH, known), "\"x\"", Some(AT), made);
            assert_eq!(response.status(), status);
            assert_eq!(response.headers()[header::ETAG], "\"x\"");
            assert_eq!(response.headers()[header::LAST_MODIFIED], "Sun, 06 Nov 1994 08:49:37 GMT");
        }
        assert!(!answer(&HeaderMap::new(), "\"x\"", None, made).headers().contains_key(header::LAST_MODIFIED));
    }
}
