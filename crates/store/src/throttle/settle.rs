//! What becomes of a try: a failure is written before it is answered, a success writes nothing unless it clears failures
//! or its address has to be noted.

use portreeve_crypt::Digest;
use portreeve_types::Timestamp;

use super::guesser::Recorded;
use super::known_addresses::NewKnown;
use super::permit::{Permit, Place};
use super::rule::{ClearedBy, REST};
use crate::change::Change;
use crate::error::StoreError;
use crate::row::Row;
use crate::store::Store;
use crate::trail::Trail;
use crate::value::values;
use crate::write::Write;
use crate::writer::Writer;

/// Counts one more failure. The first one, or one after all were forgotten, counts for the rule's window; the end of the
/// window stays until the free ones are used up.
const COUNT: &str = "INSERT INTO throttle (id, failures, last_failure, forgotten, address, codes, nobodys)
    VALUES ($1, 1, $2, $3, $4, $5, $6)
    ON CONFLICT (id) DO UPDATE SET last_failure = excluded.last_failure, nobodys = excluded.nobodys,
    failures = CASE WHEN throttle.forgotten <= excluded.last_failure THEN 1 ELSE throttle.failures + 1 END,
    forgotten = CASE WHEN throttle.forgotten <= excluded.last_failure THEN excluded.forgotten
        WHEN throttle.failures + 1 < $7 THEN throttle.forgotten
        WHEN throttle.failures + 1 >= $8 THEN $9 ELSE $10 END
    RETURNING failures, last_failure, forgotten";

/// What no time opens is remembered as long as records are: to the end of the year 9999.
const FOR_GOOD: Timestamp = Timestamp::from_seconds(253_402_300_799);

impl Writer {
    /// Settles a try that was wrong; durable when this returns.
    ///
    /// # Errors
    /// When the records are unavailable; the failure is counted in memory all the same.
    pub async fn failed(&self, mut permit: Permit) -> Result<(), StoreError> {
        if !permit.evaluated {
            self.evaluations.owe(self.clock.elapsed());
        }
        permit.under_way = None;
        // one order everywhere, so that of two failures none waits for the other
        permit.places.sort_unstable_by_key(|place| place.key.0);
        let recorded = match self.record_failure(&permit).await {
            Err(error) if error.is_deadlock() => self.record_failure(&permit).await?,
            recorded => recorded?,
        };
        for (place, row) in permit.places.drain(..).zip(recorded) {
            place.guesser.failed(row);
            if place.rule.wait_after(row.failures) > 0 && place.family.is_of_codes() {
                tell_of_codes(&permit.login, &place, row);
            }
        }
        Ok(())
    }

    async fn record_failure(&self, permit: &Permit) -> Result<Vec<Recorded>, StoreError> {
        let now = self.now();
        let mut write = self.write().await?;
        let who = write.somebody(&permit.login).await?;
        let mut recorded = Vec::with_capacity(permit.places.len());
        for place in &permit.places {
            let is_nobodys = who.is_none() && place.family.is_of_login() && !place.family.is_through_others();
            recorded.push(write.count_failure(permit, place, is_nobodys, now).await?);
        }
        for (place, row) in permit.places.iter().zip(&recorded) {
            write.note_held_back(permit, place, row, who.as_ref(), now).await?;
        }
        let counts_until = now.after(self.policies().await?.throttling.address_period);
        let left = write.note_failed_login(self.new_id(), permit, who, now, counts_until).await?;
        write.commit(left).await?;
        Ok(recorded)
    }
}

impl Store {
    /// Settles a try that was right, and accepted for what it was given for: earlier failures are forgotten, and a
    /// code's address is known from now on. A right code that the ledger does not accept is to be refunded.
    ///
    /// # Errors
    /// When there is something to write and the records are unavailable.
    pub async fn succeeded(&self, mut permit: Permit) -> Result<(), StoreError> {
        permit.under_way = None;
        if permit.evaluated && permit.guess.is_code() {
            // without a hash, and right: a program may send one with every call, and calls have no bound
            self.evaluations.give_back();
        }
        let now = self.now();
        let cleared = permit.places.iter().filter_map(|place| match place.rule.cleared_by {
            ClearedBy::Success => place.guesser.may_be_recorded().then_some(Cleared::at_once(place.key)),
            ClearedBy::SuccessAfterRest => {
                place.guesser.has_rested(now).then_some(Cleared::after_rest(place.key, now))
            }
            ClearedBy::LoginAfterRest | ClearedBy::Nothing => None,
        });
        let others = permit.forgiven.iter().map(|other| Cleared::at_once(other.key));
        let cleared: Vec<Cleared> = cleared.chain(others).collect();
        let noted = match permit.known_key {
            Some(key) if permit.guess.is_code() && self.is_note_due(&key, permit.from).await? => {
                Some(NewKnown { key, login: &permit.login })
            }
            _ => None,
        };
        if !cleared.is_empty() || noted.is_some() {
            let left = || Trail::nothing("what the try was for tells of it");
            Box::pin(self.clear(cleared, noted, left)).await?;
        }
        permit.forgiven.drain(..).for_each(|other| other.guesser.forgive());
        for place in permit.places.drain(..) {
            if place.rule.cleared_by == ClearedBy::SuccessAfterRest {
                place.guesser.forgive_after_rest(now);
            }
            place.guesser.succeeded(&place.rule);
        }
        Ok(())
    }

