//! Which numbers on the network are the public internet's.
//!
//! An [`IpAddr`] in, `Ok` or the reason it is refused out. Pure. What must hold: an address passes only when it is
//! known to be public (IPv6 is refused by default and allowed inside 2000::/3); an address that carries another one
//! inside (mapped, 6to4, NAT64, Teredo, ISATAP) never passes, whatever it carries, because the machine that
//! translates it may stand inside the operator's own network.
//!
//! The tables follow the IANA registries of special-purpose addresses for IPv4 and IPv6 (RFC 6890, RFC 8190).

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

/// What a refused address is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Use {
    /// "This network" and the unspecified address (RFC 1122 section 3.2.1.3).
    Unspecified,
    /// Somebody's own network (RFC 1918, RFC 4193).
    Private,
    /// Between a provider and its customers (RFC 6598).
    CarrierShared,
    /// This machine.
    Loopback,
    /// This cable (RFC 3927, RFC 4291).
    LinkLocal,
    /// Where clouds hand out their machines' own secrets.
    Metadata,
    /// Carries another address inside, for a translator or a tunnel.
    Translated,
    /// For examples in books (RFC 5737, RFC 3849, RFC 9637).
    Documentation,
    /// For measuring network gear (RFC 2544, RFC 5180).
    Benchmarking,
    /// Many machines at once, or all of them.
    Multicast,
    /// Thrown away on arrival (RFC 6666).
    Discard,
    /// Kept for protocols or for later; nobody's public server.
    Reserved,
}

impl fmt::Display for Use {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unspecified => "an unspecified address",
            Self::Private => "inside a private network",
            Self::CarrierShared => "inside a carrier's shared network",
            Self::Loopback => "this machine itself",
            Self::LinkLocal => "on the local link",
            Self::Metadata => "a cloud's metadata service",
            Self::Translated => "an address wrapped in another one",
            Self::Documentation => "for documentation only",
            Self::Benchmarking => "for benchmarks only",
            Self::Multicast => "multicast or broadcast",
            Self::Discard => "the discard prefix",
            Self::Reserved => "reserved",
        })
    }
}

/// An address that is not the public internet's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[error("{address} is {used_for}")]
pub struct Refused {
    /// The address.
    pub address: IpAddr,
    /// What it is for.
    pub used_for: Use,
}

/// A block of IPv4 addresses: its first one, the length of its prefix in bits, what it is for.
type Block4 = (Ipv4Addr, u8, Use);
/// A block of IPv6 addresses, likewise.
type Block6 = (Ipv6Addr, u8, Use);

/// Single addresses come before the blocks around them; the first match speaks.
const V4: &[Block4] = &[
    (Ipv4Addr::new(169, 254, 169, 254), 32, Use::Metadata), // AWS, Azure, Google, Oracle and others
    (Ipv4Addr::new(169, 254, 170, 2), 32, Use::Metadata),   // credentials of AWS containers
    (Ipv4Addr::new(100, 100, 100, 200), 32, Use::Metadata), // Alibaba
    (Ipv4Addr::new(192, 0, 0, 192), 32, Use::Metadata),     // Oracle, the older one
    (Ipv4Addr::new(168, 63, 129, 16), 32, Use::Metadata),   // Azure's host agent, on a number that looks public
    (Ipv4Addr::UNSPECIFIED, 8, Use::Unspecified),
    (Ipv4Addr::new(10, 0, 0, 0), 8, Use::Private),
    (Ipv4Addr::new(100, 64, 0, 0), 10, Use::CarrierShared),
    (Ipv4Addr::new(127, 0, 0, 0), 8, Use::Loopback),
    (Ipv4Addr::new(169, 254, 0, 0), 16, Use::LinkLocal),
    (Ipv4Addr::new(172, 16, 0, 0), 12, Use::Private),
    (Ipv4Addr::new(192, 0, 0, 0), 24, Use::Reserved), // RFC 6890: protocol assignments
    (Ipv4Addr::new(192, 0, 2, 0), 24, Use::Documentation),
    (Ipv4Addr::new(192, 31, 196, 0), 24, Use::Reserved), // RFC 7535: AS112
    (Ipv4Addr::new(192, 52, 193, 0), 24, Use::Reserved), // RFC 7450: AMT
    (Ipv4Addr::new(192, 88, 99, 0), 24, Use::Translated), // RFC 7526: 6to4 relays
    (Ipv4Addr::new(192, 168, 0, 0), 16, Use::Private),
    (Ipv4Addr::new(192, 175, 48, 0), 24, Use::Reserved), // RFC 7534: AS112
    (Ipv4Addr::new(198, 18, 0, 0), 15, Use::Benchmarking),
    (Ipv4Addr::new(198, 51, 100, 0), 24, Use::Documentation),
    (Ipv4Addr::new(203, 0, 113, 0), 24, Use::Documentation),
    (Ipv4Addr::new(224, 0, 0, 0), 4, Use::Multicast),
    (Ipv4Addr::BROADCAST, 32, Use::Multicast), // broadcast
    (Ipv4Addr::new(240, 0, 0, 0), 4, Use::Reserved),
];

