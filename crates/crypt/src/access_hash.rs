//! Access hashes: the credential that API tokens replaced, kept for old programs.

use std::str::FromStr;

use portreeve_types::Invalid;

use crate::entropy::Entropy;
use crate::hex::LOWER_HEX;
use crate::random;
use crate::{ExposeSecret, SecretString};

const BYTES: usize = 464;
const LINE: usize = 32;
const LENGTHS: std::ops::RangeInclusive<usize> = 32..=4096;

/// An access hash: lower-case hexadecimal, 928 characters when it is ours (29 lines of 32).
///
/// Records keep only its keyed digest ([`crate::Purpose::AccessHash`]).
#[derive(Clone)]
pub struct AccessHash(SecretString);

impl AccessHash {
    /// A new access hash.
    #[must_use]
    pub fn generate(entropy: &dyn Entropy) -> AccessHash {
        AccessHash(random::hex(entropy, BYTES).into())
    }

    /// The hash as a header carries it.
    #[must_use]
    pub fn one_line(&self) -> &str {
        self.0.expose_secret()
    }

    /// The hash as its file holds it: 32 characters a line, each line ended.
    #[must_use]
    pub fn lines(&self) -> SecretString {
        let line_ends = self.one_line().len().div_ceil(LINE);
        // reserved at once, so that growing leaves no copy behind
        let mut lines = String::with_capacity(self.one_line().len() + line_ends);
        for (position, character) in self.one_line().chars().enumerate() {
            if position > 0 && position.is_multiple_of(LINE) {
                lines.push('\n');
            }
            lines.push(character);
        }
        lines.push('\n');
        lines.into()
    }
}

/// Reads the one-line form: 32 to 4096 characters, an even number, `0-9 a-f` only. Line breaks are not skipped:
/// a header that holds one is an error of its own.
impl FromStr for AccessHash {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let good = LENGTHS.contains(&text.len())
            && text.len().is_multiple_of(2)
            && text.bytes().all(|byte| LOWER_HEX.contains(&byte));
        if good {
            Ok(AccessHash(text.into()))
        } else {
            Err(Invalid("an access hash has 32 to 4096 characters of 0-9 and a-f, on one line".to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::SeededEntropy;

    #[test]
    fn a_new_hash_has_29_lines_of_32_characters_that_join_to_its_one_line() {
        let hash = AccessHash::generate(&SeededEntropy::new(6));
        let lines = hash.lines();
        assert!(lines.expose_secret().lines().all(|line| line.len() == 32));
        assert_eq!(lines.expose_secret().lines().count(), 29);
        assert!(lines.expose_secret().ends_with('\n'));
        assert_eq!(lines.expose_secret().replace('\n', ""), hash.one_line());
        assert_eq!(hash.one_line().parse::<AccessHash>().unwrap().one_line(), hash.one_line());
    }

    #[test]
    fn an_odd_length_another_alphabet_or_a_line_break_is_refused() {
        let good = "0123456789abcdef".repeat(58);
        assert!(good.parse::<AccessHash>().is_ok());
        assert!("a".repeat(32).parse::<AccessHash>().is_ok());
        let broken = format!("{}\n\n{}", &good[..32], &good[34..]);
        for bad in ["", &good[1..], &good[..30], &good.to_uppercase(), &broken, &"a".repeat(4098)] {
            assert!(bad.parse::<AccessHash>().is_err(), "{bad:?}");
        }
    }
}
