//! The simulation's own time.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use portreeve_types::{Clock, Timestamp};

/// A clock that stands where it is put.
pub struct VirtualClock(AtomicI64);

impl VirtualClock {
    pub fn at(at: Timestamp) -> VirtualClock {
        VirtualClock(AtomicI64::new(at.millis()))
    }

    /// Puts it so many milliseconds after a moment.
    pub fn set(&self, start: Timestamp, passed: i64) {
        self.0.store(start.millis().saturating_add(passed), Ordering::Relaxed);
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::Relaxed))
    }

    fn elapsed(&self) -> Duration {
        Duration::from_millis(self.0.load(Ordering::Relaxed).unsigned_abs())
    }
}
