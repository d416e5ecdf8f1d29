//! A clock that stands until the test moves it.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use portreeve_types::{Clock, SystemClock, Timestamp};

/// A clock that stands until it is moved.
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// 2026-01-15T12:00:05Z: five seconds into a step of one-time codes.
    pub const START: Timestamp = Timestamp::from_seconds(1_768_478_405);

    /// A clock that stands at `at`.
    #[must_use]
    pub fn at(at: Timestamp) -> ManualClock {
        ManualClock(AtomicI64::new(at.millis()))
    }

    /// Lets time pass.
    pub fn advance(&self, span: Duration) {
        self.0.fetch_add(i64::try_from(span.as_millis()).unwrap_or(i64::MAX), Ordering::SeqCst);
    }

    /// Moves it to a moment, earlier ones included.
    pub fn set(&self, to: Timestamp) {
        self.0.store(to.millis(), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }

    /// Work takes the time that it takes, even where the calendar stands.
    fn elapsed(&self) -> Duration {
        SystemClock.elapsed()
    }
}
