//! Removing the oldest entries of a chain, so that the rest can be verified as before.

use std::time::Duration;

use portreeve_types::{NodeName, Timestamp};

use super::anchor::seal;
use super::event::InstallationEvent;
use super::flaw::{Flaw, Unverified};
use super::head::Head;
use crate::error::StoreError;
use crate::store::Store;
use crate::value::values;
use crate::writer::Writer;

/// How many entries one transaction removes: a write on SQLite holds up all others.
const STEP: i64 = 10_000;
/// How much older than what is kept an entry must be to begin with, so that a chain is cut once a day.
const ONE_DAY: Duration = Duration::from_secs(86_400);

/// What a cut removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// How many entries.
    pub removed: i64,
    /// The last of them.
    pub last: Head,
}

/// The chains whose oldest entries are to go.
pub struct DueCuts {
    /// What is older is to go.
    pub before: Timestamp,
    /// Whose chains have some of it.
    pub nodes: Vec<NodeName>,
}

impl Store {
    /// The chains with entries that were kept for longer than `audit.days` says, by a day or more.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn due_cuts(&self) -> Result<Option<DueCuts>, StoreError> {
        let Some(kept) = self.policies().await?.trail_kept else { return Ok(None) };
        let oldest = "SELECT moment FROM trail WHERE node = $1 ORDER BY sequence LIMIT 1";
        let (before, mut nodes) = (self.now().before(kept), Vec::new());
        for node in self.trail_nodes().await? {
            let row = self.db.row(oldest, values![&node]).await?;
            let oldest = row.map(|row| row.moment("moment")).transpose()?;
            if oldest.is_some_and(|oldest| oldest < before.before(ONE_DAY)) {
                nodes.push(node);
            }
        }
        Ok(Some(DueCuts { before, nodes }).filter(|due| !due.nodes.is_empty()))
    }
}

impl Writer {
    /// Removes the entries at the beginning of a node's chain that are older than a moment, up to the first that is not:
    /// once the whole chain is verified, and with it that it holds what was kept elsewhere. Answers what was removed;
    /// none where there was nothing as old, or somebody else removed it meanwhile.
    ///
    /// # Errors
    /// At a flaw, with nothing removed, or when the records are unavailable: what was removed until then is sealed.
    pub async fn cut_trail(
        &self,
        node: &NodeName,
        before: Timestamp,
        kept: &[Head],
    ) -> Result<Option<Cut>, Unverified> {
        let mut walk = self.walk_trail(node, kept).await?;
        let mut removed_to = walk.removed().cloned().unwrap_or_default();
        let mut steps = Vec::new();
        let (mut old, mut is_old) = (0, true);
        while let Some(entries) = walk.next().await? {
            for entry in entries {
                is_old = is_old && entry.time < before;
                if !is_old {
                    break;
                }
                if old % STEP == 0 {
                    steps.push(Head::default());
                }
                if let Some(step) = steps.last_mut() {
                    *step = Head { sequence: entry.sequence, hash: entry.hash };
                }
                old += 1;
            }
        }
        let mut cut = None;
        for last in steps {
            let Some(removed) = self.remove(node, &removed_to, &last, before).await? else { break };
            let earlier = cut.map_or(0, |cut: Cut| cut.removed);
            cut = Some(Cut { removed: earlier + removed, last: last.clone() });
            removed_to = last;
        }
        Ok(cut)
    }

    /// Removes verified entries, after one up to another. None if somebody else has removed some of them.
    async fn remove(
        &self,
        node: &NodeName,
        after: &Head,
        last: &Head,
        before: Timestamp,
    ) -> Result<Option<i64>, Unverified> {
        let mut write = self.write().await?;
        let anchor = "INSERT INTO trail_anchors (node, sequence, hash, seal) VALUES ($1, $2, $3, $4)
            ON CONFLICT (node) DO UPDATE
            SET sequence = excluded.sequence, hash = excluded.hash, seal = excluded.seal
            WHERE trail_anchors.sequence = $5";
        let seal = seal(&self.keyring, node, last);
        let record = values![node, last.sequence, last.hash.as_str(), seal, after.sequence];
        if write.execute(anchor, record).await? == 0 {
            return Ok(None);
        }
        let removal = "DELETE FROM trail WHERE node = $1 AND sequence <= $2";
        let removed = write.execute(removal, values![node, last.sequence]).await?;
        let removed = i64::try_from(removed).unwrap_or(i64::MAX);
        if removed != last.sequence - after.sequence {
            // dropped, the transaction changes nothing
            return Err(Flaw::Missing(after.sequence + 1).into());
        }
        let (chain, hash) = (node.clone(), last.hash.clone());
        let before = before.seconds();
        write
            .commit(InstallationEvent::TrailCut { chain, removed, last: last.sequence, hash, before })
            .await?;
        Ok(Some(removed))
    }
}
