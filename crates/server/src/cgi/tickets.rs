//! Call tickets: a program's own calls are made with the caller's rights, while the program lives.
//!
//! Kept in memory only, as keyed digests under a key that this process made for itself.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use portreeve_crypt::{Digest, Entropy, Keyring, Purpose, SecretString, random};
use portreeve_types::Service;

use crate::gate::{Means, Proof};

/// Random bytes of a ticket.
const BYTES: usize = 32;

/// Whose rights a ticket has.
#[derive(Clone)]
pub(crate) enum Origin {
    /// Those of a session, for as long as it lasts itself.
    Session {
        /// The session's service.
        service: Service,
        /// Its cookie.
        cookie: Arc<SecretString>,
        /// The client's address, when the program was started.
        address: IpAddr,
    },
    /// Those that a header credential proved, and how it did.
    Header(Arc<(Proof, Means)>),
}

/// The tickets of the programs that are running.
pub(crate) struct Tickets {
    keyring: Keyring,
    entropy: Arc<dyn Entropy>,
    known: Mutex<HashMap<Digest, Origin>>,
}

/// A ticket, good until this is dropped.
pub(super) struct Ticket {
    tickets: Arc<Tickets>,
    digest: Digest,
    pub(super) secret: SecretString,
}

impl Tickets {
    pub(super) fn new(entropy: Arc<dyn Entropy>) -> Tickets {
        Tickets { keyring: Keyring::generate(&*entropy), entropy, known: Mutex::default() }
    }

    /// A new ticket.
    pub(super) fn issue(self: &Arc<Tickets>, origin: Origin) -> Ticket {
        let text = random::hex(&*self.entropy, BYTES);
        let digest = self.digest(&text);
        self.lock().insert(digest, origin);
        Ticket { tickets: self.clone(), digest, secret: text.into() }
    }

    /// Whose rights a ticket has; none when no program that lives has it.
    pub(crate) fn origin(&self, ticket: &str) -> Option<Origin> {
        let digest = self.digest(ticket);
        self.lock().get(&digest).cloned()
    }

    fn digest(&self, ticket: &str) -> Digest {
        self.keyring.digest(Purpose::CallTicket, ticket.as_bytes())
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Digest, Origin>> {
        // each change is one call: nothing is half-done after a panic
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.tickets.lock().remove(&self.digest);
    }
}

#[cfg(test)]
mod tests {
    use portreeve_crypt::{ExposeSecret, SystemEntropy};

    use super::*;

    #[test]
    fn a_ticket_is_good_while_it_is_held_and_no_two_are_alike() {
        let tickets = Arc::new(Tickets::new(Arc::new(SystemEntropy)));
        let origin = || Origin::Session {
            service: Service::Whm,
            cookie: Arc::new("x".to_owned().into()),
            address: [127, 0, 0, 1].into(),
        };
        let (one, two) = (tickets.issue(origin()), tickets.issue(origin()));
        let text = one.secret.expose_secret().to_owned();
        assert_eq!(text.len(), 64);
        assert_ne!(text, two.secret.expose_secret());
        assert!(tickets.origin(&text).is_some() && tickets.origin(&text.to_uppercase()).is_none());
        drop(one);
        assert!(tickets.origin(&text).is_none());
    }
}
