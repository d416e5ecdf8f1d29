//! Throttling of guesses at passwords and codes, per login name and address prefix.
//!
//! A try is counted before it is evaluated, so that many at once gain nothing; names that do not exist are counted
//! like those that do. Failures are durable before they are answered; a success writes nothing unless it clears
//! failures.

mod guesser;
mod table;

use std::sync::Arc;
use std::time::Duration;

use portreeve_crypt::{Digest, Purpose};
use portreeve_types::{AddressPrefix, Clock, Timestamp};

use guesser::{Decision, Guesser};

pub(crate) use guesser::DECAY;
pub(crate) use table::ThrottleTable;

use crate::change::Change;
use crate::error::StoreError;
use crate::row::Row;
use crate::store::Store;
use crate::value::values;

/// How long a try may wait for others of the same guesser to settle, when no failure speaks against it.
const SLOT_WAIT: Duration = Duration::from_secs(2);

/// What is guessed; each is counted apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guess {
    /// A password, an API token, an access hash.
    Password,
    /// A one-time code.
    Code,
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
    /// The records are unavailable.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The right to evaluate one try. Dropped without being settled, it counts as a failure.
#[must_use = "a try that is not settled counts as a failure"]
pub struct Permit {
    key: Digest,
    guesser: Arc<Guesser>,
    clock: Arc<dyn Clock>,
    settled: bool,
}

impl Permit {
    fn settle(mut self, settle: impl FnOnce(&Guesser)) {
        self.settled = true;
        settle(&self.guesser);
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if !self.settled {
            self.guesser.abandoned(self.clock.now());
        }
    }
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
        // a digest, because people type passwords where names belong
        let key = self.digest(Purpose::LogMask, &format!("{guess:?}\0{address}\0{login}"));
        let guesser = self.models.throttle.guesser(&key);
        let deadline = tokio::time::Instant::now() + SLOT_WAIT;
        loop {
            self.load_guesser(&key, &guesser).await?;
            let settled = guesser.settled.notified();
            match guesser.reserve(self.now()) {
                Decision::Granted => {
                    let (guesser, clock) = (guesser.clone(), self.clock.clone());
                    return Ok(Permit { key, guesser, clock, settled: false });
                }
                Decision::Throttled(retry_after_seconds) => {
                    return Err(ReserveError::Throttled { retry_after_seconds });
                }
                Decision::Busy => {
                    let waited = tokio::time::timeout_at(deadline, settled).await;
                    waited.map_err(|_| ReserveError::Throttled { retry_after_seconds: 1 })?;
                }
            }
        }
    }

    /// Settles a try that was wrong; durable when this returns.
    ///
    /// # Errors
    /// When the records are unavailable; the failure is counted in memory all the same.
    pub async fn failed(&self, permit: Permit) -> Result<(), StoreError> {
        let upsert = "INSERT INTO throttle (id, failures, last_failure) VALUES ($1, 1, $2)
            ON CONFLICT (id) DO UPDATE SET last_failure = excluded.last_failure,
            failures = CASE WHEN throttle.last_failure <= $3 THEN 1 ELSE throttle.failures + 1 END
            RETURNING failures";
        let now = self.now();
        let forgotten = now.seconds() - i64::try_from(DECAY.as_secs()).unwrap_or(0);
        let mut write = self.write().await?;
        let row = write.row(upsert, values![permit.key, now, forgotten]).await?;
        let recorded = row.map_or(Ok(1), |row| row.integer("failures"))?;
        write.changed(Change::Throttle(permit.key.to_hex()));
        write.commit().await?;
        permit.settle(|guesser| guesser.failed(u32::try_from(recorded).unwrap_or(u32::MAX), now));
        Ok(())
    }

    /// Settles a try that was right: earlier failures are forgotten.
    ///
    /// # Errors
    /// When there were failures and the records are unavailable.
    pub async fn succeeded(&self, permit: Permit) -> Result<(), StoreError> {
        if permit.guesser.may_be_recorded() {
            let mut write = self.write().await?;
            write.execute("DELETE FROM throttle WHERE id = $1", values![permit.key]).await?;
            write.changed(Change::Throttle(permit.key.to_hex()));
            write.commit().await?;
        }
        permit.settle(Guesser::succeeded);
        Ok(())
    }

    /// Settles a try that is not to count at all: a right code that was used before, or a check that did not come
    /// about.
    pub fn refund(&self, permit: Permit) {
        permit.settle(Guesser::refunded);
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
