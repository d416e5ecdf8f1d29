//! What a simulation showed.

use std::fmt;

use super::Options;
use super::bounds::{Bound, Stating};
use super::owners::{Logins, Owners};
use super::seen::{Lane, Seen};

/// What a simulation showed.
pub struct Report {
    options: Options,
    restarts: usize,
    bounds: Vec<Bound>,
    seen: Seen,
    owners: Owners,
}

impl Report {
    pub(super) fn new(
        options: Options,
        restarts: usize,
        stating: &Stating,
        seen: Seen,
        owners: Owners,
    ) -> Report {
        Report { options, restarts, bounds: stating.bounds(&seen, &owners), seen, owners }
    }

    /// The bounds that did not hold, each as its line.
    pub fn broken(&self) -> Vec<String> {
        self.bounds.iter().filter(|bound| !bound.holds()).map(Bound::to_string).collect()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Options { guesses, addresses, users, seed, lasts, at_a_time, .. } = self.options;
        writeln!(
            f,
            "{guesses} guesses from {addresses} addresses, up to {at_a_time} at a time, at {users} accounts with a mailbox \
             each, in {} hours with {} restarts (seed {seed})\n",
            lasts.as_secs() / 3600,
            self.restarts,
        )?;
        writeln!(f, "{:<16} {:>12} {:>12}", "", "evaluated", "refused")?;
        for (carrier, (evaluated, refused)) in &self.seen.by_carrier {
            writeln!(f, "{:<16} {evaluated:>12} {refused:>12}", format!("{carrier:?}"))?;
        }
        let compared = [Lane::Possessors, Lane::PossessorsHere].map(|lane| self.seen.in_all(lane));
        writeln!(f, "compared with possessors' passwords: {}", compared.iter().sum::<u64>())?;
        writeln!(f, "given up before their answer: {}\n", self.seen.given_up)?;
        self.bounds.iter().try_for_each(|bound| writeln!(f, "{bound}"))?;
        let without = |f: &mut fmt::Formatter<'_>, who: &str, logins: &Logins| {
            writeln!(f, "{who}: {} of {} logins, and no bound", logins.in_, logins.of)
        };
        writeln!(f)?;
        without(f, "owners with a guesser beside them", &self.owners.beside_guesser)?;
        without(f, "owners who are guessed at, from unknown addresses", &self.owners.guessed_at)
    }
}
