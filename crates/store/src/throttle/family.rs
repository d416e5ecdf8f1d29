//! The families of counters: which of them a try has a place in.

use std::net::IpAddr;

use portreeve_types::AddressPrefix;

use super::figures::Figures;
use super::rule::{self, Rule};
use super::{Attempt, Guess};

/// A family of counters. The text of its name is part of every counter's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    /// Passwords of a name from an address.
    PasswordHere,
    /// Passwords of a name from an address where no user rule holds, with no rest between them.
    PasswordCapHere,
    /// Passwords of a name from all unknown addresses, of late.
    PasswordPace,
    /// Passwords of a name from all unknown addresses, in a row.
    PasswordCap,
    /// The four of one's password that is tried through the names of others: apart, since whoever mistypes there mistypes
    /// a password of their own.
    AnothersPasswordHere,
    AnothersPasswordCapHere,
    AnothersPasswordPace,
    AnothersPasswordCap,
    /// Codes of either kind of a name from an address.
    CodeHere,
    /// Codes of either kind of a name from a known address, with no rest between them.
    CodeCapHere,
    /// One-time codes of a name from all unknown addresses, of late.
    CodePace,
    /// One-time codes of a name from all unknown addresses, in a row.
    CodeCap,
    /// Recovery codes of a name from all unknown addresses.
    RecoveryCap,
    /// Answers of a name from an address.
    AnswersHere,
    /// Answers of a name from anywhere.
    AnswersCap,
    /// Everything from an address.
    Address,
    /// Everything from an address's neighbourhood.
    Neighbourhood,
}

/// Where a try comes from, as far as the rules care.
#[derive(Clone, Copy)]
pub(super) struct Standing {
    /// Whether the user logged in from there of late: it has a lane of its own.
    pub(super) known: bool,
    /// Whether the address is on the white list.
    pub(super) white: bool,
}

/// What a login clears whose password was the name's own.
pub(super) const CLEARED_BY_LOGIN: &[Family] =
    &[Family::PasswordCap, Family::PasswordPace, Family::PasswordCapHere];
/// The same of the password's owner, where it was another's.
pub(super) const CLEARED_BY_POSSESSORS_LOGIN: &[Family] =
    &[Family::AnothersPasswordCap, Family::AnothersPasswordPace, Family::AnothersPasswordCapHere];

impl Family {
    /// The families that a try is counted in, those first that refuse most.
    pub(super) fn of(attempt: &Attempt<'_>, standing: Standing, figures: &Figures) -> Vec<Family> {
        let Standing { known, white } = standing;
        let user_rules = !known
            && !white
            && figures.enabled
            && figures.by_user
            && (figures.by_user_for_root || attempt.login != "root");
        let address_rules = !known && !white && figures.enabled && figures.by_address;
        let mut families = Vec::with_capacity(6);
        let mut add = |condition: bool, of: &[Family]| {
            if condition {
                families.extend_from_slice(of);
            }
        };
        match attempt.guess {
            Guess::Password => {
                add(user_rules, &[Family::PasswordCap, Family::PasswordPace]);
                add(!user_rules, &[Family::PasswordCapHere]);
                add(true, &[Family::PasswordHere]);
                add(address_rules, &[Family::Address, Family::Neighbourhood]);
            }
            // a second look within a try that is counted at the address
            Guess::AnothersPassword => {
                add(user_rules, &[Family::AnothersPasswordCap, Family::AnothersPasswordPace]);
                add(!user_rules, &[Family::AnothersPasswordCapHere]);
                // who mistypes beside a possessor's own machine keeps nobody out
                add(!known, &[Family::AnothersPasswordHere]);
            }
            Guess::Code => {
                add(!known, &[Family::CodeCap, Family::CodePace]);
                add(known, &[Family::CodeCapHere]);
                add(true, &[Family::CodeHere]);
                add(address_rules, &[Family::Address, Family::Neighbourhood]);
            }
            Guess::RecoveryCode => {
                add(!known, &[Family::RecoveryCap]);
                add(true, &[Family::CodeHere]);
                add(address_rules, &[Family::Address, Family::Neighbourhood]);
            }
            // no address is excepted: one that is verified needs no answers
            Guess::Answers => add(true, &[Family::AnswersCap, Family::AnswersHere]),
        }
        families
    }

