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

    /// Puts it at a moment, in milliseconds.
    pub fn set(&self, millis: i64) {
        self.0.store(millis, Ordering::Relaxed);
    }

    /// Lets so many milliseconds pass.
    pub fn pass(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::Relaxed);
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
