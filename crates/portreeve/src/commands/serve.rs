//! `portreeve serve`: the server of this machine.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use crate::node::runtime;
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
        runtime::of_a_server()?.block_on(start.serve())
    }
}
