//! An account as `listaccts` and `accountsummary` show it.

use portreeve_api::{ApiError, Ctx, Flag};
use portreeve_store::Account;
use portreeve_types::{DomainName, UserName};
use schemars::JsonSchema;
use serde::Serialize;

/// One account.
#[derive(Serialize, JsonSchema)]
pub struct AccountItem {
    /// The account's name.
    user: UserName,
    /// Its main domain.
    domain: DomainName,
    /// The name of the account that owns it.
    owner: UserName,
    /// The contact address; empty when there is none.
    email: String,
    /// The package.
    plan: String,
    /// The disk quota: `unlimited`, or MiB followed by `M`.
    disklimit: String,
    /// What the home takes, in MiB followed by `M`, rounded up.
    diskused: String,
    /// When it was made, in seconds since 1970.
    unix_startdate: i64,
    /// Whether it is suspended: 0 or 1.
    suspended: Flag,
    /// Why; `not suspended` when it is not.
    suspendreason: String,
    /// Since when, in seconds since 1970 as text; null when it is not.
    suspendtime: Option<String>,
    /// Whether only root may end its suspension: 0 or 1.
    is_locked: Flag,
}

impl AccountItem {
    /// An account, and the name of its owner.
    pub(crate) async fn of(cx: &Ctx, account: &Account, owner: &UserName) -> Result<AccountItem, ApiError> {
        let bytes = cx.drivers.homes.usage(&account.user).await?;
        let suspension = account.suspension.as_ref();
        Ok(AccountItem {
            user: account.user.clone(),
            domain: account.domain.clone(),
            owner: owner.clone(),
            email: account.email.clone(),
            plan: account.plan.clone(),
            disklimit: match account.quota.as_mib() {
                0 => "unlimited".to_owned(),
                mib => format!("{mib}M"),
            },
            diskused: format!("{}M", bytes.div_ceil(1 << 20)),
            unix_startdate: account.created.seconds(),
            suspended: Flag(suspension.is_some()),
            suspendreason: suspension
                .map_or_else(|| "not suspended".to_owned(), |suspension| suspension.reason.clone()),
            suspendtime: suspension.map(|suspension| suspension.since.seconds().to_string()),
            is_locked: Flag(suspension.is_some_and(|suspension| suspension.locked)),
        })
    }
}
