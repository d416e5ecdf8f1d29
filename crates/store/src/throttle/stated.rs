//! What the rules let through at most, worked out from their figures alone: what is stated of the throttle, and held
//! against what it does (`cargo xtask simulate-guessing`).

use std::time::Duration;

use super::figures::Figures;
use super::rule::{self, REST, Rule};

/// So long after its latest failure a cap on passwords may open again at the earliest: of two tries that are nearer to
/// each other no login was between that opened it.
pub const STATED_REST: Duration = REST;

/// Of what something is stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stated {
    /// Passwords of a name from all unknown addresses; a possessor's through the names of others as well.
    Passwords,
    /// Passwords of a name from a known address; a possessor's through the names of others as well.
    PasswordsHere,
    /// One-time codes of a name from all unknown addresses.
    Codes,
    /// The same of late.
    CodesOfLate,
    /// Codes of a name from a known address.
    CodesHere,
    /// Recovery codes of a name from all unknown addresses.
    RecoveryCodes,
    /// Answers of a name.
    Answers,
    /// Everything from an address.
    Address,
}

impl Stated {
    fn rule(self, figures: &Figures) -> Rule {
        match self {
            Stated::Passwords => rule::PASSWORD_CAP,
            Stated::PasswordsHere => rule::PASSWORD_CAP_HERE,
            Stated::Codes => rule::CODE_CAP,
            Stated::CodesOfLate => rule::CODE_PACE,
            Stated::CodesHere => rule::CODE_CAP_HERE,
            Stated::RecoveryCodes | Stated::Answers => rule::TWENTY_IN_A_ROW,
            Stated::Address => rule::address(figures),
        }
    }
}

impl Figures {
    /// The most wrong tries that are evaluated in so much time with nothing forgotten meanwhile, when so many are under
    /// way at a time.
    #[must_use]
    pub fn most(&self, of: Stated, lasts: Duration, at_a_time: u32) -> u64 {
        of.rule(self).most(lasts, at_a_time)
    }

    /// The most in any span of a rule's window, the end of one window and the whole of the next among them.
    #[must_use]
    pub fn most_in_any_window(&self, of: Stated, at_a_time: u32) -> Option<(Duration, u64)> {
        let rule = of.rule(self);
        let window = rule.window?;
        Some((window, rule.most(window, at_a_time) + u64::from(rule.free.saturating_sub(1))))
    }
}

impl Rule {
    /// The most failures in a span that begins with the first of them and has an end that is no part of it.
    fn most(&self, lasts: Duration, at_a_time: u32) -> u64 {
        let seconds = i64::try_from(lasts.as_secs()).unwrap_or(i64::MAX);
        // as many at once as there may be while none has failed, or one after the other
        let at_once = self.at_once.max(self.at_once_proven).min(at_a_time);
        [self.free, at_once].map(|begun| self.most_after(begun, seconds)).into_iter().max().unwrap_or(0)
    }

    fn most_after(&self, begun: u32, seconds: i64) -> u64 {
        let (mut failures, mut passed) = (begun, 0_i64);
        while failures < self.closed_from {
            passed = passed.saturating_add(self.wait_after(failures).max(1));
            if passed >= seconds {
                break;
            }
            failures += 1;
        }
        u64::from(failures)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stated_in_the_documentation_follows_from_the_figures() {
        let (figures, day) = (Figures::default(), Duration::from_secs(86_400));
        for (of, lasts, most) in [
            (Stated::Passwords, REST, 100),
            (Stated::PasswordsHere, REST, 103),
            (Stated::Codes, day, 26),
            (Stated::Codes, day * 1000, 100),
            (Stated::CodesHere, REST, 22),
            (Stated::Answers, day, 26),
            (Stated::Address, REST, 30),
        ] {
            assert_eq!(figures.most(of, lasts, 1), most, "{of:?}");
        }
        assert_eq!(figures.most(Stated::PasswordsHere, REST, 1000), 515);
        assert_eq!(figures.most_in_any_window(Stated::CodesOfLate, 1), Some((Duration::from_secs(300), 18)));
    }
}
