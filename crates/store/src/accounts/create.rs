//! Making an account.

use std::sync::Arc;

use portreeve_crypt::PasswordHash;
use portreeve_types::{AccountId, DomainName, Quota, UserName};

use super::{Account, Role};
use crate::error::StoreError;
use crate::trail::AccountEvent;
use crate::value::{Value, values};
use crate::writer::Writer;

/// An account to be made.
pub struct NewAccount {
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
    /// Where to reach its holder; may be empty.
    pub email: String,
    /// The package it is made from.
    pub plan: String,
    /// Its disk quota.
    pub quota: Quota,
}

/// Why an account was not made.
#[derive(Debug, thiserror::Error)]
pub enum CreateAccountError {
    /// Another account has the name.
    #[error("another account has this name")]
    UserTaken,
    /// Another account has the domain.
    #[error("another account has this domain")]
    DomainTaken,
    /// The records are unavailable.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Writer {
    /// Makes an account.
    ///
    /// # Errors
    /// When another account has its name or its domain, or the records are unavailable.
    pub async fn create_account(&self, new: NewAccount) -> Result<Arc<Account>, CreateAccountError> {
        let now = self.now();
        let account = Account {
            id: AccountId(self.new_id()),
            user: new.user,
            owner: new.owner,
            role: new.role,
            domain: new.domain,
            password: new.password,
            password_changed: now,
            suspension: None,
            email: new.email,
            plan: new.plan,
            quota: new.quota,
            created: now,
        };
        let mut write = self.write().await?;
        let made = write.execute(INSERT, account.to_record()).await?;
        if made == 0 {
            let taken = "SELECT id FROM accounts WHERE user_name = $1";
            let user_taken = write.row(taken, values![&account.user]).await?.is_some();
            return Err(if user_taken {
                CreateAccountError::UserTaken
            } else {
                CreateAccountError::DomainTaken
            });
        }
        let owner = write.account_name(account.owner).await?;
        let event = AccountEvent::AccountCreated {
            account: account.user.clone(),
            domain: account.domain.clone(),
            owner,
            role: account.role.name(),
            privileges: account.acls().to_string(),
        };
        write.commit(event).await?;
        Ok(Arc::new(account))
    }
}

const INSERT: &str = "INSERT INTO accounts
    (id, user_name, owner, role, acls, domain, password, password_changed, suspend_reason, suspend_locked,
     email, plan, quota, created)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', 0, $9, $10, $11, $12)
    ON CONFLICT DO NOTHING";

impl Account {
    /// The parameters of [`INSERT`].
    fn to_record(&self) -> Vec<Value> {
        let (role, acls) = self.role.to_record();
        values![
            self.id,
            &self.user,
            self.owner.map(|owner| owner.0),
            role,
            acls,
            &self.domain,
            &self.password,
            self.password_changed,
            self.email.as_str(),
            self.plan.as_str(),
            self.quota,
            self.created,
        ]
    }
}
