//! Verifying a node's chain, from its beginning to its head.

use std::fmt;
use std::str::FromStr;

use portreeve_crypt::Digest;
use portreeve_types::{Invalid, NodeName, Timestamp};

use super::link::Link;
use crate::error::StoreError;
use crate::store::Store;
use crate::value::values;

/// The last entry of a chain. Kept elsewhere, it proves later that nothing was cut off after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its place in the chain.
    pub sequence: i64,
    /// Its digest, in hexadecimal.
    pub hash: String,
}

/// A chain without a flaw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// How many entries it has.
    pub entries: i64,
    /// Its last entry; none where there is no entry.
    pub head: Option<Head>,
}

/// The first flaw of a chain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// An entry is not there.
    #[error("entry {0} is missing")]
    Missing(i64),
    /// An entry is not what was written, or not where it was.
    #[error("entry {0} was changed, or does not follow the entry before it")]
    Changed(i64),
    /// An entry is not the one that was kept elsewhere, so everything up to it was written anew.
    #[error("entry {0} has another hash than the one that was kept")]
    Rewritten(i64),
    /// There is no such entry any more as was kept elsewhere.
    #[error("the chain ends before entry {0}, whose hash was kept: its end was cut off")]
    CutOff(i64),
    /// The chain's head is not its last entry.
    #[error("the chain ends with another entry than {0}, which its head says is the last")]
    Head(i64),
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.sequence, self.hash)
    }
}

impl FromStr for Head {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let parts = text.split_once(':').and_then(|(sequence, hash)| {
            let sequence = sequence.parse().ok().filter(|sequence| *sequence > 0)?;
            Some(Head { sequence, hash: Digest::from_hex(hash)?.to_hex() })
        });
        parts.ok_or_else(|| Invalid("a head is a number, a colon and 64 hexadecimal digits".to_owned()))
    }
}

impl Store {
    /// Verifies a node's chain as it is now, and that it still holds an entry that was kept elsewhere. Entries that are
    /// written meanwhile are left for the next time.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn verify_trail(
        &self,
        node: &NodeName,
        kept: Option<&Head>,
    ) -> Result<Result<Verified, Flaw>, StoreError> {
        let head = self.trail_head(node).await?;
        let last = head.as_ref().map_or(0, |head| head.sequence);
        let (mut sequence, mut hash) = (0, String::new());
        'chain: loop {
            let page = self.trail(node, sequence, Timestamp::from_seconds(i64::MIN)).await?;
            if page.is_empty() {
                break;
            }
            for entry in &page {
                let next = sequence + 1;
                if next > last {
                    // without a head there was no entry when this began
                    break 'chain;
                }
                if entry.sequence != next {
                    return Ok(Err(Flaw::Missing(next)));
                }
                let link = Link {
                    previous: &hash,
                    node,
                    sequence: next,
                    time: entry.time,
                    event: &entry.event,
                    entry: &entry.entry,
                };
                if !link.has(&entry.hash, &self.keyring) {
                    return Ok(Err(Flaw::Changed(next)));
                }
                if kept.is_some_and(|kept| kept.sequence == next && kept.hash != entry.hash) {
                    return Ok(Err(Flaw::Rewritten(next)));
                }
                (sequence, hash) = (next, entry.hash.clone());
            }
        }
        let cut_off = kept.map(|kept| kept.sequence).filter(|kept| *kept > last);
        if let Some(kept) = cut_off {
            return Ok(Err(Flaw::CutOff(kept)));
        }
        match head {
            Some(head) if sequence < head.sequence => Ok(Err(Flaw::Missing(sequence + 1))),
            Some(head) if hash != head.hash => Ok(Err(Flaw::Head(head.sequence))),
            head => Ok(Ok(Verified { entries: sequence, head: head.filter(|head| head.sequence > 0) })),
        }
    }

    /// The head of a node's chain; none where the node has written nothing.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn trail_head(&self, node: &NodeName) -> Result<Option<Head>, StoreError> {
        let sql = "SELECT sequence, hash FROM trail_heads WHERE node = $1";
        let row = self.db.row(sql, values![node]).await?;
        row.map(|row| Ok(Head { sequence: row.integer("sequence")?, hash: row.text("hash")? })).transpose()
    }

    /// The head of this node's own chain.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn own_trail_head(&self) -> Result<Option<Head>, StoreError> {
        self.trail_head(&self.trail_node).await
    }
}
