//! What will go one day: told by headers long before (RFC 9745 `Deprecation`, RFC 8594 `Sunset`), at least twelve months.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::web::conditional::http_date;

/// Something that is there still and will go.
#[derive(Debug)]
pub struct Retiring {
    /// The path of its operation.
    pub path: &'static str,
    /// Since when nobody should begin to use it; seconds since 1970 UTC.
    pub deprecated: i64,
    /// When it goes; seconds since 1970 UTC.
    pub sunset: i64,
    /// What to use instead, and why.
    pub page: &'static str,
}

/// Everything that is on its way out: nothing yet.
pub const TABLE: &[Retiring] = &[];

/// Puts the headers on an answer of an operation that will go.
pub fn tell(path: &str, table: &[Retiring], headers: &mut HeaderMap) {
    let Some(one) = table.iter().find(|one| one.path == path) else { return };
    let said = [
        (HeaderName::from_static("deprecation"), format!("@{}", one.deprecated)),
        (HeaderName::from_static("sunset"), http_date(one.sunset * 1_000_000)),
        (header::LINK, format!("<{}>; rel=\"deprecation\"; type=\"text/html\"", one.page)),
    ];
    for (name, value) in said {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.append(name, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_says_so_and_nothing_else_does() {
        const OLD: &[Retiring] = &[Retiring {
            path: "/old",
            deprecated: 1_795_000_000,
            sunset: 1_827_000_000,
            page: "https://connector.example.org/developers/api#old",
        }];
        let mut headers = HeaderMap::new();
        tell("/new", OLD, &mut headers);
        assert!(headers.is_empty());
        tell("/old", OLD, &mut headers);
        assert_eq!(headers["deprecation"], "@1795000000");
        assert_eq!(headers["sunset"], "Tue, 23 Nov 2027 20:00:00 GMT");
        assert!(headers[header::LINK].to_str().unwrap().contains("rel=\"deprecation\""));
    }

    #[test]
    fn nobody_has_less_than_a_year() {
        let days = |days: i64| Retiring { path: "/x", deprecated: 0, sunset: days * 86_400, page: "" };
        let is_fair = |one: &Retiring| one.sunset - one.deprecated >= 365 * 86_400;
        assert!(is_fair(&days(365)) && !is_fair(&days(364)));
        assert!(TABLE.iter().all(is_fair));
    }
}
