//! `Email`: mailboxes.

mod add_pop;
mod delete_pop;
mod list_pops;
mod passwd_pop;

use portreeve_api::Entry;

pub(super) static TABLE: &[Entry] = &[
    Entry::of::<add_pop::AddPop>(),
    Entry::of::<delete_pop::DeletePop>(),
    Entry::of::<list_pops::ListPops>(),
    Entry::of::<passwd_pop::PasswdPop>(),
];
