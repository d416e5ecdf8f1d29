//! What throttling remembers of one guesser: the counters, and when the next try is due.

use std::sync::Mutex;
use std::time::Duration;

use portreeve_types::Timestamp;
use tokio::sync::Notify;

use crate::locked::locked;

/// Failures that have no consequence.
const FREE: u32 = 5;
/// The longest wait between two tries.
const LONGEST_WAIT: i64 = 15 * 60;
/// Failures are forgotten after this time without one.
pub(crate) const DECAY: Duration = Duration::from_secs(24 * 3600);

/// One guesser: a login name from an address prefix, with one kind of guess.
#[derive(Default)]
pub(crate) struct Guesser {
    counts: Mutex<Counts>,
    /// Signals that a try was settled.
    pub(crate) settled: Notify,
}

#[derive(Default)]
struct Counts {
    /// Failures of the row.
    failures: u32,
    /// Tries that were given up unsettled: failures that no row knows of.
    abandoned: u32,
    /// When the latest failure was.
    last_failure: Option<Timestamp>,
    /// Tries under way.
    running: u32,
    /// Whether the row was read, and no other node has changed it since.
    current: bool,
    /// Counts the changes, so that a row that was read meanwhile is not believed.
    version: u64,
}

/// A row, as it was read: failures and the moment of the latest.
pub(crate) type Recorded = Option<(u32, Timestamp)>;

/// What becomes of a try.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// It may run, and counts as running.
    Granted,
    /// It has to wait so many seconds.
    Throttled(u64),
    /// As many tries are running as there are free failures left: one of them has to settle first.
    Busy,
}

impl Guesser {
    /// The version to be handed to [`Guesser::load`] if the row has to be read, none otherwise.
    pub(crate) fn outdated(&self) -> Option<u64> {
        let counts = locked(&self.counts);
        (!counts.current).then_some(counts.version)
    }

    /// Takes in the row, unless something changed since it was asked for. Answers whether it was taken in.
    pub(crate) fn load(&self, version: u64, row: Recorded) -> bool {
        let mut counts = locked(&self.counts);
        let unchanged = counts.version == version;
        if unchanged {
            counts.failures = row.map_or(0, |(failures, _)| failures);
            counts.last_failure = counts.last_failure.max(row.map(|(_, last)| last));
            counts.current = true;
        }
        unchanged
    }

    /// Decides about a try, and counts it if it may run.
    pub(crate) fn reserve(&self, now: Timestamp) -> Decision {
        let mut counts = locked(&self.counts);
        counts.decay(now);
        let failures = counts.failures.saturating_add(counts.abandoned);
        if failures < FREE {
            if failures + counts.running >= FREE {
                return Decision::Busy;
            }
        } else {
            let wait = wait_after(failures);
            let rested =
                counts.last_failure.map_or(i64::MAX, |last| now.seconds().saturating_sub(last.seconds()));
            // a clock that was set back must not lengthen the wait
            let left = wait.saturating_sub(rested).min(wait);
            if left > 0 {
                return Decision::Throttled(left.unsigned_abs());
            }
            if counts.running > 0 {
                return Decision::Throttled(
                    wait_after(failures.saturating_add(counts.running)).unsigned_abs(),
                );
            }
        }
        counts.running += 1;
        Decision::Granted
    }

    /// A try failed; the row says how often by now.
    pub(crate) fn failed(&self, recorded: u32, now: Timestamp) {
        self.settle(|counts| {
            counts.failures = counts.failures.max(recorded);
            counts.last_failure = Some(now);
        });
    }

    /// A try was given up, and may have told its client what it wanted to know.
    pub(crate) fn abandoned(&self, now: Timestamp) {
        self.settle(|counts| {
            counts.abandoned = counts.abandoned.saturating_add(1);
            counts.last_failure = Some(now);
        });
    }

    /// A try succeeded: nothing is held against the guesser any more.
    pub(crate) fn succeeded(&self) {
        self.settle(|counts| {
            counts.failures = 0;
            counts.abandoned = 0;
            counts.last_failure = None;
        });
    }

    /// A try that counts as none.
    pub(crate) fn refunded(&self) {
        self.settle(|_| {});
    }

    /// Whether there is, or may be, a row.
    pub(crate) fn may_be_recorded(&self) -> bool {
        let counts = locked(&self.counts);
        counts.failures > 0 || !counts.current
    }

