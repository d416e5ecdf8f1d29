//! An entry by its place and its digest: what a chain ends with, what was kept of it, where it begins.

use std::fmt;
use std::str::FromStr;

use portreeve_crypt::Digest;
use portreeve_types::Invalid;

use crate::error::StoreError;
use crate::row::Row;

/// An entry of a chain, by its place and its digest. That of a chain's last entry, kept elsewhere, proves later that
/// nothing was cut off after it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// Its place in the chain; 0 for the place before the first.
    pub sequence: i64,
    /// Its digest, in hexadecimal; empty for the place before the first.
    pub hash: String,
}

impl Head {
    pub(super) fn from_row(row: &Row) -> Result<Head, StoreError> {
        Ok(Head { sequence: row.integer("sequence")?, hash: row.text("hash")? })
    }
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
