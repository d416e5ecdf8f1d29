//! Throttling of guesses at passwords, codes and answers to security questions. API tokens and access hashes are not
//! throttled: nobody guesses 165 random bits.
//!
//! Each try is counted in several counters ([`family`] says in which, `rule` with which figures): of its login name from
//! its address, of its address and of the address's neighbourhood, and of its login name from all addresses together.
//! Names that do not exist are counted like those that do. A try has a place in all its counters or in none: it is
//! counted when it is reserved, before it is evaluated, and is granted or refused at once, never held:
//!
//! - While a counter knows of no failure, a try is granted, up to a number at once. Beyond that the answer is "busy",
//!   which holds nothing against anybody. So of any number of wrong guesses at a name that come at once from an address, a
//!   node evaluates 32. Once the latest password was right 512 may run at once: a client that opens many connections is
//!   then stopped by the queue for hashing only, and so is the one burst of guesses that somebody behind the same address
//!   has.
//! - Some failures are free. From the first on, tries under way count against the free ones as if they had failed; one
//!   too many is refused.
//! - After that one try at a time is granted, and each has to wait for so long after the latest failure as the rule says.
//!
//! Somebody who logged in from an address of late has a lane of its own there ([`known_addresses`]): no failures from
//! elsewhere, and none of others from there, hold it back. The lane has a cap, because the owner is not always alone
//! there. Addresses on the white list are passed over by the address and user rules, those on the black list are refused
//! ([`lists`]). The addresses of this machine are never known ([`this_machine`]).
//!
//! How much is evaluated altogether is bounded too ([`evaluations`]); that counts nothing against anybody.
//!
//! Failures are durable before they are answered; a success writes nothing unless it clears failures, or the address has
//! to be noted. A try whose counters have no row costs no look at the records ([`on_record`]).

mod evaluations;
mod failed_logins;
mod family;
mod figures;
mod forgiving;
mod guesser;
mod known_addresses;
mod lists;
mod on_record;
mod permit;
mod rule;
mod settle;
mod stated;
mod sweeping;
mod table;
mod this_machine;

use std::net::IpAddr;
use std::sync::Arc;

use portreeve_crypt::{Digest, Purpose};
use portreeve_types::Service;

use family::{Family, Standing};
use guesser::{Decision, Guesser, Recorded};
use permit::{Forgiven, Place};

pub(crate) use evaluations::Evaluations;
pub use failed_logins::{FailedGuess, FailedLogin, HeldBack, HeldBackBy};
pub use figures::Figures;
pub use lists::{AddressList, AddressLists, ListedAddresses};
pub use permit::Permit;
pub use stated::{STATED_REST, Stated};
pub(crate) use table::ThrottleTable;
pub(crate) use this_machine::ThisMachine;
pub use this_machine::is_on_this_machine;

use crate::error::StoreError;
use crate::store::Store;
use crate::value::values;

/// What is guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guess {
    /// A password.
    Password,
    /// The password of another account that may log in to the one that was named. The attempt's name is that other one's,
    /// whoever was named: whoever tries root's password at many names, or clears the count of one name with its own
    /// password in between, gets no more tries for it.
    AnothersPassword,
    /// A one-time code.
    Code,
    /// A recovery code: counted with one-time codes from an address, and apart from everywhere, because it must still
    /// be good when too many wrong codes have closed the other way.
    RecoveryCode,
    /// The answers to security questions.
    Answers,
}

impl Guess {
    /// Whether it is a code of the second factor.
    pub(crate) fn is_code(self) -> bool {
        matches!(self, Guess::Code | Guess::RecoveryCode)
    }
}

/// A try, before it is evaluated.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    /// What is guessed.
    pub guess: Guess,
    /// The canonical text of a login name.
    pub login: &'a str,
    /// The client's address.
    pub address: IpAddr,
    /// Where it is given.
    pub service: Service,
}

