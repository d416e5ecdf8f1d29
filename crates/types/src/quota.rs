//! Disk quotas.

use std::str::FromStr;

use crate::parsed::{Invalid, serde_form};

/// A disk quota in MiB; 0, `unlimited` and the empty text mean none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quota(u32);

impl Quota {
    /// No limit.
    pub const UNLIMITED: Quota = Quota(0);

    /// A quota of so many MiB; 0 for none.
    #[must_use]
    pub const fn mib(mib: u32) -> Quota {
        Quota(mib)
    }

    /// The quota in MiB, 0 for none.
    #[must_use]
    pub const fn as_mib(self) -> u32 {
        self.0
    }
}

impl std::fmt::Display for Quota {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0 == 0 { f.write_str("unlimited") } else { self.0.fmt(f) }
    }
}

impl FromStr for Quota {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        match text {
            "" | "unlimited" => Ok(Quota::UNLIMITED),
            digits if digits.bytes().all(|b| b.is_ascii_digit()) => {
                digits.parse().map(Quota).map_err(|_| too_large())
            }
            _ => Err(Invalid("a quota is a whole number of MiB, or 0 for none".to_owned())),
        }
    }
}

fn too_large() -> Invalid {
    Invalid(format!("a quota is at most {} MiB", u32::MAX))
}

serde_form!(Quota, "disk quota in MiB; 0 or `unlimited` for none");
