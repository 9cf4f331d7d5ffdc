//! Parts of files (RFC 9110 section 14).

use axum::http::{HeaderMap, header};

use crate::web::conditional::http_date;

/// What of a file is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// All of it.
    Whole,
    /// From a byte up to another, both in it.
    Part {
        /// The first byte.
        first: u64,
        /// The last byte.
        last: u64,
    },
    /// A part that is not there.
    Nothing,
}

/// What a request wants of a file of `length` bytes, which is known by a strong `tag` (with its quotes) and was last changed
/// at `at`, in microseconds since 1970 UTC. More than one range, or one that cannot be read, is as if none were asked for
/// (sections 14.2 and 15.3.7.2 allow it); `If-Range` wants the very same file (section 13.1.5).
pub fn wanted(headers: &HeaderMap, length: u64, tag: &str, at: i64) -> Wanted {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or_default().trim());
    if text(header::IF_RANGE).is_some_and(|known| known != tag && known != http_date(at)) {
        return Wanted::Whole;
    }
    let mut asked = headers.get_all(header::RANGE).iter();
    let (Some(range), None) = (asked.next(), asked.next()) else { return Wanted::Whole };
    range.to_str().ok().and_then(|range| read(range, length)).unwrap_or(Wanted::Whole)
}

/// One range of bytes; nothing when it is not exactly that.
fn read(range: &str, length: u64) -> Option<Wanted> {
    let (unit, range) = range.split_once('=')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return None;
    }
    let (first, last) = range.trim().split_once('-')?;
    let number = |digits: &str| {
        let only_digits = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        // A number that is too large for us lies behind the end of every file.
        only_digits.then(|| digits.parse::<u64>().unwrap_or(u64::MAX))
    };
    if first.is_empty() {
        let suffix = number(last)?;
        return Some(match (suffix, length) {
            (0, _) | (_, 0) => Wanted::Nothing,
            (suffix, length) => Wanted::Part { first: length.saturating_sub(suffix), last: length - 1 },
        });
    }
    let first = number(first)?;
    let last = if last.is_empty() { u64::MAX } else { number(last)? };
    if last < first {
        return None;
    }
    Some(if first >= length { Wanted::Nothing } else { Wanted::Part { first, last: last.min(length - 1) } })
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    const TAG: &str = "\"abc\"";
    const AT: i64 = 784_111_777_000_000;

    fn asking(range: &'static str, if_range: Option<&'static str>) -> Wanted {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, HeaderValue::from_static(range));
        if let Some(known) = if_range {
            headers.insert(header::IF_RANGE, HeaderValue::from_static(known));
        }
        wanted(&headers, 100, TAG, AT)
    }

    #[test]
    fn one_range_is_read_and_cut_to_the_file() {
        let part = |first, last| Wanted::Part { first, last };
        for (range, of) in [
            ("bytes=0-9", part(0, 9)),
            ("Bytes=0-0", part(0, 0)),
            ("bytes=90-", part(90, 99)),
            ("bytes=90-1000", part(90, 99)),
            ("bytes=-10", part(90, 99)),
            ("bytes=-1000", part(0, 99)),
            ("bytes=50-99999999999999999999999999", part(50, 99)),
            ("bytes=100-", Wanted::Nothing),
            ("bytes=99999999999999999999999999-", Wanted::Nothing),
            ("bytes=-0", Wanted::Nothing),
        ] {
            assert_eq!(asking(range, None), of, "{range}");
        }
    }

    #[test]
    fn what_is_not_one_range_of_bytes_is_not_asked_for() {
        for range in ["bytes=0-1,5-6", "bytes=9-1", "bytes=", "bytes=-", "bytes=a-b", "items=0-1", "0-1", "bytes=+1-2"]
        {
            assert_eq!(asking(range, None), Wanted::Whole, "{range}");
        }
    }

    #[test]
    fn a_part_goes_only_with_the_same_file() {
        let part = Wanted::Part { first: 0, last: 9 };
        assert_eq!(asking("bytes=0-9", Some(TAG)), part);
        assert_eq!(asking("bytes=0-9", Some("Sun, 06 Nov 1994 08:49:37 GMT")), part);
        for other in ["\"abd\"", "W/\"abc\"", "Sun, 06 Nov 1994 08:49:38 GMT", "yesterday"] {
            assert_eq!(asking("bytes=0-9", Some(other)), Wanted::Whole, "{other}");
        }
    }
}
