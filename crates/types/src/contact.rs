//! Where to reach the holder of an account.

use std::str::FromStr;

use crate::names::MailAddress;
use crate::parsed::{Invalid, text_form};

/// Up to two mail addresses, separated by a comma; empty when there is none.
///
/// They are kept as they were given: a foreign server may tell upper case from lower case before the `@`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContactAddress(String);

impl ContactAddress {
    /// The addresses as text, separated by a comma alone.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ContactAddress {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text.trim().is_empty() {
            return Ok(ContactAddress::default());
        }
        let addresses: Vec<&str> = text.split(',').map(str::trim).collect();
        if addresses.len() > 2 {
            return Err(Invalid("there are at most two contact addresses".to_owned()));
        }
        for address in &addresses {
            address.parse::<MailAddress>()?;
        }
        Ok(ContactAddress(addresses.join(",")))
    }
}

text_form!(ContactAddress, "up to two mail addresses, separated by a comma; empty for none");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_one_or_two_addresses_are_contact_addresses() {
        for (good, kept) in [
            ("", ""),
            (" ", ""),
            ("Me@a.example", "Me@a.example"),
            (" me@a.example , you@b.example", "me@a.example,you@b.example"),
        ] {
            assert_eq!(good.parse::<ContactAddress>().unwrap().as_str(), kept, "{good:?}");
        }
        for bad in
            ["me", "@a.example", "me@a.example,", "a@a.example,b@b.example,c@c.example", "a@b.example\nx"]
        {
            assert!(bad.parse::<ContactAddress>().is_err(), "{bad:?}");
        }
    }
}
