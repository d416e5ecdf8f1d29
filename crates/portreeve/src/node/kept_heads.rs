//! The heads of the audit trail's chains, kept in the data directory: what somebody cuts off in the records, or writes
//! there anew, does not match what lies here. Each node keeps the heads of all of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use anyhow::{Context, Result};
use portreeve_store::{Head, Store};
use portreeve_types::NodeName;

use super::data_directory::{DataDirectory, TRAIL_HEADS};
use super::files::write_secret;

/// What was kept, a line for each node: its name, an equals sign and its head.
pub(crate) struct KeptHeads {
    path: PathBuf,
    heads: BTreeMap<NodeName, Head>,
    /// Whose chains no longer hold what was kept of them, and were told of.
    broken: BTreeSet<NodeName>,
}

impl KeptHeads {
    /// What a data directory holds.
    pub(crate) fn read(directory: &DataDirectory) -> Result<KeptHeads> {
        let path = directory.path(TRAIL_HEADS);
        let text = match fs::read_to_string(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            read => read.with_context(|| format!("reading {}", path.display()))?,
        };
        let line = |line: &str| {
            let (node, head) = line.split_once('=')?;
            Some((node.parse().ok()?, head.parse().ok()?))
        };
        let heads = text.lines().map(line).collect::<Option<_>>();
        let heads = heads.with_context(|| format!("{} has a line that is no head", path.display()))?;
        Ok(KeptHeads { path, heads, broken: BTreeSet::new() })
    }

    /// What was kept of a node's chain.
    pub(crate) fn of(&self, node: &NodeName) -> Option<&Head> {
        self.heads.get(node)
    }

    /// The nodes of whose chains something was kept.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = &NodeName> {
        self.heads.keys()
    }

    /// Keeps the heads of now. Of a chain that no longer holds what was kept of it, that stays, for whoever verifies.
    pub(crate) async fn keep(&mut self, store: &Store) -> Result<()> {
        let now = store.trail_heads().await.context("reading the heads of the audit trail")?;
        let mut kept = self.heads.clone();
        let nodes: BTreeSet<NodeName> = now.keys().chain(self.heads.keys()).cloned().collect();
        for node in nodes {
            let (known, head) = (self.heads.get(&node), now.get(&node));
            let holds = match (known, head) {
                (None, _) => true,
                (Some(_), None) => false,
                (Some(known), Some(head)) => {
                    head == known || head.sequence > known.sequence && store.trail_holds(&node, known).await?
                }
            };
            match head {
                Some(head) if holds && head.sequence > 0 => drop(kept.insert(node, head.clone())),
                _ if !holds && self.broken.insert(node.clone()) => {
                    tracing::error!(
                        %node,
                        "the audit trail no longer holds what it ended with: see `portreeve audit verify`"
                    );
                }
                _ => {}
            }
        }
        if kept != self.heads {
            let lines: String = kept.iter().map(|(node, head)| format!("{node}={head}\n")).collect();
            write_secret(&self.path, &lines)?;
            self.heads = kept;
        }
        Ok(())
    }
}
