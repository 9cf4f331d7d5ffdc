//! Doors: addresses where people or apps may hand over a secret (CONTRACT section 3).
//!
//! Text in, a [`Door`] or the reason it is refused out. What holds: a `Door` is an absolute http(s)
//! address on a public name, without user information, and says which domain a person will really open.

use std::{collections::HashSet, net::IpAddr, sync::LazyLock};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use url::{Host, Url};

/// Hosts that many organizations share: there the tenant's path is part of who they are.
static SHARED_HOSTS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let lines = include_str!("shared_hosts.txt").lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
});
/// Address shorteners: they hide where a door leads.
const SHORTENERS: &[&str] =
    &["bit.ly", "tinyurl.com", "goo.gl", "t.co", "ow.ly", "is.gd", "buff.ly", "rebrand.ly", "cutt.ly", "shorturl.at"];
/// Ends of names that only exist inside somebody's own network, or never (RFC 6762, RFC 8375, RFC 2606, RFC 6761).
const PRIVATE_SUFFIXES: &[&str] = &[
    "local",
    "localhost",
    "localdomain",
    "internal",
    "intranet",
    "lan",
    "corp",
    "home",
    "private",
    "home.arpa",
    "test",
    "invalid",
    "example",
    "onion",
];
/// Query parameters and path parameters that carry a visitor's session.
const SESSION_PARAMETERS: &[&str] = &[
    "jsessionid",
    "phpsessid",
    "sessionid",
    "session_id",
    "session",
    "aspsessionid",
    "cfid",
    "cftoken",
    "sid",
    "token",
    "access_token",
    "wctx",
    "rsid",
    "state",
    "nonce",
];
/// The longest address that is kept, in bytes.
const LENGTH_LIMIT: usize = 2_000;

/// Something a person should look at before trusting the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Warning {
    /// The connection is not encrypted.
    NotHttps,
    /// A port other than 80 and 443.
    OddPort,
    /// An address shortener.
    Shortener,
    /// A name that mixes alphabets, or is written in another one.
    MixedScript,
    /// A name that looks like a well-known one and is not it.
    LookAlike,
}

impl Warning {
    /// The code used in files and the API.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotHttps => "not_https",
            Self::OddPort => "odd_port",
            Self::Shortener => "shortener",
            Self::MixedScript => "mixed_script",
            Self::LookAlike => "look_alike",
        }
    }
}

/// Why an address is not a door.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// Nothing there.
    #[error("the address is empty")]
    Empty,
    /// No scheme and host.
    #[error("the address is relative; it needs https:// and a host")]
    Relative,
    /// `javascript:`, `data:`, `mailto:` and the like.
    #[error("the address is not http or https")]
    Scheme,
    /// `user:secret@host`.
    #[error("the address carries a user name or a password")]
    UserInfo,
    /// An address inside a private network, or of this machine.
    #[error("the address is in a private network")]
    PrivateNetwork,
    /// A number where a name should be.
    #[error("the address is a bare IP number, not a name")]
    BareIp,
    /// A name that does not exist on the public internet.
    #[error("the host is not a public name")]
    NotPublicName,
    /// Not an address at all.
    #[error("the address cannot be read")]
    Unreadable,
    /// Longer than anyone needs.
    #[error("the address is longer than {LENGTH_LIMIT} bytes")]
    TooLong,
}

impl Refusal {
    /// The code reports use.
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Relative => "relative_address",
            Self::Scheme => "not_http",
            Self::UserInfo => "user_info",
            Self::PrivateNetwork => "private_network",
            Self::BareIp => "bare_ip",
            Self::NotPublicName => "not_a_public_name",
            Self::Unreadable => "unreadable_address",
            Self::TooLong => "too_long",
        }
    }
}

/// One address that passed the rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Door {
    /// The address as people open it, session tokens removed.
    pub url: String,
    /// What people are shown as "opens …": the registrable domain, or host and tenant on a shared host.
    pub domain: String,
    /// What a person should know before trusting it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
}

