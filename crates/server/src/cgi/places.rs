//! So many programs at once for one account.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use portreeve_types::AccountId;

/// The places; cheap to clone.
#[derive(Clone)]
pub(super) struct Places {
    for_one: usize,
    taken: Arc<Mutex<HashMap<AccountId, usize>>>,
}

/// A place that is free again when this is dropped.
pub(super) struct Place {
    places: Places,
    account: AccountId,
}

impl Places {
    pub(super) fn new(for_one: usize) -> Places {
        Places { for_one, taken: Arc::default() }
    }

    /// A place for a program of an account; none while it has its share.
    pub(super) fn take(&self, account: AccountId) -> Option<Place> {
        let mut taken = self.lock();
        let own = taken.entry(account).or_default();
        if *own >= self.for_one {
            return None;
        }
        *own += 1;
        Some(Place { places: self.clone(), account })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<AccountId, usize>> {
        // counts stay right whatever a thread that panicked was doing
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.lock();
        if let Some(own) = taken.get_mut(&self.account) {
            *own = own.saturating_sub(1);
            if *own == 0 {
                taken.remove(&self.account);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_account_has_its_share_and_gets_it_back() {
        let places = Places::new(1);
        let first = places.take(AccountId(1));
        assert!(first.is_some() && places.take(AccountId(1)).is_none());
        assert!(places.take(AccountId(2)).is_some());
        drop(first);
        assert!(places.take(AccountId(1)).is_some());
    }
}
