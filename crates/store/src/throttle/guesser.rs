//! What throttling remembers of one counter: the failures, and when the next try is due.

use std::sync::Mutex;
use std::time::Duration;

use portreeve_types::Timestamp;

use super::rule::{ClearedBy, REST, Rule};
use crate::locked::locked;

/// One counter, in memory.
pub(crate) struct Guesser {
    counts: Mutex<Counts>,
    /// Whether it counts codes or answers: whoever forgives passwords forgives none of these.
    pub(super) is_of_codes: bool,
}

#[derive(Default)]
struct Counts {
    /// Failures of the row.
    failures: u32,
    /// Tries that were given up unsettled: failures that no row knows of.
    abandoned: u32,
    /// Until when the counter must stay in memory, because no row knows of those.
    kept_until: Option<Timestamp>,
    /// When the latest failure was.
    last_failure: Option<Timestamp>,
    /// From when on all of them are forgotten.
    forgotten: Option<Timestamp>,
    /// Tries under way.
    running: u32,
    /// Whether the latest try was right.
    proven: bool,
    /// Whether the row was read, and no other node has changed it since.
    current: bool,
    /// Counts the changes, so that a row that was read meanwhile is not believed.
    version: u64,
}

/// A row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Recorded {
    pub(crate) failures: u32,
    pub(crate) last_failure: Timestamp,
    pub(crate) forgotten: Timestamp,
}

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

/// How long a counter with a try that was given up stays in memory at least.
const KEPT: i64 = 60;

impl Guesser {
    /// A counter of which nothing is known.
    pub(crate) fn new(is_of_codes: bool) -> Guesser {
        Guesser { counts: Mutex::default(), is_of_codes }
    }

    /// The version to be handed to [`Guesser::load`] if the row has to be read, none otherwise.
    pub(crate) fn outdated(&self) -> Option<u64> {
        let counts = locked(&self.counts);
        (!counts.current).then_some(counts.version)
    }

    /// Takes in the row, unless something changed since it was asked for. Answers whether it was taken in.
    pub(crate) fn load(&self, version: u64, row: Option<Recorded>) -> bool {
        let mut counts = locked(&self.counts);
        let unchanged = counts.version == version;
        if unchanged {
            counts.failures = row.map_or(0, |row| row.failures);
            if counts.abandoned == 0 {
                counts.last_failure = None;
            }
            counts.last_failure = counts.last_failure.max(row.map(|row| row.last_failure));
            let own = counts.forgotten.filter(|_| counts.abandoned > 0);
            counts.forgotten = row.map(|row| row.forgotten).max(own);
            counts.current = true;
        }
        unchanged
    }

    /// Decides about a try, and counts it if it may run.
    pub(crate) fn reserve(&self, rule: &Rule, now: Timestamp) -> Decision {
        let mut counts = locked(&self.counts);
        counts.decay(now);
        let failures = counts.failures.saturating_add(counts.abandoned);
        let decision = if failures == 0 {
            let at_once = if counts.proven { rule.at_once_proven } else { rule.at_once };
            if counts.running < at_once { Decision::Granted } else { Decision::Busy }
        } else {
            match counts.due_in(rule, failures, now) {
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
    pub(crate) fn failed(&self, row: Recorded) {
        self.settle(|counts| {
            counts.failures = counts.failures.max(row.failures);
            counts.last_failure = counts.last_failure.max(Some(row.last_failure));
            counts.forgotten = counts.forgotten.max(Some(row.forgotten));
            counts.proven = false;
        });
    }

    /// A try was given up, and may have told its client what it wanted to know.
    pub(crate) fn abandoned(&self, rule: &Rule, now: Timestamp) {
        self.settle(|counts| {
            counts.abandoned = counts.abandoned.saturating_add(1);
            counts.last_failure = Some(now);
            let failures = counts.failures.saturating_add(counts.abandoned);
            let kept_for = rule.wait_after(failures).max(KEPT).unsigned_abs();
            counts.kept_until = Some(now.after(Duration::from_secs(kept_for)));
            let counts_for = if failures < rule.windowed() { rule.first_counts() } else { rule.decay };
            counts.forgotten = match counts.forgotten {
                Some(forgotten) if failures < rule.windowed() => Some(forgotten),
                other => other.max(Some(now.after(counts_for))),
            };
            counts.proven = false;
        });
    }

    /// A try succeeded: where that clears what was counted, nothing is held against the guesser any more. What failed
    /// since the row was removed is read again.
    pub(crate) fn succeeded(&self, rule: &Rule) {
        self.settle(|counts| {
            if rule.cleared_by == ClearedBy::Success {
                counts.forgive();
            }
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

    /// Whether there are failures that count, the latest of which was so long ago that a login clears them.
    pub(crate) fn has_rested(&self, now: Timestamp) -> bool {
        let mut counts = locked(&self.counts);
        counts.decay(now);
        counts.rested(now)
    }

    /// Whether it has to stay in memory although nobody holds it.
    pub(super) fn is_kept(&self, now: Timestamp) -> bool {
        locked(&self.counts).kept_until.is_some_and(|until| now < until)
    }

    /// Nothing is held against it any more; tries under way go on.
    pub(crate) fn forgive(&self) {
        let mut counts = locked(&self.counts);
        counts.version += 1;
        counts.forgive();
    }

    /// The same, unless something failed meanwhile.
    pub(crate) fn forgive_after_rest(&self, now: Timestamp) {
        let mut counts = locked(&self.counts);
        counts.version += 1;
        if counts.rested(now) {
            counts.forgive();
        }
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
    fn decay(&mut self, now: Timestamp) {
        if self.forgotten.is_some_and(|forgotten| now >= forgotten) {
            self.clear();
        }
    }

    /// Whether the latest failure was so long ago that a login clears what was counted.
    fn rested(&self, now: Timestamp) -> bool {
        self.last_failure.is_some_and(|latest| now.since(latest) >= REST)
    }

    /// Forgets failures whose row was removed. One that was counted since then is in the row that is there now.
    fn forgive(&mut self) {
        if self.last_failure.is_some() {
            self.clear();
            self.current = false;
        }
    }

    fn clear(&mut self) {
        self.failures = 0;
        self.abandoned = 0;
        self.kept_until = None;
        self.last_failure = None;
        self.forgotten = None;
    }

    /// In how many seconds a try is due after so many failures, one at least.
    fn due_in(&self, rule: &Rule, failures: u32, now: Timestamp) -> i64 {
        let wait = rule.wait_after(failures);
        if failures >= rule.closed_from {
            return wait;
        }
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
mod tests;
