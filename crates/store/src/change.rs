//! What a write changed, as the read models of this node and of the others are told.

use portreeve_types::{AccountId, MailAddress, MailboxId, Subject, UserName};
use serde::{Deserialize, Serialize};

/// The PostgreSQL channel that notices travel on.
pub(crate) const CHANNEL: &str = "portreeve_changed";

/// PostgreSQL's limit for a notice is 8,000 bytes; a longer list says "everything" instead.
const LONGEST_NOTICE: usize = 7_900;

/// An entry of a read model that no longer holds. Digests are in their text form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Change {
    Account { id: AccountId, user: UserName },
    MailboxList(AccountId),
    Mailbox { id: MailboxId, address: MailAddress },
    FtpLoginList(AccountId),
    Session(String),
    TwoFactor { kind: i64, number: i64 },
    ApiToken(String),
    AccessHash(String),
    Setting(String),
    Throttle(String),
    KnownAddress(String),
    EveryThrottle,
    AddressLists,
    VerifiedAddresses { kind: i64, number: i64 },
    Everything,
}

impl Change {
    /// The second factor of somebody.
    pub(crate) fn two_factor(subject: Subject) -> Change {
        Change::TwoFactor { kind: subject.kind(), number: subject.number() }
    }

    /// The addresses from which somebody may log in.
    pub(crate) fn verified_addresses(subject: Subject) -> Change {
        Change::VerifiedAddresses { kind: subject.kind(), number: subject.number() }
    }
}

/// What one node tells all: what it changed, or nothing at all, which is its beat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Notice {
    /// The node that tells.
    pub(crate) node: i64,
    /// The entries that no longer hold.
    pub(crate) changes: Vec<Change>,
}

impl Notice {
    /// The notice as text, never longer than PostgreSQL takes.
    pub(crate) fn to_text(&self) -> String {
        let text = serde_json::to_string(self).unwrap_or_default();
        if text.is_empty() || text.len() > LONGEST_NOTICE {
            format!(r#"{{"node":{},"changes":["Everything"]}}"#, self.node)
        } else {
            text
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_survives_its_text_form() {
        let changes = vec![
            Change::Account { id: AccountId(7), user: "cptest".parse().unwrap() },
            Change::two_factor(Subject::Mailbox(MailboxId(9))),
        ];
        let notice = Notice { node: 1, changes };
        assert_eq!(serde_json::from_str::<Notice>(&notice.to_text()).unwrap(), notice);
    }

    #[test]
    fn a_notice_too_long_for_the_database_says_everything_instead() {
        let changes = (0..200).map(|n| Change::Session(format!("{n:064}"))).collect();
        let text = Notice { node: 5, changes }.to_text();
        let expected = Notice { node: 5, changes: vec![Change::Everything] };
        assert_eq!(serde_json::from_str::<Notice>(&text).unwrap(), expected);
    }
}
