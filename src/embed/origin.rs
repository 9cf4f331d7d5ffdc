//! The origin of a page that puts the picker into a frame: whom a choice may be told to.

use url::{Host, Url};

/// The longest origin that is read, in bytes: a host name has at most 253 (RFC 1035 section 2.3.4).
const LONGEST: usize = 300;

/// An origin as browsers write it (RFC 6454 section 6.2): `https://app.example`, with a port where it is not 443.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    /// Reads an origin: https, a host, a port, and nothing else. `*` and `null` are none.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let url = Url::parse(text).ok().filter(|url| url.scheme() == "https")?;
        match url.host()? {
            Host::Domain(name) => {
                // A URL may have a host of other letters; no name of the internet has (RFC 1123 section 2.1).
                let letters = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte));
                letters.then_some(())?;
            }
            Host::Ipv4(_) | Host::Ipv6(_) => {}
        }
        let exact = url.origin().ascii_serialization();
        // What a browser would send: whoever gives a path or a user name does not mean an origin.
        text.eq_ignore_ascii_case(&exact).then_some(Self(exact))
    }

    /// As `postMessage` takes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_https_and_exact() {
        let read = |text| Origin::parse(text).map(|origin| origin.0);
        for text in ["https://app.example", "https://app.example:8443", "https://127.0.0.1:7443", "https://[::1]:1"] {
            assert_eq!(read(text).as_deref(), Some(text));
        }
        assert_eq!(read("HTTPS://App.Example").as_deref(), Some("https://app.example"), "as browsers write it");
        for text in [
            "",
            "*",
            "null",
            "http://app.example",
            "https://*",
            "https://*.example",
            "https://app.example/",
            "https://app.example/path",
            "https://app.example?x",
            "https://app.example#x",
            "https://user@app.example",
            "https://app.example:443",
            "https://app.example:0443",
            "https://app.example https://other.example",
            " https://app.example",
            "https://app.example\\@evil.example",
            "//app.example",
            "javascript:alert(1)",
            "data:text/html,x",
            "blob:https://app.example",
            "https://",
            "https://a,b",
            "https://a;b",
            "https://a'b",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(Origin::parse(&format!("https://{}.example", "a".repeat(300))), None);
    }
}