impl Door {
    /// Reads an address from outside.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let text = decode(text);
        let url = parse_public(&text)?;
        let url = without_session(url);
        Ok(Self { domain: shown_domain(&url), warnings: warnings(&url), url: url.to_string() })
    }

    /// Reads a FHIR base address: like [`Door::parse`], without `/metadata`, fragment and trailing slash.
    pub fn parse_endpoint(text: &str) -> Result<Self, Refusal> {
        let mut door = Self::parse(text)?;
        let mut url = Url::parse(&door.url).map_err(|_| Refusal::Unreadable)?;
        url.set_fragment(None);
        let path = url.path().trim_end_matches('/');
        let path = path.strip_suffix("/metadata").unwrap_or(path).to_owned();
        url.set_path(&path);
        door.url = url.to_string();
        Ok(door)
    }

    /// Two addresses with the same key are the same door: scheme, case, `www.`, default port, trailing
    /// slash, fragment and `/metadata` do not count; the tenant's path and query do.
    pub fn key(&self) -> String {
        // The address is as the parser wrote it, so its parts stand where RFC 3986 (section 3) puts them.
        let rest = self.url.split_once("://").map_or(self.url.as_str(), |(_, rest)| rest);
        let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (host, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
        let host = host.strip_prefix("www.").unwrap_or(host);
        let path = path.trim_end_matches('/');
        let path = path.strip_suffix("/metadata").unwrap_or(path);
        let mut key = String::with_capacity(self.url.len());
        key.push_str(host);
        key.push_str(path);
        if !query.is_empty() {
            key.push('?');
            key.push_str(query);
        }
        // Single-page portals keep their tenant in the fragment (`#/portal/1234`).
        if fragment.contains('/') && fragment.len() > 2 {
            key.push('#');
            key.push_str(fragment);
        }
        key.to_lowercase()
    }

    /// What must not change without a second pair of eyes: the registrable domain, or host and tenant
    /// on a shared host. A tenant with an id stays who it is when its path changes (`/dstu2/ID` to `/r4/ID`).
    pub fn trust_key(&self) -> String {
        match self.tenant_id().filter(|_| self.is_shared_host()) {
            Some(tenant) => format!("{}/{tenant}", self.host()),
            None if self.is_shared_host() => {
                let version =
                    |s: &&str| !matches!(s.to_ascii_lowercase().as_str(), "dstu2" | "stu3" | "r4" | "r4b" | "r5");
                self.domain.split('/').filter(version).collect::<Vec<_>>().join("/")
            }
            None => self.domain.clone(),
        }
    }

    /// The host name.
    pub fn host(&self) -> &str {
        host_of(&self.url)
    }

    /// Is the host one that many organizations share?
    pub fn is_shared_host(&self) -> bool {
        shared_host(self.host())
    }

    /// The segment of the path that tells one customer of a vendor from the next, when it looks like an
    /// id (16 or more letters and digits, or a UUID). The same id on two hosts or versions of one vendor
    /// is the same customer.
    pub fn tenant_id(&self) -> Option<String> {
        let url = Url::parse(&self.url).ok()?;
        url.path_segments()?
            .find(|s| {
                let mark = s.chars().filter(char::is_ascii_digit).count();
                s.len() >= 16 && mark >= 2 && s.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
            })
            .map(str::to_owned)
    }
}

/// The host in the address of a door: as it was written when it was read, without user information, so that what stands
/// between `//` and the next separator is the host and nothing else.
pub fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    rest.split(['/', '?', '#', ':']).next().unwrap_or_default()
}

/// Is this a host of a service that many organizations share?
pub fn shared_host(host: &str) -> bool {
    SHARED_HOSTS.iter().any(|known| host == *known || host.strip_suffix(known).is_some_and(|rest| rest.ends_with('.')))
}

/// The registrable domain of a host (public suffix list with its private section).
pub fn registrable_domain(host: &str) -> Option<&str> {
    psl::domain_str(host)
}

fn decode(text: &str) -> String {
    let text = text.trim().trim_matches(|c: char| c == '"' || c == '\'' || c == '<' || c == '>').trim();
    html_escape::decode_html_entities(text).into_owned()
}

