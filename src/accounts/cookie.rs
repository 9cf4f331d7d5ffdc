//! The cookie of a session, and that of a way to a provider and back: only for people who sign in.

use axum::http::{HeaderMap, HeaderValue, header};

/// `__Host-`: the browser takes it only with `Secure`, for this host alone and for every path (RFC 6265bis, section 4.1.3.2).
pub const NAME: &str = "__Host-session";

/// The secret in the cookie of a request; nothing when there is none, or more than one.
pub fn secret(headers: &HeaderMap) -> Option<String> {
    secret_of(NAME, headers)
}

/// The secret in a cookie of this name.
pub fn secret_of(name: &str, headers: &HeaderMap) -> Option<String> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut found = lines
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(found, _)| *found == name)
        .map(|(_, value)| value);
    let secret = found.next()?;
    let good = found.next().is_none() && secret.len() == 64 && secret.bytes().all(|b| b.is_ascii_hexdigit());
    good.then(|| secret.to_owned())
}

/// The header that gives a browser the secret of a session for so many seconds.
pub fn set(secret: &str, seconds: i64) -> HeaderValue {
    set_of(NAME, secret, seconds)
}

/// The header that gives a browser a cookie of this name for so many seconds.
pub fn set_of(name: &str, secret: &str, seconds: i64) -> HeaderValue {
    let text = format!("{name}={secret}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={seconds}");
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}

/// The header that takes it away.
pub fn clear() -> HeaderValue {
    set("", 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(lines: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::COOKIE, HeaderValue::from_str(line).unwrap());
        }
        secret(&headers)
    }

    #[test]
    fn one_whole_secret_or_none() {
        let good = "a".repeat(64);
        assert_eq!(of(&[&format!("x=1; {NAME}={good}")]), Some(good.clone()));
        assert_eq!(of(&[&format!("{NAME}={good}; {NAME}={good}")]), None, "whoever sends two has one from elsewhere");
        for wrong in ["", "x=1", "session=aa", "__Host-session=short", &format!("{NAME}={}", "g".repeat(64))] {
            assert_eq!(of(&[wrong]), None, "{wrong}");
        }
    }

    #[test]
    fn the_cookie_cannot_be_read_by_scripts_or_sent_in_the_clear() {
        let text = set(&"a".repeat(64), 60).to_str().unwrap().to_owned();
        for part in ["__Host-session=", "; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"] {
            assert!(text.contains(part), "{part}");
        }
        assert!(clear().to_str().unwrap().contains("Max-Age=0"));
    }
}