    fn settle(&self, change: impl FnOnce(&mut Counts)) {
        let mut counts = locked(&self.counts);
        counts.running = counts.running.saturating_sub(1);
        counts.version += 1;
        change(&mut counts);
        drop(counts);
        self.settled.notify_waiters();
    }

    /// The row may have changed: it has to be read again.
    pub(super) fn outdate(&self) {
        let mut counts = locked(&self.counts);
        counts.current = false;
        counts.version += 1;
    }
}

impl Counts {
    fn decay(&mut self, now: Timestamp) {
        if self.last_failure.is_some_and(|last| now.since(last) >= DECAY) {
            self.failures = 0;
            self.abandoned = 0;
            self.last_failure = None;
        }
    }
}

/// The seconds between two tries after so many failures: 2, 4, 8 ... from the fifth on.
fn wait_after(failures: u32) -> i64 {
    let doublings = failures.saturating_sub(FREE).saturating_add(1).min(20);
    (1_i64 << doublings).min(LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(1_000_000 + seconds)
    }

    /// A guesser without a row.
    fn fresh() -> Guesser {
        let guesser = Guesser::default();
        guesser.load(0, None);
        guesser
    }

    fn fail(guesser: &Guesser, times: u32, now: Timestamp) {
        for failure in 1..=times {
            assert_eq!(guesser.reserve(now), Decision::Granted);
            guesser.failed(failure, now);
        }
    }

    #[test]
    fn five_failures_are_free_and_then_the_wait_doubles_up_to_a_quarter_of_an_hour() {
        let guesser = fresh();
        fail(&guesser, 5, at(0));
        let mut now = 0;
        for (failures, wait) in (6..).zip([2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]) {
            assert_eq!(guesser.reserve(at(now)), Decision::Throttled(wait));
            assert_eq!(guesser.reserve(at(now).after(Duration::from_secs(wait - 1))), Decision::Throttled(1));
            now += i64::try_from(wait).unwrap();
            assert_eq!(guesser.reserve(at(now)), Decision::Granted);
            guesser.failed(failures, at(now));
        }
    }

    #[test]
    fn tries_under_way_count_before_they_are_settled() {
        let guesser = fresh();
        for _ in 0..5 {
            assert_eq!(guesser.reserve(at(0)), Decision::Granted);
        }
        assert_eq!(guesser.reserve(at(0)), Decision::Busy);
        guesser.refunded();
        assert_eq!(guesser.reserve(at(0)), Decision::Granted);
    }

    #[test]
    fn beyond_the_free_failures_one_try_runs_at_a_time() {
        let guesser = fresh();
        fail(&guesser, 5, at(0));
        assert_eq!(guesser.reserve(at(2)), Decision::Granted);
        assert_eq!(guesser.reserve(at(2)), Decision::Throttled(4));
    }

    #[test]
    fn a_try_given_up_counts_as_a_failure() {
        let guesser = fresh();
        for _ in 0..5 {
            assert_eq!(guesser.reserve(at(0)), Decision::Granted);
            guesser.abandoned(at(0));
        }
        assert_eq!(guesser.reserve(at(1)), Decision::Throttled(1));
    }

    #[test]
    fn a_success_or_a_day_without_failure_clears_the_count() {
        let guesser = fresh();
        fail(&guesser, 5, at(0));
        assert_eq!(guesser.reserve(at(86_400)), Decision::Granted);
        guesser.succeeded();
        fail(&guesser, 5, at(86_400));
        assert_eq!(guesser.reserve(at(86_402)), Decision::Granted);
        guesser.succeeded();
        assert_eq!(guesser.reserve(at(86_402)), Decision::Granted);
    }

    #[test]
    fn a_clock_set_back_does_not_lengthen_the_wait() {
        let guesser = fresh();
        fail(&guesser, 5, at(50_000));
        assert_eq!(guesser.reserve(at(0)), Decision::Throttled(2));
    }

    #[test]
    fn a_row_read_before_a_change_is_not_believed() {
        let guesser = fresh();
        guesser.outdate();
        let version = guesser.outdated().unwrap();
        fail(&guesser, 1, at(0));
        assert!(!guesser.load(version, None));
        assert!(guesser.outdated().is_some());
    }
}
