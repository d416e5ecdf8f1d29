//! A reason phrase other than the status's own.

use std::borrow::Cow;

/// Put into a response's extensions, the words after the status code. Scripts print them, so hints go here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReasonPhrase(Cow<'static, str>);

impl ReasonPhrase {
    /// These words, if they are visible ASCII and blanks; else the answer has its status's standard words.
    pub fn new(words: impl Into<Cow<'static, str>>) -> Self {
        Self(words.into())
    }

    /// The words, if they may stand in a status line.
    pub fn words(&self) -> Option<&str> {
        let allowed =
            !self.0.is_empty() && self.0.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
        allowed.then_some(self.0.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_visible_ascii_may_stand_in_a_status_line() {
        assert_eq!(ReasonPhrase::new("Permission denied").words(), Some("Permission denied"));
        for refused in ["", "two\r\nlines", "tab\there", "f\u{fc}r"] {
            assert_eq!(ReasonPhrase::new(refused).words(), None, "{refused:?}");
        }
    }
}