fn parse_public(text: &str) -> Result<Url, Refusal> {
    if text.is_empty() {
        return Err(Refusal::Empty);
    }
    if text.len() > LENGTH_LIMIT {
        return Err(Refusal::TooLong);
    }
    if text.chars().any(|c| c.is_control() || c == ' ') {
        return Err(Refusal::Unreadable);
    }
    let url = match Url::parse(text) {
        Ok(url) => url,
        Err(url::ParseError::RelativeUrlWithoutBase) => return Err(Refusal::Relative),
        Err(_) => return Err(Refusal::Unreadable),
    };
    if !matches!(url.scheme(), "http" | "https") {
        // `host:port/path` reads as a scheme; a scheme without `//` and with a dot is a host without one.
        return Err(if url.scheme().contains('.') { Refusal::Relative } else { Refusal::Scheme });
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Refusal::UserInfo);
    }
    match url.host() {
        None => Err(Refusal::Unreadable),
        Some(Host::Ipv4(ip)) => Err(ip_refusal(IpAddr::V4(ip))),
        Some(Host::Ipv6(ip)) => Err(ip_refusal(IpAddr::V6(ip))),
        Some(Host::Domain(host)) => {
            public_name(host.trim_end_matches('.'))?;
            Ok(url)
        }
    }
}

fn ip_refusal(ip: IpAddr) -> Refusal {
    let private = match ip {
        IpAddr::V4(ip) => ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_unspecified(),
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unspecified() || ip.is_unique_local() || ip.is_unicast_link_local(),
    };
    if private { Refusal::PrivateNetwork } else { Refusal::BareIp }
}

/// Is this host (no number, no last dot) a name of the public internet: below a known public suffix, and not one of
/// those that only exist inside a network?
pub fn public_name(host: &str) -> Result<(), Refusal> {
    let inside = |suffix: &str| host == suffix || host.strip_suffix(suffix).is_some_and(|rest| rest.ends_with('.'));
    if !host.contains('.') || PRIVATE_SUFFIXES.iter().any(|suffix| inside(suffix)) {
        return Err(Refusal::PrivateNetwork);
    }
    let known = psl::suffix(host.as_bytes()).is_some_and(|suffix| suffix.is_known());
    if known && registrable_domain(host).is_some() { Ok(()) } else { Err(Refusal::NotPublicName) }
}

/// Cuts session tokens out of path (`;jsessionid=…`, `(S(…))`) and query.
fn without_session(mut url: Url) -> Url {
    let path: Vec<String> = url
        .path()
        .split('/')
        .filter(|s| !(s.starts_with("(S(") && s.ends_with("))")))
        .map(|segment| {
            let mut parts = segment.split(';');
            let first = parts.next().unwrap_or_default().to_owned();
            parts.filter(|p| !is_session(p.split('=').next().unwrap_or_default())).fold(first, |all, p| all + ";" + p)
        })
        .collect();
    url.set_path(&path.join("/"));
    let kept: Vec<&str> = url
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            // A short `sid=5` is a page number of old content systems, not a session.
            !(is_session(name) && (value.len() >= 12 || matches!(name, "wctx" | "nonce")))
        })
        .collect();
    let query = kept.join("&");
    url.set_query((!query.is_empty()).then_some(query.as_str()));
    url
}

fn is_session(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SESSION_PARAMETERS.iter().any(|known| name == *known) || name.starts_with("aspsessionid")
}

fn shown_domain(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    if shared_host(host) {
        let tenant = tenant_path(url);
        return if tenant.is_empty() { host.to_owned() } else { format!("{host}/{tenant}") };
    }
    registrable_domain(host).unwrap_or(host).to_owned()
}

/// The part of a path (and query) on a shared host that names the tenant: everything but file names.
fn tenant_path(url: &Url) -> String {
    let mut segments: Vec<&str> = url.path_segments().map(Iterator::collect).unwrap_or_default();
    segments.retain(|s| !s.is_empty() && *s != "metadata");
    if segments.last().is_some_and(|last| last.contains('.') && last.len() < 30) {
        segments.pop();
    }
    segments.truncate(4);
    let path = segments.join("/");
    match url.query() {
        Some(query) if !query.is_empty() && query.len() < 80 => format!("{path}?{query}"),
        _ => path,
    }
}

