//! Suspending accounts.

use portreeve_types::{AccountId, Timestamp};

use super::change::{Ending, IS_THERE, Update};
use crate::error::StoreError;
use crate::row::Row;
use crate::trail::AccountEvent;
use crate::value::values;
use crate::writer::Writer;

/// Why and since when nobody may log in to an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspension {
    /// Since when.
    pub since: Timestamp,
    /// Why, in the words of whoever suspended it.
    pub reason: String,
    /// Whether only an administrator may change or end it.
    pub locked: bool,
}

/// With whose authority a suspension is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authority {
    /// The account's owner's, who may not touch a locked suspension.
    Owner,
    /// An administrator's.
    Administrator,
}

impl Suspension {
    pub(super) fn from_row(row: &Row) -> Result<Option<Suspension>, StoreError> {
        let Some(since) = row.optional_integer("suspended")? else { return Ok(None) };
        Ok(Some(Suspension {
            since: Timestamp::from_seconds(since),
            reason: row.text("suspend_reason")?,
            locked: row.truth("suspend_locked")?,
        }))
    }
}

impl Writer {
    /// Suspends an account, which ends its sessions and pending logins and those of its mailboxes. One that is
    /// suspended already gets another reason and stays so since when it was. Answers whether it was done: not when the
    /// account is gone, or when its suspension is locked and the authority the owner's.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn suspend_account(
        &self,
        id: AccountId,
        reason: &str,
        locked: bool,
        authority: Authority,
    ) -> Result<bool, StoreError> {
        let update = "UPDATE accounts
            SET suspended = COALESCE(suspended, $2), suspend_reason = $3, suspend_locked = $4
            WHERE id = $1 AND (suspend_locked = 0 OR $5 = 1)
            AND (suspended IS NULL OR suspend_reason <> $3 OR suspend_locked <> $4) RETURNING id, user_name";
        let values = values![id, self.now(), reason, locked, authority == Authority::Administrator];
        let reason = reason.to_owned();
        let left = |account| AccountEvent::AccountSuspended { account, reason, locked }.into();
        self.update_account(id, changing(update, authority), values, Ending::All, left).await
    }

    /// Lets an account and its mailboxes log in again. Answers whether it was done, as
    /// [`Writer::suspend_account`] does.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn unsuspend_account(&self, id: AccountId, authority: Authority) -> Result<bool, StoreError> {
        let update = "UPDATE accounts SET suspended = NULL, suspend_reason = '', suspend_locked = 0
            WHERE id = $1 AND (suspend_locked = 0 OR $2 = 1) AND suspended IS NOT NULL RETURNING id, user_name";
        let values = values![id, authority == Authority::Administrator];
        let left = |account| AccountEvent::AccountUnsuspended { account }.into();
        self.update_account(id, changing(update, authority), values, Ending::Nothing, left).await
    }
}

/// A statement that changes a suspension, and what says whether the authority may, where it changes nothing.
fn changing(sql: &'static str, authority: Authority) -> Update {
    let unchanged = match authority {
        Authority::Administrator => IS_THERE,
        Authority::Owner => "SELECT id FROM accounts WHERE id = $1 AND suspend_locked = 0",
    };
    Update { sql, unchanged: Some(unchanged) }
}
