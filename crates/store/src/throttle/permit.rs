//! The right to evaluate one try.

use std::net::IpAddr;
use std::sync::Arc;

use portreeve_crypt::Digest;
use portreeve_types::{Clock, Service};

use super::evaluations::UnderWay;
use super::family::Family;
use super::guesser::Guesser;
use super::rule::Rule;
use super::{Attempt, Guess};

/// The right to evaluate one try. Dropped without being settled, it counts as a failure.
#[must_use = "a try that is not settled counts as a failure"]
pub struct Permit {
    /// Where the try is counted and not settled yet.
    pub(super) places: Vec<Place>,
    /// What a success makes forgotten beside these.
    pub(super) forgiven: Vec<Forgiven>,
    /// The name that known addresses have for where it came from, if that is of consequence.
    pub(super) known_key: Option<Digest>,
    /// Whether the address is known.
    pub(super) known: bool,
    /// The address as the counters see it.
    pub(super) from: IpAddr,
    /// Whether it was asked for, or needs no asking, whether there is time to evaluate it.
    pub(super) evaluated: bool,
    pub(super) under_way: Option<UnderWay>,
    pub(super) guess: Guess,
    pub(super) login: String,
    pub(super) address: IpAddr,
    pub(super) service: Service,
    clock: Arc<dyn Clock>,
}

/// One counter that a try is counted in.
pub(super) struct Place {
    pub(super) family: Family,
    pub(super) key: Digest,
    pub(super) rule: Rule,
    pub(super) guesser: Arc<Guesser>,
}

/// One counter that a try is not counted in, and its success clears.
pub(super) struct Forgiven {
    pub(super) key: Digest,
    pub(super) guesser: Arc<Guesser>,
}

impl Permit {
    /// A permit that is counted nowhere yet.
    pub(super) fn new(attempt: &Attempt<'_>, from: IpAddr, clock: Arc<dyn Clock>) -> Permit {
        Permit {
            places: Vec::with_capacity(6),
            forgiven: Vec::new(),
            known_key: None,
            known: false,
            from,
            evaluated: attempt.guess == Guess::AnothersPassword,
            under_way: None,
            guess: attempt.guess,
            login: attempt.login.to_owned(),
            address: attempt.address.to_canonical(),
            service: attempt.service,
            clock,
        }
    }

    /// Makes one try of two: what is settled of this is settled of the other.
    pub fn join(&mut self, mut other: Permit) {
        self.places.append(&mut other.places);
    }

    /// Counts the try nowhere any more.
    pub(super) fn refund(&mut self) {
        self.under_way = None;
        self.places.drain(..).for_each(|place| place.guesser.refunded());
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let now = self.clock.now();
        self.places.drain(..).for_each(|place| place.guesser.abandoned(&place.rule, now));
    }
}
