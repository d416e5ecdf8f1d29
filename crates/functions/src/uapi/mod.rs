//! UAPI: one folder a module, one table each.

mod email;
mod ftp;
mod tokens;
mod two_factor_auth;

use portreeve_api::Entry;

/// The modules' tables.
pub(crate) static TABLES: &[&[Entry]] = &[email::TABLE, ftp::TABLE, tokens::TABLE, two_factor_auth::TABLE];
