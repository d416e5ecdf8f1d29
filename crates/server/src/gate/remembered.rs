//! Passwords that were found right a moment ago: a program that sends its own with every call pays one hash in five
//! minutes, and not one with every call.
//!
//! What is remembered is a keyed digest of the name, the password and where it came from, under a key that this process
//! made for itself. It counts for as long as the very records are current that the password was compared with, a
//! possessor's among them: a new password, a suspension and any other change drop them on every node, and with them
//! what was remembered on their strength. A second factor is never remembered, and neither is a wrong password.

use std::sync::{Arc, Weak};
use std::time::Duration;

use portreeve_crypt::{Digest, Entropy, ExposeSecret, Keyring, Purpose, SecretString};
use portreeve_store::{Account, Mailbox};
use portreeve_types::{AddressPrefix, Clock};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};
use zeroize::Zeroizing;

use super::aging::{Aging, Moment};
use super::denied::Denied;
use super::factor::with_enrolment;
use super::possession::is_still_possessor;
use super::proof::Proof;
use crate::app::App;
use crate::request::Request;

/// How long a password counts as found right.
const REMEMBERED: Duration = Duration::from_secs(5 * 60);
/// How often those that do no longer are taken out of memory.
const SWEPT: Duration = Duration::from_secs(60);
/// How many are remembered at once, by all users together.
const PASSWORDS: usize = 10_000;

/// The passwords that were found right.
pub struct Remembered {
    key: Keyring,
    passwords: Arc<Aging<Entry>>,
    /// Ends with this.
    _sweeping: JoinSet<()>,
}

/// What a password was compared with.
struct Entry {
    account: Arc<Account>,
    mailbox: Option<Arc<Mailbox>>,
    possessor: Option<Arc<Account>>,
    enrolment: Option<i64>,
}

impl Remembered {
    /// Nothing is remembered yet.
    #[must_use]
    pub fn new(entropy: &dyn Entropy, clock: Arc<dyn Clock>) -> Remembered {
        let passwords = Arc::new(Aging::new(PASSWORDS, REMEMBERED));
        let mut sweeping = JoinSet::new();
        sweeping.spawn(sweep(Arc::downgrade(&passwords), clock));
        Remembered { key: Keyring::generate(entropy), passwords, _sweeping: sweeping }
    }
}

/// Takes what is too old out of memory once a minute, whether anybody asks for it or not.
async fn sweep<V>(passwords: Weak<Aging<V>>, clock: Arc<dyn Clock>) {
    let mut minutes = interval(SWEPT);
    minutes.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        minutes.tick().await;
        let Some(passwords) = passwords.upgrade() else { return };
        passwords.sweep(Moment::of(&*clock));
    }
}

/// The question whether somebody's password was found right a moment ago.
pub(super) struct Lately<'a> {
    remembered: &'a Remembered,
    name: Digest,
    now: Moment,
}

impl<'a> Lately<'a> {
    /// The question about a login name, with a password that came with a request.
    pub(super) fn of(app: &'a App, request: &Request, login: &str, password: &SecretString) -> Lately<'a> {
        let address = AddressPrefix::of(request.connection.peer.address()).to_string();
        let parts = [login.as_bytes(), b"\0", address.as_bytes(), b"\0", password.expose_secret().as_bytes()];
        // a login name holds no zero byte, and the password is what is left
        let mut text = Zeroizing::new(Vec::with_capacity(parts.iter().map(|part| part.len()).sum()));
        parts.iter().for_each(|part| text.extend_from_slice(part));
        Lately {
            remembered: &app.remembered,
            name: app.remembered.key.digest(Purpose::VerifiedPassword, &text),
            now: Moment::of(&*app.environment.clock),
        }
    }

    /// Who is proven by it, if it was and nothing has changed since about whoever has the name now, or about whoever
    /// may act under it. What counts no longer is forgotten.
    pub(super) async fn proves(
        &self,
        app: &App,
        request: &Request,
        owner: &Proof,
    ) -> Result<Option<Proof>, Denied> {
        let Some(found) = self.remembered.passwords.get(&self.name, self.now) else { return Ok(None) };
        let proof = match &found.value.possessor {
            None => Some(owner.clone()),
            Some(possessor) if is_still_possessor(app, request, owner, possessor).await? => {
                Some(owner.clone().possessed_by(possessor.clone()))
            }
            Some(_) => None,
        };
        let proof = match proof {
            Some(proof) => Some(with_enrolment(app, proof).await?).filter(|proof| found.value.is_of(proof)),
            None => None,
        };
        if proof.is_none() {
            self.remembered.passwords.forget(&self.name, &found);
        }
        Ok(proof)
    }

    /// It was found right now, as the password of whoever is proven by it.
    pub(super) async fn keep(self, app: &App, proof: &Proof) -> Result<(), Denied> {
        let Proof { account, mailbox, possessor, enrolment, .. } = with_enrolment(app, proof.clone()).await?;
        self.remembered.passwords.keep(self.name, Entry { account, mailbox, possessor, enrolment }, self.now);
        Ok(())
    }
}

impl Entry {
    /// Whether nothing about those concerned has changed: a record that was read again is another one.
    fn is_of(&self, proof: &Proof) -> bool {
        Arc::ptr_eq(&self.account, &proof.account)
            && same(self.mailbox.as_ref(), proof.mailbox.as_ref())
            && same(self.possessor.as_ref(), proof.possessor.as_ref())
            && self.enrolment == proof.enrolment
    }
}

fn same<T>(one: Option<&Arc<T>>, other: Option<&Arc<T>>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => Arc::ptr_eq(one, other),
        (None, None) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use portreeve_types::Timestamp;

    use super::*;

    /// A calendar that stands, and a clock that the test moves.
    #[derive(Default)]
    struct Running(AtomicU64);

    impl Clock for Running {
        fn now(&self) -> Timestamp {
            Timestamp::from_seconds(1000)
        }

        fn elapsed(&self) -> Duration {
            Duration::from_secs(self.0.load(Ordering::SeqCst))
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_nobody_asks_for_leaves_memory_within_a_minute_of_its_end() {
        let clock = Arc::new(Running::default());
        let passwords = Arc::new(Aging::new(PASSWORDS, REMEMBERED));
        passwords.keep(Digest([1; 32]), (), Moment::of(&*clock));
        let mut sweeping = JoinSet::new();
        sweeping.spawn(sweep(Arc::downgrade(&passwords), clock.clone()));
        clock.0.store(299, Ordering::SeqCst);
        tokio::time::sleep(SWEPT).await;
        assert_eq!(passwords.len(), 1);
        clock.0.store(300, Ordering::SeqCst);
        tokio::time::sleep(SWEPT).await;
        assert_eq!(passwords.len(), 0);
        // and nobody sweeps for a server that is gone
        drop(passwords);
        tokio::time::sleep(SWEPT).await;
        assert!(sweeping.try_join_next().is_some());
    }
}
