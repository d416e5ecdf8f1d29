//! Client addresses as the counters see them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An IPv4 address, or the first 56 bits of an IPv6 address: what one client is taken to be.
///
/// A client can choose freely within its IPv6 prefix, so the counters must not tell those addresses apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AddressPrefix(IpAddr);

impl AddressPrefix {
    /// The prefix that an address belongs to.
    #[must_use]
    pub fn of(address: IpAddr) -> AddressPrefix {
        AddressPrefix(match address.to_canonical() {
            IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() >> 72 << 72)),
            v4 => v4,
        })
    }

    /// The neighbourhood of an address: 24 bits of an IPv4 address, 48 of an IPv6 address: what one customer of a
    /// provider, or one hoster's machine, can choose from.
    #[must_use]
    pub fn neighbourhood(address: IpAddr) -> AddressPrefix {
        AddressPrefix(match address.to_canonical() {
            IpAddr::V4(v4) => IpAddr::V4(Ipv4Addr::from_bits(v4.to_bits() >> 8 << 8)),
            IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() >> 80 << 80)),
        })
    }

    /// The network that an address belongs to: 24 bits of an IPv4 address, 56 of an IPv6 address. A client that moves
    /// within it (another lease, another of a provider's gateways) is taken to be the same.
    #[must_use]
    pub fn network(address: IpAddr) -> AddressPrefix {
        match AddressPrefix::of(address) {
            AddressPrefix(IpAddr::V4(v4)) => {
                AddressPrefix(IpAddr::V4(Ipv4Addr::from_bits(v4.to_bits() >> 8 << 8)))
            }
            v6 => v6,
        }
    }
}

impl std::fmt::Display for AddressPrefix {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ipv6_clients_are_counted_by_their_first_56_bits_and_mapped_ipv4_as_ipv4() {
        let of = |text: &str| AddressPrefix::of(text.parse().unwrap()).to_string();
        assert_eq!(of("2001:db8:1:2ff:1::1"), "2001:db8:1:200::");
        assert_eq!(of("2001:db8:1:2ff::2"), of("2001:db8:1:200::9"));
        assert_eq!(of("::ffff:192.0.2.1"), "192.0.2.1");
    }

    #[test]
    fn a_neighbourhood_is_24_bits_of_ipv4_and_48_of_ipv6() {
        let of = |text: &str| AddressPrefix::neighbourhood(text.parse().unwrap()).to_string();
        assert_eq!(of("::ffff:192.0.2.77"), "192.0.2.0");
        assert_eq!(of("2001:db8:1:2ff:1::1"), "2001:db8:1::");
        assert_ne!(of("2001:db8:2::1"), of("2001:db8:1::1"));
    }

    #[test]
    fn a_network_is_24_bits_of_ipv4_and_56_of_ipv6() {
        let of = |text: &str| AddressPrefix::network(text.parse().unwrap()).to_string();
        assert_eq!(of("192.0.2.77"), "192.0.2.0");
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.255"));
        assert_ne!(of("192.0.3.1"), of("192.0.2.1"));
        assert_eq!(of("2001:db8:1:2ff:1::1"), of("2001:db8:1:200::9"));
        assert_ne!(of("2001:db8:1:3ff::1"), of("2001:db8:1:2ff::1"));
    }
}
