//! `portreeve audit`: the audit trail, verified and exported.

use std::io::{ErrorKind, Write, stdout};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result, bail, ensure};
use clap::{Args, Subcommand};
use portreeve_store::{Head, Store};
use portreeve_types::{NodeName, Timestamp};

use super::otp::moment;
use crate::configuration::{ConfigurationFile, open_store};
use crate::node::data_directory::DataDirectory;
use crate::node::{runtime, system_user};

/// Verifies and exports the audit trail, also while the server runs.
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
    Verify {
        /// One node only.
        #[arg(long)]
        node: Option<NodeName>,
        /// A head of that node that was printed before, NUMBER:HASH: the chain must still hold that entry.
        #[arg(long, value_name = "HEAD", requires = "node")]
        kept: Option<Head>,
    },
    /// Print the entries, one JSON object a line.
    Export {
        /// One node only.
        #[arg(long)]
        node: Option<NodeName>,
        /// Only entries from then on: seconds since 1970, or a time as 2026-01-31T12:00:00Z.
        #[arg(long, value_name = "TIME")]
        since: Option<String>,
    },
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
            let store = open_store(&directory, &configuration, Arc::new(keyring), own.clone()).await?;
            let done = self.action.act(&store, own).await;
            store.close().await.context("closing the records")?;
            done
        })
    }
}

impl Action {
    async fn act(self, store: &Store, own: NodeName) -> Result<()> {
        match self {
            Action::Verify { node, kept } => {
                let nodes = match node {
                    Some(node) => vec![node],
                    None => with_own(store.trail_nodes().await?, own),
                };
                verify(store, &nodes, kept.as_ref()).await
            }
            Action::Export { node, since } => {
                let since = since.as_deref().map_or(Ok(Timestamp::from_seconds(i64::MIN)), moment)?;
                let nodes = match node {
                    Some(node) => vec![node],
                    None => store.trail_nodes().await?,
                };
                export(store, &nodes, since).await
            }
        }
    }
}

/// This node has to have a chain, whether there is anything of it or not.
fn with_own(mut nodes: Vec<NodeName>, own: NodeName) -> Vec<NodeName> {
    if !nodes.contains(&own) {
        nodes.insert(0, own);
    }
    nodes
}

async fn verify(store: &Store, nodes: &[NodeName], kept: Option<&Head>) -> Result<()> {
    let mut flawed = 0;
    for node in nodes {
        let verified = store.verify_trail(node, kept).await.context("reading the trail")?;
        let said = match verified.map(|verified| (verified.entries, verified.head)) {
            Ok((entries, Some(head))) => format!("node {node}: {entries} entries, head {head}"),
            Ok((_, None)) => {
                flawed += 1;
                format!("node {node}: there are no entries")
            }
            Err(flaw) => {
                flawed += 1;
                format!("node {node}: {flaw}")
            }
        };
        writeln!(stdout(), "{said}").context("writing to standard output")?;
    }
    ensure!(flawed == 0, "the trail is not whole");
    Ok(())
}

async fn export(store: &Store, nodes: &[NodeName], since: Timestamp) -> Result<()> {
    let mut out = stdout().lock();
    for node in nodes {
        let mut after = 0;
        loop {
            let page = store.trail(node, after, since).await.context("reading the trail")?;
            let Some(last) = page.last() else { break };
            after = last.sequence;
            for entry in &page {
                let line = entry.to_line();
                let line = line.with_context(|| format!("entry {} of node {node}", entry.sequence))?;
                match writeln!(out, "{line}") {
                    // whoever reads us has seen enough
                    Err(error) if error.kind() == ErrorKind::BrokenPipe => return Ok(()),
                    Err(error) => bail!("writing to standard output: {error}"),
                    Ok(()) => {}
                }
            }
        }
    }
    Ok(())
}
