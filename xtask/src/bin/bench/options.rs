//! The command line: the measurement, and the parts of it that need a process of their own.

use std::path::PathBuf;

use anyhow::{Result, ensure};
use clap::{Args, Parser, Subcommand};
use rustix::process::geteuid;

use crate::group::Entry;
use crate::workloads::Workload;
use crate::{bare, flood, workloads};

#[derive(Parser)]
#[command(name = "cargo xtask bench")]
pub struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measure workloads; takes root, and two cores with nothing else to do
    Run(Options),
    /// Measure what honest clients notice of a flood; takes what a measurement takes
    Flood(flood::Options),
    /// Start a program in a control group and on one core
    #[command(hide = true)]
    Enter(Entry),
    /// Verify one password again and again
    #[command(hide = true)]
    Hash(bare::Hash),
    /// Run one program again and again
    #[command(hide = true)]
    Spawn(bare::Spawn),
}

/// What is measured, and for how long.
#[derive(Args)]
#[command(name = "cargo xtask bench")]
pub struct Options {
    /// The workloads; all of them when none is named
    #[arg(ignore_case = true)]
    pub workloads: Vec<Workload>,
    /// How often each side has its turn
    #[arg(long, default_value_t = 5, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub rounds: u32,
    /// How many seconds a turn takes
    #[arg(long, default_value_t = 1.0, value_name = "S")]
    pub seconds: f64,
    /// The server's program
    #[arg(long, hide = true)]
    pub portreeve: PathBuf,
}

impl CommandLine {
    pub fn run(self) -> Result<()> {
        match self.command {
            Command::Run(options) => {
                demand_root()?;
                ensure!(options.seconds > 0.0 && options.seconds <= 60.0, "a turn takes up to 60 seconds");
                workloads::run(&options)
            }
            Command::Flood(options) => {
                demand_root()?;
                flood::run(&options)
            }
            Command::Enter(entry) => entry.enter(),
            Command::Hash(hash) => hash.run(),
            Command::Spawn(spawn) => spawn.run(),
        }
    }
}

fn demand_root() -> Result<()> {
    ensure!(geteuid().is_root(), "this takes root: for the accounting, and to run programs as others");
    Ok(())
}
