//! Tells of connections that are closed, and is not made to fill the log by them: each reason at once when it comes up,
//! then how many more there were, once a minute.

use std::collections::HashMap;
use std::fmt::Display;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::sleep;

const MINUTE: Duration = Duration::from_secs(60);

/// Why a proxy's connection was closed unheard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub(super) enum Why {
    #[error("this is no trusted proxy")]
    NotTrusted,
    #[error("proxies on this machine connect to a socket, where the system says whose they are")]
    OnThisMachine,
    #[error("this user is not the proxy's")]
    NotItsUser,
    #[error("whose it is cannot be known")]
    Unknown,
    #[error("it does not begin with a PROXY header that names a client")]
    NoClient,
    #[error("it named no client in time")]
    TooSlow,
}

/// What was told of in the last minute, and how many more there were since.
#[derive(Clone, Default)]
pub(super) struct Closed(Arc<Mutex<HashMap<Why, u64>>>);

impl Closed {
    /// A connection of somebody was closed.
    pub(super) fn tell(&self, who: impl Display, why: Why) {
        if !self.is_first(why) {
            return;
        }
        tracing::warn!(from = %who, "a proxy's connection was closed: {why}");
        let closed = self.clone();
        tokio::spawn(async move {
            loop {
                sleep(MINUTE).await;
                let Some(more) = closed.more(why) else { return };
                tracing::warn!(more, "connections of proxies were closed within a minute: {why}");
            }
        });
    }

    /// Whether nothing was told of this in the last minute. If something was, it is counted.
    fn is_first(&self, why: Why) -> bool {
        let mut told = self.lock();
        let Some(more) = told.get_mut(&why) else {
            told.insert(why, 0);
            return true;
        };
        *more = more.saturating_add(1);
        false
    }

    /// The end of a minute: how many more there were in it. When there were none, the next one is told of at once.
    fn more(&self, why: Why) -> Option<u64> {
        let mut told = self.lock();
        let more = told.remove(&why).filter(|more| *more > 0)?;
        told.insert(why, 0);
        Some(more)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Why, u64>> {
        // each change is one call: nothing is half-done after a panic
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reason_is_told_at_once_then_counted_and_told_at_once_again_after_a_quiet_minute() {
        let closed = Closed::default();
        assert!(closed.is_first(Why::NotItsUser));
        for _ in 0..1000 {
            assert!(!closed.is_first(Why::NotItsUser));
        }
        assert!(closed.is_first(Why::NoClient), "another reason is told of all the same");
        assert_eq!(closed.more(Why::NotItsUser), Some(1000));
        assert!(!closed.is_first(Why::NotItsUser));
        assert_eq!(closed.more(Why::NotItsUser), Some(1));
        assert_eq!(closed.more(Why::NotItsUser), None);
        assert!(closed.is_first(Why::NotItsUser));
    }

    #[tokio::test(start_paused = true)]
    async fn the_counting_ends_by_itself() {
        let closed = Closed::default();
        closed.tell("somebody", Why::TooSlow);
        closed.tell("somebody", Why::TooSlow);
        sleep(MINUTE * 3).await;
        assert!(closed.lock().is_empty());
    }
}
