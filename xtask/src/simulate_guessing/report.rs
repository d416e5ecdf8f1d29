//! What a simulation showed.

use std::fmt;

use super::Options;
use super::attack::Kind;
use super::bounds::{Bounds, Seen};

/// So far from what is expected the number of right guesses may be.
const MOST_SIGMA: f64 = 4.0;

/// What a simulation showed.
pub struct Report {
    options: Options,
    bounds: Bounds,
}

impl Report {
    pub(super) fn new(options: Options, bounds: Bounds) -> Report {
        Report { options, bounds }
    }

    /// The bounds that did not hold, each as a sentence.
    pub fn broken(&self) -> Vec<String> {
        let bounds = &self.bounds;
        let mut broken = Vec::new();
        for (kind, seen) in &bounds.kinds {
            let (worst, cap) = (bounds.worst(*kind), bounds.cap(*kind));
            if worst > cap {
                broken.push(format!("{kind:?}: {worst} were evaluated of one, and {cap} may be"));
            }
            let sigma = self.sigma(*kind, seen);
            if sigma.abs() > MOST_SIGMA {
                broken.push(format!("{kind:?}: {} right guesses are {sigma:.1} sigma off", seen.right));
            }
        }
        if bounds.too_fast > 0 {
            broken.push(format!("{} passwords were more than 100 of one name in an hour", bounds.too_fast));
        }
        if bounds.owners_in < bounds.owners {
            let out = bounds.owners - bounds.owners_in;
            broken.push(format!("{out} of {} logins of owners were refused", bounds.owners));
        }
        broken
    }

    /// How far the right guesses are from what the chance of one makes of so many.
    fn sigma(&self, kind: Kind, seen: &Seen) -> f64 {
        let (chance, evaluated) = (kind.chance(), seen.evaluated as f64);
        let deviation = (evaluated * chance * (1.0 - chance)).sqrt();
        // where next to none is expected, one is no sign of anything
        if deviation < 0.5 { 0.0 } else { (seen.right as f64 - evaluated * chance) / deviation }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Options { guesses, addresses, users, seed, lasts, .. } = self.options;
        writeln!(
            f,
            "{guesses} guesses from {addresses} addresses at {users} people in {} hours (seed {seed})\n",
            lasts.as_secs() / 3600
        )?;
        writeln!(
            f,
            "{:<16} {:>11} {:>10} {:>11} {:>8} {:>7} {:>7} {:>6} {:>9} {:>6}",
            "", "tries", "evaluated", "refused", "busy", "worst", "cap", "right", "expected", "sigma"
        )?;
        for (kind, seen) in &self.bounds.kinds {
            writeln!(
                f,
                "{:<16} {:>11} {:>10} {:>11} {:>8} {:>7} {:>7} {:>6} {:>9.2} {:>6.1}",
                format!("{kind:?}"),
                seen.evaluated + seen.refused + seen.busy,
                seen.evaluated,
                seen.refused,
                seen.busy,
                self.bounds.worst(*kind),
                self.bounds.cap(*kind),
                seen.right,
                seen.evaluated as f64 * kind.chance(),
                self.sigma(*kind, seen),
            )?;
        }
        writeln!(f, "\nowners got in {} times of {}", self.bounds.owners_in, self.bounds.owners)?;
        self.broken().iter().try_for_each(|broken| writeln!(f, "BROKEN: {broken}"))
    }
}
