//! The bound on all work: how many tries are evaluated a second, whoever's they are.
//!
//! It is each node's own, and counts nothing against anybody. Some of it is kept for addresses that are known.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::locked::locked;

/// Evaluations a second, and at once after a rest.
const RATE: i64 = 200;
/// Of these so many are for known addresses only.
const RESERVE: i64 = 50;
/// Tries from unknown addresses under evaluation at a time: three quarters of the queue for hashing.
const UNKNOWN_AT_ONCE: usize = 48;
/// The bucket's contents are in thousandths.
const ONE: i64 = 1000;

/// What is left of this second's evaluations.
pub(crate) struct Evaluations {
    bucket: Mutex<Bucket>,
    unknown: Arc<AtomicUsize>,
}

struct Bucket {
    level: i64,
    filled: Duration,
}

/// An evaluation from an unknown address under way.
pub(super) struct UnderWay(Arc<AtomicUsize>);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Evaluations {
    /// A full bucket.
    pub(crate) fn new(now: Duration) -> Evaluations {
        let bucket = Mutex::new(Bucket { level: RATE * ONE, filled: now });
        Evaluations { bucket, unknown: Arc::default() }
    }

    /// Takes one evaluation, if there is one left; none otherwise.
    pub(super) fn take(&self, known: bool, now: Duration) -> Option<Option<UnderWay>> {
        let under_way = if known { None } else { Some(self.enter()?) };
        let mut bucket = locked(&self.bucket);
        bucket.fill(now);
        let kept = if known { 0 } else { RESERVE * ONE };
        if bucket.level < kept + ONE {
            return None;
        }
        bucket.level -= ONE;
        Some(under_way)
    }

    /// Takes one that was made without asking: the next ones wait for it.
    pub(super) fn owe(&self, now: Duration) {
        let mut bucket = locked(&self.bucket);
        bucket.fill(now);
        bucket.level = bucket.level.saturating_sub(ONE).max(-RATE * ONE);
    }

    /// Gives one back that took no time to speak of and guessed nothing.
    pub(super) fn give_back(&self) {
        let mut bucket = locked(&self.bucket);
        bucket.level = bucket.level.saturating_add(ONE).min(RATE * ONE);
    }

    fn enter(&self) -> Option<UnderWay> {
        let entered = self.unknown.fetch_update(Ordering::AcqRel, Ordering::Acquire, |unknown| {
            (unknown < UNKNOWN_AT_ONCE).then_some(unknown + 1)
        });
        entered.ok().map(|_| UnderWay(self.unknown.clone()))
    }
}

impl Bucket {
    fn fill(&mut self, now: Duration) {
        let passed = now.saturating_sub(self.filled).as_millis();
        let filled = i64::try_from(passed).unwrap_or(i64::MAX).saturating_mul(RATE);
        self.level = self.level.saturating_add(filled).min(RATE * ONE);
        self.filled = self.filled.max(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    /// How many are granted in a row.
    fn granted(evaluations: &Evaluations, known: bool, now: Duration) -> usize {
        std::iter::from_fn(|| evaluations.take(known, now)).take(10_000).count()
    }

    #[test]
    fn two_hundred_a_second_are_evaluated_and_the_last_fifty_for_known_addresses() {
        let evaluations = Evaluations::new(at(0));
        assert_eq!(granted(&evaluations, false, at(0)), 150);
        assert_eq!(granted(&evaluations, true, at(0)), 50);
        assert_eq!(granted(&evaluations, true, at(4)), 0);
        assert_eq!(granted(&evaluations, true, at(5)), 1);
        assert_eq!(granted(&evaluations, true, at(105)), 20);
        assert_eq!(granted(&evaluations, false, at(60_000)), 150);
    }

    #[test]
    fn no_more_than_forty_eight_tries_from_unknown_addresses_are_evaluated_at_a_time() {
        let evaluations = Evaluations::new(at(0));
        let mut under_way: Vec<_> = std::iter::from_fn(|| evaluations.take(false, at(0))).collect();
        assert_eq!(under_way.len(), 48);
        assert!(evaluations.take(true, at(0)).is_some());
        under_way.pop();
        assert!(evaluations.take(false, at(0)).is_some());
    }

    #[test]
    fn what_is_given_back_is_there_for_others_and_no_more_than_that() {
        let evaluations = Evaluations::new(at(0));
        evaluations.give_back();
        assert_eq!(granted(&evaluations, true, at(0)), 200);
        evaluations.give_back();
        assert_eq!(granted(&evaluations, true, at(0)), 1);
    }

    #[test]
    fn what_was_made_without_asking_is_owed() {
        let evaluations = Evaluations::new(at(0));
        (0..1000).for_each(|_| evaluations.owe(at(0)));
        assert_eq!(granted(&evaluations, true, at(1000)), 0);
        assert_eq!(granted(&evaluations, true, at(1005)), 1);
    }
}
