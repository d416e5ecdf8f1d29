//! Identities that never change and are never reused: 63 random bits, made by the program.

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub struct $name(pub i64);
    };
}

id!(
    /// An account: root, a reseller or a cPanel account.
    AccountId
);
id!(
    /// A mailbox.
    MailboxId
);
id!(
    /// An FTP login.
    FtpLoginId
);
id!(
    /// An API token or an access hash.
    TokenId
);

/// Somebody who can log in: what sessions, second factors and their ledgers belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// An account itself.
    Account(AccountId),
    /// The user of one mailbox.
    Mailbox(MailboxId),
}

impl Subject {
    /// A number that names the kind, for records: 0 for an account, 1 for a mailbox.
    #[must_use]
    pub fn kind(self) -> i64 {
        match self {
            Subject::Account(_) => 0,
            Subject::Mailbox(_) => 1,
        }
    }

    /// The identity's number within its kind.
    #[must_use]
    pub fn number(self) -> i64 {
        match self {
            Subject::Account(id) => id.0,
            Subject::Mailbox(id) => id.0,
        }
    }

    /// The reverse of [`Subject::kind`] and [`Subject::number`].
    #[must_use]
    pub fn from_parts(kind: i64, number: i64) -> Option<Subject> {
        match kind {
            0 => Some(Subject::Account(AccountId(number))),
            1 => Some(Subject::Mailbox(MailboxId(number))),
            _ => None,
        }
    }
}
