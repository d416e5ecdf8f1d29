//! Reading the trail.

use std::collections::BTreeMap;

use portreeve_types::{NodeName, Timestamp};
use serde::de::IgnoredAny;

use super::head::Head;
use crate::error::StoreError;
use crate::row::Row;
use crate::store::Store;
use crate::value::values;

/// How many entries one statement reads.
pub(super) const PAGE: i64 = 1_000;

/// An entry of the trail, as it is on record.
pub struct Entry {
    /// The node that wrote it.
    pub node: NodeName,
    /// Its place in the node's chain, from 1.
    pub sequence: i64,
    /// When it was written.
    pub time: Timestamp,
    /// The event's name.
    pub event: String,
    /// Who did it and the event's fields, as a JSON object.
    pub entry: String,
    /// Its keyed digest, which the next entry's is made with, in hexadecimal.
    pub hash: String,
}

impl Entry {
    fn from_row(row: &Row) -> Result<Entry, StoreError> {
        Ok(Entry {
            node: row.parsed("node")?,
            sequence: row.integer("sequence")?,
            time: row.moment("moment")?,
            event: row.text("event")?,
            entry: row.text("entry")?,
            hash: row.text("hash")?,
        })
    }

    /// The entry as one line of JSON.
    ///
    /// # Errors
    /// When its text is no JSON, as none of ours is.
    pub fn to_line(&self) -> Result<String, StoreError> {
        let Entry { node, sequence, time, event, entry, hash } = self;
        // as it was digested, to the byte; what somebody else wrote there must not become two lines
        serde_json::from_str::<IgnoredAny>(entry).map_err(StoreError::Unwritten)?;
        if entry.contains(['\n', '\r']) {
            return Err(StoreError::Corrupt { column: "entry" });
        }
        let quoted = |text: &str| serde_json::Value::from(text);
        Ok(format!(
            r#"{{"node":"{node}","sequence":{sequence},"time":{},"event":{},"entry":{entry},"hash":{}}}"#,
            time.seconds(),
            quoted(event),
            quoted(hash),
        ))
    }
}

impl Store {
    /// The nodes that have written entries, in the order of their names: all of which anything is left.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn trail_nodes(&self) -> Result<Vec<NodeName>, StoreError> {
        let sql =
            "SELECT node FROM trail_heads UNION SELECT node FROM trail UNION SELECT node FROM trail_anchors";
        let rows = self.db.rows(sql, values![]).await?;
        let mut nodes: Vec<NodeName> = rows.iter().map(|row| row.parsed("node")).collect::<Result<_, _>>()?;
        nodes.sort_unstable();
        Ok(nodes)
    }

    /// The heads of all chains, by their nodes.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn trail_heads(&self) -> Result<BTreeMap<NodeName, Head>, StoreError> {
        let rows = self.db.rows("SELECT node, sequence, hash FROM trail_heads", values![]).await?;
        rows.iter().map(|row| Ok((row.parsed("node")?, Head::from_row(row)?))).collect()
    }

    /// Entries of a node since a moment as they are on record, in their order, beginning after a place in the chain: the
    /// first thousand. None when there are no more.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn trail(
        &self,
        node: &NodeName,
        after: i64,
        since: Timestamp,
    ) -> Result<Vec<Entry>, StoreError> {
        let sql = "SELECT * FROM trail WHERE node = $1 AND sequence > $2 AND moment >= $3
            ORDER BY sequence LIMIT $4";
        let rows = self.db.rows(sql, values![node, after, since, PAGE]).await?;
        rows.iter().map(Entry::from_row).collect()
    }
}
