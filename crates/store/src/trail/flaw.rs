//! What is wrong with a chain.

use crate::error::StoreError;

/// The first flaw of a chain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// An entry is not there.
    #[error("entry {0} is missing")]
    Missing(i64),
    /// An entry is not what was written, or not where it was.
    #[error("entry {0} was changed, or does not follow the entry before it")]
    Changed(i64),
    /// An entry is where the chain has none.
    #[error("entry {0} is outside the chain: before its beginning, or after its head")]
    Outside(i64),
    /// An entry is not the one that was kept elsewhere, so everything up to it was written anew.
    #[error("entry {0} has another hash than the one that was kept")]
    Rewritten(i64),
    /// There is no such entry any more as was kept elsewhere.
    #[error("the chain ends before entry {0}, whose hash was kept: its end was cut off")]
    CutOff(i64),
    /// The chain's head is not its last entry.
    #[error("the chain ends with another entry than {0}, which its head says is the last")]
    Head(i64),
    /// What says where the chain begins is not what was written.
    #[error(
        "that entries were removed up to {0} is not sealed: it was not this installation that removed them"
    )]
    Anchor(i64),
    /// Entries were removed from the beginning of the chain while it was read.
    #[error("entries up to {0} were removed by a cut while the chain was read")]
    CutMeanwhile(i64),
}

/// Why a chain is not verified.
#[derive(Debug, thiserror::Error)]
pub enum Unverified {
    /// It has a flaw.
    #[error(transparent)]
    Flaw(#[from] Flaw),
    /// The records are unavailable.
    #[error(transparent)]
    Store(#[from] StoreError),
}
