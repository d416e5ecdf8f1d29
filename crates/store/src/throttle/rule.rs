//! How many failures a counter forgives, and what follows.

use std::time::Duration;

/// What a counter allows: all that differs between the counters.
#[derive(Debug)]
pub(crate) struct Rule {
    /// Failures that have no consequence.
    pub(crate) free: u32,
    /// Tries that may run at once while no failure is known.
    pub(crate) at_once: u32,
    /// The same once the latest try was right.
    pub(crate) at_once_proven: u32,
    /// Seconds until the next try when the free failures are used up; each further failure doubles them ...
    pub(crate) first_wait: i64,
    /// ... up to this.
    pub(crate) longest_wait: i64,
    /// Failures are forgotten after this time without one.
    pub(crate) decay: Duration,
}

const DAY: Duration = Duration::from_secs(24 * 3600);

/// Passwords of one name from one address.
pub(crate) static PASSWORD: Rule =
    Rule { free: 5, at_once: 32, at_once_proven: 512, first_wait: 2, longest_wait: 15 * 60, decay: DAY };

/// Codes of one name from one address.
pub(crate) static CODE: Rule =
    Rule { free: 5, at_once: 32, at_once_proven: 32, first_wait: 2, longest_wait: 15 * 60, decay: DAY };

/// Codes of one name from all addresses together, but for those that are known.
///
/// Waiting a month for twenty more guesses gains less than the one a day that may be made anyhow.
pub(crate) static CODE_FROM_ANYWHERE: Rule = Rule {
    free: 20,
    at_once: 20,
    at_once_proven: 20,
    first_wait: 15 * 60,
    longest_wait: 24 * 3600,
    decay: Duration::from_secs(30 * 24 * 3600),
};

impl Rule {
    /// The seconds between two tries after so many failures; none while they are free.
    pub(crate) fn wait_after(&self, failures: u32) -> i64 {
        let Some(doublings) = failures.checked_sub(self.free) else { return 0 };
        self.first_wait.saturating_mul(1_i64 << doublings.min(20)).min(self.longest_wait)
    }
}
