//! `UserManager`: the caller's own login.

mod change_password;

use portreeve_api::Entry;

pub(super) static TABLE: &[Entry] = &[Entry::of::<change_password::ChangePassword>()];
