//! The bounds that docs/throttling.md states, worked out from its figures alone and held against what was evaluated.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::Duration;

use super::attack::{Kind, Try};

/// Wrong passwords of one name from unknown addresses: so many in any hour.
const PASSWORDS_AN_HOUR: usize = 100;
const HOUR: i64 = 3_600_000;
/// Failures of one address that are free in a quarter of an hour, which may begin anew in the midst of one.
const OF_ADDRESS: u64 = 20;
const QUARTER: u64 = 900;

/// What was seen of a kind.
#[derive(Default)]
pub struct Seen {
    pub evaluated: u64,
    pub refused: u64,
    pub busy: u64,
    pub right: u64,
    /// For each name, or address where names are nobody's.
    pub of: HashMap<String, u64>,
}

/// What was seen, and what was seen that must not be.
pub struct Bounds {
    lasts: Duration,
    pub kinds: BTreeMap<Kind, Seen>,
    /// The moments of the latest passwords of each name.
    hours: HashMap<String, VecDeque<i64>>,
    /// Passwords of a name that were more than the bound in an hour.
    pub too_fast: u64,
    pub owners: u64,
    pub owners_in: u64,
}

impl Bounds {
    pub fn new(lasts: Duration) -> Bounds {
        let kinds = Kind::ALL.into_iter().map(|kind| (kind, Seen::default())).collect();
        Bounds { lasts, kinds, hours: HashMap::new(), too_fast: 0, owners: 0, owners_in: 0 }
    }

    pub fn refused(&mut self, kind: Kind) {
        self.kind(kind).refused += 1;
    }

    pub fn busy(&mut self, kind: Kind) {
        self.kind(kind).busy += 1;
    }

    pub fn evaluated(&mut self, guess: &Try, passed: i64) {
        let whose = match guess.kind {
            Kind::NobodysPassword => guess.address.to_string(),
            _ => guess.login.clone(),
        };
        let seen = self.kind(guess.kind);
        seen.evaluated += 1;
        seen.right += u64::from(guess.right);
        *seen.of.entry(whose).or_default() += 1;
        if guess.kind == Kind::Password {
            let latest = self.hours.entry(guess.login.clone()).or_default();
            if latest.len() == PASSWORDS_AN_HOUR {
                let oldest = latest.pop_front().unwrap_or(i64::MIN);
                // counters know whole seconds
                self.too_fast += u64::from(passed / 1000 - oldest / 1000 < HOUR / 1000);
            }
            latest.push_back(passed);
        }
    }

    pub fn owner(&mut self, got_in: bool) {
        self.owners += 1;
        self.owners_in += u64::from(got_in);
    }

    /// The most that may be evaluated of one name (or, of nobody's names, from one address) while it lasts.
    pub fn cap(&self, kind: Kind) -> u64 {
        let seconds = self.lasts.as_secs();
        match kind {
            Kind::Password => PASSWORDS_AN_HOUR as u64 * (seconds / 3600 + 1),
            Kind::NobodysPassword => OF_ADDRESS * (seconds / QUARTER + 1),
            Kind::Code | Kind::RecoveryCode | Kind::Answers => doubling(20, 900, 86_400, seconds).min(100),
        }
    }

    /// The most that were.
    pub fn worst(&self, kind: Kind) -> u64 {
        self.kinds.get(&kind).and_then(|seen| seen.of.values().max().copied()).unwrap_or(0)
    }

    fn kind(&mut self, kind: Kind) -> &mut Seen {
        self.kinds.entry(kind).or_default()
    }
}

/// How many tries there are in so much time when some are free and each one more has to wait twice as long.
fn doubling(free: u64, first_wait: u64, longest: u64, seconds: u64) -> u64 {
    let (mut tries, mut wait, mut passed) = (free, first_wait, first_wait);
    while passed <= seconds {
        tries += 1;
        wait = (wait * 2).min(longest);
        passed += wait;
    }
    tries
}
