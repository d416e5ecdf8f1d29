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
use super::family::{CLEARED_BY_LOGIN, CLEARED_BY_POSSESSORS_LOGIN, Family};
use super::settle::Cleared;
use crate::change::Change;
use crate::error::StoreError;
use crate::store::{Inner, Store};
use crate::trail::Trail;
use crate::value::{Value, values};
use crate::write::Write;

/// How long an address is known after a success from there.
pub(crate) const KNOWN: Duration = Duration::from_secs(30 * 24 * 3600);
/// The note is renewed this seldom, so that most successes write nothing.
const RENEWED: Duration = Duration::from_secs(24 * 3600);

/// Addresses that are known of one name at most, the latest: more than anybody moves between.
const MOST: i64 = 200;

/// An address to be noted.
#[derive(Clone, Copy)]
pub(super) struct NewKnown<'a> {
    pub(super) key: Digest,
    pub(super) login: &'a str,
}

impl Store {
    /// Notes that somebody logged in from an address, with all that is asked of a login: it keeps a lane of its own there,
    /// and what failed before the last hour is forgotten.
    ///
    /// # Errors
    /// When there is something to write and the records are unavailable.
    pub async fn note_login(&self, login: &str, address: IpAddr) -> Result<(), StoreError> {
        self.note(login, address, CLEARED_BY_LOGIN).await
    }

    /// The same of somebody who logged in with another's password: that one's address is known too, and nothing is
    /// forgotten that failed at the name's own password.
    ///
    /// # Errors
    /// When there is something to write and the records are unavailable.
    pub async fn note_possession(
        &self,
        login: &str,
        possessor: &str,
        address: IpAddr,
    ) -> Result<(), StoreError> {
        self.note(login, address, &[]).await?;
        self.note(possessor, address, CLEARED_BY_POSSESSORS_LOGIN).await
    }

    async fn note(&self, login: &str, address: IpAddr, families: &[Family]) -> Result<(), StoreError> {
        let (address, now) = (self.machine.counted(address), self.now());
        let mut rested = Vec::new();
        for family in families {
            let (key, guesser) = self.loaded(*family, &family.text(login, address)).await?;
            if guesser.has_rested(now) {
                rested.push((Cleared::after_rest(key, now), guesser));
            }
        }
        let due = match self.known_key(Guess::Password, login, address) {
            Some(key) if self.is_note_due(&key, address).await? => Some(NewKnown { key, login }),
            _ => None,
        };
        if rested.is_empty() && due.is_none() {
            return Ok(());
        }
        let (cleared, guessers): (Vec<_>, Vec<_>) = rested.into_iter().unzip();
        Box::pin(self.clear(cleared, due, || Trail::nothing("a login has an entry of its own"))).await?;
        guessers.iter().for_each(|guesser| guesser.forgive_after_rest(now));
        if let Some(NewKnown { key, .. }) = due {
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
    pub(super) async fn is_note_due(&self, key: &Digest, address: IpAddr) -> Result<bool, StoreError> {
        let noted = self.address_noted(key).await?;
        let due = noted.is_none_or(|noted| self.now().since(noted) >= RENEWED);
        Ok(due && !self.machine.has(address, self.clock.elapsed()))
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
        KNOWN_FOR.into_iter().find(|(guesses, _)| guesses.contains(&guess)).map(|(_, whatfor)| {
            self.digest(Purpose::Throttle, &text(whatfor, login, self.machine.counted(address)))
        })
    }
}

/// What an address may be known for.
const KNOWN_FOR: [(&[Guess], &str); 2] = [
    (&[Guess::Password, Guess::AnothersPassword], "Known"),
    (&[Guess::Code, Guess::RecoveryCode], "KnownByCode"),
];

/// What the name of a known address is the digest of.
fn text(whatfor: &str, login: &str, address: IpAddr) -> String {
    format!("{whatfor}\0{}\0{login}", AddressPrefix::of(address))
}

/// What the mark is the digest of that all known addresses of a name have.
fn whose(login: &str) -> String {
    format!("Whose\0\0{login}")
}

impl Write<'_> {
    /// Notes that a success came from an address.
    pub(super) async fn note_address(
        &mut self,
        noted: NewKnown<'_>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let whose = self.digest(Purpose::Throttle, &whose(noted.login));
        let upsert = "INSERT INTO known_addresses (id, whose, noted) VALUES ($1, $2, $3)
            ON CONFLICT (id) DO UPDATE SET noted = excluded.noted";
        self.execute(upsert, values![noted.key, whose, now]).await?;
        self.changed(Change::KnownAddress(noted.key.to_hex()));
        let too_many = "DELETE FROM known_addresses WHERE whose = $1 AND id NOT IN
            (SELECT id FROM known_addresses WHERE whose = $1 ORDER BY noted DESC, id LIMIT $2) RETURNING id";
        self.forget_known(too_many, values![whose, MOST]).await
    }

    /// Somebody has another password or another second factor, or is gone: from where the old ones came is of no
    /// consequence, but for the address that it is done from by their owner.
    pub(crate) async fn forget_addresses(
        &mut self,
        login: &str,
        but: Option<IpAddr>,
    ) -> Result<(), StoreError> {
        let kept = KNOWN_FOR.map(|(_, whatfor)| {
            let counted = but.map(|address| self.machine().counted(address));
            counted.map(|address| self.digest(Purpose::Throttle, &text(whatfor, login, address)).to_hex())
        });
        let [password, code] = kept.map(Option::unwrap_or_default);
        let whose = self.digest(Purpose::Throttle, &whose(login));
        let removal = "DELETE FROM known_addresses WHERE whose = $1 AND id NOT IN ($2, $3) RETURNING id";
        self.forget_known(removal, values![whose, password, code]).await
    }

    async fn forget_known(&mut self, removal: &'static str, values: Vec<Value>) -> Result<(), StoreError> {
        for row in self.rows(removal, values).await? {
            self.changed(Change::KnownAddress(row.text("id")?));
        }
        Ok(())
    }
}
