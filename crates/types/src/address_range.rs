//! Ranges of addresses, in the three forms in which lists of them are written.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use crate::parsed::{Invalid, serde_form};

/// An address, or all from one to another: `192.0.2.1`, `192.0.2.0/24`, `192.0.2.1-192.0.2.9`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AddressRange {
    first: IpAddr,
    last: IpAddr,
}

impl AddressRange {
    /// The first address.
    #[must_use]
    pub fn first(self) -> IpAddr {
        self.first
    }

    /// The last address; the same as the first where there is only one.
    #[must_use]
    pub fn last(self) -> IpAddr {
        self.last
    }

    /// Whether an address lies in it.
    #[must_use]
    pub fn contains(self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        // addresses of one kind sort before those of the other
        (self.first..=self.last).contains(&address)
    }

    /// Whether it holds more than 65,536 addresses of IPv4, or more than a provider has of IPv6 (32 bits in common).
    #[must_use]
    pub fn is_wide(self) -> bool {
        match (self.first, self.last) {
            (IpAddr::V4(first), IpAddr::V4(last)) => last.to_bits() - first.to_bits() > u32::from(u16::MAX),
            (IpAddr::V6(first), IpAddr::V6(last)) => last.to_bits() - first.to_bits() > u128::MAX >> 32,
            _ => true,
        }
    }

    fn between(first: IpAddr, last: IpAddr) -> Option<AddressRange> {
        let (first, last) = (first.to_canonical(), last.to_canonical());
        (first.is_ipv4() == last.is_ipv4() && first <= last).then_some(AddressRange { first, last })
    }

    /// All addresses with the same first bits; what does not count of the address may be anything. A network of IPv4
    /// addresses in IPv6's form is one of IPv4, and one that reaches beyond these is none: its addresses come in their own
    /// form.
    fn with_bits(address: IpAddr, bits: u32) -> Option<AddressRange> {
        const OF_MAPPED: u32 = 96;
        let canonical = address.to_canonical();
        let bits = if canonical == address { bits } else { bits.checked_sub(OF_MAPPED)? };
        Some(match canonical {
            IpAddr::V4(v4) => {
                let free = u32::MAX.checked_shr(bits).unwrap_or(0);
                let bits = (bits <= Ipv4Addr::BITS).then_some(v4.to_bits())?;
                let (first, last) = (Ipv4Addr::from_bits(bits & !free), Ipv4Addr::from_bits(bits | free));
                AddressRange { first: first.into(), last: last.into() }
            }
            IpAddr::V6(v6) => {
                let free = u128::MAX.checked_shr(bits).unwrap_or(0);
                let bits = (bits <= Ipv6Addr::BITS).then_some(v6.to_bits())?;
                let (first, last) = (Ipv6Addr::from_bits(bits & !free), Ipv6Addr::from_bits(bits | free));
                AddressRange { first: first.into(), last: last.into() }
            }
        })
    }
}

impl From<IpAddr> for AddressRange {
    fn from(address: IpAddr) -> AddressRange {
        let address = address.to_canonical();
        AddressRange { first: address, last: address }
    }
}

/// The first and the last address with a hyphen between; a single one alone.
impl std::fmt::Display for AddressRange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.first.fmt(f)?;
        if self.first == self.last { Ok(()) } else { write!(f, "-{}", self.last) }
    }
}

impl FromStr for AddressRange {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let address = |text: &str| text.trim_ascii().parse::<IpAddr>().ok();
        let range = if let Some((first, last)) = text.split_once('-') {
            address(first).zip(address(last)).and_then(|(first, last)| AddressRange::between(first, last))
        } else if let Some((first, bits)) = text.trim_ascii().split_once('/') {
            // a sign is no number of bits, though it parses as one
            let bits = if bits.bytes().all(|b| b.is_ascii_digit()) { bits.parse().ok() } else { None };
            address(first).zip(bits).and_then(|(first, bits)| AddressRange::with_bits(first, bits))
        } else {
            address(text).map(AddressRange::from)
        };
        range.ok_or_else(|| {
            Invalid(
                "it is no IPv4 or IPv6 address, nor a range of them (first-last, address/bits)".to_owned(),
            )
        })
    }
}

serde_form!(AddressRange, "An IP address, or a range: 192.0.2.0/24, 192.0.2.1-192.0.2.9, 2001:db8::/32");

#[cfg(test)]
mod tests {
    use super::*;

    fn range(text: &str) -> AddressRange {
        text.parse().unwrap()
    }

    #[test]
    fn addresses_networks_and_ranges_are_read_and_written_in_one_form() {
        for (text, written) in [
            ("192.0.2.1", "192.0.2.1"),
            (" ::ffff:192.0.2.1 ", "192.0.2.1"),
            ("192.0.2.9/30", "192.0.2.8-192.0.2.11"),
            ("192.0.2.1/32", "192.0.2.1"),
            ("::ffff:192.0.2.0/120", "192.0.2.0-192.0.2.255"),
            ("::ffff:192.0.2.1/128", "192.0.2.1"),
            ("::ffff:0.0.0.0/96", "0.0.0.0-255.255.255.255"),
            ("0.0.0.0/0", "0.0.0.0-255.255.255.255"),
            ("122.1.56.7-122.1.56.8", "122.1.56.7-122.1.56.8"),
            ("2001:DB8::/126", "2001:db8::-2001:db8::3"),
            ("2001:db9::1-2001:db9::5", "2001:db9::1-2001:db9::5"),
        ] {
            assert_eq!(range(text).to_string(), written, "{text}");
            assert_eq!(range(written), range(text));
        }
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for text in [
            "",
            "192.0.2",
            "192.0.2.0/33",
            "192.0.2.0/+8",
            "192.0.2.0/",
            "192.0.2.9-192.0.2.1",
            "192.0.2.1-2001:db8::1",
            "-",
            "2001:db8::/129",
            "::ffff:192.0.2.0/95",
            "::ffff:192.0.2.0/129",
            "192.0.2.1-",
        ] {
            assert!(text.parse::<AddressRange>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_range_is_wide_beyond_16_bits_of_ipv4_and_32_of_ipv6() {
        for (text, wide) in [
            ("192.0.0.0/16", false),
            ("192.0.0.0-192.1.0.0", true),
            ("0.0.0.0/1", true),
            ("::ffff:192.0.0.0/112", false),
            ("::ffff:192.0.0.0/111", true),
            ("2001:db8::/32", false),
            ("2001:db8::-2001:db9::", true),
        ] {
            assert_eq!(range(text).is_wide(), wide, "{text}");
        }
    }

    #[test]
    fn a_range_holds_both_ends_and_nothing_of_the_other_kind() {
        let addresses = range("192.0.2.1-192.0.2.9");
        for (address, inside) in [
            ("192.0.2.1", true),
            ("192.0.2.9", true),
            ("::ffff:192.0.2.5", true),
            ("192.0.2.0", false),
            ("192.0.2.10", false),
            ("2001:db8::1", false),
        ] {
            assert_eq!(addresses.contains(address.parse().unwrap()), inside, "{address}");
        }
        assert!(!range("::/0").contains("192.0.2.1".parse().unwrap()));
    }
}
