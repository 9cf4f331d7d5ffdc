//! Which addresses the program may open, judged before any packet leaves.
//!
//! A [`Url`] and the operator's [`AllowList`] in, the [`Way`] to go or a [`Refusal`] out. Pure. What must hold:
//! nothing goes out over plain http, to a bare number, to an odd port or to a name that only exists inside somebody's
//! network, unless the operator wrote exactly that `host:port` down; a redirect never weakens what the first address
//! had (no https to http, no way from the public internet into an allowed inside host).
//!
//! Plain http is refused because what comes over it can be changed by anybody on the way, and a changed list sends
//! people with their passwords to somebody else's door.

use std::{collections::BTreeSet, net::IpAddr};

use url::{Host, Url};

use super::address;
use crate::model::door;

/// How many redirects are followed.
pub const REDIRECT_LIMIT: usize = 5;

/// Why an address is not opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not an absolute address.
    #[error("it cannot be read as an address ({0}); it must begin with https:// and a host")]
    Unreadable(String),
    /// `file:`, `ftp:`, `gopher:` and the like.
    #[error("its scheme is {0}, and only https is opened")]
    Scheme(String),
    /// Plain http.
    #[error(
        "it is plain http, which anybody on the way can change; use https, or let the operator allow {0} \
         (CONNECTOR_FETCH_ALLOW)"
    )]
    PlainHttp(String),
    /// `user:secret@host`.
    #[error("it carries a user name or a password; remove them")]
    UserInfo,
    /// A port other than 443.
    #[error("it names port {0}, not 443; if that is right let the operator allow host:{0} (CONNECTOR_FETCH_ALLOW)")]
    OddPort(u16),
    /// A number of a private network, of this machine, of a metadata service …
    #[error("{0}, not on the public internet")]
    Address(#[from] address::Refused),
    /// A public number where a name should be.
    #[error("its host is the bare number {0}; use the host's name")]
    BareNumber(IpAddr),
    /// A name that exists only inside a network, or nowhere.
    #[error("the host {0} is not a public name")]
    NotPublicName(String),
    /// A host that the source's entry does not name.
    #[error("the host {0} is none of those of the source; if it is right add it to fetch_hosts in sources.toml")]
    OtherHost(String),
    /// A redirect from https to http.
    #[error("it is a redirect from https down to http")]
    Downgrade,
    /// A redirect from a public address to a host that only the operator may name.
    #[error("it is a redirect from the public internet to {0}, which only the operator may open")]
    IntoAllowed(String),
}

impl Refusal {
    /// The code reports use.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "unreadable_address",
            Self::Scheme(_) => "not_http",
            Self::PlainHttp(_) => "plain_http",
            Self::UserInfo => "user_info",
            Self::OddPort(_) => "odd_port",
            Self::Address(_) => "private_network",
            Self::BareNumber(_) => "bare_ip",
            Self::NotPublicName(_) => "not_a_public_name",
            Self::Downgrade => "downgrade",
            Self::IntoAllowed(_) => "redirect_into_allowed",
            Self::OtherHost(_) => "other_host",
        }
    }
}

/// How an address that passed is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// On the public internet; each number its name resolves to must be public.
    Public,
    /// The operator named this host and port: private numbers and plain http are right there.
    Allowed,
}

/// The operator's exceptions: `host:port` each, exact.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AllowList(BTreeSet<(String, u16)>);

impl AllowList {
    /// Reads `host:port` entries (`lists.intranet:8443`, `127.0.0.1:8080`, `[::1]:8080`).
    ///
    /// # Errors
    /// The entry that cannot be read, with the shape it should have.
    pub fn parse(entries: &[String]) -> Result<Self, String> {
        entries.iter().map(|entry| Self::entry(entry.trim())).collect::<Result<_, _>>().map(Self)
    }

