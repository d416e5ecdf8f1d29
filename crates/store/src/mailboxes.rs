//! Mailboxes.

use std::sync::Arc;

use portreeve_crypt::PasswordHash;
use portreeve_types::{AccountId, LoginName, MailAddress, MailboxId, Quota, Subject, Timestamp};

use crate::change::Change;
use crate::error::StoreError;
use crate::row::Row;
use crate::store::Store;
use crate::trail::{AccountEvent, Trail};
use crate::value::{Value, values};
use crate::writer::Writer;

/// A mailbox.
pub struct Mailbox {
    /// Its identity, never used again.
    pub id: MailboxId,
    /// The account that it belongs to.
    pub account: AccountId,
    /// Its address.
    pub address: MailAddress,
    /// Its password.
    pub password: PasswordHash,
    /// Since when it has that password.
    pub password_changed: Timestamp,
    /// Whether its user may not log in at present; mail still arrives.
    pub login_suspended: bool,
    /// Its disk quota.
    pub quota: Quota,
    /// When it was made.
    pub created: Timestamp,
}

/// A mailbox to be made.
pub struct NewMailbox {
    /// The account that it belongs to.
    pub account: AccountId,
    /// Its address.
    pub address: MailAddress,
    /// Its password.
    pub password: PasswordHash,
    /// Its disk quota.
    pub quota: Quota,
}

/// Why a mailbox was not made.
#[derive(Debug, thiserror::Error)]
pub enum AddMailboxError {
    /// There is a mailbox with this address.
    #[error("there is a mailbox with this address")]
    Exists,
    /// The records are unavailable.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Mailbox {
    pub(crate) fn from_row(row: &Row) -> Result<Arc<Mailbox>, StoreError> {
        Ok(Arc::new(Mailbox {
            id: MailboxId(row.integer("id")?),
            account: row.account()?,
            address: row.parsed("address")?,
            password: row.password("password")?,
            password_changed: row.moment("password_changed")?,
            login_suspended: row.truth("login_suspended")?,
            quota: row.quota("quota")?,
            created: row.moment("created")?,
        }))
    }

    /// What the read models must forget when the mailbox's row changed.
    pub(crate) fn changes(&self) -> [Change; 2] {
        [Change::MailboxList(self.account), Change::Mailbox { id: self.id, address: self.address.clone() }]
    }
}

impl Store {
    /// An account's mailboxes, in the order of their addresses.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn mailboxes(&self, account: AccountId) -> Result<Arc<[Arc<Mailbox>]>, StoreError> {
        let filled = self.models.mailbox_lists.get(&account, || async {
            let rows = self.db.rows("SELECT * FROM mailboxes WHERE account = $1", values![account]).await?;
            let mut mailboxes = rows.iter().map(Mailbox::from_row).collect::<Result<Vec<_>, _>>()?;
            mailboxes.sort_by(|a, b| a.address.cmp(&b.address));
            Ok(Some(mailboxes.into()))
        });
        Ok(filled.await?.unwrap_or_default())
    }

    /// The mailbox of this address.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn mailbox(&self, address: &MailAddress) -> Result<Option<Arc<Mailbox>>, StoreError> {
        let fill = || async {
            self.read_mailbox("SELECT * FROM mailboxes WHERE address = $1", values![address]).await
        };
        self.models.mailboxes_by_address.get(address, fill).await
    }

    /// The mailbox of this identity.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn mailbox_by_id(&self, id: MailboxId) -> Result<Option<Arc<Mailbox>>, StoreError> {
        let fill = || async { self.read_mailbox("SELECT * FROM mailboxes WHERE id = $1", values![id]).await };
        self.models.mailboxes.get(&id, fill).await
    }

    async fn read_mailbox(
        &self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<Option<Arc<Mailbox>>, StoreError> {
        self.db.row(sql, values).await?.as_ref().map(Mailbox::from_row).transpose()
    }
}

