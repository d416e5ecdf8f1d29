//! `Variables`: facts about the account.

mod get_user_information;

use portreeve_api::Entry;

pub(super) static TABLE: &[Entry] = &[Entry::of::<get_user_information::GetUserInformation>()];