const V6: &[Block6] = &[
    (Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254), 128, Use::Metadata), // AWS
    (Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254), 128, Use::Metadata),  // Google
    (Ipv6Addr::UNSPECIFIED, 128, Use::Unspecified),
    (Ipv6Addr::LOCALHOST, 128, Use::Loopback),
    (Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0), 96, Use::Translated), // RFC 4291 section 2.5.5.2: IPv4-mapped
    (Ipv6Addr::new(0, 0, 0, 0, 0xffff, 0, 0, 0), 96, Use::Translated), // RFC 2765: IPv4-translated
    (Ipv6Addr::UNSPECIFIED, 96, Use::Translated),                      // RFC 4291 section 2.5.5.1: IPv4-compatible
    (Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96, Use::Translated), // RFC 6052: NAT64
    (Ipv6Addr::new(0x64, 0xff9b, 1, 0, 0, 0, 0, 0), 48, Use::Translated), // RFC 8215: NAT64 of one's own
    (Ipv6Addr::new(0x100, 0, 0, 0, 0, 0, 0, 0), 64, Use::Discard),
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 32, Use::Translated), // RFC 4380: Teredo
    (Ipv6Addr::new(0x2001, 2, 0, 0, 0, 0, 0, 0), 48, Use::Benchmarking),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32, Use::Documentation),
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23, Use::Reserved), // RFC 2928: protocol assignments
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16, Use::Translated), // RFC 3056: 6to4
    (Ipv6Addr::new(0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0), 48, Use::Reserved), // RFC 7534: AS112
    (Ipv6Addr::new(0x3ffe, 0, 0, 0, 0, 0, 0, 0), 16, Use::Reserved), // RFC 3701: the old 6bone
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20, Use::Documentation),
    (Ipv6Addr::new(0x5f00, 0, 0, 0, 0, 0, 0, 0), 16, Use::Reserved), // RFC 9602: SRv6
    (Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7, Use::Private),
    (Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10, Use::LinkLocal),
    (Ipv6Addr::new(0xfec0, 0, 0, 0, 0, 0, 0, 0), 10, Use::Private), // RFC 3879: old site-local
    (Ipv6Addr::new(0xff00, 0, 0, 0, 0, 0, 0, 0), 8, Use::Multicast),
];

/// Where all public IPv6 addresses are (RFC 4291 section 2.4 and IANA's allocations).
const V6_PUBLIC: (Ipv6Addr, u8) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// Is this an address of the public internet?
///
/// # Errors
/// [`Refused`] with what the address is for.
pub fn is_public(address: IpAddr) -> Result<(), Refused> {
    let used_for = match address {
        IpAddr::V4(ip) => special_v4(ip),
        IpAddr::V6(ip) => special_v6(ip),
    };
    match used_for {
        Some(used_for) => Err(Refused { address, used_for }),
        None => Ok(()),
    }
}