impl Writer {
    /// Makes a mailbox.
    ///
    /// # Errors
    /// When there is one with the same address, or the records are unavailable.
    pub async fn add_mailbox(&self, new: NewMailbox) -> Result<Arc<Mailbox>, AddMailboxError> {
        let now = self.now();
        let mailbox = Mailbox {
            id: MailboxId(self.new_id()),
            account: new.account,
            address: new.address,
            password: new.password,
            password_changed: now,
            login_suspended: false,
            quota: new.quota,
            created: now,
        };
        let insert = "INSERT INTO mailboxes
            (id, account, address, password, password_changed, login_suspended, quota, created)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";
        let Mailbox { id, account, address, password, password_changed, login_suspended, quota, created } =
            &mailbox;
        let record =
            values![*id, *account, address, password, *password_changed, *login_suspended, *quota, *created];
        let mut write = self.write().await?;
        if write.execute(insert, record).await? == 0 {
            return Err(AddMailboxError::Exists);
        }
        mailbox.changes().into_iter().for_each(|change| write.changed(change));
        write.commit(AccountEvent::MailboxCreated { mailbox: address.clone() }).await?;
        Ok(Arc::new(mailbox))
    }

    /// Removes a mailbox with its sessions, second factor and ledgers. Answers whether it existed.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn remove_mailbox(&self, id: MailboxId) -> Result<bool, StoreError> {
        let removal = "DELETE FROM mailboxes WHERE id = $1 RETURNING *";
        let left = |mailbox| AccountEvent::MailboxRemoved { mailbox }.into();
        self.update_mailbox(id, removal, values![id], Ending::Subject, left).await
    }

    /// Puts a new hash of the same password in the place of an older kind; the sessions stay. Answers whether it
    /// did: a password that was changed meanwhile stays changed.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn renew_mailbox_hash(
        &self,
        id: MailboxId,
        old: &PasswordHash,
        new: &PasswordHash,
    ) -> Result<bool, StoreError> {
        let update = "UPDATE mailboxes SET password = $3 WHERE id = $1 AND password = $2 RETURNING *";
        let left = |_| Trail::nothing("the password stays the same");
        self.update_mailbox(id, update, values![id, old, new], Ending::Nothing, left).await
    }

    /// Keeps a mailbox's user from logging in, which ends the user's sessions and pending logins, or lets the user log
    /// in again. Answers whether the mailbox exists.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn set_mailbox_login_suspended(
        &self,
        id: MailboxId,
        suspended: bool,
    ) -> Result<bool, StoreError> {
        let update =
            "UPDATE mailboxes SET login_suspended = $2 WHERE id = $1 AND login_suspended <> $2 RETURNING *";
        let ending = if suspended { Ending::Logins } else { Ending::Nothing };
        let left = |mailbox| match suspended {
            true => AccountEvent::MailboxLoginSuspended { mailbox }.into(),
            false => AccountEvent::MailboxLoginUnsuspended { mailbox }.into(),
        };
        Ok(self.update_mailbox(id, update, values![id, suspended], ending, left).await?
            // or it was so before
            || self.mailbox_by_id(id).await?.is_some())
    }

    /// Gives a mailbox another quota. Answers whether the mailbox exists.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn set_mailbox_quota(&self, id: MailboxId, quota: Quota) -> Result<bool, StoreError> {
        let update = "UPDATE mailboxes SET quota = $2 WHERE id = $1 RETURNING *";
        let left = |_| Trail::nothing("how much somebody may keep lets nobody in");
        self.update_mailbox(id, update, values![id, quota], Ending::Nothing, left).await
    }

    async fn update_mailbox(
        &self,
        id: MailboxId,
        update: &'static str,
        values: Vec<Value>,
        ending: Ending,
        left: impl FnOnce(MailAddress) -> Trail,
    ) -> Result<bool, StoreError> {
        let mut write = self.write().await?;
        let Some(row) = write.row(update, values).await? else { return Ok(false) };
        let mailbox = Mailbox::from_row(&row)?;
        mailbox.changes().into_iter().for_each(|change| write.changed(change));
        match ending {
            Ending::Nothing => {}
            Ending::Logins => {
                write.end_logins(Subject::Mailbox(id), None).await?;
            }
            Ending::Subject => {
                let name = LoginName::Mailbox(mailbox.address.clone());
                write.remove_subject(Subject::Mailbox(id), &name).await?;
            }
        }
        write.commit(left(mailbox.address.clone())).await?;
        Ok(true)
    }
}

/// What else a change to a mailbox ends.
enum Ending {
    Nothing,
    Logins,
    Subject,
}
