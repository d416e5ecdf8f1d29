//! The right to evaluate one try.

use std::sync::Arc;

use portreeve_crypt::Digest;
use portreeve_types::Clock;

use super::guesser::Guesser;

/// The right to evaluate one try. Dropped without being settled, it counts as a failure.
#[must_use = "a try that is not settled counts as a failure"]
pub struct Permit {
    /// Where the try is counted and not settled yet.
    pub(super) counters: Vec<Counter>,
    /// For a code, the name that [`known_addresses`](super::known_addresses) has for where it came from.
    pub(super) address: Option<Digest>,
    clock: Arc<dyn Clock>,
}

/// One guesser that a try is counted for.
pub(super) struct Counter {
    pub(super) key: Digest,
    pub(super) guesser: Arc<Guesser>,
}

impl Permit {
    /// A permit that is counted nowhere yet.
    pub(super) fn new(clock: Arc<dyn Clock>) -> Permit {
        Permit { counters: Vec::with_capacity(2), address: None, clock }
    }

    /// Counts the try nowhere any more.
    pub(super) fn refund(&mut self) {
        self.counters.drain(..).for_each(|counter| counter.guesser.refunded());
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let now = self.clock.now();
        self.counters.drain(..).for_each(|counter| counter.guesser.abandoned(now));
    }
}
