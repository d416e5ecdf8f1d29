//! What becomes of a try: a failure is written before it is answered, a success writes nothing unless it clears failures
//! or its address has to be noted.

use portreeve_crypt::Digest;
use portreeve_types::Timestamp;

use super::guesser::Recorded;
use super::permit::{Permit, Place};
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
const COUNT: &str =
    "INSERT INTO throttle (id, failures, last_failure, forgotten, address, codes) VALUES ($1, 1, $2, $3, $4, $5)
    ON CONFLICT (id) DO UPDATE SET last_failure = excluded.last_failure,
    failures = CASE WHEN throttle.forgotten <= excluded.last_failure THEN 1 ELSE throttle.failures + 1 END,
    forgotten = CASE WHEN throttle.forgotten <= excluded.last_failure THEN excluded.forgotten
        WHEN throttle.failures + 1 < $6 THEN throttle.forgotten
        WHEN throttle.failures + 1 >= $7 THEN $8 ELSE $9 END
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
        let now = self.now();
        let mut write = self.write().await?;
        let mut recorded = Vec::with_capacity(permit.places.len());
        for place in &permit.places {
            recorded.push(write.count_failure(&permit, place, now).await?);
        }
        for (place, row) in permit.places.iter().zip(&recorded) {
            write.note_held_back(&permit, place, row, now).await?;
        }
        let counts_until = now.after(self.policies().await?.throttling.address_period);
        let left = write.note_failed_login(self.new_id(), &permit, now, counts_until).await?;
        write.commit(left).await?;
        for (place, row) in permit.places.drain(..).zip(recorded) {
            place.guesser.failed(row);
            if place.rule.wait_after(row.failures) > 0 && place.family.is_of_codes() {
                tell_of_codes(&permit.login, &place, row);
            }
        }
        Ok(())
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
        let places = permit.places.iter().filter(|place| place.rule.forgiving);
        let places = places.map(|place| (place.key, &place.guesser));
        let others = permit.forgiven.iter().map(|other| (other.key, &other.guesser));
        let recorded = places.chain(others).filter(|(_, guesser)| guesser.may_be_recorded());
        let recorded: Vec<Digest> = recorded.map(|(key, _)| key).collect();
        let noted = match permit.known_key {
            Some(key) if permit.guess.is_code() && self.is_note_due(&key).await? => Some(key),
            _ => None,
        };
        if !recorded.is_empty() || noted.is_some() {
            let mut write = self.write_of_itself().await?;
            for key in recorded {
                write.forgive(key).await?;
            }
            if let Some(key) = noted {
                write.note_address(key, self.now()).await?;
            }
            write.commit(Trail::nothing("what the try was for tells of it")).await?;
        }
        permit.forgiven.drain(..).for_each(|other| other.guesser.forgive());
        permit.places.drain(..).for_each(|place| place.guesser.succeeded(&place.rule));
        Ok(())
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
        now: Timestamp,
    ) -> Result<Recorded, StoreError> {
        let Place { family, key, rule, .. } = place;
        let first = now.after(rule.first_counts());
        let where_from = family.place(permit.address).map(|place| place.to_string()).unwrap_or_default();
        let usual = now.after(rule.decay);
        let closed = if family.is_of_codes() { FOR_GOOD } else { usual };
        let record = values![
            *key,
            now,
            first,
            where_from,
            family.is_of_codes(),
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
        let removed = self.execute("DELETE FROM throttle WHERE id = $1", values![key]).await?;
        self.execute("DELETE FROM held_back WHERE id = $1", values![key]).await?;
        self.changed(Change::Throttle(key.to_hex()));
        Ok(removed)
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
