//! New passwords, of accounts and of mailboxes.

use portreeve_crypt::PasswordHash;
use portreeve_types::{Subject, Timestamp};

use crate::accounts::account_changed;
use crate::change::Change;
use crate::error::StoreError;
use crate::mailboxes::Mailbox;
use crate::proven::Acting;
use crate::sessions::Session;
use crate::trail::CredentialEvent;
use crate::value::values;
use crate::write::Write;
use crate::writer::Writer;

/// Who gives somebody a new password.
pub enum ChangedBy<'a> {
    /// Its owner.
    Owner {
        /// What it was let in with.
        acting: Acting<'a>,
        /// The session that the change is made in, which goes on; all others end.
        staying: Option<Staying<'a>>,
    },
    /// Somebody else, who may: whatever was chosen by whoever had the old password ends with it, the security questions
    /// and the verified addresses among it.
    Another,
}

/// A session that goes on when the password that opened it is changed, with the new password's strength.
#[derive(Clone, Copy)]
pub struct Staying<'a> {
    /// The session.
    pub session: &'a Session,
    /// How strong the new password is, 0 to 100.
    pub strength: u8,
}

impl Writer {
    /// Gives somebody another password and ends the sessions, those to be taken up and the pending logins. Answers
    /// whether it did: not when there is nobody, or what its owner was let in with holds no longer.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn set_password(
        &self,
        subject: Subject,
        new: &PasswordHash,
        by: ChangedBy<'_>,
    ) -> Result<bool, StoreError> {
        let update = match subject {
            Subject::Account(_) => {
                "UPDATE accounts SET password = $2, password_changed = $3 WHERE id = $1 RETURNING *"
            }
            Subject::Mailbox(_) => {
                "UPDATE mailboxes SET password = $2, password_changed = $3 WHERE id = $1 RETURNING *"
            }
        };
        let now = self.now();
        let mut write = self.write().await?;
        let staying = match by {
            ChangedBy::Owner { acting, .. } if !write.still_acts(acting).await? => return Ok(false),
            ChangedBy::Owner { staying, .. } => staying,
            ChangedBy::Another => None,
        };
        let Some(row) = write.row(update, values![subject.number(), new, now]).await? else {
            return Ok(false);
        };
        match subject {
            Subject::Account(_) => write.changed(account_changed(&row)?),
            Subject::Mailbox(_) => {
                Mailbox::from_row(&row)?.changes().into_iter().for_each(|change| write.changed(change));
            }
        }
        if matches!(by, ChangedBy::Another) {
            write.forget_questions(subject).await?;
        }
        let owner_at = staying.map(|staying| staying.session.address);
        self.forgive_passwords(&mut write, subject, owner_at).await?;
        write.end_logins_but(subject, staying, now).await?;
        let by_owner = matches!(by, ChangedBy::Owner { .. });
        let who = write.login_name(subject).await?;
        write.commit(CredentialEvent::PasswordChanged { who, by_owner }).await?;
        Ok(true)
    }
}

impl Write<'_> {
    /// Ends the subject's logins because its password was changed, but for the session that may stay.
    async fn end_logins_but(
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
