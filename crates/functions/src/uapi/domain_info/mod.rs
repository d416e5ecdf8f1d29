//! `DomainInfo`: the account's domains.

mod list_domains;

use portreeve_api::Entry;

pub(super) static TABLE: &[Entry] = &[Entry::of::<list_domains::ListDomains>()];
