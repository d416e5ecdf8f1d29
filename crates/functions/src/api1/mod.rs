//! API 1: one folder a module, one table each. Arguments have places, not names: `arg-0` is the first field of `Args`,
//! in the order in which the fields are written.

mod email;

use portreeve_api::Entry;

/// The modules' tables.
pub(crate) static TABLES: &[&[Entry]] = &[email::TABLE];
