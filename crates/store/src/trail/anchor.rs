//! Where a chain begins whose first entries were removed: after the last of those, under a seal.
//!
//! Without the seal, whoever can write the records could remove a beginning and say that it had been removed.

use portreeve_crypt::{Digest, Keyring, Purpose};
use portreeve_types::NodeName;

use super::flaw::{Flaw, Unverified};
use super::head::Head;
use crate::error::StoreError;
use crate::row::Row;
use crate::store::Store;
use crate::value::values;

/// What is sealed. None of the parts holds a zero byte when it is written.
fn text(node: &NodeName, last: &Head) -> String {
    format!("{node}\0{}\0{}", last.sequence, last.hash)
}

/// The seal on the last entry that was removed, under the current key.
pub(super) fn seal(keyring: &Keyring, node: &NodeName, last: &Head) -> Digest {
    keyring.digest(Purpose::TrailAnchor, text(node, last).as_bytes())
}

/// The last removed entry that a row names, if its seal holds under the current key or an earlier one.
fn sealed(keyring: &Keyring, node: &NodeName, row: &Row) -> Result<Head, Unverified> {
    let last = Head::from_row(row)?;
    let seal = Digest::from_hex(&row.text("seal")?);
    let text = text(node, &last);
    let mut seals = keyring.digests(Purpose::TrailAnchor, text.as_bytes()).map(Some);
    match seals.any(|digest| digest == seal) {
        true => Ok(last),
        false => Err(Flaw::Anchor(last.sequence).into()),
    }
}

impl Store {
    /// The last entry that was removed from the beginning of a chain; none where all are there.
    pub(super) async fn trail_anchor(&self, node: &NodeName) -> Result<Option<Head>, Unverified> {
        let sql = "SELECT sequence, hash, seal FROM trail_anchors WHERE node = $1";
        let row = self.db.row(sql, values![node]).await?;
        row.map(|row| sealed(&self.keyring, node, &row)).transpose()
    }

    /// Whether a chain still holds an entry: as it was, or removed with all before it by a cut.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn trail_holds(&self, node: &NodeName, entry: &Head) -> Result<bool, StoreError> {
        let sql = "SELECT hash FROM trail WHERE node = $1 AND sequence = $2";
        if let Some(row) = self.db.row(sql, values![node, entry.sequence]).await? {
            return Ok(row.text("hash")? == entry.hash);
        }
        match self.trail_anchor(node).await {
            Ok(Some(last)) => Ok(last.sequence > entry.sequence || last == *entry),
            Ok(None) | Err(Unverified::Flaw(_)) => Ok(false),
            Err(Unverified::Store(error)) => Err(error),
        }
    }
}
