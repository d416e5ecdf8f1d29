//! Throttling of guesses at passwords, one-time codes and answers to security questions. API tokens and access hashes are
//! not throttled: nobody guesses 165 random bits.
//!
//! Each guess is counted per login name and address prefix; names that do not exist are counted like those that do.
//! A try is counted when it is reserved, before it is evaluated, and is granted or refused at once, never held:
//!
//! - While no failure is known, a try is granted, up to 32 at once. Beyond that the answer is "busy", which holds
//!   nothing against anybody. So of any number of wrong guesses that come at once, a node evaluates 32. Once the
//!   latest password was right 512 may run at once: a client that opens many connections is then stopped by the
//!   queue for hashing only, and so is the one burst of guesses that somebody behind the same address has.
//! - Five failures are free. From the first on, tries under way count against the free ones as if they had failed;
//!   one too many is refused.
//! - After that one try at a time is granted, 2, 4, 8 ... seconds after the latest failure, 15 minutes at most. A
//!   day without a failure, or a success, forgets them.
//!
//! Codes are also counted per login name alone ([`known_addresses`] tells why not from every address): twenty wrong
//! ones in a row close the second factor to unknown addresses for 15 minutes, each further one for twice as long, a
//! day at most, until a code from such an address is accepted.
//!
//! Failures are durable before they are answered; a success writes nothing unless it clears failures, or the
//! address has to be noted.

mod guesser;
mod known_addresses;
mod permit;
mod rule;
mod table;

use portreeve_crypt::{Digest, Purpose};
use portreeve_types::{AddressPrefix, Timestamp};

use guesser::{Decision, Guesser};
use permit::Counter;

pub(crate) use known_addresses::KNOWN;
pub use permit::Permit;
pub(crate) use table::ThrottleTable;

use crate::change::Change;
use crate::error::StoreError;
use crate::row::Row;
use crate::store::Store;
use crate::trail::Trail;
use crate::value::values;

