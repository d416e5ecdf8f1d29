//! Failures that are forgiven without a success: by an administrator, or because what was guessed at is another now.

use std::collections::BTreeSet;
use std::net::IpAddr;

use portreeve_crypt::{Digest, Purpose};
use portreeve_types::Subject;

use super::Family;
use crate::change::Change;
use crate::error::StoreError;
use crate::store::Inner;
use crate::trail::{InstallationEvent, Trail};
use crate::value::values;
use crate::write::Write;
use crate::writer::Writer;

/// Families that a new password makes void.
const OF_PASSWORDS: &[Family] =
    &[Family::PasswordCap, Family::PasswordPace, Family::AnothersPasswordCap, Family::AnothersPasswordPace];
/// Families that a new second factor, or none, makes void.
const OF_CODES: &[Family] = &[Family::CodeCap, Family::CodePace, Family::RecoveryCap];

impl Writer {
    /// Forgives every failure but those at codes and answers, and empties the lists of them. Answers how many entries
    /// were on record.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn forgive_failures(&self) -> Result<u64, StoreError> {
        let mut write = self.write().await?;
        let counters = write.execute("DELETE FROM throttle WHERE codes = 0", values![]).await?;
        let logins = write.execute("DELETE FROM failed_logins", values![]).await?;
        write.execute("DELETE FROM held_back WHERE id NOT IN (SELECT id FROM throttle)", values![]).await?;
        write.changed(Change::EveryThrottle);
        write.commit(left(counters + logins, None)).await?;
        Ok(counters + logins)
    }

    /// The same for what came from some addresses; their neighbourhoods are free too. Answers how many entries were on
    /// record.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn forgive_failures_from(&self, addresses: &[IpAddr]) -> Result<u64, StoreError> {
        let mut write = self.write().await?;
        let mut entries = 0;
        // one order everywhere, as that of failures is
        let mut keys = BTreeSet::new();
        for address in addresses {
            let from = self.machine.counted(*address);
            let places = [Family::Address, Family::Neighbourhood].map(|family| family.place_text(from));
            let [address, neighbourhood] = places;
            let sql = "SELECT id FROM throttle WHERE codes = 0 AND address IN ($1, $2)";
            for row in write.rows(sql, values![address, neighbourhood]).await? {
                keys.insert(row.digest("id")?.0);
            }
        }
        for key in keys {
            entries += write.forgive(Digest(key)).await?;
        }
        for address in addresses {
            let logins = "DELETE FROM failed_logins WHERE address = $1";
            entries += write.execute(logins, values![address.to_canonical().to_string()]).await?;
        }
        write.commit(left(entries, Some(addresses))).await?;
        Ok(entries)
    }
}

/// What it leaves in the trail that entries were removed.
fn left(removed: u64, only_from: Option<&[IpAddr]>) -> Trail {
    if removed == 0 {
        return Trail::nothing("there was nothing to forgive");
    }
    InstallationEvent::FailuresForgiven { only_from: only_from.map(<[IpAddr]>::to_vec), removed }.into()
}

impl Inner {
    /// Somebody has another password: what was counted against the old one from everywhere is void, and so are the
    /// addresses that it came from, but for the one that its owner is at.
    pub(crate) async fn forgive_passwords(
        &self,
        write: &mut Write<'_>,
        subject: Subject,
        owner_at: Option<IpAddr>,
    ) -> Result<(), StoreError> {
        self.forgive_families(write, subject, OF_PASSWORDS, owner_at).await
    }

    /// The same of somebody who has another second factor, or none.
    pub(crate) async fn forgive_codes(
        &self,
        write: &mut Write<'_>,
        subject: Subject,
        owner_at: Option<IpAddr>,
    ) -> Result<(), StoreError> {
        self.forgive_families(write, subject, OF_CODES, owner_at).await
    }

    async fn forgive_families(
        &self,
        write: &mut Write<'_>,
        subject: Subject,
        families: &[Family],
        owner_at: Option<IpAddr>,
    ) -> Result<(), StoreError> {
        let name = match subject {
            Subject::Account(_) => "SELECT user_name AS login FROM accounts WHERE id = $1",
            Subject::Mailbox(_) => "SELECT address AS login FROM mailboxes WHERE id = $1",
        };
        let Some(row) = write.row(name, values![subject.number()]).await? else { return Ok(()) };
        let login = row.text("login")?;
        let keys =
            families.iter().map(|family| write.digest(Purpose::Throttle, &family.everywhere(&login)).0);
        // one order everywhere, as that of failures is
        for key in keys.collect::<BTreeSet<_>>() {
            write.forgive(Digest(key)).await?;
        }
        write.forget_addresses(&login, owner_at).await
    }
}
