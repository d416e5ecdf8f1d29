//! The name that somebody logs in with, in its one canonical form.

use std::str::FromStr;

use crate::names::{MailAddress, UserName};
use crate::parsed::{Invalid, serde_form};

/// Who claims to log in: an account, or the user of a mailbox.
///
/// Look-up, throttling, sessions and logs all use this one form, so that no second spelling of a name
/// (upper case, a trailing blank, an encoded `@`) is another person to one of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum LoginName {
    /// An account's own name.
    Account(UserName),
    /// A mailbox's address.
    Mailbox(MailAddress),
}

impl std::fmt::Display for LoginName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            LoginName::Account(name) => name.fmt(f),
            LoginName::Mailbox(address) => address.fmt(f),
        }
    }
}

impl FromStr for LoginName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text.contains('@') {
            text.parse().map(LoginName::Mailbox)
        } else {
            text.parse().map(LoginName::Account)
        }
    }
}

serde_form!(LoginName, "an account's name, or a mailbox's address");
