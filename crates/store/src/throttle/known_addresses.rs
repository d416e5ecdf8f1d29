//! Addresses that somebody's right codes came from of late. Wrong codes from elsewhere cannot lock their owner out
//! there: a known address has a counter of its own only.

use std::time::Duration;

use portreeve_crypt::Digest;
use portreeve_types::Timestamp;

use crate::change::Change;
use crate::error::StoreError;
use crate::store::Store;
use crate::value::values;
use crate::write::Write;

/// How long an address is known after a right code from there.
pub(crate) const KNOWN: Duration = Duration::from_secs(30 * 24 * 3600);
/// The note is renewed this seldom, so that most successes write nothing.
const RENEWED: Duration = Duration::from_secs(24 * 3600);

impl Store {
    /// When a right code was last noted to have come from there.
    pub(super) async fn address_noted(&self, address: &Digest) -> Result<Option<Timestamp>, StoreError> {
        let filled = self.models.known_addresses.get(address, async {
            let sql = "SELECT noted FROM known_addresses WHERE id = $1";
            let row = self.db.row(sql, values![*address]).await?;
            row.map(|row| row.moment("noted")).transpose()
        });
        filled.await
    }

    /// Whether an address that was noted then is known now.
    pub(super) fn is_known(&self, noted: Timestamp) -> bool {
        self.now().since(noted) < KNOWN
    }

    /// Whether an address that a right code comes from has to be noted.
    pub(super) async fn is_note_due(&self, address: &Digest) -> Result<bool, StoreError> {
        let noted = self.address_noted(address).await?;
        Ok(noted.is_none_or(|noted| self.now().since(noted) >= RENEWED))
    }
}

impl Write<'_> {
    /// Notes that a right code came from an address.
    pub(super) async fn note_address(&mut self, address: Digest, now: Timestamp) -> Result<(), StoreError> {
        let upsert = "INSERT INTO known_addresses (id, noted) VALUES ($1, $2)
            ON CONFLICT (id) DO UPDATE SET noted = excluded.noted";
        self.execute(upsert, values![address, now]).await?;
        self.changed(Change::KnownAddress(address.to_hex()));
        Ok(())
    }
}