/// What is guessed; each is counted apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guess {
    /// A password.
    Password,
    /// The password of another account that may log in to the named one. Counted per address alone, beside the
    /// password itself: whoever tries root's password at many names, or clears the count of one name with its own
    /// password in between, gets no more tries for it.
    AnothersPassword,
    /// A one-time code.
    Code,
    /// The answers to security questions.
    Answers,
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
    /// Nothing failed, but too many tries of the same name from the same address are under way: to be answered as
    /// an overload is, not as a wrong password.
    #[error("too many tries at once")]
    Busy,
    /// The records are unavailable.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// Counts a try before it is evaluated, or refuses it. `login` is the canonical text of a login name.
    ///
    /// # Errors
    /// When the try may not be evaluated now, or the records are unavailable.
    pub async fn reserve(
        &self,
        login: &str,
        address: AddressPrefix,
        guess: Guess,
    ) -> Result<Permit, ReserveError> {
        // digests, because people type passwords where names belong
        let key = self.digest(Purpose::Throttle, &format!("{guess:?}\0{address}\0{login}"));
        let mut permit = Permit::new(self.clock.clone());
        match guess {
            Guess::Password | Guess::AnothersPassword => {
                self.count(&mut permit, key, &rule::PASSWORD).await?
            }
            // counted as codes are, and no address is excepted: one that is known needs no answers
            Guess::Answers => {
                self.count(&mut permit, key, &rule::CODE).await?;
                let key = self.digest(Purpose::Throttle, &format!("{guess:?}\0\0{login}"));
                self.count(&mut permit, key, &rule::CODE_FROM_ANYWHERE).await?;
            }
            Guess::Code => {
                self.count(&mut permit, key, &rule::CODE).await?;
                permit.address = Some(key);
                let known = self.address_noted(&key).await;
                if !known.inspect_err(|_| permit.refund())?.is_some_and(|noted| self.is_known(noted)) {
                    let key = self.digest(Purpose::Throttle, &format!("{guess:?}\0\0{login}"));
                    self.count(&mut permit, key, &rule::CODE_FROM_ANYWHERE).await?;
                }
            }
        }
        Ok(permit)
    }

    /// Counts the try of a permit in one more counter. Refused by one, it counts in none.
    async fn count(
        &self,
        permit: &mut Permit,
        key: Digest,
        rule: &'static rule::Rule,
    ) -> Result<(), ReserveError> {
        let guesser = self.models.throttle.guesser(&key, rule);
        let loaded = self.load_guesser(&key, &guesser).await;
        let refused = match loaded.map(|()| guesser.reserve(self.now())) {
            Ok(Decision::Granted) => {
                permit.counters.push(Counter { key, guesser });
                return Ok(());
            }
            Ok(Decision::Throttled(retry_after_seconds)) => ReserveError::Throttled { retry_after_seconds },
            Ok(Decision::Busy) => ReserveError::Busy,
            Err(error) => error.into(),
        };
        permit.refund();
        Err(refused)
    }

    /// Settles a try that was wrong; durable when this returns.
    ///
    /// # Errors
    /// When the records are unavailable; the failure is counted in memory all the same.
    pub async fn failed(&self, mut permit: Permit) -> Result<(), StoreError> {
        let upsert = "INSERT INTO throttle (id, failures, last_failure, forgotten) VALUES ($1, 1, $2, $3)
            ON CONFLICT (id) DO UPDATE SET last_failure = excluded.last_failure,
            forgotten = excluded.forgotten,
            failures = CASE WHEN throttle.forgotten <= excluded.last_failure THEN 1
                ELSE throttle.failures + 1 END
            RETURNING failures";
        let now = self.now();
        let mut write = self.write_of_itself().await?;
        let mut recorded = Vec::with_capacity(permit.counters.len());
        for Counter { key, guesser } in &permit.counters {
            let forgotten = now.after(guesser.rule().decay);
            let row = write.row(upsert, values![*key, now, forgotten]).await?;
            let failures = row.map_or(Ok(1), |row| row.integer("failures"))?;
            recorded.push(u32::try_from(failures).unwrap_or(u32::MAX));
            write.changed(Change::Throttle(key.to_hex()));
        }
        write.commit(Trail::nothing("whoever evaluated the try tells of it")).await?;
        for (counter, failures) in permit.counters.drain(..).zip(recorded) {
            counter.guesser.failed(failures, now);
        }
        Ok(())
    }

    /// Settles a try that was right, and accepted for what it was given for: earlier failures are forgotten, and a
    /// code's address is known from now on. A right code that the ledger does not accept is to be refunded.
    ///
    /// # Errors
    /// When there is something to write and the records are unavailable.
    pub async fn succeeded(&self, mut permit: Permit) -> Result<(), StoreError> {
        let recorded = permit.counters.iter().filter(|counter| counter.guesser.may_be_recorded());
        let recorded: Vec<Digest> = recorded.map(|counter| counter.key).collect();
        let noted = match permit.address {
            Some(address) if self.is_note_due(&address).await? => Some(address),
            _ => None,
        };
        if !recorded.is_empty() || noted.is_some() {
            let mut write = self.write_of_itself().await?;
            for key in recorded {
                write.execute("DELETE FROM throttle WHERE id = $1", values![key]).await?;
                write.changed(Change::Throttle(key.to_hex()));
            }
            if let Some(address) = noted {
                write.note_address(address, self.now()).await?;
            }
            write.commit(Trail::nothing("what the try was for tells of it")).await?;
        }
        permit.counters.drain(..).for_each(|counter| counter.guesser.succeeded());
        Ok(())
    }

    /// Settles a try that is not to count at all: a right code that may not be used again, or a check that did not
    /// come about. It forgets no failures either.
    pub fn refund(&self, mut permit: Permit) {
        permit.refund();
    }

    /// Reads the guesser's row, unless what is in memory holds.
    async fn load_guesser(&self, key: &Digest, guesser: &Guesser) -> Result<(), StoreError> {
        while let Some(version) = guesser.outdated() {
            let row = self
                .db
                .row("SELECT failures, last_failure FROM throttle WHERE id = $1", values![*key])
                .await?;
            let recorded = row.as_ref().map(recorded).transpose()?;
            if guesser.load(version, recorded) {
                break;
            }
        }
        Ok(())
    }
}

/// What a row says: failures, and the moment of the latest.
fn recorded(row: &Row) -> Result<(u32, Timestamp), StoreError> {
    Ok((u32::try_from(row.integer("failures")?).unwrap_or(u32::MAX), row.moment("last_failure")?))
}
