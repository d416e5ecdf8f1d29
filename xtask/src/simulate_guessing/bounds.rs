//! The bounds that docs/throttling.md states, worked out from the rules' own figures and held against what was evaluated.

use std::fmt;
use std::time::Duration;

use portreeve_store::{Figures, STATED_REST, Stated};

use super::attack::SPRAY_SECONDS;
use super::owners::{Logins, Owners};
use super::people::{CODES, PASSWORDS, RIGHT_CODES};
use super::seen::{Lane, Seen, Tally};

/// So far from what is expected the number of right guesses may be.
const MOST_SIGMA: f64 = 4.0;

/// One bound.
pub struct Bound {
    pub what: String,
    pub seen: f64,
    pub limit: f64,
    /// Whether the limit is what must be reached, and not what may be.
    pub is_least: bool,
}

impl Bound {
    pub fn holds(&self) -> bool {
        if self.is_least { self.seen >= self.limit } else { self.seen <= self.limit }
    }

    fn at_most(what: impl Into<String>, seen: u64, limit: u64) -> Bound {
        Bound { what: what.into(), seen: seen as f64, limit: limit as f64, is_least: false }
    }

    fn all(what: &str, logins: &Logins) -> Bound {
        Bound { what: what.to_owned(), seen: logins.in_ as f64, limit: logins.of as f64, is_least: true }
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (word, relation) =
            (if self.holds() { "ok" } else { "BROKEN" }, if self.is_least { ">=" } else { "<=" });
        let digits = if self.limit.fract() == 0.0 { 0 } else { 2 };
        write!(f, "{:<62} {:>11.0} {relation} {:<11.digits$} {word}", self.what, self.seen, self.limit)
    }
}

/// What the bounds are worked out with.
pub struct Stating {
    pub figures: Figures,
    pub lasts: Duration,
    pub at_a_time: u32,
}

impl Stating {
    fn most(&self, of: Stated, lasts: Duration) -> u64 {
        self.figures.most(of, lasts, self.at_a_time)
    }

    /// Spans of an hour that the attack has, begun ones counted.
    fn hours(&self) -> u64 {
        self.lasts.as_secs().div_ceil(STATED_REST.as_secs())
    }

    /// The most in an hour of what may open again after one; none of what may not.
    fn hourly(&self, lane: Lane) -> Option<u64> {
        let of = match lane {
            Lane::Passwords | Lane::Possessors => Stated::Passwords,
            Lane::PasswordsHere | Lane::PossessorsHere => Stated::PasswordsHere,
            Lane::CodesHere => Stated::CodesHere,
            Lane::Nobodys | Lane::Codes | Lane::RecoveryCodes | Lane::Answers => return None,
        };
        Some(self.most(of, STATED_REST))
    }

    /// The most of one name, or from one address, while it lasts.
    fn in_all(&self, lane: Lane, counter: &str, seen: &Seen) -> u64 {
        if let Some(hourly) = self.hourly(lane) {
            return hourly * self.hours();
        }
        match lane {
            Lane::Nobodys => self.most(Stated::Address, Duration::from_secs(SPRAY_SECONDS.unsigned_abs())),
            Lane::RecoveryCodes => self.most(Stated::RecoveryCodes, self.lasts),
            Lane::Codes => self.codes(seen.accepted.get(counter).map_or(&[], Vec::as_slice)),
            _ => self.most(Stated::Answers, self.lasts),
        }
    }

    /// An accepted code from an unknown address makes those before it forgotten.
    fn codes(&self, accepted: &[i64]) -> u64 {
        let ends = accepted.iter().copied().chain([i64::try_from(self.lasts.as_secs()).unwrap_or(i64::MAX)]);
        let mut begun = 0;
        ends.map(|end| {
            let run = Duration::from_secs((end - begun).max(0).unsigned_abs() + 1);
            begun = end;
            self.most(Stated::Codes, run)
        })
        .sum()
    }