    fn entry(text: &str) -> Result<(String, u16), String> {
        let wrong = || format!("`{text}` is not of the form host:port (such as lists.intranet:8443)");
        let (host, port) = text.rsplit_once(':').ok_or_else(wrong)?;
        let port = port.parse::<u16>().ok().filter(|port| *port != 0).ok_or_else(wrong)?;
        let host = Host::parse(host).map_err(|_| wrong())?;
        Ok((without_dot(&host.to_string()).to_owned(), port))
    }

    fn has(&self, url: &Url) -> bool {
        let host = without_dot(url.host_str().unwrap_or_default());
        let port = url.port_or_known_default().unwrap_or_default();
        self.0.iter().any(|(known, at)| known == host && *at == port)
    }

    /// Does it hold nothing?
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Judges the address somebody typed or a list named.
///
/// # Errors
/// [`Refusal`]: why it is not opened.
pub fn first(text: &str, allow: &AllowList) -> Result<(Url, Way), Refusal> {
    let mut url = Url::parse(text.trim()).map_err(|why| Refusal::Unreadable(why.to_string()))?;
    url.set_fragment(None);
    let way = judge(&url, allow)?;
    Ok((url, way))
}

/// Judges where a redirect leads: everything that holds for a first address, and never less than `from` had.
///
/// # Errors
/// [`Refusal`]: why it is not followed.
pub fn hop(from: &Url, way: Way, location: &str, allow: &AllowList) -> Result<(Url, Way), Refusal> {
    let mut url = from.join(location.trim()).map_err(|why| Refusal::Unreadable(why.to_string()))?;
    url.set_fragment(None);
    if from.scheme() == "https" && url.scheme() == "http" {
        return Err(Refusal::Downgrade);
    }
    let next = judge(&url, allow)?;
    if way == Way::Public && next == Way::Allowed {
        return Err(Refusal::IntoAllowed(authority(&url)));
    }
    Ok((url, next))
}

fn judge(url: &Url, allow: &AllowList) -> Result<Way, Refusal> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Refusal::Scheme(url.scheme().to_owned()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Refusal::UserInfo);
    }
    if allow.has(url) {
        return Ok(Way::Allowed);
    }
    // The host before the rest, so that a metadata address is called one whatever else is wrong with it. Numbers in
    // decimal, octal or hex (`http://2130706433/`, `0x7f.1`) were made plain when the URL was read.
    match url.host() {
        Some(Host::Ipv4(ip)) => bare_number(ip.into())?,
        Some(Host::Ipv6(ip)) => bare_number(ip.into())?,
        Some(Host::Domain(name)) => {
            door::public_name(without_dot(name)).map_err(|_| Refusal::NotPublicName(name.to_owned()))?;
        }
        None => return Err(Refusal::Unreadable("it has no host".to_owned())),
    }
    if url.scheme() == "http" {
        return Err(Refusal::PlainHttp(authority(url)));
    }
    match url.port() {
        Some(port) => Err(Refusal::OddPort(port)),
        None => Ok(Way::Public),
    }
}

/// The connector below asks no resolver for numbers, so the resolver's own check never sees them: they end here.
fn bare_number(ip: IpAddr) -> Result<(), Refusal> {
    address::is_public(ip)?;
    Err(Refusal::BareNumber(ip))
}

fn authority(url: &Url) -> String {
    let port = url.port_or_known_default().unwrap_or_default();
    format!("{}:{port}", url.host_str().unwrap_or_default())
}

/// A name's last dot says "from the root" and changes nothing else.
fn without_dot(host: &str) -> &str {
    host.strip_suffix('.').unwrap_or(host)
}

