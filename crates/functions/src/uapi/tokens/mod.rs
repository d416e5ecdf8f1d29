//! `Tokens`: the account's API tokens.

mod create_full_access;
mod list;
mod rename;
mod revoke;

use portreeve_api::Entry;

pub(super) static TABLE: &[Entry] = &[
    Entry::of::<create_full_access::CreateFullAccess>(),
    Entry::of::<list::List>(),
    Entry::of::<rename::Rename>(),
    Entry::of::<revoke::Revoke>(),
];
