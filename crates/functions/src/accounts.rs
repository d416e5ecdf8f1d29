//! Accounts that WHM's functions act on.

use std::sync::Arc;

use portreeve_api::{ApiError, Ctx};
use portreeve_store::{Account, Authority, Mailbox, Role};
use portreeve_types::{LoginName, Subject, UserName};

/// The account of this name, if the caller may act on it.
pub(crate) async fn owned(cx: &Ctx, user: &UserName) -> Result<Arc<Account>, ApiError> {
    let account = cx.store.account(user).await?;
    account.filter(|account| cx.owns(account)).ok_or_else(|| not_owned(user))
}

/// Whom a login name means: an account, or a mailbox of one.
pub(crate) struct Named {
    /// The account; a mailbox's owner for a mailbox.
    pub(crate) account: Arc<Account>,
    /// The mailbox, when the name is an address.
    pub(crate) mailbox: Option<Arc<Mailbox>>,
}

impl Named {
    /// Who logs in under the name.
    pub(crate) fn subject(&self) -> Subject {
        match &self.mailbox {
            Some(mailbox) => Subject::Mailbox(mailbox.id),
            None => Subject::Account(self.account.id),
        }
    }
}

/// Whom a login name means, whether the caller may act on them or not. WHM's functions ask it: mailboxes' users, who
/// reach their own mailbox only, have none of those.
pub(crate) async fn named(cx: &Ctx, name: &LoginName) -> Result<Option<Named>, ApiError> {
    let (account, mailbox) = match name {
        LoginName::Account(user) => (cx.store.account(user).await?, None),
        LoginName::Mailbox(address) => match cx.store.mailbox(address).await? {
            Some(mailbox) => (cx.store.account_by_id(mailbox.account).await?, Some(mailbox)),
            None => (None, None),
        },
    };
    Ok(account.map(|account| Named { account, mailbox }))
}

/// Refuses to change what lets somebody in to an account that has privileges which the caller lacks: whoever owns it
/// could log in as somebody who may do more.
pub(crate) fn within_reach(cx: &Ctx, account: &Account) -> Result<(), ApiError> {
    if account.acls().is_within(cx.actor.acls) {
        return Ok(());
    }
    Err(ApiError::refused(format!(
        "The account “{}” has privileges that you do not have; only root may change what lets its user in.",
        account.user
    )))
}

/// An account that is not there, or somebody else's: one text for both, so that a reseller cannot list other people's
/// accounts.
pub(crate) fn not_owned(user: &UserName) -> ApiError {
    ApiError::refused(format!(
        "You do not have permission to act on the account “{user}”, or it does not exist."
    ))
}

/// A suspension that only root may change, or an account that went meanwhile.
pub(crate) fn locked(user: &UserName) -> ApiError {
    ApiError::refused(format!("Only root may change the suspension of the account “{user}”."))
}

/// The name of an account's owner; an account without an owner belongs to root.
pub(crate) async fn owner_name(cx: &Ctx, account: &Account) -> Result<UserName, ApiError> {
    let owner = match account.owner {
        Some(id) => cx.store.account_by_id(id).await?,
        None => match "root".parse() {
            Ok(root) => cx.store.account(&root).await?,
            Err(_) => None,
        },
    };
    Ok(owner.map_or_else(|| account.user.clone(), |owner| owner.user.clone()))
}

/// With whose authority the caller acts on accounts.
pub(crate) fn authority(cx: &Ctx) -> Authority {
    match cx.actor.account.role {
        Role::Administrator => Authority::Administrator,
        Role::Reseller(_) | Role::User => Authority::Owner,
    }
}
