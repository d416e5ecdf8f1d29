//! Reading a chain from its beginning to its head, and verifying each entry on the way.

use portreeve_types::{NodeName, Timestamp};

use super::flaw::{Flaw, Unverified};
use super::head::Head;
use super::link::Link;
use super::read::{Entry, PAGE};
use crate::store::Store;

/// A chain that is being read. What it has answered is whole so far; that it is whole to its head is known when it
/// answers no more.
pub struct Walk<'s> {
    store: &'s Store,
    node: NodeName,
    kept: &'s [Head],
    removed: Option<Head>,
    /// The last entry that was read, or where the chain begins.
    reached: Head,
    entries: i64,
    ended: bool,
}

impl Store {
    /// Begins to read a node's chain, which is to hold the entries that were kept elsewhere. Those of them that a cut
    /// has removed cannot be looked for.
    ///
    /// # Errors
    /// When the chain's beginning is not sealed, or the records are unavailable.
    pub async fn walk_trail<'s>(&'s self, node: &NodeName, kept: &'s [Head]) -> Result<Walk<'s>, Unverified> {
        let removed = self.trail_anchor(node).await?;
        let reached = removed.clone().unwrap_or_default();
        let walk = Walk { store: self, node: node.clone(), kept, removed, reached, entries: 0, ended: false };
        walk.compare_kept()?;
        Ok(walk)
    }
}

impl Walk<'_> {
    /// The last entry that was removed from the chain's beginning; none where all are there.
    #[must_use]
    pub fn removed(&self) -> Option<&Head> {
        self.removed.as_ref()
    }

    /// The last entry that was read; none before the first.
    #[must_use]
    pub fn reached(&self) -> Option<&Head> {
        (self.reached.sequence > 0).then_some(&self.reached)
    }

    /// How many entries were read.
    #[must_use]
    pub fn entries(&self) -> i64 {
        self.entries
    }

    /// The next entries, in their order; none when the head is reached.
    ///
    /// # Errors
    /// At the first flaw, or when the records are unavailable.
    pub async fn next(&mut self) -> Result<Option<Vec<Entry>>, Unverified> {
        match self.read().await {
            Err(Unverified::Flaw(flaw @ Flaw::Missing(missing))) => {
                let removed = self.store.trail_anchor(&self.node).await?;
                let removed = removed.filter(|last| last.sequence >= missing);
                Err(removed.map_or(flaw, |last| Flaw::CutMeanwhile(last.sequence)).into())
            }
            read => read,
        }
    }

    async fn read(&mut self) -> Result<Option<Vec<Entry>>, Unverified> {
        if self.ended {
            return Ok(None);
        }
        // The head first: whatever it is, the entries up to it were written before they are read.
        let head = self.store.trail_head(&self.node).await?.unwrap_or_default();
        // all entries at the beginning: what stands before the first one is a flaw as well
        let after = if self.entries == 0 { i64::MIN } else { self.reached.sequence };
        let page = self.store.trail(&self.node, after, Timestamp::from_seconds(i64::MIN)).await?;
        for entry in &page {
            self.follow(entry, &head)?;
        }
        if i64::try_from(page.len()).is_ok_and(|entries| entries < PAGE) {
            self.end(&head).await?;
            self.ended = true;
        }
        Ok(Some(page).filter(|page| !page.is_empty()))
    }

    fn follow(&mut self, entry: &Entry, head: &Head) -> Result<(), Flaw> {
        let next = self.reached.sequence + 1;
        if entry.sequence != next {
            let is_gap = entry.sequence > next && next <= head.sequence;
            return Err(if is_gap { Flaw::Missing(next) } else { Flaw::Outside(entry.sequence) });
        }
        let link = Link {
            previous: &self.reached.hash,
            node: &self.node,
            sequence: next,
            time: entry.time,
            event: &entry.event,
            entry: &entry.entry,
        };
        if !link.has(&entry.hash, &self.store.keyring) {
            return Err(Flaw::Changed(next));
        }
        self.reached = Head { sequence: next, hash: entry.hash.clone() };
        self.entries += 1;
        self.compare_kept()?;
        self.compare_head(head)
    }

    /// Compares what was kept elsewhere with the entry that is reached.
    fn compare_kept(&self) -> Result<(), Flaw> {
        let Head { sequence, hash } = &self.reached;
        match self.kept.iter().any(|kept| kept.sequence == *sequence && kept.hash != *hash) {
            true => Err(Flaw::Rewritten(*sequence)),
            false => Ok(()),
        }
    }

    fn compare_head(&self, head: &Head) -> Result<(), Flaw> {
        match head.sequence == self.reached.sequence && *head != self.reached {
            true => Err(Flaw::Head(head.sequence)),
            false => Ok(()),
        }
    }

    /// Verifies that nothing is missing up to the head, and nothing behind it.
    async fn end(&self, before: &Head) -> Result<(), Unverified> {
        let last = self.reached.sequence;
        if last < before.sequence {
            return Err(Flaw::Missing(last + 1).into());
        }
        self.compare_head(before)?;
        // entries that were written meanwhile are behind that head, but not behind the one of now
        let head = self.store.trail_head(&self.node).await?.unwrap_or_default();
        if last > head.sequence {
            let is_entry = head.sequence >= last - self.entries;
            let flaw = if is_entry { Flaw::Outside(head.sequence + 1) } else { Flaw::Head(head.sequence) };
            return Err(flaw.into());
        }
        match self.kept.iter().map(|kept| kept.sequence).find(|kept| *kept > last) {
            Some(kept) => Err(Flaw::CutOff(kept).into()),
            None => Ok(()),
        }
    }
}
