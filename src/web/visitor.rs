//! Where a request comes from, as far as that must be known to keep one visitor from taking what all share.
//!
//! What holds: nothing is written down, no address stands in a log; only proxies of the operator's own are believed.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::{
    extract::ConnectInfo,
    http::{Extensions, HeaderMap},
};

/// The address at the other end of the connection; nothing where no connection is known.
pub fn peer(extensions: &Extensions) -> Option<IpAddr> {
    extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip())
}

/// The address of whoever asks: the one at the other end of the connection, or, when that is a proxy of the operator's own,
/// the last one before it that is none.
pub fn address(peer: Option<IpAddr>, headers: &HeaderMap, trusted: &[IpAddr]) -> Option<IpAddr> {
    let peer = peer?.to_canonical();
    let is_trusted = |address: &IpAddr| trusted.iter().any(|known| known.to_canonical() == *address);
    if !is_trusted(&peer) {
        return Some(peer);
    }
    let said = headers.get_all("x-forwarded-for");
    let said: Vec<&str> = said.iter().filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(',')).collect();
    for one in said.iter().rev() {
        // What is no address was not written by a proxy of ours: nothing before it can be believed.
        let Ok(one) = one.trim().parse::<IpAddr>() else { break };
        if !is_trusted(&one.to_canonical()) {
            return Some(one.to_canonical());
        }
    }
    Some(peer)
}

/// As much of an address as one household or office has: of IPv6 the first 64 bits.
pub fn household(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(six) => {
            let [a, b, c, d, ..] = six.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderName;

    use super::*;

    fn with(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap())).collect()
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn only_proxies_of_the_operator_are_believed() {
        let (proxy, other) = (ip("10.0.0.1"), ip("203.0.113.9"));
        let said = with(&[("x-forwarded-for", "6.6.6.6, 198.51.100.7, 10.0.0.1")]);
        assert_eq!(address(Some(other), &said, &[proxy]), Some(other), "a stranger may write what he likes");
        assert_eq!(address(Some(proxy), &said, &[proxy]), Some(ip("198.51.100.7")), "the last one before the proxy");
        assert_eq!(address(Some(ip("::ffff:10.0.0.1")), &said, &[proxy]), Some(ip("198.51.100.7")));
        assert_eq!(address(Some(proxy), &said, &[]), Some(proxy), "nobody is believed by default");
        let broken = with(&[("x-forwarded-for", "198.51.100.7, rubbish")]);
        assert_eq!(address(Some(proxy), &broken, &[proxy]), Some(proxy));
        assert_eq!(address(None, &said, &[proxy]), None);
    }

    #[test]
    fn a_household_of_ipv6_is_one() {
        assert_eq!(household(ip("2001:db8:1:2:3:4:5:6")), household(ip("2001:db8:1:2::9")));
        assert_ne!(household(ip("2001:db8:1:2::1")), household(ip("2001:db8:1:3::1")));
        assert_ne!(household(ip("192.0.2.1")), household(ip("192.0.2.2")));
    }
}
