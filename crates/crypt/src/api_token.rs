//! API tokens: what a program sends instead of a password.

use std::str::FromStr;

use portreeve_types::Invalid;

use crate::entropy::Entropy;
use crate::random;
use crate::{ExposeSecret, SecretString};

const LENGTH: usize = 32;

/// An API token: 32 capitals and digits, 165 bits.
///
/// Records keep only its keyed digest ([`crate::Purpose::ApiToken`]).
#[derive(Clone)]
pub struct ApiToken(SecretString);

impl ApiToken {
    /// A new token.
    #[must_use]
    pub fn generate(entropy: &dyn Entropy) -> ApiToken {
        ApiToken(random::capitals_and_digits(entropy, LENGTH).into())
    }

    /// The token as its owner sends it.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl FromStr for ApiToken {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let good = text.len() == LENGTH
            && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        if good {
            Ok(ApiToken(text.into()))
        } else {
            Err(Invalid("an API token has exactly 32 characters, all capitals or digits".to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::SeededEntropy;

    #[test]
    fn a_generated_token_reads_back_and_no_two_are_equal() {
        let entropy = SeededEntropy::new(5);
        let token = ApiToken::generate(&entropy);
        assert_eq!(token.expose().parse::<ApiToken>().unwrap().expose(), token.expose());
        assert_ne!(token.expose(), ApiToken::generate(&entropy).expose());
    }

    #[test]
    fn nothing_but_32_capitals_and_digits_is_a_token() {
        let good = "UWU28DCA23NKY76CN17MDPKM3O7EFQY8";
        assert!(good.parse::<ApiToken>().is_ok());
        for bad in ["", &good[1..], &format!("{good}A"), &good.to_lowercase(), &good.replace('D', " ")] {
            assert!(bad.parse::<ApiToken>().is_err(), "{bad:?}");
        }
    }
}
