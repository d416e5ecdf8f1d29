//! `Ftp`: FTP logins.

mod add_ftp;
mod delete_ftp;
mod list_ftp;
mod list_ftp_with_disk;
mod passwd;
mod set_quota;

use std::sync::Arc;

use portreeve_api::{ApiError, Ctx, Entry};
use portreeve_store::FtpLogin;
use portreeve_types::DomainName;

use crate::arguments::within_own_domain;

pub(super) static TABLE: &[Entry] = &[
    Entry::of::<add_ftp::AddFtp>(),
    Entry::of::<delete_ftp::DeleteFtp>(),
    Entry::of::<list_ftp::ListFtp>(),
    Entry::of::<list_ftp_with_disk::ListFtpWithDisk>(),
    Entry::of::<passwd::Passwd>(),
    Entry::of::<set_quota::SetQuota>(),
];

/// The account's FTP login of this name, which may come with its domain or without.
async fn named(cx: &Ctx, user: &str, domain: Option<DomainName>) -> Result<Arc<FtpLogin>, ApiError> {
    let name = within_own_domain(cx, user, domain)?;
    let logins = cx.store.ftp_logins(cx.account.id).await?;
    let found = logins.iter().find(|login| login.login == name.local && login.domain == name.domain);
    found.cloned().ok_or_else(|| ApiError::refused(format!("The FTP login “{name}” does not exist.")))
}

/// A login that went between the look at it and the change.
fn missing(login: &FtpLogin) -> ApiError {
    ApiError::refused(format!("The FTP login “{}@{}” does not exist.", login.login, login.domain))
}

/// Whether logins of a type are asked for, when these lists (separated by `|`) say which are and which are not.
fn wanted(kind: &str, included: Option<&str>, skipped: Option<&str>) -> bool {
    let among = |list: &str| list.split('|').any(|named| named == kind);
    included.is_none_or(among) && !skipped.is_some_and(among)
}
