//! What the records of the throttle hold at most, whatever was guessed.

use portreeve_types::Timestamp;

use super::known_addresses::KNOWN;
use crate::error::StoreError;
use crate::value::values;
use crate::write::Write;

/// Counters of names that nobody has: a guesser may invent as many as there are tries. They are kept for as long as
/// everybody's while there is room, since whoever knows of a shorter time knows who exists.
const NOBODYS: i64 = 200_000;
/// Counters in all, those that are forgotten the latest.
const COUNTERS: i64 = 500_000;

impl Write<'_> {
    /// Removes what no longer counts, and what is too much.
    pub(crate) async fn sweep_throttle(&mut self, now: Timestamp) -> Result<(), StoreError> {
        self.execute("DELETE FROM throttle WHERE forgotten <= $1", values![now]).await?;
        let nobodys = "DELETE FROM throttle WHERE nobodys = 1 AND last_failure <
            (SELECT last_failure FROM throttle WHERE nobodys = 1 ORDER BY last_failure DESC LIMIT 1 OFFSET $1)";
        self.execute(nobodys, values![NOBODYS]).await?;
        let too_many = "DELETE FROM throttle WHERE forgotten <
            (SELECT forgotten FROM throttle ORDER BY forgotten DESC LIMIT 1 OFFSET $1)";
        self.execute(too_many, values![COUNTERS]).await?;
        let known = "DELETE FROM known_addresses WHERE noted <= $1";
        self.execute(known, values![now.before(KNOWN)]).await.map(drop)
    }
}
