//! Networks: which addresses a rule is about.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use crate::parsed::{Invalid, serde_form};

/// An address, or all addresses with the same first bits: `192.0.2.1`, `192.0.2.0/24`, `2001:db8::/32`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Network {
    /// Without the bits that do not count; never an IPv4 address in IPv6 form.
    address: IpAddr,
    bits: u32,
}

impl Network {
    /// Whether an address lies in it.
    #[must_use]
    pub fn contains(self, address: IpAddr) -> bool {
        first_bits(address.to_canonical(), self.bits) == Some(self.address)
            && address.to_canonical().is_ipv4() == self.address.is_ipv4()
    }

    /// Whether an address of this machine's loopback interface lies in it.
    #[must_use]
    pub fn holds_loopback(self) -> bool {
        let loopback = match self.address {
            IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
            IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
        };
        self.address.is_loopback() || self.contains(loopback)
    }
}

/// The address with only so many of its bits; none when it has fewer.
fn first_bits(address: IpAddr, bits: u32) -> Option<IpAddr> {
    Some(match address {
        IpAddr::V4(v4) => {
            let spare = Ipv4Addr::BITS.checked_sub(bits)?;
            Ipv4Addr::from_bits(v4.to_bits() & u32::MAX.checked_shl(spare).unwrap_or(0)).into()
        }
        IpAddr::V6(v6) => {
            let spare = Ipv6Addr::BITS.checked_sub(bits)?;
            Ipv6Addr::from_bits(v6.to_bits() & u128::MAX.checked_shl(spare).unwrap_or(0)).into()
        }
    })
}

fn length(address: IpAddr) -> u32 {
    if address.is_ipv4() { Ipv4Addr::BITS } else { Ipv6Addr::BITS }
}

/// IPv6 with all its digits, as the original writes it; a single address without its number of bits.
impl std::fmt::Display for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.address {
            IpAddr::V4(v4) => v4.fmt(f)?,
            IpAddr::V6(v6) => {
                for (position, group) in v6.segments().into_iter().enumerate() {
                    write!(f, "{}{group:04x}", if position == 0 { "" } else { ":" })?;
                }
            }
        }
        if self.bits == length(self.address) { Ok(()) } else { write!(f, "/{}", self.bits) }
    }
}

/// What does not count of the address may be anything.
impl FromStr for Network {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let invalid = || Invalid("it is no IPv4 or IPv6 address, nor one with a number of bits".to_owned());
        let (address, bits) = match text.trim_ascii().split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text.trim_ascii(), None),
        };
        let address: IpAddr = address.parse().map_err(|_| invalid())?;
        let bits = match bits {
            // a sign is no number of bits, though it parses as one
            Some(bits) if bits.bytes().all(|b| b.is_ascii_digit()) => bits.parse().map_err(|_| invalid())?,
            Some(_) => return Err(invalid()),
            None => length(address),
        };
        let canonical = address.to_canonical();
        let bits = if canonical.is_ipv4() == address.is_ipv4() {
            bits
        } else {
            // an IPv4 address in IPv6 form: its own bits are the last 32
            bits.checked_sub(Ipv6Addr::BITS - Ipv4Addr::BITS).ok_or_else(invalid)?
        };
        let address = first_bits(canonical, bits).ok_or_else(invalid)?;
        Ok(Network { address, bits })
    }
}

serde_form!(Network, "an IPv4 or IPv6 address, or a network: 192.0.2.0/24");

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> Network {
        text.parse().unwrap()
    }

    #[test]
    fn a_network_holds_the_addresses_with_its_first_bits_and_no_others() {
        for (range, inside, outside) in [
            ("192.0.2.1", "192.0.2.1", "192.0.2.2"),
            ("192.0.2.0/24", "192.0.2.255", "192.0.3.0"),
            ("192.0.2.7/30", "192.0.2.4", "192.0.2.8"),
            ("0.0.0.0/0", "255.255.255.255", "::1"),
            ("::/0", "2001:db8::1", "192.0.2.1"),
            ("2001:db8::/33", "2001:db8:7fff::1", "2001:db8:8000::1"),
            ("::ffff:192.0.2.1", "192.0.2.1", "192.0.2.2"),
            ("::ffff:192.0.2.0/120", "192.0.2.9", "192.0.3.1"),
        ] {
            assert!(network(range).contains(inside.parse().unwrap()), "{range} {inside}");
            assert!(!network(range).contains(outside.parse().unwrap()), "{range} {outside}");
        }
        assert!(network("192.0.2.1").contains("::ffff:192.0.2.1".parse().unwrap()));
    }

    #[test]
    fn a_network_with_any_address_of_loopback_is_known() {
        for holds in
            ["127.0.0.1", "127.9.0.0/16", "127.0.0.0/8", "0.0.0.0/0", "64.0.0.0/2", "::1", "::/0", "::/100"]
        {
            assert!(network(holds).holds_loopback(), "{holds}");
        }
        for not in ["128.0.0.0/8", "10.0.0.0/8", "192.0.2.1", "::2", "2001:db8::/32"] {
            assert!(!network(not).holds_loopback(), "{not}");
        }
    }

    #[test]
    fn ipv6_is_written_with_all_its_digits_and_reads_back() {
        for (text, written) in [
            ("2001:db8::1", "2001:0db8:0000:0000:0000:0000:0000:0001"),
            ("2001:DB8::/32", "2001:0db8:0000:0000:0000:0000:0000:0000/32"),
            ("192.0.2.77/24", "192.0.2.0/24"),
            (" 192.0.2.1 ", "192.0.2.1"),
            ("192.0.2.1/32", "192.0.2.1"),
        ] {
            assert_eq!(network(text).to_string(), written);
            assert_eq!(network(written), network(text));
        }
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for bad in [
            "",
            "any",
            "192.0.2",
            "192.0.2.1/33",
            "::1/129",
            "1.2.3.4/",
            "1.2.3.4/+8",
            "1.2.3.4/8/8",
            "::ffff:1.2.3.4/64",
        ] {
            assert!(bad.parse::<Network>().is_err(), "{bad:?}");
        }
    }
}
