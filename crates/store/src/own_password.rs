//! Somebody changes the own password, and stays.

use portreeve_crypt::PasswordHash;
use portreeve_types::{Subject, Timestamp};

use crate::accounts::account_changed;
use crate::change::Change;
use crate::error::StoreError;
use crate::mailboxes::Mailbox;
use crate::sessions::Session;
use crate::store::Store;
use crate::value::values;
use crate::write::Write;

/// A password to take the place of the one that was proven.
pub struct OwnPassword<'a> {
    /// Whose it is.
    pub subject: Subject,
    /// The hash of the old one: it must still be the one on record.
    pub old: &'a PasswordHash,
    /// The hash of the new one.
    pub new: &'a PasswordHash,
    /// The session that the change is made in; all others end.
    pub acting: Option<Staying<'a>>,
}

/// A session that goes on when the password that opened it is changed, with the new password's strength.
#[derive(Clone, Copy)]
pub struct Staying<'a> {
    /// The session.
    pub session: &'a Session,
    /// How strong the new password is, 0 to 100.
    pub strength: u8,
}

impl Write<'_> {
    /// Ends the subject's logins because its password was changed, but for the session that may stay.
    pub(crate) async fn end_logins_but(
        &mut self,
        subject: Subject,
        staying: Option<Staying<'_>>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.end_logins(subject, staying.map(|staying| staying.session)).await?;
        if let Some(Staying { session, strength }) = staying {
            let stronger = "UPDATE sessions SET password_strength = $2, last_seen = $3
                WHERE id = $1 AND password_strength IS NOT NULL";
            self.execute(stronger, values![session.id, i64::from(strength), now]).await?;
            self.changed(Change::Session(session.id.to_hex()));
        }
        Ok(())
    }
}

impl Store {
    /// Puts somebody's new password in the place of the one that was proven. Answers whether it did: a password that
    /// was changed meanwhile stays changed.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn change_own_password(&self, change: OwnPassword<'_>) -> Result<bool, StoreError> {
        let OwnPassword { subject, old, new, acting } = change;
        let now = self.now();
        let mut write = self.write().await?;
        let update = match subject {
            Subject::Account(_) => {
                "UPDATE accounts SET password = $3, password_changed = $4 WHERE id = $1 AND password = $2
                RETURNING *"
            }
            Subject::Mailbox(_) => {
                "UPDATE mailboxes SET password = $3, password_changed = $4 WHERE id = $1 AND password = $2
                RETURNING *"
            }
        };
        let Some(row) = write.row(update, values![subject.number(), old, new, now]).await? else {
            return Ok(false);
        };
        match subject {
            Subject::Account(_) => write.changed(account_changed(&row)?),
            Subject::Mailbox(_) => {
                Mailbox::from_row(&row)?.changes().into_iter().for_each(|change| write.changed(change));
            }
        }
        write.end_logins_but(subject, acting, now).await?;
        write.commit().await?;
        Ok(true)
    }
}
