//! Addresses that somebody logged in from of late. Wrong tries from elsewhere cannot lock their owner out there: a known
//! address has a counter of its own only.
//!
//! An address is known for passwords after a full login (a code included where one is needed), and for codes after an
//! accepted code: who had the password before there was a second factor has shown nothing about codes.

use std::net::IpAddr;
use std::time::Duration;

use portreeve_crypt::{Digest, Purpose};
use portreeve_types::{AddressPrefix, Timestamp};

use super::Guess;
use crate::change::Change;
use crate::error::StoreError;
use crate::store::{Inner, Store};
use crate::trail::Trail;
use crate::value::values;
use crate::write::Write;

/// How long an address is known after a success from there.
pub(crate) const KNOWN: Duration = Duration::from_secs(30 * 24 * 3600);
/// The note is renewed this seldom, so that most successes write nothing.
const RENEWED: Duration = Duration::from_secs(24 * 3600);

impl Store {
    /// Notes that somebody logged in from an address, with all that is asked of a login: it keeps a lane of its own.
    ///
    /// # Errors
    /// When there is something to write and the records are unavailable.
    pub async fn note_login(&self, login: &str, address: IpAddr) -> Result<(), StoreError> {
        let Some(key) = self.known_key(Guess::Password, login, address) else { return Ok(()) };
        if self.is_note_due(&key).await? {
            let mut write = self.write_of_itself().await?;
            write.note_address(key, self.now()).await?;
            write.commit(Trail::nothing("a login has an entry of its own")).await?;
            // read here, once a day, rather than by the next call, which shall ask the records nothing
            self.address_noted(&key).await?;
        }
        Ok(())
    }

    /// Whether an address is known.
    pub(super) async fn is_known(&self, key: &Digest) -> Result<bool, StoreError> {
        let noted = self.address_noted(key).await?;
        Ok(noted.is_some_and(|noted| self.now().since(noted) < KNOWN))
    }

    /// Whether an address that a success comes from has to be noted.
    pub(super) async fn is_note_due(&self, key: &Digest) -> Result<bool, StoreError> {
        let noted = self.address_noted(key).await?;
        Ok(noted.is_none_or(|noted| self.now().since(noted) >= RENEWED))
    }

    /// When a success was last noted to have come from there.
    async fn address_noted(&self, key: &Digest) -> Result<Option<Timestamp>, StoreError> {
        if !self.models.throttle.may_be_on_record(key) {
            return Ok(None);
        }
        let filled = self.models.known_addresses.get(key, || async {
            let sql = "SELECT noted FROM known_addresses WHERE id = $1";
            let row = self.db.row(sql, values![*key]).await?;
            row.map(|row| row.moment("noted")).transpose()
        });
        filled.await
    }
}

impl Inner {
    /// The name that an address has which may be known; none where that is of no consequence.
    pub(super) fn known_key(&self, guess: Guess, login: &str, address: IpAddr) -> Option<Digest> {
        let whatfor = match guess {
            Guess::Password => "Known",
            Guess::Code | Guess::RecoveryCode => "KnownByCode",
            Guess::AnothersPassword | Guess::Answers => return None,
        };
        let place = AddressPrefix::of(address);
        Some(self.digest(Purpose::Throttle, &format!("{whatfor}\0{place}\0{login}")))
    }
}

impl Write<'_> {
    /// Notes that a success came from an address.
    pub(super) async fn note_address(&mut self, key: Digest, now: Timestamp) -> Result<(), StoreError> {
        let upsert = "INSERT INTO known_addresses (id, noted) VALUES ($1, $2)
            ON CONFLICT (id) DO UPDATE SET noted = excluded.noted";
        self.execute(upsert, values![key, now]).await?;
        self.changed(Change::KnownAddress(key.to_hex()));
        Ok(())
    }
}