    /// All bounds.
    pub fn bounds(&self, seen: &Seen, owners: &Owners) -> Vec<Bound> {
        let mut bounds = Vec::new();
        for (lane, what) in WORDS {
            let Some(tallies) = seen.tallies.get(&lane) else { continue };
            if let Some(hourly) = self.hourly(lane) {
                let most = tallies.values().map(|tally| tally.most).max().unwrap_or(0);
                bounds.push(Bound::at_most(format!("{what}, in any hour"), most as u64, hourly));
            }
            if let (Lane::Codes, Some((_, limit))) =
                (lane, self.figures.most_in_any_window(Stated::CodesOfLate, self.at_a_time))
            {
                let most = tallies.values().map(|tally| tally.most).max().unwrap_or(0);
                bounds.push(Bound::at_most(format!("{what}, in any five minutes"), most as u64, limit));
            }
            // of the one that is nearest to its own limit
            let nearest =
                |(counter, tally): (&String, &Tally)| (tally.evaluated, self.in_all(lane, counter, seen));
            let worst = tallies
                .iter()
                .map(nearest)
                .max_by(|(a, a_limit), (b, b_limit)| (a * b_limit).cmp(&(b * a_limit)));
            if let Some((evaluated, limit)) = worst {
                bounds.push(Bound::at_most(format!("{what}, in all"), evaluated, limit));
            }
        }
        bounds.extend(self.hits(seen));
        bounds.push(Bound::all("logins of owners from home", &owners.at_home));
        bounds.push(Bound::all("the same as one of their accounts", &owners.as_their_accounts));
        bounds.push(Bound::all("from unknown addresses, not guessed at", &owners.unknown));
        bounds
    }

    /// How many guesses were right: as many as chance makes of those that were evaluated, and no more than of those that
    /// the caps allow.
    fn hits(&self, seen: &Seen) -> Vec<Bound> {
        let mut bounds = Vec::new();
        let (password, code) = (1.0 / f64::from(PASSWORDS), f64::from(RIGHT_CODES) / f64::from(CODES));
        for (lane, what) in WORDS {
            let chance = match lane {
                Lane::Passwords | Lane::PasswordsHere | Lane::Possessors | Lane::PossessorsHere => password,
                Lane::Codes | Lane::CodesHere => code,
                Lane::Nobodys | Lane::RecoveryCodes | Lane::Answers => continue,
            };
            let Some(tallies) = seen.tallies.get(&lane) else { continue };
            let hits = seen.hits.get(&lane).copied().unwrap_or(0);
            let expected = seen.in_all(lane) as f64 * chance;
            let capped: u64 = tallies.keys().map(|counter| self.in_all(lane, counter, seen)).sum();
            let of_cap = capped as f64 * chance;
            for (of, mean) in [("evaluated", expected), ("allowed", of_cap)] {
                let what = format!("right: {what}, of those {of} ({mean:.2})");
                let limit = mean + MOST_SIGMA * deviation(mean, chance);
                bounds.push(Bound { what, seen: hits as f64, limit, is_least: false });
            }
            let what = format!("right: {what}, of those evaluated");
            let limit = expected - MOST_SIGMA * deviation(expected, chance);
            bounds.push(Bound { what, seen: hits as f64, limit: limit.max(0.0), is_least: true });
        }
        bounds
    }
}

/// Where next to none is expected, one is no sign of anything.
fn deviation(mean: f64, chance: f64) -> f64 {
    (mean * (1.0 - chance)).sqrt().max(0.5)
}

const WORDS: [(Lane, &str); 9] = [
    (Lane::Passwords, "passwords of a name, unknown addresses"),
    (Lane::PasswordsHere, "passwords of a name, a known address"),
    (Lane::Possessors, "a possessor's through others, unknown addresses"),
    (Lane::PossessorsHere, "a possessor's through others, its home"),
    (Lane::Nobodys, "names of nobody, an address"),
    (Lane::Codes, "codes of a name, unknown addresses"),
    (Lane::CodesHere, "codes of a name, a known address"),
    (Lane::RecoveryCodes, "recovery codes of a name"),
    (Lane::Answers, "answers of a name"),
];
