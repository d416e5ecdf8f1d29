//! Recovery codes: what somebody gives when the authenticator is lost.

use std::str::FromStr;

use portreeve_types::Invalid;
use zeroize::Zeroizing;

use crate::entropy::Entropy;
use crate::random;
use crate::{ExposeSecret, SecretString};

/// Letters of base32, five bits each: 80 bits (OWASP ASVS 6.5.2 wants a code to be unguessable or hashed slowly).
const LENGTH: usize = 16;

/// How many letters stand together where people read them.
const GROUP: usize = 4;

/// A recovery code: 16 letters of base32, 80 bits.
///
/// Records keep only its keyed digest ([`crate::Purpose::RecoveryCode`]).
#[derive(Clone)]
pub struct RecoveryCode(SecretString);

impl RecoveryCode {
    /// A new code.
    #[must_use]
    pub fn generate(entropy: &dyn Entropy) -> RecoveryCode {
        RecoveryCode(random::base32(entropy, LENGTH).into())
    }

    /// The code in its one canonical form: capitals without dashes.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// The code as its owner is shown it, and types it: `ABCD-EFGH-IJKL-MNOP`.
    #[must_use]
    pub fn in_groups(&self) -> SecretString {
        let mut grouped = String::with_capacity(LENGTH + LENGTH / GROUP);
        for (position, letter) in self.expose().chars().enumerate() {
            if position > 0 && position.is_multiple_of(GROUP) {
                grouped.push('-');
            }
            grouped.push(letter);
        }
        grouped.into()
    }
}

/// Letters of either case; dashes and blanks between them do not matter.
impl FromStr for RecoveryCode {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let mut letters = Zeroizing::new(String::with_capacity(LENGTH));
        letters.extend(text.trim_ascii().chars().filter(|c| !matches!(c, ' ' | '-')));
        letters.make_ascii_uppercase();
        if letters.len() == LENGTH && letters.bytes().all(|byte| random::BASE32.contains(&byte)) {
            Ok(RecoveryCode(letters.as_str().into()))
        } else {
            Err(Invalid("a recovery code has 16 letters and digits: A-Z and 2-7".to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::SeededEntropy;

    fn canonical(text: &str) -> Option<String> {
        text.parse::<RecoveryCode>().ok().map(|code| code.expose().to_owned())
    }

    #[test]
    fn a_code_reads_back_as_it_is_shown_and_no_two_are_equal() {
        let entropy = SeededEntropy::new(7);
        let code = RecoveryCode::generate(&entropy);
        let shown = code.in_groups().expose_secret().to_owned();
        assert_eq!(shown.len(), 19);
        assert!(shown.split('-').all(|group| group.len() == 4), "{shown}");
        assert_eq!(canonical(&shown).as_deref(), Some(code.expose()));
        assert_ne!(RecoveryCode::generate(&entropy).expose(), code.expose());
    }

    #[test]
    fn case_dashes_and_blanks_do_not_matter_and_everything_else_does() {
        for same in
            ["abcdefghijkl2345", "ABCD-EFGH-IJKL-2345", " abcd efgh ijkl 2345\r\n", "AB-CD-EFGHIJKL2345"]
        {
            assert_eq!(canonical(same).as_deref(), Some("ABCDEFGHIJKL2345"), "{same:?}");
        }
        for bad in
            ["", "123456", "ABCDEFGHIJKL234", "ABCDEFGHIJKL23456", "ABCDEFGHIJKL2341", "ABCDEFGHIJKL234é"]
        {
            assert_eq!(canonical(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn no_text_is_both_a_recovery_code_and_a_one_time_code() {
        for text in ["123456", "1", "2345672345672345", "ABCDEFGHIJKL2345"] {
            assert_ne!(text.parse::<crate::Code>().is_ok(), text.parse::<RecoveryCode>().is_ok(), "{text}");
        }
    }
}