fn special_v4(ip: Ipv4Addr) -> Option<Use> {
    let inside = |first: Ipv4Addr, bits: u8| (ip.to_bits() ^ first.to_bits()) >> (32 - u32::from(bits)) == 0;
    V4.iter().find(|(first, bits, _)| inside(*first, *bits)).map(|(_, _, used_for)| *used_for)
}

fn special_v6(ip: Ipv6Addr) -> Option<Use> {
    let inside = |first: Ipv6Addr, bits: u8| (ip.to_bits() ^ first.to_bits()) >> (128 - u32::from(bits)) == 0;
    if let Some((_, _, used_for)) = V6.iter().find(|(first, bits, _)| inside(*first, *bits)) {
        return Some(*used_for);
    }
    if !inside(V6_PUBLIC.0, V6_PUBLIC.1) {
        return Some(Use::Reserved);
    }
    // ISATAP (RFC 5214 section 6.1) hides an IPv4 address behind the interface id 0000:5efe or 0200:5efe.
    let [.., mark, kind, _, _] = ip.segments();
    (matches!(mark, 0 | 0x200) && kind == 0x5efe).then_some(Use::Translated)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn used_for(text: &str) -> Option<Use> {
        is_public(text.parse().unwrap()).err().map(|refused| refused.used_for)
    }

    #[test]
    fn every_special_use_is_refused_at_both_ends_of_its_block() {
        for (text, expected) in [
            ("0.0.0.0", Use::Unspecified),
            ("0.255.255.255", Use::Unspecified),
            ("10.0.0.0", Use::Private),
            ("10.255.255.255", Use::Private),
            ("100.64.0.0", Use::CarrierShared),
            ("100.127.255.255", Use::CarrierShared),
            ("100.100.100.200", Use::Metadata),
            ("127.0.0.1", Use::Loopback),
            ("127.255.255.255", Use::Loopback),
            ("168.63.129.16", Use::Metadata),
            ("169.254.0.0", Use::LinkLocal),
            ("169.254.169.254", Use::Metadata),
            ("169.254.170.2", Use::Metadata),
            ("169.254.255.255", Use::LinkLocal),
            ("172.16.0.0", Use::Private),
            ("172.31.255.255", Use::Private),
            ("192.0.0.0", Use::Reserved),
            ("192.0.0.192", Use::Metadata),
            ("192.0.0.255", Use::Reserved),
            ("192.0.2.1", Use::Documentation),
            ("192.31.196.1", Use::Reserved),
            ("192.52.193.1", Use::Reserved),
            ("192.88.99.1", Use::Translated),
            ("192.168.0.0", Use::Private),
            ("192.168.255.255", Use::Private),
            ("192.175.48.1", Use::Reserved),
            ("198.18.0.0", Use::Benchmarking),
            ("198.19.255.255", Use::Benchmarking),
            ("198.51.100.7", Use::Documentation),
            ("203.0.113.7", Use::Documentation),
            ("224.0.0.0", Use::Multicast),
            ("239.255.255.255", Use::Multicast),
            ("240.0.0.0", Use::Reserved),
            ("255.255.255.254", Use::Reserved),
            ("255.255.255.255", Use::Multicast),
            ("::", Use::Unspecified),
            ("::1", Use::Loopback),
            ("::10.0.0.1", Use::Translated),
            ("::8.8.8.8", Use::Translated),
            ("::ffff:10.0.0.1", Use::Translated),
            ("::ffff:8.8.8.8", Use::Translated),
            ("::ffff:0:10.0.0.1", Use::Translated),
            ("64:ff9b::a00:1", Use::Translated),
            ("64:ff9b::808:808", Use::Translated),
            ("64:ff9b:1::1", Use::Translated),
            ("64:ff9b:1:ffff:ffff:ffff:ffff:ffff", Use::Translated),
            ("100::1", Use::Discard),
            ("2001::1", Use::Translated),
            ("2001:0:ffff::1", Use::Translated),
            ("2001:2::1", Use::Benchmarking),
            ("2001:10::1", Use::Reserved),
            ("2001:20::1", Use::Reserved),
            ("2001:1ff:ffff::1", Use::Reserved),
            ("2001:db8::1", Use::Documentation),
            ("2002:a00:1::1", Use::Translated),
            ("2002:808:808::1", Use::Translated),
            ("2620:4f:8000::1", Use::Reserved),
            ("3ffe::1", Use::Reserved),
            ("3fff::1", Use::Documentation),
            ("3fff:fff:ffff::1", Use::Documentation),
            ("4000::1", Use::Reserved),
            ("5f00::1", Use::Reserved),
            ("2606:4700::5efe:a00:1", Use::Translated),
            ("2606:4700::200:5efe:a00:1", Use::Translated),
            ("fc00::1", Use::Private),
            ("fd00:ec2::254", Use::Metadata),
            ("fd20:ce::254", Use::Metadata),
            ("fdff:ffff::1", Use::Private),
            ("fe80::1", Use::LinkLocal),
            ("febf::1", Use::LinkLocal),
            ("fec0::1", Use::Private),
            ("ff02::1", Use::Multicast),
        ] {
            assert_eq!(used_for(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn neighbours_of_the_blocks_are_public() {
        for text in [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "168.63.129.17",
            "169.253.255.255",
            "169.255.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "192.0.3.0",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "2001:200::1",
            "2001:db7::1",
            "2001:db9::1",
            "2003::1",
            "2606:4700::1111",
            "2620:4f:8001::1",
            "3ffd::1",
            "3fff:1000::1",
        ] {
            assert_eq!(used_for(text), None, "{text}");
        }
    }

    #[test]
    fn a_refusal_says_which_address_and_what_it_is() {
        let refused = is_public("169.254.169.254".parse().unwrap()).unwrap_err();
        assert_eq!(refused.to_string(), "169.254.169.254 is a cloud's metadata service");
    }

    proptest! {
        /// Whatever IPv4 address is wrapped, by whichever known wrapping, the result never passes.
        #[test]
        fn no_wrapped_address_passes(inner: u32, low: u64) {
            let [a, b] = [(inner >> 16) as u16, inner as u16];
            for wrapped in [
                Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, a, b),
                Ipv6Addr::new(0, 0, 0, 0, 0, 0, a, b),
                Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, a, b),
                Ipv6Addr::new(0x64, 0xff9b, 1, a, b >> 8, b << 8, 0, 0),
                Ipv6Addr::from_bits((0x2002_u128 << 112) | (u128::from(inner) << 80) | u128::from(low)),
                Ipv6Addr::new(0x2001, 0, a, b, low as u16, 0, !a, !b),
                Ipv6Addr::new(0x2606, 0x4700, 0, 0, 0, 0x5efe, a, b),
            ] {
                prop_assert!(is_public(wrapped.into()).is_err(), "{wrapped}");
            }
        }

        /// The table never allows what the standard library knows to be special.
        #[test]
        fn the_standard_library_agrees(bits: u32, wide: u128) {
            let v4 = Ipv4Addr::from_bits(bits);
            if v4.is_private() || v4.is_loopback() || v4.is_link_local() || v4.is_multicast()
                || v4.is_broadcast() || v4.is_documentation() || v4.is_unspecified()
            {
                prop_assert!(is_public(v4.into()).is_err(), "{v4}");
            }
            let v6 = Ipv6Addr::from_bits(wide);
            if v6.is_loopback() || v6.is_multicast() || v6.is_unique_local() || v6.is_unicast_link_local()
                || v6.to_ipv4().is_some()
            {
                prop_assert!(is_public(v6.into()).is_err(), "{v6}");
            }
        }
    }
}
