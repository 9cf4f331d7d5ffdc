//! How long an answer may be kept, as a type: a handler names the policy, and nobody writes the header by hand.

use axum::{
    http::{HeaderValue, header},
    response::Response,
};

/// How long browsers and caches in between may keep an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CachePolicy {
    /// Words and counts: five minutes.
    Page,
    /// Shows doors: one minute, because a hostile address must be gone within a minute (CONTRACT section 3).
    Doors,
    /// Depends on what a visitor typed: in the visitor's own browser only.
    Search,
    /// Its address carries the hash of its content: for ever.
    Immutable,
    /// A redirect that may be undone, an old asset: ask again each time.
    Revalidate,
    /// A problem page: never kept.
    Never,
}

impl CachePolicy {
    /// The value of `Cache-Control`.
    pub fn header(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Page => "public, max-age=300",
            Self::Doors => "public, max-age=60",
            Self::Search => "private, max-age=60",
            Self::Immutable => "public, max-age=31536000, immutable",
            Self::Revalidate => "no-cache",
            Self::Never => "no-store",
        })
    }

    /// Seconds for which anybody may be given the same page; nothing where that is not so.
    pub fn seconds(self) -> Option<u64> {
        match self {
            Self::Page => Some(300),
            Self::Doors => Some(60),
            Self::Search | Self::Immutable | Self::Revalidate | Self::Never => None,
        }
    }

    /// The answer with this policy.
    pub fn on(self, mut response: Response) -> Response {
        response.headers_mut().insert(header::CACHE_CONTROL, self.header());
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_kept_as_long_as_the_header_says() {
        for policy in [CachePolicy::Page, CachePolicy::Doors] {
            let header = policy.header();
            let seconds = header.to_str().unwrap().strip_prefix("public, max-age=").unwrap().parse().unwrap();
            assert_eq!(policy.seconds(), Some(seconds));
        }
    }

    #[test]
    fn a_hostile_door_is_gone_within_a_minute_and_searches_stay_private() {
        assert_eq!(CachePolicy::Doors.header(), "public, max-age=60");
        assert!(CachePolicy::Search.header().to_str().unwrap().starts_with("private"));
        assert_eq!(CachePolicy::Never.header(), "no-store");
    }
}
