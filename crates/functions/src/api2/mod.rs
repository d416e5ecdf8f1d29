//! API 2: one folder a module, one table each. What UAPI has too is done by its functions.

mod done;
mod email;

use portreeve_api::Entry;

/// The modules' tables.
pub(crate) static TABLES: &[&[Entry]] = &[email::TABLE];
