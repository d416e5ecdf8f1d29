//! `portreeve audit export`.

use std::io::{ErrorKind, StdoutLock, Write, stdout};
use std::ops::ControlFlow;

use anyhow::{Context, Result, anyhow, bail, ensure};
use clap::Args;
use portreeve_store::{Entry, Unverified};
use portreeve_types::{NodeName, Timestamp};

use super::Trail;
use crate::commands::otp::moment;

#[derive(Args)]
pub(super) struct Arguments {
    /// One node only.
    #[arg(long)]
    node: Option<NodeName>,
    /// Only entries from then on: seconds since 1970, or a time as 2026-01-31T12:00:00Z.
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Print whatever is on record, without verifying it: to look into a flaw.
    #[arg(long)]
    unverified: bool,
}

pub(super) async fn run(trail: &Trail<'_>, arguments: Arguments) -> Result<()> {
    let since = arguments.since.as_deref().map_or(Ok(Timestamp::from_seconds(i64::MIN)), moment)?;
    let mut out = stdout().lock();
    let mut flawed = 0;
    for node in trail.nodes(arguments.node).await? {
        let printed = match arguments.unverified {
            true => print_all(trail, &node, since, &mut out).await,
            false => print_verified(trail, &node, since, &mut out).await,
        };
        match printed {
            Ok(ControlFlow::Continue(())) => {}
            Ok(ControlFlow::Break(())) => return Ok(()),
            Err(error) => match error.downcast::<Unverified>() {
                Ok(Unverified::Flaw(flaw)) => {
                    flawed += 1;
                    eprintln!("node {node}: {flaw}; its export ends before that");
                }
                Ok(Unverified::Store(error)) => return Err(error).context("reading the trail"),
                Err(error) => return Err(error),
            },
        }
    }
    ensure!(flawed == 0, "the trail is not whole: --unverified prints what is on record");
    Ok(())
}

/// Prints a chain from its beginning to its head, each entry once it is verified.
async fn print_verified(
    trail: &Trail<'_>,
    node: &NodeName,
    since: Timestamp,
    out: &mut StdoutLock<'_>,
) -> Result<ControlFlow<()>> {
    let mut walk = trail.store.walk_trail(node, &[]).await?;
    while let Some(page) = walk.next().await? {
        for entry in page.iter().filter(|entry| entry.time >= since) {
            if print(entry, out)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// Prints what is on record of a node.
async fn print_all(
    trail: &Trail<'_>,
    node: &NodeName,
    since: Timestamp,
    out: &mut StdoutLock<'_>,
) -> Result<ControlFlow<()>> {
    let mut after = i64::MIN;
    loop {
        let page = trail.store.trail(node, after, since).await.context("reading the trail")?;
        let Some(last) = page.last() else { return Ok(ControlFlow::Continue(())) };
        after = last.sequence;
        for entry in &page {
            if print(entry, out)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
    }
}

fn print(entry: &Entry, out: &mut StdoutLock<'_>) -> Result<ControlFlow<()>> {
    let Entry { node, sequence, .. } = entry;
    let line = entry.to_line().map_err(|why| anyhow!("entry {sequence} of node {node}: {why}"))?;
    match writeln!(out, "{line}") {
        Ok(()) => Ok(ControlFlow::Continue(())),
        // whoever reads us has seen enough
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(ControlFlow::Break(())),
        Err(error) => bail!("writing to standard output: {error}"),
    }
}