/// An address as messages and logs show it: without user, password, query and fragment, which may hold secrets.
pub fn shown(text: &str) -> String {
    let Ok(mut url) = Url::parse(text.trim()) else {
        return text.chars().filter(|c| !c.is_control()).take(100).collect();
    };
    // A URL that can hold no user or password answers Err, and then there is nothing to remove.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_query(None);
    url.set_fragment(None);
    url.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fetch::address::Use;

    fn allow(entries: &[&str]) -> AllowList {
        AllowList::parse(&entries.iter().map(|e| (*e).to_owned()).collect::<Vec<_>>()).unwrap()
    }

    fn refused(text: &str) -> Refusal {
        first(text, &AllowList::default()).expect_err(text)
    }

    #[test]
    fn public_https_passes() {
        for text in [
            "https://lists.example.com/brands.json",
            "https://lists.example.com:443/",
            "https://lists.example.com./x",
            "  https://lists.example.com/a b?q=1#frag ",
        ] {
            let (url, way) = first(text, &AllowList::default()).expect(text);
            assert_eq!(way, Way::Public);
            assert_eq!(url.fragment(), None);
        }
    }

    #[test]
    fn other_schemes_are_refused() {
        for text in ["file:///etc/passwd", "ftp://lists.example.com/x", "gopher://x.com/1", "data:text/plain,x"] {
            assert!(matches!(refused(text), Refusal::Scheme(_)), "{text}");
        }
        assert!(matches!(refused("brands.json"), Refusal::Unreadable(_)));
        assert!(matches!(refused("https://"), Refusal::Unreadable(_)));
    }

    #[test]
    fn plain_http_is_refused_and_says_how_to_mend_it() {
        let why = refused("http://lists.example.com/brands.json");
        assert_eq!(why, Refusal::PlainHttp("lists.example.com:80".to_owned()));
        assert!(why.to_string().contains("CONNECTOR_FETCH_ALLOW"), "{why}");
    }

    #[test]
    fn user_names_and_passwords_are_refused_even_on_allowed_hosts() {
        assert_eq!(refused("https://user@lists.example.com/"), Refusal::UserInfo);
        assert_eq!(refused("https://:secret@lists.example.com/"), Refusal::UserInfo);
        // What looks like the host is the user, and the host comes after the @.
        assert_eq!(refused("https://lists.example.com@127.0.0.1/"), Refusal::UserInfo);
        let allow = allow(&["127.0.0.1:8080"]);
        assert_eq!(first("http://u:p@127.0.0.1:8080/", &allow), Err(Refusal::UserInfo));
    }

    #[test]
    fn odd_ports_are_refused() {
        for port in [22, 80, 8443, 6379, 25] {
            assert_eq!(refused(&format!("https://lists.example.com:{port}/")), Refusal::OddPort(port));
        }
    }

    #[test]
    fn numbers_are_refused_however_they_are_spelled() {
        for (text, used_for) in [
            ("https://127.0.0.1/", Use::Loopback),
            ("https://2130706433/", Use::Loopback),
            ("https://0x7f000001/", Use::Loopback),
            ("https://0177.0.0.1/", Use::Loopback),
            ("https://0x7f.1/", Use::Loopback),
            ("https://127.1/", Use::Loopback),
            ("https://127.0.0.1./", Use::Loopback),
            ("https://%31%32%37.0.0.1/", Use::Loopback),
            ("https://１２７.0.0.1/", Use::Loopback),
            ("https://10.1.2.3/", Use::Private),
            ("https://012.1.2.3/", Use::Private),
            ("https://0/", Use::Unspecified),
            ("http://169.254.169.254/latest/meta-data/", Use::Metadata),
            ("http://2852039166/", Use::Metadata),
            ("http://[fd00:ec2::254]/", Use::Metadata),
            ("https://[::1]/", Use::Loopback),
            ("https://[::ffff:169.254.169.254]/", Use::Translated),
            ("https://[::ffff:7f00:1]/", Use::Translated),
            ("https://[64:ff9b::a9fe:a9fe]/", Use::Translated),
            ("https://[fe80::1]/", Use::LinkLocal),
        ] {
            match refused(text) {
                Refusal::Address(refused) => assert_eq!(refused.used_for, used_for, "{text}"),
                other => panic!("{text}: {other}"),
            }
        }
        assert!(matches!(refused("https://8.8.8.8/"), Refusal::BareNumber(_)));
        assert!(matches!(refused("https://[2606:4700::1111]/"), Refusal::BareNumber(_)));
    }

    #[test]
    fn names_from_inside_a_network_are_refused() {
        for host in [
            "localhost",
            "localhost.",
            "a.localhost",
            "printer.local",
            "metadata.google.internal",
            "wiki.intranet",
            "nas.lan",
            "db",
            "router.home.arpa",
            "hidden.onion",
            "name.invalid",
            "com",
        ] {
            assert!(matches!(refused(&format!("https://{host}/")), Refusal::NotPublicName(_)), "{host}");
        }
    }

    #[test]
    fn the_operator_allows_exactly_one_host_and_port() {
        let allow = allow(&["127.0.0.1:8080", "Lists.Intranet:8443", "[::1]:9000"]);
        for text in [
            "http://127.0.0.1:8080/x",
            "http://2130706433:8080/x",
            "https://lists.intranet:8443/",
            "https://lists.intranet.:8443/",
            "http://[::1]:9000/",
        ] {
            assert_eq!(first(text, &allow).map(|(_, way)| way), Ok(Way::Allowed), "{text}");
        }
        for text in [
            "http://127.0.0.1:8081/",
            "http://127.0.0.2:8080/",
            "http://localhost:8080/",
            "https://lists.intranet/",
            "https://a.lists.intranet:8443/",
            "http://[::1]:9001/",
        ] {
            assert!(first(text, &allow).is_err(), "{text}");
        }
    }

    #[test]
    fn entries_of_the_allow_list_are_host_and_port() {
        for text in ["intranet", "intranet:", "intranet:0", "intranet:99999", ":80", "http://x:80", "::1"] {
            let wrong = AllowList::parse(&[text.to_owned()]).expect_err(text);
            assert!(wrong.contains("host:port"), "{wrong}");
        }
        assert!(AllowList::parse(&[]).unwrap().is_empty());
    }

    #[test]
    fn redirects_never_lose_what_the_first_address_had() {
        let from = Url::parse("https://lists.example.com/a/b").unwrap();
        let inside = allow(&["127.0.0.1:8080", "lists.example.com:80"]);
        let next = |location| hop(&from, Way::Public, location, &inside);
        assert_eq!(next("../c").unwrap().0.as_str(), "https://lists.example.com/c");
        assert_eq!(next("//other.example.org/c").unwrap().0.as_str(), "https://other.example.org/c");
        assert_eq!(next("http://lists.example.com/c"), Err(Refusal::Downgrade), "even to an allowed host");
        assert_eq!(next("https://127.0.0.1:8080/"), Err(Refusal::IntoAllowed("127.0.0.1:8080".to_owned())));
        assert!(matches!(next("https://169.254.169.254/"), Err(Refusal::Address(_))));
        assert!(matches!(next("file:///etc/passwd"), Err(Refusal::Scheme(_))));
        assert_eq!(next("https://u:p@other.example.org/"), Err(Refusal::UserInfo));
        // From one allowed host to the next is the operator's own affair; to the public internet is fine too.
        let from = Url::parse("http://127.0.0.1:8080/").unwrap();
        assert_eq!(hop(&from, Way::Allowed, "/x", &inside).map(|(_, way)| way), Ok(Way::Allowed));
        assert_eq!(
            hop(&from, Way::Allowed, "https://lists.example.com/", &inside).map(|(_, way)| way),
            Ok(Way::Public)
        );
    }

    #[test]
    fn messages_carry_no_secret() {
        assert_eq!(shown("https://u:p@lists.example.com/a?token=1#x"), "https://lists.example.com/a");
        assert_eq!(shown("not an address\n"), "not an address");
    }
}
