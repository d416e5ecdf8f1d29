//! Names of accounts, domains, mailboxes and tokens.

use std::str::FromStr;

use crate::parsed::{Invalid, serde_form, text_form};

/// An account's name: 1 to 16 lower-case letters and digits, a letter first.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UserName(String);

impl UserName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for UserName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let good = (1..=16).contains(&text.len())
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        if good {
            Ok(UserName(text.to_owned()))
        } else {
            Err(Invalid(
                "a user name has 1 to 16 lower-case letters and digits and begins with a letter".to_owned(),
            ))
        }
    }
}

text_form!(UserName, "1 to 16 lower-case letters and digits, a letter first");

/// A domain name in its ASCII form, lower case, without a final dot (RFC 1035 2.3.1, RFC 1123 2.1).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DomainName(String);

impl DomainName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for DomainName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let label = |label: &str| {
            (1..=63).contains(&label.len())
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        let all_digits = text.rsplit('.').next().is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()));
        if text.len() <= 253 && text.split('.').all(label) && !all_digits {
            Ok(DomainName(text.to_ascii_lowercase()))
        } else {
            Err(Invalid(format!("“{}” is not a valid domain name", shown(text))))
        }
    }
}

text_form!(DomainName, "a domain name, ASCII");

/// The part of a mail address before the `@`: 1 to 64 of `a-z 0-9 . _ + -`, kept in lower case.
///
/// It names a directory, so it never begins with a dot and never holds two in a row.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LocalPart(String);

impl LocalPart {
    /// The local part as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for LocalPart {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let good = (1..=64).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._+-".contains(&b))
            && !text.starts_with(['.', '-', '+'])
            && !text.ends_with('.')
            && !text.contains("..");
        if good {
            Ok(LocalPart(text.to_ascii_lowercase()))
        } else {
            Err(Invalid(format!(
                "“{}” is not a valid mailbox name: use 1 to 64 letters, digits and . _ + -",
                shown(text)
            )))
        }
    }
}

text_form!(LocalPart, "the part of a mail address before the @");

/// A mail address: a local part and a domain.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MailAddress {
    /// Before the `@`.
    pub local: LocalPart,
    /// After the `@`.
    pub domain: DomainName,
}

impl MailAddress {
    /// The address as text.
    #[must_use]
    pub fn to_text(&self) -> String {
        [self.local.as_str(), "@", self.domain.as_str()].concat()
    }
}

impl std::fmt::Display for MailAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        [self.local.as_str(), "@", self.domain.as_str()].into_iter().try_for_each(|part| f.write_str(part))
    }
}

impl FromStr for MailAddress {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let (local, domain) = text
            .rsplit_once('@')
            .ok_or_else(|| Invalid(format!("“{}” is not a mail address: it has no @", shown(text))))?;
        Ok(MailAddress { local: local.parse()?, domain: domain.parse()? })
    }
}

serde_form!(MailAddress, "a mail address, local@domain");

/// An API token's name: 1 to 50 of `A-Z a-z 0-9 _ -`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TokenName(String);

impl TokenName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for TokenName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let good = (1..=50).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        if good {
            Ok(TokenName(text.to_owned()))
        } else {
            Err(Invalid("a token name has 1 to 50 letters, digits, dashes and underscores".to_owned()))
        }
    }
}

text_form!(TokenName, "1 to 50 letters, digits, dashes and underscores");

/// A text from outside as an error may show it: short, on one line.
fn shown(text: &str) -> String {
    text.chars().take(80).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_names_keep_to_their_alphabet() {
        for good in ["a", "cptest", "user123", "abcdefghijklmnop"] {
            assert_eq!(good.parse::<UserName>().unwrap().as_str(), good);
        }
        for bad in ["", "1abc", "Abc", "a_b", "a b", "abcdefghijklmnopq", "root\n", "ä"] {
            assert!(bad.parse::<UserName>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn domains_are_lower_case_and_made_of_labels() {
        assert_eq!("Example.COM".parse::<DomainName>().unwrap().as_str(), "example.com");
        for bad in ["", ".", "a..b", "-a.com", "a-.com", "a_b.com", "127.0.0.1", "a.com.", "a/b", "x\0y"] {
            assert!(bad.parse::<DomainName>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_local_part_can_never_leave_its_directory() {
        assert_eq!("Info".parse::<LocalPart>().unwrap().as_str(), "info");
        for bad in ["", ".", "..", ".a", "a..b", "a/b", "a\\b", "a\0", "a b", "a.", "-a", "é"] {
            assert!(bad.parse::<LocalPart>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn an_address_splits_at_its_last_at_sign() {
        let address: MailAddress = "Info@CPtest.example".parse().unwrap();
        assert_eq!(address.to_string(), "info@cptest.example");
        assert!("info".parse::<MailAddress>().is_err());
        assert!("a@b@c.example".parse::<MailAddress>().is_err());
    }

    #[test]
    fn errors_show_no_control_characters() {
        let Err(Invalid(text)) = "a\r\nb".parse::<DomainName>() else { panic!("accepted") };
        assert!(!text.contains(['\r', '\n']), "{text:?}");
    }
}