fn warnings(url: &Url) -> Vec<Warning> {
    let host = url.host_str().unwrap_or_default();
    let domain = registrable_domain(host).unwrap_or(host);
    let mut found = Vec::new();
    if url.scheme() != "https" {
        found.push(Warning::NotHttps);
    }
    if url.port().is_some() {
        found.push(Warning::OddPort);
    }
    if SHORTENERS.contains(&domain) {
        found.push(Warning::Shortener);
    }
    if host.split('.').any(|label| label.starts_with("xn--")) {
        found.push(Warning::MixedScript);
    }
    if looks_like_another(domain) {
        found.push(Warning::LookAlike);
    }
    found
}

/// Domains thieves like to imitate.
pub(super) const KNOWN_NAMES: &[&str] = &[
    "mychart.org",
    "mychart.com",
    "followmyhealth.com",
    "athenahealth.com",
    "healow.com",
    "questdiagnostics.com",
    "labcorp.com",
    "medicare.gov",
    "healthcare.gov",
    "va.gov",
    "epic.com",
    "cerner.com",
    "cvs.com",
    "walgreens.com",
    "aetna.com",
    "cigna.com",
    "humana.com",
];

static KNOWN_SKELETONS: LazyLock<HashSet<String>> =
    LazyLock::new(|| KNOWN_NAMES.iter().map(|name| skeleton(name)).collect());

/// Does a domain look like a well-known one, letter for letter of a kind?
fn looks_like_another(domain: &str) -> bool {
    if KNOWN_NAMES.contains(&domain) {
        return false;
    }
    KNOWN_SKELETONS.contains(&skeleton(domain))
}

