//! UAPI: one folder a module, one table each.

mod domain_info;
pub(crate) mod email;
mod features;
mod ftp;
mod passwd_strength;
mod session;
mod tokens;
mod two_factor_auth;
mod user_manager;
mod variables;

use portreeve_api::Entry;

/// The modules' tables.
pub(crate) static TABLES: &[&[Entry]] = &[
    domain_info::TABLE,
    email::TABLE,
    features::TABLE,
    ftp::TABLE,
    passwd_strength::TABLE,
    session::TABLE,
    tokens::TABLE,
    two_factor_auth::TABLE,
    user_manager::TABLE,
    variables::TABLE,
];
