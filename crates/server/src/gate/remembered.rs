//! Passwords that were found right a moment ago: a program that sends its own with every call pays one hash in five
//! minutes, and not one with every call.
//!
//! What is remembered is a keyed digest of the name, the password and where it came from, under a key that this process
//! made for itself. It counts for as long as the very records are current that the password was compared with: a new
//! password, a suspension and any other change drop them on every node, and with them what was remembered on their
//! strength. A second factor is never remembered, and neither is a wrong password.

use std::sync::Arc;

use portreeve_crypt::{Digest, Entropy, ExposeSecret, Keyring, Purpose, SecretString};
use portreeve_store::{Account, Mailbox};
use portreeve_types::{AddressPrefix, Timestamp};
use quick_cache::sync::Cache;
use zeroize::Zeroizing;

use super::denied::Denied;
use super::factor::with_enrolment;
use super::proof::Proof;
use crate::app::App;
use crate::request::Request;

/// How many seconds a password counts as found right; before that moment, too, it does not: a clock that is set back
/// makes nothing last longer.
const REMEMBERED: i64 = 5 * 60;
/// How many are remembered at once, by all users together.
const PASSWORDS: usize = 10_000;

/// The passwords that were found right.
pub struct Remembered {
    key: Keyring,
    passwords: Cache<Digest, Arc<Entry>>,
}

/// What a password was compared with, and when.
struct Entry {
    account: Arc<Account>,
    mailbox: Option<Arc<Mailbox>>,
    enrolment: Option<i64>,
    found: Timestamp,
}

impl Remembered {
    /// Nothing is remembered yet.
    #[must_use]
    pub fn new(entropy: &dyn Entropy) -> Remembered {
        Remembered { key: Keyring::generate(entropy), passwords: Cache::new(PASSWORDS) }
    }
}

/// The question whether somebody's password was found right a moment ago.
pub(super) struct Lately<'a> {
    remembered: &'a Remembered,
    name: Digest,
    owner: Proof,
    now: Timestamp,
}

impl<'a> Lately<'a> {
    /// The question about whoever has a login name now, with a password that came with a request.
    pub(super) async fn of(
        app: &'a App,
        request: &Request,
        login: &str,
        owner: &Proof,
        password: &SecretString,
    ) -> Result<Lately<'a>, Denied> {
        let address = AddressPrefix::of(request.connection.peer.address()).to_string();
        let parts = [login.as_bytes(), b"\0", address.as_bytes(), b"\0", password.expose_secret().as_bytes()];
        // a login name holds no zero byte, and the password is what is left
        let mut text = Zeroizing::new(Vec::with_capacity(parts.iter().map(|part| part.len()).sum()));
        parts.iter().for_each(|part| text.extend_from_slice(part));
        Ok(Lately {
            remembered: &app.remembered,
            name: app.remembered.key.digest(Purpose::VerifiedPassword, &text),
            owner: with_enrolment(app, owner.clone()).await?,
            now: app.environment.clock.now(),
        })
    }

    /// Whether it was, and nothing about its owner has changed since.
    pub(super) fn was_right(&self) -> bool {
        let Some(entry) = self.remembered.passwords.get(&self.name) else { return false };
        entry.is_of(&self.owner) && (0..REMEMBERED).contains(&(self.now.seconds() - entry.found.seconds()))
    }

    /// It was found right now.
    pub(super) fn keep(self) {
        let Proof { account, mailbox, enrolment, .. } = self.owner;
        let entry = Entry { account, mailbox, enrolment, found: self.now };
        self.remembered.passwords.insert(self.name, Arc::new(entry));
    }
}

impl Entry {
    /// Whether nothing about the owner has changed: a record that was read again is another one.
    fn is_of(&self, owner: &Proof) -> bool {
        let same_mailbox = match (&self.mailbox, &owner.mailbox) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            (None, None) => true,
            _ => false,
        };
        same_mailbox && Arc::ptr_eq(&self.account, &owner.account) && self.enrolment == owner.enrolment
    }
}
