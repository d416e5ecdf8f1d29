//! `portreeve audit verify`.

use std::convert::Infallible;
use std::io::{Write, stdout};
use std::str::FromStr;

use anyhow::{Context, Result, anyhow, ensure};
use clap::Args;
use portreeve_store::{Head, Unverified, Verified};
use portreeve_types::NodeName;

use super::Trail;

#[derive(Args)]
pub(super) struct Arguments {
    /// One node only.
    #[arg(long)]
    node: Option<NodeName>,
    /// A head that was printed before, NODE=NUMBER:HASH, or NUMBER:HASH with --node: the chain must still hold that entry.
    /// May be given several times.
    #[arg(long, value_name = "NODE=HEAD")]
    kept: Vec<Kept>,
}

/// A head that was kept, as it was given.
#[derive(Clone)]
struct Kept {
    node: Option<String>,
    head: String,
}

impl FromStr for Kept {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Kept, Infallible> {
        Ok(match text.split_once('=') {
            Some((node, head)) => Kept { node: Some(node.to_owned()), head: head.to_owned() },
            None => Kept { node: None, head: text.to_owned() },
        })
    }
}

impl Kept {
    fn read(&self, named: Option<&NodeName>) -> Result<(NodeName, Head)> {
        let node = match &self.node {
            Some(node) => node.parse().with_context(|| format!("--kept {node}=..."))?,
            None => named.cloned().context("--kept without a node's name needs --node")?,
        };
        let head = self.head.parse().map_err(|why| anyhow!("--kept: {why}"))?;
        Ok((node, head))
    }
}

pub(super) async fn run(trail: &Trail<'_>, arguments: Arguments) -> Result<()> {
    let Arguments { node: named, kept } = arguments;
    let kept = kept.iter().map(|kept| kept.read(named.as_ref())).collect::<Result<Vec<_>>>()?;
    let mut nodes = trail.nodes(named.clone()).await?;
    if named.is_none() {
        nodes.extend(kept.iter().map(|(node, _)| node.clone()));
        nodes.sort_unstable();
        nodes.dedup();
    }
    ensure!(kept.iter().all(|(node, _)| nodes.contains(node)), "--kept names another node than --node");
    let mut flawed = 0;
    for node in &nodes {
        let given = kept.iter().filter(|(of, _)| of == node).map(|(_, head)| head);
        let heads: Vec<Head> = given.chain(trail.heads.of(node)).cloned().collect();
        let said = match trail.store.verify_trail(node, &heads).await {
            Ok(Verified { head: Some(head), removed, entries }) => {
                let after =
                    removed.as_ref().map(|last| format!(" after {}", last.sequence)).unwrap_or_default();
                let gone = removed.map(|last| not_shown(&heads, last.sequence)).unwrap_or_default();
                format!("{entries} entries{after}, {gone}head {head}")
            }
            Ok(_) => {
                flawed += 1;
                "there are no entries".to_owned()
            }
            Err(Unverified::Flaw(flaw)) => {
                flawed += 1;
                flaw.to_string()
            }
            Err(Unverified::Store(error)) => return Err(error).context("reading the trail"),
        };
        writeln!(stdout(), "node {node}: {said}").context("writing to standard output")?;
    }
    ensure!(flawed == 0, "the trail is not whole");
    Ok(())
}

/// What is said of heads that were kept whose entries a cut has removed.
fn not_shown(heads: &[Head], removed: i64) -> String {
    let gone = heads.iter().map(|head| head.sequence).filter(|sequence| *sequence < removed);
    gone.map(|sequence| format!("entry {sequence} that was kept is cut, ")).collect()
}