    /// Removes rows of counters, and notes an address.
    pub(super) async fn clear(
        &self,
        mut cleared: Vec<Cleared>,
        noted: Option<NewKnown<'_>>,
        left: impl Fn() -> Trail,
    ) -> Result<(), StoreError> {
        // one order everywhere, as that of failures is
        cleared.sort_unstable_by_key(|cleared| cleared.key.0);
        match self.clear_once(&cleared, noted, left()).await {
            Err(error) if error.is_deadlock() => self.clear_once(&cleared, noted, left()).await,
            done => done,
        }
    }

    async fn clear_once(
        &self,
        cleared: &[Cleared],
        noted: Option<NewKnown<'_>>,
        left: Trail,
    ) -> Result<(), StoreError> {
        let mut write = self.write_of_itself().await?;
        for Cleared { key, if_before } in cleared {
            write.forgive_if_before(*key, *if_before).await?;
        }
        if let Some(noted) = noted {
            write.note_address(noted, self.now()).await?;
        }
        write.commit(left).await
    }

    /// Settles a try that is not to count at all: a right code that may not be used again, or a check that did not
    /// come about. It forgets no failures either.
    pub fn refund(&self, mut permit: Permit) {
        permit.refund();
    }
}

impl Write<'_> {
    async fn count_failure(
        &mut self,
        permit: &Permit,
        place: &Place,
        is_nobodys: bool,
        now: Timestamp,
    ) -> Result<Recorded, StoreError> {
        let Place { family, key, rule, .. } = place;
        let first = now.after(rule.first_counts());
        let usual = now.after(rule.decay);
        let closed = if family.is_of_codes() { FOR_GOOD } else { usual };
        let record = values![
            *key,
            now,
            first,
            family.place_text(permit.from),
            family.is_of_codes(),
            is_nobodys,
            i64::from(rule.windowed()),
            i64::from(rule.closed_from),
            closed,
            usual,
        ];
        let row = self.row(COUNT, record).await?;
        self.changed(Change::Throttle(key.to_hex()));
        let alone = Recorded { failures: 1, last_failure: now, forgotten: first };
        row.as_ref().map_or(Ok(alone), Recorded::from_row)
    }

    /// Forgets a counter's failures.
    pub(super) async fn forgive(&mut self, key: Digest) -> Result<u64, StoreError> {
        self.forgive_if_before(key, FOR_GOOD).await
    }

    /// The same if the latest of them was before a moment, which is asked where it is removed: one may have been counted
    /// since it was asked before.
    async fn forgive_if_before(&mut self, key: Digest, before: Timestamp) -> Result<u64, StoreError> {
        let removal = "DELETE FROM throttle WHERE id = $1 AND last_failure <= $2";
        let removed = self.execute(removal, values![key, before]).await?;
        let shown = "DELETE FROM held_back WHERE id = $1 AND latest <= $2";
        self.execute(shown, values![key, before]).await?;
        self.changed(Change::Throttle(key.to_hex()));
        Ok(removed)
    }
}

/// A counter whose row is to be removed.
pub(super) struct Cleared {
    pub(super) key: Digest,
    /// Unless something failed after this moment.
    if_before: Timestamp,
}

impl Cleared {
    fn at_once(key: Digest) -> Cleared {
        Cleared { key, if_before: FOR_GOOD }
    }

    pub(super) fn after_rest(key: Digest, now: Timestamp) -> Cleared {
        Cleared { key, if_before: now.before(REST) }
    }
}

impl Recorded {
    /// What a row says.
    pub(super) fn from_row(row: &Row) -> Result<Recorded, StoreError> {
        Ok(Recorded {
            failures: u32::try_from(row.integer("failures")?).unwrap_or(u32::MAX),
            last_failure: row.moment("last_failure")?,
            forgotten: row.moment("forgotten")?,
        })
    }
}

/// Wrong codes come from somebody who has the password: their owner should hear of it.
fn tell_of_codes(login: &str, place: &Place, row: Recorded) {
    let Recorded { failures, .. } = row;
    match place.family.place_is_everywhere() {
        true if failures >= place.rule.closed_from => {
            tracing::warn!(
                who = login,
                failures,
                "codes are closed to unknown addresses: somebody has the password"
            );
        }
        true => tracing::warn!(who = login, failures, "wrong codes: somebody may have the password"),
        false => {}
    }
}
