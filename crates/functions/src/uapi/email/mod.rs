//! `Email`: mailboxes.

mod add_pop;
mod delete_pop;
mod edit_pop_quota;
mod list_pops;
mod list_pops_with_disk;
mod passwd_pop;
mod suspend_login;
mod unsuspend_login;
mod verify_password;

use portreeve_api::Entry;

pub(crate) use add_pop::{AddPop, Args as AddPopArgs};
pub(crate) use delete_pop::DeletePop;
pub(crate) use list_pops::ListPops;

pub(super) static TABLE: &[Entry] = &[
    Entry::of::<add_pop::AddPop>(),
    Entry::of::<delete_pop::DeletePop>(),
    Entry::of::<edit_pop_quota::EditPopQuota>(),
    Entry::of::<list_pops::ListPops>(),
    Entry::of::<list_pops_with_disk::ListPopsWithDisk>(),
    Entry::of::<passwd_pop::PasswdPop>(),
    Entry::of::<suspend_login::SuspendLogin>(),
    Entry::of::<unsuspend_login::UnsuspendLogin>(),
    Entry::of::<verify_password::VerifyPassword>(),
];
