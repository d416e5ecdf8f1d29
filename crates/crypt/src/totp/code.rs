//! A one-time code as somebody typed or sent it.

use std::str::FromStr;

use portreeve_types::Invalid;

use crate::{ExposeSecret, SecretString};

const DIGITS: usize = 6;

/// A one-time code: six digits.
#[derive(Clone)]
pub struct Code(SecretString);

impl Code {
    /// The six digits.
    #[must_use]
    pub fn digits(&self) -> &str {
        self.0.expose_secret()
    }
}

/// Blanks around the digits are dropped. One to five digits are padded on the left with zeros: a widespread PHP
/// library treats codes as numbers and loses their leading zeros.
impl FromStr for Code {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let digits = text.trim_ascii();
        if (1..=DIGITS).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(Code(format!("{digits:0>DIGITS$}").into()))
        } else {
            Err(Invalid("a security code is the six digits that your authenticator app shows".to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits(text: &str) -> Option<String> {
        text.parse::<Code>().ok().map(|code| code.digits().to_owned())
    }

    #[test]
    fn lost_leading_zeros_come_back_and_blanks_around_go() {
        assert_eq!(digits("123456").as_deref(), Some("123456"));
        assert_eq!(digits("1").as_deref(), Some("000001"));
        assert_eq!(digits("01234").as_deref(), Some("001234"));
        assert_eq!(digits(" 123456\t\r\n").as_deref(), Some("123456"));
    }

    #[test]
    fn everything_else_is_refused_with_a_sentence_that_does_not_repeat_it() {
        for bad in ["", " ", "1234567", "12 456", "12345a", "-12345", "+12345", "１２３４５６", "12345\u{a0}"]
        {
            let error = bad.parse::<Code>().err().expect("refused").to_string();
            assert!(
                error.contains("six digits") && (bad.trim().is_empty() || !error.contains(bad)),
                "{bad:?}"
            );
        }
    }
}
