//! Changing and removing accounts.

use portreeve_crypt::PasswordHash;
use portreeve_types::{AccountId, LoginName, MailAddress, MailboxId, Subject, UserName};

use super::Role;
use crate::change::Change;
use crate::error::StoreError;
use crate::row::Row;
use crate::trail::{AccountEvent, Trail};
use crate::value::{Value, values};
use crate::write::Write;
use crate::writer::Writer;

impl Writer {
    /// Puts a new hash of the same password in the place of an older kind; the sessions stay. Answers whether it
    /// did: a password that was changed meanwhile stays changed.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn renew_account_hash(
        &self,
        id: AccountId,
        old: &PasswordHash,
        new: &PasswordHash,
    ) -> Result<bool, StoreError> {
        let update =
            "UPDATE accounts SET password = $3 WHERE id = $1 AND password = $2 RETURNING id, user_name";
        let left = |_| Trail::nothing("the password stays the same");
        let update = Update { sql: update, unchanged: None };
        self.update_account(id, update, values![id, old, new], Ending::Nothing, left).await
    }

    /// Makes an account a reseller, or a plain account again. Answers whether it exists.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn set_account_role(&self, id: AccountId, role: Role) -> Result<bool, StoreError> {
        let update = "UPDATE accounts SET role = $2, acls = $3
            WHERE id = $1 AND (role <> $2 OR acls <> $3) RETURNING id, user_name";
        let update = Update { sql: update, unchanged: Some(IS_THERE) };
        let (number, acls) = role.to_record();
        let left = |account| {
            AccountEvent::RoleChanged { account, role: role.name(), privileges: acls.to_string() }.into()
        };
        self.update_account(id, update, values![id, number, acls], Ending::Nothing, left).await
    }

    /// Removes an account and everything of it: mailboxes, FTP logins, tokens, sessions, second factors and
    /// ledgers, its own and its mailboxes'. Accounts that it owned belong to root from then on. Answers whether it
    /// existed.
    ///
    /// # Errors
    /// When the records are unavailable; nothing is removed then.
    pub async fn remove_account(&self, id: AccountId) -> Result<bool, StoreError> {
        let mut write = self.write().await?;
        // the account first: whoever adds something to it meanwhile waits here, and fails
        let removed =
            write.row("DELETE FROM accounts WHERE id = $1 RETURNING id, user_name", values![id]).await?;
        let Some(removed) = removed else { return Ok(false) };
        write.changed(account_changed(&removed)?);
        let released = write.release_owned_accounts(id).await?;
        let mailboxes = write.remove_mailboxes_of(id).await?;
        let account: UserName = removed.parsed("user_name")?;
        write.remove_subject(Subject::Account(id), &LoginName::Account(account.clone())).await?;
        write.end_logins_on(id).await?;
        write.remove_credentials_of(id).await?;
        write.commit(AccountEvent::AccountRemoved { account, mailboxes, released }).await?;
        Ok(true)
    }

    /// Changes an account's row, with what that ends and leaves. Answers whether it is as it was to be.
    pub(super) async fn update_account(
        &self,
        id: AccountId,
        update: Update,
        values: Vec<Value>,
        ending: Ending,
        left: impl FnOnce(UserName) -> Trail,
    ) -> Result<bool, StoreError> {
        let mut write = self.write().await?;
        let Some(changed) = write.row(update.sql, values).await? else {
            let Some(unchanged) = update.unchanged else { return Ok(false) };
            return Ok(write.row(unchanged, values![id]).await?.is_some());
        };
        write.changed(account_changed(&changed)?);
        match ending {
            Ending::Nothing => {}
            Ending::All => {
                write.end_logins(Subject::Account(id), None).await?;
                write.end_logins_on(id).await?;
            }
        }
        write.commit(left(changed.parsed("user_name")?)).await?;
        Ok(true)
    }
}

/// A change of an account's row.
pub(super) struct Update {
    /// Changes the row, if there is anything to change, and answers it.
    pub(super) sql: &'static str,
    /// Where nothing was changed, this answers a row if that is since all was so before. None if it never is.
    pub(super) unchanged: Option<&'static str>,
}

/// All was so before if the account is there.
pub(super) const IS_THERE: &str = "SELECT id FROM accounts WHERE id = $1";

/// Which logins a change to an account ends.
pub(super) enum Ending {
    Nothing,
    /// Its own and those of its mailboxes.
    All,
}

impl Write<'_> {
    async fn release_owned_accounts(&mut self, owner: AccountId) -> Result<Vec<UserName>, StoreError> {
        let release = "UPDATE accounts SET owner = NULL WHERE owner = $1 RETURNING id, user_name";
        let mut released = Vec::new();
        for row in self.rows(release, values![owner]).await? {
            self.changed(account_changed(&row)?);
            released.push(row.parsed("user_name")?);
        }
        Ok(released)
    }

    async fn remove_mailboxes_of(&mut self, account: AccountId) -> Result<Vec<MailAddress>, StoreError> {
        let mut removed = Vec::new();
        let removal = "DELETE FROM mailboxes WHERE account = $1 RETURNING id, address";
        for row in self.rows(removal, values![account]).await? {
            let id = MailboxId(row.integer("id")?);
            let address: MailAddress = row.parsed("address")?;
            self.changed(Change::Mailbox { id, address: address.clone() });
            self.remove_subject(Subject::Mailbox(id), &LoginName::Mailbox(address.clone())).await?;
            removed.push(address);
        }
        self.changed(Change::MailboxList(account));
        Ok(removed)
    }

    /// Ends the sessions, open and to be taken up, and the pending logins that act on the account, whoever's they are:
    /// its mailboxes' too.
    async fn end_logins_on(&mut self, account: AccountId) -> Result<(), StoreError> {
        for row in self.rows("DELETE FROM sessions WHERE account = $1 RETURNING id", values![account]).await?
        {
            self.changed(Change::Session(row.text("id")?));
        }
        for waiting in [
            "DELETE FROM pending_logins WHERE account = $1",
            "DELETE FROM temporary_sessions WHERE account = $1",
            "DELETE FROM kept_pages WHERE account = $1",
        ] {
            self.execute(waiting, values![account]).await?;
        }
        Ok(())
    }

    async fn remove_credentials_of(&mut self, account: AccountId) -> Result<(), StoreError> {
        for row in
            self.rows("DELETE FROM api_tokens WHERE account = $1 RETURNING digest", values![account]).await?
        {
            self.changed(Change::ApiToken(row.text("digest")?));
        }
        for row in self
            .rows("DELETE FROM access_hashes WHERE account = $1 RETURNING digest", values![account])
            .await?
        {
            self.changed(Change::AccessHash(row.text("digest")?));
        }
        self.execute("DELETE FROM issuers WHERE account = $1", values![account]).await?;
        self.execute("DELETE FROM ftp_logins WHERE account = $1", values![account]).await?;
        self.changed(Change::FtpLoginList(account));
        Ok(())
    }
}

/// What the read models must forget when an account's row changed.
pub(crate) fn account_changed(row: &Row) -> Result<Change, StoreError> {
    Ok(Change::Account { id: AccountId(row.integer("id")?), user: row.parsed("user_name")? })
}