/// Letters that look alike folded into one, so that `rnychart.0rg` and `mychart.org` compare equal.
pub(super) fn skeleton(domain: &str) -> String {
    let mut folded = String::with_capacity(domain.len());
    let mut letters = domain.chars().peekable();
    while let Some(letter) = letters.next() {
        folded.push(match letter {
            'r' if letters.next_if_eq(&'n').is_some() => 'm',
            'v' if letters.next_if_eq(&'v').is_some() => 'w',
            '-' => continue,
            '0' => 'o',
            '1' | 'i' | '|' => 'l',
            '5' => 's',
            '3' => 'e',
            other => other,
        });
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_each_with_its_reason() {
        for (text, reason) in [
            ("", Refusal::Empty),
            ("/login", Refusal::Relative),
            ("fhir/r4", Refusal::Relative),
            (": https://fhirserver.astronautehr.com:9443/x", Refusal::Unreadable),
            ("javascript:alert(1)", Refusal::Scheme),
            ("data:text/html,x", Refusal::Scheme),
            ("https://user:pw@portal.example.org/", Refusal::UserInfo),
            ("https://10.160.126.33/fhir", Refusal::PrivateNetwork),
            ("https://2130706433/", Refusal::PrivateNetwork),
            ("https://[::1]/", Refusal::PrivateNetwork),
            ("https://8.8.8.8/fhir", Refusal::BareIp),
            ("https://EEHRTOP-ALL01.services.local/fhir", Refusal::PrivateNetwork),
            ("https://intranet/fhir", Refusal::PrivateNetwork),
            ("https://portal.hospital.notatld/", Refusal::NotPublicName),
            ("https://com/", Refusal::PrivateNetwork),
        ] {
            assert_eq!(Door::parse(text), Err(reason), "{text}");
        }
    }

    #[test]
    fn session_tokens_are_cut_out() {
        for (from, to) in [
            (
                "https://www.avitacare.net/pam/login;jsessionid=6447D765B1CAE27A8BC08A051A3BB252",
                "https://www.avitacare.net/pam/login",
            ),
            (
                "https://cmcnh.yourcarecommunity.com/;jsessionid=4D2C84C4#/createAdmin",
                "https://cmcnh.yourcarecommunity.com/#/createAdmin",
            ),
            ("http://www.rsfh.com/?sid=1&amp;id=496", "http://www.rsfh.com/?sid=1&id=496"),
            ("https://a.example.org/?PHPSESSID=0123456789abcdef&x=1", "https://a.example.org/?x=1"),
            ("https://a.example.org/(S(abc123))/login.aspx", "https://a.example.org/login.aspx"),
        ] {
            assert_eq!(Door::parse(from).unwrap().url, to);
        }
    }

    #[test]
    fn trap_9_base_addresses_that_are_the_same() {
        let key = |text| Door::parse_endpoint(text).unwrap().key();
        let one = key("https://fhir.example.org/R4");
        for same in [
            "https://fhir.example.org/R4/",
            "http://FHIR.example.org/R4",
            "https://fhir.example.org:443/r4/metadata",
            "https://fhir.example.org/R4/metadata/",
        ] {
            assert_eq!(key(same), one, "{same}");
        }
        assert_ne!(key("https://fhir.example.org/R4/TENANT"), one);
        assert_ne!(key("https://fhir.example.org/R4?cust=7"), one);
    }

    #[test]
    fn people_are_shown_the_domain_they_really_open() {
        let domain = |text| Door::parse(text).unwrap().domain;
        assert_eq!(domain("https://mychart.example.org/MyChart/"), "example.org");
        assert_eq!(domain("https://evil.github.io/mychart"), "evil.github.io");
        assert_eq!(domain("https://fhir.healow.com/FHIRServer/fhir/EHEDBD"), "fhir.healow.com/FHIRServer/fhir/EHEDBD");
        assert_eq!(domain("https://www.followmyhealth.com/"), "www.followmyhealth.com");
    }

    #[test]
    fn a_tenant_stays_itself_on_another_path_and_no_other_tenant_is_it() {
        let key = |text| Door::parse_endpoint(text).unwrap().trust_key();
        let old = key("https://fhir-myrecord.cerner.com/dstu2/8004d35e-3cbe-40a8-8f64-f3def78d8499/");
        assert_eq!(key("https://fhir-myrecord.cerner.com/r4/8004d35e-3cbe-40a8-8f64-f3def78d8499"), old);
        assert_ne!(key("https://fhir-myrecord.cerner.com/r4/e5c7a150-047a-4c41-88cf-7d5d78afaeea"), old);
        assert_ne!(
            key("https://fhir.healow.com/FHIRServer/fhir/AAAA"),
            key("https://fhir.healow.com/FHIRServer/fhir/BBBB")
        );
        let hosted = "https://epicproxy.et1043.epichosted.com/FHIRProxy/api/FHIR";
        let (old, new) = (format!("{hosted}/DSTU2/"), format!("{hosted}/R4/"));
        assert_eq!(key(&old), key(&new));
        assert_eq!(key("https://fhir.example.org/a"), key("https://mychart.example.org/b"));
    }

    #[test]
    fn warnings_for_a_human() {
        let warns = |text| Door::parse(text).unwrap().warnings;
        assert_eq!(warns("http://portal.example.org/"), vec![Warning::NotHttps]);
        assert_eq!(warns("https://portal.example.org:9443/"), vec![Warning::OddPort]);
        assert_eq!(warns("https://bit.ly/abc"), vec![Warning::Shortener]);
        assert_eq!(warns("https://rnychart.org/"), vec![Warning::LookAlike]);
        assert_eq!(warns("https://myсhart.org/"), vec![Warning::MixedScript], "a Cyrillic letter");
        assert!(warns("https://mychart.org/").is_empty());
    }

    #[test]
    fn the_same_customer_on_two_hosts() {
        let id = |text| Door::parse(text).unwrap().tenant_id();
        assert_eq!(
            id("https://api.patientfusion.com/fhir/r4/v1/118b460b-8390-4754-8e4a-1dd5ee20f599"),
            id("https://api.practicefusion.com/fhir/r4/v1/118b460b-8390-4754-8e4a-1dd5ee20f599")
        );
        assert_eq!(id("https://fhir.example.org/R4"), None);
    }
}
