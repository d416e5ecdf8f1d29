//! `Email` of API 1: mailboxes.

mod addpop;

use portreeve_api::Entry;

pub(super) static TABLE: &[Entry] = &[Entry::of::<addpop::Addpop>()];
