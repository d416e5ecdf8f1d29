//! How many failures a counter forgives, and what follows: every figure of the throttle stands here.
//!
//! docs/throttling.md has the same table for administrators.

use std::time::Duration;

use super::figures::Figures;

/// What a counter allows: all that differs between the counters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    /// Failures that have no consequence.
    pub(crate) free: u32,
    /// As long as the free failures are not used up, all are forgotten this long after the first of them.
    pub(crate) window: Option<Duration>,
    /// Tries that may run at once while no failure is known.
    pub(crate) at_once: u32,
    /// The same once the latest try was right.
    pub(crate) at_once_proven: u32,
    /// The wait when the free failures are used up; each further failure doubles it.
    pub(crate) wait: Wait,
    /// From so many failures on the wait is another one.
    pub(crate) block: Option<(u32, Wait)>,
    /// From so many failures on no time opens it again.
    pub(crate) closed_from: u32,
    /// Failures are forgotten after this time without one.
    pub(crate) decay: Duration,
    /// What makes failures forgotten before their time.
    pub(crate) cleared_by: ClearedBy,
}

/// What makes a counter's failures forgotten before their time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClearedBy {
    /// A right try that is counted there.
    Success,
    /// The same, [`REST`] after the latest failure at the earliest.
    SuccessAfterRest,
    /// A login with all that is asked of one, its code among it, [`REST`] after the latest failure at the earliest: a
    /// password alone that is right would give whoever guesses beside it all tries anew.
    LoginAfterRest,
    /// Nothing.
    Nothing,
}

/// A wait in seconds, that doubles up to a longest one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wait {
    pub(crate) first: i64,
    pub(crate) longest: i64,
}

const MINUTE: i64 = 60;
const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;
/// A counter that is never closed.
const NEVER: u32 = u32::MAX;
/// How many times an address's failures its neighbourhood has.
const NEIGHBOURS: u32 = 10;

const fn seconds(seconds: i64) -> Duration {
    Duration::from_secs(seconds.unsigned_abs())
}

/// Five failures are free, then 2, 4, 8 ... seconds up to a quarter of an hour: a login name from an address.
const HERE: Rule = Rule {
    free: 5,
    window: None,
    at_once: 32,
    at_once_proven: 32,
    wait: Wait { first: 2, longest: 15 * MINUTE },
    block: None,
    closed_from: NEVER,
    decay: seconds(DAY),
    cleared_by: ClearedBy::Success,
};

/// So many right passwords may be on their way at once where the latest was right: a program may use many connections.
const CONNECTIONS: u32 = 512;

/// Passwords of one name from one address. Who has given the right one may use many connections.
pub(crate) const PASSWORD_HERE: Rule = Rule { at_once_proven: CONNECTIONS, ..HERE };

/// The same in a lane of its own, where no other counter holds and the owner's successes clear [`PASSWORD_HERE`]: a
/// hundred failures with no hour's rest between them, then one try in a quarter of an hour. It does not close: the owner
/// is there too.
pub(crate) const PASSWORD_CAP_HERE: Rule = Rule {
    free: 100,
    at_once: CONNECTIONS,
    at_once_proven: CONNECTIONS,
    wait: Wait { first: 15 * MINUTE, longest: 15 * MINUTE },
    cleared_by: ClearedBy::LoginAfterRest,
    ..HERE
};

/// Codes, or answers, of one name from one address.
pub(crate) const CODE_HERE: Rule = HERE;

/// Codes of one name from all unknown addresses: five in five minutes, then one in half a minute.
pub(crate) const CODE_PACE: Rule = Rule {
    window: Some(seconds(5 * MINUTE)),
    at_once: 5,
    at_once_proven: 5,
    wait: Wait { first: 30, longest: 30 },
    decay: seconds(5 * MINUTE),
    ..HERE
};

