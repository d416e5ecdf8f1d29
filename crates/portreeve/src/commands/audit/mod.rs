//! `portreeve audit`: the audit trail, verified, exported and cut.

mod cut;
mod export;
mod verify;

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use portreeve_store::Store;
use portreeve_types::NodeName;

use crate::configuration::{ConfigurationFile, open_store};
use crate::node::data_directory::DataDirectory;
use crate::node::kept_heads::KeptHeads;
use crate::node::{runtime, system_user};

/// Verifies, exports and cuts the audit trail, also while the server runs.
#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
    /// The configuration; /etc/portreeve/portreeve.toml, which may be absent, when none is named.
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    /// Another data directory than the configuration's, a sandbox's for one.
    #[arg(long, value_name = "DIR", global = true)]
    data_dir: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Action {
    /// Verify each node's chain of entries, and print its head.
    Verify(verify::Arguments),
    /// Print the entries, one JSON object a line, each verified before.
    Export(export::Arguments),
    /// Remove the oldest entries, once all are verified. What is left is verified from there on.
    Cut(cut::Arguments),
}

/// What the actions work with.
struct Trail<'a> {
    store: &'a Store,
    /// What this node is called.
    own: NodeName,
    /// What this node has kept of the chains.
    heads: KeptHeads,
}

impl Arguments {
    pub(super) fn run(self) -> Result<()> {
        let (_, mut configuration) = ConfigurationFile::read(self.config.as_deref())?;
        if let Some(given) = &self.data_dir {
            configuration.server.data_dir.clone_from(given);
        }
        system_user::enter(&configuration)?;
        runtime::on_this_thread()?.block_on(async {
            let directory = DataDirectory::new(configuration.server.data_dir.clone());
            let missing = || format!("no server has run in {}", directory.root().display());
            let keyring = directory.present_keyring()?.with_context(missing)?;
            let own = directory.present_node()?.with_context(missing)?;
            let heads = KeptHeads::read(&directory)?;
            let store = open_store(&directory, &configuration, Arc::new(keyring), own.clone()).await?;
            let trail = Trail { store: &store, own, heads };
            let done = match self.action {
                Action::Verify(arguments) => verify::run(&trail, arguments).await,
                Action::Export(arguments) => export::run(&trail, arguments).await,
                Action::Cut(arguments) => cut::run(&trail, arguments).await,
            };
            store.close().await.context("closing the records")?;
            done
        })
    }
}

impl Trail<'_> {
    /// The nodes that are meant: the named one, or all of which anything is on record or was kept. This node has to have
    /// a chain, whether there is anything of it or not.
    async fn nodes(&self, named: Option<NodeName>) -> Result<Vec<NodeName>> {
        if let Some(node) = named {
            return Ok(vec![node]);
        }
        let mut nodes = self.store.trail_nodes().await.context("reading the trail")?;
        nodes.extend(self.heads.nodes().cloned());
        nodes.push(self.own.clone());
        nodes.sort_unstable();
        nodes.dedup();
        Ok(nodes)
    }
}
