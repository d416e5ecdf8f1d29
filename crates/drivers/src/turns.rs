//! One at a time: whoever changes a place has it to itself from the first step to the last.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::OwnedMutexGuard;

/// The places that are being changed at this moment.
#[derive(Clone, Default)]
pub(crate) struct Turns {
    places: Arc<Mutex<HashMap<PathBuf, Weak<tokio::sync::Mutex<()>>>>>,
}

/// The right to change a place, until it is dropped.
pub(crate) type Turn = OwnedMutexGuard<()>;

impl Turns {
    /// Waits until nobody else changes this place.
    pub(crate) async fn take(&self, place: PathBuf) -> Turn {
        self.lock_of(place).lock_owned().await
    }

    fn lock_of(&self, place: PathBuf) -> Arc<tokio::sync::Mutex<()>> {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        places.retain(|_, lock| lock.strong_count() > 0);
        let lock = places.get(&place).and_then(Weak::upgrade).unwrap_or_default();
        places.insert(place, Arc::downgrade(&lock));
        lock
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_place_has_one_turn_at_a_time_and_is_forgotten_afterwards() {
        let turns = Turns::default();
        let first = turns.take("a".into()).await;
        let _other = turns.take("b".into()).await;
        let waiting = tokio::spawn({
            let turns = turns.clone();
            async move { drop(turns.take("a".into()).await) }
        });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        drop(first);
        waiting.await.unwrap();
        drop(turns.take("c".into()).await);
        assert!(!turns.places.lock().unwrap().contains_key(&PathBuf::from("a")));
    }
}
