//! What counts for a while and is forgotten then: a bounded number of values, each with its age.

use std::sync::Arc;
use std::time::Duration;

use portreeve_crypt::Digest;
use portreeve_types::{Clock, Timestamp};
use quick_cache::sync::Cache;

/// Values that age.
pub(super) struct Aging<V> {
    values: Cache<Digest, Arc<Aged<V>>>,
    lasts: Duration,
}

/// A value, and since when it counts.
pub(super) struct Aged<V> {
    pub(super) value: V,
    since: Moment,
}

/// A moment on the calendar, which somebody may set, and on the clock that nobody sets but that stands while the
/// machine sleeps: whichever says first that something is too old is believed.
#[derive(Clone, Copy)]
pub(super) struct Moment {
    calendar: Timestamp,
    running: Duration,
}

impl Moment {
    /// This one.
    pub(super) fn of(clock: &dyn Clock) -> Moment {
        Moment { calendar: clock.now(), running: clock.elapsed() }
    }

    /// Whether it lies in the time that begins with an earlier moment and is so long. A calendar that was set back
    /// before that moment ends the time.
    fn is_within(self, lasts: Duration, since: Moment) -> bool {
        self.calendar >= since.calendar
            && self.calendar.since(since.calendar) < lasts
            && self.running.saturating_sub(since.running) < lasts
    }
}

impl<V> Aging<V> {
    /// Nothing yet; so many values at most, each for so long.
    pub(super) fn new(most: usize, lasts: Duration) -> Aging<V> {
        Aging { values: Cache::new(most), lasts }
    }

    /// The value, while it counts. One that does no longer is forgotten.
    pub(super) fn get(&self, key: &Digest, now: Moment) -> Option<Arc<Aged<V>>> {
        let found = self.values.get(key)?;
        if now.is_within(self.lasts, found.since) {
            return Some(found);
        }
        self.forget(key, &found);
        None
    }

    /// Counts from now on.
    pub(super) fn keep(&self, key: Digest, value: V, now: Moment) {
        self.values.insert(key, Arc::new(Aged { value, since: now }));
    }

    /// Forgets this value, and none that took its place meanwhile.
    pub(super) fn forget(&self, key: &Digest, found: &Arc<Aged<V>>) {
        self.values.remove_if(key, |value| Arc::ptr_eq(value, found));
    }

    /// Forgets whatever no longer counts.
    pub(super) fn sweep(&self, now: Moment) {
        self.values.retain(|_, value| now.is_within(self.lasts, value.since));
    }

    /// How many values are in memory, those that no longer count among them.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.values.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LASTS: Duration = Duration::from_secs(300);

    /// So many seconds on the calendar, and on the clock that runs.
    fn at(calendar: i64, running: u64) -> Moment {
        Moment { calendar: Timestamp::from_seconds(calendar), running: Duration::from_secs(running) }
    }

    fn key(number: u32) -> Digest {
        let mut bytes = [0; 32];
        bytes[..4].copy_from_slice(&number.to_ne_bytes());
        Digest(bytes)
    }

    /// Whether a value that was kept at the second 1000 of both clocks counts at a moment, and whether it is in memory
    /// after it was asked for.
    fn counts(now: Moment) -> (bool, usize) {
        let aging = Aging::new(10, LASTS);
        aging.keep(key(1), (), at(1000, 1000));
        (aging.get(&key(1), now).is_some(), aging.len())
    }

    #[test]
    fn a_value_counts_until_either_clock_says_that_it_is_too_old() {
        for now in [at(1000, 1000), at(1299, 1299), at(1299, 1000), at(1000, 1299)] {
            assert_eq!(counts(now), (true, 1));
        }
        for now in [at(1300, 1000), at(1000, 1300), at(1300, 1300), at(99_999, 1001)] {
            assert_eq!(counts(now), (false, 0));
        }
    }

    #[test]
    fn a_calendar_that_is_set_back_makes_nothing_last_longer() {
        // before the value was kept
        assert_eq!(counts(at(999, 1001)), (false, 0));
        // to the moment at which it was kept, again and again
        let aging = Aging::new(10, LASTS);
        aging.keep(key(1), (), at(1000, 1000));
        for running in [1000, 1100, 1200, 1299] {
            assert!(aging.get(&key(1), at(1000, running)).is_some(), "{running}");
        }
        assert!(aging.get(&key(1), at(1000, 1300)).is_none());
    }

    #[test]
    fn a_sweep_forgets_what_is_too_old_and_nothing_else() {
        let aging = Aging::new(10, LASTS);
        aging.keep(key(1), (), at(1000, 1000));
        aging.keep(key(2), (), at(1100, 1100));
        aging.sweep(at(1299, 1299));
        assert_eq!(aging.len(), 2);
        aging.sweep(at(1300, 1300));
        assert_eq!(aging.len(), 1);
        assert!(aging.get(&key(2), at(1300, 1300)).is_some());
    }

    #[test]
    fn no_more_values_than_were_asked_for_are_in_memory() {
        let aging = Aging::new(100, LASTS);
        for number in 0..10_000 {
            aging.keep(key(number), (), at(1000, 1000));
            assert!(aging.len() <= 100, "{number}: {}", aging.len());
        }
        assert!(aging.len() > 50, "{}", aging.len());
    }

    #[test]
    fn a_value_that_took_anothers_place_is_not_forgotten_with_it() {
        let aging = Aging::new(10, LASTS);
        aging.keep(key(1), "one", at(1000, 1000));
        let one = aging.get(&key(1), at(1000, 1000)).unwrap();
        aging.keep(key(1), "two", at(1000, 1000));
        aging.forget(&key(1), &one);
        assert_eq!(aging.get(&key(1), at(1000, 1000)).unwrap().value, "two");
        let two = aging.get(&key(1), at(1000, 1000)).unwrap();
        aging.forget(&key(1), &two);
        assert_eq!(aging.len(), 0);
    }
}
