//! Accounts: root, resellers and cPanel accounts.

mod change;
mod create;
mod suspension;

use std::sync::Arc;

use portreeve_crypt::PasswordHash;
use portreeve_types::{AccountId, Acl, AclSet, DomainName, Quota, Service, Timestamp, UserName};

pub(crate) use change::account_changed;
pub use create::{CreateAccountError, NewAccount};
pub use suspension::{Authority, Suspension};

use crate::error::StoreError;
use crate::mailboxes::Mailbox;
use crate::row::Row;
use crate::store::Store;
use crate::value::values;

/// An account.
pub struct Account {
    /// Its identity, never used again.
    pub id: AccountId,
    /// Its name.
    pub user: UserName,
    /// The reseller that it belongs to; none when it belongs to root.
    pub owner: Option<AccountId>,
    /// What it may do beyond itself.
    pub role: Role,
    /// Its main domain.
    pub domain: DomainName,
    /// Its password.
    pub password: PasswordHash,
    /// Since when it has that password.
    pub password_changed: Timestamp,
    /// Set while nobody may log in to it, neither its holder nor one of its mailboxes.
    pub suspension: Option<Suspension>,
    /// Where to reach its holder; may be empty.
    pub email: String,
    /// The package it was made from.
    pub plan: String,
    /// Its disk quota.
    pub quota: Quota,
    /// When it was made.
    pub created: Timestamp,
}

/// What an account may do beyond itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Everything.
    Administrator,
    /// WHM, within these privileges.
    Reseller(AclSet),
    /// Nothing.
    User,
}

impl Role {
    /// The number and the privileges that records keep.
    fn to_record(self) -> (i64, AclSet) {
        match self {
            Role::Administrator => (0, AclSet::NONE),
            Role::Reseller(acls) => (1, acls),
            Role::User => (2, AclSet::NONE),
        }
    }

    /// What the trail calls it.
    fn name(self) -> &'static str {
        match self {
            Role::Administrator => "administrator",
            Role::Reseller(_) => "reseller",
            Role::User => "user",
        }
    }

    fn from_record(number: i64, acls: AclSet) -> Option<Role> {
        match number {
            0 => Some(Role::Administrator),
            1 => Some(Role::Reseller(acls)),
            2 => Some(Role::User),
            _ => None,
        }
    }
}

impl Account {
    /// The account's privileges.
    #[must_use]
    pub fn acls(&self) -> AclSet {
        match self.role {
            Role::Administrator => AclSet::NONE.with(Acl::All),
            Role::Reseller(acls) => acls,
            Role::User => AclSet::NONE,
        }
    }

    /// Whether this account may act as another one: as itself always, a reseller as the accounts that it owns, root
    /// as every account. Nobody acts as an administrator, and nobody does anything while suspended.
    #[must_use]
    pub fn may_possess(&self, account: &Account) -> bool {
        let entitled = match (self.role, account.role) {
            _ if self.id == account.id => true,
            (_, Role::Administrator) | (Role::User, _) => false,
            (Role::Administrator, _) => true,
            (Role::Reseller(_), _) => account.owner == Some(self.id),
        };
        entitled && self.suspension.is_none()
    }

    /// Whether a service is for this account's own user; with a mailbox, whether it is for the mailbox's.
    #[must_use]
    pub fn fits(&self, service: Service, mailbox: Option<&Mailbox>) -> bool {
        match (service, mailbox, self.role) {
            (Service::Webmail, Some(_), _) => true,
            (_, Some(_), _) => false,
            (Service::Whm, None, role) => role != Role::User,
            (Service::Cpanel | Service::Webmail, None, role) => role != Role::Administrator,
        }
    }

    pub(crate) fn from_row(row: &Row) -> Result<Arc<Account>, StoreError> {
        let role = Role::from_record(row.integer("role")?, row.parsed("acls")?);
        Ok(Arc::new(Account {
            id: AccountId(row.integer("id")?),
            user: row.parsed("user_name")?,
            owner: row.optional_integer("owner")?.map(AccountId),
            role: role.ok_or(StoreError::Corrupt { column: "role" })?,
            domain: row.parsed("domain")?,
            password: row.password("password")?,
            password_changed: row.moment("password_changed")?,
            suspension: Suspension::from_row(row)?,
            email: row.text("email")?,
            plan: row.text("plan")?,
            quota: row.quota("quota")?,
            created: row.moment("created")?,
        }))
    }
}

impl Store {
    /// The account of this name.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn account(&self, user: &UserName) -> Result<Option<Arc<Account>>, StoreError> {
        let fill = || async {
            self.read_account("SELECT * FROM accounts WHERE user_name = $1", values![user]).await
        };
        self.models.accounts_by_user.get(user, fill).await
    }

    /// The account of this identity.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn account_by_id(&self, id: AccountId) -> Result<Option<Arc<Account>>, StoreError> {
        let fill = || async { self.read_account("SELECT * FROM accounts WHERE id = $1", values![id]).await };
        self.models.accounts.get(&id, fill).await
    }

    /// The account whose main domain this is.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn account_of_domain(&self, domain: &DomainName) -> Result<Option<Arc<Account>>, StoreError> {
        self.read_account("SELECT * FROM accounts WHERE domain = $1", values![domain]).await
    }

    /// All accounts, in the order of their names.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn accounts(&self) -> Result<Vec<Arc<Account>>, StoreError> {
        let rows = self.db.rows("SELECT * FROM accounts", values![]).await?;
        let mut accounts = rows.iter().map(Account::from_row).collect::<Result<Vec<_>, _>>()?;
        // here, because the databases do not agree on the order of texts
        accounts.sort_by(|a, b| a.user.cmp(&b.user));
        Ok(accounts)
    }

    async fn read_account(
        &self,
        sql: &'static str,
        values: Vec<crate::value::Value>,
    ) -> Result<Option<Arc<Account>>, StoreError> {
        self.db.row(sql, values).await?.as_ref().map(Account::from_row).transpose()
    }
}
