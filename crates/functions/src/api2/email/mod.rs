//! `Email` of API 2: mailboxes.

mod addpop;
mod delpop;
mod listpops;

use portreeve_api::Entry;

pub(super) static TABLE: &[Entry] =
    &[Entry::of::<addpop::Addpop>(), Entry::of::<delpop::Delpop>(), Entry::of::<listpops::Listpops>()];