/// Answers, or recovery codes, of one name from all unknown addresses: twenty in a row close for a quarter of an hour,
/// doubling up to a day. Waiting a month for twenty more gains less than the one a day that may be made anyhow.
pub(crate) const TWENTY_IN_A_ROW: Rule = Rule {
    free: 20,
    at_once: 20,
    at_once_proven: 20,
    wait: Wait { first: 15 * MINUTE, longest: DAY },
    decay: seconds(30 * DAY),
    ..HERE
};

/// Codes of one name from all unknown addresses: the same, and a hundred in a row close for good.
pub(crate) const CODE_CAP: Rule = Rule { closed_from: 100, ..TWENTY_IN_A_ROW };

/// Codes of one name in a lane of its own: the same, and no owner's success makes them twenty again in less than an hour.
pub(crate) const CODE_CAP_HERE: Rule = Rule { cleared_by: ClearedBy::SuccessAfterRest, ..CODE_CAP };

/// Passwords of one name from all unknown addresses: a hundred in a row close for good, but names that nobody has must
/// be forgotten at some time.
pub(crate) const PASSWORD_CAP: Rule = Rule {
    free: 100,
    at_once: 100,
    at_once_proven: 100,
    wait: Wait { first: DAY, longest: DAY },
    closed_from: 100,
    decay: seconds(30 * DAY),
    cleared_by: ClearedBy::LoginAfterRest,
    ..HERE
};

/// So long after the latest failure a login opens a cap again at the earliest: otherwise a program that logs in every
/// minute would give a guesser a hundred tries a minute.
pub(crate) const REST: Duration = seconds(HOUR);

/// Passwords of one name from all unknown addresses: the slow lane, one try a second.
pub(crate) fn password_pace(figures: &Figures) -> Rule {
    Rule {
        free: figures.failures_of_user,
        window: Some(figures.user_period),
        at_once: figures.failures_of_user,
        at_once_proven: figures.failures_of_user,
        wait: Wait { first: 1, longest: 1 },
        decay: figures.user_period,
        cleared_by: ClearedBy::LoginAfterRest,
        ..HERE
    }
}

/// All tries from an address: waits first, then it is blocked for an hour, doubling up to a day.
pub(crate) fn address(figures: &Figures) -> Rule {
    let free = figures.failures_of_address;
    Rule {
        free,
        window: Some(figures.address_period),
        at_once: 64,
        at_once_proven: CONNECTIONS,
        wait: Wait { first: 2, longest: MINUTE },
        block: Some((figures.block_from.max(free), Wait { first: HOUR, longest: DAY })),
        // somebody's own success must not clear what they guess at others
        cleared_by: ClearedBy::Nothing,
        ..HERE
    }
}

/// All tries from an address's neighbourhood.
pub(crate) fn neighbourhood(figures: &Figures) -> Rule {
    let one = address(figures);
    let times = |number: u32| number.saturating_mul(NEIGHBOURS);
    let block = one.block.map(|(from, wait)| (times(from), wait));
    Rule { free: times(one.free), block, at_once: 256, at_once_proven: 1024, ..one }
}

impl Rule {
    /// The seconds between two tries after so many failures; none while they are free.
    pub(crate) fn wait_after(&self, failures: u32) -> i64 {
        if failures >= self.closed_from {
            return DAY;
        }
        match self.block {
            Some((from, block)) if failures >= from => block.after(failures - from),
            _ => failures.checked_sub(self.free).map_or(0, |beyond| self.wait.after(beyond)),
        }
    }

    /// Whether the wait after so many failures is a block.
    pub(crate) fn is_block(&self, failures: u32) -> bool {
        self.block.is_some_and(|(from, _)| failures >= from)
    }

    /// How long a first failure counts.
    pub(crate) fn first_counts(&self) -> Duration {
        self.window.filter(|_| self.free > 1).unwrap_or(self.decay)
    }

    /// How many failures leave the first one's end where it is.
    pub(crate) fn windowed(&self) -> u32 {
        if self.window.is_some() { self.free } else { 0 }
    }
}

impl Wait {
    fn after(self, doublings: u32) -> i64 {
        self.first.saturating_mul(1_i64 << doublings.min(30)).min(self.longest)
    }
}
