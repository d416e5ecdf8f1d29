//! Which counters and known addresses have a row, so that nobody who never failed costs a look at the records.
//!
//! A Bloom filter: it never says "no row" of a key that has one, and seldom "perhaps" of one that has none. It is filled
//! at start, every write on any node adds to it, and now and then it is made anew without what is gone.

use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use portreeve_crypt::Digest;

use crate::error::StoreError;
use crate::store::Store;
use crate::value::values;

/// 16 million bits, two megabytes: of a million rows one in four hundred of the other keys is "perhaps".
const WORDS: usize = 1 << 18;
/// Keys that are added before it is made anew.
const ADDED: usize = 500_000;
/// Rows that are read at once.
const PAGE: i64 = 10_000;

/// What is known of the rows. While it is not complete, every key may have one.
#[derive(Default)]
pub(crate) struct OnRecord(RwLock<State>);

#[derive(Default)]
struct State {
    current: Bits,
    /// The next one, while it is being filled: what is written meanwhile is added to both.
    next: Option<Bits>,
    complete: bool,
    added: usize,
}

struct Bits(Box<[u64]>);

impl Default for Bits {
    fn default() -> Bits {
        Bits(vec![0; WORDS].into_boxed_slice())
    }
}

impl Bits {
    /// The places of a key: a digest is as random as any hash of it.
    fn places(key: &Digest) -> impl Iterator<Item = (usize, u64)> {
        key.0.as_chunks::<4>().0.iter().take(4).map(|bytes| {
            let number = u32::from_le_bytes(*bytes) as usize;
            ((number >> 6) % WORDS, 1 << (number & 63))
        })
    }

    /// Answers whether that made a difference.
    fn add(&mut self, key: &Digest) -> bool {
        let mut is_new = false;
        for (word, bit) in Bits::places(key) {
            if let Some(word) = self.0.get_mut(word) {
                is_new |= *word & bit == 0;
                *word |= bit;
            }
        }
        is_new
    }

    fn may_hold(&self, key: &Digest) -> bool {
        Bits::places(key).all(|(word, bit)| self.0.get(word).is_none_or(|word| word & bit != 0))
    }
}

impl OnRecord {
    /// Whether there may be a row under this key.
    pub(super) fn may_hold(&self, key: &Digest) -> bool {
        let state = self.read();
        !state.complete || state.current.may_hold(key)
    }

    /// There is, or may be, a row under this key.
    pub(super) fn add(&self, key: &Digest) {
        let mut state = self.write();
        // the same few keys fail again and again: only others fill it
        state.added += usize::from(state.current.add(key));
        if let Some(next) = &mut state.next {
            next.add(key);
        }
    }

    /// Rows may have been added that this node did not hear of.
    pub(super) fn lose(&self) {
        let mut state = self.write();
        state.complete = false;
        state.next = None;
    }

    fn is_due(&self) -> bool {
        let state = self.read();
        !state.complete || state.added >= ADDED
    }

    fn begin(&self) {
        self.write().next = Some(Bits::default());
    }

    fn fill(&self, keys: impl Iterator<Item = Digest>) {
        if let Some(next) = &mut self.write().next {
            for key in keys {
                next.add(&key);
            }
        }
    }

    /// The next one takes the place of the current one, unless rows were lost meanwhile.
    fn finish(&self) {
        let mut state = self.write();
        if let Some(next) = state.next.take() {
            *state = State { current: next, next: None, complete: true, added: 0 };
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store {
    /// Makes anew what is known of the rows, if that is due.
    pub(crate) async fn refresh_on_record(&self) -> Result<(), StoreError> {
        let on_record = self.models.throttle.on_record();
        if !on_record.is_due() {
            return Ok(());
        }
        on_record.begin();
        for page in [
            "SELECT id FROM throttle WHERE id > $1 ORDER BY id LIMIT $2",
            "SELECT id FROM known_addresses WHERE id > $1 ORDER BY id LIMIT $2",
        ] {
            let mut after = String::new();
            loop {
                let rows = self.db.rows(page, values![after.as_str(), PAGE]).await?;
                let keys = rows.iter().map(|row| row.digest("id")).collect::<Result<Vec<_>, _>>()?;
                let Some(last) = keys.last() else { break };
                after = last.to_hex();
                on_record.fill(keys.into_iter());
            }
        }
        on_record.finish();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Different in the first bytes, as digests are.
    fn key(number: u8) -> Digest {
        Digest([number; 32])
    }

    #[test]
    fn until_it_is_filled_every_key_may_have_a_row() {
        let on_record = OnRecord::default();
        assert!(on_record.may_hold(&key(1)));
        on_record.begin();
        on_record.fill([key(2)].into_iter());
        on_record.finish();
        assert!(!on_record.may_hold(&key(1)));
        assert!(on_record.may_hold(&key(2)));
    }

    #[test]
    fn what_is_written_while_it_is_filled_is_not_lost() {
        let on_record = OnRecord::default();
        on_record.begin();
        on_record.add(&key(1));
        on_record.finish();
        assert!(on_record.may_hold(&key(1)));
        on_record.add(&key(3));
        assert!(on_record.may_hold(&key(3)));
    }

    #[test]
    fn a_key_that_is_added_again_and_again_makes_nothing_due() {
        let on_record = OnRecord::default();
        on_record.begin();
        on_record.finish();
        (0..=ADDED).for_each(|_| on_record.add(&key(1)));
        assert!(!on_record.is_due());
    }

    #[test]
    fn after_a_loss_every_key_may_have_a_row_even_if_it_was_being_filled() {
        let on_record = OnRecord::default();
        on_record.begin();
        on_record.lose();
        on_record.finish();
        assert!(on_record.may_hold(&key(1)));
    }
}
