//! `portreeve serve`: the server of this machine.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;

use crate::serve::Start;

/// Serves this installation until it is told to stop. Started by root, it gives root up.
#[derive(Args)]
pub struct Arguments {
    /// The configuration; /etc/portreeve/portreeve.toml, which may be absent, when none is named.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl Arguments {
    pub(super) fn run(self) -> Result<()> {
        let start = Start::prepare(self.config.as_deref())?;
        let runtime =
            tokio::runtime::Builder::new_multi_thread().enable_all().build().context("starting threads")?;
        runtime.block_on(start.serve())
    }
}
