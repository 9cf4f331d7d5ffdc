//! Which of the formats and encodings we have does a client want? (RFC 9110 section 12.5)

use axum::http::{HeaderMap, header};

/// The offered media type a client likes best; of those it likes alike the one that is offered first. Nothing when it
/// takes none of them (406). Without an `Accept`, or with one nobody can read, it takes any. Parameters of types
/// (`; charset=utf-8`) do not tell our formats apart and are not looked at.
pub fn best<'a>(headers: &HeaderMap, offered: &[&'a str]) -> Option<&'a str> {
    let lines: Vec<&str> = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).collect();
    let ranges: Vec<Range> = lines.iter().flat_map(|line| line.split(',')).filter_map(Range::read).collect();
    if ranges.is_empty() {
        return offered.first().copied();
    }
    let weighed = offered.iter().map(|media| (*media, weight(&ranges, media)));
    // The first of the best: `max_by_key` would give the last.
    weighed.rev().filter(|(_, weight)| *weight > 0).max_by_key(|(_, weight)| *weight).map(|(media, _)| media)
}

/// Does a client take this encoding, and not refuse it (RFC 9110 section 12.5.3)? Only one it names: `*` is none.
pub fn takes_encoding(headers: &HeaderMap, name: &str) -> bool {
    let lines = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|one| {
        let mut parts = one.split(';').map(|part| part.trim().to_ascii_lowercase());
        let named = parts.next().is_some_and(|part| part == name);
        named && !parts.any(|part| part.strip_prefix("q=").is_some_and(|q| q.parse::<f32>().is_ok_and(|q| q <= 0.0)))
    })
}

/// A media range with its weight in thousandths.
struct Range<'a> {
    main: &'a str,
    sub: &'a str,
    weight: u16,
}

impl<'a> Range<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let mut parts = text.split(';').map(str::trim);
        let (main, sub) = parts.next()?.split_once('/')?;
        let weight = parts
            .find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")))
            .map_or(Some(1.0), |q| q.trim().parse::<f32>().ok().filter(|q| (0.0..=1.0).contains(q)))?;
        Some(Self { main, sub, weight: (weight * 1_000.0) as u16 })
    }

    /// How closely it names a type; nothing when it does not.
    fn closeness(&self, media: &str) -> Option<u8> {
        let (main, sub) = media.split_once('/')?;
        let (any, same) = (|part: &str| part == "*", str::eq_ignore_ascii_case);
        match () {
            () if same(self.main, main) && same(self.sub, sub) => Some(2),
            () if same(self.main, main) && any(self.sub) => Some(1),
            () if any(self.main) && any(self.sub) => Some(0),
            () => None,
        }
    }
}

/// The weight of a type: that of the range that names it most closely.
fn weight(ranges: &[Range<'_>], media: &str) -> u16 {
    let named = ranges.iter().filter_map(|range| Some((range.closeness(media)?, range.weight)));
    named.max_by_key(|(closeness, _)| *closeness).map_or(0, |(_, weight)| weight)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    const OFFERED: [&str; 3] = ["application/json", "application/x-ndjson", "text/csv"];

    fn wants(accept: &'static str) -> Option<&'static str> {
        best(&[(header::ACCEPT, HeaderValue::from_static(accept))].into_iter().collect(), &OFFERED)
    }

    #[test]
    fn encodings_that_are_refused_are_not_sent() {
        let wants = |value: &'static str| {
            let headers = [(header::ACCEPT_ENCODING, HeaderValue::from_static(value))].into_iter().collect();
            takes_encoding(&headers, "gzip")
        };
        assert!(wants("gzip, deflate, br") && wants("br;q=1.0, GZIP;q=0.5"));
        assert!(!wants("gzip;q=0") && !wants("identity") && !wants("*"));
    }

    #[test]
    fn the_closest_range_decides() {
        assert_eq!(best(&HeaderMap::new(), &OFFERED), Some("application/json"));
        for (accept, expected) in [
            ("*/*", Some("application/json")),
            ("text/csv", Some("text/csv")),
            ("TEXT/CSV; charset=utf-8", Some("text/csv")),
            ("text/*, application/json;q=0.5", Some("text/csv")),
            ("application/*;q=0.1, */*;q=0.9", Some("text/csv")),
            ("application/json;q=0, application/*", Some("application/x-ndjson")),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Some("application/json")),
            ("text/html", None),
            ("*/*;q=0", None),
            ("rubbish", Some("application/json")),
        ] {
            assert_eq!(wants(accept), expected, "{accept}");
        }
    }
}
