//! Verifying a node's chain.

use portreeve_types::NodeName;

use super::flaw::{Flaw, Unverified};
use super::head::Head;
use crate::error::StoreError;
use crate::store::Store;
use crate::value::values;

/// A chain without a flaw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The last entry that was removed from its beginning; none where all are there.
    pub removed: Option<Head>,
    /// How many entries it has.
    pub entries: i64,
    /// Its last entry; none where nothing was ever written.
    pub head: Option<Head>,
}

impl Store {
    /// Verifies a node's chain as it is now, and that it still holds the entries that were kept elsewhere.
    ///
    /// # Errors
    /// At the first flaw, or when the records are unavailable.
    pub async fn verify_trail(&self, node: &NodeName, kept: &[Head]) -> Result<Verified, Unverified> {
        loop {
            match self.verify_once(node, kept).await {
                Err(Unverified::Flaw(Flaw::CutMeanwhile(_))) => {}
                verified => return verified,
            }
        }
    }

    async fn verify_once(&self, node: &NodeName, kept: &[Head]) -> Result<Verified, Unverified> {
        let mut walk = self.walk_trail(node, kept).await?;
        while walk.next().await?.is_some() {}
        let (removed, head) = (walk.removed().cloned(), walk.reached().cloned());
        Ok(Verified { removed, entries: walk.entries(), head })
    }

    /// The head of a node's chain; none where the node has written nothing.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn trail_head(&self, node: &NodeName) -> Result<Option<Head>, StoreError> {
        let sql = "SELECT sequence, hash FROM trail_heads WHERE node = $1";
        let row = self.db.row(sql, values![node]).await?;
        row.as_ref().map(Head::from_row).transpose()
    }

    /// The head of this node's own chain.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn own_trail_head(&self) -> Result<Option<Head>, StoreError> {
        self.trail_head(&self.trail_node).await
    }
}