    /// What it allows.
    pub(super) fn rule(self, figures: &Figures) -> Rule {
        match self {
            Family::PasswordHere | Family::AnothersPasswordHere => rule::PASSWORD_HERE,
            Family::PasswordCapHere | Family::AnothersPasswordCapHere => rule::PASSWORD_CAP_HERE,
            Family::PasswordPace | Family::AnothersPasswordPace => rule::password_pace(figures),
            Family::PasswordCap | Family::AnothersPasswordCap => rule::PASSWORD_CAP,
            Family::CodeHere | Family::AnswersHere => rule::CODE_HERE,
            Family::CodeCapHere => rule::CODE_CAP_HERE,
            Family::CodePace => rule::CODE_PACE,
            Family::CodeCap => rule::CODE_CAP,
            Family::RecoveryCap | Family::AnswersCap => rule::TWENTY_IN_A_ROW,
            Family::Address => rule::address(figures),
            Family::Neighbourhood => rule::neighbourhood(figures),
        }
    }

    /// What the key of one of its counters is the digest of.
    pub(super) fn text(self, login: &str, address: IpAddr) -> String {
        match self.place(address) {
            Some(place) if self.is_of_login() => format!("{self:?}\0{place}\0{login}"),
            Some(place) => format!("{self:?}\0{place}\0"),
            None => self.everywhere(login),
        }
    }

    /// The same of one that counts tries from all addresses.
    pub(super) fn everywhere(self, login: &str) -> String {
        format!("{self:?}\0\0{login}")
    }

    /// From where a counter of it counts; none for those of all addresses.
    pub(super) fn place(self, address: IpAddr) -> Option<AddressPrefix> {
        match self {
            _ if self.place_is_everywhere() => None,
            Family::Neighbourhood => Some(AddressPrefix::neighbourhood(address)),
            _ => Some(AddressPrefix::of(address)),
        }
    }

    /// From where a counter of it counts, as its row has it: an address is never written as its neighbourhood is. Empty
    /// for those of all addresses.
    pub(super) fn place_text(self, address: IpAddr) -> String {
        match self.place(address) {
            None => String::new(),
            Some(place) if self == Family::Neighbourhood => {
                let bits = if address.to_canonical().is_ipv4() { 24 } else { 48 };
                format!("{place}/{bits}")
            }
            Some(place) => place.to_string(),
        }
    }

    /// Whether its counters count tries from all addresses.
    pub(super) fn place_is_everywhere(self) -> bool {
        matches!(
            self,
            Family::PasswordPace
                | Family::PasswordCap
                | Family::AnothersPasswordPace
                | Family::AnothersPasswordCap
                | Family::CodePace
                | Family::CodeCap
                | Family::RecoveryCap
                | Family::AnswersCap
        )
    }

    /// Whether its counters are one for each login name.
    pub(super) fn is_of_login(self) -> bool {
        !matches!(self, Family::Address | Family::Neighbourhood)
    }

    /// Whether it counts tries at somebody's password through the names of others.
    pub(super) fn is_through_others(self) -> bool {
        matches!(
            self,
            Family::AnothersPasswordHere
                | Family::AnothersPasswordCapHere
                | Family::AnothersPasswordPace
                | Family::AnothersPasswordCap
        )
    }

    /// Whether it counts nothing but codes or answers.
    pub(super) fn is_of_codes(self) -> bool {
        matches!(
            self,
            Family::CodeHere
                | Family::CodeCapHere
                | Family::CodePace
                | Family::CodeCap
                | Family::RecoveryCap
                | Family::AnswersHere
                | Family::AnswersCap
        )
    }
}
