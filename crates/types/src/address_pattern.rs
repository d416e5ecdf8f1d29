//! Addresses from which somebody may log in.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::str::FromStr;

use crate::Invalid;

/// One address, or the 256 of `a.b.c.*`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AddressPattern {
    /// This address alone.
    One(IpAddr),
    /// All IPv4 addresses with these first three numbers.
    LastOf([u8; 3]),
}

impl AddressPattern {
    /// The pattern of one address.
    #[must_use]
    pub fn of(address: IpAddr) -> AddressPattern {
        AddressPattern::One(address.to_canonical())
    }

    /// Whether an address is one of these.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self, address.to_canonical()) {
            (AddressPattern::One(one), address) => *one == address,
            (AddressPattern::LastOf([a, b, c]), IpAddr::V4(address)) => {
                let [d, e, f, _] = address.octets();
                [*a, *b, *c] == [d, e, f]
            }
            (AddressPattern::LastOf(_), IpAddr::V6(_)) => false,
        }
    }
}

impl FromStr for AddressPattern {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let invalid = || Invalid("an address is like 192.0.2.1, 192.0.2.* or 2001:db8::1".to_owned());
        match text.strip_suffix(".*") {
            Some(network) => {
                let [a, b, c, _] =
                    format!("{network}.0").parse::<Ipv4Addr>().map_err(|_| invalid())?.octets();
                Ok(AddressPattern::LastOf([a, b, c]))
            }
            None => text.parse().map(AddressPattern::of).map_err(|_| invalid()),
        }
    }
}

impl fmt::Display for AddressPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AddressPattern::One(address) => address.fmt(f),
            AddressPattern::LastOf([a, b, c]) => write!(f, "{a}.{b}.{c}.*"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_itself_and_a_star_stands_for_the_last_number() {
        for (pattern, address, contained) in [
            ("192.0.2.1", "192.0.2.1", true),
            ("192.0.2.1", "::ffff:192.0.2.1", true),
            ("192.0.2.1", "192.0.2.10", false),
            ("192.0.2.*", "192.0.2.255", true),
            ("192.0.2.*", "::ffff:192.0.2.7", true),
            ("192.0.2.*", "192.0.20.1", false),
            ("192.0.2.*", "2001:db8::1", false),
            ("2001:db8::1", "2001:db8:0::1", true),
            ("2001:db8::1", "2001:db8::2", false),
        ] {
            let parsed: AddressPattern = pattern.parse().unwrap();
            assert_eq!(parsed.to_string(), pattern);
            assert_eq!(parsed.contains(address.parse().unwrap()), contained, "{pattern} {address}");
        }
        for bad in ["", "*", "192.0.*", "192.0.*.*", "192.0.2.1.*", "2001:db8:*", "192.0.2.0/24"] {
            assert!(bad.parse::<AddressPattern>().is_err(), "{bad}");
        }
    }
}
