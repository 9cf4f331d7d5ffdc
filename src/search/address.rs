//! Web addresses as search terms: the same terms are written for every door of an organization and looked up for
//! an address somebody pastes, from the whole address with its tenant down to the domain.

use crate::model::door::{Door, registrable_domain, shared_host};

/// How many path segments count; tenants stand in the first ones.
const SEGMENTS: usize = 6;

/// Segments that lead to a page of the vendor, not to a tenant.
const GENERAL_SEGMENTS: &[&str] = &[
    "account",
    "app",
    "apps",
    "auth",
    "authentication",
    "default",
    "home",
    "index",
    "jsp",
    "login",
    "main",
    "patient",
    "patientportal",
    "patients",
    "portal",
    "r4",
    "dstu2",
    "fhir",
    "sign-in",
    "signin",
    "ui",
    "user",
    "users",
    "v1",
    "web",
];

/// An address as the index sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Terms from the narrowest to the widest: the whole address, host and path segment by segment, host, domain.
    pub levels: Vec<String>,
    /// Many organizations share the host, so an unknown tenant must not fall back to all the others.
    pub shared: bool,
    /// The words of the host's name (`mychart`, `clevelandclinic`), for a search by words when nothing is there.
    pub words: String,
}

impl Address {
    /// The terms of a door.
    pub fn of(door: &Door) -> Option<Self> {
        let url = url::Url::parse(&door.url).ok()?;
        let host = url.host_str()?.trim_end_matches('.').to_lowercase();
        let host = host.strip_prefix("www.").unwrap_or(&host).to_owned();
        let segments: Vec<String> =
            url.path_segments()?.filter(|s| !s.is_empty()).take(SEGMENTS).map(str::to_lowercase).collect();
        let mut levels = vec![format!("k:{}", door.key())];
        levels.extend((1..=segments.len()).rev().map(|n| format!("p:{host}/{}", segments[..n].join("/"))));
        levels.push(format!("h:{host}"));
        let domain = registrable_domain(&host).unwrap_or(&host);
        let shared = shared_host(&host);
        if !shared {
            levels.push(format!("d:{domain}"));
        }
        Some(Self { levels, shared, words: own_words(&host, shared) })
    }

    /// The levels to look up, narrowest first, until one is met. On a host that many share, an address with a path
    /// means a tenant: a tenant nobody knows must not show all the others.
    pub fn lookups(&self) -> impl Iterator<Item = &str> {
        let tenant_asked = self.shared && self.levels.iter().any(|level| level.starts_with("p:"));
        let names_tenant = |level: &&str| {
            let last = level.rsplit('/').next().unwrap_or_default();
            !level.starts_with("h:") && (level.starts_with("k:") || !GENERAL_SEGMENTS.contains(&last))
        };
        self.levels.iter().map(String::as_str).filter(move |level| !tenant_asked || names_tenant(level))
    }

    /// Reads an address somebody typed or pasted, with or without `https://`. Words are not an address.
    pub fn typed(text: &str) -> Option<Self> {
        let piece = text
            .split_whitespace()
            .find(|piece| piece.contains("://") || piece.to_ascii_lowercase().starts_with("www."))
            .or_else(|| Some(text.trim()).filter(|all| !all.contains(char::is_whitespace)))?;
        let piece = piece.trim_end_matches([',', ';', '.']);
        let host = piece.split("://").last()?.split(['/', '?', '#']).next()?;
        if !host.contains('.') || !host.chars().any(|c| c.is_ascii_alphabetic()) || host.contains('@') {
            return None;
        }
        let door = if piece.contains("://") { Door::parse(piece) } else { Door::parse(&format!("https://{piece}")) };
        Self::of(&door.ok()?)
    }
}

/// The words of a host; on a host that many share, only those of the part that is not the vendor's.
fn own_words(host: &str, shared: bool) -> String {
    if !shared {
        return host_words(host);
    }
    let vendor = registrable_domain(host).unwrap_or(host);
    host.strip_suffix(vendor).map(|own| own.replace(['.', '-'], " ").trim().to_owned()).unwrap_or_default()
}

/// The labels of a host without `www` and the public suffix: `mychart clevelandclinic`.
pub fn host_words(host: &str) -> String {
    let kept = match psl::suffix_str(host) {
        Some(suffix) => host.strip_suffix(suffix).unwrap_or(host),
        None => host,
    };
    kept.split(['.', '-']).filter(|label| !label.is_empty() && *label != "www").collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn from_the_tenant_to_the_domain() {
        let address = Address::typed("mychart.connect.example.org/SVH/Authentication").unwrap();
        assert_eq!(
            address.levels,
            [
                "k:mychart.connect.example.org/svh/authentication",
                "p:mychart.connect.example.org/svh/authentication",
                "p:mychart.connect.example.org/svh",
                "h:mychart.connect.example.org",
                "d:example.org",
            ]
        );
        assert!(!address.shared);
        assert_eq!(address.lookups().count(), 5);
        assert_eq!(address.words, "mychart connect example");
    }

    #[test]
    fn a_shared_host_has_no_domain_level() {
        let address = Address::typed("https://www.followmyhealth.com/Login/abc?x=1").unwrap();
        assert!(address.shared);
        assert_eq!(address.levels.last().unwrap(), "h:followmyhealth.com");
        let lookups: Vec<&str> = address.lookups().collect();
        assert_eq!(lookups, ["k:followmyhealth.com/login/abc?x=1", "p:followmyhealth.com/login/abc"]);
        let bare = Address::typed("followmyhealth.com").unwrap();
        assert_eq!(bare.lookups().last(), Some("h:followmyhealth.com"));
        assert_eq!(bare.words, "");
    }

    #[test]
    fn words_are_no_address() {
        for text in ["", "st. josephs", "mercy", "a@example.org", "12.5", "st.joseph", "10.0.0.1", "dr. who"] {
            assert_eq!(Address::typed(text), None, "{text}");
        }
        for text in ["example.org", "www.example.org", "see https://example.org/x please", "http://example.org"] {
            assert!(Address::typed(text).is_some(), "{text}");
        }
    }
}
