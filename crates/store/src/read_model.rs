//! A bounded table in memory in front of the database, filled on a miss and dropped on every write.

use std::borrow::Borrow;
use std::hash::Hash;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use quick_cache::sync::Cache;

use crate::error::StoreError;
use crate::locked::locked;

/// One read model. Only answers that exist are kept, so that asking for unknown names fills no memory.
pub(crate) struct ReadModel<K, V> {
    entries: Cache<K, V>,
    /// Counts the writes. A fill is kept only if none came in between: it may have read what the write replaced.
    version: Mutex<u64>,
    /// Whether entries may be believed at all: not while this node misses the others' notices.
    trusted: Arc<AtomicBool>,
}

/// The state of a read model when a fill began.
#[derive(Clone, Copy)]
pub(crate) struct Version(u64);

impl<K: Hash + Eq + Clone, V: Clone> ReadModel<K, V> {
    /// An empty read model of at most so many entries.
    pub(crate) fn new(capacity: usize, trusted: Arc<AtomicBool>) -> ReadModel<K, V> {
        ReadModel { entries: Cache::new(capacity), version: Mutex::new(0), trusted }
    }

    /// The entry, if it is in memory.
    pub(crate) fn peek<Q>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        if self.trusted.load(Ordering::Acquire) { self.entries.get(key) } else { None }
    }

    /// The entry, from memory or else from `fill`, which is called on a miss only.
    pub(crate) async fn get<Q, F>(&self, key: &Q, fill: impl FnOnce() -> F) -> Result<Option<V>, StoreError>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ToOwned<Owned = K> + ?Sized,
        F: Future<Output = Result<Option<V>, StoreError>>,
    {
        match self.peek(key) {
            Some(value) => Ok(Some(value)),
            // on the heap, so that a hit has no room for it to carry
            None => Box::pin(self.fill(key, fill())).await,
        }
    }

    async fn fill<Q>(
        &self,
        key: &Q,
        fill: impl Future<Output = Result<Option<V>, StoreError>>,
    ) -> Result<Option<V>, StoreError>
    where
        Q: ToOwned<Owned = K> + ?Sized,
    {
        let version = self.version();
        let filled = fill.await?;
        if let Some(value) = &filled {
            self.keep(version, key.to_owned(), value.clone());
        }
        Ok(filled)
    }

    /// The state now: to be taken before the database is read.
    pub(crate) fn version(&self) -> Version {
        Version(*locked(&self.version))
    }

    /// Keeps what was read, unless a write came in between or notices are being missed.
    pub(crate) fn keep(&self, read_at: Version, key: K, value: V) {
        let version = locked(&self.version);
        if *version == read_at.0 && self.trusted.load(Ordering::Acquire) {
            self.entries.insert(key, value);
        }
    }

    /// Drops an entry after a write.
    pub(crate) fn forget(&self, key: &K) {
        let mut version = locked(&self.version);
        *version += 1;
        self.entries.remove(key);
    }

    /// Drops every entry.
    pub(crate) fn forget_all(&self) {
        let mut version = locked(&self.version);
        *version += 1;
        self.entries.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model() -> ReadModel<u32, &'static str> {
        ReadModel::new(8, Arc::new(AtomicBool::new(true)))
    }

    async fn read(
        model: &ReadModel<u32, &'static str>,
        database: Option<&'static str>,
    ) -> Option<&'static str> {
        model.get(&1, || async { Ok(database) }).await.unwrap()
    }

    #[tokio::test]
    async fn a_second_read_does_not_ask_the_database() {
        let model = model();
        assert_eq!(read(&model, Some("old")).await, Some("old"));
        assert_eq!(read(&model, Some("new")).await, Some("old"));
        model.forget(&1);
        assert_eq!(read(&model, Some("new")).await, Some("new"));
    }

    #[tokio::test]
    async fn an_answer_that_does_not_exist_is_not_kept() {
        let model = model();
        assert_eq!(read(&model, None).await, None);
        assert_eq!(read(&model, Some("made")).await, Some("made"));
    }

    #[tokio::test]
    async fn a_fill_that_began_before_a_write_is_not_kept() {
        let model = model();
        let overtaken = model.get(&1, || async {
            model.forget(&1);
            Ok(Some("old"))
        });
        assert_eq!(overtaken.await.unwrap(), Some("old"));
        assert_eq!(read(&model, Some("new")).await, Some("new"));
    }

    #[tokio::test]
    async fn entries_are_neither_used_nor_kept_while_notices_are_missed() {
        let model = model();
        read(&model, Some("old")).await;
        model.trusted.store(false, Ordering::Release);
        assert_eq!(read(&model, Some("new")).await, Some("new"));
        assert_eq!(read(&model, Some("newer")).await, Some("newer"));
    }
}
