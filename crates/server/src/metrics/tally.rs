//! Numbers that requests move on their way: one atomic addition each, without a lock and without memory of its own.

use std::marker::PhantomData;
use std::sync::atomic::{AtomicU64, Ordering};

use super::label::Labels;

/// A number for each value of a label.
pub struct Tally<L> {
    numbers: Box<[AtomicU64]>,
    labels: PhantomData<fn(L)>,
}

impl<L: Labels> Default for Tally<L> {
    fn default() -> Tally<L> {
        Tally { numbers: (0..L::COUNT).map(|_| AtomicU64::new(0)).collect(), labels: PhantomData }
    }
}

impl<L: Labels> Tally<L> {
    /// One more.
    pub fn add(&self, labels: L) {
        if let Some(number) = self.numbers.get(labels.slot()) {
            number.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// One less, of what was added before.
    pub fn subtract(&self, labels: L) {
        if let Some(number) = self.numbers.get(labels.slot()) {
            number.fetch_sub(1, Ordering::Relaxed);
        }
    }

    /// Each label as text, and its number now.
    pub fn samples(&self) -> impl Iterator<Item = (String, u64)> {
        L::texts().into_iter().zip(self.numbers.iter().map(|number| number.load(Ordering::Relaxed)))
    }
}
