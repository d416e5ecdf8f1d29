//! Writing entries, at the end of the transaction that they tell of.

use portreeve_crypt::Keyring;
use portreeve_types::{NodeName, Timestamp};
use serde::Serialize;

use super::Event;
use super::link::Link;
use super::origin::Origin;
use crate::db::{Db, Transaction};
use crate::error::StoreError;
use crate::value::values;

/// The text of an entry: who, and the event's own fields.
#[derive(Serialize)]
struct Text<'a> {
    by: &'a Origin,
    #[serde(flatten)]
    event: &'a Event,
}

/// Where entries go: the chain of a node, at a moment.
pub(crate) struct End<'a> {
    pub(crate) keyring: &'a Keyring,
    pub(crate) node: &'a NodeName,
    pub(crate) now: Timestamp,
}

/// Appends entries, who and what of each, to the node's chain. The chain's row is held from here to the commit: of two
/// transactions of a node the second goes on where the first one ended, so this comes last in each.
pub(crate) async fn append(
    db: &Db,
    transaction: &mut Transaction,
    end: End<'_>,
    entries: &[(&Origin, &Event)],
) -> Result<(), StoreError> {
    let End { keyring, node, now } = end;
    if entries.is_empty() {
        return Ok(());
    }
    let hold = "INSERT INTO trail_heads (node, sequence, hash) VALUES ($1, 0, '')
        ON CONFLICT (node) DO UPDATE SET sequence = trail_heads.sequence RETURNING sequence, hash";
    let rows = db.rows_in(transaction, hold, values![node]).await?;
    let head = rows.first().ok_or(StoreError::Corrupt { column: "sequence" })?;
    let (mut sequence, mut hash) = (head.integer("sequence")?, head.text("hash")?);
    for (by, event) in entries {
        sequence += 1;
        let entry = serde_json::to_string(&Text { by, event }).map_err(StoreError::Unwritten)?;
        let link = Link { previous: &hash, node, sequence, time: now, event: event.name(), entry: &entry };
        let next = link.digest(keyring).to_hex();
        let insert = "INSERT INTO trail (node, sequence, moment, event, entry, hash)
            VALUES ($1, $2, $3, $4, $5, $6)";
        let values = values![node, sequence, now, event.name(), entry, next.as_str()];
        db.execute_in(transaction, insert, values).await?;
        hash = next;
    }
    let advance = "UPDATE trail_heads SET sequence = $2, hash = $3 WHERE node = $1";
    db.execute_in(transaction, advance, values![node, sequence, hash]).await?;
    Ok(())
}