/// Why a try may not be evaluated.
#[derive(Debug, thiserror::Error)]
pub enum ReserveError {
    /// There were too many failures of late.
    #[error("too many failed tries; the next is due in {retry_after_seconds} s")]
    Throttled {
        /// When to try again, for `Retry-After`.
        retry_after_seconds: u64,
    },
    /// The address is on the black list: to be answered as a wrong password.
    #[error("the address is on the black list")]
    Blacklisted,
    /// Nothing failed, but too much is under way, of the same name or address or of all: to be answered as an overload
    /// is, not as a wrong password.
    #[error("too many tries at once")]
    Busy,
    /// The records are unavailable.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// Counts a try before it is evaluated, or refuses it.
    ///
    /// # Errors
    /// When the try may not be evaluated now, or the records are unavailable.
    pub async fn reserve(&self, attempt: Attempt<'_>) -> Result<Permit, ReserveError> {
        let figures = self.policies().await?.throttling;
        let mut standing = Standing { known: false, white: false };
        if figures.enabled {
            let lists = self.address_lists().await?;
            if lists.is_black(attempt.address) {
                return Err(ReserveError::Blacklisted);
            }
            standing.white = lists.is_white(attempt.address);
        }
        let mut permit = Permit::new(&attempt, self.machine.counted(attempt.address), self.clock.clone());
        let attempt = Attempt { address: permit.from, ..attempt };
        permit.known_key = self.known_key(attempt.guess, attempt.login, attempt.address);
        if let Some(key) = permit.known_key {
            standing.known = self.is_known(&key).await?;
        }
        permit.known = standing.known;
        for family in Family::of(&attempt, standing, &figures) {
            self.count(&mut permit, family, &attempt, &figures).await?;
        }
        if attempt.guess == Guess::RecoveryCode {
            self.forgive_one_time_codes(&mut permit, &attempt).await.inspect_err(|_| permit.refund())?;
        }
        Ok(permit)
    }

    /// Asks whether there is time to evaluate a try now; to be done right before.
    ///
    /// # Errors
    /// When there is not: the permit is still to be settled, by a refund.
    pub fn evaluate(&self, permit: &mut Permit) -> Result<(), ReserveError> {
        if !permit.evaluated {
            let taken = self.evaluations.take(permit.known, self.clock.elapsed());
            permit.under_way = taken.ok_or(ReserveError::Busy)?;
            permit.evaluated = true;
        }
        Ok(())
    }

    /// Counts the try of a permit in one more counter. Refused by one, it counts in none.
    async fn count(
        &self,
        permit: &mut Permit,
        family: Family,
        attempt: &Attempt<'_>,
        figures: &Figures,
    ) -> Result<(), ReserveError> {
        let rule = family.rule(figures);
        let loaded = self.loaded(family, &family.text(attempt.login, attempt.address)).await;
        let refused = match loaded.map(|(key, guesser)| (guesser.reserve(&rule, self.now()), key, guesser)) {
            Ok((Decision::Granted, key, guesser)) => {
                permit.places.push(Place { family, key, rule, guesser });
                return Ok(());
            }
            Ok((Decision::Throttled(retry_after_seconds), ..)) => {
                ReserveError::Throttled { retry_after_seconds }
            }
            Ok((Decision::Busy, ..)) => ReserveError::Busy,
            Err(error) => error.into(),
        };
        permit.refund();
        Err(refused)
    }

    /// Finds the caps on one-time codes: a recovery code has no place in them, and its success clears them.
    async fn forgive_one_time_codes(
        &self,
        permit: &mut Permit,
        attempt: &Attempt<'_>,
    ) -> Result<(), StoreError> {
        for family in [Family::CodeCap, Family::CodePace, Family::CodeCapHere] {
            let (key, guesser) = self.loaded(family, &family.text(attempt.login, attempt.address)).await?;
            if guesser.may_be_recorded() {
                permit.forgiven.push(Forgiven { key, guesser });
            }
        }
        Ok(())
    }

    /// The counter with this text, as it is now.
    async fn loaded(&self, family: Family, text: &str) -> Result<(Digest, Arc<Guesser>), StoreError> {
        // digests, because people type passwords where names belong
        let key = self.digest(Purpose::Throttle, text);
        let guesser = self.models.throttle.guesser(family, &key);
        self.load_guesser(&key, &guesser).await?;
        Ok((key, guesser))
    }

    /// Reads the guesser's row, unless what is in memory holds.
    async fn load_guesser(&self, key: &Digest, guesser: &Guesser) -> Result<(), StoreError> {
        while let Some(version) = guesser.outdated() {
            let recorded = if self.models.throttle.may_be_on_record(key) {
                let sql = "SELECT failures, last_failure, forgotten FROM throttle WHERE id = $1";
                self.db.row(sql, values![*key]).await?.as_ref().map(Recorded::from_row).transpose()?
            } else {
                None
            };
            if guesser.load(version, recorded) {
                break;
            }
        }
        Ok(())
    }
}
