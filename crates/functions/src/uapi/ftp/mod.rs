//! `Ftp`: FTP logins.

mod add_ftp;
mod delete_ftp;
mod list_ftp;

use portreeve_api::Entry;

pub(super) static TABLE: &[Entry] =
    &[Entry::of::<add_ftp::AddFtp>(), Entry::of::<delete_ftp::DeleteFtp>(), Entry::of::<list_ftp::ListFtp>()];
