//! The language that somebody wants pages in.

use std::str::FromStr;

use crate::parsed::{Invalid, text_form};

/// A locale's tag: 2 to 32 letters, digits, dashes and underscores, a letter first (`en`, `fr`, `pt_br`, `i_reseller`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Locale(String);

impl Locale {
    /// The tag as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Locale {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let good = (2..=32).contains(&text.len())
            && text.starts_with(|c: char| c.is_ascii_alphabetic())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        if good {
            Ok(Locale(text.to_owned()))
        } else {
            Err(Invalid(
                "a locale has 2 to 32 letters, digits, dashes and underscores, a letter first".to_owned(),
            ))
        }
    }
}

text_form!(Locale, "a locale's tag, as en or pt_br");

#[cfg(test)]
mod tests {
    use super::Locale;

    #[test]
    fn a_locale_is_a_short_tag() {
        for good in ["en", "pt_br", "zh-Hant"] {
            assert_eq!(good.parse::<Locale>().unwrap().as_str(), good);
        }
        for bad in ["", "e", "1x", "en;x=y", "en us", "en\r\n", &"e".repeat(33)] {
            assert!(bad.parse::<Locale>().is_err(), "{bad:?}");
        }
    }
}
