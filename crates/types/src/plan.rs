//! Packages.

use std::str::FromStr;

use crate::parsed::{Invalid, text_form};

/// A package's name: 1 to 64 letters, digits, blanks, dots, dashes and underscores, no blank at either end.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PlanName(String);

impl PlanName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for PlanName {
    /// The package of accounts that are given none.
    fn default() -> PlanName {
        PlanName("default".to_owned())
    }
}

impl FromStr for PlanName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let good = (1..=64).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b" _.-".contains(&b))
            && text.trim() == text;
        if good {
            Ok(PlanName(text.to_owned()))
        } else {
            Err(Invalid("a package name has 1 to 64 letters, digits, blanks and _ . -".to_owned()))
        }
    }
}

text_form!(PlanName, "1 to 64 letters, digits, blanks, dots, dashes and underscores");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn package_names_keep_to_their_alphabet() {
        for good in ["default", "asder_Gold plan-1.0", &"a".repeat(64)] {
            assert_eq!(good.parse::<PlanName>().unwrap().as_str(), good);
        }
        for bad in ["", " ", " a", "a ", "a/b", "a\n", "<b>", "ä", &"a".repeat(65)] {
            assert!(bad.parse::<PlanName>().is_err(), "{bad:?}");
        }
    }
}
