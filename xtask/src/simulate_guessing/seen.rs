//! What was evaluated.

use std::collections::{BTreeMap, HashMap, VecDeque};

use portreeve_store::STATED_REST;

use super::attack::{Carrier, From, Guess, What, Whom};
use super::gate::UnderWay;

/// What has a bound of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Lane {
    /// Passwords of a name from all unknown addresses.
    Passwords,
    /// Passwords of a name from an address that is known to it.
    PasswordsHere,
    /// A possessor's password through the names of others, from all addresses that are unknown to the possessor.
    Possessors,
    /// The same from the possessor's home.
    PossessorsHere,
    /// Passwords of names that nobody has, from an address.
    Nobodys,
    /// One-time codes of a name from all unknown addresses.
    Codes,
    /// The same from an address that is known to it.
    CodesHere,
    /// Recovery codes of a name from all unknown addresses.
    RecoveryCodes,
    /// Answers of a name.
    Answers,
}

impl Lane {
    pub fn of(guess: &Guess) -> Lane {
        match (guess.what, guess.from, &guess.whom) {
            (What::Password, _, Whom::Nobody(_)) => Lane::Nobodys,
            (What::Password, From::Strange, _) => Lane::Passwords,
            (What::Password, ..) => Lane::PasswordsHere,
            (What::Code, From::Strange, _) => Lane::Codes,
            (What::Code, ..) => Lane::CodesHere,
            (What::RecoveryCode, ..) => Lane::RecoveryCodes,
            (What::Answers, ..) => Lane::Answers,
        }
    }

    /// Whose a counter of it is.
    fn counter(self, login: &str, guess: &Guess) -> String {
        match self {
            Lane::PasswordsHere | Lane::PossessorsHere | Lane::CodesHere => {
                format!("{login} {}", guess.address)
            }
            Lane::Nobodys => guess.address.to_string(),
            Lane::Passwords | Lane::Possessors | Lane::Codes | Lane::RecoveryCodes | Lane::Answers => {
                login.to_owned()
            }
        }
    }
}

/// What was evaluated of one.
#[derive(Default)]
pub struct Tally {
    pub evaluated: u64,
    /// The latest, as far as the span goes.
    latest: VecDeque<i64>,
    /// The most in any span: an hour, and for codes from unknown addresses five minutes.
    pub most: usize,
}

/// What was evaluated of all.
#[derive(Default)]
pub struct Seen {
    pub tallies: BTreeMap<Lane, HashMap<String, Tally>>,
    /// When codes of a name were accepted from an unknown address: what failed before is forgotten.
    pub accepted: HashMap<String, Vec<i64>>,
    pub hits: BTreeMap<Lane, u64>,
    pub by_carrier: BTreeMap<Carrier, (u64, u64)>,
    pub given_up: u64,
}

/// The span in which codes from unknown addresses are counted, as their rule's window is.
pub const OF_LATE: i64 = 300;

impl Seen {
    /// A guess that was not evaluated.
    pub fn refused(&mut self, guess: &Guess) -> Option<UnderWay> {
        self.by_carrier.entry(guess.carrier).or_default().1 += 1;
        None
    }

    pub fn evaluated(&mut self, lane: Lane, login: &str, guess: &Guess, seconds: i64, is_hit: bool) {
        if !matches!(lane, Lane::Possessors | Lane::PossessorsHere) {
            self.by_carrier.entry(guess.carrier).or_default().0 += 1;
        }
        *self.hits.entry(lane).or_default() += u64::from(is_hit);
        let tallies = self.tallies.entry(lane).or_default();
        let tally = tallies.entry(lane.counter(login, guess)).or_default();
        tally.evaluated += 1;
        let rest = i64::try_from(STATED_REST.as_secs()).unwrap_or(i64::MAX);
        let span = if lane == Lane::Codes { OF_LATE } else { rest };
        while tally.latest.front().is_some_and(|oldest| seconds - oldest >= span) {
            tally.latest.pop_front();
        }
        tally.latest.push_back(seconds);
        tally.most = tally.most.max(tally.latest.len());
    }

    /// A code was accepted that came from an unknown address.
    pub fn code_accepted(&mut self, login: &str, seconds: i64) {
        self.accepted.entry(login.to_owned()).or_default().push(seconds);
    }

    /// All that was evaluated in a lane.
    pub fn in_all(&self, lane: Lane) -> u64 {
        self.tallies.get(&lane).map_or(0, |tallies| tallies.values().map(|tally| tally.evaluated).sum())
    }
}
