//! What chains an entry to the one before it: a keyed digest of both.
//!
//! Who can write the records but has not the installation's keys can make no entry that holds, change none, and take
//! none out of the middle. docs/audit.md says what is left.

use portreeve_crypt::{Digest, Keyring, Purpose};
use portreeve_types::{NodeName, Timestamp};

/// An entry's place and content, as they are chained.
pub(super) struct Link<'a> {
    /// The digest of the entry before; empty for the first.
    pub(super) previous: &'a str,
    pub(super) node: &'a NodeName,
    pub(super) sequence: i64,
    pub(super) time: Timestamp,
    pub(super) event: &'a str,
    pub(super) entry: &'a str,
}

impl Link<'_> {
    /// What is digested. None of the parts holds a zero byte when it is written; what was changed to hold one adds a
    /// part, and so is another text.
    fn text(&self) -> String {
        let Link { previous, node, sequence, time, event, entry } = self;
        format!("{previous}\0{node}\0{sequence}\0{}\0{event}\0{entry}", time.seconds())
    }

    /// The digest under the current key.
    pub(super) fn digest(&self, keyring: &Keyring) -> Digest {
        keyring.digest(Purpose::Trail, self.text().as_bytes())
    }

    /// Whether that is its digest, under the current key or an earlier one.
    pub(super) fn has(&self, hash: &str, keyring: &Keyring) -> bool {
        let Some(found) = Digest::from_hex(hash) else { return false };
        keyring.digests(Purpose::Trail, self.text().as_bytes()).any(|digest| digest == found)
    }
}
