//! Accounts that WHM's functions act on.

use std::sync::Arc;

use portreeve_api::{ApiError, Ctx};
use portreeve_store::{Account, Authority, Role};
use portreeve_types::UserName;

/// The account of this name, if the caller may act on it.
pub(crate) async fn owned(cx: &Ctx, user: &UserName) -> Result<Arc<Account>, ApiError> {
    let account = cx.store.account(user).await?;
    account.filter(|account| cx.owns(account)).ok_or_else(|| not_owned(user))
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
