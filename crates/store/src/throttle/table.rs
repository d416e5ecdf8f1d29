//! The guessers in memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use portreeve_crypt::Digest;
use quick_cache::sync::Cache;
use quick_cache::{DefaultHashBuilder, Lifecycle, UnitWeighter};

use super::guesser::Guesser;
use super::rule::Rule;

/// Guessers that are remembered in memory. The rows of all others are read again.
const GUESSERS: usize = 100_000;

/// The guessers in memory. One with a try under way is never displaced.
pub(crate) struct ThrottleTable {
    guessers: Cache<Digest, Arc<Guesser>, UnitWeighter, DefaultHashBuilder, KeepRunning>,
    trusted: Arc<AtomicBool>,
}

/// Keeps guessers that somebody holds.
#[derive(Clone)]
struct KeepRunning;

impl Lifecycle<Digest, Arc<Guesser>> for KeepRunning {
    type RequestState = ();

    fn is_pinned(&self, _: &Digest, guesser: &Arc<Guesser>) -> bool {
        Arc::strong_count(guesser) > 1
    }
}

impl ThrottleTable {
    /// No guesser in memory.
    pub(crate) fn new(trusted: Arc<AtomicBool>) -> ThrottleTable {
        let capacity = GUESSERS as u64;
        let guessers =
            Cache::with(GUESSERS, capacity, UnitWeighter, DefaultHashBuilder::default(), KeepRunning);
        ThrottleTable { guessers, trusted }
    }

    /// The guesser of a key, which has one rule only.
    pub(crate) fn guesser(&self, key: &Digest, rule: &'static Rule) -> Arc<Guesser> {
        let make = || Ok::<_, std::convert::Infallible>(Arc::new(Guesser::new(rule)));
        let Ok(guesser) = self.guessers.get_or_insert_with(key, make);
        if !self.trusted.load(Ordering::Acquire) {
            guesser.outdate();
        }
        guesser
    }

    /// Another try on some node changed the row.
    pub(crate) fn outdate(&self, key: &Digest) {
        if let Some(guesser) = self.guessers.get(key) {
            guesser.outdate();
        }
    }

    /// Any row may have changed.
    pub(crate) fn outdate_all(&self) {
        self.guessers.iter().for_each(|(_, guesser)| guesser.outdate());
    }
}
