//! WHM API: one table.

mod applist;
mod createacct;
mod listaccts;
mod removeacct;
mod version;

use portreeve_api::Entry;

pub(crate) static TABLE: &[Entry] = &[
    Entry::of::<applist::Applist>(),
    Entry::of::<createacct::Createacct>(),
    Entry::of::<listaccts::Listaccts>(),
    Entry::of::<removeacct::Removeacct>(),
    Entry::of::<version::Version>(),
];
