//! The `cpsess` security token of a session.

use std::str::FromStr;

use crate::parsed::Invalid;

/// The decimal digits after `cpsess`: 10 to 39 of them, the first not zero.
///
/// Not a secret of its own (it stands in addresses) and worth nothing without the session's cookie: it shows
/// that a request was made by a page of ours (docs/differences.md#security-token).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SecurityToken(String);

impl SecurityToken {
    /// The digits.
    #[must_use]
    pub fn digits(&self) -> &str {
        &self.0
    }

    /// As the first segment of a path, with its slash: `/cpsess1234567890`.
    #[must_use]
    pub fn prefix(&self) -> String {
        format!("/cpsess{}", self.0)
    }
}

impl FromStr for SecurityToken {
    type Err = Invalid;

    fn from_str(digits: &str) -> Result<Self, Invalid> {
        let good = (10..=39).contains(&digits.len())
            && digits.bytes().all(|b| b.is_ascii_digit())
            && !digits.starts_with('0');
        if good {
            Ok(SecurityToken(digits.to_owned()))
        } else {
            Err(Invalid("not a security token".to_owned()))
        }
    }
}

// Logs never show it: whoever reads a log must not be able to make a request.
impl std::fmt::Debug for SecurityToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecurityToken(masked)")
    }
}
