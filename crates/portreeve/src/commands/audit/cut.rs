//! `portreeve audit cut`.

use std::io::{Write, stdout};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::Args;
use portreeve_store::{Means, Origin, Unverified};
use portreeve_types::{Clock, NodeName, SystemClock, Timestamp};

use super::Trail;
use crate::commands::otp::moment;

#[derive(Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    age: Age,
    /// One node's chain only.
    #[arg(long)]
    node: Option<NodeName>,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
struct Age {
    /// What is older than that: seconds since 1970, or a time as 2026-01-31T12:00:00Z.
    #[arg(long, value_name = "TIME")]
    before: Option<String>,
    /// What is older than so many days.
    #[arg(long, value_name = "DAYS")]
    days: Option<u32>,
}

impl Age {
    fn before(&self, now: Timestamp) -> Result<Timestamp> {
        match (&self.before, self.days) {
            (Some(text), _) => moment(text),
            (None, Some(days)) => Ok(now.before(Duration::from_secs(86_400 * u64::from(days)))),
            (None, None) => Ok(Timestamp::from_seconds(i64::MIN)),
        }
    }
}

pub(super) async fn run(trail: &Trail<'_>, arguments: Arguments) -> Result<()> {
    let now = SystemClock.now();
    let before = arguments.age.before(now)?;
    ensure!(before <= now, "what is not written yet cannot be cut off: name a time that is past");
    let writer = trail.store.acting_for(Arc::new(Origin::of(Means::Command)));
    let mut flawed = 0;
    for node in trail.nodes(arguments.node).await? {
        let kept: Vec<_> = trail.heads.of(&node).cloned().into_iter().collect();
        let said = match writer.cut_trail(&node, before, &kept).await {
            Ok(Some(cut)) => format!("{} entries removed, the last of them {}", cut.removed, cut.last),
            Ok(None) => "there is nothing as old".to_owned(),
            Err(Unverified::Flaw(flaw)) => {
                flawed += 1;
                format!("{flaw}; nothing is removed")
            }
            Err(Unverified::Store(error)) => return Err(error).context("cutting the trail"),
        };
        writeln!(stdout(), "node {node}: {said}").context("writing to standard output")?;
    }
    ensure!(flawed == 0, "the trail is not whole");
    Ok(())
}
