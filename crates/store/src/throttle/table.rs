//! The counters in memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use portreeve_crypt::Digest;
use portreeve_types::Clock;
use quick_cache::sync::Cache;
use quick_cache::{DefaultHashBuilder, Lifecycle, UnitWeighter};

use super::family::Family;
use super::guesser::Guesser;
use super::on_record::OnRecord;

/// Counters that are remembered in memory, some 200 bytes each. The rows of all others are read again.
const GUESSERS: usize = 200_000;

/// The counters in memory, and which others have a row. A counter with a try under way is never displaced, nor is one
/// that alone knows of a try that was given up.
pub(crate) struct ThrottleTable {
    guessers: Cache<Digest, Arc<Guesser>, UnitWeighter, DefaultHashBuilder, KeepRunning>,
    on_record: OnRecord,
    trusted: Arc<AtomicBool>,
}

/// Keeps counters that somebody holds, and those that know what no row does.
#[derive(Clone)]
struct KeepRunning(Arc<dyn Clock>);

impl Lifecycle<Digest, Arc<Guesser>> for KeepRunning {
    type RequestState = ();

    fn is_pinned(&self, _: &Digest, guesser: &Arc<Guesser>) -> bool {
        Arc::strong_count(guesser) > 1 || guesser.is_kept(self.0.now())
    }
}

impl ThrottleTable {
    /// No counter in memory, and nothing known of the rows.
    pub(crate) fn new(trusted: Arc<AtomicBool>, clock: Arc<dyn Clock>) -> ThrottleTable {
        let capacity = GUESSERS as u64;
        let keep = KeepRunning(clock);
        let guessers = Cache::with(GUESSERS, capacity, UnitWeighter, DefaultHashBuilder::default(), keep);
        ThrottleTable { guessers, on_record: OnRecord::default(), trusted }
    }

    /// The counter of a key.
    pub(super) fn guesser(&self, family: Family, key: &Digest) -> Arc<Guesser> {
        let make = || Ok::<_, std::convert::Infallible>(Arc::new(Guesser::new(family.is_of_codes())));
        let Ok(guesser) = self.guessers.get_or_insert_with(key, make);
        if !self.trusted.load(Ordering::Acquire) {
            guesser.outdate();
        }
        guesser
    }

    /// Whether there may be a row under a key, of a counter or of a known address.
    pub(super) fn may_be_on_record(&self, key: &Digest) -> bool {
        !self.trusted.load(Ordering::Acquire) || self.on_record.may_hold(key)
    }

    /// What is known of the rows.
    pub(super) fn on_record(&self) -> &OnRecord {
        &self.on_record
    }

    /// A try on some node changed the row.
    pub(crate) fn outdate(&self, key: &Digest) {
        self.on_record.add(key);
        if let Some(guesser) = self.guessers.get(key) {
            guesser.outdate();
        }
    }

    /// An address became known on some node.
    pub(crate) fn note(&self, key: &Digest) {
        self.on_record.add(key);
    }

    /// Somebody forgave the failures of every counter but those of codes and answers.
    pub(crate) fn forgive_all(&self) {
        self.guessers.iter().filter(|(_, guesser)| !guesser.is_of_codes).for_each(|(_, guesser)| {
            guesser.forgive();
            guesser.outdate();
        });
    }

    /// Any row may have changed, and there may be new ones.
    pub(crate) fn outdate_all(&self) {
        self.on_record.lose();
        self.guessers.iter().for_each(|(_, guesser)| guesser.outdate());
    }
}
