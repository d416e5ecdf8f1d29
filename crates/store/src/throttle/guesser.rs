//! What throttling remembers of one guesser: the counters, and when the next try is due.

use std::sync::Mutex;

use portreeve_types::Timestamp;

use super::rule::Rule;
use crate::locked::locked;

/// One guesser: a login name with one kind of guess, from an address prefix or from anywhere.
pub(crate) struct Guesser {
    rule: &'static Rule,
    counts: Mutex<Counts>,
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
    /// Whether the latest try was right.
    proven: bool,
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
    /// The next one is due in so many seconds.
    Throttled(u64),
    /// No failure is known, but too many tries are under way.
    Busy,
}

impl Guesser {
    /// A guesser whose row has to be read first.
    pub(crate) fn new(rule: &'static Rule) -> Guesser {
        Guesser { rule, counts: Mutex::default() }
    }

    /// What it is allowed.
    pub(crate) fn rule(&self) -> &'static Rule {
        self.rule
    }

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
        counts.decay(self.rule, now);
        let failures = counts.failures.saturating_add(counts.abandoned);
        let decision = if failures == 0 {
            let at_once = if counts.proven { self.rule.at_once_proven } else { self.rule.at_once };
            if counts.running < at_once { Decision::Granted } else { Decision::Busy }
        } else {
            match counts.due_in(self.rule, failures, now) {
                0 => Decision::Granted,
                seconds => Decision::Throttled(seconds.unsigned_abs()),
            }
        };
        if decision == Decision::Granted {
            counts.running += 1;
        }
        decision
    }

    /// A try failed; the row says how often by now.
    pub(crate) fn failed(&self, recorded: u32, now: Timestamp) {
        self.settle(|counts| {
            counts.failures = counts.failures.max(recorded);
            counts.last_failure = Some(now);
            counts.proven = false;
        });
    }

    /// A try was given up, and may have told its client what it wanted to know.
    pub(crate) fn abandoned(&self, now: Timestamp) {
        self.settle(|counts| {
            counts.abandoned = counts.abandoned.saturating_add(1);
            counts.last_failure = Some(now);
            counts.proven = false;
        });
    }

    /// A try succeeded: nothing is held against the guesser any more.
    pub(crate) fn succeeded(&self) {
        self.settle(|counts| {
            counts.failures = 0;
            counts.abandoned = 0;
            counts.last_failure = None;
            counts.proven = true;
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
    }

    /// The row may have changed: it has to be read again.
    pub(super) fn outdate(&self) {
        let mut counts = locked(&self.counts);
        counts.current = false;
        counts.version += 1;
    }
}

impl Counts {
    fn decay(&mut self, rule: &Rule, now: Timestamp) {
        if self.last_failure.is_some_and(|last| now.since(last) >= rule.decay) {
            self.failures = 0;
            self.abandoned = 0;
            self.last_failure = None;
        }
    }

    /// In how many seconds a try is due after so many failures, one at least.
    fn due_in(&self, rule: &Rule, failures: u32, now: Timestamp) -> i64 {
        let wait = rule.wait_after(failures);
        let rested = self.last_failure.map_or(i64::MAX, |last| now.seconds().saturating_sub(last.seconds()));
        // a clock that was set back must not lengthen the wait
        let left = wait.saturating_sub(rested).clamp(0, wait);
        if left > 0 || failures.saturating_add(self.running) < rule.free || self.running == 0 {
            return left;
        }
        // the tries under way use up what is left: as long as if one of them fails
        rule.wait_after(failures.saturating_add(1).max(rule.free))
    }
}

#[cfg(test)]
mod tests {
    use super::super::rule::{CODE, CODE_FROM_ANYWHERE, PASSWORD};
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(1_000_000 + seconds)
    }

    /// A guesser without a row.
    fn fresh(rule: &'static Rule) -> Guesser {
        let guesser = Guesser::new(rule);
        guesser.load(0, None);
        guesser
    }

    fn fail(guesser: &Guesser, times: u32, now: Timestamp) {
        for failure in 1..=times {
            assert_eq!(guesser.reserve(now), Decision::Granted);
            guesser.failed(failure, now);
        }
    }

    /// Fails as often as is free, and then each time it may until the waits are these.
    fn waits_are(rule: &'static Rule, waits: &[i64]) {
        let guesser = fresh(rule);
        fail(&guesser, rule.free, at(0));
        let mut now = 0;
        for (failures, wait) in (rule.free + 1..).zip(waits) {
            assert_eq!(guesser.reserve(at(now)), Decision::Throttled(wait.unsigned_abs()));
            assert_eq!(guesser.reserve(at(now + wait - 1)), Decision::Throttled(1));
            now += wait;
            assert_eq!(guesser.reserve(at(now)), Decision::Granted);
            guesser.failed(failures, at(now));
        }
    }

    #[test]
    fn five_failures_are_free_and_then_the_wait_doubles_up_to_a_quarter_of_an_hour() {
        waits_are(&PASSWORD, &[2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
        waits_are(&CODE, &[2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
    }

    #[test]
    fn twenty_wrong_codes_from_anywhere_close_for_a_quarter_of_an_hour_doubling_up_to_a_day() {
        waits_are(&CODE_FROM_ANYWHERE, &[900, 1800, 3600, 7200, 14_400, 28_800, 57_600, 86_400, 86_400]);
    }

    #[test]
    fn without_a_failure_only_the_number_of_tries_at_once_is_bounded() {
        let guesser = fresh(&PASSWORD);
        for _ in 0..32 {
            assert_eq!(guesser.reserve(at(0)), Decision::Granted);
        }
        assert_eq!(guesser.reserve(at(0)), Decision::Busy);
        guesser.refunded();
        assert_eq!(guesser.reserve(at(0)), Decision::Granted);
        assert_eq!(guesser.reserve(at(0)), Decision::Busy);
        guesser.succeeded();
        for _ in 31..512 {
            assert_eq!(guesser.reserve(at(0)), Decision::Granted);
        }
        assert_eq!(guesser.reserve(at(0)), Decision::Busy);
    }

    #[test]
    fn after_a_failure_tries_under_way_count_against_the_free_ones() {
        let guesser = fresh(&PASSWORD);
        fail(&guesser, 1, at(0));
        for _ in 0..4 {
            assert_eq!(guesser.reserve(at(0)), Decision::Granted);
        }
        assert_eq!(guesser.reserve(at(0)), Decision::Throttled(2));
        guesser.refunded();
        assert_eq!(guesser.reserve(at(0)), Decision::Granted);
    }

    #[test]
    fn beyond_the_free_failures_one_try_runs_at_a_time() {
        let guesser = fresh(&PASSWORD);
        fail(&guesser, 5, at(0));
        assert_eq!(guesser.reserve(at(2)), Decision::Granted);
        assert_eq!(guesser.reserve(at(2)), Decision::Throttled(4));
    }

    #[test]
    fn a_failure_takes_the_trust_that_a_success_gave() {
        let guesser = fresh(&PASSWORD);
        assert_eq!(guesser.reserve(at(0)), Decision::Granted);
        guesser.succeeded();
        fail(&guesser, 1, at(0));
        for _ in 0..32 {
            assert_eq!(guesser.reserve(at(86_400)), Decision::Granted);
        }
        assert_eq!(guesser.reserve(at(86_400)), Decision::Busy);
    }

    #[test]
    fn a_try_given_up_counts_as_a_failure() {
        let guesser = fresh(&PASSWORD);
        for _ in 0..5 {
            assert_eq!(guesser.reserve(at(0)), Decision::Granted);
            guesser.abandoned(at(0));
        }
        assert_eq!(guesser.reserve(at(1)), Decision::Throttled(1));
    }

    #[test]
    fn a_success_or_a_day_without_failure_clears_the_count() {
        let guesser = fresh(&PASSWORD);
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
        let guesser = fresh(&PASSWORD);
        fail(&guesser, 5, at(50_000));
        assert_eq!(guesser.reserve(at(0)), Decision::Throttled(2));
    }

    #[test]
    fn a_row_read_before_a_change_is_not_believed() {
        let guesser = fresh(&PASSWORD);
        guesser.outdate();
        let version = guesser.outdated().unwrap();
        fail(&guesser, 1, at(0));
        assert!(!guesser.load(version, None));
        assert!(guesser.outdated().is_some());
    }
}
